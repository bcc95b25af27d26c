"""Perceptrons, chapter 1 of the book: neurons that decide."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ...engine.types import Array
from ...support.checks import check_array, check_numbers, check_real, check_reals


@dataclass(frozen=True)
class Perceptron:
    """A neuron that outputs 1 if w·x + b > 0, otherwise (also if it is 0) 0; equation (2).

    Raises ``ValueError`` for a weight or a bias that is not a finite number.

    >>> cheese = Perceptron((6, 2, 2), bias=-5)  # weather, company, public transit
    >>> int(cheese([1, 0, 0])), int(cheese([0, 1, 1]))
    (1, 0)
    """

    weights: tuple[float, ...]
    bias: float

    def __post_init__(self) -> None:
        """Check the numbers."""
        object.__setattr__(self, "weights", check_reals(self.weights, "Perceptron: weights"))
        check_real(self.bias, "Perceptron: bias")

    @classmethod
    def with_threshold(cls, weights: tuple[float, ...], threshold: float) -> "Perceptron":
        """The neuron that outputs 1 if w·x exceeds the threshold, -b; equation (1).

        >>> Perceptron.with_threshold((6, 2, 2), threshold=5)
        Perceptron(weights=(6, 2, 2), bias=-5)
        """
        check_real(threshold, "Perceptron: threshold")
        return cls(weights, -threshold)

    @property
    def threshold(self) -> float:
        """What w·x must exceed: -b."""
        return -self.bias

    def times(self, c: float) -> "Perceptron":
        """Weights and bias multiplied by c; for c > 0 it decides the same (an exercise).

        >>> NAND.times(10)
        Perceptron(weights=(-20, -20), bias=30)
        """
        check_real(c, "Perceptron.times: c")
        return Perceptron(tuple(c * w for w in self.weights), c * self.bias)

    def __call__(self, x: npt.ArrayLike) -> Array:
        """The decision for inputs ``(inputs,)``, or for each row of ``(examples, inputs)``.

        Raises ``ValueError`` for another last dimension and for w·x + b that is nan.
        """
        inputs = check_numbers(x, "Perceptron: inputs")
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
    """The book's decision to go: good weather weighs 6, company 2, a station nearby 2.

    With the threshold 5 only the weather counts; with 3 company and the station together are
    enough.

    >>> int(cheese_festival()([0, 1, 1])), int(cheese_festival(3)([0, 1, 1]))
    (0, 1)
    """
    return Perceptron.with_threshold((6, 2, 2), threshold)


def add_bits(a: npt.ArrayLike, b: npt.ArrayLike) -> tuple[Array, Array]:
    """The sum and the carry of two bits, from the book's circuit of NAND perceptrons.

    The carry's perceptron takes the first NAND twice, two weights of -2 that the book then draws as
    one of -4.  Arrays of bits are added element by element.  Raises ``ValueError`` for what are not
    bits.

    >>> [tuple(map(int, add_bits(a, b))) for a in (0, 1) for b in (0, 1)]
    [(0, 0), (1, 0), (1, 0), (0, 1)]
    """
    a, b = np.broadcast_arrays(*(check_bits(x, "add_bits: bits") for x in (a, b)))
    neither_both = NAND(np.stack([a, b], axis=-1))
    only_a = NAND(np.stack([a, neither_both], axis=-1))
    only_b = NAND(np.stack([neither_both, b], axis=-1))
    carry = Perceptron((-4,), bias=3)
    return NAND(np.stack([only_a, only_b], axis=-1)), carry(neither_both[..., None])


@dataclass(frozen=True)
class Gate:
    """A perceptron in a circuit: where its inputs come from, their weights, and its bias."""

    inputs: tuple[str, ...]
    weights: tuple[float, ...]
    bias: float


def check_gate(name: str, gate: object) -> Gate:
    """A gate, or a triple as one: names, as many weights, a bias; ``ValueError`` otherwise."""
    place = f"Circuit: gate {name!r}"
    if not isinstance(gate, Gate) and (not isinstance(gate, Sequence) or len(gate) != 3):
        raise ValueError(f"{place} is {gate!r:.60}; expected (inputs, weights, bias)")
    found = gate if isinstance(gate, Gate) else Gate(*gate)
    if isinstance(found.inputs, str):
        raise ValueError(f"{place} takes {found.inputs!r}; expected names in a tuple")
    inputs = check_wires(found.inputs, f"gate {name!r}: inputs")
    weights = check_reals(found.weights, f"{place}: weights")
    if len(inputs) != len(weights):
        raise ValueError(
            f"{place} has {len(inputs)} inputs and {len(weights)} weights; expected as many"
        )
    check_real(found.bias, f"{place}: bias")
    return Gate(inputs, weights, found.bias)


def check_wires(given: object, what: str) -> tuple[str, ...]:
    """The names of wires, perhaps one text of single letters; ``TypeError`` for anything else."""
    if not isinstance(given, Sequence) or not all(isinstance(name, str) for name in given):
        raise TypeError(f"Circuit: {what}={given!r:.60}; expected names in a tuple")
    return tuple(given)


def check_bits(x: npt.ArrayLike, asked_by: str) -> Array:
    """Bits as integers, in an array of any shape; ``ValueError`` for other numbers."""
    bits = check_array(x, asked_by)
    if not np.isin(bits, (0, 1)).all():
        raise ValueError(f"{asked_by}={bits.tolist()!r:.60}; expected 0 or 1")
    return bits.astype(np.int64)
