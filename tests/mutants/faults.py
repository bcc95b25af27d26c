"""Faults wrapped around a right rule: what it gives, spoiled.

Each is a mistake that a rule may contain in any form whatever; those that concern only one text
are made by :mod:`.syntax`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from autograd_nn.engine.core import Op
from autograd_nn.engine.types import Array

from .mutant import Mutant, fitted


@dataclass(frozen=True)
class Situation:
    """What a fault may look at besides the right gradient."""

    op: Op
    i: int
    g: Array
    share: Array  # as the rule gave it, before it was summed back
    again: Callable[[Array], Array]  # the right gradient for another cotangent


Fault = Callable[[Array, Situation], Array]


def _scaled(factor: float) -> Fault:
    return lambda right, s: right * factor


def _one_element(right: Array, s: Situation) -> Array:
    wrong = right.copy()
    wrong.flat[right.size // 2 : right.size // 2 + 1] *= 1.5
    return wrong


def _last_element(right: Array, s: Situation) -> Array:
    wrong = right.copy()
    wrong.flat[-1:] = 0
    return wrong


def _flipped(axis: int) -> Fault:
    return lambda right, s: np.flip(right, axis) if right.ndim else right


def _transposed(right: Array, s: Situation) -> Array:
    """The gradient of the transpose; where the matrix is not square, poured into its shape."""
    return np.swapaxes(right, -1, -2).reshape(right.shape) if right.ndim > 1 else right


def _rolled(right: Array, s: Situation) -> Array:
    return np.roll(right, 1, axis=-1) if right.ndim else right


def _ignoring(right: Array, s: Situation) -> Array:
    return s.again(np.ones_like(s.g))


def _one_of_the_repeated(right: Array, s: Situation) -> Array:
    """Of what broadcasting repeated, the gradient of the first alone."""
    share = s.share
    share = share[(0,) * (share.ndim - right.ndim)]
    return share[tuple(slice(n) for n in right.shape)] if 0 not in s.share.shape else right


def _mean_of_the_repeated(right: Array, s: Situation) -> Array:
    return right * (right.size / s.share.size) if s.share.size else right


def _mean_over_the_result(right: Array, s: Situation) -> Array:
    return right / max(s.g.size, 1)


def _as_float32(right: Array, s: Situation) -> Array:
    return right.astype(np.float32).astype(np.float64)


FACTOR, PLACES = ("factor",), ("permuted",)
FAULTS: dict[str, tuple[Fault, tuple[str, ...]]] = {
    "× 1.01": (_scaled(1.01), FACTOR),
    "× 1.0003": (_scaled(1.0003), FACTOR),
    "× 1.00001": (_scaled(1.00001), FACTOR),
    "× 2": (_scaled(2.0), FACTOR),
    "+ 1e-7": (lambda right, s: right + 1e-7, ("offset",)),
    "negated": (_scaled(-1.0), ("sign",)),
    "zero": (_scaled(0.0), ("zero",)),
    "one element × 1.5": (_one_element, ("some elements",)),
    "last element zero": (_last_element, ("some elements",)),
    "flipped, first axis": (_flipped(0), ("flipped",)),
    "flipped, last axis": (_flipped(-1), ("flipped",)),
    "transposed": (_transposed, ("transposed",)),
    "permuted": (_rolled, PLACES),
    "cotangent ignored": (_ignoring, ("ignores cotangent",)),
    "not summed back": (_one_of_the_repeated, ("not summed back",)),
    "mean for sum, over the repeated": (_mean_of_the_repeated, ("mean for sum",)),
    "mean for sum, over the result": (_mean_over_the_result, ("mean for sum",)),
    "float32": (_as_float32, ("float32",)),
}
"""Each fault by its name, with the causes that name it rightly."""


def spoiled(op: Op, i: int, fault: Fault) -> Op:
    """The op with a fault in the gradient of argument i."""
    right = op.rule(i)
    assert right is not None

    def wrong(g: Array, y: Array, *arguments: Any, **params: Any) -> Any:
        def again(other: Array) -> Array:
            return fitted(op, arguments, i, right(other, y, *arguments, **params))

        share = np.asarray(right(g, y, *arguments, **params))
        situation = Situation(op, i, np.asarray(g), share, again)
        return fault(fitted(op, arguments, i, share), situation)

    return op.with_rule(i, wrong)


def faulty(op: Op, i: int) -> Iterator[Mutant]:
    """Every fault in the gradient of argument i."""
    for name, (fault, causes) in FAULTS.items():
        yield Mutant(op, i, name, name, partial(spoiled, op, i, fault), frozenset(causes))


# Faults that change nothing, declared; a test holds this against what is found by trying (sift.py), so
# that a fault that lost its effect on an op where it should have one would be noticed.
SLOPE_0 = {
    ("sign", 0), ("floor", 0), ("ceil", 0), ("rint", 0), ("trunc", 0), ("round", 0), ("fix", 0),
    ("floor_divide", 0), ("floor_divide", 1), ("copysign", 1),
}  # fmt: skip
"""A gradient of zeros stays one, except for what is added to it."""

OF_BROADCASTING = {"not summed back", "mean for sum, over the repeated"}
SYMMETRIC = {
    ("cholesky", 0): {"transposed"},  # functions of the symmetric part of a matrix
    ("eigh_packed", 0): {"transposed"},
    ("concatenate", 1): {"transposed"},  # in the samples, a row or a column
    ("linear", 2): {"transposed"},  # biases are a vector
    ("squeeze", 0): {"transposed", "permuted", "flipped, first axis", "flipped, last axis"},
    ("triu", 0): OF_BROADCASTING,  # nothing but a vector is repeated, and none is in the samples
    ("tril", 0): OF_BROADCASTING,
}


def changes_nothing(op: Op, i: int, fault: str) -> bool:
    """Whether a fault leaves the gradient of argument i as it is.

    >>> from autograd_nn import ops
    >>> changes_nothing(ops.exp, 0, "not summed back"), changes_nothing(ops.add, 0, "negated")
    (True, False)
    """
    if (op.name, i) in SLOPE_0:
        return fault != "+ 1e-7"
    if fault in OF_BROADCASTING and op.sum_back is None:
        return True
    return fault in SYMMETRIC.get((op.name, i), ())
