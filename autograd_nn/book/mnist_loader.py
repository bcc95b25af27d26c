"""MNIST in the forms that the book's programs want: lists of pairs of columns.

The images come from the four published files (:func:`autograd_nn.data.load_mnist` says where they
are looked for), not from the book's pickle; they are split, scaled and stored as there.
"""

from typing import Any

import numpy as np

from ..data import Dataset, load_mnist
from ..engine.types import Array
from .neurons import vectorized_result

__all__ = ["load_data", "load_data_wrapper", "vectorized_result"]


def load_data() -> tuple[tuple[Array, Array], tuple[Array, Array], tuple[Array, Array]]:
    """Training, validation and test data, each a pair of images and labels.

    Images are ``(n, 784)``, float32 as in the book's file, from 0 (white) to 255/256 (black);
    labels ``(n,)``, the digits 0 to 9; n is 50,000, 10,000 and 10,000.

    Raises ``FileNotFoundError`` if MNIST is not there, saying where it was looked for.
    """
    training, validation, test = load_mnist(dtype=np.float32)
    return _thawed(training), _thawed(validation), _thawed(test)


def load_data_wrapper() -> tuple[list[Any], list[Any], list[Any]]:
    """The same as lists of pairs ``(x, y)``, x being a column ``(784, 1)``.

    In the training data y is a column ``(10, 1)`` with a 1 for the digit; in the validation and the
    test data it is the digit.
    """
    training, validation, test = load_data()
    wanted = [vectorized_result(y) for y in training[1]]
    return (
        list(zip(_columns(training[0]), wanted, strict=True)),
        list(zip(_columns(validation[0]), validation[1], strict=True)),
        list(zip(_columns(test[0]), test[1], strict=True)),
    )


def _columns(images: Array) -> list[Array]:
    return [image.reshape(-1, 1) for image in images]


def _thawed(part: Dataset) -> tuple[Array, Array]:
    """A dataset's arrays, open for writing as in the book; nobody else has them."""
    for array in (part.x, part.labels):
        array.setflags(write=True)
    return part.x, part.labels
