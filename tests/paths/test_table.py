"""The sum over paths as a table, in four spellings, each read back."""

import csv
import html.parser
import io
import re

import pytest
from helpers.cases import examples
from hypothesis import given, settings
from hypothesis import strategies as st

from autograd_nn import Tensor, gradients
from autograd_nn.paths.table import _LATEX
from autograd_nn.support.style import printable
from autograd_nn.viz import path_sum, path_table

MISCHIEF = [
    "<b>w</b>", "</td></table><script>alert(1)</script>", "a & b &amp; c", '"quoted", and, commas',
    "new\nline\r\ttab", r"\input{/etc/passwd} $x^2$ a_1 #1 50% ~ {", "=1+1", "@SUM(A1)", "-2+3", "'", "w--w `q'",
    "\x00\x1b[31m", "∂C/∂w ← · Σ", "| a | b |", "", " ", "\u202eabc", "w2",
]  # fmt: skip
NAMES = st.lists(st.sampled_from(MISCHIEF) | st.text(max_size=8), max_size=3).map("".join)


class Cells(html.parser.HTMLParser):
    """The texts of a table's cells, and every tag met."""

    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.rows, self.tags, self.caption = [], [], ""
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attributes):
        self.tags.append(tag)
        if tag == "tr":
            self.rows.append([])
        elif tag in ("td", "th"):
            self.rows[-1].append("")

    def handle_data(self, data):
        if self.tags[-1] in ("td", "th") and self.rows and data != "\n":
            self.rows[-1][-1] += data
        elif self.tags[-1] == "caption":
            self.caption += data.strip("\n")


def unlatex(cell):
    """The text of a cell: commands turned back, by the longest first."""
    back = {v: k for k, v in _LATEX.items()}
    pattern = "|".join(re.escape(v) for v in sorted(back, key=len, reverse=True))
    return re.sub(pattern, lambda m: back[m[0]], cell)


def latex_rows(text):
    rows = [line.removesuffix(r" \\") for line in text.splitlines() if line.endswith(r" \\")]
    return [[unlatex(cell) for cell in re.split(r"(?<!\\) & ", row)] for row in rows]


def numbers(cells):
    return [float(c) for c in cells]


# --- what the table says -----------------------------------------------------------------------------


@pytest.mark.parametrize("k", [0, 1, 3, 4, 10])
def test_rows_are_the_largest_paths_and_the_running_sum_ends_with_the_rest_in_the_sum(run, k):
    table = path_table(run.cost, run.weights[2], (1, 0), k)
    paths = path_sum(run.cost, run.weights[2], (1, 0))
    assert [r.product for r in table.rows] == [p.product for p in paths.top(k)]
    running = 0.0
    for rank, row in enumerate(table.rows, start=1):
        running += row.product
        assert (row.rank, row.running) == (rank, running)
        assert row.nodes[0] == "C"
        assert row.nodes[-1] == "w2[1, 0]"
    sums = {what: value for what, value, _ in table.sums}
    assert ("rest" in sums) == (k < 4)
    assert running + sums.get("rest", 0.0) == pytest.approx(sums["sum"], rel=1e-12)
    (gradient,) = gradients(run.cost, [run.weights[2]])
    assert sums["sum"] == pytest.approx(gradient[1, 0], rel=1e-12)
    assert sums["backward pass"] == gradient[1, 0]
    assert sums["finite difference"] == pytest.approx(gradient[1, 0], rel=1e-7)


# --- four spellings ------------------------------------------------------------------------------------


def test_all_four_spellings_say_the_same(run):
    table = path_table(run.cost, run.weights[2], (1, 0), 3)
    cells = Cells(table.html())
    sheet = list(csv.reader(io.StringIO(table.csv())))
    latex = latex_rows(table.latex())
    assert (
        cells.rows[0]
        == sheet[0]
        == latex[0]
        == ["rank", "product", "running sum", "factors", "path"]
    )
    for i, row in enumerate(table.rows, start=1):
        assert cells.rows[i] == latex[i] == list(row.cells())
        assert numbers(sheet[i][:3]) == [row.rank, row.product, row.running], "in full"
        assert tuple(numbers(sheet[i][3].split(" · "))) == row.factors
        assert sheet[i][4] == row.cells()[4]
        assert table.text().splitlines()[i - 1].split() == " ".join(row.cells()).split()
    for i, (what, value, _) in enumerate(table.sums, start=1 + len(table.rows)):
        assert cells.rows[i][0] == latex[i][0] == sheet[i][0] == what
        assert float(sheet[i][1]) == value
        assert float(cells.rows[i][1]) == float(latex[i][1]) == pytest.approx(value, rel=1e-9)
    assert cells.caption == table.title


