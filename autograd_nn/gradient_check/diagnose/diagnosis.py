"""What is wrong with a gradient: the cause, and a sentence with its evidence."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np

from ...differences.constants import EPSILON, SMALLEST
from ...differences.problem import Problem, Recorded
from ...engine.types import Array
from ..judge.compare import KINKED, UNRESOLVED
from ..judge.judge import Finding
from ..report import BrokenLaw
from ..verdict import Cause, Verdict
from .evidence import Evidence, Explanation
from .misplaced import find_swap
from .patterns import IN_ORDER
from .suspects import find_mistake


@dataclass
class Diagnosis:
    """A verdict on the whole, why, the argument that decides, and what to say of each argument."""

    verdict: Verdict
    cause: Cause | None
    text: str
    position: int | None
    arguments: list[Explanation]


@np.errstate(all="ignore")
def diagnose(
    problem: Problem,
    findings: Sequence[Finding],
    laws: Sequence[BrokenLaw],
    cotangents: Array,
    run: Recorded,
) -> Diagnosis:
    """The first pattern that explains what was found, for each argument and for all together."""
    failed = [f for f in findings if f.verdict is Verdict.FAIL]
    if failed:
        run = problem.retraced(run)
    wrong = {f.position: Evidence(f, problem.values[f.position], cotangents, run) for f in failed}
    mistake = find_mistake(findings, wrong, cotangents, run)
    arguments = []
    for f in findings:
        if e := wrong.get(f.position):
            arguments.append(_of_a_law(f, laws) or mistake or find_swap(e, wrong) or _pattern(e))
        else:
            arguments.append(Explanation(None, _describe_unfailed(f, problem, run.value)))
    if not laws and not any(f.checked for f in findings):
        text = _describe_nothing(problem, run.value)
        return Diagnosis(Verdict.INCONCLUSIVE, None, text, None, arguments)
    return _summarize(findings, laws, arguments)


def _summarize(
    findings: Sequence[Finding], laws: Sequence[BrokenLaw], arguments: list[Explanation]
) -> Diagnosis:
    """What to say first: a law, or the first argument that decided."""
    verdict = max([*(f.verdict for f in findings), *(law.verdict for law in laws)])
    deciding = [f.position for f in findings if f.verdict is verdict]
    known = [p for p in deciding if arguments[p].cause not in (None, Cause.OTHER)]
    law = next((law for law in laws if law.verdict is verdict), None)
    if law is not None and not (law.cause is Cause.OTHER and known):
        cause = law.cause if verdict is Verdict.FAIL else None
        return Diagnosis(verdict, cause, law.text, law.argument, arguments)
    if verdict is Verdict.PASS:
        return Diagnosis(verdict, None, _describe_agreement(findings), None, arguments)
    first = (known or deciding)[0]
    cause, text = arguments[first]
    others = [str(p) for p in deciding if p != first]
    if others and verdict is Verdict.FAIL:
        noun, verb = ("arguments", "are") if len(others) > 1 else ("argument", "is")
        text += f" ({noun} {', '.join(others)} {verb} wrong too)"
    return Diagnosis(verdict, cause, text, first, arguments)


def _of_a_law(f: Finding, laws: Sequence[BrokenLaw]) -> Explanation | None:
    """What a law says about an argument, if it says anything in particular."""
    said = (w for w in laws if w.verdict is Verdict.FAIL and w.argument in (None, f.position))
    return next((Explanation(w.cause, w.text) for w in said if w.cause is not Cause.OTHER), None)


def _pattern(e: Evidence) -> Explanation:
    text = "wrong along a random direction, though every sampled element is right"
    if not e.bad.any():  # only along a direction
        return Explanation(Cause.SOME_ELEMENTS, text)
    for cause, text, supposed in chain.from_iterable(pattern(e) for pattern in IN_ORDER):
        if supposed is None or e.explained_by(supposed):
            return Explanation(cause, text)
    bad, known = (int(pairs.any(axis=0).sum()) for pairs in (e.bad, e.known))
    text = f"{bad} of {known} elements differ from the finite differences, in no known pattern"
    return Explanation(Cause.OTHER, text)


def _describe_agreement(findings: Sequence[Finding]) -> str:
    """How well the two agree, for a gradient that passed."""
    worst, compared = 0.0, [c for f in findings for c in f.comparisons]
    if not any(c.claimed.any() or c.measured.value.any() for c in compared):
        return (
            "the gradient is zero, and the result does not change with any argument (does the "
            "function use its arguments?)"
        )
    for c in compared:
        size = np.maximum(np.abs(c.claimed), np.abs(c.measured.value))
        size = np.maximum(size, np.maximum(c.measured.scale, 1e-6 * c.measured.natural))
        off = np.abs(c.claimed - c.measured.value) / size
        worst = max(worst, float(np.max(off, initial=0.0, where=size > c.measured.error)))
    return f"the gradient agrees with the finite differences, to a relative error of {worst:.1g}"


def _describe_nothing(problem: Problem, result: Array) -> str:
    """Why nothing was looked at, so that nothing is known, and what to do."""
    shapes = [str(x.shape) for x in problem.values]
    what = f"argument{'s have shapes' if len(shapes) > 1 else ' has shape'} {', '.join(shapes)}"
    if any(x.size for x in problem.values):
        what = f"result has shape {result.shape}"
    return f"the {what}: there are no elements to check; use arrays that are not empty"


def _describe_unfailed(f: Finding, problem: Problem, result: Array) -> str:
    """What there is to say about an argument whose gradient is not wrong."""
    if f.verdict is Verdict.KINK:
        count = int((f.elements.code == KINKED).any(axis=1).sum())
        return (
            f"{count} of {f.checked} elements {'is' if count == 1 else 'are'} at a kink or a tie, "
            "where the gradient lies between the one-sided derivatives"
        )
    if f.verdict is Verdict.NONFINITE:
        return _describe_nonfinite(f, problem.values[f.position].shape, result)
    if f.verdict is Verdict.INCONCLUSIVE:
        return _describe_doubt(f) if f.checked else "the result has no elements"
    return "" if f.checked else "it has no elements"


def _describe_nonfinite(f: Finding, shape: tuple[int, ...], result: Array) -> str:
    """What is infinite or nan, and where."""

    def at(flat: np.intp, within: tuple[int, ...]) -> str:
        return f"index {tuple(int(n) for n in np.unravel_index(flat, within))}"

    bad = np.flatnonzero(~np.isfinite(result))
    if bad.size:
        where = at(bad[0], result.shape)
        return f"the function itself is {result.flat[bad[0]]} at {where} of its result"
    bad = np.flatnonzero(~np.isfinite(f.gradients).all(axis=0))
    if bad.size:
        infinite = np.isinf(f.gradients[:, bad[0]]).any()  # 0 · ∞ is nan under other cotangents
        return f"the gradient is {'infinite' if infinite else 'nan'} at {at(bad[0], shape)}"
    lines = f.elements.lines
    bad = np.flatnonzero(~np.isfinite(f.elements.measured.value).all(axis=1))
    if not bad.size or lines.positions is None:
        return "the function is not finite near the arguments"
    return f"the function is not finite near {at(lines.positions[bad[0]], shape)}"


def _describe_doubt(f: Finding) -> str:
    """Why the finite differences cannot tell."""
    c = next(c for c in f.comparisons if (c.code == UNRESOLVED).any())
    line, k = (int(n) for n in np.argwhere(c.code == UNRESOLVED)[0])
    w = c.measured
    if EPSILON * w.natural[line, k] * c.lines.reach[line] < SMALLEST:
        return "the results underflow, so their changes are lost: scale the arguments up?"
    if w.truncation[line, k] > w.rounding[line, k]:
        return "the finite differences do not converge: a jump, or a kink that looks like one?"
    return (
        f"the finite difference is known only to ± {w.error[line, k]:.1g}: noise, or changes lost "
        "in the round-off of a large result?"
    )
