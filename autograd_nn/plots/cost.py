"""The cost as a function of one or two of its parameters, with matplotlib (the ``plot`` extra).

The recorded graph is computed again with other values, so what is drawn is the very function that
the gradient is the slope of.
"""

from collections.abc import Callable

import numpy as np

from ..engine.backward import gradients, topological_order
from ..engine.core import Node
from ..engine.names import node_names
from ..engine.recompute import recomputer
from ..engine.types import Array
from ..paths.names import Index, check_element, element_name
from ..support.checks import check_count, check_real
from ..support.style import NEGATIVE, NEUTRAL, POSITIVE, number
from .axes import Axes, axes_or_new


def plot_cost_slice(
    cost: Node, leaf: Node, index: Index = (), *,
    span: float = 1.0, points: int = 201, ax: Axes | None = None,
) -> Axes:  # fmt: skip
    """The cost along one element of ``leaf``, and its tangent: the gradient is that line's slope.

    The element, at ``index`` of a leaf of any shape, runs from ``span`` below to ``span`` above the
    value that it has, in ``points`` steps (2 or more).  Draws into ``ax`` or a figure of its own
    and returns the ``Axes``.

    Raises ``ValueError`` for an index that is not one element, for a leaf that the cost does not
    depend on, for another ``points`` or ``span`` and where :func:`autograd_nn.gradients` would, and
    ``ImportError`` without matplotlib.

    >>> from autograd_nn import Tensor
    >>> x = Tensor(3.0, requires_grad=True, name="x")
    >>> plot_cost_slice(x * x, x).get_title()
    'slope at x = 3: ∂C/∂x = 6'
    """
    position = check_element(leaf, index, "plot_cost_slice")
    steps = _steps(span, points, "plot_cost_slice")
    moved = recomputer(cost, [leaf])
    at, here, slope = leaf.data.item(position), cost.data.item(), _slope(cost, leaf, position)
    curve = [float(moved(_shifted(leaf.data, position, t))) for t in steps]
    ax = axes_or_new(ax, 6, 4)
    ax.plot(at + steps, curve, color=POSITIVE, label="cost")
    reach = steps[np.abs(steps) <= 0.6 * span]
    ax.plot(at + reach, here + slope * reach, color=NEGATIVE, linestyle="--", label="tangent")
    ax.plot([at], [here], "o", color=NEGATIVE)
    name = _name(cost, leaf, position)
    title = f"slope at {name} = {number(at)}: ∂C/∂{name} = {number(slope)}"
    ax.set(xlabel=name, ylabel="C", title=title)
    ax.legend()
    return ax


def plot_cost_surface(
    cost: Node, first: tuple[Node, Index], second: tuple[Node, Index], *,
    span: float = 2.0, points: int = 41, ax: Axes | None = None,
) -> Axes:  # fmt: skip
    """The cost over two elements as a map with contours; the arrow is the way down, -∇C.

    ``first`` (to the right) and ``second`` (upwards) are each a leaf and an index into it.  Both
    run from ``span`` below to ``span`` above the values that they have, in ``points`` steps (2 or
    more).  Draws into ``ax`` or a figure of its own and returns the ``Axes``.

    Raises what :func:`plot_cost_slice` raises, and ``ValueError`` for the same element twice.

    >>> from autograd_nn import Tensor
    >>> w = Tensor([1.0, -1.0], requires_grad=True, name="w")
    >>> ax = plot_cost_surface((w * w).sum(), (w, 0), (w, 1), points=5)
    >>> ax.get_xlabel(), ax.get_ylabel()
    ('w[0]', 'w[1]')
    """
    (a, i), (b, j) = ((n, check_element(n, k, "plot_cost_surface")) for n, k in (first, second))
    if a is b and i == j:
        raise ValueError("plot_cost_surface: twice the same element; expected two")
    steps = _steps(span, points, "plot_cost_surface")
    moved = _over_two(cost, a, i, b, j)
    height = np.array([[moved(s, t) for s in steps] for t in steps])
    ax = axes_or_new(ax, 6, 5)
    x, y = a.data.item(i), b.data.item(j)
    filled = ax.contourf(x + steps, y + steps, height, levels=24, cmap="Blues")
    ax.contour(x + steps, y + steps, height, levels=12, colors=NEUTRAL, linewidths=0.5)
    down = -np.array([_slope(cost, a, i), _slope(cost, b, j)])
    if np.linalg.norm(down) > 0:
        tip = 0.4 * span * down / np.linalg.norm(down)
        ax.annotate(
            "", (x + tip[0], y + tip[1]), (x, y),
            arrowprops={"arrowstyle": "-|>", "color": NEGATIVE, "linewidth": 2},
        )  # fmt: skip
    ax.plot([x], [y], "o", color=NEGATIVE)
    right, up = _name(cost, a, i), _name(cost, b, j)
    ax.set(xlabel=right, ylabel=up, aspect="equal", title="the arrow points to -∇C")
    ax.figure.colorbar(filled, ax=ax, label="C")
    return ax


def _over_two(cost: Node, a: Node, i: int, b: Node, j: int) -> Callable[[float, float], float]:
    """The cost with element ``i`` of ``a`` and element ``j`` of ``b`` moved."""
    moved = recomputer(cost, [a] if a is b else [a, b])

    def at(s: float, t: float) -> float:
        right = _shifted(a.data, i, s)
        both = [_shifted(right, j, t)] if a is b else [right, _shifted(b.data, j, t)]
        return float(moved(*both))

    return at


def _steps(span: float, points: int, asked_by: str) -> Array:
    check_real(span, f"{asked_by}: span")
    return np.linspace(-span, span, check_count(points, f"{asked_by}: points", 2))


def _shifted(array: Array, position: int, step: float) -> Array:
    moved = array.astype(np.result_type(array.dtype, np.float64))
    moved.flat[position] += step
    return moved


def _slope(cost: Node, leaf: Node, position: int) -> float:
    return float(gradients(cost, [leaf])[0].flat[position])


def _name(cost: Node, leaf: Node, position: int) -> str:
    return element_name(node_names(topological_order(cost))[leaf], leaf.shape, position)
