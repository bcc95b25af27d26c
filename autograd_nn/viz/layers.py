"""Which layer of a recorded network a node belongs to; a network is known by its nodes' names.

``z2``, ``a2``, ``w2``, ``b2`` … and ``C`` are the names that a recorded network gives.  Whatever
leads to the weighted inputs z of a layer, and to no earlier layer's, belongs to that layer.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from ..backward import topological_order
from ..core import Node

COST = "cost"


def named(nodes: Iterable[Node], letter: str) -> dict[int, Node]:
    """The nodes that a recorded network names with this letter, by their layers.

    >>> from autograd_nn import Tensor
    >>> list(named([Tensor(1.0, name="w2"), Tensor(1.0, name="w"), Tensor(1.0)], "w"))
    [2]
    """
    found = {}
    for node in nodes:
        match = re.fullmatch(letter + r"(\d+)", node.name or "")
        if match:
            found[int(match[1])] = node
    return found


def groups(nodes: list[Node]) -> dict[Node, str]:
    """The layer of each node, in words, "cost" for what comes after; {} if it is no network.

    ``nodes`` come in topological order.  In the graph of a network's gradient, whose output is
    not C, what comes after the layers is in no group.
    """
    z, a = named(nodes, "z"), named(nodes, "a")
    z = {layer: node for layer, node in z.items() if node.op is not None}
    if not z:
        return {}
    group: dict[Node, str] = {}
    if 1 in a:
        group[a[1]] = "layer 1"
    for layer in sorted(z):
        heads = [z[layer]] + ([a[layer]] if layer in a else [])
        for node in topological_order(*heads):
            group.setdefault(node, f"layer {layer}")
    if nodes[-1].name == "C":
        for node in nodes:
            group.setdefault(node, COST)
    return group
