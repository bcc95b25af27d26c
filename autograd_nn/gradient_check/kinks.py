"""Where a function has a kink: derivatives from one side, and what a gradient may be there.

At a kink a gradient is a matter of choice, but not of any choice: it has to lie between the
derivatives from below and from above, and where several elements are tied (the two largest of a
maximum) their shares have to fit together: of max(a, b) at a = b, ½ and ½ will do, 1 and 1 will
not, though each alone lies between 0 and 1.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from ..core import Array
from .measure import EPSILON, LEVELS, RATIO, Lines, Slopes, evaluate
from .problem import Problem

_FIRSTS = (2.0**-8, 2.0**-14, 2.0**-20, 2.0**-26, 2.0**-34)
_NEAR, _STEP = 2.0**-12, 2.0**-24  # how far neighbours are, and how a slope is taken at them


@dataclass(frozen=True)
class OneSided:
    """The derivatives of every result along one line, from below and from above."""

    below: Array
    above: Array
    error: Array

    @property
    def kinked(self) -> Array:
        """The results for which the two differ, each being known well enough."""
        apart = np.abs(self.above - self.below)
        kinked: Array = np.isfinite(apart) & (self.error < 1e-3 * apart)
        return kinked

    def smooth(self, central: Slopes) -> Slopes:
        """Where there is no kink after all: the mean of the two, with how far they are apart."""
        apart = np.abs(self.above - self.below)
        value = (self.above + self.below)[None] / 2
        return replace(central, value=value, truncation=(apart + self.error)[None])

    def between(self, cotangents: Array) -> tuple[Array, Array, Array]:
        """The least and the largest derivative under each cotangent, and their error."""
        products = np.stack([cotangents * self.below, cotangents * self.above])
        error = np.abs(cotangents) @ self.error
        low, high = products.min(axis=0).sum(axis=1), products.max(axis=0).sum(axis=1)
        return low, high, error


def one_sided(problem: Problem, i: int, line: Lines, here: Array) -> OneSided:
    """Differences to one side at a time, from the steps that settle best."""
    tries = [_from_both(problem, i, line, here, first) for first in _FIRSTS]
    best = np.argmin([t.error for t in tries], axis=0)

    def choose(name: str) -> Array:
        chosen: Array = np.stack([getattr(t, name) for t in tries])[best, np.arange(here.size)]
        return chosen

    return OneSided(choose("below"), choose("above"), choose("error"))


def _from_both(problem: Problem, i: int, line: Lines, here: Array, first: float) -> OneSided:
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
        error = np.maximum(*errors) + 8 * EPSILON * size * RATIO ** (LEVELS - 1) / h[0]
    return OneSided(values[0], values[1], np.where(np.isnan(error), np.inf, error))


def tied(
    problem: Problem, i: int, lines: Lines, sides: list[OneSided], here: Array
) -> list[list[int]]:
    """Groups of lines that a kink ties together: moving two is not the sum of moving each."""
    count = len(lines)
    group = list(range(count))
    step = _NEAR * lines.reach
    alone = {s: evaluate(problem, i, lines, (s * step)[None], here.size)[0] for s in (1.0, -1.0)}
    for a in range(count):
        for b in range(a):
            shared = sides[a].kinked & sides[b].kinked
            if group[a] == group[b] or not shared.any():
                continue
            sizes = [
                np.abs(s.above - s.below) * t for s, t in ((sides[a], step[a]), (sides[b], step[b]))
            ]
            for sign in (1.0, -1.0):
                both = _combination(
                    problem, i, lines, [a, b], np.array([step[a], sign * step[b]]), here
                )
                left = np.abs(both - alone[1.0][a] - alone[sign][b] + here)
                if np.any(left[shared] > 0.05 * np.minimum(*sizes)[shared]):
                    old, new = group[a], group[b]
                    group = [new if g == old else g for g in group]
                    break
    return [
        m for g in sorted(set(group)) if len(m := [k for k in range(count) if group[k] == g]) > 1
    ]


def _combination(
    problem: Problem, i: int, lines: Lines, members: list[int], by: Array, here: Array
) -> Array:
    """The results with several elements moved at once."""
    assert lines.positions is not None
    moved = problem.values[i].copy()
    moved.reshape(-1)[lines.positions[members]] += by
    return problem.value(i, moved).reshape(-1)


def fits_together(
    problem: Problem,
    i: int,
    lines: Lines,
    members: list[int],
    gradients: Array,
    cotangents: Array,
    here: Array,
    rng: np.random.Generator,
) -> bool:
    """Whether the gradient of tied elements is a mixture of gradients nearby.

    Along a direction that moves all of them (equally, and at random) the slopes at points around
    are bounds for what the gradient may say.
    """
    assert lines.positions is not None
    n = len(members)
    unit = lines.reach[members]
    directions = [unit, unit * rng.standard_normal(n), unit * rng.standard_normal(n)]
    around = np.vstack([np.eye(n), -np.eye(n), rng.standard_normal((min(16 * n, 256), n))])
    for direction in directions[: 3 if n <= 8 else 1]:
        slopes = []
        for r in around:
            near = _NEAR * unit * r
            ends = [_combination(problem, i, lines, members, near + s * _STEP * direction, here)
                    for s in (1.0, -1.0)]  # fmt: skip
            slopes.append(cotangents @ ((ends[0] - ends[1]) / (2 * _STEP)))
        low, high = np.min(slopes, axis=0), np.max(slopes, axis=0)
        claimed = gradients[:, lines.positions[members]] @ direction
        size = np.maximum(np.abs(low), np.abs(high))
        room = 0.01 * (high - low) + 1e-3 * size + 1e-6 * float(np.max(size, initial=0.0))
        if np.any(claimed < low - room) or np.any(claimed > high + room):
            return False
    return True
