"""Training beside PyTorch's: the same steps from the same weights, where PyTorch is installed."""

import numpy as np
import pytest

from autograd_nn import Network

torch = pytest.importorskip("torch", reason="PyTorch is for comparison only")
F = torch.nn.functional

PAIRS = {
    ("sigmoid", "quadratic"): lambda z, y: ((torch.sigmoid(z) - y) ** 2).sum(1).mean() / 2,
    ("sigmoid", "cross_entropy"): lambda z, y: (
        F.binary_cross_entropy_with_logits(z, y, reduction="none").sum(1).mean()
    ),
    ("softmax", "log_likelihood"): F.cross_entropy,
    ("linear", "quadratic"): lambda z, y: ((z - y) ** 2).sum(1).mean() / 2,
    ("tanh", "quadratic"): lambda z, y: ((torch.tanh(z) - y) ** 2).sum(1).mean() / 2,
}


@pytest.mark.parametrize("pair", PAIRS, ids=str)
@pytest.mark.parametrize(("momentum", "l2"), [(0.0, 0.0), (0.9, 0.0), (0.0, 2.0), (0.5, 2.0)])
def test_ten_epochs_are_pytorchs(pair, momentum, l2):
    rng, n = np.random.default_rng(2), 12
    x, y = rng.standard_normal((n, 3)), rng.uniform(0.1, 0.9, (n, 4))
    y /= y.sum(axis=1, keepdims=True)
    network = Network([3, 5, 4], "tanh", output=pair[0], cost=pair[1], rng=1)
    ps = [torch.tensor(p.data.copy(), requires_grad=True) for p in network.parameters]
    groups = [{"params": [p], "weight_decay": l2 / n if p.ndim == 2 else 0.0} for p in ps]
    descent = torch.optim.SGD(groups, lr=0.3, momentum=momentum)
    order = np.random.default_rng(0)
    costs = []
    for _ in range(10):
        shuffled, total = order.permutation(n), 0.0
        for start in range(0, n, 5):
            batch = shuffled[start : start + 5]
            bx, by = torch.tensor(x[batch]), torch.tensor(y[batch])
            descent.zero_grad()
            z = torch.tanh(bx @ ps[0].T + ps[1]) @ ps[2].T + ps[3]
            cost = PAIRS[pair](z, by)
            cost.backward()
            descent.step()
            total += float(cost.detach()) * len(batch)
        costs.append(total / n)
    history = network.fit(
        (x, y), epochs=10, batch_size=5, learning_rate=0.3, momentum=momentum, l2=l2, rng=0
    )
    np.testing.assert_allclose([e.cost for e in history], costs, rtol=1e-12)
    for p, q in zip(network.parameters, ps, strict=True):
        np.testing.assert_allclose(p.data, q.detach().numpy(), rtol=0, atol=1e-12)
