"""The backward pass, step by step: which gradient is complete, where it is passed on, by what."""

import textwrap
from collections import Counter
from dataclasses import dataclass, replace
from functools import cached_property

from ...engine.backward import sweep, topological_order
from ...engine.core import Node
from ...engine.names import node_names
from ...engine.types import Array
from ...paths.names import groups, named
from ...support.checks import check_count
from ...support.style import plural
from ..picture.picture import Arrow, Box, Direction, Picture, State, check_direction, check_size
from ..picture.text_size import box_width, direction_that_fits
from ..render.drawing import Drawing
from .graph import MAX_NODES
from .jacobian import local_arrow
from .node_text import check_tensor, head, kind, on_lines, short

_CAPTION = 56  # letters in a line, so that it is narrower than all but the smallest graphs


@dataclass(frozen=True)
class Pass:
    """A backward pass to draw: its nodes, in which order, with which gradients."""

    nodes: list[Node]  # in topological order
    order: list[Node]  # results in the order in which their gradients are passed on
    gradients: dict[Node, Array]
    equations: dict[Node, str]
    captions: dict[int | None, list[str]]  # by the number of the step, None for the end
    ids: dict[Node, str]
    arrows: dict[Node, list[Arrow]]  # into each node, as in the picture of the graph
    direction: Direction | None  # None: whichever fits

    @cached_property
    def number(self) -> dict[Node, int]:
        """The number of the step at which a result is visited, from 1."""
        return {node: k for k, node in enumerate(self.order, start=1)}


def backward_pass(cost: Node, asked_by: str, direction: Direction | None = None) -> Pass:
    """Run the pass; nothing is stored on the graph."""
    check_direction(direction, asked_by)
    check_tensor(cost, asked_by)
    nodes = topological_order(cost)
    check_size(asked_by, len(nodes), "nodes", MAX_NODES, "draw a smaller example")
    found = sweep([cost], None, [None], asked_by=asked_by)
    order = [node for node in reversed(nodes) if node.op is not None and node in found]
    captions = _captions(nodes, order)
    ids = {node: f"n{i}" for i, node in enumerate(nodes)}
    arrows: dict[Node, list[Arrow]] = {node: [] for node in nodes}
    for node in nodes:
        tensors = ((i, x) for i, x in enumerate(node.inputs) if isinstance(x, Node))
        arrows[node] += [local_arrow(node, i, x, ids) for i, x in tensors]
    return Pass(nodes, order, found, equations(nodes), captions, ids, arrows, direction)


def equations(nodes: list[Node]) -> dict[Node, str]:
    """The book's equation, BP1 to BP4, for the gradient of each node of a recorded network.

    The gradient at ``z`` is the error δ (δ/m, if C is the mean over m examples).  Each softmax
    output depends on all of z, so that σ' is a Jacobian.  m2 is dropout's mask, which multiplies
    a2.
    """
    z, a, b, w = (named(nodes, letter) for letter in "zabw")
    if not z or nodes[-1].name != "C":
        return {}
    last = max(z)
    softmax = any("softmax" in name for name in _used_by(nodes, z[last]))
    by_z = f"(∂a{last}/∂z{last})ᵀ ∇C" if softmax else f"∇C ⊙ σ'(z{last})"
    found = {z[last]: f"BP1: δ{last} = {by_z}"}
    sent = {  # what a layer hands on: its activations, or those that dropout lets through
        k: f"(m{k} ⊙ a{k})" if k < last and "mul" in _used_by(nodes, node) else f"a{k}"
        for k, node in a.items()
    }
    for k in sorted(z):
        if k != last:
            mask = f" ⊙ m{k}" if sent.get(k, "").startswith("(") else ""
            found[z[k]] = f"BP2: δ{k} = (w{k + 1}ᵀ δ{k + 1}){mask} ⊙ σ'(z{k})"
        if k in b:
            found[b[k]] = f"BP3: ∂C/∂b{k} = δ{k}"
        if k in w:
            found[w[k]] = f"BP4: ∂C/∂w{k} = δ{k} {sent.get(k - 1, f'a{k - 1}')}ᵀ"
    return found


def _used_by(nodes: list[Node], argument: Node) -> set[str]:
    """The names of the ops that a node goes into."""
    return {node.op.name for node in nodes if node.op and any(x is argument for x in node.inputs)}


