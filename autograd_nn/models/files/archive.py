"""Files of arrays (.npz) and JSON, read without trust: as data, never run."""

import io
import json
import math
import zipfile
from collections.abc import Mapping
from typing import Any

import numpy as np

from ...engine.types import Array

LARGEST = 1 << 29  # bytes of a file, and of the weights it claims
_TEXT = 10_000  # bytes, unless another limit is given


def pack(arrays: Mapping[str, Array], texts: Mapping[str, Any], *, small: bool) -> bytes:
    """The content of an .npz file: arrays, and values as JSON; ``small`` takes more time."""
    members: dict[str, Any] = {
        name: np.frombuffer(_to_json(value).encode(), np.uint8) for name, value in texts.items()
    }
    file, save = io.BytesIO(), np.savez_compressed if small else np.savez
    save(file, **(members | dict(arrays)))  # numbers only: nothing to pickle
    return file.getvalue()


def _to_json(value: object) -> str:
    """As JSON; arrays, which the state of a generator may hold, become lists."""
    return json.dumps(value, default=lambda other: np.asarray(other).tolist())


def round_trip(value: object) -> Any:
    """A value after it was written as JSON and read again."""
    return json.loads(_to_json(value))


class Archive:
    """The members of an .npz file, each unpacked only if its size is the one expected.

    Raises ``ValueError``, or whatever :mod:`zipfile` and NumPy raise for a damaged file.
    """

    def __init__(self, content: bytes) -> None:
        self._file = zipfile.ZipFile(io.BytesIO(content))
        infos = self._file.infolist()
        self._members = {info.filename: info for info in infos}
        if len(self._members) != len(infos):
            raise ValueError("a member occurs twice")

    @property
    def names(self) -> set[str]:
        """The names of the members."""
        return {name.removesuffix(".npy") for name in self._members}

    def read_json(self, name: str, most: int = _TEXT, *, constants: bool = False) -> Any:
        """A member that is JSON, of at most so many bytes."""
        text = self.read_array(name, (None,), "uint8", most).tobytes()
        return parse_json(text, constants=constants)

    def read_array(
        self, name: str, shape: tuple[int | None, ...], dtype: str, most: int = _TEXT
    ) -> Array:
        """An array; ``ValueError`` for a wrong size, before anything is unpacked, so no bomb is."""
        info = self._members.get(f"{name}.npy")
        if info is None:
            raise ValueError(f"{name} is missing")
        expected = math.prod(most if n is None else n for n in shape) * np.dtype(dtype).itemsize
        if info.file_size > expected + 4096:
            raise ValueError(f"{name} is {info.file_size:,} bytes, expected at most {expected:,}")
        array = np.lib.format.read_array(
            io.BytesIO(self._unpack(info)), allow_pickle=False, max_header_size=4096
        )
        pairs = zip(shape, array.shape, strict=False)
        fits = array.ndim == len(shape) and all(n in (None, k) for n, k in pairs)
        if not fits or array.dtype != np.dtype(dtype):
            raise ValueError(f"{name} is {array.shape} {array.dtype}, expected {shape} {dtype}")
        return np.asarray(array)

    def _unpack(self, info: zipfile.ZipInfo) -> bytes:
        """The member's bytes, no more than its entry says, as many as its header says."""
        with self._file.open(info) as member:
            content = member.read(info.file_size + 1)
        stream, npy = io.BytesIO(content), np.lib.format
        version = npy.read_magic(stream)
        read = {(1, 0): npy.read_array_header_1_0, (2, 0): npy.read_array_header_2_0}
        if version not in read:
            raise ValueError(f"{info.filename}: .npy version {version}")
        shape, _, dtype = read[version](stream, max_header_size=4096)
        if math.prod(shape) * dtype.itemsize != len(content) - stream.tell():
            promised = f"its header promises {shape} {dtype}"
            raise ValueError(f"{info.filename}: {promised}, not what is there")
        return content


def parse_json(text: bytes, *, constants: bool = False) -> Any:
    """JSON without repeated keys; infinity and NaN, which JSON lacks, only if ``constants``."""
    constant = float if constants else _no_constant
    return json.loads(text, parse_constant=constant, object_pairs_hook=_no_repetition)


def check_format(found: object, name: str, version: int, keys: set[str]) -> dict[str, Any]:
    """The mapping, if it names this format and has its keys; else ``ValueError``."""
    if not isinstance(found, dict) or found.get("format") != name:
        raise ValueError(f"its format is not {name!r}")
    if found.get("version") != version:
        raise ValueError(f"version {found.get('version')!r}; this library reads {version}")
    if set(found) != keys:
        raise ValueError(f"keys {sorted(set(found) ^ keys)} are missing or unknown")
    return found


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is not a number in JSON")


def _no_repetition(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key occurs twice")
    return found
