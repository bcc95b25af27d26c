"""``autograd-nn predict``: what a saved network reads in images of a data set or of a file."""

import argparse

import numpy as np
from rich.console import Console

from ..experiments import load, read_images
from ..models import Network
from .terminal import say

_SETS = {64: "digits", 784: "mnist"}  # by the number of pixels


def run(arguments: argparse.Namespace) -> int:
    """Print a digit for each image of the files, or without files the accuracy on the test data."""
    console, images, data = Console(highlight=False), arguments.images, arguments.data
    try:
        if images and data is not None:
            raise ValueError(
                "predict: --data names the test data, which are read only without images; leave it "
                "out"
            )
        network = Network.load(arguments.network)
        if not images:
            _judge(console, network, data)
        for name in images:
            _read(console, network, name)
    except (OSError, ValueError, ImportError) as error:
        say(console, str(error))
        return 2
    return 0


def _read(console: Console, network: Network, name: str) -> None:
    x = read_images(name, network.sizes[0])
    outputs = network.feedforward(x)
    for i, (label, a) in enumerate(zip(network.predict(x), outputs, strict=True)):
        place = f"{name}[{i}]" if len(x) > 1 else name
        say(console, f"{place}   {label}   (output {a.max():.3f})")


def _judge(console: Console, network: Network, data: str | None) -> None:
    """Print the accuracy on the test data, digit by digit."""
    pixels = network.sizes[0]
    if pixels not in _SETS:
        raise ValueError(
            f"this network takes {pixels} inputs, as no data set here has; name a file of images"
        )
    if _SETS[pixels] == "digits" and data is not None:
        raise ValueError("predict: the data of digits are in the package; leave out --data")
    _, _, test = load(_SETS[pixels], data)
    predicted = network.predict(test.x)
    right = predicted == test.labels
    console.print(
        f"{int(right.sum()):,} of {len(test):,} images of the {_SETS[pixels]} test data read "
        f"correctly ({100 * right.mean():.2f} %).\n"
    )
    for digit in np.unique(test.labels):
        of_digit = test.labels == digit
        wrong = predicted[of_digit & ~right]
        taken = f", most often taken for {np.bincount(wrong).argmax()}" if len(wrong) else ""
        say(console, f"  {digit}   {(of_digit & right).sum():4} of {of_digit.sum():4}{taken}")
