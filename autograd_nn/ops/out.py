"""``out=`` for forward functions that NumPy gives none."""

from collections.abc import Callable
from functools import cache, wraps
from typing import Any

import numpy as np
import numpy.typing as npt

from ..engine.core import Array


def write_to(out: Array | None, result: npt.ArrayLike) -> Any:
    """The result, or ``out`` with the result written into it."""
    if out is None:
        return result
    np.copyto(out, result)
    return out


def with_out(function: Callable[..., Any]) -> Callable[..., Any]:
    """The same function of arrays, which writes into ``out`` if it is given one."""

    @wraps(function)
    def forward(*arrays: Array, out: Array | None = None, **settings: Any) -> Any:
        return write_to(out, function(*arrays, **settings))

    return forward


@cache
def number(value: float, dtype: np.dtype[Any]) -> Array:
    """A number as an array without axes, which a ufunc takes faster than Python's own."""
    array: Array = np.array(value, dtype)
    array.setflags(write=False)
    return array


def as_floats(x: npt.ArrayLike) -> Any:
    """x as floating-point numbers: integers and booleans as float64, the rest as it is."""
    x = np.asarray(x)
    return x if x.dtype.kind == "f" else x.astype(np.float64)
