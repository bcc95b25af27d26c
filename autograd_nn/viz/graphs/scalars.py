"""The recorded graph with a box for every single number in it."""

import numpy as np

from ...engine.core import Node, value
from ...engine.names import node_names
from ...paths.edges import connections
from ...paths.names import element_name, groups
from ...paths.rates import rates
from ...support.style import number
from ..picture.picture import Arrow, Box, NodeKind, Picture, check_size
from .node_text import kind

MAX_NUMBERS, MAX_ARROWS = 400, 2000
_MOVES = {  # ops that only put numbers elsewhere: the number keeps its box
    "transpose", "reshape", "expand_dims", "squeeze", "moveaxis", "swapaxes", "flip",
    "broadcast_to", "getitem",
}  # fmt: skip

Place = tuple[Node, int]  # a node and a flat position in it


def scalar_picture(nodes: list[Node]) -> Picture:
    """Every number a box, every connection between two an arrow with the derivative on it.

    A number that an op only moves (transpose, reshape, indexing …) keeps the box that it has.
    Raises ``ValueError`` where there are too many, or where an op does not say what it connects.
    """
    output = nodes[-1]
    moving = {n for n in nodes[:-1] if n.op is not None and n.op.name in _MOVES and n.name is None}
    count = sum(node.data.size for node in nodes if node not in moving)
    count = max(count, *(node.data.size for node in moving), 0)
    check_size(
        "draw_graph", count, "single numbers", MAX_NUMBERS,
        'fold them (detail="tensor" or "layer"), or draw the paths of one weight (draw_paths)',
    )  # fmt: skip
    names, group, number_of = node_names(nodes), groups(nodes), {n: i for i, n in enumerate(nodes)}
    origin: dict[Place, Place] = {}
    boxes, arrows = [], []
    for node in nodes:
        if node in moving:
            _follow(node, origin)
            continue
        found = kind(node, output)
        look: NodeKind = "element" if found == "result" else found
        for k in range(node.data.size):
            origin[node, k] = node, k
            lines = _lines(node, element_name(names[node], node.shape, k), k)
            boxes.append(Box(_id(number_of, (node, k)), look, lines, group.get(node, "")))
        for i, x in enumerate(node.inputs):
            if isinstance(x, Node):
                arrows += _arrows(node, i, x, origin, number_of)
    advice = 'fold them (detail="tensor" or "layer")'
    check_size("draw_graph", len(arrows), "connections of single numbers", MAX_ARROWS, advice)
    return Picture(tuple(boxes), tuple(arrows))


def _follow(node: Node, origin: dict[Place, Place]) -> None:
    """Each element of a moving op's result is the very number that was moved there."""
    columns, rows = connections(node, 0, np.arange(value(node.inputs[0]).size))
    for column, row in zip(columns.tolist(), rows.tolist(), strict=True):
        origin[node, row] = origin[node.inputs[0], column]


def _id(number_of: dict[Node, int], place: Place) -> str:
    return f"n{number_of[place[0]]}_{place[1]}"


def _lines(node: Node, name: str, k: int) -> tuple[str, ...]:
    line = f"{name} = {number(node.data.item(k))}"
    if not node.requires_grad:
        return (line,)
    gradient = ": none yet" if node.grad is None else f" {number(node.grad.item(k))}"
    return line, f"gradient{gradient}"


def _arrows(
    node: Node, i: int, x: Node, origin: dict[Place, Place], number_of: dict[Node, int]
) -> list[Arrow]:
    assert node.op is not None
    flows = x.requires_grad and node.requires_grad and node.op.rule(i) is not None
    elements, size = np.arange(x.data.size), node.data.size
    if node.op.rule(i) is None and (node.op.structure.connects is None or x.shape != node.shape):
        # an argument without a derivative, such as a mask: perhaps each leads to each
        columns, rows = np.repeat(elements, size), np.tile(np.arange(size), len(elements))
    else:
        columns, rows = connections(node, i, elements)
    rate = rates(node, i, columns, rows) if flows else np.zeros(len(rows))
    arrows = []
    for column, row, r in zip(columns.tolist(), rows.tolist(), rate, strict=True):
        ends = _id(number_of, origin[x, column]), _id(number_of, (node, row))
        label = number(float(r)) if flows else ""
        arrows.append(Arrow(*ends, label, int(np.sign(np.nan_to_num(r)))))
    return arrows
