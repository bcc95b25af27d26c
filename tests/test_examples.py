"""The notebooks: committed without outputs, full of text, and every one of them runs."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

FOLDER = Path(__file__).parent.parent / "examples"
NOTEBOOKS = sorted(FOLDER.glob("*.ipynb"))
each = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)


def cells(path, kind):
    book = json.loads(path.read_text(encoding="utf-8"))
    return [cell for cell in book["cells"] if cell["cell_type"] == kind]


def text(path, kind):
    return "\n\n".join("".join(cell["source"]) for cell in cells(path, kind))


def test_there_is_one_for_each_part_of_the_story():
    assert [path.stem[3:] for path in NOTEBOOKS] == [
        "the-graph", "the-four-equations", "the-sum-over-paths", "a-wrong-gradient", "training-on-digits",
    ]  # fmt: skip


@each
def test_a_notebook_is_committed_without_outputs(path):
    book = json.loads(path.read_text(encoding="utf-8"))
    assert (book["nbformat"], book["nbformat_minor"]) == (4, 5)
    ids = [cell["id"] for cell in book["cells"]]
    assert len(set(ids)) == len(ids)
    for cell in cells(path, "code"):
        assert cell["outputs"] == []
        assert cell["execution_count"] is None


@each
def test_a_notebook_teaches_in_words_and_leads_on(path):
    words = text(path, "markdown")
    assert words.startswith("# ")
    assert len(words.split()) > 250
    assert len(cells(path, "markdown")) >= len(cells(path, "code")) - 2
    assert "\n## To try\n" in words
    for link in re.findall(r"\]\(([^)]+)\)", words):
        assert (FOLDER / link).exists(), link


@each
def test_a_notebook_uses_public_names_only(path):
    code = text(path, "code")
    assert "import autograd_nn as ag" in code
    assert not re.search(r"\bag(\.\w+)*\._", code)


def run(*paths):
    """Run notebooks with nbmake, apart from this run's settings."""
    command = [
        sys.executable,
        "-m",
        "pytest",
        "--nbmake",
        "--nbmake-timeout=200",
        "-q",
        "-o",
        "addopts=",
    ]
    command += ["-o", "filterwarnings=default", "-p", "no:cacheprovider", *map(str, paths)]
    return subprocess.run(command, capture_output=True, text=True, timeout=280, check=False)


@pytest.mark.slow
def test_every_notebook_runs():
    pytest.importorskip("nbmake")
    done = run(*NOTEBOOKS)
    assert done.returncode == 0, done.stdout
    assert f"{len(NOTEBOOKS)} passed" in done.stdout


@pytest.mark.slow
def test_a_notebook_whose_claim_is_wrong_fails(tmp_path):
    pytest.importorskip("nbmake")
    book = json.loads(NOTEBOOKS[0].read_text(encoding="utf-8"))
    book["cells"][1]["source"] = ["assert 1 + 1 == 3"]
    broken = tmp_path / "broken.ipynb"
    broken.write_text(json.dumps(book), encoding="utf-8")
    assert run(broken).returncode == 1
