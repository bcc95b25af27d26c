"""The table of operations: every op by its name, and ``ALL`` of them.

Arrays are positional, settings are keywords: ``ops.sum(x, axis=0)``.  Called on arrays an op
returns an array; called on tensors it records.  ``docs/operations.md`` lists them all.
"""

# One family a line or two is easier to read than one name a line.
# fmt: off
# isort: off
from . import (
    activations, choices, convolution, costs, elementary, elementwise, indexing, linalg, products,
    reduce, running, shape,
)
from . import einsum as _einsum
from . import softmax as _softmax
from .activations import elu, gelu, leaky_relu, log_sigmoid, relu, sigmoid, silu, softplus
from .choices import equal, greater, not_equal, where
from .compositions import (
    array_split, atleast_1d, atleast_2d, atleast_3d, cross, diag, diagonal, dot, hstack, inner,
    kron, median, outer, ravel, repeat, split, stack, tensordot, tile, trace, vstack,
)
from .convolution import conv2d, max_pool2d, overlap_add, windows
from .costs import one_hot, sigmoid_cross_entropy, softmax_cross_entropy
from .einsum import einsum
from .elementary import (
    abs, arccos, arccosh, arcsin, arcsinh, arctan, arctanh, cbrt, ceil, cos, cosh, deg2rad, erf,
    erfc, exp, exp2, expm1, fix, floor, log, log10, log1p, log2, neg, positive, rad2deg, reciprocal,
    rint, round, sign, sin, sinc, sinh, sqrt, square, tan, tanh, trunc,
)
from .elementwise import (
    add, arctan2, clip, copysign, div, float_power, floor_divide, fmax, fmin, fmod, hypot,
    logaddexp, logaddexp2, maximum, minimum, mul, nan_to_num, power, remainder, sub,
)
from .indexing import (
    add_along_axis, argpartition, argsort, getitem, partition, put_along_axis, scatter_add,
    sort, take, take_along_axis,
)
from .linalg import (
    cholesky, det, eigh, eigh_packed, inv, norm, slogdet, slogdet_packed, solve, svd,
    svd_packed,
)
from .products import linear, matmul
from .reduce import (
    amax, amin, length, logsumexp, max, mean, min, prod, ptp, std, sum, var,
)
from .running import cumprod, cumsum
from .shape import (
    astype, broadcast_to, concatenate, expand_dims, flip, moveaxis, pad, reshape, roll, rot90,
    squeeze, sum_to, swapaxes, transpose, tril, triu,
)
from .softmax import log_softmax, softmax

mod = remainder

FAMILIES = (
    choices, elementary, elementwise, activations, products, linalg, _einsum, shape, indexing,
    reduce, running, _softmax, costs, convolution,
)
ALL = tuple(op for family in FAMILIES for op in family.ALL)

__all__ = [  # noqa: RUF022 - sorted, several a line
    "ALL", "abs", "add", "add_along_axis", "amax", "amin", "arccos", "arccosh", "arcsin",
    "arcsinh", "arctan", "arctan2", "arctanh", "argpartition", "argsort", "array_split",
    "astype", "atleast_1d", "atleast_2d", "atleast_3d", "broadcast_to", "cbrt", "ceil",
    "cholesky", "clip", "concatenate", "conv2d", "copysign", "cos", "cosh", "cross",
    "cumprod", "cumsum", "deg2rad", "det", "diag", "diagonal", "div", "dot", "eigh",
    "eigh_packed", "einsum", "elu", "equal", "erf", "erfc", "exp", "exp2", "expand_dims", "expm1",
    "fix", "flip", "float_power", "floor", "floor_divide", "fmax", "fmin", "fmod", "gelu",
    "getitem", "greater", "hstack", "hypot", "inner", "inv", "kron", "leaky_relu", "length",
    "linear", "log", "log10", "log1p", "log2", "log_sigmoid", "log_softmax", "logaddexp",
    "logaddexp2", "logsumexp", "matmul", "max", "max_pool2d", "maximum", "mean", "median",
    "min", "minimum", "mod", "moveaxis", "mul", "nan_to_num", "neg", "norm", "not_equal",
    "one_hot", "outer", "overlap_add", "pad", "partition", "positive", "power", "prod",
    "ptp", "put_along_axis", "rad2deg", "ravel", "reciprocal", "relu", "remainder",
    "repeat", "reshape", "rint", "roll", "rot90", "round", "scatter_add", "sigmoid",
    "sigmoid_cross_entropy", "sign", "silu", "sin", "sinc", "sinh", "slogdet",
    "slogdet_packed", "softmax", "softmax_cross_entropy", "softplus", "solve", "sort",
    "split", "sqrt", "square", "squeeze", "stack", "std", "sub", "sum", "sum_to", "svd",
    "svd_packed", "swapaxes", "take", "take_along_axis", "tan", "tanh", "tensordot", "tile",
    "trace", "transpose", "tril", "triu", "trunc", "var", "vstack", "where", "windows",
]
