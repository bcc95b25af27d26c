"""Checks that inputs, targets and dropout masks fit a network."""

from collections.abc import Sequence
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from .. import ops
from ..engine.types import Array
from ..support.checks import check_finite, check_labels, check_numbers
from .dropout import Dropout

_SPREADS = "one such element makes every gradient nan"


class Layered(Protocol):
    """A network, as far as inputs, targets and masks must fit it."""

    sizes: tuple[int, ...]
    dtype: np.dtype[Any]
    dropout: Dropout | None

    @property
    def off(self) -> float:
        """The target of an output neuron that is not the label's."""


def check_is_network(given: object, asked_by: str) -> None:
    """Raise ``TypeError`` for what cannot be used like a network."""
    if not hasattr(given, "training_cost"):
        raise TypeError(f"{asked_by}: {given!r:.60} is not a network; expected ag.Network([…])")


def check_inputs(x: npt.ArrayLike, network: Layered) -> Array:
    """Inputs as ``(features,)`` or ``(examples, features)``; ``ValueError`` for another shape."""
    array, features = check_numbers(x, "layer 1: inputs"), network.sizes[0]
    if array.ndim not in (1, 2) or array.shape[-1] != features:
        advice = "rows are examples"
        if array.ndim == 2 and array.shape == (features, 1):
            advice = "a column as in the book? write x.ravel() for one example"
        elif array.ndim == 2 and array.shape[0] == features:
            advice = "rows are examples here; transpose it?"
        elif array.ndim > 2 and int(np.prod(array.shape[1:])) == features:
            advice = f"images? write x.reshape(-1, {features})"
        raise ValueError(
            f"layer 1: inputs of shape {array.shape}; expected ({features},) for one example or "
            f"(examples, {features}); {advice}"
        )
    return array.astype(network.dtype, copy=False)


def check_targets(y: npt.ArrayLike, shape: tuple[int, ...], network: Layered) -> Array:
    """Targets of ``shape``, else ``ValueError``, in its dtype; labels become rows with a one."""
    array = check_numbers(y, "output layer: targets", "labels are integers")
    if array.dtype.kind in "iu" and array.ndim == len(shape) - 1:
        rows = ops.one_hot(_check_labels(array, shape), classes=shape[-1])
        return np.where(rows, 1, network.off).astype(network.dtype)
    if array.shape != shape:
        advice = f"labels are integers of shape {shape[:-1]}"
        if array.shape == (*shape, 1):
            advice = "a column as in the book? write y.ravel()"
        elif shape[-1] == 1 and array.shape == shape[:-1]:
            advice = f"write {_as_targets(shape)}"
        raise ValueError(
            f"output layer: targets of shape {array.shape}; expected the output's shape {shape}; "
            f"{advice}"
        )
    return array.astype(network.dtype, copy=False)


def _check_labels(labels: Array, shape: tuple[int, ...]) -> Array:
    wanted, classes = shape[:-1], shape[-1]
    if classes == 1:
        raise ValueError(
            "labels with a single output neuron: there is no class to choose; expected targets of "
            f"shape {shape}; write {_as_targets(shape)}"
        )
    if labels.shape != wanted:
        raise ValueError(f"labels of shape {labels.shape}; expected one for each example, {wanted}")
    return check_labels(labels, "labels", classes, f"the last layer has {classes} neurons")


def _as_targets(shape: tuple[int, ...]) -> str:
    """How numbers, one for each example, become targets of a single output neuron."""
    return "y.reshape(-1, 1).astype(float)" if len(shape) == 2 else "[float(y)]"


def check_examples(
    x: npt.ArrayLike, y: npt.ArrayLike, network: Layered, asked_by: str
) -> tuple[Array, Array]:
    """Finite inputs and targets that fit the network and each other; ``ValueError`` otherwise."""
    inputs = check_finite(check_inputs(x, network), f"{asked_by}: x", _SPREADS)
    if inputs.size == 0:
        raise ValueError(f"{asked_by}: x has shape {inputs.shape}; expected one example or more")
    targets = check_targets(y, (*inputs.shape[:-1], network.sizes[-1]), network)
    return inputs, check_finite(targets, f"{asked_by}: y", _SPREADS)


def check_masks(masks: object, network: Layered) -> list[Array] | None:
    """A mask of finite numbers for each hidden layer of a network with dropout, or None."""
    if masks is None:
        return None
    if not isinstance(masks, (Sequence, np.ndarray)) or isinstance(masks, str):
        raise TypeError(f"masks={masks!r:.60}; expected a list, a mask for each hidden layer")
    arrays = [check_numbers(mask, "masks").astype(network.dtype) for mask in masks]
    expected = [(n,) for n in network.sizes[1:-1]]
    if network.dropout is None or [m.shape for m in arrays] != expected:
        raise ValueError(
            f"masks of shapes {[m.shape for m in arrays]}; expected one for each hidden layer, "
            f"{expected}, of a network with dropout"
        )
    return [check_finite(m, "masks", _SPREADS) for m in arrays]
