"""The tables as a page in Markdown: an overview of the training steps first, then everything."""

from __future__ import annotations

from collections.abc import Sequence

from interleaved import told
from report import Table


def page(tables: Sequence[Table], machine: str, command: str) -> str:
    """The whole page; ``command`` is what made it."""
    parts = [
        "# Speed",
        f"Written by `{command}`: everything in one run, interleaved, on one core. A time is the "
        "median; behind it the quartiles. Ratios are to the median of hand-written NumPy.",
        "\n".join(f"{line}  " for line in machine.splitlines()),
    ]
    if steps := [t for t in tables if t.section == "training step"]:
        parts += ["## Training steps", overview(steps)]
    for table in tables:
        parts += [f"## {table.section}: {table.workload}", f"Time of {table.unit}.", rows(table)]
        parts += [f"- {note}" for note in table.notes]
    return "\n\n".join(parts) + "\n"


def overview(tables: Sequence[Table]) -> str:
    """A row for each contestant, a column for each workload: the time, and its ratio."""
    names = list(dict.fromkeys(row.contestant for table in tables for row in table.rows))
    lines = [
        ["", *(table.workload for table in tables)],
        ["---", *("---:" for _ in tables)],
    ]
    for name in names:
        cells = []
        for table in tables:
            found = [row for row in table.rows if row.contestant == name]
            ratio = table.ratio(found[0]) if found else None
            cells.append(f"{told(found[0].timing.median)} ({ratio:.2f})" if ratio else "")
        lines.append([name, *cells])
    return _lines(lines)


def rows(table: Table) -> str:
    """One table, with all its columns."""
    more = list(dict.fromkeys(key for row in table.rows for key in row.more))
    ratio = ["/ hand-written"] if table.yardstick else []
    head = ["", "median", "quartiles", *ratio, *more]
    lines = [head, ["---", *("---:" for _ in head[1:])]]
    for row in table.rows:
        t, r = row.timing, table.ratio(row)
        cells = [row.contestant, told(t.median), f"{told(t.low)} to {told(t.high)}"]
        cells += [] if r is None else [f"{r:.2f}"]
        for key in more:
            value = row.more.get(key, "")
            cells.append(f"{value:.4g}" if isinstance(value, float) else str(value))
        lines.append(cells)
    return _lines(lines)


def _lines(cells: Sequence[Sequence[str]]) -> str:
    return "\n".join("| " + " | ".join(row) + " |" for row in cells)
