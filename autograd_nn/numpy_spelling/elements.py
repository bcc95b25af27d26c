"""Functions of elements, as NumPy spells them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from .. import ops
from ..core import Node, untraced
from .common import array, refuse_out


def clip(a: Any, a_min: Any = None, a_max: Any = None, *, min: Any = None, max: Any = None) -> Any:
    """``a`` held between two bounds; a bound that is a tensor gets its gradient too."""
    low, high = (a_min if min is None else min), (a_max if max is None else max)
    if not isinstance(low, Node) and not isinstance(high, Node):
        return ops.clip(a, low=low, high=high)
    a = a if low is None else ops.maximum(a, low)
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
    result = default
    for condition, choice in reversed(list(zip(condlist, choicelist, strict=True))):
        result = ops.where(condition, choice, result)
    return result


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


def diff(a: Any, n: int = 1, axis: int = -1) -> Any:
    """The differences of neighbours along ``axis``, n times over."""
    lead = (slice(None),) * (axis % len(a.shape))
    for _ in range(n):
        later = ops.getitem(a, index=(*lead, slice(1, None)))
        a = later - ops.getitem(a, index=(*lead, slice(None, -1)))
    return a


def polyval(p: Any, x: Any) -> Any:
    """The polynomial with coefficients ``p``, the highest first, at ``x`` (Horner's rule)."""
    result: Any = 0.0
    for coefficient in p:
        result = ops.add(ops.mul(result, x), coefficient)
    return result


def outer_of(op: Callable[..., Any]) -> Callable[..., Any]:
    """``ufunc.outer``: the op of every pair."""

    def outer(a: Any, b: Any) -> Any:
        a, b = array(a), array(b)
        return op(ops.reshape(a, shape=(*a.shape, *[1] * len(b.shape))), b)

    return outer
