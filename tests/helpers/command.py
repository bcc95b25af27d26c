"""The command `autograd-nn`, run in this process, and what it printed."""

import contextlib
import io

import pytest

from autograd_nn.cli import main


def run(*argv: object) -> tuple[int, str]:
    """The exit status and what was printed."""
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(printed):
        try:
            status = main([str(a) for a in argv])
        except SystemExit as end:
            status = end.code if isinstance(end.code, int) else 1
    return status, printed.getvalue()


def wide_terminal(patch: pytest.MonkeyPatch) -> None:
    """No line breaks, no colours, every renderer that the machine has, and no MNIST."""
    patch.setenv("COLUMNS", "200")
    for name in (
        "AUTOGRAD_NN_RENDERER",
        "AUTOGRAD_NN_DATA",
        "FORCE_COLOR",
        "TTY_COMPATIBLE",
        "TTY_INTERACTIVE",
    ):
        patch.delenv(name, raising=False)
