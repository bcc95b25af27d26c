"""Gradients: pure functions over the recorded graph.

Why sort at all, why not simply recurse from the output?  Because a node may be used more than
once.  With ``b = a + a; c = b + b`` the naive recursion visits ``b`` twice and ``a`` four times,
once for every path, and each visit sees only a part of the gradient of ``b``.  The number of
paths doubles with every such line; the number of edges does not.  So: visit a node after
everything that used it, when its gradient is complete, and visit it once.  Creation order is a
topological order, so sorting by serial number is all it takes.  (The sum over paths is worth
*seeing*: :mod:`autograd_nn.viz.paths`.  It is no way to compute.)
"""

import warnings
from collections.abc import Iterable, Sequence
from operator import attrgetter
from typing import Any

import numpy as np

from ..errors import GradientShapeError, ZeroGradientWarning
from .core import Node, Operand, format_line, label, last_change, names, refuse_to_freeze
from .modes import is_watching, recording
from .nonfinite import check_gradient
from .types import Array

_serial = attrgetter("serial")


def topological_order(*outputs: Node) -> list[Node]:
    """Every node that the outputs were made from, themselves included, inputs first.

    >>> from autograd_nn import Tensor
    >>> a = Tensor(1.0, requires_grad=True, name="a")
    >>> b = a + a
    >>> [node is x for node, x in zip(topological_order(b), [a, b])]
    [True, True]
    """
    seen = set(outputs)
    stack = list(outputs)
    while stack:
        for x in stack.pop().inputs:
            if isinstance(x, Node) and x not in seen:
                seen.add(x)
                stack.append(x)
    return sorted(seen, key=_serial)


def gradients(
    output: Node, wrt: Sequence[Node], seed: Operand | None = None, create_graph: bool = False
) -> list[Any]:
    """The gradients of ``output`` with respect to each node of ``wrt``; nothing is stored on nodes.

    ``seed`` is the gradient arriving at the output, of its shape; a scalar output needs none.
    The results are new arrays of the shapes and dtypes of ``wrt``, or, with
    ``create_graph=True``, tensors that can be differentiated again.  A node that the output does
    not depend on gets zeros, and a warning that names it.

    Raises ``ValueError`` for an output that is no scalar and has no seed, for one that was not
    recorded, for a node in ``wrt`` that requires no gradient, and for a graph one of whose leaves
    was changed since.

    >>> from autograd_nn import Tensor, gradients
    >>> x = Tensor(3.0, requires_grad=True)
    >>> (g,) = gradients(x * x * x, [x], create_graph=True)
    >>> float(g), float(gradients(g, [x])[0])
    (27.0, 18.0)
    """
    if not create_graph:
        refuse_to_freeze("gradients", "write create_graph=True, or use the plan's wrt")
    one = isinstance(wrt, Node) or not isinstance(wrt, Iterable)
    wrt = [None] if one else list(wrt)  # type: ignore[list-item]
    if not all(isinstance(x, Node) for x in wrt):
        raise TypeError("gradients: wrt is a list of tensors; for one tensor write [tensor]")
    for i, x in enumerate(wrt):
        if not x.requires_grad:
            raise ValueError(
                f"gradients: item {i} of wrt, {label(x)}, requires no gradient; "
                "make it with requires_grad=True before computing the output"
            )
    found = sweep([output], wrt, [seed], create_graph, asked_by="gradients")
    return [_at_rest(found.get(x), x, i, create_graph) for i, x in enumerate(wrt)]


def sweep(
    outputs: Sequence[Node],
    wanted: Iterable[Node] | None,
    seeds: Sequence[Any],
    create_graph: bool = False,
    asked_by: str = "backward",
) -> dict[Node, Any]:
    """One reverse sweep: the complete gradient of each wanted node (``None``: of every node).

    Of several outputs the gradients add up, each weighted with its seed.
    """
    for output in outputs:
        _check_output(output, asked_by)
    nodes = topological_order(*outputs)
    _check_all_fresh(nodes, asked_by)
    keep = {x for x in nodes if x.requires_grad} if wanted is None else set(wanted)
    found: dict[Node, Any] = {}
    arrived: dict[Node, Any] = {}
    for output, given in zip(outputs, seeds, strict=True):
        seed = _seed(output, given, create_graph, asked_by)
        arrived[output] = arrived[output] + seed if output in arrived else seed
    expected = None if create_graph else np.ndarray  # what a rule gives, unless _fit sees to it
    watching = is_watching()
    with recording(create_graph):
        g = at = None
        for node, i, x, rule in reversed(_edges_to(keep, nodes)):
            if node is not at:  # the first edge of this node: its gradient is complete now
                at, g = node, arrived.pop(node, None)
                if g is not None and node in keep:
                    found[node] = g
                params = node.params
                arguments = (
                    (g, node, *node.inputs) if create_graph else (g, node.values, *node.arrays)
                )
            if g is None:
                continue
            try:
                share = rule(*arguments, **params) if params else rule(*arguments)
            except Exception as error:
                error.add_note(_where(node, i))
                raise
            like = x.values
            if (
                type(share) is not expected
                or share.shape != like.shape
                or share.dtype is not like.dtype
            ):
                share = _fit(share, node, i, x, create_graph)
            if watching and not create_graph:  # else the rule's own ops were watched
                name, at = node.op.name, format_line(node.line)
                check_gradient(name, i, share, names(node.inputs), arguments, at)
            if x in arrived:
                share = arrived[x] + share
            arrived[x] = share
    found.update((x, g) for x, g in arrived.items() if x in keep)
    return found


