"""Networks in files: JSON for people, NumPy's smaller .npz; read as data, never run.

Both hold the settings that a network is made from, then its weights and biases.  JSON spells every
number so that it is read back exactly.
"""

import json
import os
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

from ...engine.types import Array
from ...support.checks import check_path, is_count
from ...support.files import write_whole
from ..dropout import Dropout
from ..feedforward import Feedforward
from .archive import LARGEST, Archive, check_format, pack, parse_json

_FORMAT, _VERSION = "autograd_nn network", 1
_KEYS = {
    "format", "version", "sizes", "activation", "output", "cost", "dtype", "swapped", "dropout",
}  # fmt: skip
Loaded = tuple[dict[str, Any], list[Array]]  # keywords, all weights and then all biases
N = TypeVar("N", bound=Feedforward)


def save(network: Feedforward, path: str | os.PathLike[str]) -> Path:
    """Write a network to a .json or .npz file (else ``ValueError``), whole or not at all."""
    for p in network.parameters:
        if not np.isfinite(p.data).all():
            raise ValueError(f"save: {p.name} holds numbers that are not finite; train again")
    path = check_path(path, "save")
    kind = path.suffix.lower()
    if kind not in (".json", ".npz"):
        raise ValueError(f"save: {path.name}; expected a name that ends in .json or .npz")
    settings = collect_settings(network)
    if kind == ".npz":
        return write_whole(path, pack(collect_arrays(network), {"settings": settings}, small=True))
    for name, tensors in (("weights", network.weights), ("biases", network.biases)):
        settings[name] = [tensor.data.tolist() for tensor in tensors]
    return write_whole(path, (json.dumps(settings, allow_nan=False) + "\n").encode())


def load(path: str | os.PathLike[str], make: Callable[..., N]) -> N:
    """The network of a file, made by ``make`` from its settings; ``ValueError`` otherwise."""
    path = check_path(path, "load")
    if not path.is_file():
        raise FileNotFoundError(f"load: there is no file {path}")
    if path.stat().st_size > LARGEST:
        raise ValueError(f"load: {path} has more than {LARGEST:,} bytes, as no network has")
    content = path.read_bytes()
    try:
        read = _from_npz if content[:2] == b"PK" else _from_json
        settings, arrays = read(content)
        if not all(np.isfinite(array).all() for array in arrays):
            raise ValueError("a weight or bias is not finite")
        network = make(**settings)
    except Exception as error:  # zip, JSON and NumPy's headers each fail in ways of their own
        raise ValueError(f"load: {path} is not a network that was saved here: {error}") from error
    for tensor, values in zip((*network.weights, *network.biases), arrays, strict=True):
        tensor.data = values
    return network


def collect_settings(network: Feedforward) -> dict[str, Any]:
    """The settings that a network is made from, as JSON can write them."""
    dropout = network.dropout
    return {
        "format": _FORMAT,
        "version": _VERSION,
        "sizes": list(network.sizes),
        "activation": network.activation,
        "output": network.output,
        "cost": network.cost.name,
        "dtype": str(network.dtype),
        "swapped": [[int(i), int(j), name] for (i, j), name in network.swapped.items()],
        "dropout": dropout and {"rate": float(dropout.rate), "inverted": bool(dropout.inverted)},
    }


def collect_arrays(network: Feedforward) -> dict[str, Array]:
    """The weights and biases by their names."""
    return {str(p.name): p.data for p in network.parameters}


# --- reading, without trust -------------------------------------------------------------------


def _from_json(content: bytes) -> Loaded:
    try:
        found = parse_json(content)
    except (json.JSONDecodeError, UnicodeDecodeError) as error:
        raise ValueError(f"it is neither .npz nor JSON ({error})") from error
    if not isinstance(found, dict):
        raise ValueError("it is JSON, but not an object")
    weights, biases = found.pop("weights", None), found.pop("biases", None)
    keywords = _check_settings(found)
    shapes = list(pairwise(keywords["sizes"]))
    if not (isinstance(weights, list) and isinstance(biases, list)):
        raise ValueError("weights and biases are missing")
    if not len(weights) == len(biases) == len(shapes):
        raise ValueError(f"{len(weights)} weights and {len(biases)} biases for {shapes}")
    dtype = keywords["dtype"]
    ws = [_to_array(w, (n, m), dtype) for w, (m, n) in zip(weights, shapes, strict=True)]
    bs = [_to_array(b, (n,), dtype) for b, (_, n) in zip(biases, shapes, strict=True)]
    return keywords, ws + bs


def _from_npz(content: bytes) -> Loaded:
    archive = Archive(content)
    keywords = _check_settings(archive.read_json("settings"))
    dtype, shapes = keywords["dtype"], list(enumerate(pairwise(keywords["sizes"]), start=2))
    expected = 1 + 2 * len(shapes)
    if len(archive.names) != expected and "run" not in archive.names:  # a checkpoint has more
        raise ValueError(f"it has {len(archive.names)} members, expected {expected}")
    ws = [archive.read_array(f"w{layer}", (n, m), dtype) for layer, (m, n) in shapes]
    bs = [archive.read_array(f"b{layer}", (n,), dtype) for layer, (_, n) in shapes]
    return keywords, ws + bs


def _check_settings(content: object) -> dict[str, Any]:
    """The keywords of ``Network``; it checks the names of functions itself."""
    found = check_format(content, _FORMAT, _VERSION, _KEYS)
    sizes = found["sizes"]
    several = isinstance(sizes, list) and 2 <= len(sizes) <= 1000
    if not several or not all(is_count(n) and 0 < n < 1 << 30 for n in sizes):
        raise ValueError("sizes: expected the layers' numbers of neurons")
    if 8 * sum(n * (m + 1) for m, n in pairwise(sizes)) > LARGEST:
        raise ValueError(f"sizes {sizes} need more than {LARGEST:,} bytes")
    for key in ("activation", "output", "cost", "dtype"):
        if not isinstance(found[key], str):
            raise ValueError(f"{key}: expected text")
    if found["dtype"] not in ("float64", "float32"):
        raise ValueError(f"dtype {found['dtype']!r}")
    keywords = {k: found[k] for k in ("sizes", "activation", "output", "cost", "dtype")}
    keywords["swapped"] = {(i, j): name for i, j, name in found["swapped"]}
    dropout = found["dropout"]
    if dropout is not None:
        if set(dropout) != {"rate", "inverted"} or not isinstance(dropout["inverted"], bool):
            raise ValueError("dropout: expected rate and inverted")
        keywords["dropout"] = Dropout(dropout["rate"], dropout["inverted"])
    return keywords


def _to_array(values: npt.ArrayLike, shape: tuple[int, ...], dtype: str) -> Array:
    array = np.array(values)  # ragged lists raise
    if array.shape != shape or array.dtype.kind not in "fi":
        raise ValueError(f"numbers of shape {array.shape} {array.dtype}, expected {shape} {dtype}")
    return array.astype(dtype)
