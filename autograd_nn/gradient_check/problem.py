"""What is checked: a function of arrays, and the pulling back of cotangents that claims to fit it.

The check knows a function only as a :class:`Problem`: the values it is given, what it makes of
other values, and what its gradient is said to be.  How the gradient is got (a recorded graph, a
formula worked out by hand, another framework) makes no difference to the check.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

from ..backward import own, sweep, topological_order
from ..core import Array, Node, Op, value
from ..tensor import Tensor

Pullback = Callable[[Array], list[Any]]


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
        ...

    def value(self, i: int, x: Array) -> Array:
        """The result with ``x`` for argument ``i`` and the other arguments as they are."""
        ...

    def at(self, values: Sequence[Array]) -> Array:
        """The result with other arguments."""
        ...

    def element(self, i: int, position: int) -> Callable[[float], Array] | None:
        """The result with one element moved by t, where there is a short way to it."""
        ...

    def recorded(self, values: Sequence[Array] | None = None) -> Recorded:
        """A fresh run, with other arguments if they are given."""
        ...

    def retraced(self, run: Recorded) -> Recorded:
        """A run with the graph of the function if there is a way to it, to explain a mistake by."""
        ...


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
        return None

    def retraced(self, run: Recorded) -> Recorded:
        """As it is."""
        return run


class TensorFunction(OfAllArguments):
    """A function of tensors; its gradient is the backward pass over what it records."""

    def __init__(self, f: Callable[..., Any], values: list[Array], asked_by: str) -> None:
        self.f, self.values, self.asked_by = f, values, asked_by
        self.name = name_of(f)
        self.names = argument_names(f, len(values))
        self.magnitude = 1.0
        self.line = defined_at(f)

    def _result(self, arrays: Sequence[Array]) -> tuple[Any, list[Tensor]]:
        tensors = [Tensor(x, requires_grad=True, copy=False) for x in arrays]
        y = self.f(*tensors)
        if not isinstance(y, Tensor):
            raise TypeError(
                f"{self.asked_by}: f returned {type(y).__name__}; expected a tensor, so compute "
                "with the tensors it is given (operators and autograd_nn.ops)"
            )
        return y, tensors

    def at(self, values: Sequence[Array]) -> Array:
        """The result with other arguments, in memory of its own."""
        y, _ = self._result(values)
        return np.array(y.data, np.float64)

    def recorded(self, values: Sequence[Array] | None = None) -> Recorded:
        """A fresh recording, and the backward pass over it."""
        y, tensors = self._result(self.values if values is None else values)
        self.magnitude = largest_number(y)

        def pull(cotangent: Array) -> list[Any]:
            if not y.requires_grad:
                return [np.zeros(t.shape) for t in tensors]
            found = sweep([y], tensors, [cotangent], asked_by=self.asked_by)
            return [own(found[t]) if t in found else np.zeros(t.shape) for t in tensors]

        return Recorded(np.array(y.data, np.float64), pull, y, tensors)


class GradientOf(TensorFunction):
    """The gradient of a function by its argument ``i``, as a function of all its arguments and of
    the cotangent, which comes last: what the second order checks."""

    def __init__(self, first: TensorFunction, i: int, cotangent: Array) -> None:
        self.first, self.i = first, i
        super().__init__(self.gradient, [*first.values, cotangent], first.asked_by)
        self.name = f"the gradient of {first.name} by argument {i}"
        self.names = [*first.names, "the cotangent"]
        self.line = first.line

    def gradient(self, *tensors: Tensor) -> Any:
        """The gradient, recorded."""
        *given, g = tensors
        y, t = self.first.f(*given), given[self.i]
        if not y.requires_grad:
            return Tensor(np.zeros(t.shape))
        found = sweep([y], [t], [g], create_graph=True, asked_by=self.asked_by)
        return found[t] if t in found else Tensor(np.zeros(t.shape))


def largest_number(graph: Node) -> float:
    """The largest finite number of a recorded graph, by magnitude."""
    return max(
        float(np.max(np.abs(n.data), initial=0.0, where=np.isfinite(n.data)))
        for n in topological_order(graph)
    )


def name_of(f: Any) -> str:
    """What to call a function in a message."""
    return str(getattr(f, "name", None) or getattr(f, "__name__", None) or type(f).__name__)


def argument_names(f: Any, count: int) -> list[str]:
    """The names of a function's arguments; x0, x1 … where it does not say."""
    source = f
    if isinstance(f, Op):
        source = next((r for r in _rules(f) if r is not None), f.forward)
    names: list[str] = []
    with suppress(TypeError, ValueError):
        for p in inspect.signature(source).parameters.values():
            if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD):
                names.append(p.name)
    if isinstance(f, Op) and source is not f.forward:
        names = names[2:]  # after g and y
    if len(names) < count:
        names = [f"x{i}" for i in range(count)] if count != 1 else ["x"]
    return names[:count]


def _rules(op: Op) -> Sequence[Any]:
    return op.rules if isinstance(op.rules, tuple) else ()


def defined_at(f: Any) -> str | None:
    """Where the text of a function, or of an op's first rule, stands; None where there is none."""
    f = inspect.unwrap(f) if callable(f) else f
    if isinstance(f, Op):
        f = next((r for r in _rules(f) if r is not None), f.forward)
    code = getattr(f, "__code__", None)
    return f"defined at {code.co_filename}:{code.co_firstlineno}" if code else None


def checkable(f: Any, i: int, a: Any, asked_by: str) -> Array:
    """An argument as float64 in memory of its own; ``TypeError`` or ``ValueError`` if it cannot."""
    x = np.array(value(a))
    where = f"{asked_by}: {name_of(f)}, argument {i}"
    if x.dtype.kind in "iub":
        raise TypeError(
            f"{where} has dtype {x.dtype}; expected floating-point numbers (1.0 for 1), since an "
            "integer cannot be moved a little; bind labels and masks in a lambda"
        )
    if x.dtype.kind != "f":
        kind = f"{type(a).__name__}, of dtype {x.dtype}"
        raise TypeError(f"{where} is {kind}; expected an array of floating-point numbers")
    if not np.isfinite(x).all():
        raise ValueError(f"{where} has an element that is infinite or nan")
    return np.array(x, dtype=np.float64, order="C")
