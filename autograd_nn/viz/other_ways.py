"""The two other ways to the number that a sum over paths gives."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from ..backward import gradients
from ..differences import numeric_derivative
from .paths import PathSum


class OtherWays(NamedTuple):
    """The same derivative from the backward pass and from a central difference."""

    backward_pass: float
    finite_difference: float


def other_ways(paths: PathSum) -> OtherWays | None:
    """Both, or None for a single example's part: they see the mean over all examples."""
    if paths.example is not None:
        return None
    (gradient,) = gradients(paths.output, [paths.leaf])
    index = tuple(map(int, np.unravel_index(paths.position, paths.leaf.shape)))
    return OtherWays(
        float(gradient.ravel()[paths.position]),
        float(numeric_derivative(paths.output, paths.leaf, index)),
    )
