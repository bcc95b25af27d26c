"""What a diagnosis has to go by for one argument, and how a supposed fault is held against it."""

from collections.abc import Iterator, Sequence
from itertools import chain, combinations
from typing import NamedTuple

import numpy as np

from ...differences.problem import Recorded
from ...engine.types import Array
from ..judge.compare import DIFFERS
from ..judge.judge import Finding
from ..verdict import Cause

_FINE, _COARSE = 1e-6, 0.1


class Explanation(NamedTuple):
    """What to say about an argument: the cause if its gradient is wrong, and a sentence."""

    cause: Cause | None
    text: str


# A fault that is supposed: the cause, a sentence, and what the gradient would then be under each
# cotangent, to be held against what is claimed; None where that has been done.  The first that
# explains the claim is taken.
Guess = tuple[Cause, str, Array | None]


class Evidence:
    """One argument's gradient, claimed and measured, ``(cotangents, elements)``.

    Where only a sample was measured the rest of ``measured`` is nan: ``known`` says which pairs
    are, ``whole`` whether all.  ``jacobian`` is ``(results, elements)``, or None if it is too large
    or incomplete; ``bad`` says which pairs differ, ``scale`` how much was added up for each;
    ``value`` is the argument, flat.
    """

    def __init__(self, f: Finding, x: Array, cotangents: Array, run: Recorded) -> None:
        c, positions = f.elements, f.elements.lines.positions
        assert positions is not None

        def spread(values: Array, rest: float) -> Array:
            everywhere = np.full((len(cotangents), x.size), rest)
            everywhere[:, positions] = values.T
            return everywhere

        self.position, self.shape, self.value = f.position, x.shape, x.ravel()
        self.run, self.result = run, run.value.shape
        self.cotangents, self.claimed = cotangents, f.gradients
        self.measured = spread(c.measured.value, np.nan)
        self.tolerance = spread(c.tolerance, np.inf)
        self.scale = spread(c.measured.scale, np.nan)
        self.bad: Array = spread(c.code == DIFFERS, 0.0).astype(bool)
        self.known = np.isfinite(self.measured)
        self.whole = bool(self.known.all())
        self.jacobian: Array | None = None
        if c.jacobian is not None and len(positions) == x.size and np.isfinite(c.jacobian).all():
            self.jacobian = c.jacobian.T
        self.ties = [int(positions[line]) for line in c.ties]

    def explained_by(self, supposed: Array) -> bool:
        """Whether a gradient with the supposed fault is what is claimed, at every element that was
        measured, and clearly better than the right gradient where that differs."""
        known = self.known & np.isfinite(supposed)
        if not known.any() or not known[self.bad].all():
            return False
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
        off, size = np.abs(gradients - self.measured), np.abs(self.measured)
        largest = float(np.max(size[known], initial=0.0))
        room = _FINE * (size + 0.1 * largest) + self.tolerance
        better = off < _COARSE * np.abs(self.claimed - self.measured)
        return bool(np.all(off[known] <= room[known]) and np.all(better[known & self.bad]))

    def index(self, element: int) -> tuple[int, ...]:
        """The index of an element that is given by its flat position."""
        return tuple(int(n) for n in np.unravel_index(element, self.shape))


def subsets(axes: Sequence[int]) -> Iterator[tuple[int, ...]]:
    """Every choice of one or more axes, the small ones first.

    >>> list(subsets([0, 1]))
    [(0,), (1,), (0, 1)]
    """
    return chain.from_iterable(combinations(axes, n + 1) for n in range(len(axes)))


def spell_axes(axes: Sequence[int]) -> str:
    """How a sentence names some axes."""
    return f"axis {', '.join(map(str, axes))}"
