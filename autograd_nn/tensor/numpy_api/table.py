"""Which function of NumPy is which op: the table that `numpy_protocol` looks into.

An entry is NumPy's name and what records it: the op, where both take the same arguments, or its
spelling in NumPy's order of arguments.  A function that is not here has no answer for tensors.
"""

from collections.abc import Callable, Iterable
from operator import attrgetter
from typing import Any

import numpy as np

from ... import ops
from ...engine.core import Operand
from ...ops.arguments import array
from . import elements, matrices, reductions, shapes


def _holds(mask: Operand) -> Any:
    return ops.not_equal(mask, 0)


def _at_least(a: Operand, b: Operand) -> Any:
    return ops.maximum(ops.greater(a, b), ops.equal(a, b))


SAME_NAME = (
    "exp", "exp2", "expm1", "log", "log2", "log10", "log1p", "sqrt", "cbrt", "square",
    "reciprocal", "sign", "floor", "ceil", "rint", "trunc", "fix", "sin", "cos", "tan",
    "arcsin", "arccos", "arctan", "sinh", "cosh", "tanh", "arcsinh", "arccosh", "arctanh",
    "deg2rad", "rad2deg", "positive", "power", "float_power", "floor_divide",
    "remainder", "fmod", "copysign", "maximum", "minimum", "fmax", "fmin", "hypot",
    "arctan2", "logaddexp", "logaddexp2", "matmul",
)  # fmt: skip

RECORDED: dict[str, Callable[..., Any]] = {
    **{name: getattr(ops, name) for name in SAME_NAME},
    "add": ops.add, "subtract": ops.sub, "multiply": ops.mul, "true_divide": ops.div,
    "negative": ops.neg, "absolute": ops.abs, "fabs": elements.fabs, "radians": ops.deg2rad,
    "degrees": ops.rad2deg, "divmod": elements.divmod, "vecdot": matrices.vecdot,
    "matvec": matrices.matvec, "vecmat": matrices.vecmat,
    # reductions
    "sum": reductions.sum, "prod": reductions.prod, "mean": reductions.mean,
    "std": reductions.std, "var": reductions.var, "max": reductions.max, "min": reductions.min,
    "ptp": reductions.ptp, "median": ops.median, "average": reductions.average,
    "cumsum": reductions.cumsum, "cumprod": reductions.cumprod, "amax": reductions.max,
    "amin": reductions.min, "nansum": reductions.nansum,
    "cumulative_sum": reductions.cumulative_sum, "cumulative_prod": reductions.cumulative_prod,
    # elements
    "clip": elements.clip, "round": elements.round, "around": elements.round,
    "where": elements.where, "select": elements.select, "nan_to_num": elements.nan_to_num,
    "diff": elements.diff, "polyval": elements.polyval,
    "trapezoid": elements.trapezoid, "sinc": lambda x: ops.sinc(x), "conjugate": shapes.copied,
    "real": lambda val: shapes.copied(val), "copy": shapes.copy,
    # shapes
    "reshape": shapes.reshape, "ravel": shapes.ravel, "astype": shapes.astype,
    "transpose": lambda a, axes=None: ops.transpose(a, axes=axes),
    "matrix_transpose": lambda x, /: ops.swapaxes(x, axis1=-1, axis2=-2),
    "swapaxes": lambda a, axis1, axis2: ops.swapaxes(a, axis1=axis1, axis2=axis2),
    "moveaxis": lambda a, source, destination: ops.moveaxis(a, source=source,
                                                            destination=destination),
    "expand_dims": lambda a, axis: ops.expand_dims(a, axis=axis),
    "squeeze": lambda a, axis=None: ops.squeeze(a, axis=axis),
    "broadcast_to": shapes.broadcast_to, "broadcast_arrays": shapes.broadcast_arrays,
    "meshgrid": shapes.meshgrid, "flip": lambda m, axis=None: ops.flip(m, axis=axis),
    "fliplr": lambda m: ops.flip(m, axis=1), "flipud": lambda m: ops.flip(m, axis=0),
    "roll": lambda a, shift, axis=None: ops.roll(a, shift=shift, axis=axis),
    "rot90": lambda m, k=1, axes=(0, 1): ops.rot90(m, k=k, axes=axes),
    "pad": shapes.pad, "tril": lambda m, k=0: ops.tril(m, k=k),
    "triu": lambda m, k=0: ops.triu(m, k=k), "tile": ops.tile, "repeat": ops.repeat,
    "concatenate": shapes.concatenate, "stack": ops.stack, "vstack": ops.vstack,
    "hstack": ops.hstack, "dstack": shapes.dstack, "column_stack": shapes.column_stack,
    "append": shapes.append, "unstack": shapes.unstack,
    "split": ops.split, "array_split": ops.array_split,
    "hsplit": shapes.cut("hsplit", 1), "vsplit": shapes.cut("vsplit", 0),
    "dsplit": shapes.cut("dsplit", 2), "block": shapes.block,
    "atleast_1d": ops.atleast_1d, "atleast_2d": ops.atleast_2d, "atleast_3d": ops.atleast_3d,
    "zeros_like": shapes.like(0), "ones_like": shapes.like(1),
    "empty_like": shapes.like(0), "full_like": shapes.full_like,
    # picking
    "take": ops.take, "take_along_axis": elements.take_along_axis,
    "compress": elements.compress, "delete": elements.delete, "sort": elements.sort,
    "partition": elements.partition, "diag": ops.diag,
    "diagflat": lambda v, k=0: ops.diag(ops.ravel(array(v)), k), "extract": elements.extract,
    "diagonal": ops.diagonal, "trace": ops.trace,
    # products and linear algebra
    "dot": ops.dot, "vdot": matrices.vdot, "einsum": matrices.einsum,
    "inner": ops.inner, "outer": ops.outer, "kron": ops.kron, "tensordot": ops.tensordot,
    "cross": lambda a, b, *, axis=-1: ops.cross(a, b, axis),
    "linalg.solve": lambda a, b: ops.solve(a, b), "linalg.inv": lambda a: ops.inv(a),
    "linalg.det": lambda a: ops.det(a), "linalg.slogdet": lambda a: ops.slogdet(a),
    "linalg.cholesky": matrices.cholesky, "linalg.eigh": matrices.eigh,
    "linalg.eigvalsh": matrices.eigvalsh, "linalg.svd": matrices.svd,
    "linalg.svdvals": matrices.svdvals, "linalg.norm": ops.norm,
    "linalg.vector_norm": matrices.vector_norm, "linalg.matrix_norm": matrices.matrix_norm,
    "linalg.matrix_power": matrices.matrix_power, "linalg.multi_dot": matrices.multi_dot,
    "linalg.matmul": lambda x1, x2, /: ops.matmul(x1, x2), "linalg.vecdot": matrices.vecdot,
    "linalg.outer": matrices.outer,
    "linalg.cross": lambda x1, x2, /, *, axis=-1: ops.cross(x1, x2, axis),
    "linalg.trace": lambda x, /, *, offset=0: ops.trace(x, offset, -2, -1),
    "linalg.diagonal": lambda x, /, *, offset=0: ops.diagonal(x, offset, -2, -1),
    "linalg.tensordot": lambda x1, x2, /, *, axes=2: ops.tensordot(x1, x2, axes),
    "linalg.matrix_transpose": lambda x, /: ops.swapaxes(x, axis1=-1, axis2=-2),
}  # fmt: skip