def test_a_notebook_is_shown_the_html(run):
    table = path_table(run.cost, run.weights[2], (1, 0))
    assert table._repr_html_() == table.html()
    assert str(table) == f"{table.title}\n{table.text()}"


def hostile(name):
    x = Tensor([1.0, 2.0], requires_grad=True, name=name)
    y = x * 3.0
    y.name = name + "'"
    return path_table((y * y).sum(), x, 1)


def check_hostile(name):
    table = hostile(name)
    expected = [list(row.cells()) for row in table.rows]
    assert len(expected) == 2
    shown = printable(name.replace("\n", " "))
    assert all(cells[4].endswith(f"{shown}[1]") for cells in expected)
    cells = Cells(table.html())
    assert set(cells.tags) == {"table", "caption", "thead", "tr", "th", "tbody", "td", "tfoot"}
    assert cells.rows[1:3] == expected
    assert latex_rows(table.latex())[1:3] == expected
    assert set(re.findall(r"\\[a-zA-Z]+", table.latex())) <= {
        *re.findall(r"\\[a-zA-Z]+", "".join(_LATEX.values())), r"\begin", r"\end", r"\hline"
    }, "no command of the name's own"  # fmt: skip
    sheet = list(csv.reader(io.StringIO(table.csv())))
    for row, plain in zip(sheet[1:3], expected, strict=True):
        assert len(row) == 5
        assert row[4] in (plain[4], "'" + plain[4])
        assert not row[4].startswith(("=", "+", "-", "@")), "a spreadsheet would compute it"
    assert len(table.text().splitlines()) == len(table.rows) + len(table.sums)


@pytest.mark.parametrize("name", MISCHIEF)
def test_a_hostile_name_is_text_in_every_spelling(name):
    check_hostile(name)


@settings(max_examples=examples(40))
@given(NAMES)
def test_any_name_is_text_in_every_spelling(name):
    check_hostile(name)


@pytest.mark.slow
@settings(max_examples=3000)
@given(NAMES)
def test_thousands_of_names_are_text_in_every_spelling(name):
    check_hostile(name)


def test_a_spreadsheet_never_takes_the_path_for_a_formula():
    x = Tensor(1.0, requires_grad=True, name="x")
    cost = x * 2.0
    cost.name = "=HYPERLINK(1)"
    sheet = list(csv.reader(io.StringIO(path_table(cost, x).csv())))
    assert sheet[1][4] == "'=HYPERLINK(1) ← x"


# --- files -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("suffix", "spelling"), [(".html", "html"), (".csv", "csv"), (".tex", "latex")]
)
def test_the_suffix_decides_the_spelling(run, tmp_path, suffix, spelling):
    table = path_table(run.cost, run.weights[2], (1, 0))
    path = table.save(tmp_path / f"table{suffix}")
    assert path.read_bytes().decode() == getattr(table, spelling)()


def test_plain_text_is_saved_with_its_title(run, tmp_path):
    table = path_table(run.cost, run.weights[2], (1, 0))
    assert table.save(str(tmp_path / "t.TXT")).read_text(encoding="utf-8") == f"{table}\n"


@pytest.mark.parametrize("name", ["table", "table.svg", "table.xlsx"])
def test_another_suffix_is_refused_and_the_possible_ones_are_named(run, tmp_path, name):
    with pytest.raises(ValueError, match=r"expected one of \.txt, \.html, \.csv, \.tex"):
        path_table(run.cost, run.weights[2], (1, 0)).save(tmp_path / name)
    assert not list(tmp_path.iterdir())


def test_in_html_no_number_is_broken_over_two_lines(run):
    html = path_table(run.cost, run.weights[2], (1, 0), 2).html()
    cells = re.findall(r"<td([^>]*)>([^<]*)</td>", html)
    numbers = [style for style, text in cells if re.fullmatch(r"[+-]\d\.\d{9}e[+-]\d\d", text)]
    assert len(numbers) == 2 * 2 + 4, "product and running sum of each, and four sums"
    assert all("nowrap" in style for style in numbers)
    assert not any("nowrap" in style for style, text in cells if "←" in text), "these may be long"
