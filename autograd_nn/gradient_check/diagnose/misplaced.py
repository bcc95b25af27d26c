"""The right numbers, the right shares or the right cotangents, but in the wrong places."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice, permutations, product

import numpy as np

from ...engine.backward import topological_order
from ...engine.core import Array
from ...ops import indexing
from ...ops.connections import numbered
from ..verdict import Cause
from .evidence import Evidence, Explanation, spell_axes, subsets

_PICKING = {op.name for op in indexing.ALL}
_ROLLS = 16  # places that a roll is tried for


def find_order(e: Evidence) -> Explanation | None:
    """The right numbers, or the right cotangents, in the wrong order."""
    if not e.whole or max(e.measured.shape[1], e.cotangents.shape[1]) < 2:
        return None
    for cause, text, order in _orders(e.shape):
        if e.explained_by(e.measured[:, order]):
            return Explanation(cause, f"the gradient is the right one {text}")
    if e.jacobian is not None:
        for cause, text, order in _orders(e.result):
            if e.explained_by(e.cotangents[:, order] @ e.jacobian):
                return Explanation(cause, f"the gradient is the right one for a cotangent {text}")
    return _find_any_order(e)


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


def _find_any_order(e: Evidence) -> Explanation | None:
    """The same numbers in any order, the same one under every cotangent."""
    claimed, measured = e.claimed[-1], e.measured[-1]
    if claimed.size < 3:
        return None
    order = np.empty(claimed.size, int)
    order[np.argsort(claimed, kind="stable")] = np.argsort(measured, kind="stable")
    if not e.explained_by(e.measured[:, order]):
        return None
    moved = int(np.sum(order != np.arange(order.size)))
    text = f"the gradient has the right numbers, {moved} of them in the wrong places"
    return Explanation(Cause.PERMUTED, text)


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


def find_unsummed(e: Evidence) -> Explanation | None:
    """Broadcasting is undone by taking one share, or by summing over the wrong axes."""
    if e.jacobian is None:
        return None
    result = np.reshape(e.cotangents, (-1, *e.result))
    long = [axis for axis, n in enumerate(e.result) if n > 1]
    for axes, place in product(subsets(long), (0, -1)):
        part = np.zeros_like(result)
        at = (slice(None), *(place if a in axes else slice(None) for a in range(len(e.result))))
        part[at] = result[at]
        if e.explained_by(part.reshape(e.cotangents.shape) @ e.jacobian):
            text = (
                f"only the {'first' if place == 0 else 'last'} share along {spell_axes(axes)} of "
                "the result arrives: sum over the broadcast axes"
            )
            return Explanation(Cause.NOT_SUMMED_BACK, text)
    return _find_wrong_axes(e, e.jacobian)


def _find_wrong_axes(e: Evidence, jacobian: Array) -> Explanation | None:
    """Shares of an element-by-element function, summed over axes that were not broadcast."""
    try:
        own = np.broadcast_to(numbered(e.shape), e.result).ravel()
    except ValueError:
        return None
    if own.size == e.measured.shape[1] or not e.shape:
        return None
    shares = (e.cotangents * jacobian[np.arange(own.size), own]).reshape(-1, *e.result)
    for axes in subsets(range(len(e.result))):
        summed = shares.sum(axis=tuple(a + 1 for a in axes))
        if summed.size == e.measured.size and e.explained_by(summed.reshape(e.measured.shape)):
            text = f"summed over {spell_axes(axes)} of the result, not over the broadcast axes"
            return Explanation(Cause.NOT_SUMMED_BACK, text)
    return None


def find_lost_shares(e: Evidence) -> Explanation | None:
    """Of several shares for one element only the last, or the first, is kept."""
    if e.jacobian is None or not e.result:
        return None
    j = np.where(np.abs(e.jacobian) > 1e-9 * np.max(np.abs(e.jacobian), initial=0.0), e.jacobian, 0)
    used = (j != 0).sum(axis=0)
    if used.max(initial=0) < 2 or not _picks(e, used):  # then there is nothing to add up
        return None
    rows, columns = np.arange(len(j))[:, None], np.arange(j.shape[1])
    for which, place in (
        ("last", np.where(j != 0, rows, -1).max(axis=0)),
        ("first", np.argmax(j != 0, axis=0)),
    ):
        if e.explained_by(e.cotangents[:, place] * j[place, columns]):
            text = (
                f"of up to {used.max()} shares for one element only the {which} is kept: add up "
                "the shares of repeated indices"
            )
            return Explanation(Cause.NOT_ACCUMULATED, text)
    return None


def _picks(e: Evidence, used: Array) -> bool:
    """Whether elements are picked by index, or some are used more often than others."""
    nodes = [] if e.run.graph is None else topological_order(e.run.graph)
    return len(set(used.tolist())) > 1 or any(n.op and n.op.name in _PICKING for n in nodes)


def find_diagonal(e: Evidence) -> Explanation | None:
    """Each element gets its own result's share alone, though others depend on it as well."""
    if e.jacobian is None or e.shape != e.result or len(e.jacobian) < 2:
        return None
    own = np.diagonal(e.jacobian)
    if not own.any() or not e.explained_by(e.cotangents * own):
        return None
    text = (
        "each element gets only the share of its own result, the diagonal of the Jacobian, but "
        "other results depend on it too, as in a softmax"
    )
    return Explanation(Cause.DIAGONAL, text)
