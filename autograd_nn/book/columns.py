"""What the networks of chapters 1 and 3 have in common: arrays for parameters, columns for data."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, ClassVar

import numpy as np

from ..engine.core import Array
from .engine import Ending, Engine
from .examples import Examples, Rows

_AT_ONCE = 1_000  # examples, when outputs are computed


class ColumnNetwork:
    """Weights ``(n_out, n_in)`` and biases ``(n_out, 1)`` in plain lists that anybody may change.

    Whoever replaces a method in a subclass, or on a network, gets it called as the book's program
    calls it, example by example or mini-batch by mini-batch; what is not replaced is computed for
    many examples at once.  The names of what is added to the book's methods begin with ``_``, so
    that a subclass may call its own as it likes.
    """

    weights: list[Any]
    biases: list[Any]
    _originals: ClassVar[dict[str, Any]]  # the methods as they are written here, by name
    _engine: Engine | None = None
    _seen: dict[int, Examples] | None = None

    def _replaced(self, *names: str) -> bool:
        """Whether one of these methods, or any if none is named, is not the one written here."""
        return any(
            getattr(getattr(self, name), "__func__", None) is not self._originals[name]
            for name in names or self._originals
        )

    def __getstate__(self) -> dict[str, Any]:
        """What is copied and pickled: everything but the engine, which is made again."""
        return {k: v for k, v in self.__dict__.items() if k not in ("_engine", "_seen")}

    # --- arrays -----------------------------------------------------------------------------

    def _engine_now(self, activation: Any) -> Engine:
        """The engine, with the weights and biases as they are now."""
        shapes = self._shapes()
        known = self._engine
        if known is None or known.shapes != shapes or known.activation is not activation:
            known = self._engine = Engine(shapes, activation)
        known.load(self.weights, self.biases)
        return known

    def _shapes(self) -> tuple[tuple[int, int], ...]:
        """The shapes of the weights; ``ValueError`` if they do not fit each other or the biases."""
        shapes = [np.shape(w) for w in self.weights]
        for i, (shape, b) in enumerate(zip(shapes, self.biases, strict=True)):
            before = shapes[i - 1][0] if i else None
            if len(shape) != 2 or before not in (None, shape[1]):
                raise ValueError(
                    f"net.weights[{i}] has shape {shape}; expected (n_out, n_in)"
                    + (f", n_in being the {before} rows of net.weights[{i - 1}]" if i else "")
                )
            if np.shape(b) != (shape[0], 1):
                raise ValueError(
                    f"net.biases[{i}] has shape {np.shape(b)}; expected the column {(shape[0], 1)} "
                    f"that belongs to net.weights[{i}]"
                )
        return tuple(shapes)

    def _outputs(self, a: Any, activation: Callable[[Any], Any]) -> Any:
        """The outputs for a column, or for several side by side ``(n_in, n)``."""
        self._shapes()
        column = np.asarray(a)
        features = np.shape(self.weights[0])[1]
        if column.ndim != 2 or len(column) != features:
            raise ValueError(
                f"feedforward: an input of shape {column.shape}; expected a column "
                f"{(features, 1)}, or several side by side, ({features}, n); write a.reshape(-1, 1)"
            )
        for w, b in zip(self.weights, self.biases, strict=True):
            column = activation(np.dot(w, column) + b)
        return column

    def _weighted_inputs(self, x: Rows, activation: Callable[[Any], Any]) -> Array:
        """The weighted inputs ``(n, n_out)`` of the last layer, for those rows of x."""
        self._shapes()
        found = [np.empty((0, len(self.biases[-1])))]
        array, rows = x
        for start in range(0, len(rows), _AT_ONCE):
            z = np.asarray(array[rows[start : start + _AT_ONCE]], np.float64)
            for i, (w, b) in enumerate(zip(self.weights, self.biases, strict=True)):
                a = activation(z) if i else z
                z = a @ np.transpose(w) + np.transpose(b)
            found.append(z)
        return np.concatenate(found)

    # --- lists of pairs ---------------------------------------------------------------------

    @contextmanager
    def _remembering(self) -> Iterator[None]:
        """Inside, a list that comes again is not turned into arrays again.

        Unless there is code of the user's, which may change the examples in between.
        """
        before, self._seen = self._seen, None if self._replaced() else {}
        try:
            yield
        finally:
            self._seen = before

    def _examples(self, data: Sequence[Any], asked_by: str) -> tuple[Examples, Array]:
        """The pairs of a list as arrays, and their numbers in the list's present order."""
        known = self._seen.get(id(data)) if self._seen is not None else None
        if known is not None:
            try:
                return known, known.order(data)
            except KeyError:  # somebody has put another pair into the list
                pass
        new = Examples(data, asked_by)
        if self._seen is not None:
            self._seen[id(data)] = new
        return new, new.order(data)

    def _read(self, examples: Examples) -> tuple[Rows, Array]:
        """Inputs and desired outputs that fit the network; ``ValueError`` if there are others."""
        shapes = self._shapes()
        return examples.inputs(shapes[0][1]), examples.targets(shapes[-1][0])

    def _recognized(
        self, data: Sequence[Any], asked_by: str, convert: bool, activation: Callable[[Any], Any]
    ) -> int:
        """How many of the pairs have their largest output at the label, or, converted, at the 1."""
        examples, order = self._examples(data, asked_by)
        shapes = self._shapes()
        wanted = examples.targets(shapes[-1][0]).argmax(axis=1) if convert else examples.labels()
        z = self._weighted_inputs(examples.inputs(shapes[0][1]), activation)
        return int((activation(z).argmax(axis=1) == wanted)[order].sum())

    def _learn(
        self,
        engine: Engine,
        ending: Ending,
        data: tuple[Examples, Array],
        size: int,
        eta: Any,
        decay: Any,
    ) -> None:
        """Learn from the mini-batches of examples in an order, and replace weights and biases."""
        examples, order = data
        (x, x_rows), y = self._read(examples)
        x_rows, steps = x_rows[order], {}
        try:
            for start in range(0, len(order), size):
                part = slice(start, start + size)
                rows = order[part]
                m = len(rows)
                if m not in steps:  # the last mini-batch may be smaller
                    steps[m] = engine.step(ending, x, y, m, eta / m, decay)
                steps[m](x_rows[part], rows)
        finally:  # Ctrl-C leaves what has been learned
            self.weights, self.biases = engine.parameters()

    def _learn_from(
        self,
        engine: Engine,
        ending: Ending,
        rates: Callable[[Array, Array, Any], Any],
        mini_batch: Sequence[Any],
        eta: Any,
        decay: Any,
    ) -> None:
        """One update with somebody's own δ, or slopes of the cost, asked for example by example."""
        x = Examples.of_a_mini_batch(mini_batch)[0].inputs(engine.shapes[0][1])
        z = self._weighted_inputs(x, engine.activation)
        found = [
            np.asarray(rates(row.reshape(-1, 1), a.reshape(-1, 1), y), np.float64)
            for row, a, (_, y) in zip(z, engine.activation(z), mini_batch, strict=True)
        ]
        for column in found:
            if column.shape != (z.shape[1], 1):
                raise ValueError(
                    f"update_mini_batch: the cost's derivative has shape {column.shape}; expected "
                    f"that of the outputs, {(z.shape[1], 1)}; is y a column?"
                )
        m, targets = len(found), np.concatenate(found).reshape(z.shape)
        engine.step(ending, x[0], targets, m, eta / m, decay)(x[1], np.arange(m))
        self.weights, self.biases = engine.parameters()

    def _add_up(self, mini_batch: Sequence[Any], eta: Any, decay: Any) -> None:
        """One update with somebody's own backprop."""
        nabla_b: list[Any] = [np.zeros(np.shape(b)) for b in self.biases]
        nabla_w: list[Any] = [np.zeros(np.shape(w)) for w in self.weights]
        for x, y in mini_batch:
            more_b, more_w = self.backprop(x, y)
            nabla_b = [nb + more for nb, more in zip(nabla_b, more_b, strict=True)]
            nabla_w = [nw + more for nw, more in zip(nabla_w, more_w, strict=True)]
        rate = eta / len(mini_batch)
        self.weights = [decay * w - rate * nw for w, nw in zip(self.weights, nabla_w, strict=True)]
        self.biases = [b - rate * nb for b, nb in zip(self.biases, nabla_b, strict=True)]

    def backprop(self, x: Any, y: Any) -> tuple[list[Array], list[Array]]:
        """The gradients of one example's cost; each chapter's network has its own."""
        raise NotImplementedError

    def _gradients_of(
        self, engine: Engine, ending: Ending, x: Any, y: Any
    ) -> tuple[list[Array], list[Array]]:
        """``(nabla_b, nabla_w)`` for one example."""
        (inputs, row), targets = self._read(Examples([(x, y)], "backprop"))
        nabla_w, nabla_b = engine.gradients(
            ending, inputs[row].astype(np.float64), targets.astype(np.float64)
        )
        return nabla_b, nabla_w


def check_size(mini_batch_size: Any) -> int:
    """A number of examples, 1 or more."""
    whole = isinstance(mini_batch_size, (int, np.integer)) and not isinstance(mini_batch_size, bool)
    if not whole or mini_batch_size < 1:
        raise ValueError(
            f"SGD: mini_batch_size is {mini_batch_size!r}; expected an integer, 1 or more"
        )
    return int(mini_batch_size)
