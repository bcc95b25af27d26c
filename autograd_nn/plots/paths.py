"""Paths against edges as a plot, with matplotlib (the ``plot`` extra)."""

from collections.abc import Iterable

from ..paths.counting import paths_against_edges
from .axes import Axes, axes_or_new

_LINES = (  # what is counted, how its line looks, what the legend says
    ("paths", ":", "paths"),
    ("by_enumeration", "--^", "multiplications, every path multiplied out"),
    ("by_backprop", "-o", "multiplications, backpropagation"),
)


def plot_paths_against_edges(
    depths: Iterable[int] = range(1, 9),
    widths: Iterable[int] = (10, 30, 100),
    *,
    inputs: int = 784,
    outputs: int = 10,
    ax: Axes | None = None,
) -> Axes:
    """Paths, and multiplications in both ways, against depth, a colour for each width.

    ``depths`` are numbers of hidden layers and ``widths`` their sizes, ``inputs`` and ``outputs``
    the sizes of the other layers.  The width stands at the end of each line as well.  Draws into
    ``ax`` or a figure of its own and returns the ``Axes``.

    Raises ``ValueError`` without a depth or a width and for sizes that are not 1 or more, and
    ``ImportError`` without matplotlib.

    >>> plot_paths_against_edges([1, 2], [5], inputs=4, outputs=2).get_title()
    'Paths against edges (4 inputs, 2 outputs)'
    """
    depths, widths = list(depths), list(widths)
    if not depths or not widths:
        raise ValueError("plot_paths_against_edges: expected one depth and one width or more")
    ax = axes_or_new(ax, 7, 4.5)
    for i, width in enumerate(widths):
        counts = [paths_against_edges([inputs, *[width] * d, outputs]) for d in depths]
        for field, look, _ in _LINES:
            values = [float(getattr(c, field)) for c in counts]
            ax.plot(depths, values, look, color=f"C{i}", markersize=4)
            ax.annotate(  # which width it is without the colour too
                f"{width}", (depths[-1], values[-1]), xytext=(6, 0), textcoords="offset points",
                va="center", fontsize="small",
            )  # fmt: skip
        ax.plot([], [], color=f"C{i}", linewidth=4, label=f"width {width}")
    for _, look, what in _LINES:
        ax.plot([], [], look, color="black", markersize=4, label=what)
    ax.set_yscale("log")
    ax.margins(x=0.08)
    ax.set(
        xlabel="hidden layers", ylabel="for all weight gradients of one example",
        title=f"Paths against edges ({inputs} inputs, {outputs} outputs)", xticks=depths,
    )  # fmt: skip
    ax.legend(fontsize="small")
    ax.grid(alpha=0.3)
    return ax
