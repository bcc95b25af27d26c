"""The backward pass, step by step: which gradient is complete, where it is passed on, by what."""

from __future__ import annotations

import operator
import textwrap
from collections import Counter
from dataclasses import dataclass, replace

from ..backward import sweep, topological_order
from ..core import Array, Node
from .boxes import head, kind, short
from .drawing import Drawing
from .graph import MAX_NODES
from .jacobian import local_arrow
from .layers import groups, named
from .names import node_names
from .picture import Arrow, Box, Picture, State

_INCHES = 0.086  # as wide as a letter of a box is, on the average and a little more
_CAPTION = 56, 3  # letters in a line, lines: narrower than the graph, and always as high


@dataclass(frozen=True)
class Pass:
    """A backward pass to be looked at: its nodes, in which order, with what gradients."""

    nodes: list[Node]  # in topological order
    order: list[Node]  # results in the order in which their gradients are passed on
    gradients: dict[Node, Array]
    equations: dict[Node, str]


def backward_pass(cost: Node, asked_by: str) -> Pass:
    """Run the pass; nothing is stored on the graph."""
    nodes = topological_order(cost) if isinstance(cost, Node) else []
    if len(nodes) > MAX_NODES:
        raise ValueError(
            f"{asked_by}: the graph has {len(nodes):,} nodes, more than the {MAX_NODES} that can "
            "be looked at; draw a smaller example"
        )
    found = sweep([cost], None, [None], asked_by=asked_by)
    order = [node for node in reversed(nodes) if node.op is not None and node in found]
    return Pass(nodes, order, found, equations(nodes))


def equations(nodes: list[Node]) -> dict[Node, str]:
    """The equation of the book that gives the gradient of a recorded network's node.

    The gradient at ``z`` is the error δ (δ/m, if C is the mean over m examples).
    """
    z, b, w = (named(nodes, letter) for letter in "zbw")
    if not z or nodes[-1].name != "C":
        return {}
    last = max(z)
    found = {z[last]: f"BP1: δ{last} = ∇C ⊙ σ'(z{last})"}
    for k in sorted(z):
        if k != last:
            found[z[k]] = f"BP2: δ{k} = (w{k + 1}ᵀ δ{k + 1}) ⊙ σ'(z{k})"
        if k in b:
            found[b[k]] = f"BP3: ∂C/∂b{k} = δ{k}"
        if k in w:
            found[w[k]] = f"BP4: ∂C/∂w{k} = δ{k} a{k - 1}ᵀ"
    return found


def draw_backward(cost: Node, step: int | None = None) -> Drawing:
    """Draw the backward pass of ``cost`` as it is at one step, or after all of them.

    The boxes are those of :func:`draw_graph`; the arrows point the other way, as gradients flow.
    Results are numbered in the order in which they are visited: each after everything that used
    it, when all shares of its gradient are in.  At ``step`` k, counted from 1, the box with that
    number (thick line) hands a share on to each of its arguments; what is done has its gradient,
    what is still to come is dashed.  In a recorded network the nodes say which of BP1 to BP4 gives
    their gradient.  Gradients are computed for the picture and not stored.

    Raises ``ValueError`` for a step that there is not, for a graph too large to look at, and where
    :func:`autograd_nn.gradients` would.

    >>> import autograd_nn as ag
    >>> run = ag.Network([2, 3, 1], rng=0).record([0.5, -1.0], [1.0])
    >>> drawing = draw_backward(run.cost, step=1)
    >>> [line for box in drawing.picture.boxes for line in box.lines if line.startswith("BP1")]
    ["BP1: δ3 = ∇C ⊙ σ'(z3)"]
    """
    going = backward_pass(cost, "draw_backward")
    if step is not None:
        step = operator.index(step)
        if not 1 <= step <= len(going.order):
            raise ValueError(
                f"draw_backward: step={step}; expected 1 to {len(going.order)}, or None for the "
                "end of the pass"
            )
    return Drawing(frame(going, step))


def frame(going: Pass, step: int | None) -> Picture:
    """The picture at a step; boxes and words take the same room at every step."""
    number = {node: k for k, node in enumerate(going.order, start=1)}
    names, ids = node_names(going.nodes), {node: f"n{i}" for i, node in enumerate(going.nodes)}
    group, at = groups(going.nodes), len(going.order) + 1 if step is None else step
    wanted = Counter(x for node in going.order for x in receivers(node))
    arrived = Counter(x for node in going.order[: at - 1] for x in receivers(node))
    boxes, arrows = [], []
    for node in going.nodes:
        text, state, width = head(node, names[node])[:1], _state(node, going, number, at), 0.0
        if node in number:
            text = (f"{number[node]}   {text[0]}",)
        if node in going.gradients:
            text += (going.equations[node],) if node in going.equations else ()
            done = f"gradient {short(going.gradients[node])}"
            shares = f"{arrived[node]} of {wanted[node]} shares in"
            width = max(map(len, (*text, done, shares))) * _INCHES
            text += (shares if state == "to do" else done,)
        look = kind(node, going.nodes[-1])
        boxes.append(Box(ids[node], look, text, group.get(node, ""), state, width))
        for i, x in enumerate(node.inputs):
            if isinstance(x, Node):
                arrows.append(_arrow(local_arrow(node, i, x, ids), number.get(node), at))
    return Picture(tuple(boxes), tuple(arrows), _caption(going, step, names))


def receivers(node: Node) -> list[Node]:
    """The arguments that a node's rule hands a share to; one twice in ``x * x``."""
    assert node.op is not None
    return [
        x
        for i, x in enumerate(node.inputs)
        if isinstance(x, Node) and x.requires_grad and node.op.rules[i] is not None
    ]


def _state(node: Node, going: Pass, number: dict[Node, int], at: int) -> State:
    """How far the pass has come with a node; a leaf is done when all its shares are in."""
    if node not in going.gradients:
        return ""
    if node in number:
        return "done" if number[node] < at else "now" if number[node] == at else "to do"
    coming = (x for later in going.order[at - 1 :] for x in receivers(later))
    return "to do" if any(x is node for x in coming) else "done"


def _arrow(arrow: Arrow, number: int | None, at: int) -> Arrow:
    """The arrow turned round, and how far the pass has come with it."""
    if number is None or not arrow.label:
        return replace(arrow, faint=True)
    state: State = "done" if number < at else "now" if number == at else "to do"
    return replace(arrow, back=True, state=state)


def _caption(going: Pass, step: int | None, names: dict[Node, str]) -> tuple[str, ...]:
    """What happens at this step, in words, on a fixed number of lines."""
    width, high = _CAPTION
    if step is None:
        lines = [f"The pass is over: {len(going.order)} steps; every gradient is complete."]
    else:
        node = going.order[step - 1]
        parts = " and ".join(dict.fromkeys(names[x] for x in receivers(node)))
        lines = textwrap.wrap(
            f"Step {step} of {len(going.order)}: the gradient of {names[node]} is complete.", width
        ) + textwrap.wrap(f"Times the local derivative it goes to {parts}; shares add up.", width)
    examples = {n.shape[0] for n in named(going.nodes, "z").values() if n.data.ndim == 2}
    if going.equations and examples and max(examples) > 1:
        m = max(examples)
        lines.append(f"C is the mean over {m} examples: the gradient at z is δ/{m}.")
    return tuple(lines) + (" ",) * (high - len(lines))
