"""What NumPy does when it meets a tensor: the operators record, every other function says so.

``array * tensor`` reaches NumPy first, and NumPy asks the tensor.  The arithmetic and comparing
functions behind Python's operators are answered with the op of the same meaning.  Any other
NumPy function would have to compute on the bare values and lose the gradient, so it raises, and
says what to write instead.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from . import ops
from .core import Op

OPERATORS: dict[Callable[..., Any], Op] = {
    np.add: ops.add,
    np.subtract: ops.sub,
    np.multiply: ops.mul,
    np.true_divide: ops.div,
    np.power: ops.power,
    np.matmul: ops.matmul,
    np.negative: ops.neg,
    np.positive: ops.positive,
    np.absolute: ops.abs,
}
COMPARISONS = {
    np.equal,
    np.not_equal,
    np.less,
    np.less_equal,
    np.greater,
    np.greater_equal,
}
QUESTIONS = {np.shape, np.ndim, np.size}  # answered from the values, no gradient is involved

_OTHER_NAMES = {"add.reduce": "sum", "multiply.reduce": "prod", "maximum.reduce": "max",
                "minimum.reduce": "min", "add.accumulate": "cumsum", "concat": "concatenate",
                "permute_dims": "transpose", "absolute": "abs", "negative": "neg",
                "true_divide": "div", "subtract": "sub", "multiply": "mul"}  # fmt: skip


def advice(function: Callable[..., Any], method: str = "__call__", into: bool = False) -> str:
    """What to write instead of a NumPy function on a tensor."""
    name = getattr(function, "__name__", str(function))
    name = name if method == "__call__" else f"{name}.{method}"
    if into:
        return (
            f"np.{name} cannot write a tensor into an array (out=, or array += tensor): the array "
            "would lose the gradient; write new = array + tensor"
        )
    same = _OTHER_NAMES.get(name, name)
    if same in ops.__all__:
        instead = f"write autograd_nn.ops.{same}(…), which records"
    else:
        instead = "autograd_nn has no such op"
    return (
        f"np.{name} does not record on tensors; {instead}, or take the values with "
        "tensor.detach().data if no gradient is wanted"
    )
