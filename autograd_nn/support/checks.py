"""Checks of arguments: an integer, a number, a flag, a choice, an array, a file name, a seed.

Each takes the value and who asked for it, ``"fit: momentum"``, and returns the value or raises
``asked_by=value; expected …``: ``TypeError`` for arrays of the wrong dtype and for what is not
True or False, a function, a file name, a dtype or a generator, otherwise ``ValueError``.
"""

import math
import os
from collections.abc import Collection, Iterable, Sequence
from numbers import Integral, Real
from pathlib import Path
from typing import Any, TypeGuard, TypeVar

import numpy as np
import numpy.typing as npt

from ..errors import NonFiniteError

Array = npt.NDArray[Any]
T = TypeVar("T")

SMALLEST = 5e-324  # ``least`` for a number that must be positive


def is_count(value: object) -> TypeGuard[int]:
    """Whether it is an integer, Python's or NumPy's; True and False are not."""
    return isinstance(value, Integral) and not isinstance(value, bool)


def is_real(value: object) -> TypeGuard[float]:
    """Whether it is a finite number that floating point can hold; True and False are not."""
    try:
        return isinstance(value, Real) and not isinstance(value, bool) and math.isfinite(value)
    except OverflowError:  # an integer of hundreds of digits
        return False


def check_count(value: object, asked_by: str, least: int = 1, most: float = math.inf) -> int:
    """An integer from ``least`` to ``most``.

    >>> check_count(np.int64(3), "f: n")
    3
    >>> check_count(True, "f: n", 0, 12)
    Traceback (most recent call last):
    ValueError: f: n=True; expected an integer from 0 to 12
    """
    if not (is_count(value) and is_real(value) and least <= value <= most):
        range_ = f", {least} or more" if most == math.inf else f" from {least} to {most}"
        raise ValueError(f"{asked_by}={value!r:.60}; expected an integer{range_}")
    return int(value)


def check_sizes(sizes: object, asked_by: str) -> tuple[int, ...]:
    """The numbers of neurons in two or more layers; ``ValueError`` for anything else.

    >>> check_sizes([784, 30, 10], "f: sizes")
    (784, 30, 10)
    """
    numbers = tuple(sizes) if isinstance(sizes, Iterable) else (sizes,)
    if len(numbers) < 2 or not all(is_count(n) and n > 0 for n in numbers):
        raise ValueError(
            f"{asked_by}={list(numbers)!r:.60}; expected the number of neurons of each layer, two "
            "layers or more, for example [784, 30, 10]"
        )
    return tuple(map(int, numbers))


def check_real(
    value: object, asked_by: str, expected: str = "a number", least: float = -math.inf
) -> float:
    """A finite number, ``least`` or more, else ``ValueError``; ``expected`` says so in words.

    >>> check_real(2, "f: c")
    2.0
    """
    if not is_real(value) or value < least:
        raise ValueError(f"{asked_by}={value!r:.60}; expected {expected}")
    return float(value)


def check_reals(values: object, asked_by: str) -> tuple[float, ...]:
    """Finite numbers in a sequence, each of the type it has; ``ValueError`` for anything else.

    >>> check_reals([6, 2.5], "f: weights")
    (6, 2.5)
    """
    numbers = tuple(values) if isinstance(values, (Sequence, np.ndarray)) else None
    if numbers is None or isinstance(values, (str, bytes)) or not all(map(is_real, numbers)):
        raise ValueError(f"{asked_by}={values!r:.60}; expected numbers in a tuple")
    return numbers


def check_flag(value: object, asked_by: str) -> bool:
    """True or False, Python's or NumPy's; ``TypeError`` for anything else.

    >>> check_flag(np.True_, "f: fused")
    True
    """
    if not isinstance(value, (bool, np.bool_)):
        raise TypeError(f"{asked_by}={value!r:.60}; expected True or False")
    return bool(value)


def check_choice(value: object, asked_by: str, choices: Collection[str]) -> str:
    """One of the names; ``ValueError`` that lists them for any other.

    >>> check_choice("png", "render: format", ("svg", "png"))
    'png'
    """
    if not isinstance(value, str) or value not in choices:
        raise ValueError(f"{asked_by}={value!r:.60}; expected one of {', '.join(choices)}")
    return value


def check_function(value: T, asked_by: str, expected: str = "a function") -> T:
    """A function, or anything else that can be called; ``TypeError`` otherwise."""
    if not callable(value):
        raise TypeError(f"{asked_by}={value!r:.60}; expected {expected}")
    return value


