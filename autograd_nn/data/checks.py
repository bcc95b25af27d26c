"""What a dataset may be made of and cut into."""

import math
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from ..support.checks import (
    Array,
    check_array,
    check_finite,
    check_integers,
    check_numbers,
    is_count,
)

# Fractions that miss 1 by less than this add up to 1: 0.7 + 0.2 + 0.1 in binary, in float32 too.
_WHOLE = 1e-6


def _frozen(array: object) -> bool:
    """Whether nobody can write to an array, not even through the arrays it is a view of."""
    while isinstance(array, np.ndarray):
        if array.flags.writeable:
            return False
        array = array.base
    return array is None


def _read_only(array: Array, dtype: npt.DTypeLike) -> Array:
    """The array itself if it is read-only already, otherwise a read-only copy."""
    if array.dtype == dtype and _frozen(array):
        return array
    copy = np.array(array, dtype=dtype, order="C")
    copy.setflags(write=False)
    return copy


def check_features(values: npt.ArrayLike, dtype: np.dtype) -> Array:
    """Read-only ``(examples, features)`` in ``dtype``; ``ValueError`` if one is not finite."""
    x = check_numbers(values, "Dataset: x", "convert it, for example with x.astype(float)")
    if x.ndim != 2:
        hint = "x.reshape(1, -1) for one example" if x.ndim < 2 else "x.reshape(len(x), -1)"
        raise ValueError(
            f"Dataset: x of shape {x.shape}; expected two dimensions, (examples, features); "
            f"write {hint}"
        )
    with np.errstate(over="ignore"):  # a number too large for the dtype becomes infinite
        x = _read_only(x, dtype)
    advice = "drop such examples with keep = np.isfinite(x).all(axis=1), or fill in a value"
    return check_finite(x, "Dataset: x", advice)


def check_class_labels(values: npt.ArrayLike) -> npt.NDArray[np.int64]:
    """Labels as read-only int64; ``TypeError`` unless integers, ``ValueError`` if not one each."""
    advice = "number the classes: classes, labels = np.unique(labels, return_inverse=True)"
    labels = check_integers(values, "Dataset: labels", advice)
    if labels.ndim != 1:
        raise ValueError(
            f"Dataset: labels of shape {labels.shape}; expected one dimension, (examples,); write "
            "labels.argmax(axis=1) for one-hot rows, labels.ravel() for a column"
        )
    if not np.can_cast(labels.dtype, np.int64):
        raise TypeError(
            f"Dataset: labels of dtype {labels.dtype}; expected integers that fit in int64; write "
            "labels.astype(np.int64)"
        )
    return _read_only(labels, np.int64)


def check_image_shape(shape: object, features: int) -> tuple[int, int] | None:
    """Height and width, or None; ``ValueError`` unless their product is the number of features."""
    if shape is None:
        return None
    sides = tuple(shape) if isinstance(shape, (tuple, list)) else ()
    if len(sides) != 2 or not all(is_count(side) and side > 0 for side in sides):
        raise ValueError(
            f"Dataset: image_shape={shape!r:.60}; expected (height, width) or None; write two "
            "positive integers, for example image_shape=(8, 8)"
        )
    height, width = map(int, sides)
    if height * width != features:
        raise ValueError(
            f"Dataset: image_shape={(height, width)} makes {height * width:,} pixels; expected "
            f"{features:,}, the features of x; correct it or leave it out"
        )
    return height, width


def check_positions(indices: npt.ArrayLike, n: int) -> npt.NDArray[np.intp]:
    """Indices or a mask as positions; ``TypeError`` for a wrong dtype, ``ValueError`` outside."""
    chosen = check_array(indices, "Dataset.take: indices")
    if chosen.size == 0 and not isinstance(indices, np.ndarray):
        chosen = chosen.astype(np.intp)  # an empty list says nothing about its dtype
    if chosen.dtype.kind not in "biu" or chosen.ndim != 1:
        raise TypeError(
            f"Dataset.take: {indices!r:.60}; expected a slice, 1-D integers or a boolean mask; "
            "write take([3]) for one example, take(slice(0, 10)) for the first ten"
        )
    if chosen.dtype.kind == "b":
        if len(chosen) != n:
            raise ValueError(
                f"Dataset.take: a mask of {len(chosen):,} values; expected one for each of the "
                f"{n:,} examples; make it from this dataset's own x or labels"
            )
        return np.flatnonzero(chosen)
    outside = chosen[(chosen >= n) | (chosen < -n)]
    if outside.size:
        raise ValueError(
            f"Dataset.take: index {outside[0]}; expected {-n} to {n - 1}, as there are {n:,} "
            "examples; leave it out"
        )
    return chosen.astype(np.intp)


def check_present(wanted: tuple[object, ...], labels: npt.NDArray[np.int64]) -> list[int]:
    """Labels that occur; ``ValueError`` for one that does not."""
    present = set(np.unique(labels).tolist())
    found = [int(label) for label in wanted if is_count(label) and int(label) in present]
    if len(found) < len(wanted) or not wanted:
        some = ", ".join(map(str, sorted(present)[:10])) + ", …" * (len(present) > 10)
        raise ValueError(
            f"Dataset.only: {wanted!r:.60}; expected labels that occur, some of {some}; write "
            "only(0, 1)"
        )
    return found


def _are_counts(sizes: tuple[object, ...]) -> bool:
    """Whether the sizes are numbers of examples (else fractions); raises for anything else."""
    if not sizes:
        raise ValueError(
            "Dataset.split: no sizes; expected at least one; write split(1500) or split(0.8)"
        )
    counts = all(map(is_count, sizes))
    if not counts and not all(isinstance(size, (float, np.floating)) for size in sizes):
        raise ValueError(
            f"Dataset.split: sizes {sizes!r:.60}; expected only integers (numbers of examples) or "
            "only floats (fractions); write split(1000, 500) or split(0.8, 0.1)"
        )
    for size in sizes:
        if not size > 0:  # type: ignore[operator]  # written so that NaN is caught
            raise ValueError(
                f"Dataset.split: size {size}; expected more than 0, since no part may be empty; "
                "leave it out: the rest becomes one more part"
            )
    return counts


def cut_positions(n: int, sizes: tuple[int | float, ...]) -> list[int]:
    """The positions between which the parts of n examples lie; ``ValueError`` if they exceed n."""
    if _are_counts(sizes):
        cuts = [sum(map(int, sizes[:i])) for i in range(len(sizes) + 1)]
        if cuts[-1] > n:
            raise ValueError(
                f"Dataset.split: sizes {sizes!r:.60} add up to {f'{cuts[-1]:,}':.60} examples; "
                f"expected at most {n:,}; take fewer, or give fractions"
            )
        return cuts if cuts[-1] == n else [*cuts, n]
    totals = [math.fsum(map(float, sizes[:i])) for i in range(len(sizes) + 1)]
    if totals[-1] > 1 + _WHOLE:
        raise ValueError(
            f"Dataset.split: fractions {sizes} add up to {totals[-1]:g}; expected at most 1; lower "
            "them, or give integers for numbers of examples"
        )
    cuts = [round(n * min(total, 1.0)) for total in totals]
    whole = totals[-1] > 1 - _WHOLE
    cuts = [*cuts[:-1], n] if whole else [*cuts, n]
    for i, (start, stop) in enumerate(pairwise(cuts), start=1):
        if start == stop:
            raise ValueError(
                f"Dataset.split: fractions {sizes} of {n:,} examples leave part {i} of "
                f"{len(cuts) - 1} empty; expected at least one example in each; give larger "
                "fractions, or integers"
            )
    return cuts
