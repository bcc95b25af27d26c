"""The fonts of this package, for programs that look for fonts on the machine.

A machine without any (a container) would show boxes in place of letters.
"""

import atexit
import functools
import os
import shutil
import sys
import tempfile
from contextlib import suppress
from pathlib import Path
from xml.sax.saxutils import escape

_FOLDER = Path(__file__).with_name("fonts")
FONT_FILES = str(_FOLDER / "DejaVuSans.ttf"), str(_FOLDER / "DejaVuSans-Bold.ttf")


def font_environment() -> dict[str, str]:
    """What to add to a program's environment so that fontconfig finds these fonts too.

    Only on Linux, where a system's own list of fonts is in a known place or named by
    FONTCONFIG_FILE; elsewhere fonts are never missing.
    """
    system = os.environ.get("FONTCONFIG_FILE", "/etc/fonts/fonts.conf")
    if sys.platform != "linux" or not os.path.isabs(system):
        return {}
    with suppress(OSError):  # nowhere to write: then with the machine's fonts only
        return {"FONTCONFIG_FILE": _list_of_fonts(system)}
    return {}


@functools.cache
def _list_of_fonts(system: str) -> str:
    """A file that lists the system's fonts and this package's, for as long as this process runs.

    The fonts are copied beside it: fontconfig writes into the folders that it reads, and what it
    finds out about them goes there too, so that nothing is left anywhere at the end.
    """
    folder = Path(tempfile.mkdtemp(prefix="autograd_nn-fonts-"))
    atexit.register(_remove, folder, os.getpid())
    for file in FONT_FILES:
        shutil.copyfile(file, folder / Path(file).name)
    path = folder / "fonts.conf"
    path.write_text(
        '<?xml version="1.0"?>\n<!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">\n'
        f"<fontconfig><cachedir>{escape(str(folder))}/cache</cachedir>"
        f'<include ignore_missing="yes">{escape(system)}</include>'
        f"<dir>{escape(str(folder))}</dir></fontconfig>\n",
        encoding="utf-8",
    )
    return str(path)


def _remove(folder: Path, owner: int) -> None:
    if os.getpid() == owner:  # a forked process uses it too
        shutil.rmtree(folder, ignore_errors=True)
