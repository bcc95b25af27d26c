"""Images with matplotlib (the ``plot`` extra): digits, those classified wrongly, and weights."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from ..engine.core import value
from ..engine.types import Array
from ..support.checks import check_count
from ..support.style import NEGATIVE, POSITIVE, WHITE
from .axes import Axes, axes_or_new

_ACROSS, _DOWN = 1.25, 1.45  # from one image to the next, in images; room for the words below


def plot_mistakes(
    images: npt.ArrayLike,
    labels: npt.ArrayLike,
    outputs: npt.ArrayLike,
    image_shape: tuple[int, int],
    *,
    limit: int = 40,
    columns: int = 10,
    ax: Axes | None = None,
) -> Axes:
    """The images that are classified wrongly, the most confident mistakes first.

    ``images`` has shape ``(examples, height · width)``, ``image_shape`` is ``(height, width)``,
    ``labels`` has one integer for each image and ``outputs`` the network's, ``(examples,
    classes)``.  A mistake is the more confident the larger the winning output is beside that of
    the label.  At most ``limit`` are shown in so many ``columns``; the title says of how many.
    Draws into ``ax`` or a figure of its own and returns the ``Axes``.

    Raises ``ValueError`` for shapes that do not fit each other, a negative ``limit`` or no
    ``columns``, and ``ImportError`` without matplotlib.

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
    check_count(limit, "plot_mistakes: limit", 0)
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
        ax = axes_or_new(ax, 4, 1)
        ax.set_axis_off()
    ax.set_title(title)
    return ax


def plot_weights(
    weights: npt.ArrayLike,
    image_shape: tuple[int, int],
    *,
    columns: int = 10,
    ax: Axes | None = None,
) -> Axes:
    """The weights into each neuron as an image, blue where positive and orange where negative.

    ``weights`` has shape ``(n_out, height · width)``, as those of a first layer, and
    ``image_shape`` is ``(height, width)``; all images have one scale, on which white is 0.  Each
    has its neuron's number below, from 0.  Draws into ``ax`` or a figure of its own and returns the
    ``Axes``.

    Raises ``ValueError`` for weights of another shape or no ``columns``, and ``ImportError``
    without matplotlib.

    >>> ax = plot_weights([[1.0, -2.0, 0.0, 0.5]], (2, 2))
    >>> ax.images[0].get_clim()
    (-2.0, 2.0)
    """
    w = np.asarray(value(weights), dtype=float)
    size = image_shape[0] * image_shape[1]
    if w.ndim != 2 or w.shape[1] != size or len(w) == 0:
        raise ValueError(f"plot_weights: weights of shape {w.shape}; expected (neurons, {size})")
    columns = min(check_count(columns, "plot_weights: columns"), len(w))
    ax = axes_or_new(ax, 0.8 * columns + 1, max(1.6, 0.95 * -(-len(w) // columns)))
    from matplotlib.colors import LinearSegmentedColormap

    signs = LinearSegmentedColormap.from_list("sign", [NEGATIVE, WHITE, POSITIVE])
    largest = float(np.abs(w).max()) or 1.0
    words = [(f"{i}", {"fontsize": 8}) for i in range(len(w))]
    _sheet(ax, w, words, image_shape, columns, cmap=signs, vmin=-largest, vmax=largest)
    ax.figure.colorbar(ax.images[-1], ax=ax, label="weight", fraction=0.05)
    return ax


def plot_digits(
    images: npt.ArrayLike,
    labels: npt.ArrayLike,
    predicted: npt.ArrayLike,
    image_shape: tuple[int, int],
    columns: int = 10,
    ax: Axes | None = None,
) -> Axes:
    """A sheet of images with predictions; a wrong one says what its image was taken for.

    ``images`` has shape ``(examples, height · width)`` with 0 white and 1 black, ``image_shape`` is
    ``(height, width)``, ``labels`` and ``predicted`` have one integer for each image.  Draws into
    ``ax`` or a figure of its own and returns the ``Axes``.

    Raises ``ValueError`` for shapes that do not fit each other, no images or no ``columns``, and
    ``ImportError`` without matplotlib.

    >>> ax = plot_digits([[0.0, 1.0], [1.0, 1.0]], [0, 1], [0, 7], (1, 2))
    >>> [text.get_text() for text in ax.texts]
    ['0', '1 → 7 ✗']
    """
    images, labels, predicted = np.asarray(images), np.asarray(labels), np.asarray(predicted)
    size = image_shape[0] * image_shape[1]
    if images.ndim != 2 or images.shape[1] != size or len(images) == 0:
        expected = f"expected (examples, {size})"
        raise ValueError(f"plot_digits: images of shape {images.shape}; {expected}")
    if not labels.shape == predicted.shape == images.shape[:1]:
        raise ValueError(
            f"plot_digits: labels {labels.shape} and predictions {predicted.shape}; expected one "
            f"of each for {len(images)} images"
        )
    columns = min(check_count(columns, "plot_digits: columns"), len(images))
    ax = axes_or_new(ax, 0.8 * columns, 0.95 * -(-len(images) // columns))
    words: list[tuple[str, dict[str, Any]]] = [
        (f"{p}", {"color": "black"}) if p == label
        else (f"{label} → {p} ✗", {"color": NEGATIVE, "weight": "bold"})
        for label, p in zip(labels, predicted, strict=True)
    ]  # fmt: skip
    _sheet(ax, images, words, image_shape, columns, cmap="gray_r", vmin=0, vmax=1)
    return ax


def _sheet(
    ax: Axes,
    images: Array,
    words: Sequence[tuple[str, dict[str, Any]]],
    image_shape: tuple[int, int],
    columns: int,
    **look: Any,
) -> None:
    height, width = image_shape
    for i, (image, (text, style)) in enumerate(zip(images, words, strict=True)):
        left, top = i % columns * _ACROSS * width, i // columns * _DOWN * height
        place = (left, left + width, top + height, top)
        ax.imshow(image.reshape(image_shape), extent=place, **look)
        middle, below, style = left + width / 2, top + 1.05 * height, {"fontsize": 9} | style
        ax.text(middle, below, text, ha="center", va="top", **style)
    ax.set_xlim(-0.1 * width, columns * _ACROSS * width)
    ax.set_ylim(-(-len(images) // columns) * _DOWN * height, -0.1 * height)
    ax.set_axis_off()