def draw_backward(
    cost: Node, step: int | None = None, *, direction: Direction | None = None
) -> Drawing:
    """Draw the backward pass of ``cost`` as it is at one step, or after all of them.

    The boxes are those of :func:`draw_graph`, ``direction`` is as there; the arrows point the other
    way, as gradients flow. Results are numbered in the order in which they are visited: each after
    everything that used it, when all shares of its gradient are in. At ``step`` k, counted from 1,
    the box with that number (thick line) passes a share on to each of its arguments; boxes that
    are done show their gradient, those still to come are dashed. In a recorded network the nodes
    say which of BP1 to BP4 gives their gradient. Gradients are computed for the picture and not
    stored.

    ``cost`` is a scalar, ``step`` 1 to the number of results, or None for the end.  Raises
    ``TypeError`` for what is not a tensor, and ``ValueError`` for another ``step`` or
    ``direction``, for more than 500 nodes, and where :func:`autograd_nn.gradients` would.

    >>> import autograd_nn as ag
    >>> run = ag.Network([2, 3, 1], rng=0).record([0.5, -1.0], [1.0])
    >>> drawing = draw_backward(run.cost, step=1)
    >>> [line for box in drawing.picture.boxes for line in box.lines if line.startswith("BP1")]
    ["BP1: δ3 = ∇C ⊙ σ'(z3)"]
    """
    going = backward_pass(cost, "draw_backward", direction)
    if step is not None:
        check_count(step, "draw_backward: step", 1, len(going.order))
    return Drawing(frame(going, step))


def frame(going: Pass, step: int | None) -> Picture:
    """The picture at a step; boxes and words take the same room at every step."""
    number, names, group = going.number, node_names(going.nodes), groups(going.nodes)
    at = len(going.order) + 1 if step is None else step
    wanted = Counter(x for node in going.order for x in receivers(node))
    arrived = Counter(x for node in going.order[: at - 1] for x in receivers(node))
    boxes, arrows = [], []
    for node in going.nodes:
        complete = arrived[node] == wanted[node]
        text, state, width = head(node, names[node])[:1], _state(node, going, at, complete), 0.0
        if node in number:
            text = (f"{number[node]}. {text[0]}",)
        if node in going.gradients:
            text += (going.equations[node],) if node in going.equations else ()
            done = on_lines(f"gradient {short(going.gradients[node])}")
            shares = (*done[:-1], f"{arrived[node]} of {wanted[node]} shares in")
            width = box_width((*text, *done, *shares))
            text += shares if state == "to do" else done
        look = kind(node, going.nodes[-1])
        boxes.append(Box(going.ids[node], look, text, group.get(node, ""), state, width))
        arrows += [_arrow(arrow, number.get(node), at) for arrow in going.arrows[node]]
    caption = tuple(going.captions[step])
    title = f"The backward pass of {names[going.nodes[-1]]}. {' '.join(caption).strip()}"
    picture = Picture(tuple(boxes), tuple(arrows), caption, title=title)
    return replace(picture, direction=going.direction or direction_that_fits(picture))


def receivers(node: Node) -> list[Node]:
    """The arguments that a node's rule hands a share to; one twice in ``x * x``."""
    assert node.op is not None
    tensors = [(i, x) for i, x in enumerate(node.inputs) if isinstance(x, Node)]
    return [x for i, x in tensors if x.requires_grad and node.op.rule(i) is not None]


def _state(node: Node, going: Pass, at: int, complete: bool) -> State:
    """How far the pass has come with a node; a leaf is done when all its shares are in."""
    if node not in going.gradients:
        return ""
    return _when(going.number.get(node, at - 1 if complete else at + 1), at)


def _when(number: int, at: int) -> State:
    return "done" if number < at else "now" if number == at else "to do"


def _arrow(arrow: Arrow, number: int | None, at: int) -> Arrow:
    """The arrow turned round, and how far the pass has come with it."""
    if number is None or not arrow.label:
        return replace(arrow, state="to do")  # pale: nothing flows back along it
    return replace(arrow, back=True, state=_when(number, at))


def _captions(nodes: list[Node], order: list[Node]) -> dict[int | None, list[str]]:
    """What happens at each step and at the end, in words, on equally many lines."""
    names = node_names(nodes)
    captions: dict[int | None, list[str]] = {}
    for step, node in enumerate(order, start=1):
        parts = " and ".join(dict.fromkeys(names[x] for x in receivers(node)))
        complete = f"Step {step} of {len(order)}: the gradient of {names[node]} is complete."
        onward = f"Times the local derivative it goes to {parts}; shares add up."
        captions[step] = textwrap.wrap(complete, _CAPTION) + textwrap.wrap(onward, _CAPTION)
    steps = plural(len(order), "step")
    captions[None] = [f"The pass is over: {steps}; every gradient is complete."]
    high, mean = max(map(len, captions.values())), []
    m = max((z.shape[0] for z in named(nodes, "z").values() if z.data.ndim == 2), default=1)
    if m != 1 and nodes[-1].name == "C":
        mean = [f"C is the mean over {m} examples: the gradient at z is δ/{m}."]
    for lines in captions.values():
        lines += [*mean, *[" "] * (high - len(lines))]
    return captions
