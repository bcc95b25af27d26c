"""Boxes in columns at fixed places, straight arrows between them, and labels on their own lines.

Where paths run from layer to layer this is easier to read than what a layout engine finds, and it
stays as it is when words and colours change from one step of a story to the next.  Places are found
in two numbers, how far along the way and how far across, so that columns may be rows as well.
"""

import textwrap
from dataclasses import replace
from typing import NamedTuple

from .labels import Point, Segment, places
from .picture import Arrow, Box, Direction, Picture
from .text_size import PAGE, box_height, box_width, depths, direction_that_fits, text_width

_BETWEEN, _WIDER = 0.3, 0.6  # inches between the boxes of a column; where many lines cross
_MANY = 8  # lines between two columns
_LETTER = 0.107  # inches of a caption's letter, about
_CAPTION = 5.0  # inches: no caption is made narrower
_WIDEST = 1.1 * PAGE


def in_columns(picture: Picture, columns_of: dict[str, int] | None = None) -> Picture:
    """The same picture with places; without them, for a layout engine, if an arrow skips a column.

    A box stands as many columns from the left as the longest way to it has arrows, or, if arrows
    then skip columns, in the column that ``columns_of`` says.  Columns that would be much wider
    than a page become rows, from the top.
    """
    for column in (depths(picture.boxes, picture.arrows), columns_of or {}):
        if column and all(column[a.target] == column[a.source] + 1 for a in picture.arrows):
            break
    else:
        return replace(picture, direction=direction_that_fits(picture))
    count = max(column.values(), default=0) + 1
    columns = [[box for box in picture.boxes if column[box.id] == c] for c in range(count)]
    into = [[a for a in picture.arrows if column[a.target] == c] for c in range(count)]
    grid = _Grid(columns, into, "right")
    if grid.length > _WIDEST:
        grid = _Grid(columns, into, "down")
    boxes, arrows = tuple(map(grid.placed, picture.boxes)), grid.labelled(picture.arrows)
    direction = grid.direction
    placed = replace(picture, boxes=boxes, arrows=arrows, sides=True, direction=direction)
    return replace(placed, caption=wrap(picture.caption, placed))


def wrap(caption: tuple[str, ...], picture: Picture) -> tuple[str, ...]:
    """A caption on as many lines as it takes to be no wider than the picture."""
    letters = int(max(_CAPTION, width_of(picture)) / _LETTER)
    lines = [textwrap.wrap(text, letters, subsequent_indent="    ") or [text] for text in caption]
    return tuple(line for some in lines for line in some)


def width_of(picture: Picture) -> float:
    """Inches from the left of the boxes to the right; 0 where a layout engine is to place them."""
    ends = [(box.at[0], box.width / 2) for box in picture.boxes if box.at is not None]
    right = max((x + half for x, half in ends), default=0.0)
    return right - min((x - half for x, half in ends), default=0.0)


class _Size(NamedTuple):
    along: float
    across: float


class _Grid:
    """Where the boxes stand: the middle of each, along the way and across it, and its size."""

    def __init__(
        self, columns: list[list[Box]], into: list[list[Arrow]], direction: Direction
    ) -> None:
        self.direction = direction
        self.size = {box.id: self._box(box) for boxes in columns for box in boxes}
        between = _WIDER if any(len(a) > _MANY and _crossing(a) for a in into) else _BETWEEN
        pitch = max(size.across for size in self.size.values()) + between
        self.at: dict[str, Point] = {}
        across: dict[str, float] = {}
        for boxes in columns:
            across |= {b.id: (row - (len(boxes) - 1) / 2) * pitch for row, b in enumerate(boxes)}
        end = 0.0
        for boxes, arrows in zip(columns, into, strict=True):
            deep = max(self.size[box.id].along for box in boxes)
            middle = end + (self._gap(arrows, across) if arrows else 0) + deep / 2
            for box in boxes:
                self.at[box.id] = middle, across[box.id]
                self.size[box.id] = _Size(deep, self.size[box.id].across)
            end = middle + deep / 2
        self.length = end

    def placed(self, box: Box) -> Box:
        """The box with its width and its place in the picture."""
        size = self.size[box.id]
        width, height = (size.along, size.across) if self._right else (size.across, size.along)
        return replace(box, at=self._point(self.at[box.id]), width=width, height=height)

    def labelled(self, arrows: tuple[Arrow, ...]) -> tuple[Arrow, ...]:
        """The arrows with the places of their labels; lines of other columns are not in the way."""
        together: dict[float, list[int]] = {}
        for i, arrow in enumerate(arrows):
            together.setdefault(self.at[arrow.source][0], []).append(i)
        found = list(arrows)
        for some in together.values():
            rooms = [self._room(arrows[i].label) for i in some]
            lines = [self._line(arrows[i]) for i in some]
            for i, place in zip(some, places(rooms, lines), strict=True):
                at = None if place is None else self._point(place)
                found[i] = replace(arrows[i], label_at=at)
        return tuple(found)

    def _line(self, arrow: Arrow) -> Segment:
        """From the far side of the source to the near side of the target."""
        (start, before), (end, after) = self.at[arrow.source], self.at[arrow.target]
        deep = self.size[arrow.source].along / 2, self.size[arrow.target].along / 2
        return (start + deep[0], before), (end - deep[1], after)

    @property
    def _right(self) -> bool:
        return self.direction == "right"

    def _point(self, place: Point) -> Point:
        """A place in the picture, to the right and upwards."""
        along, across = place
        return (along, -across) if self._right else (across, -along)

    def _box(self, box: Box) -> _Size:
        wide, high = max(box.width, box_width(box.lines)), box_height(box.lines)
        return _Size(wide, high) if self._right else _Size(high, wide)

    def _room(self, label: str) -> _Size:
        if not label:
            return _Size(0.0, 0.0)
        lines = label.split("\n")
        wide, high = max(text_width(line, 10) for line in lines) + 0.04, 0.19 * len(lines)
        return _Size(wide, high) if self._right else _Size(high, wide)

    def _gap(self, arrows: list[Arrow], across: dict[str, float]) -> float:
        """Inches between two columns: room for the labels, several in a row where lines cross.

        Wide enough, too, that no line is steeper than the eye can follow.
        """
        rooms = [self._room(arrow.label).along for arrow in arrows if arrow.label]
        in_a_row = max(2.2, 0.2 * len(rooms)) if _crossing(arrows) and len(rooms) > 2 else 1.0
        steepest = max(abs(across[a.source] - across[a.target]) for a in arrows)
        slope = 0.5 if self._right else 0.3  # a label lies well along a line that is nearly level
        return max(0.6 + max(rooms, default=0.3) * in_a_row, slope * steepest)


def _crossing(arrows: list[Arrow]) -> bool:
    """Whether lines cross: neither all from one box nor all to one."""
    return min(len({a.source for a in arrows}), len({a.target for a in arrows})) > 1
