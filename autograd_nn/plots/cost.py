"""The cost as a function of one or two of its parameters, with matplotlib (the ``plot`` extra).

The recorded graph is computed again with other values, so what is drawn is the very function that
the gradient is the slope of.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from ..engine.backward import gradients, topological_order
from ..engine.core import Array, Node, label
from ..engine.recompute import recomputer
from ..paths.counting import paths_against_edges
from ..paths.names import element_name, node_names
from ..support.style import NEGATIVE, POSITIVE
from .figure import new_axes

Index = int | tuple[int, ...]


def plot_cost_slice(
    cost: Node,
    leaf: Node,
    index: Index = (),
    *,
    span: float = 1.0,
    points: int = 201,
    ax: Any = None,
) -> Any:
    """The cost along one element of ``leaf``, and its tangent: the gradient is that line's slope.

    The element runs from ``span`` below to ``span`` above the value that it has.  Raises
    ``ValueError`` for an index that is not one element, and where ``gradients`` would.

    >>> from autograd_nn import Tensor
    >>> x = Tensor(3.0, requires_grad=True, name="x")
    >>> plot_cost_slice(x * x, x).get_title()
    'slope at x = 3: ∂C/∂x = 6'
    """
    where = _element(leaf, index, "plot_cost_slice")
    moved = recomputer(cost, [leaf])
    at, slope, here = float(leaf.data[where]), _slope(cost, leaf, where), float(cost.data)
    steps = np.linspace(-span, span, points)
    curve = [float(moved(_shifted(leaf.data, where, t))) for t in steps]
    ax = ax if ax is not None else new_axes(6, 4)
    name = _name(cost, leaf, where)
    ax.plot(at + steps, curve, color=POSITIVE, label="cost")
    reach = steps[np.abs(steps) <= 0.6 * span]
    ax.plot(at + reach, here + slope * reach, color=NEGATIVE, linestyle="--", label="tangent")
    ax.plot([at], [here], "o", color=NEGATIVE)
    ax.set(xlabel=name, ylabel="C", title=f"slope at {name} = {at:.4g}: ∂C/∂{name} = {slope:.4g}")
    ax.legend()
    return ax


def plot_cost_surface(
    cost: Node,
    first: tuple[Node, Index],
    second: tuple[Node, Index],
    *,
    span: float = 2.0,
    points: int = 41,
    ax: Any = None,
) -> Any:
    """The cost over two elements as a map with contours; the arrow is the way down, -∇C.

    ``first`` (to the right) and ``second`` (upwards) are each a leaf and an index into it.  Both
    run from ``span`` below to ``span`` above the values that they have.

    >>> from autograd_nn import Tensor
    >>> w = Tensor([1.0, -1.0], requires_grad=True, name="w")
    >>> ax = plot_cost_surface((w * w).sum(), (w, 0), (w, 1), points=5)
    >>> ax.get_xlabel(), ax.get_ylabel()
    ('w[0]', 'w[1]')
    """
    (a, i), (b, j) = ((n, _element(n, k, "plot_cost_surface")) for n, k in (first, second))
    if a is b and i == j:
        raise ValueError("plot_cost_surface: twice the same element; expected two")
    steps = np.linspace(-span, span, points)
    moved = recomputer(cost, [a] if a is b else [a, b])

    def at(s: float, t: float) -> float:
        right = _shifted(a.data, i, s)
        both = [_shifted(right, j, t)] if a is b else [right, _shifted(b.data, j, t)]
        return float(moved(*both))

    height = np.array([[at(s, t) for s in steps] for t in steps])
    ax = ax if ax is not None else new_axes(6, 5)
    x, y = float(a.data[i]), float(b.data[j])
    filled = ax.contourf(x + steps, y + steps, height, levels=24, cmap="Blues")
    ax.contour(x + steps, y + steps, height, levels=12, colors="#52606d", linewidths=0.5)
    down = -np.array([_slope(cost, a, i), _slope(cost, b, j)])
    if np.linalg.norm(down) > 0:
        tip = 0.4 * span * down / np.linalg.norm(down)
        ax.annotate(
            "", (x + tip[0], y + tip[1]), (x, y),
            arrowprops={"arrowstyle": "-|>", "color": NEGATIVE, "linewidth": 2},
        )  # fmt: skip
    ax.plot([x], [y], "o", color=NEGATIVE)
    ax.set(
        xlabel=_name(cost, a, i),
        ylabel=_name(cost, b, j),
        aspect="equal",
        title="the arrow points to -∇C",
    )
    ax.figure.colorbar(filled, ax=ax, label="C")
    return ax


def _shifted(array: Array, where: tuple[int, ...], step: float) -> Array:
    moved = array.astype(np.result_type(array.dtype, np.float64))
    moved[where] += step
    return moved


def _slope(cost: Node, leaf: Node, where: tuple[int, ...]) -> float:
    return float(gradients(cost, [leaf])[0][where])


def _element(leaf: Node, index: Index, asked_by: str) -> tuple[int, ...]:
    """The index of one element, checked."""
    where = index if isinstance(index, tuple) else (index,)
    if len(where) != leaf.data.ndim or any(
        not -n <= k < n for k, n in zip(where, leaf.shape, strict=False)
    ):
        raise ValueError(
            f"{asked_by}: index {index} into {label(leaf)} of shape {leaf.shape}; expected one "
            "integer within the shape for each axis"
        )
    return tuple(int(k) % n for k, n in zip(where, leaf.shape, strict=True))


def _name(cost: Node, leaf: Node, where: tuple[int, ...]) -> str:
    position = int(np.ravel_multi_index(where, leaf.shape)) if where else 0
    return element_name(node_names(topological_order(cost))[leaf], leaf.shape, position)


def plot_paths_against_edges(
    depths: Iterable[int] = range(1, 9),
    widths: Iterable[int] = (10, 30, 100),
    *,
    inputs: int = 784,
    outputs: int = 10,
    ax: Any = None,
) -> Any:
    """Plot paths, and multiplications in both ways, against depth, a colour for each width.

    The width stands at the end of each line as well.  ``depths`` are numbers of hidden layers,
    ``widths`` their sizes.  Needs matplotlib; draws into ``ax`` or a figure of its own and returns
    the ``Axes``.
    """
    depths, widths = list(depths), list(widths)
    if not depths or not widths:
        raise ValueError("plot_paths_against_edges: expected one depth and one width or more")
    ax = ax if ax is not None else new_axes(7, 4.5)
    lines = [
        ("paths", ":", "paths"),
        ("by_enumeration", "--^", "multiplications, every path multiplied out"),
        ("by_backprop", "-o", "multiplications, backpropagation"),
    ]
    for i, width in enumerate(widths):
        counts = [paths_against_edges([inputs, *[width] * d, outputs]) for d in depths]
        for field, style, _ in lines:
            values = [float(getattr(c, field)) for c in counts]
            ax.plot(depths, values, style, color=f"C{i}", markersize=4)
            ax.annotate(  # which width it is without the colour too
                f"{width}", (depths[-1], values[-1]), xytext=(6, 0), textcoords="offset points",
                va="center", fontsize="small",
            )  # fmt: skip
        ax.plot([], [], color=f"C{i}", linewidth=4, label=f"width {width}")
    for _, style, what in lines:
        ax.plot([], [], style, color="black", markersize=4, label=what)
    ax.set_yscale("log")
    ax.margins(x=0.08)
    ax.set(
        xlabel="hidden layers", ylabel="for all weight gradients of one example",
        title=f"Paths against edges ({inputs} inputs, {outputs} outputs)", xticks=depths,
    )  # fmt: skip
    ax.legend(fontsize="small")
    ax.grid(alpha=0.3)
    return ax
