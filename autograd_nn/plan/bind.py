"""An op's work bound to its arrays: the NumPy calls that a plan makes again and again.

An op that spells itself as NumPy calls is bound call by call, any other as its forward function;
numbers among the arguments become arrays once, since a ufunc takes these faster.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from ..engine.core import Array, Node
from ..ops.quiet import quiet_run, quietly


def bound(node: Node, args: list[Any], out: Array) -> list[Any]:
    """What the op does, bound to its arrays: the calls that spell it, or its forward function."""
    assert node.op is not None
    spell = node.op.replay.calls
    spelled = spell(out, *args, **node.params) if spell is not None else None
    if spelled is None:
        return [_whole(node, args, out)]
    quiet = quiet_run()  # the plan's own, since a plan runs in one thread at a time
    return [
        partial(quiet if function is quietly else function, *arguments)
        for function, *arguments in spelled
    ]


def _whole(node: Node, args: list[Any], out: Array) -> Any:
    """The forward function, bound to its arrays."""
    assert node.op is not None
    forward = node.op.forward
    if isinstance(forward, np.ufunc) and forward.signature is None:  # np.matmul takes axes
        args = _single(_typed(args, node.dtype), out.shape)
    by_position = isinstance(forward, np.ufunc) and forward not in (np.maximum, np.minimum)
    if by_position and not node.params:  # a keyword would cost a tenth of a small operation
        return partial(forward, *args, out)
    if _takes_out(forward):
        return partial(forward, *args, out=out, **node.params)
    return partial(_written, forward, args, node.params, out)


def _typed(args: list[Any], dtype: np.dtype[Any]) -> list[Any]:
    """Numbers as arrays of the result's dtype, once for all, if all is computed in it."""
    if dtype.kind != "f" or any(isinstance(a, np.ndarray) and a.dtype != dtype for a in args):
        return args
    return [np.array(a, dtype) if type(a) in (int, float) else a for a in args]


def _single(args: list[Any], shape: tuple[int, ...]) -> list[Any]:
    """One number that is repeated to the result's shape as that number, if the rest has the shape.

    Such a gradient arrives from a sum or a mean; a ufunc reads it in half the time without axes.
    """
    arrays = [a for a in args if isinstance(a, np.ndarray)]
    repeated = [a for a in arrays if a.size > 1 and not any(a.strides)]
    if not any(a.shape == shape and any(a.strides) for a in arrays):
        return args
    return [a[(0,) * a.ndim + (...,)] if any(a is r for r in repeated) else a for a in args]


def _written(forward: Callable[..., Any], args: list[Any], params: Any, out: Array) -> None:
    np.copyto(out, forward(*args, **params))


def _takes_out(forward: Callable[..., Any]) -> bool:
    if isinstance(forward, np.ufunc):
        return True
    try:
        parameters = inspect.signature(forward).parameters
    except (TypeError, ValueError):
        return False
    return "out" in parameters
