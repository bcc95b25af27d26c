"""What all plots share: where they are drawn, how their lines are told apart, an axis of epochs."""

from typing import Any, TypeAlias

from ..support.style import CURVES, DASHES, MARKS

Axes: TypeAlias = Any  # matplotlib's: optional, and imported where a plot is made


def axes_or_new(ax: Axes | None, width: float, height: float) -> Axes:
    """The axes given, or those of a new matplotlib figure of this size in inches.

    The figure belongs to whoever holds it: none is registered with pyplot, no window opens, nothing
    has to be closed.  Raises ``ImportError`` that says what to install where matplotlib is missing.
    """
    if ax is not None:
        return ax
    try:
        from matplotlib.figure import Figure
    except ImportError as error:
        raise ImportError(
            "plots need matplotlib, which is not installed; pip install 'autograd_nn[plot]'"
        ) from error
    return Figure(figsize=(width, height), layout="constrained").subplots()


def line_look(k: int) -> dict[str, Any]:
    """Colour, dash and mark of the k-th line: told apart without colour too."""
    return {
        "color": CURVES[k % len(CURVES)],
        "linestyle": DASHES[k % len(DASHES)],
        "marker": MARKS[k % len(MARKS)],
        "markersize": 3.5,
    }


def label_epochs(ax: Axes) -> None:
    """Whole numbers along the axis of epochs."""
    from matplotlib.ticker import MaxNLocator

    ax.set_xlabel("epoch")
    ax.xaxis.set_major_locator(MaxNLocator(integer=True, min_n_ticks=1))
