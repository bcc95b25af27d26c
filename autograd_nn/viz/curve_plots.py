"""Curves over the epochs with matplotlib (the ``plot`` extra): plain sequences of numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from ..plotting import new_axes

_COLOURS = ("#0b5fa5", "#c2410c", "#3f7d58", "#7a5195", "#52606d")
_DASHES, _MARKS = ("-", "--", "-.", ":"), "os^Dvx*"


def plot_curves(
    curves: Mapping[str, Sequence[float | None]],
    *,
    ylabel: str = "cost",
    log: bool = False,
    ax: Any = None,
) -> Any:
    """Any number of curves over the epochs, counted from 0, each with its name.

    A value that was not measured is None and leaves a gap.  ``log`` takes a logarithmic scale.

    >>> ax = plot_curves({"training": [1.0, 0.5, 0.4], "validation": [1.1, None, 0.6]})
    >>> [line.get_label() for line in ax.get_lines()]
    ['training', 'validation']
    """
    if not curves or not all(len(curve) for curve in curves.values()):
        raise ValueError("plot_curves: nothing to plot; expected a value or more for each name")
    ax = ax if ax is not None else new_axes(7, 4)
    from matplotlib.ticker import MaxNLocator

    for k, (name, curve) in enumerate(curves.items()):
        y = np.array([np.nan if value is None else value for value in curve], dtype=float)
        ax.plot(np.arange(len(y)), y, label=name, **line_look(k))
    ax.set(xlabel="epoch", ylabel=ylabel)
    ax.xaxis.set_major_locator(MaxNLocator(integer=True, min_n_ticks=1))
    if log:
        ax.set_yscale("log")
    ax.legend()
    return ax


def line_look(k: int) -> dict[str, Any]:
    """Colour, dash and mark of the k-th line: told apart without colour too."""
    return {
        "color": _COLOURS[k % len(_COLOURS)],
        "linestyle": _DASHES[k % len(_DASHES)],
        "marker": _MARKS[k % len(_MARKS)],
        "markersize": 3.5,
    }
