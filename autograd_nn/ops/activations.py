"""Activation functions of neurons, each stable for arguments of any size."""

import math
from typing import Any

import numpy as np

from ..engine.types import Array, Calls, Replay, Value
from .choices import greater, where
from .elementary import erfc, exp
from .families import unary
from .out import as_floats, number, quietly, write_to

_SQRT_HALF, _DENSITY_AT_0 = math.sqrt(0.5), 1 / math.sqrt(2 * math.pi)


def _sigmoid(x: Array, out: Array | None = None) -> Any:
    x = as_floats(x)
    y = np.negative(x, out) if out is not None else np.asarray(np.negative(x))
    quietly(np.exp, y, y)
    np.add(y, number(1, y.dtype), y)
    return quietly(np.reciprocal, y, y)


def _sigmoid_calls(y: Array, x: Array) -> Calls:
    return (
        (np.negative, x, y),
        (quietly, np.exp, y, y),
        (np.add, y, number(1, y.dtype), y),
        (quietly, np.reciprocal, y, y),
    )


def _softplus(x: Array, out: Array | None = None) -> Any:
    with np.errstate(under="ignore"):
        return np.logaddexp(as_floats(x), 0, out=out)


def _log_sigmoid(x: Array, out: Array | None = None) -> Any:
    return np.negative(_softplus(np.negative(as_floats(x))), out=out)


def _relu(x: Array, out: Array | None = None) -> Any:
    return np.maximum(x, 0, out=out)


def _leaky_relu(x: Array, *, slope: float = 0.01, out: Array | None = None) -> Any:
    return write_to(out, np.where(np.greater(x, 0), x, np.multiply(slope, x)))


def _elu(x: Array, *, alpha: float = 1.0, out: Array | None = None) -> Any:
    with np.errstate(under="ignore"):
        below = alpha * np.expm1(np.minimum(x, 0))
    return write_to(out, np.where(np.greater(x, 0), x, below))


def _gelu(x: Array, out: Array | None = None) -> Any:
    return np.multiply(x, _normal_cdf(x), out=out)


def _normal_cdf(x: Value) -> Any:
    """Φ(x), on arrays and on nodes; far below 0, where 1 + erf loses its digits, too."""
    return 0.5 * erfc(x * -_SQRT_HALF)


def _normal_density(x: Value) -> Any:
    return _DENSITY_AT_0 * exp(-0.5 * (x * x))


def _silu(x: Array, out: Array | None = None) -> Any:
    return np.multiply(x, _sigmoid(x), out=out)


# fmt: off
sigmoid = unary("sigmoid", _sigmoid,
    lambda g, y, x: g * (y * (1 - y)),
    doc="σ(x) = 1 / (1 + e⁻ˣ), equation (3) of the book; σ' = σ (1 - σ).",
    replay=Replay(_sigmoid_calls, in_place=True),
)
log_sigmoid = unary("log_sigmoid", _log_sigmoid,
    lambda g, y, x: g * sigmoid(-x),
    doc="ln σ(x), finite where σ(x) itself has underflowed to 0.",
)
softplus = unary(
    "softplus", _softplus, lambda g, y, x: g * sigmoid(x), doc="ln(1 + eˣ), a smooth max(0, x)."
)
relu = unary("relu", _relu,
    lambda g, y, x: where(greater(x, 0), g, 0),
    doc="max(0, x), the rectified linear unit; its slope at 0 is taken to be 0.",
    replay=Replay(in_place=True),
)
leaky_relu = unary("leaky_relu", _leaky_relu,
    lambda g, y, x, slope=0.01: where(greater(x, 0), g, slope * g),
    doc="x, or ``slope`` · x where x ≤ 0; its slope at 0 is taken to be ``slope``.",
)
elu = unary("elu", _elu,
    lambda g, y, x, alpha=1.0: where(greater(x, 0), g, g * (y + alpha)),
    doc="x, or ``alpha`` · (eˣ - 1) where x ≤ 0.",
)
gelu = unary("gelu", _gelu,
    lambda g, y, x: g * (_normal_cdf(x) + x * _normal_density(x)),
    doc="x · Φ(x), with Φ the normal distribution function (the exact form, with erfc).",
)
silu = unary("silu", _silu,
    lambda g, y, x: g * (sigmoid(x) + y * sigmoid(-x)),
    doc="x · σ(x), also called swish.",
)

ALL = (sigmoid, log_sigmoid, softplus, relu, leaky_relu, elu, gelu, silu)
