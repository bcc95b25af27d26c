"""A forward pass of a network to look at, with its nodes by the book's names."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy.typing as npt

from ..engine.core import Array
from ..support.checks import check_flag
from ..tensor.tensor import Tensor
from . import arguments


@dataclass(frozen=True)
class Recording:
    """A forward pass with its nodes by the book's names; the dicts are keyed by layer number.

    ``a[1]`` is the input, ``weights[2]`` connects layers 1 and 2, ``z[l]`` and ``a[l]`` are the
    weighted inputs and activations of layer ``l``, ``y`` the desired output, ``cost`` is C.
    ``masks[l]`` is by what dropout multiplies ``a[l]`` on its way on, where masks were given.
    """

    cost: Any
    z: dict[int, Any]
    a: dict[int, Any]
    weights: dict[int, Tensor]
    biases: dict[int, Tensor]
    y: Tensor
    masks: dict[int, Array] = field(default_factory=dict)


def record(
    network: Any,
    x: npt.ArrayLike,
    y: npt.ArrayLike,
    fused: bool,
    masks: Sequence[npt.ArrayLike] | None,
) -> Recording:
    """What ``Network.record`` describes."""
    x, y = arguments.examples(x, y, network.sizes, network.dtype, "record", network.off)
    with_dropout = network.dropout is not None
    masks = arguments.dropout_masks(masks, network.sizes, network.dtype, with_dropout)
    weights, biases = (dict(enumerate(ps, start=2)) for ps in (network.weights, network.biases))
    sent = Tensor(x, name="a1")
    a: dict[int, Any] = {1: sent}
    z: dict[int, Any] = {}
    desired, last = Tensor(y, name="y"), len(network.sizes)
    for layer in weights:
        z[layer] = sent @ weights[layer].T + biases[layer]
        a[layer] = network.activate(layer, z[layer])
        z[layer].name, a[layer].name = f"z{layer}", f"a{layer}"
        if layer < last:
            sent = network.sent(layer, a[layer], masks)
    if check_flag(fused, "record: fused"):
        cost = network.fused_cost(z[last], desired)
    else:
        cost = network.cost.composed(a[last], desired)
    cost.name = "C"
    return Recording(cost, z, a, weights, biases, desired, dict(enumerate(masks or (), start=2)))
