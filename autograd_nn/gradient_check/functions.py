"""autograd_nn.gradient_check.functions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from ..differences.problem import OfAllArguments, Recorded
from ..engine.core import Array

if TYPE_CHECKING:
    pass
import inspect
from contextlib import suppress

from ..engine.backward import own, sweep, topological_order
from ..engine.core import Node, Op, Rule, value
from ..tensor.tensor import Tensor


def as_array(x: Any) -> Array:
    """An array of what a framework returned, taken out of its graph if it is in one."""
    detach = getattr(x, "detach", None)
    if callable(detach):
        x = detach()
    return np.asarray(getattr(x, "data", x) if type(x).__module__.startswith("autograd_nn") else x)


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
        source = _first_rule(f) or f.forward
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


def _first_rule(op: Op) -> Rule | None:
    return next((op.rule(i) for i in range(op.arity or 0) if op.rule(i) is not None), None)


def defined_at(f: Any) -> str | None:
    """Where the text of a function, or of an op's first rule, stands; None where there is none."""
    f = inspect.unwrap(f) if callable(f) else f
    if isinstance(f, Op):
        f = _first_rule(f) or f.forward
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
