"""A sum over paths: how many there are, their total, the largest, and what flows through an edge.

All of it comes from looks over the edges (dynamic programming, :mod:`.scalar_graph`); nothing is
enumerated unless asked for.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from math import prod

import numpy as np

from ..engine.backward import topological_order
from ..engine.core import Node
from ..engine.names import node_names
from ..engine.types import Array
from ..support.checks import check_count
from ..support.style import plural, printable
from .edges import Edges
from .largest import largest
from .names import element_name
from .scalar_graph import Layout
from .table import PathRow, PathTable, SumRow

ENUMERATION_LIMIT = 100_000


@dataclass(frozen=True)
class Path:
    """One path: ``nodes`` from the weight to the cost, the ``factors`` between them, their product.

    ``factors[i]`` is the derivative of ``nodes[i + 1]`` by ``nodes[i]``.  The product is taken from
    the cost backwards, the order in which the book writes it.
    """

    nodes: tuple[str, ...]
    factors: tuple[float, ...]
    product: float
    elements: tuple[int, ...] = field(repr=False)  # numbers of the scalars, for drawings
    edges: tuple[int, ...] = field(repr=False)

    def __str__(self) -> str:
        """``-1.711296e-03 = w2[1, 0] → a2[1] → …``."""
        return f"{self.product:+.6e}  {' → '.join(self.nodes)}"


class PathSum:
    """All paths from one element to the output; made by :func:`path_sum`.

    ``count`` is their number, ``total`` the sum of their products (the gradient), ``mass`` the sum
    of the products' magnitudes; ``top(k)`` gives the k largest.  Iterating gives every path, in
    node order.
    """

    def __init__(
        self,
        output: Node,
        leaf: Node,
        position: int,
        edges: list[Edges],
        through: str,
        example: int | None = None,
        examples: int | None = None,
    ) -> None:
        self.output, self.leaf, self.position = output, leaf, position
        self.through, self.example, self.examples = through, example, examples
        self.layout = Layout.of(output, leaf, position, edges)
        self.names = node_names(topological_order(output))

    @property
    def source(self) -> str:
        """The name of the element that the paths start from."""
        return element_name(self.names[self.leaf], self.leaf.shape, self.position)

    @property
    def target(self) -> str:
        """The name of the output."""
        return self.names[self.output]

    @property
    def what(self) -> str:
        """What the sum is: a derivative, or one example's part of it."""
        part = "" if self.example is None else f"example {self.example}'s part of "
        return f"{part}∂{self.target}/∂{self.source}"

    @property
    def number_of_paths(self) -> str:
        """In words: how many, and for a mini-batch of how many examples, of which C is the mean."""
        words = plural(self.count, "path")
        if self.example is None and self.examples is not None and self.examples > 1:
            words += f" of {self.examples:,} examples, of which {self.target} is the mean"
        return words

    @property
    def count(self) -> int:
        """The number of paths, exactly, however many there are.

        >>> from autograd_nn import Tensor, viz
        >>> x = y = Tensor(1.0, requires_grad=True)
        >>> for _ in range(100):
        ...     y = y + y
        >>> viz.path_sum(y, x).count == 2**100
        True
        """
        return int(self.layout.counts[0])

    @property
    def total(self) -> float:
        """The sum of the products of all paths: the gradient, as exactly as the graph's dtype."""
        return float(self.layout.sums_onward[0])

    @cached_property
    def mass(self) -> float:
        """The sum of the magnitudes of the products, by which coverage is judged."""
        return float(self.layout.suffixes(np.abs(self.layout.rates))[0])

    @property
    def cancellation(self) -> float:
        """|total| / mass: 1 when all paths pull the same way, near 0 when they cancel."""
        return abs(self.total) / self.mass if self.mass else 1.0

    def coverage(self, paths: Sequence[Path]) -> float:
        """The part of the mass that these paths account for, from 0 to 1."""
        return sum(abs(p.product) for p in paths) / self.mass if self.mass else 1.0

    def top(self, k: int) -> list[Path]:
        """The k paths of largest |product|, exactly; ``ValueError`` above 100,000 paths."""
        check_count(k, "top: k", 0)
        if min(k, self.count) > ENUMERATION_LIMIT:
            raise ValueError(
                f"top: k is {k:,} of {self.count:,} paths; at most {ENUMERATION_LIMIT:,} are given"
            )
        count = min(int(k), self.count)
        return [self._path(edges) for edges in largest(self.layout, count)]

    def __iter__(self) -> Iterator[Path]:
        """Every path, in node order.  ``ValueError`` when there are more than 100,000."""
        if self.count > ENUMERATION_LIMIT:
            raise ValueError(
                f"paths: there are {self.count:,} paths from {self.source} to {self.target}, more "
                f"than the {ENUMERATION_LIMIT:,} that are enumerated; .top(k) gives the largest, "
                ".total their sum"
            )
        return map(self._path, self.layout.walks())

    def _path(self, edges: tuple[int, ...]) -> Path:
        layout = self.layout
        elements = (0, *(int(layout.targets[e]) for e in edges))
        factors = tuple(float(layout.rates[e]) for e in edges)
        product = prod(reversed(factors), start=1.0)
        names = tuple(self.element_name(s) for s in elements)
        return Path(names, factors, product, elements, edges)

    # For the drawings, which know scalars and edges by their numbers.
    @property
    def last(self) -> int:
        """The number of the output's scalar; the start is 0."""
        return len(self.layout) - 1

    def element_name(self, number: int) -> str:
        """The name of a scalar."""
        node, position = self.layout.scalar(number)
        return element_name(self.names[node], node.shape, position)

    def value(self, number: int) -> float:
        """The value of a scalar."""
        node, position = self.layout.scalar(number)
        return float(node.data.ravel()[position])

    @cached_property
    def flow(self) -> Array:
        """What flows through each edge: the sum of the products of all paths through it.

        The flows of the edges that cross from one layer to the next add up to the gradient, between
        whichever layers: every path crosses once.  No path is enumerated: it is the sum over the
        ways to the edge, times its factor, times the sum over the ways on from there.
        """
        layout = self.layout
        before, after = layout.sums_so_far[layout.sources()], layout.sums_onward[layout.targets]
        flow: Array = before * layout.rates * after
        return flow

    @property
    def through_scalars(self) -> Array:
        """What flows through each scalar: the sum of the products of all paths through it."""
        flow: Array = self.layout.sums_so_far * self.layout.sums_onward
        return flow

    def derivative(self, number: int) -> float:
        """The derivative of the output by a scalar: the sum over all paths from there on."""
        return float(self.layout.sums_onward[number])

    def table(self, k: int = 10) -> PathTable:
        """The k largest paths, the rest as one line, and the sum; ``str()`` is plain text."""
        top, rows, running, sums = self.top(k), [], 0.0, []
        for rank, path in enumerate(top, start=1):
            running += path.product
            rows.append(PathRow(rank, path.product, running, path.factors[::-1], path.nodes[::-1]))
        hidden = self.count - len(top)
        if hidden:
            sums.append(SumRow("rest", self.total - running, plural(hidden, "more path")))
        remark = (
            f"{printable(self.number_of_paths)}; shown: {100 * self.coverage(top):.3g} % of the "
            f"magnitude; |sum| / magnitude: {self.cancellation:.3g}"
        )
        sums.append(SumRow("sum", self.total, remark))
        title = printable(f"{self.what} as a sum over paths")
        return PathTable(title, tuple(rows), tuple(sums))

    def __str__(self) -> str:
        """The table of the ten largest."""
        return str(self.table())

    def __repr__(self) -> str:
        """The two ends, the number of paths and their sum."""
        count = plural(self.count, "path")
        return f"PathSum({self.what}: {count}, total {self.total:.9g}, through={self.through!r})"
