"""Reductions: sum, mean, max and logsumexp over one axis, several, or all."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..core import Array, Op
from .connections import kept_shape, reducing
from .elementwise import equal, exp
from .shape import broadcast_to, reshape


def _sum(x: Any, *, axis: Any = None, keepdims: bool = False, out: Array | None = None) -> Any:
    return np.sum(x, axis=axis, keepdims=keepdims, out=out)


def _mean(x: Any, *, axis: Any = None, keepdims: bool = False, out: Array | None = None) -> Any:
    if _count(np.shape(x), axis) == 0:
        raise ValueError(f"shape {np.shape(x)} has nothing to take the mean of over axis {axis}")
    return np.mean(x, axis=axis, keepdims=keepdims, out=out)


def _max(x: Any, *, axis: Any = None, keepdims: bool = False, out: Array | None = None) -> Any:
    return np.max(x, axis=axis, keepdims=keepdims, out=out)


def _logsumexp(
    x: Any, *, axis: Any = None, keepdims: bool = False, out: Array | None = None
) -> Any:
    """The largest term is taken out first: the result is the same and exp cannot overflow."""
    top = np.max(x, axis=axis, keepdims=True)
    top = np.where(np.isfinite(top), top, 0)
    with np.errstate(under="ignore", divide="ignore"):  # ln 0 = -inf is right for no term at all
        total = np.add.reduce(np.exp(x - top), axis=axis, keepdims=True)
        result = np.log(total) + top
    if not keepdims:
        result = result.reshape(np.shape(np.add.reduce(x, axis=axis)))
    if out is None:
        return result
    np.copyto(out, result)
    return out


def _count(shape: tuple[int, ...], axis: Any) -> int:
    """How many elements are reduced to one."""
    kept = kept_shape(shape, axis)
    return int(np.prod([n for n, k in zip(shape, kept, strict=True) if n != k], dtype=np.int64))


def _kept(g: Any, x: Any, axis: Any) -> Any:
    """A reduction's result or gradient with the reduced axes put back, each of size 1."""
    return reshape(g, shape=kept_shape(x.shape, axis))


def _shared(x: Any, y: Any, axis: Any) -> Any:
    """Which part of the gradient each element of a maximum gets: ties share equally."""
    ties = equal(x, _kept(y, x, axis))
    return ties / sum(ties, axis=axis, keepdims=True)


sum = Op(
    "sum",
    _sum,
    lambda g, y, x, axis=None, keepdims=False: broadcast_to(_kept(g, x, axis), shape=x.shape),
    doc="The sum over ``axis`` (a number, a tuple, or None for all).",
    connects=reducing,
)
mean = Op(
    "mean",
    _mean,
    lambda g, y, x, axis=None, keepdims=False: broadcast_to(
        _kept(g / _count(x.shape, axis), x, axis), shape=x.shape
    ),
    doc="The mean over ``axis``; of nothing there is none (ValueError).",
    connects=reducing,
)
max = Op(
    "max",
    _max,
    lambda g, y, x, axis=None, keepdims=False: _kept(g, x, axis) * _shared(x, y, axis),
    doc="The largest element over ``axis``; equal ones share the gradient equally.",
    connects=reducing,
)
logsumexp = Op(
    "logsumexp",
    _logsumexp,
    lambda g, y, x, axis=None, keepdims=False: _kept(g, x, axis) * exp(x - _kept(y, x, axis)),
    doc="ln Σ eˣ over ``axis``, for x of any size.",
    connects=reducing,
)

ALL = (sum, mean, max, logsumexp)
