"""Operations that only move or repeat elements, and the sum that undoes repeating."""

from collections.abc import Callable, Sequence
from functools import cache, lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt

from ..engine.core import Op, Operand, VariadicOp
from ..engine.types import Array, Calls, Replay, Shape, Structure, Value
from .connections import elementwise, moving, summing_to
from .indexing import getitem
from .out import with_out, write_to


def _reshape(x: Array, *, shape: int | Shape, out: Array | None = None) -> Any:
    if out is None:
        return np.asarray(x).reshape(shape)
    np.copyto(out.reshape(np.shape(x)), x)  # no copy in between, even where x is not contiguous
    return out


def _transpose(x: Array, *, axes: Sequence[int] | None = None, out: Array | None = None) -> Any:
    return write_to(out, np.asarray(x).transpose(axes))


def _broadcast_to(x: Array, *, shape: int | Shape, out: Array | None = None) -> Any:
    x = np.asarray(x)
    shape = shape if isinstance(shape, tuple) else tuple(np.atleast_1d(shape))
    one = x.size == 1 and x.ndim <= len(shape)
    if out is None and one and x.flags.c_contiguous:  # np.broadcast_to takes six times as long
        repeated: Array = np.ndarray(shape, x.dtype, x, 0, (0,) * len(shape))
        repeated.setflags(write=False)
        return repeated
    return write_to(out, np.broadcast_to(x, shape))


_added: Any = np.add.reduce


def _sum_to(x: Array, *, shape: Shape, out: Array | None = None) -> Any:
    """Add up the axes that broadcasting from ``shape`` would have made or stretched."""
    x = np.asarray(x)
    axes, stretched = _summed_axes(x.shape, tuple(shape))
    if _few_rows(x, axes) and not stretched:
        return np.dot(_ones(len(x), x.dtype), x, out)
    if not stretched:
        return _added(x, axes, None, out)
    return write_to(out, np.reshape(_added(x, axes, keepdims=True), shape))


def _sum_to_calls(total: Array, x: Array, shape: Shape) -> Calls | None:
    axes, stretched = _summed_axes(x.shape, tuple(shape))
    if stretched:
        return None
    if _few_rows(x, axes):
        return ((np.dot, _ones(len(x), x.dtype), x, total),)
    return ((_added, x, axes, None, total),)


def _few_rows(x: Array, axes: tuple[int, ...]) -> bool:
    """Whether rows are added up that are few enough for BLAS, asked for 1 · x, to be faster."""
    rows = x.ndim == 2 and axes == (0,) and 0 < len(x) <= 1024
    return rows and x.dtype.char in "fd" and x.flags.c_contiguous


@cache
def _ones(n: int, dtype: np.dtype[Any]) -> Array:
    return np.ones(n, dtype)


@lru_cache
def _summed_axes(wide: tuple[int, ...], shape: tuple[int, ...]) -> tuple[tuple[int, ...], bool]:
    """The axes to add up, and whether some of them stay, with size 1."""
    lead = len(wide) - len(shape)
    if lead < 0 or np.broadcast_shapes(wide, shape) != wide:
        raise ValueError(f"no array of shape {shape} broadcasts to {wide}")
    stretched = tuple(d for d in range(lead, len(wide)) if shape[d - lead] == 1 != wide[d])
    return (*range(lead), *stretched), bool(stretched)


def _concatenate(*arrays: Array, axis: int = 0, out: Array | None = None) -> Any:
    if not arrays:
        raise ValueError("got nothing; expected one array or more")
    if axis is None:
        raise ValueError("axis=None would flatten; write ravel(x) for each array first")
    return np.concatenate(arrays, axis=axis, out=out)


def _piece(i: int, g: Value, y: Value, *arrays: Value, axis: int = 0) -> Any:
    """The rule of concatenate: argument i's part of the gradient."""
    axis = axis % len(y.shape)
    start = sum(a.shape[axis] for a in arrays[:i])
    stop = start + arrays[i].shape[axis]
    return getitem(g, index=(slice(None),) * axis + (slice(start, stop),))


def _pad(x: Array, *, width: Any, value: float = 0.0, out: Array | None = None) -> Any:
    return write_to(out, np.pad(x, width, constant_values=value))


def _inside(shape: tuple[int, ...], width: npt.ArrayLike) -> tuple[slice, ...]:
    """Where the padded array holds the original."""
    pairs = np.broadcast_to(np.asarray(width), (len(shape), 2))
    return tuple(slice(int(b), int(b) + n) for (b, _), n in zip(pairs, shape, strict=True))


def _astype(x: Array, *, dtype: npt.DTypeLike, out: Array | None = None) -> Any:
    return write_to(out, np.asarray(x).astype(dtype))


