"""Derivatives by finite differences, each with an estimate of its own error.

A central difference with step h is off by c₂h² + c₄h⁴ + … and by round-off that grows as 1/h.
Differences at h, h/4 and h/16 allow the h² and h⁴ terms to be eliminated (Richardson, 1911), and
how far neighbours in that table differ says how well it worked.  How noisy the function is, is
measured too: over steps so small that it must be a straight line, what is not straight is noise
(third differences, as in Moré and Wild, 2011).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from ..engine.core import Array, Node
from ..engine.recompute import recomputer

_LEVELS = 3
_RATIO = 4.0
_LADDER = 4  # how many steps to try, each 64 times smaller, where the table does not settle
_EPSILON = float(np.finfo(np.float64).eps)


@dataclass(frozen=True)
class Difference:
    """A numerical derivative, its estimated error, and the first step of its table.

    ``natural`` is the size that a derivative has when the function changes by all of itself over
    64 steps: errors far below it are round-off.
    """

    value: float
    error: float
    step: float
    natural: float


def difference(f: Callable[[float], float], scale: float, finest: float = 0.0) -> Difference:
    """The derivative of ``f`` at 0, by central differences with steps of the order of ``scale``/64.

    Where they do not settle, smaller steps are tried, down to ``finest``/1024 at least: near a pole
    or the edge of a domain the first steps lead outside.

    >>> d = difference(lambda t: (3 + t) ** 3, scale=3.0)
    >>> abs(d.value - 27) <= d.error < 1e-9
    True
    """
    step = 2.0 ** (round(math.log2(scale)) - 6)  # a power of two: x + step is exact
    tries: list[Difference] = []
    with np.errstate(all="ignore"):  # a step outside the domain is no news
        noise = _noise(f, min(step, finest or step) / 2**14)
        if not math.isfinite(noise):  # even that led outside
            noise = _noise(f, min(step, finest or step) / 2**26)
        while len(tries) < _LADDER or step > finest / 1024 > 0:
            tries.append(_richardson(f, step, noise))
            if tries[-1].error <= 1e-9 * abs(tries[-1].value):
                break
            step /= 64
    return min(tries, key=_doubt)


def _doubt(d: Difference) -> tuple[bool, float]:
    """What to judge a try by: its relative error if that is small, else its error."""
    if not math.isfinite(d.value):
        return True, math.inf
    relative = d.error / abs(d.value) if d.value else math.inf
    return (False, relative) if relative < 1e-4 else (True, d.error)


def _noise(f: Callable[[float], float], step: float) -> float:
    """How far values of ``f`` scatter: the third differences of a line with noise 1 have √20."""
    values = [f(i * step) for i in range(-3, 4)]
    return float(np.sqrt(np.mean(np.square(np.diff(values, 3))) / 20))


def _richardson(f: Callable[[float], float], step: float, noise: float) -> Difference:
    table: list[list[float]] = []
    best, error, size = float("nan"), float("inf"), 0.0
    for level in range(_LEVELS):
        h = step / _RATIO**level
        above, below = f(h), f(-h)
        size = max(size, abs(above), abs(below))
        row = [(above - below) / (2 * h)]
        for order, coarser in enumerate(table[-1] if table else (), start=1):
            factor = _RATIO ** (2 * order)
            row.append(row[-1] + (row[-1] - coarser) / (factor - 1))
            off = max(abs(row[-1] - row[-2]), abs(row[-1] - coarser))
            if off <= error:
                best, error = row[-1], off
        table.append(row)
    round_off = 4 * (_EPSILON * size + noise) / (step / _RATIO ** (_LEVELS - 1))
    return Difference(best, error + round_off, step, size / (64 * step))


def typical_size(x: Array) -> float:
    """The size of steps that suits an array: its root mean square, or 1 where it is zero."""
    size = float(np.sqrt(np.mean(np.square(x)))) if x.size else 0.0
    return size if np.isfinite(size) and size > 0 else 1.0


def numeric_gradient(cost: Node, node: Node) -> Array:
    """The gradient of a recorded scalar by any of its nodes, element by element.

    The graph above the node is computed again with that element moved.  For a weighted input z
    this is the book's demon at work, and gives δ (δ/m for a mean over m examples).

    >>> from autograd_nn import Tensor
    >>> x = Tensor([1.0, 2.0], requires_grad=True)
    >>> numeric_gradient((x * x).sum(), x).round(9).tolist()
    [2.0, 4.0]
    """
    if cost.data.size != 1:
        raise ValueError(f"numeric_gradient: got shape {cost.shape}, expected a scalar")
    derivative = _derivatives(cost, node)
    gradient: Array = np.zeros(node.shape)
    for index in np.ndindex(node.shape):
        gradient[index] = derivative(index)
    return gradient


def numeric_derivative(cost: Node, node: Node, index: tuple[int, ...]) -> float:
    """One element of :func:`numeric_gradient`."""
    return _derivatives(cost, node)(index)


def derivative_by_element(f: Callable[[Array], float], x: Array) -> Callable[..., float]:
    """The derivative of a function of an array by one of its elements, given its index."""
    x = x.astype(np.float64)
    least = 0.1 * typical_size(x)

    def derivative(index: tuple[int, ...]) -> float:
        def moved(t: float) -> float:
            y = x.copy()
            y[index] += t
            return f(y)

        size = abs(float(x[index]))
        return difference(moved, max(size, least), finest=size).value

    return derivative


def _derivatives(cost: Node, node: Node) -> Callable[..., float]:
    again = recomputer(cost, [node])
    return derivative_by_element(lambda y: float(again(y).item()), node.data)
