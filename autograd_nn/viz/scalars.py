"""The scalar level of a recorded graph: single numbers, and the local derivative on each edge.

Only the cone between one element and the output is looked at.  Which numbers are connected is the
ops' own declaration; how strongly comes from the ops' own rules, asked with unit vectors.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..backward import check_fresh, topological_order
from ..core import Array, Node, value
from ..ops.connections import elementwise, runs

Keep = Callable[[Node, Array], Array]


@dataclass(frozen=True)
class Edges:
    """Edges from elements of ``source`` to elements of ``target``, with a derivative on each.

    ``columns`` and ``rows`` are flat positions in source and target.  ``argument`` tells apart the
    two edges of ``a * a``; it is None where an edge gathers all ways between two nodes.
    """

    source: Node
    target: Node
    argument: int | None
    columns: Array
    rows: Array
    rates: Array


def cone(output: Node, leaf: Node, position: int, keep: Keep) -> list[Edges]:
    """Every edge on a way from one element of ``leaf`` to ``output``, in topological order.

    ``keep(node, positions)`` may leave out some of a node's elements.
    """
    reached: dict[Node, Array] = {leaf: np.array([position])}
    pairs: list[tuple[Node, Node, int, Array, Array]] = []
    for node in topological_order(output):
        if node is leaf or node.op is None or not node.requires_grad:
            continue
        check_fresh(node, "path_sum")
        rows_of_node = []
        for i, x in enumerate(node.inputs):
            if isinstance(x, Node) and x in reached and node.op.rules[i] is not None:
                columns, rows = connections(node, i, reached[x])
                kept = np.isin(rows, keep(node, np.unique(rows)))
                pairs.append((x, node, i, columns[kept], rows[kept]))
                rows_of_node.append(rows[kept])
        if rows_of_node:
            reached[node] = np.unique(np.concatenate(rows_of_node))
    return [
        Edges(x, node, i, columns, rows, rates(node, i, columns, rows))
        for x, node, i, columns, rows in _leading_on(output, pairs)
    ]


def _leading_on(
    output: Node, pairs: list[tuple[Node, Node, int, Array, Array]]
) -> list[tuple[Node, Node, int, Array, Array]]:
    """Only the edges from which the output is reached."""
    useful: dict[Node, Array] = {output: np.arange(output.data.size)}
    kept = []
    for x, node, i, columns, rows in reversed(pairs):
        on = np.isin(rows, useful[node]) if node in useful else np.zeros(len(rows), bool)
        if on.any():
            useful[x] = (
                np.union1d(useful[x], columns[on]) if x in useful else np.unique(columns[on])
            )
            kept.append((x, node, i, columns[on], rows[on]))
    return kept[::-1]


def connections(node: Node, i: int, elements: Array) -> tuple[Array, Array]:
    """Pairs of positions, in argument ``i`` (among ``elements``) and in the result."""
    assert node.op is not None
    if node.op.connects is None and node.data.size == np.size(value(node.inputs[i])) == 1:
        return elements, np.zeros(len(elements), int)  # from one number to one number
    if node.op.connects is None:
        raise ValueError(
            f"{node.op.name}: does not say which elements it connects, so no path can be followed "
            "through it; make the op with connects= (see autograd_nn.ops.connections)"
        )
    args = [value(x) for x in node.inputs]
    columns, rows = node.op.connects(i, elements, node.data, *args, **node.params)
    return columns, rows


def rates(node: Node, i: int, columns: Array, rows: Array) -> Array:
    """The derivative of result element ``rows[e]`` by argument element ``columns[e]``, for each e.

    The rule pulls back unit vectors.  Result elements that share no argument element do not get in
    each other's way, so they are asked together (the compression of Curtis, Powell and Reid, 1974).
    """
    assert node.op is not None
    rule = node.op.rules[i]
    assert rule is not None
    args = [value(x) for x in node.inputs]
    if node.op.connects is elementwise:  # no sum over what broadcasting repeated: one pull for all
        args = [np.broadcast_to(a, node.shape) for a in args]
        share = rule(np.ones(node.shape, node.dtype), node.data, *args, **node.params)
        return np.asarray(np.ravel(share)[rows], dtype=float)
    found = np.zeros(len(rows))
    group = _independent_groups(columns, rows)
    for number in range(int(group.max(initial=-1)) + 1):
        asked = group == number
        g = np.zeros(node.data.size, node.dtype)
        g[rows[asked]] = 1
        share = rule(g.reshape(node.shape), node.data, *args, **node.params)
        found[asked] = np.ravel(share)[columns[asked]]
    return found


def _independent_groups(columns: Array, rows: Array) -> Array:
    """A group number for each edge, the same for all edges of a row; no group shares a column."""
    unique_rows, row = np.unique(rows, return_inverse=True)
    order = np.lexsort((row, columns))
    starts = np.flatnonzero(np.diff(columns[order], prepend=-1))
    sizes = np.diff(np.append(starts, len(order)))
    rank = np.empty(len(order), np.int64)
    rank[order] = np.arange(len(order)) - np.repeat(starts, sizes)  # place among the column's rows
    of_row = np.zeros(len(unique_rows), np.int64)
    np.maximum.at(of_row, row, rank)
    group = of_row[row]
    together = len(np.unique(np.stack([columns, group]), axis=1).T)
    return group if together == len(rows) else row


def contract(edges: list[Edges], told: set[Node]) -> list[Edges]:
    """The same derivatives with every node left out that is not told.

    Between two neighbours told, all ways through what lies between are gathered into one edge: the
    local derivative of the one by the other.
    """
    out_of: dict[Node, list[Edges]] = {}
    for edge in edges:
        out_of.setdefault(edge.source, []).append(edge)
    result: list[Edges] = []
    for start in (node for node in out_of if node in told):
        result += _onward(start, out_of, told)
    return result


def _onward(start: Node, out_of: dict[Node, list[Edges]], told: set[Node]) -> list[Edges]:
    """The gathered edges from one told node to the next told ones."""
    positions = np.unique(np.concatenate([e.columns for e in out_of[start]]))
    arrived: dict[Node, list[tuple[Array, Array, Array]]] = {
        start: [(positions, positions, np.ones(len(positions)))]
    }
    result = []
    while arrived:
        node = min(arrived, key=lambda n: n.serial)  # complete: all it depends on came before
        columns, rows, rate = _gathered(arrived.pop(node))
        if node in told and node is not start:
            result.append(Edges(start, node, None, columns, rows, rate))
            continue
        for edge in out_of.get(node, ()):
            arrived.setdefault(edge.target, []).append(_joined((columns, rows, rate), edge))
    return result


def _joined(before: tuple[Array, Array, Array], edge: Edges) -> tuple[Array, Array, Array]:
    """Every way made of a way so far and an edge that goes on from its end."""
    columns, rows, rate = before
    order = np.argsort(rows, kind="stable")
    ends = rows[order]
    first = np.searchsorted(ends, edge.columns, side="left")
    count = np.searchsorted(ends, edge.columns, side="right") - first
    way = order[runs(first, count)]
    return columns[way], np.repeat(edge.rows, count), rate[way] * np.repeat(edge.rates, count)


def _gathered(ways: list[tuple[Array, Array, Array]]) -> tuple[Array, Array, Array]:
    """Ways with the same two ends added up."""
    columns, rows, rate = (np.concatenate(part) for part in zip(*ways, strict=True))
    ends, which = np.unique(np.stack([rows, columns]), axis=1, return_inverse=True)
    total: Any = np.zeros(ends.shape[1])
    np.add.at(total, np.ravel(which), rate)
    return ends[1], ends[0], total
