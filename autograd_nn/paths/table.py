"""The sum over paths as a table: plain text, HTML, CSV and LaTeX."""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..support.files import write_whole
from ..support.style import number

if TYPE_CHECKING:
    from .sums import PathSum

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
class Row:
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
            f" {_LEFT} ".join(map(visible, self.nodes)),
        )


class PathTable:
    """The k largest paths, the rest as one line, and the sum; made by :func:`path_table`.

    ``str(table)`` is plain text; a notebook shows HTML.  ``text()``, ``html()``, ``csv()`` and
    ``latex()`` spell it, ``save(path)`` writes it: .txt, .html, .csv or .tex by the suffix.
    """

    def __init__(
        self, paths: PathSum, k: int, other_ways: tuple[float, float] | None = None
    ) -> None:
        top = paths.top(k)
        self.title = visible(f"{paths.what} as a sum over paths")
        self.rows, running = [], 0.0
        for rank, path in enumerate(top, start=1):
            running += path.product
            self.rows.append(Row(rank, path.product, running, path.factors[::-1], path.nodes[::-1]))
        self.sums: list[tuple[str, float, str]] = []
        if paths.count > len(top):
            left = paths.count - len(top)
            self._add("rest", paths.total - running, f"{left:,} more path{'s' * (left != 1)}")
        self._add(
            "sum",
            paths.total,
            f"{visible(paths.number_of_paths)}; shown: "
            f"{100 * paths.coverage(top):.3g} % of the magnitude; |sum| / magnitude: "
            f"{paths.cancellation:.3g}",
        )
        if other_ways is not None:
            self._add("backward pass", other_ways[0], "")
            self._add("finite difference", other_ways[1], "")

    def _add(self, what: str, value: float, remark: str) -> None:
        self.sums.append((what, value, remark))

    def text(self) -> str:
        """Plain text, a line for each path and each sum."""
        wide = max(4, *(len(what) for what, _, _ in self.sums))
        lines = []
        for row in self.rows:
            rank, product, running, factors, nodes = row.cells()
            lines.append(f"{rank:>{wide}}  {product}  {running}  {factors}   {nodes}")
        for what, value, remark in self.sums:
            lines.append(f"{what:>{wide}}  {exactly(value)}  {remark}".rstrip())
        return "\n".join(lines)

    def html(self) -> str:
        """A ``<table>``, its text escaped."""

        def line(tag: str, cells: Sequence[str]) -> str:
            whole = f'<{tag} style="white-space: nowrap">'  # a number is not broken at its minus
            starts = [whole if i < _NUMBERS else f"<{tag}>" for i in range(len(cells))]
            said = (f"{start}{_escaped(c)}</{tag}>" for start, c in zip(starts, cells, strict=True))
            return f"<tr>{''.join(said)}</tr>"

        parts = [
            '<table class="autograd-nn-paths">',
            f"<caption>{_escaped(self.title)}</caption>",
            f"<thead>{line('th', _HEAD)}</thead>",
            "<tbody>",
            *(line("td", row.cells()) for row in self.rows),
            "</tbody>",
            "<tfoot>",
            *(line("td", (what, exactly(v), "", "", remark)) for what, v, remark in self.sums),
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
            writer.writerow(
                [rank, repr(row.product), repr(row.running), factors, _no_formula(nodes)]
            )
        for what, value, remark in self.sums:
            writer.writerow([what, repr(value), "", "", _no_formula(remark)])
        return out.getvalue()

    def latex(self) -> str:
        """A ``tabular`` (needs ``\\usepackage{textcomp}`` in an old LaTeX), its text escaped."""
        lines = [r"\begin{tabular}{rrrll}", r"\hline", _latex_row(_HEAD), r"\hline"]
        lines += [_latex_row(row.cells()) for row in self.rows]
        lines.append(r"\hline")
        lines += [_latex_row((what, exactly(v), "", "", remark)) for what, v, remark in self.sums]
        lines += [r"\hline", r"\end{tabular}"]
        return "\n".join(lines) + "\n"

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Write the table as the suffix says; ``ValueError`` for another suffix."""
        target = Path(path)
        spellings: dict[str, Any] = {
            ".txt": lambda: f"{self.title}\n{self.text()}\n",
            ".html": self.html,
            ".csv": self.csv,
            ".tex": self.latex,
        }
        if target.suffix.lower() not in spellings:
            raise ValueError(
                f"save: {target.name} ends in {target.suffix or 'no suffix'}; expected one of "
                f"{', '.join(spellings)}"
            )
        write_whole(target, spellings[target.suffix.lower()]().encode())
        return target

    def __str__(self) -> str:
        """Title and plain text."""
        return f"{self.title}\n{self.text()}"

    def __repr__(self) -> str:
        """What it is a table of."""
        return f"PathTable({self.title}: {len(self.rows)} paths shown)"

    def _repr_html_(self) -> str:
        return self.html()


def exactly(x: float) -> str:
    """A number with its sign and ten significant digits."""
    return f"{x + 0.0:+.9e}"


def visible(text: str) -> str:
    """Text of one line: what cannot be printed is shown as a replacement character."""
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text)


def _escaped(text: str) -> str:
    """Text that HTML takes for nothing but text."""
    return text.translate(_ENTITIES)


def _no_formula(text: str) -> str:
    return "'" + text if text.startswith(("=", "+", "-", "@", "'")) else text


def _latex_row(cells: Sequence[str]) -> str:
    return " & ".join("".join(_LATEX.get(c, c) for c in cell) for cell in cells) + r" \\"
