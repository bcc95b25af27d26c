"""A drawing: what the drawing functions return."""

import os
import re
from pathlib import Path

from ...support.files import write_whole
from ..picture.dot import to_dot
from ..picture.mermaid import to_mermaid
from ..picture.picture import Picture
from ..picture.svg import add_titles
from .render import FORMATS, render

_LEAST = 0.6  # of its size: letters of 11 points become 6.6
_PAGE = 640  # points: what a page of 1,000 pixels has beside the numbers of its cells
TEXTS = ("dot", "mmd")  # which need no renderer
_SHOWN_LINES = 60  # of DOT text, in place of a picture
_MERMAID_ARROWS, _MERMAID_LETTERS = 500, 50_000  # Mermaid's own limits (maxEdges, maxTextSize)


class Drawing:
    """A picture to save, to show in a notebook, or to take as DOT text.

    >>> from autograd_nn import Tensor, viz
    >>> x = Tensor(3.0, requires_grad=True, name="x")
    >>> viz.draw_graph(x * x).dot.startswith("digraph")
    True
    """

    def __init__(self, picture: Picture) -> None:
        self.picture = picture
        self.dot = to_dot(picture)

    def __repr__(self) -> str:
        """How much there is to see."""
        return f"Drawing({len(self.picture.boxes)} boxes, {len(self.picture.arrows)} arrows)"

    @property
    def title(self) -> str:
        """What the drawing shows, in a sentence, which its SVG has as its title."""
        boxes, arrows = len(self.picture.boxes), len(self.picture.arrows)
        return self.picture.title or f"A drawing of {boxes} boxes and {arrows} arrows."

    @property
    def mermaid(self) -> str:
        """The drawing as a Mermaid flow chart, which GitHub and JupyterLab draw by themselves."""
        return to_mermaid(self.picture)

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Write the drawing; the suffix says how: .svg, .png, .pdf, .dot (DOT) or .mmd (Mermaid).

        Raises ``ValueError`` for another suffix and ``RendererNotFoundError`` where nothing can
        render the format; the file is then left as it was.
        """
        target = Path(path)
        kind = target.suffix.lstrip(".").lower()
        if kind not in (*FORMATS, *TEXTS):
            raise ValueError(
                f"save: {target.name} ends in {target.suffix or 'no suffix'}; expected one of "
                f"{', '.join('.' + f for f in (*FORMATS, *TEXTS))}"
            )
        if kind in FORMATS:
            content = self._svg().encode() if kind == "svg" else render(self.dot, kind)
        else:
            content = (self.dot if kind == "dot" else self.mermaid).encode()
        write_whole(target, content)
        return target

    def _svg(self) -> str:
        return add_titles(render(self.dot, "svg").decode(), self.picture, self.title)

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        """SVG for notebooks; without a renderer the reason, the DOT text, and Mermaid.

        Mermaid only where it is not too large for it, as JupyterLab would then show Mermaid's
        complaint and not the reason.  Never an exception.
        """
        try:
            return {"image/svg+xml": fit_to_page(self._svg()), "text/plain": repr(self)}
        except Exception as error:  # whatever it is, a traceback would hide the notebook's result
            bundle, mermaid = {"text/plain": f"{error}\n\n{_beginning(self.dot)}"}, self.mermaid
            if len(self.picture.arrows) <= _MERMAID_ARROWS and len(mermaid) <= _MERMAID_LETTERS:
                bundle["text/vnd.mermaid"] = mermaid
            return bundle


def _beginning(text: str) -> str:
    """The first lines, which say enough; all of a long text would bury the reason above it."""
    lines = text.split("\n")
    if len(lines) <= _SHOWN_LINES:
        return text
    left = len(lines) - _SHOWN_LINES
    return "\n".join([*lines[:_SHOWN_LINES], f"… and {left:,} more lines, all of them in .dot"])


def fit_to_page(svg: str) -> str:
    """An SVG that shrinks to the width of its page, as long as its words can still be read.

    Beyond that the page scrolls; where there is room the picture has its own size.  A page made of
    a notebook (``nbconvert``) holds it as an image, which knows nothing of styles and cuts off what
    is wider than the page: a wide picture leaves its width open, and is as wide as the page there.
    """
    size = re.search(r'<svg width="([\d.]+)pt" height="[\d.]+pt"', svg)
    own = float(size[1]) if size is not None else 0.0
    if size is None or own <= _PAGE:
        return svg.replace("<svg ", '<svg style="max-width: 100%; height: auto" ', 1)
    style = f"max-width: {own:.0f}pt; min-width: {_LEAST * own:.0f}pt; height: auto"
    return svg.replace(size[0], f'<svg style="{style}" width="100%"', 1)
