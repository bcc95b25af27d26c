"""Reductions over one axis, several, or all."""

from collections.abc import Callable
from functools import lru_cache
from typing import Any

import numpy as np

from ..engine.core import Op
from ..engine.types import Array, Axis, Calls, Replay, Rule, Structure, Value
from .arguments import count_axes
from .choices import equal, nonzero
from .connections import kept_shape, reducing
from .elementary import exp
from .out import number, write_to
from .running import others
from .shape import broadcast_to, moveaxis, reshape

_added: Any = np.add.reduce  # np.sum, without its checks


def _sum(x: Array, *, axis: Axis = None, keepdims: bool = False, out: Array | None = None) -> Any:
    return _added(x, axis, None, out, keepdims)


def _sum_calls(total: Array, x: Array, axis: Axis = None, keepdims: bool = False) -> Calls:
    if axis is None and not keepdims and x.ndim and x.flags.c_contiguous:
        return ((_added, x.reshape(-1), 0, None, total),)  # the same sum, found faster
    return ((_added, x, axis, None, total, keepdims),)


def _mean(x: Array, *, axis: Axis = None, keepdims: bool = False, out: Array | None = None) -> Any:
    x = np.asarray(x)
    n = _count(x.shape, axis)
    if n == 0:
        raise ValueError(f"shape {x.shape} has nothing to take the mean of over axis {axis}")
    if x.dtype.char not in "fd":
        return np.mean(x, axis=axis, keepdims=keepdims, out=out)
    total = _added(x, axis, None, out, keepdims)  # as np.mean, with fewer checks
    return np.true_divide(total, n, out)


def _mean_calls(mean: Array, x: Array, axis: Axis = None, keepdims: bool = False) -> Calls | None:
    if mean.dtype.char not in "fd" or mean.dtype != x.dtype:
        return None
    n = number(_count(x.shape, axis), mean.dtype)
    return ((_added, x, axis, None, mean, keepdims), (np.true_divide, mean, n, mean))


def _over_axes(function: Callable[..., Any]) -> Callable[..., Any]:
    """NumPy's function with the settings that all reductions have."""

    def forward(
        x: Array, *, axis: Axis = None, keepdims: bool = False, out: Array | None = None
    ) -> Any:
        return function(x, axis=axis, keepdims=keepdims, out=out)

    return forward


def _var(
    x: Array, *, axis: Axis = None, ddof: int = 0, keepdims: bool = False, out: Array | None = None
) -> Any:
    if _count(np.shape(x), axis) <= ddof:
        raise ValueError(
            f"shape {np.shape(x)} has {_count(np.shape(x), axis)} elements to take the variance of "
            f"over axis {axis}; with ddof={ddof} at least {ddof + 1} are needed"
        )
    return np.var(x, axis=axis, ddof=ddof, keepdims=keepdims, out=out)


def _std(x: Array, *, out: Array | None = None, **settings: Any) -> Any:
    return np.sqrt(_var(x, **settings), out=out)


def _logsumexp(
    x: Array, *, axis: Axis = None, keepdims: bool = False, out: Array | None = None
) -> Any:
    """The largest term is taken out first: the result is the same and exp cannot overflow."""
    top = np.max(x, axis=axis, keepdims=True)
    top = np.where(np.isfinite(top), top, 0)
    with np.errstate(under="ignore", divide="ignore"):  # ln 0 = -inf is right for no term at all
        total = np.add.reduce(np.exp(x - top), axis=axis, keepdims=True)
        result = np.log(total) + top
    return write_to(out, result if keepdims else result.reshape(np.sum(x, axis=axis).shape))


def _length(
    x: Array, *, axis: Axis = None, keepdims: bool = False, out: Array | None = None
) -> Any:
    return np.sqrt(np.sum(np.square(x), axis=axis, keepdims=keepdims), out=out)


@lru_cache
def _count(shape: tuple[int, ...], axis: Axis) -> int:
    """How many elements are reduced to one."""
    kept = kept_shape(shape, axis)
    return int(np.prod([n for n, k in zip(shape, kept, strict=True) if n != k], dtype=np.int64))


def _kept(g: Value, x: Value, axis: Axis) -> Any:
    """A reduction's result or gradient with the reduced axes put back, each of size 1.

    Where all axes were reduced a single number is left, which fits any shape as it is.
    """
    if axis is None:
        return g
    return reshape(g, shape=kept_shape(x.shape, axis))


def _shared(x: Value, y: Value, axis: Axis) -> Any:
    """Which part of the gradient each element of a maximum gets: ties share equally."""
    ties = equal(x, _kept(y, x, axis))
    return ties / sum(ties, axis=axis, keepdims=True)


