"""Images with matplotlib (the ``plot`` extra): what is got wrong, what weights look like."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from ..support.style import NEGATIVE, POSITIVE
from .figure import new_axes
from .training import WRONG


def plot_mistakes(
    images: npt.ArrayLike,
    labels: npt.ArrayLike,
    outputs: npt.ArrayLike,
    image_shape: tuple[int, int],
    *,
    limit: int = 40,
    columns: int = 10,
    ax: Any = None,
) -> Any:
    """The images that are got wrong, the most confident mistakes first.

    ``images`` is ``(examples, height · width)``, ``labels`` one integer for each, ``outputs`` the
    network's, ``(examples, classes)``.  A mistake is the more confident the larger the output that
    won is beyond that of the label.  At most ``limit`` are shown; the title says of how many.

    >>> ax = plot_mistakes([[0.0, 1.0], [1.0, 1.0]], [0, 1], [[0.1, 0.9], [0.2, 0.8]], (1, 2))
    >>> ax.get_title(), [text.get_text() for text in ax.texts]
    ('1 of 2 wrong', ['0 → 1 ✗'])
    """
    images, labels, outputs = np.asarray(images), np.asarray(labels), np.asarray(outputs)
    if outputs.ndim != 2 or not len(images) == len(labels) == len(outputs):
        raise ValueError(
            f"plot_mistakes: {len(images)} images, {len(labels)} labels, outputs of shape "
            f"{outputs.shape}; expected a label and a row of outputs for each image"
        )
    predicted, rows = outputs.argmax(axis=1), np.arange(len(labels))
    wrong = np.flatnonzero(predicted != labels)
    lead = outputs[rows, predicted] - outputs[rows, labels]
    order = wrong[np.argsort(-lead[wrong], kind="stable")][:limit]
    title = f"{len(wrong)} of {len(labels)} wrong"
    if len(order) < len(wrong):
        title += f", the {len(order)} most confident"
    if len(order):
        ax = plot_digits(images[order], labels[order], predicted[order], image_shape, columns, ax)
    else:
        ax = ax if ax is not None else new_axes(4, 1)
        ax.set_axis_off()
    ax.set_title(title)
    return ax


def plot_weights(
    weights: npt.ArrayLike, image_shape: tuple[int, int], *, columns: int = 10, ax: Any = None
) -> Any:
    """The weights into each neuron as an image, blue where positive and orange where negative.

    ``weights`` is ``(n_out, height · width)``, as a first layer's are; all images have one scale,
    on which white is 0.  Each is numbered as its neuron is, from 0.

    >>> ax = plot_weights([[1.0, -2.0, 0.0, 0.5]], (2, 2))
    >>> ax.images[0].get_clim()
    (-2.0, 2.0)
    """
    w = np.asarray(getattr(weights, "data", weights), dtype=float)
    height, width = image_shape
    if w.ndim != 2 or w.shape[1] != height * width or len(w) == 0:
        raise ValueError(
            f"plot_weights: weights of shape {w.shape}; expected (neurons, {height * width})"
        )
    if columns < 1:
        raise ValueError(f"plot_weights: columns={columns}; expected 1 or more")
    rows, columns = -(-len(w) // columns), min(columns, len(w))
    ax = ax if ax is not None else new_axes(0.8 * columns + 1, max(1.6, 0.95 * rows))
    from matplotlib.colors import LinearSegmentedColormap

    both = LinearSegmentedColormap.from_list("sign", [NEGATIVE, "#ffffff", POSITIVE])
    largest = float(np.abs(w).max()) or 1.0
    for i, row in enumerate(w):
        left, top = i % columns * 1.2 * width, i // columns * 1.4 * height
        image = ax.imshow(
            row.reshape(image_shape), cmap=both, vmin=-largest, vmax=largest,
            extent=(left, left + width, top + height, top),
        )  # fmt: skip
        ax.text(left + width / 2, top + 1.03 * height, f"{i}", ha="center", va="top", fontsize=8)
    ax.set_xlim(-0.1 * width, (1.2 * columns - 0.1) * width)
    ax.set_ylim((1.4 * rows - 0.1) * height, -0.1 * height)
    ax.set_axis_off()
    ax.figure.colorbar(image, ax=ax, label="weight", fraction=0.05)
    return ax


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
