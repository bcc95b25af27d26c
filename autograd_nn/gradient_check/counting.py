"""A problem that counts what is asked of it: forward and backward passes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from ..core import Array
from .problem import Problem, Recorded


class Counting:
    """A problem that counts what is asked of it."""

    def __init__(self, problem: Problem) -> None:
        self.problem, self.name = problem, problem.name
        self.values, self.names = problem.values, problem.names
        self.line = problem.line
        self.forward = self.backward = 0

    @property
    def magnitude(self) -> float:
        """As known."""
        return self.problem.magnitude

    def value(self, i: int, x: Array) -> Array:
        """As asked."""
        self.forward += 1
        return self.problem.value(i, x)

    def at(self, values: Sequence[Array]) -> Array:
        """As asked."""
        self.forward += 1
        return self.problem.at(values)

    def element(self, i: int, position: int) -> Callable[[float], Array] | None:
        """As asked, each call counted."""
        short = self.problem.element(i, position)
        if short is None:
            return None

        def counted(t: float) -> Array:
            self.forward += 1
            return short(t)

        return counted

    def retraced(self, run: Recorded) -> Recorded:
        """As asked."""
        return self.problem.retraced(run)

    def recorded(self, values: Sequence[Array] | None = None) -> Recorded:
        """As asked, each pulling back counted."""
        self.forward += 1
        run = self.problem.recorded(values)

        def pull(cotangent: Array) -> list[Any]:
            self.backward += 1
            return run.pull(cotangent)

        return replace(run, pull=pull)
