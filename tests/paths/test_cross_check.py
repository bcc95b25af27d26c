"""The backward pass and the finite difference beside a sum over paths, of one example as well."""

import numpy as np
import pytest
from helpers.networks import network

from autograd_nn import Tensor, gradients, ops
from autograd_nn.paths.cross_check import other_ways
from autograd_nn.viz import draw_flow, draw_paths, path_sum, path_table

X = np.array([[0.5, -1.0], [1.0, 2.0], [-0.5, 1.0]])
LABELS = [1, 0, 1]


@pytest.mark.parametrize("fused", [False, True])
@pytest.mark.parametrize("cost", ["quadratic", "cross_entropy"])
@pytest.mark.parametrize("i", [0, 1, 2])
def test_one_examples_part_is_what_it_has_alone_divided_by_their_number(i, cost, fused):
    net = network(cost=cost)
    batch, alone = net.record(X, LABELS, fused=fused), net.record(X[i], LABELS[i], fused=fused)
    for leaf, own, index in (
        (batch.weights[2], alone.weights[2], (1, 0)),
        (batch.weights[4], alone.weights[4], (0, 1)),
        (batch.biases[3], alone.biases[3], (1,)),
    ):
        (gradient,) = gradients(alone.cost, [own])
        found = other_ways(path_sum(batch.cost, leaf, index, example=i))
        assert found.backward_pass == pytest.approx(gradient[index] / 3, rel=1e-12, abs=1e-18)
        assert found.finite_difference == pytest.approx(gradient[index] / 3, rel=1e-7)


def test_another_examples_part_is_another_number():
    """The check can fail: the parts differ, and none is the whole."""
    batch = network().record(X, LABELS)
    paths = [path_sum(batch.cost, batch.weights[2], (1, 0), example=i) for i in range(3)]
    parts = [other_ways(p).backward_pass for p in paths]
    whole = other_ways(path_sum(batch.cost, batch.weights[2], (1, 0))).backward_pass
    assert len({round(x, 12) for x in (*parts, whole)}) == 4
    assert sum(parts) == pytest.approx(whole, rel=1e-12)


def test_softmax_and_dropout_have_three_ways_too():
    for net, masks in (
        (network(output="softmax", cost="log_likelihood"), None),
        (network(dropout=0.5), [np.array([2.0, 0.0, 2.0]), np.array([0.0, 2.0])]),
    ):
        run = net.record(X, LABELS, **({} if masks is None else {"masks": masks}))
        paths = path_sum(run.cost, run.weights[2], (0, 1), example=2, through="z")
        found = other_ways(paths)
        assert found.backward_pass == pytest.approx(paths.total, rel=1e-12, abs=1e-18)
        assert found.finite_difference == pytest.approx(paths.total, rel=1e-6, abs=1e-14)


def test_weights_that_several_layers_share_have_no_way_around():
    """w enters two layers: no one layer's rows hold all that the example does with it."""
    w = Tensor(np.array([[0.3, -0.2], [0.5, 0.1]]), requires_grad=True, name="w2")
    a = Tensor(X, name="a1")
    for layer in (2, 3):
        z = a @ w.T
        a = ops.sigmoid(z)
        z.name, a.name = f"z{layer}", f"a{layer}"
    cost = (a * a).sum()
    cost.name = "C"
    assert other_ways(path_sum(cost, w, (0, 1), example=1)) is None
    assert other_ways(path_sum(cost, w, (0, 1))) is not None
    assert "backward" not in draw_paths(cost, w, (0, 1), example=1).picture.caption[-1]


@pytest.mark.parametrize("draw", [draw_paths, draw_flow])
def test_the_caption_of_one_example_has_three_numbers_that_agree(draw):
    batch = network().record(X, LABELS)
    alone = network().record(X[1], LABELS[1])
    (gradient,) = gradients(alone.cost, [alone.weights[2]])
    *_, last = draw(batch.cost, batch.weights[2], (1, 0), example=1).picture.caption
    said = [float(part.split()[-1]) for part in last.split(", ")]
    assert [part.rsplit(" ", 1)[0] for part in last.split(", ")] == [
        "total", "backward pass", "finite difference",
    ]  # fmt: skip
    np.testing.assert_allclose(said, gradient[1, 0] / 3, rtol=1e-7)


def test_so_has_its_table():
    batch = network().record(X, LABELS)
    table = path_table(batch.cost, batch.weights[2], (1, 0), example=1)
    assert [what for what, _, _ in table.sums] == ["sum", "backward pass", "finite difference"]
    total, backward, numeric = (value for _, value, _ in table.sums)
    assert backward == pytest.approx(total, rel=1e-12)
    assert numeric == pytest.approx(total, rel=1e-7)
    assert table.title.startswith("example 1's part of ∂C/∂w2[1, 0]")
