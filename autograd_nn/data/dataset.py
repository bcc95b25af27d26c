"""Dataset: examples with their labels, and how to take parts of them."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt

from ..support.checks import check_count, check_dtype, check_generator
from . import checks


def _plural(number: int, one: str, many: str) -> str:
    return f"{number:,} {one if number == 1 else many}"


@dataclass(frozen=True, eq=False, repr=False)
class Dataset:
    """Examples with their labels, checked once and read-only from then on.

    Shapes: `x` (n, features), one row per example, stored as `dtype`, float64 or float32;
    `labels` (n,), integers, stored as int64; `image_shape` (height, width) if a row of `x` is an
    image, otherwise None. `name` says what the examples are and is kept by parts. Two datasets
    are equal only if they are the same object.

    Arrays that somebody could still write to are copied, read-only ones are shared.

    Raises ValueError for a wrong shape, for lengths that differ, for NaN or infinity, for an
    `image_shape` that is not two positive integers, and TypeError for values that are not real
    numbers, labels that are not integers, another `dtype` or a `name` that is not text.

    >>> data = Dataset([[0, 0], [0, 1], [1, 0], [1, 1]], [0, 1, 1, 0], name="xor")
    >>> data
    Dataset(xor: 4 examples, 2 features, 2 classes)
    >>> data.x[1], data.labels[1]
    (array([0., 1.]), np.int64(1))
    >>> data.x[1, 0] = 5
    Traceback (most recent call last):
    ValueError: assignment destination is read-only
    """

    x: npt.NDArray[Any]
    labels: npt.NDArray[np.int64]
    image_shape: tuple[int, int] | None = field(default=None, kw_only=True)
    name: str = field(default="data", kw_only=True)
    dtype: npt.DTypeLike = field(default=np.float64, kw_only=True)

    def __post_init__(self) -> None:
        """Check the arguments and keep them as read-only arrays."""
        if not isinstance(self.name, str):
            raise TypeError(f"Dataset: name={self.name!r:.60}; expected text; write name='digits'")
        dtype = check_dtype(self.dtype, "Dataset")
        x = checks.check_features(self.x, dtype)
        labels = checks.check_class_labels(self.labels)
        if len(x) != len(labels):
            raise ValueError(
                f"Dataset: {len(x):,} rows in x and {len(labels):,} labels; expected one label for "
                "each row; take both from the same examples"
            )
        image_shape = checks.check_image_shape(self.image_shape, x.shape[1])
        checked = {"x": x, "labels": labels, "image_shape": image_shape, "dtype": dtype}
        for key, value in checked.items():  # the class is frozen
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

    def take(self, indices: slice | npt.ArrayLike) -> Dataset:
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
        positions = checks.check_positions(indices, len(self))
        x, labels = self.x.take(positions, axis=0), self.labels.take(positions)
        x.setflags(write=False)  # nobody else has them: the new dataset need not copy
        labels.setflags(write=False)
        return replace(self, x=x, labels=labels)

    def first(self, n: int) -> Dataset:
        """Return the first n examples, sharing memory with this dataset.

        Raises ValueError if n is not an integer from 0 to the number of examples.

        >>> Dataset([[0.0], [0.5], [1.0]], [0, 1, 1]).first(2).labels
        array([0, 1])
        """
        return self.take(slice(0, check_count(n, "Dataset.first: n", 0, len(self))))

    def only(self, *labels: int) -> Dataset:
        """Return the examples with one of these labels, in their order: MNIST's 0s and 1s.

        Raises ValueError for a label that no example has, or for none.

        >>> Dataset([[0.0], [0.5], [1.0]], [2, 1, 0]).only(0, 1).labels
        array([1, 0])
        """
        return self.take(np.isin(self.labels, checks.check_present(labels, self.labels)))

    def split(
        self, *sizes: int | float, rng: int | np.random.Generator | None = 0
    ) -> tuple[Dataset, ...]:
        """Shuffle the examples and cut them into parts, every example in exactly one.

        `sizes` are all integers (numbers of examples) or all floats (fractions of the examples,
        each cut at the nearest whole example). There is one part per size and, if the sizes leave
        anything over, one more with the rest. `rng` is a seed, a generator, which moves on, or
        None, which keeps the order. The default is the same split every time.

        Raises ValueError for sizes that are missing, of mixed or other types, negative, zero, NaN
        or more than there is, for a part that would be empty and for a negative seed; TypeError
        for any other `rng`.

        >>> from autograd_nn.data.digits import load_digits
        >>> train, test = load_digits().split(1500)
        >>> test
        Dataset(digits: 297 examples, 64 features, 10 classes)
        >>> [len(part) for part in load_digits().split(0.8, 0.1)]
        [1438, 179, 180]
        """
        cuts = checks.cut_positions(len(self), sizes)
        parts = [slice(start, stop) for start, stop in pairwise(cuts)]
        if rng is None:
            return tuple(self.take(part) for part in parts)
        order = check_generator(rng, "Dataset.split", "to keep the order").permutation(len(self))
        return tuple(self.take(order[part]) for part in parts)
