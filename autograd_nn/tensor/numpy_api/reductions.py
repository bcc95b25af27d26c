"""Reductions and running sums, as NumPy spells them."""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

import numpy as np

from ... import ops
from ...engine.backward import as_constant
from ...engine.core import Node, Op, value
from ...ops.axes import counted
from .common import array, cast, refuse_out


def _reducing(op: Op) -> Callable[..., Any]:
    def reduction(
        a: Any, axis: Any = None, dtype: Any = None, out: None = None, keepdims: bool = False
    ) -> Any:
        refuse_out(op.name, out)
        return op(cast(a, dtype), axis=_number(axis), keepdims=keepdims)

    return _described(reduction, op)


def _spreading(op: Op) -> Callable[..., Any]:
    def reduction(
        a: Any,
        axis: Any = None,
        dtype: Any = None,
        out: None = None,
        ddof: int = 0,
        keepdims: bool = False,
        *,
        correction: Any = None,
    ) -> Any:
        refuse_out(op.name, out)
        if correction is not None:
            if ddof:
                raise ValueError(f"{op.name}: got ddof= and correction=, two names of one setting")
            ddof = correction
        return op(cast(a, dtype), axis=_number(axis), ddof=ddof, keepdims=keepdims)

    return _described(reduction, op)


def _extreme(op: Callable[..., Any]) -> Callable[..., Any]:
    def reduction(a: Any, axis: Any = None, out: None = None, keepdims: bool = False) -> Any:
        refuse_out("max, min and their like", out)
        return op(a, axis=_number(axis), keepdims=keepdims)

    return _described(reduction, op)


def _running(op: Op) -> Callable[..., Any]:
    def running(a: Any, axis: Any = None, dtype: Any = None, out: None = None) -> Any:
        refuse_out(op.name, out)
        return op(cast(a, dtype), axis=axis)

    return _described(running, op)


def _number(axis: Any) -> Any:
    """An axis given as an array without axes, as a number; anything else as it is."""
    return operator.index(axis) if type(axis) is np.ndarray else axis


def _described(function: Callable[..., Any], op: Any) -> Callable[..., Any]:
    function.__doc__ = op.__doc__
    function.__name__ = function.__qualname__ = getattr(op, "name", None) or op.__name__
    return function


sum, prod, mean = _reducing(ops.sum), _reducing(ops.prod), _reducing(ops.mean)
std, var = _spreading(ops.std), _spreading(ops.var)
max, min, ptp = _extreme(ops.max), _extreme(ops.min), _extreme(ops.ptp)
logsumexp = _extreme(ops.logsumexp)
cumsum, cumprod = _running(ops.cumsum), _running(ops.cumprod)


def median(
    a: Any,
    axis: Any = None,
    out: None = None,
    overwrite_input: bool = False,
    keepdims: bool = False,
) -> Any:
    """The middle element in sorted order, or the mean of the middle two."""
    refuse_out("median", out)
    return ops.median(a, axis=axis, keepdims=keepdims)


def average(
    a: Any,
    axis: Any = None,
    weights: Any = None,
    returned: bool = False,
    *,
    keepdims: bool = False,
) -> Any:
    """The mean, or the mean weighted with ``weights``; with ``returned`` their sum too."""
    a = array(a)
    if weights is None:
        result = ops.mean(a, axis=axis, keepdims=keepdims)
        weights = np.ones(a.shape) if returned else None
    else:
        weights = _weights_of(a, array(weights), axis)
        total = ops.sum(weights, axis=axis, keepdims=keepdims)
        if not np.all(value(total)):
            raise ValueError("average: the weights sum to zero; expected any other sum")
        result = ops.sum(ops.mul(a, weights), axis=axis, keepdims=keepdims) / total
    if not returned:
        return result
    total = cast(ops.sum(weights, axis=axis, keepdims=keepdims), result.dtype)
    total = total if isinstance(total, Node) else np.asarray(total)
    return result, as_constant(total, type(result))


def _weights_of(a: Any, weights: Any, axis: Any) -> Any:
    """Weights of the axes to be averaged over, or of every element, so that they broadcast."""
    if weights.shape == a.shape:
        return weights
    axes = counted("average", a, axis)
    if axis is None or weights.shape != tuple(a.shape[d] for d in axes):
        raise ValueError(
            f"average: weights of shape {tuple(weights.shape)} for {tuple(a.shape)} and axis="
            f"{axis}; expected one for each element, or for each along the axes"
        )
    weights = ops.transpose(weights, axes=tuple(np.argsort(axes).tolist()))
    shape = tuple(n if d in axes else 1 for d, n in enumerate(a.shape))
    return ops.broadcast_to(ops.reshape(weights, shape=shape), shape=a.shape)


def nansum(
    a: Any, axis: Any = None, dtype: Any = None, out: None = None, keepdims: bool = False
) -> Any:
    """The sum of what is a number."""
    return sum(ops.where(ops.not_equal(a, a), 0, a), axis, dtype, out, keepdims)


def _cumulative(running: Callable[..., Any]) -> Callable[..., Any]:
    def cumulative(
        x: Any, /, *, axis: int | None = None, dtype: Any = None, out: None = None
    ) -> Any:
        if axis is None and len(x.shape) != 1:
            raise ValueError(f"{running.__name__}: {tuple(x.shape)}; expected axis= to be said")
        return running(x, axis, dtype, out)

    return cumulative


cumulative_sum, cumulative_prod = _cumulative(cumsum), _cumulative(cumprod)
