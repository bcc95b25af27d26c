"""How a picture is spelled in DOT, with the ``graphviz`` package's quoting.

Labels are records or plain text, which every renderer understands.  All text is escaped here, so
that no name can end a label, open a compartment or start markup.
"""

from __future__ import annotations

import graphviz

from ...support.style import NEGATIVE, NEUTRAL, POSITIVE
from ..render.backends import FONT
from .picture import Arrow, Box, Direction, NodeKind, Picture, State

_INK, _PALE, _NOW = "#1f2933", "#6b7785", "#ffe08a"

_LONGEST_LINE = 300  # more cannot be read, and Graphviz has a longest label

# Kinds are told apart by shape and line as well as by fill, for print and for the colour-blind.
_BOXES: dict[NodeKind, dict[str, str]] = {
    "parameter": {"shape": "record", "style": "bold,filled", "fillcolor": "#fdf3d8"},
    "input": {"shape": "record", "style": "filled", "fillcolor": "#eef0f2"},
    "constant": {"shape": "record", "style": "dotted", "fillcolor": "#ffffff"},
    "result": {"shape": "Mrecord", "style": "filled", "fillcolor": "#e8f1fa"},
    "cost": {"shape": "Mrecord", "style": "bold,filled", "fillcolor": "#e4f3e1"},
    "element": {"shape": "Mrecord", "style": "filled", "fillcolor": "#e8f1fa"},
    "rest": {"shape": "Mrecord", "style": "dashed,filled", "fillcolor": "#ffffff"},
    "neuron": {"shape": "circle", "style": "filled", "fillcolor": "#ffffff", "fixedsize": "true",
               "fontsize": "9"},
    "dropped": {
        "shape": "circle", "style": "dotted", "fontcolor": _PALE, "color": _PALE,
        "fixedsize": "true", "fontsize": "9",
    },
    "gate": {"shape": "circle", "style": "filled", "fillcolor": "#e8f1fa", "fixedsize": "true",
             "fontsize": "10"},
    "output": {"shape": "doublecircle", "style": "filled", "fillcolor": "#e4f3e1",
               "fixedsize": "true", "fontsize": "10"},
    "word": {"shape": "plaintext", "margin": "0.02"},
}  # fmt: skip

# A pass that is under way: the line says it too, thin and dashed, thick, or plain.
_STATES: dict[State, dict[str, str]] = {
    "": {},
    "done": {},
    "now": {"style": "bold,filled", "fillcolor": _NOW, "color": _INK, "penwidth": "3"},
    "to do": {
        "style": "dashed,filled", "fillcolor": "#ffffff", "color": _PALE, "fontcolor": _PALE,
    },
}  # fmt: skip


def to_dot(picture: Picture) -> str:
    """The picture in DOT; the same picture always gives the same text."""
    graph = graphviz.Digraph()
    if any(box.at is not None for box in picture.boxes):
        graph.attr("graph", layout="neato", outputorder="edgesfirst")
    else:
        direction = {"right": "LR", "down": "TB"}[picture.direction]
        narrow = "0.3" if picture.direction == "right" else "0.2"
        graph.attr("graph", rankdir=direction, ranksep="0.5", nodesep=narrow)
    # white, so that nothing is lost on a notebook's dark ground, with a margin around it
    graph.attr("graph", bgcolor="#ffffff", pad="0.15")
    graph.attr("graph", fontname=FONT, fontsize="12", fontcolor=_INK)
    graph.attr("node", fontname=FONT, fontsize="11", fontcolor=_INK)
    graph.attr("node", color=NEUTRAL, margin="0.07,0.05")
    graph.attr("edge", fontname=FONT, fontsize="10", arrowsize="0.7")
    if picture.caption:
        # an empty line at the start of a wide caption makes Graphviz's WebAssembly trap
        caption = (" ", *picture.caption) if picture.sides else picture.caption  # off the boxes
        text = "".join((plain(line) or " ") + r"\l" for line in caption)
        graph.attr("graph", label=text)
        graph.attr("graph", labelloc="b", labeljust="l")
    for number, (group, boxes) in enumerate(_groups(picture)):
        if not group:
            _write(graph, boxes, picture.direction)
            continue
        with graph.subgraph(name=f"cluster_{number}") as frame:
            frame.attr("graph", label=plain(group), labelloc="t", labeljust="l", id=f"c{number}")
            frame.attr("graph", style="rounded", color="#b8c0c9", margin="8")
            _write(frame, boxes, picture.direction)
    for i, arrow in enumerate(picture.arrows):
        label, line = arrow.label, _line(arrow)
        if arrow.label_at is not None:  # a word of its own on the line, which it interrupts
            _label(graph, f"l{i}", label, arrow.label_at, line["fontcolor"])
            label = ""
        elif picture.direction == "down":  # beside its arrow: a space between the two
            label = "\n".join(f"  {line} " for line in label.split("\n") if line)
        if picture.sides:
            tail, head = ("e", "w") if picture.direction == "right" else ("s", "n")
            line |= {"tailport": tail, "headport": head}
        graph.edge(arrow.source, arrow.target, plain(label), id=f"e{i}", **line)
    return str(graph.source)


