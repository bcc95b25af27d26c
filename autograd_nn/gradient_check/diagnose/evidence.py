"""What a diagnosis has to go by for one argument, and how a supposed fault is held against it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ...differences.problem import Recorded
from ...engine.core import Array, Node
from ..judge.compare import DIFFERS
from ..judge.judge import Finding

Found = tuple[str, str] | None
"""What a pattern finds: a cause and a sentence, or nothing."""

_FINE, _COARSE = 1e-6, 0.1


@dataclass
class Evidence:
    """One argument's gradient, claimed and measured, ``(cotangents, elements)``.

    Where only a sample was measured the rest of ``measured`` is nan.  ``jacobian`` is
    ``(results, elements)``, or None if it is too large or not whole; ``bad`` says which pairs
    differ, ``scale`` how much was added up for each; ``value`` is the argument, flat.
    """

    position: int
    shape: tuple[int, ...]
    result: tuple[int, ...]
    value: Array
    cotangents: Array
    claimed: Array
    measured: Array
    tolerance: Array
    scale: Array
    bad: Array
    jacobian: Array | None
    ties: list[int]
    graph: Node | None
    by_hand: bool
    counts: tuple[tuple[int, str], ...]

    @property
    def known(self) -> Array:
        """Which pairs were measured."""
        return np.isfinite(self.measured)

    @property
    def whole(self) -> bool:
        """Whether every element was measured."""
        return bool(self.known.all())

    def explained_by(self, supposed: Array, margin: float = _FINE) -> bool:
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
            room = margin * size + 10 * self.tolerance + 0.1 * margin * largest
            apart = np.abs(self.claimed - self.measured)
            better = (off <= _COARSE * apart) | (off <= self.tolerance)
        return bool(np.all(off[known] <= room[known]) and np.all(better[known & self.bad]))

    def mended_by(self, gradients: Array) -> bool:
        """Whether other gradients are the measured ones, wherever these are known."""
        known = self.known
        with np.errstate(all="ignore"):
            off = np.abs(gradients - self.measured)[known]
            largest = float(np.max(np.abs(self.measured[known]), initial=0.0))
            room = 1e-6 * (np.abs(self.measured[known]) + 0.1 * largest) + self.tolerance[known]
            apart = np.abs(self.claimed - self.measured)
            better = np.abs(gradients - self.measured) < 0.1 * apart
        return bool(np.all(off <= room)) and bool(np.all(better[known & self.bad]))

    def pulled(self, cotangents: Array) -> Array:
        """The measured gradient under other cotangents."""
        assert self.jacobian is not None
        return cotangents @ self.jacobian

    def index(self, element: int) -> tuple[int, ...]:
        """An element's index."""
        return tuple(int(n) for n in np.unravel_index(element, self.shape))


def evidence(
    f: Finding,
    x: Array,
    cotangents: Array,
    run: Recorded,
) -> Evidence:
    """The comparison of an argument's elements as whole arrays."""
    c = f.elements
    positions = c.lines.positions
    assert positions is not None
    count = x.size

    def spread(values: Array, rest: float) -> Array:
        whole = np.full((len(cotangents), count), rest)
        whole[:, positions] = values.T
        return whole

    jacobian = c.jacobian.T if c.jacobian is not None and len(positions) == count else None
    if jacobian is not None and not np.isfinite(jacobian).all():
        jacobian = None
    return Evidence(
        f.position,
        x.shape,
        run.value.shape,
        x.ravel(),
        cotangents,
        f.gradients,
        spread(c.measured.value, np.nan),
        spread(c.tolerance, np.inf),
        spread(c.measured.scale, np.nan),
        spread(c.code == DIFFERS, 0.0).astype(bool),
        jacobian,
        [int(positions[line]) for line in c.ties],
        run.graph,
        run.by_hand,
        run.counts,
    )
