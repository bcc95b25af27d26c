"""``autograd-nn doctor``: which programs can draw pictures here, and how to get the others."""

import argparse
import os
from importlib.util import find_spec

from rich.console import Console
from rich.table import Table

from ..viz import renderers
from ..viz.render.render import FORMATS, Renderer

FORCED = "AUTOGRAD_NN_RENDERER"


def run(_: argparse.Namespace) -> int:
    """Print the table and the remedies; 0 if a graph can be drawn, else 1."""
    table = Table("", "version", "draws", "why not more", title="What can draw pictures here")
    found = renderers()
    remedies = {r.name: r.remedy_here for r in found if r.remedy_here}
    for renderer in found:
        table.add_row(
            renderer.name, renderer.version or "", ", ".join(renderer.formats) or "nothing",
            renderer.why_not,
        )  # fmt: skip
    if find_spec("matplotlib") is not None:
        table.add_row("matplotlib", "", "curves and digits", "")
    else:
        table.add_row("matplotlib", "", "nothing", "the Python package matplotlib is not installed")
        remedies["matplotlib"] = "pip install 'autograd_nn[plot]'"
    console = Console()
    console.print(table, markup=False)
    forced, usable = os.environ.get(FORCED, ""), [r for r in found if r.formats]
    if forced:
        usable = [r for r in usable if r.name == forced]
    lines = _remarks(forced, usable, found)
    lines += ["What to type here for more:"] * bool(remedies)
    lines += [f"  {name + ':':<11} {remedy}" for name, remedy in remedies.items()]
    for line in lines:
        console.print(line, markup=False, highlight=False, soft_wrap=True)  # commands stay whole
    return 0 if usable else 1


def _remarks(forced: str, usable: list[Renderer], found: list[Renderer]) -> list[str]:
    """Which of them are used, and what none of these can."""
    names, able = [r.name for r in found], [r for r in found if r.formats]
    lines = ["They are tried in this order."]
    if forced:
        lines = [f"{FORCED}={forced}: only this one is used."]
        others = [r for r in able if r.name != forced]
        if others and not usable:
            draws = "; ".join(f"{r.name}: {', '.join(r.formats)}" for r in others)
            lines.append(f"Unset it, and others draw ({draws}).")
        if forced not in names:
            lines = [f"{FORCED}={forced} is none of these; unset it, or nothing is drawn."]
    missing = [f for f in FORMATS if not any(f in renderer.formats for renderer in usable)]
    if missing:
        lines.append(f"Not possible now: {', '.join(missing)}. DOT text always is: .save('x.dot')")
    return lines
