"""The tables as a picture: one panel for each, medians with whiskers for the quartiles.

Bars start at zero; where times are too far apart for bars there are dots on a logarithmic axis.
"""

from __future__ import annotations

from pathlib import Path

from interleaved import told
from report import Table

COLUMNS = 3
TOO_FAR = 20  # times as long: bars would be invisible
SHADES = {"autograd_nn": "#c0392b", "ag.": "#c0392b", "viz.": "#c0392b", "hand-written": "#2c3e50"}


def shade(contestant: str) -> str:
    """Red for this library, dark for the yardstick, grey for the others."""
    if contestant == "import autograd_nn":
        return SHADES["autograd_nn"]
    return next((c for start, c in SHADES.items() if contestant.startswith(start)), "#95a5a6")


def save(tables: list[Table], machine: str, file: Path) -> None:
    """Draw and save; ``ImportError`` without matplotlib."""
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    rows = -(-len(tables) // COLUMNS)
    size = (6.5 * COLUMNS, 0.6 + 3.6 * rows)
    figure, grid = plt.subplots(rows, COLUMNS, figsize=size, squeeze=False, layout="constrained")
    for axes in grid.flat:
        axes.set_visible(False)
    for axes, table in zip(grid.flat, tables, strict=False):
        axes.set_visible(True)
        names = [row.contestant for row in table.rows]
        medians = [row.timing.median for row in table.rows]
        spread = [
            [max(0.0, row.timing.median - row.timing.low) for row in table.rows],
            [max(0.0, row.timing.high - row.timing.median) for row in table.rows],
        ]
        places, colours = range(len(names)), [shade(name) for name in names]
        if max(medians) < TOO_FAR * min(medians):
            axes.barh(places, medians, xerr=spread, color=colours)
            axes.set_xlim(0, 1.25 * max(medians))
        else:
            axes.errorbar(medians, places, xerr=spread, fmt="none", ecolor="black")
            axes.scatter(medians, places, c=colours, s=40, zorder=3)
            axes.set_xscale("log")
            axes.set_xlim(min(medians) / 2, 6 * max(medians))
        for place, median in zip(places, medians, strict=True):
            axes.annotate(
                told(median),
                (median, place),
                xytext=(10, 0),
                textcoords="offset points",
                va="center",
                fontsize=7,
            )
        axes.set_yticks(places, names)
        axes.invert_yaxis()
        axes.tick_params(labelsize=8)
        axes.set_title(f"{table.section}: {table.workload}", fontsize=9)
        axes.set_xlabel(f"seconds for {table.unit}", fontsize=8)
        if table.yardstick is not None:
            axes.axvline(table.yardstick.median, color=SHADES["hand-written"], linewidth=0.8)
    figure.suptitle(machine, fontsize=8)
    figure.savefig(file, dpi=120)
    plt.close(figure)
