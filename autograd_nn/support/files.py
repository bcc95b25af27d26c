"""Files that are written whole or not at all."""

import contextlib
import os
import secrets
from pathlib import Path

_BINARY = getattr(os, "O_BINARY", 0)  # Windows only


def write_whole(path: str | os.PathLike[str], content: bytes) -> Path:
    """Write a temporary file, force it to the disk, move it to ``path`` and return where that is.

    Links are followed.  A crash, a full disk or Ctrl-C leaves what was there before.  Raises
    ``FileNotFoundError`` if the folder does not exist, ``IsADirectoryError`` if ``path`` is one,
    and what else the operating system gives (``PermissionError`` for a folder that cannot be
    written to).

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write_whole(os.path.join(folder, "net.json"), b"{}").read_bytes()
    b'{}'
    """
    target = Path(os.path.realpath(path))
    if not target.parent.is_dir():
        raise FileNotFoundError(f"save: there is no folder {target.parent}; make it first")
    if target.is_dir():
        raise IsADirectoryError(f"save: {target} is a folder; expected a file name")
    beside = target.parent / f".unfinished-{secrets.token_hex(8)}"
    try:
        handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL | _BINARY, 0o666)
    except OSError as error:  # the same class, but about the folder: nobody asked for this file
        reason = f"save: cannot write to this folder ({error.strerror}); choose another"
        raise OSError(error.errno, reason, str(target.parent)) from error
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(beside, target)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(beside)
        raise
    return target
