"""Dropout: for every mini-batch other hidden neurons are left out (chapter 3 of the book)."""

from dataclasses import dataclass

import numpy as np

from ..engine.types import Array
from ..support.checks import check_flag, is_real


@dataclass(frozen=True)
class Dropout:
    """The fraction of hidden neurons to leave out, and when to make up for it.

    For each mini-batch a fraction ``rate`` of the neurons of each hidden layer, rounded down, is
    left out; with ``rate`` ½ half of them, as in the book.  Inputs and outputs stay.  A layer that
    has learned with so few neurons would send on too much with all of them.  The book's remedy is
    to multiply the weights that lead out of it by the fraction that was kept ("halved"), which the
    network does whenever it is used and not trained.  ``inverted`` divides by that fraction during
    training instead, so that the trained network needs no correction.

    Raises ``ValueError`` for a rate outside 0 ≤ rate < 1.

    >>> import numpy as np
    >>> Dropout(0.5).mask(4, np.random.default_rng(0))
    array([1., 0., 1., 0.])
    >>> Dropout(0.5).scale(4), Dropout(0.5, inverted=True).scale(4)
    (0.5, 1.0)
    """

    rate: float = 0.5
    inverted: bool = False

    def __post_init__(self) -> None:
        """Check the rate and the flag."""
        if not (is_real(self.rate) and 0 <= self.rate < 1):
            raise ValueError(
                f"Dropout: rate={self.rate!r:.60}; expected a number from 0 up to, but not, 1: the "
                "fraction of hidden neurons to leave out"
            )
        check_flag(self.inverted, "Dropout: inverted")

    def kept(self, neurons: int) -> int:
        """How many of a layer's neurons take part in a mini-batch."""
        return neurons - int(self.rate * neurons)

    def mask(self, neurons: int, rng: "np.random.Generator") -> Array:
        """Factors ``(neurons,)`` of the activations in one mini-batch: 0, or 1 (more if inverted).

        Its mean over all masks is ``scale``.
        """
        mask = np.zeros(neurons)
        kept = self.kept(neurons)
        mask[rng.permutation(neurons)[:kept]] = neurons / kept if self.inverted else 1.0
        return mask

    def scale(self, neurons: int) -> float:
        """The factor of the layer's activations when the network is used with all neurons."""
        return 1.0 if self.inverted else self.kept(neurons) / neurons


def choose_dropout(given: float | Dropout | None) -> Dropout | None:
    """The dropout for a rate, a :class:`Dropout` or None; None if it leaves nothing out."""
    if given is None:
        return None
    dropout = given if isinstance(given, Dropout) else Dropout(given)
    return dropout if dropout.rate else None
