"""Which NumPy function is which op, so that ``np.exp(tensor)`` records.

NumPy asks a tensor what to do wherever it meets one: ``array * tensor`` and ``np.exp(tensor)``
through ``__array_ufunc__``, ``np.sum(tensor)`` through ``__array_function__``.  The table here
answers.  A function that is not in it would have to compute on the bare values and lose the
gradient, so it raises, and says what to write instead.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable
from difflib import get_close_matches
from functools import cache, lru_cache
from operator import attrgetter
from typing import Any

import numpy as np

from . import ops
from .core import Node, Op, is_tracing, untraced, value
from .numpy_spelling import elements, masks, matrices, picking, reductions, shapes
from .numpy_spelling.common import array, cast, copied, refuse_out, values

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
    "ptp": reductions.ptp, "median": reductions.median, "average": reductions.average,
    "cumsum": reductions.cumsum, "cumprod": reductions.cumprod, "amax": reductions.max,
    "amin": reductions.min, "nansum": reductions.nansum,
    "cumulative_sum": reductions.cumulative_sum, "cumulative_prod": reductions.cumulative_prod,
    # elements
    "clip": elements.clip, "round": elements.round, "around": elements.round,
    "where": elements.where, "select": elements.select, "nan_to_num": elements.nan_to_num,
    "diff": elements.diff, "polyval": elements.polyval,
    "trapezoid": elements.trapezoid, "sinc": lambda x: ops.sinc(x), "conjugate": copied,
    "real": lambda val: copied(val), "copy": shapes.copy,
    # shapes
    "reshape": shapes.reshape, "ravel": shapes.ravel, "astype": shapes.astype,
    "transpose": lambda a, axes=None: ops.transpose(a, axes=axes),
    "matrix_transpose": lambda x, /: ops.swapaxes(x, axis1=-1, axis2=-2),
    "swapaxes": lambda a, axis1, axis2: ops.swapaxes(a, axis1=axis1, axis2=axis2),
    "moveaxis": lambda a, source, destination: ops.moveaxis(
        a, source=source, destination=destination
    ),
    "expand_dims": lambda a, axis: ops.expand_dims(a, axis=axis),
    "squeeze": lambda a, axis=None: ops.squeeze(a, axis=axis),
    "broadcast_to": shapes.broadcast_to,
    "broadcast_arrays": shapes.broadcast_arrays, "meshgrid": shapes.meshgrid,
    "flip": lambda m, axis=None: ops.flip(m, axis=axis),
    "fliplr": lambda m: ops.flip(m, axis=1), "flipud": lambda m: ops.flip(m, axis=0),
    "roll": lambda a, shift, axis=None: ops.roll(a, shift=shift, axis=axis),
    "rot90": lambda m, k=1, axes=(0, 1): ops.rot90(m, k=k, axes=axes),
    "pad": shapes.pad, "tril": lambda m, k=0: ops.tril(m, k=k),
    "triu": lambda m, k=0: ops.triu(m, k=k), "tile": lambda A, reps: ops.tile(A, reps),
    "repeat": lambda a, repeats, axis=None: ops.repeat(a, repeats, axis),
    "concatenate": shapes.concatenate, "stack": shapes.stack, "vstack": shapes.vstack,
    "hstack": shapes.hstack, "dstack": shapes.dstack, "column_stack": shapes.column_stack,
    "append": shapes.append, "unstack": shapes.unstack,
    "split": lambda ary, indices_or_sections, axis=0: ops.split(ary, indices_or_sections, axis),
    "array_split": lambda ary, indices_or_sections, axis=0: ops.array_split(
        ary, indices_or_sections, axis
    ),
    "hsplit": shapes.cut("hsplit", 1), "vsplit": shapes.cut("vsplit", 0),
    "dsplit": shapes.cut("dsplit", 2), "block": shapes.block,
    "atleast_1d": shapes.atleast_1d, "atleast_2d": shapes.atleast_2d,
    "atleast_3d": shapes.atleast_3d, "zeros_like": shapes.like(0), "ones_like": shapes.like(1),
    "empty_like": shapes.like(0), "full_like": shapes.full_like,
    # picking
    "take": picking.take, "take_along_axis": picking.take_along_axis,
    "compress": picking.compress, "delete": picking.delete, "sort": picking.sort,
    "partition": picking.partition, "diag": lambda v, k=0: ops.diag(v, k),
    "diagflat": lambda v, k=0: ops.diag(ops.ravel(array(v)), k), "extract": picking.extract,
    "diagonal": shapes.diagonal, "trace": shapes.trace,
    # products and linear algebra
    "dot": matrices.dot, "vdot": matrices.vdot, "einsum": matrices.einsum,
    "inner": lambda a, b, /: ops.inner(*map(array, (a, b))),
    "outer": lambda a, b: ops.outer(*map(array, (a, b))),
    "kron": lambda a, b: ops.kron(*map(array, (a, b))),
    "tensordot": lambda a, b, axes=2: ops.tensordot(array(a), array(b), axes),
    "cross": matrices.cross,
    "linalg.solve": lambda a, b: ops.solve(a, b), "linalg.inv": lambda a: ops.inv(a),
    "linalg.det": lambda a: ops.det(a), "linalg.slogdet": lambda a: ops.slogdet(a),
    "linalg.cholesky": matrices.cholesky, "linalg.eigh": matrices.eigh,
    "linalg.eigvalsh": matrices.eigvalsh, "linalg.svd": matrices.svd,
    "linalg.svdvals": matrices.svdvals,
    "linalg.norm": lambda x, ord=None, axis=None, keepdims=False: ops.norm(x, ord, axis, keepdims),
    "linalg.vector_norm": matrices.vector_norm, "linalg.matrix_norm": matrices.matrix_norm,
    "linalg.matrix_power": matrices.matrix_power, "linalg.multi_dot": matrices.multi_dot,
    "linalg.matmul": lambda x1, x2, /: ops.matmul(x1, x2), "linalg.vecdot": matrices.vecdot,
    "linalg.outer": matrices.outer,
    "linalg.cross": lambda x1, x2, /, *, axis=-1: matrices.cross(x1, x2, axis=axis),
    "linalg.trace": lambda x, /, *, offset=0: ops.trace(x, offset, -2, -1),
    "linalg.diagonal": lambda x, /, *, offset=0: ops.diagonal(x, offset, -2, -1),
    "linalg.tensordot": lambda x1, x2, /, *, axes=2: ops.tensordot(
        array(x1), array(x2), axes
    ),
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

_NEUTRAL: dict[str, tuple[Any, ...]] = {  # settings that, so set, ask for nothing special
    "out": (None,), "dtype": (None,), "order": ("C", "K", "A"), "where": (True,),
    "casting": ("same_kind", "safe", "unsafe"), "subok": (True, False),
}  # fmt: skip
_ARRAYS = (Node, np.ndarray, np.generic, list, tuple)
_EMPTY = {reductions.sum: 0, reductions.prod: 1}  # what a reduction of nothing gives


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


def ufunc_called(ufunc: Any, method: str, inputs: Any, settings: dict[str, Any]) -> Any:
    """What ``__array_ufunc__`` gives."""
    if ufunc in AS_LOGICAL and all(np.asarray(value(x)).dtype == bool for x in inputs):
        ufunc = AS_LOGICAL[ufunc]
    if method == "__call__" and not settings:
        record = FUNCTIONS.get(ufunc)
        if record is not None:
            return record(*inputs)
        if ufunc in ANSWERS:
            return _answer(ufunc, inputs, {})
        raise TypeError(advice(ufunc))
    if ufunc in ANSWERS and method != "at":
        return _answer(ufunc, inputs, settings, method)
    name = f"np.{ufunc.__name__}" + ("" if method == "__call__" else f".{method}")
    if any(out is x for out in settings.get("out", ()) for x in inputs if out is not None):
        raise TypeError(
            f"{name}: an array cannot hold a recorded result, as array += tensor (or *= …) would "
            "have it, since its gradient would be lost; write array = array + tensor"
        )
    if method == "outer" and ufunc in FUNCTIONS:
        return _called(name, elements.outer_of(FUNCTIONS[ufunc]), inputs, settings)
    if method != "__call__":
        record = METHODS.get((ufunc.__name__, method))
        settings = {"axis": 0, **settings} if len(inputs) == 1 else settings
    else:
        record = FUNCTIONS.get(ufunc)
    if record is None:
        raise TypeError(advice(ufunc, method))
    return _called(name, record, inputs, settings)


def function_called(function: Callable[..., Any], args: Any, settings: dict[str, Any]) -> Any:
    """What ``__array_function__`` gives."""
    record = FUNCTIONS.get(function)
    if record is not None:
        return _called(_name(function), record, args, settings)
    if function in ANSWERS:
        return _answer(function, args, settings)
    raise TypeError(advice(function))


def _answer(
    function: Callable[..., Any], args: Any, settings: dict[str, Any], method: str = "__call__"
) -> Any:
    """NumPy's own answer; while a plan is made, recorded, since data may change it."""
    name, place = ANSWERS[function], _place_of_out(function)
    out = settings.get("out", args[place] if place is not None and place < len(args) else None)
    if any(isinstance(x, Node) for x in (out if isinstance(out, tuple) else (out,))):
        refuse_out(f"np.{name}", out)
    if is_tracing() and name not in OF_SHAPES:
        traced = getattr(masks, name, None)
        if traced is not None and method == "__call__":
            return traced(*args, **settings)
        for x in args:
            untraced(x, f"np.{name}")
    answer = getattr(function, method)
    return answer(*map(values, args), **{k: values(v) for k, v in settings.items()})


