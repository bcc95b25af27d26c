"""What an op takes as arguments, and what it says of those that its forward function refuses."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import Any

import numpy as np


def check_operand(x: object, op: str) -> Any:
    """An argument that is not a node, as an array of real numbers; a Python number as it is.

    Raises ``TypeError`` for anything else.
    """
    if isinstance(x, (float, int)) or (type(x) is np.ndarray and x.dtype.kind in "fiub"):
        return x
    if isinstance(x, np.ma.MaskedArray):
        raise TypeError(f"{op}: got a masked array, whose mask would be lost; fill it first")
    if isinstance(x, np.matrix):
        raise TypeError(f"{op}: got a numpy.matrix, whose * means @; pass np.asarray(matrix)")
    try:
        array = np.asarray(x)
    except ValueError as error:  # lists of several lengths
        raise TypeError(
            f"{op}: got {type(x).__name__}, which makes no array; expected real numbers ({error})"
        ) from None
    if array.dtype.kind not in "fiub":
        raise TypeError(
            f"{op}: got {type(x).__name__} of dtype {array.dtype}; "
            "expected real numbers (tensors, arrays or Python numbers)"
        )
    return array


def explain_error(
    op: str,
    explain: Callable[..., str] | None,
    arrays: Sequence[Any],
    params: Mapping[str, Any],
    error: Exception,
) -> Exception:
    """The forward function's error, said with the op, what arrived and what to do."""
    shapes = [np.shape(a) for a in arrays]
    reason = ""
    if explain is not None:
        with suppress(TypeError):  # settings that the op does not have: the error itself says so
            reason = explain(*shapes, **params)
    text = reason or f"got {', '.join(map(str, shapes))}: {error}"
    kinds = (np.linalg.LinAlgError, np.exceptions.AxisError, IndexError, TypeError, ValueError)
    kind = next(k for k in kinds if isinstance(error, k))
    return kind(f"{op}: {text}")
