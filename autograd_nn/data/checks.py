"""What a dataset may be made of and cut into, and what it says when something does not fit."""

import math
from typing import Any

import numpy as np
import numpy.typing as npt

from ..support.checks import check_array, check_generator, check_integers, check_numbers, is_count

# Fractions that miss 1 by less than this add up to 1: 0.7 + 0.2 + 0.1 in binary, in float32 too.
_WHOLE = 1e-6


def _frozen(array: Any) -> bool:
    """Whether nobody can write to an array, also not through the arrays it is a view of."""
    while isinstance(array, np.ndarray):
        if array.flags.writeable:
            return False
        array = array.base
    return array is None


def _read_only(array: npt.NDArray[Any], dtype: npt.DTypeLike) -> npt.NDArray[Any]:
    """The array itself if it is read-only already, otherwise a read-only copy."""
    if array.dtype == dtype and _frozen(array):
        return array
    copy = np.array(array, dtype=dtype, order="C")
    copy.setflags(write=False)
    return copy


def checked_features(values: Any, dtype: np.dtype[Any]) -> npt.NDArray[Any]:
    """Inputs as read-only `(examples, features)` in dtype, every number finite."""
    x = check_numbers(values, "Dataset: x", "convert it, for example with x.astype(float)")
    if x.ndim != 2:
        hint = "x.reshape(1, -1) for one example" if x.ndim < 2 else "x.reshape(len(x), -1)"
        raise ValueError(
            f"Dataset: x has shape {x.shape}; two dimensions (examples, features) were expected; "
            f"write {hint}"
        )
    with np.errstate(over="ignore"):  # what is too large for the dtype is infinite, see below
        x = _read_only(x, dtype)
    if not np.isfinite([x.min(initial=0), x.max(initial=0)]).all():  # needs no array of booleans
        row, column = (int(i) for i in np.argwhere(~np.isfinite(x))[0])
        raise ValueError(
            f"Dataset: x[{row}, {column}] is {x[row, column]}; finite values were expected; drop "
            "such examples with keep = np.isfinite(x).all(axis=1), or fill in a value"
        )
    return x


def checked_labels(values: Any) -> npt.NDArray[np.int64]:
    """Labels as read-only int64, one for each example."""
    labels = check_integers(
        values,
        "Dataset: labels",
        "number the classes: classes, labels = np.unique(labels, return_inverse=True)",
    )
    if labels.ndim != 1:
        hint = "labels.argmax(axis=1) if they are one-hot rows, labels.ravel() if a column"
        raise ValueError(
            f"Dataset: labels has shape {labels.shape}; one dimension (examples,) was expected; "
            f"write {hint}"
        )
    if not np.can_cast(labels.dtype, np.int64):
        raise TypeError(
            f"Dataset: labels of dtype {labels.dtype}; expected integers that fit in int64; write "
            "labels.astype(np.int64)"
        )
    return _read_only(labels, np.int64)


def checked_image_shape(shape: Any, features: int) -> tuple[int, int] | None:
    """Height and width whose product is the number of features; None stays None."""
    if shape is None:
        return None
    sides = tuple(shape) if isinstance(shape, (tuple, list)) else ()
    if len(sides) != 2 or not all(is_count(side) and side > 0 for side in sides):
        raise TypeError(
            f"Dataset: image_shape is {shape!r}; (height, width) or None was expected; write two "
            "positive integers, for example image_shape=(8, 8)"
        )
    height, width = int(sides[0]), int(sides[1])
    if height * width != features:
        raise ValueError(
            f"Dataset: image_shape {(height, width)} has {height * width:,} pixels; as many as x "
            f"has features, {features:,}, were expected; correct it or leave it out"
        )
    return height, width


def checked_positions(indices: Any, n: int) -> npt.NDArray[np.intp]:
    """Integer indices or a boolean mask as positions from 0 to n - 1."""
    chosen: npt.NDArray[Any] = check_array(indices, "Dataset.take: indices")
    if chosen.size == 0 and not isinstance(indices, np.ndarray):
        chosen = chosen.astype(np.intp)  # an empty list says nothing about its type
    if chosen.dtype.kind not in "biu" or chosen.ndim != 1:
        raise TypeError(
            f"Dataset.take: {indices!r:.60}; a slice, 1-D integers or a boolean mask were "
            "expected; write take([3]) for one example, take(slice(0, 10)) for the first ten"
        )
    if chosen.dtype.kind == "b":
        if len(chosen) != n:
            raise ValueError(
                f"Dataset.take: a mask of {len(chosen):,} values; one for each of the {n:,} "
                "examples was expected; make it from this dataset's own x or labels"
            )
        return np.flatnonzero(chosen)
    outside = chosen[(chosen >= n) | (chosen < -n)]
    if outside.size:
        raise ValueError(
            f"Dataset.take: index {outside[0]}; {n:,} examples are numbered from 0 to {n - 1:,}; "
            "leave out what lies beyond them"
        )
    return chosen.astype(np.intp)


