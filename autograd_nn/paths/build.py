"""The sum over paths: ∂C/∂w as the sum, over all paths from w to C, of the products of rates.

The last section of the book's chapter 2 ("Backpropagation: the big picture").  A path runs through
single numbers; its product multiplies the local derivatives along it.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ..engine.backward import topological_order
from ..engine.core import Node, label
from ..support.checks import is_count
from .contract import contract
from .edges import Edges, cone
from .sums import Path, PathSum
from .through import check_on_a_path, one_example, recorded_examples, told_by

__all__ = ["Path", "PathSum", "path_sum"]


def path_sum(
    cost: Node,
    leaf: Node,
    index: int | tuple[int, ...] = (),
    *,
    through: str | Sequence[Node] | None = None,
    example: int | None = None,
) -> PathSum:
    """The paths from one element of ``leaf`` to the scalar ``cost``.

    ``through`` says by which nodes a path is told: ``"a"``, the default for a recorded network,
    runs through the activations as in the book; ``"z"`` through the weighted inputs, the default
    where the cost was computed from them (``fused=True``); ``"ops"``, the default for any other
    graph, through every recorded node, the two edges of ``x * x`` being two paths; or a list of
    nodes.  A factor is the local derivative between two neighbours told.

    With m examples a node is ``a3[i, j]`` and there are m times as many paths, whose total is the
    gradient of the mean; ``example=i`` keeps those of one.

    Raises ``ValueError`` for a cost that is no scalar or does not depend on the leaf, for an index
    outside the leaf, and for a way of telling that the graph does not have.

    >>> from autograd_nn import Network, viz
    >>> net = Network([2, 3, 2, 2], rng=0)
    >>> run = net.record([0.5, -1.0], 1)
    >>> paths = viz.path_sum(run.cost, run.weights[2], (1, 0))
    >>> paths.count, paths.top(1)[0].nodes
    (4, ('w2[1, 0]', 'a2[1]', 'a3[0]', 'a4[0]', 'C'))
    >>> run.cost.backward()
    >>> bool(abs(paths.total - run.weights[2].grad[1, 0]) < 1e-12 * paths.mass)
    True
    """
    if not (isinstance(cost, Node) and isinstance(leaf, Node)):
        raise TypeError(
            f"path_sum: got {type(leaf).__name__} and {type(cost).__name__}; paths run from a "
            "tensor (such as run.weights[2]) to a tensor (run.cost)"
        )
    nodes = topological_order(cost)
    _check_ends(cost, leaf, nodes)
    position = _flat_position(leaf, index)
    way, told = told_by(through, nodes)
    edges = cone(cost, leaf, position, one_example(nodes, example))
    if told is not None:
        if way == "nodes":
            check_on_a_path(told, edges, leaf)
        edges = contract(edges, {leaf, cost, *told})
    _check_finite(edges)
    return PathSum(cost, leaf, position, edges, way, example, recorded_examples(nodes))


def _check_ends(cost: Node, leaf: Node, nodes: list[Node]) -> None:
    if cost.data.size != 1:
        raise ValueError(
            f"path_sum: the output has shape {cost.shape}; expected a scalar, "
            "since a path ends in one number"
        )
    if not any(x is leaf for x in nodes):
        raise ValueError(f"path_sum: the output does not depend on {label(leaf)}: no path to it")
    if not leaf.requires_grad:
        raise ValueError(
            f"path_sum: {label(leaf)} requires no gradient, so no way from it was recorded; make "
            "it with requires_grad=True"
        )


def _flat_position(leaf: Node, index: int | tuple[int, ...]) -> int:
    parts = index if isinstance(index, tuple) else (index,)
    if len(parts) != len(leaf.shape) or not all(
        is_count(i) and -n <= i < n for i, n in zip(parts, leaf.shape, strict=True)
    ):
        raise ValueError(
            f"path_sum: index {index} into {label(leaf)} of shape {leaf.shape}; expected one "
            "integer for each axis, counted from 0"
        )
    positive = tuple(i % n for i, n in zip(parts, leaf.shape, strict=True))
    return int(np.ravel_multi_index(positive, leaf.shape)) if positive else 0


def _check_finite(edges: list[Edges]) -> None:
    for e in edges:
        bad = np.flatnonzero(~np.isfinite(e.rates))
        if len(bad):
            raise ValueError(
                f"path_sum: the derivative of {label(e.target)}, element {int(e.rows[bad[0]])}, by "
                f"{label(e.source)}, element {int(e.columns[bad[0]])}, is {e.rates[bad[0]]}; "
                "products along paths would be meaningless"
            )
