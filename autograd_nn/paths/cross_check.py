"""The two other ways to the number that a sum over paths gives."""

from dataclasses import replace
from typing import NamedTuple

import numpy as np

from ..differences.recorded import derivative_by_element, numeric_derivative
from ..engine.backward import gradients, topological_order
from ..engine.core import Node
from ..engine.recompute import recomputer
from ..engine.types import Array
from .build import PathSum, path_sum
from .names import Index
from .table import PathTable, SumRow
from .through import Through, with_rows


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


def path_table(
    cost: Node, leaf: Node, index: Index = (), k: int = 10, *,
    through: Through = None, example: int | None = None,
) -> PathTable:  # fmt: skip
    """The k largest paths from one element of ``leaf`` to the cost as a table.

    A line for each path says its rank, its product, the sum of the products so far, its factors
    and its nodes, the last two from the cost back to the weight; then come the rest, the sum, the
    backward pass and a central difference.

    ``k`` is the number of paths listed, 0 to 100,000; the other arguments are those of
    :func:`path_sum`.  Raises ``ValueError`` for another ``k``, and what :func:`path_sum` raises.

    >>> from autograd_nn import Network, viz
    >>> run = Network([2, 3, 2, 2], rng=0).record([0.5, -1.0], 1)
    >>> print(viz.path_table(run.cost, run.weights[2], (1, 0), k=1))
    ∂C/∂w2[1, 0] as a sum over paths
                    1  -2.15...e-03  -2.15...e-03  0.6396 · 0.1699 · -0.1592 · 0.1244   C ← ...
                 rest  +5.50...e-04  3 more paths
                  sum  -1.60...e-03  4 paths; shown: 75.7 % of the magnitude; |sum| / magnitude: ...
        backward pass  -1.60...e-03
    finite difference  -1.60...e-03
    """
    paths = path_sum(cost, leaf, index, through=through, example=example)
    table, other = paths.table(k), other_ways(paths) or ()
    more = map(SumRow, ("backward pass", "finite difference"), other)
    return replace(table, sums=(*table.sums, *more))
