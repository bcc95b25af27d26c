"""A plan in words: a readable line for each step."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np


@dataclass(frozen=True)
class Step:
    """One line of a plan's listing: a call, or a view that needs none.

    ``buffer`` numbers the memory that the result lies in; ``None`` is memory that is not the plan's
    (a leaf that is changed).  ``in_place`` says that the result is written over an argument,
    ``with_next`` that one call computes it together with the next such step.
    """

    name: str
    op: str
    arguments: tuple[str, ...]
    settings: tuple[str, ...]
    shape: tuple[int, ...]
    dtype: str
    buffer: int | None
    in_place: bool = False
    is_view: bool = False
    with_next: bool = False

    @property
    def where(self) -> str:
        """In words, the memory that the result lies in."""
        if self.is_view:
            return "a view"
        if self.buffer is None:
            return "its own memory" + (", with the next" if self.with_next else "")
        return f"buffer {self.buffer}" + (", in place" if self.in_place else "")

    def __str__(self) -> str:
        """``a2 = sigmoid(z2)   (10, 30) float64   buffer 1, in place``."""
        call = f"{self.name} = {self.op}({', '.join((*self.arguments, *self.settings))})"
        return f"{call:<48} {self.shape!s:<12} {self.dtype:<8} {self.where}"


def told(x: Any) -> str:
    """A constant in a listing: a number as it is, an array by its shape."""
    if isinstance(x, np.ndarray) and x.ndim:
        return f"array{x.shape}"
    return str(x)
