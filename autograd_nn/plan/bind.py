"""An op's work bound to its arrays: the NumPy calls that a plan makes again and again.

An op that spells itself as NumPy calls is bound call by call, any other as its forward function;
numbers among the arguments become arrays once, since a ufunc takes these faster.
"""

import inspect
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import numpy as np

from ..engine.core import Node
from ..engine.types import Array
from ..ops.out import quiet_run, quietly

Call = partial[Any]


def bind(node: Node, args: list[Any], out: Array) -> list[Call]:
    """The calls that spell the op, or the one of its forward function, with their arguments."""
    assert node.op is not None
    spell = node.op.replay.calls
    spelled = spell(out, *args, **node.params) if spell is not None else None
    if spelled is None:
        return [_bind_whole(node, args, out)]
    quiet = quiet_run()  # the plan's own, since a plan runs in one thread at a time
    return [partial(quiet if f is quietly else f, *arguments) for f, *arguments in spelled]


def _bind_whole(node: Node, args: list[Any], out: Array) -> Call:
    assert node.op is not None
    forward = node.op.forward
    if isinstance(forward, np.ufunc) and forward.signature is None:  # np.matmul takes axes
        args = _not_repeated(_as_arrays(args, node.dtype), out.shape)
    by_position = isinstance(forward, np.ufunc) and forward not in (np.maximum, np.minimum)
    if by_position and not node.params:  # a keyword would cost a tenth of a small operation
        return partial(forward, *args, out)
    if _takes_out(forward):
        return partial(forward, *args, out=out, **node.params)
    return partial(_write, forward, args, node.params, out)


def _as_arrays(args: list[Any], dtype: np.dtype[Any]) -> list[Any]:
    """Numbers as arrays of the result's dtype, once for all, if all is computed in it."""
    if dtype.kind != "f" or any(isinstance(a, np.ndarray) and a.dtype != dtype for a in args):
        return args
    return [np.array(a, dtype) if type(a) in (int, float) else a for a in args]


def _not_repeated(args: list[Any], shape: tuple[int, ...]) -> list[Any]:
    """One number that is repeated to the result's shape as that number, if the rest has the shape.

    Such a gradient arrives from a sum or a mean; a ufunc reads it in half the time without axes.
    """
    arrays = [a for a in args if isinstance(a, np.ndarray)]
    repeated = [a for a in arrays if a.size > 1 and not any(a.strides)]
    if not any(a.shape == shape and any(a.strides) for a in arrays):
        return args
    return [a[(0,) * a.ndim + (...,)] if any(a is r for r in repeated) else a for a in args]


def _write(
    forward: Callable[..., Any], args: list[Any], params: Mapping[str, Any], out: Array
) -> None:
    np.copyto(out, forward(*args, **params))


def _takes_out(forward: Callable[..., Any]) -> bool:
    if isinstance(forward, np.ufunc):
        return True
    try:
        parameters = inspect.signature(forward).parameters
    except (TypeError, ValueError):
        return False
    return "out" in parameters
