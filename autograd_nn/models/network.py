"""The book's feedforward networks."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from .. import ops
from ..core import Array
from ..tensor import Tensor
from . import arguments
from .costs import COSTS, Cost
from .initializers import INITIALIZERS
from .memory import side_by_side
from .training import History, Progress, train

ACTIVATIONS: dict[str, Callable[[Any], Any]] = {
    "sigmoid": ops.sigmoid,
    "tanh": ops.tanh,
    "relu": ops.relu,
}


@dataclass(frozen=True)
class Recording:
    """A forward pass with its nodes by the book's names; the dicts are keyed by layer number.

    ``a[1]`` is the input, ``weights[2]`` connects layers 1 and 2, ``z[l]`` and ``a[l]`` are the
    weighted inputs and activations of layer ``l``, ``y`` the desired output, ``cost`` is C.
    """

    cost: Any
    z: dict[int, Any]
    a: dict[int, Any]
    weights: dict[int, Tensor]
    biases: dict[int, Tensor]
    y: Tensor


class Network:
    """A network of layers of neurons: a¹ = x, zˡ = wˡaˡ⁻¹ + bˡ, aˡ = σ(zˡ).

    ``sizes`` are the layers' numbers of neurons.  ``activation`` ("sigmoid", "tanh", "relu") is
    that of the hidden layers, outputs are sigmoid neurons.  ``cost`` is "quadratic" or
    "cross_entropy", ``initializer`` "scaled" or "large", ``rng`` a seed or a
    ``numpy.random.Generator``.

    ``weights`` and ``biases`` are lists of tensors of shapes ``(n_out, n_in)`` and ``(n_out,)``,
    named w2, b2, w3 … as in the book: ``weights[0]`` connects layers 1 and 2.  Rows of inputs and
    outputs are examples; a single example may be one-dimensional.

    >>> import numpy as np
    >>> net = Network([2, 3, 1], rng=1)
    >>> net.feedforward([0.5, -1.0]).shape, net.feedforward(np.zeros((10, 2))).shape
    ((1,), (10, 1))
    """

    def __init__(
        self,
        sizes: Sequence[int],
        activation: str = "sigmoid",
        cost: str = "quadratic",
        initializer: str = "scaled",
        rng: int | np.random.Generator | None = 0,
        dtype: npt.DTypeLike = np.float64,
    ) -> None:
        self.sizes = arguments.layer_sizes(sizes)
        self.activation = activation
        self.dtype = np.dtype(dtype)
        if self.dtype not in (np.float64, np.float32):
            raise TypeError(f"Network: dtype {self.dtype}; expected float64 or float32")
        self.cost: Cost = arguments.chosen("cost", cost, COSTS)
        arguments.chosen("activation", activation, ACTIVATIONS)
        draw = arguments.chosen("initializer", initializer, INITIALIZERS)
        weights, biases = draw(self.sizes, np.random.default_rng(rng))
        self.weights = [self._leaf(w, f"w{layer}") for layer, w in enumerate(weights, start=2)]
        self.biases = [self._leaf(b, f"b{layer}") for layer, b in enumerate(biases, start=2)]
        side_by_side(self.parameters)

    def _leaf(self, values: Array, name: str) -> Tensor:
        return Tensor(values, requires_grad=True, name=name, dtype=self.dtype)

    def __repr__(self) -> str:
        """The layers and what they are made of."""
        return (
            f"Network({list(self.sizes)}, activation={self.activation!r}, cost={self.cost.name!r}, "
            f"dtype={self.dtype})"
        )

    @property
    def parameters(self) -> list[Tensor]:
        """Every weight and bias: w2, b2, w3, b3 …."""
        return [p for pair in zip(self.weights, self.biases, strict=True) for p in pair]

    def zero_grad(self) -> None:
        """Clear the gradients that backward passes have added up in the parameters."""
        for parameter in self.parameters:
            parameter.grad = None

    # --- forward ----------------------------------------------------------------------------

    def activate(self, layer: int, z: Any) -> Any:
        """The activations of a layer (the book's number) from its weighted inputs."""
        name = "sigmoid" if layer == len(self.sizes) else self.activation
        return ACTIVATIONS[name](z)

    def _weighted_inputs(self, a: Any, weights: Sequence[Any], biases: Sequence[Any]) -> Any:
        """The weighted inputs of the last layer."""
        for layer, (w, b) in enumerate(zip(weights, biases, strict=True), start=2):
            z = ops.linear(a, w, b)
            if layer < len(self.sizes):
                a = self.activate(layer, z)
        return z

    def feedforward(self, x: npt.ArrayLike) -> Array:
        """The outputs for one example ``(features,)`` or several ``(examples, features)``.

        Raises ``ValueError`` for any other shape, with the layer and both shapes.
        """
        a = arguments.inputs(x, self.sizes[0], self.dtype)
        z = self._weighted_inputs(a, [w.data for w in self.weights], [b.data for b in self.biases])
        outputs: Array = np.asarray(self.activate(len(self.sizes), z))
        return outputs

    def predict(self, x: npt.ArrayLike) -> Any:
        """The label of each example: the neuron with the largest output.

        With a single output neuron the label is 1 where the output is 0.5 or more, else 0.
        """
        outputs = arguments.finite(self.feedforward(x), "predict: output")
        if self.sizes[-1] == 1:
            return (outputs[..., 0] >= 0.5).astype(np.int64)
        return outputs.argmax(axis=-1)

    def accuracy(self, x: npt.ArrayLike, labels: npt.ArrayLike) -> float:
        """The fraction of examples (0 to 1) whose predicted label is right."""
        predicted, wanted = self.predict(x), np.asarray(labels)
        if wanted.dtype.kind not in "iub" or wanted.shape != predicted.shape:
            raise ValueError(
                f"accuracy: labels of dtype {wanted.dtype} and shape {wanted.shape}; expected "
                f"integers of shape {predicted.shape}"
            )
        if wanted.size == 0:
            raise ValueError("accuracy: no examples; expected one or more")
        classes = max(2, self.sizes[-1])  # a single output neuron tells two classes apart
        if wanted.min() < 0 or wanted.max() >= classes:
            raise ValueError(
                f"accuracy: labels run from {wanted.min()} to {wanted.max()}; expected 0 to "
                f"{classes - 1}"
            )
        return float(np.mean(predicted == wanted))

    # --- recorded ---------------------------------------------------------------------------

    def record(self, x: npt.ArrayLike, y: npt.ArrayLike, fused: bool = False) -> Recording:
        """A forward pass to look at: every node by its name, and the cost at the end.

        ``y`` are labels (integers, one for each example) or targets of the output's shape.  With
        ``fused=True`` the cost is computed from the weighted inputs z of the last layer, as in
        training; its activations are recorded beside it, but the cost does not depend on them.

        >>> net = Network([2, 3, 2], rng=0)
        >>> run = net.record([0.5, -1.0], 1)
        >>> run.cost.backward()
        >>> run.z[3].grad.shape, run.weights[2].grad.shape  # δ³ and ∂C/∂w²
        ((2,), (3, 2))
        """
        x, y = arguments.examples(x, y, self.sizes, self.dtype, "record")
        weights, biases = (dict(enumerate(ps, start=2)) for ps in (self.weights, self.biases))
        a: dict[int, Any] = {1: Tensor(x, name="a1")}
        z: dict[int, Any] = {}
        for layer in weights:
            z[layer] = a[layer - 1] @ weights[layer].T + biases[layer]
            a[layer] = self.activate(layer, z[layer])
            z[layer].name, a[layer].name = f"z{layer}", f"a{layer}"
        desired, last = Tensor(y, name="y"), len(self.sizes)
        cost = self.cost.fused(z[last], desired) if fused else self.cost.composed(a[last], desired)
        cost.name = "C"
        return Recording(cost, z, a, weights, biases, desired)

    # --- learning ---------------------------------------------------------------------------

    def training_cost(self, x: Array, y: Array) -> Any:
        """The recorded cost of a mini-batch as training computes it, without names."""
        return self.cost.fused(self._weighted_inputs(x, self.weights, self.biases), y)

    def fit(
        self,
        data: Any,
        *,
        epochs: int,
        batch_size: int,
        learning_rate: float,
        validation: Any = None,
        rng: int | np.random.Generator | None = 0,
        progress: Progress | None = None,
        plan: bool = True,
    ) -> History:
        """Learn by mini-batch stochastic gradient descent: w → w - η ∂C/∂w, b → b - η ∂C/∂b.

        ``data`` and ``validation`` are datasets or pairs ``(x, labels)``; labels may be targets.
        ``learning_rate`` is η, ``batch_size`` m.  ``progress`` is called with the fraction of the
        epoch that is done (a float up to 1.0) and, at an epoch's end, with its record.  Returns
        the history, one record for each epoch.  Deterministic for a seed ``rng``.  Ctrl-C ends
        training and returns what has been done; a cost that is no longer finite raises
        :class:`TrainingDiverged`, which carries the history too.  The step is traced once and then
        replayed (:class:`autograd_nn.Plan`); ``plan=False`` records each step anew, with the same
        result bit for bit.

        >>> import numpy as np
        >>> x, y = np.array([[0, 0], [0, 1], [1, 0], [1, 1]]), np.array([0, 1, 1, 1])
        >>> net = Network([2, 2], cost="cross_entropy", rng=0)
        >>> history = net.fit((x, y), epochs=50, batch_size=2, learning_rate=1.0, validation=(x, y))
        >>> len(history), history[-1].accuracy
        (50, 1.0)
        """
        return train(self, data, epochs, batch_size, learning_rate, validation, rng, progress, plan)
