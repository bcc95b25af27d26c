"""Small files with the names and the format of MNIST's, and the real ones where there are any."""

import gzip
import os
import struct
from pathlib import Path

import numpy as np
import pytest

from autograd_nn.data import mnist

REAL = Path(os.environ.get("AUTOGRAD_NN_DATA", ""), "t10k-labels-idx1-ubyte.gz")
needs_mnist = pytest.mark.skipif(
    not (REAL.is_file() or REAL.with_suffix("").is_file()),
    reason="MNIST is not here: set $AUTOGRAD_NN_DATA to the folder of its four files",
)
SMALL = {"training": 60, "test": 10}


def idx(array, kind=8):
    """An array of bytes as the content of an IDX file, written by the format's description."""
    header = struct.pack(f">4B{array.ndim}I", 0, 0, kind, array.ndim, *array.shape)
    return header + array.astype(np.uint8).tobytes()


def small_mnist(folder, packed=True, seed=0):
    """Write 60 + 10 images of 28 × 28 random bytes; the arrays by file name."""
    rng, written = np.random.default_rng(seed), {}
    for part, n in SMALL.items():
        images, labels = mnist.FILES[part]
        written[images] = rng.integers(0, 256, (n, 28, 28), dtype=np.uint8)
        written[labels] = (np.arange(n) % 10).astype(np.uint8)
    for name, array in written.items():
        if packed:
            (folder / f"{name}.gz").write_bytes(gzip.compress(idx(array), 1))
        else:
            (folder / name).write_bytes(idx(array))
    return written


@pytest.fixture
def small_counts(monkeypatch):
    """As if MNIST had 60 training images, the last 10 for validation, and 10 test images."""
    monkeypatch.setattr(mnist, "COUNTS", SMALL)
    monkeypatch.setattr(mnist, "_VALIDATION", 10)
