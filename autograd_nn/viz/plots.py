"""Plots of training, with matplotlib (the ``plot`` extra).

Every function draws into the ``Axes`` it is given, or into a figure of its own, and returns the
``Axes``; ``axes.figure.savefig("name.png")`` saves.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from ..plotting import new_axes

COST, ACCURACY, WRONG = "#c2410c", "#0b5fa5", "#c2410c"
_MARKED = 60  # so many epochs still have room for a dot each
_COSTS = (  # what a record holds, colour, width, label
    ("cost", COST, 1.5, "training cost"),
    ("training_cost", "#e8a33d", 1.0, "cost on training data, with penalty"),
    ("validation_cost", "#7c2d12", 1.8, "cost on held-out data, with penalty"),
)
_ACCURACIES = (
    ("training_accuracy", "#7fb2dd", 1.0, "accuracy on training data"),
    ("accuracy", ACCURACY, 1.5, "accuracy on held-out data"),
)


def plot_history(history: Sequence[Any], ax: Any = None) -> Any:
    """Learning curves: the cost of each epoch, the accuracy, and whatever else was monitored.

    ``history`` is what :meth:`autograd_nn.Network.fit` returns.  Costs are lines, accuracies are
    dashed; training data are drawn thin, held-out data thick.
    """
    if not len(history):
        raise ValueError("plot_history: the history is empty; expected one epoch or more")
    ax = ax if ax is not None else new_axes(7, 4)
    from matplotlib.ticker import MaxNLocator

    epochs = [record.epoch for record in history]
    dots = {"markersize": 3} if len(epochs) <= _MARKED else {"markersize": 0}
    lines: list[Any] = []
    for name, colour, width, label in _COSTS:
        values = _measured(history, name)
        if values:
            lines += ax.plot(epochs, values, color=colour, linewidth=width, marker="o",
                             label=label, **dots)  # fmt: skip
    ax.set(xlabel="epoch", ylabel="cost", title="Learning")
    ax.set_ylim(bottom=0)
    ax.set_xlim(epochs[0] - 0.5, epochs[-1] + 0.5)
    ax.xaxis.set_major_locator(MaxNLocator(integer=True, min_n_ticks=1))
    right = None
    for name, colour, width, label in _ACCURACIES:
        values = _measured(history, name)
        if values:
            right = right or ax.twinx()
            percent = [100 * a for a in values]
            lines += right.plot(epochs, percent, color=colour, linewidth=width, linestyle="--",
                                marker="s", label=label, **dots)  # fmt: skip
    if right is not None:
        right.set_ylabel("accuracy (%)")
        right.set_ylim(top=100.5)  # last: it ends the fitting of the scale to the curves
    # below: within the axes, a place that is free for one network is another's curve
    ax.legend(handles=lines, loc="upper center", bbox_to_anchor=(0.5, -0.14), ncols=2)
    return ax


def _measured(history: Sequence[Any], name: str) -> list[Any]:
    """A value for each record, or nothing if it was not always measured."""
    values = [getattr(record, name, None) for record in history]
    return [] if None in values else values


def plot_digits(
    images: npt.ArrayLike,
    labels: npt.ArrayLike,
    predicted: npt.ArrayLike,
    image_shape: tuple[int, int],
    columns: int = 10,
    ax: Any = None,
) -> Any:
    """A sheet of images, each with its prediction; a wrong one says what it was taken for.

    ``images`` is ``(examples, height · width)`` with 0 white and 1 black, ``labels`` and
    ``predicted`` are one integer for each.
    """
    images, labels, predicted = np.asarray(images), np.asarray(labels), np.asarray(predicted)
    height, width = image_shape
    if images.ndim != 2 or images.shape[1] != height * width or len(images) == 0:
        raise ValueError(
            f"plot_digits: images of shape {images.shape}; expected (examples, {height * width})"
        )
    if not labels.shape == predicted.shape == images.shape[:1]:
        raise ValueError(
            f"plot_digits: labels {labels.shape} and predictions {predicted.shape}; expected one "
            f"of each for {len(images)} images"
        )
    if columns < 1:
        raise ValueError(f"plot_digits: columns={columns}; expected 1 or more")
    rows, columns = -(-len(images) // columns), min(columns, len(images))
    below = 0.45 * height  # room for the words under an image
    ax = ax if ax is not None else new_axes(0.8 * columns, 0.95 * rows)
    for i, image in enumerate(images):
        left, top = i % columns * 1.25 * width, i // columns * (height + below)
        ax.imshow(
            image.reshape(image_shape), cmap="gray_r", vmin=0, vmax=1,
            extent=(left, left + width, top + height, top),
        )  # fmt: skip
        right = labels[i] == predicted[i]
        text = f"{predicted[i]}" if right else f"{labels[i]} → {predicted[i]} ✗"
        style = {"color": "black"} if right else {"color": WRONG, "weight": "bold"}
        ax.text(left + width / 2, top + height + 0.05 * height, text,
                ha="center", va="top", fontsize=9, **style)  # fmt: skip
    ax.set_xlim(-0.1 * width, columns * 1.25 * width)
    ax.set_ylim(rows * (height + below), -0.1 * height)
    ax.set_axis_off()
    return ax
