"""The recorded graph folded: a box for each layer, or for each tensor that has a name."""

import numpy as np

from ...engine.core import Node
from ...engine.names import node_names
from ...engine.types import Array
from ...paths.contract import contract
from ...paths.edges import Edges, connections
from ...paths.names import named
from ...paths.rates import rates
from ...support.style import shape_text
from ..picture.picture import Arrow, Box, Picture, check_size
from .jacobian import can_probe, jacobian_arrow
from .node_text import gradient, kind, lines, short

MAX_BOXES = 300
_LONG = 46  # letters of a line


def folded_picture(nodes: list[Node]) -> Picture:
    """The layers of a recorded network; of any other graph its leaves, named tensors and output.

    An arrow carries the derivative of what it leads to by where it comes from, through all that
    is folded between the two.
    """
    layer = _layers(nodes)
    named_or_leaf = [n for n in nodes if n.op is None or n.name is not None or n is nodes[-1]]
    heads = list(layer) or named_or_leaf
    advice = "draw a smaller example"
    check_size("draw_graph", len(heads), "named tensors and leaves", MAX_BOXES, advice)
    inside = _inside(heads)
    names, ids = node_names(nodes), {head: f"n{i}" for i, head in enumerate(heads)}
    boxes, arrows = [], []
    for head in heads:
        text = lines(head, names[head])
        if layer:
            text = _layer_lines(head, layer[head], nodes)
        elif len(inside[head]) > 1:  # how many nodes are folded into the box
            text = (f"{text[0]} ({len(inside[head])} nodes)", *text[1:])
        boxes.append(Box(ids[head], kind(head, nodes[-1]), text))
        arrows += _arrows(head, inside[head], ids)
    return Picture(tuple(boxes), tuple(arrows))


def _layers(nodes: list[Node]) -> dict[Node, int]:
    """What stands for each layer of a recorded network: its activations, else z; for 0 the cost."""
    z, a = named(nodes, "z"), named(nodes, "a")
    if not z or nodes[-1].name != "C":
        return {}
    return {head: layer for layer, head in sorted((z | a).items())} | {nodes[-1]: 0}


def _inside(heads: list[Node]) -> dict[Node, list[Node]]:
    """Of each head: the nodes that lead to it and to no other head on the way, itself included."""
    others, found = set(heads), {}
    for head in heads:
        seen, stack = {head}, [head]
        while stack:
            for x in stack.pop().inputs:
                if isinstance(x, Node) and x not in seen and x not in others:
                    seen.add(x)
                    stack.append(x)
        found[head] = sorted(seen, key=lambda n: n.serial)
    return found


def _layer_lines(head: Node, layer: int, nodes: list[Node]) -> tuple[str, ...]:
    """A layer: its neurons, parameters, activations and errors, by the book's names."""
    if layer == 0:
        return lines(head, "C")
    several = f", {head.shape[0]} examples" if head.data.ndim > 1 else ""
    if layer == 1:
        return f"layer 1: {head.shape[-1]} inputs{several}", f"a1  {short(head.data)}"
    op = f"{head.op.name} " if head.op is not None and head.name == f"a{layer}" else ""
    neurons = "neurons" if head.shape[-1] > 1 else "neuron"
    title, values, slopes = f"layer {layer}: {head.shape[-1]} {op}{neurons}{several}", [], []
    for letter in "wbza":
        node = named(nodes, letter).get(layer)
        if node is not None:
            shape = f"{shape_text(node.shape)}  " if letter == "w" else ""
            values.append(f"{letter}{layer}  {shape}{short(node.data)}")
            slopes.append(gradient(node) if node.requires_grad else "")
    return title, *_beside(values, slopes)


def _beside(values: list[str], slopes: list[str]) -> list[str]:
    """Values with their gradients: on one line each, or on two where that makes a wide box."""
    lines = [f"{v},  {s}" if s else v for v, s in zip(values, slopes, strict=True)]
    if max(map(len, lines), default=0) <= _LONG:
        return lines
    found = []
    for v, s in zip(values, slopes, strict=True):
        found += [v, s.replace("gradient", f"gradient of {v.split()[0]}")] if s else [v]
    return found


def _arrows(head: Node, inside: list[Node], ids: dict[Node, str]) -> list[Arrow]:
    """From each head that this one is made of, with the derivative through what is folded."""
    sources = {x for node in inside for x in node.inputs if isinstance(x, Node) and x in ids}
    ways = _derivatives(head, inside, sources)
    return [
        jacobian_arrow(ids[source], ids[head], head, source, ways.get(source))
        if source.requires_grad and head.requires_grad
        else Arrow(ids[source], ids[head])
        for source in ids
        if source in sources
    ]


def _derivatives(head: Node, inside: list[Node], sources: set[Node]) -> dict[Node, Array]:
    """The entries of ∂head/∂source for each source; none where there are too many to ask for."""
    edges, led = [], set(sources)
    for node in inside:
        for i, x in enumerate(node.inputs):
            if not (isinstance(x, Node) and x in led and x.requires_grad and node.requires_grad):
                continue
            assert node.op is not None
            if node.op.rule(i) is None:
                continue
            if not can_probe(node, i, x):
                return {}
            columns, rows = connections(node, i, np.arange(x.data.size))
            edges.append(Edges(x, node, columns, rows, rates(node, i, columns, rows)))
            led.add(node)
    return {edge.source: edge.rates for edge in contract(edges, {head, *sources})}
