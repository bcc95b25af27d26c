"""Where a plot is drawn if it is given no axes: on a figure of its own."""

from __future__ import annotations

from typing import Any


def new_axes(width: float, height: float) -> Any:
    """The axes of a new matplotlib figure, its size in inches.

    The figure belongs to whoever holds it: none is registered with pyplot, no window opens, nothing
    has to be closed.  Raises ``ImportError`` that says what to install where matplotlib is not.
    """
    try:
        from matplotlib.figure import Figure
    except ImportError as error:
        raise ImportError(
            "plots need matplotlib, which is not installed; pip install 'autograd_nn[plot]'"
        ) from error
    return Figure(figsize=(width, height), layout="constrained").subplots()
