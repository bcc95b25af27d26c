"""What is wrong with a gradient, in a word and in a sentence with its evidence."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from ..core import Array, Node
from .judge import Finding
from .problem import Problem
from .verdict import Verdict


@dataclass
class Diagnosis:
    """A cause (a short key or None), a sentence, and both for each argument."""

    cause: str | None
    text: str
    arguments: list[tuple[str | None, str]]
    broken: list[str] = field(default_factory=list)
    line: str | None = None


def diagnose(
    problem: Problem,
    findings: list[Finding],
    cotangents: Array,
    shape: tuple[int, ...],
    graph: Node | None,
) -> Diagnosis:
    """The first pattern that explains everything that was found."""
    arguments: list[tuple[str | None, str]] = []
    for f in findings:
        arguments.append(("other", "they differ") if f.verdict is Verdict.FAIL else (None, ""))
    first = next((a for a in arguments if a[0]), (None, "the gradient agrees"))
    return Diagnosis(first[0], first[1], arguments)
