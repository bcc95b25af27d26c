"""What to draw: boxes and arrows with words on them, and nothing about how they are spelled."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

NodeKind = Literal["parameter", "input", "constant", "result", "cost", "element", "rest"]


@dataclass(frozen=True)
class Box:
    """A node of a picture: an identifier, a kind, and lines of text, each in a compartment."""

    id: str
    kind: NodeKind
    lines: tuple[str, ...]


@dataclass(frozen=True)
class Arrow:
    """An edge of a picture; ``sign`` (-1, 0, 1) is that of its number, ``width`` 0 to 1."""

    source: str
    target: str
    label: str = ""
    sign: int = 0
    width: float = 0.0
    rest: bool = False


@dataclass(frozen=True)
class Picture:
    """Boxes, arrows and a caption of several lines, in the order in which they are written."""

    boxes: tuple[Box, ...]
    arrows: tuple[Arrow, ...]
    caption: tuple[str, ...] = field(default=())


def number(x: float) -> str:
    """A number as pictures show it: four significant digits, no more characters than needed.

    >>> number(0.5), number(-0.00123456), number(0.0)
    ('0.5', '-0.001235', '0')
    """
    return f"{x + 0.0:.4g}"
