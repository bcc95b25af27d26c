"""The sum over paths as a picture: the cone of one weight, a factor on each edge."""

from dataclasses import replace

import numpy as np

from ...engine.core import Node
from ...paths.build import Path, PathSum, path_sum
from ...paths.cross_check import other_ways
from ...paths.names import Index
from ...paths.through import Through
from ...support.checks import check_count
from ...support.style import number, plural
from ..picture.picture import Arrow, Box, Picture, check_size
from ..picture.text_size import direction_that_fits
from ..render.drawing import Drawing

MAX_PATHS, MAX_BOXES = 50, 500
_SHOWN_RANKS = 6  # on one arrow


def draw_paths(
    cost: Node,
    leaf: Node,
    index: Index = (),
    k: int = 10,
    *,
    through: Through = None,
    example: int | None = None,
) -> Drawing:
    """Draw the k largest paths from one element of ``leaf`` to the cost, and the rest as one.

    Arrows carry the factor (blue and solid if positive, orange and dashed if negative, wider the
    more of the paths' magnitude runs through them) and, unless all paths shown share them, the
    paths' ranks.  A box shows its value and the derivative of the cost by it, the sum over all
    paths from there on.  The caption lists the paths and compares their sum with the backward pass
    and a central difference.

    ``k`` is 0 to 50; the other arguments are those of :func:`path_sum`.  Raises ``ValueError`` for
    another ``k`` and for more than 500 boxes, and what :func:`path_sum` raises.

    >>> from autograd_nn import Network, viz
    >>> run = Network([2, 3, 2, 2], rng=0).record([0.5, -1.0], 1)
    >>> viz.draw_paths(run.cost, run.weights[2], (1, 0), k=2).title
    '∂C/∂w2[1, 0] as the sum over 4 paths.'
    """
    check_count(k, "draw_paths: k", 0, MAX_PATHS)
    paths = path_sum(cost, leaf, index, through=through, example=example)
    top = paths.top(k)
    scalars = sorted({0, paths.last, *(s for p in top for s in p.elements)})
    advice = "take a smaller k, or choose the nodes that paths show (through=[…])"
    check_size("draw_paths", len(scalars), "numbers", MAX_BOXES, advice)
    boxes = [_box(paths, s) for s in scalars]
    arrows = [_arrow(paths, e, top) for e in sorted({e for p in top for e in p.edges})]
    hidden = paths.count - len(top)
    if hidden:
        rest = paths.total - sum(p.product for p in top)
        boxes.append(Box("rest", "rest", (plural(hidden, "more path"), f"sum {number(rest)}")))
        arrows.append(Arrow("s0", "rest", rest=True))
        arrows.append(Arrow("rest", f"s{paths.last}", rest=True))
    caption = _caption(paths, top)
    picture = Picture(tuple(boxes), tuple(arrows), caption, title=f"{caption[0]}.")
    return Drawing(replace(picture, direction=direction_that_fits(picture)))


def _box(paths: PathSum, scalar: int) -> Box:
    line = value_line(paths, scalar)
    if scalar == paths.last:
        return Box(f"s{scalar}", "cost", (line,))
    whole = "" if paths.example is None else "part of "  # whose, the caption says
    rate = f"{whole}∂{paths.target}/∂· = {number(paths.derivative(scalar))}"
    return Box(f"s{scalar}", "parameter" if scalar == 0 else "element", (line, rate))


def value_line(paths: PathSum, scalar: int) -> str:
    """The name of a number on the way, and its value."""
    return f"{paths.element_name(scalar)} = {number(paths.value(scalar))}"


def _arrow(paths: PathSum, edge: int, top: list[Path]) -> Arrow:
    rate, source, target = paths.layout.edge(edge)
    ranks = [rank for rank, path in enumerate(top, start=1) if edge in path.edges]
    shown = sum(abs(p.product) for p in top)
    through = sum(abs(top[rank - 1].product) for rank in ranks)
    width = through / shown if shown else 0.0
    label = number(rate)
    if len(ranks) < len(top):
        more = ["…"] if len(ranks) > _SHOWN_RANKS else []
        label += "\n" + " ".join([*(f"#{rank}" for rank in ranks[:_SHOWN_RANKS]), *more])
    elif width > 0.2:
        label += "\n "  # an empty line keeps it off so wide an arrow
    return Arrow(f"s{source}", f"s{target}", label, int(np.sign(rate)), width)


def _caption(paths: PathSum, top: list[Path]) -> tuple[str, ...]:
    """The paths, their sum, and the two other ways to the same number."""
    lines = [f"{paths.what} as the sum over {paths.number_of_paths}"]
    for rank, path in enumerate(top, start=1):
        lines.append(f"#{rank}   {number(path.product)} = {product(path) or '1'}")
    shown, covered = sum(p.product for p in top), f"{100 * paths.coverage(top):.3g} %"
    if paths.count > len(top):
        lines.append(f"shown {number(shown)}, rest {number(paths.total - shown)}")
    cancellation = f"|total| / Σ |product| = {paths.cancellation:.3g}"
    return (*lines, f"shown are {covered} of Σ |product|; {cancellation}", sum_line(paths))


def product(path: Path) -> str:
    """The factors from the cost back to the weight, negative ones in brackets."""
    return " · ".join(f"({number(x)})" if x < 0 else number(x) for x in reversed(path.factors))


def sum_line(paths: PathSum) -> str:
    """The total, and the same derivative in the two other ways."""
    line, other = f"total {paths.total:.9g}", other_ways(paths)
    if other is None:
        return line
    pair = "backward pass {:.9g}, finite difference {:.9g}"
    return f"{line}, {pair.format(*other)}"
