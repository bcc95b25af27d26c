"""The cotangents that results are weighted with, and what a measured derivative is under each.

A cotangent of ones is the one that most wrong rules are right for (softmax with no backward pass
at all, any permutation), so it is never used.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ...differences.central import Slopes
from ...engine.core import Array

EVERY_RESULT = 16  # up to so many results each is looked at alone
GAUSSIAN = 2


def cotangents(shape: tuple[int, ...], rng: np.random.Generator) -> Array:
    """One row each: every unit vector for up to 16 results, and two Gaussian ones always."""
    count = int(np.prod(shape, dtype=np.int64))
    gaussian = rng.standard_normal((GAUSSIAN, count))
    if count == 1:  # 1 says it all; another number shows whether the gradient is linear in it
        return np.array([[-0.5 - abs(gaussian[0, 0])], [1.0]])
    return np.vstack([np.eye(count), gaussian]) if count <= EVERY_RESULT else gaussian


@dataclass
class Weighted:
    """Measured derivatives along lines under each cotangent, ``(lines, cotangents)``.

    ``truncation`` and ``rounding`` are the two parts of the error, ``scale`` the sum of the
    magnitudes that were added up, ``natural`` as in
    :class:`~autograd_nn.differences.central.Slopes`.  ``hidden`` is the part of
    ``rounding`` that comes from results which did not move at all while others did: an element
    need not be told from the round-off of results that it has nothing to do with.
    """

    numeric: Array
    truncation: Array
    rounding: Array
    scale: Array
    natural: Array
    hidden: Array
    bent: Array

    @property
    def error(self) -> Array:
        """The whole estimated error."""
        return self.truncation + self.rounding

    def __getitem__(self, lines: list[int]) -> Weighted:
        """Some of the lines."""
        return Weighted(
            self.numeric[lines],
            self.truncation[lines],
            self.rounding[lines],
            self.scale[lines],
            self.natural[lines],
            self.hidden[lines],
            self.bent[lines],
        )

    def replace(self, line: int, other: Weighted) -> None:
        """Put the measurement of one line in the place of an earlier one."""
        for name in ("numeric", "truncation", "rounding", "scale", "natural", "hidden"):
            getattr(self, name)[line] = getattr(other, name)[0]
        self.bent[line] |= other.bent[0]


def weighted(slopes: Slopes, cotangents: Array) -> Weighted:
    """What the measured derivatives of all results are under each cotangent."""
    weights = np.abs(cotangents).T
    unknown = ~np.isfinite(slopes.value)
    value = np.where(unknown, 0.0, slopes.value)
    numeric = value @ cotangents.T
    truncation = np.where(unknown, 0.0, slopes.truncation) @ weights
    rounding = np.where(unknown, 0.0, slopes.rounding) @ weights
    if unknown.any():
        touched = unknown.astype(float) @ (weights != 0) > 0
        numeric[touched], truncation[touched] = np.nan, np.inf
    natural = np.where(np.isfinite(slopes.natural), slopes.natural, 0.0) @ weights
    apart = slopes.still & ~slopes.still.all(axis=1, keepdims=True)
    hidden = np.where(apart & ~unknown, slopes.rounding, 0.0) @ weights
    hidden[:, (weights != 0).sum(axis=0) < 2] = 0.0  # looked at alone a result hides behind none
    bent = np.asarray(slopes.bent.any(axis=1))
    scale = np.abs(value) @ weights
    return Weighted(numeric, truncation, rounding, scale, natural, hidden, bent)