@cache
def _place_of_out(function: Callable[..., Any]) -> int | None:
    """Which argument of a function is ``out``; NumPy itself names that of a ufunc."""
    if isinstance(function, np.ufunc):
        return None
    try:
        names = list(inspect.signature(function).parameters)
    except ValueError:
        return None
    return names.index("out") if "out" in names else None


def _called(name: str, record: Callable[..., Any], args: Any, settings: dict[str, Any]) -> Any:
    """The recorded form called; a setting that it does not have is named, never ignored."""
    out = settings.get("out")
    if any(x is not None for x in (out if isinstance(out, tuple) else (out,))):
        refuse_out(name, out)
    own = _signature(record).parameters if settings else {}
    settings = {k: v for k, v in settings.items() if k in own or not _is_neutral(k, v)}
    if _EMPTY.get(record) is settings.get("initial", record):
        del settings["initial"]
    if out is not None:
        settings.pop("out", None)
    if "dtype" in settings and "dtype" not in own:
        dtype = settings.pop("dtype")
        args = [cast(array(a), dtype) if isinstance(a, _ARRAYS) else a for a in args]
    try:
        if not isinstance(record, Op) or not settings:
            return record(*args, **settings)
    except TypeError:
        if _fits(record, args, settings):
            raise
    raise TypeError(
        f"{name}: got {_told(args, settings)}; recorded on tensors is {name}{_signature(record)}; "
        "take the values with tensor.detach().data if no gradient is wanted"
    )


