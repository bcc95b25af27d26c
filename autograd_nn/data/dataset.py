"""Dataset: examples with their labels, and how to take parts of them."""

import math
from dataclasses import dataclass, field, replace
from itertools import pairwise
from numbers import Integral
from typing import Any

import numpy as np
import numpy.typing as npt

# Fractions that miss 1 by less than this add up to 1: 0.7 + 0.2 + 0.1 in binary, in float32 too.
_WHOLE = 1e-6


def _frozen(array: Any) -> bool:
    """Whether nobody can write to an array, also not through the arrays it is a view of."""
    while isinstance(array, np.ndarray):
        if array.flags.writeable:
            return False
        array = array.base
    return array is None


def _read_only(array: npt.NDArray[Any], dtype: type[np.generic]) -> npt.NDArray[Any]:
    """The array itself if it is read-only already, otherwise a read-only copy."""
    if array.dtype == dtype and _frozen(array):
        return array
    copy = np.array(array, dtype=dtype, order="C")
    copy.setflags(write=False)
    return copy


def _features(values: Any) -> npt.NDArray[np.float64]:
    x = np.asarray(values)
    if x.dtype.kind not in "biuf":
        raise TypeError(
            f"Dataset: x holds {x.dtype}; real numbers were expected; convert it, for example "
            "with x.astype(float)"
        )
    if x.ndim != 2:
        hint = "x.reshape(1, -1) for one example" if x.ndim < 2 else "x.reshape(len(x), -1)"
        raise ValueError(
            f"Dataset: x has shape {x.shape}; two dimensions (examples, features) were expected; "
            f"write {hint}"
        )
    x = _read_only(x, np.float64)
    finite = np.isfinite(x)
    if not finite.all():
        row, column = (int(i) for i in np.argwhere(~finite)[0])
        raise ValueError(
            f"Dataset: x[{row}, {column}] is {x[row, column]}; finite values were expected; drop "
            "such examples with keep = np.isfinite(x).all(axis=1), or fill in a value"
        )
    return x


def _labels(values: Any) -> npt.NDArray[np.int64]:
    labels = np.asarray(values)
    if labels.size == 0 and not isinstance(values, np.ndarray):
        labels = labels.astype(np.int64)  # an empty list says nothing about its type
    if labels.ndim != 1:
        hint = "labels.argmax(axis=1) if they are one-hot rows, labels.ravel() if a column"
        raise ValueError(
            f"Dataset: labels has shape {labels.shape}; one dimension (examples,) was expected; "
            f"write {hint}"
        )
    if labels.dtype.kind not in "iu" or not np.can_cast(labels.dtype, np.int64):
        raise TypeError(
            f"Dataset: labels holds {labels.dtype}; integers that fit in int64 were expected; "
            "number the classes: classes, labels = np.unique(labels, return_inverse=True)"
        )
    return _read_only(labels, np.int64)


def _image_shape(shape: Any, features: int) -> tuple[int, int] | None:
    if shape is None:
        return None
    sides = tuple(shape) if isinstance(shape, (tuple, list)) else ()
    if len(sides) != 2 or not all(_is_count(side) and side > 0 for side in sides):
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


def _is_count(value: Any) -> bool:
    return isinstance(value, Integral) and not isinstance(value, bool)


def _positions(indices: Any, n: int) -> npt.NDArray[np.intp]:
    """Integer indices or a boolean mask as positions from 0 to n - 1."""
    chosen = np.asarray(indices)
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


def _check_sizes(sizes: tuple[Any, ...]) -> bool:
    """Whether the sizes are numbers of examples (fractions otherwise); raises on all else."""
    if not sizes:
        raise ValueError(
            "Dataset.split: no sizes; at least one was expected; write split(1500) or split(0.8)"
        )
    counts = all(_is_count(size) for size in sizes)
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


