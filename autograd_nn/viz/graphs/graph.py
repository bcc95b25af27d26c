"""The recorded graph as a picture."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from ...engine.backward import check_fresh, topological_order
from ...engine.core import Node
from ...engine.names import node_names
from ...paths.names import groups
from ...support.checks import check_choice
from ..picture.picture import Arrow, Box, Direction, Picture, check_direction, check_size
from ..picture.text_size import direction_that_fits
from ..render.drawing import Drawing
from .jacobian import local_arrow
from .layers import folded_picture
from .node_text import check_tensor, kind, lines, short
from .scalars import scalar_picture

MAX_NODES = 500


def draw_graph(
    cost: Node, *, detail: str = "tensor", direction: Direction | None = None
) -> Drawing:
    """Draw the graph that ``cost`` was recorded in, from left to right.

    Square boxes are leaves (bold: parameters), rounded ones results with their op's name.  Each
    says its shape, its value and, where it can have one, its gradient, "none yet" before a
    backward pass.  Every argument has its own arrow, two for ``x * x``, with the local derivative
    on it: a number (blue and solid if positive, orange and dashed if negative), or the Jacobian's
    shape and norm (the shape alone if it has more than 200,000 connections).  The layers of a
    recorded network are framed.

    ``detail="layer"`` folds each layer of a recorded network into one box (of another graph, what
    lies between the tensors that have names); ``detail="scalar"`` has a box for every single
    number.  The graph of a gradient (``create_graph=True``) is a graph too.  A graph so long that
    its words could not be read on a page goes down the page instead; ``direction="right"`` or
    ``"down"`` decides.

    ``cost`` is a tensor of any shape.  Raises ``TypeError`` for what is not a tensor, and
    ``ValueError`` for another ``detail`` or ``direction``, for more than 500 nodes (``"tensor"``),
    300 boxes (``"layer"``) or 400 numbers and 2,000 arrows (``"scalar"``), and for a graph whose
    leaves have changed since it was recorded.

    >>> import autograd_nn as ag
    >>> run = ag.Network([2, 3, 1], rng=0).record([0.5, -1.0], [1.0])
    >>> draw_graph(run.cost), draw_graph(run.cost, detail="layer")
    (Drawing(19 boxes, 18 arrows), Drawing(4 boxes, 3 arrows))
    """
    check_tensor(cost, "draw_graph")
    check_choice(detail, "draw_graph: detail", _DETAILS)
    check_direction(direction, "draw_graph")
    nodes = topological_order(cost)
    for node in nodes:
        check_fresh(node, "draw_graph")
    picture, by = _DETAILS[detail](nodes), {"scalar": "number"}.get(detail, detail)
    title = f"The recorded graph of {node_names(nodes)[cost]}, {by} by {by}."
    direction = direction or direction_that_fits(picture)
    return Drawing(replace(picture, direction=direction, title=title))


def tensor_picture(nodes: list[Node]) -> Picture:
    """A box for each tensor, in topological order; the last of them is the output."""
    check_size(
        "draw_graph", len(nodes), "nodes", MAX_NODES,
        'fold what lies between named tensors (detail="layer"), or draw a smaller example, or the '
        "paths of one weight (draw_paths)",
    )  # fmt: skip
    names, ids = node_names(nodes), {node: f"n{i}" for i, node in enumerate(nodes)}
    group = groups(nodes)
    boxes, arrows = [], []
    for node in nodes:
        at = group.get(node, "")
        boxes.append(Box(ids[node], kind(node, nodes[-1]), lines(node, names[node]), at))
        for i, x in enumerate(node.inputs):
            if isinstance(x, Node):
                arrows.append(local_arrow(node, i, x, ids))
            else:
                boxes.append(Box(f"{ids[node]}_{i}", "constant", (short(np.asarray(x)),), at))
                arrows.append(Arrow(f"{ids[node]}_{i}", ids[node]))
    return Picture(tuple(boxes), tuple(arrows))


_DETAILS: dict[str, Callable[[list[Node]], Picture]] = {
    "tensor": tensor_picture, "layer": folded_picture, "scalar": scalar_picture,
}  # fmt: skip
