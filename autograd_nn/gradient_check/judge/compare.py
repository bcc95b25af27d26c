"""One argument's gradient beside measured derivatives: which elements agree, and which do not."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import numpy as np

from ...differences.central import EVALUATIONS, slopes
from ...differences.lines import Lines
from ...differences.one_sided import OneSided
from ...differences.problem import Counting, Problem
from ...engine.core import Array
from .cotangents import Weighted, weighted

AGREES, KINKED, UNRESOLVED, NONFINITE, DIFFERS = range(5)  # in the order of how bad it is
MARGIN, RELATIVE = 10.0, 1e-9  # the tolerance: 10 × the measured error + 1e-9 × the sum's magnitude
_CHUNK, _LINES = 200_000, 512  # numbers to hold at a time, and lines for a worker at a time
_JACOBIAN = 250_000  # up to so many elements the whole Jacobian is kept, for the diagnosis
_NOTHING = 1e-17  # what does not move may have this part of an argument's largest gradient
_UNDERFLOW = 1e-290  # an error below this is that of numbers too small to be held
Map = Callable[..., Iterable[Any]]


@dataclass
class Comparison:
    """Lines through one argument: what is claimed, what is measured, and a code for each pair.

    Arrays are ``(lines, cotangents)``; ``jacobian`` is ``(lines, results)`` or None.
    """

    lines: Lines
    claimed: Array
    measured: Weighted
    code: Array
    jacobian: Array | None
    largest: float  # claim for the argument
    noise: Array  # of the claims: how far they move when the arguments do by round-off
    kinks: dict[int, OneSided] = field(default_factory=dict)  # by line
    ties: list[int] = field(default_factory=list)  # lines whose shares do not fit together

    @property
    def tolerance(self) -> Array:
        """How far claimed and measured may be apart."""
        room: Array = MARGIN * (self.measured.error + self.noise) + RELATIVE * self.measured.scale
        return room

    def resolved(self) -> int:
        """How many lines were measured well enough to tell."""
        told = (self.code != UNRESOLVED) & np.isfinite(self.measured.numeric)
        return int(np.sum(np.all(told, axis=1)))


def codes(claimed: Array, w: Weighted, largest: float, noise: Array) -> Array:
    """A code for each pair of line and cotangent; ``largest`` is the argument's largest claim."""
    with np.errstate(all="ignore"):
        size = np.maximum(np.abs(claimed), np.abs(w.numeric))
        error = w.error
        differs = np.abs(claimed - w.numeric) > MARGIN * (error + noise) + RELATIVE * w.scale
        differs &= (w.numeric != 0) | (np.abs(claimed) > _NOTHING * largest)
        error = error - w.hidden
        coarse = (error > 1e-3 * size) & (error > 1e-6 * np.maximum(w.natural, largest))
        matters = np.abs(claimed) > np.maximum(1e-16 * w.natural, 10 * noise)
        blind = matters & (error > np.maximum(1e-3 * np.abs(claimed), 1e-6 * largest))
    nothing = (claimed == 0) & (w.numeric == 0) & (w.error < _UNDERFLOW)
    code = np.where((coarse | blind) & ~nothing, UNRESOLVED, AGREES)
    code[differs] = DIFFERS
    code[~np.isfinite(w.numeric) | ~np.isfinite(claimed)] = NONFINITE
    return code


def compare(
    problem: Counting,
    i: int,
    lines: Lines,
    gradients: Array,
    cotangents: Array,
    here: Array,
    stairs: Array,
    mapping: Map = map,
) -> Comparison:
    """Measure along every line, once.

    ``gradients`` is what is claimed, ``(cotangents, elements)``; ``here`` the results, flat,
    and ``stairs`` how high those are that each moves in; ``mapping`` may spread the work.
    """
    keep = len(lines) * here.size <= _JACOBIAN
    each = min(_LINES, max(1, _CHUNK // max(1, EVALUATIONS * here.size)))
    chunks = [lines[k : k + each] for k in range(0, len(lines), each)]
    work = partial(
        _measure,
        problem.problem,
        i,
        cotangents=cotangents,
        here=here,
        noise=stairs,
        keep=keep,
    )
    measured, jacobian = _joined(list(mapping(work, chunks)), len(cotangents), here.size, keep)
    problem.forward += EVALUATIONS * len(lines)  # wherever they were made
    claimed = lines.slopes(gradients)
    largest = float(np.max(np.abs(gradients), initial=0.0, where=np.isfinite(gradients)))
    none = np.zeros_like(claimed)
    code = codes(claimed, measured, largest, none)
    return Comparison(lines, claimed, measured, code, jacobian, largest, none)


def _measure(
    problem: Problem,
    i: int,
    lines: Lines,
    *,
    cotangents: Array,
    here: Array,
    noise: Array,
    keep: bool,
) -> tuple[Weighted, Array | None]:
    found = slopes(problem, i, lines, here, noise=noise)
    return weighted(found, cotangents), found.value if keep else None


def _joined(
    parts: list[tuple[Weighted, Array | None]], count: int, results: int, keep: bool
) -> tuple[Weighted, Array | None]:
    def joined(name: str, empty: Array) -> Array:
        return np.concatenate([empty, *(getattr(w, name) for w, _ in parts)])

    none = np.empty((0, count))
    whole = Weighted(
        joined("numeric", none),
        joined("truncation", none),
        joined("rounding", none),
        joined("scale", none),
        joined("natural", none),
        joined("hidden", none),
        joined("bent", np.empty(0, bool)),
    )
    parts_of_it = [j for _, j in parts if j is not None]
    return whole, np.concatenate([np.empty((0, results)), *parts_of_it]) if keep else None
