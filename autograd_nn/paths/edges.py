"""The scalar level of a recorded graph: single numbers, and the local derivative on each edge.

Only the cone between one element and the output counts.  Which numbers are connected is the
ops' own declaration; how strongly comes from the ops' own rules (:mod:`.rates`).  Edges are kept in
order, by where they start and then by where they end, so that nothing has to be searched for.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from ..engine.backward import check_fresh, topological_order
from ..engine.core import Node, value
from ..engine.types import Array
from .rates import rates as rates

Keep = Callable[[Node, Array], Array]
Pair = tuple[Node, Node, int, Array, Array]


@dataclass(frozen=True)
class Edges:
    """Edges from elements of ``source`` to elements of ``target``, with a derivative on each.

    ``columns`` and ``rows`` are flat positions in source and target, in order: first by column,
    then by row, each pair once.  For ``a * a`` there are two ``Edges``.
    """

    source: Node
    target: Node
    columns: Array
    rows: Array
    rates: Array


def cone(output: Node, leaf: Node, position: int, keep: Keep | None = None) -> list[Edges]:
    """Every edge on a way from one element of ``leaf`` to ``output``, in topological order.

    ``keep(node, positions)`` says for each of a node's elements whether it counts.
    """
    reached: dict[Node, Array] = {leaf: np.array([position])}
    pairs: list[Pair] = []
    for node in topological_order(output):
        if node is leaf or node.op is None or not node.requires_grad:
            continue
        check_fresh(node, "path_sum")
        rows_of_node = []
        for i, x in enumerate(node.inputs):
            if isinstance(x, Node) and x in reached and node.op.rule(i) is not None:
                columns, rows = connections(node, i, reached[x])
                if keep is not None:
                    kept = keep(node, rows)
                    columns, rows = columns[kept], rows[kept]
                pairs.append((x, node, i, columns, rows))
                rows_of_node.append(rows)
        if rows_of_node:
            reached[node] = np.flatnonzero(marked(node, *rows_of_node))
    return [
        Edges(x, node, columns, rows, rates(node, i, columns, rows))
        for x, node, i, columns, rows in _leading_on(output, pairs)
    ]


def marked(node: Node, *positions: Array) -> Array:
    """For each element of the node whether it is among these positions."""
    mask = np.zeros(node.data.size, bool)
    for some in positions:
        mask[some] = True
    return mask


def _leading_on(output: Node, pairs: list[Pair]) -> list[Pair]:
    """Only the edges from which the output is reached."""
    useful: dict[Node, Array] = {output: np.ones(output.data.size, bool)}
    kept: list[Pair] = []
    for x, node, i, columns, rows in reversed(pairs):
        if node not in useful:
            continue
        on = useful[node][rows]
        if on.any():
            if not on.all():
                columns, rows = columns[on], rows[on]
            useful.setdefault(x, np.zeros(x.data.size, bool))[columns] = True
            kept.append((x, node, i, columns, rows))
    return kept[::-1]


def connections(node: Node, i: int, elements: Array) -> tuple[Array, Array]:
    """Pairs of positions in argument ``i`` and the result; ``ValueError`` if unknown."""
    assert node.op is not None
    connects = node.op.structure.connects
    if connects is None and node.data.size == np.size(value(node.inputs[i])) == 1:
        return elements, np.zeros(len(elements), int)  # from one number to one number
    if connects is None:
        raise ValueError(
            f"{node.op.name}: does not say which elements it connects, so no path can be followed "
            "through it; make the op with connects= (see autograd_nn.ops.connections)"
        )
    args = [value(x) for x in node.inputs]
    columns, rows = connects(i, elements, node.data, *args, **node.params)
    order = sorting(columns, rows, node.data.size)
    return (columns, rows) if order is None else (columns[order], rows[order])


def sorting(columns: Array, rows: Array, size: int) -> Array | None:
    """What puts pairs in order by column and then by row; None where they are, each once."""
    key = columns * size + rows
    return None if (key[1:] > key[:-1]).all() else np.argsort(key, kind="stable")
