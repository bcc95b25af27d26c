"""No step in float32 inside a float64 function: seen in the graph, or in how the results move."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import numpy as np

from ...differences import constants as const
from ...differences.problem import OUTSIDE, Problem, Recorded
from ...differences.smoothness import Stairs
from ...engine.backward import topological_order
from ...engine.caller import calling_line
from ...engine.core import Node
from ...engine.types import Array
from ..functions import largest_number
from ..report import BrokenLaw
from ..verdict import Cause, Verdict


def check_graph(graph: Node | None) -> list[BrokenLaw]:
    """A recorded step whose result has less precision."""
    for node in topological_order(graph) if graph is not None else ():
        if node.op is not None and node.requires_grad and node.dtype.itemsize < 8:
            at = f", at {node.line}" if node.line else ""
            text = f"{node.op.name} computes in {node.dtype} inside a float64 function{at}"
            return [BrokenLaw(None, Cause.FLOAT32, text)]
    return []


def check_results(problem: Problem, run: Recorded) -> list[BrokenLaw]:
    """Results that are float32 numbers: numbers near the arguments have 53 bits, and so has what
    is made of them, unless it comes by way of 24."""
    rng = np.random.default_rng(0)

    def moved(values: Sequence[Array], by: float) -> list[Array]:
        return [x * (1 + by * rng.standard_normal(x.shape)) for x in values]

    start = moved(problem.values, const.FIRST)
    points = start, moved(start, const.FLOAT32_NEAR), moved(start, const.FIRST)
    try:
        y, near, far = map(problem.at, points)
    except OUTSIDE:
        return []
    if not y.shape == near.shape == far.shape or not np.array_equal(y, y.astype(np.float32)):
        return []
    stairs = np.sum(y != near) < 0.5 * np.sum(y != far)  # what seldom moves is so for another
    if stairs or np.array_equal(y, far) or _is_round(y):  # reason, and so is what has few bits
        return []
    if const.EPSILON * _largest(problem, run) > 2.0**-26 * float(np.max(np.abs(y), initial=0.0)):
        return []
    text = (
        f"{problem.name} computes in float32: its results near the arguments are float32 numbers, "
        "too coarse to be measured; compute in float64"
    )
    return [BrokenLaw(None, Cause.FLOAT32, text, True)]


def check_moves(problem: Problem, run: Recorded, found: Stairs) -> list[BrokenLaw]:
    """Stairs in which the results move: who made them, or what might have."""
    if found.relative < const.STAIRS_SEEN:
        return []
    height = float(np.max(found.heights))
    how = f"the results move in stairs {height:.1g} high"
    who = _find_op(run.graph) if run.graph is not None else None
    who = who or _find_float32(problem.name, problem.at, problem.values)
    if who:
        text = f"{who}: {how}, too coarse to be measured; compute in float64"
        return [BrokenLaw(None, Cause.FLOAT32, text, True)]
    if found.relative < const.STAIRS_PLAIN or height <= const.ROUND_OFF * _largest(problem, run):
        return []
    text = (
        f"{how}, as by rounding to float32: is there a step in float32 (dtype=, astype, a "
        "framework's default), a rounding, or something large beside which digits are lost?"
    )
    return [BrokenLaw(None, Cause.FLOAT32, text, verdict=Verdict.INCONCLUSIVE)]


def _largest(problem: Problem, run: Recorded) -> float:
    """The largest number on the way, whose round-off makes stairs as well; 0 where unknown."""
    graph = problem.retraced(run).graph
    return 0.0 if graph is None else largest_number(graph)


def _find_op(graph: Node) -> str | None:
    """The first recorded operation that goes through float32 inside."""
    for node in topological_order(graph):
        if node.op is not None and node.requires_grad:
            moved = [i for i, a in enumerate(node.arrays) if np.asarray(a).dtype == np.float64]
            values = [np.asarray(node.arrays[i]) for i in moved]
            found = _find_float32(node.op.name, partial(_forward, node, moved), values)
            if found:
                return found
    return None


def _forward(node: Node, moved: Sequence[int], values: Sequence[Array]) -> Any:
    """What a node's operation makes of other values of some of its arguments."""
    assert node.op is not None
    given = dict(enumerate(node.arrays)) | dict(zip(moved, values, strict=True))
    return node.op.forward(*given.values(), **node.params)


def _find_float32(
    name: str, function: Callable[[Sequence[Array]], Any], values: Sequence[Array]
) -> str | None:
    """What a function does in float32, and where, seen by arrays that note what is made of them."""
    seen: list[tuple[Array, str | None]] = []

    class Watching(np.ndarray[Any, Any]):
        """An array that notes each less precise one that is made of it."""

        def __array_finalize__(self, made_of: Any) -> None:
            if self.dtype.kind == "f" and self.dtype.itemsize < 8:
                seen.append((self, calling_line()))

        def __array_wrap__(self, array: Any, *more: Any) -> Any:
            if array.dtype.kind == "f" and array.dtype.itemsize < 8:
                seen.append((array, calling_line()))
            return super().__array_wrap__(array, *more)

    rng = np.random.default_rng(0)
    try:  # beside the arguments, where nothing is round by chance
        beside = [np.asarray(v * (1 + const.FIRST * rng.random(v.shape))) for v in values]
        function([v.view(Watching) for v in beside])
    except Exception:  # a function need not take such arrays
        return None
    for array, line in seen:
        plain = np.asarray(array)
        if not _is_round(plain):  # a mask in float32 loses nothing
            return f"{name} computes in {plain.dtype}{f', at {line}' if line else ''}"
    return None


def _is_round(y: Array) -> bool:
    """Whether all of these numbers have 16 bits at most."""
    mantissa = np.frexp(np.asarray(y, np.float64))[0] * 2.0**16
    return bool(np.array_equal(mantissa, np.round(mantissa)))
