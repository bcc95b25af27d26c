"""One argument's gradient beside measured derivatives: which elements agree, and which do not."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cached_property, partial

import numpy as np

from ...differences import constants as const
from ...differences.kinks import kinked_around
from ...differences.lines import Lines
from ...differences.measurement import Measurement, Sides
from ...differences.probe import Probe
from ...differences.problem import Counting, Recorded
from ...differences.smoothness import largest
from ...engine.types import Array
from ..verdict import Verdict

AGREES, KINKED, UNRESOLVED, NONFINITE, DIFFERS = Verdict  # of one element
Measured = tuple[Measurement, Array | None]
"""Derivatives under each cotangent, and those of each result where they are kept."""
Map = Callable[[Callable[[Probe], Measured], Iterable[Probe]], Iterable[Measured]]


def pull_all(run: Recorded, cotangents: Array) -> list[Array]:
    """The gradient for each argument under every cotangent, ``(cotangents, elements)``."""
    shape = run.value.shape
    shares = [  # copied: one call may use the memory of the last
        [np.array(s, np.float64).ravel() for s in run.pull(c.reshape(shape).copy())]
        for c in cotangents
    ]
    return [np.stack(s) for s in zip(*shares, strict=True)]


@dataclass
class Claims:
    """What is claimed of one problem's gradients, and what every look at them needs.

    ``gradients`` has for each argument what is claimed, ``(cotangents, elements)``; ``result`` is
    the result at the arguments, ``stairs`` how high those are that each element of it moves in,
    and ``mapping`` may spread the work.
    """

    problem: Counting
    gradients: list[Array]
    cotangents: Array
    result: Array
    stairs: Array
    rng: np.random.Generator
    mapping: Map = map
    kinks_seen: int = 0

    @cached_property
    def here(self) -> Array:
        """The result, flat."""
        return self.result.ravel()

    def probe(self, i: int, lines: Lines, counted: bool = True) -> Probe:
        """What measures along lines through argument ``i``."""
        problem = self.problem if counted else self.problem.problem
        return Probe(problem, i, lines, self.here, self.stairs, self.rng)

    @cached_property
    def noise(self) -> list[Array]:
        """How far each claim moves when every argument is moved by units in its last place."""
        noise = [np.zeros_like(g) for g in self.gradients]
        for _ in range(2):
            moved = [
                x * (1 + 4 * const.EPSILON * self.rng.choice([-1.0, 1.0], x.shape))
                for x in self.problem.values
            ]
            with np.errstate(all="ignore"):
                run = self.problem.recorded(moved)
                if run.value.shape != self.result.shape:
                    continue
                for i, g in enumerate(pull_all(run, self.cotangents)):
                    off = np.abs(g - self.gradients[i])
                    noise[i] = np.fmax(noise[i], np.where(np.isfinite(off), off, 0.0))
        return noise

    @cached_property
    def kinked(self) -> bool:
        """Whether the function has a kink at the arguments, in whatever direction."""
        return kinked_around(self.problem, self.here, self.rng)

    @cached_property
    def lost(self) -> bool:
        """Whether something on the way is so large that digits of the rest are lost beside it."""
        return self.problem.magnitude > const.DIGITS_LOST * largest(self.problem, self.here)


@dataclass
class Comparison:
    """Lines through one argument: what is claimed, what is measured, and a code for each pair.

    Arrays are ``(lines, cotangents)``; ``jacobian`` is ``(lines, results)`` or None.
    """

    lines: Lines
    claimed: Array
    measured: Measurement
    jacobian: Array | None
    largest: float  # claim for the argument
    noise: Array  # of the claims: how far they move when the arguments do by round-off
    kinks: dict[int, Sides] = field(default_factory=dict)  # by line
    ties: list[int] = field(default_factory=list)  # lines whose shares do not fit together

    def __post_init__(self) -> None:
        """Give every pair a code."""
        self.code = codes(self.claimed, self.measured, self.largest, self.noise)

    @property
    def tolerance(self) -> Array:
        """How far claimed and measured may be apart."""
        return _room(self.measured, self.noise)

    def resolved(self) -> int:
        """How many lines were measured well enough to tell."""
        known = (self.code != UNRESOLVED) & np.isfinite(self.measured.value)
        return int(np.sum(np.all(known, axis=1)))

    def judge(self, line: int) -> None:
        """Give the pairs of one line new codes, after a new measurement."""
        at, w = [line], self.measured[[line]]
        self.code[line] = codes(self.claimed[at], w, self.largest, self.noise[at])[0]


def _room(w: Measurement, noise: Array) -> Array:
    room: Array = const.MARGIN * (w.error + noise) + const.RELATIVE * w.scale
    return room


def codes(claimed: Array, w: Measurement, largest: float, noise: Array) -> Array:
    """A code for each pair of line and cotangent; ``largest`` is the argument's largest claim."""
    with np.errstate(all="ignore"):
        size = np.maximum(np.abs(claimed), np.abs(w.value))
        differs = np.abs(claimed - w.value) > _room(w, noise)
        differs &= (w.value != 0) | (np.abs(claimed) > const.NOTHING * largest)
        error = w.error - w.hidden
        coarse = (error > 1e-3 * size) & (error > 1e-6 * np.maximum(w.natural, largest))
        matters = np.abs(claimed) > np.maximum(1e-16 * w.natural, 10 * noise)
        blind = matters & (error > np.maximum(1e-3 * np.abs(claimed), 1e-6 * largest))
    nothing = (claimed == 0) & (w.value == 0) & (w.error < const.UNDERFLOW)
    code = np.where((coarse | blind) & ~nothing, UNRESOLVED, AGREES)
    code[differs] = DIFFERS
    code[~np.isfinite(w.value) | ~np.isfinite(claimed)] = NONFINITE
    return code


def compare(claims: Claims, i: int, lines: Lines) -> Comparison:
    """Measure along every line through argument ``i``, once."""
    each = min(const.LINES, max(1, const.CHUNK // max(1, 2 * const.LEVELS * claims.here.size)))
    starts = range(0, max(1, len(lines)), each)
    chunks = [claims.probe(i, lines[k : k + each], counted=False) for k in starts]
    keep = len(lines) * claims.here.size <= const.JACOBIAN
    work = partial(_measure, cotangents=claims.cotangents, keep=keep)
    measured, jacobians = zip(*claims.mapping(work, chunks), strict=True)
    claims.problem.forward += 2 * const.LEVELS * len(lines)  # wherever they were made
    gradients = claims.gradients[i]
    claimed = lines.slopes(gradients)
    return Comparison(
        lines,
        claimed,
        Measurement.join(measured),
        np.concatenate(jacobians) if keep else None,
        float(np.max(np.abs(gradients), initial=0.0, where=np.isfinite(gradients))),
        np.zeros_like(claimed),
    )


def _measure(probe: Probe, *, cotangents: Array, keep: bool) -> Measured:
    found = probe.table()
    return found.under(cotangents), found.value if keep else None
