"""Functions of one number, elementwise.

At kinks and jumps a rule gives one of the possible values: |x| has slope 0 at 0; floor, ceil, rint,
trunc, round, fix and sign have slope 0 everywhere, their jumps included.
"""

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from ..engine.core import Op
from ..engine.types import Array
from .choices import greater, where
from .families import unary
from .out import write_to

LN2, LN10, PI = math.log(2), math.log(10), math.pi
_TWO_BY_SQRT_PI = 2 / math.sqrt(PI)


def _each(function: Callable[[float], float]) -> Callable[..., Any]:
    """A function of the standard library on each element, in the dtype of x."""
    on_each = np.vectorize(function, otypes=[float])

    def forward(x: Array, out: Array | None = None) -> Any:
        dtype = getattr(x, "dtype", np.dtype(float))
        return write_to(out, on_each(x).astype(dtype if dtype.kind == "f" else float))

    return forward


def _round(x: Array, *, decimals: int = 0, out: Array | None = None) -> Any:
    return np.round(x, decimals, out=out)


def _sinc(x: Array, *, order: int = 0, out: Array | None = None) -> Any:
    """The derivative of that order of sin(πx) / (πx).

    With f(z) = sin z / z, zf⁽ⁿ⁾ + nf⁽ⁿ⁻¹⁾ = sin⁽ⁿ⁾ z, which is stable away from 0; near 0 the power
    series of f is differentiated term by term.
    """
    if order == 0:
        return write_to(out, np.sinc(x))
    z = PI * np.asarray(x)
    near = np.abs(z) < order + 2
    far = np.where(near, 1.0, z)
    f = np.sin(far) / far
    for n in range(1, order + 1):
        f = (np.sin(far + n * PI / 2) - n * f) / far
    close = np.where(near, z, 0.0)
    series = np.zeros_like(close)
    for k in range((order + 1) // 2, order + 30):
        power = 2 * k - order
        coefficient = (-1) ** k / (math.factorial(power) * (2 * k + 1))
        series = series + coefficient * close**power
    result = PI**order * np.where(near, series, f)
    return write_to(out, result.astype(getattr(x, "dtype", float), copy=False))


positive = unary("positive", np.positive, lambda g, y, x: g, doc="+x: a copy of x.")
neg = unary("neg", np.negative, lambda g, y, x: -g, doc="-x.")
square = unary("square", np.square, lambda g, y, x: g * (2 * x), doc="x².")
sqrt = unary("sqrt", np.sqrt, lambda g, y, x: g / (2 * y), doc="√x; its slope at 0 is infinite.")
cbrt = unary("cbrt", np.cbrt, lambda g, y, x: g / (3 * y * y), doc="∛x; infinite slope at 0.")
reciprocal = unary("reciprocal", np.reciprocal, lambda g, y, x: -g * y * y, doc="1 / x.")
exp = unary("exp", np.exp, lambda g, y, x: g * y, doc="eˣ.")
exp2 = unary("exp2", np.exp2, lambda g, y, x: g * y * LN2, doc="2ˣ.")
expm1 = unary("expm1", np.expm1, lambda g, y, x: g * (y + 1), doc="eˣ - 1, exact near 0.")
log = unary("log", np.log, lambda g, y, x: g / x, doc="ln x.")
log2 = unary("log2", np.log2, lambda g, y, x: g / (x * LN2), doc="log₂ x.")
log10 = unary("log10", np.log10, lambda g, y, x: g / (x * LN10), doc="log₁₀ x.")
log1p = unary("log1p", np.log1p, lambda g, y, x: g / (1 + x), doc="ln(1 + x), exact near 0.")
sign = unary("sign", np.sign, lambda g, y, x: g * 0, doc="-1, 0 or 1; slope 0.")
abs = unary(
    "abs",
    np.absolute,
    lambda g, y, x: where(greater(x, 0), g, where(greater(0, x), -g, 0)),
    doc="|x|; slope 0 at 0.",
)
floor = unary("floor", np.floor, lambda g, y, x: g * 0, doc="⌊x⌋; slope 0.")
ceil = unary("ceil", np.ceil, lambda g, y, x: g * 0, doc="⌈x⌉; slope 0.")
rint = unary("rint", np.rint, lambda g, y, x: g * 0, doc="The nearest integer; slope 0.")
trunc = unary("trunc", np.trunc, lambda g, y, x: g * 0, doc="x cut towards 0; slope 0.")
round = unary(
    "round", _round, lambda g, y, x, decimals=0: g * 0, doc="x with so many ``decimals``; slope 0."
)
fix = unary("fix", np.trunc, lambda g, y, x: g * 0, doc="x cut towards 0; slope 0.")

deg2rad = unary(
    "deg2rad", np.deg2rad, lambda g, y, x: g * (PI / 180), doc="Degrees as radians: πx / 180."
)
rad2deg = unary(
    "rad2deg", np.rad2deg, lambda g, y, x: g * (180 / PI), doc="Radians as degrees: 180x / π."
)
sin: Op = unary("sin", np.sin, lambda g, y, x: g * cos(x), doc="sin x.")
cos: Op = unary("cos", np.cos, lambda g, y, x: -g * sin(x), doc="cos x.")
tan = unary("tan", np.tan, lambda g, y, x: g * (1 + y * y), doc="tan x.")
arcsin = unary("arcsin", np.arcsin, lambda g, y, x: g / sqrt(1 - x * x), doc="arcsin x.")
arccos = unary("arccos", np.arccos, lambda g, y, x: -g / sqrt(1 - x * x), doc="arccos x.")
arctan = unary("arctan", np.arctan, lambda g, y, x: g / (1 + x * x), doc="arctan x.")
sinh: Op = unary("sinh", np.sinh, lambda g, y, x: g * cosh(x), doc="sinh x.")
cosh: Op = unary("cosh", np.cosh, lambda g, y, x: g * sinh(x), doc="cosh x.")
tanh = unary("tanh", np.tanh, lambda g, y, x: g * (1 - y * y), doc="tanh x.")
arcsinh = unary("arcsinh", np.arcsinh, lambda g, y, x: g / sqrt(x * x + 1), doc="arsinh x.")
arccosh = unary(
    "arccosh", np.arccosh, lambda g, y, x: g / sqrt((x - 1) * (x + 1)), doc="arcosh x, x > 1."
)
arctanh = unary(
    "arctanh", np.arctanh, lambda g, y, x: g / ((1 - x) * (1 + x)), doc="artanh x, |x| < 1."
)
sinc: Op = unary(
    "sinc",
    _sinc,
    lambda g, y, x, order=0: g * sinc(x, order=order + 1),
    doc="sin(πx) / (πx), 1 at 0; ``order`` asks for its derivative of that order.",
)
erf = unary(
    "erf",
    _each(math.erf),
    lambda g, y, x: g * (_TWO_BY_SQRT_PI * exp(-(x * x))),
    doc="The error function 2/√π ∫₀ˣ e^(-t²) dt.",
)
erfc = unary(
    "erfc",
    _each(math.erfc),
    lambda g, y, x: g * (-_TWO_BY_SQRT_PI * exp(-(x * x))),
    doc="1 - erf(x), with all its digits where erf(x) is nearly 1.",
)

ALL = (
    positive, neg, square, sqrt, cbrt, reciprocal, exp, exp2, expm1, log, log2, log10, log1p,
    sign, abs, floor, ceil, rint, trunc, round, fix, deg2rad, rad2deg, sin, cos, tan,
    arcsin, arccos, arctan, sinh, cosh, tanh, arcsinh, arccosh, arctanh, sinc, erf, erfc,
)  # fmt: skip
