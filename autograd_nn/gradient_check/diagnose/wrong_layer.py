"""The gradient of a weight is aᵀ @ δ, that of a bias δ summed up: with another layer's a or δ?

The book's BP3 and BP4, with every pair of values and gradients of the recorded graph that fit.
"""

from collections.abc import Iterator, Sequence
from itertools import islice, product

import numpy as np

from ...engine.backward import sweep, topological_order
from ...engine.core import Array, Node
from ..verdict import Cause
from .evidence import Evidence, Guess
from .suspects import describe_place

_PAIRS = 400  # products to try


def find_wrong_layer(e: Evidence) -> Iterator[Guess]:
    """Another layer's values or another layer's δ in the gradient of a weight or a bias."""
    graph = e.run.graph
    if graph is None or not e.run.by_hand or len(e.shape) not in (1, 2) or not e.whole:
        return
    sweeps = [sweep([graph], None, [c.reshape(graph.shape)]) for c in e.cotangents]
    values = [node for node in topological_order(graph) if node.data.ndim == 2]
    arrived = [node for node in values if all(node in s for s in sweeps)]
    deltas = [(_describe(node), np.array([s[node] for s in sweeps])) for node in arrived]
    pairs = _sums(deltas) if len(e.shape) == 1 else _products(values, deltas, e.shape)
    for text, supposed in islice(pairs, _PAIRS):
        if supposed[0].size == e.measured.shape[1]:
            yield Cause.WRONG_LAYER, text, supposed.reshape(e.measured.shape)


def _describe(node: Node) -> str:
    return describe_place(node) if node.op is not None else f"an array {node.shape}"


def _sums(deltas: Sequence[tuple[str, Array]]) -> Iterator[tuple[str, Array]]:
    for where, delta in deltas:
        text = f"the gradient is the sum of the δ at {where}: is that another layer's δ?"
        yield text, delta.sum(axis=1)


def _products(
    values: Sequence[Node], deltas: Sequence[tuple[str, Array]], shape: tuple[int, ...]
) -> Iterator[tuple[str, Array]]:
    """Every aᵀ @ δ and its transpose of this shape."""
    for a, (where, delta) in product(values, deltas):
        text = (
            f"the gradient is made of the values of {_describe(a)} and the δ at {where}: is one "
            "of them from another layer, or z instead of a?"
        )
        sizes = a.shape[1], delta.shape[2]
        if a.shape[0] == delta.shape[1] and sizes == shape:
            yield text, a.data.T @ delta
        if a.shape[0] == delta.shape[1] and sizes[::-1] == shape:
            yield text, delta.transpose(0, 2, 1) @ a.data
