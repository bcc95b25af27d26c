"""The right numbers, or the right cotangents, in the wrong places."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations, permutations, product
from math import factorial

import numpy as np

from ...engine.backward import topological_order
from ...engine.core import Array
from ...ops import indexing
from ...ops.connections import numbered
from .evidence import Evidence, Found


def moved_about(e: Evidence) -> Found:
    """The right numbers, or the right cotangents, in the wrong places."""
    if not e.whole or max(e.measured.shape[1], e.cotangents.shape[1]) < 2:
        return None
    for cause, text, order in _orders(e.shape):
        if e.explained_by(e.measured[:, order]):
            return cause, f"the gradient is the right one {text}"
    if e.jacobian is not None:
        for cause, text, order in _orders(e.result):
            if e.explained_by(e.pulled(e.cotangents[:, order])):
                return cause, f"the gradient is that of the cotangent {text}"
    return _any_order(e)


def _orders(shape: tuple[int, ...]) -> Iterator[tuple[str, str, Array]]:
    """Ways to put elements into a wrong order: a cause, words, and the flat positions."""
    numbers = numbered(shape)
    long = [axis for axis, n in enumerate(shape) if n > 1]
    if numbers.size < 2 or len(shape) > 4:
        return
    for count in range(1, len(long) + 1):
        for axes in combinations(long, count):
            text = f"flipped on axis {', '.join(map(str, axes))}"
            yield "flipped", text, np.flip(numbers, axes).ravel()
    for axes in list(permutations(range(len(shape))))[1 : factorial(len(shape))]:
        order = numbers.transpose(axes).ravel()
        text = "transposed" if len(shape) == 2 else f"with its axes in the order {axes}"
        yield "transposed", text, order
        yield "transposed", text, np.argsort(order)
    for axis in long:
        for shift in range(1, min(shape[axis], 17)):
            text = f"rolled by {shift} on axis {axis}"
            yield "permuted", text, np.roll(numbers, shift, axis).ravel()
    for shift in (1, -1):
        yield "permuted", f"rolled by {shift}", np.roll(numbers.ravel(), shift)


def _any_order(e: Evidence) -> Found:
    """The same numbers in any order, the same one under every cotangent."""
    claimed, measured = e.claimed[-1], e.measured[-1]
    if claimed.size < 3:
        return None
    order = np.empty(claimed.size, int)
    order[np.argsort(claimed, kind="stable")] = np.argsort(measured, kind="stable")
    if e.explained_by(e.measured[:, order]):
        moved = int(np.sum(order != np.arange(order.size)))
        return "permuted", f"the gradient has the right numbers, {moved} of them in wrong places"
    return None


PICKING = {op.name for op in indexing.ALL}


def only_a_part_is_summed(e: Evidence) -> Found:
    """Broadcasting is undone by taking one share, or by the wrong axis, or by a mean."""
    if e.jacobian is None:
        return None
    result = np.reshape(e.cotangents, (-1, *e.result))
    long = [axis for axis, n in enumerate(e.result) if n > 1]
    for count in range(1, len(long) + 1):
        for axes, place in product(combinations(long, count), (0, -1)):
            part = np.zeros_like(result)
            at = tuple(place if a in axes else slice(None) for a in range(len(e.result)))
            part[(slice(None), *at)] = result[(slice(None), *at)]
            if e.explained_by(e.pulled(part.reshape(e.cotangents.shape))):
                which = "first" if place == 0 else "last"
                on = ", ".join(map(str, axes))
                text = f"only the {which} share along axis {on} of the result arrives"
                return "not summed back", f"{text}: not summed over what was broadcast"
    return _over_other_axes(e)


def _over_other_axes(e: Evidence) -> Found:
    """Shares of an element-by-element function, summed over axes that were not broadcast."""
    assert e.jacobian is not None
    try:
        own = np.broadcast_to(numbered(e.shape), e.result).ravel()
    except ValueError:
        return None
    if own.size == e.measured.shape[1] or not e.shape:
        return None
    shares = (e.cotangents * e.jacobian[np.arange(own.size), own]).reshape(-1, *e.result)
    for count in range(1, len(e.result) + 1):
        for axes in combinations(range(len(e.result)), count):
            summed = shares.sum(axis=tuple(a + 1 for a in axes))
            if summed[0].size == e.measured.shape[1] and e.explained_by(
                summed.reshape(e.measured.shape)
            ):
                return "not summed back", f"summed over axis {axes} of the result, the wrong one"
    return None


def not_accumulated(e: Evidence) -> Found:
    """Of several shares for one element only the last, or the first, is kept."""
    if e.jacobian is None or not e.result or not _picks(e):
        return None
    j = np.where(np.abs(e.jacobian) > 1e-9 * np.max(np.abs(e.jacobian), initial=0.0), e.jacobian, 0)
    used = (j != 0).sum(axis=0)
    if used.max(initial=0) < 2:  # then there is nothing to add up
        return None
    for last in (True, False):
        rows = np.arange(len(j))[:, None]
        place = np.where(j != 0, rows, -1).max(axis=0) if last else np.argmax(j != 0, axis=0)
        columns = np.arange(j.shape[1])
        if e.explained_by(e.cotangents[:, place] * j[place, columns]):
            which = "last" if last else "first"
            text = f"of up to {used.max()} shares for one element only the {which} is kept"
            return "not accumulated", f"{text}: add up repeated indices"
    return None


def _picks(e: Evidence) -> bool:
    """Whether elements are picked by index, or some are used more often than others."""
    assert e.jacobian is not None
    names = (
        {n.op.name for n in topological_order(e.graph) if n.op} if e.graph is not None else set()
    )
    used = (np.abs(e.jacobian) > 1e-9 * np.max(np.abs(e.jacobian), initial=0.0)).sum(axis=0)
    return bool(names & PICKING) or len(set(used.tolist())) > 1


def only_the_diagonal(e: Evidence) -> Found:
    """Each element gets its own result's share alone, though others depend on it as well."""
    if e.jacobian is None or e.shape != e.result or e.jacobian.shape[0] < 2:
        return None
    own = np.diagonal(e.jacobian)
    if not own.any() or not e.explained_by(e.cotangents * own):
        return None
    text = "each element gets the share of its own result only, the diagonal of the Jacobian"
    return "diagonal", f"{text}: other results depend on it too, as with softmax"
