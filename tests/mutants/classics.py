"""Wrong rules as people write them, each made by hand.

The first eight are those on which gradient checkers in use were compared: a check whose cotangent
is all ones passes five of them.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from autograd_nn import ops
from autograd_nn.engine.core import Op
from autograd_nn.engine.types import Rule

from .mutant import Function, Mutant, Within
from .samples import Draw, Sample

_draw = Draw(45)
_X = _draw.normal(4, 5)


def _softmax_diagonal(g: Any, y: Any, x: Any) -> Any:
    return g * (y * (1 - y))


def _softmax_other_axis(g: Any, y: Any, x: Any) -> Any:
    return y * (g - ops.sum(g * y, axis=0, keepdims=True))


def _only_reshaped(g: Any, y: Any, x: Any) -> Any:
    return ops.reshape(g, shape=x.shape)


def _assigned(g: Any, y: Any, x: Any, index: Any) -> Any:
    """Where an index is repeated, the last share written stays, instead of the sum."""
    wrong = np.zeros(x.shape)
    wrong[index] = g
    return wrong


def _assigned_along(g: Any, y: Any, x: Any, indices: Any, axis: int) -> Any:
    wrong = np.zeros(x.shape)
    np.put_along_axis(wrong, np.asarray(indices), g, axis=axis)
    return wrong


def _every_largest(g: Any, y: Any, x: Any) -> Any:
    """Each of several equal maxima gets the whole gradient."""
    return g * ops.equal(x, y)


def _layer(cost: Callable[[Any], Any]) -> Callable[[Op], Function]:
    """A layer of neurons with the activation in question, and a cost above it."""
    x = Draw(77).normal(3, 4)
    return lambda activation: lambda w, b: cost(activation(x @ ops.transpose(w) + b))


def _quadratic(a: Any) -> Any:
    return 0.5 * ops.sum(ops.square(a - 0.3))


def _mistake(
    op: Op,
    what: str,
    rule: Rule,
    *causes: str,
    sample: Sample | None = None,
    family: str = "classic",
    within: Within = None,
) -> Mutant:
    samples = (sample or Sample(op.name, (_X,)),)
    return Mutant(
        op, 0, family, what, lambda: op.with_rule(0, rule), frozenset(causes), samples, within
    )


EIGHT = (
    _mistake(ops.softmax, "zero backward", lambda g, y, x: g * 0, "zero"),
    _mistake(ops.softmax, "diagonal only", _softmax_diagonal, "diagonal"),
    _mistake(ops.softmax, "summed over the wrong axis", _softmax_other_axis, "other"),
    _mistake(ops.transpose, "backward only reshapes", _only_reshaped, "permuted", "transposed"),
    _mistake(
        ops.flip, "forgets to flip back", lambda g, y, x, axis: g, "flipped",
        sample=Sample("flip", (_X,), {"axis": 1}),
    ),
    _mistake(
        ops.roll, "rolls the wrong way", lambda g, y, x, shift: ops.roll(g, shift=shift),
        "permuted", sample=Sample("roll", (_X,), {"shift": 1}),
    ),
    _mistake(ops.tanh, "ignores the cotangent", lambda g, y, x: 1 - y * y, "ignores cotangent"),
    _mistake(ops.square, "without its factor 2", lambda g, y, x: g * x, "factor"),
)  # fmt: skip

_W, _B = _draw.normal(2, 4), _draw.normal(2)
_IN_A_LAYER = Sample("layer", (_W, _B))


def _forgotten(op: Op, derivative: Callable[[Any], Any]) -> list[Mutant]:
    """An activation's derivative left out of the backward pass of a layer, or taken twice."""
    wrong: dict[str, Rule] = {
        "missing": lambda g, y, x: g,
        "twice": lambda g, y, x: g * derivative(y) * derivative(y),
    }
    return [
        _mistake(
            op,
            f"derivative {how}, in a layer under {below}",
            rule,
            "activation derivative",
            sample=_IN_A_LAYER,
            within=_layer(cost),
        )
        for how, rule in wrong.items()
        for below, cost in (("a quadratic cost", _quadratic), ("a sum", ops.sum))
    ]


OTHERS = (
    _mistake(
        ops.getitem, "a repeated index is not accumulated", _assigned, "not accumulated",
        sample=Sample("getitem", (_X,), {"index": [0, 2, 0, 0]}),
    ),
    _mistake(
        ops.take_along_axis, "a repeated index is not accumulated", _assigned_along,
        "not accumulated",
        sample=Sample(
            "take_along_axis", (_X, np.array([[0, 0], [1, 2], [3, 3], [4, 0]])), {"axis": 1}, (1,)
        ),
    ),
    _mistake(
        ops.max, "every one of equal maxima gets all", _every_largest, "ties",
        sample=Sample("max", (np.array([1.0, 3.0, 3.0, -1.0, 3.0]),)),
    ),
    *_forgotten(ops.sigmoid, lambda y: y * (1 - y)),
    *_forgotten(ops.tanh, lambda y: 1 - y * y),
)  # fmt: skip
CLASSICS = (*EIGHT, *OTHERS)
