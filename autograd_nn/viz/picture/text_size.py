"""How much room words and boxes take, near enough to place them and to choose a direction."""

from collections import defaultdict

from .picture import Arrow, Box, Direction, Picture

_NARROW, _WIDE = set(" .,:;'()[]|-iljft"), set("mwMW=+⊙→≈")
_LINE = 0.28  # inches from one line of a box to the next
PAGE = 17.4  # inches: 1,000 pixels of a screen at six tenths of the size, the least to be read


def text_width(text: str, points: float = 11.0) -> float:
    """At least the inches that a line of text takes in DejaVu Sans."""
    ems = sum(0.4 if c in _NARROW else 0.98 if c in _WIDE else 0.637 for c in text)
    return ems * points / 72


def box_width(lines: tuple[str, ...]) -> float:
    """At least the inches that a box takes for its lines."""
    return max(map(text_width, lines), default=0.0) + 0.16


def box_height(lines: tuple[str, ...]) -> float:
    """About how high a box with these lines is, in inches."""
    return max(0.5, _LINE * len(lines))


def depths(boxes: tuple[Box, ...], arrows: tuple[Arrow, ...]) -> dict[str, int]:
    """How many arrows the longest way to each box has; a leaf stands just before what uses it."""
    into, out_of = defaultdict(list), defaultdict(list)
    for arrow in arrows:
        into[arrow.target].append(arrow.source)
        out_of[arrow.source].append(arrow.target)
    depth = {box.id: 0 for box in boxes}
    for box in boxes:  # sources come before targets
        depth[box.id] = max((depth[s] + 1 for s in into[box.id]), default=0)
    leaves = {box.id for box in boxes if not into[box.id] and out_of[box.id]}
    return depth | {leaf: min(depth[t] for t in out_of[leaf]) - 1 for leaf in leaves}


def direction_that_fits(picture: Picture) -> Direction:
    """ "right" if the picture then fits a page, or is still narrower than "down" would make it.

    >>> boxes = tuple(Box(f"b{i}", "result", ("a result of some width",)) for i in range(9))
    >>> arrows = tuple(Arrow(f"b{i}", f"b{i + 1}") for i in range(8))
    >>> direction_that_fits(Picture(boxes, arrows)), direction_that_fits(Picture(boxes[:3], ()))
    ('down', 'right')
    """
    rank = depths(picture.boxes, picture.arrows)
    widest: dict[int, float] = defaultdict(float)
    together: dict[int, float] = defaultdict(float)
    for box in picture.boxes:
        wide = max(box.width, box_width(box.lines))
        widest[rank[box.id]] = max(widest[rank[box.id]], wide)
        together[rank[box.id]] += wide + 0.3
    labels = (line for arrow in picture.arrows for line in arrow.label.split("\n"))
    gap = 0.5 + max((text_width(line, 10) for line in labels), default=0.0)
    across = sum(widest.values()) + gap * (len(widest) - 1)
    return "right" if across <= PAGE or across <= max(together.values(), default=0) else "down"
