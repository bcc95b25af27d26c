"""Arguments to try every op on: one table, checked to be complete.

A sample is the op's arguments and settings.  ``fixed`` lists arguments that are not differentiated
(labels, masks).  Every op is tried on ordinary, broadcast, 0-d, size-1 and empty arrays, where it
takes them.
"""

from dataclasses import dataclass, field

import numpy as np

rng = np.random.default_rng(1986)


@dataclass(frozen=True)
class Sample:
    op: str
    arrays: tuple
    params: dict = field(default_factory=dict)
    fixed: tuple[int, ...] = ()

    def __str__(self):
        shapes = "-".join("x".join(map(str, np.shape(a))) or "0d" for a in self.arrays)
        return f"{self.op}({shapes}{',' if self.params else ''}{','.join(self.params)})"


def normal(*shape):
    """Numbers of both signs, none near 0."""
    x = np.asarray(rng.standard_normal(shape))
    return np.asarray(x + 0.25 * np.sign(x))


def above_zero(*shape):
    return np.asarray(np.exp(0.5 * rng.standard_normal(shape)))


def apart(*shape):
    """Numbers of which no two are close: maxima and order survive a small step."""
    n = int(np.prod(shape, dtype=int))
    return (rng.permutation(n) - n / 2.0 + 0.3).reshape(shape)


def inside_one(*shape):
    return np.asarray(rng.uniform(-0.9, 0.9, shape))


def invertible(*shape):
    return np.asarray(rng.standard_normal(shape) + 3 * np.eye(*shape[-2:]))


def definite(*shape):
    x = rng.standard_normal(shape)
    return np.asarray(x @ np.swapaxes(x, -1, -2) + np.eye(shape[-1]))


def masks(*shape):
    return np.asarray(rng.random(shape) < 0.5)


ONE = [(3, 4), (5,), (), (1,), (1, 1), (0,), (0, 3), (2, 3, 2)]
TWO = [
    ((3, 4), (3, 4)),
    ((3, 4), (4,)),
    ((3, 1), (1, 4)),
    ((2, 3, 4), (3, 1)),
    ((), (3,)),
    ((2, 2), ()),
    ((), ()),
    ((1,), (3,)),
    ((1, 1), (1,)),
    ((0,), (1,)),
    ((0, 3), (3,)),
    ((2, 1), (0,)),
]


def unary(op, draw, shapes=ONE):
    return [Sample(op, (draw(*s),)) for s in shapes]


def binary(op, draw_a, draw_b=None, shapes=TWO, fixed=()):
    return [Sample(op, (draw_a(*a), (draw_b or draw_a)(*b)), {}, fixed) for a, b in shapes]


def pairs_apart(op):
    """Pairs whose elements never meet, whichever way they are broadcast."""
    samples = []
    for a, b in TWO:
        n = int(np.prod(a, dtype=int))
        both = apart(n + int(np.prod(b, dtype=int)))
        samples.append(Sample(op, (both[:n].reshape(a), both[n:].reshape(b))))
    return samples


def reductions(op, draw, empty=True):
    samples = [
        Sample(op, (draw(3, 4),)),
        Sample(op, (draw(3, 4),), {"axis": 0}),
        Sample(op, (draw(3, 4),), {"axis": -1, "keepdims": True}),
        Sample(op, (draw(2, 3, 4),), {"axis": (0, 2)}),
        Sample(op, (draw(2, 3, 4),), {"axis": (-1, 0), "keepdims": True}),
        Sample(op, (draw(2, 3),), {"axis": (0, 1)}),
        Sample(op, (draw(),)),
        Sample(op, (draw(1),)),
        Sample(op, (draw(1, 1),), {"axis": 1}),
        Sample(op, (draw(0, 3),), {"axis": 1}),
    ]
    return samples + ([Sample(op, (draw(0, 3),), {"axis": 0})] if empty else [])


def along_axis(op):
    return [
        Sample(op, (normal(3, 4),)),
        Sample(op, (normal(3, 4),), {"axis": 0}),
        Sample(op, (normal(2, 3, 2),), {"axis": -2}),
        Sample(op, (normal(5),)),
        Sample(op, (normal(1),)),
        Sample(op, (normal(3, 1),)),
        Sample(op, (normal(0, 3),)),
        Sample(op, (3 * normal(2, 3),)),
    ]


