"""Directional derivatives of all results at once, each with an estimate of its own error.

The same table of central differences as in :mod:`autograd_nn.differences` (there the reason why
it can know its error), for many directions and many results at a time.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from ..core import Array
from .problem import Problem

LEVELS, RATIO = 3, 4.0
EVALUATIONS = 2 * LEVELS
FIRST = 2.0**-6  # the first step, in units of how large an element is
EPSILON = float(np.finfo(np.float64).eps)
SMALLEST = 2.0**-1064  # a thousand times the least number: what sums of underflown terms may lack
OUTSIDE = (ArithmeticError, ValueError, np.linalg.LinAlgError)  # a step out of the domain


@dataclass(frozen=True)
class Lines:
    """Where to move an argument: single elements by ``positions``, or along ``directions``.

    ``reach`` is how far is far, a power of two for each line; ``finest`` the size of the element
    itself, 0 for a direction.
    """

    reach: Array
    finest: Array
    positions: Array | None = None
    directions: Array | None = None

    def __len__(self) -> int:
        """How many lines."""
        return len(self.reach)

    def __getitem__(self, chosen: slice | Sequence[int] | Array) -> Lines:
        """Some of the lines."""
        return Lines(
            self.reach[chosen],
            self.finest[chosen],
            None if self.positions is None else self.positions[chosen],
            None if self.directions is None else self.directions[chosen],
        )

    def move(self, flat: Array, start: Array, line: int, t: float) -> None:
        """Put an argument at ``start`` + ``t`` · line, by its one element if it is of one."""
        if self.positions is not None:
            j = self.positions[line]
            flat[j] = start[j] + t
        else:
            assert self.directions is not None
            np.multiply(self.directions[line], t, out=flat)
            flat += start

    def slopes(self, gradients: Array) -> Array:
        """The derivative along each line that ``gradients`` (cotangents, elements) claim."""
        if self.positions is not None:
            return gradients[:, self.positions].T
        assert self.directions is not None
        return self.directions @ gradients.T

    def sizes(self, errors: Array) -> Array:
        """The error along each line from those of elements, ``(cotangents, elements)``."""
        if self.positions is not None:
            return errors[:, self.positions].T
        assert self.directions is not None
        return np.abs(self.directions) @ errors.T


def sizes(x: Array) -> Array:
    """How far is far for each element: its own size, or a tenth of the typical one if larger."""
    largest = float(np.max(np.abs(x), initial=0.0))
    if not largest:
        return np.ones(x.size)
    typical = largest * float(np.sqrt(np.mean(np.square(x / largest))))
    return np.maximum(np.abs(x.ravel()), 0.1 * typical)


def powers_of_two(sizes: Array) -> Array:
    """Rounded so that adding a step is exact."""
    with np.errstate(all="ignore"):
        return np.exp2(np.clip(np.round(np.log2(sizes)), -900, 900))


def elements(x: Array, positions: Array) -> Lines:
    """Lines along single elements."""
    reach = powers_of_two(sizes(x)[positions])
    return Lines(reach, np.abs(x.ravel()[positions]), positions=positions)


@dataclass(frozen=True)
class Slopes:
    """Derivatives along lines, ``(lines, results)``: values and estimated errors.

    ``rounding`` is the part of the error that smaller steps would make worse; ``natural`` the size
    that a derivative has when the function changes by all of itself over the reach; ``bent`` says
    where values on both sides change as at a kink, ``still`` where they do not change at all.
    """

    value: Array
    truncation: Array
    rounding: Array
    natural: Array
    bent: Array
    still: Array

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
        rounding = 4 * (EPSILON * size + SMALLEST + noise) / finest
        bent = _bent(found, here, first * reach, np.abs(value), rounding)
        still = np.all(found == here, axis=0)
    return Slopes(value, truncation, rounding, size / reach, bent, still)


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


def careful(
    problem: Problem, i: int, line: Lines, here: Array, least: Array
) -> tuple[Slopes, Array]:
    """One line with several steps tried, down to the element's own size; and the noise measured,
    ``least`` being what is known of it.

    Of each result the best try counts, and how far the next one is from it belongs to its error.
    A try over which a result stands still may have missed changes below the round-off of values
    on the way (``problem.magnitude``), and refutes nothing beyond that.
    """
    h, finest = FIRST * float(line.reach[0]), float(line.finest[0])
    noise = np.maximum(_noise(problem, i, line, here, min(h, finest or h)), least)
    firsts = [2.0, 2.0**-2, FIRST, 2.0**-12, 2.0**-18, 2.0**-24]
    while firsts[-1] * line.reach[0] > finest / 1024 > 0 and firsts[-1] > 1e-280:
        firsts.append(firsts[-1] / 64)
    tries = [slopes(problem, i, line, here, first, noise) for first in firsts]
    value = np.concatenate([t.value for t in tries])
    error = np.concatenate([t.error for t in tries])
    finest_steps = np.array(firsts)[:, None] * line.reach[0] / RATIO ** (LEVELS - 1)
    still = np.concatenate([t.still for t in tries])
    hidden = np.where(still & ~still.all(axis=0), EPSILON * problem.magnitude / finest_steps, 0.0)
    error = np.maximum(error, hidden)
    value_or_nan = np.where(_refuted(value, error), np.nan, value)
    best = np.argmin(_doubt(value_or_nan, error), axis=0)
    columns = np.arange(here.size)
    chosen = value[best, columns]
    with np.errstate(invalid="ignore"):
        apart = np.abs(value - chosen)
        apart[best, columns] = np.inf
        apart[~np.isfinite(apart)] = np.inf
        apart[~(error <= 1e3 * error[best, columns])] = np.inf  # no second opinion
        nearest = np.min(apart, axis=0)
    truncation = np.concatenate([t.truncation for t in tries])[best, columns]
    rounding = error[best, columns] - truncation
    second = np.where(np.isfinite(nearest), nearest, 0.0)
    bent = np.any([t.bent for t in tries], axis=0)
    found = Slopes(
        chosen[None],
        np.maximum(truncation, second)[None],
        rounding[None],
        tries[2].natural,
        bent,
        still[:1],
    )
    return found, noise


def _noise(problem: Problem, i: int, line: Lines, here: Array, h: float) -> Array:
    """How far each result scatters: the third differences of a line with noise 1 have √20.

    Where the steps are too long for a line, near a pole, much shorter ones are taken.
    """
    coarse, fine = (
        _scatter(evaluate(problem, i, line, h * s * np.arange(-3.0, 4.0)[:, None], here.size)[:, 0])
        for s in (2.0**-14, 2.0**-26)
    )
    noise: Array = np.where(coarse < 1e-10 * np.abs(here), coarse, np.fmin(coarse, fine))
    return noise


def _scatter(found: Array) -> Array:
    with np.errstate(all="ignore"):
        scatter: Array = np.sqrt(np.mean(np.square(np.diff(found, 3, axis=0)), axis=0) / 20)
    return scatter


def _refuted(value: Array, error: Array) -> Array:
    """The tries (coarse steps first) that a finer one contradicts, both errors considered.

    Long steps can settle on what is not there: a staircase is a line to steps of whole stairs.
    """
    refuted = np.zeros(value.shape, bool)
    with np.errstate(invalid="ignore"):
        for k in range(len(value)):
            apart = np.abs(value[k] - value[k + 1 :]) > 10 * (error[k] + error[k + 1 :])
            refuted[k] = apart.any(axis=0)
    return refuted


def _doubt(value: Array, error: Array) -> Array:
    """What to choose a try by: its relative error if any is small, else its error."""
    with np.errstate(all="ignore"):
        relative = np.where(value != 0, error / np.abs(value), np.inf)
    settled = np.isfinite(value) & (relative < 1e-4)
    doubt = np.where(settled.any(axis=0), np.where(settled, relative, np.inf), error)
    return np.where(np.isfinite(value) & np.isfinite(doubt), doubt, np.inf)
