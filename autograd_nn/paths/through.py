"""Which nodes the paths of a sum show, and which example's paths they are."""

from collections.abc import Sequence
from typing import TypeAlias

import numpy as np

from ..engine.core import Node, label
from ..engine.types import Array
from ..support.checks import check_count
from .edges import Edges, Keep
from .names import layers

Through: TypeAlias = str | Sequence[Node] | None


def _results(nodes: list[Node], letter: str) -> dict[Node, int]:
    """The results that a recorded network names with this letter, and their layers."""
    return {n: layer for n, layer in layers(nodes, letter).items() if n.op is not None}


def choose_nodes(through: Through, nodes: list[Node]) -> tuple[str, list[Node] | None]:
    """What paths run through, "a", "z", "ops" or "nodes", and the nodes; else ``ValueError``."""
    z, a = _results(nodes, "z"), _results(nodes, "a")
    last = max(z.values(), default=0)
    fused = last not in a.values()
    if through is None:
        recorded_network = z and nodes[-1].name == "C"
        through = "ops" if not recorded_network else "z" if fused else "a"
    if isinstance(through, str):
        if through == "ops":
            return through, None
        if through not in ("a", "z"):
            raise ValueError(f'path_sum: through={through!r}; expected "a", "z", "ops" or nodes')
        if not z:
            raise ValueError(
                f'path_sum: through="{through}" needs the graph of a recorded network, with nodes '
                'named z2, a2 …; use through="ops" or a list of nodes'
            )
        if through == "a" and fused:
            raise ValueError(
                f"path_sum: this cost was computed from the weighted inputs z{last} "
                f'(fused=True), so no path runs through the activations a{last}; use through="z"'
                " or record with fused=False"
            )
        return through, list(a if through == "a" else z)
    several = isinstance(through, Sequence)
    if not (several and all(isinstance(n, Node) for n in through)):
        raise TypeError(
            f'path_sum: through={through!r:.60}; expected "a", "z", "ops" or a list of nodes'
        )
    return "nodes", list(through)


def check_on_a_path(
    shown: list[Node], edges: list[Edges], leaf: Node, names: dict[Node, str]
) -> None:
    """Raise ``ValueError`` for a node that no path from the leaf runs through."""
    on_a_path = {leaf, *(e.target for e in edges)}
    for node in shown:
        if node not in on_a_path:
            raise ValueError(
                f"path_sum: {names.get(node, label(node))} lies on no path from {names[leaf]} to "
                "the output; leave it out of through="
            )


def with_rows(nodes: list[Node]) -> list[Node]:
    """The nodes of a recorded network that have a row for each example."""
    return [*_results(nodes, "z"), *_results(nodes, "a")]


def recorded_examples(nodes: list[Node]) -> int | None:
    """How many examples a network was recorded with; None for a single one, or another graph."""
    examples = {node.shape[0] for node in with_rows(nodes) if len(node.shape) == 2}
    return examples.pop() if len(examples) == 1 else None


def one_example(nodes: list[Node], example: int | None) -> Keep | None:
    """Which elements of a node are the example's; None: all.  ``ValueError`` if it is not there."""
    if example is None:
        return None
    m = recorded_examples(nodes)
    if m is None:
        raise ValueError(
            "path_sum: example= needs a recorded network with several examples, whose nodes z2, a2 "
            "… have a row for each"
        )
    rows = {n: n.shape for n in with_rows(nodes)}
    check_count(example, "path_sum: example", 0, m - 1)

    def keep(node: Node, positions: Array) -> Array:
        if node not in rows:
            return np.ones(len(positions), bool)
        kept: Array = positions // rows[node][1] == example
        return kept

    return keep
