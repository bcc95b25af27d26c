"""A small change of one weight on its way to the cost: the book's own story of backpropagation.

The last section of the book's chapter 2 shows it in pictures: a change Δw, the change Δa that it
makes in one activation, the changes in the whole next layer, and so on to ΔC; then one path with
the rates along it, and all paths.
"""

import math
from dataclasses import replace

import numpy as np

from ...engine.core import Node
from ...engine.recompute import recompute
from ...engine.types import Array
from ...paths.build import Path, PathSum, path_sum
from ...paths.names import Index
from ...paths.through import Through
from ...support.checks import check_count, check_real
from ...support.style import number
from ..picture.columns import in_columns, width_of, wrap
from ..picture.picture import Arrow, Box, Picture, check_size
from ..picture.text_size import box_width, text_width
from ..render.drawing import Drawing
from .cone import MAX_BOXES, product

MAX_WIDTH = 12


def draw_perturbation(
    cost: Node,
    leaf: Node,
    index: Index = (),
    step: int | None = None,
    *,
    change: float = 0.01,
    width: int = 3,
    through: Through = None,
) -> Drawing:
    """Draw how a small ``change`` Δw of one element of ``leaf`` reaches the cost, step by step.

    Step 1 is Δw; each next step goes on by one layer, until ΔC; the step after that follows one
    path, the largest, with the rate on each edge; the last one, which is drawn without ``step``,
    has all paths: ΔC ≈ Σ (product of the rates) · Δw, equations (47) to (53) of the book.  What
    the change has not reached yet is dotted.  A box shows by how much its number changes (Δ,
    computed again with the changed weight) and what the rates predict (≈).  In each layer the
    ``width`` numbers that change most are drawn, and those of the largest path.

    ``step`` is 1 to the number of layers and 2 more, ``change`` a number other than 0, ``width`` 1
    to 12; the other arguments are those of :func:`path_sum`.  Raises ``ValueError`` for others and
    for more than 500 numbers, and what :func:`path_sum` raises.

    >>> from autograd_nn import Network, viz
    >>> run = Network([2, 3, 2, 2], rng=0).record([0.5, -1.0], 1)
    >>> steps = [viz.draw_perturbation(run.cost, run.weights[2], (1, 0), s) for s in range(1, 8)]
    >>> steps[1].picture.caption[0]
    'step 2 of 7: Δw changes a2'
    """
    check_count(width, "draw_perturbation: width", 1, MAX_WIDTH)
    expected = "a small number, not 0"
    if not check_real(change, "draw_perturbation: change", expected):
        raise ValueError(f"draw_perturbation: change={change}; expected {expected}")
    story = _Story(path_sum(cost, leaf, index, through=through), float(change), width)
    if step is not None:
        check_count(step, "draw_perturbation: step", 1, story.last)
    return Drawing(story.picture(story.last if step is None else step))


