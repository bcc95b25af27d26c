"""Networks of chapter 3 in files: JSON with the book's four entries."""

from __future__ import annotations

import json
import os
from itertools import pairwise
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

from ..engine.core import Array
from ..support.files import write_whole


def write(filename: str | os.PathLike[str], network: Any) -> None:
    """Write sizes, weights, biases and the cost's name, whole or not at all."""
    data = {
        "sizes": [int(n) for n in network.sizes],
        "weights": [np.asarray(w).tolist() for w in network.weights],
        "biases": [np.asarray(b).tolist() for b in network.biases],
        "cost": str(network.cost.__name__),
    }
    write_whole(filename, json.dumps(data).encode())


def read(filename: str | os.PathLike[str], costs: ModuleType, make: Any) -> Any:
    """The network made of what such a file holds; its cost is looked up in the module ``costs``."""
    try:
        data = json.loads(Path(filename).read_text(encoding="utf-8"))
        cost = getattr(costs, data["cost"])
        if not (hasattr(cost, "fn") and hasattr(cost, "delta")):
            raise ValueError(f"{data['cost']!r:.60} is no cost with fn and delta")
        sizes = data["sizes"]
        shapes = [(n, m) for m, n in pairwise(sizes)]
        weights = _arrays(data["weights"], shapes, "weights", sizes)
        biases = _arrays(data["biases"], [(n, 1) for n, _ in shapes], "biases", sizes)
        network = make(sizes, cost=cost)  # only now: sizes alone could ask for any memory
    except (
        ValueError, KeyError, TypeError, AttributeError, IndexError, OverflowError, RecursionError,
    ) as error:  # fmt: skip
        raise ValueError(
            f"load: {os.fspath(filename)!r} does not hold a network ({error}); expected JSON as "
            "Network.save writes it: sizes, weights, biases and the name of a cost in network2"
        ) from error
    network.weights, network.biases = weights, biases
    return network


def _arrays(found: Any, shapes: list[tuple[int, int]], what: str, sizes: Any) -> list[Array]:
    """Lists of numbers as arrays of those shapes."""
    arrays = [np.array(values, np.float64) for values in found]
    if [a.shape for a in arrays] != shapes:
        raise ValueError(
            f"{what} of shapes {_short([a.shape for a in arrays])} do not belong to sizes "
            f"{_short(sizes)}"
        )
    return arrays


def _short(value: Any) -> str:
    return f"{value!r:.80}"
