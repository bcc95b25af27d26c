"""What a renderer's SVG still lacks: titles in words, for the whole picture and for every part.

A title is what a screen reader says and what appears when the mouse rests on a part; Graphviz
writes its own identifiers there.
"""

import re
from xml.sax.saxutils import escape

from ...support.style import printable
from .picture import Picture

_OF_A_PART = re.compile(
    r'(<g id="([^"]*)" class="(?:graph|node|edge|cluster)"[^>]*>\s*<title>)[^<]*(</title>)'
)


def add_titles(svg: str, picture: Picture, title: str) -> str:
    """The SVG with a title, and with one in words for every box, arrow and frame.

    >>> add_titles('<svg width="8pt"><g/></svg>', Picture((), ()), "Nothing & more.")
    '<svg width="8pt"><title>Nothing &amp; more.</title><g/></svg>'
    """
    words, whole = _words(picture), f"<title>{as_text(title)}</title>"
    svg = _OF_A_PART.sub(lambda part: part[1] + as_text(words.get(part[2], title)) + part[3], svg)
    return re.sub(r"(<svg\b[^>]*[^/]>)", lambda tag: tag[1] + whole, svg, count=1)


def _words(picture: Picture) -> dict[str, str]:
    """What every part of the drawing is, by its identifier."""
    said = {box.id: ", ".join(line for line in box.lines if line.strip()) for box in picture.boxes}
    first = {box.id: box.lines[0] if box.lines else "" for box in picture.boxes}
    for i, arrow in enumerate(picture.arrows):
        ends = first.get(arrow.source, ""), first.get(arrow.target, "")
        way, label = " → ".join(ends[::-1] if arrow.back else ends), " ".join(arrow.label.split())
        said[f"e{i}"] = said[f"l{i}"] = ": ".join(filter(None, (way, label)))
    return said | {f"c{i}": group for i, (group, _) in enumerate(picture.groups())}


def as_text(text: str) -> str:
    """Text that XML can hold and takes for nothing else."""
    return escape(printable(text))
