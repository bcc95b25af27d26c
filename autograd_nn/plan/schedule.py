"""From a traced graph to NumPy calls: which arrays hold what, and when they can be used again.

There is no mathematics here: a step is an op's forward function, bound to its arrays.  Constants
are computed once, views need no step, memory is used again when its last reader is done, and a step
that works element by element writes over an argument that nobody reads any more.
"""

from __future__ import annotations

import itertools
from functools import partial
from operator import attrgetter
from typing import Any

import numpy as np

from ..engine.backward import topological_order
from ..engine.core import Array, Node, label
from ..ops.connections import elementwise
from ..paths.names import node_names
from .bind import bound
from .fuse_updates import merged
from .listing import Step, told

_serial = attrgetter("serial")
_NEVER = 1 << 60  # after every step: a storage that is read once the steps are done


class Schedule:
    """The calls that compute ``results`` and the new values of leaves, and the arrays they use."""

    def __init__(
        self, results: list[Node], pairs: list[Any], placeholders: list[Any], start: int
    ) -> None:
        nodes = topological_order(*results, *[v for _, v in pairs], *[p for p, _ in pairs])
        self.live = _live(nodes, placeholders, start)
        self.order = [n for n in nodes if n in self.live and n.op is not None]
        self.owner = _owners(self.order)
        self.last = self._last_reads(results, pairs)
        self.arrays: dict[Node, Any] = {}
        self.number: dict[int, int] = {}  # id of a buffer of ours: its number
        self.buffers: list[Array] = []
        self.free: dict[Any, list[Array]] = {}
        self.storage: dict[Node, Array] = {}  # owner: the buffer that it lies in
        self.calls: list[list[Any]] = []  # of each step
        self.listing: list[Step] = []
        self.names = node_names(nodes)
        self.into = self._direct(pairs, [x for x in nodes if x.op is None])
        kept = {self.owner.get(r, r) for r in [*results, *[v for _, v in pairs]]}
        self.merged = {
            new: m for m in merged(self.into, self.owner, self.order, kept) for new in m.news
        }
        self.placed = self._places()
        for k, node in enumerate(self.order):
            self._add(k, node)
        self._copy_the_rest(pairs)
        self.results = [self._handed_out(r) for r in results]
        outside = [x for x in nodes if x.op is None and x in self.live and x.serial < start]
        self.leaves = [(x, x.values) for x in outside]

    def array(self, x: Any) -> Any:
        """The array that a node's values will be in; anything else as it is."""
        if not isinstance(x, Node):
            return x
        return self.arrays.get(x, x.values)

    def split_at(self, serial: int) -> tuple[list[Any], list[Any]]:
        """The calls for nodes made before that moment, and those for nodes made after it."""
        made = [n for n in self.order if self.owner[n] is n]
        before = sum(n.serial < serial for n in made)
        flat = itertools.chain.from_iterable
        return list(flat(self.calls[:before])), list(flat(self.calls[before:]))

    def _last_reads(self, results: list[Node], pairs: list[Any]) -> dict[Node, int]:
        """For each storage the last step that reads it."""
        last: dict[Node, int] = {}
        for k, node in enumerate(self.order):
            if self.owner[node] is node:  # a view reads nothing by itself
                for x in node.inputs:
                    if isinstance(x, Node):
                        last[self.owner.get(x, x)] = k
        for r in [*results, *[v for _, v in pairs]]:
            last[self.owner.get(r, r)] = _NEVER
        return last

    def _direct(self, pairs: list[Any], leaves: list[Node]) -> dict[Node, Array]:
        """New values that can be computed straight into the leaf that they are for."""
        place = {node: k for k, node in enumerate(self.order)}
        into = {}
        constants = [x for node in self.order for x in node.inputs if isinstance(x, np.ndarray)]
        for leaf, new in pairs:
            others = [*constants, *[x.values for x in leaves if x is not leaf]]
            if any(np.may_share_memory(a, leaf.values) for a in others):
                continue  # who reads the memory under another name reads it later, perhaps
            ours = new in place and self.owner[new] is new and new not in into
            if (
                ours
                and self.last.get(leaf, -1) <= place[new]
                and _same_layout(new.values, leaf.values)
            ):
                reads = any(self.owner.get(x, x) is leaf for x in new.inputs if isinstance(x, Node))
                if not reads or _can_overwrite(new, leaf.values, self):
                    into[new] = leaf.values
        return into

    def _places(self) -> dict[Node, Array]:
        """The memory of what merged steps read, side by side."""
        placed: dict[Node, Array] = {}
        for m in dict.fromkeys(self.merged.values()):
            for place in m.places.values():
                self.number[id(place)] = len(self.buffers)
            self.buffers.append(m.sources)
            placed |= m.places
        return placed

    def _add(self, k: int, node: Node) -> None:
        assert node.op is not None
        args = [self.array(x) for x in node.inputs]
        if self.owner[node] is not node:
            self.arrays[node] = node.op.forward(*args, **node.params)
            self._list(node, is_view=True)
            return
        out = self.into.get(node, self.placed.get(node))
        in_place = out is not None and any(a is out for a in args)
        taken = None
        if out is None:
            taken = self._overwritten(k, node, args)
            out, in_place = (taken[1], True) if taken else (self._buffer(node), False)
            self.storage[node] = self.storage[taken[0]] if taken else out
        self.arrays[node] = out
        one = self.merged.get(node)
        waits = one is not None and node is not max(one.news, key=_serial)  # for the last of them
        if one is None:
            self.calls.append(bound(node, args, out))
        else:
            self.calls.append([] if waits else [one.call])
        self._list(node, in_place=in_place, with_next=waits)
        for x in {self.owner.get(x, x) for x in node.inputs if isinstance(x, Node)}:
            if self.last.get(x) == k and x in self.storage and not (taken and x is taken[0]):
                buffer = self.storage[x]
                self.free.setdefault(_layout(buffer), []).append(buffer)

    def _overwritten(self, k: int, node: Node, args: list[Any]) -> tuple[Node, Array] | None:
        """An argument that nobody reads any more, and that the result may be written over."""
        for x, array in zip(node.inputs, args, strict=True):
            if not isinstance(x, Node):
                continue
            owner = self.owner.get(x, x)
            dead = owner in self.storage and self.last.get(owner) == k
            if dead and _same_layout(node.values, array) and _can_overwrite(node, array, self):
                return owner, array
        return None

    def _buffer(self, node: Node) -> Array:
        """Memory for a result: some that is free again, or new."""
        like: Array = np.empty_like(node.values)
        free = self.free.get(_layout(like))
        if free:
            return free.pop()
        self.number[id(like)] = len(self.buffers)
        self.buffers.append(like)
        return like

    def _copy_the_rest(self, pairs: list[Any]) -> None:
        for leaf, new in pairs:
            if new not in self.into or self.into[new] is not leaf.values:
                self.calls.append([partial(np.copyto, leaf.values, self.array(new))])
                self.listing.append(
                    Step(self.names[leaf], "copy", (self.names[new],), (), leaf.shape,
                         str(leaf.dtype), None)
                )  # fmt: skip

    def _list(self, node: Node, **how: bool) -> None:
        assert node.op is not None
        named = [self.names[x] if isinstance(x, Node) else told(x) for x in node.inputs]
        settings = tuple(f"{k}={told(v)}" for k, v in node.params.items())
        owner = self.owner[node]
        buffer = self.number.get(id(self.storage.get(owner, self.placed.get(owner))))
        self.listing.append(
            Step(self.names[node], node.op.name, tuple(named), settings, node.shape,
                 str(node.dtype), buffer, **how)
        )  # fmt: skip

    def _handed_out(self, result: Node) -> Array:
        """A result's array; one that never changes is a copy that cannot be written to."""
        array: Array = self.array(result)
        if result not in self.live:
            array = array.copy()
            array.setflags(write=False)
        return array


