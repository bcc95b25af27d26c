"""What a diagnosis has to go by for one argument, and how a supposed fault is held against it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, combinations
from typing import NamedTuple

import numpy as np

from ...differences.problem import Recorded
from ...engine.core import Array
from ..judge.compare import DIFFERS
from ..judge.judge import Finding
from ..verdict import Cause

_FINE, _COARSE = 1e-6, 0.1


class Explanation(NamedTuple):
    """What to say about an argument: the cause if its gradient is wrong, and a sentence."""

    cause: Cause | None
    text: str


@dataclass
class Evidence:
    """One argument's gradient, claimed and measured, ``(cotangents, elements)``.

    Where only a sample was measured the rest of ``measured`` is nan.  ``jacobian`` is
    ``(results, elements)``, or None if it is too large or incomplete; ``bad`` says which pairs
    differ, ``scale`` how much was added up for each; ``value`` is the argument, flat.
    """

    position: int
    shape: tuple[int, ...]
    result: tuple[int, ...]
    value: Array
    run: Recorded
    cotangents: Array
    claimed: Array
    measured: Array
    tolerance: Array
    scale: Array
    bad: Array
    jacobian: Array | None
    ties: list[int]

    @property
    def known(self) -> Array:
        """Which pairs were measured."""
        return np.isfinite(self.measured)

    @property
    def whole(self) -> bool:
        """Whether every element was measured."""
        return bool(self.known.all())

    def explained_by(self, supposed: Array) -> bool:
        """Whether a gradient with the supposed fault is what is claimed, wherever it was measured.

        It has to be so at every element, and clearly better than the right gradient where that
        differs.
        """
        known = self.known & np.isfinite(supposed)
        if not known.any() or not known[self.bad].all():
            return False
        with np.errstate(all="ignore"):
            off = np.abs(self.claimed - supposed)
            size = np.maximum(np.abs(self.claimed), np.abs(supposed))
            largest = np.max(np.abs(np.where(known, self.claimed, 0.0)), axis=1, keepdims=True)
            room = _FINE * size + 10 * self.tolerance + 0.1 * _FINE * largest
            apart = np.abs(self.claimed - self.measured)
            better = (off <= _COARSE * apart) | (off <= self.tolerance)
        return bool(np.all(off[known] <= room[known]) and np.all(better[known & self.bad]))

    def mended_by(self, gradients: Array) -> bool:
        """Whether other gradients are the measured ones, wherever these are known."""
        known = self.known
        with np.errstate(all="ignore"):
            off = np.abs(gradients - self.measured)
            size = np.abs(self.measured)
            largest = float(np.max(size[known], initial=0.0))
            room = _FINE * (size + 0.1 * largest) + self.tolerance
            better = off < _COARSE * np.abs(self.claimed - self.measured)
        return bool(np.all(off[known] <= room[known]) and np.all(better[known & self.bad]))

    def index(self, element: int) -> tuple[int, ...]:
        """The index of an element that is given by its flat position."""
        return tuple(int(n) for n in np.unravel_index(element, self.shape))


def gather_evidence(f: Finding, x: Array, cotangents: Array, run: Recorded) -> Evidence:
    """The comparison of an argument's elements as whole arrays."""
    c = f.elements
    positions = c.lines.positions
    assert positions is not None

    def spread(values: Array, rest: float) -> Array:
        whole = np.full((len(cotangents), x.size), rest)
        whole[:, positions] = values.T
        return whole

    jacobian = c.jacobian.T if c.jacobian is not None and len(positions) == x.size else None
    if jacobian is not None and not np.isfinite(jacobian).all():
        jacobian = None
    return Evidence(
        position=f.position,
        shape=x.shape,
        result=run.value.shape,
        value=x.ravel(),
        run=run,
        cotangents=cotangents,
        claimed=f.gradients,
        measured=spread(c.measured.value, np.nan),
        tolerance=spread(c.tolerance, np.inf),
        scale=spread(c.measured.scale, np.nan),
        bad=spread(c.code == DIFFERS, 0.0).astype(bool),
        jacobian=jacobian,
        ties=[int(positions[line]) for line in c.ties],
    )


def subsets(axes: Sequence[int]) -> Iterator[tuple[int, ...]]:
    """Every choice of one or more axes, the small ones first.

    >>> list(subsets([0, 1]))
    [(0,), (1,), (0, 1)]
    """
    return chain.from_iterable(combinations(axes, n + 1) for n in range(len(axes)))


def spell_axes(axes: Sequence[int]) -> str:
    """How a sentence names some axes."""
    return f"axis {', '.join(map(str, axes))}"
