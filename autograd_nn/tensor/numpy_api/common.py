"""What NumPy's functions have in common: lists for arrays, ``dtype=``, ``out=``, defaults."""

from __future__ import annotations

from typing import Any

import numpy as np

from ... import ops
from ...engine.core import Node, value

KINDS = (None, "quicksort", "mergesort", "heapsort", "stable")


def cast(a: Any, dtype: Any) -> Any:
    """``a`` in the dtype that a ``dtype=`` asks the computation to be in; None: as it is."""
    return a if dtype is None else ops.astype(a, dtype=np.dtype(dtype))


def copied(a: Any) -> Any:
    """The same values, recorded as a new result."""
    return ops.positive(a) if a.dtype.kind == "f" else ops.astype(a, dtype=a.dtype)


def refuse_out(name: str, out: Any) -> None:
    """``out=`` would overwrite an array, or a tensor, with a result that has a history."""
    if out is not None:
        raise TypeError(
            f"{name}: out= cannot hold a recorded result: an array would lose its gradient, and a "
            "tensor keeps what was recorded; write new = … without out="
        )


def only(name: str, setting: str, given: Any, *recorded: Any) -> None:
    """Refuse what NumPy's function can do and the recorded one cannot, never ignore it."""
    if type(given) not in (str, bool, type(None)) or given not in recorded:
        raise TypeError(
            f"np.{name}: got {setting}={given!r}; recorded on tensors is {setting}="
            f"{' or '.join(map(repr, recorded))}; take the values with tensor.detach().data if no "
            "gradient is wanted"
        )


def array(x: Any) -> Any:
    """An argument that may be a list, as an array; a tensor as it is."""
    return x if isinstance(x, Node) else np.asarray(x)


def values(x: Any) -> Any:
    """Tensors replaced by their arrays, in lists and tuples too."""
    return type(x)(map(values, x)) if type(x) in (list, tuple) else value(x)
