"""One call of a function to be differentiated: which tensors went in, what came out.

The arguments to differentiate are replaced by tensors of the call's own.  They show what each
derivative is taken with respect to, however calls are nested and whatever else f reaches.
"""

import os
import sys
import warnings
from collections.abc import Callable, Collection, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from .. import ops
from ..engine.backward import sweep, topological_order
from ..engine.core import Node, value
from ..engine.modes import OWN, is_recording, is_tracing, recording
from ..engine.types import Array
from ..errors import ZeroGradientWarning
from ..tensor.tensor import Tensor
from .trees import leaves, match_leaves, rebuild

Argnums = int | Sequence[int]
Settings = Mapping[str, object]
_PACKAGE = str(Path(__file__).parents[1]) + os.sep


class TracedCall:
    """One call of f, with tensors of our own in place of the arguments to differentiate."""

    def __init__(
        self,
        name: str,
        f: Callable[..., Any],
        args: Sequence[object],
        settings: Settings,
        argnums: Argnums,
    ) -> None:
        self.name = name
        self.alone = not isinstance(argnums, Sequence)
        numbers = argnums if isinstance(argnums, Sequence) else [argnums]
        self.numbers = [_argnum(name, n, args) for n in numbers]
        if len(set(self.numbers)) < len(self.numbers):
            raise ValueError(f"{name}: argnums {argnums!r} names an argument twice")
        self.trees = [args[n] for n in self.numbers]
        trees = list(zip(self.numbers, self.trees, strict=True))
        found = [pair for n, tree in trees for pair in leaves(tree, f"argument {n}")]
        self.places, self.given = [p for p, _ in found], [x for _, x in found]
        with recording(True):
            self.nodes = [_own(name, place, x) for place, x in found]
            given, own = list(args), iter(self.nodes)
            for n, tree in trees:
                given[n] = rebuild(tree, own)
            self.output = f(*given, **settings)
            results = leaves(self.output, "f's result")
            self.outputs = [_result(name, place, y) for place, y in results]
        outside = self._reaches_outside()
        self.as_tensors = outside or is_tracing() or any(isinstance(x, Node) for x in self.given)
        self.differentiable = outside or any(_requires_gradient(x) for x in self.given)

    def finish(self) -> None:
        """Switch our leaves off: a later call must not take them for leaves from outside."""
        for x in self.nodes:
            if x.op is None:
                x.requires_grad = False

    def _reaches_outside(self) -> bool:
        """Whether f's result depends on a leaf that was there before this call."""
        start = min((x.serial for x in self.nodes), default=0)
        reached = topological_order(*[y for y in self.outputs if isinstance(y, Node)])
        return any(x.op is None and x.requires_grad and x.serial < start for x in reached)

    def the_number(self) -> Any:
        """f's result, which has to be a single number (else ``ValueError``)."""
        single = not self._is_container() and len(self.outputs) == 1
        if single and np.size(value(self.outputs[0])) == 1:
            return self.outputs[0]
        raise ValueError(
            f"{self.name}: f returned {self._returned()}; expected a single number; reduce it "
            "(.sum(), .mean()), or use jacobian, vjp or elementwise_grad"
        )

    def the_array(self) -> Any:
        """f's result, which has to be one array (else ``ValueError``)."""
        if self._is_container() or not self.outputs:
            raise ValueError(f"{self.name}: f returned {self._returned()}; expected an array")
        return self.outputs[0]

    def _is_container(self) -> bool:
        return isinstance(self.output, (tuple, list, Mapping))

    def _returned(self) -> str:
        if self.output is None:
            return "None"
        if self._is_container() or not hasattr(self.output, "shape"):
            return f"a {type(self.output).__name__}"
        return f"shape {self.output.shape}"

    def value(self) -> Any:
        """f's result as it is handed out."""
        found = self.outputs if self.differentiable else map(_constant, self.outputs)
        return rebuild(self.output, [self._out(y) for y in found])

    def pull(
        self,
        outputs: list[Any],
        seeds: Sequence[Any] | None = None,
        create_graph: bool | None = None,
        warn: bool = True,
    ) -> list[Any]:
        """The gradient for each of our nodes; zeros, and a warning, where nothing arrives."""
        create_graph = self.differentiable if create_graph is None else create_graph
        seeds = [None] * len(outputs) if seeds is None else seeds
        pairs = list(zip(outputs, seeds, strict=True))
        pairs = [(y, g) for y, g in pairs if isinstance(y, Node) and y.requires_grad]
        arrived = self.sweep([y for y, _ in pairs], self.nodes, [g for _, g in pairs], create_graph)
        if warn:
            self.warn_of(arrived)
        return [arrived[x] if x in arrived else zeros_for(x) for x in self.nodes]

    def push(self, outputs: list[Any], tangents: Sequence[object]) -> list[Any]:
        """How each output changes as our nodes move along the tangents."""
        seeds = self.tangents(tangents)
        moved = [y for y in outputs if isinstance(y, Node) and y.requires_grad]
        u = [Tensor(np.zeros(y.shape, y.dtype), requires_grad=True) for y in moved]
        back = self.sweep(moved, self.nodes, u, True)
        self.warn_of(back)
        pairs = [(back[x], v) for x, v in zip(self.nodes, seeds, strict=True) if x in back]
        pairs = [(g, v) for g, v in pairs if g.requires_grad]
        seeds = [v for _, v in pairs]
        forth = self.sweep([g for g, _ in pairs], u, seeds, self.differentiable)
        found = dict(zip(moved, (forth.get(x) for x in u), strict=True))
        pushed = [(y, found.get(y) if isinstance(y, Node) else None) for y in outputs]
        return [self._out(zeros_for(y) if v is None else v) for y, v in pushed]

    def sweep(
        self, outputs: list[Any], nodes: list[Any], seeds: list[Any], create_graph: bool
    ) -> dict[Node, Any]:
        """One backward pass, which a plan records in any case, for its later runs."""
        if create_graph or not is_tracing():
            return sweep(outputs, nodes, seeds, create_graph, self.name)
        with recording(False, OWN):  # arrays must lie as they do where nothing is recorded
            found = sweep(outputs, nodes, seeds, True, self.name)
        return {x: _constant(g) for x, g in found.items()}

    def tangents(self, tangents: Sequence[object]) -> list[Any]:
        """The tangents' leaves, each of its argument's shape."""
        found = match_leaves(tuple(self.trees), tuple(tangents), f"{self.name}: tangents")
        for place, x, v in zip(self.places, self.nodes, found, strict=True):
            _check_seed(f"{self.name}: the tangent of {place}", v, x.shape, "the argument's")
        self.as_tensors = self.as_tensors or any(isinstance(v, Node) for v in found)
        self.differentiable = self.differentiable or any(map(_requires_gradient, found))
        return found

    def seeds(self, g: object) -> list[Any]:
        """The leaves of what is to be pulled back, each of its result's shape."""
        found = match_leaves(self.output, g, f"{self.name}: the gradient at the result")
        for (place, y), seed in zip(leaves(self.output, "f's result"), found, strict=True):
            what = f"{self.name}: the gradient at {place}"
            _check_seed(what, seed, np.shape(value(y)), "the result's")
        return found

    def as_arguments(self, found: list[Any], as_tensors: bool | None = None) -> Any:
        """Gradients, one for each leaf, built like the arguments."""
        seen: set[int] = set()
        handed = []
        for g, given in zip(found, self.given, strict=True):
            if isinstance(g, Node) and id(g) in seen:
                g = +g  # type: ignore[operator]  # two arguments' gradients are two tensors
            seen.add(id(g))
            handed.append(self._like(g, given, as_tensors))
        values = iter(handed)
        built = tuple(rebuild(tree, values) for tree in self.trees)
        return built[0] if self.alone else built

    def _like(self, found: object, given: object, as_tensors: bool | None) -> Any:
        """A derivative as what it is the derivative by: a tensor, an array, a number."""
        g = self._out(found, as_tensors)
        if isinstance(g, Node) or np.ndim(g):
            return g
        if type(given) is float:
            return float(g)
        return np.asarray(g) if isinstance(given, np.ndarray) else g

    def _out(self, x: object, as_tensors: bool | None = None) -> Any:
        """A result as it is handed out: a tensor if need be, else an array of its own."""
        if not (self.as_tensors if as_tensors is None else as_tensors):
            return np.array(value(x))[()]  # a number of NumPy's for a single one
        if isinstance(x, Node) and not (x.requires_grad and is_recording()):
            x = _constant(x)
        if not isinstance(x, Node):
            return Tensor(np.asarray(x))
        return x if x.op is not None else +x  # type: ignore[operator]  # a leaf could be changed

    def warn_of(self, reached: Collection[Node]) -> None:
        """Say so, where f was differentiated, if its result does not depend on an argument."""
        pairs = zip(self.places, self.nodes, strict=True)
        if places := [place for place, x in pairs if x not in reached]:
            warnings.warn(
                f"{self.name}: f's result does not depend on {', '.join(places)}; the derivative "
                "is zero (a number taken out by float(), .data or a function of math carries none)",
                ZeroGradientWarning,
                stacklevel=_levels_up_to_the_user(),
            )


