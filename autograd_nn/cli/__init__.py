"""The command ``autograd-nn``: parse, call the library, print."""

from __future__ import annotations

import argparse
import io
import sys
from collections.abc import Sequence


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command with these arguments (those of the process without); the exit status."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # an old encoding has no η: better ? than nothing
            stream.reconfigure(errors="replace")
    arguments = _parser().parse_args(argv)
    if arguments.command == "demo":
        from .demo import run

        return run(arguments.output, arguments.epochs, arguments.seed)
    from .doctor import report

    return report()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="autograd-nn", description="Backpropagation that you can see."
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="command")
    demo = commands.add_parser(
        "demo", help="learn real digits, check BP1 to BP4, sum over paths, draw it all"
    )
    demo.add_argument(
        "--output", default="demo-output", help="folder for the pictures (%(default)s)"
    )
    demo.add_argument(
        "--epochs", type=_positive, default=20, help="epochs of training (%(default)s)"
    )
    demo.add_argument(
        "--seed", type=_seed, default=0, help="seed of everything random (%(default)s)"
    )
    commands.add_parser("doctor", help="say which programs can draw pictures here, and what to do")
    return parser


def _seed(text: str) -> int:
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number, 0 or more")
    return int(text)


def _positive(text: str) -> int:
    if not text.isdecimal() or int(text) == 0:
        raise argparse.ArgumentTypeError(f"{text!r} is not a positive whole number")
    return int(text)