def checked_first(n: Any, examples: int) -> int:
    """A number of examples that there are."""
    if not is_count(n):
        raise TypeError(
            f"Dataset.first: n is {n!r:.60}; an integer was expected; write first(1000), or "
            "split(0.1, rng=None) for a fraction"
        )
    if not 0 <= n <= examples:
        raise ValueError(
            f"Dataset.first: n is {f'{n:,}':.60}; from 0 to the {examples:,} examples that there "
            "are was expected; take fewer"
        )
    return int(n)


def checked_present(wanted: tuple[Any, ...], labels: npt.NDArray[np.int64]) -> list[int]:
    """Labels that occur."""
    there = set(np.unique(labels).tolist())
    absent = [label for label in wanted if not (is_count(label) and int(label) in there)]
    if absent or not wanted:
        got = f"no example has the label {absent[0]!r:.60}" if absent else "no labels"
        raise ValueError(
            f"Dataset.only: {got}; some of the labels that occur were expected, "
            f"{', '.join(map(str, sorted(there)[:10]))}{', …' if len(there) > 10 else ''}; write "
            "only(0, 1)"
        )
    return [int(label) for label in wanted]


def _check_sizes(sizes: tuple[Any, ...]) -> bool:
    """Whether the sizes are numbers of examples (fractions otherwise); raises on all else."""
    if not sizes:
        raise ValueError(
            "Dataset.split: no sizes; at least one was expected; write split(1500) or split(0.8)"
        )
    counts = all(is_count(size) for size in sizes)
    if not counts and not all(isinstance(size, (float, np.floating)) for size in sizes):
        raise TypeError(
            f"Dataset.split: sizes {sizes}; only integers (numbers of examples) or only floats "
            "(fractions) were expected; write split(1000, 500) or split(0.8, 0.1)"
        )
    for size in sizes:
        if not size > 0:  # written so that NaN is caught
            raise ValueError(
                f"Dataset.split: size {size}; more than 0 was expected, as a part may not be "
                "empty; leave it out: what is left over becomes one more part"
            )
    return counts


def cut_positions(n: int, sizes: tuple[Any, ...]) -> list[int]:
    """The positions, from 0 to n, between which the parts of n examples lie."""
    if _check_sizes(sizes):
        cuts = [sum(map(int, sizes[:i])) for i in range(len(sizes) + 1)]
        if cuts[-1] > n:
            raise ValueError(
                f"Dataset.split: sizes {sizes!r:.60} are {f'{cuts[-1]:,}':.60} examples; at most "
                f"{n:,} were expected; take fewer, or give fractions"
            )
        return cuts if cuts[-1] == n else [*cuts, n]
    totals = [math.fsum(map(float, sizes[:i])) for i in range(len(sizes) + 1)]
    if totals[-1] > 1 + _WHOLE:
        raise ValueError(
            f"Dataset.split: fractions {sizes} add up to {totals[-1]:g}; at most 1 was expected; "
            "lower them, or give integers for numbers of examples"
        )
    cuts = [round(n * min(total, 1.0)) for total in totals]
    whole = totals[-1] > 1 - _WHOLE
    cuts = [*cuts[:-1], n] if whole else [*cuts, n]
    for i in range(len(cuts) - 1):
        if cuts[i] == cuts[i + 1]:
            raise ValueError(
                f"Dataset.split: fractions {sizes} of {n:,} examples leave part {i + 1} of "
                f"{len(cuts) - 1} empty; at least one example in each was expected; give larger "
                "fractions, or integers"
            )
    return cuts


def random_order(n: int, rng: Any) -> npt.NDArray[np.intp]:
    """A random order of n examples."""
    generator = check_generator(rng, "Dataset.split", "to keep the order")
    return generator.permutation(n).astype(np.intp, copy=False)
