"""Where an argument is moved, and how far is far."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ..engine.types import Array
from .constants import SHORTEST


@dataclass(frozen=True)
class Lines:
    """Where to move an argument: single elements by ``positions``, or along ``directions``.

    ``reach`` is how far is far, a power of two for each line; ``finest`` the size of the element
    itself, along a direction that of the least one.
    """

    reach: Array
    finest: Array
    positions: Array | None = None
    directions: Array | None = None

    def __len__(self) -> int:
        """How many lines."""
        return len(self.reach)

    def __getitem__(self, chosen: slice | Sequence[int] | Array) -> "Lines":
        """Some of the lines."""
        rest = (None if x is None else x[chosen] for x in (self.positions, self.directions))
        return Lines(self.reach[chosen], self.finest[chosen], *rest)

    def move(self, flat: Array, start: Array, line: int, t: float) -> None:
        """Put an argument at ``start`` + ``t`` · line, by its one element if it is of one."""
        if self.positions is not None:
            j = self.positions[line]
            flat[j] = start[j] + t
        else:
            assert self.directions is not None
            np.multiply(self.directions[line], t, out=flat)
            flat += start

    def slopes(self, gradients: Array, errors: bool = False) -> Array:
        """The derivative along each line that ``gradients`` (cotangents, elements) claim; of
        ``errors``, which have no sign, the sum."""
        if self.positions is not None:
            return gradients[:, self.positions].T
        assert self.directions is not None
        return (np.abs(self.directions) if errors else self.directions) @ gradients.T


def sizes(x: Array) -> Array:
    """How far is far for each element: its own size, or a tenth of the typical one if larger."""
    largest = float(np.max(np.abs(x), initial=0.0))
    if not largest:
        return np.ones(x.size)
    typical = largest * float(np.sqrt(np.mean(np.square(x / largest))))
    return np.maximum(np.abs(x.ravel()), max(0.1 * typical, SHORTEST))


def elements(x: Array, positions: Array) -> Lines:
    """Lines along single elements, their reach a power of two so that adding a step is exact."""
    with np.errstate(all="ignore"):
        reach = np.exp2(np.clip(np.round(np.log2(sizes(x)[positions])), -900, 900))
    return Lines(reach, np.abs(x.ravel()[positions]), positions=positions)


def random_move(x: Array, rng: np.random.Generator) -> Array:
    """A random move of every element, as far as is far for it."""
    return (rng.standard_normal(x.size) * sizes(x)).reshape(x.shape)
