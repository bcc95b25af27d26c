"""Which memory each result of a traced graph lies in, and when it can be used again.

Constants are computed once, views need no memory, memory is used again when its last reader is
done, and a step that works element by element writes over an argument that nobody reads any more.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.lib.array_utils import byte_bounds

from ..engine.core import Node, label, nodes_among, value
from ..engine.types import Array
from ..ops.connections import elementwise
from .fuse_updates import Merged

_NEVER = 1 << 60  # after every step: memory that is read once the steps are done

Pairs = Sequence[tuple[Node, Node]]
"""Leaves, each with its new value."""


def find_live(nodes: Iterable[Node], inputs: Iterable[Node], start: int) -> set[Node]:
    """What may change from run to run: inputs, leaves from outside, all that is made of them.

    Raises ``ValueError`` for a result that was recorded before ``start``.
    """
    live = set(inputs)
    for node in nodes:
        made_here = node.serial >= start
        if not made_here and node.op is not None and node.requires_grad:
            raise ValueError(
                f"Plan: {label(node)} was recorded before the plan was made, so it could not "
                "follow its leaves; compute it inside the function"
            )
        of_live = any(x in live for x in nodes_among(node.inputs))
        if of_live if made_here else node.op is None:
            live.add(node)
    return live


def find_owners(nodes: Iterable[Node], order: Iterable[Node]) -> dict[Node, Node]:
    """For each node the one whose memory it lies in: itself, or what it is a view of."""
    owner = {node: node for node in nodes}
    for node in order:
        if node.values.base is not None:
            for x in nodes_among(node.inputs):
                if np.may_share_memory(node.values, x.values):
                    owner[node] = owner[x]
    return owner


def find_last_reads(
    order: Sequence[Node], owner: Mapping[Node, Node], kept: Iterable[Node]
) -> dict[Node, int]:
    """For each owner of memory the last step that reads it; ``kept`` are read after all steps."""
    last: dict[Node, int] = {}
    for k, node in enumerate(order):
        if owner[node] is node:  # a view reads nothing by itself
            for x in nodes_among(node.inputs):
                last[owner[x]] = k
    return last | dict.fromkeys(kept, _NEVER)


def find_direct(
    pairs: Pairs,
    order: Sequence[Node],
    owner: Mapping[Node, Node],
    last: Mapping[Node, int],
    leaves: Sequence[Node],
) -> dict[Node, Array]:
    """New values that can be computed straight into the array of the leaf that they are for."""
    place = {node: k for k, node in enumerate(order)}
    constants = [x for node in order for x in node.inputs if isinstance(x, np.ndarray)]
    into: dict[Node, Array] = {}
    for leaf, new in pairs:
        others = [*constants, *[x.values for x in leaves if x is not leaf]]
        if any(np.may_share_memory(a, leaf.values) for a in others):
            continue  # who reads the memory under another name reads it later, perhaps
        computed = new in place and owner[new] is new and new not in into
        if not computed or not _same_layout(new.values, leaf.values):
            continue
        reads = any(owner[x] is leaf for x in nodes_among(new.inputs))
        in_time = last.get(leaf, -1) <= place[new]
        if in_time and (not reads or _can_overwrite(new, leaf.values, map(value, new.inputs))):
            into[new] = leaf.values
    return into


class Memory(NamedTuple):
    """Each result's array; the plan's buffers, and in which of them (by its number) results lie."""

    arrays: dict[Node, Array]
    buffers: list[Array]
    number: dict[Node, int]  # of those that own their memory, unless that is a leaf's
    in_place: set[Node]  # written over an argument

    def array_of(self, node: Node) -> Array:
        """The array that a node's values will be in."""
        return self.arrays.get(node, node.values)

    def argument(self, x: object) -> Any:
        """The same for an argument of an op; what is no node, as it is."""
        return self.array_of(x) if isinstance(x, Node) else x


def allocate(
    order: Sequence[Node],
    owner: Mapping[Node, Node],
    last: Mapping[Node, int],
    into: Mapping[Node, Array],
    merged: Sequence[Merged],
) -> Memory:
    """An array for the result of each step; ``into`` and ``merged`` say where some have to be."""
    given = dict(into)
    for m in merged:
        given |= m.places
    memory = Memory({}, [m.sources for m in merged], {}, set())
    free: dict[tuple[object, ...], list[int]] = {}
    for k, node in enumerate(order):
        args = [memory.argument(x) for x in node.inputs]
        if owner[node] is not node:
            assert node.op is not None
            memory.arrays[node] = node.op.forward(*args, **node.params)
            continue
        owners = dict.fromkeys(owner[x] for x in nodes_among(node.inputs))
        dying = {x: memory.number[x] for x in owners if last[x] == k and x in memory.number}
        out = given.get(node)
        if out is None:
            over = _find_overwritten(node, args, owner, dying)
            if over is None:
                memory.number[node] = _buffer_like(node.values, memory.buffers, free)
                out = memory.buffers[memory.number[node]]
            else:
                memory.number[node] = dying.pop(owner[over])
                out = memory.arrays[over]
        memory.arrays[node] = out
        if any(a is out for a in args):
            memory.in_place.add(node)
        for number in dying.values():
            free.setdefault(_layout(memory.buffers[number]), []).append(number)
    for i, m in enumerate(merged):  # only now: nobody else may use these again
        memory.number.update(dict.fromkeys(m.places, i))
    return memory


def _find_overwritten(
    node: Node, args: Sequence[Any], owner: Mapping[Node, Node], dying: Mapping[Node, int]
) -> Node | None:
    """An argument that nobody reads any more, and that the result may be written over."""
    for x, array in zip(node.inputs, args, strict=True):
        if not isinstance(x, Node) or owner[x] not in dying:
            continue
        if _same_layout(node.values, array) and _can_overwrite(node, array, args):
            return x
    return None


def _buffer_like(
    array: Array, buffers: list[Array], free: dict[tuple[object, ...], list[int]]
) -> int:
    """The number of a buffer for such an array: of one that is free again, or a new one."""
    like: Array = np.empty_like(array)
    numbers = free.get(_layout(like))
    if numbers:
        return numbers.pop()
    buffers.append(like)
    return len(buffers) - 1


def _can_overwrite(node: Node, array: Array, arguments: Iterable[object]) -> bool:
    """Whether the op may write its result over this argument while it reads it."""
    op = node.op
    assert op is not None
    by_element = op.structure.connects is elementwise
    if not by_element or not (isinstance(op.forward, np.ufunc) or op.replay.in_place):
        return False
    if not array.flags.writeable:  # np.broadcast_to gives such views, though nothing is repeated
        return False
    return all(_apart_or_same(x, array) for x in arguments if isinstance(x, np.ndarray))


def _apart_or_same(a: Array, b: Array) -> bool:
    """Whether two arrays share no memory, or all of it, element by element."""
    if a is b or not np.may_share_memory(a, b):
        return True
    return _same_layout(a, b) and byte_bounds(a) == byte_bounds(b)


def _layout(array: Array) -> tuple[object, ...]:
    return array.shape, array.strides, array.dtype


def _same_layout(a: Array, b: Array) -> bool:
    return _layout(a) == _layout(b)
