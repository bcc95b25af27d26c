"""Dropout: for every mini-batch other hidden neurons are left out (chapter 3 of the book)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from ..engine.core import Array
from ..support.checks import check_flag, is_real

if TYPE_CHECKING:  # NumPy imports its random numbers when they are first asked for
    from numpy.random import Generator


@dataclass(frozen=True)
class Dropout:
    """How many hidden neurons are left out, and where that is made up for.

    For each mini-batch ``rate`` of the neurons of each hidden layer, rounded down, are left out; at
    ``rate`` ½ half of them, as in the book.  Inputs and outputs stay.  A layer that has learned
    with so few would send too much when it is whole again.  The book's remedy is to make the
    weights that lead out of it smaller by the fraction that was kept ("halved"), which the network
    does whenever it is used and not trained.  ``inverted`` makes what is kept larger during
    training instead, so that the trained network needs no correction.

    >>> import numpy as np
    >>> Dropout(0.5).mask(4, np.random.default_rng(0))
    array([1., 0., 1., 0.])
    >>> Dropout(0.5).scale(4), Dropout(0.5, inverted=True).scale(4)
    (0.5, 1.0)
    """

    rate: float = 0.5
    inverted: bool = False

    def __post_init__(self) -> None:
        """Check the rate."""
        if not (is_real(self.rate) and 0 <= self.rate < 1):
            raise ValueError(
                f"Dropout: rate={self.rate!r:.60}; expected a number from 0 up to, but not, 1: the "
                "fraction of hidden neurons to leave out"
            )
        check_flag(self.inverted, "Dropout: inverted")

    def kept(self, neurons: int) -> int:
        """How many of a layer's neurons take part in a mini-batch."""
        return neurons - int(self.rate * neurons)

    def mask(self, neurons: int, rng: Generator) -> Array:
        """What each activation is multiplied by in one mini-batch: 0, or 1 (more if inverted).

        Its mean over all masks is ``scale``.
        """
        mask = np.zeros(neurons)
        kept = self.kept(neurons)
        mask[rng.permutation(neurons)[:kept]] = neurons / kept if self.inverted else 1.0
        return mask

    def scale(self, neurons: int) -> float:
        """What the activations of the whole layer are multiplied by when the network is used."""
        return 1.0 if self.inverted else self.kept(neurons) / neurons


def chosen_dropout(given: Any) -> Dropout | None:
    """A dropout from what a user writes: a rate, a :class:`Dropout`, or nothing."""
    if given is None or isinstance(given, Dropout):
        return given if given is not None and given.rate else None
    dropout = Dropout(given)
    return dropout if dropout.rate else None


def masks(dropout: Dropout, sizes: Sequence[int], rng: Generator) -> list[Array]:
    """A mask for each hidden layer, first layer first."""
    return [dropout.mask(n, rng) for n in sizes[1:-1]]
