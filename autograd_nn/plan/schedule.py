"""From a traced graph to NumPy calls, in four stages: what lives how long, what lies in whose
memory, where each result is written, and the calls that write it.

There is no mathematics here: a step is an op's forward function, bound to its arrays.
"""

from collections.abc import Iterable, Sequence
from functools import partial
from typing import NamedTuple

import numpy as np

from ..engine.backward import topological_order
from ..engine.core import Node
from ..engine.types import Array
from .bind import Call, bind
from .fuse_updates import Merged, merge_updates
from .listing import Step, list_steps
from .memory import Memory, Pairs, allocate, find_direct, find_last_reads, find_live, find_owners


class Program(NamedTuple):
    """The calls that compute results and new values of leaves, and the arrays that they use."""

    computing: list[Call]
    updating: list[Call]
    results: list[Array]
    leaves: list[tuple[Node, Array]]  # from outside, each with the array that is read
    buffers: list[Array]
    listing: list[Step]


def schedule(
    results: Sequence[Node], pairs: Pairs, inputs: Sequence[Node], start: int, mark: int
) -> Program:
    """The calls for ``results`` and for the new value of each leaf of ``pairs``.

    What was made before the serial ``start`` is constant, but for leaves; what was made after
    ``mark`` belongs to the update of the leaves.
    """
    news = [new for _, new in pairs]
    nodes = topological_order(*results, *news, *[leaf for leaf, _ in pairs])
    live = find_live(nodes, inputs, start)
    order = [x for x in nodes if x in live and x.op is not None]
    owner = find_owners(nodes, order)
    kept = {owner[x] for x in (*results, *news)}
    last = find_last_reads(order, owner, kept)
    leaves = [x for x in nodes if x.op is None]
    into = find_direct(pairs, order, owner, last, leaves)
    merged = merge_updates(into, owner, order, kept)
    memory = allocate(order, owner, last, into, merged)
    steps = [x for x in order if owner[x] is x]
    copied = [(leaf, new) for leaf, new in pairs if into.get(new) is not leaf.values]
    copies = [partial(np.copyto, leaf.values, memory.array_of(new)) for leaf, new in copied]
    return Program(
        computing=emit([x for x in steps if x.serial < mark], memory, merged),
        updating=[*emit([x for x in steps if x.serial >= mark], memory, merged), *copies],
        results=[_hand_out(x, memory, x in live) for x in results],
        leaves=[(x, x.values) for x in leaves if x in live and x.serial < start],
        buffers=memory.buffers,
        listing=list_steps(nodes, live, owner, memory, merged, copied),
    )


def emit(steps: Iterable[Node], memory: Memory, merged: Sequence[Merged]) -> list[Call]:
    """The calls of these steps, in order; merged steps are one call, at the last of them."""
    one = {new: m for m in merged for new in m.news}
    calls: list[Call] = []
    for node in steps:
        if node not in one:
            args = [memory.argument(x) for x in node.inputs]
            calls += bind(node, args, memory.arrays[node])
        elif node is one[node].last:
            calls.append(one[node].call)
    return calls


def _hand_out(result: Node, memory: Memory, is_live: bool) -> Array:
    """A result's array; one that never changes is a copy that cannot be written to."""
    if is_live:
        return memory.array_of(result)
    constant = result.values.copy()
    constant.setflags(write=False)
    return constant
