"""Values and gradients beside PyTorch's, where PyTorch is installed and has the function."""

import numpy as np
import pytest
from mutants.samples import every_sample

from autograd_nn import Tensor, gradients, ops

torch = pytest.importorskip("torch", reason="PyTorch is for comparison only")
F = torch.nn.functional


def axes(kw, name="dim"):
    """NumPy's axis and keepdims in PyTorch's words."""
    out = {} if kw.get("axis") is None else {name: kw["axis"]}
    return out | ({"keepdim": kw["keepdims"]} if "keepdims" in kw else {})


def everywhere(function):
    """A PyTorch reduction that must be told its axes, told all of them."""

    def reduction(x, **kw):
        axis = kw.get("axis")
        axis = tuple(range(x.ndim)) if axis is None else axis
        return function(x, axis, kw.get("keepdims", False))

    return reduction


def one_by_one(function):
    """A PyTorch reduction of one axis at a time, over several."""

    def reduction(x, axis=None, keepdims=False):
        dims = range(x.ndim) if axis is None else axis if isinstance(axis, tuple) else (axis,)
        dims = sorted((d % x.ndim for d in dims), reverse=True) if x.ndim else []
        for d in dims:
            x = function(x, dim=d, keepdim=keepdims)
        return x

    return reduction


def flat(function):
    return lambda x, axis=None: function(x.reshape(-1), 0) if axis is None else function(x, axis)


SAME = [
    "where",
    "add",
    "sub",
    "mul",
    "div",
    "maximum",
    "minimum",
    "fmax",
    "fmin",
    "remainder",
    "fmod",
    "copysign",
    "deg2rad",
    "rad2deg",
    "round",
    "hypot",
    "logaddexp",
    "logaddexp2",
    "float_power",
    "square",
    "sqrt",
    "reciprocal",
    "exp",
    "exp2",
    "expm1",
    "log",
    "log2",
    "log10",
    "log1p",
    "sign",
    "abs",
    "floor",
    "ceil",
    "trunc",
    "sin",
    "cos",
    "tan",
    "arcsin",
    "arccos",
    "arctan",
    "sinh",
    "cosh",
    "tanh",
    "arcsinh",
    "arccosh",
    "arctanh",
    "sinc",
    "erf",
    "erfc",
    "sigmoid",
    "relu",
    "matmul",
    "triu",
    "tril",
    "inv",
    "det",
    "swapaxes",
    "moveaxis",
]
TORCH = {name: getattr(torch, name, None) or getattr(torch.linalg, name) for name in SAME}
TORCH |= {
    "power": torch.pow, "neg": torch.neg, "arctan2": torch.arctan2, "fix": torch.fix,
    "rint": torch.round, "clip": lambda x, low=None, high=None: torch.clip(
        x, None if low is None else torch.as_tensor(low, dtype=x.dtype), None if high is None else torch.as_tensor(high, dtype=x.dtype)),
    "log_sigmoid": F.logsigmoid, "softplus": F.softplus, "silu": F.silu, "gelu": F.gelu,
    "leaky_relu": lambda x, slope=0.01: F.leaky_relu(x, slope), "elu": lambda x, alpha=1.0: F.elu(x, alpha),
    "softmax": lambda x, axis=-1, c=1.0: torch.softmax(c * x, axis),
    "log_softmax": lambda x, axis=-1: torch.log_softmax(x, axis),
    "sum": everywhere(torch.sum), "mean": everywhere(torch.mean), "max": everywhere(torch.amax),
    "min": everywhere(torch.amin), "logsumexp": everywhere(torch.logsumexp),
    "prod": one_by_one(torch.prod),
    "var": lambda x, axis=None, ddof=0, keepdims=False: torch.var(x, axis, correction=ddof, keepdim=keepdims),
    "std": lambda x, axis=None, ddof=0, keepdims=False: torch.std(x, axis, correction=ddof, keepdim=keepdims),
    "length": lambda x, axis=None, keepdims=False: torch.linalg.vector_norm(x, 2, axis, keepdims),
    "cumsum": flat(torch.cumsum), "cumprod": flat(torch.cumprod),
    "reshape": lambda x, shape: torch.reshape(x, (shape,) if isinstance(shape, int) else shape),
    "transpose": lambda x, axes=None: torch.permute(x, tuple(range(x.ndim))[::-1] if axes is None else axes),
    "broadcast_to": lambda x, shape: torch.broadcast_to(x, shape),
    "getitem": lambda x, index: x[torch_index(index)],
    "concatenate": lambda *xs, axis: torch.cat(xs, axis),
    "roll": lambda x, shift, axis=None: torch.roll(x, shift, axis),
    "flip": lambda x, axis=None: torch.flip(
        x, tuple(range(x.ndim)) if axis is None else axis if isinstance(axis, tuple) else (axis,)),
    "rot90": lambda x, k=1, axes=(0, 1): torch.rot90(x, k, axes),
    "sort": lambda x, axis=-1: torch.sort(x, axis).values,
    "take_along_axis": lambda x, i, axis: torch.take_along_dim(x, i, axis),
    "solve": lambda a, b: torch.linalg.solve(a, b[..., None])[..., 0] if b.ndim == 1 else torch.linalg.solve(a, b),
    "cholesky": torch.linalg.cholesky,
    "slogdet_packed": lambda x: torch.stack(tuple(torch.linalg.slogdet(x)), -1),
    "einsum": lambda *xs, subscripts: torch.einsum(subscripts, *xs),
    "sigmoid_cross_entropy": lambda z, y: F.binary_cross_entropy_with_logits(
        *torch.broadcast_tensors(z, y), reduction="none"),
}  # fmt: skip
for name in ("triu", "tril"):
    TORCH[name] = lambda x, k=0, name=name: getattr(torch, name)(x, k)
