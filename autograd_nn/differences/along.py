"""The results along lines through one argument, each step evaluated once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property

import numpy as np

from ..engine.core import Array
from . import constants as const
from .central import central_steps, scatter
from .lines import Lines
from .problem import OUTSIDE, Problem
from .smoothness import Roughness, largest, roughness


class Along:
    """A problem's results along lines through one of its arguments.

    ``here`` are the results at the arguments, flat, and ``least`` is what is known of their noise.
    What was evaluated is remembered, so that no step is taken twice.  ``generator`` draws points
    between the steps.  What speaks of "the line" is meant for a single one.
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
        """How large the element itself is; along a direction the least one."""
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

        Where the steps are too long for a line, near a pole, much shorter ones are taken; and where
        there is a kink, whose differences shrink with the steps.  What does not move over long
        steps has none.
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
        still: Array = np.all(self.values(steps)[:, 0] == self.here, axis=0)
        return still

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