def _cuts(n: int, sizes: tuple[Any, ...]) -> list[int]:
    """The positions, from 0 to n, between which the parts of n examples lie."""
    if _check_sizes(sizes):
        cuts = [sum(map(int, sizes[:i])) for i in range(len(sizes) + 1)]
        if cuts[-1] > n:
            raise ValueError(
                f"Dataset.split: sizes {sizes} are {cuts[-1]:,} examples; at most {n:,} were "
                "expected; take fewer, or give fractions"
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


def _order(n: int, rng: Any) -> npt.NDArray[np.intp]:
    """A random order of n examples."""
    if not _is_count(rng) and not isinstance(rng, np.random.Generator):
        raise TypeError(
            f"Dataset.split: rng is {rng!r:.60}; an integer seed, a numpy.random.Generator or None "
            "was expected; write rng=0, or rng=None to keep the order"
        )
    if _is_count(rng) and rng < 0:
        raise ValueError(
            f"Dataset.split: seed {rng}; 0 or more was expected; write rng=0, or rng=None to keep "
            "the order"
        )
    return np.random.default_rng(rng).permutation(n).astype(np.intp, copy=False)


def _plural(number: int, one: str, many: str) -> str:
    return f"{number:,} {one if number == 1 else many}"


@dataclass(frozen=True, eq=False, repr=False)
class Dataset:
    """Examples with their labels, checked once and read-only from then on.

    Shapes: `x` (n, features), one row per example, stored as float64; `labels` (n,), integers,
    stored as int64; `image_shape` (height, width) if a row of `x` is an image, otherwise None.
    `name` says what the examples are and is kept by parts. Two datasets are equal only if they
    are the same object.

    Arrays that somebody could still write to are copied, read-only ones are shared.

    Raises ValueError for a wrong shape, for lengths that differ, for NaN or infinity, and
    TypeError for values that are not real numbers, labels that are not integers, an
    `image_shape` that is not two positive integers or a `name` that is not text.

    >>> data = Dataset([[0, 0], [0, 1], [1, 0], [1, 1]], [0, 1, 1, 0], name="xor")
    >>> data
    Dataset(xor: 4 examples, 2 features, 2 classes)
    >>> data.x[1], data.labels[1]
    (array([0., 1.]), np.int64(1))
    >>> data.x[1, 0] = 5
    Traceback (most recent call last):
    ValueError: assignment destination is read-only
    """

    x: npt.NDArray[np.float64]
    labels: npt.NDArray[np.int64]
    image_shape: tuple[int, int] | None = field(default=None, kw_only=True)
    name: str = field(default="data", kw_only=True)

    def __post_init__(self) -> None:
        """Check what was given; the class's own text says what raises."""
        if not isinstance(self.name, str):
            raise TypeError(
                f"Dataset: name is {self.name!r:.60}; text was expected; write name='digits'"
            )
        x, labels = _features(self.x), _labels(self.labels)
        if len(x) != len(labels):
            raise ValueError(
                f"Dataset: {len(x):,} rows in x and {len(labels):,} labels; one label for each row "
                "was expected; take both from the same examples"
            )
        image_shape = _image_shape(self.image_shape, x.shape[1])
        for key, value in (("x", x), ("labels", labels), ("image_shape", image_shape)):
            object.__setattr__(self, key, value)

    def __len__(self) -> int:
        """Count the examples.

        >>> len(Dataset([[0.5], [0.25]], [1, 0]))
        2
        """
        return len(self.x)

    def __repr__(self) -> str:
        """Say in one line what is there; classes are the different labels that occur."""
        counts = (
            _plural(len(self), "example", "examples"),
            _plural(self.x.shape[1], "feature", "features"),
            _plural(len(np.unique(self.labels)), "class", "classes"),
        )
        return f"Dataset({self.name}: {', '.join(counts)})"

    def take(self, indices: slice | npt.ArrayLike) -> "Dataset":
        """Return the chosen examples, in the order in which they are named.

        `indices` is a slice, 1-D integers (repetitions allowed, negative ones count from the
        end) or a boolean mask of shape (n,). A slice shares memory with this dataset; nothing
        chosen gives a dataset of no examples.

        Raises TypeError for anything else, ValueError for an index that does not exist or a mask
        of another length.

        >>> data = Dataset([[0, 0], [0, 1], [1, 0], [1, 1]], [0, 1, 1, 0], name="xor")
        >>> data.take([3, 0]).x
        array([[1., 1.],
               [0., 0.]])
        >>> data.take(data.labels == 1)
        Dataset(xor: 2 examples, 2 features, 1 class)
        >>> len(data.take(slice(0, 3)))
        3
        """
        if isinstance(indices, slice):
            return replace(self, x=self.x[indices], labels=self.labels[indices])
        positions = _positions(indices, len(self))
        x, labels = self.x.take(positions, axis=0), self.labels.take(positions)
        x.setflags(write=False)  # nobody else has them: the new dataset need not copy
        labels.setflags(write=False)
        return replace(self, x=x, labels=labels)

    def split(
        self, *sizes: int | float, rng: int | np.random.Generator | None = 0
    ) -> "tuple[Dataset, ...]":
        """Shuffle the examples and cut them into parts, every example in exactly one.

        `sizes` are all integers (numbers of examples) or all floats (fractions of the examples,
        each cut at the nearest whole example). There is one part per size and, if the sizes leave
        anything over, one more with the rest. `rng` is a seed, a generator, which moves on, or
        None, which keeps the order. The default is the same split every time.

        Raises TypeError for sizes of mixed or other types or another `rng`, ValueError for sizes
        that are missing, negative, zero, NaN or more than there is, for a part that would be
        empty and for a negative seed.

        >>> from autograd_nn.data.digits import load_digits
        >>> train, test = load_digits().split(1500)
        >>> test
        Dataset(digits: 297 examples, 64 features, 10 classes)
        >>> [len(part) for part in load_digits().split(0.8, 0.1)]
        [1438, 179, 180]
        """
        cuts = _cuts(len(self), sizes)
        parts = [slice(start, stop) for start, stop in pairwise(cuts)]
        if rng is None:
            return tuple(self.take(part) for part in parts)
        order = _order(len(self), rng)
        return tuple(self.take(order[part]) for part in parts)
