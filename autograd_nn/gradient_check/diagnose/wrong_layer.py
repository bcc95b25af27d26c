"""The gradient of a weight is aᵀ @ δ, that of a bias δ summed up: with another layer's a or δ?

The book's BP3 and BP4, with every pair of values and gradients of the recorded graph that fit.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from ...engine.backward import sweep, topological_order
from ...engine.core import Array, Node
from .evidence import Evidence, Found
from .suspects import place

_PAIRS = 400


@dataclass(frozen=True)
class _Values:
    """A result of two axes, or a constant of the function, and the gradient that arrives there
    under each cotangent (None at a constant)."""

    where: str
    data: Array
    gradients: Array | None


def mixed_up(e: Evidence) -> Found:
    """Another layer's values or another layer's δ in the gradient of a weight or a bias."""
    if e.graph is None or not e.by_hand or len(e.shape) not in (1, 2) or not e.whole:
        return None
    found = _everything(e.graph, e.cotangents)
    deltas = [f for f in found if f.gradients is not None]
    if len(e.shape) == 1:
        for delta in deltas:
            assert delta.gradients is not None
            if e.explained_by(_flat(delta.gradients.sum(axis=1), e)):
                return "wrong layer", f"the gradient is the δ at {delta.where} summed up: {_WHOSE}"
        return None
    for k, (a, delta, supposed) in enumerate(_products(found, deltas, e.shape)):
        if k == _PAIRS:
            break
        if e.explained_by(_flat(supposed, e)):
            text = f"the gradient is made of the values of {a.where} and the δ at {delta.where}"
            return "wrong layer", f"{text}: {_WHOSE}"
    return None


_WHOSE = "is one of them another layer's, or z in place of a?"


def _flat(gradients: Array, e: Evidence) -> Array:
    """In the form of the evidence; nan, which explains nothing, for another number of elements."""
    flat = gradients.reshape(len(gradients), -1)
    return flat if flat.shape == e.measured.shape else np.full(e.measured.shape, np.nan)


def _everything(graph: Node, cotangents: Array) -> list[_Values]:
    sweeps = [sweep([graph], None, [c.reshape(graph.shape)]) for c in cotangents]
    found = []
    for node in topological_order(graph):
        if node.data.ndim != 2:
            continue
        arrived = [s[node] for s in sweeps if node in s]
        gradients = np.stack(arrived) if len(arrived) == len(sweeps) else None
        what = place(node) if node.op is not None else f"an array {node.shape}"
        found.append(_Values(what, node.data, gradients))
    return found


def _products(
    values: Sequence[_Values], deltas: Sequence[_Values], shape: tuple[int, ...]
) -> Iterator[tuple[_Values, _Values, Array]]:
    """Every aᵀ @ δ, or its transpose, of this shape."""
    for a in values:
        for delta in deltas:
            g = delta.gradients
            assert g is not None
            if len(a.data) != g.shape[1]:
                continue
            if (a.data.shape[1], g.shape[2]) == shape:
                yield a, delta, a.data.T @ g
            if (g.shape[2], a.data.shape[1]) == shape:
                yield a, delta, g.transpose(0, 2, 1) @ a.data
