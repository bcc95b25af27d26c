"""What is checked: a function of arrays, and the pulling back of cotangents that claims to fit it.

The check knows a function only as a :class:`Problem`: the values it is given, what it makes of
other values, and what its gradient is said to be.  How the gradient is got (a recorded graph, a
formula worked out by hand, another framework) makes no difference to the check.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol

import numpy as np

from ..engine.core import Node
from ..engine.types import Array

Pullback = Callable[[Array], list[Any]]
OUTSIDE = (ArithmeticError, ValueError, np.linalg.LinAlgError)  # a step out of the domain


@dataclass(frozen=True)
class Recorded:
    """One run: the result, how a cotangent is pulled back to every argument, and where there is
    one the recorded graph with its leaves, one for each argument."""

    value: Array
    pull: Pullback
    graph: Node | None = None
    leaves: Sequence[Node] = ()
    by_hand: bool = False  # the graph is that of the function, not of the gradient
    counts: tuple[tuple[int, str], ...] = ()  # what a mean may have been taken over, in words


class Problem(Protocol):
    """A function of arrays with a gradient to be checked.

    ``magnitude`` is the largest number that occurs on the way to the result, as far as is known;
    ``line`` says where the function, or its gradient, is to be found.
    """

    name: str
    values: list[Array]
    names: list[str]
    line: str | None

    @property
    def magnitude(self) -> float:
        """The largest number on the way."""

    def value(self, i: int, x: Array) -> Array:
        """The result with ``x`` for argument ``i`` and the other arguments as they are."""

    def at(self, values: Sequence[Array]) -> Array:
        """The result with other arguments."""

    def element(self, i: int, position: int) -> Callable[[float], Array] | None:
        """The result with one element moved by t, where there is a short way to it."""

    def recorded(self, values: Sequence[Array] | None = None) -> Recorded:
        """A fresh run, with other arguments if they are given."""

    def retraced(self, run: Recorded) -> Recorded:
        """A run with the graph of the function if there is a way to it, to explain a mistake by."""


class OfAllArguments:
    """A problem that has no short ways: all arguments are given anew every time."""

    values: list[Array]

    def at(self, values: Sequence[Array]) -> Array:
        """The result with other arguments."""
        raise NotImplementedError

    def value(self, i: int, x: Array) -> Array:
        """The result with another argument ``i``."""
        return self.at([x if j == i else v for j, v in enumerate(self.values)])

    def element(self, i: int, position: int) -> None:
        """No short way."""

    def retraced(self, run: Recorded) -> Recorded:
        """As it is."""
        return run


class Counting:
    """A problem that counts what is asked of it."""

    def __init__(self, problem: Problem) -> None:
        self.problem, self.name = problem, problem.name
        self.values, self.names, self.line = problem.values, problem.names, problem.line
        self.retraced = problem.retraced  # not counted: nothing is measured by it
        self.forward = self.backward = 0

    @property
    def magnitude(self) -> float:
        """The largest number on the way to the result."""
        return self.problem.magnitude

    def value(self, i: int, x: Array) -> Array:
        """The result with another argument ``i``, counted."""
        self.forward += 1
        return self.problem.value(i, x)

    def at(self, values: Sequence[Array]) -> Array:
        """The result with other arguments, counted."""
        self.forward += 1
        return self.problem.at(values)

    def element(self, i: int, position: int) -> Callable[[float], Array] | None:
        """The short way to a result with one element moved, each call counted."""
        short = self.problem.element(i, position)
        if short is None:
            return None

        def counted(t: float) -> Array:
            self.forward += 1
            return short(t)

        return counted

    def recorded(self, values: Sequence[Array] | None = None) -> Recorded:
        """A fresh run, counted, as is each pulling back."""
        self.forward += 1
        run = self.problem.recorded(values)

        def pull(cotangent: Array) -> list[Any]:
            self.backward += 1
            return run.pull(cotangent)

        return replace(run, pull=pull)
