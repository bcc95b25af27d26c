"""Shapes, joining and repeating, as NumPy spells them."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from ... import ops
from ...engine.backward import as_constant
from ...engine.core import Node, Operand, value
from ...engine.types import DType, Shape, Value
from ...ops.arguments import array, refuse_out, refuse_setting
from ...ops.shape import cast


def copied(a: Value) -> Any:
    """The same values, recorded as a new result."""
    return ops.positive(a) if a.dtype.kind == "f" else ops.astype(a, dtype=a.dtype)


def reshape(
    a: Value,
    shape: int | Shape | None = None,
    order: str = "C",
    *,
    newshape: int | Shape | None = None,
    copy: bool | None = None,
) -> Any:
    """The same elements in another shape."""
    refuse_setting("reshape", "order", order, "C")
    refuse_setting("reshape", "copy", copy, None, True)
    return ops.reshape(a, shape=newshape if shape is None else shape)


def ravel(a: Value, order: str = "C") -> Any:
    """All elements in one row."""
    if order != "C":
        refuse_setting("ravel", "order", order, "C")
    return ops.ravel(a)


def copy(a: Value, order: str | None = "K", subok: bool = False) -> Any:
    """The same values, recorded as a new result."""
    refuse_setting("copy", "order", order, *"KCAF")
    return copied(a)


def astype(
    x: Value, dtype: npt.DTypeLike, /, *, copy: bool = True, device: str | None = None
) -> Any:
    """The same values in another dtype: a new result in any case, since none is changed."""
    refuse_setting("astype", "device", device, None, "cpu")
    return cast(x, np.dtype(dtype))


def broadcast_to(array: Value, shape: int | Shape, subok: bool = False) -> Any:
    """The same elements repeated to a larger shape."""
    return ops.broadcast_to(array, shape=shape)


def cut(name: str, axis: int) -> Callable[..., Any]:
    """``vsplit`` and ``dsplit``: cut along one axis; ``hsplit`` along the only one of a row."""

    def cut(ary: Value, indices_or_sections: int | Sequence[int]) -> list[Any]:
        ndim, least = len(ary.shape), 1 if axis == 1 else max(2, axis + 1)
        if ndim < least:
            raise ValueError(f"{name}: {tuple(ary.shape)}; expected at least {least} axes")
        return ops.split(ary, indices_or_sections, min(axis, ndim - 1))

    return cut


def block(arrays: Sequence[Value]) -> Any:
    """Nested lists of blocks put together: the innermost along the last axis.

    Raises ``ValueError`` for lists that are empty or not nested equally deep.
    """
    deep, ndim = _depth(arrays), 0
    for x in _blocks(arrays):
        ndim = max(ndim, deep, len(x.shape))

    def joined(x: object, axis: int) -> Any:
        if isinstance(x, list) and x:
            return ops.concatenate(*[joined(part, axis + 1) for part in x], axis=axis)
        if isinstance(x, list) or axis:
            raise ValueError("block: the lists are empty or not nested equally deep")
        block = array(x)
        return ops.reshape(block, shape=(1,) * (ndim - len(block.shape)) + tuple(block.shape))

    return joined(arrays, -deep)


def _depth(x: object) -> int:
    return 1 + max(map(_depth, x), default=0) if isinstance(x, list) else 0


def _blocks(x: object) -> list[Any]:
    return [b for part in x for b in _blocks(part)] if isinstance(x, list) else [array(x)]


def pad(array: Value, pad_width: Any, mode: str = "constant", *, constant_values: Any = 0) -> Any:
    """A constant added around the array; ``ValueError`` for any other ``mode``."""
    if mode != "constant":
        raise ValueError(
            f'pad: mode={mode!r} is not recorded; expected "constant", or concatenate the parts'
        )
    if isinstance(pad_width, dict):
        widths = np.zeros((len(array.shape), 2), int)
        for axis, width in pad_width.items():
            widths[axis] = width
        pad_width = widths
    return ops.pad(array, width=pad_width, value=constant_values)


def concatenate(
    arrays: Sequence[Value], axis: int | None = 0, out: None = None, *, dtype: DType = None
) -> Any:
    """Arrays one after the other along ``axis``; flattened for None."""
    refuse_out("concatenate", out)
    parts = [cast(array(a), dtype) for a in arrays]
    if axis is None:
        return ops.concatenate(*map(ops.ravel, parts), axis=0)
    return ops.concatenate(*parts, axis=axis)


def dstack(tup: Sequence[Value]) -> Any:
    """Arrays one behind the other, along the third axis."""
    return ops.concatenate(*[ops.atleast_3d(a) for a in tup], axis=2)


def column_stack(tup: Sequence[Value]) -> Any:
    """Vectors as the columns of a matrix."""
    columns = [array(a) for a in tup]
    columns = [a if len(a.shape) > 1 else ops.reshape(a, shape=(-1, 1)) for a in columns]
    return ops.concatenate(*columns, axis=1)


def append(arr: Value, values: Value, axis: int | None = None) -> Any:
    """``values`` behind ``arr``; both flattened for axis None."""
    return concatenate([arr, values], axis=axis)


def unstack(x: Value, /, *, axis: int = 0) -> tuple[Any, ...]:
    """The parts of x along ``axis``, without that axis."""
    return tuple(ops.moveaxis(x, source=axis, destination=0))


def broadcast_arrays(*args: Value) -> tuple[Any, ...]:
    """The arrays repeated to their common shape."""
    arrays = [array(a) for a in args]
    shape = np.broadcast_shapes(*[a.shape for a in arrays])
    return tuple(ops.broadcast_to(a, shape=shape) for a in arrays)


def meshgrid(
    *xi: Value, copy: bool = True, sparse: bool = False, indexing: str = "xy"
) -> tuple[Any, ...]:
    """The coordinates of every point of a grid, from those along each axis."""
    refuse_setting("meshgrid", "copy", copy, True)
    refuse_setting("meshgrid", "sparse", sparse, False)
    refuse_setting("meshgrid", "indexing", indexing, "xy", "ij")
    n = len(xi)
    columns = [ops.reshape(array(x), shape=(-1,) + (1,) * (n - 1 - i)) for i, x in enumerate(xi)]
    grids = broadcast_arrays(*columns)
    if indexing == "xy" and n > 1:
        grids = tuple(ops.swapaxes(g, axis1=0, axis2=1) for g in grids)
    return grids


def like(number: float) -> Callable[..., Any]:
    """``zeros_like`` and ``ones_like``: a constant tensor, so that assigning to it says no."""

    def filled(a: Any, dtype: DType = None, *, shape: int | Shape | None = None) -> Any:
        data = np.full_like(value(a), number, dtype=dtype, shape=shape)
        return as_constant(data, type(a))

    return filled


def full_like(
    a: Any, fill_value: Operand, dtype: DType = None, *, shape: int | Shape | None = None
) -> Any:
    """``fill_value`` repeated to the shape of a; a tensor gets its gradient."""
    shape = np.shape(value(a)) if shape is None else shape
    filled = ops.broadcast_to(array(fill_value), shape=shape)
    filled = ops.astype(filled, dtype=np.dtype(value(a).dtype if dtype is None else dtype))
    return filled if isinstance(filled, Node) else as_constant(np.array(filled), type(a))
