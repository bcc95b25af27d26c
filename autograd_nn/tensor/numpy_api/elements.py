"""Functions of elements, and picking and sorting them, as NumPy spells them."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ... import ops
from ...engine.core import Node, Operand, read_values, value
from ...engine.types import Value
from ...ops.arguments import array, count_axis, refuse_out, refuse_setting
from ...ops.shape import cast

KINDS = (None, "quicksort", "mergesort", "heapsort", "stable")


def clip(
    a: Value,
    a_min: Value | None = None,
    a_max: Value | None = None,
    out: None = None,
    *,
    min: Value | None = None,
    max: Value | None = None,
) -> Any:
    """``a`` held between two bounds; a bound that is a tensor gets its gradient too."""
    refuse_out("clip", out)
    low, high = (a_min if min is None else min), (a_max if max is None else max)
    if not isinstance(low, Node) and not isinstance(high, Node):
        return ops.clip(a, low=low, high=high)
    a = array(a) if low is None else ops.maximum(array(a), low)
    return a if high is None else ops.minimum(a, high)


def round(a: Value, decimals: int = 0, out: None = None) -> Any:
    """The nearest number with so many decimals; slope 0."""
    refuse_out("round", out)
    return ops.round(a, decimals=decimals)


def where(condition: Operand, *choices: Value) -> Any:
    """``x`` where the condition holds, else ``y``; with a condition only, where it is not 0."""
    if not choices:
        return np.nonzero(read_values(condition, "np.where of a condition alone"))
    return ops.where(condition, *choices)


def select(condlist: Sequence[Any], choicelist: Sequence[Any], default: Operand = 0) -> Any:
    """For each element the choice of the first condition that holds.

    Raises ``ValueError`` unless there is a choice for each condition, ``TypeError`` for a condition
    that is no mask.
    """
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


def _weak(x: Operand) -> Any:
    """What counts for the dtype of a result: a Python number gives way to arrays."""
    return x if type(x) in (int, float) else array(x).dtype


def fabs(x: Value) -> Any:
    """The magnitude, of integers too as a floating-point number."""
    x = array(x)
    return ops.abs(x if x.dtype.kind == "f" else cast(x, np.result_type(x.dtype, np.float16)))


def nan_to_num(
    x: Value,
    copy: bool = True,
    nan: float = 0.0,
    posinf: float | None = None,
    neginf: float | None = None,
) -> Any:
    """Numbers in place of nan and infinity; ``TypeError`` for ``copy=False``."""
    if not copy:
        raise TypeError("nan_to_num: copy=False would change a tensor in place; leave it out")
    return ops.nan_to_num(x, nan=nan, posinf=posinf, neginf=neginf)


def divmod(a: Value, b: Value) -> tuple[Any, Any]:
    """Quotient and remainder."""
    return ops.floor_divide(a, b), ops.remainder(a, b)


def diff(
    a: Value, n: int = 1, axis: int = -1, prepend: Value | None = None, append: Value | None = None
) -> Any:
    """The differences of neighbours along ``axis``, n times over; of masks, where they differ.

    Raises ``ValueError`` for a negative n.
    """
    a = array(a)
    axis = count_axis("diff", a, axis)
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


def _end(x: Value, shape: tuple[int, ...], axis: int) -> Any:
    """A number as a slice of an array of that shape; an array as it is."""
    return x if x.shape else ops.broadcast_to(x, shape=(*shape[:axis], 1, *shape[axis + 1 :]))


def trapezoid(y: Value, x: Value | None = None, dx: Any = 1.0, axis: int = -1) -> Any:
    """The integral of samples, as the area below the straight lines between them."""
    y = array(y)
    axis = count_axis("trapezoid", y, axis)
    lead = (slice(None),) * axis
    if x is not None:
        dx = diff(x, axis=-1 if len(array(x).shape) == 1 else axis)
        if len(dx.shape) == 1:
            dx = ops.reshape(dx, shape=(-1,) + (1,) * (len(y.shape) - axis - 1))
    later = ops.getitem(y, index=(*lead, slice(1, None)))
    ends = ops.add(later, ops.getitem(y, index=(*lead, slice(None, -1))))
    return ops.sum(ops.div(ops.mul(dx, ends), 2.0), axis=axis)


def polyval(p: Value, x: Value) -> Any:
    """The polynomial with coefficients ``p``, the highest first, at ``x`` (Horner's rule)."""
    x = array(x)
    result: Any = np.zeros_like(value(x))
    for coefficient in array(p):
        result = ops.add(ops.mul(result, x), coefficient)
    return result


def outer_of(op: Callable[..., Any]) -> Callable[..., Any]:
    """``ufunc.outer``: the op of every pair."""

    def outer(a: Value, b: Value) -> Any:
        a, b = array(a), array(b)
        return op(ops.reshape(a, shape=(*a.shape, *[1] * len(b.shape))), b)

    return outer


def take_along_axis(arr: Value, indices: Operand, axis: int | None = -1) -> Any:
    """The elements at ``indices`` along ``axis``; of the flattened array for None."""
    arr, axis = (ops.ravel(arr), 0) if axis is None else (arr, axis)
    indices = indices if isinstance(indices, Node) else np.array(indices)  # its own copy
    return ops.take_along_axis(arr, indices, axis=axis)


def compress(condition: Operand, a: Value, axis: int | None = None, out: None = None) -> Any:
    """The parts along ``axis`` for which a row of masks (else ``ValueError``) holds."""
    refuse_out("compress", out)
    mask = np.asarray(read_values(condition, "compress"))
    if mask.ndim != 1:
        raise ValueError(f"compress: a condition of shape {mask.shape}; expected a row of masks")
    return ops.take(array(a), np.flatnonzero(mask), axis)


def extract(condition: Operand, arr: Value) -> Any:
    """The elements for which the condition holds, in one row."""
    return compress(np.ravel(read_values(condition, "extract")), arr)


def delete(arr: Value, obj: Operand, axis: int | None = None) -> Any:
    """What is left of ``arr`` without the parts at ``obj`` along ``axis``."""
    arr, axis = (ops.ravel(arr), 0) if axis is None else (arr, count_axis("delete", arr, axis))
    return ops.take(arr, np.delete(np.arange(arr.shape[axis]), read_values(obj, "delete")), axis)


def sort(
    a: Value,
    axis: int | None = -1,
    kind: str | None = None,
    order: None = None,
    *,
    stable: bool | None = None,
) -> Any:
    """A sorted copy; the gradient goes back to where each element came from."""
    refuse_setting("sort", "kind", kind, *KINDS)
    refuse_setting("sort", "order", order, None)
    return ops.sort(ops.ravel(a)) if axis is None else ops.sort(a, axis=axis)


def partition(
    a: Value,
    kth: int | Sequence[int],
    axis: int | None = -1,
    kind: str = "introselect",
    order: None = None,
) -> Any:
    """A copy with element ``kth`` in its sorted place."""
    refuse_setting("partition", "kind", kind, "introselect")
    refuse_setting("partition", "order", order, None)
    if axis is None:
        return ops.partition(ops.ravel(a), kth=kth)
    return ops.partition(a, kth=kth, axis=axis)
