"""The scalar graph in arrays, and what dynamic programming finds in it.

Scalars are numbered in node order: first by node, in topological order, then by position.  The
start is scalar 0, the output the last.  Edges are sorted by where they start, then by where they
end, so that "the edges out of scalar s" is a slice.  Everything below goes through the scalars
once, from the output backwards.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..core import Array, Node
from .scalars import Edges


@dataclass(frozen=True)
class Layout:
    """``scalars[s]`` is a node and a position in it; edge e leads to ``targets[e]``.

    The edges out of scalar s are ``starts[s]`` up to, but not including, ``starts[s + 1]``.
    """

    scalars: list[tuple[Node, int]]
    starts: Array
    targets: Array
    rates: Array

    @classmethod
    def of(cls, output: Node, leaf: Node, position: int, edges: list[Edges]) -> Layout:
        """Number the scalars of these edges and sort the edges."""
        if not edges and leaf is not output:  # no way at all: two scalars, no edge
            return cls([(leaf, position), (output, 0)], np.zeros(3, int), *_no_edges())
        positions: dict[Node, Array] = {leaf: np.array([position]), output: np.array([0])}
        for e in edges:
            for node, used in ((e.source, e.columns), (e.target, e.rows)):
                positions[node] = np.union1d(positions.get(node, used), used)
        first: dict[Node, int] = {}
        scalars: list[tuple[Node, int]] = []
        for node in sorted(positions, key=lambda n: n.serial):
            first[node] = len(scalars)
            scalars += [(node, int(p)) for p in positions[node]]

        def number(node: Node, used: Array) -> Array:
            return first[node] + np.searchsorted(positions[node], used)

        sources = _joined([number(e.source, e.columns) for e in edges])
        targets = _joined([number(e.target, e.rows) for e in edges])
        arguments = _joined([np.full(len(e.rows), e.argument or 0) for e in edges])
        rates = np.concatenate([e.rates for e in edges]) if edges else np.zeros(0)
        order = np.lexsort((arguments, targets, sources))
        starts = np.searchsorted(sources[order], np.arange(len(scalars) + 1))
        return cls(scalars, starts, targets[order], rates[order])

    def suffixes(self, weights: Array, dtype: Any = float) -> Array:
        """For each scalar, the sum over its paths to the output of the products of edge weights."""
        sums = np.zeros(len(self.scalars), dtype=dtype)
        sums[-1] = 1
        last = len(self.scalars) - 1
        while last > 0:  # a whole node at a time: its scalars do not depend on each other
            node = self.scalars[last - 1][0]
            first = last - 1
            while first > 0 and self.scalars[first - 1][0] is node:
                first -= 1
            begin, end = self.starts[first], self.starts[last]
            if end > begin:
                products = weights[begin:end] * sums[self.targets[begin:end]]
                sums[first:last] = np.add.reduceat(products, self.starts[first:last] - begin)
            last = first
        return sums

    def walks(self) -> Iterator[tuple[int, ...]]:
        """The edges of every path from the start to the output, in node order."""
        last = len(self.scalars) - 1
        if last == 0:
            yield ()
            return
        stack = [iter(range(self.starts[0], self.starts[1]))]
        walk: list[int] = []
        while stack:
            edge = next(stack[-1], None)
            if edge is None:
                stack.pop()
                if walk:
                    walk.pop()
            elif self.targets[edge] == last:
                yield (*walk, edge)
            else:
                walk.append(edge)
                target = self.targets[edge]
                stack.append(iter(range(self.starts[target], self.starts[target + 1])))


def largest(layout: Layout, k: int) -> list[tuple[int, ...]]:
    """The edges of the k paths of largest |product|, largest first, ties in node order.

    Each scalar keeps its k largest ways to the output.  They are made of an edge and one of the k
    largest ways from its end: a way that is not among those cannot be part of one of the k here.
    Behind an edge of rate 0 all ways are equal, so there the k first in node order count.
    """
    if k == 0:
        return []
    best, first = _Ways(len(layout.scalars), k), _Ways(len(layout.scalars), k)
    for ways in (best, first):
        ways.product[-1, 0] = 1.0
    for s in range(len(layout.scalars) - 2, -1, -1):
        edges = np.arange(layout.starts[s], layout.starts[s + 1])
        rates, ends = layout.rates[edges, None], layout.targets[edges]
        first.keep(s, rates * first.product[ends], edges, by_size=False)
        zero = rates == 0
        best.keep(s, rates * np.where(zero, first.product[ends], best.product[ends]), edges)
    return [_walk(layout, best, first, rank) for rank in range(k)]


class _Ways:
    """For each scalar up to k ways to the output: products (nan where there are fewer), and how."""

    def __init__(self, scalars: int, k: int) -> None:
        self.product = np.full((scalars, k), np.nan)
        self.edge = np.zeros((scalars, k), np.int64)
        self.rank = np.zeros((scalars, k), np.int64)

    def keep(self, s: int, candidates: Array, edges: Array, by_size: bool = True) -> None:
        """Of candidates (edges, ranks at their ends), keep k: the largest, or the first."""
        k = self.product.shape[1]
        flat = candidates.ravel()
        chosen = np.flatnonzero(~np.isnan(flat))
        if by_size:
            size = np.abs(flat[chosen])
            if len(size) > k:
                enough = size >= np.partition(size, len(size) - k)[len(size) - k]
                chosen, size = chosen[enough], size[enough]
            chosen = chosen[np.argsort(-size, kind="stable")]
        chosen = chosen[:k]
        self.product[s, : len(chosen)] = flat[chosen]
        self.edge[s, : len(chosen)] = edges[chosen // k]
        self.rank[s, : len(chosen)] = chosen % k


def _walk(layout: Layout, best: _Ways, first: _Ways, rank: int) -> tuple[int, ...]:
    """The edges of the start's way of that rank."""
    ways, s, walk = best, 0, []
    while s != len(layout.scalars) - 1:
        edge, rank = int(ways.edge[s, rank]), int(ways.rank[s, rank])
        walk.append(edge)
        if layout.rates[edge] == 0:
            ways = first
        s = int(layout.targets[edge])
    return tuple(walk)


def _joined(parts: list[Array]) -> Array:
    return np.concatenate(parts) if parts else np.zeros(0, np.int64)


def _no_edges() -> tuple[Array, Array]:
    return np.zeros(0, np.int64), np.zeros(0)
