"""Is the derivative of an activation missing, or there twice?  Asked of the recorded graph.

The most asked question about the book's code is where σ′(z) went.  So each activation that was
recorded is tried: its rule is multiplied by σ′(z), or divided by it, and the gradient computed
again.  If a wrong gradient becomes right by it, or the right one becomes what somebody worked out
by hand, that was the fault.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from ..backward import sweep, topological_order
from ..core import Array, Node, Op, VariadicOp, label
from ..ops import activations, tanh

NAMES = {op.name for op in (*activations.ALL, tanh)}
_STEP = 2.0**-12


def variants(
    graph: Node, leaves: Sequence[Node], cotangents: Array
) -> Iterator[tuple[str, int, list[Array]]]:
    """For each recorded activation: where it is, ±1, and the gradients with its rule multiplied
    by (σ′)^±1, ``(cotangents, elements)`` for each leaf."""
    for node in reversed(topological_order(graph)):
        if node.op is None or node.op.name not in NAMES or not node.requires_grad:
            continue
        slope = _slope(node)
        for power in (1, -1):
            with np.errstate(all="ignore"):
                factor = slope**power
            if np.isfinite(factor).all():
                yield place(node), power, _with_rule(graph, leaves, node, factor, cotangents)


def place(node: Node) -> str:
    """Where an activation is: by the layer if it has the book's name, else by op and shape."""
    match = re.fullmatch(r"a(\d+)", node.name or "")
    where = f"layer {match[1]}" if match else label(node)
    return f"{where}, recorded at {node.line}" if node.line else where


def _slope(node: Node) -> Array:
    """σ′(z) by a central difference of the forward function: the rule itself is under suspicion."""
    assert node.op is not None
    z = np.asarray(node.arrays[0], np.float64)
    h = _STEP * np.maximum(np.abs(z), 1.0) * np.array([1.0, 0.5]).reshape(2, *(1,) * z.ndim)
    with np.errstate(all="ignore"):
        ends = [np.asarray(node.op.forward(z + s * h, **node.params)) for s in (1, -1)]
        coarse, fine = (ends[0] - ends[1]) / (2 * h)
    slope: Array = fine + (fine - coarse) / 3
    return slope


def _with_rule(
    graph: Node, leaves: Sequence[Node], node: Node, factor: Array, cotangents: Array
) -> list[Array]:
    """The gradients as they are when one node's rule is multiplied by ``factor``."""
    op = node.op
    assert op is not None
    assert not isinstance(op, VariadicOp)
    rule = op.rules[0]

    def changed(g: Any, y: Any, x: Any, **params: Any) -> Any:
        return rule(g, y, x, **params) * factor

    node.op = Op(op.name, op.forward, changed, sum_back=op.sum_back)
    try:
        with np.errstate(all="ignore"):
            found = [sweep([graph], leaves, [c.reshape(graph.shape)]) for c in cotangents]
    finally:
        node.op = op
    return [
        np.stack([np.ravel(f[x]) if x in f else np.zeros(x.data.size) for f in found])
        for x in leaves
    ]
