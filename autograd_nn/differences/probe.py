"""One line through an argument, measured: once by one table, or with all the care there is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cached_property

import numpy as np

from ..engine.core import Array
from .central import central, central_steps, extrapolate, scatter
from .constants import (
    CHECKED_POINTS,
    DIGITS_LOST,
    EPSILON,
    FINE,
    FIRST,
    FIRSTS,
    LEVELS,
    LONG,
    NOISE_STEPS,
    POINTS,
    RATIO,
    REMEMBERED,
    ROUND_OFF,
    SEEN,
    SIDES_FIRSTS,
    SMALLEST,
    UNLIKE,
)
from .lines import Lines
from .measurement import Measurement, Sides
from .problem import OUTSIDE, Problem
from .settling import settle
from .smoothness import Roughness, largest, roughness, round_off


class Probe:
    """Lines through one argument of a problem, along which its results are measured.

    ``here`` are the results at the arguments, flat, and ``least`` is what is known of their noise.
    Many lines share one table of steps; of a single line all that was evaluated or measured is
    remembered, so that no step is taken twice.  ``generator`` draws points between the steps.
    """

    def __init__(
        self,
        problem: Problem,
        argument: int,
        lines: Lines,
        here: Array,
        least: Array,
        generator: np.random.Generator,
    ) -> None:
        self.problem, self.argument, self.lines = problem, argument, lines
        self.here, self.least, self.generator = here, least, generator
        self._seen: dict[float, Array | float] = {0.0: here}
        self._tables: dict[float, Measurement] = {}

    @property
    def reach(self) -> float:
        """How far is far along the only line."""
        return float(self.lines.reach[0])

    @property
    def finest(self) -> float:
        """How large the element itself is; along a direction the least one."""
        return float(self.lines.finest[0])

    # --- values ----------------------------------------------------------------------------------

    def values(self, steps: Array) -> Array:
        """The results at every step, ``(steps, lines)``, along every line; nan where undefined.

        Raises ``ValueError`` where a result has another size than those at the arguments.
        """
        found = np.empty((*steps.shape, self.here.size))
        with np.errstate(all="ignore"):  # a step outside the domain is no news
            if len(self.lines) == 1:
                for s, t in enumerate(steps[:, 0].tolist()):
                    found[s, 0] = self._seen[t] if t in self._seen else self._evaluate(t)
            else:
                for line in range(len(self.lines)):
                    result = self._along(line)
                    for s, t in enumerate(steps[:, line].tolist()):
                        found[s, line] = self._value(result, t)
        return found

    def _evaluate(self, t: float) -> Array | float:
        """The results at a new step along the only line."""
        y = self._value(self._only, t)
        if len(self._seen) * self.here.size < REMEMBERED:
            self._seen[t] = y
        return y

    @cached_property
    def _only(self) -> Callable[[float], Array]:
        return self._along(0)

    def _along(self, line: int) -> Callable[[float], Array]:
        """The result as a function of how far the argument is moved along a line."""
        problem, i, lines = self.problem, self.argument, self.lines
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

    def _value(self, result: Callable[[float], Array], t: float) -> Array | float:
        try:
            y = result(t)
        except OUTSIDE:
            return np.nan
        if y.size != self.here.size:
            raise ValueError(
                f"{self.problem.name}: the result has {y.size} elements near the arguments and "
                f"{self.here.size} at them; expected the same shape"
            )
        return y.reshape(-1)

    # --- derivatives -----------------------------------------------------------------------------

    def table(self, first: float = FIRST, noise: Array | None = None) -> Measurement:
        """The derivative of every result along every line, by one table of central differences."""
        found = self.values(central_steps(first * self.lines.reach))
        noise = self.least if noise is None else noise
        return central(found, self.here, self.lines.reach[:, None], first, noise)

    def _table(self, first: float) -> Measurement:
        """One table of the only line, its noise considered."""
        if first not in self._tables:
            self._tables[first] = self.table(first, self.noise)
        return self._tables[first]

    @cached_property
    def noise(self) -> Array:
        """How far each result scatters along the only line, by third differences.

        Where the steps are too long for a line, near a pole, much shorter ones are taken; and where
        there is a kink, whose differences shrink with the steps.  What does not move over long
        steps has none.
        """
        h = FIRST * self.reach
        if self.lines.positions is not None or self.finest < UNLIKE * h:
            h = min(h, self.finest or h)
        around = np.arange(-3.0, 4.0)[:, None]
        coarse, middle, fine = (scatter(self.values(h * s * around)[:, 0]) for s in NOISE_STEPS)
        kink = np.abs(16 * middle - coarse) < 0.1 * coarse
        line = (coarse < 1e-10 * np.abs(self.here)) & ~kink
        noise = np.maximum(np.where(line, coarse, np.fmin(coarse, fine)), self.least)
        return np.where(self._still(FIRSTS[:LONG]), 0.0, noise)

    def _still(self, firsts: Sequence[float]) -> Array:
        """The results that do not move over the steps of these tables."""
        steps = np.concatenate([central_steps(first * self.lines.reach) for first in firsts])
        still: Array = np.all(self.values(steps)[:, 0] == self.here, axis=0)
        return still

    def measure(self, closely: bool = False) -> Measurement:
        """The only line by several tables, down to the element's own size.

        ``closely`` looks in between the steps too, tries still shorter ones, and sees stairs.
        """
        firsts = list(FIRSTS)
        while firsts[-1] * self.reach > self.finest / 1024 > 0 and firsts[-1] > 1e-280:
            firsts.append(firsts[-1] / 64)
        if closely:
            firsts += [firsts[-1] / 64, firsts[-1] / 4096]
        tries, stairs = [self._table(first) for first in firsts], np.zeros(self.here.size, bool)
        if closely:
            tries, stairs = self._roughened(firsts, tries)
        return settle(tries, firsts, self.reach, self.problem.magnitude, stairs)

    def sides(self, closely: bool = False) -> Sides:
        """The derivatives from below and from above, from the steps that settle best.

        ``closely``: what is rough at the scale of the steps does not count as settled.  It is
        looked at, at new points every time, where it would count: roughness only adds to an error.
        """
        tries = [self._from_both(first) for first in SIDES_FIRSTS]
        unseen = set(range(len(tries)) if closely else ())
        while True:
            best = np.argmin([t.error for t in tries], axis=0)
            doubted = unseen & set(best.tolist())
            if not doubted:
                break
            for k in doubted:
                h = SIDES_FIRSTS[k] * self.reach
                found = self.roughness(h)
                rough = np.where(found.swings(self._round_off), np.inf, found.height)
                more = np.maximum(rough - self.noise, 0.0) * 8 / (h / RATIO ** (LEVELS - 1))
                tries[k] = replace(tries[k], error=tries[k].error + more)
            unseen -= doubted
        at = best, np.arange(self.here.size)
        below, above, error = (
            np.stack([getattr(t, name) for t in tries])[at] for name in ("below", "above", "error")
        )
        return Sides(below, above, error, self._table(FIRST).natural[0])

    def _from_both(self, first: float) -> Sides:
        h, here = first * self.reach, self.here
        finest = h / RATIO ** (LEVELS - 1)
        found = self.values(central_steps(h)[:, None])[:, 0]
        with np.errstate(all="ignore"):
            above, below = (
                extrapolate(
                    [(y - here) / (sign * h / RATIO**k) for k, y in enumerate(side)], power=1
                )
                for sign, side in ((1.0, found[0::2]), (-1.0, found[1::2]))
            )
            size = np.maximum(np.max(np.abs(found), axis=0), np.abs(here))
            rounding = 8 * (EPSILON * size + SMALLEST + self.noise) / finest
            error = np.maximum(above[1], below[1]) + rounding
        error = np.where(np.isnan(error), np.inf, error)
        return Sides(below[0], above[0], error, np.zeros(here.size))

    # --- smoothness ------------------------------------------------------------------------------

    @cached_property
    def _round_off(self) -> float:
        return round_off(self.problem, self.here)

    def roughness(self, h: float) -> Roughness:
        """The roughness within ``h`` along the only line, at points drawn at random."""
        t = np.sort(self.generator.random((2, POINTS)), axis=1)
        below, above = (self.values(sign * h * at[:, None])[:, 0] - self.here
                        for sign, at in zip((-1.0, 1.0), t, strict=True))  # fmt: skip
        return roughness(below, above, t)

    def is_smooth(self) -> bool:
        """Whether every result is a smooth curve along the only line, as far as round-off shows.

        Values at a few random points are those of a polynomial through the points of one table; and
        what rests there rests over long steps too, which stairs do not.
        """
        if self.least.any():
            return False
        table, h = self.table(), FIRST * self.reach
        nodes = np.concatenate([[0.0], central_steps(1.0)])
        drawn = self.generator.uniform(-1.0, 1.0, CHECKED_POINTS) / RATIO ** (LEVELS - 1)
        found, between = (self.values(h * t[:, None])[:, 0] for t in (nodes, drawn))
        apart = nodes[:, None] - nodes + np.eye(len(nodes))
        lagrange = np.array([
            [np.prod(np.delete(t - nodes, j)) for j in range(len(nodes))] for t in drawn
        ]) / np.prod(apart, axis=1)  # fmt: skip
        with np.errstate(all="ignore"):
            size = np.max(np.abs(found), axis=0) + np.abs(table.value[0]) * self.finest
            off = np.max(np.abs(between - lagrange @ found), axis=0)
            smooth = off <= ROUND_OFF * size + SMALLEST
        rests = table.rests[0]
        if not smooth.all() or not rests.any():
            return bool(smooth.all())
        return bool(self._still(FIRSTS[:LONG])[rests].all())

    def _roughened(
        self, firsts: Sequence[float], tries: Sequence[Measurement]
    ) -> tuple[list[Measurement], Array]:
        """Tries (coarse steps first) with what the roughness adds to their errors, and the results
        that move in stairs.

        On a stair nothing moves, and so nothing is known of the slope of the whole; what swings
        within a step has a slope of the whole that is no derivative; and where round-off of what
        is largest on the way is seen, all results have it.
        """
        lost, ends = EPSILON * self.problem.magnitude, largest(self.problem, self.here)
        found = [self.roughness(first * self.reach) for first in firsts]
        stairs = np.max([r.stairs for r in found], axis=0)
        for k in range(1, len(tries)):  # in between, where a result stops moving
            if (tries[k].rests & ~tries[k - 1].rests).any():
                for coarse in firsts[max(k - 2, 0) : k]:
                    for h in (coarse / 4 * self.reach, coarse / 16 * self.reach):
                        stairs = np.maximum(stairs, self.roughness(h).stairs)
        known = self.problem.magnitude if self.problem.magnitude < DIGITS_LOST * ends else 0.0
        rounds = np.maximum(ROUND_OFF * max(ends, known), FINE * found[0].moved)
        stairs[stairs <= rounds] = 0.0  # which every function has
        directions = self.lines.directions
        most = 2 * lost * np.sqrt(1 if directions is None else directions.size)
        alike = [(r.height > SEEN * lost) & (r.height < most) for r in found]
        seen = np.sum(alike, axis=0) > 1  # a curve would be so at one scale only
        if not known:
            seen |= found[0].moved < 64 * lost  # little more than that is to be seen
        rougher, hidden = [], np.zeros(self.here.size)
        for first, t, r in zip(firsts, tries, found, strict=True):
            height = np.maximum(r.height, np.where(t.rests[0], stairs, 0.0))
            height = np.maximum(height, np.where(seen, lost, 0.0))
            height[r.swings(self._round_off)] = np.inf
            if self.lines.positions is None:  # of many elements each has stairs of its own
                height = np.maximum(height, np.where(t.rests[0], hidden, 0.0))
                hidden = np.maximum(hidden, np.where(np.isfinite(r.height), r.height, 0.0))
            finest = first * self.reach / RATIO ** (LEVELS - 1)
            rougher.append(replace(t, rounding=t.rounding + 4 * height / finest))
        return rougher, stairs > 0
