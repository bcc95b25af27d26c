"""Paths against edges: why backpropagation is fast.

A network has far more paths than edges.  Multiplying out every path costs as many multiplications
as the paths are long and many; backpropagation adds up what comes together at a neuron before it
goes on, so that it multiplies once for each edge.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import prod

from ..support.checks import check_sizes


@dataclass(frozen=True)
class PathsAgainstEdges:
    """What all weight gradients of a network of these sizes take, exactly.

    ``paths`` is the number of paths from all weights to the cost; ``by_enumeration`` the number of
    multiplications when the rates along each are multiplied out, ``by_backprop`` when each rate is
    used once on the way back (the products with the transposed weight matrices, BP2, and one for
    each weight, BP4).
    """

    sizes: tuple[int, ...]
    paths: int
    by_enumeration: int
    by_backprop: int


def paths_against_edges(sizes: Sequence[int]) -> PathsAgainstEdges:
    """Count for a fully connected network, ``sizes`` as :class:`autograd_nn.Network` takes them.

    A weight of layer l is the start of n(l+1) · n(l+2) · … · n(L) paths with L − l + 2 rates each.
    Raises ``ValueError`` unless ``sizes`` are two integers or more, each 1 or more.

    >>> paths_against_edges([784, 30, 10])
    PathsAgainstEdges(sizes=(784, 30, 10), paths=235500, by_enumeration=470700, by_backprop=24120)
    >>> paths_against_edges([784, 100, 100, 100, 10]).paths
    7850101000
    """
    sizes = check_sizes(sizes, "paths_against_edges: sizes")
    weights = [m * n for m, n in pairwise(sizes)]
    paths = [count * prod(sizes[layer + 2 :]) for layer, count in enumerate(weights)]
    multiplications = [count * (len(weights) - layer) for layer, count in enumerate(paths)]
    return PathsAgainstEdges(
        sizes, sum(paths), sum(multiplications), sum(weights) + sum(weights[1:])
    )