def _centred(x: Value, axis: Axis) -> Any:
    return x - mean(x, axis=axis, keepdims=True)


def _counted(x: Value, axis: Axis) -> tuple[int, ...]:
    """The axes that ``axis`` stands for, each counted from the front."""
    return count_axes("reduction", x, axis) if x.shape else ()


def one_axis(x: Value, axis: Axis) -> Any:
    """x with the axes to be reduced made into one, the last."""
    axes = _counted(x, axis)
    last = tuple(range(len(x.shape) - len(axes), len(x.shape)))
    moved = moveaxis(x, source=axes, destination=last)
    rest = moved.shape[: len(x.shape) - len(axes)]
    return reshape(moved, shape=(*rest, _count(x.shape, axis)))


def _as_before(flat: Value, x: Value, axis: Axis) -> Any:
    """Undo one_axis."""
    axes = _counted(x, axis)
    rest = tuple(n for d, n in enumerate(x.shape) if d not in axes)
    last = tuple(range(len(rest), len(x.shape)))
    split = reshape(flat, shape=(*rest, *[x.shape[a] for a in axes]))
    return moveaxis(split, source=last, destination=axes)


def _reduction(name: str, forward: Callable[..., Any], rule: Rule, doc: str, **options: Any) -> Op:
    """An op each element of whose result depends on all that were reduced to it."""
    return Op(name, forward, rule, doc=doc, structure=Structure(reducing), **options)


# fmt: off
sum: Op = _reduction("sum", _sum,
    lambda g, y, x, axis=None, keepdims=False: broadcast_to(_kept(g, x, axis), shape=x.shape),
    doc="The sum over ``axis`` (a number, a tuple, or None for all).",
    replay=Replay(_sum_calls),
)
mean: Op = _reduction("mean", _mean,
    lambda g, y, x, axis=None, keepdims=False: broadcast_to(
        _kept(g / _count(x.shape, axis), x, axis), shape=x.shape
    ),
    doc="The mean over ``axis``; of nothing there is none (ValueError).",
    replay=Replay(_mean_calls),
)
prod = _reduction("prod", _over_axes(np.prod),
    lambda g, y, x, axis=None, keepdims=False: (
        _kept(g, x, axis) * _as_before(others(one_axis(x, axis)), x, axis)
    ),
    doc="The product over ``axis``; zeros among the factors are no special case.",
)
var = _reduction("var", _var,
    lambda g, y, x, axis=None, ddof=0, keepdims=False: (
        _kept(g, x, axis) * (2 / (_count(x.shape, axis) - ddof) * _centred(x, axis))
    ),
    doc="The variance over ``axis``: the mean square distance from the mean, n - ``ddof`` in the "
    "denominator.",
)
std = _reduction("std", _std,
    lambda g, y, x, axis=None, ddof=0, keepdims=False: (
        _kept(g / (nonzero(y) * (_count(x.shape, axis) - ddof)), x, axis) * _centred(x, axis)
    ),
    doc="The standard deviation over ``axis``; where it is 0 its slopes are taken to be 0.",
)
max = _reduction("max", _over_axes(np.max),
    lambda g, y, x, axis=None, keepdims=False: _kept(g, x, axis) * _shared(x, y, axis),
    doc="The largest element over ``axis``; equal ones share the gradient equally.",
)
min = _reduction("min", _over_axes(np.min),
    lambda g, y, x, axis=None, keepdims=False: _kept(g, x, axis) * _shared(x, y, axis),
    doc="The smallest element over ``axis``; equal ones share the gradient equally.",
)
logsumexp = _reduction("logsumexp", _logsumexp,
    lambda g, y, x, axis=None, keepdims=False: _kept(g, x, axis) * exp(x - _kept(y, x, axis)),
    doc="ln Σ eˣ over ``axis``, for x of any size.",
)
length = _reduction("length", _length,
    lambda g, y, x, axis=None, keepdims=False: _kept(g / nonzero(y), x, axis) * x,
    doc="√Σx² over ``axis``, the 2-norm; where it is 0 its slopes are taken to be 0.",
)
amax, amin = max, min
# fmt: on


def ptp(x: Value, axis: Axis = None, keepdims: bool = False) -> Any:
    """The range over ``axis``, largest minus smallest: max - min.

    >>> import numpy as np
    >>> float(ptp(np.array([3.0, 7.0, 5.0])))
    4.0
    """
    return max(x, axis=axis, keepdims=keepdims) - min(x, axis=axis, keepdims=keepdims)


ALL = (sum, mean, prod, var, std, max, min, logsumexp, length)
