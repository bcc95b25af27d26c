"""Networks of chapter 3 in files: JSON with the book's four entries."""

from __future__ import annotations

import json
import os
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

from ..files import write_whole


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
            raise ValueError(f"{data['cost']!r} is no cost with fn and delta")
        network = make(data["sizes"], cost=cost)
        network.weights = [np.array(w, np.float64) for w in data["weights"]]
        network.biases = [np.array(b, np.float64) for b in data["biases"]]
        shapes = network._shapes()
        if [shapes[0][1], *(n for n, _ in shapes)] != network.sizes:
            raise ValueError(f"the weights do not belong to sizes {network.sizes}")
    except (ValueError, KeyError, TypeError, AttributeError, IndexError) as error:
        raise ValueError(
            f"load: {os.fspath(filename)!r} does not hold a network ({error}); expected JSON as "
            "Network.save writes it: sizes, weights, biases and the name of a cost in network2"
        ) from error
    return network
