"""Why the mutants survive that do: each reason beside what it holds for."""

from __future__ import annotations

from .. import Report, Verdict
from .mutant import Mutant

NO_DERIVATIVE = "differs only where the function has no finite derivative to compare with"
OTHER_SLOPE = "differs only at a kink, where it gives another of the slopes that are right there"


def reason(mutant: Mutant, report: Report | None) -> str:
    """Why this mutant is not rejected; empty where that is not known."""
    if report is None:
        return NO_DERIVATIVE
    if report.verdict is Verdict.KINK:
        return OTHER_SLOPE
    return ""
