"""What forward functions need: ``out=`` where NumPy has none, numbers as arrays, quiet calls.

Overflow and underflow are often right: e⁸⁰⁰ is infinite, and 1 / (1 + ∞) is exactly what σ(-800)
rounds to.  NumPy keeps its error state in a context variable; a context of our own, in which it is
quiet, is entered in a thirtieth of the time that ``np.errstate`` takes, which is as long as a small
operation.
"""

from collections.abc import Callable
from contextvars import Context
from functools import cache, wraps
from threading import local
from typing import Any

import numpy as np
import numpy.typing as npt

from ..engine.types import Array


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


def quiet_run() -> Callable[..., Any]:
    """A function ``run(function, *arguments)`` in whose calls over- and underflow are quiet.

    It belongs to one thread: a context cannot be entered twice at a time.
    """
    context = Context()
    context.run(np.seterr, over="ignore", under="ignore")
    return context.run


class _Here(local):
    """Each thread's own."""

    def __init__(self) -> None:
        self.run = quiet_run()


_here = _Here()


def quietly(function: Callable[..., Any], *arguments: Any) -> Any:
    """Call a NumPy function; what overflows is infinite and what underflows 0, without a warning.

    >>> float(quietly(np.exp, np.array(800.0)))
    inf
    """
    return _here.run(function, *arguments)
