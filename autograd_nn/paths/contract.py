"""Leaving nodes out of the scalar graph: all ways between two nodes kept become one edge."""

from typing import NamedTuple

import numpy as np

from ..engine.core import Node
from ..engine.types import Array
from ..ops.connections import runs
from .edges import Edges, sorting

_WAYS = 1_000_000  # more ways than this are multiplied as matrices and not one by one


class _Ways(NamedTuple):
    """From positions of the start to positions of a node, in order, with the derivatives."""

    columns: Array
    rows: Array
    rates: Array


def contract(edges: list[Edges], kept: set[Node]) -> list[Edges]:
    """The same derivatives between the nodes ``kept``, with every other node left out.

    Between two neighbours kept, all ways through what lies between are gathered into one edge: the
    local derivative of the one by the other.
    """
    out_of: dict[Node, list[Edges]] = {}
    for edge in edges:
        out_of.setdefault(edge.source, []).append(edge)
    return [edge for start in out_of if start in kept for edge in _onward(start, out_of, kept)]


def _onward(start: Node, out_of: dict[Node, list[Edges]], kept: set[Node]) -> list[Edges]:
    """The gathered edges from one node kept to the next ones."""
    arrived: dict[Node, list[_Ways]] = {}
    for edge in out_of[start]:
        arrived.setdefault(edge.target, []).append(_Ways(edge.columns, edge.rows, edge.rates))
    result = []
    while arrived:
        node = min(arrived, key=lambda n: n.serial)  # complete: all it depends on came before
        ways = _gather(arrived.pop(node), node.data.size)
        if node in kept:
            result.append(Edges(start, node, *ways))
            continue
        for edge in out_of.get(node, ()):
            arrived.setdefault(edge.target, []).append(_join(ways, edge))
    return result


def _join(before: _Ways, edge: Edges) -> _Ways:
    """Every way made of a way so far and an edge that goes on from its end."""
    first, count = _slices(edge, before.rows)
    if (count == 1).all():
        return _Ways(before.columns, edge.rows[first], before.rates * edge.rates[first])
    if count.sum() > _WAYS:
        product = _multiply(before, edge, int(count.sum()))
        if product is not None:
            return product
    way, columns = runs(first, count), np.repeat(before.columns, count)
    return _Ways(columns, edge.rows[way], np.repeat(before.rates, count) * edge.rates[way])


def _slices(edge: Edges, positions: Array) -> tuple[Array, Array]:
    """Where the edges out of each of these positions begin, and how many they are."""
    if len(positions) > edge.source.data.size:  # then a table of all positions is the smaller work
        starts = np.searchsorted(edge.columns, np.arange(edge.source.data.size + 1))
        return starts[positions], np.diff(starts)[positions]
    first = np.searchsorted(edge.columns, positions, side="left")
    return first, np.searchsorted(edge.columns, positions, side="right") - first


def _multiply(before: _Ways, edge: Edges, ways: int) -> _Ways | None:
    """The same, added up at once as a product of matrices; None where these would be larger."""
    columns, c = np.unique(before.columns, return_inverse=True)
    between, b = np.unique(np.append(before.rows, edge.columns), return_inverse=True)
    rows, r = np.unique(edge.rows, return_inverse=True)
    here, there = b[: len(before.rows)], b[len(before.rows) :]
    if len(between) * (len(columns) + len(rows)) + len(columns) * len(rows) > ways:
        return None
    left, right = np.zeros((len(columns), len(between))), np.zeros((len(between), len(rows)))
    left[c, here], right[there, r] = 1, 1
    i, j = np.nonzero(left @ right)  # connected, be the derivative 0 or not
    left[c, here], right[there, r] = before.rates, edge.rates
    return _Ways(columns[i], rows[j], (left @ right)[i, j])


def _gather(parts: list[_Ways], size: int) -> _Ways:
    """Ways with the same two ends added up."""
    ways = parts[0] if len(parts) == 1 else _Ways(*map(np.concatenate, zip(*parts, strict=True)))
    order = sorting(ways.columns, ways.rows, size)
    if order is None:
        return ways
    columns, rows, rates = (part[order] for part in ways)
    new = np.flatnonzero(np.diff(columns, prepend=-1) | np.diff(rows, prepend=-1))
    return _Ways(columns[new], rows[new], np.add.reduceat(rates, new))
