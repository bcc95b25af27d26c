"""The network of chapter 1: sigmoid neurons, the quadratic cost, stochastic gradient descent.

::

    from autograd_nn.book import mnist_loader, network

    training_data, validation_data, test_data = mnist_loader.load_data_wrapper()
    net = network.Network([784, 30, 10])
    net.SGD(training_data, 30, 10, 3.0, test_data=test_data)

What is the book's and what is not: :mod:`autograd_nn.book`.
"""

from collections.abc import Iterable, Sequence

import numpy.typing as npt

from ..engine.types import Array
from ..support.checks import check_count
from .columns import ColumnNetwork, Rates
from .engine import CostFunction, given_slope, quadratic
from .examples import Pair, as_list
from .neurons import Function, draw_parameters, sigmoid, sigmoid_prime

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
        self.num_layers, self.sizes = len(sizes), sizes
        self.biases, self.weights = draw_parameters(sizes)

    def SGD(
        self,
        training_data: Iterable[Pair],
        epochs: int,
        mini_batch_size: int,
        eta: float,
        test_data: Iterable[Pair] | None = None,
    ) -> None:
        """Stochastic gradient descent on pairs ``(x, y)`` of columns; prints a line each epoch.

        A list of training data is shuffled in place, by ``random.shuffle``, at the beginning of
        each epoch; of any other iterable a list is made first.  ``eta`` is η.  With ``test_data``,
        pairs of a column and a label, the line says how many of them are recognized:
        ``Epoch 0: 9129 / 10000``; without, ``Epoch 0 complete``.

        The examples are read when training begins.  Ctrl-C leaves what has been learned.  Raises
        ``ValueError`` for an example that is not a pair of columns of the right lengths, and for a
        mini-batch size that is not an integer, 1 or more.

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
        data, size = as_list(training_data), check_count(mini_batch_size, "SGD: mini_batch_size")
        tests = as_list(test_data) if test_data is not None else None

        def report(j: int) -> None:
            if tests:
                print(f"Epoch {j}: {self.evaluate(tests)} / {len(tests)}")
            else:
                print(f"Epoch {j} complete")

        self._train(data, epochs, size, (eta,), 1.0, report)

    def update_mini_batch(self, mini_batch: Iterable[Pair], eta: float) -> None:
        """One step: w → w - (η/m) Σ ∂C_x/∂w, b → b - (η/m) Σ ∂C_x/∂b, equations (20) and (21).

        ``mini_batch`` holds m pairs of columns.  Replaces the lists of weights and biases.  Raises
        ``ValueError`` for no examples, and for an x or y that is not a column of the right length.
        """
        self._update(mini_batch, eta, 1.0)

    def evaluate(self, test_data: Iterable[Pair]) -> int:
        """How many of the pairs of a column and a label have their largest output at the label.

        Raises ``ValueError`` for a y that is not a label.
        """
        return self._recognized(test_data, "evaluate", convert=False)

    def cost_derivative(self, output_activations: Array, y: npt.ArrayLike) -> Array:
        """∂C_x/∂a of the outputs, a column ``(n, 1)`` like y: a - y, for the quadratic cost."""
        return output_activations - y

    def _sigma(self) -> tuple[Function, Function]:
        return sigmoid, sigmoid_prime

    def _cost(self) -> tuple[CostFunction, Rates | None]:
        if self._replaced("cost_derivative"):
            return given_slope, lambda z, a, y: self.cost_derivative(a, y)
        return quadratic, None


Network._originals = {
    name: getattr(Network, name)
    for name in ("feedforward", "update_mini_batch", "backprop", "evaluate", "cost_derivative")
}
