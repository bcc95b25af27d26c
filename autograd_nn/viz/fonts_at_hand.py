"""The fonts of this package, for programs that look for fonts on the machine.

A machine without any (a container) would show boxes in place of letters.
"""

from __future__ import annotations

import atexit
import functools
import os
import sys
import tempfile
from contextlib import suppress
from pathlib import Path

FONT = "DejaVu Sans"  # the one fontname that all renderers measure rightly; see fonts/README.md
FONT_FILES = tuple(
    str(Path(__file__).with_name("fonts") / name)
    for name in ("DejaVuSans.ttf", "DejaVuSans-Bold.ttf")
)


def font_environment() -> dict[str, str]:
    """What to add to a program's environment so that fontconfig finds these fonts too.

    Only on Linux, where a system's own list of fonts is in a known place or named by
    FONTCONFIG_FILE; elsewhere fonts are never missing.
    """
    system = os.environ.get("FONTCONFIG_FILE", "/etc/fonts/fonts.conf")
    if sys.platform != "linux" or not os.path.isabs(system):
        return {}
    with suppress(OSError):  # nowhere to write: then with the machine's fonts only
        return {"FONTCONFIG_FILE": _list_of_fonts(system, os.getpid())}
    return {}


@functools.cache
def _list_of_fonts(system: str, process: int) -> str:
    """A file that lists the system's fonts and this package's, for as long as this process runs."""
    folder, system = _escaped(os.path.dirname(FONT_FILES[0])), _escaped(system)
    text = (
        '<?xml version="1.0"?>\n<!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">\n'
        f'<fontconfig><include ignore_missing="yes">{system}</include>'
        f"<dir>{folder}</dir></fontconfig>\n"
    )
    with tempfile.NamedTemporaryFile("w", suffix=".conf", delete=False, encoding="utf-8") as file:
        file.write(text)
    atexit.register(_removed, file.name, process)
    return file.name


def _escaped(path: str) -> str:
    return path.replace("&", "&amp;").replace("<", "&lt;")


def _removed(path: str, process: int) -> None:
    if os.getpid() == process:
        with suppress(OSError):
            os.unlink(path)
