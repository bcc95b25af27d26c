"""Central differences, each with an estimate of its own error.

A central difference with step h is off by c₂h² + c₄h⁴ + … and by round-off that grows as 1/h.
Differences at h, h/4 and h/16 allow the h² and h⁴ terms to be eliminated (Richardson, 1911), and
how far neighbours in that table differ says how well it worked.  How noisy the function is, is
measured too: over steps so small that it must be a straight line, what is not straight is noise
(third differences, as in Moré and Wild, 2011).
"""

from collections.abc import Sequence

import numpy as np

from ..engine.types import Array
from .constants import BENT, EPSILON, FINEST, FIRST, LEVELS, RATIO, SEEN_BEND, SMALLEST
from .measurement import Measurement


def central_steps(step: Array | float) -> Array:
    """±h, ±h/4, ±h/16 for each first step h."""
    h = np.asarray(step)
    return np.stack([sign * h / RATIO**level for level in range(LEVELS) for sign in (1.0, -1.0)])


def extrapolate(differences: Sequence[Array] | Array, power: int) -> tuple[Array, Array]:
    """The best value of a table of differences at h, h/4, h/16, and how far its neighbours are.

    Their error has the powers ``power``, 2·``power`` … of h: 2 for central differences, 1 for
    one-sided ones.
    """
    best = np.full(np.shape(differences[0]), np.nan)
    error = np.full(np.shape(differences[0]), np.inf)
    before: list[Array] = []
    for difference in differences:
        row = [difference]
        for order, coarser in enumerate(before, start=1):
            row.append(row[-1] + (row[-1] - coarser) / (RATIO ** (power * order) - 1))
            off = np.maximum(np.abs(row[-1] - row[-2]), np.abs(row[-1] - coarser))
            better = off <= error
            best, error = np.where(better, row[-1], best), np.where(better, off, error)
        before = row
    return best, error


def central(
    found: Array, here: Array | float, reach: Array | float, first: float, noise: Array | float
) -> Measurement:
    """The derivatives by one table, from the values ``found`` at :func:`central_steps`.

    ``here`` is the value between them, and ``first`` the first step in units of ``reach``.
    """
    step, finest = first * reach, first * reach * FINEST
    with np.errstate(all="ignore"):  # a step outside the domain is no news
        both = found[0::2] - found[1::2]
        differences = [d / (2 * step / RATIO**level) for level, d in enumerate(both)]
        value, truncation = extrapolate(differences, 2)
        size = np.max(np.abs(found), axis=0, initial=0.0)
        still = np.all(found == here, axis=0)
        if first >= FIRST:  # over such steps what has noise moves
            noise = np.where(still, 0.0, noise)
        rounding = 4 * (EPSILON * size + SMALLEST + noise) / finest
        coarse = np.abs(found[0] - 2 * here + found[1]) / step
        fine = np.abs(found[-2] - 2 * here + found[-1]) / finest
        bent = (fine > BENT * coarse) & (fine > SEEN_BEND * np.abs(value) + 16 * rounding)
        return Measurement(
            value=value,
            truncation=truncation,
            rounding=rounding,
            scale=np.abs(value),
            natural=size / reach,
            hidden=np.zeros_like(value),
            bent=bent,
            still=still,
            rests=np.all(found[-2:] == here, axis=0),
            noise=np.broadcast_to(noise, value.shape),
            stairs=np.zeros(value.shape, bool),
        )


def scatter(found: Array) -> Array:
    """How far values at equal distances scatter: the third differences of noise 1 have √20."""
    with np.errstate(all="ignore"):
        moves = np.diff(found, 3, axis=0)
        unit = np.max(np.abs(moves), axis=0)  # so that no square is too large or too small
        unit = np.where(unit > 0, unit, 1.0)
        off = unit * np.sqrt(np.mean(np.square(moves / unit), axis=0) / 20)
        return np.where(np.isfinite(unit), off, unit)
