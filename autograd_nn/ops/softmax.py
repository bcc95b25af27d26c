"""Softmax and its logarithm along one axis."""

from typing import Any

import numpy as np

from ..engine.core import Op
from ..engine.types import Array, Structure
from .connections import along_axis
from .elementary import exp
from .out import as_floats
from .reduce import sum
from .stacking import along_an_axis


def _softmax(x: Array, *, axis: int = -1, c: float = 1.0, out: Array | None = None) -> Any:
    """The largest entry is subtracted first: the result is the same and exp cannot overflow."""
    x = as_floats(x) if c == 1 else np.multiply(c, as_floats(x))
    y = np.subtract(x, np.max(x, axis=axis, keepdims=True, initial=-np.inf), out=out)
    with np.errstate(under="ignore"):
        y = np.exp(y, out=out)
        return np.true_divide(y, np.add.reduce(y, axis=axis, keepdims=True), out=out)


def _log_softmax(x: Array, *, axis: int = -1, out: Array | None = None) -> Any:
    x = as_floats(x)
    y = np.subtract(x, np.max(x, axis=axis, keepdims=True, initial=-np.inf), out=out)
    with np.errstate(under="ignore"):
        total = np.add.reduce(np.exp(y), axis=axis, keepdims=True)
    return np.subtract(y, np.log(total), out=out)


softmax = Op(
    "softmax",
    _softmax,
    lambda g, y, x, axis=-1, c=1.0: c * (y * (g - sum(g * y, axis=axis, keepdims=True))),
    doc="eᶜˣ / Σ eᶜˣ along ``axis``: positive numbers that add up to 1.  ``c`` is the constant of "
    "equation (83) of the book; as it grows, softmax becomes the maximum.",
    structure=Structure(along_axis, stack=along_an_axis),
)
log_softmax = Op(
    "log_softmax",
    _log_softmax,
    lambda g, y, x, axis=-1: g - exp(y) * sum(g, axis=axis, keepdims=True),
    doc="ln softmax, finite where softmax itself has underflowed to 0.",
    structure=Structure(along_axis, stack=along_an_axis),
)

ALL = (softmax, log_softmax)
