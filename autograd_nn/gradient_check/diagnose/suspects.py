"""The mistakes that people make at each recorded operation, as rules that make or mend them.

Each is tried by sweeping again with another rule in its place.  If the gradient came from the
graph, the rule is under suspicion: is the wrong gradient mended by the right rule?  If it was
worked out by hand, the graph's gradient is right: does the wrong rule give what is claimed?
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

import numpy as np
import numpy.typing as npt

from ...differences.problem import Recorded
from ...engine.backward import sweep, topological_order
from ...engine.core import Node, label
from ...engine.types import Array, Rule
from ...ops import activations, tanh
from ..judge.judge import Finding
from ..verdict import Cause
from .evidence import Evidence, Explanation

ACTIVATIONS = {op.name for op in (*activations.ALL, tanh)}
REDUCTIONS = {"sum", "mean"}
_MOST = 200  # mistakes to try
_STEP = 2.0**-12


@dataclass(frozen=True)
class Suspect:
    """A mistake at an argument of a node: its cause, in words, and the rule to put in its place."""

    node: Node
    argument: int
    cause: Cause
    text: str
    rule: Rule
    everywhere: str = ""  # the words for this mistake made at all such operations


def find_mistake(
    findings: Sequence[Finding], wrong: dict[int, Evidence], cotangents: Array, run: Recorded
) -> Explanation | None:
    """A mistake at a recorded operation that explains every wrong argument, and no right one."""
    graph = run.graph
    if graph is None or not wrong or not graph.requires_grad:
        return None
    for changed in islice(list_suspects(graph, run.by_hand), _MOST):
        try:
            gradients = _sweep_with(graph, run.leaves, changed, cotangents)
        except ValueError:  # of another shape: not this one
            continue
        if _explains(gradients, findings, wrong, run.by_hand):
            one, several = changed[0], len(changed) > 1
            everywhere = f"{one.everywhere} at each of {len(changed)} places"
            return Explanation(one.cause, everywhere if several else one.text)
    return None


def _explains(
    gradients: list[Array], findings: Sequence[Finding], wrong: dict[int, Evidence], by_hand: bool
) -> bool:
    if not by_hand:
        return all(e.mended_by(gradients[i]) for i, e in wrong.items())
    if not all(e.explained_by(gradients[i]) for i, e in wrong.items()):
        return False
    right = [(f.gradients, gradients[f.position]) for f in findings if f.position not in wrong]
    rooms = [1e-9 * float(np.max(np.abs(claimed), initial=0.0)) for claimed, _ in right]
    return all(np.allclose(*pair, 1e-6, room) for pair, room in zip(right, rooms, strict=True))


def _sweep_with(
    graph: Node, leaves: Sequence[Node], changed: Sequence[Suspect], cotangents: Array
) -> list[Array]:
    """The gradients of each leaf, ``(cotangents, elements)``, with other rules at some nodes."""
    before = [s.node.op for s in changed]
    try:
        for s in changed:
            assert s.node.op is not None
            s.node.op = s.node.op.with_rule(s.argument, s.rule)
        found = [sweep([graph], leaves, [c.reshape(graph.shape)]) for c in cotangents]
    finally:
        for s, op in zip(changed, before, strict=True):
            s.node.op = op
    return [
        np.stack([np.ravel(f[x]) if x in f else np.zeros(x.data.size) for f in found])
        for x in leaves
    ]


def list_suspects(graph: Node, by_hand: bool) -> Iterator[list[Suspect]]:
    """One mistake at a time, those nearest to the result first; then the same one everywhere."""
    nodes = [n for n in topological_order(graph) if n.op is not None and n.requires_grad]
    bends = [node for node in nodes if node.op is not None and node.op.name in ACTIVATIONS]
    number = {node: k for k, node in enumerate(bends, start=1)}
    every: list[Suspect] = []
    for node in reversed(nodes):
        if node in number:
            which = f"activation {number[node]} of {len(bends)}" if len(bends) > 1 else ""
            every += _at_activation(node, which, bends, by_hand)
            continue
        if len(node.inputs) == 2:
            every += _not_transposed(node, by_hand)
        if by_hand:
            every += (*_factor_dropped(node), *_one_example(node), *_softmax_diagonal(node))
    yield from ([s] for s in every)
    kinds = dict.fromkeys(s.everywhere for s in every if s.everywhere)
    alike = ([s for s in every if s.everywhere == kind] for kind in kinds)
    yield from (same for same in alike if len(same) > 1)


def describe_place(node: Node) -> str:
    """Where a result is: by the layer if it has the book's name, else by op and shape."""
    match = re.fullmatch(r"a(\d+)", node.name or "")
    where = f"layer {match[1]}" if match else label(node)
    return f"{where}, recorded at {node.line}" if node.line else where


def _at_activation(
    node: Node, which: str, bends: Sequence[Node], by_hand: bool
) -> Iterator[Suspect]:
    """σ′(z) missing, there twice, taken of a, or of another layer's z."""
    assert node.op is not None
    right, at = node.op.rule(0), describe_place(node)
    if which and not at.startswith("layer"):
        at = f"{which}, {at}"
    of_z, of_a = _slope(node, node.arrays[0]), _slope(node, node.data)
    for factor, text in (
        (np.ones_like(of_z), "σ′(z) is missing"),
        (of_z * of_z, "σ′(z) appears twice"),
        (of_a, "σ′ is computed from the activation a, not from z,"),
    ):
        mending = of_z / factor
        rule = _times(None, factor) if by_hand else _times(right, mending)
        if by_hand or np.isfinite(mending).all():
            yield Suspect(node, 0, Cause.ACTIVATION_DERIVATIVE, f"{text} at {at}", rule, text)
    for other in bends if by_hand else ():
        if other is not node and other.shape == node.shape:
            text = f"σ′ is computed from the z of another layer at {at}"
            rule = _times(None, _slope(other, other.arrays[0]))
            yield Suspect(node, 0, Cause.ACTIVATION_DERIVATIVE, text, rule)


