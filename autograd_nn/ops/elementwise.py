"""Elementwise operations: the table of derivatives.

A row is a name, the forward function, then one rule per argument.  A rule takes the gradient g
arriving at the result y, then y, then the arguments, and returns the gradient for that one
argument.  Rules use operators and other ops only, so the same text works on arrays (numbers come
out) and on nodes (a graph comes out, ready to be differentiated again).

At kinks a rule gives one of the possible values, the same everywhere: sign(0) = 0, so |x| has
slope 0 at 0; equal arguments of maximum and minimum share the gradient half and half.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..core import Array, Op
from .families import broadcasting, unary


def _where(mask: Any, a: Any, b: Any, out: Array | None = None) -> Any:
    if out is None:
        return np.where(mask, a, b)
    np.copyto(out, b)
    np.copyto(out, a, where=np.asarray(mask, dtype=bool))
    return out


def _lowered(b: Any) -> Any:
    """The exponent b - 1; 0 where b is 0, so that 0 · a⁰ is 0 even at a = 0."""
    if isinstance(b, (int, float)):
        return b - 1 if b else b
    return b - 1 + equal(b, 0)


# Comparisons have no derivative: their results are masks.
greater = broadcasting("greater", np.greater, None, None, doc="a > b, elementwise: a mask.")
equal = broadcasting("equal", np.equal, None, None, doc="a == b, elementwise: a mask.")

where: Op = broadcasting(
    "where",
    _where,
    None,
    lambda g, y, mask, a, b: where(mask, g, 0),
    lambda g, y, mask, a, b: where(mask, 0, g),
    doc="a where the mask holds, else b.  No gradient reaches the elements not taken.",
)
add = broadcasting(
    "add",
    np.add,
    lambda g, y, a, b: g,
    lambda g, y, a, b: g,
    doc="a + b.",
)
sub = broadcasting(
    "sub",
    np.subtract,
    lambda g, y, a, b: g,
    lambda g, y, a, b: -g,
    doc="a - b.",
)
mul = broadcasting(
    "mul",
    np.multiply,
    lambda g, y, a, b: g * b,
    lambda g, y, a, b: g * a,
    doc="a · b, elementwise (the Hadamard product).",
)
div = broadcasting(
    "div",
    np.true_divide,
    lambda g, y, a, b: g / b,
    lambda g, y, a, b: -g * y / b,
    doc="a / b.",
)
power = broadcasting(
    "power",
    np.power,
    lambda g, y, a, b: g * (b * a ** _lowered(b)),
    lambda g, y, a, b: g * (y * log(a + equal(a, 0))),  # 0ᵇ has slope 0 in b: ln 1 stands for ln 0
    doc="a to the power b.  A negative base has a derivative in a, but none in b (nan).",
)
maximum = broadcasting(
    "maximum",
    np.maximum,
    lambda g, y, a, b: g * greater(a, b) + g * 0.5 * equal(a, b),
    lambda g, y, a, b: g * greater(b, a) + g * 0.5 * equal(a, b),
    doc="The larger of a and b; where they are equal each gets half of the gradient.",
)
minimum = broadcasting(
    "minimum",
    np.minimum,
    lambda g, y, a, b: g * greater(b, a) + g * 0.5 * equal(a, b),
    lambda g, y, a, b: g * greater(a, b) + g * 0.5 * equal(a, b),
    doc="The smaller of a and b; where they are equal each gets half of the gradient.",
)

positive = unary("positive", np.positive, lambda g, y, x: g, doc="+x: a copy of x.")
neg = unary("neg", np.negative, lambda g, y, x: -g, doc="-x.")
square = unary("square", np.square, lambda g, y, x: g * (2 * x), doc="x².")
sqrt = unary("sqrt", np.sqrt, lambda g, y, x: g / (2 * y), doc="√x; its slope at 0 is infinite.")
exp = unary("exp", np.exp, lambda g, y, x: g * y, doc="eˣ.")
log: Op = unary("log", np.log, lambda g, y, x: g / x, doc="ln x.")
sign = unary("sign", np.sign, lambda g, y, x: g * 0, doc="-1, 0 or 1; its slope is 0 everywhere.")
abs = unary("abs", np.absolute, lambda g, y, x: g * sign(x), doc="|x|, with slope 0 at 0.")

ALL = (
    greater, equal, where, add, sub, mul, div, power, maximum, minimum,
    positive, neg, square, sqrt, exp, log, sign, abs,
)  # fmt: skip
