"""A plan in words: a readable line for each step."""

from collections.abc import Container, Iterable, Mapping, Sequence
from typing import NamedTuple

import numpy as np

from ..engine.core import Node
from ..engine.names import node_names
from .fuse_updates import Merged
from .memory import Memory


class Step(NamedTuple):
    """One line of a plan's listing: a call, or a view that needs none.

    ``buffer`` numbers the memory that the result lies in; ``None`` is memory that is not the plan's
    (a leaf that is changed).  ``in_place`` says that the result is written over an argument,
    ``with_next`` that one call computes it together with the next such step.
    """

    name: str
    op: str
    arguments: tuple[str, ...]
    settings: tuple[str, ...]
    shape: tuple[int, ...]
    dtype: str
    buffer: int | None
    in_place: bool = False
    is_view: bool = False
    with_next: bool = False

    @property
    def where(self) -> str:
        """In words, the memory that the result lies in."""
        if self.is_view:
            return "a view"
        if self.buffer is None:
            return "its own memory" + (", with the next" if self.with_next else "")
        return f"buffer {self.buffer}" + (", in place" if self.in_place else "")

    def __str__(self) -> str:
        """``a2 = sigmoid(z2)   (10, 30) float64   buffer 1, in place``."""
        call = f"{self.name} = {self.op}({', '.join((*self.arguments, *self.settings))})"
        return f"{call:<48} {self.shape!s:<12} {self.dtype:<8} {self.where}"


def list_steps(
    nodes: Sequence[Node],
    live: Container[Node],
    owner: Mapping[Node, Node],
    memory: Memory,
    merged: Sequence[Merged],
    copied: Iterable[tuple[Node, Node]],
) -> list[Step]:
    """A line for each live result, then one for each leaf that a new value is copied into."""
    names = node_names(nodes)
    waiting = {new for m in merged for new in m.news if new is not m.last}
    listing = []
    for node in nodes:
        if node in live and node.op is not None:
            arguments = [names[x] if isinstance(x, Node) else _constant(x) for x in node.inputs]
            settings = tuple(f"{k}={_constant(v)}" for k, v in node.params.items())
            listing.append(
                Step(names[node], node.op.name, tuple(arguments), settings, node.shape,
                     str(node.dtype), memory.number.get(owner[node]), node in memory.in_place,
                     is_view=owner[node] is not node, with_next=node in waiting)
            )  # fmt: skip
    for leaf, new in copied:
        into, dtype = names[leaf], str(leaf.dtype)
        listing.append(Step(into, "copy", (names[new],), (), leaf.shape, dtype, None))
    return listing


def _constant(x: object) -> str:
    """A constant in a listing: a number as it is, an array by its shape."""
    if isinstance(x, np.ndarray) and x.ndim:
        return f"array{x.shape}"
    return str(x)
