"""The table of operations: every op by its name, and ``ALL`` of them.

Arrays are positional, settings are keywords: ``ops.sum(x, axis=0)``.  Called on arrays an op
returns an array; called on tensors it records.
"""

from . import activations, costs, elementwise, linalg, reduce, shape
from . import softmax as _softmax
from .activations import relu, sigmoid, tanh
from .costs import one_hot, sigmoid_cross_entropy, softmax_cross_entropy
from .elementwise import (
    abs,
    add,
    div,
    equal,
    exp,
    greater,
    log,
    maximum,
    minimum,
    mul,
    neg,
    positive,
    power,
    sign,
    sqrt,
    square,
    sub,
    where,
)
from .linalg import matmul
from .reduce import logsumexp, max, mean, sum
from .shape import (
    astype,
    broadcast_to,
    concatenate,
    getitem,
    reshape,
    scatter_add,
    sum_to,
    transpose,
)
from .softmax import log_softmax, softmax

ALL = (
    *elementwise.ALL,
    *activations.ALL,
    *linalg.ALL,
    *shape.ALL,
    *reduce.ALL,
    *_softmax.ALL,
    *costs.ALL,
)

__all__ = [
    "ALL",
    "abs",
    "add",
    "astype",
    "broadcast_to",
    "concatenate",
    "div",
    "equal",
    "exp",
    "getitem",
    "greater",
    "log",
    "log_softmax",
    "logsumexp",
    "matmul",
    "max",
    "maximum",
    "mean",
    "minimum",
    "mul",
    "neg",
    "one_hot",
    "positive",
    "power",
    "relu",
    "reshape",
    "scatter_add",
    "sigmoid",
    "sigmoid_cross_entropy",
    "sign",
    "softmax",
    "softmax_cross_entropy",
    "sqrt",
    "square",
    "sub",
    "sum",
    "sum_to",
    "tanh",
    "transpose",
    "where",
]
