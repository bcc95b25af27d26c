"""A law that does not hold."""

from __future__ import annotations

from dataclasses import dataclass

from .verdict import Verdict


@dataclass(frozen=True)
class Broken:
    """A law that does not hold: for which argument (None: for none in particular), and the cause
    that this points to.

    ``unfit``: what was found is of no use to anything that computes with it.  ``verdict`` is
    ``INCONCLUSIVE`` where something else might look the same.
    """

    argument: int | None
    cause: str
    text: str
    unfit: bool = False
    verdict: Verdict = Verdict.FAIL
