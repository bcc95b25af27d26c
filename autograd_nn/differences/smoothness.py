"""How rough a function is: what is no smooth curve cannot be measured well.

Steps that are powers of two can hit upon the same places of every stair, or of every wave, and
then agree with each other by chance; points at random do not.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from ..engine.types import Array
from . import constants as const
from .lines import random_move, sizes
from .problem import OUTSIDE, Problem


@dataclass(frozen=True)
class Roughness:
    """How far each result is from a smooth curve, within a distance of the arguments; how far it
    moves there; and where it moves in ``stairs``, how high a typical one is (elsewhere 0)."""

    height: Array
    moved: Array
    stairs: Array

    def swings(self, round_off: float) -> Array:
        """Where there is no curve to be seen, and it is not for round-off."""
        return self.height > np.maximum(const.SWINGS * self.moved, round_off)


def roughness(below: Array, above: Array, at: Array) -> Roughness:
    """The roughness of moves by ``at[0]`` to one side and by ``at[1]`` to the other, in parts of
    the longest step, rising."""
    with np.errstate(all="ignore"):
        height = np.maximum(_misfit(below, at[0]), _misfit(above, at[1]))
        moves = np.vstack([below[::-1], np.zeros((1, below.shape[1])), above])
        return Roughness(height, np.max(np.abs(moves), axis=0), stair_heights(moves))


def _misfit(moved: Array, t: Array) -> Array:
    """How far values are from a polynomial through 0, by the part of them that none can have."""
    terms = t[:, None] * np.polynomial.chebyshev.chebvander(2 * t - 1, const.DEGREE - 1)
    basis, _ = np.linalg.qr(terms)
    size = np.max(np.abs(moved), axis=0)
    unit = np.where(size > 0, size, 1.0)  # no square is too large or too small
    left = moved / unit
    left -= basis @ (basis.T @ left)
    off = unit * np.sqrt(np.sum(np.square(left), axis=0) / (const.POINTS - const.DEGREE))
    return np.where(np.isfinite(off), off, np.inf)


def stair_heights(values: Array, flat: Array | None = None) -> Array:
    """The typical stair of each result along a row of points; 0 where there are none.

    Stairs are rests at several places, or, where the points are at equal distances and ``flat`` is
    what does not count, jumps amid moves that are all alike: two or more, each by itself.  A kink
    makes a bend instead, and noise no two moves alike.
    """
    moves = np.diff(values, axis=0)
    rests = moves == 0
    starts = rests & ~np.vstack([np.zeros((1, rests.shape[1]), bool), rests[:-1]])
    stairs = (starts.sum(axis=0) >= const.RESTS) & (3 * rests.sum(axis=0) >= len(moves))
    steps, jumps = np.abs(moves), ~rests
    if flat is not None:
        off = np.abs(moves - np.median(moves, axis=0))
        jumping = (off > 32 * np.quantile(off, 0.7, axis=0)) & (off > flat)
        alone = jumping & ~np.roll(jumping, 1, axis=0) & ~np.roll(jumping, -1, axis=0)
        found = (alone.sum(axis=0) >= 2) & (2 * alone.sum(axis=0) >= jumping.sum(axis=0))
        steps, jumps = np.where(found, off, steps), np.where(found, alone, jumps & (steps > flat))
        stairs |= found
    heights = np.zeros(len(stairs))
    for r in np.flatnonzero(stairs & jumps.any(axis=0)):
        heights[r] = np.median(steps[jumps[:, r], r])
    return np.where(np.isfinite(heights), heights, 0.0)


def largest(problem: Problem, here: Array) -> float:
    """The largest number among arguments and results."""
    return max(float(np.max(np.abs(x), initial=0.0)) for x in [*problem.values, here])


@dataclass(frozen=True)
class Stairs:
    """How high the stairs are for each result (0 where there are none), and how high the highest
    is compared with how far the results go when the arguments move by all of themselves."""

    heights: Array
    relative: float


def find_stairs(problem: Problem, here: Array) -> Stairs:
    """The stairs that the results move in, beside those of round-off."""
    rng = np.random.default_rng(0)
    start = [x + const.FIRST * random_move(x, rng) for x in problem.values]
    count = min(here.size, const.RESULTS_SEEN)
    chosen = np.unique(np.linspace(0, here.size - 1, count).astype(int))
    heights, relative = np.zeros(here.size), 0.0

    def look(along: Sequence[Array], steps: Array) -> Array:
        rows = []
        for t in steps:
            moved = [x + t * d if d.any() else x for x, d in zip(start, along, strict=True)]
            rows.append(problem.at(moved).reshape(-1))
            if rows[-1].size != here.size:
                raise ValueError("another shape")
        return np.array(rows)[:, chosen]

    for along in _directions(problem, rng):
        try:
            found = _of_line(partial(look, along))
        except OUTSIDE:
            continue
        heights[chosen] = np.maximum(heights[chosen], found.heights)
        relative = max(relative, found.relative)
    return Stairs(heights, relative)


def _directions(problem: Problem, rng: np.random.Generator) -> list[list[Array]]:
    """All arguments at once; and of each that is large one element, not lost among many."""
    every = [[random_move(x, rng) for x in problem.values]]
    for i, x in enumerate(problem.values):
        if x.size > 16 and len(every) < 5:
            one = [np.zeros_like(v) for v in problem.values]
            j = int(rng.integers(x.size))
            one[i].reshape(-1)[j] = sizes(x)[j]
            every.append(one)
    return every


def _of_line(look: Callable[[Array], Array]) -> Stairs:
    """Seven points show whether there is anything rough; if so, nearer ones of what kind it is."""
    with np.errstate(all="ignore"):
        seven = look(const.COARSE * np.arange(-3.0, 4.0))
        flat = const.ROUND_OFF * np.max(np.abs(seven), axis=0)
        rough = np.max(np.abs(np.diff(seven, 3, axis=0)), axis=0) > 8 * flat
        for spacing in const.SPACINGS if rough.any() else ():
            heights = stair_heights(look(spacing * np.arange(const.ROW)), flat) * rough
            if heights.any():
                rise = np.max(np.abs(seven[-1] - seven[0])) / (6 * const.COARSE)
                return Stairs(heights, float(np.max(heights) / max(rise, 1e-300)))
    return Stairs(np.zeros(rough.shape), 0.0)
