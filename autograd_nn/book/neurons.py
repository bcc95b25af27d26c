"""What all of the book's programs need: σ and its derivative, desired outputs, first weights."""

from collections.abc import Callable, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt

from .. import ops
from ..engine.core import Op
from ..engine.types import Array

Function = Callable[[Array], Array]


def sigmoid(z: npt.ArrayLike) -> Array:
    """σ(z) = 1 / (1 + e⁻ᶻ), element by element; without a warning where e⁻ᶻ is infinite.

    >>> float(sigmoid(0.0))
    0.5
    """
    a: Array = ops.sigmoid(z)
    return a


def sigmoid_prime(z: npt.ArrayLike) -> Any:
    """σ'(z) = σ(z) (1 - σ(z)).

    >>> float(sigmoid_prime(0.0))
    0.25
    """
    a = sigmoid(z)
    return a * (1 - a)


def vectorized_result(j: int) -> Array:
    """The column ``(10, 1)`` of desired outputs for digit j: 1.0 at j, 0.0 elsewhere.

    >>> vectorized_result(3).ravel()
    array([0., 0., 0., 1., 0., 0., 0., 0., 0., 0.])
    """
    column = np.zeros((10, 1))
    column[j] = 1.0
    return column


@lru_cache(maxsize=8)
def operation(activation: Function, prime: Function) -> Op:
    """An activation function and its derivative as an op of the library."""
    if activation is sigmoid and prime is sigmoid_prime:
        return ops.sigmoid
    slope = Op("activation_prime", prime, None)
    return Op("activation", activation, lambda g, y, z: g * slope(z))


def draw_parameters(sizes: Sequence[int]) -> tuple[list[Array], list[Array]]:
    """Biases, then weights, from N(0, 1)."""
    draw = np.random.randn
    return [draw(n, 1) for n in sizes[1:]], [draw(n, m) for m, n in pairwise(sizes)]
