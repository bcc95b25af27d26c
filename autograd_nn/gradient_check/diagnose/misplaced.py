"""The right numbers, shares, cotangents, or the right values and δ, but in the wrong places."""

from collections.abc import Iterator, Sequence
from itertools import islice, permutations, product

import numpy as np

from ...engine.backward import sweep, topological_order
from ...engine.types import Array
from ...ops import indexing
from ...ops.connections import numbered
from ..verdict import Cause
from .evidence import Evidence, Explanation, Guess, spell_axes, subsets
from .suspects import describe_place

_Named = tuple[str, Array]  # where an array stands in the graph, or what to say of it
_PICKING = {op.name for op in indexing.ALL}
_ROLLS = 16  # places that a roll is tried for
_PAIRS = 400  # products of a layer's values and another's δ to try


def find_order(e: Evidence) -> Iterator[Guess]:
    """The right numbers, or the right cotangents, in the wrong order."""
    if not e.whole or max(e.measured.shape[1], e.cotangents.shape[1]) < 2:
        return
    for cause, text, order in _orders(e.shape):
        yield cause, f"the gradient is the right one {text}", e.measured[:, order]
    for cause, text, order in _orders(e.result) if e.jacobian is not None else ():
        text = f"the gradient is the right one for a cotangent {text}"
        yield cause, text, e.cotangents[:, order] @ e.jacobian
    if e.measured.shape[1] > 2:  # in any order, the same one under every cotangent
        order = np.empty(e.measured.shape[1], int)
        order[np.argsort(e.claimed[-1], kind="stable")] = np.argsort(e.measured[-1], kind="stable")
        moved = np.count_nonzero(order != np.arange(order.size))
        text = f"the gradient has the right numbers, {moved} of them in the wrong places"
        yield Cause.PERMUTED, text, e.measured[:, order]


def _orders(shape: tuple[int, ...]) -> Iterator[tuple[Cause, str, Array]]:
    """Ways to put elements into a wrong order: a cause, words, and the flat positions."""
    numbers = numbered(shape)
    long = [axis for axis, n in enumerate(shape) if n > 1]
    if numbers.size < 2 or len(shape) > 4:
        return
    for axes in subsets(long):
        yield Cause.FLIPPED, f"flipped along {spell_axes(axes)}", np.flip(numbers, axes).ravel()
    for axes in islice(permutations(range(len(shape))), 1, None):
        order = numbers.transpose(axes).ravel()
        text = "transposed" if len(shape) == 2 else f"with its axes in the order {axes}"
        yield Cause.TRANSPOSED, text, order
        yield Cause.TRANSPOSED, text, np.argsort(order)
    for axis in long:
        for shift in range(1, min(shape[axis], _ROLLS + 1)):
            order = np.roll(numbers, shift, axis).ravel()
            yield Cause.PERMUTED, f"rolled by {shift} along axis {axis}", order
    for shift in (1, -1):
        yield Cause.PERMUTED, f"rolled by {shift}", np.roll(numbers.ravel(), shift)


def find_swap(e: Evidence, wrong: dict[int, Evidence]) -> Explanation | None:
    """Two arguments that have each other's gradient."""
    for other in wrong.values():
        alike = other is not e and other.shape == e.shape and e.whole and other.whole
        if alike and e.explained_by(other.measured) and other.explained_by(e.measured):
            text = (
                f"the gradient is that of argument {other.position}, and vice versa: are the "
                "gradients in a different order from the arguments?"
            )
            return Explanation(Cause.PERMUTED, text)
    return None


def find_unsummed(e: Evidence) -> Iterator[Guess]:
    """Broadcasting is undone by taking one share, or by summing over the wrong axes."""
    if e.jacobian is None:
        return
    result = np.reshape(e.cotangents, (-1, *e.result))
    long = [axis for axis, n in enumerate(e.result) if n > 1]
    for axes, (place, which) in product(subsets(long), ((0, "first"), (-1, "last"))):
        part = np.zeros_like(result)
        at = (slice(None), *(place if a in axes else slice(None) for a in range(len(e.result))))
        part[at] = result[at]
        text = (
            f"only the {which} share along {spell_axes(axes)} of the result arrives: "
            "sum over the broadcast axes"
        )
        yield Cause.NOT_SUMMED_BACK, text, part.reshape(e.cotangents.shape) @ e.jacobian
    try:
        own = np.broadcast_to(numbered(e.shape), e.result).ravel()
    except ValueError:
        return
    if own.size == e.measured.shape[1] or not e.shape:
        return
    # The shares of an element-by-element function
    shares = (e.cotangents * e.jacobian[np.arange(own.size), own]).reshape(result.shape)
    for axes in subsets(range(len(e.result))):
        summed = shares.sum(axis=tuple(a + 1 for a in axes))
        if summed.size == e.measured.size:
            text = f"summed over {spell_axes(axes)} of the result, not over the broadcast axes"
            yield Cause.NOT_SUMMED_BACK, text, summed.reshape(e.measured.shape)


