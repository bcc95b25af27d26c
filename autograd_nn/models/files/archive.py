"""Files of arrays (.npz) and JSON that may be anything: read as data, never run."""

from __future__ import annotations

import io
import json
import math
import zipfile
from collections.abc import Mapping
from typing import Any

import numpy as np

from ...engine.core import Array

LARGEST = 1 << 29  # bytes of a file, and of the weights it claims
_TEXT = 10_000  # bytes, if nothing else is said


def packed(arrays: Mapping[str, Array], texts: Mapping[str, Any], *, small: bool) -> bytes:
    """The content of an .npz file: arrays, and what JSON can say; ``small`` takes more time."""
    members: dict[str, Any] = {
        name: np.frombuffer(_said(value).encode(), np.uint8) for name, value in texts.items()
    }
    file, save = io.BytesIO(), np.savez_compressed if small else np.savez
    save(file, **(members | dict(arrays)))  # numbers only: nothing to pickle
    return file.getvalue()


def _said(value: Any) -> str:
    """As JSON; arrays, which the state of a generator may hold, as lists."""
    return json.dumps(value, default=lambda other: np.asarray(other).tolist())


def read_back(value: Any) -> Any:
    """What comes back of a value that is said in JSON."""
    return json.loads(_said(value))


class Archive:
    """The members of an .npz file, each unpacked when asked for, if it is what it should be.

    Whatever is wrong raises: ``ValueError``, or what zip and NumPy's headers raise.
    """

    def __init__(self, content: bytes) -> None:
        self._file = zipfile.ZipFile(io.BytesIO(content))
        infos = self._file.infolist()
        self._members = {info.filename: info for info in infos}
        if len(self._members) != len(infos):
            raise ValueError("a member occurs twice")

    @property
    def names(self) -> set[str]:
        """What there is."""
        return {name.removesuffix(".npy") for name in self._members}

    def parsed(self, name: str, most: int = _TEXT, *, constants: bool = False) -> Any:
        """A member that is JSON, of at most so many bytes."""
        return parsed(self.array(name, (None,), "uint8", most).tobytes(), constants=constants)

    def array(
        self, name: str, shape: tuple[int | None, ...], dtype: str, most: int = _TEXT
    ) -> Array:
        """An array whose size is known before anything is unpacked: a bomb is never opened."""
        info = self._members.get(f"{name}.npy")
        if info is None:
            raise ValueError(f"{name} is missing")
        expected = math.prod(most if n is None else n for n in shape) * np.dtype(dtype).itemsize
        if info.file_size > expected + 4096:
            raise ValueError(f"{name} is {info.file_size:,} bytes, expected at most {expected:,}")
        array = np.lib.format.read_array(
            io.BytesIO(self._unpacked(info)), allow_pickle=False, max_header_size=4096
        )
        fits = array.ndim == len(shape) and all(
            n in (None, k) for n, k in zip(shape, array.shape, strict=True)
        )
        if not fits or array.dtype != np.dtype(dtype):
            raise ValueError(f"{name} is {array.shape} {array.dtype}, expected {shape} {dtype}")
        found: Array = array
        return found

    def _unpacked(self, info: zipfile.ZipInfo) -> bytes:
        """The member's bytes, no more than its entry says, and header and data of one length."""
        with self._file.open(info) as member:
            content = member.read(info.file_size + 1)
        stream = io.BytesIO(content)
        version = np.lib.format.read_magic(stream)
        read = {
            (1, 0): np.lib.format.read_array_header_1_0,
            (2, 0): np.lib.format.read_array_header_2_0,
        }
        if version not in read:
            raise ValueError(f"{info.filename}: .npy version {version}")
        shape, _, dtype = read[version](stream, max_header_size=4096)
        if math.prod(shape) * dtype.itemsize != len(content) - stream.tell():
            raise ValueError(
                f"{info.filename}: its header promises {shape} {dtype}, not what is there"
            )
        return content


def parsed(text: bytes, *, constants: bool = False) -> Any:
    """What JSON says, each key once; infinity and NaN, which JSON lacks, only if ``constants``."""
    constant = float if constants else _no_constant
    return json.loads(text, parse_constant=constant, object_pairs_hook=_no_repetition)


def of_format(found: Any, name: str, version: int, keys: set[str]) -> dict[str, Any]:
    """The mapping, if it says that it is of this format and has its keys; else ``ValueError``."""
    if not isinstance(found, dict) or found.get("format") != name:
        raise ValueError(f"its format is not {name!r}")
    if found.get("version") != version:
        raise ValueError(f"version {found.get('version')!r}; this library reads {version}")
    if set(found) != keys:
        raise ValueError(f"keys {sorted(set(found) ^ keys)} are missing or unknown")
    return found


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is no number of JSON")


def _no_repetition(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key occurs twice")
    return found
