"""The backward pass as a sequence of pictures, one for each step, and all on one strip."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from pathlib import Path
from typing import overload

from ...engine.core import Node
from ...support.checks import check_count
from ...support.files import write_whole
from ...support.style import BEHIND
from ..picture.picture import Direction, check_size
from ..picture.svg import as_text
from ..render.drawing import TEXTS, Drawing, fit_to_page
from ..render.render import FORMATS
from .backward import backward_pass, frame

MAX_STEPS = 200
_GAP = 12  # points between the pictures of a strip


class Animation(Sequence[Drawing]):
    """Drawings in their order: ``animation[0]`` is the first step, the last one the end.

    They all have the same layout, so that shown one after the other nothing moves but the pass.
    """

    def __init__(self, drawings: Sequence[Drawing]) -> None:
        self.drawings = tuple(drawings)

    @overload
    def __getitem__(self, i: int) -> Drawing: ...
    @overload
    def __getitem__(self, i: slice) -> Animation: ...
    def __getitem__(self, i: int | slice) -> Drawing | Animation:
        """The drawing at a position, or some of them."""
        return Animation(self.drawings[i]) if isinstance(i, slice) else self.drawings[i]

    def __len__(self) -> int:
        """How many drawings there are."""
        return len(self.drawings)

    def __repr__(self) -> str:
        """How many drawings there are."""
        return f"Animation({len(self)} drawings)"

    def save(self, folder: str | os.PathLike[str], format: str = "svg") -> list[Path]:
        """Write one file for each step, ``step-01.svg`` …, into a folder, which is made if needed.

        ``format`` is one of :meth:`Drawing.save`, else ``ValueError``.  Returns the files' paths.
        """
        known = (*FORMATS, *TEXTS)
        if format not in known:
            raise ValueError(f"save: format {format!r}; expected one of {', '.join(known)}")
        folder, digits = Path(folder), max(2, len(str(len(self))))
        if not folder.parent.is_dir():
            raise FileNotFoundError(f"save: there is no folder {folder.parent}; make it first")
        if folder.exists() and not folder.is_dir():
            raise FileExistsError(f"save: {folder} is a file; expected the name of a folder")
        folder.mkdir(exist_ok=True)
        names = (f"step-{k:0{digits}}.{format}" for k in range(1, len(self) + 1))
        return [drawing.save(folder / name) for drawing, name in zip(self, names, strict=True)]

    def filmstrip(self, columns: int = 1) -> str:
        """All drawings on one SVG, row by row; ``columns`` is 1 or more."""
        check_count(columns, "filmstrip: columns")
        last = self.drawings[-1].title if self.drawings else ""
        title = f"{len(self)} pictures in their order. The last: {last}"
        return _strip([drawing._svg() for drawing in self], columns, title)

    def save_filmstrip(self, path: str | os.PathLike[str], columns: int = 1) -> Path:
        """Write the filmstrip, an SVG; ``ValueError`` for another suffix."""
        target = Path(path)
        if target.suffix.lower() != ".svg":
            raise ValueError(f"save_filmstrip: {target.name}; expected a name that ends in .svg")
        write_whole(target, self.filmstrip(columns).encode())
        return target

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        """The filmstrip for notebooks; without a renderer the reason, never an exception."""
        try:
            return {"image/svg+xml": fit_to_page(self.filmstrip()), "text/plain": repr(self)}
        except Exception as error:  # whatever it is, a traceback would hide the notebook's result
            return {"text/plain": f"{error}\n\n{self!r}"}


def animate(cost: Node, *, direction: Direction | None = None) -> Animation:
    """The backward pass of ``cost``: :func:`draw_backward` at every step, and at the end.

    ``cost`` is a scalar, ``direction`` "right", "down", or None for the one that fits.  Raises
    ``ValueError`` for more than 200 steps, and what :func:`draw_backward` raises.

    >>> import autograd_nn as ag
    >>> x = ag.Tensor(3.0, requires_grad=True, name="x")
    >>> animate(x * x - 5 * x)
    Animation(4 drawings)
    """
    going = backward_pass(cost, "animate", direction)
    advice = "draw_backward(cost, step=…) draws one of them"
    check_size("animate", len(going.order), "steps", MAX_STEPS, advice)
    steps = (*range(1, len(going.order) + 1), None)
    return Animation([Drawing(frame(going, step)) for step in steps])


def _strip(svgs: list[str], columns: int, title: str) -> str:
    """SVGs in rows, their identifiers made different from each other's."""
    pieces = [_piece(svg, k) for k, svg in enumerate(svgs, start=1)]
    wide = max((piece[0] for piece in pieces), default=0.0) + _GAP
    high = max((piece[1] for piece in pieces), default=0.0) + _GAP
    rows = -(-len(pieces) // columns)
    width, height = min(columns, len(pieces)) * wide + _GAP, rows * high + _GAP
    placed = [
        f'<svg x="{_GAP + k % columns * wide:g}" y="{_GAP + k // columns * high:g}" '
        f'width="{w:g}" height="{h:g}" viewBox="{box}">\n{content}</svg>\n'
        for k, (w, h, box, content) in enumerate(pieces)
    ]
    return (
        f'<svg width="{width:g}pt" height="{height:g}pt" viewBox="0 0 {width:g} {height:g}" '
        f'xmlns="http://www.w3.org/2000/svg">\n<title>{as_text(title)}</title>\n'
        f'<rect width="100%" height="100%" fill="{BEHIND}"/>\n{"".join(placed)}</svg>\n'
    )


def _piece(svg: str, number: int) -> tuple[float, float, str, str]:
    """Width and height in points, viewBox and content of Graphviz's SVG."""
    size = r'<svg width="([\d.]+)pt" height="([\d.]+)pt"\s+viewBox="([^"]*)"'
    found = re.search(size + r"[^>]*>(.*)</svg>", svg, re.S)
    if found is None:
        raise ValueError("filmstrip: the renderer's SVG has no width, height and viewBox")
    content = found[4].replace(' id="', f' id="s{number}-')  # in text a quote is never bare
    return float(found[1]), float(found[2]), found[3], content
