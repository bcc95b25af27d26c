"""Functions of elements, as NumPy spells them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ... import ops
from ...engine.core import Node, untraced, value
from ...ops.axes import one
from .common import array, cast, refuse_out


def clip(
    a: Any,
    a_min: Any = None,
    a_max: Any = None,
    out: None = None,
    *,
    min: Any = None,
    max: Any = None,
) -> Any:
    """``a`` held between two bounds; a bound that is a tensor gets its gradient too."""
    refuse_out("clip", out)
    low, high = (a_min if min is None else min), (a_max if max is None else max)
    if not isinstance(low, Node) and not isinstance(high, Node):
        return ops.clip(a, low=low, high=high)
    a = array(a) if low is None else ops.maximum(array(a), low)
    return a if high is None else ops.minimum(a, high)


def round(a: Any, decimals: int = 0, out: None = None) -> Any:
    """The nearest number with so many decimals; slope 0."""
    refuse_out("round", out)
    return ops.round(a, decimals=decimals)


def where(condition: Any, *choices: Any) -> Any:
    """``x`` where the condition holds, else ``y``; with a condition only, where it is not 0."""
    if not choices:
        return np.nonzero(untraced(condition, "np.where of a condition alone"))
    return ops.where(condition, *choices)


def select(condlist: Sequence[Any], choicelist: Sequence[Any], default: Any = 0) -> Any:
    """For each element the choice of the first condition that holds."""
    if len(condlist) != len(choicelist) or not len(condlist):
        raise ValueError(
            f"select: {len(condlist)} conditions and {len(choicelist)} choices; expected as many"
        )
    if any(array(condition).dtype != bool for condition in condlist):
        raise TypeError("select: a condition is no mask; write tensor != 0 for what is not 0")
    dtype = np.result_type(*[_weak(x) for x in (*choicelist, default)])
    result = array(default)
    result = result if result.dtype == dtype else cast(result, dtype)
    for condition, choice in zip(reversed(condlist), reversed(choicelist), strict=True):
        result = ops.where(condition, choice, result)
    return result


def _weak(x: Any) -> Any:
    """What counts for the dtype of a result: a Python number gives way to arrays."""
    return x if type(x) in (int, float) else array(x).dtype


def fabs(x: Any) -> Any:
    """The magnitude, of integers too as a floating-point number."""
    x = array(x)
    return ops.abs(x if x.dtype.kind == "f" else cast(x, np.result_type(x.dtype, np.float16)))


def nan_to_num(
    x: Any, copy: bool = True, nan: float = 0.0, posinf: Any = None, neginf: Any = None
) -> Any:
    """Numbers in place of nan and infinity."""
    if not copy:
        raise TypeError("nan_to_num: copy=False would change a tensor in place; leave it out")
    return ops.nan_to_num(x, nan=nan, posinf=posinf, neginf=neginf)


def divmod(a: Any, b: Any) -> tuple[Any, Any]:
    """Quotient and remainder."""
    return ops.floor_divide(a, b), ops.remainder(a, b)


def diff(a: Any, n: int = 1, axis: int = -1, prepend: Any = None, append: Any = None) -> Any:
    """The differences of neighbours along ``axis``, n times over; of masks, where they differ."""
    a = array(a)
    axis = one("diff", a, axis)
    if n < 0:
        raise ValueError(f"diff: n={n}; expected 0 or more")
    if n and (prepend is not None or append is not None):
        ends = [None if x is None else _end(array(x), a.shape, axis) for x in (prepend, append)]
        parts = [x for x in (ends[0], a, ends[1]) if x is not None]
        a = ops.concatenate(*parts, axis=axis)
    lead = (slice(None),) * axis
    minus = ops.not_equal if a.dtype == bool else ops.sub
    for _ in range(n):
        later = ops.getitem(a, index=(*lead, slice(1, None)))
        a = minus(later, ops.getitem(a, index=(*lead, slice(None, -1))))
    return a


def _end(x: Any, shape: tuple[int, ...], axis: int) -> Any:
    """A number as a slice of an array of that shape; an array as it is."""
    return x if x.shape else ops.broadcast_to(x, shape=(*shape[:axis], 1, *shape[axis + 1 :]))


def trapezoid(y: Any, x: Any = None, dx: Any = 1.0, axis: int = -1) -> Any:
    """The integral of samples, as the area below the straight lines between them."""
    y = array(y)
    axis = one("trapezoid", y, axis)
    lead = (slice(None),) * axis
    if x is not None:
        dx = diff(x, axis=-1 if len(array(x).shape) == 1 else axis)
        if len(dx.shape) == 1:
            dx = ops.reshape(dx, shape=(-1,) + (1,) * (len(y.shape) - axis - 1))
    later = ops.getitem(y, index=(*lead, slice(1, None)))
    ends = ops.add(later, ops.getitem(y, index=(*lead, slice(None, -1))))
    return ops.sum(ops.div(ops.mul(dx, ends), 2.0), axis=axis)


def polyval(p: Any, x: Any) -> Any:
    """The polynomial with coefficients ``p``, the highest first, at ``x`` (Horner's rule)."""
    x = array(x)
    result: Any = np.zeros_like(value(x))
    for coefficient in array(p):
        result = ops.add(ops.mul(result, x), coefficient)
    return result


def outer_of(op: Callable[..., Any]) -> Callable[..., Any]:
    """``ufunc.outer``: the op of every pair."""

    def outer(a: Any, b: Any) -> Any:
        a, b = array(a), array(b)
        return op(ops.reshape(a, shape=(*a.shape, *[1] * len(b.shape))), b)

    return outer
