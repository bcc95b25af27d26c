"""The recorded graph as a picture."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..backward import check_fresh, topological_order
from ..core import Array, Node
from .drawing import Drawing
from .names import node_names
from .picture import Arrow, Box, NodeKind, Picture, number
from .scalars import connections, rates

MAX_NODES = 500
_SHOWN_ELEMENTS = 4  # arrays up to this size show their elements, larger ones their norm
_PROBED_EDGES = 200_000  # Jacobians with more connections than this show their shape only


def draw_graph(cost: Node) -> Drawing:
    """Draw the graph that ``cost`` was recorded in, left to right.

    Square boxes are leaves (bold: parameters), rounded ones results with their op's name.  Each
    says its shape, its value and, where it can have one, its gradient, "none yet" before a
    backward pass.  Every argument has its own arrow, two for ``x * x``, with the local derivative
    on it: a number (blue and solid if positive, orange and dashed if negative), or the Jacobian's
    shape and norm.  Raises ``ValueError`` for a graph too large to look at.
    """
    if not isinstance(cost, Node):
        raise TypeError(f"draw_graph: got {type(cost).__name__}, expected a tensor")
    nodes = topological_order(cost)
    if len(nodes) > MAX_NODES:
        raise ValueError(
            f"draw_graph: the graph has {len(nodes):,} nodes, more than the {MAX_NODES} that can "
            "be looked at; draw a smaller example, or the paths of one weight (draw_paths)"
        )
    names, ids = node_names(nodes), {node: f"n{i}" for i, node in enumerate(nodes)}
    boxes, arrows = [], []
    for node in nodes:
        check_fresh(node, "draw_graph")
        boxes.append(Box(ids[node], _kind(node, cost), _lines(node, names[node])))
        for i, x in enumerate(node.inputs):
            if isinstance(x, Node):
                arrows.append(_arrow(node, i, x, ids))
            else:
                boxes.append(Box(f"{ids[node]}_{i}", "constant", (_value(np.asarray(x)),)))
                arrows.append(Arrow(f"{ids[node]}_{i}", ids[node]))
    return Drawing(Picture(tuple(boxes), tuple(arrows)))


def _kind(node: Node, cost: Node) -> NodeKind:
    if node is cost:
        return "cost"
    if node.op is not None:
        return "result"
    return "parameter" if node.requires_grad else "input"


def _lines(node: Node, name: str) -> tuple[str, ...]:
    lines = [name if node.op is None or node.name is None else f"{name} = {node.op.name}"]
    if node.op is not None and node.name is None:
        lines = [node.op.name]
    if node.shape:
        lines.append(f"shape {_times(node.shape)}")
    lines.append(_value(node.data))
    if node.requires_grad:
        lines.append("gradient: none yet" if node.grad is None else f"gradient {_value(node.grad)}")
    return tuple(lines)


def _value(array: Array) -> str:
    if array.ndim == 0:
        return number(float(array))
    if array.size <= _SHOWN_ELEMENTS:
        return f"[{', '.join(number(float(v)) for v in array.ravel())}]"
    return f"norm {number(float(np.linalg.norm(array)))}"


def _times(shape: tuple[int, ...]) -> str:
    return "×".join(map(str, shape))


def _arrow(node: Node, i: int, x: Node, ids: dict[Node, str]) -> Arrow:
    assert node.op is not None
    if not x.requires_grad or node.op.rules[i] is None:
        return Arrow(ids[x], ids[node])
    jacobian: Any = _local_derivative(node, i, x)
    if node.data.size == x.data.size == 1:
        rate = float(jacobian[0])
        return Arrow(ids[x], ids[node], number(rate), int(np.sign(np.nan_to_num(rate))))
    label = f"{node.data.size}×{x.data.size}"
    if jacobian is not None:
        label += f"\n‖J‖ {number(float(np.linalg.norm(jacobian)))}"
    return Arrow(ids[x], ids[node], label)


def _local_derivative(node: Node, i: int, x: Node) -> Array | None:
    """The entries of the local Jacobian, or None where there are too many or none is known."""
    assert node.op is not None
    if node.data.size == x.data.size == 1:
        return rates(node, i, np.zeros(1, int), np.zeros(1, int))
    if node.op.connects is None or max(node.data.size, x.data.size) > _PROBED_EDGES:
        return None
    of_one, _ = connections(node, i, np.arange(min(1, x.data.size)))
    if len(of_one) * max(node.data.size, x.data.size) > _PROBED_EDGES:
        return None
    columns, rows = connections(node, i, np.arange(x.data.size))
    return rates(node, i, columns, rows)