def _is_neutral(name: str, setting: Any) -> bool:
    return any(setting is ordinary for ordinary in _NEUTRAL.get(name, ()))


@lru_cache  # of a ufunc's outer each is new: so not without bounds
def _signature(record: Callable[..., Any]) -> inspect.Signature:
    """What a recorded form takes; an op here takes its arguments and no settings."""
    if not isinstance(record, Op):
        signature = inspect.signature(record)
        bare = [p.replace(annotation=p.empty) for p in signature.parameters.values()]
        return inspect.Signature(bare)
    names = [f"x{i + 1}" for i in range(record.arity or 1)]
    return inspect.Signature(
        [inspect.Parameter(n, inspect.Parameter.POSITIONAL_ONLY) for n in names]
    )


def _fits(record: Callable[..., Any], args: Any, settings: dict[str, Any]) -> bool:
    try:
        _signature(record).bind(*args, **settings)
    except TypeError:
        return False
    return True


def _told(args: Any, settings: dict[str, Any]) -> str:
    count = f"{len(args)} argument{'s' * (len(args) != 1)}"
    return ", ".join(
        [
            count,
            *[f"{k}={v!r}" if np.ndim(value(v)) == 0 else f"{k}=…" for k, v in settings.items()],
        ]
    )


_NEAREST = {"expit": "sigmoid", "log_expit": "log_sigmoid", "convolve": "conv2d",
            "correlate": "conv2d",
            "interp": "where", "piecewise": "where", "choose": "where", "place": "where",
            "copyto": "where", "putmask": "where", "put": "scatter_add", "insert": "concatenate",
            "percentile": "sort", "quantile": "sort", "unique": "sort",
            "heaviside": "greater", "fill_diagonal": "where", "linalg.pinv": "solve",
            "linalg.lstsq": "solve", "linalg.qr": "svd", "linalg.eig": "eigh",
            "linalg.eigvals": "eigh", "linalg.tensorsolve": "solve",
            "bincount": "scatter_add"}  # fmt: skip


def advice(function: Callable[..., Any], method: str = "__call__") -> str:
    """What to write instead of a NumPy function on a tensor."""
    name = _name(function) + ("" if method == "__call__" else f".{method}")
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


def _name(function: Callable[..., Any]) -> str:
    """``np.linalg.norm``, as a user writes it."""
    module = getattr(function, "__module__", None) or ("numpy" if _is_numpys(function) else "")
    name = getattr(function, "__name__", str(function))
    return f"{module}.{name}".replace("numpy", "np", 1).lstrip(".")


def _is_numpys(function: Any) -> bool:
    return getattr(np, getattr(function, "__name__", ""), None) is function
