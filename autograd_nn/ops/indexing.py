"""Picking elements and putting them back."""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from ..engine.core import Op, Operand, read_values
from ..engine.types import Array, Shape, Structure, Value
from .arguments import array, count_axis, refuse_out, refuse_setting
from .connections import along_axis, labelled, moving, numbered
from .out import with_out, write_to


def _getitem(x: Array, *, index: Any, out: Array | None = None) -> Any:
    return write_to(out, x[index])


def _scatter_add(x: Array, *, index: Any, shape: Shape, out: Array | None = None) -> Any:
    """Zeros of ``shape`` with x added in at ``index``; a repeated position gets every share."""
    if out is None:
        out = np.zeros(shape, np.asarray(x).dtype)
    else:
        out[...] = 0
    if _is_basic(index):
        out[index] += x
    else:
        np.add.at(out, index, x)
    return out


def _is_basic(index: Any) -> bool:
    """Whether an index picks no position twice because it is made of slices and integers only."""
    parts = index if isinstance(index, tuple) else (index,)
    return all(p is None or p is Ellipsis or isinstance(p, (int, slice, np.integer)) for p in parts)


@labelled
def _scattering(i: int, y: Shape, x: Shape, *, index: Any, shape: Shape) -> tuple[Array, Array]:
    """Each element goes to one place; a place may get several."""
    places = numbered(y)
    return places[index], places


def _take_along_axis(x: Array, indices: Array, *, axis: int, out: Array | None = None) -> Any:
    return write_to(out, np.take_along_axis(np.asarray(x), _positions(indices), axis=axis))


def _add_along_axis(
    x: Array, indices: Array, *, axis: int, shape: Shape, out: Array | None = None
) -> Any:
    """Zeros of ``shape`` with x added in where ``indices`` say, along ``axis``."""
    result = np.zeros(shape, np.asarray(x).dtype)
    np.add.at(result, _along(_positions(indices), axis, len(shape)), x)
    return write_to(out, result)


def _put_along_axis(
    x: Array, indices: Array, values: Array, *, axis: int, out: Array | None = None
) -> Any:
    result = np.array(x, dtype=np.result_type(x, values))
    np.put_along_axis(result, _positions(indices), values, axis=axis)
    return write_to(out, result)


def _positions(indices: npt.ArrayLike) -> Array:
    positions: Array = np.asarray(indices)
    if positions.dtype.kind not in "iu":
        raise TypeError(f"indices of dtype {positions.dtype}; expected integers")
    return positions


def _along(indices: Array, axis: int, ndim: int) -> tuple[Array, ...]:
    """Index arrays that pick ``indices`` along ``axis`` and everything in order along the rest."""
    grid = list(np.ogrid[tuple(slice(n) for n in indices.shape)]) if ndim else []
    grid[axis] = indices
    return tuple(grid)


def _connects_along(
    i: int,
    elements: Array,
    y: Array,
    x: Array,
    indices: Array,
    *values: Array,
    axis: int,
    shape: Shape = (),
) -> tuple[Array, Array]:
    """Elements go where the indices say."""
    axis = axis % y.ndim
    if shape:  # adding: x goes to its place in y
        places = numbered(y.shape)[_along(np.asarray(indices), axis, y.ndim)]
        own, target = numbered(np.shape(x)).ravel(), np.broadcast_to(places, np.shape(x)).ravel()
    elif not values:  # taking
        own = np.take_along_axis(numbered(np.shape(x)), np.asarray(indices), axis=axis).ravel()
        target = np.arange(own.size)
    else:  # putting: what is left of x, or the values put in its place
        numbers = [numbered(np.shape(x)), numbered(np.shape(values[0]))]
        numbers[2 - i if i else 1] = np.full(np.shape(values[0] if i == 0 else x), -1)
        merged = numbers[0].copy()
        np.put_along_axis(merged, np.asarray(indices), numbers[1], axis=axis)
        target = np.flatnonzero(merged.ravel() >= 0)
        own = merged.ravel()[target]
    chosen = np.isin(own, elements)
    return own[chosen], target[chosen]


def _argsort(x: Array, *, axis: int = -1, out: Array | None = None) -> Any:
    return write_to(out, np.argsort(x, axis=axis, kind="stable"))


def _argpartition(
    x: Array, *, kth: int | Sequence[int], axis: int = -1, out: Array | None = None
) -> Any:
    return write_to(out, np.argpartition(x, kth, axis=axis))


