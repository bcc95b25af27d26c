"""Functions made of several ops, with NumPy's names, arguments and meanings.

They have no row and no rule of their own: what they are made of has.
"""

import operator
from collections.abc import Callable, Iterable, Sequence
from functools import wraps
from typing import Any

import numpy as np

from ..engine.core import Operand
from ..engine.types import Axis, DType, Value
from .arguments import array, count_axis, refuse_out
from .connections import kept_shape
from .indexing import getitem, scatter_add, sort
from .products import matmul
from .reduce import mean, one_axis, sum
from .shape import broadcast_to, cast, concatenate, expand_dims, moveaxis, reshape, transpose


def ravel(a: Value) -> Any:
    """All elements in one row.

    >>> ravel(np.eye(2)).tolist()
    [1.0, 0.0, 0.0, 1.0]
    """
    return reshape(a, shape=(-1,))


def _of_several(at_least: Callable[[Any], Any]) -> Callable[..., Any]:
    """The same function of one array or several, for which it gives a tuple."""

    @wraps(at_least)
    def of_several(*arys: Operand) -> Any:
        found = tuple(at_least(array(a)) for a in arys)
        return found[0] if len(found) == 1 else found

    return of_several


@_of_several
def atleast_1d(x: Value) -> Any:
    """x with at least one axis."""
    return x if len(x.shape) >= 1 else reshape(x, shape=(1,))


@_of_several
def atleast_2d(x: Value) -> Any:
    """x with at least two axes, new ones in front."""
    return x if len(x.shape) >= 2 else reshape(x, shape=(1, -1))


@_of_several
def atleast_3d(x: Value) -> Any:
    """x with at least three axes, placed as NumPy places them."""
    shapes = {0: (1, 1, 1), 1: (1, *x.shape, 1), 2: (*x.shape, 1)}
    return x if len(x.shape) >= 3 else reshape(x, shape=shapes[len(x.shape)])


def stack(
    arrays: Iterable[Operand], axis: int = 0, out: None = None, *, dtype: DType = None
) -> Any:
    """Arrays of one shape along a new axis.

    Raises ``ValueError`` for arrays of several shapes, and for none.

    >>> stack([np.zeros(2), np.ones(2)], axis=1).tolist()
    [[0.0, 1.0], [0.0, 1.0]]
    """
    refuse_out("stack", out)
    parts = [cast(array(a), dtype) for a in arrays]
    if len({tuple(a.shape) for a in parts}) != 1:
        raise ValueError(
            f"stack: shapes {[tuple(a.shape) for a in parts]}; expected one array or more, all of "
            "one shape; concatenate joins along an axis that is there already"
        )
    return concatenate(*[expand_dims(a, axis=axis) for a in parts], axis=axis)


def vstack(tup: Iterable[Operand], *, dtype: DType = None) -> Any:
    """Arrays one below the other, vectors as rows."""
    return concatenate(*[cast(atleast_2d(a), dtype) for a in tup], axis=0)


def hstack(tup: Iterable[Operand], *, dtype: DType = None) -> Any:
    """Arrays side by side."""
    rows = [cast(atleast_1d(a), dtype) for a in tup]
    return concatenate(*rows, axis=0 if rows and len(rows[0].shape) == 1 else 1)


def split(ary: Value, indices_or_sections: int | Sequence[int], axis: int = 0) -> list[Any]:
    """An array cut into so many equal pieces, or before each of the given positions.

    Raises ``ValueError`` where it does not come out even.

    >>> [p.tolist() for p in split(np.arange(4), 2)]
    [[0, 1], [2, 3]]
    """
    axis = count_axis("split", ary, axis)
    parts, n = indices_or_sections, ary.shape[axis]
    if isinstance(parts, (int, np.integer)) and (parts < 1 or n % parts):
        raise ValueError(
            f"split: {n} along axis {axis} do not make {parts} equal parts; array_split makes "
            "parts that are nearly equal"
        )
    return array_split(ary, parts, axis)


