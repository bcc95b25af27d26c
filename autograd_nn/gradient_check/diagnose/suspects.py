"""Which mistake in the rule of a recorded operation would explain the wrong gradient?

The most asked question about the book's code is where σ′(z) went.  So at each recorded operation
the mistakes that people make there are tried, by sweeping again with another rule in its place.
If the gradient came from the graph, the rule is under suspicion: is the wrong gradient mended by
the right rule?  If it was worked out by hand, the graph's gradient is the right one: does it become
the wrong one by the wrong rule?
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ...engine.backward import sweep, topological_order
from ...engine.core import Array, Node, label
from ...ops import activations, tanh

Rule = Callable[..., Any]
NAMES = {op.name for op in (*activations.ALL, tanh)}
CAUSE = "activation derivative"
REDUCTIONS = {"sum", "mean"}
_STEP = 2.0**-12


@dataclass(frozen=True)
class Suspect:
    """A mistake at one argument of a recorded operation: its cause, in words, and the rule to put
    there instead."""

    node: Node
    argument: int
    cause: str
    text: str
    rule: Rule
    everywhere: str = ""  # the words for this mistake made at all such operations


def suspects(graph: Node, by_hand: bool) -> Iterator[list[Suspect]]:
    """One mistake at a time, those nearest to the result first; then the same one everywhere."""
    nodes = [
        node
        for node in reversed(topological_order(graph))
        if node.op is not None and node.requires_grad
    ]
    bends = [node for node in reversed(nodes) if node.op is not None and node.op.name in NAMES]
    number = {node: f"activation {k} of {len(bends)}" for k, node in enumerate(bends, start=1)}
    every: list[Suspect] = []
    with np.errstate(all="ignore"):
        for node in nodes:
            if node in number:
                at = _activation_at(node, number[node] if len(bends) > 1 else "")
                every += _activation(node, by_hand, at)
                every += _of_another(node, bends, at) if by_hand else ()
            else:
                every += _of(node, by_hand)
    yield from ([s] for s in every)
    for kind in dict.fromkeys(s.everywhere for s in every if s.everywhere):
        same = [s for s in every if s.everywhere == kind]
        if len(same) > 1:
            yield same


def _of(node: Node, by_hand: bool) -> Iterator[Suspect]:
    assert node.op is not None
    if len(node.inputs) == 2:
        yield from _not_transposed(node, by_hand)
    if by_hand:
        yield from _factor_dropped(node)
        yield from _one_example(node)
        yield from _diagonal(node)


def _activation_at(node: Node, which: str) -> str:
    at = place(node)
    return f"{which}, {at}" if which and not at.startswith("layer") else at


def _activation(node: Node, by_hand: bool, at: str) -> Iterator[Suspect]:
    """σ′(z) missing, there twice, or taken of a."""
    assert node.op is not None
    right = node.op.rule(0)
    of_z, of_a = _slope(node, node.arrays[0]), _slope(node, node.data)
    for factor, text in (
        (np.ones_like(of_z), "σ′(z) is missing"),
        (of_z * of_z, "σ′(z) is there twice"),
        (of_a, "σ′ is taken of the activation a, not of z,"),
    ):
        mending = of_z / factor
        if by_hand:
            yield Suspect(node, 0, CAUSE, f"{text} at {at}", _times(None, factor), text)
        elif np.isfinite(mending).all():
            yield Suspect(node, 0, CAUSE, f"{text} at {at}", _times(right, mending), text)


def _of_another(node: Node, bends: Sequence[Node], at: str) -> Iterator[Suspect]:
    """σ′ taken of another layer's z."""
    for other in bends:
        if other is not node and other.shape == node.shape:
            text = f"σ′ is taken of the z of another layer at {at}"
            yield Suspect(node, 0, CAUSE, text, _times(None, _slope(other, other.arrays[0])))


def _diagonal(node: Node) -> Iterator[Suspect]:
    """Of a softmax the derivative by the own z only."""
    assert node.op is not None
    if node.op.name == "softmax":
        text = (
            "only the diagonal of the Jacobian is used of the softmax at "
            f"{place(node)}: every z has a share in every result"
        )
        yield Suspect(node, 0, "diagonal", text, lambda g, y, x, **params: g * y * (1 - y))


def _times(rule: Rule | None, factor: Array) -> Rule:
    """A rule that is another one times a factor; without another one, the factor alone."""
    if rule is None:
        return lambda g, *rest, **params: g * factor
    return lambda g, *rest, **params: rule(g, *rest, **params) * factor


def _slope(node: Node, z: Any) -> Array:
    """σ′ by a central difference of the forward function: the rule itself is under suspicion."""
    assert node.op is not None
    z = np.asarray(z, np.float64)
    h = _STEP * np.maximum(np.abs(z), 1.0) * np.array([1.0, 0.5]).reshape(2, *(1,) * z.ndim)
    ends = [np.asarray(node.op.forward(z + s * h, **node.params)) for s in (1, -1)]
    coarse, fine = (ends[0] - ends[1]) / (2 * h)
    slope: Array = fine + (fine - coarse) / 3
    return slope


