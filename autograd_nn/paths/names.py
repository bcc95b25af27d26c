"""What elements and groups of nodes are called in pictures and paths."""

import re
from collections.abc import Iterable
from typing import TypeAlias

import numpy as np

from ..engine.backward import topological_order
from ..engine.core import Node, label
from ..support.checks import is_count

Index: TypeAlias = int | tuple[int, ...]


def element_name(name: str, shape: tuple[int, ...], position: int) -> str:
    """The element at a flat position, counted from 0: ``a3[1]``, ``w2[1, 0]``, ``C``.

    >>> element_name("w2", (3, 2), 3), element_name("C", (), 0)
    ('w2[1, 1]', 'C')
    """
    return f"{name}[{', '.join(map(str, np.unravel_index(position, shape)))}]" if shape else name


def check_element(node: Node, index: Index, asked_by: str) -> int:
    """The flat position of the element at an index; ``ValueError`` where there is none.

    >>> from autograd_nn import Tensor
    >>> check_element(Tensor([[1.0, 2.0], [3.0, 4.0]]), (1, -1), "f")
    3
    """
    parts, shape = index if isinstance(index, tuple) else (index,), node.shape
    pairs = list(zip(parts, shape, strict=False))
    if len(parts) != len(shape) or not all(is_count(i) and -n <= i < n for i, n in pairs):
        raise ValueError(
            f"{asked_by}: index {index} into {label(node)} of shape {shape}; expected one "
            "integer for each axis, counted from 0"
        )
    return int(np.ravel_multi_index([i % n for i, n in pairs], shape)) if shape else 0


def named(nodes: Iterable[Node], letter: str) -> dict[int, Node]:
    """The nodes that a recorded network names with this letter, by their layers.

    >>> from autograd_nn import Tensor
    >>> list(named([Tensor(1.0, name="w2"), Tensor(1.0, name="w"), Tensor(1.0)], "w"))
    [2]
    """
    return {layer: node for node, layer in layers(nodes, letter).items()}


def layers(nodes: Iterable[Node], letter: str) -> dict[Node, int]:
    """The same the other way round: where a name is used twice, with both nodes."""
    matches = {node: re.fullmatch(letter + r"(\d+)", node.name or "") for node in nodes}
    return {node: int(match[1]) for node, match in matches.items() if match}


def groups(nodes: list[Node]) -> dict[Node, str]:
    """The layer of each node, in words, "cost" for what comes after; {} for any other graph.

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
            group.setdefault(node, "cost")
    return group
