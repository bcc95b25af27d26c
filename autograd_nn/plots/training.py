"""Plots of training, with matplotlib (the ``plot`` extra).

Every function draws into the ``Axes`` it is given, or into a figure of its own, and returns the
``Axes``; ``axes.figure.savefig("name.png")`` saves.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from ..engine.core import value
from ..support.style import DARK_COST, LIGHT_ACCURACY, LIGHT_COST, NEGATIVE, POSITIVE
from .axes import Axes, axes_or_new, label_epochs, line_look

_MARKED = 60  # so many epochs still have room for a dot each
_COSTS = (  # what a record holds, colour, width, label
    ("cost", NEGATIVE, 1.5, "training cost"),
    ("training_cost", LIGHT_COST, 1.0, "cost on training data, with penalty"),
    ("validation_cost", DARK_COST, 1.8, "cost on held-out data, with penalty"),
)
_ACCURACIES = (
    ("training_accuracy", LIGHT_ACCURACY, 1.0, "accuracy on training data"),
    ("accuracy", POSITIVE, 1.5, "accuracy on held-out data"),
)


class EpochRecord(Protocol):
    """What is known at the end of an epoch: costs and accuracies, each None where not measured."""

    @property
    def epoch(self) -> float:
        """The number of the epoch."""


def plot_history(history: Sequence[EpochRecord], ax: Axes | None = None) -> Axes:
    """Learning curves: the cost of each epoch, the accuracy, and whatever else was monitored.

    ``history`` is what :meth:`autograd_nn.Network.fit` returns.  Costs are lines, accuracies are
    dashed; training data are drawn thin, held-out data thick.  Raises ``ValueError`` for an empty
    history and ``ImportError`` without matplotlib.

    >>> from autograd_nn.models import Epoch
    >>> ax = plot_history([Epoch(0, 0.5, 0.8, 1.2), Epoch(1, 0.3, 0.9, 1.2)])
    >>> [text.get_text() for text in ax.get_legend().get_texts()]
    ['training cost', 'accuracy on held-out data']
    """
    if not len(history):
        raise ValueError("plot_history: the history is empty; expected one epoch or more")
    ax = axes_or_new(ax, 7, 4)
    epochs = [record.epoch for record in history]
    look: dict[str, Any] = {"markersize": 3 if len(epochs) <= _MARKED else 0}
    lines = []
    for name, colour, width, label in _COSTS:
        if values := _measured(history, name):
            look |= {"color": colour, "linewidth": width, "label": label}
            lines += ax.plot(epochs, values, marker="o", **look)
    label_epochs(ax)
    ax.set(ylabel="cost", title="Learning")
    ax.set_ylim(bottom=0)
    ax.set_xlim(epochs[0] - 0.5, epochs[-1] + 0.5)
    right = None
    for name, colour, width, label in _ACCURACIES:
        if values := _measured(history, name):
            right = right or ax.twinx()
            look |= {"color": colour, "linewidth": width, "label": label}
            percent = [100 * a for a in values]
            lines += right.plot(epochs, percent, linestyle="--", marker="s", **look)
    if right is not None:
        right.set_ylabel("accuracy (%)")
        right.set_ylim(top=100.5)  # last: it ends the fitting of the scale to the curves
    # below: within the axes, a place that is free for one network is another's curve
    ax.legend(handles=lines, loc="upper center", bbox_to_anchor=(0.5, -0.14), ncols=2)
    return ax


def _measured(history: Sequence[EpochRecord], name: str) -> list[float]:
    """A value for each record, or nothing if it was not always measured."""
    values = [getattr(record, name, None) for record in history]
    measured = [float(value) for value in values if value is not None]
    return measured if len(measured) == len(history) else []


def plot_curves(
    curves: Mapping[str, Sequence[float | None]],
    *,
    ylabel: str = "cost",
    log: bool = False,
    ax: Axes | None = None,
) -> Axes:
    """Any number of curves over the epochs, counted from 0, each with its name.

    ``curves`` has a sequence of values for each name; a value that was not measured is None and
    leaves a gap.  ``log`` takes a logarithmic scale.  Raises ``ValueError`` for no curves or an
    empty one and ``ImportError`` without matplotlib.

    >>> ax = plot_curves({"training": [1.0, 0.5, 0.4], "validation": [1.1, None, 0.6]})
    >>> [line.get_label() for line in ax.get_lines()]
    ['training', 'validation']
    """
    if not curves or not all(len(curve) for curve in curves.values()):
        raise ValueError("plot_curves: nothing to plot; expected a value or more for each name")
    ax = axes_or_new(ax, 7, 4)
    for k, (name, curve) in enumerate(curves.items()):
        y = np.array([np.nan if value is None else value for value in curve], dtype=float)
        ax.plot(np.arange(len(y)), y, label=name, **line_look(k))
    label_epochs(ax)
    ax.set_ylabel(ylabel)
    if log:
        ax.set_yscale("log")
    ax.legend()
    return ax


def plot_gradient_norms(
    norms: Mapping[str, Sequence[float]], *, xlabel: str = "epoch", ax: Axes | None = None
) -> Axes:
    """The norm of the gradient in each layer as training goes on: the speed at which each learns.

    ``norms`` has a sequence for each layer, by its name; the scale is logarithmic, so that what
    vanishes is seen to.  One value for each layer gives one line across the layers.  A norm of 0
    leaves a gap.  Raises ``ValueError`` for no norms or one below 0 and ``ImportError`` without
    matplotlib.

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
    ax = axes_or_new(ax, 7, 4)
    if max(map(len, curves.values())) == 1:
        ax.plot(list(curves), [float(curve[0]) for curve in curves.values()], "o--", color=POSITIVE)
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
    ax: Axes | None = None,
) -> Axes:
    """How the activations of each layer are distributed, and how many neurons are saturated.

    ``activations`` has an array of any shape for each layer, by its name, ``limits`` are the
    activation function's: (0, 1) for sigmoid, (-1, 1) for tanh.  Within ``margin`` of a limit, as a
    fraction of the way to the other, σ' is small and a neuron learns slowly: it counts as
    saturated.  Raises ``ValueError`` for no layers, for activations beyond the limits and for a
    margin outside 0 to 0.5, and ``ImportError`` without matplotlib.

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
    ax = axes_or_new(ax, 6, 0.9 + 0.8 * len(activations))
    near = margin * (high - low)
    for row, (name, values) in enumerate(activations.items()):
        a = np.asarray(value(values), dtype=float).ravel()
        if a.size == 0 or a.min() < low or a.max() > high:
            raise ValueError(
                f"plot_saturation: the activations of {name} are empty or not all between {low:g} "
                f"and {high:g}; expected those of one activation function (limits=…)"
            )
        counts, edges = np.histogram(a, bins=40, range=limits)
        ax.stairs(row - 0.8 * counts / counts.max(), edges, baseline=row, fill=True, color=POSITIVE)
        share = float(np.mean((a < low + near) | (a > high - near)))
        ax.text(high, row - 0.4, f"{100 * share:.0f} % saturated", ha="left", va="center")
    for start in (low, high - near):
        ax.axvspan(start, start + near, color=NEGATIVE, alpha=0.12, hatch="///", linewidth=0)
    ax.set_yticks(range(len(activations)), list(activations))
    ax.set(xlabel="activation", xlim=limits, ylim=(len(activations) - 0.9, -0.95))
    ax.spines[["top", "right", "left"]].set_visible(False)
    ax.tick_params(axis="y", length=0)
    return ax
