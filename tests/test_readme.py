"""The README is the contract: its examples are run, its commands exist, its pictures are drawn."""

import doctest
import html
import re
import runpy
from pathlib import Path

import pytest

from autograd_nn.viz import renderers

ROOT = Path(__file__).parent.parent
README = ROOT / "README.md"


def test_every_example_prints_what_the_readme_says(tmp_path, monkeypatch):
    if not any("svg" in r.formats for r in renderers()):
        pytest.skip("the README saves pictures, and nothing here can render them")
    monkeypatch.chdir(tmp_path)
    results = doctest.testfile(
        str(README),
        module_relative=False,
        optionflags=doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE,
    )
    assert results.attempted > 20
    assert results.failed == 0
    assert {p.name for p in tmp_path.iterdir()} == {"paths.svg", "graph.svg", "digits.npz"}


def test_the_commands_that_it_names_are_rules_of_the_makefile():
    rules = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    named = set()
    for file in (README, ROOT / "CONTRIBUTING.md"):
        named |= set(re.findall(r"make ([a-z-]+) +#", file.read_text()))
    assert {"demo", "test"} <= named <= rules


def test_links_and_pictures_lead_somewhere():
    targets = re.findall(r"\]\(([^)]+)\)", README.read_text())
    assert len(targets) >= 4
    for target in targets:
        assert (ROOT / target).is_file(), target


def test_the_pictures_are_those_that_the_code_draws_today():
    """The labels in the committed SVG are those of the drawing: nobody forgot to draw it again."""
    made = runpy.run_path(str(ROOT / "docs" / "make_images.py"))
    for name, drawing in made["drawings"]().items():
        svg = html.unescape((made["FOLDER"] / name).read_text(encoding="utf-8"))
        svg = svg.replace("\N{NO-BREAK SPACE}", " ")
        for box in drawing.picture.boxes:
            for line in box.lines:
                assert line in svg, f"{name}: {line}"
        for arrow in drawing.picture.arrows:
            for line in arrow.label.split("\n"):
                assert line in svg, f"{name}: {line}"
