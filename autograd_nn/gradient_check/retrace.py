"""A function of plain NumPy recorded after all, so that a wrong gradient of it can be explained.

Most of what NumPy does records when it is called with tensors.  What is not recorded that way (a
framework's function, a loop over floats) stays without a graph, and is no error.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import product
from typing import Any

import numpy as np

from .. import ops
from ..differences.problem import Recorded
from ..engine.backward import topological_order
from ..engine.core import Node, Op
from ..engine.modes import record_lines
from ..engine.types import Array
from ..tensor.tensor import Tensor

_DEEP = 8  # so many operations may be between z and σ(z)
_SIGMOIDS, _RELUS = (ops.sigmoid, ops.tanh, ops.softmax), (ops.relu,)
_LAST = {  # the last operation of an activation that is spelled out, and what it may be
    **dict.fromkeys(("div", "reciprocal", "power", "add", "where"), _SIGMOIDS),
    **dict.fromkeys(("maximum", "mul", "fmax"), _RELUS),
}


@np.errstate(all="ignore")
def retrace(function: Callable[..., Any], values: Sequence[Array], run: Recorded) -> Recorded:
    """A run with the graph of ``function(*values)`` and its leaves; as it is if there is none.

    Activations and a softmax that are spelled out, as 1 / (1 + exp(-z)), are recognised.
    """
    leaves = [Tensor(v, requires_grad=True) for v in values]
    try:
        with record_lines():
            y = function(*leaves)
        expected = np.asarray(function(*[v.copy() for v in values]), np.float64)
    except Exception:  # a user's function may raise anything when it is called with tensors
        return run
    if not isinstance(y, Tensor) or not y.requires_grad or y.shape != expected.shape:
        return run
    if not np.allclose(y.data, expected, rtol=1e-12, atol=0.0):
        return run
    for node in topological_order(y):
        if node.op is not None and node.requires_grad and node.op.name in _LAST:
            _recognise(node, _LAST[node.op.name])
    return replace(run, graph=y, leaves=leaves, by_hand=True)


def _recognise(node: Node, activations: Sequence[Op]) -> None:
    """Make one activation of the steps that lead from z to what is σ(z)."""
    below, found = list(node.inputs), None
    for _ in range(_DEEP):
        nodes = [z for z in below if isinstance(z, Node)]
        for z, op in product(nodes, activations):
            if _is(op, z, node):
                found = op, z  # the deepest: the greatest may be taken off before a softmax
        below = [x for z in nodes for x in z.inputs]
    if found is not None:
        op, z = found
        node.op, node.inputs, node.arrays, node.params = op, (z,), (z.data,), {}


def _is(op: Op, z: Node, node: Node) -> bool:
    if not z.requires_grad or z.shape != node.shape or z.data.size < 2:
        return False
    if op is ops.relu and z.data.min() >= 0:  # which it leaves as it is, as multiplying by 1 does
        return False
    return bool(np.allclose(op(z.data), node.data, rtol=1e-12, atol=0.0))
