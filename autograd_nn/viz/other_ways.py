"""The two other ways to the number that a sum over paths gives."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from ..backward import gradients, topological_order
from ..core import Array, Node
from ..differences import derivative_by_element, numeric_derivative
from ..forward import recomputer
from .paths import PathSum
from .telling import with_rows


class OtherWays(NamedTuple):
    """The same derivative from the backward pass and from a central difference."""

    backward_pass: float
    finite_difference: float


def other_ways(paths: PathSum) -> OtherWays | None:
    """Both; of one example's part too, unless its weight enters the network in several places."""
    index = tuple(map(int, np.unravel_index(paths.position, paths.leaf.shape)))
    if paths.example is None:
        (gradient,) = gradients(paths.output, [paths.leaf])
        numeric = numeric_derivative(paths.output, paths.leaf, index)
    else:
        layer = _entrance(paths)
        if layer is None:
            return None
        gradient, numeric = _of_one_example(paths, layer, paths.example, index)
    return OtherWays(float(gradient.ravel()[paths.position]), float(numeric))


def _entrance(paths: PathSum) -> Node | None:
    """The only node with a row for each example in which all paths from the leaf begin, if any."""
    nodes = topological_order(paths.output)
    rows, reached, entrances = set(with_rows(nodes)), {paths.leaf}, []
    for node in nodes:
        if any(isinstance(x, Node) and x in reached for x in node.inputs):
            if node in rows:
                entrances.append(node)
            else:
                reached.add(node)
    return entrances[0] if len(entrances) == 1 and paths.output not in reached else None


def _of_one_example(
    paths: PathSum, layer: Node, example: int, index: tuple[int, ...]
) -> tuple[Array, float]:
    """The gradient through one example's row, and what moving that row alone does."""
    (seed,) = gradients(paths.output, [layer])
    seed[np.arange(len(seed)) != example] = 0
    (gradient,) = gradients(layer, [paths.leaf], seed=seed)
    from_leaf, to_cost = recomputer(layer, [paths.leaf]), recomputer(paths.output, [layer])

    def cost(leaf: Array) -> float:
        moved = layer.data.astype(np.float64)
        moved[example] = from_leaf(leaf)[example]
        return float(to_cost(moved).item())

    return gradient, derivative_by_element(cost, paths.leaf.data)(index)
