"""How fast layers learn, and how saturated their neurons are, with matplotlib (``plot`` extra)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from ..plotting import new_axes
from .curve_plots import line_look
from .plots import ACCURACY


def plot_gradient_norms(
    norms: Mapping[str, Sequence[float]], *, xlabel: str = "epoch", ax: Any = None
) -> Any:
    """The norm of the gradient in each layer as training goes on: the speed at which each learns.

    ``norms`` has a sequence for each layer, by its name; the scale is logarithmic, so that what
    vanishes is seen to.  One value for each layer gives one line across the layers.  A norm of 0
    leaves a gap.

    >>> ax = plot_gradient_norms({"layer 2": [0.01, 0.02], "layer 3": [0.1, 0.3]})
    >>> ax.get_yscale(), len(ax.get_lines())
    ('log', 2)
    """
    curves = {name: np.asarray(curve, dtype=float).ravel() for name, curve in norms.items()}
    if not curves or not all(len(curve) for curve in curves.values()):
        raise ValueError(
            "plot_gradient_norms: nothing to plot; expected a norm or more for each layer"
        )
    if any((curve < 0).any() for curve in curves.values()):
        raise ValueError("plot_gradient_norms: a norm below 0; expected norms, such as ‖∂C/∂b‖")
    ax = ax if ax is not None else new_axes(7, 4)
    if max(map(len, curves.values())) == 1:
        ax.plot(list(curves), [float(curve[0]) for curve in curves.values()], "o--", color=ACCURACY)
    else:
        for k, (name, curve) in enumerate(curves.items()):
            seen = np.where(curve > 0, curve, np.nan)
            ax.plot(np.arange(len(curve)), seen, label=name, **line_look(k))
        ax.set_xlabel(xlabel)
        ax.legend()
    ax.set(yscale="log", ylabel="norm of the gradient")
    return ax


def plot_saturation(
    activations: Mapping[str, npt.ArrayLike],
    *,
    limits: tuple[float, float] = (0.0, 1.0),
    margin: float = 0.05,
    ax: Any = None,
) -> Any:
    """How the activations of each layer are distributed, and how many neurons are saturated.

    ``activations`` has an array for each layer, by its name, ``limits`` are the activation
    function's: (0, 1) for sigmoid, (-1, 1) for tanh.  Within ``margin`` of a limit, as a fraction
    of the way to the other, σ' is small and a neuron learns slowly: it counts as saturated.

    >>> ax = plot_saturation({"layer 2": [0.01, 0.5, 0.6, 0.99]})
    >>> ax.texts[0].get_text()
    '50 % saturated'
    """
    low, high = limits
    if not activations or not low < high or not 0 <= margin < 0.5:
        raise ValueError(
            f"plot_saturation: {len(activations)} layers, limits {limits}, margin {margin}; "
            "expected one layer or more, limits that rise, and a margin from 0 to below 0.5"
        )
    ax = ax if ax is not None else new_axes(6, 0.9 + 0.8 * len(activations))
    near = margin * (high - low)
    for row, (name, values) in enumerate(activations.items()):
        a = np.asarray(getattr(values, "data", values), dtype=float).ravel()
        if a.size == 0 or a.min() < low or a.max() > high:
            raise ValueError(
                f"plot_saturation: the activations of {name} are none or not all between {low:g} "
                f"and {high:g}; expected those of one activation function (limits=…)"
            )
        counts, edges = np.histogram(a, bins=40, range=limits)
        ax.stairs(row - 0.8 * counts / counts.max(), edges, baseline=row, fill=True, color=ACCURACY)
        share = float(np.mean((a < low + near) | (a > high - near)))
        ax.text(high, row - 0.4, f"{100 * share:.0f} % saturated", ha="left", va="center")
    for start in (low, high - near):
        ax.axvspan(start, start + near, color="#c2410c", alpha=0.12, hatch="///", linewidth=0)
    ax.set_yticks(range(len(activations)), list(activations))
    ax.set(xlabel="activation", xlim=limits, ylim=(len(activations) - 0.9, -0.95))
    ax.spines[["top", "right", "left"]].set_visible(False)
    ax.tick_params(axis="y", length=0)
    return ax
