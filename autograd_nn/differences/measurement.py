"""What was measured of derivatives: values, their errors, and what is odd about the function."""

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace

import numpy as np

from ..engine.types import Array
from .constants import KINK_NATURAL, KINKED


@dataclass(frozen=True)
class Measurement:
    """Derivatives along lines: of each result, ``(lines, results)``, or under each cotangent.

    ``truncation`` and ``rounding`` are the two parts of the error; smaller steps would make the
    second worse.  ``scale`` is the sum of the magnitudes that were added up, ``natural`` the size
    that a derivative has when the function changes by all of itself over the reach.  ``hidden`` is
    the part of ``rounding`` of results that did not move while others did: an element need not be
    told from the round-off of results that it has nothing to do with.

    ``bent``: values on both sides change as at a kink; ``still``: they do not change at all, and
    ``rests``: not by the shortest step.  ``noise`` is how far results scatter, ``stairs`` whether
    they move in steps; the latter only a close look sees.
    """

    value: Array
    truncation: Array
    rounding: Array
    scale: Array
    natural: Array
    hidden: Array
    bent: Array
    still: Array
    rests: Array
    noise: Array
    stairs: Array

    @property
    def error(self) -> Array:
        """The whole estimated error."""
        return self.truncation + self.rounding

    def __getitem__(self, lines: Sequence[int]) -> "Measurement":
        """Some of the lines."""
        return Measurement(*(getattr(self, f.name)[lines] for f in fields(self)))

    def put(self, line: int, other: "Measurement") -> None:
        """Put the measurement of one line in the place of an earlier one; once bent stays bent."""
        bent = self.bent[line] | other.bent[0]
        for f in fields(self):
            getattr(self, f.name)[line] = getattr(other, f.name)[0]
        self.bent[line] = bent

    @staticmethod
    def join(parts: Sequence["Measurement"]) -> "Measurement":
        """The lines of all parts, one after the other."""
        return Measurement(
            *(np.concatenate([getattr(p, f.name) for p in parts]) for f in fields(Measurement))
        )

    def under(self, cotangents: Array) -> "Measurement":
        """What the derivatives of all results are under each cotangent, ``(lines, cotangents)``."""
        weights = np.abs(cotangents).T
        counts = weights != 0
        unknown = ~np.isfinite(self.value)

        def some(x: Array) -> Array:
            return np.asarray(x.astype(float) @ counts > 0)

        def add(x: Array) -> Array:
            infinite = ~unknown & ~np.isfinite(x)
            added = np.where(unknown | infinite, 0.0, x) @ weights
            added[some(infinite)] = np.inf
            return added

        value = np.where(unknown, 0.0, self.value)
        numeric, truncation = value @ cotangents.T, add(self.truncation)
        if unknown.any():
            numeric[some(unknown)], truncation[some(unknown)] = np.nan, np.inf
        rounding = add(self.rounding)
        swings = ~unknown & ~np.isfinite(self.rounding)
        rounding[swings.any(axis=1)] = np.inf  # beside what swings nothing is refuted
        apart = self.still & ~self.still.all(axis=1, keepdims=True)
        hidden = np.where(apart & np.isfinite(self.rounding), self.rounding, 0.0) @ weights
        hidden[:, counts.sum(axis=0) < 2] = 0.0  # looked at alone a result hides behind none
        return Measurement(
            value=numeric,
            truncation=truncation,
            rounding=rounding,
            scale=np.abs(value) @ weights,
            natural=np.where(np.isfinite(self.natural), self.natural, 0.0) @ weights,
            hidden=hidden,
            bent=some(self.bent),
            still=~some(~self.still),
            rests=~some(~self.rests),
            noise=self.noise @ weights,
            stairs=some(self.stairs),
        )


@dataclass(frozen=True)
class Sides:
    """The derivatives of every result along one line, from below and from above."""

    below: Array
    above: Array
    error: Array
    natural: Array | float = 0.0

    @property
    def kinked(self) -> Array:
        """The results for which the two differ, each being known well enough."""
        apart = np.abs(self.above - self.below)
        kinked: Array = np.isfinite(apart) & (self.error < KINKED * apart)
        kinked &= apart > KINK_NATURAL * self.natural
        return kinked

    def smooth(self, central: Measurement, lost: bool) -> Measurement:
        """The central differences, with the mean of the two where that is known better, and not
        refuted by them: of a thousand results that swing fast one seems to settle by chance.

        ``lost`` says that digits are: that nothing moves is then no measurement.
        """
        error, mean = np.abs(self.above - self.below) + self.error, (self.above + self.below) / 2
        better = error < central.error
        better &= ~(np.abs(mean - central.value) > 10 * central.error)
        settled = np.maximum(1e-3 * np.abs(mean), 1e-6 * self.natural)  # as not near a pole
        better &= (error < settled) | (self.natural == 0)
        better &= ~(central.rests & lost)
        value = np.where(better, mean, central.value)
        return replace(
            central,
            value=value,
            truncation=np.where(better, error, central.truncation),
            rounding=np.where(better, 0.0, central.rounding),
            scale=np.abs(value),
        )

    def between(self, cotangents: Array) -> tuple[Array, Array, Array]:
        """The least and the largest derivative under each cotangent, and their error."""
        with np.errstate(invalid="ignore"):  # 0 · ∞, of a result that has no weight
            products = np.stack([cotangents * self.below, cotangents * self.above])
            error = np.where(cotangents == 0, 0.0, np.abs(cotangents) * self.error).sum(axis=1)
        products = np.where(cotangents == 0, 0.0, products)
        low, high = products.min(axis=0).sum(axis=1), products.max(axis=0).sum(axis=1)
        return low, high, error
