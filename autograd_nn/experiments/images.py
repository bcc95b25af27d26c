"""Images from a file, as the rows that a network takes."""

import math
import os
from pathlib import Path

import numpy as np

from ..support.checks import Array, check_count, check_finite, check_path

READS = (".npy", ".csv", ".txt", ".png")


def read_images(path: str | os.PathLike[str], features: int) -> Array:
    """Images of a file as rows ``(images, features)`` from 0 (paper) to 1 (ink).

    ``.npy``: an array of rows, or of images, of numbers; bytes are divided by 256 as in MNIST.
    ``.csv``, ``.txt``: a row of numbers for each image, commas or spaces between them.  ``.png``
    (with matplotlib): one picture of the network's own size, dark on light or light on dark,
    or either on a transparent ground.

    Raises ``FileNotFoundError``, and ``ValueError`` for a file of another kind, or without such
    images.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     file = Path(folder, "two.csv")
    ...     _ = file.write_text("0 0.5 1\\n1, 0, 0\\n")
    ...     read_images(file, 3)
    array([[0. , 0.5, 1. ],
           [1. , 0. , 0. ]])
    """
    file = check_path(path, "read_images")
    check_count(features, "read_images: features")
    kind = file.suffix.lower()
    if kind not in READS:
        raise ValueError(f"{file}: cannot be read; expected a file ending in {', '.join(READS)}")
    if not file.is_file():
        raise FileNotFoundError(f"{file}: there is no such file")
    read = {".npy": _from_npy, ".png": _from_png}.get(kind, _from_text)
    try:
        array = read(file)
    except (OSError, ImportError):
        raise
    except Exception as error:  # a damaged header fails in more ways than one
        raise ValueError(f"{file}: no images could be read: {error}") from error
    array = array[None] if array.ndim == 1 else array
    if array.ndim > 1 and math.prod(array.shape) == features:
        array = array.reshape(1, features)
    elif array.ndim > 2 and math.prod(array.shape[1:]) == features:
        array = array.reshape(-1, features)
    if array.ndim != 2 or array.shape[1] != features or len(array) == 0:
        raise ValueError(
            f"{file}: numbers of shape {array.shape}; expected images of {features} pixels, as the "
            "network takes"
        )
    return check_finite(array, str(file), "correct the file")


def _from_npy(file: Path) -> Array:
    array = np.load(file, mmap_mode="r", allow_pickle=False)  # mapped: a header cannot ask for more
    if not isinstance(array, np.ndarray) or array.dtype.kind not in "fiub":
        raise ValueError("expected one array of real numbers")
    return array / 256 if array.dtype == np.uint8 else np.asarray(array, dtype=np.float64)


def _from_text(file: Path) -> Array:
    lines = file.read_text(encoding="utf-8").replace(",", " ").splitlines()
    rows = {i: line.split() for i, line in enumerate(lines, start=1) if line.strip()}
    first = len(next(iter(rows.values()), ()))
    for i, row in rows.items():
        if len(row) != first:
            raise ValueError(f"line {i} has {len(row)} numbers, the first has {first}")
    return np.array([[float(x) for x in row] for row in rows.values()])


def _from_png(file: Path) -> Array:
    try:
        from matplotlib.image import imread
    except ImportError as error:
        raise ImportError(
            "pictures need matplotlib, which is not installed; pip install 'autograd_nn[plot]'"
        ) from error
    picture = np.asarray(imread(file), dtype=np.float64)
    if picture.ndim == 3:
        picture = _on_paper(picture[..., :3].mean(axis=-1), picture[..., 3:])
    return 1 - picture if picture.mean() > 0.5 else picture  # ink is the rarer of the two


def _on_paper(picture: Array, alpha: Array) -> Array:
    """A picture of which parts may be transparent, on paper of the other shade than its ink."""
    if not alpha.size or (opaque := alpha[..., 0]).min() == 1:
        return picture
    shade = (picture * opaque).sum() / (opaque.sum() or 1)
    paper = 0.0 if shade > 0.5 else 1.0
    return picture * opaque + paper * (1 - opaque)
