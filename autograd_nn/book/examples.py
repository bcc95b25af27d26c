"""The book's lists of pairs of columns as arrays, made once, in whatever order they stand now."""

from collections.abc import Iterable, Sequence
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

from ..engine.types import Array
from ..support.checks import check_labels, check_numbers

T = TypeVar("T")
Pair = tuple[npt.ArrayLike, Any]  # x, a column, and y, a column or a label
Rows = tuple[Array, Array]  # an array, and the numbers of the rows that are meant


def as_list(data: Iterable[T]) -> list[T]:
    """The list itself, so that shuffling it is seen by the caller; a list of anything else."""
    return data if isinstance(data, list) else list(data)


class Examples:
    """The pairs ``(x, y)`` of a list, in the order that it had at first, as arrays.

    A pair is known by its identity: after the list has been shuffled :meth:`order` tells which pair
    stands where, without a look at what is in them.
    """

    def __init__(self, pairs: Sequence[Pair], asked_by: str) -> None:
        self.asked_by = asked_by
        self.pairs = list(pairs)  # holds them, so that no other pair gets their identity
        for i, pair in enumerate(self.pairs):
            if (type(pair) is not tuple and not isinstance(pair, Sequence)) or len(pair) != 2:
                raise ValueError(
                    f"{asked_by}: example {i} is of type {type(pair).__name__}; expected (x, y)"
                )
        ids = _identities(self.pairs)
        self._sorter = ids.argsort()
        self._ids = ids[self._sorter]
        self._found: dict[tuple[str, int], Rows] = {}

    @classmethod
    def of_a_mini_batch(cls, pairs: Sequence[Pair]) -> "tuple[Examples, Array]":
        """The examples, one or more, and their numbers; ``ValueError`` if there are none."""
        if not pairs:
            raise ValueError("update_mini_batch: no examples; expected one or more")
        return cls(pairs, "update_mini_batch"), np.arange(len(pairs))

    def order(self, pairs: Sequence[Pair]) -> Array:
        """The numbers of these pairs; ``KeyError`` if one is new."""
        ids = _identities(pairs)
        places = self._ids.searchsorted(ids)  # a dictionary would take twice as long
        if len(ids) and not (len(self._ids) and (self._ids.take(places, mode="clip") == ids).all()):
            raise KeyError("a pair that was not there before")
        return self._sorter[places]

    def inputs(self, features: int) -> Rows:
        """An array with every x as a row, and the number of each pair's row in it.

        Where all x are rows of one array already, as those of ``mnist_loader`` are, it is that one.
        """
        return self._kept("x", features)

    def targets(self, outputs: int) -> Array:
        """Every y, a column of desired outputs, as a row; a single output may be a number."""
        return self._kept("y", outputs)[0]

    def labels(self) -> Array:
        """Every y, a label; ``ValueError`` for what is no label."""
        labels = [np.asarray(y) for _, y in self.pairs]
        for i, y in enumerate(labels):
            if y.size != 1:
                raise ValueError(
                    f"{self.asked_by}: y of example {i} has shape {y.shape}; expected a label, as "
                    "in validation and test data; for training data, which have columns, write "
                    "convert=True in network2's accuracy, convert=False in its total_cost"
                )
        return np.array([y.item() for y in labels])

    def one_hot(self, outputs: int) -> Array:
        """Every y, a label, as a row of desired outputs."""
        advice = "convert=True says that y are labels"
        labels = check_labels(self.labels(), f"{self.asked_by}: labels", outputs, advice)
        return np.equal(labels[:, None], np.arange(outputs)).astype(np.float64)

    def _kept(self, what: str, length: int) -> Rows:
        if (what, length) not in self._found:
            values = [x for x, _ in self.pairs] if what == "x" else [y for _, y in self.pairs]
            columns = [v if type(v) is np.ndarray else np.asarray(v) for v in values]
            shared = _rows_of_one_array(columns, length) if what == "x" else None
            self._found[what, length] = shared or self._copied(columns, what, length)
        return self._found[what, length]

    def _copied(self, columns: list[Array], what: str, length: int) -> Rows:
        shape = (length, 1)
        for i, column in enumerate(columns):
            if column.shape != shape:
                columns[i] = self._column(i, column, what, length)
        rows = np.concatenate(columns) if columns else np.empty((0, 1))
        check_numbers(rows, f"{self.asked_by}: {what}")
        if rows.dtype not in (np.float32, np.float64):
            rows = rows.astype(np.float64)
        return rows.reshape(len(columns), length), np.arange(len(columns))

    def _column(self, i: int, value: Array, what: str, length: int) -> Array:
        """A single number where one is expected; raises for anything else."""
        if what == "y" and value.size == length == 1:
            return value.reshape(1, 1)
        advice = "write it as a column"
        if value.shape == (length,):
            advice = f"write {what}.reshape(-1, 1)"
        elif what == "y" and value.ndim == 0:
            advice = "a label? write network2.vectorized_result(y), as training data have it"
        raise ValueError(
            f"{self.asked_by}: {what} of example {i} has shape {value.shape}; expected a column of "
            f"shape {(length, 1)}; {advice}"
        )


def _identities(pairs: Sequence[Pair]) -> Array:
    return np.fromiter(map(id, pairs), np.uintp, len(pairs))


def _rows_of_one_array(columns: list[Array], length: int) -> Rows | None:
    """The array that all these columns are rows of, and which: a copy that costs no memory."""
    base = columns[0].base if columns else None
    if type(base) is not np.ndarray or base.ndim != 2 or base.shape[1] != length:
        return None
    if base.dtype not in (np.float32, np.float64) or not base.flags.c_contiguous:
        return None
    kind, shape, strides = base.dtype, (length, 1), base.itemsize
    if not all(
        c.base is base and c.shape == shape and c.strides[0] == strides and c.dtype == kind
        for c in columns
    ):
        return None
    places = (c.__array_interface__["data"][0] for c in columns)
    offsets = np.fromiter(places, np.intp, len(columns)) - base.__array_interface__["data"][0]
    rows, rest = np.divmod(offsets, base.strides[0])
    return None if rest.any() else (base, rows)