def array_split(ary: Value, indices_or_sections: int | Sequence[int], axis: int = 0) -> list[Any]:
    """An array cut into pieces, the first of them longer by one where it does not come out even.

    Raises ``ValueError`` for fewer than one piece.

    >>> [p.tolist() for p in array_split(np.arange(5), 2)]
    [[0, 1, 2], [3, 4]]
    """
    axis = count_axis("array_split", ary, axis)
    if isinstance(indices_or_sections, (int, np.integer)):
        parts = int(indices_or_sections)
        if parts < 1:
            raise ValueError(f"array_split: {parts} parts; expected 1 or more")
        size, longer = divmod(ary.shape[axis], parts)
        cuts = np.cumsum([size + (i < longer) for i in range(parts - 1)], dtype=int).tolist()
    else:
        cuts = list(indices_or_sections)
    slices = [slice(a, b) for a, b in zip([None, *cuts], [*cuts, None], strict=True)]
    return [getitem(ary, index=(slice(None),) * axis + (s,)) for s in slices]


def tile(A: Value, reps: int | Sequence[int]) -> Any:
    """An array repeated as a whole, ``reps`` times along each axis.

    >>> tile(np.array([1, 2]), (2, 2)).tolist()
    [[1, 2, 1, 2], [1, 2, 1, 2]]
    """
    times = tuple(map(operator.index, np.atleast_1d(reps)))
    ndim = max(len(times), len(A.shape))
    times = (1,) * (ndim - len(times)) + times
    shape = (1,) * (ndim - len(A.shape)) + tuple(A.shape)
    apart = reshape(A, shape=tuple(n for size in shape for n in (1, size)))
    pairs = list(zip(times, shape, strict=True))
    repeated = broadcast_to(apart, shape=tuple(n for pair in pairs for n in pair))
    return reshape(repeated, shape=tuple(r * n for r, n in pairs))


def repeat(a: Value, repeats: int | Sequence[int], axis: int | None = None) -> Any:
    """Each element (or part along ``axis``) repeated: a number of times, or one number for each.

    >>> repeat(np.array([1, 2]), [2, 1]).tolist()
    [1, 1, 2]
    """
    if axis is None:
        a, axis = ravel(a), 0
    axis = count_axis("repeat", a, axis)
    order = np.repeat(np.arange(a.shape[axis]), repeats)
    return getitem(a, index=(slice(None),) * axis + (order,))


def diagonal(a: Value, offset: int = 0, axis1: int = 0, axis2: int = 1) -> Any:
    """The diagonal of the matrices in two axes, as a new last axis."""
    a = moveaxis(a, source=(axis1, axis2), destination=(-2, -1))
    rows, columns = _diagonal_of(a.shape[-2], a.shape[-1], offset)
    return getitem(a, index=(..., rows, columns))


def diag(v: Value, k: int = 0) -> Any:
    """The diagonal of a matrix, or the matrix with that diagonal.

    Raises ``ValueError`` for any other number of axes.

    >>> diag(np.array([1.0, 2.0])).tolist()
    [[1.0, 0.0], [0.0, 2.0]]
    """
    if len(v.shape) == 2:
        return diagonal(v, k)
    if len(v.shape) != 1:
        raise ValueError(f"diag: shape {tuple(v.shape)}; expected a vector or a matrix")
    n = int(v.shape[0] + np.abs(k))
    return scatter_add(v, index=_diagonal_of(n, n, k), shape=(n, n))


def _diagonal_of(height: int, width: int, offset: int) -> tuple[Any, Any]:
    rows = np.arange(max(0, -offset), max(0, -offset, min(height, width - offset)))
    return rows, rows + offset


def trace(
    a: Value, offset: int = 0, axis1: int = 0, axis2: int = 1, dtype: DType = None, out: None = None
) -> Any:
    """The sum of the diagonal."""
    refuse_out("trace", out)
    return sum(diagonal(cast(a, dtype), offset, axis1, axis2), axis=-1)