def _label(
    graph: graphviz.Digraph, name: str, text: str, at: tuple[float, float], colour: str
) -> None:
    """A label at a place, on white, so that no line runs through it."""
    graph.node(
        name, plain(text), id=name, pos=f"{at[0]:.4g},{at[1]:.4g}!", shape="plaintext",
        style="filled", fillcolor="#ffffff", fontcolor=colour, fontsize="10", margin="0.02,0.01",
        width="0", height="0",
    )  # fmt: skip


def _groups(picture: Picture) -> list[tuple[str, list[Box]]]:
    """The boxes of each frame together, those of none first, in the order of the picture."""
    groups: dict[str, list[Box]] = {"": []}
    for box in picture.boxes:
        groups.setdefault(box.group, []).append(box)
    return list(groups.items())


def _write(graph: graphviz.Digraph, boxes: list[Box], direction: Direction) -> None:
    for box in boxes:
        look = _BOXES[box.kind] | _STATES[box.state]
        if box.shade is not None:
            look = look | _shaded(box.shade)
        if box.width:
            look = look | {"width": f"{box.width:.3g}"}
        if box.height:
            look = look | {"height": f"{box.height:.3g}"}
        if box.at is not None:
            look = look | {"pos": f"{box.at[0]:.4g},{box.at[1]:.4g}!"}
        is_record = look["shape"] in ("record", "Mrecord")
        stacked: Direction = "down" if box.at is not None else direction  # neato knows no rankdir
        text = record(box.lines, stacked) if is_record else plain("\n".join(box.lines))
        graph.node(box.id, text, id=box.id, **look)


def _shaded(shade: float) -> dict[str, str]:
    """A fill on the way from white to the colour of the sign, so far that words can be read."""
    part, colour = 0.65 * min(1.0, abs(shade)), POSITIVE if shade > 0 else NEGATIVE
    full = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return {"fillcolor": "#" + "".join(f"{round(255 + (c - 255) * part):02x}" for c in full)}


def _line(arrow: Arrow) -> dict[str, str]:
    """Sign by colour and by dash, magnitude by width."""
    colour = {1: POSITIVE, -1: NEGATIVE, 0: NEUTRAL}[arrow.sign]
    line = {"color": colour, "fontcolor": colour, "penwidth": f"{1 + 2 * arrow.width:.3g}"}
    if arrow.faint:
        line |= {"penwidth": f"{0.3 + 2.9 * arrow.width:.3g}", "arrowhead": "none"}
        line["color"] = colour + f"{round(255 * (0.2 + 0.8 * arrow.width)):02x}"  # and opacity
    if arrow.rest:
        line["style"] = "dotted"
    elif arrow.sign < 0:
        line["style"] = "dashed"
    if arrow.back:
        line |= {"dir": "back"}
    if arrow.state == "now":
        line |= {"penwidth": "2.5"}
    elif arrow.state == "to do":
        line |= {"color": "#8a95a1", "fontcolor": _PALE}
    return line


def plain(text: str) -> str:
    """Text for a plain label: no backslash, entity or bracket of it means anything to DOT."""
    lines = [_printable(line).replace("\\", r"\\") for line in text.split("\n")]
    label: str = graphviz.nohtml(r"\n".join(lines))  # <…> as a whole would be taken for markup
    return label


def record(lines: tuple[str, ...], direction: Direction = "right") -> str:
    """Text for a record label: a compartment for each line, one above the other."""
    escaped = [
        "".join("\\" + c if c in "\\{}|<> " else c for c in _printable(line)) for line in lines
    ]
    text = "|".join(escaped)
    # with rankdir=LR the outermost compartments are stacked, with TB those in braces
    return f"{{{text}}}" if direction == "down" else text


def _printable(text: str) -> str:
    if len(text) > _LONGEST_LINE:
        text = text[: _LONGEST_LINE - 1] + "…"
    text = "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text)
    return text.replace("&", "&amp;")
