"""A forward pass of a network to look at, with its nodes by the book's names."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy.typing as npt

from ..engine.types import Array
from ..support.checks import check_flag
from ..tensor.tensor import Tensor
from . import arguments
from .feedforward import Feedforward


@dataclass(frozen=True)
class Recording:
    """A forward pass with its nodes by the book's names; the dicts are keyed by layer number.

    ``a[1]`` is the input, ``weights[2]`` connects layers 1 and 2, ``z[l]`` and ``a[l]`` are the
    weighted inputs and activations of layer ``l``, ``y`` the desired output, ``cost`` is C.
    ``masks[l]`` is the factor of ``a[l]`` in the inputs of the next layer, where dropout masks were
    given.
    """

    cost: Any
    z: dict[int, Any]
    a: dict[int, Any]
    weights: dict[int, Tensor]
    biases: dict[int, Tensor]
    y: Tensor
    masks: dict[int, Array] = field(default_factory=dict)


def record(
    network: Feedforward,
    x: npt.ArrayLike,
    y: npt.ArrayLike,
    fused: bool,
    masks: Sequence[npt.ArrayLike] | None = None,
) -> Recording:
    """Record a forward pass; :meth:`autograd_nn.Network.record` describes it."""
    inputs, targets = arguments.check_examples(x, y, network, "record")
    drawn = arguments.check_masks(masks, network)
    weights, biases = (dict(enumerate(ps, start=2)) for ps in (network.weights, network.biases))
    sent = Tensor(inputs, name="a1")
    a: dict[int, Any] = {1: sent}
    z: dict[int, Any] = {}
    desired, last = Tensor(targets, name="y"), len(network.sizes)
    for layer in weights:
        z[layer] = sent @ weights[layer].T + biases[layer]
        a[layer] = network.activate(layer, z[layer])
        z[layer].name, a[layer].name = f"z{layer}", f"a{layer}"
        if layer < last:
            sent = network.sent(layer, a[layer], drawn)
    if check_flag(fused, "record: fused"):
        cost = network.fused_cost(z[last], desired)
    else:
        cost = network.cost.composed(a[last], desired)
    cost.name = "C"
    return Recording(cost, z, a, weights, biases, desired, dict(enumerate(drawn or (), start=2)))
