"""``autograd-nn predict``: what a saved network reads in images of a data set or of a file."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from rich.console import Console

from ..experiments import load, read_images
from ..models import Network

_SETS = {64: "digits", 784: "mnist"}  # by the number of pixels


def predict(file: str, images: Sequence[str], data: str | None) -> int:
    """Print a digit for each image of the files, or without files the accuracy on the test data."""
    console = Console(highlight=False)
    try:
        if images and data is not None:
            raise ValueError(
                "predict: --data names the test data that are read when no images are; leave it out"
            )
        network = Network.load(file)
        if not images:
            return _judge(console, network, data)
        for name in images:
            _tell(console, network, name)
    except (OSError, ValueError, ImportError) as error:
        console.print(str(error), markup=False, soft_wrap=True)
        return 2
    return 0


def _tell(console: Console, network: Network, name: str) -> None:
    x = read_images(name, network.sizes[0])
    outputs = network.feedforward(x)
    for i, (label, a) in enumerate(zip(network.predict(x), outputs, strict=True)):
        place = f"{name}[{i}]" if len(x) > 1 else name
        console.print(f"{place}   {label}   (output {a.max():.3f})", markup=False, soft_wrap=True)


def _judge(console: Console, network: Network, data: str | None) -> int:
    """Accuracy on the test data, digit by digit."""
    pixels = network.sizes[0]
    if pixels not in _SETS:
        raise ValueError(
            f"this network takes {pixels} inputs, as no data set here has; name a file of images"
        )
    if _SETS[pixels] == "digits" and data is not None:
        raise ValueError("predict: the data of digits are in the package; leave out --data")
    _, _, test = load(_SETS[pixels], data)
    predicted: Any = network.predict(test.x)
    right = predicted == test.labels
    console.print(
        f"{int(right.sum()):,} of {len(test):,} images of the {_SETS[pixels]} test data read "
        f"correctly ({100 * right.mean():.2f} %).\n"
    )
    for digit in np.unique(test.labels):
        of_digit = test.labels == digit
        wrong = predicted[of_digit & ~right]
        taken = ""
        if len(wrong):
            other = np.bincount(wrong).argmax()
            taken = f", most often taken for {other}"
        console.print(
            f"  {digit}   {int((of_digit & right).sum()):4} of {int(of_digit.sum()):4}{taken}",
            markup=False,
        )
    return 0
