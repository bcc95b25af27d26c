"""The network of chapter 3: cross-entropy, better initial weights, L2 regularization, monitoring.

::

    from autograd_nn.book import mnist_loader, network2

    training_data, validation_data, test_data = mnist_loader.load_data_wrapper()
    net = network2.Network([784, 30, 10], cost=network2.CrossEntropyCost)
    net.SGD(training_data, 30, 10, 0.5, lmbda=5.0, evaluation_data=validation_data,
            monitor_evaluation_accuracy=True)

What is the book's and what is not: :mod:`autograd_nn.book`.
"""

import json
import os
import sys
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Protocol

import numpy as np

from .. import ops
from ..engine.types import Array
from ..support.checks import check_count
from ..support.files import write_whole
from .columns import ColumnNetwork, Rates
from .engine import CostFunction, cross_entropy, given_error, quadratic
from .examples import Examples, Pair, as_list
from .files import read_network
from .neurons import Function, draw_parameters, operation, sigmoid, sigmoid_prime, vectorized_result

__all__ = [
    "CrossEntropyCost", "Network", "QuadraticCost", "load", "sigmoid", "sigmoid_prime",
    "vectorized_result",
]  # fmt: skip


class Cost(Protocol):
    """What a cost of one example offers, given columns: itself, and the error δ it causes."""

    @staticmethod
    def fn(a: Array, y: Array) -> Any:
        """The cost of outputs a where y is desired."""

    @staticmethod
    def delta(z: Array, a: Array, y: Array) -> Array:
        """The error δ = ∂C/∂z of the output neurons."""


class QuadraticCost:
    """½ ‖a - y‖², the cost of chapter 1."""

    @staticmethod
    def fn(a: Array, y: Array) -> Any:
        """The cost of outputs a where y is desired."""
        return 0.5 * np.linalg.norm(a - y) ** 2

    @staticmethod
    def delta(z: Array, a: Array, y: Array) -> Any:
        """The error δ = (a - y) σ'(z) of the output neurons, equation (30)."""
        return (a - y) * sigmoid_prime(z)


