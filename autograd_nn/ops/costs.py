"""Costs fused with the output's activation: exact where the composed form saturates.

At z = 40 a sigmoid is exactly 1 in float64, so ln(1 - σ(z)) is -inf, though the cost for the
target 0 is just 40.  Computed from the weighted inputs nothing is lost.
"""

from functools import partial
from typing import Any

import numpy as np

from ..engine.core import Op
from ..engine.types import Array, Calls, Replay, Structure
from ..support.checks import check_labels
from .activations import sigmoid
from .connections import last_axis
from .families import broadcasting
from .out import as_floats, number, quietly
from .shape import reshape
from .softmax import softmax


def _sigmoid_cross_entropy(z: Array, y: Array, out: Array | None = None) -> Any:
    """max(z, 0) - z·y + ln(1 + e^-|z|): no term overflows, none cancels."""
    z = as_floats(z)
    cost = np.asarray(np.multiply(z, y, out))
    np.subtract(np.maximum(z, 0), cost, cost)
    tail = np.asarray(np.copysign(z, number(-1, z.dtype)))  # -|z|
    quietly(np.exp, tail, tail)
    quietly(np.log1p, tail, tail)
    return np.add(cost, tail, cost)


def _sigmoid_cross_entropy_calls(cost: Array, z: Array, y: Array) -> Calls:
    work = np.empty(z.shape, z.dtype)
    zero, minus_one = number(0, z.dtype), number(-1, z.dtype)
    return (
        (np.multiply, z, y, cost),
        (partial(np.maximum, out=work), z, zero),
        (np.subtract, work, cost, cost),
        (np.copysign, z, minus_one, work),  # -|z|
        (quietly, np.exp, work, work),
        (quietly, np.log1p, work, work),
        (np.add, cost, work, cost),
    )


def _softmax_cross_entropy(z: Array, labels: Array, out: Array | None = None) -> Any:
    labels = check_labels(labels, "labels", np.shape(z)[-1])
    if labels.shape != np.shape(z)[:-1]:
        raise ValueError(f"logits {np.shape(z)} need labels {np.shape(z)[:-1]}")
    z = z - np.max(z, axis=-1, keepdims=True)
    chosen = np.take_along_axis(z, labels[..., None], axis=-1)[..., 0]
    with np.errstate(under="ignore"):
        total = np.add.reduce(np.exp(z), axis=-1)
    return np.subtract(np.log(total), chosen, out=out)


def _one_hot(labels: Array, *, classes: int, out: Array | None = None) -> Any:
    labels = check_labels(labels, "labels", classes)
    return np.equal(labels[..., None], np.arange(classes), out=out)


def _explain_labels(z: tuple[int, ...], labels: tuple[int, ...]) -> str:
    if z and labels == z[:-1]:
        return ""
    return (
        f"got logits {z} and labels {labels}; expected logits (examples, classes) and one integer "
        f"label for each example{f', shape {z[:-1]}' if z else ''}"
    )


one_hot = Op("one_hot", _one_hot, None, doc="A row for each label: True at the label's place.")
sigmoid_cross_entropy = broadcasting(
    "sigmoid_cross_entropy",
    _sigmoid_cross_entropy,
    lambda g, out, z, y: g * (sigmoid(z) - y),
    lambda g, out, z, y: g * -z,
    doc="-[y ln σ(z) + (1-y) ln(1-σ(z))] for each element, from the weighted input z "
    "(equation (57) of the book); its derivative is σ(z) - y.",
    replay=Replay(_sigmoid_cross_entropy_calls),
)
softmax_cross_entropy = Op(
    "softmax_cross_entropy",
    _softmax_cross_entropy,
    lambda g, y, z, labels: (
        reshape(g, shape=(*g.shape, 1)) * (softmax(z) - one_hot(labels, classes=z.shape[-1]))
    ),
    None,
    doc="-ln softmax(z) at the label, one number for each example (the log-likelihood cost, "
    "equation (80) of the book).",
    structure=Structure(last_axis),
    explain=_explain_labels,
)

ALL = (one_hot, sigmoid_cross_entropy, softmax_cross_entropy)
