"""Picking and sorting elements, as NumPy spells them."""

from __future__ import annotations

from typing import Any

import numpy as np

from .. import ops
from ..core import untraced
from .common import array, refuse_out


def take(a: Any, indices: Any, axis: int | None = None, out: None = None) -> Any:
    """The parts at ``indices`` along ``axis``; of the flattened array for None."""
    refuse_out("take", out)
    return ops.take(array(a), untraced(indices, "take"), axis)


def take_along_axis(arr: Any, indices: Any, axis: int | None = -1) -> Any:
    """The elements at ``indices`` along ``axis``; of the flattened array for None."""
    arr, axis = (ops.ravel(arr), 0) if axis is None else (arr, axis)
    return ops.take_along_axis(arr, indices, axis=axis)


def compress(condition: Any, a: Any, axis: int | None = None, out: None = None) -> Any:
    """The parts along ``axis`` for which the condition holds."""
    refuse_out("compress", out)
    return ops.take(a, np.flatnonzero(untraced(condition, "compress")), axis)


def delete(arr: Any, obj: Any, axis: int | None = None) -> Any:
    """What is left of ``arr`` without the parts at ``obj`` along ``axis``."""
    arr, axis = (ops.ravel(arr), 0) if axis is None else (arr, axis)
    return ops.take(arr, np.delete(np.arange(arr.shape[axis]), untraced(obj, "delete")), axis)


def sort(a: Any, axis: int | None = -1, kind: Any = None, *, stable: bool | None = None) -> Any:
    """A sorted copy; the gradient goes back to where each element came from."""
    return ops.sort(ops.ravel(a)) if axis is None else ops.sort(a, axis=axis)


def partition(a: Any, kth: Any, axis: int | None = -1) -> Any:
    """A copy with element ``kth`` in its sorted place."""
    return (
        ops.partition(ops.ravel(a), kth=kth)
        if axis is None
        else ops.partition(a, kth=kth, axis=axis)
    )
