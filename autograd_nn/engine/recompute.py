"""Computing a recorded graph again with some of its values replaced: a pure function over it.

This is what a finite difference needs.  Replacing a weight asks "what would the cost be?";
replacing a weighted input z asks it for the little demon of the book's chapter 2, who sits at a
neuron and adds Δz to it.
"""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from .backward import check_fresh, topological_order
from .core import Node, label
from .types import Array


def recompute(output: Node, replaced: Mapping[Node, Array]) -> Array:
    """The value that ``output`` would have if these nodes had these values; the graph is unchanged.

    >>> import numpy as np
    >>> from autograd_nn import Tensor
    >>> x = Tensor(3.0, requires_grad=True)
    >>> float(recompute(x * x, {x: np.array(5.0)}))
    25.0
    """
    return recomputer(output, list(replaced))(*replaced.values())


def recomputer(output: Node, nodes: list[Node]) -> Callable[..., Array]:
    """The recorded graph as a function of the values of ``nodes``; work not above them is kept.

    Raises ``ValueError`` for a node that ``output`` does not depend on, and for a changed leaf.
    """
    changed = set(nodes)
    steps: list[Node] = []
    order = topological_order(output)
    for x in changed - set(order):
        raise ValueError(f"recompute: the output does not depend on {label(x)}")
    for node in order:
        check_fresh(node, "recompute")
        if node in changed or not any(isinstance(x, Node) and x in changed for x in node.inputs):
            continue
        changed.add(node)
        steps.append(node)

    def function(*values: Array) -> Array:
        now: dict[Node, Any] = {}
        for node, new in zip(nodes, values, strict=True):
            if np.shape(new) != node.shape:
                raise ValueError(
                    f"recompute: got shape {np.shape(new)} for {label(node)}, expected {node.shape}"
                )
            now[node] = new
        for node in steps:
            assert node.op is not None
            args = [now.get(x, x.values) if isinstance(x, Node) else x for x in node.inputs]
            now[node] = node.op.forward(*args, **node.params)
        return np.asarray(now.get(output, output.values))

    return function
