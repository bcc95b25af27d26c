"""What a check can conclude."""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum


class Verdict(Enum):
    """What a check has found; the worst part of a check decides.

    ``PASS``: the gradient is that of the finite differences.  ``KINK``: at or near a kink or a tie
    the gradient lies between the one-sided derivatives, jointly where arguments are tied; which is
    all that can be asked there.  ``INCONCLUSIVE``: the finite differences cannot tell (noise, a
    jump, a value too large for its changes to be seen).  ``NONFINITE``: the gradient, or the
    function at or near the arguments, is infinite or nan.  ``FAIL``: the gradient is wrong.
    """

    PASS = "PASS"
    KINK = "KINK"
    INCONCLUSIVE = "INCONCLUSIVE"
    NONFINITE = "NONFINITE"
    FAIL = "FAIL"

    def __str__(self) -> str:
        """The name alone."""
        return self.value


def worst(verdicts: Iterable[Verdict]) -> Verdict:
    """The verdict of a whole from those of its parts.

    >>> worst([Verdict.PASS, Verdict.NONFINITE, Verdict.KINK])
    <Verdict.NONFINITE: 'NONFINITE'>
    """
    order = list(Verdict)
    return max(verdicts, key=order.index, default=Verdict.PASS)
