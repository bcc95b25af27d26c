"""Reading networks of chapter 3 from files: JSON with the book's four entries."""

import json
import os
from collections.abc import Sequence
from itertools import pairwise
from operator import index
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

from ..engine.types import Array


def read_network(
    filename: str | os.PathLike[str], costs: ModuleType
) -> tuple[list[int], Any, list[Array], list[Array]]:
    """Sizes, cost, weights and biases; the cost is looked up in the module ``costs`` by its name.

    Raises ``ValueError`` for a file that holds no network, ``OSError`` for one that cannot be read.
    """
    try:
        data = json.loads(Path(filename).read_text(encoding="utf-8"))
        cost = getattr(costs, data["cost"])
        if not (hasattr(cost, "fn") and hasattr(cost, "delta")):
            raise ValueError(f"{data['cost']!r:.60} is no cost with fn and delta")
        sizes = [index(n) for n in data["sizes"]]
        shapes = [(n, m) for m, n in pairwise(sizes)]
        weights = _arrays(data["weights"], "weights", shapes)
        biases = _arrays(data["biases"], "biases", [(n, 1) for n, _ in shapes])
    except (
        ValueError, KeyError, TypeError, AttributeError, IndexError, OverflowError, RecursionError,
    ) as error:  # fmt: skip
        raise ValueError(
            f"load: {os.fspath(filename)!r} does not hold a network ({error}); expected JSON as "
            "Network.save writes it: sizes, weights, biases and the name of a cost in network2"
        ) from error
    return sizes, cost, weights, biases


def _arrays(lists: Sequence[object], what: str, shapes: list[tuple[int, int]]) -> list[Array]:
    arrays = [np.array(values, np.float64) for values in lists]
    if [a.shape for a in arrays] != shapes:
        found = f"{what} of shapes {[a.shape for a in arrays]!r:.80}"
        raise ValueError(f"{found}; expected {shapes!r:.80}, as sizes say")
    return arrays
