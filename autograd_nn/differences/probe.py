"""Derivatives along a line: by one table, from each side, or with all the care there is."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cached_property

import numpy as np

from ..engine.types import Array
from . import constants as const
from .central import central, central_steps, extrapolate, scatter
from .lines import Lines
from .measurement import Measurement, Sides
from .problem import OUTSIDE, Problem
from .settling import settle
from .smoothness import Roughness, largest, roughness


class Probe:
    """What measures the derivatives of a problem's results along lines through one argument.

    Many lines are measured by one table each; a single one ("the line") also with care, or from
    each side.  ``here`` are the results at the arguments, flat, ``least`` is what is known of their
    noise, and ``generator`` draws points between the steps.  No step is evaluated twice.
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
        self._seen: dict[tuple[int, float], Array] = {(0, 0.0): here}

    @property
    def reach(self) -> float:
        """How far is far along the line."""
        return float(self.lines.reach[0])

    @property
    def finest(self) -> float:
        """How large the element itself is; along a direction, the least one."""
        return float(self.lines.finest[0])

    def values(self, steps: Array) -> Array:
        """The results at every step, ``(steps, lines)``, along every line; nan where undefined.

        Raises ``ValueError`` where a result has another size than those at the arguments.
        """
        found = np.empty((*steps.shape, self.here.size))
        with np.errstate(all="ignore"):  # a step outside the domain is no news
            for line in range(len(self.lines)):
                result = self._along(line)
                for s, t in enumerate(steps[:, line].tolist()):
                    seen = self._seen.get((line, t))
                    found[s, line] = self._evaluate(result, t) if seen is None else seen
                    if len(self._seen) * self.here.size < const.REMEMBERED:
                        self._seen[line, t] = found[s, line]
        return found

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

    def _evaluate(self, result: Callable[[float], Array], t: float) -> Array:
        try:
            y = result(t)
        except OUTSIDE:
            return np.full(self.here.size, np.nan)
        if y.size != self.here.size:
            raise ValueError(
                f"{self.problem.name}: the result has {y.size} elements near the arguments and "
                f"{self.here.size} at them; expected the same shape"
            )
        return y.reshape(-1)

    @cached_property
    def noise(self) -> Array:
        """How far each result scatters along the line, by third differences.

        Near a pole and at a kink much shorter steps are taken.  What does not move over long steps
        has no noise.
        """
        h = const.FIRST * self.reach
        if self.lines.positions is not None or self.finest < const.UNLIKE * h:
            h = min(h, self.finest or h)
        around = np.arange(-3.0, 4.0)[:, None]
        coarse, middle, fine = (
            scatter(self.values(h * s * around)[:, 0]) for s in const.NOISE_STEPS
        )
        kink = np.abs(16 * middle - coarse) < 0.1 * coarse
        line = (coarse < 1e-10 * np.abs(self.here)) & ~kink
        noise = np.maximum(np.where(line, coarse, np.fmin(coarse, fine)), self.least)
        return np.where(self.still(const.FIRSTS[: const.LONG]), 0.0, noise)

    def still(self, firsts: Sequence[float]) -> Array:
        """The results that do not move over the steps of these tables."""
        steps = np.concatenate([central_steps(first * self.lines.reach) for first in firsts])
        return np.asarray(np.all(self.values(steps)[:, 0] == self.here, axis=0))

    @cached_property
    def round_off(self) -> float:
        """What may be round-off of the arguments, the results, and the largest on the way."""
        return const.ROUND_OFF * max(largest(self.problem, self.here), self.problem.magnitude)

    def roughness(self, h: float) -> Roughness:
        """The roughness within ``h`` along the line, at points drawn at random."""
        t = np.sort(self.generator.random((2, const.POINTS)), axis=1)
        below, above = (self.values(sign * h * at[:, None])[:, 0] - self.here
                        for sign, at in zip((-1.0, 1.0), t, strict=True))  # fmt: skip
        return roughness(below, above, t)

    def table(self, first: float = const.FIRST, noise: Array | None = None) -> Measurement:
        """The derivative of every result along every line, by one table of central differences."""
        found = self.values(central_steps(first * self.lines.reach))
        noise = self.least if noise is None else noise
        return central(found, self.here, self.lines.reach[:, None], first, noise)

    def measure(self, closely: bool = False) -> Measurement:
        """The line by several tables, down to the element's own size.

        ``closely`` looks in between the steps too, tries still shorter ones, and sees stairs.
        """
        firsts = list(const.FIRSTS)
        while firsts[-1] * self.reach > self.finest / 1024 > 0 and firsts[-1] > 1e-280:
            firsts.append(firsts[-1] / 64)
        if closely:
            firsts += [firsts[-1] / 64, firsts[-1] / 4096]
        tries = [self.table(first, self.noise) for first in firsts]
        stairs = np.zeros(self.here.size, bool)
        if closely:
            tries, stairs = self._roughened(firsts, tries)
        return settle(tries, firsts, self.reach, self.problem.magnitude, stairs)

    def sides(self, closely: bool = False) -> Sides:
        """The derivatives from below and from above, from the steps that settle best.

        ``closely``: what is rough at the scale of the steps does not count as settled.
        """
        tries = [self._from_both(first) for first in const.SIDES_FIRSTS]
        unseen = set(range(len(tries)) if closely else ())
        while True:
            best = np.argmin([t.error for t in tries], axis=0)
            doubted = unseen & set(best.tolist())
            if not doubted:
                break
            for k in doubted:
                h = const.SIDES_FIRSTS[k] * self.reach
                found = self.roughness(h)
                rough = np.where(found.swings(self.round_off), np.inf, found.height)
                more = np.maximum(rough - self.noise, 0.0) * 8 / (h * const.FINEST)
                tries[k] = replace(tries[k], error=tries[k].error + more)
            unseen -= doubted
        names, at = ("below", "above", "error"), (best, np.arange(self.here.size))
        below, above, error = (np.stack([getattr(t, name) for t in tries])[at] for name in names)
        return Sides(below, above, error, self.table().natural[0])

    def _from_both(self, first: float) -> Sides:
        h, here = first * self.reach, self.here
        finest = h * const.FINEST
        steps = central_steps(h)[:, None]
        found = self.values(steps)[:, 0]
        with np.errstate(all="ignore"):
            slopes = (found - here) / steps
            above, below = extrapolate(slopes[0::2], 1), extrapolate(slopes[1::2], 1)
            size = np.maximum(np.max(np.abs(found), axis=0), np.abs(here))
            rounding = 8 * (const.EPSILON * size + const.SMALLEST + self.noise) / finest
            error = np.maximum(above[1], below[1]) + rounding
        error = np.where(np.isnan(error), np.inf, error)
        return Sides(below[0], above[0], error)

    def is_smooth(self) -> bool:
        """Whether every result is a smooth curve along the line, as far as round-off shows.

        Values at a few random points are those of a polynomial through the points of one table; and
        what rests there rests over long steps too, which stairs do not.
        """
        if self.least.any():
            return False
        table, h = self.table(), const.FIRST * self.reach
        nodes = np.concatenate([[0.0], central_steps(1.0)])
        drawn = self.generator.uniform(-1.0, 1.0, const.CHECKED_POINTS) * const.FINEST
        found, between = (self.values(h * t[:, None])[:, 0] for t in (nodes, drawn))
        apart = nodes[:, None] - nodes + np.eye(len(nodes))
        lagrange = np.array([
            [np.prod(np.delete(t - nodes, j)) for j in range(len(nodes))] for t in drawn
        ]) / np.prod(apart, axis=1)  # fmt: skip
        with np.errstate(all="ignore"):
            size = np.max(np.abs(found), axis=0) + np.abs(table.value[0]) * self.finest
            off = np.max(np.abs(between - lagrange @ found), axis=0)
            smooth = off <= const.ROUND_OFF * size + const.SMALLEST
        if smooth.all() and table.rests.any():
            smooth = self.still(const.FIRSTS[: const.LONG]) | ~table.rests[0]
        return bool(smooth.all())

    def _roughened(
        self, firsts: Sequence[float], tries: Sequence[Measurement]
    ) -> tuple[list[Measurement], Array]:
        """Tries (coarse steps first) with what the roughness adds to their errors, and the results
        that move in stairs.

        On a stair nothing moves, and so nothing is known of the slope of the whole; what swings
        within a step has a slope of the whole that is no derivative; and where round-off of what
        is largest on the way is seen, all results have it.
        """
        lost, ends = const.EPSILON * self.problem.magnitude, largest(self.problem, self.here)
        found = [self.roughness(first * self.reach) for first in firsts]
        stairs = np.max([r.stairs for r in found], axis=0)
        for k in range(1, len(tries)):  # in between, where a result stops moving
            if (tries[k].rests & ~tries[k - 1].rests).any():
                for coarse in firsts[max(k - 2, 0) : k]:
                    for h in (coarse / 4 * self.reach, coarse / 16 * self.reach):
                        stairs = np.maximum(stairs, self.roughness(h).stairs)
        known = self.problem.magnitude if self.problem.magnitude < const.DIGITS_LOST * ends else 0.0
        rounds = np.maximum(const.ROUND_OFF * max(ends, known), const.FINE * found[0].moved)
        stairs[stairs <= rounds] = 0.0  # which every function has
        directions = self.lines.directions
        most = 2 * lost * np.sqrt(1 if directions is None else directions.size)
        alike = [(r.height > const.SEEN * lost) & (r.height < most) for r in found]
        seen = np.sum(alike, axis=0) > 1  # a curve would be so at one scale only
        if not known:
            seen |= found[0].moved < 64 * lost  # little more than that is to be seen
        rougher, hidden = [], np.zeros(self.here.size)
        for first, t, r in zip(firsts, tries, found, strict=True):
            height = np.maximum(r.height, np.where(t.rests[0], stairs, 0.0))
            height = np.maximum(height, np.where(seen, lost, 0.0))
            height[r.swings(self.round_off)] = np.inf
            if self.lines.positions is None:  # of many elements each has stairs of its own
                height = np.maximum(height, np.where(t.rests[0], hidden, 0.0))
                hidden = np.maximum(hidden, np.where(np.isfinite(r.height), r.height, 0.0))
            finest = first * self.reach * const.FINEST
            rougher.append(replace(t, rounding=t.rounding + 4 * height / finest))
        return rougher, stairs > 0
