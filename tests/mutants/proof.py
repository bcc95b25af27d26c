"""The check put to the proof: every mutant checked, and what came of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache

import numpy as np

from autograd_nn import ops
from autograd_nn.engine.core import Op
from autograd_nn.gradient_check import Report, Verdict, gradcheck

from .classics import CLASSICS
from .edges import edge_samples
from .faults import faulty
from .mutant import Mutant, Within
from .samples import Sample
from .sift import Kind, sifted
from .syntax import rewritten
from .units import ONE, Scales, call_in_units

SAMPLES_EACH = 3  # on how many of the samples on which it differs a mutant is checked at most
REJECTED = (Verdict.FAIL, Verdict.NONFINITE)
NO_DERIVATIVE = "differs only where the function has no finite derivative to compare with"
OTHER_SLOPE = "differs only at a kink, where it gives another of the slopes that are right there"


@dataclass(frozen=True)
class Outcome:
    """What the check said of one mutant.

    ``report`` is None where not even the right rule passes on any sample that shows a difference;
    ``at_edges`` says that only zeros, ties and the like show one.
    """

    mutant: Mutant
    killed: bool = False
    report: Report | None = None
    at_edges: bool = False

    @property
    def diagnosed(self) -> bool | None:
        """Whether the cause is the right one; None for a mistake that has no name."""
        if not self.mutant.causes:
            return None
        return self.report is not None and self.report.cause in self.mutant.causes

    @property
    def why(self) -> str:
        """Why a mutant survived; empty where nobody knows.

        Both reasons are found by trying: a survivor for any other reason stays unexplained.
        """
        if self.killed or not self.at_edges:
            return ""
        if self.report is None:
            return NO_DERIVATIVE
        return OTHER_SLOPE if self.report.verdict is Verdict.KINK else ""


@dataclass
class Proof:
    """How many mutants of each family were killed and rightly named, and which survived."""

    outcomes: list[Outcome] = field(default_factory=list)
    equivalent: int = 0
    cannot_run: int = 0

    @property
    def killed(self) -> int:
        """How many the check rejected."""
        return sum(o.killed for o in self.outcomes)

    @property
    def survivors(self) -> list[Outcome]:
        """Those that it did not."""
        return [o for o in self.outcomes if not o.killed]

    @property
    def diagnosed(self) -> tuple[int, int]:
        """How many mistakes were named rightly, of how many that have a name."""
        named = [o.diagnosed for o in self.outcomes if o.diagnosed is not None]
        return sum(named), len(named)

    def by_family(self) -> dict[str, Proof]:
        """The same for each kind of mistake."""
        found: dict[str, Proof] = {}
        for outcome in self.outcomes:
            found.setdefault(outcome.mutant.family, Proof()).outcomes.append(outcome)
        return found


def every_mutant(table: Iterable[Op] = ops.ALL) -> Iterator[Mutant]:
    """Wrong rules for every argument of every op, then those made by hand.

    >>> from autograd_nn import ops
    >>> every = list(every_mutant([ops.div]))
    >>> str(every[0]), str(next(m for m in every if m.family == "operator"))
    ('div, argument 0: × 1.01', 'div, argument 0: g / b → g * b')
    """
    for op in table:
        for i in range(op.arity or 2):
            if op.rule(i) is not None:
                yield from faulty(op, i)
                yield from rewritten(op, i)
    yield from CLASSICS


def prove(mutants: Iterable[Mutant]) -> Proof:
    """Check them all.

    >>> from autograd_nn import ops
    >>> from mutants.faults import faulty
    >>> proof = prove(faulty(ops.exp, 0))
    >>> proof.killed, len(proof.outcomes), proof.equivalent  # exp repeats nothing
    (16, 16, 2)
    """
    proof = Proof()
    for mutant in mutants:
        put_to(proof, mutant)
    return proof


def put_to(proof: Proof, mutant: Mutant) -> None:
    """Check one more mutant, and note what came of it."""
    kind, samples = sifted(mutant)
    proof.equivalent += kind is Kind.EQUIVALENT
    proof.cannot_run += kind is Kind.CANNOT_RUN
    if kind is Kind.WRONG:
        proof.outcomes.append(checked(mutant, samples))


def checked(mutant: Mutant, samples: Sequence[Sample], scales: Scales = ONE) -> Outcome:
    """What the check says of a mutant on the first samples where the right rule passes.

    ``scales`` are those of the arguments and of the result: the same function in other units.  A
    rule that raises under some cotangent is rejected by its own error.
    """
    edges = edge_samples(mutant.op.name)
    at_edges = all(sample in edges for sample in samples)
    wrong, outcome, tried = mutant.make(), Outcome(mutant, at_edges=at_edges), 0
    for sample in samples:
        if tried == SAMPLES_EACH:
            break
        if not right_passes(mutant.op, sample, mutant.within, scales):
            continue
        tried += 1
        try:
            report = _report(wrong, sample, mutant.within, scales)
        except Exception:
            return Outcome(mutant, True, None, at_edges)
        outcome = Outcome(mutant, report.verdict in REJECTED, report, at_edges)
        if outcome.killed:
            break
    return outcome


@cache
def right_passes(op: Op, sample: Sample, within: Within = None, scales: Scales = ONE) -> bool:
    """Whether the check accepts the right rules on this sample; if not, it cannot say a thing."""
    return _report(op, sample, within, scales).ok


def _report(op: Op, sample: Sample, within: Within, scales: Scales) -> Report:
    function, arrays = call_in_units(op, sample, within, scales)
    with np.errstate(all="ignore"):
        return gradcheck(function, *arrays)
