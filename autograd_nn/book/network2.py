"""The network of chapter 3: cross-entropy, better initial weights, L2 regularization, monitoring.

::

    from autograd_nn.book import mnist_loader, network2

    training_data, validation_data, test_data = mnist_loader.load_data_wrapper()
    net = network2.Network([784, 30, 10], cost=network2.CrossEntropyCost)
    net.SGD(training_data, 30, 10, 0.5, lmbda=5.0, evaluation_data=validation_data,
            monitor_evaluation_accuracy=True)

What is the book's and what is not: :mod:`autograd_nn.book`.
"""

from __future__ import annotations

import os
import random
import sys
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Any

import numpy as np

from .. import ops
from ..engine.core import Array
from . import saving
from .columns import ColumnNetwork, check_size
from .engine import Ending, cross_entropy, given_error, quadratic
from .examples import Examples, as_list
from .neurons import operation, sigmoid, sigmoid_prime, vectorized_result

__all__ = [
    "CrossEntropyCost",
    "Network",
    "QuadraticCost",
    "load",
    "sigmoid",
    "sigmoid_prime",
    "vectorized_result",
]


class QuadraticCost:
    """½ ‖a - y‖², the cost of chapter 1."""

    @staticmethod
    def fn(a: Any, y: Any) -> Any:
        """The cost of outputs a where y is desired."""
        return 0.5 * np.linalg.norm(a - y) ** 2

    @staticmethod
    def delta(z: Any, a: Any, y: Any) -> Any:
        """The error δ = (a - y) σ'(z) of the output neurons, equation (30)."""
        return (a - y) * sigmoid_prime(z)


class CrossEntropyCost:
    """-Σ [y ln a + (1-y) ln(1-a)], equation (63)."""

    @staticmethod
    def fn(a: Any, y: Any) -> Any:
        """The cost of outputs a where y is desired.

        0 · ln 0 counts as 0, as it should. An output that is exactly 0 or 1 where the opposite is
        desired costs 1.8e308, as in the book (``nan_to_num``); the true cost cannot be told from
        a any more.
        """
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.sum(np.nan_to_num(-y * np.log(a) - (1 - y) * np.log(1 - a)))

    @staticmethod
    def delta(z: Any, a: Any, y: Any) -> Any:
        """The error δ = a - y of the output neurons, equation (66); z is not needed."""
        return a - y


