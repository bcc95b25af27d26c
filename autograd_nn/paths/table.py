"""The sum over paths as a table: plain text, HTML, CSV and LaTeX."""

import csv
import io
import os
from collections.abc import Sequence
from dataclasses import dataclass
from operator import add
from pathlib import Path
from typing import NamedTuple

from ..support.files import write_whole
from ..support.style import number, printable

_LEFT, _DOT = "\N{LEFTWARDS ARROW}", "\N{MIDDLE DOT}"
_HEAD = ("rank", "product", "running sum", "factors", "path")
_NUMBERS = 3  # the first columns
_ENTITIES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#x27;"})
_LATEX = {  # and no sign joined with its neighbour to another

    "\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "$": r"\$", "&": r"\&", "#": r"\#",
    "^": r"\textasciicircum{}", "_": r"\_", "~": r"\textasciitilde{}", "%": r"\%",
    "<": r"\textless{}", ">": r"\textgreater{}", "|": r"\textbar{}", '"': r"\textquotedbl{}",
    "`": r"\textasciigrave{}", "'": r"\textquotesingle{}", "-": "{-}",
    _LEFT: r"$\leftarrow$", _DOT: r"$\cdot$", "\N{PARTIAL DIFFERENTIAL}": r"$\partial$",
    "\N{N-ARY SUMMATION}": r"$\sum$",
}  # fmt: skip


@dataclass(frozen=True)
class PathRow:
    """One line: a path's rank, its product, the sum up to here, its factors and its nodes.

    Factors and nodes stand as the book writes the product, from the cost back to the weight.
    """

    rank: int
    product: float
    running: float
    factors: tuple[float, ...]
    nodes: tuple[str, ...]

    def cells(self) -> tuple[str, str, str, str, str]:
        """What each column says."""
        return (
            str(self.rank),
            exactly(self.product),
            exactly(self.running),
            f" {_DOT} ".join(map(number, self.factors)) or "1",
            f" {_LEFT} ".join(map(printable, self.nodes)),
        )


class SumRow(NamedTuple):
    """One of the lines below the paths: what it is, the number, and a remark."""

    what: str
    value: float
    remark: str = ""

    def cells(self) -> tuple[str, str, str, str, str]:
        """What each column says."""
        return self.what, exactly(self.value), "", "", self.remark


@dataclass(frozen=True)
class PathTable:
    """The k largest paths, the rest as one line, and the sum; made by :func:`path_table`.

    ``str(table)`` is plain text; a notebook shows HTML.  ``text()``, ``html()``, ``csv()`` and
    ``latex()`` spell it, ``save(path)`` writes it: .txt, .html, .csv or .tex by the suffix.
    """

    title: str
    rows: tuple[PathRow, ...]
    sums: tuple[SumRow, ...]

    def text(self) -> str:
        """Plain text, a line for each path and each sum."""
        wide = max(4, *(len(line.what) for line in self.sums))
        lines = []
        for row in self.rows:
            rank, product, running, factors, nodes = row.cells()
            lines.append(f"{rank:>{wide}}  {product}  {running}  {factors}   {nodes}")
        for what, value, remark in self.sums:
            lines.append(f"{what:>{wide}}  {exactly(value)}  {remark}".rstrip())
        return "\n".join(lines)

    def html(self) -> str:
        """A ``<table>``, its text escaped."""
        parts = [
            '<table class="autograd-nn-paths">',
            f"<caption>{self.title.translate(_ENTITIES)}</caption>",
            f"<thead>{_html_row('th', _HEAD)}</thead>",
            "<tbody>",
            *(_html_row("td", row.cells()) for row in self.rows),
            "</tbody>",
            "<tfoot>",
            *(_html_row("td", line.cells()) for line in self.sums),
            "</tfoot>",
            "</table>",
        ]
        return "\n".join(parts) + "\n"

    def csv(self) -> str:
        """Comma-separated values with a heading, numbers in full (``repr``).

        A text that a spreadsheet would take for a formula is preceded by an apostrophe.
        """
        out = io.StringIO()
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(_HEAD)
        for row in self.rows:
            rank, _, _, _, nodes = row.cells()
            factors = f" {_DOT} ".join(map(repr, row.factors)) or "1.0"
            sums = repr(row.product), repr(row.running)
            writer.writerow([rank, *sums, factors, _no_formula(nodes)])
        for what, value, remark in self.sums:
            writer.writerow([what, repr(value), "", "", _no_formula(remark)])
        return out.getvalue()

    def latex(self) -> str:
        """A ``tabular`` (needs ``\\usepackage{textcomp}`` in an old LaTeX), its text escaped."""
        parts = [
            r"\begin{tabular}{rrrll}",
            r"\hline",
            _latex_row(_HEAD),
            r"\hline",
            *(_latex_row(row.cells()) for row in self.rows),
            r"\hline",
            *(_latex_row(line.cells()) for line in self.sums),
            r"\hline",
            r"\end{tabular}",
        ]
        return "\n".join(parts) + "\n"

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Write the table as the suffix says; ``ValueError`` for another suffix."""
        target = Path(path)
        text, suffix = lambda: f"{self}\n", target.suffix.lower()
        ways = {".txt": text, ".html": self.html, ".csv": self.csv, ".tex": self.latex}
        if suffix not in ways:
            raise ValueError(
                f"save: {target.name} ends in {target.suffix or 'no suffix'}; expected one of "
                f"{', '.join(ways)}"
            )
        write_whole(target, ways[suffix]().encode())
        return target

    def __str__(self) -> str:
        """Title and plain text."""
        return f"{self.title}\n{self.text()}"

    def __repr__(self) -> str:
        """What it is a table of."""
        return f"PathTable({self.title}: {len(self.rows)} paths shown)"

    _repr_html_ = html


def exactly(x: float) -> str:
    """A number with its sign and ten significant digits."""
    return f"{x + 0.0:+.9e}"


def _html_row(tag: str, cells: Sequence[str]) -> str:
    whole = f'<{tag} style="white-space: nowrap">'  # a number is not broken at its minus
    starts = [whole if i < _NUMBERS else f"<{tag}>" for i in range(len(cells))]
    texts = [f"{cell.translate(_ENTITIES)}</{tag}>" for cell in cells]
    return f"<tr>{''.join(map(add, starts, texts))}</tr>"


def _no_formula(text: str) -> str:
    return "'" + text if text.startswith(("=", "+", "-", "@", "'")) else text


def _latex_row(cells: Sequence[str]) -> str:
    return " & ".join("".join(_LATEX.get(c, c) for c in cell) for cell in cells) + r" \\"
