"""The IDX format, in which MNIST is published: a short header, then bytes.

Two zero bytes, a byte for the type of the elements (8: unsigned bytes), one for the number of axes,
the length of each axis as a big-endian 32-bit integer, and then the elements, last axis fastest.
"""

import gzip
import os
import struct
import zlib
from pathlib import Path
from typing import IO, Any, cast

import numpy as np
import numpy.typing as npt

_UNSIGNED_BYTES = 8
_AT_ONCE = 1 << 20


def read_idx(file: Path, shape: tuple[int, ...]) -> npt.NDArray[np.uint8]:
    """The unsigned bytes of an IDX file, plain or gzipped (a name in .gz), which has this shape.

    The file is not trusted: memory is taken only after the header has been checked, and no more is
    unpacked than the shape needs, whatever a hostile archive would unpack to.

    Raises ``ValueError`` for a file that is not IDX, has another type or shape, is too short, too
    long or damaged, and ``OSError`` if it cannot be opened.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     file = Path(folder, "two-labels-idx1-ubyte")
    ...     _ = file.write_bytes(bytes([0, 0, 8, 1, 0, 0, 0, 2, 5, 7]))
    ...     read_idx(file, (2,))
    array([5, 7], dtype=uint8)
    """
    packed = file.suffix == ".gz"
    with file.open("rb") as raw:
        if not packed:
            _check_size(file, os.fstat(raw.fileno()).st_size, shape)
            return _read(file, raw, shape)
        try:
            with gzip.GzipFile(fileobj=raw) as unpacked:
                return _read(file, cast("IO[bytes]", unpacked), shape)
        except (EOFError, gzip.BadGzipFile, zlib.error) as error:
            raise ValueError(
                f"read_idx: {file} cannot be unpacked ({error}); expected a whole gzip file; get "
                "it again"
            ) from error


def _read(file: Path, stream: IO[bytes], shape: tuple[int, ...]) -> npt.NDArray[np.uint8]:
    head = stream.read(_header_size(shape))
    _check_header(file, head, shape)
    array = np.empty(shape, np.uint8)
    memory, filled = memoryview(cast("Any", array)).cast("B"), 0
    while filled < array.size:
        got = cast("Any", stream).readinto(memory[filled : filled + _AT_ONCE])
        if not got:
            raise ValueError(
                f"read_idx: {file} ends after {filled:,} of {array.size:,} elements; expected a "
                "whole file; get it again"
            )
        filled += got
    if stream.read(1):  # where a gzip file ends, its checksum is compared too
        raise ValueError(
            f"read_idx: {file} goes on after its {array.size:,} elements; expected its end; get "
            "it again"
        )
    return array


def _header_size(shape: tuple[int, ...]) -> int:
    return 4 + 4 * len(shape)


def _check_size(file: Path, size: int, shape: tuple[int, ...]) -> None:
    expected = _header_size(shape) + int(np.prod(shape))
    if size != expected:
        raise ValueError(
            f"read_idx: {file} has {size:,} bytes; expected {expected:,}, a header and "
            f"{_times(shape)} bytes; get it again; the name of a gzip file has to end in .gz"
        )


def _check_header(file: Path, head: bytes, shape: tuple[int, ...]) -> None:
    """Raise unless the header says: unsigned bytes of exactly this shape."""
    if len(head) < _header_size(shape) or head[:2] != b"\0\0":
        raise ValueError(
            f"read_idx: {file} begins with {head[:4].hex(' ') or 'nothing'}; expected 00 00 "
            f"{_UNSIGNED_BYTES:02x} {len(shape):02x}, as in an IDX file; is it another file?"
        )
    kind, axes = head[2], head[3]
    if kind != _UNSIGNED_BYTES or axes != len(shape):
        raise ValueError(
            f"read_idx: {file} holds elements of type {kind:#04x} along {axes} axes; expected "
            f"unsigned bytes ({_UNSIGNED_BYTES:#04x}) along {len(shape)}; are images and labels "
            "mixed up?"
        )
    found = struct.unpack(f">{axes}I", head[4:])
    if found != shape:
        raise ValueError(
            f"read_idx: {file} holds {_times(found)} elements; expected {_times(shape)}; are "
            "training and test files mixed up?"
        )


def _times(shape: tuple[int, ...]) -> str:
    return " × ".join(f"{n:,}" for n in shape)
