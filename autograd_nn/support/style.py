"""How pictures, plots and tables look: the colours, and how numbers, shapes and counts are written.

A sign is never shown by colour alone: what is negative is also dashed, a kind has its own shape.
"""

from collections.abc import Iterable

# Lines and words.
POSITIVE, NEGATIVE, NEUTRAL = "#0b5fa5", "#c2410c", "#52606d"
INK, PALE, PALE_LINE, FRAME = "#1f2933", "#6b7785", "#8a95a1", "#b8c0c9"

# What boxes are filled with.
WHITE, PARAMETER, INPUT, RESULT, COST = "#ffffff", "#fdf3d8", "#eef0f2", "#e8f1fa", "#e4f3e1"
NOW, BEHIND = "#ffe08a", "#e3e7eb"  # the box where a pass is; the ground of a filmstrip

# Curves: those of a cost are warm, those of an accuracy cold.
CURVES = (POSITIVE, NEGATIVE, "#3f7d58", "#7a5195", NEUTRAL)
DASHES, MARKS = ("-", "--", "-.", ":"), "os^Dvx*"
LIGHT_COST, DARK_COST, LIGHT_ACCURACY = "#e8a33d", "#7c2d12", "#7fb2dd"


def of_sign(sign: int) -> str:
    """The colour of a positive number (1), a negative one (-1) or zero."""
    return {1: POSITIVE, 0: NEUTRAL, -1: NEGATIVE}[sign]


def number(x: float) -> str:
    """A number to four significant digits, without trailing zeros or a minus sign on zero.

    >>> number(0.5), number(-0.00123456), number(0.0)
    ('0.5', '-0.001235', '0')
    """
    return f"{x + 0.0:.4g}"


def numbers(values: Iterable[float]) -> str:
    """A row of numbers in a narrow box: three significant digits each.

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
