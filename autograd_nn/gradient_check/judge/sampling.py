"""Where to look: cotangents; and of arguments too large to move every element, which ones.

Random directions see every element at once, though a single wrong one only faintly beside the
noise of the others; random elements see a few exactly.  Together they leave little: an element
that is wrong by e is missed by one direction with probability at most √(2/π)·τ/(e·r), r its
reach and τ the tolerance along the direction, and by four of them with the fourth power of that.
When a direction disagrees, halving it finds the element in log₂ N more derivatives.
A cotangent of ones is never used: most wrong rules are right for it (softmax with no backward pass
at all, any permutation).
"""

from collections.abc import Iterator

import numpy as np

from ...differences.constants import DIRECTIONS, EVERY_RESULT, GAUSSIAN, MARGIN, RELATIVE, SAMPLED
from ...differences.lines import Lines, elements, sizes
from ...engine.types import Array
from .compare import Claims


def draw_cotangents(shape: tuple[int, ...], rng: np.random.Generator) -> Array:
    """One row each: every unit vector for up to 16 results, and two Gaussian ones always."""
    count = int(np.prod(shape, dtype=np.int64))
    gaussian = rng.standard_normal((GAUSSIAN, count))
    if count == 1:  # 1 says it all; another number shows whether the gradient is linear in it
        return np.array([[-0.5 - abs(gaussian[0, 0])], [1.0]])
    return np.vstack([np.eye(count), gaussian]) if count <= EVERY_RESULT else gaussian


def draw_sample(x: Array, claimed: Array, rng: np.random.Generator) -> tuple[Lines, Lines]:
    """Random directions, and some elements: random ones, first and last, largest and smallest."""
    size = sizes(x)
    directions = rng.standard_normal((DIRECTIONS, x.size)) * size
    with np.errstate(divide="ignore"):  # as far as the element goes that is moved most for its size
        finest = np.min(np.abs(x.ravel() / directions), axis=1, where=x.ravel() != 0, initial=1.0)
    along = Lines(np.ones(DIRECTIONS), finest, directions=directions)
    last = np.abs(claimed[-1])
    flat = np.abs(x.ravel())
    special = [0, x.size - 1, *(int(f(v)) for v in (last, flat) for f in (np.argmax, np.argmin))]
    chosen = np.unique([*special, *rng.choice(x.size, min(SAMPLED, x.size), replace=False)])
    return along, elements(x, chosen)


def find_guilty(
    claims: Claims, i: int, direction: Array, claimed: Array, cotangent: Array, limit: int
) -> Iterator[int]:
    """The wrong elements on a direction that disagrees, the worst first, up to ``limit``.

    ``claimed`` is the gradient for this one cotangent, flat.  Each takes 2 log₂ N derivatives.
    """
    claimed = claimed.copy()

    def measured(members: Array) -> tuple[float, float]:
        """The derivative along some of the elements, and how many tolerances the claim is off."""
        part = np.zeros(direction.size)
        part[members] = direction[members]
        line = Lines(np.ones(1), np.zeros(1), directions=part[None])
        w = claims.probe(i, line).table(noise=np.zeros(claims.here.size)).under(cotangent[None])
        value = float(w.value[0, 0])
        room = float(MARGIN * w.error[0, 0] + RELATIVE * w.scale[0, 0])
        return value, abs(float(claimed @ part) - value) / max(room, 1e-300)

    for _ in range(limit):
        members = np.arange(direction.size)
        value, off = measured(members)
        if not off > 1:
            return
        while len(members) > 1:
            halves = members[: len(members) // 2], members[len(members) // 2 :]
            found = [measured(half) for half in halves]
            worse = int(found[1][1] > found[0][1])
            members, value = halves[worse], found[worse][0]
        yield int(members[0])
        claimed[members[0]] = value / direction[members[0]]
