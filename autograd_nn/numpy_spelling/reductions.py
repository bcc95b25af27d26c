"""Reductions and running sums, as NumPy spells them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from .. import ops
from ..core import Op, value
from .common import array, cast, refuse_out


def _reducing(op: Op) -> Callable[..., Any]:
    def reduction(
        a: Any, axis: Any = None, dtype: Any = None, out: None = None, keepdims: bool = False
    ) -> Any:
        refuse_out(op.name, out)
        return op(cast(a, dtype), axis=axis, keepdims=keepdims)

    return _described(reduction, op)


def _spreading(op: Op) -> Callable[..., Any]:
    def reduction(
        a: Any,
        axis: Any = None,
        dtype: Any = None,
        out: None = None,
        ddof: int = 0,
        keepdims: bool = False,
    ) -> Any:
        refuse_out(op.name, out)
        return op(cast(a, dtype), axis=axis, ddof=ddof, keepdims=keepdims)

    return _described(reduction, op)


def _extreme(op: Callable[..., Any]) -> Callable[..., Any]:
    def reduction(a: Any, axis: Any = None, out: None = None, keepdims: bool = False) -> Any:
        refuse_out("max, min and their like", out)
        return op(a, axis=axis, keepdims=keepdims)

    return _described(reduction, op)


def _running(op: Op) -> Callable[..., Any]:
    def running(a: Any, axis: Any = None, dtype: Any = None, out: None = None) -> Any:
        refuse_out(op.name, out)
        return op(cast(a, dtype), axis=axis)

    return _described(running, op)


def _described(function: Callable[..., Any], op: Any) -> Callable[..., Any]:
    function.__doc__ = op.__doc__
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


def average(a: Any, axis: Any = None, weights: Any = None, *, keepdims: bool = False) -> Any:
    """The mean, or the mean weighted with ``weights``, of a's shape."""
    if weights is None:
        return ops.mean(a, axis=axis, keepdims=keepdims)
    if np.shape(value(weights)) != np.shape(value(a)):
        raise ValueError(
            f"average: weights of shape {np.shape(value(weights))} for {np.shape(value(a))}; "
            "expected one for each element, reshape or broadcast them first"
        )
    weighted = ops.sum(ops.mul(a, weights), axis=axis, keepdims=keepdims)
    return weighted / ops.sum(array(weights), axis=axis, keepdims=keepdims)
