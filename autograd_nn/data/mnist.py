"""MNIST, the handwritten digits of the book, from four files on this machine."""

import os
import sys
from pathlib import Path

import numpy as np
import numpy.typing as npt

from ..support.checks import check_dtype, check_path
from .dataset import Dataset
from .idx import read_idx

VARIABLE = "AUTOGRAD_NN_DATA"
FILES = {
    "training": ("train-images-idx3-ubyte", "train-labels-idx1-ubyte"),
    "test": ("t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte"),
}
COUNTS = {"training": 60_000, "test": 10_000}
IMAGE = (28, 28)
_VALIDATION = 10_000  # the last of the 60,000
_SCALE = 256  # the book's: 255 becomes 0.996, and a division by it rounds nothing


def load_mnist(
    path: str | os.PathLike[str] | None = None, *, dtype: npt.DTypeLike = np.float64
) -> tuple[Dataset, Dataset, Dataset]:
    """Return MNIST as the book splits it: 50,000 images for training, 10,000 and 10,000.

    The parts are the training, the validation and the test data.

    Shapes: `x` (n, 784), the pixels of an image row by row, from 0 (paper) to 255/256 (ink), in
    `dtype` (float64 or float32, both exact); `labels` (n,), the digits 0 to 9; `image_shape`
    (28, 28). The training images are the first 50,000 of the 60,000 that were published for
    training, the validation images the last 10,000.

    The four files of LeCun, Cortes and Burges, train-images-idx3-ubyte, train-labels-idx1-ubyte,
    t10k-images-idx3-ubyte and t10k-labels-idx1-ubyte, each as it is or as .gz, are read from the
    folder `path`, else from the one that the environment variable AUTOGRAD_NN_DATA names, else
    from `mnist_folder()` in the user's cache. Nothing is downloaded.

    Raises FileNotFoundError, which says where a file was looked for and under which names, and
    ValueError for a file that is damaged or not MNIST's.

    The subsets that the book uses::

        training, validation, test = load_mnist()
        thousand, two_digits = training.first(1000), training.only(0, 1)
    """
    dtype = check_dtype(dtype, "load_mnist")
    folder = mnist_folder(path)
    files = {name: _file(folder, name) for names in FILES.values() for name in names}
    images, labels = _part(files, "training")
    cut = len(labels) - _VALIDATION
    training = _scaled(images[:cut], labels[:cut], dtype, "MNIST training")
    validation = _scaled(images[cut:], labels[cut:], dtype, "MNIST validation")
    del images  # the bytes are not needed any more
    return training, validation, _scaled(*_part(files, "test"), dtype, "MNIST test")


def mnist_folder(path: str | os.PathLike[str] | None = None) -> Path:
    """The folder in which MNIST's files are looked for: `path`, $AUTOGRAD_NN_DATA, or the cache.

    The cache is what the system keeps for it: $XDG_CACHE_HOME or ~/.cache on Linux,
    ~/Library/Caches on macOS, %LOCALAPPDATA% on Windows; in it autograd_nn/mnist.

    >>> mnist_folder("somewhere").name
    'somewhere'
    """
    if path is not None:
        return check_path(path, "mnist_folder").expanduser()
    if os.environ.get(VARIABLE):
        return Path(os.environ[VARIABLE]).expanduser()
    if sys.platform == "win32":
        cache = os.environ.get("LOCALAPPDATA") or "~/AppData/Local"
    elif sys.platform == "darwin":
        cache = "~/Library/Caches"
    else:
        cache = os.environ.get("XDG_CACHE_HOME") or "~/.cache"
    return Path(cache).expanduser() / "autograd_nn" / "mnist"


def _file(folder: Path, name: str) -> Path:
    """The file of that name, plain or gzipped."""
    for file in (folder / name, folder / f"{name}.gz"):
        if file.is_file():
            return file
    names = "".join(f"\n  {n} or {n}.gz" for pair in FILES.values() for n in pair)
    reason = "" if folder.is_dir() else ", since there is no such folder"
    raise FileNotFoundError(
        f"load_mnist: {folder / name}(.gz) does not exist{reason}; expected MNIST's four files in "
        f"{folder.absolute()}:{names}\nput them there, or say where they are: load_mnist(path), or "
        f"the environment variable {VARIABLE}"
    )


def _part(files: dict[str, Path], part: str) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.uint8]]:
    """Images (n, 784) and labels (n,) of the training or the test files."""
    images, labels = (files[name] for name in FILES[part])
    n = COUNTS[part]
    digits = read_idx(labels, (n,))
    if digits.max() > 9:
        raise ValueError(
            f"load_mnist: {labels} has the label {digits.max()}; expected digits from 0 to 9; get "
            "the file again"
        )
    return read_idx(images, (n, *IMAGE)).reshape(n, -1), digits


def _scaled(
    images: npt.NDArray[np.uint8], labels: npt.NDArray[np.uint8], dtype: np.dtype, name: str
) -> Dataset:
    x = np.multiply(images, 1 / _SCALE, dtype=dtype)
    y = labels.astype(np.int64)
    x.setflags(write=False)  # nobody else has them: the dataset need not copy
    y.setflags(write=False)
    return Dataset(x, y, image_shape=IMAGE, name=name, dtype=dtype)
