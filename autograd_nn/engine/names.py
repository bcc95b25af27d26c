"""What the nodes of a graph are called: in plans, paths, pictures and messages."""

from collections import Counter
from collections.abc import Iterable

from .core import Node


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
