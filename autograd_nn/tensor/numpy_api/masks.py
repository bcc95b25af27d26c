"""Comparisons and masks as recorded operations: what a plan needs, which must not freeze an answer.

Outside of a plan a comparison of tensors is NumPy's, of their values, and gives an array.
"""

from __future__ import annotations

from typing import Any

from ... import ops
from ...engine.core import Value

equal, not_equal, greater = ops.equal, ops.not_equal, ops.greater


def less(a: Value, b: Value) -> Any:
    """``a < b``."""
    return ops.greater(b, a)


def greater_equal(a: Value, b: Value) -> Any:
    """``a >= b``; false where either is nan."""
    return ops.maximum(ops.greater(a, b), ops.equal(a, b))


def less_equal(a: Value, b: Value) -> Any:
    """``a <= b``; false where either is nan."""
    return greater_equal(b, a)


def logical_and(a: Value, b: Value) -> Any:
    """Whether both hold."""
    return ops.mul(ops.not_equal(a, 0), ops.not_equal(b, 0))


def logical_or(a: Value, b: Value) -> Any:
    """Whether either holds."""
    return ops.maximum(ops.not_equal(a, 0), ops.not_equal(b, 0))


def logical_xor(a: Value, b: Value) -> Any:
    """Whether one of them holds, and not both."""
    return ops.not_equal(ops.not_equal(a, 0), ops.not_equal(b, 0))


def logical_not(a: Value) -> Any:
    """Whether it does not hold."""
    return ops.equal(a, 0)


def isnan(x: Value) -> Any:
    """Whether it is no number: only nan differs from itself."""
    return ops.not_equal(x, x)


def argsort(a: Value, axis: int = -1) -> Any:
    """The order that sorts."""
    return ops.argsort(a, axis=axis)
