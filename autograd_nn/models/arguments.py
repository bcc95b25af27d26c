"""What a network makes of the arrays it is given, and what it says when they do not fit."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from .. import ops
from ..engine.core import Array
from ..support.checks import check_finite, check_labels, check_numbers

_SPREADS = "one such element makes every gradient nan"


def inputs(x: npt.ArrayLike, features: int, dtype: np.dtype[Any]) -> Array:
    """Inputs as ``(features,)`` for one example or ``(examples, features)``, in dtype."""
    array = check_numbers(x, "layer 1: inputs")
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
    return array.astype(dtype, copy=False)


def targets(
    y: npt.ArrayLike, shape: tuple[int, ...], dtype: np.dtype[Any], off: float = 0.0
) -> Array:
    """Desired outputs of ``shape``: labels become rows with a one, targets are checked.

    One-dimensional integers (a bare integer for one example) are labels; everything else is
    targets of the output's shape.  ``off`` is what a neuron that is not the label's should say.
    """
    array = check_numbers(y, "output layer: targets", "labels are integers")
    if array.dtype.kind in "iu" and array.ndim == len(shape) - 1:
        rows = ops.one_hot(fitting_labels(array, shape), classes=shape[-1])
        return np.asarray(rows, dtype=dtype) if off == 0 else np.where(rows, 1, off).astype(dtype)
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
    return array.astype(dtype, copy=False)


def examples(
    x: npt.ArrayLike,
    y: npt.ArrayLike,
    sizes: Sequence[int],
    dtype: np.dtype[Any],
    asked_by: str,
    off: float = 0.0,
) -> tuple[Array, Array]:
    """Inputs and targets that fit the network and each other, one example or more, all finite."""
    x = check_finite(inputs(x, sizes[0], dtype), f"{asked_by}: x", _SPREADS)
    if x.size == 0:
        raise ValueError(f"{asked_by}: x has shape {x.shape}; expected one example or more")
    y = targets(y, (*x.shape[:-1], sizes[-1]), dtype, off)
    return x, check_finite(y, f"{asked_by}: y", _SPREADS)


def dropout_masks(
    masks: Any, sizes: Sequence[int], dtype: np.dtype[Any], wanted: bool
) -> list[Array] | None:
    """A mask of finite numbers for each hidden layer, or none at all."""
    if masks is None:
        return None
    if not isinstance(masks, (Sequence, np.ndarray)) or isinstance(masks, str):
        raise TypeError(f"masks={masks!r:.60}; expected a list, a mask for each hidden layer")
    arrays = [check_numbers(mask, "masks").astype(dtype) for mask in masks]
    expected = [(n,) for n in sizes[1:-1]]
    if not wanted or [m.shape for m in arrays] != expected:
        raise ValueError(
            f"masks of shapes {[m.shape for m in arrays]}; expected one for each hidden layer, "
            f"{expected}, of a network with dropout"
        )
    return [check_finite(m, "masks", _SPREADS) for m in arrays]


def fitting_labels(labels: Array, shape: tuple[int, ...]) -> Array:
    """Labels that fit outputs of ``shape``."""
    examples, classes = shape[:-1], shape[-1]
    if classes == 1:
        raise ValueError(
            "labels with a single output neuron: there is no class to choose; expected targets of "
            f"shape {shape}; write {_as_targets(shape)}"
        )
    if labels.shape != examples:
        raise ValueError(
            f"labels of shape {labels.shape}; expected one for each example, {examples}"
        )
    return check_labels(labels, "labels", classes, f"the last layer has {classes} neurons")


def network(given: Any, asked_by: str) -> Any:
    """A network, or what can be used like one."""
    if not hasattr(given, "training_cost"):
        raise TypeError(f"{asked_by}: {given!r:.60} is no network; expected ag.Network([…])")
    return given


def _as_targets(shape: tuple[int, ...]) -> str:
    """How numbers, one for each example, become targets of a single output neuron."""
    return "y.reshape(-1, 1).astype(float)" if len(shape) == 2 else "[float(y)]"


def fraction_right(predicted: Array, wanted: Array, outputs: int) -> float:
    """The fraction of predicted labels that are as wanted; ``ValueError`` for what are no labels.

    >>> fraction_right(np.array([1, 0, 2, 2]), np.array([1, 0, 2, 1]), 3)
    0.75
    """
    if wanted.dtype.kind not in "iub" or wanted.shape != predicted.shape:
        raise ValueError(
            f"accuracy: labels of dtype {wanted.dtype} and shape {wanted.shape}; expected "
            f"integers of shape {predicted.shape}"
        )
    if wanted.size == 0:
        raise ValueError("accuracy: no examples; expected one or more")
    classes = max(2, outputs)  # a single output neuron tells two classes apart
    if wanted.min() < 0 or wanted.max() >= classes:
        raise ValueError(
            f"accuracy: labels run from {wanted.min()} to {wanted.max()}; expected 0 to "
            f"{classes - 1}"
        )
    return float(np.mean(predicted == wanted))