class _Story:
    """The numbers that are drawn, in every step the same, and how each changes."""

    def __init__(self, paths: PathSum, change: float, width: int) -> None:
        self.paths, self.change = paths, change
        layout = paths.layout
        self.last = len(layout.nodes) + 2  # the number of the last step
        self.rates_so_far = layout.sums_so_far  # of each number, by the weight
        self.largest = paths.top(1)
        self.shown: list[int] = []
        self.folded: list[int] = []  # for each node how many of its numbers are not drawn
        for first, last in zip(layout.first[:-1], layout.first[1:], strict=True):
            most = np.argsort(-np.abs(self.rates_so_far[first:last]), kind="stable")
            if last - first > width + 1:  # a box for one more is no larger than "1 more"
                most = most[:width]
            here = {int(first + s) for s in most}
            here |= {s for path in self.largest for s in path.elements if first <= s < last}
            self.shown += sorted(here)
            self.folded.append(int(last - first) - len(here))
        advice = "choose the nodes that paths show (through=[…])"
        check_size("draw_perturbation", len(self.shown), "numbers", MAX_BOXES, advice)
        self.node_of = np.repeat(np.arange(len(layout.nodes)), np.diff(layout.first))
        self.actual = _changed(paths, change)

    def picture(self, step: int) -> Picture:
        """One step, every box where it is in all others, the caption of as many lines."""
        now, end = self._step(step), self._step(self.last)
        end = in_columns(end, {b.id: self._column(b.id) for b in end.boxes})
        captions = [wrap(self._caption(k), end) for k in range(1, self.last + 1)]
        high, caption = max(map(len, captions)), captions[step - 1]
        boxes = (
            replace(box, at=e.at, width=e.width or box_width(e.lines), height=e.height)
            for box, e in zip(now.boxes, end.boxes, strict=True)
        )
        arrows = (_there(arrow, e) for arrow, e in zip(now.arrows, end.arrows, strict=True))
        story = f"How a change of {self.paths.source} reaches {self.paths.target}"
        title = f"{story}, {self._caption(step)[0]}."
        caption = (*caption, *[" "] * (high - len(caption)), *_ruler(captions, end))
        return replace(end, boxes=tuple(boxes), arrows=tuple(arrows), caption=caption, title=title)

    def _column(self, name: str) -> int:
        return int(self.node_of[int(name[1:])] if name[0] == "s" else name.removeprefix("more"))

    def _step(self, step: int) -> Picture:
        """One step without places: how far the change has come, or which paths are followed."""
        layout, reached = self.paths.layout, min(step, len(self.paths.layout.nodes))
        followed = self.largest if step == self.last - 1 else []
        boxes = [self._box(s, self.node_of[s] < reached) for s in self.shown]
        arrows = self._arrows(reached, followed, all_paths=step == self.last)
        last_of = {int(self.node_of[s]): f"s{s}" for s in self.shown}
        for n, (node, folded) in enumerate(zip(layout.nodes, self.folded, strict=True)):
            if folded:
                lines = (f"{folded:,} more in {self.paths.names[node]}",)
                boxes.append(Box(f"more{n}", "rest", lines))
                if n - 1 in last_of:
                    arrows.append(Arrow(last_of[n - 1], f"more{n}", rest=True))
                if n + 1 in last_of:
                    arrows.append(Arrow(f"more{n}", last_of[n + 1], rest=True))
        return Picture(tuple(boxes), tuple(arrows))

    def _box(self, s: int, reached: bool) -> Box:
        name = self.paths.element_name(s)
        if s == 0:
            return Box("s0", "parameter", (name, f"Δ = {number(self.change)}"))
        if not reached:
            return Box(f"s{s}", "constant", (name, "Δ = …", "≈ …"))
        predicted = float(self.rates_so_far[s]) * self.change  # by the rates
        changes = (f"Δ = {number(self.actual[s])}", f"≈ {number(predicted)}")
        return Box(f"s{s}", "cost" if s == self.paths.last else "element", (name, *changes))

    def _arrows(self, reached: int, followed: list[Path], all_paths: bool) -> list[Arrow]:
        """The edges between numbers drawn: those of the path followed are thick and have rates."""
        layout, sources = self.paths.layout, self.paths.layout.sources()
        shown = np.isin(sources, self.shown) & np.isin(layout.targets, self.shown)
        on_path = {e for path in followed for e in path.edges}
        arrows = []
        for e in np.flatnonzero(shown):
            rate, source, target = layout.edge(int(e))
            ends = f"s{source}", f"s{target}"
            if self.node_of[target] >= reached or (followed and e not in on_path):
                arrows.append(Arrow(*ends, rest=True))
            else:
                just_reached = self.node_of[target] == reached - 1
                label = number(rate) if followed or all_paths or just_reached else ""
                width = 0.6 if e in on_path else 0.0
                arrows.append(Arrow(*ends, label, int(np.sign(rate)), width))
        return arrows

    def _caption(self, step: int) -> tuple[str, ...]:
        here = f"step {step} of {self.last}: "
        if step == 1:
            return (f"{here}a small change Δw = {number(self.change)} of {self.paths.source}",)
        if step > len(self.paths.layout.nodes):
            one = step == self.last - 1 and self.largest
            first, *rest = self._one_path(self.largest[0]) if one else self._all_paths()
            return (here + first, *rest)
        before, name = (self.paths.names[n] for n in self.paths.layout.nodes[step - 2 : step])
        cause = "Δw changes" if step == 2 else f"the changes in {before} change"
        before = "w" if step == 2 else before
        return (
            f"{here}{cause} {name}",
            f"Δ{name} ≈ ∂{name}/∂{before} · Δ{before}",
            "(Δ is computed again with the changed weight, ≈ is what the rates say)",
        )

    def _one_path(self, path: Path) -> tuple[str, ...]:
        which = f", the largest of {self.paths.count:,}" if self.paths.count > 1 else ""
        return (
            f"one path{which}: its rates multiply",
            " ← ".join(reversed(path.nodes)),
            f"{product(path)} = {number(path.product)}, so along it alone "
            f"Δ{self.paths.target} ≈ {number(path.product * self.change)}",
        )

    def _all_paths(self) -> tuple[str, ...]:
        paths, by_rates = self.paths, number(self.paths.total * self.change)
        every = f"all {paths.count:,} paths: their products add up to the rate of change"
        product = f"{number(paths.total)} · {number(self.change)} = {by_rates}"
        return (
            "the only path: its product is the rate of change" if paths.count == 1 else every,
            f"{paths.what} = {paths.total:.9g}",
            f"Δ{paths.target} ≈ {product}; computed again: {number(self.actual[paths.last])}",
        )


def _ruler(captions: list[tuple[str, ...]], picture: Picture) -> tuple[str, ...]:
    """An empty line as wide as the widest caption, so that every step's picture is as wide."""
    widest = max(text_width(line, 12) for caption in captions for line in caption)
    wide = " " * math.ceil(1.3 * widest / text_width(" ", 12))
    return (wide,) if widest > width_of(picture) else ()


def _there(arrow: Arrow, end: Arrow) -> Arrow:
    """An arrow as it is now, its label where it is at the end, or pale, to keep the room for it."""
    if end.label_at is not None:
        return replace(arrow, label_at=end.label_at if arrow.label else None)
    if end.label and not arrow.label:
        return replace(arrow, label=end.label, state="to do")
    return arrow


def _changed(paths: PathSum, change: float) -> Array:
    """By how much every number really changes when the weight does."""
    layout, new = paths.layout, paths.leaf.data.astype(float)
    new.flat[paths.position] += change
    parts = []
    for n, node in enumerate(layout.nodes):
        at = layout.positions[layout.first[n] : layout.first[n + 1]]
        value = new if node is paths.leaf else recompute(node, {paths.leaf: new})
        parts.append(np.ravel(value)[at] - np.ravel(node.data)[at].astype(float))
    return np.concatenate(parts)
