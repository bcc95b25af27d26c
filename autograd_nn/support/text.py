"""How numbers, shapes and counts are written, and how a name is kept to one line of plain text."""

from __future__ import annotations

from collections.abc import Iterable


def number(x: float) -> str:
    """A number as pictures show it: four significant digits, no more characters than needed.

    >>> number(0.5), number(-0.00123456), number(0.0)
    ('0.5', '-0.001235', '0')
    """
    return f"{x + 0.0:.4g}"


def numbers(values: Iterable[float]) -> str:
    """A short row of numbers, three significant digits each, to keep the box narrow.

    >>> numbers([0.5, -0.123456])
    '[0.5, -0.123]'
    """
    return f"[{', '.join(f'{float(v) + 0.0:.3g}' for v in values)}]"


def shape_text(shape: tuple[int, ...]) -> str:
    """A shape as pictures show it.

    >>> shape_text((3, 2))
    '3×2'
    """
    return "×".join(map(str, shape))


def plural(count: int, noun: str) -> str:
    """A count and its noun.

    >>> plural(1, "path"), plural(235500, "path")
    ('1 path', '235,500 paths')
    """
    return f"{count:,} {noun}{'s' * (count != 1)}"


def printable(text: str) -> str:
    """Text of one line: what cannot be printed is shown as a replacement character.

    >>> printable("a\\tb")
    'a\N{REPLACEMENT CHARACTER}b'
    """
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text)
