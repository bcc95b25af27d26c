"""The gradient of a weight is aᵀ @ δ, that of a bias δ summed up: with another layer's a or δ?

The book's BP3 and BP4, with every pair of values and gradients of the recorded graph that fit.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

import numpy as np

from ...engine.backward import sweep, topological_order
from ...engine.core import Array, Node
from ..verdict import Cause
from .evidence import Evidence, Explanation
from .suspects import describe_place

_PAIRS = 400  # products to try


@dataclass(frozen=True)
class _Matrix:
    """A result of two axes, or a constant of the function, and the gradient that arrives there
    under each cotangent (of no cotangent at a constant)."""

    where: str
    data: Array
    gradients: Array


def find_wrong_layer(e: Evidence) -> Explanation | None:
    """Another layer's values or another layer's δ in the gradient of a weight or a bias."""
    if e.run.graph is None or not e.run.by_hand or len(e.shape) not in (1, 2) or not e.whole:
        return None
    values = _matrices(e.run.graph, e.cotangents)
    deltas = [v for v in values if len(v.gradients)]
    for text, supposed in islice(_products(values, deltas, e.shape), _PAIRS):
        flat = supposed.reshape(len(supposed), -1)
        if flat.shape == e.measured.shape and e.explained_by(flat):
            return Explanation(Cause.WRONG_LAYER, text)
    return None


def _matrices(graph: Node, cotangents: Array) -> list[_Matrix]:
    sweeps = [sweep([graph], None, [c.reshape(graph.shape)]) for c in cotangents]
    found = []
    for node in topological_order(graph):
        if node.data.ndim != 2:
            continue
        arrived = [s[node] for s in sweeps if node in s]
        gradients = np.array(arrived if len(arrived) == len(sweeps) else [])
        where = describe_place(node) if node.op is not None else f"an array {node.shape}"
        found.append(_Matrix(where, node.data, gradients))
    return found


def _products(
    values: Sequence[_Matrix], deltas: Sequence[_Matrix], shape: tuple[int, ...]
) -> Iterator[tuple[str, Array]]:
    """Every δ summed up, or every aᵀ @ δ and its transpose, of this shape: in words, and what it
    is under each cotangent."""
    for d in deltas if len(shape) == 1 else ():
        text = f"the gradient is the sum of the δ at {d.where}: is that another layer's δ?"
        yield text, d.gradients.sum(axis=1)
    for a in values if len(shape) == 2 else ():
        for d in deltas:
            g = d.gradients
            if len(a.data) != g.shape[1]:
                continue
            text = (
                f"the gradient is made of the values of {a.where} and the δ at {d.where}: is one "
                "of them from another layer, or z instead of a?"
            )
            if (a.data.shape[1], g.shape[2]) == shape:
                yield text, a.data.T @ g
            if (g.shape[2], a.data.shape[1]) == shape:
                yield text, g.transpose(0, 2, 1) @ a.data