TORCH["swapaxes"] = lambda x, axis1, axis2: torch.swapaxes(x, axis1, axis2)
# what PyTorch does otherwise on purpose, or cannot do at all
ELSEWHERE = {
    "flip(0d)", "std(1)", "sinc(6,order)", "var(0x3,axis)", "std(0x3,axis)", "roll(0x2,shift)", "std(0d)", "std(1x1,axis)", "einsum(3x3,subscripts)0",
}  # fmt: skip


def torch_index(index):
    parts = index if isinstance(index, tuple) else (index,)
    if any(isinstance(p, slice) and (p.step or 1) < 0 for p in parts):
        pytest.skip("PyTorch has no negative steps")
    return tuple(torch.as_tensor(p) if isinstance(p, (list, np.ndarray)) else p for p in parts)


COMPARED = [s for s in every_sample() if s.op in TORCH and str(s) not in ELSEWHERE]


@pytest.mark.parametrize("sample", COMPARED, ids=str)
def test_values_and_gradients_are_pytorchs(sample):
    op, theirs = getattr(ops, sample.op), TORCH[sample.op]
    free = [i for i in range(len(sample.arrays)) if i not in sample.fixed]
    tensors = [Tensor(a, requires_grad=i in free) for i, a in enumerate(sample.arrays)]
    others = [
        torch.tensor(
            np.array(a), requires_grad=i in free, dtype=torch.float64 if i in free else None
        )
        for i, a in enumerate(sample.arrays)
    ]
    try:
        expected = theirs(*others, **sample.params)
    except (NotImplementedError, IndexError) as error:
        pytest.skip(f"PyTorch cannot: {error}")
    y = op(*tensors, **sample.params)
    np.testing.assert_allclose(y.data, expected.detach().numpy(), rtol=1e-10, atol=1e-10)
    seed = np.random.default_rng(0).standard_normal(y.shape)
    ours = gradients(y, [tensors[i] for i in free], seed=seed)
    found = torch.autograd.grad(
        expected, [others[i] for i in free], torch.tensor(seed), allow_unused=True
    )
    for mine, their in zip(ours, found, strict=True):
        zero = np.zeros(mine.shape) if their is None else their.numpy()
        np.testing.assert_allclose(mine, zero, rtol=1e-10, atol=1e-10)


def test_most_of_the_table_is_compared():
    assert len({s.op for s in COMPARED}) >= 75


def test_convolution_and_pooling_are_pytorchs():
    r = np.random.default_rng(2)
    x, w = r.standard_normal((2, 3, 7, 6)), r.standard_normal((4, 3, 3, 2))
    tx, tw = (torch.tensor(a, requires_grad=True) for a in (x, w))
    ax, aw = (Tensor(a, requires_grad=True) for a in (x, w))
    theirs = F.max_pool2d(F.conv2d(tx, tw, stride=1, padding=1), 2)
    ours = ops.max_pool2d(ops.conv2d(ax, aw, padding=1), 2)
    np.testing.assert_allclose(ours.data, theirs.detach().numpy(), atol=1e-12)
    theirs.sum().backward()
    ours.sum().backward()
    np.testing.assert_allclose(ax.grad, tx.grad.numpy(), atol=1e-12)
    np.testing.assert_allclose(aw.grad, tw.grad.numpy(), atol=1e-12)


def test_decompositions_have_pytorchs_gradients_where_the_signs_do_not_matter():
    r = np.random.default_rng(4)
    a = r.standard_normal((3, 3))
    a = a + a.T
    ta, oa = torch.tensor(a, requires_grad=True), Tensor(a, requires_grad=True)
    values, vectors = torch.linalg.eigh(ta)
    (values.pow(3).sum() + (vectors**2 * torch.arange(3.0)).sum()).backward()
    values, vectors = ops.eigh(oa)
    ((values**3).sum() + (vectors**2 * np.arange(3.0)).sum()).backward()
    np.testing.assert_allclose(oa.grad, (ta.grad + ta.grad.T).numpy() / 2, atol=1e-10)
    b = r.standard_normal((4, 3))
    tb, ob = torch.tensor(b, requires_grad=True), Tensor(b, requires_grad=True)
    for module, x, total in ((torch.linalg, tb, torch.sum), (ops, ob, ops.sum)):
        u, s, vt = module.svd(x, full_matrices=False) if module is torch.linalg else module.svd(x)
        (total(u**4) + total(s**2) + total(vt**4)).backward()
    np.testing.assert_allclose(ob.grad, tb.grad.numpy(), atol=1e-10)


def test_softmax_cross_entropy_is_pytorchs():
    r = np.random.default_rng(3)
    z, labels = r.standard_normal((5, 4)), r.integers(0, 4, 5)
    tz, oz = torch.tensor(z, requires_grad=True), Tensor(z, requires_grad=True)
    F.cross_entropy(tz, torch.tensor(labels), reduction="sum").backward()
    ops.softmax_cross_entropy(oz, labels).sum().backward()
    np.testing.assert_allclose(oz.grad, tz.grad.numpy(), atol=1e-14)
