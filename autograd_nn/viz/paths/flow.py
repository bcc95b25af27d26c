"""What flows from one weight to the cost: all paths at once, none of them listed."""

import numpy as np

from ...engine.core import Node
from ...engine.types import Array
from ...paths.build import PathSum, path_sum
from ...paths.names import Index
from ...paths.through import Through
from ...support.checks import check_count
from ...support.style import number
from ..picture.columns import in_columns
from ..picture.picture import Arrow, Box, Picture, check_size
from ..render.drawing import Drawing
from .cone import MAX_BOXES, sum_line, value_line

MAX_WIDTH = 12
_FEW, _LABELLED = 20, 0.1  # of more arrows than these, those of the largest flows are labelled


def draw_flow(
    cost: Node, leaf: Node, index: Index = (), width: int = 3, *,
    through: Through = None, example: int | None = None,
) -> Drawing:  # fmt: skip
    """Draw how ∂C/∂w flows through every number between one element of ``leaf`` and the cost.

    The flow of an edge is the sum of the products of all paths through it.  In each layer the
    ``width`` numbers with the largest flows have a box each, all others share one; an arrow carries
    what flows between two boxes (blue and solid if positive, orange and dashed if negative, as wide
    as it is large).  The arrows between any two layers add up to the gradient.

    ``width`` is 1 to 12; the other arguments are those of :func:`path_sum`.  Raises ``ValueError``
    for another ``width`` and for more than 500 boxes, and what :func:`path_sum` raises.

    >>> from autograd_nn import Network, viz
    >>> run = Network([2, 3, 2, 2], rng=0).record([0.5, -1.0], 1)
    >>> viz.draw_flow(run.cost, run.weights[2], (1, 0))
    Drawing(7 boxes, 9 arrows)
    """
    check_count(width, "draw_flow: width", 1, MAX_WIDTH)
    paths = path_sum(cost, leaf, index, through=through, example=example)
    boxes, box_of = _boxes(paths, width)
    advice = "take a smaller width, or choose the nodes that paths show (through=[…])"
    check_size("draw_flow", len(boxes), "boxes", MAX_BOXES, advice)
    title = f"{paths.what}, split over the numbers of each layer"
    caption = (
        title,
        f"an arrow says what all paths through it add up to ({paths.number_of_paths})",
        f"the arrows between any two layers add up to {number(paths.total)}",
        sum_line(paths),
    )
    arrows = _arrows(paths, boxes, box_of)
    return Drawing(in_columns(Picture(boxes, arrows, caption, title=f"{title}.")))


def _boxes(paths: PathSum, width: int) -> tuple[tuple[Box, ...], Array]:
    """The boxes, and for each scalar the number of the box that it is in."""
    layout, flow = paths.layout, paths.through_scalars
    box_of = np.zeros(len(layout), int)
    boxes: list[Box] = []
    for first, last in zip(layout.first[:-1], layout.first[1:], strict=True):
        scalars = np.arange(first, last)
        shown = scalars
        if last - first > width + 1:  # a box for one number more is no smaller than its own
            largest = np.argsort(-np.abs(flow[scalars]), kind="stable")[:width]
            shown = np.sort(scalars[largest])
        box_of[scalars] = len(boxes) + len(shown)
        for s in shown:
            box_of[s] = len(boxes)
            boxes.append(_box(paths, int(s), float(flow[s])))
        if folded := len(scalars) - len(shown):
            rest = float(flow[scalars].sum() - flow[shown].sum())
            lines = (f"{folded:,} more", f"flow {number(rest)}")
            boxes.append(Box(f"b{len(boxes)}", "rest", lines))
    return tuple(boxes), box_of


def _box(paths: PathSum, scalar: int, flow: float) -> Box:
    value = value_line(paths, scalar)
    if scalar == paths.last:
        return Box("cost", "cost", (value,))
    if scalar == 0:
        return Box("weight", "parameter", (value,))
    return Box(f"s{scalar}", "element", (value, f"flow {number(flow)}"))


def _arrows(paths: PathSum, boxes: tuple[Box, ...], box_of: Array) -> tuple[Arrow, ...]:
    """What flows from box to box, added up."""
    layout = paths.layout
    pairs = box_of[layout.sources()] * len(boxes) + box_of[layout.targets]
    between, which = np.unique(pairs, return_inverse=True)
    flows = np.bincount(which, weights=paths.flow, minlength=len(between))
    most = float(np.abs(flows).max(initial=0.0)) or 1.0
    arrows = []
    for pair, flow in zip(between, flows, strict=True):
        source, target = divmod(int(pair), len(boxes))
        folded = "rest" in (boxes[source].kind, boxes[target].kind)
        large = abs(flow) >= _LABELLED * most
        labelled = len(between) <= _FEW or large or boxes[source].id == "weight"
        label = number(float(flow)) if labelled else ""
        ends, width = (boxes[source].id, boxes[target].id), float(abs(flow)) / most
        faint = folded and not label
        arrows.append(Arrow(*ends, label, int(np.sign(flow)), width, rest=faint))
    return tuple(arrows)
