"""Which elements of an argument an element of the result depends on, for each family of ops.

The sum over paths runs through single numbers, so it has to know which number of an argument
leads to which number of the result.  That is a matter of structure, not of values: a derivative
that happens to be 0 is still a connection.

A family is a function ``connects(i, elements, y, *arguments, **settings)`` which returns two
arrays of equal length: pairs of flat positions, first in argument ``i`` (only those listed in
``elements``), second in the result ``y``.  Most families say it with labels: an element of the
argument and an element of the result are connected when they carry the same label.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

from ..engine.types import Array, Axis, Shape

Connects = Callable[..., tuple[Array, Array]]
Labels = Callable[..., tuple[Array, Array]]


def runs(first: Array, count: Array) -> Array:
    """``first[k], first[k] + 1, …``, ``count[k]`` of them, for each k, in one row.

    >>> runs(np.array([5, 0]), np.array([2, 3])).tolist()
    [5, 6, 0, 1, 2]
    """
    before = np.cumsum(count) - count
    return np.repeat(first - before, count) + np.arange(count.sum())


def matching(of_argument: Array, of_result: Array, elements: Array) -> tuple[Array, Array]:
    """The pairs with equal labels, for these elements of the argument; negative ones have none."""
    labels, targets = np.ravel(of_argument)[elements], np.ravel(of_result)
    if 8 * len(labels) < len(targets):  # few are looked for: the others need not be sorted
        wanted = np.flatnonzero(np.isin(targets, labels))
        order = wanted[np.argsort(targets[wanted], kind="stable")]
    else:
        order = np.argsort(targets, kind="stable")
    ordered = targets[order]
    first = np.searchsorted(ordered, labels, side="left")
    count = np.searchsorted(ordered, labels, side="right") - first
    count[labels < 0] = 0
    return np.repeat(elements, count), order[runs(first, count)]


def labelled(labels: Labels) -> Connects:
    """The family in which equal labels connect; negative labels connect to nothing."""

    def connects(
        i: int, elements: Array, y: Array, *args: Array, **params: object
    ) -> tuple[Array, Array]:
        of_argument, of_result = labels(i, np.shape(y), *map(np.shape, args), **params)
        return matching(of_argument, of_result, elements)

    connects.__doc__ = labels.__doc__
    return connects


def numbered(shape: tuple[int, ...]) -> Array:
    """Each element's flat position, as its label."""
    return np.arange(int(np.prod(shape, dtype=np.int64))).reshape(shape)


@labelled
def elementwise(i: int, y: Shape, *args: Shape, **params: object) -> tuple[Array, Array]:
    """Each element of the result depends on the one that broadcasting puts in its place."""
    own = numbered(args[i])
    return own, np.broadcast_to(own, y)


def moving(forward: Callable[..., Any]) -> Connects:
    """The op only moves elements about: let it move their numbers and see where they end up."""

    @labelled
    def connects(i: int, y: Shape, *args: Shape, **params: object) -> tuple[Array, Array]:
        numbers = [numbered(s) if j == i else np.full(s, -1) for j, s in enumerate(args)]
        return numbers[i], forward(*numbers, **params)

    return connects


@labelled
def reducing(
    i: int, y: Shape, x: Shape, *args: Shape, axis: Axis = None, **settings: object
) -> tuple[Array, Array]:
    """Each element of the result depends on all that were reduced to it."""
    results = numbered(y)
    return np.broadcast_to(results.reshape(kept_shape(x, axis)), x), results


@labelled
def summing_to(i: int, y: Shape, x: Shape, *, shape: Shape) -> tuple[Array, Array]:
    """Each element of the result depends on those that broadcasting would make of it."""
    results = numbered(y)
    return np.broadcast_to(results, x), results


@labelled
def along_axis(
    i: int, y: Shape, x: Shape, *, axis: Axis = -1, **settings: object
) -> tuple[Array, Array]:
    """Each element of the result depends on all of its own row (softmax)."""
    rows = np.broadcast_to(numbered(kept_shape(x, axis)), x)
    return rows, rows


def running(
    i: int, elements: Array, y: Array, x: Array, *, axis: int | None = None
) -> tuple[Array, Array]:
    """Each element of the result depends on those up to its own place (cumsum)."""
    numbers = numbered(np.shape(x))
    rows = numbers.reshape(1, -1) if axis is None else np.moveaxis(numbers, axis, -1)
    length = rows.shape[-1]
    rows = rows.reshape(numbers.size // max(length, 1), length)
    place = np.argsort(rows, axis=None)  # where each element stands in its row
    row, column = np.divmod(place[elements], max(length, 1))
    count = length - column
    own = np.repeat(elements, count)
    return own, rows[np.repeat(row, count), runs(column, count)]


@labelled
def by_matrix(i: int, y: Shape, a: Shape, *b: Shape) -> tuple[Array, Array]:
    """Each element of the result depends on the whole matrix of the first argument (its last two
    axes), and on the same column of a second one (inverse, solution of equations)."""
    if i == 0:
        stacks = np.arange(int(np.prod(a[:-2], dtype=int))).reshape(a[:-2])
        own = np.broadcast_to(stacks[..., None, None], a)
        vector = bool(b) and len(b[0]) == 1
        matrix_axes = len(y) - len(np.broadcast_shapes(a[:-2], *(s[:-2] for s in b)))
        assert not vector or matrix_axes == 1
        return own, np.broadcast_to(stacks.reshape(stacks.shape + (1,) * matrix_axes), y)
    if len(b[0]) == 1:
        return np.zeros(b[0], int), np.zeros(y, int)
    columns = numbered((*b[0][:-2], 1, b[0][-1]))
    return np.broadcast_to(columns, b[0]), np.broadcast_to(columns, y)


@labelled
def last_axis(i: int, y: Shape, *args: Shape) -> tuple[Array, Array]:
    """Each element of the result depends on a row of the first argument and one of the second."""
    results = numbered(y)
    return (np.broadcast_to(results[..., None], args[0]) if i == 0 else results), results


@labelled
def multiplying(i: int, y: Shape, a: Shape, b: Shape) -> tuple[Array, Array]:
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


@labelled
def layer(i: int, y: Shape, a: Shape, w: Shape, b: Shape) -> tuple[Array, Array]:
    """A neuron's weighted input depends on its example's activations, its weights, its bias."""
    if i == 0:
        examples = numbered(a[:-1])[..., None]
        return np.broadcast_to(examples, a), np.broadcast_to(examples, y)
    neurons = numbered(b)
    own = np.broadcast_to(neurons[:, None], w) if i == 1 else neurons
    return own, np.broadcast_to(neurons, y)


def kept_shape(shape: tuple[int, ...], axis: Axis) -> tuple[int, ...]:
    """The shape after a reduction that keeps the reduced axes, each of size 1."""
    if axis is None or not shape:
        return (1,) * len(shape)
    axes = axis if isinstance(axis, tuple) else (axis,)
    reduced = {a % len(shape) for a in axes}
    return tuple(1 if d in reduced else n for d, n in enumerate(shape))