def median(
    a: Value,
    axis: Axis = None,
    out: None = None,
    overwrite_input: bool = False,
    keepdims: bool = False,
) -> Any:
    """The middle element over ``axis`` in sorted order, or the mean of the middle two.

    Raises ``ValueError`` where there is nothing over ``axis``.

    >>> float(median(np.array([5.0, 1.0, 4.0, 2.0])))
    3.0
    """
    refuse_out("median", out)
    flat = one_axis(a, axis)
    n = flat.shape[-1]
    if n == 0:
        raise ValueError(f"median: shape {tuple(a.shape)} has nothing over axis {axis}")
    middle = getitem(sort(flat, axis=-1), index=(..., slice((n - 1) // 2, n // 2 + 1)))
    result = mean(middle, axis=-1)
    return reshape(result, shape=kept_shape(a.shape, axis)) if keepdims else result


def inner(a: Value, b: Value) -> Any:
    """The sum of products over the last axis of both."""
    a, b = array(a), array(b)
    if not a.shape or not b.shape:
        return a * b
    return tensordot(a, b, axes=((-1,), (-1,)))


def outer(a: Value, b: Value) -> Any:
    """Every product of an element of a and one of b: a matrix."""
    a, b = array(a), array(b)
    return reshape(a, shape=(-1, 1)) * reshape(b, shape=(1, -1))


def dot(a: Value, b: Value, out: None = None) -> Any:
    """NumPy's dot: the sum of products over the last axis of a and the last but one of b."""
    refuse_out("dot", out)
    a, b = array(a), array(b)
    if not a.shape or not b.shape:
        return a * b
    return tensordot(a, b, axes=((-1,), (max(-2, -len(b.shape)),)))


def tensordot(a: Value, b: Value, axes: Any = 2) -> Any:
    """The sum of products over pairs of axes: ``axes`` of a's last and b's first, or two lists.

    Raises ``ValueError`` for pairs that differ in size.

    >>> tensordot(np.ones((2, 3)), np.ones((3, 4)), axes=1).shape
    (2, 4)
    """
    a, b = array(a), array(b)
    if isinstance(axes, (int, np.integer)):
        axes = (range(len(a.shape) - axes, len(a.shape)), range(axes))
    of_a, of_b = (
        [count_axis("tensordot", x, i) for i in ([ax] if isinstance(ax, (int, np.integer)) else ax)]
        for x, ax in zip((a, b), axes, strict=True)
    )
    sizes = tuple(a.shape[i] for i in of_a)
    if sizes != tuple(b.shape[i] for i in of_b):
        raise ValueError(
            f"tensordot: axes {of_a} of {tuple(a.shape)} and {of_b} of {tuple(b.shape)} differ in "
            "size; they are summed over in pairs and must be equal"
        )
    free_a = [i for i in range(len(a.shape)) if i not in of_a]
    free_b = [i for i in range(len(b.shape)) if i not in of_b]
    n = int(np.prod(sizes, dtype=int))
    shape = tuple(a.shape[i] for i in free_a) + tuple(b.shape[i] for i in free_b)
    left = int(np.prod([a.shape[i] for i in free_a], dtype=int))
    right = int(np.prod([b.shape[i] for i in free_b], dtype=int))
    rows = reshape(transpose(a, axes=(*free_a, *of_a)), shape=(left, n))
    columns = reshape(transpose(b, axes=(*of_b, *free_b)), shape=(n, right))
    return reshape(matmul(rows, columns), shape=shape)


def kron(a: Value, b: Value) -> Any:
    """The Kronecker product: each element of a times all of b."""
    a, b = array(a), array(b)
    ndim = max(len(a.shape), len(b.shape))
    of_a, of_b = ((1,) * (ndim - len(x.shape)) + tuple(x.shape) for x in (a, b))
    spread_a = reshape(a, shape=tuple(n for size in of_a for n in (size, 1)))
    spread_b = reshape(b, shape=tuple(n for size in of_b for n in (1, size)))
    return reshape(spread_a * spread_b, shape=tuple(n * m for n, m in zip(of_a, of_b, strict=True)))


def cross(a: Value, b: Value, axis: int = -1) -> Any:
    """The cross product of vectors of three components along ``axis`` (else ``ValueError``)."""
    a, b = array(a), array(b)
    for x in (a, b):
        if x.shape[count_axis("cross", x, axis)] != 3:
            raise ValueError(
                f"cross: shape {tuple(x.shape)}; expected three components along axis {axis}"
            )
    (a0, a1, a2), (b0, b1, b2) = (
        [getitem(moveaxis(x, source=axis, destination=0), index=i) for i in range(3)]
        for x in (a, b)
    )
    parts = [a1 * b2 - a2 * b1, a2 * b0 - a0 * b2, a0 * b1 - a1 * b0]
    return moveaxis(stack(parts, axis=0), source=0, destination=axis)
