"""Comparisons and masks as recorded operations: what a plan needs, which must not freeze an answer.

Outside of a plan a comparison of tensors is NumPy's, of their values, and gives an array.
"""

from __future__ import annotations

from typing import Any

from ... import ops

equal, not_equal, greater = ops.equal, ops.not_equal, ops.greater


def less(a: Any, b: Any) -> Any:
    """``a < b``."""
    return ops.greater(b, a)


def greater_equal(a: Any, b: Any) -> Any:
    """``a >= b``; false where either is nan."""
    return ops.maximum(ops.greater(a, b), ops.equal(a, b))


def less_equal(a: Any, b: Any) -> Any:
    """``a <= b``; false where either is nan."""
    return greater_equal(b, a)


def logical_and(a: Any, b: Any) -> Any:
    """Whether both hold."""
    return ops.mul(ops.not_equal(a, 0), ops.not_equal(b, 0))


def logical_or(a: Any, b: Any) -> Any:
    """Whether either holds."""
    return ops.maximum(ops.not_equal(a, 0), ops.not_equal(b, 0))


def logical_xor(a: Any, b: Any) -> Any:
    """Whether one of them holds, and not both."""
    return ops.not_equal(ops.not_equal(a, 0), ops.not_equal(b, 0))


def logical_not(a: Any) -> Any:
    """Whether it does not hold."""
    return ops.equal(a, 0)


def isnan(x: Any) -> Any:
    """Whether it is no number: only nan differs from itself."""
    return ops.not_equal(x, x)


def argsort(a: Any, axis: int = -1) -> Any:
    """The order that sorts."""
    return ops.argsort(a, axis=axis)
