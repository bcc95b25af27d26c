"""How a picture is spelled in Mermaid's language, which GitHub and JupyterLab draw by themselves.

Text stands between quotes, and what could end them or start markup is written as a code, so that
no name can break out of its label.
"""

from ...support.style import of_sign, printable
from .picture import Arrow, Box, NodeKind, Picture

_SHAPES: dict[NodeKind, tuple[str, str]] = {  # the brackets make the shape
    "parameter": ("[[", "]]"), "input": ("[", "]"), "constant": (">", "]"), "cost": ("([", "])"),
    "neuron": ("((", "))"), "dropped": ("((", "))"), "gate": ("((", "))"), "output": ("(((", ")))"),
}  # fmt: skip
_PLAIN = set(" abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+-.,:=()[]/")


def to_mermaid(picture: Picture) -> str:
    """The picture as a Mermaid flow chart; the same picture always gives the same text.

    >>> print(to_mermaid(Picture((Box("a", "input", ("x", "3")), Box("b", "cost", ("y",))),
    ...                          (Arrow("a", "b", "-2", -1),))))
    flowchart LR
      a["x<br/>3"]
      b(["y"])
      a -.->|"-2"| b
      linkStyle 0 stroke:#c2410c
    <BLANKLINE>
    """
    lines = ["flowchart LR" if picture.direction == "right" else "flowchart TD"]
    for number, (group, boxes) in enumerate(picture.groups()):
        if group:
            lines.append(f'  subgraph g{number}["{_text(group)}"]')
        lines += [f"  {_box(box)}" for box in boxes]
        if group:
            lines.append("  end")
    lines += [f"  {_arrow(arrow)}" for arrow in picture.arrows]
    signs = [(i, arrow.sign) for i, arrow in enumerate(picture.arrows) if arrow.sign]
    lines += [f"  linkStyle {i} stroke:{of_sign(sign)}" for i, sign in signs]
    lines += [f"  style {box.id} stroke-width:4px" for box in picture.boxes if box.state == "now"]
    if picture.caption:
        lines.append(f'  caption["{"<br/>".join(map(_text, picture.caption))}"]')
        lines.append("  style caption fill:none,stroke:none,text-align:left")
    return "\n".join(lines) + "\n"


def _box(box: Box) -> str:
    left, right = _SHAPES.get(box.kind, ("(", ")"))
    return f'{box.id}{left}"{"<br/>".join(map(_text, box.lines))}"{right}'


def _arrow(arrow: Arrow) -> str:
    line = "-.->" if arrow.sign < 0 or arrow.rest else "-->"
    label = f'|"{"<br/>".join(map(_text, arrow.label.splitlines()))}"|' if arrow.label else ""
    return f"{arrow.source} {line}{label} {arrow.target}"


def _text(text: str) -> str:
    """Letters and digits as they are, every other sign of ASCII as Mermaid's code for it."""
    return "".join(c if c in _PLAIN or ord(c) > 127 else f"#{ord(c)};" for c in printable(text))
