"""The sum over paths as a picture: the cone of one weight, a factor on each edge."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from ...engine.core import Node
from ...paths.build import Path, PathSum, path_sum
from ...paths.cross_check import other_ways
from ...support.style import number
from ..picture.drawing import Drawing
from ..picture.picture import Arrow, Box, Picture
from ..picture.text_size import direction_that_fits

MAX_PATHS, MAX_BOXES = 50, 500


def draw_paths(
    cost: Node,
    leaf: Node,
    index: int | tuple[int, ...] = (),
    k: int = 10,
    *,
    through: str | Sequence[Node] | None = None,
    example: int | None = None,
) -> Drawing:
    """Draw the k largest paths from one element of ``leaf`` to the cost, and the rest as one.

    Arrows carry the factor (blue and solid if positive, orange and dashed if negative, wider the
    more of the paths' magnitude runs through them) and, where not all paths shown share them, the
    paths' ranks.  A box says its value and the derivative of the cost by it, the sum over all
    paths from there on.  The caption lists the paths and holds the sum against the backward pass
    and a central difference.  Arguments and errors as for :func:`path_sum`; ``k`` is at most 50.
    """
    if not isinstance(k, (int, np.integer)) or not 0 <= k <= MAX_PATHS:
        raise ValueError(f"draw_paths: k is {k!r}; expected 0 to {MAX_PATHS}, more is unreadable")
    paths = path_sum(cost, leaf, index, through=through, example=example)
    top = paths.top(k)
    scalars = sorted({0, paths.last, *(s for p in top for s in p.elements)})
    if len(scalars) > MAX_BOXES:
        raise ValueError(
            f"draw_paths: the {len(top)} largest paths run through {len(scalars):,} numbers, more "
            f"than the {MAX_BOXES} that can be looked at; take a smaller k, or name the nodes to "
            "tell them by (through=[…])"
        )
    boxes = [_box(paths, s) for s in scalars]
    arrows = [_arrow(paths, e, top) for e in sorted({e for p in top for e in p.edges})]
    hidden = paths.count - len(top)
    if hidden:
        rest = paths.total - sum(p.product for p in top)
        more = "path" if hidden == 1 else "paths"
        boxes.append(Box("rest", "rest", (f"{hidden:,} more {more}", f"sum {number(rest)}")))
        arrows.append(Arrow("s0", "rest", rest=True))
        arrows.append(Arrow("rest", f"s{paths.last}", rest=True))
    caption = _caption(paths, top)
    picture = Picture(tuple(boxes), tuple(arrows), caption, title=f"{caption[0]}.")
    return Drawing(replace(picture, direction=direction_that_fits(picture)))


def _box(paths: PathSum, scalar: int) -> Box:
    node, position = paths.scalar(scalar)
    lines = [f"{paths.element_name(scalar)} = {number(float(node.data.ravel()[position]))}"]
    if scalar == paths.last:
        return Box(f"s{scalar}", "cost", tuple(lines))
    whole = "" if paths.example is None else "part of "  # whose, the caption says
    lines.append(f"{whole}∂{paths.target}/∂· = {number(paths.derivative(scalar))}")
    return Box(f"s{scalar}", "parameter" if scalar == 0 else "element", tuple(lines))


def _arrow(paths: PathSum, edge: int, top: list[Path]) -> Arrow:
    rate, source, target = paths.edge(edge)
    ranks = [rank for rank, path in enumerate(top, start=1) if edge in path.edges]
    label = number(rate)
    if len(ranks) < len(top):
        label += (
            "\n" + " ".join(f"#{rank}" for rank in ranks[:6]) + (" …" if len(ranks) > 6 else "")
        )
    shown = sum(abs(p.product) for p in top)
    through = sum(abs(top[rank - 1].product) for rank in ranks)
    width = through / shown if shown else 0.0
    return Arrow(f"s{source}", f"s{target}", lifted(label, width), int(np.sign(rate)), width)


def lifted(label: str, width: float) -> str:
    """A label with an empty line below it where the arrow is so wide that it would touch it."""
    return f"{label}\n " if label and width > 0.2 and "\n" not in label else label


def _caption(paths: PathSum, top: list[Path]) -> tuple[str, ...]:
    """The paths, their sum, and the two other ways to the same number."""
    lines = [f"{paths.what} as the sum over {paths.number_of_paths}"]
    for rank, path in enumerate(top, start=1):
        factors = " · ".join(factor(f) for f in reversed(path.factors)) or "1"
        lines.append(f"#{rank}   {number(path.product)} = {factors}")
    shown = sum(p.product for p in top)
    if paths.count > len(top):
        lines.append(f"shown {number(shown)}, rest {number(paths.total - shown)}")
    lines.append(
        f"shown are {100 * paths.coverage(top):.3g} % of Σ |product|; "
        f"|total| / Σ |product| = {paths.cancellation:.3g}"
    )
    lines.append(sum_line(paths))
    return tuple(lines)


def factor(x: float) -> str:
    """A factor of a product, negative ones in brackets."""
    return f"({number(x)})" if x < 0 else number(x)


def sum_line(paths: PathSum) -> str:
    """The total, and the same derivative in the two other ways."""
    line, other = f"total {paths.total:.9g}", other_ways(paths)
    if other is None:
        return line
    return (
        f"{line}, backward pass {other.backward_pass:.9g}, "
        f"finite difference {other.finite_difference:.9g}"
    )
