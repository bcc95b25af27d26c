"""Boxes in columns at fixed places, straight arrows between them, and labels on their own lines.

Where paths run from layer to layer this is easier to read than what a layout engine finds, and it
stays as it is when words and colours change from one step of a story to the next.
"""

from __future__ import annotations

import textwrap
from dataclasses import replace

from .label_places import Segment, places
from .measures import PAGE, box_height, box_width, depths, direction_that_fits, text_width
from .picture import Arrow, Box, Picture

_BETWEEN, _WIDER = 0.3, 0.6  # inches between the boxes of a column; where many lines cross
_MANY = 8  # lines between two columns
_LETTER = 0.107  # inches of a caption's letter, about
_CAPTION = 5.0  # inches: no caption is made narrower
_WIDEST = 1.4 * PAGE


def in_columns(picture: Picture) -> Picture:
    """The same picture with places; as it is, for a layout engine, where an arrow skips a column.

    Or where columns make it much too wide.  A box stands as many columns from the left as the
    longest way to it has arrows.
    """
    column = depths(picture.boxes, picture.arrows)
    if any(column[arrow.target] != column[arrow.source] + 1 for arrow in picture.arrows):
        return replace(picture, direction=direction_that_fits(picture))
    boxes = _placed(picture, column)
    if max(map(_right, boxes.values())) > _WIDEST:
        return replace(picture, direction="down")
    segments = [_segment(arrow, boxes) for arrow in picture.arrows]
    at = places([_room(arrow.label) for arrow in picture.arrows], segments)
    arrows = tuple(
        replace(arrow, label_at=place) for arrow, place in zip(picture.arrows, at, strict=True)
    )
    placed = replace(picture, boxes=tuple(boxes.values()), arrows=arrows, sides=True)
    return replace(placed, caption=wrapped(picture.caption, placed))


def wrapped(caption: tuple[str, ...], picture: Picture) -> tuple[str, ...]:
    """A caption on as many lines as it takes to be no wider than the picture."""
    wide = max(map(_right, picture.boxes)) - min(map(_left, picture.boxes)) if picture.sides else 0
    letters = int(max(_CAPTION, wide) / _LETTER)
    lines = [textwrap.wrap(text, letters, subsequent_indent="    ") or [text] for text in caption]
    return tuple(line for some in lines for line in some)


def _placed(picture: Picture, column: dict[str, int]) -> dict[str, Box]:
    """The boxes with their widths and places, column by column from the left."""
    count = max(column.values(), default=0) + 1
    columns = [[box for box in picture.boxes if column[box.id] == c] for c in range(count)]
    into = [[a for a in picture.arrows if column[a.target] == c] for c in range(count)]
    between = _WIDER if any(len(a) > _MANY and _crossing(a) for a in into) else _BETWEEN
    high = max(box_height(box.lines) for box in picture.boxes) + between
    up = {
        box.id: ((len(boxes) - 1) / 2 - row) * high
        for boxes in columns
        for row, box in enumerate(boxes)
    }
    right, found = 0.0, {}
    for boxes, arrows in zip(columns, into, strict=True):
        width = max(max(box.width, box_width(box.lines)) for box in boxes)
        x = right + (_gap(arrows, up) if arrows else 0) + width / 2
        for box in boxes:
            found[box.id] = replace(box, at=(x, up[box.id]), width=width)
        right = x + width / 2
    return {box.id: found[box.id] for box in picture.boxes}


def _gap(arrows: list[Arrow], up: dict[str, float]) -> float:
    """Inches between two columns: room for the labels, several side by side where lines cross.

    And for lines that are no steeper than the eye can follow.
    """
    labels = [arrow.label for arrow in arrows if arrow.label]
    widest = max((_room(label)[0] for label in labels), default=0.3)
    side_by_side = max(2.2, 0.2 * len(labels)) if _crossing(arrows) and len(labels) > 2 else 1.0
    steepest = max(abs(up[a.source] - up[a.target]) for a in arrows)
    return max(0.5 + widest * side_by_side, 0.5 * steepest)


def _crossing(arrows: list[Arrow]) -> bool:
    """Whether lines cross: neither all from one box nor all to one."""
    return min(len({a.source for a in arrows}), len({a.target for a in arrows})) > 1


def _room(label: str) -> tuple[float, float]:
    """Width and height of a label."""
    lines = label.split("\n") if label else []
    wide = max((text_width(line, 10) for line in lines), default=0.0)
    return wide + 0.04 if wide else 0.0, 0.19 * len(lines)


def _left(box: Box) -> float:
    assert box.at is not None
    return box.at[0] - box.width / 2


def _right(box: Box) -> float:
    assert box.at is not None
    return box.at[0] + box.width / 2


def _segment(arrow: Arrow, boxes: dict[str, Box]) -> Segment:
    """An arrow's line, from the right side of a box to the left side of another."""
    source, target = boxes[arrow.source], boxes[arrow.target]
    assert source.at is not None
    assert target.at is not None
    return (_right(source), source.at[1]), (_left(target), target.at[1])
