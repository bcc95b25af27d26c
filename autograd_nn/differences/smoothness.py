"""How rough a function is along a line: what is no smooth curve there cannot be measured well.

Steps that are powers of two can hit upon the same places of every stair, or of every wave, and
then agree with each other by chance; points at random do not.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from ..engine.core import Array
from .central import EPSILON, FIRST, LEVELS, OUTSIDE, RATIO, Slopes, evaluate
from .lines import Lines, sizes
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


_COARSE = 1.234 * 2.0**-20  # no power of two: between numbers of few bits stairs are not seen
_SPACINGS = tuple(1.234 * 2.0**-k for k in (26, 28, 30, 32, 34, 36, 38, 40))
_ROW = 65
_RESULTS = 256  # so many results are looked at
FLAT = 64 * EPSILON  # what may be round-off


@dataclass(frozen=True)
class Stairs:
    """How high the stairs are for each result (0 where there are none), and how high the highest
    is compared with how far the results go when the arguments move by all of themselves."""

    heights: Array
    relative: float


def stairs(problem: Problem, here: Array) -> Stairs | None:
    """The stairs that the results move in; None if there are none but those of round-off."""
    rng = np.random.default_rng(0)
    start = [x + FIRST * _random(x, rng) for x in problem.values]
    heights, relative = np.zeros(here.size), 0.0
    for along in _directions(problem, rng):
        look = _looking(problem, start, along, here.size)
        try:
            found = _of_line(look)
        except OUTSIDE:
            continue
        if found is not None:
            heights = np.maximum(heights, found.heights)
            relative = max(relative, found.relative)
    return Stairs(heights, relative) if heights.any() else None


def _random(x: Array, rng: np.random.Generator) -> Array:
    return (rng.standard_normal(x.size) * sizes(x)).reshape(x.shape)


def _directions(problem: Problem, rng: np.random.Generator) -> list[list[Array]]:
    """All arguments at once; and of each that is large one element, not lost among many."""
    every = [[_random(x, rng) for x in problem.values]]
    for i, x in enumerate(problem.values):
        if x.size > 16 and len(every) < 5:
            one = [np.zeros_like(v) for v in problem.values]
            j = int(rng.integers(x.size))
            one[i].reshape(-1)[j] = sizes(x)[j]
            every.append(one)
    return every


def _looking(
    problem: Problem, start: list[Array], along: list[Array], count: int
) -> Callable[[Array], Array]:
    chosen = np.unique(np.linspace(0, count - 1, min(count, _RESULTS)).astype(int))

    def look(steps: Array) -> Array:
        rows = []
        for t in steps:
            moved = [x + t * d if d.any() else x for x, d in zip(start, along, strict=True)]
            y = problem.at(moved).reshape(-1)
            if y.size != count:
                raise ValueError("another shape")
            row = np.full(count, np.nan)
            row[chosen] = y[chosen]
            rows.append(row)
        return np.array(rows)

    return look


def _of_line(look: Callable[[Array], Array]) -> Stairs | None:
    """Seven points show whether there is anything rough; if so, nearer ones of what kind it is."""
    with np.errstate(all="ignore"):
        seven = look(_COARSE * np.arange(-3.0, 4.0))
        flat = FLAT * np.max(np.abs(seven), axis=0)
        rough = np.max(np.abs(np.diff(seven, 3, axis=0)), axis=0) > 8 * flat
        if not rough.any():
            return None
        for spacing in _SPACINGS:
            heights = _heights(look(spacing * np.arange(_ROW)), flat) * rough
            if heights.any():
                rise = np.max(np.abs(seven[-1] - seven[0])) / (6 * _COARSE)
                return Stairs(heights, float(np.max(heights) / max(rise, 1e-300)))
    return None


def _heights(found: Array, flat: Array) -> Array:
    """The typical jump of each result along a row of points; 0 without two, each by itself, amid
    moves that are all alike.  A kink makes a bend instead, and noise no two moves alike."""
    moves = np.diff(found, axis=0)
    off = np.abs(moves - np.median(moves, axis=0))
    alike = np.quantile(off, 0.7, axis=0)
    jumps = (off > 32 * alike) & (off > flat)
    alone = jumps & ~np.roll(jumps, 1, axis=0) & ~np.roll(jumps, -1, axis=0)
    count = alone.sum(axis=0)
    heights = np.array(
        [np.median(o[j]) if j.any() else 0.0 for o, j in zip(off.T, alone.T, strict=True)]
    )
    return np.where((count >= 2) & (2 * count >= jumps.sum(axis=0)), heights, 0.0)
