"""Activation functions of neurons, each stable for arguments of any size."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..core import Array
from .elementwise import greater
from .families import unary


def _float_like(x: Any, out: Array | None) -> Array:
    """Where to write: ``out``, or a new floating-point array like x."""
    if out is not None:
        return out
    dtype = getattr(x, "dtype", np.dtype(float))
    return np.empty(np.shape(x), dtype if dtype.kind == "f" else float)


def _sigmoid(x: Any, out: Array | None = None) -> Array:
    y = _float_like(x, out)
    with np.errstate(over="ignore", under="ignore"):  # e⁸⁰⁰ is inf, and 1 / (1 + inf) is right: 0
        np.negative(x, out=y)
        np.exp(y, out=y)
        y += 1
        return np.reciprocal(y, out=y)


def _relu(x: Any, out: Array | None = None) -> Any:
    return np.maximum(x, 0, out=out)


sigmoid = unary(
    "sigmoid",
    _sigmoid,
    lambda g, y, x: g * (y * (1 - y)),
    doc="σ(x) = 1 / (1 + e⁻ˣ), equation (3) of the book; σ' = σ (1 - σ).",
)
tanh = unary("tanh", np.tanh, lambda g, y, x: g * (1 - y * y), doc="The hyperbolic tangent.")
relu = unary(
    "relu",
    _relu,
    lambda g, y, x: g * greater(x, 0),
    doc="max(0, x), the rectified linear unit; its slope at 0 is taken to be 0.",
)

ALL = (sigmoid, tanh, relu)
