"""Perceptrons, chapter 1 of the book: neurons that decide."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from ..core import Array
from ..data.values import checked_array, checked_numbers, checked_real, checked_reals


@dataclass(frozen=True)
class Perceptron:
    """A neuron that outputs 1 where w·x + b > 0 and 0 elsewhere, equality included (equation (2)).

    >>> cheese = Perceptron((6, 2, 2), bias=-5)  # weather, company, public transit
    >>> int(cheese([1, 0, 0])), int(cheese([0, 1, 1]))
    (1, 0)
    """

    weights: tuple[float, ...]
    bias: float

    def __post_init__(self) -> None:
        """Raise ``ValueError`` for a weight or a bias that is no finite number."""
        object.__setattr__(self, "weights", checked_reals(self.weights, "Perceptron: weights"))
        checked_real(self.bias, "Perceptron: bias")

    @classmethod
    def with_threshold(cls, weights: tuple[float, ...], threshold: float) -> Perceptron:
        """The neuron that outputs 1 where w·x is more than the threshold, -b (equation (1)).

        >>> Perceptron.with_threshold((6, 2, 2), threshold=5)
        Perceptron(weights=(6, 2, 2), bias=-5)
        """
        checked_real(threshold, "Perceptron: threshold")
        return cls(weights, -threshold)

    @property
    def threshold(self) -> float:
        """What w·x has to exceed: -b."""
        return -self.bias

    def times(self, c: float) -> Perceptron:
        """Weights and bias multiplied by c; for c > 0 it decides the same."""
        checked_real(c, "Perceptron.times: c")
        return Perceptron(tuple(c * w for w in self.weights), c * self.bias)

    def __call__(self, x: npt.ArrayLike) -> Array:
        """The decision for inputs ``(inputs,)``, or for each row of ``(examples, inputs)``."""
        inputs = checked_numbers(x, "Perceptron: inputs")
        if inputs.ndim == 0 or inputs.shape[-1] != len(self.weights):
            raise ValueError(
                f"Perceptron: inputs of shape {inputs.shape}; expected {len(self.weights)} "
                "numbers along the last axis, one for each weight"
            )
        z = inputs @ np.array(self.weights) + self.bias
        if np.isnan(z).any():  # it would decide for 0
            raise ValueError("Perceptron: w·x + b is nan; expected numbers for x")
        return np.asarray(z > 0).astype(np.int64)


NAND = Perceptron((-2, -2), bias=3)
"""0 only when both inputs are 1; every computation can be built of these."""
AND = Perceptron((2, 2), bias=-3)
"""1 only when both inputs are 1."""
OR = Perceptron((2, 2), bias=-1)
"""0 only when both inputs are 0."""
NOT = Perceptron((-2,), bias=1)
"""The other bit."""


def cheese_festival(threshold: float = 5) -> Perceptron:
    """The book's decision to go: good weather weighs 6, company 2, a station near by 2.

    With the threshold 5 only the weather counts; with 3 company and the station together are
    enough.

    >>> int(cheese_festival()([0, 1, 1])), int(cheese_festival(3)([0, 1, 1]))
    (0, 1)
    """
    return Perceptron.with_threshold((6, 2, 2), threshold)


def add_bits(a: npt.ArrayLike, b: npt.ArrayLike) -> tuple[Array, Array]:
    """The sum and the carry of two bits, from the book's circuit of NAND perceptrons.

    The carry's perceptron gets the first NAND twice, two weights of -2 that the book then draws as
    one of -4.  Arrays of bits are added element by element.

    >>> [tuple(map(int, add_bits(a, b))) for a in (0, 1) for b in (0, 1)]
    [(0, 0), (1, 0), (1, 0), (0, 1)]
    """
    a, b = np.broadcast_arrays(*(_bits(x) for x in (a, b)))
    neither_both = NAND(np.stack([a, b], axis=-1))
    only_a = NAND(np.stack([a, neither_both], axis=-1))
    only_b = NAND(np.stack([neither_both, b], axis=-1))
    carry = Perceptron((-4,), bias=3)
    return NAND(np.stack([only_a, only_b], axis=-1)), carry(neither_both[..., None])


def _bits(x: Any) -> Array:
    bits: Array = checked_array(x, "add_bits: bits")
    if not np.isin(bits, (0, 1)).all():
        raise ValueError(f"add_bits: got {bits.tolist()}; expected bits, 0 or 1")
    return bits.astype(np.int64)
