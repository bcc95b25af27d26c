"""Which axes ``axis=`` stands for: counted from the front, and refused where they are not there."""

from __future__ import annotations

import operator
from typing import SupportsIndex

import numpy as np
from numpy.lib.array_utils import normalize_axis_index, normalize_axis_tuple

from ..engine.core import Axis, Value


def counted(name: str, x: Value, axis: Axis) -> tuple[int, ...]:
    """The axes that ``axis`` (a number, a tuple, or None for all) stands for.

    >>> counted("sum", np.zeros((2, 3)), -1)
    (1,)
    """
    ndim = len(x.shape)
    try:
        axes: tuple[int, ...] = normalize_axis_tuple(range(ndim) if axis is None else axis, ndim)
    except (np.exceptions.AxisError, ValueError, TypeError) as error:
        raise _told(name, x, error) from error
    return axes


def one(name: str, x: Value, axis: SupportsIndex) -> int:
    """The one axis that ``axis`` stands for."""
    try:
        found: int = normalize_axis_index(operator.index(axis), len(x.shape))
    except (np.exceptions.AxisError, TypeError) as error:
        raise _told(name, x, error) from error
    return found


def _told(name: str, x: Value, error: Exception) -> Exception:
    kind = np.exceptions.AxisError if isinstance(error, IndexError) else type(error)
    return kind(f"{name}: got {tuple(x.shape)}: {error}")