def _check_seed(what: str, given: object, shape: tuple[int, ...], whose: str) -> None:
    array = np.asarray(value(given))
    if array.dtype.kind not in "fiub":
        raise TypeError(f"{what} is {_describe(given)}; expected real numbers of shape {shape}")
    if array.shape != shape:
        raise ValueError(f"{what} has shape {array.shape}; expected {shape}, {whose}")


def _requires_gradient(x: object) -> bool:
    return isinstance(x, Node) and x.requires_grad


def _levels_up_to_the_user() -> int:
    """How far up the first frame outside this package is, for a warning's stacklevel."""
    level, frame = 1, sys._getframe(1)
    while frame.f_back is not None and frame.f_code.co_filename.startswith(_PACKAGE):
        level, frame = level + 1, frame.f_back
    return level


def _own(name: str, place: str, x: object) -> Any:
    """A tensor of our own for an argument, so that what is made of it can be recognised."""
    if isinstance(x, Node) and x.requires_grad:
        return ops.positive(x)
    try:
        tensor = x.copy() if isinstance(x, Tensor) and is_tracing() else Tensor(value(x))
    except (TypeError, ValueError):
        raise TypeError(
            f"{name}: {place} is {_describe(x)}; expected an array of real numbers, or a tuple, "
            "list or dict of arrays"
        ) from None
    if tensor.dtype.kind != "f":
        raise TypeError(
            f"{name}: {place} has dtype {tensor.dtype}; integers have no gradient; pass floats "
            "(3.0 for 3, array.astype(float))"
        )
    tensor.requires_grad = True
    return tensor


