"""The functions of neurons, a = f(z): one for each layer, and others for single neurons."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from .. import ops
from ..engine.types import Array
from ..support.checks import check_choice, is_count

ACTIVATIONS: dict[str, Callable[[Any], Any]] = {
    "sigmoid": ops.sigmoid,
    "tanh": ops.tanh,
    "relu": ops.relu,
    "linear": ops.positive,  # a = z, as a node of its own
}
"""The functions of a neuron alone: a = f(z)."""

OUTPUTS: dict[str, Callable[[Any], Any]] = {
    "sigmoid": ops.sigmoid,
    "softmax": ops.softmax,  # each output depends on every weighted input of the layer
    "linear": ops.positive,
    "tanh": ops.tanh,
}
"""The output layers; :data:`autograd_nn.models.costs.COSTS` says which costs belong to each."""

Swapped = dict[int, list[tuple[str, Array]]]


def swap_neurons(
    given: Mapping[tuple[int, int], str] | None, sizes: Sequence[int], output: str, cost: str
) -> Swapped:
    """For each layer the functions that single neurons have instead, each with a mask of where.

    Raises ``ValueError`` for a neuron that does not exist, one in a softmax layer (which has no
    function of a neuron alone), and an output neuron under a cost that is written for its layer.
    """
    if given is not None and not isinstance(given, Mapping):
        raise TypeError(
            f"Network: swapped={given!r:.60}; expected neurons and their functions in a dict, for "
            "example {(2, 0): 'tanh'}"
        )
    masks: dict[int, dict[str, Array]] = {}
    for place, name in (given or {}).items():
        check_choice(name, f"Network: swapped[{place}]", ACTIVATIONS)
        layer, neuron = _check_place(place, sizes)
        if layer == len(sizes) and (output == "softmax" or cost != "quadratic"):
            raise ValueError(
                f"Network: swapped[{place}] is an output neuron, but the cost {cost!r} of {output} "
                "outputs is written for a whole layer of them; swap a hidden neuron, or choose "
                "cost='quadratic' with sigmoid, linear or tanh outputs"
            )
        of_layer = masks.setdefault(layer, {})
        of_layer.setdefault(name, np.zeros(sizes[layer - 1], bool))[neuron] = True
    return {layer: list(of_layer.items()) for layer, of_layer in masks.items()}


def _check_place(place: object, sizes: Sequence[int]) -> tuple[int, int]:
    if isinstance(place, tuple) and len(place) == 2 and all(map(is_count, place)):
        layer, neuron = map(int, place)
        if 2 <= layer <= len(sizes) and 0 <= neuron < sizes[layer - 1]:
            return layer, neuron
    raise ValueError(
        f"Network: swapped has the key {place!r}; expected (layer, neuron), the layer from 2 to "
        f"{len(sizes)} as in the book, the neuron counted from 0 as in weights[…][neuron]"
    )
