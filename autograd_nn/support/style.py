"""How pictures, plots and tables write numbers and shapes, and colour the sign of a number."""

from __future__ import annotations

from collections.abc import Iterable

POSITIVE, NEGATIVE, NEUTRAL = "#0b5fa5", "#c2410c", "#52606d"


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


def times(shape: tuple[int, ...]) -> str:
    """A shape, ``()`` being empty.

    >>> times((3, 2))
    '3×2'
    """
    return "×".join(map(str, shape))
