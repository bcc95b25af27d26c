"""What nodes and their elements are called: in pictures, paths, plans and messages."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from typing import TypeAlias

import numpy as np

from ..engine.backward import topological_order
from ..engine.core import Node, label
from ..support.checks import is_count

Index: TypeAlias = int | tuple[int, ...]


def node_names(nodes: Iterable[Node]) -> dict[Node, str]:
    """A name for each node, no two the same: its own, or its op's with a number.

    The nodes come in topological order, and numbers follow it, so the same program always gives
    the same names.
    """
    nodes = list(nodes)
    own = {node: node.name.replace("\n", " ") for node in nodes if node.name is not None}
    taken: set[str] = set(own.values())
    names: dict[Node, str] = {}
    used: Counter[str] = Counter()
    for node in nodes:
        if node in own:
            name = own[node]
            used[name] += 1
            names[node] = name if used[name] == 1 else _free(f"{name}#", used[name], taken)
        else:
            kind = "leaf" if node.requires_grad else "constant"
            kind = node.op.name if node.op is not None else kind
            used[kind] += 1
            names[node] = _free(kind, used[kind], taken)
    return names


def _free(stem: str, number: int, taken: set[str]) -> str:
    """The stem with the first number from here on that makes a new name; it is then taken."""
    while f"{stem}{number}" in taken:
        number += 1
    taken.add(f"{stem}{number}")
    return f"{stem}{number}"


def element_name(name: str, shape: tuple[int, ...], position: int) -> str:
    """The element at a flat position, counted from 0: ``a3[1]``, ``w2[1, 0]``, ``C``.

    >>> element_name("w2", (3, 2), 3), element_name("C", (), 0)
    ('w2[1, 1]', 'C')
    """
    if not shape:
        return name
    return f"{name}[{', '.join(map(str, np.unravel_index(position, shape)))}]"


def check_element(node: Node, index: Index, asked_by: str) -> int:
    """The flat position of the element at an index; ``ValueError`` where there is none.

    >>> from autograd_nn import Tensor
    >>> check_element(Tensor([[1.0, 2.0], [3.0, 4.0]]), (1, -1), "f")
    3
    """
    parts, shape = index if isinstance(index, tuple) else (index,), node.shape
    if len(parts) != len(shape) or not all(
        is_count(i) and -n <= i < n for i, n in zip(parts, shape, strict=True)
    ):
        raise ValueError(
            f"{asked_by}: index {index} into {label(node)} of shape {shape}; expected one "
            "integer for each axis, counted from 0"
        )
    positive = tuple(i % n for i, n in zip(parts, shape, strict=True))
    return int(np.ravel_multi_index(positive, shape)) if shape else 0


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
            group.setdefault(node, "cost")
    return group
