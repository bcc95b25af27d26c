"""What a circuit is wired of, and what it says when something does not fit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from ..core import Array
from ..data.values import checked_array, checked_real, checked_reals


@dataclass(frozen=True)
class Gate:
    """A perceptron in a circuit: where its inputs come from, their weights, and its bias."""

    inputs: tuple[str, ...]
    weights: tuple[float, ...]
    bias: float


def checked_gate(name: str, gate: Any) -> Gate:
    """A gate, or a triple as one: names, as many weights, a bias."""
    if not isinstance(gate, Gate) and (not isinstance(gate, Sequence) or len(gate) != 3):
        raise ValueError(
            f"Circuit: gate {name!r} is {gate!r:.60}; expected (inputs, weights, bias)"
        )
    found = gate if isinstance(gate, Gate) else Gate(*gate)
    if isinstance(found.inputs, str):
        raise ValueError(
            f"Circuit: gate {name!r} takes {found.inputs!r}; expected names in a tuple"
        )
    wire_names(found.inputs, f"gate {name!r}: inputs")
    weights = checked_reals(found.weights, f"Circuit: gate {name!r}: weights")
    if len(found.inputs) != len(weights):
        raise ValueError(
            f"Circuit: gate {name!r} has {len(found.inputs)} inputs and {len(weights)} "
            "weights; expected as many"
        )
    checked_real(found.bias, f"Circuit: gate {name!r}: bias")
    return Gate(tuple(found.inputs), weights, found.bias)


def wire_names(given: Any, what: str) -> tuple[str, ...]:
    """Names of wires: texts one after the other; those of one letter each also as one text."""
    if not isinstance(given, Sequence) or not all(isinstance(name, str) for name in given):
        raise TypeError(f"Circuit: {what}={given!r:.60}; expected names in a tuple")
    return tuple(given)


def checked_bits(x: npt.ArrayLike, inputs: int) -> Array:
    """Bits ``(inputs,)`` or ``(examples, inputs)`` as integers."""
    bits: Array = checked_array(x, "Circuit: bits")
    if bits.ndim == 0 or bits.shape[-1] != inputs:
        raise ValueError(
            f"Circuit: bits of shape {bits.shape}; expected {inputs} along the last axis, one for "
            "each input"
        )
    if not np.isin(bits, (0, 1)).all():
        raise ValueError("Circuit: a bit is neither 0 nor 1")
    return bits.astype(np.int64)
