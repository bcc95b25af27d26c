"""Derivatives of a recorded graph by finite differences."""

import math
from collections.abc import Callable

import numpy as np

from ..engine.core import Node
from ..engine.recompute import recomputer
from ..engine.types import Array
from .central import central, central_steps, scatter
from .constants import FIRST, SETTLED
from .measurement import Measurement

_LADDER = 4  # how many steps to try, each 64 times smaller, where the table does not settle


def difference(f: Callable[[float], float], scale: float, finest: float = 0.0) -> Measurement:
    """The derivative of ``f`` at 0, by central differences with steps of the order of ``scale``/64.

    Where they do not settle, smaller steps are tried, down to ``finest``/1024 at least: near a pole
    or the edge of a domain the first steps lead outside.

    >>> d = difference(lambda t: (3 + t) ** 3, scale=3.0)
    >>> bool(abs(d.value - 27) <= d.error < 1e-9)
    True
    """
    reach = 2.0 ** round(math.log2(scale))  # a power of two: x + step is exact
    step = FIRST * reach

    def noise(near: float) -> tuple[Array, Array]:
        values = np.array([f(i * near) for i in range(-3, 4)])
        return values[3], scatter(values)

    tries: list[Measurement] = []
    with np.errstate(all="ignore"):  # a step outside the domain is no news
        here, noisy = noise(min(step, finest or step) / 2**14)
        if not math.isfinite(noisy):  # even that led outside
            here, noisy = noise(min(step, finest or step) / 2**26)
        while len(tries) < _LADDER or step > finest / 1024 > 0:
            found = np.array([f(float(t)) for t in central_steps(step)])
            tries.append(central(found, here, reach, step / reach, noisy))
            if tries[-1].error <= 1e-9 * np.abs(tries[-1].value):
                break
            step /= 64
    return min(tries, key=_doubt)


def _doubt(d: Measurement) -> tuple[bool, float]:
    """What to judge a try by: its relative error if that is small, else its error."""
    value, error = abs(float(d.value)), float(d.error)
    if not math.isfinite(value):
        return True, math.inf
    relative = error / value if value else math.inf
    return (False, relative) if relative < SETTLED else (True, error)


def numeric_gradient(cost: Node, node: Node) -> Array:
    """The gradient of a recorded scalar by any of its nodes, element by element.

    The graph above the node is computed again with that element moved.  For a weighted input z
    this is the book's demon at work, and gives δ (δ/m for a mean over m examples).

    Raises ``ValueError`` for a ``cost`` that is no scalar.

    >>> from autograd_nn import Tensor
    >>> x = Tensor([1.0, 2.0], requires_grad=True)
    >>> numeric_gradient((x * x).sum(), x).round(9).tolist()
    [2.0, 4.0]
    """
    if cost.data.size != 1:
        raise ValueError(f"numeric_gradient: got shape {cost.shape}, expected a scalar")
    derivative = _derivatives(cost, node)
    return np.array([derivative(index) for index in np.ndindex(node.shape)]).reshape(node.shape)


def numeric_derivative(cost: Node, node: Node, index: tuple[int, ...]) -> float:
    """The derivative of a recorded scalar by one element: one of :func:`numeric_gradient`."""
    return _derivatives(cost, node)(index)


def derivative_by_element(f: Callable[[Array], float], x: Array) -> Callable[..., float]:
    """The derivative of a function of an array by one of its elements, given its index."""
    x = x.astype(np.float64)
    typical = float(np.sqrt(np.mean(np.square(x)))) if x.size else 0.0
    least = 0.1 * (typical if math.isfinite(typical) and typical > 0 else 1.0)

    def derivative(index: tuple[int, ...]) -> float:
        def moved(t: float) -> float:
            y = x.copy()
            y[index] += t
            return f(y)

        size = abs(float(x[index]))
        return float(difference(moved, max(size, least), finest=size).value)

    return derivative


def _derivatives(cost: Node, node: Node) -> Callable[..., float]:
    again = recomputer(cost, [node])
    return derivative_by_element(lambda y: float(again(y).item()), node.data)
