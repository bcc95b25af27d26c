"""Reductions and running sums, as NumPy spells them."""

import operator
from collections.abc import Callable
from typing import Any

import numpy as np

from ... import ops
from ...engine.backward import as_constant
from ...engine.core import Op, Operand, value
from ...engine.types import Array, Axis, DType, Value
from ...ops.arguments import array, count_axes, refuse_out
from ...ops.shape import cast


def _reducing(op: Op) -> Callable[..., Any]:
    def reduction(
        a: Value, axis: Axis = None, dtype: DType = None, out: None = None, keepdims: bool = False
    ) -> Any:
        refuse_out(op.name, out)
        return op(cast(a, dtype), axis=_number(axis), keepdims=keepdims)

    return _described(reduction, op)


def _spreading(op: Op) -> Callable[..., Any]:
    def reduction(
        a: Value,
        axis: Axis = None,
        dtype: DType = None,
        out: None = None,
        ddof: int = 0,
        keepdims: bool = False,
        *,
        correction: int | None = None,
    ) -> Any:
        refuse_out(op.name, out)
        if correction is not None:
            if ddof:
                raise ValueError(f"{op.name}: got ddof= and correction=, two names of one setting")
            ddof = correction
        return op(cast(a, dtype), axis=_number(axis), ddof=ddof, keepdims=keepdims)

    return _described(reduction, op)


def _extreme(op: Callable[..., Any]) -> Callable[..., Any]:
    def reduction(a: Value, axis: Axis = None, out: None = None, keepdims: bool = False) -> Any:
        refuse_out("max, min and their like", out)
        return op(a, axis=_number(axis), keepdims=keepdims)

    return _described(reduction, op)


def _running(op: Op) -> Callable[..., Any]:
    def running(a: Value, axis: Axis = None, dtype: DType = None, out: None = None) -> Any:
        refuse_out(op.name, out)
        return op(cast(a, dtype), axis=axis)

    return _described(running, op)


def _number(axis: Axis | Array) -> Axis:
    """An axis given as an array without axes, as a number; anything else as it is."""
    return operator.index(axis) if isinstance(axis, np.ndarray) else axis


def _described(function: Callable[..., Any], op: Callable[..., Any]) -> Callable[..., Any]:
    function.__doc__ = op.__doc__
    function.__name__ = function.__qualname__ = getattr(op, "name", None) or op.__name__
    return function


sum, prod, mean = _reducing(ops.sum), _reducing(ops.prod), _reducing(ops.mean)
std, var = _spreading(ops.std), _spreading(ops.var)
max, min, ptp = _extreme(ops.max), _extreme(ops.min), _extreme(ops.ptp)
logsumexp = _extreme(ops.logsumexp)
cumsum, cumprod = _running(ops.cumsum), _running(ops.cumprod)


def average(
    a: Value,
    axis: Axis = None,
    weights: Operand | None = None,
    returned: bool = False,
    *,
    keepdims: bool = False,
) -> Any:
    """The mean, or the mean weighted with ``weights``; with ``returned`` their sum too.

    Raises ``ValueError`` for weights of another shape, or that add up to zero.
    """
    a = array(a)
    of_each = np.ones(a.shape) if weights is None else _weights_of(a, array(weights), axis)
    total = ops.sum(of_each, axis=axis, keepdims=keepdims)
    if weights is None:
        result = ops.mean(a, axis=axis, keepdims=keepdims)
    elif np.all(value(total)):
        result = ops.sum(ops.mul(a, of_each), axis=axis, keepdims=keepdims) / total
    else:
        raise ValueError("average: the weights sum to zero; expected any other sum")
    if not returned:
        return result
    return result, as_constant(array(cast(total, result.dtype)), type(result))


def _weights_of(a: Value, weights: Value, axis: Axis) -> Any:
    """Weights of the axes to be averaged over, or of every element, so that they broadcast."""
    if weights.shape == a.shape:
        return weights
    axes = count_axes("average", a, axis)
    if axis is None or weights.shape != tuple(a.shape[d] for d in axes):
        raise ValueError(
            f"average: weights of shape {tuple(weights.shape)} for {tuple(a.shape)} and axis="
            f"{axis}; expected one for each element, or for each along the axes"
        )
    weights = ops.transpose(weights, axes=tuple(np.argsort(axes).tolist()))
    shape = tuple(n if d in axes else 1 for d, n in enumerate(a.shape))
    return ops.broadcast_to(ops.reshape(weights, shape=shape), shape=a.shape)


def nansum(
    a: Value, axis: Axis = None, dtype: DType = None, out: None = None, keepdims: bool = False
) -> Any:
    """The sum of what is a number."""
    return sum(ops.where(ops.not_equal(a, a), 0, a), axis, dtype, out, keepdims)


def _cumulative(running: Callable[..., Any]) -> Callable[..., Any]:
    def cumulative(
        x: Value, /, *, axis: int | None = None, dtype: DType = None, out: None = None
    ) -> Any:
        if axis is None and len(x.shape) != 1:
            raise ValueError(f"{running.__name__}: {tuple(x.shape)}; expected axis= to be said")
        return running(x, axis, dtype, out)

    return cumulative


cumulative_sum, cumulative_prod = _cumulative(cumsum), _cumulative(cumprod)
