"""The examination of one problem: laws, every argument beside finite differences, a diagnosis."""

from concurrent.futures import Executor

import numpy as np

from ..differences.constants import EVERY_ELEMENT, SMALL
from ..differences.problem import Counting, Problem
from ..differences.smoothness import find_stairs
from ..engine.types import Array
from ..errors import GradientShapeError
from .diagnose.diagnosis import Diagnosis, diagnose
from .judge.compare import Claims, pull_all
from .judge.judge import Finding, judge, worst_elements
from .judge.laws import check_laws, wrong_shape
from .judge.sampling import draw_cotangents
from .judge.ties import judge_ties
from .report import ArgumentReport, BrokenLaw, Report
from .verdict import Verdict


@np.errstate(all="ignore")  # what is not finite is told by the verdict
def examine(problem: Problem, seed: int, every: bool | None, executor: Executor | None) -> Report:
    """The report on one problem; ``every`` says whether to move every element, None as it fits."""
    rng = np.random.default_rng(seed)
    counted = Counting(problem)
    run = counted.recorded()
    weights = draw_cotangents(run.value.shape, rng)
    stairs = find_stairs(counted, run.value.ravel())
    try:
        laws = check_laws(counted, run, weights[-1].reshape(run.value.shape), stairs)
        if any(law.unfit for law in laws):
            found = diagnose(counted, [], laws, weights, run)
            return _report(counted, [], found, laws, weights, seed)
        gradients = pull_all(run, weights)
    except GradientShapeError as error:
        law = wrong_shape(None, error.got, error.expected)
        found = Diagnosis(Verdict.FAIL, law.cause, str(error), None, [])
        return _report(counted, [], found, [law], weights, seed)
    mapping = map if executor is None else executor.map
    claims = Claims(counted, gradients, weights, run.value, stairs.heights, rng, mapping)
    total = sum(x.size for x in problem.values)
    findings = []
    for i, x in enumerate(problem.values):
        small = x.size <= (EVERY_ELEMENT if total <= EVERY_ELEMENT else SMALL)
        findings.append(judge(claims, i, small if every is None else every))
    judge_ties(claims, [f.elements for f in findings])
    found = diagnose(counted, findings, laws, weights, run)
    return _report(counted, findings, found, laws, weights, seed)


def _report(
    problem: Counting,
    findings: list[Finding],
    found: Diagnosis,
    laws: list[BrokenLaw],
    weights: Array,
    seed: int,
) -> Report:
    return Report(
        name=problem.name,
        verdict=found.verdict,
        cause=found.cause,
        diagnosis=found.text,
        arguments=tuple(_argument(problem, f, found) for f in findings),
        broken=tuple(law.text for law in laws),
        cotangents=len(weights),
        forward=problem.forward,
        backward=problem.backward,
        seed=seed,
        line=problem.line,
        position=found.position,
    )


def _argument(problem: Problem, f: Finding, found: Diagnosis) -> ArgumentReport:
    x, looked = problem.values[f.position], f.elements
    cause, text = found.arguments[f.position]
    numbers = (looked.claimed, looked.measured.value, looked.measured.error)
    analytic, numeric, errors = (tuple(n[:, -1].tolist()) for n in numbers)
    return ArgumentReport(
        position=f.position,
        name=problem.names[f.position],
        shape=x.shape,
        verdict=f.verdict,
        cause=cause,
        diagnosis=text,
        elements=x.size,
        checked=f.checked,
        resolved=f.resolved,
        worst=worst_elements(problem, f),
        analytic=analytic,
        numeric=numeric,
        errors=errors,
    )
