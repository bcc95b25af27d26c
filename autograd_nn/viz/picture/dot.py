"""How a picture is spelled in DOT, with the ``graphviz`` package's quoting.

Labels are records or plain text, which every renderer understands.  All text is escaped here, so
that no name can end a label, open a compartment or start markup.
"""

import re

import graphviz

from ...support import style
from ...support.style import printable
from .picture import Arrow, Box, Direction, NodeKind, Picture, State

FONT = "DejaVu Sans"  # the one that every renderer measures rightly; see render/fonts/README.md
_LONGEST_LINE = 300  # more cannot be read, and Graphviz has a longest label

_SQUARE, _ROUND = {"shape": "record"}, {"shape": "Mrecord"}
_NEURON = {"shape": "circle", "fixedsize": "true", "fontsize": "9"}
_GATE = {"shape": "circle", "fixedsize": "true", "fontsize": "10"}


def _filled(colour: str, line: str = "") -> dict[str, str]:
    return {"style": f"{line},filled" if line else "filled", "fillcolor": colour}


# Kinds are told apart by shape and line as well as by fill, for print and for the colour-blind.
_BOXES: dict[NodeKind, dict[str, str]] = {
    "parameter": _SQUARE | _filled(style.PARAMETER, "bold"),
    "input": _SQUARE | _filled(style.INPUT),
    "constant": _SQUARE | {"style": "dotted", "fillcolor": style.WHITE},
    "result": _ROUND | _filled(style.RESULT),
    "cost": _ROUND | _filled(style.COST, "bold"),
    "element": _ROUND | _filled(style.RESULT),
    "rest": _ROUND | _filled(style.WHITE, "dashed"),
    "neuron": _NEURON | _filled(style.WHITE),
    "dropped": _NEURON | {"style": "dotted", "fontcolor": style.PALE, "color": style.PALE},
    "gate": _GATE | _filled(style.RESULT),
    "output": _GATE | _filled(style.COST) | {"shape": "doublecircle"},
    "word": {"shape": "plaintext", "margin": "0.02"},
}

# A pass that is under way: the line says it too, thin and dashed, thick, or plain.
_STATES: dict[State, dict[str, str]] = {
    "": {},
    "done": {},
    "now": _filled(style.NOW, "bold") | {"color": style.INK, "penwidth": "3"},
    "to do": _filled(style.WHITE, "dashed") | {"color": style.PALE, "fontcolor": style.PALE},
}


def to_dot(picture: Picture) -> str:
    """The picture in DOT; the same picture always gives the same text."""
    graph = graphviz.Digraph()
    _write_page(graph, picture)
    for number, (group, boxes) in enumerate(picture.groups()):
        if not group:
            _write_boxes(graph, boxes, picture.direction)
            continue
        with graph.subgraph(name=f"cluster_{number}") as frame:
            frame.attr("graph", label=plain(group), labelloc="t", labeljust="l", id=f"c{number}")
            frame.attr("graph", style="rounded", color=style.FRAME, margin="8")
            _write_boxes(frame, boxes, picture.direction)
    for i, arrow in enumerate(picture.arrows):
        _write_arrow(graph, i, arrow, picture)
    return str(graph.source)


def _write_page(graph: graphviz.Digraph, picture: Picture) -> None:
    """Which layout, letters and margins, and the caption."""
    if any(box.at is not None for box in picture.boxes):
        graph.attr("graph", layout="neato", outputorder="edgesfirst")
    else:
        direction = {"right": "LR", "down": "TB"}[picture.direction]
        narrow = "0.3" if picture.direction == "right" else "0.2"
        graph.attr("graph", rankdir=direction, ranksep="0.5", nodesep=narrow)
    # white, so that nothing is lost on a notebook's dark ground, with a margin around it
    graph.attr("graph", bgcolor=style.WHITE, pad="0.15")
    graph.attr("graph", fontname=FONT, fontsize="12", fontcolor=style.INK)
    graph.attr("node", fontname=FONT, fontsize="11", fontcolor=style.INK)
    graph.attr("node", color=style.NEUTRAL, margin="0.07,0.05")
    graph.attr("edge", fontname=FONT, fontsize="10", arrowsize="0.7")
    if picture.caption:
        # an empty line at the start of a wide caption makes Graphviz's WebAssembly trap
        caption = (" ", *picture.caption) if picture.sides else picture.caption  # off the boxes
        graph.attr("graph", label="".join((plain(line) or " ") + r"\l" for line in caption))
        graph.attr("graph", labelloc="b", labeljust="l")


