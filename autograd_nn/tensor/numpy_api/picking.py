"""Picking and sorting elements, as NumPy spells them."""

from __future__ import annotations

from typing import Any

import numpy as np

from ... import ops
from ...engine.core import Node, untraced
from ...ops.axes import one
from .common import KINDS, array, only, refuse_out


def take(
    a: Any, indices: Any, axis: int | None = None, out: None = None, mode: str = "raise"
) -> Any:
    """The parts at ``indices`` along ``axis``; of the flattened array for None."""
    refuse_out("take", out)
    if mode != "raise":
        only("take", "mode", mode, "raise")
    return ops.take(array(a), untraced(indices, "take"), axis)


def take_along_axis(arr: Any, indices: Any, axis: int | None = -1) -> Any:
    """The elements at ``indices`` along ``axis``; of the flattened array for None."""
    arr, axis = (ops.ravel(arr), 0) if axis is None else (arr, axis)
    indices = indices if isinstance(indices, Node) else np.array(indices)  # its own copy
    return ops.take_along_axis(arr, indices, axis=axis)


def compress(condition: Any, a: Any, axis: int | None = None, out: None = None) -> Any:
    """The parts along ``axis`` for which the condition holds."""
    refuse_out("compress", out)
    mask = np.asarray(untraced(condition, "compress"))
    if mask.ndim != 1:
        raise ValueError(f"compress: a condition of shape {mask.shape}; expected a row of masks")
    return ops.take(array(a), np.flatnonzero(mask), axis)


def extract(condition: Any, arr: Any) -> Any:
    """The elements for which the condition holds, in one row."""
    return compress(np.ravel(untraced(condition, "extract")), arr)


def delete(arr: Any, obj: Any, axis: int | None = None) -> Any:
    """What is left of ``arr`` without the parts at ``obj`` along ``axis``."""
    arr, axis = (ops.ravel(arr), 0) if axis is None else (arr, one("delete", arr, axis))
    return ops.take(arr, np.delete(np.arange(arr.shape[axis]), untraced(obj, "delete")), axis)


def sort(
    a: Any,
    axis: int | None = -1,
    kind: Any = None,
    order: None = None,
    *,
    stable: bool | None = None,
) -> Any:
    """A sorted copy; the gradient goes back to where each element came from."""
    only("sort", "kind", kind, *KINDS)
    only("sort", "order", order, None)
    return ops.sort(ops.ravel(a)) if axis is None else ops.sort(a, axis=axis)


def partition(
    a: Any, kth: Any, axis: int | None = -1, kind: str = "introselect", order: None = None
) -> Any:
    """A copy with element ``kth`` in its sorted place."""
    only("partition", "kind", kind, "introselect")
    only("partition", "order", order, None)
    return (
        ops.partition(ops.ravel(a), kth=kth)
        if axis is None
        else ops.partition(a, kth=kth, axis=axis)
    )
