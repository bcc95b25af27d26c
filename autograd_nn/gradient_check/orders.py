"""The right numbers, or the right cotangents, in the wrong places."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations, permutations
from math import factorial

import numpy as np

from ..core import Array
from ..ops.connections import numbered
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
