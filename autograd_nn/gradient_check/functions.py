"""What is checked: a function of tensors, its gradient once more, and the arguments of both."""

import inspect
import zlib
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any

import numpy as np

from ..differences.problem import OfAllArguments, Recorded
from ..engine.backward import own, sweep, topological_order
from ..engine.core import Node, Op, value
from ..engine.types import Array
from ..support.checks import check_count, check_flag
from ..tensor.tensor import Tensor


class TensorFunction(OfAllArguments):
    """A function of tensors; its gradient is the backward pass over what it records."""

    def __init__(self, f: Callable[..., Any], values: list[Array], asked_by: str) -> None:
        self.f, self.values, self.asked_by, self.magnitude = f, values, asked_by, 1.0
        self.name, self.names, self.line = name_of(f), argument_names(f, len(values)), defined_at(f)

    def _call(self, arrays: Sequence[Array]) -> tuple[Tensor, list[Tensor]]:
        tensors = [Tensor(x, requires_grad=True, copy=False) for x in arrays]
        y = self.f(*tensors)
        if not isinstance(y, Tensor):
            raise TypeError(
                f"{self.asked_by}: f returned {type(y).__name__}; expected a tensor, so compute "
                "with the tensors that f is given (operators and autograd_nn.ops)"
            )
        return y, tensors

    def at(self, values: Sequence[Array]) -> Array:
        """The result with other arguments, in memory of its own."""
        return np.array(self._call(values)[0].data, np.float64)

    def recorded(self, values: Sequence[Array] | None = None) -> Recorded:
        """A fresh recording, and the backward pass over it."""
        y, tensors = self._call(self.values if values is None else values)
        self.magnitude = largest_number(y)

        def pull(cotangent: Array) -> list[Array]:
            found = {}
            if y.requires_grad:
                found = sweep([y], tensors, [cotangent], asked_by=self.asked_by)
            return [own(found[t]) if t in found else np.zeros(t.shape) for t in tensors]

        return Recorded(np.array(y.data, np.float64), pull, graph=y, leaves=tensors)


class GradientOf(TensorFunction):
    """The gradient of a function with respect to argument ``i``, as a function of all arguments
    and of the cotangent, which comes last: what the second order checks."""

    def __init__(self, first: TensorFunction, i: int, cotangent: Array) -> None:
        self.first, self.i = first, i
        super().__init__(self.gradient, [*first.values, cotangent], first.asked_by)
        self.name = f"the gradient of {first.name} with respect to argument {i}"
        self.names, self.line = [*first.names, "the cotangent"], first.line

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


def name_of(f: object) -> str:
    """What to call a function in a message."""
    return str(getattr(f, "name", None) or getattr(f, "__name__", None) or type(f).__name__)


def argument_names(f: Callable[..., Any], count: int) -> list[str]:
    """The names of a function's arguments; x0, x1 … where it does not say."""
    source, names = _source(f), []
    with suppress(TypeError, ValueError):
        parameters = inspect.signature(source).parameters.values()
        names = [
            p.name for p in parameters if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)
        ]
    if isinstance(f, Op) and source is not f.forward:
        names = names[2:]  # after g and y
    if len(names) < count:
        names = [f"x{i}" for i in range(count)] if count != 1 else ["x"]
    return names[:count]


def defined_at(f: Callable[..., Any] | None) -> str | None:
    """Where the text of a function, or of an op's first rule, stands; None where there is none."""
    code = getattr(_source(inspect.unwrap(f)), "__code__", None) if f is not None else None
    return f"defined at {code.co_filename}:{code.co_firstlineno}" if code else None


def _source(f: Callable[..., Any]) -> Callable[..., Any]:
    """The function itself; of an op its first rule, or else its forward function."""
    if not isinstance(f, Op):
        return f
    rules = (f.rule(i) for i in range(f.arity or 0))
    return next((r for r in rules if r is not None), f.forward)


def check_argument(f: object, i: int, a: object, asked_by: str) -> Array:
    """An argument as float64 in memory of its own; ``TypeError`` or ``ValueError`` if it cannot."""
    x = np.array(value(a))
    where = f"{asked_by}: {name_of(f)}, argument {i}"
    if x.dtype.kind in "iub":
        raise TypeError(
            f"{where} has dtype {x.dtype}; expected floating-point numbers (1.0, not 1), because "
            "finite differences take small steps; bind labels and masks in a lambda"
        )
    if x.dtype.kind != "f":
        kind = f"{type(a).__name__}, of dtype {x.dtype}"
        raise TypeError(f"{where} is {kind}; expected an array of floating-point numbers")
    if not np.isfinite(x).all():
        raise ValueError(f"{where} has an element that is infinite or nan")
    return np.array(x, dtype=np.float64, order="C")


def check_settings(
    asked_by: str, seed: int | np.random.Generator | None, every: bool | None, values: list[Array]
) -> int:
    """The number that everything random follows from; without a seed, from the shapes."""
    if every is not None:
        check_flag(every, f"{asked_by}: every")
    if isinstance(seed, np.random.Generator):
        return int(seed.integers(2**31))
    if seed is not None:
        return check_count(seed, f"{asked_by}: seed", least=0)
    return zlib.crc32(repr([x.shape for x in values]).encode())


def as_array(x: object) -> Array:
    """An array of what a framework returned, taken out of its graph if it is in one."""
    detach = getattr(x, "detach", None)
    return np.asarray(value(detach() if callable(detach) else x))


def pull_scalar(gradients: list[Array], cotangent: Array) -> list[Array]:
    """The gradients of a scalar under a cotangent; what holds no numbers is left for the laws."""
    c = float(cotangent.reshape(()))
    return gradients if c == 1 else [c * g if g.dtype.kind in "fiub" else g for g in gradients]
