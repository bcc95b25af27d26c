"""Where on its line a label stands: clear of other labels, and of as many other lines as can be."""

from collections.abc import Iterator, Sequence

Point = tuple[float, float]
Segment = tuple[Point, Point]
Rectangle = tuple[float, float, float, float]  # left, below, right, above

_STEPS = 24
_MARGIN = 0.12  # inches from the ends of the line, the arrow's head included
_CLEAR = 0.04  # inches around a label


def places(rooms: Sequence[tuple[float, float]], lines: list[Segment]) -> list[Point | None]:
    """The middle of each label, of the width and height given; None for a label of no width.

    Of the places on a label's line that one is taken that covers no label placed before and the
    fewest other lines; of equal ones that nearest to the middle.

    >>> cross = [((0.0, 0.0), (4.0, 2.0)), ((0.0, 2.0), (4.0, 0.0))]
    >>> places([(0.6, 0.2), (0.0, 0.0)], cross)[1] is None
    True
    """
    taken: list[Rectangle] = []
    found: list[Point | None] = []
    for k, (room, line) in enumerate(zip(rooms, lines, strict=True)):
        if not room[0]:
            found.append(None)
            continue
        others = lines[:k] + lines[k + 1 :]
        costs = ((_cost(_around(p, room), taken, others, line), p) for p in _candidates(room, line))
        best = min(costs)[1]
        taken.append(_around(best, room))
        found.append(best)
    return found


def _candidates(room: tuple[float, float], line: Segment) -> Iterator[Point]:
    """Places along the line where the label is between its ends; its middle if there are none."""
    (x0, y0), (x1, y1) = line
    low = (room[0] / 2 + _MARGIN) / (x1 - x0)
    high = 1 - (room[0] / 2 + 2 * _MARGIN) / (x1 - x0)
    if low > high:
        low = high = 0.5
    for k in range(_STEPS + 1):
        t = low + (high - low) * k / _STEPS
        yield round(x0 + (x1 - x0) * t, 4), round(y0 + (y1 - y0) * t, 4)


def _around(at: Point, room: tuple[float, float]) -> Rectangle:
    x, y = room[0] / 2 + _CLEAR, room[1] / 2 + _CLEAR
    return at[0] - x, at[1] - y, at[0] + x, at[1] + y


def _cost(
    here: Rectangle, taken: list[Rectangle], others: list[Segment], line: Segment
) -> tuple[float, float]:
    """How bad a place is: labels covered, then lines crossed and the way from the middle."""
    (x0, _), (x1, _) = line
    off = abs((here[0] + here[2]) / 2 - (x0 + x1) / 2) / (x1 - x0)
    labels = sum(_overlap(here, other) for other in taken)
    return labels, sum(crosses(other, here) for other in others) + off


def _overlap(a: Rectangle, b: Rectangle) -> float:
    """The area that two rectangles share."""
    wide, high = min(a[2], b[2]) - max(a[0], b[0]), min(a[3], b[3]) - max(a[1], b[1])
    return wide * high if wide > 0 and high > 0 else 0.0


def crosses(line: Segment, box: Rectangle) -> bool:
    """Whether a line that runs to the right comes through a rectangle.

    >>> crosses(((0.0, 0.0), (2.0, 2.0)), (0.5, 0.9, 1.5, 1.1))
    True
    >>> crosses(((0.0, 0.0), (2.0, 2.0)), (0.5, 1.6, 1.5, 1.8))
    False
    """
    (x0, y0), (x1, y1) = line
    first, last = max(x0, box[0]), min(x1, box[2])
    if first > last:
        return False
    heights = [y0 + (y1 - y0) * (x - x0) / (x1 - x0) for x in (first, last)]
    return min(heights) <= box[3] and max(heights) >= box[1]
