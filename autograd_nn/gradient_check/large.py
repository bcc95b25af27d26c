"""Arguments too large to move every element: where to look, and how to find the guilty one.

Random directions see every element at once, though a single wrong one only faintly beside the
noise of the others; random elements see a few exactly.  Together they leave little: an element
that is wrong by e is missed by one direction with probability at most √(2/π)·τ/(e·r), r its
reach and τ the tolerance along the direction, and by four of them with the fourth power of that.
When a direction disagrees, halving it finds the element in log₂ N more derivatives.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from ..core import Array
from .compare import MARGIN, RELATIVE
from .cotangents import weighted
from .measure import Lines, elements, sizes, slopes
from .problem import Problem

DIRECTIONS, SAMPLED = 4, 32


def sample(x: Array, claimed: Array, rng: np.random.Generator) -> tuple[Lines, Lines]:
    """Random directions, and some elements: random ones, first and last, largest and smallest."""
    size = sizes(x)
    directions = rng.standard_normal((DIRECTIONS, x.size)) * size
    along = Lines(np.ones(DIRECTIONS), np.zeros(DIRECTIONS), directions=directions)
    last = np.abs(claimed[-1])
    flat = np.abs(x.ravel())
    special = [0, x.size - 1, *(int(f(v)) for v in (last, flat) for f in (np.argmax, np.argmin))]
    chosen = np.unique([*special, *rng.choice(x.size, min(SAMPLED, x.size), replace=False)])
    return along, elements(x, chosen)


def guilty(
    problem: Problem,
    i: int,
    direction: Array,
    claimed: Array,
    cotangent: Array,
    here: Array,
    limit: int,
) -> Iterator[tuple[int, int]]:
    """Wrong elements on a direction that disagrees, up to ``limit``, each with the derivatives
    that finding it took.  ``claimed`` is the gradient for this one cotangent, flat.
    """
    claimed, used = claimed.copy(), 0

    def wrong(members: Array) -> float:
        """How many tolerances the derivative along some of the elements is off."""
        part = np.zeros(direction.size)
        part[members] = direction[members]
        line = Lines(np.ones(1), np.zeros(1), directions=part[None])
        w = weighted(slopes(problem, i, line, here), cotangent[None])
        known[0] = float(w.numeric[0, 0])
        room = MARGIN * w.error[0, 0] + RELATIVE * w.scale[0, 0]
        return float(abs(claimed @ part - known[0]) / max(room, 1e-300))

    known = [0.0]
    for _ in range(limit):
        members, used = np.arange(direction.size), 1
        if not wrong(members) > 1:
            return
        while len(members) > 1:
            half = members[: len(members) // 2], members[len(members) // 2 :]
            used += 2
            off = [wrong(m) for m in half]
            members = half[int(off[1] > off[0])]
        used += 1
        wrong(members)
        yield int(members[0]), used
        claimed[members[0]] = known[0] / direction[members[0]]
