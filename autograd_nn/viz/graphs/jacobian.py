"""The local derivative that an arrow carries: a number, or a Jacobian's shape and norm."""

import numpy as np

from ...engine.core import Node
from ...engine.types import Array
from ...paths.edges import connections
from ...paths.rates import rates
from ...support.style import number
from ..picture.picture import Arrow

PROBED_EDGES = 200_000  # Jacobians with more connections than this show their shape only


def local_arrow(node: Node, i: int, x: Node, ids: dict[Node, str]) -> Arrow:
    """The arrow from argument ``i`` of a node, which is ``x``, with the derivative on it."""
    assert node.op is not None
    if not x.requires_grad or not node.requires_grad or node.op.rule(i) is None:
        return Arrow(ids[x], ids[node])
    jacobian = None
    if node.data.size == x.data.size == 1:
        jacobian = rates(node, i, np.zeros(1, int), np.zeros(1, int))
    elif can_probe(node, i, x):
        jacobian = rates(node, i, *connections(node, i, np.arange(x.data.size)))
    return jacobian_arrow(ids[x], ids[node], node, x, jacobian)


def jacobian_arrow(source: str, target: str, y: Node, x: Node, jacobian: Array | None) -> Arrow:
    """An arrow with ∂y/∂x on it; ``jacobian`` holds its entries, or is None if they are unknown."""
    if y.data.size == x.data.size == 1 and jacobian is not None:
        rate = float(np.sum(jacobian))
        return Arrow(source, target, number(rate), int(np.sign(np.nan_to_num(rate))))
    label = f"{y.data.size}×{x.data.size}"
    if jacobian is not None:
        label += f"\n‖J‖ {number(float(np.linalg.norm(jacobian)))}"
    return Arrow(source, target, label)


def can_probe(node: Node, i: int, x: Node) -> bool:
    """Whether the op says what it connects, and the connections are few enough to ask for."""
    assert node.op is not None
    if node.op.structure.connects is None or max(node.data.size, x.data.size) > PROBED_EDGES:
        return False
    of_one, _ = connections(node, i, np.arange(min(1, x.data.size)))
    return len(of_one) * max(node.data.size, x.data.size) <= PROBED_EDGES