def check_array(values: object, asked_by: str) -> Array:
    """An array; ``ValueError`` for rows that differ in length.

    >>> check_array([[1, 2], [3, 4]], "f: x").shape
    (2, 2)
    """
    try:
        return np.asarray(values)
    except ValueError as error:
        expected = f"expected rows of the same length; pad or cut them ({error})"
        raise ValueError(f"{asked_by} with rows of different lengths; {expected}") from error


def check_numbers(values: object, asked_by: str, advice: str = "") -> Array:
    """An array of real numbers.

    >>> check_numbers([True, 2], "f: x")
    array([1, 2])
    """
    return _check_kind(check_array(values, asked_by), "biuf", asked_by, "real numbers", advice)


def check_integers(values: object, asked_by: str, advice: str = "") -> Array:
    """An array of integers; an empty list, which has no dtype of its own, is one.

    >>> check_integers([], "f: indices").dtype.kind
    'i'
    """
    array = check_array(values, asked_by)
    if array.size == 0 and not isinstance(values, np.ndarray):
        array = array.astype(np.int64)
    return _check_kind(array, "iu", asked_by, "integers", advice)


def check_labels(labels: object, asked_by: str, classes: int, advice: str = "") -> Array:
    """Integers from 0 to ``classes - 1``.

    >>> check_labels([0, 3], "labels", 3)
    Traceback (most recent call last):
    ValueError: labels run from 0 to 3; expected 0 to 2
    """
    array = check_integers(labels, asked_by)
    if array.size and not (array.min() >= 0 and array.max() < classes):
        expected = f"expected 0 to {classes - 1}{_after(advice)}"
        raise ValueError(f"{asked_by} run from {array.min()} to {array.max()}; {expected}")
    return array


def check_finite(array: Array, asked_by: str, advice: str) -> Array:
    """The array itself if every element is a finite number, looked at 1,024 rows at a time.

    >>> check_finite(np.array([[0.0, np.nan]]), "f: x", "drop it")
    Traceback (most recent call last):
    autograd_nn.NonFiniteError: f: x: element [0, 1] is nan; expected finite numbers; drop it
    """
    rows = np.atleast_1d(array)
    if not all(_all_finite(rows[k : k + 1024]) for k in range(0, len(rows), 1024)):
        where = tuple(map(int, np.argwhere(~np.isfinite(array))[0]))
        element = f"element {list(where)} is {array[where]}"
        raise NonFiniteError(f"{asked_by}: {element}; expected finite numbers; {advice}")
    return array


def _all_finite(piece: Array) -> bool:
    """Σx² is finite only if all x are, and BLAS has it in half the time of a look at each."""
    return bool(np.isfinite(np.vdot(piece, piece)) or np.isfinite(piece).all())


def _check_kind(array: Array, kinds: str, asked_by: str, expected: str, advice: str) -> Array:
    if array.dtype.kind not in kinds:
        raise TypeError(f"{asked_by} of dtype {array.dtype}; expected {expected}{_after(advice)}")
    return array


def _after(advice: str) -> str:
    return f"; {advice}" if advice else ""


def check_path(path: object, asked_by: str) -> Path:
    """The name of a file or folder; ``TypeError`` for what is neither text nor a path.

    >>> check_path("net.json", "save").name
    'net.json'
    """
    name = os.fspath(path) if isinstance(path, os.PathLike) else path
    if not isinstance(name, str):
        raise TypeError(f"{asked_by}: {path!r:.60}; expected a file name, text or a pathlib.Path")
    return Path(name)


def check_dtype(dtype: object, asked_by: str) -> np.dtype[Any]:
    """float64 or float32; ``TypeError`` for anything else.

    >>> check_dtype("float32", "f")
    dtype('float32')
    """
    try:
        known: np.dtype[Any] = np.dtype(dtype)  # type: ignore[call-overload]
    except (TypeError, DeprecationWarning):  # letters that newer versions of NumPy do not know
        known = np.dtype(object)
    if known not in (np.float64, np.float32):
        expected = "float64 or float32; write dtype=np.float32 for half the memory"
        raise TypeError(f"{asked_by}: dtype={dtype!r:.60}; expected {expected}")
    return known


def check_generator(rng: object, asked_by: str, none: str) -> "np.random.Generator":
    """The generator itself, or one made from a seed; ``none`` says what None is for.

    >>> check_generator(0, "f", "for another order each time").integers(10)
    np.int64(8)
    """
    if rng is None or isinstance(rng, np.random.Generator) or (is_count(rng) and rng >= 0):
        return np.random.default_rng(rng)
    error = ValueError if is_count(rng) else TypeError
    raise error(
        f"{asked_by}: rng={rng!r:.60}; expected a seed (an integer, 0 or more), a "
        f"numpy.random.Generator or None; write rng=0, or rng=None {none}"
    )
