"""What NumPy asks of a tensor, and the answers, so that ``np.exp(tensor)`` records.

NumPy asks a tensor what to do wherever it meets one: ``array * tensor`` and ``np.exp(tensor)``
through ``__array_ufunc__``, ``np.sum(tensor)`` through ``__array_function__``.  The table
(:mod:`autograd_nn.tensor.numpy_api.table`) answers.  A function that is not in it would have to
compute on the bare values and lose the gradient, so it raises, and says what to write instead.
"""

import inspect
from collections.abc import Callable, Sequence
from difflib import get_close_matches
from functools import cache, lru_cache
from typing import Any

import numpy as np

from .. import ops
from ..engine.core import Node, Op, read_values, value
from ..engine.modes import is_tracing
from ..ops.arguments import array, refuse_out
from ..ops.shape import cast
from .numpy_api import elements, reductions
from .numpy_api.table import ANSWERS, AS_LOGICAL, FUNCTIONS, METHODS, OF_SHAPES, TRACED

Arguments = Sequence[Any]
Settings = dict[str, Any]
_NEUTRAL: dict[str, tuple[Any, ...]] = {  # settings that, so set, ask for nothing special
    "out": (None,), "dtype": (None,), "order": ("C", "K", "A"), "where": (True,),
    "casting": ("same_kind", "safe", "unsafe"), "subok": (True, False),
}  # fmt: skip
_ARRAYS = (Node, np.ndarray, np.generic, list, tuple)
_NEAREST = {"expit": "sigmoid", "log_expit": "log_sigmoid", "convolve": "conv2d",
            "correlate": "conv2d",
            "interp": "where", "piecewise": "where", "choose": "where", "place": "where",
            "copyto": "where", "putmask": "where", "put": "scatter_add", "insert": "concatenate",
            "percentile": "sort", "quantile": "sort", "unique": "sort",
            "heaviside": "greater", "fill_diagonal": "where", "linalg.pinv": "solve",
            "linalg.lstsq": "solve", "linalg.qr": "svd", "linalg.eig": "eigh",
            "linalg.eigvals": "eigh", "linalg.tensorsolve": "solve",
            "bincount": "scatter_add"}  # fmt: skip
_EMPTY = {reductions.sum: 0, reductions.prod: 1}  # what a reduction of nothing gives


def answer_ufunc(
    ufunc: Callable[..., Any], method: str, inputs: Arguments, settings: Settings
) -> Any:
    """What ``__array_ufunc__`` gives; ``TypeError`` for a ufunc that does not record."""
    if ufunc in AS_LOGICAL and all(np.asarray(value(x)).dtype == bool for x in inputs):
        ufunc = AS_LOGICAL[ufunc]
    if method == "__call__" and not settings:
        record = FUNCTIONS.get(ufunc)
        if record is not None:
            return record(*inputs)
        if ufunc in ANSWERS:
            return _answer(ufunc, inputs, {})
        raise TypeError(advise(ufunc))
    if ufunc in ANSWERS and method != "at":
        return _answer(ufunc, inputs, settings, method)
    name = f"np.{ufunc.__name__}" + ("" if method == "__call__" else f".{method}")
    if any(out is x for out in settings.get("out", ()) for x in inputs if out is not None):
        raise TypeError(
            f"{name}: an array cannot hold a recorded result, as array += tensor (or *= …) would "
            "have it, since its gradient would be lost; write array = array + tensor"
        )
    if method == "outer" and ufunc in FUNCTIONS:
        return _call_recorded(name, elements.outer_of(FUNCTIONS[ufunc]), inputs, settings)
    if method != "__call__":
        record = METHODS.get((ufunc.__name__, method))
        settings = {"axis": 0, **settings} if len(inputs) == 1 else settings
    else:
        record = FUNCTIONS.get(ufunc)
    if record is None:
        raise TypeError(advise(ufunc, method))
    return _call_recorded(name, record, inputs, settings)


def answer_function(function: Callable[..., Any], args: Arguments, settings: Settings) -> Any:
    """What ``__array_function__`` gives; ``TypeError`` for a function that does not record."""
    record = FUNCTIONS.get(function)
    if record is not None:
        return _call_recorded(spell_function(function), record, args, settings)
    if function in ANSWERS:
        return _answer(function, args, settings)
    raise TypeError(advise(function))


def _answer(
    function: Callable[..., Any], args: Arguments, settings: Settings, method: str = "__call__"
) -> Any:
    """NumPy's own answer; while a plan is made, recorded, since data may change it."""
    name, place = ANSWERS[function], _place_of_out(function)
    out = settings.get("out", args[place] if place is not None and place < len(args) else None)
    if any(isinstance(x, Node) for x in (out if isinstance(out, tuple) else (out,))):
        refuse_out(f"np.{name}", out)
    if is_tracing() and name not in OF_SHAPES:
        traced = TRACED.get(name)
        if traced is not None and method == "__call__":
            return traced(*args, **settings)
        for x in args:
            read_values(x, f"np.{name}")
    answer = getattr(function, method)
    return answer(*map(_values, args), **{k: _values(v) for k, v in settings.items()})


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


def _call_recorded(
    name: str, record: Callable[..., Any], args: Arguments, settings: Settings
) -> Any:
    """Call the recorded form; a setting that it does not have is named, never ignored."""
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
        f"{name}: got {_describe_call(args, settings)}; recorded on tensors is "
        f"{name}{_signature(record)}; take the values with tensor.detach().data if no gradient is "
        "wanted"
    )


def _values(x: Any) -> Any:
    """Tensors replaced by their arrays, in lists and tuples too."""
    return type(x)(map(_values, x)) if type(x) in (list, tuple) else value(x)


def _is_neutral(name: str, setting: object) -> bool:
    return any(setting is ordinary for ordinary in _NEUTRAL.get(name, ()))


@lru_cache  # of a ufunc's outer each is new: so not without bounds
def _signature(record: Callable[..., Any]) -> inspect.Signature:
    """What a recorded form takes; an op here takes its arguments and no settings."""
    if not isinstance(record, Op):
        signature = inspect.signature(record)
        bare = [p.replace(annotation=p.empty) for p in signature.parameters.values()]
        return inspect.Signature(bare)
    names = [f"x{i + 1}" for i in range(record.arity or 1)]
    only = inspect.Parameter.POSITIONAL_ONLY
    return inspect.Signature([inspect.Parameter(n, only) for n in names])


def _fits(record: Callable[..., Any], args: Arguments, settings: Settings) -> bool:
    try:
        _signature(record).bind(*args, **settings)
    except TypeError:
        return False
    return True


def _describe_call(args: Arguments, settings: Settings) -> str:
    given = [f"{k}={v!r}" if np.ndim(value(v)) == 0 else f"{k}=…" for k, v in settings.items()]
    return ", ".join([f"{len(args)} argument{'s' * (len(args) != 1)}", *given])


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
