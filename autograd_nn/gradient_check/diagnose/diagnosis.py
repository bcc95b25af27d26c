"""What is wrong with a gradient, in a word and in a sentence with its evidence.

The words (``Report.cause``): ``factor``, ``sign``, ``zero``, ``transposed``, ``permuted``,
``flipped``, ``some elements``, ``not summed back``, ``mean for sum``, ``activation derivative``,
``not accumulated``, ``ties``, ``float32``, ``ignores cotangent``, ``offset``, ``penalty``,
``diagonal``, ``wrong layer``, ``other``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ...differences.constants import EPSILON, SMALLEST
from ...differences.problem import Problem, Recorded
from ...engine.core import Array
from ..judge.compare import KINKED, UNRESOLVED
from ..judge.judge import Finding
from ..report import Broken
from ..verdict import Verdict, worst
from .evidence import Evidence, evidence
from .hypotheses import explained, swapped
from .patterns import IN_ORDER

CAUSES = (
    "factor", "sign", "zero", "transposed", "permuted", "flipped", "some elements",
    "not summed back", "mean for sum", "activation derivative", "not accumulated", "ties",
    "float32", "ignores cotangent", "offset", "penalty", "diagonal",
    "wrong layer", "other",
)  # fmt: skip
Named = tuple[str | None, str]


@dataclass
class Diagnosis:
    """A verdict, a cause (a short key or None) and a sentence; the latter two for each argument."""

    verdict: Verdict
    cause: str | None
    text: str
    position: int | None
    arguments: list[Named]


def diagnose(
    problem: Problem,
    findings: Sequence[Finding],
    laws: Sequence[Broken],
    cotangents: Array,
    run: Recorded,
) -> Diagnosis:
    """The first pattern that explains what was found, for each argument and for all together."""
    if any(f.verdict is Verdict.FAIL for f in findings):
        run = problem.retraced(run)
    wrong = {
        f.position: evidence(f, problem.values[f.position], cotangents, run)
        for f in findings
        if f.verdict is Verdict.FAIL
    }
    suspected = explained(findings, wrong, cotangents, run)
    named = [
        _of_argument(f, problem, wrong.get(f.position), laws, suspected or swapped(f, wrong), run)
        for f in findings
    ]
    verdict = worst([*(f.verdict for f in findings), *(law.verdict for law in laws)])
    if not laws and not any(f.checked for f in findings):
        text = _nothing_there(problem, run.value)
        return Diagnosis(Verdict.INCONCLUSIVE, None, text, None, named)
    return _together(verdict, findings, named, laws)


def _together(
    verdict: Verdict, findings: Sequence[Finding], named: list[Named], laws: Sequence[Broken]
) -> Diagnosis:
    """What to say first: a law, or the first argument that decided."""
    deciding = [f.position for f in findings if f.verdict is verdict]
    known = [p for p in deciding if named[p][0] not in (None, "other")]
    law = next((law for law in laws if law.verdict is verdict), None)
    if law is not None and not (law.cause == "other" and known):
        cause = law.cause if verdict is Verdict.FAIL else None
        return Diagnosis(verdict, cause, law.text, law.argument, named)
    if verdict is Verdict.PASS:
        return Diagnosis(verdict, None, _agreement(findings), None, named)
    first = known[0] if known else deciding[0]
    cause, text = named[first]
    others = [str(p) for p in deciding if p != first and verdict is Verdict.FAIL]
    if others:
        several = (
            f"arguments {', '.join(others)} are" if len(others) > 1 else f"argument {others[0]} is"
        )
        text += f" ({several} wrong too)"
    return Diagnosis(verdict, cause, text, first, named)


def _of_argument(
    f: Finding,
    problem: Problem,
    e: Evidence | None,
    laws: Sequence[Broken],
    suspected: Named | None,
    run: Recorded,
) -> Named:
    if f.verdict is not Verdict.FAIL or e is None:
        return None, _not_wrong(f, problem, run.value)
    for law in laws:
        if law.verdict is not Verdict.FAIL:
            continue
        if law.argument in (None, f.position) and law.cause != "other":
            return law.cause, law.text
    if suspected is not None:
        return suspected
    if not e.bad.any():  # only along a direction
        return "some elements", "wrong along a random direction, right at every sampled element"
    for pattern in IN_ORDER:
        found = pattern(e)
        if found is not None:
            return found
    bad, known = int(e.bad.any(axis=0).sum()), int(e.known.any(axis=0).sum())
    return "other", f"{bad} of {known} elements differ from the finite differences, by no pattern"


def _agreement(findings: Sequence[Finding]) -> str:
    """How well the two agree, for a gradient that passed."""
    worst_off = 0.0
    compared = [c for f in findings for c in f.comparisons]
    if not any(c.claimed.any() or c.measured.value.any() for c in compared):
        return (
            "the gradient is zero, and no result moves with an argument (does the function use "
            "what it is given?)"
        )
    for c in compared:
        with np.errstate(all="ignore"):
            size = np.maximum(np.abs(c.claimed), np.abs(c.measured.value))
            size = np.maximum(size, np.maximum(c.measured.scale, 1e-6 * c.measured.natural))
            off = np.abs(c.claimed - c.measured.value) / size
        worst_off = max(worst_off, float(np.max(off, initial=0.0, where=size > c.measured.error)))
    return f"the gradient agrees with the finite differences, to {worst_off:.1g} of itself"


def _nothing_there(problem: Problem, value: Array) -> str:
    """Why nothing was looked at, so that nothing is known, and what to do."""
    if any(x.size for x in problem.values):
        what = f"the result has shape {value.shape}"
    else:
        shapes = ", ".join(str(x.shape) for x in problem.values)
        what = (
            f"the argument{'s have shapes' if len(problem.values) > 1 else ' has shape'} {shapes}"
        )
    return f"{what}: there are no elements to check; give arrays that lead to some"


def _not_wrong(f: Finding, problem: Problem, value: Array) -> str:
    """What there is to say about an argument whose gradient is not wrong."""
    c = f.elements
    if f.verdict is Verdict.KINK:
        count = int((c.code == KINKED).any(axis=1).sum())
        return (
            f"{count} of {f.checked} elements at a kink or a tie; there the gradient lies between "
            "the one-sided derivatives"
        )
    if f.verdict is Verdict.NONFINITE:
        return _not_finite(f, problem.values[f.position].shape, value)
    if f.verdict is Verdict.INCONCLUSIVE:
        return _cannot_tell(f) if f.checked else "the result has no elements"
    return "" if f.checked else "it has no elements"


def _not_finite(f: Finding, shape: tuple[int, ...], value: Array) -> str:
    """What is infinite or nan, and where."""

    def at(flat: int, within: tuple[int, ...]) -> str:
        return f"index {tuple(int(n) for n in np.unravel_index(flat, within))}"

    if not np.isfinite(value).all():
        flat = int(np.flatnonzero(~np.isfinite(value))[0])
        return f"the function itself is {value.flat[flat]} at {at(flat, value.shape)} of its result"
    bad = ~np.isfinite(f.gradients)
    if bad.any():
        flat = int(np.flatnonzero(bad.any(axis=0))[0])
        infinite = np.isinf(f.gradients[:, flat]).any()  # 0 · ∞ is nan under other cotangents
        return f"the gradient is {'infinite' if infinite else 'nan'} at {at(flat, shape)}"
    c = f.elements
    lines = np.flatnonzero(~np.isfinite(c.measured.value).all(axis=1))
    if not lines.size or c.lines.positions is None:
        return "the function is not finite near the arguments"
    return f"the function is not finite near {at(int(c.lines.positions[lines[0]]), shape)}"


def _cannot_tell(f: Finding) -> str:
    c = next(c for c in f.comparisons if (c.code == UNRESOLVED).any())
    line = int(np.flatnonzero((c.code == UNRESOLVED).any(axis=1))[0])
    k = int(np.argmax(c.code[line] == UNRESOLVED))
    w = c.measured
    if EPSILON * w.natural[line, k] * c.lines.reach[line] < SMALLEST:
        return "the results are below what the numbers can hold: scale the arguments up?"
    if w.truncation[line, k] > w.rounding[line, k]:
        return (
            "the finite differences do not settle: a jump, or a kink that cannot be told from one?"
        )
    return (
        f"the finite difference is known to ± {w.error[line, k]:.1g} only: noise, or changes below "
        "the round-off of a large result?"
    )
