"""A network as plain data, from whatever has its sizes, weights and activations."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ...engine.core import Node, value
from ...engine.types import Array
from ...support.checks import check_sizes, is_count


@dataclass(frozen=True)
class LayerData:
    """Sizes of the layers; weights ``(n_out, n_in)`` and biases ``(n_out,)`` between them.

    ``weights`` and ``biases`` have an item for every layer but the first, ``activations`` one for
    every layer; each is empty where nothing is known.
    """

    sizes: tuple[int, ...]
    weights: tuple[Array, ...] = ()
    biases: tuple[Array, ...] = ()
    activations: tuple[Array, ...] = ()


def layer_data(
    network: object, x: npt.ArrayLike | None, activations: Sequence[npt.ArrayLike] | None
) -> LayerData:
    """A network, a recorded pass of it, pairs ``(weights, biases)`` or sizes, as plain data.

    Raises ``TypeError`` for anything else and ``ValueError`` for shapes that do not fit.
    """
    plain = _parameters(network)
    if x is not None and activations is not None:
        raise ValueError("draw_network: got x and activations; expected one of them")
    if x is not None:
        activations = _forward(network, plain, x)
    elif activations is None and isinstance(recorded := getattr(network, "a", None), Mapping):
        activations = [recorded[layer] for layer in sorted(recorded)]
    if activations is None:
        return plain
    found = tuple(_one_example(a, n) for a, n in zip(activations, plain.sizes, strict=False))
    if len(activations) != len(plain.sizes):
        raise ValueError(
            f"draw_network: activations of {len(activations)} layers; expected "
            f"{len(plain.sizes)}, those of the input first"
        )
    return LayerData(plain.sizes, plain.weights, plain.biases, found)


def _parameters(network: object) -> LayerData:
    if hasattr(network, "weights") and hasattr(network, "biases"):
        weights, biases = _in_order(network.weights), _in_order(network.biases)
    elif not isinstance(network, Sequence) or isinstance(network, str) or len(network) < 1:
        raise TypeError(
            f"draw_network: got {type(network).__name__}; expected a network, a recorded pass, a "
            "list of (weights, biases), or the sizes of the layers"
        )
    elif all(map(is_count, network)):
        return LayerData(check_sizes(network, "draw_network: sizes"))
    elif not all(map(_is_pair, network)):
        raise TypeError(
            "draw_network: got a list of something else; expected the sizes of the layers, "
            "integers, or a pair (weights, biases) for each layer, of shapes (n_out, n_in) and "
            "(n_out,)"
        )
    else:
        weights, biases = ([value(pair[i]) for pair in network] for i in (0, 1))
    w, b = tuple(map(np.asarray, weights)), tuple(map(np.asarray, biases))
    if len(w) != len(b):
        raise ValueError(
            f"draw_network: {len(w)} weights and {len(b)} biases; expected as many of each"
        )
    sizes = (w[0].shape[-1], *map(len, b))
    for layer, weight in enumerate(w, start=2):
        if weight.shape != (shape := (sizes[layer - 1], sizes[layer - 2])):
            raise ValueError(
                f"draw_network: the weights of layer {layer} have shape {weight.shape}; expected "
                f"{shape}, a row for each of its neurons"
            )
    return LayerData(sizes, w, b)


def _is_pair(pair: object) -> bool:
    two = pair if isinstance(pair, Sequence) and len(pair) == 2 else ()
    return [np.ndim(value(array)) for array in two] == [2, 1]


def _in_order(parameters: Iterable[Node] | Mapping[int, Node]) -> list[Array]:
    """A list, or a dict by layer number, of tensors or arrays."""
    if isinstance(parameters, Mapping):
        parameters = [parameters[layer] for layer in sorted(parameters)]
    return list(map(value, parameters))


def _forward(network: object, plain: LayerData, x: npt.ArrayLike) -> list[Array]:
    """The activations of every layer, by the network's own functions."""
    if not hasattr(network, "activate"):
        raise ValueError(
            "draw_network: x needs a Network, which knows its activation functions; pass "
            "activations=[…] instead, an array for each layer"
        )
    found = [_one_example(x, plain.sizes[0])]
    if hasattr(network, "activations_of"):  # which knows what else happens on the way
        after = network.activations_of(found[0])
        return [*found, *(after[layer] for layer in sorted(after))]
    for layer, (w, b) in enumerate(zip(plain.weights, plain.biases, strict=True), start=2):
        found.append(np.asarray(network.activate(layer, w @ found[-1] + b)))
    return found


def _one_example(a: npt.ArrayLike | Node, size: int) -> Array:
    try:
        array = np.asarray(value(a), dtype=float)
    except (TypeError, ValueError) as error:
        raise ValueError(f"draw_network: activations {a!r:.60}; expected {size} numbers") from error
    if array.shape == (1, size):  # a mini-batch of one
        array = array[0]
    if array.shape != (size,):
        raise ValueError(
            f"draw_network: activations of shape {array.shape}; expected ({size},), of one example"
        )
    return array