def find_lost_shares(e: Evidence) -> Iterator[Guess]:
    """Of several shares for one element only the last, or the first, is kept."""
    if e.jacobian is None or not e.result:
        return
    j = np.where(np.abs(e.jacobian) > 1e-9 * np.max(np.abs(e.jacobian), initial=0.0), e.jacobian, 0)
    used = (j != 0).sum(axis=0)
    if used.max(initial=0) < 2 or not _picks(e, used):  # then there is nothing to add up
        return
    last = len(j) - 1 - np.argmax(j[::-1] != 0, axis=0)
    for which, place in (("last", last), ("first", np.argmax(j != 0, axis=0))):
        text = (
            f"of up to {used.max()} shares for one element only the {which} is kept: add up "
            "the shares of repeated indices"
        )
        kept = j[place, np.arange(j.shape[1])]
        yield Cause.NOT_ACCUMULATED, text, e.cotangents[:, place] * kept


def _picks(e: Evidence, used: Array) -> bool:
    """Whether elements are picked by index, or some are used more often than others."""
    nodes = [] if e.run.graph is None else topological_order(e.run.graph)
    return len(set(used.tolist())) > 1 or any(n.op and n.op.name in _PICKING for n in nodes)


def find_diagonal(e: Evidence) -> Iterator[Guess]:
    """Each element gets its own result's share alone, though others depend on it as well."""
    if e.jacobian is None or e.shape != e.result or not np.diagonal(e.jacobian).any():
        return
    text = (
        "each element gets only the share of its own result, the diagonal of the Jacobian, but "
        "other results depend on it too, as in a softmax"
    )
    if len(e.jacobian) > 1:
        yield Cause.DIAGONAL, text, e.cotangents * np.diagonal(e.jacobian)


def find_wrong_layer(e: Evidence) -> Iterator[Guess]:
    """Another layer's a or δ in the gradient of a weight, aᵀ @ δ, or of a bias, δ summed up."""
    graph = e.run.graph
    if graph is None or not e.run.by_hand or len(e.shape) not in (1, 2) or not e.whole:
        return
    sweeps = [sweep([graph], None, [c.reshape(graph.shape)]) for c in e.cotangents]
    nodes = [node for node in topological_order(graph) if node.data.ndim == 2]
    where = {n: describe_place(n) if n.op is not None else f"an array {n.shape}" for n in nodes}
    values = [(where[node], node.data) for node in nodes]
    arrived = [node for node in nodes if all(node in s for s in sweeps)]
    deltas = [(where[node], np.array([s[node] for s in sweeps])) for node in arrived]
    pairs = _sums(deltas) if len(e.shape) == 1 else _products(values, deltas, e.shape)
    for text, supposed in islice(pairs, _PAIRS):
        if supposed[0].size == e.measured.shape[1]:
            yield Cause.WRONG_LAYER, text, supposed.reshape(e.measured.shape)


def _sums(deltas: Sequence[_Named]) -> Iterator[_Named]:
    for where, delta in deltas:
        text = f"the gradient is the sum of the δ at {where}: is that another layer's δ?"
        yield text, delta.sum(axis=1)


def _products(
    values: Sequence[_Named], deltas: Sequence[_Named], shape: tuple[int, ...]
) -> Iterator[_Named]:
    """Every aᵀ @ δ and its transpose of this shape."""
    for (place, a), (where, delta) in product(values, deltas):
        if len(a) != delta.shape[1]:
            continue
        text = (
            f"the gradient is made of the values of {place} and the δ at {where}: is one of them "
            "from another layer, or z instead of a?"
        )
        if (a.shape[1], delta.shape[2]) == shape:
            yield text, a.T @ delta
        if (delta.shape[2], a.shape[1]) == shape:
            yield text, delta.transpose(0, 2, 1) @ a
