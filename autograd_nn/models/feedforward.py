"""A network in use: the activations, outputs and labels of inputs, and their cost."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from .. import ops
from ..engine.types import Array
from ..support.checks import check_array, check_finite, check_labels
from ..tensor.tensor import Tensor
from . import arguments
from .activations import ACTIVATIONS, OUTPUTS, Swapped
from .costs import Cost
from .dropout import Dropout

_AT_ONCE = 4096  # examples: enough for BLAS to be at its fastest, and little memory


class Feedforward:
    """Layers of neurons with weights and biases, which nothing here changes."""

    sizes: tuple[int, ...]
    dtype: np.dtype[Any]
    activation: str
    output: str
    cost: Cost
    swapped: dict[tuple[int, int], str]
    dropout: Dropout | None
    weights: list[Tensor]
    biases: list[Tensor]
    _swapped: Swapped

    @property
    def parameters(self) -> list[Tensor]:
        """Every weight and bias: w2, b2, w3, b3 …."""
        return [p for pair in zip(self.weights, self.biases, strict=True) for p in pair]

    def activate(self, layer: int, z: Array | Tensor) -> Any:
        """The activations of a layer (numbered as in the book) from its weighted inputs.

        ``z`` is ``(neurons,)`` or ``(examples, neurons)``; an array gives an array, a tensor a
        recorded tensor.
        """
        last = layer == len(self.sizes)
        a = OUTPUTS[self.output](z) if last else ACTIVATIONS[self.activation](z)
        for name, mask in self._swapped.get(layer, ()):
            a = ops.where(mask, ACTIVATIONS[name](z), a)
        return a

    def sent(self, layer: int, a: Array | Tensor, masks: Sequence[Array | Tensor] | None) -> Any:
        """What a hidden layer sends on: its activations, with dropout multiplied by its mask.

        Without ``masks`` (one for each hidden layer) they are scaled for use instead.
        """
        if self.dropout is None:
            return a
        if masks is not None:
            return a * masks[layer - 2]
        scale = self.dropout.scale(self.sizes[layer - 1])
        return a if scale == 1 else a * scale

    def _weighted_inputs(
        self,
        a: Array | Tensor,
        weights: Sequence[Array | Tensor],
        biases: Sequence[Array | Tensor],
        masks: Sequence[Array | Tensor] | None = None,
    ) -> Any:
        """The weighted inputs of the last layer, recorded if the weights are tensors."""
        for layer, (w, b) in enumerate(zip(weights, biases, strict=True), start=2):
            z = ops.linear(a, w, b)
            if layer < len(self.sizes):
                a = self.sent(layer, self.activate(layer, z), masks)
        return z

    def _last_z(self, x: Array) -> Any:
        """The weighted inputs of the last layer as an array, of a few thousand rows at a time."""
        weights, biases = [w.data for w in self.weights], [b.data for b in self.biases]
        if x.ndim == 1 or len(x) <= _AT_ONCE:
            return self._weighted_inputs(x, weights, biases)
        parts = [x[start : start + _AT_ONCE] for start in range(0, len(x), _AT_ONCE)]
        return np.concatenate([self._weighted_inputs(part, weights, biases) for part in parts])

    def feedforward(self, x: npt.ArrayLike) -> Array:
        """The outputs for one example ``(features,)`` or several ``(examples, features)``.

        Returns ``(outputs,)`` or ``(examples, outputs)``.  Raises ``ValueError`` for any other
        shape, ``TypeError`` for what are not real numbers (equation (25) of the book).

        >>> from autograd_nn import Network
        >>> Network([2, 3, 1]).feedforward([[0.5, -1.0], [1.0, 2.0]]).shape
        (2, 1)
        """
        a = arguments.check_inputs(x, self)
        return np.asarray(self.activate(len(self.sizes), self._last_z(a)))

    def activations_of(self, x: npt.ArrayLike) -> dict[int, Array]:
        """The activations aˡ of layers 2, 3 … for inputs, by the layer's number.

        Raises as :meth:`feedforward` does.

        >>> from autograd_nn import Network
        >>> {layer: a.shape for layer, a in Network([2, 3, 1]).activations_of([[0, 1]]).items()}
        {2: (1, 3), 3: (1, 1)}
        """
        sent, found = arguments.check_inputs(x, self), {}
        for layer, (w, b) in enumerate(zip(self.weights, self.biases, strict=True), start=2):
            found[layer] = np.asarray(self.activate(layer, sent @ w.data.T + b.data))
            sent = self.sent(layer, found[layer], None)
        return found

    def predict(self, x: npt.ArrayLike) -> Any:
        """The label of each example: the neuron with the largest output.

        With a single output neuron the label is 1 where the output is 0.5 or more (0 or more for a
        tanh neuron), else 0.  Returns one integer, or ``(examples,)``.  Raises ``ValueError`` for
        outputs that are not finite, and as :meth:`feedforward` does.

        >>> from autograd_nn import Network
        >>> Network([2, 3], rng=1).predict([[0.5, -1.0], [1.0, 2.0]])
        array([1, 2])
        """
        advice = "look for others in the inputs, weights and biases"
        return self.labels_of(check_finite(self.feedforward(x), "predict: output", advice))

    def labels_of(self, outputs: Array) -> Any:
        """The labels of outputs, or of targets of their shape."""
        if self.sizes[-1] == 1:
            return (outputs[..., 0] >= (1 + self.off) / 2).astype(np.int64)
        return outputs.argmax(axis=-1)

    @property
    def off(self) -> float:
        """The target of an output neuron that is not the label's: 0, or -1 for tanh."""
        return -1.0 if self.output == "tanh" else 0.0

    def accuracy(self, x: npt.ArrayLike, labels: npt.ArrayLike) -> float:
        """The fraction of examples (0 to 1) whose predicted label is right.

        ``labels`` are integers, one for each example; with a single output neuron 0 or 1.  Raises
        ``ValueError`` for labels that do not fit, and as :meth:`predict` does.

        >>> from autograd_nn import Network
        >>> Network([2, 3], rng=1).accuracy([[0.5, -1.0], [1.0, 2.0]], [1, 1])
        0.5
        """
        wanted, predicted = check_array(labels, "accuracy: labels"), self.predict(x)
        if wanted.dtype.kind not in "iub" or wanted.shape != predicted.shape:
            raise ValueError(
                f"accuracy: labels of dtype {wanted.dtype} and shape {wanted.shape}; expected "
                f"integers of shape {predicted.shape}"
            )
        if wanted.size == 0:
            raise ValueError("accuracy: no examples; expected one or more")
        check_labels(wanted + 0, "accuracy: labels", max(2, self.sizes[-1]))  # False + 0 is 0
        return float(np.mean(predicted == wanted))

    def fused_cost(self, z: Array | Tensor, y: Array | Tensor) -> Any:
        """The cost from the weighted inputs of the last layer."""
        if len(self.sizes) in self._swapped:  # neurons of several kinds: no form of the whole layer
            return self.cost.composed(self.activate(len(self.sizes), z), y)
        return self.cost.fused(z, y)

    def training_cost(self, x: Array, y: Array, *masks: Array) -> Any:
        """The recorded cost of a mini-batch with those dropout masks, as training computes it."""
        z = self._weighted_inputs(x, self.weights, self.biases, masks or None)
        return self.fused_cost(z, y)

    def mean_cost(self, x: npt.ArrayLike, y: npt.ArrayLike) -> float:
        """The cost of examples (labels or targets) as a number, without penalty.

        Raises ``ValueError`` for examples that do not fit the network or are not finite.

        >>> from autograd_nn import Network
        >>> round(Network([2, 3, 1], rng=1).mean_cost([[0.5, -1.0]], [[0.0]]), 6)
        0.020939
        """
        inputs, targets = arguments.check_examples(x, y, self, "mean_cost")
        return float(self.fused_cost(self._last_z(inputs), targets))