class CrossEntropyCost:
    """-Σ [y ln a + (1-y) ln(1-a)], equation (63)."""

    @staticmethod
    def fn(a: Array, y: Array) -> Any:
        """The cost of outputs a where y is desired.

        0 · ln 0 counts as 0, as it should. An output that is exactly 0 or 1 where the opposite is
        desired costs 1.8e308, as in the book (``nan_to_num``); the true cost cannot be told from
        a any more.
        """
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.sum(np.nan_to_num(-y * np.log(a) - (1 - y) * np.log(1 - a)))

    @staticmethod
    def delta(z: Array, a: Array, y: Array) -> Array:
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

    def __init__(self, sizes: Sequence[int], cost: type[Cost] = CrossEntropyCost) -> None:
        self.num_layers, self.sizes, self.cost = len(sizes), sizes, cost
        self.default_weight_initializer()

    def default_weight_initializer(self) -> None:
        """Biases from N(0, 1), weights from N(0, 1/n_in), n_in being a neuron's inputs."""
        self.biases, weights = draw_parameters(self.sizes)
        self.weights = [w / np.sqrt(w.shape[1]) for w in weights]

    def large_weight_initializer(self) -> None:
        """Biases and weights from N(0, 1), as in chapters 1 and 2; for comparison only."""
        self.biases, self.weights = draw_parameters(self.sizes)

    def SGD(
        self,
        training_data: Iterable[Pair],
        epochs: int,
        mini_batch_size: int,
        eta: float,
        lmbda: float = 0.0,
        evaluation_data: Iterable[Pair] | None = None,
        monitor_evaluation_cost: bool = False,
        monitor_evaluation_accuracy: bool = False,
        monitor_training_cost: bool = False,
        monitor_training_accuracy: bool = False,
    ) -> tuple[list[float], ...]:
        """Stochastic gradient descent with L2 regularization; prints lines each epoch.

        ``training_data`` are pairs of columns and are shuffled in place as in chapter 1,
        ``evaluation_data`` pairs of a column and a label; ``eta`` is η, ``lmbda`` λ.  What is
        monitored is printed at the end of each epoch and returned: the lists of costs and
        accuracies (numbers of examples) on the evaluation data, then of those on the training
        data, with a number for each epoch, empty where it was not asked for.

        Raises ``ValueError`` if evaluation data are to be monitored and there are none, for an
        example that is not a pair of columns of the right lengths, and for a mini-batch size that
        is not an integer, 1 or more.
        """
        training_data = as_list(training_data)
        size = check_count(mini_batch_size, "SGD: mini_batch_size")
        data = as_list(evaluation_data) if evaluation_data is not None else []
        if not data and (monitor_evaluation_cost or monitor_evaluation_accuracy):
            raise ValueError(
                "SGD: evaluation data are to be monitored, but there are none; pass evaluation_data"
            )
        n = len(training_data)
        series: tuple[list[float], ...] = [], [], [], []
        evaluation_cost, evaluation_accuracy, training_cost, training_accuracy = series
        # In the order in which they are printed.
        monitors: list[tuple[bool, list[float], str, Callable[[], float]]] = [
            (monitor_training_cost, training_cost, "Cost on training data: {}",
             lambda: self.total_cost(training_data, lmbda)),
            (monitor_training_accuracy, training_accuracy, f"Accuracy on training data: {{}} / {n}",
             lambda: self.accuracy(training_data, convert=True)),
            (monitor_evaluation_cost, evaluation_cost, "Cost on evaluation data: {}",
             lambda: self.total_cost(data, lmbda, convert=True)),
            (monitor_evaluation_accuracy, evaluation_accuracy,
             f"Accuracy on evaluation data: {{}} / {len(data)}", lambda: self.accuracy(data)),
        ]  # fmt: skip

        def report(j: int) -> None:
            print(f"Epoch {j} training complete")
            for wanted, values, text, measure in monitors:
                if wanted:
                    values.append(measure())
                    print(text.format(values[-1]))
            print()

        decay = 1 - eta * (lmbda / n) if n else 1.0
        self._train(training_data, epochs, size, (eta, lmbda, n), decay, report)
        return series

    def update_mini_batch(
        self, mini_batch: Iterable[Pair], eta: float, lmbda: float, n: int
    ) -> None:
        """One step: w → (1 - ηλ/n) w - (η/m) Σ ∂C_x/∂w, b → b - (η/m) Σ ∂C_x/∂b, (93) and (94).

        ``mini_batch`` holds m pairs of columns; n is the number of training examples.  Replaces the
        lists of weights and biases.  Raises ``ValueError`` for no examples, and for an x or y that
        is not a column of the right length.
        """
        self._update(mini_batch, eta, 1 - eta * (lmbda / n))

    def _sigma(self) -> tuple[Function, Function]:
        return sigmoid, sigmoid_prime

    def _cost(self) -> tuple[CostFunction, Rates | None]:
        known = self._known_cost()
        return (given_error, self.cost.delta) if known is None else (known, None)

    def _known_cost(self) -> CostFunction | None:
        """The library's form of the cost, if the error it gives is the one written here."""
        if operation(sigmoid, sigmoid_prime) is not ops.sigmoid:
            return None
        return _KNOWN.get(getattr(self.cost, "delta", None))

    def accuracy(self, data: Iterable[Pair], convert: bool = False) -> int:
        """How many of the pairs are recognized: the largest output is at the label.

        ``convert`` is False if y is a label, as in validation and test data, True if it is a
        column, as in training data; anything else raises ``ValueError``.
        """
        return self._recognized(data, "accuracy", convert)

    def total_cost(self, data: Iterable[Pair], lmbda: float, convert: bool = False) -> Any:
        """The mean cost of the pairs plus the penalty (λ/2n) Σ w².

        ``convert`` is False if y is a column, as in training data, True if it is a label, as in
        validation and test data: the opposite of :meth:`accuracy`, as in the book.  And n is the
        number of these pairs, as in the book, though equation (85) means the number of training
        examples: divide the penalty yourself to compare costs on data of different sizes.

        Raises ``ValueError`` for no pairs, and for a y that is not what ``convert`` says.
        """
        data = as_list(data)
        if not data:
            raise ValueError("total_cost: no examples; expected one or more")
        squares = sum(np.linalg.norm(w) ** 2 for w in self.weights)
        return self._mean_cost(data, convert) + 0.5 * (lmbda / len(data)) * squares

    def _mean_cost(self, data: list[Pair], convert: bool) -> Any:
        cost, outputs = self.cost.fn, self._shapes()[-1][0]
        if self._replaced("feedforward") or cost not in _COSTS or self._known_cost() is None:
            ys = [y for _, y in data]
            if convert:
                ys = list(Examples(data, "total_cost").one_hot(outputs)[:, :, None])
            costs = [cost(self.feedforward(x), y) for (x, _), y in zip(data, ys, strict=True)]
            return sum(costs) / len(data)
        examples, order = self._examples(data, "total_cost")
        wanted = examples.one_hot(outputs) if convert else examples.targets(outputs)
        z = self._weighted_inputs(examples.inputs(self._shapes()[0][1]))
        return _COSTS[cost](z, wanted)[order].sum() / len(data)

    def save(self, filename: str | os.PathLike[str]) -> None:
        """Write the network to a JSON file: sizes, weights, biases, and the name of the cost.

        The file is written whole or not at all.  Raises ``OSError`` where that is not possible.
        """
        data = {
            "sizes": [int(n) for n in self.sizes],
            "weights": [np.asarray(w).tolist() for w in self.weights],
            "biases": [np.asarray(b).tolist() for b in self.biases],
            "cost": str(self.cost.__name__),
        }
        write_whole(filename, json.dumps(data).encode())


def load(filename: str | os.PathLike[str]) -> Network:
    """The network that :meth:`Network.save` has written, here or by the book's own program.

    A cost of your own is found if it is an attribute of this module by its name.  Raises
    ``ValueError`` for a file that holds no such network.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     Network([4, 3, 2]).save(os.path.join(folder, "net.json"))
    ...     load(os.path.join(folder, "net.json")).sizes
    [4, 3, 2]
    """
    sizes, cost, weights, biases = read_network(filename, sys.modules[__name__])
    network = Network(sizes, cost=cost)
    network.weights, network.biases = weights, biases
    return network


_KNOWN: dict[object, CostFunction] = {
    QuadraticCost.delta: quadratic,
    CrossEntropyCost.delta: cross_entropy,
}
_COSTS: dict[object, Callable[[Array, Array], Array]] = {  # of each row, from the weighted inputs
    QuadraticCost.fn: lambda z, y: 0.5 * np.square(sigmoid(z) - y).sum(axis=1),
    CrossEntropyCost.fn: lambda z, y: ops.sigmoid_cross_entropy(z, y).sum(axis=1),
}

Network._originals = {
    name: getattr(Network, name)
    for name in ("feedforward", "update_mini_batch", "backprop", "accuracy", "total_cost")
}
