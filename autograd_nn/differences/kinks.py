"""Where a function has a kink: its derivatives from below and from above, and around.

At a kink a gradient is a matter of choice, but not of any choice: it has to lie between the two.
"""

import numpy as np

from ..engine.types import Array
from .constants import AROUND, EPSILON, NEAR, PAIRS, PAIRS_STEP, SMALLEST
from .lines import random_move
from .measurement import Sides
from .probe import Probe
from .problem import Problem


def kinked_around(problem: Problem, here: Array, rng: np.random.Generator) -> bool:
    """Whether small moves of all arguments do not add up, as they do where there is a gradient.

    Moves that leave the same elements in front add up at a tie as well; hence several pairs.
    """

    def change(by: list[Array]) -> Array:
        moved = problem.at([x + d for x, d in zip(problem.values, by, strict=True)])
        return moved.reshape(-1) - here

    with np.errstate(all="ignore"):
        for _ in range(PAIRS):
            one, two = ([PAIRS_STEP * random_move(x, rng) for x in problem.values] for _ in "ab")
            both = [a + b for a, b in zip(one, two, strict=True)]
            changes = [change(one), change(two), change(both)]
            left = np.abs(changes[2] - changes[0] - changes[1])
            size = np.sum(np.abs(changes), axis=0) + 1e4 * EPSILON * np.abs(here)
            if np.any(left > 1e-3 * size):
                return True
    return False


def slopes_around(probe: Probe, least: float) -> Sides:
    """The least and the largest slope along one element at points around the arguments, as near
    as slopes can be measured; to what is below ``least`` it makes no difference.

    They count as a kink where they are as far apart at points sixteen times nearer.
    """
    unknown = np.ones(probe.here.size, bool)
    found = Sides(*np.zeros((3, probe.here.size)))
    for near, apart in NEAR:  # for each result the nearest that shows anything
        other = _slopes_around(probe, near, apart, unknown)
        names = ("below", "above", "error")
        found = Sides(*(np.where(unknown, getattr(other, n), getattr(found, n)) for n in names))
        largest = np.maximum(np.abs(found.below), np.abs(found.above))
        unknown = found.error > np.maximum(1e-3 * largest, least)  # what is smooth, nan, is known
        if not unknown.any():
            break
    return found


def _slopes_around(probe: Probe, near: float, apart: float, unknown: Array) -> Sides:
    """The same at one distance, for the results that are still unknown."""
    drawn = int(probe.generator.integers(2**31))

    def extremes(distance: float) -> tuple[Array, Array]:
        same = np.random.default_rng(drawn)  # at both distances, so that a kink looks the same
        slopes = [_slope_at(probe, distance, apart, same) for _ in range(AROUND)]
        return np.min(slopes, axis=0), np.max(slopes, axis=0)

    low, high = extremes(near)
    largest = np.maximum(np.abs(low), np.abs(high))
    step = apart * probe.reach
    error = 4 * (probe.noise + EPSILON * np.abs(probe.here) + SMALLEST) / step
    error += (1e-6 + 4 * EPSILON * probe.finest / step) * largest  # an argument is rounded too
    if np.any(unknown & ~(high - low <= error)):
        nearer = extremes(near / 16)
        shrinks = nearer[1] - nearer[0] < 0.5 * (high - low)
        smooth = np.where(shrinks, 0.5 * (nearer[0] + nearer[1]), np.nan)  # what is so is no kink
        low = np.where(shrinks, smooth, np.minimum(low, nearer[0]))
        high = np.where(shrinks, smooth, np.maximum(high, nearer[1]))
    return Sides(low, high, error)


def _slope_at(probe: Probe, near: float, apart: float, rng: np.random.Generator) -> Array:
    assert probe.lines.positions is not None
    values = [x + near * random_move(x, rng) for x in probe.problem.values]
    flat, position = values[probe.argument].reshape(-1), int(probe.lines.positions[0])
    middle, h, ends = float(flat[position]), apart * probe.reach, []
    at = middle + h, middle - h
    for place in at:
        flat[position] = place
        ends.append(probe.problem.at(values).reshape(-1))
    slope: Array = (ends[0] - ends[1]) / (at[0] - at[1])
    return slope