def _write_arrow(graph: graphviz.Digraph, i: int, arrow: Arrow, picture: Picture) -> None:
    label, line = arrow.label, _line(arrow)
    if arrow.label_at is not None:  # a word of its own, on white, so that no line runs through it
        graph.node(
            f"l{i}", plain(label), id=f"l{i}", pos=_pin(arrow.label_at), shape="plaintext",
            fontcolor=line["fontcolor"], fontsize="10", margin="0.02,0.01", width="0", height="0",
            **_filled(style.WHITE),
        )  # fmt: skip
        label = ""
    elif picture.direction == "down":  # beside its arrow: a space between the two
        label = "\n".join(f"  {line} " for line in label.split("\n") if line)
    if picture.sides:
        tail, head = ("e", "w") if picture.direction == "right" else ("s", "n")
        line |= {"tailport": tail, "headport": head}
    graph.edge(arrow.source, arrow.target, plain(label), id=f"e{i}", **line)


def _write_boxes(graph: graphviz.Digraph, boxes: list[Box], direction: Direction) -> None:
    for box in boxes:
        look = _BOXES[box.kind] | _STATES[box.state]
        if box.shade is not None:
            look["fillcolor"] = _shade(box.shade)
        look |= {k: f"{x:.3g}" for k, x in (("width", box.width), ("height", box.height)) if x}
        if box.at is not None:
            look["pos"] = _pin(box.at)
        is_record = look["shape"] in ("record", "Mrecord")
        stacked: Direction = "down" if box.at is not None else direction  # neato knows no rankdir
        text = record(box.lines, stacked) if is_record else plain("\n".join(box.lines))
        graph.node(box.id, text, id=box.id, **look)


def _pin(at: tuple[float, float]) -> str:
    """A place in inches that a layout engine keeps to."""
    return f"{at[0]:.4g},{at[1]:.4g}!"


def _shade(shade: float) -> str:
    """A fill on the way from white to the colour of the sign, so far that words can be read."""
    part, colour = 0.65 * min(1.0, abs(shade)), style.of_sign(1 if shade > 0 else -1)
    full = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return "#" + "".join(f"{round(255 + (c - 255) * part):02x}" for c in full)


def _line(arrow: Arrow) -> dict[str, str]:
    """Sign by colour and by dash, magnitude by width."""
    colour = style.of_sign(arrow.sign)
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
        line |= {"color": style.PALE_LINE, "fontcolor": style.PALE}
    return line


def plain(text: str) -> str:
    """Text for a plain label: no backslash, entity or bracket of it means anything to DOT."""
    lines = [_shortened(line).replace("\\", r"\\") for line in text.split("\n")]
    label: str = graphviz.nohtml(r"\n".join(lines))  # <…> as a whole would be taken for markup
    return label


def record(lines: tuple[str, ...], direction: Direction = "right") -> str:
    """Text for a record label: a compartment for each line, one above the other."""
    text = "|".join(re.sub(r"([\\{}|<> ])", r"\\\1", _shortened(line)) for line in lines)
    # with rankdir=LR the outermost compartments are stacked, with TB those in braces
    return f"{{{text}}}" if direction == "down" else text


def _shortened(text: str) -> str:
    if len(text) > _LONGEST_LINE:
        text = text[: _LONGEST_LINE - 1] + "…"
    return printable(text).replace("&", "&amp;")