_sort, _partition = with_out(np.sort), with_out(np.partition)

# fmt: off
getitem: Op = Op("getitem", _getitem,
    lambda g, y, x, index: scatter_add(g, index=index, shape=x.shape),
    doc="``x[index]``: slices, integers, integer arrays (repetitions add up), masks.",
    structure=Structure(moving(_getitem)),
    explain=lambda x, index: f"index {index!r} does not fit an array of shape {x}",
)
scatter_add: Op = Op("scatter_add", _scatter_add,
    lambda g, y, x, index, shape: getitem(g, index=index),
    doc="Zeros of ``shape`` with x added in at ``index``: the transpose of getitem.",
    structure=Structure(_scattering),
)
take_along_axis: Op = Op("take_along_axis", _take_along_axis,
    lambda g, y, x, indices, axis: add_along_axis(g, indices, axis=axis, shape=x.shape),
    None,
    doc="The elements of x at ``indices`` along ``axis``.",
    structure=Structure(_connects_along),
)
add_along_axis: Op = Op("add_along_axis", _add_along_axis,
    lambda g, y, x, indices, axis, shape: take_along_axis(g, indices, axis=axis),
    None,
    doc="Zeros of ``shape`` with x added in at ``indices``: the transpose of take_along_axis.",
    structure=Structure(_connects_along),
)
put_along_axis: Op = Op("put_along_axis", _put_along_axis,
    lambda g, y, x, indices, values, axis: put_along_axis(g, indices, 0.0, axis=axis),
    None,
    lambda g, y, x, indices, values, axis: take_along_axis(g, indices, axis=axis),
    doc="A new array: x with ``values`` at ``indices`` along ``axis``.  Where an index is repeated "
    "it is not said which value is written, so its gradient is not defined either.",
    structure=Structure(_connects_along),
)
argsort = Op("argsort", _argsort, None, doc="The order that sorts along ``axis``: integers.")
argpartition = Op(
    "argpartition", _argpartition, None, doc="An order that puts element ``kth`` in its place."
)
sort = Op("sort", _sort,
    lambda g, y, x, axis=-1: _unsorted(g, argsort(x, axis=axis), axis),
    doc="x sorted along ``axis``; the gradient goes back to where each element came from.",
    structure=Structure(along_axis),
)
partition = Op("partition", _partition,
    lambda g, y, x, kth, axis=-1: _unsorted(g, argpartition(x, kth=kth, axis=axis), axis),
    doc="x with element ``kth`` in its sorted place along ``axis``, smaller ones before it.",
    structure=Structure(along_axis),
)
# fmt: on


def _unsorted(g: Value, order: Value, axis: int) -> Any:
    """Each element's gradient back at the place that the element had before."""
    return take_along_axis(g, argsort(order, axis=axis), axis=axis)


def take(
    a: Value, indices: Operand, axis: int | None = None, out: None = None, mode: str = "raise"
) -> Any:
    """The parts at ``indices`` along ``axis``; of the flattened array for None.

    Raises ``IndexError`` for indices that are not there, ``TypeError`` for what are no integers.

    >>> import numpy as np
    >>> take(np.array([[1, 2], [3, 4]]), [1, 1, 0], axis=0).tolist()
    [[3, 4], [3, 4], [1, 2]]
    """
    refuse_out("take", out)
    refuse_setting("take", "mode", mode, "raise")
    a = array(a)
    places = np.array(read_values(indices, "take"))  # a copy: nobody else may change it
    if places.dtype == bool or not places.size:
        places = places.astype(np.intp)
    index: Any = _positions(places)
    try:
        if axis is not None:
            return getitem(a, index=(slice(None),) * count_axis("take", a, axis) + (index,))
        if (index < 0).any():
            index = np.where(index < 0, index + math.prod(a.shape), index)
        index = np.unravel_index(index, a.shape or (1,))
    except (IndexError, ValueError) as error:
        if isinstance(error, np.exceptions.AxisError):
            raise
        raise IndexError(f"take: got {tuple(a.shape)}, axis {axis}: {error}") from error
    return getitem(a if a.shape else getitem(a, index=None), index=index)


ALL = (
    getitem, scatter_add, take_along_axis, add_along_axis, put_along_axis,
    argsort, argpartition, sort, partition,
)  # fmt: skip
