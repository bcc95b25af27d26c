"""``autograd-nn doctor``: which programs can draw pictures here, and how to get the others."""

from __future__ import annotations

from importlib.util import find_spec

from rich.console import Console
from rich.table import Table

from ..viz import renderers


def report() -> int:
    """Print the table; 0 if a graph can be drawn, else 1."""
    table = Table("", "draws", "remedy", title="What can draw pictures here")
    found = renderers()
    for renderer in found:
        state = ", ".join(renderer.formats) or f"nothing: {renderer.why_not}"
        table.add_row(renderer.name, state, "" if renderer.formats else renderer.remedy)
    plots = find_spec("matplotlib") is not None
    table.add_row(
        "matplotlib",
        "curves and digits" if plots else "nothing: not installed",
        "" if plots else "pip install 'autograd_nn[plot]'",
    )
    Console().print(table, markup=False)
    return 0 if any(renderer.formats for renderer in found) else 1
