"""What to draw: boxes and arrows with words on them, and nothing about how they are spelled."""

from dataclasses import dataclass
from typing import Literal

NodeKind = Literal[
    "parameter", "input", "constant", "result", "cost", "element", "rest",
    "neuron", "dropped", "gate", "output", "word",
]  # fmt: skip
Direction = Literal["right", "down"]
State = Literal["", "done", "now", "to do"]  # how far a pass has come; "" where none is shown


@dataclass(frozen=True)
class Box:
    """A node of a picture: an identifier, a kind, and lines of text, each in a compartment.

    Boxes with the same ``group`` stand in one frame with that title.  ``width`` and ``height`` are
    the least ones and ``at`` is the place of the middle, in inches; ``shade`` fills it: 0 is white,
    1 the colour of positive numbers, -1 that of negative ones.
    """

    id: str
    kind: NodeKind
    lines: tuple[str, ...]
    group: str = ""
    state: State = ""
    width: float = 0.0
    at: tuple[float, float] | None = None
    shade: float | None = None
    height: float = 0.0


@dataclass(frozen=True)
class Arrow:
    """An edge of a picture; ``sign`` (-1, 0, 1) is that of its number, ``width`` 0 to 1.

    ``faint`` is for lines of which there are many, without arrowheads; ``back`` puts the head at
    the other end, for what flows against the arrow.  ``label_at`` is the place of the label's
    middle, in inches, where boxes have places.
    """

    source: str
    target: str
    label: str = ""
    sign: int = 0
    width: float = 0.0
    rest: bool = False
    state: State = ""
    faint: bool = False
    back: bool = False
    label_at: tuple[float, float] | None = None


@dataclass(frozen=True)
class Picture:
    """Boxes, arrows and a caption of several lines, in the order in which they are written.

    Either every box has a place (``at``), or none and the renderer finds places, in the
    ``direction`` "right" or "down".  With ``sides`` arrows run from the side of a box that lies in
    the ``direction`` to the other side of another box, not from middle to middle.  ``title`` is a
    sentence that says what it shows.
    """

    boxes: tuple[Box, ...]
    arrows: tuple[Arrow, ...]
    caption: tuple[str, ...] = ()
    direction: Direction = "right"
    sides: bool = False
    title: str = ""

    def groups(self) -> list[tuple[str, list[Box]]]:
        """The boxes of each frame, those without a frame first, in the order of the picture."""
        groups: dict[str, list[Box]] = {"": []}
        for box in self.boxes:
            groups.setdefault(box.group, []).append(box)
        return list(groups.items())


def check_size(asked_by: str, count: int, what: str, most: int, advice: str) -> None:
    """Raise ``ValueError`` where there is more than a picture can show.

    >>> check_size("draw_circuit", 201, "gates", 200, "draw some of them")
    Traceback (most recent call last):
    ValueError: draw_circuit: 201 gates, more than the 200 that fit in a picture; draw some of them
    """
    if count > most:
        raise ValueError(
            f"{asked_by}: {count:,} {what}, more than the {most:,} that fit in a picture; {advice}"
        )


def check_direction(direction: Direction | None, asked_by: str) -> None:
    """Raise ``ValueError`` for anything but "right", "down" and None."""
    if direction not in (None, "right", "down"):
        expected = '"right" or "down", or None for the one that fits'
        raise ValueError(f"{asked_by}: direction={direction!r}; expected {expected}")