class Network(ColumnNetwork):
    """Layers of sigmoid neurons, as in chapter 1, with a cost to choose.

    ``cost`` is a class with the static methods ``fn(a, y)`` and ``delta(z, a, y)``, as
    :class:`QuadraticCost` and :class:`CrossEntropyCost` are; one of your own is called for each
    example.  The rest is as in :class:`autograd_nn.book.network.Network`.

    >>> import numpy as np
    >>> np.random.seed(0)
    >>> net = Network([4, 3, 2], cost=QuadraticCost)
    >>> net.large_weight_initializer()
    >>> [w.shape for w in net.weights]
    [(3, 4), (2, 3)]
    """

    def __init__(self, sizes: Sequence[int], cost: Any = CrossEntropyCost) -> None:
        self.num_layers = len(sizes)
        self.sizes = sizes
        self.default_weight_initializer()
        self.cost = cost

    def default_weight_initializer(self) -> None:
        """Biases from N(0, 1), weights from N(0, 1/n_in), n_in being a neuron's inputs."""
        self.biases, weights = _drawn(self.sizes)
        self.weights = [w / np.sqrt(w.shape[1]) for w in weights]

    def large_weight_initializer(self) -> None:
        """Biases and weights from N(0, 1), as in chapters 1 and 2; for comparison only."""
        self.biases, self.weights = _drawn(self.sizes)

    def feedforward(self, a: Any) -> Any:
        """The outputs for a column of inputs ``(n, 1)``, or for several side by side ``(n, k)``.

        Raises ``ValueError`` for ``(n,)``, for which the book's program gives a matrix.
        """
        return self._outputs(a, sigmoid)

    def SGD(
        self,
        training_data: Iterable[Any],
        epochs: int,
        mini_batch_size: int,
        eta: float,
        lmbda: float = 0.0,
        evaluation_data: Iterable[Any] | None = None,
        monitor_evaluation_cost: bool = False,
        monitor_evaluation_accuracy: bool = False,
        monitor_training_cost: bool = False,
        monitor_training_accuracy: bool = False,
    ) -> tuple[list[Any], ...]:
        """Stochastic gradient descent with L2 regularization; prints lines each epoch.

        ``training_data`` are pairs of columns and are shuffled in place as in chapter 1,
        ``evaluation_data`` pairs of a column and a label; ``eta`` is η, ``lmbda`` λ.  What is
        monitored is printed at the end of each epoch and returned: the lists of costs and
        accuracies (numbers of examples) on the evaluation data, then of those on the training
        data, with a number for each epoch, empty where it was not asked for.

        Raises ``ValueError`` if evaluation data are to be monitored and there are none.
        """
        training_data, size = as_list(training_data), check_size(mini_batch_size)
        data = as_list(evaluation_data) if evaluation_data is not None else []
        if not data and (monitor_evaluation_cost or monitor_evaluation_accuracy):
            raise ValueError(
                "SGD: evaluation data are to be monitored, but there are none; pass evaluation_data"
            )
        asked = {  # in the order in which they are returned
            "evaluation_cost": monitor_evaluation_cost,
            "evaluation_accuracy": monitor_evaluation_accuracy,
            "training_cost": monitor_training_cost,
            "training_accuracy": monitor_training_accuracy,
        }
        found: dict[str, list[Any]] = {name: [] for name in asked}
        with self._remembering():
            if not (self._replaced("update_mini_batch", "backprop") or self._ending() is None):
                self._read(self._examples(training_data, "SGD")[0])
            for j in range(epochs):
                random.shuffle(training_data)
                self._epoch(training_data, size, eta, lmbda)
                print(f"Epoch {j} training complete")
                for name, (text, measured) in self._monitors(training_data, data, lmbda).items():
                    if asked[name]:
                        found[name].append(measured())
                        print(text.format(found[name][-1]))
                print()
        return tuple(found.values())

    def _monitors(self, training_data: list[Any], data: list[Any], lmbda: float) -> dict[str, Any]:
        """What may be monitored, in the order in which it is printed: its line, and its measure."""
        return {
            "training_cost": (
                "Cost on training data: {}",
                lambda: self.total_cost(training_data, lmbda),
            ),
            "training_accuracy": (
                f"Accuracy on training data: {{}} / {len(training_data)}",
                lambda: self.accuracy(training_data, convert=True),
            ),
            "evaluation_cost": (
                "Cost on evaluation data: {}",
                lambda: self.total_cost(data, lmbda, convert=True),
            ),
            "evaluation_accuracy": (
                f"Accuracy on evaluation data: {{}} / {len(data)}",
                lambda: self.accuracy(data),
            ),
        }

    def _epoch(self, training_data: list[Any], size: int, eta: float, lmbda: float) -> None:
        n, ending = len(training_data), self._ending()
        if self._replaced("update_mini_batch", "backprop") or ending is None:
            for mini_batch in [training_data[k : k + size] for k in range(0, n, size)]:
                self.update_mini_batch(mini_batch, eta, lmbda, n)
        elif training_data:
            decay = 1 - eta * (lmbda / n)
            data = self._examples(training_data, "SGD")
            self._learn(self._engine_now(ops.sigmoid), ending, data, size, eta, decay)

    def _ending(self) -> Ending | None:
        """The library's form of the cost, if the error it gives is the one written here."""
        if operation(sigmoid, sigmoid_prime) is not ops.sigmoid:
            return None
        return _ENDINGS.get(getattr(self.cost, "delta", None))

    def update_mini_batch(
        self, mini_batch: Sequence[Any], eta: float, lmbda: float, n: int
    ) -> None:
        """One step: w → (1 - ηλ/n) w - (η/m) Σ ∂C_x/∂w, b → b - (η/m) Σ ∂C_x/∂b, (93) and (94).

        n is the number of training examples.  Replaces the lists of weights and biases.
        """
        mini_batch, decay = as_list(mini_batch), 1 - eta * (lmbda / n)
        if self._replaced("backprop"):
            self._add_up(mini_batch, eta, decay)
            return
        engine, ending = self._engine_now(operation(sigmoid, sigmoid_prime)), self._ending()
        if ending is None:
            self._learn_from(engine, given_error, self.cost.delta, mini_batch, eta, decay)
        else:
            data = Examples.of_a_mini_batch(mini_batch)
            self._learn(engine, ending, data, len(mini_batch), eta, decay)

    def backprop(self, x: Any, y: Any) -> tuple[list[Array], list[Array]]:
        """``(nabla_b, nabla_w)``, the gradients of the cost of one example, without the penalty.

        Their shapes are those of ``biases`` and ``weights``; nothing is changed.
        """
        engine, ending = self._engine_now(operation(sigmoid, sigmoid_prime)), self._ending()
        if ending is None:
            self._outputs(x, sigmoid)  # an input that does not fit is told as such
            row = np.asarray(x).reshape(1, -1), np.zeros(1, np.intp)
            z = self._weighted_inputs(row, sigmoid).reshape(-1, 1)
            ending, y = given_error, self.cost.delta(z, sigmoid(z), y)
        return self._gradients_of(engine, ending, x, y)

    def accuracy(self, data: Iterable[Any], convert: bool = False) -> int:
        """How many of the pairs are recognized: the largest output is at the label.

        ``convert`` is False if y is a label, as in validation and test data, True if it is a
        column, as in training data.
        """
        data = as_list(data)
        if self._replaced("feedforward"):
            pairs = [(np.argmax(self.feedforward(x)), y) for x, y in data]
            return sum(int(found == (np.argmax(y) if convert else y)) for found, y in pairs)
        return self._recognized(data, "accuracy", convert, sigmoid)

    def total_cost(self, data: Iterable[Any], lmbda: float, convert: bool = False) -> Any:
        """The mean cost of the pairs, and the penalty (λ/2n) Σ w².

        ``convert`` is False if y is a column, as in training data, True if it is a label, as in
        validation and test data: the opposite of :meth:`accuracy`, as in the book.  And n is the
        number of these pairs, as in the book, though equation (85) means the number of training
        examples: divide the penalty yourself to compare costs on data of different sizes.
        """
        data = as_list(data)
        if not data:
            raise ValueError("total_cost: no examples; expected one or more")
        squares = sum(np.linalg.norm(w) ** 2 for w in self.weights)
        return self._mean_cost(data, convert) + 0.5 * (lmbda / len(data)) * squares

    def _mean_cost(self, data: list[Any], convert: bool) -> Any:
        cost, outputs = self.cost.fn, self._shapes()[-1][0]
        if self._replaced("feedforward") or cost not in _COSTS or self._ending() is None:
            ys = [y for _, y in data]
            if convert:
                ys = list(Examples(data, "total_cost").one_hot(outputs)[:, :, None])
            costs = [cost(self.feedforward(x), y) for (x, _), y in zip(data, ys, strict=True)]
            return sum(costs) / len(data)
        examples, order = self._examples(data, "total_cost")
        wanted = examples.one_hot(outputs) if convert else examples.targets(outputs)
        z = self._weighted_inputs(examples.inputs(self._shapes()[0][1]), sigmoid)
        return _COSTS[cost](z, wanted)[order].sum() / len(data)

    def save(self, filename: str | os.PathLike[str]) -> None:
        """Write the network to a JSON file: sizes, weights, biases, and the name of the cost.

        The file is there whole or not at all.
        """
        saving.write(filename, self)


def load(filename: str | os.PathLike[str]) -> Network:
    """The network that :meth:`Network.save` has written, here or by the book's own program.

    A cost of your own is found if it is an attribute of this module by its name.  Raises
    ``ValueError`` for a file that holds no such network.
    """
    network: Network = saving.read(filename, sys.modules[__name__], Network)
    return network


def _drawn(sizes: Sequence[int]) -> tuple[list[Any], list[Any]]:
    """Biases, then weights, from N(0, 1)."""
    draw = np.random.randn
    return [draw(n, 1) for n in sizes[1:]], [draw(n, m) for m, n in pairwise(sizes)]


_ENDINGS: dict[Any, Ending] = {
    QuadraticCost.delta: quadratic,
    CrossEntropyCost.delta: cross_entropy,
}
_COSTS: dict[Any, Any] = {  # the cost of each row, from the weighted inputs
    QuadraticCost.fn: lambda z, y: 0.5 * np.square(sigmoid(z) - y).sum(axis=1),
    CrossEntropyCost.fn: lambda z, y: ops.sigmoid_cross_entropy(z, y).sum(axis=1),
}

Network._originals = {
    name: vars(Network)[name]
    for name in ("feedforward", "update_mini_batch", "backprop", "accuracy", "total_cost")
}
