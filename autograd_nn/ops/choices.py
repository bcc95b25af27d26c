"""Comparisons, which make masks, and the choice between two values by a mask.

Comparisons have no derivative.  A choice passes the gradient on to what was taken and nothing, not
even infinity times 0, to what was not; rules with a kink are built on it.
"""

from typing import Any

import numpy as np

from ..engine.core import Op
from ..engine.types import Array, Value
from .families import broadcasting


def _where(mask: Array, a: Array, b: Array, out: Array | None = None) -> Any:
    if out is None:
        return np.where(mask, a, b)
    np.copyto(out, b)
    np.copyto(out, a, where=np.asarray(mask, dtype=bool))
    return out


greater = broadcasting("greater", np.greater, None, None, doc="a > b: a mask.")
equal = broadcasting("equal", np.equal, None, None, doc="a == b: a mask.")
not_equal = broadcasting("not_equal", np.not_equal, None, None, doc="a != b: a mask.")
where: Op = broadcasting(
    "where",
    _where,
    None,
    lambda g, y, mask, a, b: where(mask, g, 0),
    lambda g, y, mask, a, b: where(mask, 0, g),
    doc="a where the mask holds, else b.  No gradient reaches the elements not taken.",
)


def nonzero(x: Value) -> Any:
    """x with 1 in place of 0: a divisor for quotients whose numerator is 0 there too.

    >>> nonzero(np.array([0.0, 2.0])).tolist()
    [1.0, 2.0]
    """
    return x + equal(x, 0)


def larger_share(g: Value, a: Value, b: Value) -> Any:
    """The part of g that a gets for being the larger of the two: all, half if equal, or none.

    >>> larger_share(1.0, np.array([3.0, 2.0, 1.0]), 2.0).tolist()
    [1.0, 0.5, 0.0]
    """
    return where(greater(a, b), g, where(equal(a, b), 0.5 * g, 0))


ALL = (greater, equal, not_equal, where)
