"""The message for the first NaN or infinity inside ``with watch_nonfinite():``."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]


def check_result(
    op: str,
    y: Array,
    names: Sequence[str],
    arrays: Sequence[Any],
    params: Mapping[str, Any],
    connects: Callable[..., tuple[Array, Array]] | None,
    at: str,
) -> None:
    """Raise ``ValueError`` if an element of a result is NaN or infinite.

    It names the first, and what that one was made of: the elements of the arguments that the op
    connects it with.
    """
    index = _first(y)
    if index is None:
        return
    causes = []
    for i, (name, x) in enumerate(zip(names, map(np.asarray, arrays), strict=True)):
        if connects is not None and x.size:
            of_x, of_y = connects(i, np.arange(x.size), y, *arrays, **params)
            x = x.ravel()[of_x[of_y == np.ravel_multi_index(index, y.shape)]]
        causes.append(f"{name} {_values(x)}")
    raise ValueError(f"{op}: the result is {_element(y, index)}, where {' and '.join(causes)}{at}")


def check_gradient(
    op: str, i: int, share: Array, names: Sequence[str], given: Sequence[Any], at: str
) -> None:
    """Raise ``ValueError`` if the rule for argument i gave an element that is NaN or infinite.

    ``given`` is what the rule was given: the gradient g, the result y, the arguments.
    """
    index = _first(share)
    if index is None:
        return
    g, _, *arrays = given
    raise ValueError(
        f"{op}: the rule for argument {i} gave {_element(share, index)}, where {names[i]} is "
        f"{arrays[i][index]} and the gradient of the result {_values(g)}{at}"
    )


def _first(found: Array) -> tuple[int, ...] | None:
    """The place of the first element that is infinite or no number."""
    if found.dtype.kind != "f" or np.isfinite(found).all():
        return None
    return tuple(map(int, np.argwhere(~np.isfinite(found))[0]))


def _element(found: Array, index: tuple[int, ...]) -> str:
    return f"{found[index]}" + (f" at {list(index)}" if index else "")


def _values(x: npt.ArrayLike) -> str:
    """One number, or from where to where several go; of some that are none, the first."""
    x = np.asarray(x).ravel()
    bad = x[~np.isfinite(x)]
    if x.size == 0:
        return "has no elements there"
    if bad.size:
        return f"is {bad[0]}"
    low, high = x.min(), x.max()
    return f"is {low}" if low == high else f"goes from {low} to {high}"
