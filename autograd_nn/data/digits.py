"""The embedded handwritten digits: small, offline, the data of every first example."""

import zipfile
import zlib
from importlib.resources import files
from typing import Any

import numpy as np
import numpy.typing as npt

from .dataset import Dataset

_LARGEST = 16  # a pixel counts the dark dots of a 4x4 block


def _read() -> dict[str, npt.NDArray[Any]]:
    """Read the arrays of the embedded file and check that they are what was embedded."""
    resource = files("autograd_nn.data").joinpath("digits.npz")
    try:
        with resource.open("rb") as file, np.load(file, allow_pickle=False) as archive:
            arrays = {name: archive[name] for name in ("images", "labels")}
    except (OSError, EOFError, KeyError, ValueError, zipfile.BadZipFile, zlib.error) as error:
        raise ValueError(
            f"load_digits: the embedded file digits.npz cannot be read ({error}); expected the "
            "arrays images and labels in it; install autograd_nn again"
        ) from error
    kinds = [(array.shape, str(array.dtype)) for array in arrays.values()]
    if kinds != [((1797, 64), "uint8"), ((1797,), "uint8")]:
        raise ValueError(
            f"load_digits: the embedded file digits.npz holds {kinds}; expected 1,797 images of 64 "
            "values and their labels, uint8; install autograd_nn again"
        )
    return arrays


def load_digits() -> Dataset:
    """Return the 1,797 handwritten digits of 8x8 pixels that come with the package.

    Shapes: `x` (1797, 64), the pixels of an image row by row, from 0 (paper) to 1 (ink);
    `labels` (1797,), the digits 0 to 9; `image_shape` (8, 8).

    The source is "Optical Recognition of Handwritten Digits" by E. Alpaydin and C. Kaynak
    (UCI Machine Learning Repository, DOI 10.24432/C50P49, CC BY 4.0), its test part, written by
    13 people. A random split has the same writers on both sides, so it likely flatters
    a network; DIGITS.md, beside this file, says more.

    Raises ValueError if the embedded file is missing or damaged.

    >>> digits = load_digits()
    >>> digits
    Dataset(digits: 1,797 examples, 64 features, 10 classes)
    >>> digits.labels[:10]
    array([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
    >>> for row in digits.x[0].reshape(digits.image_shape):
    ...     print("".join(" .:*#"[int(4 * pixel)] for pixel in row).rstrip())
      .*:
      **:*.
      *  ::
     .*  ::
     .:  ::
     .:  *.
      *.:*
      .*:
    """
    arrays = _read()
    x = arrays["images"] / _LARGEST
    return Dataset(x, arrays["labels"], image_shape=(8, 8), name="digits")
