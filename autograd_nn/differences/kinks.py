"""Where a function has a kink: its derivatives from below and from above, and around.

At a kink a gradient is a matter of choice, but not of any choice: it has to lie between the two.
"""

from __future__ import annotations

import numpy as np

from ..engine.core import Array
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


def slopes_around(probe: Probe) -> Sides:
    """The least and the largest slope along one element at points around the arguments, as near
    as slopes can be measured.

    They count as a kink where they are as far apart at points sixteen times nearer.
    """
    found = _slopes_around(probe, *NEAR[0])
    for near, apart in NEAR[1:]:  # for each result the nearest that shows anything
        unknown = found.error > 1e-3 * np.maximum(np.abs(found.below), np.abs(found.above))
        if not unknown.any():
            break
        other = _slopes_around(probe, near, apart)
        found = Sides(
            *(
                np.where(unknown, getattr(other, name), getattr(found, name))
                for name in ("below", "above", "error", "natural")
            )
        )
    return found


def _slopes_around(probe: Probe, near: float, apart: float) -> Sides:
    ranges, drawn = [], int(probe.generator.integers(2**31))
    for distance in (near, near / 16):
        same = np.random.default_rng(drawn)  # in both, so that a kink looks the same
        slopes = [_slope_at(probe, distance, apart, same) for _ in range(AROUND)]
        ranges.append((np.min(slopes, axis=0), np.max(slopes, axis=0)))
    (low, high), (lower, higher) = ranges[1], ranges[0]
    largest = np.maximum(np.abs(low), np.abs(high))
    step = apart * probe.reach
    rough = 4 * (probe.noise + EPSILON * np.abs(probe.here) + SMALLEST) / step
    rough += 4 * EPSILON * probe.finest / step * largest  # an argument is rounded too
    shrinks = (high - low) < 0.5 * (higher - lower)
    error = 1e-6 * largest + rough
    bounds = np.minimum(low, lower), np.maximum(high, higher)
    smooth = np.where(shrinks, 0.5 * (low + high), np.nan)  # what is smooth is no kink
    low, high = (np.where(shrinks, smooth, b) for b in bounds)
    return Sides(low, high, error, np.zeros(probe.here.size))


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
