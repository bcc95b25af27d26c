"""The table of a sum over paths, beside the two other ways to its sum."""

from __future__ import annotations

from collections.abc import Sequence

from ..core import Node
from .other_ways import other_ways
from .paths import path_sum
from .tables import PathTable


def path_table(
    cost: Node,
    leaf: Node,
    index: int | tuple[int, ...] = (),
    k: int = 10,
    *,
    through: str | Sequence[Node] | None = None,
    example: int | None = None,
) -> PathTable:
    """The k largest paths from one element of ``leaf`` to the cost as a table.

    A line for each path says its rank, its product, the sum of the products so far, its factors
    and its nodes, the last two from the cost back to the weight; then come the rest, the sum, the
    backward pass and a central difference.  Arguments and errors as for :func:`path_sum`.

    >>> from autograd_nn import Network, viz
    >>> run = Network([2, 3, 2, 2], rng=0).record([0.5, -1.0], 1)
    >>> print(viz.path_table(run.cost, run.weights[2], (1, 0), k=1))
    ∂C/∂w2[1, 0] as a sum over paths
                    1  -2.15...e-03  -2.15...e-03  0.6396 · 0.1699 · -0.1592 · 0.1244   C ← ...
                 rest  +5.50...e-04  3 more paths
                  sum  -1.60...e-03  4 paths; shown: 75.7 % of the magnitude; |sum| / magnitude: ...
        backward pass  -1.60...e-03
    finite difference  -1.60...e-03
    """
    paths = path_sum(cost, leaf, index, through=through, example=example)
    return PathTable(paths, k, other_ways(paths))
