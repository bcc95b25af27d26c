"""The k largest of all paths, exactly, without looking at the others."""

import numpy as np

from ..engine.types import Array
from ..ops.connections import runs
from .scalar_graph import Layout

KEPT_LIMIT = 20_000_000  # ways kept over all scalars, 24 bytes each


def largest(layout: Layout, k: int) -> list[tuple[int, ...]]:
    """The edges of the k paths of largest |product|, largest first, ties in node order.

    Each scalar keeps its k largest ways to the output, made of an edge and one of the k largest
    ways from its end: a way that is not among those cannot be part of one of the k here.  Behind
    an edge of rate 0 all ways are equal, so there the first in node order count.
    """
    if k == 0:
        return []
    ways = _Ways(layout, k)
    for first, last in layout.blocks():
        ways.keep(first, last)
    return [ways.walk(rank) for rank in range(k)]


class _Ways:
    """For each scalar up to k ways to the output: their products, first edges, and how they go on.

    Those of scalar s are at ``at[s]`` up to ``at[s + 1]``, the largest first.
    """

    def __init__(self, layout: Layout, k: int) -> None:
        self.layout, self.k = layout, k
        self.kept = np.minimum(layout.counts, k).astype(np.int64)
        self.at = np.append(0, np.cumsum(self.kept))
        if self.at[-1] > KEPT_LIMIT:
            raise ValueError(
                f"top: the {k:,} largest paths need {self.at[-1]:,} parts of paths kept, more than "
                f"{KEPT_LIMIT:,}; take a smaller k"
            )
        self.product = np.ones(self.at[-1])
        self.edge = np.zeros(self.at[-1], np.int64)
        self.rank = np.zeros(self.at[-1], np.int64)

    def keep(self, first: int, last: int) -> None:
        """The ways of a node's scalars, once those of all that come after are known."""
        layout, k = self.layout, self.k
        begin, end = layout.starts[first], layout.starts[last]
        rates, ends = layout.rates[begin:end], layout.targets[begin:end]
        # the largest way of an edge must be among its scalar's k largest of these, or it has none
        size = np.where(rates == 0, 0.0, np.abs(rates * self.product[self.at[ends]]))
        edges, scalar, place = _leading(size, layout.starts[first : last + 1] - begin, k)
        order = np.lexsort((edges, scalar))  # in node order again, for the ties
        edges, scalar, place = edges[order], scalar[order], place[order]
        # of the one in place p the k - p largest at most: p others are larger than its first
        number = np.minimum(self.kept[ends[edges]], k - place)
        way = np.repeat(edges, number)
        rank = runs(np.zeros(len(number), np.int64), number)
        factor = self.product[self.at[ends[way]] + rank]
        product = np.where(rates[way] == 0, 0.0, rates[way] * factor)
        runs_of = np.searchsorted(np.repeat(scalar, number), np.arange(last - first + 1))
        best, scalar, place = _leading(np.abs(product), runs_of, k)
        to = self.at[first + scalar] + place
        self.product[to], self.edge[to] = product[best], way[best] + begin
        self.rank[to] = rank[best]

    def walk(self, rank: int) -> tuple[int, ...]:
        """The edges of the start's way of that rank."""
        layout, s, walk, equal = self.layout, 0, [], False
        while s != len(layout) - 1:
            if equal:  # behind a rate of 0: the way of that rank in node order
                edge = int(layout.starts[s])
                while rank >= layout.counts[layout.targets[edge]]:
                    rank -= int(layout.counts[layout.targets[edge]])
                    edge += 1
            else:
                way = self.at[s] + rank
                edge, rank = int(self.edge[way]), int(self.rank[way])
                equal = bool(layout.rates[edge] == 0)
            walk.append(edge)
            s = int(layout.targets[edge])
        return tuple(walk)


def _leading(size: Array, starts: Array, k: int) -> tuple[Array, Array, Array]:
    """The k largest of each run, largest first, ties in order: where, of which run, in which place.

    Run r is ``starts[r]`` up to, but not including, ``starts[r + 1]``.

    >>> [x.tolist() for x in _leading(np.array([1.0, 3.0, 3.0, 2.0]), np.array([0, 3, 4]), 2)]
    [[1, 2, 3], [0, 0, 1], [0, 1, 0]]
    """
    lengths = np.diff(starts)
    run = np.repeat(np.arange(len(lengths)), lengths)
    where = np.arange(len(size))
    if len(lengths) and lengths[0] > k and (lengths == lengths[0]).all():
        # equally long, as in a network: what is smaller than a run's k-th need not be sorted
        table = size.reshape(len(lengths), -1)
        least = np.partition(table, table.shape[1] - k, axis=1)[:, table.shape[1] - k]
        where = np.flatnonzero(table >= least[:, None])
        run = run[where]
    order = np.lexsort((-size[where], run))
    where, run = where[order], run[order]
    place = np.arange(len(run)) - np.searchsorted(run, run)
    kept = place < k
    return where[kept], run[kept], place[kept]
