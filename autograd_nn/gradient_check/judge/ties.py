"""Elements that a kink ties together: the two largest of a maximum, of one argument or of two.

Their shares have to fit together: of max(a, b) at a = b, ½ and ½ will do, 0.3 and 0.7 too; 1 and 1
will not, nor 0 and ½, though each alone lies between the one-sided slopes 0 and 1.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations, product

import numpy as np

from ...differences.constants import EPSILON, TIE_NEAR, TIE_STEP, TIES
from ...differences.lines import random_move
from ...differences.measurement import Sides
from ...differences.problem import Problem
from ...engine.types import Array
from .compare import DIFFERS, KINKED, Claims, Comparison


@dataclass(frozen=True)
class _Kink:
    """An element at a kink: of which argument, which one, how far is far, its slopes."""

    argument: int
    position: int
    reach: float
    claimed: Array
    sides: Sides
    comparison: Comparison
    line: int


def judge_ties(claims: Claims, comparisons: Sequence[Comparison]) -> None:
    """Refuse shares of tied elements that do not fit together; one comparison for each argument."""
    kinks = [
        _Kink(i, int(at[line]), float(c.lines.reach[line]), c.claimed[line], sides, c, line)
        for i, c in enumerate(comparisons)
        for at in [c.lines.positions]
        for line, sides in c.kinks.items()
        if at is not None and (c.code[line] <= KINKED).all()
    ][:TIES]
    for group in _tied(claims.problem, kinks, claims.here):
        if not (_fit_together(claims, group) and _add_up(claims, group)):
            for kink in group:
                kink.comparison.code[kink.line] = DIFFERS
                kink.comparison.ties.append(kink.line)


def _tied(problem: Problem, kinks: list[_Kink], here: Array) -> list[list[_Kink]]:
    """Groups in which moving two elements is not the sum of moving each."""
    group = list(range(len(kinks)))
    alone = {
        (k, sign): _moved(problem, [kink], np.array([sign * TIE_NEAR * kink.reach]))
        for k, kink in enumerate(kinks)
        for sign in (1.0, -1.0)
    }
    for a, b in combinations(range(len(kinks)), 2):
        one, two = kinks[a], kinks[b]
        shared = one.sides.kinked & two.sides.kinked
        if group[a] == group[b] or not shared.any():
            continue
        jump = TIE_NEAR * np.minimum(
            *(k.reach * np.abs(k.sides.above - k.sides.below) for k in (one, two))
        )
        for signs in product((1.0, -1.0), repeat=2):
            both = _moved(problem, [one, two], TIE_NEAR * np.array(signs) * (one.reach, two.reach))
            left = np.abs(both - alone[a, signs[0]] - alone[b, signs[1]] + here)
            if np.any(left[shared] > 0.05 * jump[shared]):
                group = [group[a] if g == group[b] else g for g in group]
                break
    members = [[k for k, g in zip(kinks, group, strict=True) if g == name] for name in set(group)]
    return [m for m in members if len(m) > 1]


def _moved(
    problem: Problem, kinks: Sequence[_Kink], by: Array, start: Sequence[Array] | None = None
) -> Array:
    """The results with several elements moved at once, from the arguments or another start."""
    values = list(problem.values if start is None else start)
    for argument in {k.argument for k in kinks}:
        values[argument] = values[argument].copy()
    for kink, t in zip(kinks, by, strict=True):
        values[kink.argument].reshape(-1)[kink.position] += t
    return problem.at(values).reshape(-1)


def _fit_together(claims: Claims, group: list[_Kink]) -> bool:
    """Whether the shares of tied elements are a mixture of the gradients nearby.

    Along a direction that moves all of them (equally, and at random) the slopes at points around
    are bounds for what the gradient may say; generous ones where they vary, since not every slope
    is met.  At some of these points everything else has moved too: it may be tied to them as well,
    and yet have a slope of its own (the middle one of five equal numbers that are sorted).
    """
    n, problem, rng = len(group), claims.problem, claims.rng
    unit = np.array([k.reach for k in group])
    shares = np.stack([k.claimed for k in group], axis=1)
    around = np.vstack([np.eye(n), -np.eye(n), rng.standard_normal((min(16 * n, 256), n))])
    points: list[tuple[Sequence[Array], Array]] = [
        (problem.values, TIE_NEAR * unit * r) for r in around
    ]
    points += [
        ([x + TIE_NEAR * random_move(x, rng) for x in problem.values], np.zeros(n))
        for _ in range(min(16 * n, 64))
    ]
    for weights in (np.ones(n), *rng.standard_normal((2 if n <= 8 else 0, n))):
        direction = weights * unit
        step, slopes = TIE_STEP * direction, []
        for start, by in points:
            above, below = (_moved(problem, group, by + s, start) for s in (step, -step))
            slopes.append(claims.cotangents @ ((above - below) / (2 * TIE_STEP)))
        low, high = np.min(slopes, axis=0), np.max(slopes, axis=0)
        claimed = shares @ direction
        size = np.maximum(np.abs(low), np.abs(high))
        room = (high - low) + 1e-3 * size + 1e-6 * float(np.max(size, initial=0.0))
        if np.any(claimed < low - room) or np.any(claimed > high + room):
            return False
    return True


def _add_up(claims: Claims, group: list[_Kink]) -> bool:
    """Whether the shares of all that is as good as equal to the tied ones, looked at or not, are
    right together: where the lot moves alike and the function is smooth, as a maximum is."""
    problem, here, cotangents = claims.problem, claims.here, claims.cotangents
    step = TIE_STEP * max(k.reach for k in group)
    equal = [
        _near(x, x.reshape(-1)[[k.position for k in group if k.argument == i]], 2 * step)
        for i, x in enumerate(problem.values)
    ]
    above, below = (
        problem.at([x + t * e for x, e in zip(problem.values, equal, strict=True)]).reshape(-1)
        for t in (step, -step)
    )
    up, down = cotangents @ ((above - here) / step), cotangents @ ((here - below) / step)
    shares = [g * e.ravel() for g, e in zip(claims.gradients, equal, strict=True)]
    claimed = np.sum([s.sum(axis=1) for s in shares], axis=0)
    size = np.maximum(np.abs(up), np.sum([np.abs(s).sum(axis=1) for s in shares], axis=0))
    rounding = np.abs(cotangents) @ np.abs(here) * EPSILON / step
    smooth = np.maximum(np.abs(up - down), 4 * rounding) <= 1e-4 * size
    return not np.any(smooth & (np.abs(claimed - up) > 1e-2 * size))


def _near(x: Array, values: Array, distance: float) -> Array:
    """Which elements some of these values lead to in strides no longer than that: 0 and 1e-127
    are tied for any step, and what moves past the other would have another slope."""
    ladder = np.unique(x)
    rung = np.cumsum(np.diff(ladder, prepend=ladder[:1]) > distance)
    return np.isin(rung[np.searchsorted(ladder, x)], rung[np.searchsorted(ladder, values)])
