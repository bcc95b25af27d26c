"""The table: which runs are made, that none is lost or made twice, and what the page says of them."""

import dataclasses
import json

import numpy as np
import pytest

from autograd_nn.data import Dataset
from autograd_nn.experiments import PRESETS, ROWS, Row, Run, as_markdown, as_page, run_table
from autograd_nn.experiments import mnist_table as module
from autograd_nn.experiments.mnist_table import stored

SHORT = dataclasses.replace(
    PRESETS["chapter-1-30"], name="short", sizes=(4, 10), training={"epochs": 2, "batch_size": 5, "learning_rate": 1.0}
)  # fmt: skip
ROW = Row("short", 3, 95.0, least=94.0)


def data():
    rng = np.random.default_rng(0)
    sets = [Dataset(rng.random((20, 4)), np.arange(20) % 10) for _ in range(3)]
    return sets[0], sets[1], sets[2]


@pytest.fixture(autouse=True)
def _short(monkeypatch):
    monkeypatch.setitem(PRESETS, "short", SHORT)


def test_every_seed_of_a_row_is_run_and_kept(tmp_path):
    told = []
    runs = run_table(
        data(), tmp_path / "t.json", rows=[ROW], progress=lambda p, s, e: told.append((p.name, s))
    )
    assert [(r.preset, r.seed) for r in runs] == [("short", 0), ("short", 1), ("short", 2)]
    assert [len(r.accuracies) for r in runs] == [2, 2, 2]
    assert stored(tmp_path / "t.json") == runs
    assert {name for name, _ in told} == {"short"}
    assert json.loads((tmp_path / "t.json").read_text())["made_with"]["numpy"] == np.__version__


def test_a_table_that_was_interrupted_goes_on_where_it_stopped(tmp_path):
    def stop(preset, seed, event):
        if seed == 1:
            raise KeyboardInterrupt

    file = tmp_path / "t.json"
    assert [r.seed for r in run_table(data(), file, rows=[ROW], progress=stop)] == [0]
    made = []
    runs = run_table(data(), file, rows=[ROW], progress=lambda p, s, e: made.append(s))
    assert set(made) == {1, 2}
    undisturbed = run_table(data(), tmp_path / "again.json", rows=[ROW])
    assert [r.accuracies for r in runs] == [r.accuracies for r in undisturbed]


def test_runs_that_are_there_are_not_made_again(tmp_path, monkeypatch):
    file = tmp_path / "t.json"
    first = run_table(data(), file, rows=[ROW])
    monkeypatch.setattr(module, "run", lambda *a, **k: pytest.fail("made again"))
    assert run_table(data(), file, rows=[ROW]) == first


@pytest.mark.parametrize("content", ["", "[]", '{"runs": [{}]}', '{"runs": 3}', "{"])
def test_a_file_that_is_no_table_is_not_overwritten(content, tmp_path):
    file = tmp_path / "t.json"
    file.write_text(content)
    with pytest.raises(ValueError, match=r"not a table of runs.*name another file"):
        run_table(data(), file, rows=[ROW])
    assert file.read_text() == content


# --- rows and the page ------------------------------------------------------------------------


def runs_of(preset, *series):
    return [Run(preset, seed, tuple(a), 1.0) for seed, a in enumerate(series)]


def test_a_row_holds_if_its_best_seed_reaches_it_at_its_best_epoch():
    row = Row("x", 2, 95.0, least=94.9)
    assert row.holds(runs_of("x", [0.9, 0.93], [0.949, 0.92]))
    assert not row.holds(runs_of("x", [0.9, 0.93], [0.9489, 0.92]))


def test_a_row_of_the_first_epoch_looks_at_no_other():
    row = Row("x", 1, 93.0, least=92.0, epoch=0)
    assert not row.holds(runs_of("x", [0.91, 0.99]))
    assert row.percent(Run("x", 0, (0.91, 0.99), 1.0)) == pytest.approx(91)


def test_a_row_that_must_be_low_fails_if_it_is_high():
    row = Row("x", 1, 87.0, most=89.0, epoch=0)
    assert row.holds(runs_of("x", [0.88]))
    assert not row.holds(runs_of("x", [0.88], [0.9]))


def test_a_row_of_two_bounds_fails_on_either_side():
    row = Row("x", 1, 82.0, least=81.0, most=83.0)
    assert [row.holds(runs_of("x", [a])) for a in (0.80, 0.82, 0.84)] == [False, True, False]


@pytest.mark.parametrize(
    ("bounds", "words"),
    [
        ({"least": 94.9}, "94.9 %"),
        ({"most": 89}, "at most 89 %"),
        ({"least": 81, "most": 83}, "81 to 83 %"),
    ],
)
def test_a_row_says_in_words_what_must_be_reached(bounds, words):
    assert Row("x", 1, 90.0, **bounds).wanted == words


def test_the_best_epoch_is_counted_from_0():
    run = Run("x", 0, (0.5, 0.75, 0.75), 1.0)
    assert (run.best, run.best_epoch) == (0.75, 1)


def test_the_page_has_a_line_for_each_row_with_runs_and_says_what_does_not_hold(tmp_path):
    runs = [
        *runs_of("chapter-1-30", [0.94, 0.9535], [0.9, 0.95]),
        *runs_of("cross-entropy-30", [0.9, 0.91]),
        *runs_of("chapter-1-100", [0.968], [0.7], [0.88]),
        *runs_of("cross-entropy-100", [0.969], [0.968]),
    ]
    text = as_markdown(runs)
    lines = [line for line in text.splitlines() if line.startswith("| `")]
    assert len(lines) == 4
    assert "95.35 % (seed 0, epoch 1)" in lines[0]
    assert "95.35, 95.00" in lines[0]
    assert lines[0].endswith("| yes |")
    assert lines[2].endswith("| **no** |")
    assert "the lowest of 2 seeds reaches 96.80 %" in text
    assert "Of 3 seeds 1 reach 96 %; the others, 70.00, 88.00, are far worse" in text
    assert as_page(runs, tmp_path / "page.md").read_text() == text


def test_the_page_compares_runs_of_the_same_seed():
    runs = [
        *runs_of("overfitting", [0.82], [0.81]),
        *runs_of("overfitting-l2", [0.87], [0.88]),
        *runs_of("scaled-weights", [0.93, 0.96]),
        *runs_of("large-weights", [0.87, 0.955]),
    ]
    text = as_markdown(runs)
    assert "gains 5.00, 7.00 points" in text
    assert "6.00 points after the first epoch" in text
    assert "by 0.50 points in the best" in text


def test_the_rows_are_those_that_must_show():
    assert [(r.preset, r.seeds, r.least) for r in ROWS[:3]] == [
        ("chapter-1-30", 3, 94.9), ("chapter-1-100", 10, 96.0), ("cross-entropy-30", 3, 95.2),
    ]  # fmt: skip
