"""How a picture is spelled in DOT, with the ``graphviz`` package's quoting.

Labels are records or plain text, which every renderer understands.  All text is escaped here, so
that no name can end a label, open a compartment or start markup.
"""

from __future__ import annotations

import graphviz

from .backends import FONT
from .picture import Arrow, NodeKind, Picture

POSITIVE, NEGATIVE, NEUTRAL = "#0b5fa5", "#c2410c", "#333333"

_LONGEST_LINE = 300  # more cannot be read, and Graphviz has a longest label

# Kinds are told apart by shape and line as well as by fill, for print and for the colour-blind.
_BOXES: dict[NodeKind, dict[str, str]] = {
    "parameter": {"shape": "record", "style": "bold,filled", "fillcolor": "#fdf3d8"},
    "input": {"shape": "record", "style": "filled", "fillcolor": "#eeeeee"},
    "constant": {"shape": "record", "style": "dotted", "fillcolor": "#ffffff"},
    "result": {"shape": "Mrecord", "style": "filled", "fillcolor": "#e8f1fa"},
    "cost": {"shape": "Mrecord", "style": "bold,filled", "fillcolor": "#e4f3e1"},
    "element": {"shape": "Mrecord", "style": "filled", "fillcolor": "#e8f1fa"},
    "rest": {"shape": "Mrecord", "style": "dashed,filled", "fillcolor": "#ffffff"},
}


def to_dot(picture: Picture) -> str:
    """The picture in DOT; the same picture always gives the same text."""
    graph = graphviz.Digraph()
    graph.attr("graph", rankdir="LR", fontname=FONT, fontsize="12", ranksep="0.6", nodesep="0.3")
    graph.attr("node", fontname=FONT, fontsize="11", margin="0.12,0.06")
    graph.attr("edge", fontname=FONT, fontsize="10", arrowsize="0.7")
    if picture.caption:
        graph.attr("graph", label="".join(plain(line) + r"\l" for line in picture.caption))
        graph.attr("graph", labelloc="b", labeljust="l")
    for box in picture.boxes:
        graph.node(box.id, record(box.lines), id=box.id, **_BOXES[box.kind])
    for i, arrow in enumerate(picture.arrows):
        graph.edge(arrow.source, arrow.target, plain(arrow.label), id=f"e{i}", **_line(arrow))
    return str(graph.source)


def _line(arrow: Arrow) -> dict[str, str]:
    """Sign by colour and by dash, magnitude by width."""
    colour = {1: POSITIVE, -1: NEGATIVE, 0: NEUTRAL}[arrow.sign]
    line = {"color": colour, "fontcolor": colour, "penwidth": f"{1 + 3 * arrow.width:.3g}"}
    if arrow.rest:
        line["style"] = "dotted"
    elif arrow.sign < 0:
        line["style"] = "dashed"
    return line


def plain(text: str) -> str:
    """Text for a plain label: no backslash, entity or bracket of it means anything to DOT."""
    lines = [_printable(line).replace("\\", r"\\") for line in text.split("\n")]
    label: str = graphviz.nohtml(r"\n".join(lines))  # <…> as a whole would be taken for markup
    return label


def record(lines: tuple[str, ...]) -> str:
    """Text for a record label: a compartment for each line, one above the other."""
    escaped = [
        "".join("\\" + c if c in "\\{}|<> " else c for c in _printable(line)) for line in lines
    ]
    return "|".join(escaped)  # with rankdir=LR the outermost compartments are stacked


def _printable(text: str) -> str:
    if len(text) > _LONGEST_LINE:
        text = text[: _LONGEST_LINE - 1] + "…"
    text = "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text)
    return text.replace("&", "&amp;")
