"""How rough a function is along a line: what is no smooth curve there cannot be measured well.

Steps that are powers of two can hit upon the same places of every stair, or of every wave, and
then agree with each other by chance; points at random do not.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from ..core import Array
from .along import Lines
from .measure import EPSILON, LEVELS, RATIO, Slopes, evaluate
from .problem import Problem

_POINTS, _DEGREE = 16, 6  # on each side, since a kink in the middle is not rough
_SWINGS = 0.01  # as a part of how far it moves: a curve that is not seen as one
_LARGE = 1e8  # times as large as arguments and results
_FINE = 1e-11  # as a part of how far it moves at all: stairs of round-off
_SEEN = 0.03  # as a part of the round-off of what is largest on the way
_RUNS = 3  # places to rest at that make stairs; max and clip have one or two


@dataclass(frozen=True)
class Roughness:
    """How far each result is from a smooth curve, within a distance of the arguments; how far it
    moves there; and where it moves in ``stairs``, how high a typical one is (elsewhere 0)."""

    height: Array
    moved: Array
    stairs: Array

    def swings(self, round_off: float) -> Array:
        """Where there is no curve to be seen, and it is not for round-off."""
        swings: Array = (self.height > _SWINGS * self.moved) & (self.height > round_off)
        return swings


def roughness(
    problem: Problem, i: int, line: Lines, here: Array, h: float, rng: np.random.Generator
) -> Roughness:
    """The roughness within ``h`` along a line, at points drawn at random."""
    t = h * np.sort(rng.random((2, _POINTS)), axis=1)
    with np.errstate(all="ignore"):
        found = evaluate(problem, i, line, np.concatenate([-t[0], t[1]])[:, None], here.size)[:, 0]
        moved = found - here
        below, above = moved[:_POINTS], moved[_POINTS:]
        height = np.maximum(_off(below, t[0] / h), _off(above, t[1] / h))
        none = np.zeros((1, here.size))
        moves = np.vstack([below[::-1], none, above])
        return Roughness(height, np.max(np.abs(moves), axis=0), _stairs(moves))


def _off(moved: Array, t: Array) -> Array:
    """How far values are from a polynomial through 0, by the part of them that none can have."""
    basis, _ = np.linalg.qr(t[:, None] * np.polynomial.chebyshev.chebvander(2 * t - 1, _DEGREE - 1))
    size = np.max(np.abs(moved), axis=0)
    unit = np.where(size > 0, size, 1.0)  # no square is too large or too small
    left = moved / unit
    left -= basis @ (basis.T @ left)
    off = unit * np.sqrt(np.sum(np.square(left), axis=0) / (_POINTS - _DEGREE))
    return np.where(np.isfinite(off), off, np.inf)


def _stairs(moved: Array) -> Array:
    """The typical stair of results that rest at several places."""
    moves = np.abs(np.diff(moved, axis=0))
    rests = moves == 0
    starts = rests & ~np.vstack([np.zeros((1, rests.shape[1]), bool), rests[:-1]])
    stairs = (starts.sum(axis=0) >= _RUNS) & (3 * rests.sum(axis=0) >= len(moves))
    typical = np.sort(np.where(rests, 0.0, moves), axis=0)[
        -1 - (~rests).sum(axis=0) // 2, np.arange(moves.shape[1])
    ]
    return np.where(stairs & np.isfinite(typical), typical, 0.0)


def roughened(
    problem: Problem,
    i: int,
    line: Lines,
    here: Array,
    firsts: Sequence[float],
    tries: Sequence[Slopes],
    rng: np.random.Generator,
) -> tuple[list[Slopes], Array]:
    """Tries (coarse steps first) with what the roughness adds to their errors, and the results
    that move in stairs.

    On a stair nothing moves, and so nothing is known of the slope of the whole; what swings within
    a step has a slope of the whole that is no derivative; and where round-off of what is largest
    on the way is seen, all results have it.
    """
    reach = float(line.reach[0])
    lost, least = EPSILON * problem.magnitude, round_off(problem, here)
    found = [roughness(problem, i, line, here, first * reach, rng) for first in firsts]
    stairs = np.max([r.stairs for r in found], axis=0)
    for k in range(1, len(tries)):  # in between, where a result stops moving
        if (tries[k].rests & ~tries[k - 1].rests).any():
            for coarse in firsts[max(k - 2, 0) : k]:
                for h in (coarse / 4 * reach, coarse / 16 * reach):
                    stairs = np.maximum(stairs, roughness(problem, i, line, here, h, rng).stairs)
    known = problem.magnitude if problem.magnitude < _LARGE * _ends(problem, here) else 0.0
    rounds = np.maximum(64 * EPSILON * max(_ends(problem, here), known), _FINE * found[0].moved)
    stairs[stairs <= rounds] = 0.0  # which every function has
    most = 2 * lost * np.sqrt(1 if line.directions is None else line.directions.size)
    alike = [(r.height > _SEEN * lost) & (r.height < most) for r in found]
    seen = np.sum(alike, axis=0) > 1  # a curve would be so at one scale only
    if not known:
        seen |= found[0].moved < 64 * lost  # little more than that is to be seen
    rougher, hidden = [], np.zeros(here.size)
    for first, t, r in zip(firsts, tries, found, strict=True):
        finest = first * reach / RATIO ** (LEVELS - 1)
        height = np.maximum(r.height, np.where(t.rests[0], stairs, 0.0))
        height = np.maximum(height, np.where(seen, lost, 0.0))
        height[r.swings(least)] = np.inf
        if line.positions is None:  # of many elements each has stairs of its own
            height = np.maximum(height, np.where(t.rests[0], hidden, 0.0))
            hidden = np.maximum(hidden, _finite(r.height))
        rougher.append(replace(t, rounding=t.rounding + 4 * height / finest))
    return rougher, stairs > 0


def _finite(x: Array) -> Array:
    return np.where(np.isfinite(x), x, 0.0)


def round_off(problem: Problem, here: Array) -> float:
    """What may be round-off of the arguments, the results, and the largest on the way."""
    return 64 * EPSILON * max(_ends(problem, here), problem.magnitude)


def _ends(problem: Problem, here: Array) -> float:
    """The largest number among arguments and results."""
    return max(float(np.max(np.abs(x), initial=0.0)) for x in [*problem.values, here])
