"""The command ``autograd-nn``: parse, call the library, print."""

from __future__ import annotations

import argparse
import io
import math
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import TYPE_CHECKING

from ..support import __version__

if TYPE_CHECKING:
    Commands = argparse._SubParsersAction[argparse.ArgumentParser]

_DATA = "folder of MNIST's four files ($AUTOGRAD_NN_DATA, or the cache)"


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command with ``argv``, or the process's own arguments, and return the exit status."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # an old encoding has no η: better ? than nothing
            stream.reconfigure(errors="replace")
    arguments = _parser().parse_args(argv)
    command = import_module(f".{arguments.command}", __package__)  # only now: --help stays fast
    try:
        status: int = command.run(arguments)
    except KeyboardInterrupt:  # where there is nothing to keep yet, as while data are read
        print("Stopped by Ctrl-C.", file=sys.stderr)
        return 130
    return status


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="autograd-nn", description="Backpropagation that you can see."
    )
    parser.add_argument("--version", action="version", version=f"%(prog)s {__version__}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="command")
    _add_demo(commands)
    _add_train(commands)
    _add_predict(commands)
    _add_check(commands)
    commands.add_parser("doctor", help="say which programs can draw pictures here, and what to do")
    return parser


def _add_demo(commands: Commands) -> None:
    demo = commands.add_parser(
        "demo", help="learn real digits, check BP1 to BP4, sum over paths, draw it all"
    )
    add = demo.add_argument
    add("--output", default="demo-output", help="folder for the pictures (%(default)s)")
    add("--epochs", type=_positive, default=20, help="epochs of training (%(default)s)")
    add("--seed", type=_seed, default=0, help="seed of everything random (%(default)s)")


def _add_train(commands: Commands) -> None:
    train = commands.add_parser(
        "train", help="train one of the book's networks on MNIST; without a preset, list them"
    )
    add = train.add_argument
    add("--preset", type=_preset, help="which network, and how it is trained")
    add("--data", help=_DATA)
    add("--output", help="folder for what is kept (train-output)")
    add("--seed", type=_seed, help="weights and order (0)")
    add("--epochs", type=_positive, help="instead of the preset's own number")
    add("--monitor", action="store_true", help="measure costs and accuracy on both data too")
    add("--checkpoint", metavar="FILE.npz", help="keep the whole run in a file, after every epoch")
    add("--resume", action="store_true", help="go on from the checkpoint, as if never interrupted")
    runs = "make every run of the table of results, or those of the preset, and write it"
    add("--table", metavar="FILE.md", help=runs)


def _add_predict(commands: Commands) -> None:
    add = commands.add_parser("predict", help="what a saved network reads").add_argument
    add("network", help="a file that train or Network.save wrote")
    files = "files of images (.npy, .csv, .txt, .png); without, the test data"
    # with a default an error does not say that they are required
    add("images", nargs="*", default=[], help=files)
    add("--data", help=_DATA)


def _preset(text: str) -> str:
    from ..experiments import PRESETS

    if text not in PRESETS:
        raise argparse.ArgumentTypeError(f"{text!r}; expected one of {', '.join(PRESETS)}")
    return text


def _add_check(commands: Commands) -> None:
    add = commands.add_parser(
        "check",
        help="check the gradient of a function of yours, or of a network",
        description="Check a gradient.  Exit status: 0 right, 1 wrong, 2 could not be checked.",
    ).add_argument
    add("function", nargs="?", metavar="module:function", help="the function, of tensors, to check")
    shapes = "the shape of an argument, once for each; '' for a number"
    add("--shape", action="append", default=[], type=_shape, metavar="3,4", help=shapes)
    for bound, side in (("low", "above"), ("high", "below")):
        bounds = f"draw arguments {side} this, once for all or once for each (any number)"
        add(f"--{bound}", action="append", default=[], type=_number, help=bounds)
    orders = "2: the gradient of the gradient too"
    add("--order", type=int, choices=(1, 2), default=1, help=orders)
    layers = "a network of these layers instead, every weight and bias by its name"
    add("--network", type=_shape, metavar="784,30,10", help=layers)
    add("--every", action="store_true", help="move every element, however many")
    add("--seed", type=_seed, default=0, help="seed of the arguments (%(default)s)")
    add("--json", action="store_true", help="print the report as JSON")


def _shape(text: str) -> tuple[int, ...]:
    parts = [part.strip() for part in text.strip("() ").split(",") if part.strip()]
    if not all(part.isdecimal() for part in parts):
        raise argparse.ArgumentTypeError(f"{text!r}; expected sizes such as 3,4")
    return tuple(map(int, parts))


def _number(text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        raise argparse.ArgumentTypeError(f"{text!r}; expected a number such as 0.5")
    return number


def _seed(text: str, least: int = 0) -> int:
    if not text.isdecimal() or int(text) < least:
        raise argparse.ArgumentTypeError(f"{text!r}; expected an integer, {least} or more")
    return int(text)


def _positive(text: str) -> int:
    return _seed(text, least=1)
