"""The network of chapter 1: sigmoid neurons, the quadratic cost, stochastic gradient descent.

::

    from autograd_nn.book import mnist_loader, network

    training_data, validation_data, test_data = mnist_loader.load_data_wrapper()
    net = network.Network([784, 30, 10])
    net.SGD(training_data, 30, 10, 3.0, test_data=test_data)

What is the book's and what is not: :mod:`autograd_nn.book`.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Any

import numpy as np

from ..engine.core import Array
from .columns import ColumnNetwork, check_size
from .engine import Ending, given_slope, quadratic
from .examples import Examples, as_list
from .neurons import operation, sigmoid, sigmoid_prime

__all__ = ["Network", "sigmoid", "sigmoid_prime"]


class Network(ColumnNetwork):
    """Layers of sigmoid neurons: ``Network([2, 3, 1])`` has 2 inputs, 3 hidden neurons, 1 output.

    ``num_layers`` counts the layers and ``sizes`` is the list given.  ``biases[l]`` is a column
    ``(sizes[l+1], 1)``, ``weights[l]`` a matrix ``(sizes[l+1], sizes[l])`` whose element ``[j, k]``
    leads from neuron k to neuron j.  All start from N(0, 1), drawn by ``np.random.randn``: the
    biases first, then the weights.

    Both lists, and the arrays in them, may be changed or replaced at any time; an update makes new
    ones and leaves the old as they were.

    >>> import numpy as np
    >>> np.random.seed(0)
    >>> net = Network([2, 3, 1])
    >>> [b.shape for b in net.biases], [w.shape for w in net.weights]
    ([(3, 1), (1, 1)], [(3, 2), (1, 3)])
    >>> net.feedforward(np.array([[0.5], [-1.0]])).shape
    (1, 1)
    """

    def __init__(self, sizes: Sequence[int]) -> None:
        self.num_layers = len(sizes)
        self.sizes = sizes
        draw = np.random.randn
        self.biases = [draw(n, 1) for n in sizes[1:]]
        self.weights = [draw(n, m) for m, n in pairwise(sizes)]

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
        test_data: Iterable[Any] | None = None,
    ) -> None:
        """Stochastic gradient descent on pairs ``(x, y)`` of columns; prints a line each epoch.

        A list of training data is shuffled in place, by ``random.shuffle``, at the beginning of
        each epoch; of any other iterable a list is made first.  ``eta`` is η.  With ``test_data``,
        pairs of a column and a label, the line says how many of them are recognized:
        ``Epoch 0: 9129 / 10000``; without, ``Epoch 0 complete``.

        The examples are read when training begins.  Ctrl-C leaves what has been learned.

        >>> import random
        >>> import numpy as np
        >>> random.seed(2)
        >>> np.random.seed(2)
        >>> x = [np.array([[i], [j]]) for i in (0, 1) for j in (0, 1)]
        >>> y = [np.array([[1 - label], [label]]) for label in (0, 0, 0, 1)]
        >>> net = Network([2, 2])
        >>> net.SGD(zip(x, y), 40, 2, 3.0, test_data=zip(x, [0, 0, 0, 1]))
        Epoch 0: 2 / 4
        ...
        Epoch 39: 4 / 4
        """
        training_data, size = as_list(training_data), check_size(mini_batch_size)
        test_data = as_list(test_data) if test_data is not None else None
        with self._remembering():
            if not self._replaced("update_mini_batch", "backprop", "cost_derivative"):
                self._read(self._examples(training_data, "SGD")[0])
            for j in range(epochs):
                random.shuffle(training_data)
                self._epoch(training_data, size, eta)
                if test_data:
                    print(f"Epoch {j}: {self.evaluate(test_data)} / {len(test_data)}")
                else:
                    print(f"Epoch {j} complete")

    def _epoch(self, training_data: list[Any], size: int, eta: float) -> None:
        if self._replaced("update_mini_batch", "backprop", "cost_derivative"):
            starts = range(0, len(training_data), size)
            for mini_batch in [training_data[k : k + size] for k in starts]:
                self.update_mini_batch(mini_batch, eta)
        elif training_data:
            engine = self._engine_now(operation(sigmoid, sigmoid_prime))
            self._learn(engine, quadratic, self._examples(training_data, "SGD"), size, eta, 1.0)

    def update_mini_batch(self, mini_batch: Sequence[Any], eta: float) -> None:
        """One step: w → w - (η/m) Σ ∂C_x/∂w, b → b - (η/m) Σ ∂C_x/∂b, equations (20) and (21).

        Replaces the lists of weights and biases.
        """
        mini_batch = as_list(mini_batch)
        if self._replaced("backprop"):
            self._add_up(mini_batch, eta, 1.0)
            return
        engine = self._engine_now(operation(sigmoid, sigmoid_prime))
        if self._replaced("cost_derivative"):
            self._learn_from(engine, given_slope, self._slopes, mini_batch, eta, 1.0)
        else:
            data = Examples.of_a_mini_batch(mini_batch)
            self._learn(engine, quadratic, data, len(mini_batch), eta, 1.0)

    def _slopes(self, z: Array, a: Array, y: Any) -> Any:
        return self.cost_derivative(a, y)

    def backprop(self, x: Any, y: Any) -> tuple[list[Array], list[Array]]:
        """``(nabla_b, nabla_w)``, the gradients of the cost of one example, layer by layer.

        Their shapes are those of ``biases`` and ``weights``; nothing is changed.
        """
        engine = self._engine_now(operation(sigmoid, sigmoid_prime))
        ending: Ending = quadratic
        if self._replaced("cost_derivative"):
            ending, y = given_slope, self.cost_derivative(self._outputs(x, sigmoid), y)
        return self._gradients_of(engine, ending, x, y)

    def evaluate(self, test_data: Iterable[Any]) -> int:
        """How many of the pairs of a column and a label have their largest output at the label."""
        test_data = as_list(test_data)
        if self._replaced("feedforward"):
            return sum(int(np.argmax(self.feedforward(x)) == y) for x, y in test_data)
        return self._recognized(test_data, "evaluate", False, sigmoid)

    def cost_derivative(self, output_activations: Any, y: Any) -> Any:
        """∂C_x/∂a for the outputs: a - y, for the quadratic cost."""
        return output_activations - y


Network._originals = {
    name: vars(Network)[name]
    for name in ("feedforward", "update_mini_batch", "backprop", "evaluate", "cost_derivative")
}