def _not_transposed(node: Node, by_hand: bool) -> Iterator[Suspect]:
    """g @ b in place of g @ bᵀ, or a @ g of aᵀ @ g: of a square operand it has the right shape."""
    assert node.op is not None
    a, b = (np.asarray(x) for x in node.arrays)
    if not _is_product(node.data, a, b):
        return
    for i, other in ((0, b), (1, a)):
        x = node.inputs[i]
        if not isinstance(x, Node) or not x.requires_grad or not _square(other):
            continue
        right: Rule = (lambda g, y, a, b: g @ b.T) if i == 0 else (lambda g, y, a, b: a.T @ g)
        wrong: Rule = (lambda g, y, a, b: g @ b) if i == 0 else (lambda g, y, a, b: a @ g)
        if (a.ndim == 2 and b.ndim == 1 and i == 0) or (a.ndim == 1 and i == 1):
            continue  # an outer product
        if not by_hand and not _behaves(node, i, wrong):
            continue
        spelled = "g @ b in place of g @ b.T" if i == 0 else "a @ g in place of a.T @ g"
        text = (
            f"a square matrix is not transposed: {spelled}, of the product a @ b at {place(node)}"
        )
        yield Suspect(node, i, "transposed", text, wrong if by_hand else right)


def _is_product(y: Array, a: Array, b: Array) -> bool:
    """Whether y is a @ b; a commuting pair is not told from b @ a."""
    if not 1 <= min(a.ndim, b.ndim) <= max(a.ndim, b.ndim) == 2 or a.shape[-1] != b.shape[0]:
        return False
    product = a @ b
    return product.shape == y.shape and bool(np.allclose(y, product, rtol=1e-12, atol=0.0))


def _square(x: Array) -> bool:
    return x.ndim == 2 and x.shape[0] == x.shape[1] > 1


def _behaves(node: Node, i: int, rule: Rule) -> bool:
    """Whether a node's rule gives what another one would."""
    assert node.op is not None
    right = node.op.rule(i)
    assert right is not None
    g = np.random.default_rng(0).standard_normal(node.shape)
    own = right(g, node.data, *node.arrays, **node.params)
    other = rule(g, node.data, *node.arrays)
    return np.shape(own) == other.shape and bool(np.allclose(own, other, rtol=1e-12))


def _factor_dropped(node: Node) -> Iterator[Suspect]:
    """What a value was multiplied with on the way up is forgotten on the way down."""
    assert node.op is not None
    if node.op.name != "mul":
        return
    for i in (0, 1):
        factor, x = node.inputs[1 - i], node.inputs[i]
        constant = not isinstance(factor, Node) or not factor.requires_grad
        several = np.ptp(np.asarray(node.arrays[1 - i])) > 0  # else it is a factor like any other
        if isinstance(x, Node) and x.shape == node.shape and constant and several:
            text = f"the factor that is multiplied with at {place(node)} is missing (a mask?)"
            yield Suspect(node, i, "some elements", text, lambda g, *rest, **params: g)


def _one_example(node: Node) -> Iterator[Suspect]:
    """Of a mini-batch only the last example counts, or the first: = in place of +=."""
    assert node.op is not None
    x = node.inputs[0]
    if node.op.name not in REDUCTIONS or not isinstance(x, Node) or len(x.data) < 2:
        return
    right, examples = node.op.rule(0), len(x.data)
    for which, row in (("last", -1), ("first", 0)):
        for scale, more in ((1.0, ""), (float(examples), ", and no mean is taken")):
            only = np.zeros((examples, *(1,) * (x.data.ndim - 1)))
            only[row] = scale
            text = (
                f"only the {which} of {examples} examples, or rows, counts{more}: "
                "= in place of += in a loop?"
            )
            yield Suspect(node, 0, "not accumulated", text, _times(right, only))


def place(node: Node) -> str:
    """Where a result is: by the layer if it has the book's name, else by op and shape."""
    match = re.fullmatch(r"a(\d+)", node.name or "")
    where = f"layer {match[1]}" if match else label(node)
    return f"{where}, recorded at {node.line}" if node.line else where


def with_rules(
    graph: Node, leaves: Sequence[Node], changed: Sequence[Suspect], cotangents: Array
) -> list[Array]:
    """The gradients of each leaf, ``(cotangents, elements)``, with other rules at some nodes."""
    before = [s.node.op for s in changed]
    try:
        for s in changed:
            op = s.node.op
            assert op is not None
            s.node.op = op.with_rule(s.argument, s.rule)
        with np.errstate(all="ignore"):
            found = [sweep([graph], leaves, [c.reshape(graph.shape)]) for c in cotangents]
    finally:
        for s, op in zip(changed, before, strict=True):
            s.node.op = op
    return [
        np.stack([np.ravel(f[x]) if x in f else np.zeros(x.data.size) for f in found])
        for x in leaves
    ]
