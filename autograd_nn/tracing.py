"""One call of a function to be differentiated: which tensors went in, what came out.

The arguments to differentiate are replaced by tensors of the call's own.  So it is told apart what
each derivative is taken with respect to, however calls are nested and whatever f reaches besides.
"""

from __future__ import annotations

import sys
import warnings
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from . import ops
from .backward import ZeroGradientWarning, sweep, topological_order
from .core import Array, Node, is_recording, recording, value
from .tensor import Tensor
from .trees import leaves, matched, rebuilt

_HERE = str(Path(__file__).parent)


class TracedCall:
    """One call of f, with tensors of our own in place of the arguments to differentiate."""

    def __init__(
        self, name: str, f: Callable[..., Any], args: Any, settings: Any, argnums: Any
    ) -> None:
        self.name = name
        self.was_recording = is_recording()
        self.alone = not isinstance(argnums, (Sequence, range))
        self.numbers = [_argnum(name, n, args) for n in ([argnums] if self.alone else argnums)]
        self.trees = [args[n] for n in self.numbers]
        found = [
            pair
            for n, tree in zip(self.numbers, self.trees, strict=True)
            for pair in leaves(tree, f"argument {n}")
        ]
        self.places, self.given = [p for p, _ in found], [x for _, x in found]
        with recording(True):
            self.nodes = [_own(name, place, x) for place, x in found]
            given, own = list(args), iter(self.nodes)
            for n, tree in zip(self.numbers, self.trees, strict=True):
                given[n] = rebuilt(tree, own)
            self.output = f(*given, **settings)
        self.outputs = [_result(name, place, x) for place, x in leaves(self.output, "f's result")]
        self.as_tensors = any(isinstance(x, Node) for x in self.given) or self._reaches_outside()

    def _reaches_outside(self) -> bool:
        """Whether f's result depends on a leaf that was there before this call."""
        start = min((x.serial for x in self.nodes), default=0)
        reached = topological_order(*[y for y in self.outputs if isinstance(y, Node)])
        return any(x.op is None and x.requires_grad and x.serial < start for x in reached)

    def the_number(self) -> Any:
        """f's result, if it is a single number."""
        number = self.outputs and not isinstance(self.output, (tuple, list, dict))
        if not number or np.size(value(self.output)) != 1:
            found = f"a {type(self.output).__name__}" if self.outputs else "None"
            if hasattr(self.output, "shape"):
                found = f"shape {self.output.shape}"
            raise ValueError(
                f"{self.name}: f returned {found}; expected a single number; reduce it (.sum(), "
                ".mean()), or use jacobian, vjp or elementwise_grad"
            )
        return self.outputs[0]

    def the_array(self) -> Any:
        """f's result, if it is one array."""
        if len(self.outputs) != 1 or isinstance(self.output, (tuple, list, dict)):
            raise ValueError(
                f"{self.name}: f returned {type(self.output).__name__}; expected an array"
            )
        return self.outputs[0]

    def value(self) -> Any:
        """f's result as it is handed out."""
        return rebuilt(self.output, [self._out(y) for y in self.outputs])

    def pulled(
        self, outputs: list[Any], seeds: Any = None, create_graph: bool | None = None
    ) -> list[Any]:
        """The gradient for each of our nodes; zeros, and a warning, where nothing arrives."""
        create_graph = self.as_tensors if create_graph is None else create_graph
        seeds = [None] * len(outputs) if seeds is None else seeds
        pairs = list(zip(outputs, seeds, strict=True))
        pairs = [(y, g) for y, g in pairs if isinstance(y, Node) and y.requires_grad]
        arrived = sweep(
            [y for y, _ in pairs], self.nodes, [g for _, g in pairs], create_graph, self.name
        )
        self.warn_of([p for p, x in zip(self.places, self.nodes, strict=True) if x not in arrived])
        return [arrived[x] if x in arrived else zeros_for(x, create_graph) for x in self.nodes]

    def pushed(self, outputs: list[Any], tangents: Any) -> list[Any]:
        """How each output changes as our nodes move along the tangents."""
        seeds = self.tangents(tangents)
        moved = [y for y in outputs if isinstance(y, Node) and y.requires_grad]
        u = [Tensor(np.zeros(y.shape, y.dtype), requires_grad=True) for y in moved]
        back = sweep(moved, self.nodes, u, True, self.name)
        self.warn_of([p for p, x in zip(self.places, self.nodes, strict=True) if x not in back])
        pairs = [(back[x], v) for x, v in zip(self.nodes, seeds, strict=True) if x in back]
        pairs = [(g, v) for g, v in pairs if g.requires_grad]
        with recording(True):
            forth = sweep(
                [g for g, _ in pairs], u, [v for _, v in pairs], self.as_tensors, self.name
            )
        found = dict(zip(moved, (forth.get(x) for x in u), strict=True))
        pushed = [found.get(y) if isinstance(y, Node) else None for y in outputs]
        return [
            self._out(zeros_for(y, self.as_tensors) if v is None else v)
            for y, v in zip(outputs, pushed, strict=True)
        ]

    def tangents(self, tangents: Any) -> list[Any]:
        """The tangents' leaves, each of its argument's shape."""
        found = matched(tuple(self.trees), tuple(tangents), f"{self.name}: tangents")
        for place, x, v in zip(self.places, self.nodes, found, strict=True):
            if np.shape(value(v)) != x.shape:
                raise ValueError(
                    f"{self.name}: the tangent of {place} has shape {np.shape(value(v))}; expected "
                    f"{x.shape}, the argument's"
                )
        self.as_tensors = self.as_tensors or any(isinstance(v, Node) for v in found)
        return found

    def as_arguments(self, found: list[Any], as_tensors: bool | None = None) -> Any:
        """Gradients, one for each leaf, built like the arguments."""
        handed = iter(
            [self._like(g, x, as_tensors) for g, x in zip(found, self.given, strict=True)]
        )
        built = tuple(rebuilt(tree, handed) for tree in self.trees)
        return built[0] if self.alone else built

    def _like(self, g: Any, given: Any, as_tensors: bool | None) -> Any:
        """A gradient as what it is the gradient of: a tensor, an array, a number."""
        g = self._out(g, as_tensors)
        if isinstance(g, Node):
            return g
        if type(given) is float:
            return float(g)
        return np.asarray(g) if isinstance(given, np.ndarray) else g

    def _out(self, x: Any, as_tensors: bool | None = None) -> Any:
        """A result as it is handed out: a tensor if need be, else an array of its own."""
        if not (self.as_tensors if as_tensors is None else as_tensors):
            return np.array(value(x))[()]  # a number of NumPy's for a single one
        if not self.was_recording:
            return Tensor(value(x))
        if not isinstance(x, Node):
            return Tensor(x)
        return x if x.op is not None else +x  # type: ignore[operator]  # a leaf could be changed

    def warn_of(self, places: list[str]) -> None:
        """Say that f's result does not depend on these arguments, where f was differentiated."""
        if places:
            warnings.warn(
                f"{self.name}: f's result does not depend on {', '.join(places)}; the derivative "
                "is zero (a number taken out by float(), .data or a function of math carries none)",
                ZeroGradientWarning,
                stacklevel=_levels_up_to_the_user(),
            )


