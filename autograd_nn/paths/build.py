"""The sum over paths: ∂C/∂w as the sum, over all paths from w to C, of the products of rates.

The last section of the book's chapter 2 ("Backpropagation: the big picture").  A path runs through
single numbers; its product multiplies the local derivatives along it.
"""

import numpy as np

from ..engine.backward import topological_order
from ..engine.core import Node, label
from ..engine.names import node_names
from .contract import contract
from .edges import Edges, cone
from .names import Index, check_element
from .sums import Path, PathSum
from .through import Through, check_on_a_path, choose_nodes, one_example, recorded_examples

__all__ = ["Path", "PathSum", "path_sum"]


def path_sum(
    cost: Node,
    leaf: Node,
    index: Index = (),
    *,
    through: Through = None,
    example: int | None = None,
) -> PathSum:
    """The paths from one element of ``leaf`` to the scalar ``cost``.

    ``leaf`` is a tensor of any shape and ``index`` the position of one element in it: an integer,
    a tuple with an integer for each axis, or nothing for a scalar.

    ``through`` chooses the nodes that a path shows.  ``"a"``, the default for a recorded network,
    are the activations, as in the book; ``"z"`` the weighted inputs, the default where the cost
    was computed from them (``fused=True``); ``"ops"``, the default for any other graph, every
    recorded node, the two edges of ``x * x`` being two paths; or a list of nodes.  A factor is the
    local derivative between two neighbours shown.

    With m examples a node is ``a3[i, j]`` and there are m times as many paths, whose total is the
    gradient of the mean; ``example=i``, from 0 to m − 1, keeps those of one.

    Raises ``TypeError`` for what is not a tensor, and ``ValueError`` for a cost that is not a
    scalar or does not depend on the leaf, for an index outside the leaf, and for nodes
    (``through``) or an example that the graph does not have.

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
    names = node_names(nodes)
    _check_ends(cost, leaf, names)
    position = check_element(leaf, index, "path_sum")
    way, shown = choose_nodes(through, nodes)
    edges = cone(cost, leaf, position, one_example(nodes, example))
    if shown is not None:
        if way == "nodes":
            check_on_a_path(shown, edges, leaf, names)
        edges = contract(edges, {leaf, cost, *shown})
    _check_finite(edges, names)
    return PathSum(cost, leaf, position, edges, way, example, recorded_examples(nodes))


def _check_ends(cost: Node, leaf: Node, names: dict[Node, str]) -> None:
    if cost.data.size != 1:
        raise ValueError(
            f"path_sum: the output has shape {cost.shape}; expected a scalar, "
            "since a path ends in one number"
        )
    if leaf not in names:
        raise ValueError(f"path_sum: the output does not depend on {label(leaf)}: no path to it")
    if not leaf.requires_grad:
        raise ValueError(
            f"path_sum: {names[leaf]} requires no gradient, so no path from it was recorded; make "
            "it with requires_grad=True"
        )


def _check_finite(edges: list[Edges], names: dict[Node, str]) -> None:
    for e in edges:
        bad = np.flatnonzero(~np.isfinite(e.rates))
        if len(bad):
            raise ValueError(
                f"path_sum: the derivative of {names[e.target]}, element {int(e.rows[bad[0]])}, by "
                f"{names[e.source]}, element {int(e.columns[bad[0]])}, is {e.rates[bad[0]]}; "
                "products along paths would be meaningless"
            )
