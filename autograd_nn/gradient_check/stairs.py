"""Steps as fine as those of float32: do the results move smoothly, or in stairs?

What passes through float32 stands still, jumps by 2⁻²⁴ of itself, and stands still again.  To the
steps of finite differences that is a line with a little noise, so it has to be looked for: along
a line of points a thousand times nearer to each other than that.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from ..core import Array
from .along import sizes
from .measure import EPSILON, FIRST, OUTSIDE
from .problem import Problem

_COARSE = 1.234 * 2.0**-20  # no power of two: between numbers of few bits stairs are not seen
_SPACINGS = tuple(1.234 * 2.0**-k for k in (26, 28, 30, 32, 34, 36, 38, 40))
_POINTS = 65
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
            heights = _heights(look(spacing * np.arange(_POINTS)), flat) * rough
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
