"""The digits that are learned: MNIST from ``$AUTOGRAD_NN_DATA``, or as many made-up ones."""

from __future__ import annotations

import gzip
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

FILES = ("train-images-idx3", "train-labels-idx1", "t10k-images-idx3", "t10k-labels-idx1")


@dataclass(frozen=True, eq=False)
class Digits:
    """Examples to learn from and to be judged by; ``source`` says where they come from."""

    x: Any
    labels: Any
    test_x: Any
    test_labels: Any
    source: str


def load(dtype: Any = np.float64, examples: int = 50_000, tests: int = 10_000) -> Digits:
    """The first of the training digits, and of the test digits; a pixel byte p is p/256."""
    folder = Path(os.environ.get("AUTOGRAD_NN_DATA", "nowhere"))
    if all((folder / f"{name}-ubyte.gz").is_file() for name in FILES):
        images, labels, test_images, test_labels = (idx(folder / f"{n}-ubyte.gz") for n in FILES)
        source = "MNIST"
    else:
        images, labels = made_up(examples, 1)
        test_images, test_labels = made_up(tests, 2)
        source = "made-up digits ($AUTOGRAD_NN_DATA has no MNIST)"
    return Digits(
        _scaled(images[:examples], dtype),
        labels[:examples].astype(np.int64),
        _scaled(test_images[:tests], dtype),
        test_labels[:tests].astype(np.int64),
        source,
    )


def idx(file: Path) -> Any:
    """The bytes of an IDX file in their shape."""
    content = gzip.decompress(file.read_bytes())
    axes = content[3]
    if content[:3] != b"\0\0\x08":
        raise ValueError(f"{file.name}: no IDX file of unsigned bytes")
    shape = np.frombuffer(content, ">i4", axes, 4)
    return np.frombuffer(content, np.uint8, offset=4 + 4 * axes).reshape(shape)


def made_up(examples: int, seed: int) -> tuple[Any, Any]:
    """Noisy copies of ten fixed images, mostly dark as digits are."""
    images = np.random.default_rng(0).integers(0, 256, (10, 784)) * (
        np.random.default_rng(0).random((10, 784)) < 0.2
    )
    rng = np.random.default_rng(seed)
    labels = rng.integers(0, 10, examples)
    seen = rng.random((examples, 784), np.float32) < 0.5
    return (images.astype(np.uint8)[labels] * seen).astype(np.uint8), labels


def _scaled(images: Any, dtype: Any) -> Any:
    found = images.reshape(len(images), -1).astype(dtype)
    found /= 256
    return found
