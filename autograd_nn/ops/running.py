"""Running sums and products along an axis, and products of all factors but one."""

from collections.abc import Callable
from typing import Any

import numpy as np

from ..engine.core import Op
from ..engine.types import Axis, Structure, Value
from .connections import running
from .out import with_out
from .shape import concatenate, flip, moveaxis, reshape


def _before(x: Value) -> Any:
    """For each element of the last axis, the product of those before it; no division, so zeros
    do no harm.  Doubling the reach of each product takes log₂ n multiplications."""
    n = x.shape[-1]
    if n == 0:
        return x
    x = concatenate(x[..., :1] ** 0, x[..., : n - 1], axis=-1)  # 1, for infinity too
    reach = 1
    while reach < n:
        x = concatenate(x[..., :reach], x[..., reach:] * x[..., : n - reach], axis=-1)
        reach *= 2
    return x


def others(x: Value) -> Any:
    """For each element of the last axis, the product of all others."""
    return _before(x) * flip(_before(flip(x, axis=-1)), axis=-1)


def _products_back(g: Value, x: Value) -> Any:
    """The gradient of running products along the last axis, without dividing.

    With r the solution of rᵢ = gᵢ + xᵢ₊₁ rᵢ₊₁, it is (x₀ … xᵢ₋₁) rᵢ; r is found by doubling.
    """
    n = x.shape[-1]
    if n == 0:
        return g
    r = flip(g, axis=-1)
    factor = concatenate(x[..., :1] ** 0 - 1, flip(x, axis=-1)[..., : n - 1], axis=-1)
    reach = 1
    while reach < n:
        r = concatenate(
            r[..., :reach], r[..., reach:] + factor[..., reach:] * r[..., : n - reach], axis=-1
        )
        factor = concatenate(
            factor[..., :reach] * 0, factor[..., reach:] * factor[..., : n - reach], axis=-1
        )
        reach *= 2
    return _before(x) * flip(r, axis=-1)


def _cumulated(rule: Callable[..., Any], g: Value, x: Value, axis: Axis) -> Any:
    """A rule for the last axis, applied to any axis; None is the flattened array."""
    if axis is None or not x.shape:
        return reshape(rule(g, reshape(x, shape=(-1,))), shape=x.shape)
    g, flat = (moveaxis(a, source=axis, destination=-1) for a in (g, x))
    return moveaxis(rule(g, flat), source=-1, destination=axis)


def _sums_back(g: Value, x: Value) -> Any:
    return flip(cumsum(flip(g, axis=-1), axis=-1), axis=-1)


cumsum: Op = Op(
    "cumsum",
    with_out(np.cumsum),
    lambda g, y, x, axis=None: _cumulated(_sums_back, g, x, axis),
    doc="Running sums along ``axis``; of the flattened array for None.",
    structure=Structure(running),
)
cumprod = Op(
    "cumprod",
    with_out(np.cumprod),
    lambda g, y, x, axis=None: _cumulated(_products_back, g, x, axis),
    doc="Running products along ``axis``; zeros among the factors are no special case.",
    structure=Structure(running),
)

ALL = (cumsum, cumprod)