# fmt: off
reshape: Op = Op("reshape", _reshape,
    lambda g, y, x, shape: reshape(g, shape=x.shape),
    doc="The same elements in another shape: ``reshape(x, shape=(2, 3))``; one size may be -1.",
    structure=Structure(moving(_reshape)),
    explain=lambda x, shape: f"{x} has not as many elements as {shape}; one size may be -1",
)
transpose: Op = Op("transpose", _transpose,
    lambda g, y, x, axes=None: transpose(g, axes=_inverse(axes)),
    doc="Axes in another order: ``transpose(x)`` reverses them, ``axes=(0, 2, 1)`` says which.",
    structure=Structure(moving(_transpose)),
)
broadcast_to: Op = Op("broadcast_to", _broadcast_to,
    lambda g, y, x, shape: sum_to(g, shape=x.shape),
    doc="Repeat to a larger shape, as arithmetic does by itself.",
    structure=Structure(moving(_broadcast_to)),
)
sum_to: Op = Op("sum_to", _sum_to,
    lambda g, y, x, shape: broadcast_to(g, shape=x.shape),
    doc="Add up what broadcasting from ``shape`` repeated: the transpose of broadcast_to.",
    structure=Structure(summing_to),
    replay=Replay(_sum_to_calls),
)
concatenate: VariadicOp = VariadicOp("concatenate", _concatenate,
    _piece,
    doc="Arrays one after the other along ``axis``: ``concatenate(a, b, axis=0)``.",
    structure=Structure(moving(_concatenate)),
)
astype = Op("astype", _astype,
    lambda g, y, x, dtype: g,  # the engine casts every gradient to its argument's dtype
    doc="The same values in another floating-point dtype.",
    structure=Structure(elementwise),
)
# fmt: on


def cast(a: Operand, dtype: npt.DTypeLike | None) -> Any:
    """``a`` in the dtype that a ``dtype=`` asks the computation to be in; None: as it is."""
    return a if dtype is None else astype(a, dtype=np.dtype(dtype))


def _inverse(axes: Sequence[int] | None) -> Any:
    """The order of axes that puts a transposed array back."""
    if axes is None:
        return None
    return tuple(sorted(range(len(axes)), key=lambda d: axes[d] % len(axes)))


def _rearranging(name: str, function: Callable[..., Any], back: Callable[..., Any], doc: str) -> Op:
    """An op that NumPy does by moving elements; ``back`` is its rule."""
    forward = with_out(function)
    return Op(name, forward, back, doc=doc, structure=Structure(moving(forward)))


def _opposite(shift: int | Sequence[int]) -> int | tuple[int, ...]:
    return tuple(-s for s in shift) if isinstance(shift, Sequence) else -shift


def _keeping(name: str, function: Callable[..., Any], doc: str) -> Op:
    """An op that keeps some elements of each matrix and puts 0 for the rest."""
    forward = with_out(lambda x, *, k=0: function(x, k))
    op: Op = Op(
        name,
        forward,
        lambda g, y, x, k=0: op(g, k=k),
        doc=doc,
        structure=Structure(elementwise),
        sum_back=sum_to,  # a vector is repeated to a matrix
    )
    return op


# fmt: off
expand_dims = _rearranging("expand_dims", np.expand_dims,
    lambda g, y, x, axis: reshape(g, shape=x.shape),
    doc="A new axis of size 1 at ``axis`` (a number or a tuple).",
)
squeeze = _rearranging("squeeze", np.squeeze,
    lambda g, y, x, axis=None: reshape(g, shape=x.shape),
    doc="The axes of size 1 taken away, or those of ``axis``.",
)
moveaxis: Op = _rearranging("moveaxis", np.moveaxis,
    lambda g, y, x, source, destination: moveaxis(g, source=destination, destination=source),
    doc="Axis ``source`` moved to place ``destination``; the others keep their order.",
)
swapaxes: Op = _rearranging("swapaxes", np.swapaxes,
    lambda g, y, x, axis1, axis2: swapaxes(g, axis1=axis1, axis2=axis2),
    doc="Two axes exchanged.",
)
flip: Op = _rearranging("flip", np.flip,
    lambda g, y, x, axis=None: flip(g, axis=axis),
    doc="The order along ``axis`` reversed (a number, a tuple, or None for all).",
)
roll: Op = _rearranging("roll", np.roll,
    lambda g, y, x, shift, axis=None: roll(g, shift=_opposite(shift), axis=axis),
    doc="Elements moved ``shift`` places along ``axis``; what falls off comes in at the front.",
)
rot90: Op = _rearranging("rot90", np.rot90,
    lambda g, y, x, k=1, axes=(0, 1): rot90(g, k=-k, axes=axes),
    doc="Turned by ``k`` quarter turns in the plane of two ``axes``.",
)
pad = Op("pad", _pad,
    lambda g, y, x, width, value=0.0: getitem(g, index=_inside(x.shape, width)),
    doc="``value`` added around the array; ``width`` as in NumPy: one number, (before, after), or "
    "a pair for each axis.",
    structure=Structure(moving(lambda x, width, value=0.0: _pad(x, width=width, value=-1))),
)
triu = _keeping("triu", np.triu, "The upper triangle of each matrix, from diagonal ``k`` on.")
tril = _keeping("tril", np.tril, "The lower triangle of each matrix, up to diagonal ``k``.")

ALL = (
    reshape, transpose, broadcast_to, sum_to, concatenate, astype, expand_dims, squeeze, moveaxis,
    swapaxes, flip, roll, rot90, pad, triu, tril,
)  # fmt: skip
