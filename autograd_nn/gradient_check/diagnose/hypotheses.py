"""Mistakes that explain every wrong argument at once: at an operation, or in their order."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice

import numpy as np

from ...differences.problem import Recorded
from ...engine.core import Array
from ..judge.judge import Finding
from .evidence import Evidence, Found
from .suspects import Suspect, suspects, with_rules

_SUSPECTS = 200  # mistakes to try


def explained(
    findings: Sequence[Finding], wrong: dict[int, Evidence], cotangents: Array, run: Recorded
) -> Found:
    """A mistake at a recorded operation that explains every wrong argument, and no right one."""
    if run.graph is None or not wrong or not run.graph.requires_grad:
        return None
    for changed in islice(suspects(run.graph, run.by_hand), _SUSPECTS):
        if _explains(changed, findings, wrong, cotangents, run):
            one = changed[0]
            everywhere = f"{one.everywhere} at each of {len(changed)} places"
            return one.cause, one.text if len(changed) == 1 else everywhere
    return None


def _explains(
    changed: Sequence[Suspect],
    findings: Sequence[Finding],
    wrong: dict[int, Evidence],
    cotangents: Array,
    run: Recorded,
) -> bool:
    assert run.graph is not None
    try:
        gradients = with_rules(run.graph, run.leaves, changed, cotangents)
    except ValueError:  # of another shape: not this one
        return False
    if not run.by_hand:
        return all(e.mended_by(gradients[i]) for i, e in wrong.items())
    right = [f for f in findings if f.position not in wrong]
    return all(e.explained_by(gradients[i]) for i, e in wrong.items()) and all(
        np.allclose(f.gradients, gradients[f.position], rtol=1e-6, atol=1e-9 * _size(f))
        for f in right
    )


def _size(f: Finding) -> float:
    return float(np.max(np.abs(f.gradients), initial=0.0))


def swapped(f: Finding, wrong: dict[int, Evidence]) -> Found:
    """Two arguments that have each other's gradient."""
    e = wrong.get(f.position)
    for other in wrong.values():
        if e is None or other is e or other.shape != e.shape or not e.whole or not other.whole:
            continue
        if e.explained_by(other.measured) and other.explained_by(e.measured):
            text = f"the gradient is that of argument {other.position}, and the other way round"
            return "permuted", f"{text}: are the gradients in another order than the arguments?"
    return None
