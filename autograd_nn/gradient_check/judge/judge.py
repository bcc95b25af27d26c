"""The judgement on one argument: where to look, what is found, and the worst of it."""

from dataclasses import dataclass

import numpy as np

from ...differences.constants import FIRST
from ...differences.lines import Lines, elements
from ...differences.problem import Problem
from ...engine.types import Array
from ..report import Element
from ..verdict import Verdict
from . import sampling
from .compare import AGREES, DIFFERS, KINKED, NONFINITE, Claims, Comparison, compare
from .remeasure import look_again

WORST = 5


@dataclass
class Finding:
    """What was found for one argument: its elements, and for a large one directions too."""

    position: int
    gradients: Array  # what is claimed: (cotangents, elements)
    elements: Comparison
    along: Comparison | None = None

    @property
    def comparisons(self) -> list[Comparison]:
        """Elements first."""
        return [self.elements] if self.along is None else [self.elements, self.along]

    @property
    def verdict(self) -> Verdict:
        """That of the worst element or direction; a gradient nan outside the sample counts too.

        Where there is no result to measure by, nothing is known of elements that there are.
        """
        if not self.checked and self.gradients.shape[1]:
            return Verdict.INCONCLUSIVE
        code = max((int(c.code.max(initial=AGREES)) for c in self.comparisons), default=AGREES)
        if code < NONFINITE and not np.isfinite(self.gradients).all():
            code = NONFINITE
        return Verdict(code)

    @property
    def checked(self) -> int:
        """How many elements and directions were looked at."""
        return sum(len(c.lines) for c in self.comparisons)

    @property
    def resolved(self) -> int:
        """How many of these were measured well enough to tell."""
        return sum(c.resolved() for c in self.comparisons)


def judge(claims: Claims, i: int, every: bool) -> Finding:
    """Look at every element of argument ``i``, or at a sample and along random directions."""
    x, gradients = claims.problem.values[i], claims.gradients[i]

    def look(lines: Lines) -> Comparison:
        found = compare(claims, i, lines)
        look_again(claims, i, found)
        return found

    if every or not x.size or not claims.here.size:  # without a result nothing can be moved
        moved = np.arange(x.size if claims.here.size else 0)
        return Finding(i, gradients, look(elements(x, moved)))
    directions, chosen = sampling.draw_sample(x, gradients, claims.rng)
    along = look(directions)
    found = Finding(i, gradients, look(chosen), along)
    wrong = (found.elements.code == DIFFERS).any(axis=1)
    if (along.code == DIFFERS).any() and wrong.mean() < 0.5:  # else it is no matter of a few
        more = _guilty(claims, found, along)
        assert chosen.positions is not None
        found.elements = look(elements(x, np.union1d(chosen.positions, more).astype(int)))
    return found


def _guilty(claims: Claims, found: Finding, along: Comparison) -> list[int]:
    """The wrong elements, got by halving the direction that disagrees most."""
    assert along.lines.directions is not None
    off = np.abs(along.claimed - along.measured.value) / along.tolerance
    off = np.where(along.code == DIFFERS, off, 0.0)
    line, k = (int(n) for n in np.unravel_index(np.argmax(off), off.shape))
    looked, claimed = found.elements, found.gradients[k].copy()
    at = looked.lines.positions
    claimed[at] = np.where(looked.code[:, k] == DIFFERS, looked.measured.value[:, k], claimed[at])
    direction, cotangent = along.lines.directions[line], claims.cotangents[k]
    return list(sampling.find_guilty(claims, found.position, direction, claimed, cotangent, WORST))


def worst_elements(problem: Problem, found: Finding) -> tuple[Element, ...]:
    """Up to five elements that decided the verdict, the worst first."""
    x = problem.values[found.position]
    candidates: list[tuple[float, Element]] = []
    for c in found.comparisons:
        w, tolerance = c.measured, c.tolerance
        with np.errstate(all="ignore"):
            apart = np.abs(c.claimed - w.value)
            off = np.nan_to_num(apart / tolerance, nan=0.0, posinf=1e300)
            relative = apart / np.maximum(np.abs(c.claimed), np.abs(w.value))
        for line in np.flatnonzero((c.code > KINKED).any(axis=1)):
            k = int(np.lexsort((off[line], c.code[line]))[-1])
            index, size = None, float("nan")
            if c.lines.positions is not None:
                position = int(c.lines.positions[line])
                index = tuple(int(n) for n in np.unravel_index(position, x.shape))
                size = float(x.ravel()[position])
            numbers = [a[line, k] for a in (c.claimed, w.value, w.error, tolerance)]
            numbers.append(FIRST * c.lines.reach[line])
            element = Element(index, size, *map(float, numbers))
            code = int(c.code[line, k]) + (0.5 if index is not None else 0.0)
            badness = 1e6 * code + float(np.nan_to_num(relative[line, k], nan=2.0))
            candidates.append((badness, element))
    candidates.sort(key=lambda c: -c[0])
    return tuple(element for _, element in candidates[:WORST])
