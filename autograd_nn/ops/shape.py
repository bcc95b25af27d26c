"""Operations that only move, repeat or pick elements, and the sum that undoes repeating."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..core import Array, Op, VariadicOp
from .connections import elementwise, labelled, moving, numbered, summing_to


def _given(out: Array | None, result: Any) -> Any:
    """The result, or ``out`` with the result written into it."""
    if out is None:
        return result
    np.copyto(out, result)
    return out


def _reshape(x: Any, *, shape: Any, out: Array | None = None) -> Any:
    if out is None:
        return np.reshape(x, shape)
    np.copyto(out.reshape(np.shape(x)), x)  # no copy in between, even where x is not contiguous
    return out


def _transpose(x: Any, *, axes: Any = None, out: Array | None = None) -> Any:
    return _given(out, np.transpose(x, axes))


def _broadcast_to(x: Any, *, shape: Any, out: Array | None = None) -> Any:
    return _given(out, np.broadcast_to(x, shape))


def _sum_to(x: Any, *, shape: Any, out: Array | None = None) -> Any:
    """Add up the axes that broadcasting from ``shape`` would have made or stretched."""
    lead = np.ndim(x) - len(shape)
    if lead < 0 or np.broadcast_shapes(np.shape(x), shape) != np.shape(x):
        raise ValueError(f"no array of shape {shape} broadcasts to {np.shape(x)}")
    stretched = [d for d in range(lead, np.ndim(x)) if shape[d - lead] == 1 != np.shape(x)[d]]
    result = np.add.reduce(x, axis=(*range(lead), *stretched), keepdims=True)
    return _given(out, np.reshape(result, shape))


def _getitem(x: Any, *, index: Any, out: Array | None = None) -> Any:
    return _given(out, x[index])


def _scatter_add(x: Any, *, index: Any, shape: Any, out: Array | None = None) -> Any:
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


def _concatenate(*arrays: Any, axis: int = 0, out: Array | None = None) -> Any:
    if not arrays:
        raise ValueError("got nothing; expected one array or more")
    return np.concatenate(arrays, axis=axis, out=out)


def _piece(i: int, g: Any, y: Any, *arrays: Any, axis: int = 0) -> Any:
    """The rule of concatenate: argument i's part of the gradient."""
    axis = axis % len(y.shape)
    start = sum(a.shape[axis] for a in arrays[:i])
    stop = start + arrays[i].shape[axis]
    return getitem(g, index=(slice(None),) * axis + (slice(start, stop),))


def _astype(x: Any, *, dtype: Any, out: Array | None = None) -> Any:
    return _given(out, np.asarray(x).astype(dtype))


@labelled
def _scattering(i: int, y: Any, x: Any, *, index: Any, shape: Any) -> tuple[Array, Array]:
    """Each element goes to one place; a place may get several."""
    places = numbered(y)
    return places[index], places


reshape: Op = Op(
    "reshape",
    _reshape,
    lambda g, y, x, shape: reshape(g, shape=x.shape),
    doc="The same elements in another shape: ``reshape(x, shape=(2, 3))``; one size may be -1.",
    connects=moving(_reshape),
    explain=lambda x, shape: f"{x} has not as many elements as {shape}; one size may be -1",
)
transpose: Op = Op(
    "transpose",
    _transpose,
    lambda g, y, x, axes=None: transpose(g, axes=_inverse(axes)),
    doc="Axes in another order: ``transpose(x)`` reverses them, ``axes=(0, 2, 1)`` says which.",
    connects=moving(_transpose),
)
broadcast_to: Op = Op(
    "broadcast_to",
    _broadcast_to,
    lambda g, y, x, shape: sum_to(g, shape=x.shape),
    doc="Repeat to a larger shape, as arithmetic does by itself.",
    connects=moving(_broadcast_to),
)
sum_to: Op = Op(
    "sum_to",
    _sum_to,
    lambda g, y, x, shape: broadcast_to(g, shape=x.shape),
    doc="Add up what broadcasting from ``shape`` repeated: the transpose of broadcast_to.",
    connects=summing_to,
)
getitem: Op = Op(
    "getitem",
    _getitem,
    lambda g, y, x, index: scatter_add(g, index=index, shape=x.shape),
    doc="``x[index]``: slices, integers, integer arrays (repetitions add up), masks.",
    connects=moving(_getitem),
    explain=lambda x, index: f"index {index!r} does not fit an array of shape {x}",
)
scatter_add: Op = Op(
    "scatter_add",
    _scatter_add,
    lambda g, y, x, index, shape: getitem(g, index=index),
    doc="Zeros of ``shape`` with x added in at ``index``: the transpose of getitem.",
    connects=_scattering,
)
concatenate = VariadicOp(
    "concatenate",
    _concatenate,
    _piece,
    doc="Arrays one after the other along ``axis``: ``concatenate(a, b, axis=0)``.",
    connects=moving(_concatenate),
)
astype = Op(
    "astype",
    _astype,
    lambda g, y, x, dtype: g,  # the engine casts every gradient to its argument's dtype
    doc="The same values in another floating-point dtype.",
    connects=elementwise,
)


def _inverse(axes: Any) -> Any:
    """The order of axes that puts a transposed array back."""
    if axes is None:
        return None
    return tuple(sorted(range(len(axes)), key=lambda d: axes[d] % len(axes)))


ALL = (reshape, transpose, broadcast_to, sum_to, getitem, scatter_add, concatenate, astype)