def _describe(x: object) -> str:
    return type(x).__name__ + (f" of dtype {x.dtype}" if hasattr(x, "dtype") else "")


def _result(name: str, place: str, y: object) -> Any:
    """A tensor that f returned, or the array of what does not depend on its arguments."""
    if isinstance(y, Node):
        is_leaf = y.op is None and y.requires_grad  # perhaps the very argument
        return +y if is_leaf else y  # type: ignore[operator]
    array = np.asarray(y)
    if array.dtype.kind not in "fiub":
        raise TypeError(
            f"{name}: {place} is {_describe(y)}; expected a tensor, or a tuple, list or dict "
            "of tensors"
        )
    return array


def _constant(x: object) -> Any:
    """The values of a result without its history; while a plan is made, recorded to follow it."""
    if isinstance(x, Tensor) and is_tracing():
        with recording(False):
            return x.copy()
    return value(x)


def zeros_for(x: object) -> Array:
    """Zeros of the shape and dtype of x."""
    return np.zeros(np.shape(value(x)), value(x).dtype)


def _argnum(name: str, n: object, args: Sequence[object]) -> int:
    if not isinstance(n, (int, np.integer)) or not -len(args) <= n < len(args):
        raise ValueError(
            f"{name}: argnums names argument {n!r}, but f was called with {len(args)} positional "
            f"argument{'s' * (len(args) != 1)}, counted from 0"
        )
    return int(n) % len(args)