def _edges_to(wanted: set[Node], nodes: Iterable[Node]) -> list[tuple[Node, int, Node, Any]]:
    """Every edge that a gradient passes on its way to a wanted node, those of the inputs first.

    An edge is a node, the position of an argument, the argument, and the rule that pulls back.
    """
    edges = []
    passed = set(wanted)
    for node in nodes:
        op = node.op
        if op is None or not node.requires_grad:
            continue
        for i, x in enumerate(node.inputs):
            if isinstance(x, Node) and x in passed:
                rule = op.rules[i]
                if rule is not None:
                    edges.append((node, i, x, rule))
                    passed.add(node)
    return edges


def _fit(share: Any, node: Node, i: int, x: Node, create_graph: bool) -> Any:
    """What a rule gave for argument i of a node, as that argument's gradient has to be."""
    assert node.op is not None
    if not isinstance(share, Node):
        if create_graph:
            raise TypeError(
                f"{node.op.name}: the rule for argument {i} gave {type(share).__name__} for "
                "tensors; a rule uses operators and ops only, or its derivative is lost"
            )
        given, share = share, np.asarray(share)  # NumPy returns scalars for 0-d results
        if share.dtype.kind not in "fiub":
            raise TypeError(
                f"{node.op.name}: the rule for argument {i} gave {type(given).__name__}; expected "
                f"an array of real numbers of shape {x.shape}"
            )
    if share.shape != x.shape and node.op.sum_back is not None:
        share = node.op.sum_back(share, shape=x.shape)
    if share.shape != x.shape:
        raise GradientShapeError(node.op.name, i, share.shape, x.shape)
    if share.dtype == x.dtype:
        return share
    if x.dtype.kind != "f":
        raise TypeError(f"{label(x)} has dtype {x.dtype}, which cannot carry a gradient")
    return share.astype(x.dtype)


def _where(node: Node, i: int) -> str:
    assert node.op is not None
    at = f", recorded at {node.line}" if node.line else ""
    return f"in the derivative rule of {node.op.name} for argument {i} ({label(node)}{at})"


def _check_output(output: object, asked_by: str) -> None:
    if not isinstance(output, Node):
        raise TypeError(f"{asked_by}: got {type(output).__name__}, expected a tensor as output")
    if not output.requires_grad:
        raise ValueError(
            f"{asked_by}: the output, {label(output)}, was not recorded: nothing it was made from "
            "requires a gradient, or it was made under no_grad()"
        )


def _check_all_fresh(nodes: list[Node], asked_by: str) -> None:
    """Every node, since a result may be a view of a leaf that no gradient goes to."""
    first = next((node.serial for node in nodes if node.op is not None), None)
    if first is not None and last_change() > first:
        for node in nodes:
            check_fresh(node, asked_by)


def check_fresh(node: Node, asked_by: str) -> None:
    """Raise ``ValueError`` if a leaf that the node was made from has changed since."""
    for x in node.inputs:
        if isinstance(x, Node) and x.changed > node.serial:
            raise ValueError(
                f"{asked_by}: {label(x)} was changed in place after this graph was recorded, so "
                "its gradient would mix old and new values; compute the output again"
            )


def _seed(output: Node, seed: Operand | None, create_graph: bool, asked_by: str) -> Any:
    if seed is None:
        if output.values.size != 1:
            raise ValueError(
                f"{asked_by}: needs a scalar, got shape {output.shape}; reduce it (.sum(), "
                ".mean()) or pass a seed, the gradient arriving at it"
            )
        seed = np.ones(output.shape, output.dtype)
        return as_constant(seed, type(output)) if create_graph else seed
    if isinstance(seed, Node) and not create_graph:
        seed = seed.values
    if not isinstance(seed, Node):
        given, seed = seed, np.array(seed)
        if seed.dtype.kind not in "fiub":
            kind = type(given).__name__ if seed.dtype.kind == "O" else f"dtype {seed.dtype}"
            raise TypeError(f"{asked_by}: the seed is {kind}; expected real numbers")
        seed = seed.astype(output.dtype, copy=False)
    if seed.shape != output.shape:
        raise ValueError(
            f"{asked_by}: the seed has shape {seed.shape}; expected the output's {output.shape}"
        )
    return as_constant(seed, type(output)) if create_graph else seed


def as_constant(x: Node | Array, kind: type[Node]) -> Node:
    """An array as a node that requires no gradient; a node as it is."""
    if isinstance(x, Node):
        return x
    node = kind.__new__(kind)
    node._become(x, False)
    return node


def _at_rest(g: Any, x: Node, i: int, create_graph: bool) -> Any:
    """A gradient as it is handed out: its own memory, whatever the rules passed along."""
    if g is None:
        warnings.warn(
            f"gradients: the output does not depend on item {i} of wrt, {label(x)}; "
            "its gradient is zero",
            ZeroGradientWarning,
            stacklevel=3,
        )
        g = np.zeros(x.shape, x.dtype)
        return as_constant(g, type(x)) if create_graph else g
    if not create_graph:
        return own(g)
    # a recorded node cannot be changed; a constant (the seed, a view of it) can, so copy that
    return g if g.op is not None else +g


def own(g: Array) -> Array:
    """A copy in memory of its own, never a view."""
    return g.copy() if type(g) is np.ndarray else np.array(g)