def _times(rule: Rule | None, factor: Array) -> Rule:
    """A rule that is another one times a factor; without another one, the factor alone."""
    return lambda g, *rest, **params: (g if rule is None else rule(g, *rest, **params)) * factor


def _slope(node: Node, z: npt.ArrayLike) -> Array:
    """σ′ by a central difference of the forward function: the rule itself is under suspicion."""
    assert node.op is not None
    z = np.asarray(z, np.float64)
    h = _STEP * np.maximum(np.abs(z), 1.0) * np.array([1.0, 0.5]).reshape(2, *(1,) * z.ndim)
    ends = [np.asarray(node.op.forward(z + s * h, **node.params)) for s in (1, -1)]
    coarse, fine = (ends[0] - ends[1]) / (2 * h)
    return np.asarray(fine + (fine - coarse) / 3)


def _softmax_diagonal(node: Node) -> Iterator[Suspect]:
    """Only the derivative by the own z is used."""
    if node.op is not None and node.op.name == "softmax":
        text = (
            f"only the diagonal of the softmax's Jacobian is used at {describe_place(node)}, but "
            "every z has a share in every result"
        )
        yield Suspect(node, 0, Cause.DIAGONAL, text, lambda g, y, x, **params: g * y * (1 - y))


def _not_transposed(node: Node, by_hand: bool) -> Iterator[Suspect]:
    """g @ b instead of g @ bᵀ, or a @ g of aᵀ @ g: of a square operand it has the right shape."""
    a, b = (np.asarray(x) for x in node.arrays)
    if not _is_product(node.data, a, b):
        return
    sides: tuple[tuple[Array, Rule, Rule, str], ...] = (
        (b, lambda g, y, a, b: g @ b.T, lambda g, y, a, b: g @ b, "g @ b instead of g @ b.T"),
        (a, lambda g, y, a, b: a.T @ g, lambda g, y, a, b: a @ g, "a @ g instead of a.T @ g"),
    )
    for i, (other, right, wrong, what) in enumerate(sides):
        x, square = node.inputs[i], other.ndim == 2 and other.shape[0] == other.shape[1] > 1
        if not isinstance(x, Node) or not x.requires_grad or not square:
            continue
        if by_hand or _behaves(node, i, wrong):
            at = f"in the product a @ b at {describe_place(node)}"
            text = f"a square matrix is not transposed: {what}, {at}"
            yield Suspect(node, i, Cause.TRANSPOSED, text, wrong if by_hand else right)


def _is_product(y: Array, a: Array, b: Array) -> bool:
    """Whether y is a @ b; for a commuting pair that is b @ a as well."""
    if not 1 <= min(a.ndim, b.ndim) <= max(a.ndim, b.ndim) == 2 or a.shape[-1] != b.shape[0]:
        return False
    product = a @ b
    return product.shape == y.shape and bool(np.allclose(y, product, rtol=1e-12, atol=0.0))


def _behaves(node: Node, i: int, rule: Rule) -> bool:
    """Whether a node's rule gives what another one would."""
    right = node.op.rule(i) if node.op is not None else None
    assert right is not None
    g = np.random.default_rng(0).standard_normal(node.shape)
    own = right(g, node.data, *node.arrays, **node.params)
    other = rule(g, node.data, *node.arrays)
    return np.shape(own) == other.shape and bool(np.allclose(own, other, rtol=1e-12))


def _factor_dropped(node: Node) -> Iterator[Suspect]:
    """What a value was multiplied by on the way up is forgotten on the way down."""
    if node.op is None or node.op.name != "mul":
        return
    for i in (0, 1):
        factor, x = node.inputs[1 - i], node.inputs[i]
        constant = not isinstance(factor, Node) or not factor.requires_grad
        several = np.ptp(np.asarray(node.arrays[1 - i])) > 0  # else it is a factor like any other
        if isinstance(x, Node) and x.shape == node.shape and constant and several:
            text = f"the factor multiplied in at {describe_place(node)} is missing (a mask?)"
            yield Suspect(node, i, Cause.SOME_ELEMENTS, text, lambda g, *rest, **params: g)


def _one_example(node: Node) -> Iterator[Suspect]:
    """Of a mini-batch only the last example counts, or the first: = instead of +=."""
    op, x = node.op, node.inputs[0]
    if op is None or op.name not in REDUCTIONS or not isinstance(x, Node) or len(x.data) < 2:
        return
    right, examples = op.rule(0), len(x.data)
    for which, row in (("last", -1), ("first", 0)):
        for scale, more in ((1.0, ""), (float(examples), ", and no mean is taken")):
            only = np.zeros((examples, *(1,) * (x.data.ndim - 1)))
            only[row] = scale
            text = (
                f"only the {which} of {examples} examples, or rows, counts{more}: "
                "= instead of += in a loop?"
            )
            yield Suspect(node, 0, Cause.NOT_ACCUMULATED, text, _times(right, only))
