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
    Sample("power", (np.zeros(2), 1), {}, (1,)),
    Sample("power", (2.0, normal(3)), {}, (0,)),
    *pairs_apart("maximum"),
    *pairs_apart("minimum"),
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
    *reductions("sum", normal),
    *reductions("mean", normal, empty=False),
    *reductions("max", apart, empty=False),
    *reductions("logsumexp", normal, empty=False),
    *along_axis("softmax"),
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
