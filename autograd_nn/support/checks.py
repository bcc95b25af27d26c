"""What a single setting may be: a number, a seed, a dtype, the name of a file.

A check takes what arrived and who asked, ``"fit: momentum"``, and gives it back or raises
``TypeError`` or ``ValueError`` that tells what arrived, what was expected and what to do.
"""

from __future__ import annotations

import math
import os
from collections.abc import Sequence
from numbers import Integral, Real
from pathlib import Path
from typing import Any

import numpy as np

SMALLEST = 5e-324
"""The smallest positive number."""


def is_count(value: Any) -> bool:
    """Whether it is an integer; True and False are none."""
    return isinstance(value, Integral) and not isinstance(value, bool)


def is_real(value: Any) -> bool:
    """Whether it is a finite number that floating point can hold; True and False are none."""
    try:
        return isinstance(value, Real) and not isinstance(value, bool) and math.isfinite(value)
    except OverflowError:  # an integer of hundreds of digits
        return False


def check_count(value: Any, asked_by: str, least: int = 1, most: int | None = None) -> int:
    """An integer that is neither too small nor too large; ``ValueError`` for anything else.

    >>> check_count(np.int64(3), "f: n")
    3
    """
    in_range = is_count(value) and is_real(value) and value >= least
    if not in_range or (most is not None and value > most):
        range_ = f", {least} or more" if most is None else f" from {least} to {most}"
        raise ValueError(f"{asked_by}={value!r:.60}; expected an integer{range_}")
    return int(value)


def check_real(
    value: Any, asked_by: str, expected: str = "a number", least: float = -math.inf
) -> float:
    """A finite number that is not too small; ``expected`` says which numbers are right.

    >>> check_real(2, "f: c")
    2.0
    """
    if not is_real(value) or value < least:
        raise ValueError(f"{asked_by}={value!r:.60}; expected {expected}")
    return float(value)


def check_flag(value: Any, asked_by: str) -> bool:
    """True or False, also NumPy's.

    >>> check_flag(np.True_, "f: fused")
    True
    """
    if not isinstance(value, (bool, np.bool_)):
        raise TypeError(f"{asked_by}={value!r:.60}; expected True or False")
    return bool(value)


def check_array(values: Any, asked_by: str) -> Any:
    """An array of what has one shape; of the rest NumPy makes none.

    >>> check_array([[1, 2], [3, 4]], "f: x").shape
    (2, 2)
    """
    try:
        return np.asarray(values)
    except ValueError as error:
        raise ValueError(
            f"{asked_by} has parts of different lengths; rows of one length were expected; fill "
            f"them up or cut them ({error})"
        ) from error


def check_numbers(values: Any, asked_by: str) -> Any:
    """An array of real numbers.

    >>> check_numbers([True, 2], "f: x")
    array([1, 2])
    """
    array = check_array(values, asked_by)
    if array.dtype.kind not in "biuf":
        raise TypeError(f"{asked_by} holds {array.dtype}; real numbers were expected")
    return array


def check_reals(values: Any, asked_by: str) -> tuple[Any, ...]:
    """Finite numbers one after the other, as they were given.

    >>> check_reals([6, 2.5], "f: weights")
    (6, 2.5)
    """
    several = isinstance(values, (Sequence, np.ndarray)) and not isinstance(values, (str, bytes))
    if not several or not all(map(is_real, values)):
        raise ValueError(f"{asked_by}={values!r:.60}; expected numbers in a tuple")
    return tuple(values)


def check_path(path: Any, asked_by: str) -> Path:
    """The name of a file or folder.

    >>> check_path("net.json", "save").name
    'net.json'
    """
    if not isinstance(path, str) and not (
        isinstance(path, os.PathLike) and isinstance(os.fspath(path), str)
    ):
        raise TypeError(
            f"{asked_by}: {path!r:.60} is no name of a file; text or a pathlib.Path was expected"
        )
    return Path(path)


def check_dtype(dtype: Any, asked_by: str) -> np.dtype[Any]:
    """float64 or float32."""
    try:
        found: np.dtype[Any] = np.dtype(dtype)
    except (TypeError, DeprecationWarning):  # of letters that NumPy will not know any more
        found = np.dtype(object)
    if found not in (np.float64, np.float32):
        raise TypeError(
            f"{asked_by}: dtype is {dtype!r:.60}; float64 or float32 was expected; write "
            "dtype=np.float32 for half the memory"
        )
    return found


def check_generator(rng: Any, asked_by: str, none: str) -> np.random.Generator:
    """The generator itself, or one from a seed; ``none`` says what None is for."""
    if is_count(rng) and rng < 0:
        raise ValueError(
            f"{asked_by}: seed {rng}; 0 or more was expected; write rng=0, or rng=None {none}"
        )
    if not (rng is None or is_count(rng) or isinstance(rng, np.random.Generator)):
        raise TypeError(
            f"{asked_by}: rng is {rng!r:.60}; an integer seed, a numpy.random.Generator or None "
            f"was expected; write rng=0, or rng=None {none}"
        )
    return np.random.default_rng(rng)
