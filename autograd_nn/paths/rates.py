"""How strongly two connected numbers depend on each other: entries of an op's local Jacobian."""

from collections.abc import Iterator

import numpy as np

from ..engine.core import Node, value
from ..engine.types import Array
from ..ops.connections import elementwise

_AT_ONCE = 4_000_000  # numbers in a stack of gradients: 32 MB


def rates(node: Node, i: int, columns: Array, rows: Array) -> Array:
    """The derivative of result element ``rows[e]`` by argument element ``columns[e]``, for each e.

    The pairs come in order of their columns.  The rule pulls back unit vectors.  Result elements
    that share no argument element do not get in each other's way, so they are asked in one vector
    (the compression of Curtis, Powell and Reid, 1974); the vectors that are then left are asked in
    one call where the op takes a stack of them.
    """
    assert node.op is not None
    rule = node.op.rule(i)
    assert rule is not None
    args = [value(x) for x in node.inputs]
    if node.op.structure.connects is elementwise:  # no sum over the repeated: one pull for all
        args = [np.broadcast_to(a, node.shape) for a in args]
        share = rule(np.ones(node.shape, node.dtype), node.data, *args, **node.params)
        return np.asarray(np.ravel(share)[rows], dtype=float)
    found = np.zeros(len(rows))
    for asked, group in _calls(node, i, columns, rows):
        count, y, arguments, settings = int(group.max()) + 1, node.data, tuple(args), node.params
        g = np.zeros((count, y.size), node.dtype)
        g[group, rows[asked]] = 1
        g = g.reshape(count, *y.shape) if count > 1 else g.reshape(y.shape)
        if count > 1 and node.op.structure.stack is not None:
            g, y, arguments, settings = node.op.structure.stack(i, g, y, *args, **settings)
        share = np.asarray(rule(g, y, *arguments, **settings)).reshape(count, *args[i].shape)
        at = np.unravel_index(columns[asked], args[i].shape) if args[i].shape else ()
        found[asked] = share[(group, *at)]
    return found


def _calls(node: Node, i: int, columns: Array, rows: Array) -> Iterator[tuple[Array, Array]]:
    """For each call of the rule the edges that it is asked about, and in which vector each."""
    assert node.op is not None
    group = _independent_groups(columns, rows, node.data.size)
    groups = int(group.max(initial=-1)) + 1
    largest = max(node.data.size, np.size(value(node.inputs[i])))
    at_once = max(1, _AT_ONCE // largest) if node.op.structure.stack else 1
    if groups <= at_once:
        if groups:
            yield np.arange(len(group)), group
        return
    order = np.argsort(group, kind="stable")
    group = group[order]
    for first in range(0, groups, at_once):
        begin, end = np.searchsorted(group, (first, first + at_once))
        yield order[begin:end], group[begin:end] - first


def _independent_groups(columns: Array, rows: Array, size: int) -> Array:
    """A group number for each edge, the same for all edges of a row; no group shares a column."""
    used = np.zeros(size, bool)
    used[rows] = True
    row = (np.cumsum(used) - 1)[rows]
    starts = np.flatnonzero(np.diff(columns, prepend=-1))
    sizes = np.diff(np.append(starts, len(columns)))
    rank = np.arange(len(columns)) - np.repeat(starts, sizes)  # place among the column's rows
    if rank.max(initial=0) + 1 == np.count_nonzero(used):
        return row  # a column with every row: no two can be asked together
    of_row = np.zeros(np.count_nonzero(used), np.int64)
    np.maximum.at(of_row, row, rank)
    group = of_row[row]
    groups = int(group.max(initial=0)) + 1
    key = np.repeat(np.arange(len(starts)), sizes) * groups + group
    if len(starts) * groups <= 4 * len(rows):  # a mark for each is cheaper than sorting
        met = np.zeros(len(starts) * groups, bool)
        met[key] = True
        apart = np.count_nonzero(met) == len(rows)
    else:
        apart = len(np.unique(key)) == len(rows)
    return group if apart else row
