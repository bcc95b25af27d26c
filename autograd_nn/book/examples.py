"""The book's lists of pairs of columns as arrays, made once, in whatever order they stand now."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from ..core import Array


def as_list(data: Iterable[Any]) -> list[Any]:
    """The list itself, so that shuffling it is seen by the caller; a list of anything else."""
    return data if isinstance(data, list) else list(data)


class Examples:
    """The pairs ``(x, y)`` of a list, with their x as the rows of one array ``(n, features)``.

    A pair is known by its identity: after the list has been shuffled :meth:`order` tells where its
    pairs stand in the array, without a look at what is in them.
    """

    def __init__(self, pairs: Sequence[Any], asked_by: str) -> None:
        self.asked_by = asked_by
        self.pairs = list(pairs)  # holds them, so that no other pair gets their identity
        for i, pair in enumerate(self.pairs):
            if type(pair) is not tuple and not isinstance(pair, Sequence) or len(pair) != 2:
                raise ValueError(f"{asked_by}: example {i} is {pair!r:.60}; expected a pair (x, y)")
        self._row = {id(pair): i for i, pair in enumerate(self.pairs)}
        self._found: dict[Any, Array] = {}

    def order(self, pairs: Sequence[Any]) -> Array:
        """The row of each of these pairs; ``KeyError`` if one is new."""
        rows = map(self._row.__getitem__, map(id, pairs))
        return np.fromiter(rows, np.intp, len(pairs))

    def inputs(self, features: int) -> Array:
        """Every x as a row."""
        return self._kept("x", features, lambda: [x for x, _ in self.pairs])

    def targets(self, outputs: int) -> Array:
        """Every y, a column of desired outputs, as a row; a single output may be a number."""
        return self._kept("y", outputs, lambda: [y for _, y in self.pairs])

    def labels(self) -> Array:
        """Every y, a label."""
        labels = [np.asarray(y) for _, y in self.pairs]
        for i, y in enumerate(labels):
            if y.size != 1:
                raise ValueError(
                    f"{self.asked_by}: y of example {i} has shape {y.shape}; expected a label, as "
                    "validation and test data have; training data have columns, and there "
                    "network2 wants to be told convert=True in accuracy, False in total_cost"
                )
        return np.array([y.item() for y in labels])

    def _kept(self, what: str, length: int, values: Any) -> Array:
        if (what, length) not in self._found:
            self._found[what, length] = self._rows(values(), what, length)
        return self._found[what, length]

    def _rows(self, values: list[Any], what: str, length: int) -> Array:
        columns = [v if type(v) is np.ndarray else np.asarray(v) for v in values]
        shape = (length, 1)
        for i, column in enumerate(columns):
            if column.shape != shape:
                columns[i] = self._column(i, column, what, length)
        rows = np.concatenate(columns) if columns else np.empty((0, 1))
        if rows.dtype.kind not in "fiub":
            raise TypeError(f"{self.asked_by}: {what} of dtype {rows.dtype}; expected real numbers")
        if rows.dtype not in (np.float32, np.float64):
            rows = rows.astype(np.float64)
        return rows.reshape(len(columns), length)

    def _column(self, i: int, found: Array, what: str, length: int) -> Array:
        """A single number where one is expected; raises for anything else."""
        if what == "y" and found.size == length == 1:
            return found.reshape(1, 1)
        advice = "write it as a column"
        if found.shape == (length,):
            advice = f"write {what}.reshape(-1, 1)"
        elif what == "y" and found.ndim == 0:
            advice = "a label? write network2.vectorized_result(y), as training data have it"
        raise ValueError(
            f"{self.asked_by}: {what} of example {i} has shape {found.shape}; expected a column of "
            f"shape {(length, 1)}; {advice}"
        )
