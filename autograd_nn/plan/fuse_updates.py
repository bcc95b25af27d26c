"""Parameters side by side in memory, and their new values computed by one call.

A network keeps its parameters one behind the other in one array.  A step that subtracts a gradient
from each can then be one subtraction, if the gradients are computed into arrays that lie side by
side in the same order.  It saves 0.8 µs of a planned step: 5 % for a network of 20-10-5 neurons and
mini-batches of 10, 2 % for 784-30-10.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, NamedTuple

import numpy as np
from numpy.lib.array_utils import byte_bounds

from ..engine.core import Node, nodes_among
from ..engine.types import Array
from ..ops.connections import elementwise
from ..tensor.tensor import Tensor


def side_by_side(leaves: Sequence[Tensor]) -> Array:
    """Move the arrays of new leaves of one dtype into one memory, one behind the other.

    Each keeps its shape and values; the memory is returned.  A plan can then change all of them in
    one call ; nothing else depends on it.

    >>> w, b = Tensor([[1.0, 2.0]]), Tensor([3.0])
    >>> memory = side_by_side([w, b])
    >>> w.data.base is b.data.base is memory, memory.tolist()
    (True, [1.0, 2.0, 3.0])
    """
    flat: Array = np.concatenate([leaf.data.ravel() for leaf in leaves])
    stop = 0
    for leaf in leaves:
        start, stop = stop, stop + leaf.data.size
        leaf.values = flat[start:stop].reshape(leaf.shape)
    return flat


class Merged(NamedTuple):
    """Steps ``leaf ← ufunc(leaf, source)`` that are one call on neighbouring memory.

    ``news`` are the nodes of the new values, in the order of their leaves in memory; ``places`` are
    arrays for the memory of their sources; ``leaves`` and ``sources`` are all of them as one array.
    """

    ufunc: Callable[..., Any]
    news: tuple[Node, ...]
    places: dict[Node, Array]
    leaves: Array
    sources: Array

    @property
    def call(self) -> partial[Any]:
        """The one call."""
        return partial(self.ufunc, self.leaves, self.sources, self.leaves)

    @property
    def last(self) -> Node:
        """The new value that is recorded last: when it is due, all sources are there."""
        return max(self.news, key=lambda new: new.serial)


class _Candidate(NamedTuple):
    new: Node
    source: Node  # the node whose memory the second argument lies in
    base: Array  # the one-dimensional array that the leaf is a part of
    start: int
    stop: int


def merge_updates(
    into: Mapping[Node, Array], owner: Mapping[Node, Node], order: Sequence[Node], kept: set[Node]
) -> list[Merged]:
    """What can be merged of the new values that are computed into their leaves.

    ``into`` holds each new value's leaf array, ``owner`` whose memory a node lies in, ``order`` all
    steps; ``kept`` are the nodes whose memory is read once the steps are done.
    """
    readers: Counter[Node] = Counter()
    for node in order:
        if owner[node] is node:
            readers.update({owner[x] for x in nodes_among(node.inputs)})
    free = {x for x in order if owner[x] is x and readers[x] == 1} - kept - set(into)
    found = [_candidate(new, leaf, owner) for new, leaf in into.items() if not readers[new]]
    return [_merge(run) for run in _runs([c for c in found if c is not None and c.source in free])]


def _candidate(new: Node, leaf: Array, owner: Mapping[Node, Node]) -> _Candidate | None:
    """The step, if it is ``ufunc(leaf, source)`` on whole, contiguous arrays of one dtype."""
    op, base = new.op, leaf.base
    assert op is not None
    if not isinstance(op.forward, np.ufunc) or op.structure.connects is not elementwise:
        return None
    if new.params or len(new.inputs) != 2 or not isinstance(base, np.ndarray) or base.ndim != 1:
        return None
    first, second = new.inputs
    if not isinstance(first, Node) or not isinstance(second, Node) or first.values is not leaf:
        return None
    source = owner[second]
    for x in (leaf, second.values, source.values):
        if x.dtype != base.dtype or x.size != leaf.size or not x.flags.c_contiguous:
            return None
    if second.shape != leaf.shape or not base.flags.c_contiguous:
        return None
    start = (byte_bounds(leaf)[0] - byte_bounds(base)[0]) // leaf.itemsize
    return _Candidate(new, source, base, start, start + leaf.size)


def _runs(found: list[_Candidate]) -> list[list[_Candidate]]:
    """Two steps or more of the same function on leaves that lie one behind the other."""
    runs: list[list[_Candidate]] = []
    for c in sorted(found, key=lambda c: c.start):
        for run in runs:
            if run[-1].stop == c.start and run[-1].base is c.base and run[-1].new.op is c.new.op:
                run.append(c)
                break
        else:
            runs.append([c])
    return [run for run in runs if len(run) > 1]


def _merge(run: list[_Candidate]) -> Merged:
    first, last = run[0], run[-1]
    assert first.new.op is not None
    leaves = first.base[first.start : last.stop]
    sources = np.empty_like(leaves)
    places = {
        c.source: sources[c.start - first.start : c.stop - first.start].reshape(c.source.shape)
        for c in run
    }
    return Merged(first.new.op.forward, tuple(c.new for c in run), places, leaves, sources)