def _live(nodes: list[Node], placeholders: list[Any], start: int) -> set[Node]:
    """What may change from run to run: inputs, leaves from outside, all that is made of them."""
    live: set[Node] = set(placeholders)
    for node in nodes:
        made_here = node.serial >= start
        if not made_here and node.op is not None and node.requires_grad:
            raise ValueError(
                f"Plan: {label(node)} was recorded before the plan was made, so it could not "
                "follow its leaves; compute it inside the function"
            )
        of_live = any(isinstance(x, Node) and x in live for x in node.inputs)
        if of_live if made_here else node.op is None:
            live.add(node)
    return live


def _owners(order: list[Node]) -> dict[Node, Node]:
    """For each result the node whose memory it lies in: itself, or what it is a view of."""
    owner: dict[Node, Node] = {}
    for node in order:
        owner[node] = node
        if node.values.base is not None:
            for x in node.inputs:
                if isinstance(x, Node) and np.may_share_memory(node.values, x.values):
                    owner[node] = owner.get(x, x)
    return owner


def _can_overwrite(node: Node, array: Array, schedule: Schedule) -> bool:
    """Whether the op may write its result over this argument while it reads it."""
    op = node.op
    assert op is not None
    if op.structure.connects is not elementwise or not (
        isinstance(op.forward, np.ufunc) or op.replay.in_place
    ):
        return False
    if not array.flags.writeable:  # np.broadcast_to gives such views, though nothing is repeated
        return False
    others = [schedule.array(x) for x in node.inputs]
    return all(_apart_or_same(x, array) for x in others if isinstance(x, np.ndarray))


def _apart_or_same(a: Array, b: Array) -> bool:
    """Whether two arrays share no memory, or all of it, element by element."""
    same = a is b or (_same_layout(a, b) and a.ctypes.data == b.ctypes.data)
    return same or not np.may_share_memory(a, b)


def _layout(array: Array) -> tuple[Any, ...]:
    return array.shape, array.strides, array.dtype


def _same_layout(a: Any, b: Any) -> bool:
    return isinstance(a, np.ndarray) and isinstance(b, np.ndarray) and _layout(a) == _layout(b)
