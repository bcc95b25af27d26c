"""What a network makes of inputs: activations, outputs, labels."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from .. import ops
from ..engine.core import Array
from ..support.checks import check_array, check_finite
from ..tensor.tensor import Tensor
from . import arguments
from .activations import ACTIVATIONS, OUTPUTS, Swapped, activations
from .arguments import fraction_right
from .dropout import Dropout

_AT_ONCE = 4096  # examples: enough for BLAS to be at its fastest, and little memory


class Feedforward:
    """Layers of neurons with weights and biases, which are used and not changed here.

    :class:`autograd_nn.models.network.Network` says what they are.
    """

    sizes: tuple[int, ...]
    dtype: np.dtype[Any]
    activation: str
    output: str
    dropout: Dropout | None
    weights: list[Tensor]
    biases: list[Tensor]
    _swapped: Swapped

    def activate(self, layer: int, z: Any) -> Any:
        """The activations of a layer (the book's number) from its weighted inputs."""
        last = layer == len(self.sizes)
        function = OUTPUTS[self.output] if last else ACTIVATIONS[self.activation]
        swapped = self._swapped.get(layer)
        return activations(function, swapped, z) if swapped else function(z)

    def sent(self, layer: int, a: Any, masks: Sequence[Any] | None) -> Any:
        """What a hidden layer hands on: its activations; under dropout not all, or less of them."""
        if self.dropout is None:
            return a
        if masks is not None:
            return a * masks[layer - 2]
        scale = self.dropout.scale(self.sizes[layer - 1])
        return a if scale == 1 else a * scale

    def _weighted_inputs(
        self,
        a: Any,
        weights: Sequence[Any],
        biases: Sequence[Any],
        masks: Sequence[Any] | None = None,
    ) -> Any:
        """The weighted inputs of the last layer."""
        for layer, (w, b) in enumerate(zip(weights, biases, strict=True), start=2):
            z = ops.linear(a, w, b)
            if layer < len(self.sizes):
                a = self.sent(layer, self.activate(layer, z), masks)
        return z

    def _last_z(self, x: Array) -> Any:
        """The weighted inputs of the last layer, as arrays, of many examples some at a time."""
        weights, biases = [w.data for w in self.weights], [b.data for b in self.biases]
        if x.ndim == 1 or len(x) <= _AT_ONCE:
            return self._weighted_inputs(x, weights, biases)
        parts = [x[start : start + _AT_ONCE] for start in range(0, len(x), _AT_ONCE)]
        return np.concatenate([self._weighted_inputs(part, weights, biases) for part in parts])

    def feedforward(self, x: npt.ArrayLike) -> Array:
        """The outputs for one example ``(features,)`` or several ``(examples, features)``.

        Raises ``ValueError`` for any other shape, with the layer and both shapes.
        """
        a = arguments.inputs(x, self.sizes[0], self.dtype)
        outputs: Array = np.asarray(self.activate(len(self.sizes), self._last_z(a)))
        return outputs

    def activations_of(self, x: npt.ArrayLike) -> dict[int, Array]:
        """The activations aˡ of layers 2, 3 … for inputs, by the layer's number.

        >>> from autograd_nn import Network
        >>> {layer: a.shape for layer, a in Network([2, 3, 1]).activations_of([[0, 1]]).items()}
        {2: (1, 3), 3: (1, 1)}
        """
        sent, found = arguments.inputs(x, self.sizes[0], self.dtype), {}
        for layer, (w, b) in enumerate(zip(self.weights, self.biases, strict=True), start=2):
            found[layer] = np.asarray(self.activate(layer, sent @ w.data.T + b.data))
            sent = self.sent(layer, found[layer], None)
        return found

    def predict(self, x: npt.ArrayLike) -> Any:
        """The label of each example: the neuron with the largest output.

        With a single output neuron the label is 1 where the output is 0.5 or more (0 or more for a
        tanh neuron), else 0.
        """
        look = "look for others in the inputs, weights and biases"
        return self.labels_of(check_finite(self.feedforward(x), "predict: output", look))

    def labels_of(self, outputs: Array) -> Any:
        """The labels that outputs, or targets of their shape, stand for."""
        if self.sizes[-1] == 1:
            return (outputs[..., 0] >= (1 + self.off) / 2).astype(np.int64)
        return outputs.argmax(axis=-1)

    @property
    def off(self) -> float:
        """What an output neuron that is not the label's should say: 0, or -1 for tanh."""
        return -1.0 if self.output == "tanh" else 0.0

    def accuracy(self, x: npt.ArrayLike, labels: npt.ArrayLike) -> float:
        """The fraction of examples (0 to 1) whose predicted label is right."""
        given = check_array(labels, "accuracy: labels")
        return fraction_right(self.predict(x), given, self.sizes[-1])
