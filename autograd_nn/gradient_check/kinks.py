"""Where a function has a kink: its derivatives from below and from above.

At a kink a gradient is a matter of choice, but not of any choice: it has to lie between the two.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from ..core import Array
from .measure import EPSILON, LEVELS, RATIO, Lines, Slopes, evaluate
from .problem import Problem

_FIRSTS = (2.0**-8, 2.0**-14, 2.0**-20, 2.0**-26, 2.0**-34)


@dataclass(frozen=True)
class OneSided:
    """The derivatives of every result along one line, from below and from above."""

    below: Array
    above: Array
    error: Array
    natural: Array

    @property
    def kinked(self) -> Array:
        """The results for which the two differ, each being known well enough."""
        apart = np.abs(self.above - self.below)
        kinked: Array = np.isfinite(apart) & (self.error < 1e-3 * apart)
        kinked &= apart > 1e-9 * self.natural
        return kinked

    def smooth(self, central: Slopes) -> Slopes:
        """The central differences, with the mean of the two where that is known better."""
        error = np.abs(self.above - self.below) + self.error
        better = error < central.error[0]
        return replace(
            central,
            value=np.where(better, (self.above + self.below) / 2, central.value),
            truncation=np.where(better, error, central.truncation),
            rounding=np.where(better, 0.0, central.rounding),
        )

    def between(self, cotangents: Array) -> tuple[Array, Array, Array]:
        """The least and the largest derivative under each cotangent, and their error."""
        products = np.stack([cotangents * self.below, cotangents * self.above])
        error = np.abs(cotangents) @ self.error
        low, high = products.min(axis=0).sum(axis=1), products.max(axis=0).sum(axis=1)
        return low, high, error


def one_sided(problem: Problem, i: int, line: Lines, here: Array, natural: Array) -> OneSided:
    """Differences to one side at a time, from the steps that settle best."""
    tries = [_from_both(problem, i, line, here, first, natural) for first in _FIRSTS]
    best = np.argmin([t.error for t in tries], axis=0)

    def choose(name: str) -> Array:
        chosen: Array = np.stack([getattr(t, name) for t in tries])[best, np.arange(here.size)]
        return chosen

    return OneSided(choose("below"), choose("above"), choose("error"), natural)


def _from_both(
    problem: Problem, i: int, line: Lines, here: Array, first: float, natural: Array
) -> OneSided:
    h = first * line.reach
    steps = np.stack([s * h / RATIO**level for level in range(LEVELS) for s in (1.0, -1.0)])
    with np.errstate(all="ignore"):
        found = evaluate(problem, i, line, steps, here.size)[:, 0]
        values, errors = [], []
        for sign, side in ((-1.0, found[1::2]), (1.0, found[0::2])):
            row: list[Array] = []
            for level in range(LEVELS):  # the error of a one-sided difference has every power of h
                new = [(side[level] - here) / (sign * h[0] / RATIO**level)]
                for order, coarser in enumerate(row, start=1):
                    new.append(new[-1] + (new[-1] - coarser) / (RATIO**order - 1))
                off = np.abs(new[-1] - row[-1]) if row else np.inf
                row = new
            values.append(row[-1])
            errors.append(off)
        size = np.maximum(np.max(np.abs(found), axis=0), np.abs(here))
        error = np.maximum(errors[0], errors[1]) + 8 * EPSILON * size * RATIO ** (LEVELS - 1) / h[0]
    return OneSided(values[0], values[1], np.where(np.isnan(error), np.inf, error), natural)
