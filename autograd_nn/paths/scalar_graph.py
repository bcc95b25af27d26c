"""The scalar graph in arrays, and the sums over paths that one look over its edges gives.

Scalars are numbered in node order: first by node, in topological order, then by position.  The
start is scalar 0, the output the last.  Edges are sorted by where they start, then by where they
end, so that "the edges out of scalar s" is a slice.  A node's scalars do not depend on each other,
so everything goes a whole node at a time.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Self

import numpy as np
import numpy.typing as npt

from ..engine.core import Node
from ..engine.types import Array
from .edges import Edges, marked


@dataclass(frozen=True)
class Layout:
    """Scalars ``first[n]`` up to ``first[n + 1]`` are those of ``nodes[n]``, at ``positions``.

    Edge e leads to scalar ``targets[e]``; the edges out of scalar s are ``starts[s]`` up to, but
    not including, ``starts[s + 1]``.
    """

    nodes: list[Node]
    first: Array
    positions: Array
    starts: Array
    targets: Array
    rates: Array

    @classmethod
    def of(cls, output: Node, leaf: Node, position: int, edges: list[Edges]) -> Self:
        """Number the scalars of these edges and sort the edges."""
        used: dict[Node, list[Array]] = {leaf: [np.array([position])], output: [np.zeros(1, int)]}
        for e in edges:
            used.setdefault(e.source, []).append(e.columns)
            used.setdefault(e.target, []).append(e.rows)
        nodes = sorted(used, key=lambda n: n.serial)
        positions = [np.flatnonzero(marked(node, *used[node])) for node in nodes]
        first = np.cumsum([0, *map(len, positions)])
        place = {node: n for n, node in enumerate(nodes)}

        def number(node: Node, at: Array) -> Array:
            n = place[node]
            table = np.zeros(node.data.size, np.int64)  # less work than a search for each
            table[positions[n]] = np.arange(first[n], first[n + 1])
            numbers: Array = table[at]
            return numbers

        edges = sorted(edges, key=lambda e: e.source.serial)  # stable: arguments stay in order
        none = np.zeros(0, np.int64)
        sources = np.concatenate([none, *(number(e.source, e.columns) for e in edges)])
        targets = np.concatenate([none, *(number(e.target, e.rows) for e in edges)])
        rates = np.concatenate([none.astype(float), *(e.rates for e in edges)])
        key = sources * first[-1] + targets
        if (key[1:] < key[:-1]).any():
            order = np.argsort(key, kind="stable")
            sources, targets, rates = sources[order], targets[order], rates[order]
        starts = np.searchsorted(sources, np.arange(first[-1] + 1))
        return cls(nodes, first, np.concatenate(positions), starts, targets, rates)

    def __len__(self) -> int:
        """The number of scalars."""
        return len(self.positions)

    def scalar(self, s: int) -> tuple[Node, int]:
        """The node of a scalar and its flat position there."""
        n = int(np.searchsorted(self.first, s, side="right")) - 1
        return self.nodes[n], int(self.positions[s])

    def edge(self, e: int) -> tuple[float, int, int]:
        """An edge's factor and the scalars it runs between."""
        source = int(np.searchsorted(self.starts, e, side="right")) - 1
        return float(self.rates[e]), source, int(self.targets[e])

    def sources(self) -> Array:
        """For each edge the scalar that it starts from."""
        return np.repeat(np.arange(len(self)), np.diff(self.starts))

    def blocks(self) -> list[tuple[int, int]]:
        """The scalars of each node but the output, from the output backwards: from, up to."""
        return list(pairwise(self.first[:-1].tolist()))[::-1]

    def suffixes(self, weights: Array, dtype: npt.DTypeLike = float) -> Array:
        """For each scalar, the sum over its paths to the output of the products of edge weights."""
        sums = np.zeros(len(self), dtype=dtype)
        sums[-1] = 1
        for first, last in self.blocks():
            begin, end = self.starts[first], self.starts[last]
            if end > begin:
                products = weights[begin:end] * sums[self.targets[begin:end]]
                sums[first:last] = np.add.reduceat(products, self.starts[first:last] - begin)
        return sums

    @cached_property
    def sums_onward(self) -> Array:
        """For each scalar, the sum over its paths to the output of the products of rates."""
        return self.suffixes(self.rates)

    @cached_property
    def sums_so_far(self) -> Array:
        """For each scalar, the sum over the paths from the start to it of the products."""
        sums, sources = np.zeros(len(self)), self.sources()
        sums[0] = 1
        for first, last in reversed(self.blocks()):
            begin, end = self.starts[first], self.starts[last]
            products = self.rates[begin:end] * sums[sources[begin:end]]
            np.add.at(sums, self.targets[begin:end], products)
        return sums

    @cached_property
    def counts(self) -> Array:
        """For each scalar the number of its paths to the output: int64, or exact big integers."""
        ones = np.ones(len(self.rates), np.int64)
        with np.errstate(over="ignore"):
            if self.suffixes(ones.astype(float)).max() < 2**52:
                return self.suffixes(ones, dtype=np.int64)
        return self.suffixes(ones.astype(object), dtype=object)

    def walks(self) -> Iterator[tuple[int, ...]]:
        """The edges of every path from the start to the output, in node order."""
        last = len(self) - 1
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
