"""The README is the contract: its examples are run, its commands exist, its pictures are drawn."""

import doctest
import html
import re
import runpy
from pathlib import Path

import pytest

from autograd_nn import viz
from autograd_nn.viz import renderers

ROOT = Path(__file__).parent.parent
README = ROOT / "README.md"
GALLERY = ROOT / "docs" / "gallery.md"


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


@pytest.mark.parametrize("page", [README, GALLERY], ids=lambda page: page.name)
def test_links_and_pictures_lead_somewhere(page):
    targets = re.findall(r"\]\(([^)]+)\)", page.read_text(encoding="utf-8"))
    assert len(targets) >= 4
    for target in targets:
        assert (page.parent / target).is_file(), target


def test_the_files_that_the_map_names_are_there():
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    named = set(re.findall(r"`([\w/.-]+(?:\.py|\.md|/))`", text))
    named |= {line.split()[0] for line in re.findall(r"^  (\w+(?:/|\.py) .*)", text, re.MULTILINE)}
    assert len(named) > 30
    places = (ROOT, ROOT / "autograd_nn", ROOT / "autograd_nn" / "gradient_check")
    places += (ROOT / "autograd_nn" / "models" / "training",)
    assert [n for n in named if not any((p / n).exists() for p in places)] == []


def test_every_picture_that_the_command_makes_is_shown():
    shown = {
        Path(target).name
        for page in (README, *GALLERY.parent.glob("*.md"))
        for target in re.findall(r"\]\(([^)]+\.svg)\)", page.read_text(encoding="utf-8"))
    }
    assert shown == {file.name for file in (ROOT / "docs" / "images").iterdir()}


def test_the_gallery_has_every_kind_of_picture():
    page = GALLERY.read_text(encoding="utf-8")
    kinds = [name for name in viz.__all__ if name.startswith(("draw_", "plot_"))]
    assert len(kinds) > 15
    for name in (*kinds, "animate", "path_table", "paths_against_edges"):
        assert f"viz.{name}(" in page, name


def test_every_example_of_the_gallery_runs(tmp_path, monkeypatch):
    pytest.importorskip("matplotlib")
    if not any("svg" in r.formats for r in renderers()):
        pytest.skip("the gallery saves pictures, and nothing here can render them")
    monkeypatch.chdir(tmp_path)
    results = doctest.testfile(str(GALLERY), module_relative=False)
    assert results.attempted > 40
    assert results.failed == 0
    assert len(list(tmp_path.iterdir())) > 20


def test_the_pictures_are_those_that_the_code_draws_today():
    """The labels in the committed SVG are those of the drawing: nobody forgot to draw it again."""
    made = runpy.run_path(str(ROOT / "docs" / "make_images.py"))
    frames = [(name, frame) for name, strip in made["filmstrips"]().items() for frame in strip]
    for name, drawing in (*made["drawings"]().items(), *frames):
        svg = html.unescape((made["FOLDER"] / name).read_text(encoding="utf-8"))
        svg = svg.replace("\N{NO-BREAK SPACE}", " ")
        for box in drawing.picture.boxes:
            for line in box.lines:
                assert line in svg, f"{name}: {line}"
        for arrow in drawing.picture.arrows:
            for line in arrow.label.split("\n"):
                assert line in svg, f"{name}: {line}"
