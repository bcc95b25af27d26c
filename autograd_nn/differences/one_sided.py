"""Where a function has a kink: its derivatives from below and from above.

At a kink a gradient is a matter of choice, but not of any choice: it has to lie between the two.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from ..engine.core import Array
from .central import EPSILON, LEVELS, RATIO, SMALLEST, Slopes, evaluate
from .lines import Lines, sizes
from .problem import Problem
from .smoothness import roughness, round_off

_AROUND = 48  # points around
_NEAR = (  # how far they are, and how far apart their slopes are taken
    (2.0**-36, 2.0**-44),
    (2.0**-24, 2.0**-32),
    (2.0**-12, 2.0**-24),
    (2.0**-6, 2.0**-14),
)
_PAIRS = 8
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

    def smooth(self, central: Slopes, lost: bool) -> Slopes:
        """The central differences, with the mean of the two where that is known better, and not
        refuted by them: of a thousand results that swing fast one seems to settle by chance.

        ``lost`` says that digits are: that nothing moves is then no measurement.
        """
        error, mean = np.abs(self.above - self.below) + self.error, (self.above + self.below) / 2
        better = error < central.error[0]
        better &= ~(np.abs(mean - central.value[0]) > 10 * central.error[0])
        settled = np.maximum(1e-3 * np.abs(mean), 1e-6 * self.natural)  # as not near a pole
        better &= (error < settled) | (self.natural == 0)
        better &= ~(central.rests[0] & lost)
        return replace(
            central,
            value=np.where(better, mean, central.value),
            truncation=np.where(better, error, central.truncation),
            rounding=np.where(better, 0.0, central.rounding),
        )

    def between(self, cotangents: Array) -> tuple[Array, Array, Array]:
        """The least and the largest derivative under each cotangent, and their error."""
        with np.errstate(invalid="ignore"):  # 0 · ∞, of a result that has no weight
            products = np.stack([cotangents * self.below, cotangents * self.above])
            error = np.where(cotangents == 0, 0.0, np.abs(cotangents) * self.error).sum(axis=1)
        products = np.where(cotangents == 0, 0.0, products)
        low, high = products.min(axis=0).sum(axis=1), products.max(axis=0).sum(axis=1)
        return low, high, error


def one_sided(
    problem: Problem,
    i: int,
    line: Lines,
    here: Array,
    natural: Array,
    noise: Array,
    rng: np.random.Generator | None = None,
) -> OneSided:
    """Differences to one side at a time, from the steps that settle best; with ``rng`` what is
    rough at the scale of the steps does not count as settled."""
    tries = []
    for first in _FIRSTS:
        h = first * float(line.reach[0])
        rough = noise
        if rng is not None:
            found = roughness(problem, i, line, here, h, rng)
            rough = np.where(found.swings(round_off(problem, here)), np.inf, found.height)
            rough = np.maximum(noise, rough)
        tries.append(_from_both(problem, i, line, here, first, natural, rough))
    best = np.argmin([t.error for t in tries], axis=0)

    def choose(name: str) -> Array:
        chosen: Array = np.stack([getattr(t, name) for t in tries])[best, np.arange(here.size)]
        return chosen

    return OneSided(choose("below"), choose("above"), choose("error"), natural)


def _from_both(
    problem: Problem,
    i: int,
    line: Lines,
    here: Array,
    first: float,
    natural: Array,
    noise: Array,
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
        finest = h[0] / RATIO ** (LEVELS - 1)
        error = np.maximum(errors[0], errors[1]) + 8 * (EPSILON * size + SMALLEST + noise) / finest
    return OneSided(values[0], values[1], np.where(np.isnan(error), np.inf, error), natural)


def kinked_around(problem: Problem, here: Array, rng: np.random.Generator) -> bool:
    """Whether small moves of all arguments do not add up, as they do where there is a gradient.

    Moves that leave the same elements in front add up at a tie as well; hence several pairs.
    """
    h = 2.0**-16

    def change(by: list[Array]) -> Array:
        moved = problem.at([x + d for x, d in zip(problem.values, by, strict=True)])
        return moved.reshape(-1) - here

    with np.errstate(all="ignore"):
        for _ in range(_PAIRS):
            one, two = (
                [
                    h * (rng.standard_normal(x.size) * sizes(x)).reshape(x.shape)
                    for x in problem.values
                ]
                for _ in range(2)
            )
            changes = [
                change(one),
                change(two),
                change([a + b for a, b in zip(one, two, strict=True)]),
            ]
            left = np.abs(changes[2] - changes[0] - changes[1])
            size = np.sum(np.abs(changes), axis=0) + 1e4 * EPSILON * np.abs(here)
            if np.any(left > 1e-3 * size):
                return True
    return False


def nearby(
    problem: Problem, i: int, line: Lines, here: Array, noise: Array, rng: np.random.Generator
) -> OneSided:
    """The least and the largest slope along one element at points around the arguments, as near
    as slopes can be measured.

    They count as a kink where they are as far apart at points sixteen times nearer.
    """
    found = None
    for near, apart in _NEAR:
        other = _nearby(problem, i, line, here, noise, rng, near, apart)
        if found is None:
            found = other
        else:  # for each result the nearest that shows anything
            unknown = found.error > 1e-3 * np.maximum(np.abs(found.below), np.abs(found.above))
            found = OneSided(
                *(
                    np.where(unknown, getattr(other, name), getattr(found, name))
                    for name in ("below", "above", "error", "natural")
                )
            )
    assert found is not None
    return found


def _nearby(
    problem: Problem,
    i: int,
    line: Lines,
    here: Array,
    noise: Array,
    rng: np.random.Generator,
    near: float,
    apart: float,
) -> OneSided:
    assert line.positions is not None
    ranges, drawn = [], int(rng.integers(2**31))
    for distance in (near, near / 16):
        same = np.random.default_rng(drawn)  # in both, so that a kink looks the same
        slopes = [_slope_at(problem, i, line, distance, apart, same) for _ in range(_AROUND)]
        ranges.append((np.min(slopes, axis=0), np.max(slopes, axis=0)))
    (low, high), (lower, higher) = ranges[1], ranges[0]
    largest = np.maximum(np.abs(low), np.abs(high))
    step = apart * line.reach[0]
    rough = 4 * (noise + EPSILON * np.abs(here) + SMALLEST) / step
    rough += 4 * EPSILON * float(line.finest[0]) / step * largest  # an argument is rounded too
    shrinks = (high - low) < 0.5 * (higher - lower)
    error = 1e-6 * largest + rough
    bounds = np.minimum(low, lower), np.maximum(high, higher)
    smooth = np.where(shrinks, 0.5 * (low + high), np.nan)  # what is smooth is no kink
    low, high = (np.where(shrinks, smooth, b) for b in bounds)
    return OneSided(low, high, error, np.zeros(here.size))


def _slope_at(
    problem: Problem,
    i: int,
    line: Lines,
    near: float,
    apart: float,
    rng: np.random.Generator,
) -> Array:
    assert line.positions is not None
    values = [x + near * (rng.standard_normal(x.size) * sizes(x)).reshape(x.shape)
              for x in problem.values]  # fmt: skip
    flat, position, h = values[i].reshape(-1), int(line.positions[0]), apart * line.reach[0]
    middle, ends = float(flat[position]), []
    at = middle + h, middle - h
    for place in at:
        flat[position] = place
        ends.append(problem.at(values).reshape(-1))
    slope: Array = (ends[0] - ends[1]) / (at[0] - at[1])
    return slope
