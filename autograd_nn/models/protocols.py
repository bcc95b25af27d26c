"""What training, files and recordings need of a network, and ``fit`` of its data."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol, TypeAlias

import numpy as np
import numpy.typing as npt

from ..engine.core import Array
from ..tensor.tensor import Tensor
from .costs import Cost
from .dropout import Dropout


class Layered(Protocol):
    """Layers of neurons, as far as inputs, targets and masks must fit them."""

    sizes: tuple[int, ...]
    dtype: np.dtype[Any]
    dropout: Dropout | None

    @property
    def off(self) -> float:
        """The target of an output neuron that is not the label's."""


class Trainable(Layered, Protocol):
    """A network as the modules below :class:`autograd_nn.Network` see it."""

    activation: str
    output: str
    cost: Cost
    swapped: dict[tuple[int, int], str]
    weights: list[Tensor]
    biases: list[Tensor]

    @property
    def parameters(self) -> list[Tensor]:
        """Every weight and bias: w2, b2, w3, b3 …."""

    def activate(self, layer: int, z: Array | Tensor) -> Any:
        """The activations of a layer from its weighted inputs."""

    def sent(self, layer: int, a: Array | Tensor, masks: Sequence[Array] | None) -> Any:
        """What a hidden layer sends on."""

    def fused_cost(self, z: Array | Tensor, y: Array | Tensor) -> Any:
        """The cost from the weighted inputs of the last layer."""

    def training_cost(self, x: Array, y: Array, *masks: Array) -> Any:
        """The recorded cost of a mini-batch."""

    def mean_cost(self, x: npt.ArrayLike, y: npt.ArrayLike) -> float:
        """The cost of examples as a number."""

    def accuracy(self, x: npt.ArrayLike, labels: npt.ArrayLike) -> float:
        """The fraction of examples whose predicted label is right."""

    def labels_of(self, outputs: Array) -> Any:
        """The labels that outputs stand for."""

    def activations_of(self, x: npt.ArrayLike) -> dict[int, Array]:
        """The activations of layers 2, 3 …."""


class Labelled(Protocol):
    """A dataset: inputs and their labels."""

    @property
    def x(self) -> Array:
        """Inputs, ``(examples, features)``."""

    @property
    def labels(self) -> Array:
        """A label for each example."""


Data: TypeAlias = Labelled | tuple[npt.ArrayLike, npt.ArrayLike] | list[Any]
