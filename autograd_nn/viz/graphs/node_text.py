"""What a box says of a node of the recorded graph: its kind, its name, its numbers."""

import re

import numpy as np

from ...engine.core import Node
from ...engine.types import Array
from ...support.style import number, numbers, shape_text
from ..picture.picture import NodeKind

_SHOWN_ELEMENTS = 4  # arrays up to this size show their elements, larger ones their norm
_LONG = 24  # letters of a line; "gradient norm 0.0001234" is on one


def check_tensor(output: object, asked_by: str) -> None:
    """Raise ``TypeError`` for anything but a tensor; of a recorded pass that is its cost."""
    if not isinstance(output, Node):
        hint = ""
        if isinstance(getattr(output, "cost", None), Node):
            hint = "; it has one: draw its .cost"
        elif hasattr(output, "record"):
            hint = "; record a pass of it, and draw record(x, y).cost"
        raise TypeError(f"{asked_by}: got {type(output).__name__}, expected a tensor{hint}")


def kind(node: Node, output: Node) -> NodeKind:
    """Whether a node is the output, another result, a parameter or an input."""
    if node is output:
        return "cost"
    if node.op is not None:
        return "result"
    return "parameter" if node.requires_grad else "input"


def title(name: str, op: str) -> str:
    """A result's name and op: ``z2 = add``; the op only once where it is the name: ``mul1``.

    >>> title("z2", "add"), title("mul1", "mul")
    ('z2 = add', 'mul1')
    """
    return name if re.fullmatch(re.escape(op) + r"\d+", name) else f"{name} = {op}"


def head(node: Node, name: str) -> tuple[str, ...]:
    """Name, op and shape."""
    first = title(name, node.op.name) if node.op is not None else name
    return (first, f"shape {shape_text(node.shape)}") if node.shape else (first,)


def lines(node: Node, name: str) -> tuple[str, ...]:
    """Name and op, shape, value and, where there can be one, the gradient."""
    slope = on_lines(gradient(node)) if node.requires_grad else ()
    return (*head(node, name), short(node.data), *slope)


def on_lines(text: str) -> tuple[str, ...]:
    """The first word above the rest where the line is long, so that the box is narrower.

    >>> on_lines("gradient 0.5"), on_lines("gradient [-0.0012, 0.034, 0.56]")
    (('gradient 0.5',), ('gradient', '[-0.0012, 0.034, 0.56]'))
    """
    return (text,) if len(text) <= _LONG else tuple(text.split(" ", 1))


def gradient(node: Node) -> str:
    """The gradient of a node, or that there is none yet, which is not the same as 0."""
    return "gradient: none yet" if node.grad is None else f"gradient {short(node.grad)}"


def short(array: Array) -> str:
    """A number, the elements of a small array, or the norm of a larger one."""
    if array.ndim == 0:
        return number(float(array))
    if array.size <= _SHOWN_ELEMENTS:
        return numbers(array.ravel())
    return f"norm {number(float(np.linalg.norm(array)))}"