def _levels_up_to_the_user() -> int:
    """How far up the first frame outside this package is, for a warning's stacklevel."""
    level, frame = 1, sys._getframe(1)
    while frame.f_back is not None and frame.f_code.co_filename.startswith(_HERE):
        level, frame = level + 1, frame.f_back
    return level


def _own(name: str, place: str, x: Any) -> Any:
    """A tensor of our own for an argument: what happens to it is told apart from all else."""
    if isinstance(x, Node) and x.requires_grad:
        return ops.positive(x)
    try:
        tensor = Tensor(value(x))
    except (TypeError, ValueError):
        raise TypeError(
            f"{name}: {place} is {_described(x)}; expected an array of real numbers, or a tuple, "
            "list or dict of arrays"
        ) from None
    if tensor.dtype.kind != "f":
        raise TypeError(
            f"{name}: {place} has dtype {tensor.dtype}, and a small change of an integer is none; "
            "pass floating-point numbers (3.0 for 3, array.astype(float))"
        )
    tensor.requires_grad = True
    return tensor


def _described(x: Any) -> str:
    return type(x).__name__ + (f" of dtype {x.dtype}" if hasattr(x, "dtype") else "")


def _result(name: str, place: str, y: Any) -> Any:
    """A tensor that f returned, or the array of what does not depend on its arguments."""
    if isinstance(y, Node):
        return y
    array = np.asarray(y)
    if array.dtype.kind not in "fiub":
        raise TypeError(
            f"{name}: {place} is {_described(y)}; expected a tensor, or a tuple, list or dict "
            "of tensors"
        )
    return array


def zeros_for(x: Any, as_tensor: bool) -> Any:
    """Zeros of the shape and dtype of x."""
    zeros: Array = np.zeros(np.shape(value(x)), value(x).dtype)
    return Tensor(zeros) if as_tensor else zeros


def _argnum(name: str, n: Any, args: Any) -> int:
    if not isinstance(n, (int, np.integer)) or not -len(args) <= n < len(args):
        raise ValueError(
            f"{name}: argnums names argument {n!r}, but f was called with {len(args)} positional "
            f"argument{'s' * (len(args) != 1)}, counted from 0"
        )
    return int(n) % len(args)
