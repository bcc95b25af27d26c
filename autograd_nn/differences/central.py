"""Directional derivatives of all results at once, each with an estimate of its own error.

The same table of central differences as in :mod:`autograd_nn.differences` (there the reason why
it can know its error), for many directions and many results at a time.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from ..engine.core import Array
from .lines import Lines
from .problem import Problem

LEVELS, RATIO = 3, 4.0
EVALUATIONS = 2 * LEVELS
FIRST = 2.0**-6  # the first step, in units of how large an element is
EPSILON = float(np.finfo(np.float64).eps)
SMALLEST = 2.0**-1064  # a thousand times the least number: what sums of underflown terms may lack
OUTSIDE = (ArithmeticError, ValueError, np.linalg.LinAlgError)  # a step out of the domain


@dataclass(frozen=True)
class Slopes:
    """Derivatives along lines, ``(lines, results)``: values and estimated errors.

    ``rounding`` is the part of the error that smaller steps would make worse; ``natural`` the size
    that a derivative has when the function changes by all of itself over the reach; ``bent`` says
    where values on both sides change as at a kink, ``still`` where they do not change at all, and
    ``rests`` where they do not by the shortest step.
    """

    value: Array
    truncation: Array
    rounding: Array
    natural: Array
    bent: Array
    still: Array
    rests: Array

    @property
    def error(self) -> Array:
        """The whole estimated error."""
        return self.truncation + self.rounding


def evaluate(problem: Problem, i: int, lines: Lines, steps: Array, count: int) -> Array:
    """The ``count`` results at every step (steps, lines) along every line; nan where undefined."""
    found = np.empty((*steps.shape, count))
    with np.errstate(all="ignore"):  # a step outside the domain is no news
        for line in range(len(lines)):
            result = _along(problem, i, lines, line)
            for s, t in enumerate(steps[:, line]):
                try:
                    y = result(float(t))
                except OUTSIDE:
                    found[s, line] = np.nan
                    continue
                if y.size != count:
                    raise ValueError(
                        f"{problem.name}: the result has {y.size} elements near the arguments and "
                        f"{count} at them; expected the same shape"
                    )
                found[s, line] = y.reshape(-1)
    return found


def _along(problem: Problem, i: int, lines: Lines, line: int) -> Callable[[float], Array]:
    """The result as a function of how far the argument is moved along a line."""
    if lines.positions is not None:
        short = problem.element(i, int(lines.positions[line]))
        if short is not None:
            return short
    moved, start = problem.values[i].copy(), problem.values[i].reshape(-1)
    flat = moved.reshape(-1)

    def result(t: float) -> Array:
        lines.move(flat, start, line, t)
        return problem.value(i, moved)

    return result


def central_steps(reach: Array, first: float = FIRST) -> Array:
    """±h, ±h/4, ±h/16 for each line."""
    h = first * reach
    return np.stack([sign * h / RATIO**level for level in range(LEVELS) for sign in (1.0, -1.0)])


def slopes(
    problem: Problem,
    i: int,
    lines: Lines,
    here: Array,
    first: float = FIRST,
    noise: Array | float = 0.0,
) -> Slopes:
    """The derivative of every result along every line, by one table of differences."""
    reach = lines.reach[:, None]
    with np.errstate(all="ignore"):
        found = evaluate(problem, i, lines, central_steps(lines.reach, first), here.size)
        value, truncation = _richardson(found, first * reach)
        size = np.max(np.abs(found), axis=0, initial=0.0)
        finest = first * reach / RATIO ** (LEVELS - 1)
        still = np.all(found == here, axis=0)
        if first >= FIRST:  # over such steps what has noise moves
            noise = np.where(still, 0.0, noise)
        rounding = 4 * (EPSILON * size + SMALLEST + noise) / finest
        bent = _bent(found, here, first * reach, np.abs(value), rounding)
        rests = np.all(found[-2:] == here, axis=0)
    return Slopes(value, truncation, rounding, size / reach, bent, still, rests)


def _richardson(found: Array, step: Array) -> tuple[Array, Array]:
    """The best value of the table, and how far its neighbours are from it."""
    above, below = found[0::2], found[1::2]
    best = np.full(above.shape[1:], np.nan)
    error = np.full(above.shape[1:], np.inf)
    before: list[Array] = []
    for level in range(LEVELS):
        row = [(above[level] - below[level]) / (2 * step / RATIO**level)]
        for order, coarser in enumerate(before, start=1):
            row.append(row[-1] + (row[-1] - coarser) / (RATIO ** (2 * order) - 1))
            off = np.maximum(np.abs(row[-1] - row[-2]), np.abs(row[-1] - coarser))
            better = off <= error
            best, error = np.where(better, row[-1], best), np.where(better, off, error)
        before = row
    return best, error


def _bent(found: Array, here: Array, step: Array, size: Array, rounding: Array) -> Array:
    """Where the second difference shrinks with the step, and not with its square."""
    coarse = np.abs(found[0] - 2 * here + found[1]) / step
    fine = np.abs(found[-2] - 2 * here + found[-1]) / (step / RATIO ** (LEVELS - 1))
    bent: Array = (fine > 0.3 * coarse) & (fine > 1e-3 * size + 16 * rounding)  # smooth: 1/16
    return bent
