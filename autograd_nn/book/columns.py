"""What the networks of chapters 1 and 3 have in common: arrays for parameters, columns for data."""

import random
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt

from ..engine.types import Array
from .engine import CostFunction, Engine
from .examples import Examples, Pair, Rows, as_list
from .neurons import Function, operation

Rates = Callable[[Array, Array, Any], npt.ArrayLike]  # from z, a and y of the last layer, columns

_AT_ONCE = 1_000  # examples, when outputs are computed


class ColumnNetwork:
    """Weights ``(n_out, n_in)`` and biases ``(n_out, 1)`` in plain lists that anybody may change.

    A method that is replaced, in a subclass or on a network, is called as the book's program calls
    it, example by example or mini-batch by mini-batch; the others compute many examples at once.
    Names that the book does not have begin with ``_``, so that a subclass may use any other.
    """

    weights: list[Array]
    biases: list[Array]
    _originals: ClassVar[dict[str, Callable[..., object]]]  # the methods written here, by name
    _engine: Engine | None = None
    _seen: dict[int, Examples] | None = None

    update_mini_batch: Callable[..., None]

    def feedforward(self, a: npt.ArrayLike) -> Array:
        """The outputs for a column of inputs ``(n, 1)``, or for several side by side ``(n, k)``.

        Raises ``ValueError`` for ``(n,)``, for which the book's program gives a matrix.
        """
        self._shapes()
        column, (sigmoid, _) = np.asarray(a), self._sigma()
        features = np.shape(self.weights[0])[1]
        if column.ndim != 2 or len(column) != features:
            raise ValueError(
                f"feedforward: an input of shape {column.shape}; expected a column "
                f"{(features, 1)}, or several side by side, ({features}, n); write a.reshape(-1, 1)"
            )
        for w, b in zip(self.weights, self.biases, strict=True):
            column = sigmoid(np.dot(w, column) + b)
        return column

    def backprop(self, x: npt.ArrayLike, y: npt.ArrayLike) -> tuple[list[Array], list[Array]]:
        """``(nabla_b, nabla_w)``, the gradients of the cost of one example, without any penalty.

        Their shapes are those of ``biases`` and ``weights``; nothing is changed.  Raises
        ``ValueError`` for an x or y that is not a column of the right length.
        """
        engine, (cost, rates) = self._engine_now(), self._cost()
        inputs, row = Examples([(x, y)], "backprop").inputs(engine.shapes[0][1])
        if rates is not None:
            z = self._weighted_inputs((inputs, row)).reshape(-1, 1)
            y = rates(z, engine.activation(z), y)
        targets = Examples([(x, y)], "backprop").targets(engine.shapes[-1][0])
        nabla_w, nabla_b = engine.gradients(
            cost, inputs[row].astype(np.float64), targets.astype(np.float64)
        )
        return nabla_b, nabla_w

    # --- what each chapter has of its own ---------------------------------------------------

    def _sigma(self) -> tuple[Function, Function]:
        """σ and σ' as they are in the chapter's module now, where they may be replaced."""
        raise NotImplementedError

    def _cost(self) -> tuple[CostFunction, Rates | None]:
        """The cost, and a user's own δ or ∂C/∂a, which that cost takes in place of y."""
        raise NotImplementedError

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

    def _engine_now(self) -> Engine:
        """The engine, with the weights and biases as they are now."""
        shapes, activation, engine = self._shapes(), operation(*self._sigma()), self._engine
        if engine is None or engine.shapes != shapes or engine.activation is not activation:
            engine = self._engine = Engine(shapes, activation)
        engine.load(self.weights, self.biases)
        return engine

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
                    f"net.biases[{i}] has shape {np.shape(b)}; expected {(shape[0], 1)}, a column "
                    f"with a row for each row of net.weights[{i}]"
                )
        return tuple(shapes)

    def _weighted_inputs(self, x: Rows) -> Array:
        """The weighted inputs ``(n, n_out)`` of the last layer, for those rows of x."""
        self._shapes()
        array, rows = x
        parts, (sigmoid, _) = [np.empty((0, len(self.biases[-1])))], self._sigma()
        for start in range(0, len(rows), _AT_ONCE):
            z = np.asarray(array[rows[start : start + _AT_ONCE]], np.float64)
            for i, (w, b) in enumerate(zip(self.weights, self.biases, strict=True)):
                z = (sigmoid(z) if i else z) @ np.transpose(w) + np.transpose(b)
            parts.append(z)
        return np.concatenate(parts)

    # --- lists of pairs ---------------------------------------------------------------------

    @contextmanager
    def _remembering(self) -> Iterator[None]:
        """Inside, a list is turned into arrays once, unless code of the user's may change it."""
        before, self._seen = self._seen, None if self._replaced() else {}
        try:
            yield
        finally:
            self._seen = before

    def _examples(self, data: Sequence[Pair], asked_by: str) -> tuple[Examples, Array]:
        """The pairs of a list as arrays, and their numbers in the list's present order."""
        known = self._seen.get(id(data)) if self._seen is not None else None
        if known is not None:
            with suppress(KeyError):  # somebody has put another pair into the list
                return known, known.order(data)
        new = Examples(data, asked_by)
        if self._seen is not None:
            self._seen[id(data)] = new
        return new, new.order(data)

    def _read(self, examples: Examples) -> tuple[Rows, Array]:
        """Inputs and desired outputs that fit the network; ``ValueError`` if there are others."""
        shapes = self._shapes()
        return examples.inputs(shapes[0][1]), examples.targets(shapes[-1][0])

    def _recognized(self, data: Iterable[Pair], asked_by: str, convert: bool) -> int:
        """How many of the pairs have their largest output at the label, or, converted, at the 1."""
        data = as_list(data)
        if self._replaced("feedforward"):
            pairs = [(np.argmax(self.feedforward(x)), y) for x, y in data]
            return sum(int(found == (np.argmax(y) if convert else y)) for found, y in pairs)
        examples, order = self._examples(data, asked_by)
        shapes, (sigmoid, _) = self._shapes(), self._sigma()
        wanted = examples.targets(shapes[-1][0]).argmax(axis=1) if convert else examples.labels()
        z = self._weighted_inputs(examples.inputs(shapes[0][1]))
        return int((sigmoid(z).argmax(axis=1) == wanted)[order].sum())

    # --- learning ---------------------------------------------------------------------------

    def _train(
        self,
        data: list[Pair],
        epochs: int,
        size: int,
        settings: tuple[float, ...],
        decay: float,
        report: Callable[[int], None],
    ) -> None:
        """Shuffle, learn and report in each epoch; ``settings`` of an update begin with η."""
        with self._remembering():
            if not self._learns_by_mini_batch():
                self._read(self._examples(data, "SGD")[0])
            for j in range(epochs):
                random.shuffle(data)
                if self._learns_by_mini_batch():
                    for batch in [data[k : k + size] for k in range(0, len(data), size)]:
                        self.update_mini_batch(batch, *settings)
                elif data:
                    self._learn(self._examples(data, "SGD"), size, settings[0], decay)
                report(j)

    def _learns_by_mini_batch(self) -> bool:
        """Whether code of the user's is to be called in between."""
        return self._replaced("update_mini_batch", "backprop") or self._cost()[1] is not None

    def _update(self, mini_batch: Iterable[Pair], eta: float, decay: float) -> None:
        """One update: w → decay · w - (η/m) Σ ∂C_x/∂w, b → b - (η/m) Σ ∂C_x/∂b."""
        mini_batch = as_list(mini_batch)
        if self._replaced("backprop"):
            self._add_up(mini_batch, eta, decay)
            return
        cost, rates = self._cost()
        if rates is not None:
            self._learn_from_rates(cost, rates, mini_batch, eta, decay)
        else:
            data = Examples.of_a_mini_batch(mini_batch)
            self._learn(data, len(mini_batch), eta, decay)

    def _learn(self, data: tuple[Examples, Array], size: int, eta: float, decay: float) -> None:
        """Learn from the mini-batches of examples in an order, and replace weights and biases."""
        examples, order = data
        engine, (cost, _) = self._engine_now(), self._cost()
        (x, x_rows), y = self._read(examples)
        x_rows, steps = x_rows[order], {}
        try:
            for start in range(0, len(order), size):
                part = slice(start, start + size)
                rows = order[part]
                m = len(rows)
                if m not in steps:  # the last mini-batch may be smaller
                    steps[m] = engine.step(cost, x, y, m, eta / m, decay)
                steps[m](x_rows[part], rows)
        finally:  # Ctrl-C leaves what has been learned
            self.weights, self.biases = engine.parameters()

    def _learn_from_rates(
        self, cost: CostFunction, rates: Rates, mini_batch: Sequence[Pair], eta: float, decay: float
    ) -> None:
        """One update with a user's own δ, or ∂C/∂a, asked for example by example."""
        engine = self._engine_now()
        x = Examples.of_a_mini_batch(mini_batch)[0].inputs(engine.shapes[0][1])
        z = self._weighted_inputs(x)
        columns = [
            np.asarray(rates(row.reshape(-1, 1), a.reshape(-1, 1), y), np.float64)
            for row, a, (_, y) in zip(z, engine.activation(z), mini_batch, strict=True)
        ]
        for column in columns:
            if column.shape != (z.shape[1], 1):
                raise ValueError(
                    f"update_mini_batch: the cost's derivative has shape {column.shape}; expected "
                    f"that of the outputs, {(z.shape[1], 1)}; is y a column?"
                )
        m, targets = len(columns), np.concatenate(columns).reshape(z.shape)
        engine.step(cost, x[0], targets, m, eta / m, decay)(x[1], np.arange(m))
        self.weights, self.biases = engine.parameters()

    def _add_up(self, mini_batch: Sequence[Pair], eta: float, decay: float) -> None:
        """One update with a user's own backprop."""
        nabla_b = [np.zeros(np.shape(b)) for b in self.biases]
        nabla_w = [np.zeros(np.shape(w)) for w in self.weights]
        for x, y in mini_batch:
            more_b, more_w = self.backprop(x, y)
            nabla_b = [nb + more for nb, more in zip(nabla_b, more_b, strict=True)]
            nabla_w = [nw + more for nw, more in zip(nabla_w, more_w, strict=True)]
        rate = eta / len(mini_batch)
        self.weights = [decay * w - rate * nw for w, nw in zip(self.weights, nabla_w, strict=True)]
        self.biases = [b - rate * nb for b, nb in zip(self.biases, nabla_b, strict=True)]
