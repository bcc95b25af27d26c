"""autograd_nn.support.text."""

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


def times(shape: tuple[int, ...]) -> str:
    """A shape as pictures show it.

    >>> times((3, 2))
    '3×2'
    """
    return "×".join(map(str, shape))
