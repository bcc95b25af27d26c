"""What functions with NumPy's names do with their arguments.

Lists become arrays, axes are counted from the front, and what cannot be recorded is refused.
"""

import operator
from typing import Any, SupportsIndex

import numpy as np
from numpy.lib.array_utils import normalize_axis_index, normalize_axis_tuple

from ..engine.core import Node
from ..engine.types import Axis, Value


def array(x: object) -> Any:
    """An argument that may be a list, as an array; a tensor as it is."""
    return x if isinstance(x, Node) else np.asarray(x)


def refuse_out(name: str, out: object) -> None:
    """``TypeError`` for ``out=``, which would overwrite an array with a recorded result."""
    if out is not None:
        raise TypeError(
            f"{name}: out= cannot hold a recorded result: an array would lose its gradient, and a "
            "tensor keeps what was recorded; write new = … without out="
        )


def refuse_setting(name: str, setting: str, given: object, *recorded: object) -> None:
    """``TypeError`` for what NumPy's function can do and the recorded one cannot."""
    if type(given) not in (str, bool, type(None)) or given not in recorded:
        raise TypeError(
            f"np.{name}: got {setting}={given!r}; recorded on tensors is {setting}="
            f"{' or '.join(map(repr, recorded))}; take the values with tensor.detach().data if no "
            "gradient is wanted"
        )


def count_axes(name: str, x: Value, axis: Axis) -> tuple[int, ...]:
    """The axes that ``axis`` (a number, a tuple, or None for all) stands for.

    Raises ``AxisError``, ``ValueError`` or ``TypeError`` as NumPy does.

    >>> count_axes("sum", np.zeros((2, 3)), -1)
    (1,)
    """
    ndim = len(x.shape)
    try:
        axes: tuple[int, ...] = normalize_axis_tuple(range(ndim) if axis is None else axis, ndim)
    except (np.exceptions.AxisError, ValueError, TypeError) as error:
        raise _explain(name, x, error) from error
    return axes


def count_axis(name: str, x: Value, axis: SupportsIndex) -> int:
    """The one axis that ``axis`` stands for; raises as :func:`count_axes`."""
    try:
        found: int = normalize_axis_index(operator.index(axis), len(x.shape))
    except (np.exceptions.AxisError, TypeError) as error:
        raise _explain(name, x, error) from error
    return found


def _explain(name: str, x: Value, error: Exception) -> Exception:
    kind = np.exceptions.AxisError if isinstance(error, IndexError) else type(error)
    return kind(f"{name}: got {tuple(x.shape)}: {error}")
