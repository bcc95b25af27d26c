"""Which mutants are wrong at all: those that give another gradient somewhere.

A change to a rule's text may change nothing (x + 0 for x - 0, a flip of what is symmetric), or
leave a rule that cannot run.  Neither is anything for a check to find.  Both are told by trying:
the mutant's gradient beside the right one, on every sample of its op in several draws and at the
edges, for two random cotangents each.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache

import numpy as np

from autograd_nn.engine.core import Op
from autograd_nn.engine.types import Array

from .edges import edge_samples
from .mutant import Mutant, pulled_back
from .samples import Sample, table

DRAWS = (1986, 1, 2)
_COTANGENTS = 2
_ENOUGH = 4  # samples on which a mutant differs


class Kind(Enum):
    """What a mutant turned out to be."""

    WRONG = "wrong"
    EQUIVALENT = "gives the right gradient everywhere"
    CANNOT_RUN = "raises wherever it runs"


@dataclass(frozen=True)
class Trial:
    """One sample with one cotangent, and the right gradient for it."""

    sample: Sample
    g: Array
    y: Array
    right: Array


def sifted(mutant: Mutant) -> tuple[Kind, list[Sample]]:
    """What a mutant is, and the samples on which it differs from the right rule, plain ones first.

    >>> from autograd_nn import ops
    >>> from mutants.faults import faulty
    >>> kinds = {m.family: sifted(m)[0].name for m in faulty(ops.neg, 0)}
    >>> kinds["negated"], kinds["mean for sum, over the repeated"]  # neg does not repeat anything
    ('WRONG', 'EQUIVALENT')
    """
    if mutant.within or mutant.samples:
        return Kind.WRONG, list(mutant.samples)  # made by hand: taken at its word
    wrong = mutant.make()
    differing: list[Sample] = []
    ran = False
    with np.errstate(all="ignore"):
        for trial in trials(mutant.op, mutant.argument):
            if len(differing) == _ENOUGH:
                break
            if differing and trial.sample is differing[-1]:
                continue
            outcome = _differs(wrong, mutant.argument, trial)
            ran = ran or outcome is not None
            if outcome:
                differing.append(trial.sample)
    if differing:
        return Kind.WRONG, differing
    return (Kind.EQUIVALENT if ran else Kind.CANNOT_RUN), []


def _differs(wrong: Op, i: int, trial: Trial) -> bool | None:
    """Whether the gradient is another one; None where there is none."""
    try:
        share = pulled_back(wrong, i, trial.sample, trial.g, trial.y)
    except Exception:  # a mutant may raise anything
        return None
    right = trial.right
    if np.array_equal(share, right, equal_nan=True):
        return False
    scale = np.max(np.abs(right[np.isfinite(right)]), initial=0.0)
    return not np.allclose(share, right, rtol=1e-11, atol=1e-13 * scale, equal_nan=True)


@lru_cache
def trials(op: Op, i: int) -> tuple[Trial, ...]:
    """Everything that a rule for argument i is tried on, what is ordinary first."""
    samples = [s for seed in DRAWS for s in _drawn(seed).get(op.name, [])]
    samples.sort(key=lambda s: not 4 <= max(map(np.size, s.arrays)) <= 24)
    return tuple(t for s in (*samples, *edge_samples(op.name)) for t in _tried(op, i, s))


@lru_cache
def _drawn(seed: int) -> dict[str, list[Sample]]:
    found: dict[str, list[Sample]] = {}
    for sample in table(seed):
        found.setdefault(sample.op, []).append(sample)
    return found


def _tried(op: Op, i: int, sample: Sample) -> Iterator[Trial]:
    if i in sample.fixed or i >= len(sample.arrays) or not np.size(sample.arrays[i]):
        return
    with np.errstate(all="ignore"):
        try:
            y = np.asarray(op(*sample.arrays, **sample.params))
            rng = np.random.default_rng(y.size)
            for _ in range(_COTANGENTS):
                g = np.asarray(rng.standard_normal(y.shape))
                yield Trial(sample, g, y, pulled_back(op, i, sample, g, y))
        except np.linalg.LinAlgError:  # at the edge of its domain
            return