# masks, orders, shapes, texts: NumPy's own answer from the values, no gradient is involved
ANSWERED = (
    "equal", "not_equal", "less", "less_equal", "greater", "greater_equal", "isnan",
    "isinf", "isfinite", "signbit", "logical_and", "logical_or", "logical_xor",
    "logical_not", "shape", "ndim", "size", "all", "any", "argmax", "argmin", "nanargmax",
    "nanargmin", "argsort", "argpartition", "argwhere", "lexsort", "nonzero", "flatnonzero",
    "count_nonzero", "searchsorted", "digitize", "isclose", "allclose", "array_equal",
    "array_equiv", "isin", "isreal", "iscomplex", "isrealobj", "iscomplexobj", "isposinf",
    "isneginf", "result_type", "can_cast", "common_type", "min_scalar_type",
    "may_share_memory", "shares_memory", "array_repr", "array_str", "array2string",
    "diag_indices_from", "tril_indices_from", "triu_indices_from", "einsum_path",
    "linalg.matrix_rank",
)  # fmt: skip

# comparisons and masks that a plan records, since it must not freeze an answer
TRACED: dict[str, Callable[..., Any]] = {
    "equal": ops.equal, "not_equal": ops.not_equal, "greater": ops.greater,
    "less": lambda a, b: ops.greater(b, a), "greater_equal": _at_least,  # false where either is nan
    "less_equal": lambda a, b: _at_least(b, a),
    "logical_and": lambda a, b: ops.mul(_holds(a), _holds(b)),
    "logical_or": lambda a, b: ops.maximum(_holds(a), _holds(b)),
    "logical_xor": lambda a, b: ops.not_equal(_holds(a), _holds(b)),
    "logical_not": lambda a: ops.equal(a, 0), "isnan": lambda x: ops.not_equal(x, x),
    "argsort": lambda a, axis=-1: ops.argsort(a, axis=axis),
}  # fmt: skip

OF_SHAPES = {"shape", "ndim", "size", "isrealobj", "iscomplexobj", "result_type", "can_cast",
             "common_type", "min_scalar_type", "may_share_memory", "shares_memory",
             "diag_indices_from", "tril_indices_from", "triu_indices_from", "einsum_path",
             "array_repr", "array_str", "array2string"}  # fmt: skip

METHODS: dict[tuple[str, str], Callable[..., Any]] = {
    ("add", "reduce"): reductions.sum, ("multiply", "reduce"): reductions.prod,
    ("maximum", "reduce"): reductions.max, ("minimum", "reduce"): reductions.min,
    ("logaddexp", "reduce"): reductions.logsumexp, ("add", "accumulate"): reductions.cumsum,
    ("multiply", "accumulate"): reductions.cumprod,
}  # fmt: skip

# as masks they are the logical ones; of integers they have no use here
AS_LOGICAL = {np.bitwise_and: np.logical_and, np.bitwise_or: np.logical_or,
              np.bitwise_xor: np.logical_xor, np.invert: np.logical_not}  # fmt: skip


def _of_numpy(names: Iterable[str]) -> dict[Any, str]:
    """NumPy's functions of these names, as far as this version of NumPy has them."""
    found = {}
    for name in names:
        try:
            found[attrgetter(name)(np)] = name
        except AttributeError:
            continue
    return found


FUNCTIONS = {function: RECORDED[name] for function, name in _of_numpy(RECORDED).items()}
ANSWERS = _of_numpy(ANSWERED)
