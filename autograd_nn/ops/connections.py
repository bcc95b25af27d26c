"""Which elements of an argument an element of the result depends on, for each family of ops.

The sum over paths runs through single numbers, so it has to know which number of an argument
leads to which number of the result.  That is a matter of structure, not of values: a derivative
that happens to be 0 is still a connection.

A family is a function ``connects(i, elements, y, *arguments, **settings)`` which returns two
arrays of equal length: pairs of flat positions, first in argument ``i`` (only those listed in
``elements``), second in the result ``y``.  Most families say it with labels: an element of the
argument and an element of the result are connected when they carry the same label.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ..core import Array

Connects = Callable[..., tuple[Array, Array]]
Labels = Callable[..., tuple[Array, Array]]


def labelled(labels: Labels) -> Connects:
    """The family in which equal labels connect; negative labels connect to nothing."""

    def connects(
        i: int, elements: Array, y: Array, *args: Any, **params: Any
    ) -> tuple[Array, Array]:
        of_argument, of_result = labels(i, np.shape(y), *map(np.shape, args), **params)
        of_argument, of_result = np.ravel(of_argument)[elements], np.ravel(of_result)
        order = np.argsort(of_result, kind="stable")
        ordered = of_result[order]
        first = np.searchsorted(ordered, of_argument, side="left")
        count = np.searchsorted(ordered, of_argument, side="right") - first
        count[of_argument < 0] = 0
        within = np.arange(count.sum()) - np.repeat(np.cumsum(count) - count, count)
        return np.repeat(elements, count), order[np.repeat(first, count) + within]

    connects.__doc__ = labels.__doc__
    return connects


def numbered(shape: tuple[int, ...]) -> Array:
    """Each element's flat position, as its label."""
    return np.arange(int(np.prod(shape, dtype=np.int64))).reshape(shape)


@labelled
def elementwise(i: int, y: Any, *args: Any, **params: Any) -> tuple[Array, Array]:
    """Each element of the result depends on the one that broadcasting puts in its place."""
    own = numbered(args[i])
    return own, np.broadcast_to(own, y)


def moving(forward: Callable[..., Any]) -> Connects:
    """The op only moves elements about: let it move their numbers and see where they end up."""

    @labelled
    def connects(i: int, y: Any, *args: Any, **params: Any) -> tuple[Array, Array]:
        numbers = [numbered(s) if j == i else np.full(s, -1) for j, s in enumerate(args)]
        return numbers[i], forward(*numbers, **params)

    return connects


@labelled
def reducing(
    i: int, y: Any, x: Any, *args: Any, axis: Any = None, keepdims: bool = False
) -> tuple[Array, Array]:
    """Each element of the result depends on all that were reduced to it."""
    results = numbered(y)
    return np.broadcast_to(results.reshape(kept_shape(x, axis)), x), results


@labelled
def summing_to(i: int, y: Any, x: Any, *, shape: Any) -> tuple[Array, Array]:
    """Each element of the result depends on those that broadcasting would make of it."""
    results = numbered(y)
    return np.broadcast_to(results, x), results


@labelled
def along_axis(i: int, y: Any, x: Any, *, axis: Any = -1) -> tuple[Array, Array]:
    """Each element of the result depends on all of its own row (softmax)."""
    rows = np.broadcast_to(numbered(kept_shape(x, axis)), x)
    return rows, rows


@labelled
def last_axis(i: int, y: Any, *args: Any) -> tuple[Array, Array]:
    """Each element of the result depends on a row of the first argument and one of the second."""
    results = numbered(y)
    return (np.broadcast_to(results[..., None], args[0]) if i == 0 else results), results


@labelled
def multiplying(i: int, y: Any, a: Any, b: Any) -> tuple[Array, Array]:
    """An element of a matrix product depends on a row of the first and a column of the second."""
    if i == 0:
        rows = numbered(a[:-1])
        if len(b) == 1:
            return np.broadcast_to(rows[..., None], a), np.broadcast_to(rows, y)
        return np.broadcast_to(rows[..., None], a), np.broadcast_to(rows[..., None], y)
    columns = numbered(b[:-2] + b[-1:]) if len(b) > 1 else numbered(())
    of_b = np.broadcast_to(np.expand_dims(columns, -2) if len(b) > 1 else columns, b)
    if len(a) == 1 or len(b) == 1:
        return of_b, np.broadcast_to(columns, y)
    return of_b, np.broadcast_to(np.expand_dims(columns, -2), y)


def kept_shape(shape: tuple[int, ...], axis: Any) -> tuple[int, ...]:
    """The shape after a reduction that keeps the reduced axes, each of size 1."""
    if axis is None:
        return (1,) * len(shape)
    axes = axis if isinstance(axis, tuple) else (axis,)
    reduced = {a % len(shape) for a in axes}
    return tuple(1 if d in reduced else n for d, n in enumerate(shape))
