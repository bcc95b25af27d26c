"""What to write instead of a NumPy function that does not record on tensors."""

from collections.abc import Callable
from difflib import get_close_matches
from typing import Any

import numpy as np

from ... import ops

_NEAREST = {"expit": "sigmoid", "log_expit": "log_sigmoid", "convolve": "conv2d",
            "correlate": "conv2d",
            "interp": "where", "piecewise": "where", "choose": "where", "place": "where",
            "copyto": "where", "putmask": "where", "put": "scatter_add", "insert": "concatenate",
            "percentile": "sort", "quantile": "sort", "unique": "sort",
            "heaviside": "greater", "fill_diagonal": "where", "linalg.pinv": "solve",
            "linalg.lstsq": "solve", "linalg.qr": "svd", "linalg.eig": "eigh",
            "linalg.eigvals": "eigh", "linalg.tensorsolve": "solve",
            "bincount": "scatter_add"}  # fmt: skip


def advise(function: Callable[..., Any], method: str = "__call__") -> str:
    """What to write instead of a NumPy function on a tensor."""
    name = spell_function(function) + ("" if method == "__call__" else f".{method}")
    bare = name.removeprefix("np.")
    nearest = _NEAREST.get(bare) or next(
        iter(get_close_matches(bare.split(".")[-1].removeprefix("nan"), ops.__all__, 1, 0.85)), None
    )
    instead = (
        f"the nearest operation that records is autograd_nn.ops.{nearest}"
        if nearest
        else "autograd_nn.ops has nothing near it (autograd_nn.custom_op makes an operation)"
    )
    return (
        f"{name} does not record on tensors; {instead}; take the values with "
        "tensor.detach().data if no gradient is wanted"
    )


def spell_function(function: Callable[..., Any]) -> str:
    """``np.linalg.norm``, as a user writes it."""
    name = getattr(function, "__name__", str(function))
    module = getattr(function, "__module__", None)
    module = module or ("numpy" if getattr(np, name, None) is function else "")
    return f"{module}.{name}".replace("numpy", "np", 1).lstrip(".")
