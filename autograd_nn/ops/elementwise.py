"""Arithmetic of two arguments, elementwise, with broadcasting.

A row is headed by its name and forward function; one rule for each argument follows.

At kinks a rule gives one of the possible values, the same everywhere: equal arguments of maximum
and minimum share the gradient half and half.
"""

from typing import Any

import numpy as np
import numpy.typing as npt

from ..engine.core import Op
from ..engine.types import Array, Value
from .choices import equal, larger_share, nonzero, not_equal, where
from .elementary import exp, exp2, floor, log, trunc
from .families import broadcasting, unary
from .out import with_out


def _clip(
    x: Array,
    *,
    low: npt.ArrayLike | None = None,
    high: npt.ArrayLike | None = None,
    out: Array | None = None,
) -> Any:
    if low is None and high is None:  # older NumPy refuses
        return np.positive(x, out=out)
    return np.clip(x, low, high, out=out)  # type: ignore[arg-type]  # the stubs know no None


def _lowered(a: Value, b: Value) -> Any:
    """The exponent b - 1, but 0 where a and b are 0, so that 0 · 0⁰⁻¹ is 0."""
    if isinstance(b, (int, float)):
        return b - 1 if b else b
    return b - 1 + equal(b, 0) * equal(a, 0)


add = broadcasting("add", np.add, lambda g, y, a, b: g, lambda g, y, a, b: g, doc="a + b.")
sub = broadcasting("sub", np.subtract, lambda g, y, a, b: g, lambda g, y, a, b: -g, doc="a - b.")
# fmt: off
mul = broadcasting("mul", np.multiply,
    lambda g, y, a, b: g * b,
    lambda g, y, a, b: g * a,
    doc="a · b, element by element (the Hadamard product).",
)
div = broadcasting(
    "div", np.true_divide, lambda g, y, a, b: g / b, lambda g, y, a, b: -g * y / b, doc="a / b."
)
power = broadcasting("power", np.power,
    lambda g, y, a, b: g * (b * a ** _lowered(a, b)),
    lambda g, y, a, b: g * (y * log(nonzero(a))),  # 0ᵇ has slope 0 in b: ln 1 stands for ln 0
    doc="a to the power b.  A negative base has a derivative in a, but none in b (nan).",
)
float_power: Op = broadcasting("float_power", np.float_power,
    lambda g, y, a, b: g * (b * float_power(a, _lowered(a, b))),
    lambda g, y, a, b: g * (y * log(nonzero(a))),
    doc="a to the power b, computed in float64.",
)
maximum = broadcasting("maximum", np.maximum,
    lambda g, y, a, b: larger_share(g, a, b),
    lambda g, y, a, b: larger_share(g, b, a),
    doc="The larger of a and b; where they are equal each gets half of the gradient.",
)
minimum = broadcasting("minimum", np.minimum,
    lambda g, y, a, b: larger_share(g, b, a),
    lambda g, y, a, b: larger_share(g, a, b),
    doc="The smaller of a and b; where they are equal each gets half of the gradient.",
)
fmax = broadcasting("fmax", np.fmax,
    lambda g, y, a, b: where(not_equal(b, b), g, larger_share(g, a, b)),
    lambda g, y, a, b: where(not_equal(a, a), g, larger_share(g, b, a)),
    doc="The larger of a and b, or the one that is not nan, which then gets the gradient.",
)
fmin = broadcasting("fmin", np.fmin,
    lambda g, y, a, b: where(not_equal(b, b), g, larger_share(g, b, a)),
    lambda g, y, a, b: where(not_equal(a, a), g, larger_share(g, a, b)),
    doc="The smaller of a and b, or the one that is not nan, which then gets the gradient.",
)
remainder = broadcasting("remainder", np.remainder,
    lambda g, y, a, b: g,
    lambda g, y, a, b: -g * floor(a / b),
    doc="a - b · floor(a / b), of the sign of b; slope 1 in a also where it jumps.",
)
fmod = broadcasting("fmod", np.fmod,
    lambda g, y, a, b: g,
    lambda g, y, a, b: -g * trunc(a / b),
    doc="a - b · trunc(a / b), of the sign of a; slope 1 in a also where it jumps.",
)
floor_divide = broadcasting("floor_divide", np.floor_divide,
    lambda g, y, a, b: g * 0,
    lambda g, y, a, b: g * 0,
    doc="⌊a / b⌋; slope 0.",
)
copysign = broadcasting("copysign", np.copysign,
    lambda g, y, a, b: g * (y / nonzero(a)),
    lambda g, y, a, b: g * 0,
    doc="|a| with the sign of b; slope 0 in a at 0, and in b everywhere.",
)
hypot = broadcasting("hypot", np.hypot,
    lambda g, y, a, b: g * (a / nonzero(y)),
    lambda g, y, a, b: g * (b / nonzero(y)),
    doc="√(a² + b²); both slopes at (0, 0) are taken to be 0.",
)
arctan2 = broadcasting("arctan2", np.arctan2,
    lambda g, y, a, b: g * (b / nonzero(a * a + b * b)),
    lambda g, y, a, b: -g * (a / nonzero(a * a + b * b)),
    doc="The angle of the point (b, a); both slopes at (0, 0) are taken to be 0.",
)
logaddexp = broadcasting("logaddexp", np.logaddexp,
    lambda g, y, a, b: g * exp(a - y),
    lambda g, y, a, b: g * exp(b - y),
    doc="ln(eᵃ + eᵇ), for a and b of any size.",
)
logaddexp2 = broadcasting("logaddexp2", np.logaddexp2,
    lambda g, y, a, b: g * exp2(a - y),
    lambda g, y, a, b: g * exp2(b - y),
    doc="log₂(2ᵃ + 2ᵇ), for a and b of any size.",
)
clip = unary("clip", _clip,
    lambda g, y, x, low=None, high=None: where(equal(x, y), g, 0),
    doc="x held between ``low`` and ``high`` (None: no bound); slope 1 at the bounds themselves.",
)
nan_to_num = unary("nan_to_num", with_out(np.nan_to_num),
    lambda g, y, x, nan=0.0, posinf=None, neginf=None: where(equal(x, y), g, 0),
    doc="x with ``nan``, ``posinf`` and ``neginf`` in place of these; no gradient reaches them.",
)

ALL = (
    add, sub, mul, div, power, float_power, maximum, minimum,
    fmax, fmin, remainder, fmod, floor_divide, copysign, hypot, arctan2, logaddexp, logaddexp2,
    clip, nan_to_num,
)  # fmt: skip
