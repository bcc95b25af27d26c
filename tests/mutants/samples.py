"""Arguments to try every op on: one table, checked to be complete.

A sample is the op's arguments and settings.  ``fixed`` lists arguments that are not differentiated
(labels, masks).  Every op is tried on ordinary, broadcast, 0-d, size-1 and empty arrays, where it
takes them.  The tests and the check's own proof read this table; the library itself does not.
"""

# mypy: disable-error-code="arg-type, call-overload, misc"
# (the rows of a table of cases are of many types)

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from autograd_nn.engine.types import Array

Shape = tuple[int, ...]
Draws = Callable[..., Array]
"""``draws(*shape)``: random numbers of one kind, in an array of that shape."""


@dataclass(frozen=True, eq=False)
class Sample:
    """One call of an op."""

    op: str
    arrays: tuple[Any, ...]
    params: dict[str, Any] = field(default_factory=dict)
    fixed: tuple[int, ...] = ()

    def __str__(self) -> str:
        """``mul(3x4-4)``."""
        shapes = "-".join("x".join(map(str, np.shape(a))) or "0d" for a in self.arrays)
        return f"{self.op}({shapes}{',' if self.params else ''}{','.join(self.params)})"


class Draw:
    """Random arguments of several kinds."""

    def __init__(self, seed: int) -> None:
        self.rng = np.random.default_rng(seed)

    def normal(self, *shape: int) -> Array:
        """Numbers of both signs, none near 0."""
        x = np.asarray(self.rng.standard_normal(shape))
        return np.asarray(x + 0.25 * np.sign(x))

    def above_zero(self, *shape: int) -> Array:
        """Positive numbers, most of them between 1/3 and 3."""
        return np.asarray(np.exp(0.5 * self.rng.standard_normal(shape)))

    def apart(self, *shape: int) -> Array:
        """Numbers of which no two are close: maxima and order survive a small step."""
        n = int(np.prod(shape, dtype=int))
        return np.asarray((self.rng.permutation(n) - n / 2.0 + 0.3).reshape(shape))

    def inside_one(self, *shape: int) -> Array:
        """Numbers between -0.9 and 0.9."""
        return np.asarray(self.rng.uniform(-0.9, 0.9, shape))

    def shares(self, *shape: int) -> Array:
        """Numbers between 0 and 1."""
        return np.asarray(self.rng.random(shape))

    def invertible(self, *shape: int) -> Array:
        """Square matrices far from singular ones, as a rule."""
        return np.asarray(self.rng.standard_normal(shape) + 3 * np.eye(*shape[-2:]))

    def definite(self, *shape: int) -> Array:
        """Symmetric positive definite matrices."""
        x = self.rng.standard_normal(shape)
        return np.asarray(x @ np.swapaxes(x, -1, -2) + np.eye(shape[-1]))

    def masks(self, *shape: int) -> Array:
        """True or False, one as likely as the other."""
        return np.asarray(self.rng.random(shape) < 0.5)


ONE: Sequence[Shape] = [(3, 4), (5,), (), (1,), (1, 1), (0,), (0, 3), (2, 3, 2)]
TWO: Sequence[tuple[Shape, Shape]] = [
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


def unary(op: str, draws: Draws, shapes: Sequence[Shape] = ONE) -> list[Sample]:
    """One argument, of each shape."""
    return [Sample(op, (draws(*s),)) for s in shapes]


def binary(
    op: str,
    draw_a: Draws,
    draw_b: Draws | None = None,
    shapes: Sequence[tuple[Shape, Shape]] = TWO,
    fixed: tuple[int, ...] = (),
) -> list[Sample]:
    """Two arguments that broadcast."""
    return [Sample(op, (draw_a(*a), (draw_b or draw_a)(*b)), {}, fixed) for a, b in shapes]


def pairs_apart(op: str, apart: Draws) -> list[Sample]:
    """Pairs whose elements never meet, whichever way they are broadcast."""
    samples = []
    for a, b in TWO:
        n = int(np.prod(a, dtype=int))
        both = apart(n + int(np.prod(b, dtype=int)))
        samples.append(Sample(op, (both[:n].reshape(a), both[n:].reshape(b))))
    return samples


def reductions(op: str, draws: Draws, empty: bool = True) -> list[Sample]:
    """One argument, reduced over one axis, several and all; ``empty``: over nothing too."""
    samples = [
        Sample(op, (draws(3, 4),)),
        Sample(op, (draws(3, 4),), {"axis": 0}),
        Sample(op, (draws(3, 4),), {"axis": -1, "keepdims": True}),
        Sample(op, (draws(2, 3, 4),), {"axis": (0, 2)}),
        Sample(op, (draws(2, 3, 4),), {"axis": (-1, 0), "keepdims": True}),
        Sample(op, (draws(2, 3),), {"axis": (0, 1)}),
        Sample(op, (draws(),)),
        Sample(op, (draws(1),)),
        Sample(op, (draws(1, 1),), {"axis": 1}),
        Sample(op, (draws(0, 3),), {"axis": 1}),
    ]
    return samples + ([Sample(op, (draws(0, 3),), {"axis": 0})] if empty else [])


def along_axis(op: str, draws: Draws) -> list[Sample]:
    """One argument, each row of which is treated by itself."""
    return [
        Sample(op, (draws(3, 4),)),
        Sample(op, (draws(3, 4),), {"axis": 0}),
        Sample(op, (draws(2, 3, 2),), {"axis": -2}),
        Sample(op, (draws(5),)),
        Sample(op, (draws(1),)),
        Sample(op, (draws(3, 1),)),
        Sample(op, (draws(0, 3),)),
        Sample(op, (3 * draws(2, 3),)),
    ]


def table(seed: int = 1986) -> list[Sample]:
    """Every op's samples; another seed draws other numbers."""
    draw = Draw(seed)
    normal, above_zero, inside_one = draw.normal, draw.above_zero, draw.inside_one
    apart, invertible, definite = draw.apart, draw.invertible, draw.definite
    masks, rng = draw.masks, draw.rng
    return [
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
        *pairs_apart("maximum", apart),
        *pairs_apart("minimum", apart),
        *binary("not_equal", normal, fixed=(0, 1)),
        *binary("float_power", above_zero, normal),
        *pairs_apart("fmax", apart),
        *pairs_apart("fmin", apart),
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
                       "erfc", "log_sigmoid", "softplus", "leaky_relu", "elu", "gelu", "silu")
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
        *along_axis("softmax", normal),
        Sample("softmax", (normal(2, 3),), {"c": 2.5}),
        *along_axis("log_softmax", normal),
        Sample("one_hot", (np.array([2, 0]),), {"classes": 3}, (0,)),
        Sample("one_hot", (np.array(1),), {"classes": 3}, (0,)),
        Sample("one_hot", (np.zeros(0, int),), {"classes": 3}, (0,)),
        *binary("sigmoid_cross_entropy", normal, draw.shares),
        *[Sample("softmax_cross_entropy", (normal(*s), np.array(rng.integers(0, s[-1], s[:-1]))), {}, (1,))
          for s in [(3, 4), (4,), (1, 1), (2, 2, 3), (0, 3)]],
    ]  # fmt: skip


TABLE = table()


def every_sample() -> list[Sample]:
    """The whole table."""
    return TABLE


def of(op: str) -> list[Sample]:
    """The samples of one op."""
    return [s for s in TABLE if s.op == op]
