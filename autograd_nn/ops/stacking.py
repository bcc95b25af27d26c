"""How the rules of an op answer many gradients in one call.

The whole Jacobian of an op is what its rules make of all unit vectors.  Asked one by one they cost
a call each; where an op works on stacks of its arguments, all are asked at once, on a stack of as
many copies of the arguments.  The rule is the op's own: a stack only says what it is called with.

A stack is a function ``stack(i, gs, y, *arguments, **settings)``, where ``gs`` has one axis more
than ``y``, the first.  It returns the g, y, arguments and settings to call rule ``i`` with.  The
elements of the rule's result are then those of one share after the other.
"""

from typing import Any

import numpy as np

from ..engine.types import Array

Stacked = tuple[Array, Array, tuple[Any, ...], dict[str, Any]]


def copies(n: int, x: Array, axes: int = 0) -> Array:
    """A stack of n times x, of which x fills the last axes and at least ``axes``; read only.

    >>> copies(2, np.zeros(3), axes=2).shape
    (2, 1, 3)
    """
    shape = np.shape(x)
    shape = (1,) * (axes - len(shape)) + shape
    return np.broadcast_to(np.reshape(x, shape), (n, *shape))


def as_it_is(i: int, gs: Array, y: Array, *args: Array, **settings: Any) -> Stacked:
    """For ops on the last axes, whatever comes before these."""
    n = len(gs)
    return gs, copies(n, y), tuple(copies(n, x) for x in args), settings


def along_an_axis(
    i: int, gs: Array, y: Array, x: Array, *, axis: int = -1, **settings: Any
) -> Stacked:
    """For ops along one axis, which is one further on where it was counted from the front."""
    settings["axis"] = axis + 1 if axis >= 0 else axis
    return gs, copies(len(gs), y), (copies(len(gs), x),), settings


def product(i: int, gs: Array, y: Array, a: Array, b: Array) -> Stacked:
    """For a @ b.  Rows of a do not meet, so that its copies can be one matrix of more rows."""
    n = len(gs)
    if b.ndim == 1:
        b, gs, y = b[:, None], gs[..., None], y[..., None]
    if a.ndim == 1:
        a, gs, y = a[None, :], gs[..., None, :], y[..., None, :]
    if i == 0 and b.ndim == 2:
        rows = [x.reshape(-1, x.shape[-1]) for x in (gs, copies(n, y), copies(n, a))]
        return rows[0], rows[1], (rows[2], b), {}
    axes = max(a.ndim, b.ndim)
    return gs, copies(n, y), (copies(n, a, axes), copies(n, b, axes)), {}