TABLE = [
    *binary("greater", normal, fixed=(0, 1)),
    *binary("equal", normal, fixed=(0, 1)),
    *[Sample("where", (masks(*m), normal(*a), normal(*b)), {}, (0,)) for m, a, b in [
        ((3, 4), (3, 4), (3, 4)), ((4,), (3, 1), ()), ((3, 1), (4,), (3, 4)), ((), (), ()),
        ((1,), (1,), (1,)), ((0,), (0,), (1,)), ((2, 1, 1), (3,), (2, 1, 3)),
    ]],
    *binary("add", normal),
    *binary("sub", normal),
    *binary("mul", normal),
    *binary("div", normal),
    *binary("power", above_zero, normal),
    Sample("power", (normal(3, 2), 3), {}, (1,)),
    Sample("power", (normal(3, 2), np.array([2.0, -1.0])), {}, (1,)),
    Sample("power", (normal(3), 0), {}, (1,)),
    Sample("power", (np.array([2.0, 3.0]), np.array([0.0, 1.0]))),
    Sample("power", (np.zeros(2), 1), {}, (1,)),
    Sample("power", (2.0, normal(3)), {}, (0,)),
    *pairs_apart("maximum"),
    *pairs_apart("minimum"),
    *binary("not_equal", normal, fixed=(0, 1)),
    *binary("float_power", above_zero, normal),
    *pairs_apart("fmax"),
    *pairs_apart("fmin"),
    *[Sample("remainder", (normal(*a), above_zero(*b))) for a, b in TWO],
    *[Sample("fmod", (normal(*a), above_zero(*b))) for a, b in TWO],
    *[Sample("floor_divide", (normal(*a), above_zero(*b))) for a, b in TWO],
    *binary("copysign", normal),
    *binary("hypot", normal),
    *binary("arctan2", normal),
    *binary("logaddexp", normal),
    *binary("logaddexp2", normal),
    *unary("deg2rad", normal),
    *unary("rad2deg", normal),
    *unary("round", normal),
    Sample("round", (normal(3, 2),), {"decimals": 1}),
    *[Sample("clip", (normal(*s),), {"low": -0.9, "high": 0.9}) for s in ONE],
    Sample("clip", (normal(3, 4),), {"low": np.zeros(4, np.float32)}),
    *unary("nan_to_num", normal),
    *[s for op in ("cbrt", "reciprocal", "exp2", "expm1", "floor", "ceil", "rint", "trunc", "fix",
                   "sin", "cos", "tan", "arctan", "sinh", "cosh", "arcsinh", "sinc", "erf",
                   "log_sigmoid", "softplus", "leaky_relu", "elu", "gelu", "silu")
      for s in unary(op, normal)],
    *[s for op in ("log2", "log10", "log1p") for s in unary(op, above_zero)],
    *[s for op in ("arcsin", "arccos", "arctanh") for s in unary(op, inside_one)],
    *unary("arccosh", lambda *s: np.asarray(1.2 + above_zero(*s))),
    Sample("sinc", (np.array([0.0, 1e-3, -0.4, 1.0, 5.3, -40.2]),), {"order": 1}),
    Sample("leaky_relu", (normal(4),), {"slope": 0.3}),
    Sample("elu", (normal(4),), {"alpha": 0.5}),
    *unary("positive", normal),
    *unary("neg", normal),
    *unary("square", normal),
    *unary("sqrt", above_zero),
    *unary("exp", normal),
    *unary("log", above_zero),
    *unary("sign", normal),
    *unary("abs", normal),
    *unary("sigmoid", normal),
    Sample("sigmoid", (np.array([-40.0, -9.0, 0.0, 9.0, 30.0]),)),
    *unary("tanh", normal),
    *unary("relu", normal),
    *[Sample("matmul", (normal(*a), normal(*b))) for a, b in [
        ((3, 4), (4, 2)), ((1, 4), (4, 1)), ((4,), (4, 2)), ((3, 4), (4,)), ((4,), (4,)), ((1,), (1,)),
        ((1, 1), (1, 1)), ((2, 3, 4), (4, 2)), ((2, 3, 4), (2, 4, 2)), ((3, 4), (5, 4, 2)),
        ((2, 1, 3, 4), (5, 4, 2)), ((4,), (3, 4, 2)), ((3, 2, 4), (4,)), ((0, 4), (4, 2)),
        ((3, 0), (0, 2)), ((0,), (0, 2)), ((0, 3, 4), (4, 2)),
    ]],
    *[Sample("linear", (normal(*a), normal(*w), normal(w[0]))) for a, w in [
        ((3, 4), (2, 4)), ((4,), (2, 4)), ((1, 4), (1, 4)), ((3, 1), (2, 1)), ((0, 4), (2, 4)),
    ]],
    *[Sample("reshape", (normal(*s),), {"shape": t}) for s, t in [
        ((3, 4), (4, 3)), ((3, 4), -1), ((6,), (2, 1, 3)), ((), (1, 1)), ((1,), ()), ((0, 3), (3, 0)),
    ]],
    *[Sample("transpose", (normal(*s),), p) for s, p in [
        ((3, 4), {}), ((2, 3, 4), {"axes": (1, 2, 0)}), ((2, 3, 4), {"axes": (0, -1, 1)}),
        ((4,), {}), ((), {}), ((1, 1), {}), ((0, 2), {}),
    ]],
    *[Sample("broadcast_to", (normal(*s),), {"shape": t}) for s, t in [
        ((4,), (3, 4)), ((3, 1), (3, 4)), ((), (2, 2)), ((1,), (0,)), ((2, 3), (2, 3)),
        ((2, 1, 3), (4, 2, 5, 3)), ((0, 1), (2, 0, 3)),
    ]],
    *[Sample("sum_to", (normal(*s),), {"shape": t}) for s, t in [
        ((3, 4), (4,)), ((3, 4), (3, 1)), ((2, 2), ()), ((0,), (1,)), ((2, 3), (2, 3)),
        ((4, 2, 5, 3), (2, 1, 3)), ((2, 0, 3), (0, 1)), ((), ()),
    ]],
    *[Sample("getitem", (normal(*s),), {"index": i}) for s, i in [
        ((3, 4), 1), ((3, 4), (slice(None), -1)), ((3, 4), (slice(2, 0, -1), slice(0, 4, 2))),
        ((3, 4), (Ellipsis, None, 0)), ((3, 4), [0, 0, 2]), ((3, 4), (np.array([0, 1, 0]), [3, 1, 3])),
        ((3, 4), np.array([[0, 1], [2, 0]])), ((2, 3), np.array([[True, False, True], [False] * 3])),
        ((3, 4), (np.array([True, False, True]), 2)), ((), ()), ((), None), ((1,), 0),
        ((3,), slice(0, 0)), ((0, 2), (slice(None), 1)), ((4,), np.array([], dtype=int)),
    ]],
    *[Sample("scatter_add", (normal(*s),), {"index": i, "shape": t}) for s, i, t in [
        ((4,), 1, (3, 4)), ((3,), (slice(None), -1), (3, 4)), ((3, 4), [0, 0, 2], (3, 4)),
        ((3,), (np.array([0, 1, 0]), [3, 1, 3]), (3, 4)), ((), (), ()), ((1,), None, ()),
        ((0,), slice(0, 0), (3,)), ((2,), np.array([True, False, True]), (3,)),
    ]],
    *[Sample("concatenate", tuple(normal(*s) for s in shapes), {"axis": axis})
      for axis, *shapes in [
        (0, (2, 3), (1, 3)), (1, (2, 3), (2, 1), (2, 2)), (-1, (2, 3), (2, 0)), (0, (3,), (1,)),
        (0, (1,)), (0, (0,), (2,)), (-2, (0, 3), (0, 3)),
    ]],
    *[Sample("astype", (normal(*s),), {"dtype": np.dtype(float)}) for s in ONE],
    *[Sample("expand_dims", (normal(*s),), {"axis": a}) for s, a in [
        ((3, 4), 1), ((), 0), ((2, 3), (0, -1)), ((1,), 0), ((0,), 1)]],
    *[Sample("squeeze", (normal(*s),), p) for s, p in [
        ((1, 3, 1), {}), ((1, 3, 1), {"axis": -1}), ((1,), {}), ((), {}), ((0, 1), {})]],
    *[Sample("moveaxis", (normal(*s),), {"source": a, "destination": b}) for s, a, b in [
        ((2, 3, 4), 0, -1), ((2, 3, 4), (0, 1), (2, 0)), ((1, 1), 0, 1), ((0, 2), 1, 0)]],
    *[Sample("swapaxes", (normal(*s),), {"axis1": a, "axis2": b}) for s, a, b in [
        ((2, 3, 4), 0, -1), ((1, 1), 0, 1), ((0, 2), 1, 0)]],
    *[Sample("flip", (normal(*s),), p) for s, p in [
        ((3, 4), {}), ((3, 4), {"axis": 1}), ((2, 3, 2), {"axis": (0, -1)}), ((), {}), ((1,), {}),
        ((0,), {})]],
    *[Sample("roll", (normal(*s),), p) for s, p in [
        ((3, 4), {"shift": 2}), ((3, 4), {"shift": -1, "axis": 1}),
        ((3, 4), {"shift": (1, 2), "axis": (0, 1)}), ((1,), {"shift": 3}), ((0, 2), {"shift": 1})]],
    *[Sample("rot90", (normal(*s),), p) for s, p in [
        ((3, 4), {}), ((3, 4), {"k": 2}), ((2, 3, 4), {"k": -1, "axes": (1, 2)}), ((1, 1), {"k": 3}),
        ((0, 2), {})]],
    *[Sample("pad", (normal(*s),), {"width": w}) for s, w in [
        ((3, 4), 1), ((3, 4), (1, 2)), ((3, 4), ((0, 1), (2, 0))), ((1,), 2), ((0, 2), 1), ((2,), 0)]],
    Sample("pad", (normal(2, 2),), {"width": 1, "value": 3.0}),
    *[Sample(op, (normal(*s),), p) for op in ("triu", "tril") for s, p in [
        ((3, 4), {}), ((4, 3), {"k": 1}), ((2, 3, 3), {"k": -1}), ((1, 1), {}), ((0, 3), {})]],
    *[Sample("take_along_axis", (normal(*s), np.array(i)), {"axis": a}, (1,)) for s, i, a in [
        ((3, 4), [[0, 0, 3], [1, 2, 1], [3, 3, 3]], 1), ((3, 4), [[2, 0, 1, 1]], 0), ((3,), [0, 0, 2], -1),
        ((1,), [0], 0)]],
    Sample("take_along_axis", (normal(0, 2), np.zeros((0, 2), int)), {"axis": 1}, (1,)),
    *[Sample("add_along_axis", (normal(*np.shape(i)), np.array(i)), {"axis": a, "shape": s}, (1,))
      for s, i, a in [
        ((3, 4), [[0, 0, 3], [1, 2, 1], [3, 3, 3]], 1), ((3, 4), [[2, 0, 1, 1]], 0), ((3,), [0, 0, 2], -1),
        ((1,), [0], 0)]],
    Sample("add_along_axis", (normal(0, 2), np.zeros((0, 2), int)), {"axis": 1, "shape": (0, 3)}, (1,)),
    *[Sample("put_along_axis", (normal(*s), np.array(i), normal(*np.shape(i))), {"axis": a}, (1,))
      for s, i, a in [
        ((3, 4), [[0, 2, 3], [1, 2, 0], [3, 1, 0]], 1), ((3, 4), [[2, 0, 1, 1]], 0), ((3,), [0, 2], -1),
        ((1,), [0], 0)]],
    Sample("put_along_axis", (normal(0, 2), np.zeros((0, 1), int), normal(0, 1)), {"axis": 1}, (1,)),
    *[Sample("argsort", (apart(*s),), {}, (0,)) for s in [(3, 4), (1,), (0,)]],
    *[Sample("argpartition", (apart(*s),), {"kth": 0}, (0,)) for s in [(3, 4), (1,), (0, 1)]],
    *[Sample("sort", (apart(*s),), p) for s, p in [
        ((3, 4), {}), ((3, 4), {"axis": 0}), ((5,), {}), ((1,), {}), ((0, 3), {})]],
    *[Sample("partition", (apart(*s),), p) for s, p in [
        ((3, 4), {"kth": 1}), ((4, 2), {"kth": 2, "axis": 0}), ((1,), {"kth": 0}),
        ((0, 3), {"kth": 1})]],
    *[Sample("windows", (normal(*s),), {"size": z, "stride": t}) for s, z, t in [
        ((4, 5), (2, 3), (1, 1)), ((2, 5, 4), (2, 2), (2, 1)), ((1, 1), (1, 1), (1, 1)),
        ((0, 3, 3), (2, 2), (1, 1)), ((5, 5), (2, 2), (3, 3))]],
    *[Sample("overlap_add", (normal(*s),), {"size": s[-2:], "stride": t, "shape": o}) for s, t, o in [
        ((3, 3, 2, 3), (1, 1), (4, 5)), ((2, 2, 3, 2, 2), (2, 1), (2, 5, 4)),
        ((1, 1, 1, 1), (1, 1), (1, 1)), ((0, 2, 2, 2, 2), (1, 1), (0, 3, 3))]],
    *[Sample(op, (invertible(*s),)) for op in ("inv", "det", "slogdet_packed")
      for s in [(3, 3), (2, 3, 3), (1, 1), (0, 2, 2)]],
    *[Sample(op, (definite(*s),)) for op in ("cholesky", "eigh_packed")
      for s in [(3, 3), (2, 3, 3), (1, 1), (0, 2, 2)]],
    *[Sample("svd_packed", (invertible(*s),)) for s in [
        (3, 3), (4, 2), (2, 4), (2, 3, 2), (1, 1), (0, 2, 2)]],
    *[Sample("solve", (invertible(*a), normal(*b))) for a, b in [
        ((3, 3), (3,)), ((3, 3), (3, 2)), ((2, 3, 3), (3, 2)), ((3, 3), (2, 3, 1)), ((2, 3, 3), (3,)),
        ((1, 1), (1,)), ((0, 2, 2), (2, 1))]],
    *[Sample("einsum", tuple(normal(*s) for s in shapes), {"subscripts": e}) for e, *shapes in [
        ("ij,jk->ik", (3, 4), (4, 2)), ("ij,jk", (3, 4), (4, 2)), ("i,i", (3,), (3,)), ("ii->i", (3, 3)),
        ("ii", (3, 3)), ("ij->j", (3, 4)), ("ij->", (2, 3)), ("i,j->ij", (3,), (2,)), ("ijj->i", (2, 3, 3)),
        ("...ij,...jk->...ik", (2, 3, 4), (4, 2)), ("...i->...", (2, 3)), ("i...->...", (3, 2, 2)),
        ("ij,jk,kl->il", (2, 3), (3, 2), (2, 4)), (",i->i", (), (3,)), ("i->i", (1,)), ("ij,j->i", (0, 3), (3,)),
        ("bi,bj->bij", (2, 3), (2, 2)), ("ij,ij->ij", (1, 3), (2, 3)), ("ji", (2, 3))]],
    *reductions("sum", normal),
    *reductions("prod", normal),
    Sample("prod", (np.array([[2.0, 0.0, 3.0], [0.0, 0.0, 1.0]]),), {"axis": 1}),
    *reductions("var", normal, empty=False),
    Sample("var", (normal(3, 4),), {"axis": 0, "ddof": 1}),
    *[s for s in reductions("std", normal, empty=False) if s.arrays[0].size != 1 and s.arrays[0].shape != (1, 1)],
    Sample("std", (normal(3, 4),), {"axis": 0, "ddof": 1}),
    Sample("std", (normal(1, 2),), {"axis": 1}),
    Sample("std", (np.array([2.0]),)),
    *reductions("min", apart, empty=False),
    *reductions("length", normal, empty=False),
    *[Sample(op, (normal(*s),), p) for op in ("cumsum", "cumprod") for s, p in [
        ((3, 4), {}), ((3, 4), {"axis": 0}), ((2, 3, 2), {"axis": -2}), ((5,), {"axis": 0}), ((1,), {}),
        ((0, 3), {"axis": 0}), ((0,), {})]],
    Sample("cumprod", (np.array([2.0, 0.0, 3.0, 0.0, 1.5]),), {"axis": 0}),
    *reductions("mean", normal, empty=False),
    *reductions("max", apart, empty=False),
    *reductions("logsumexp", normal, empty=False),
    *along_axis("softmax"),
    Sample("softmax", (normal(2, 3),), {"c": 2.5}),
    *along_axis("log_softmax"),
    Sample("one_hot", (np.array([2, 0]),), {"classes": 3}, (0,)),
    Sample("one_hot", (np.array(1),), {"classes": 3}, (0,)),
    Sample("one_hot", (np.zeros(0, int),), {"classes": 3}, (0,)),
    *binary("sigmoid_cross_entropy", normal, lambda *s: np.asarray(rng.random(s))),
    *[Sample("softmax_cross_entropy", (normal(*s), np.array(rng.integers(0, s[-1], s[:-1]))), {}, (1,))
      for s in [(3, 4), (4,), (1, 1), (2, 2, 3), (0, 3)]],
]  # fmt: skip


def every_sample():
    return TABLE


def of(op):
    return [s for s in TABLE if s.op == op]
