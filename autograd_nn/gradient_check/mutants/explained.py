"""Why the mutants survive that do.

Both reasons are found by trying, so that a survivor for any other reason stays unexplained.
"""

from __future__ import annotations

from .. import Report, Verdict

NO_DERIVATIVE = "differs only where the function has no finite derivative to compare with"
OTHER_SLOPE = "differs only at a kink, where it gives another of the slopes that are right there"


def reason(report: Report | None, at_edges: bool) -> str:
    """Why a mutant is not rejected; empty where that is not known.

    ``report`` is the one on the mutant, None where the right rule itself does not pass;
    ``at_edges`` says that the mutant differs from it only there.
    """
    if not at_edges:
        return ""
    if report is None:
        return NO_DERIVATIVE
    return OTHER_SLOPE if report.verdict is Verdict.KINK else ""
