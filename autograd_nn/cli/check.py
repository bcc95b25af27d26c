"""The command ``autograd-nn check``: exit status 0 right, 1 wrong, 2 could not be checked."""

import argparse
import importlib
import json
import math
import os
import shlex
import sys
from collections.abc import Callable
from contextlib import nullcontext, redirect_stdout
from dataclasses import replace
from difflib import get_close_matches
from typing import Any

import numpy as np
import numpy.typing as npt

from ..gradient_check import GradientMismatchError, Report, Verdict, check_network, gradcheck
from ..models import Network

RIGHT, WRONG, COULD_NOT = 0, 1, 2
INTERRUPTED = 130  # as shells count it
_DOMAIN = (
    "the arguments were drawn at random: say where the function is defined, as in --low 0 or "
    "--low -1 --high 1 (once for all arguments, or once for each)"
)


def run(arguments: argparse.Namespace) -> int:
    """Check what was asked for, print the report; the exit status."""
    try:  # with --json what is printed on the way must not get into the report
        with redirect_stdout(sys.stderr) if arguments.json else nullcontext():
            report = replace(_check(arguments), reproduce=_spell_command(arguments))
    except KeyboardInterrupt:
        print("autograd-nn check: stopped before the check was done", file=sys.stderr)
        return INTERRUPTED
    except (Exception, SystemExit) as error:  # whatever a user's program raises: no verdict
        print(f"autograd-nn check: {type(error).__name__}: {error}", file=sys.stderr)
        return COULD_NOT
    status = _status(report)
    if report.verdict is Verdict.NONFINITE and status is COULD_NOT and not report.note:
        report = replace(report, note=_DOMAIN)
    print(json.dumps(report.as_dict(), indent=1) if arguments.json else report)
    return status


def _status(report: Report) -> int:
    """What is not finite at random arguments is wrong only if the function is finite there."""
    if report.ok:
        return RIGHT
    if report.verdict is Verdict.NONFINITE:
        bad = report.argument.worst if report.argument is not None else ()
        wrong = any(math.isfinite(e.numeric) and not math.isfinite(e.analytic) for e in bad)
        return WRONG if wrong else COULD_NOT
    return COULD_NOT if report.verdict is Verdict.INCONCLUSIVE else WRONG


def _spell_command(arguments: argparse.Namespace) -> str:
    """The command that makes the report again."""
    words = ["autograd-nn", "check"]
    if arguments.network is not None:
        words += ["--network", ",".join(map(str, arguments.network))]
    else:
        words.append(arguments.function)
    for shape in arguments.shape:
        words += ["--shape", ",".join(map(str, shape))]
    for name in ("low", "high"):
        words += [f"--{name}={bound!r}" for bound in getattr(arguments, name)]
    words += ["--order", "2"] if arguments.order == 2 else []
    words += ["--every"] if arguments.every else []
    return shlex.join([*words, "--seed", str(arguments.seed)])


def _check(arguments: argparse.Namespace) -> Report:
    every = arguments.every or None
    rng = np.random.default_rng(arguments.seed)
    if (arguments.network is None) == (arguments.function is None):
        raise ValueError("expected either module:function or --network")
    if arguments.network is not None:
        if arguments.shape or arguments.order != 1 or arguments.low or arguments.high:
            raise ValueError("--network takes no --shape, --order, --low and --high")
        return _check_network(arguments.network, every, rng)
    if not arguments.shape:
        raise ValueError("expected --shape, once for each argument of the function")
    function = _import_function(arguments.function)
    lows, highs = (_bounds(arguments, name) for name in ("low", "high"))
    arrays = [_draw(rng, *of_it) for of_it in zip(arguments.shape, lows, highs, strict=True)]
    return gradcheck(function, *arrays, order=arguments.order, every=every, seed=arguments.seed)


def _bounds(arguments: argparse.Namespace, name: str) -> list[float | None]:
    """A bound for each argument; None where there is none."""
    given, n = getattr(arguments, name), len(arguments.shape)
    if len(given) not in (0, 1, n):
        raise ValueError(f"{len(given)} × --{name} for {n} × --shape; expected one, or one each")
    return list(given) if len(given) == n else (list(given) or [None]) * n


def _draw(
    rng: np.random.Generator, shape: tuple[int, ...], low: float | None, high: float | None
) -> npt.NDArray[np.float64]:
    """Normal numbers; beyond a bound as far as these are from 0, between two alike everywhere."""
    if low is not None and high is not None:
        if not low < high:
            raise ValueError(f"--low {low:g} --high {high:g}; expected the first to be smaller")
        return np.asarray(rng.uniform(low, high, shape))
    normal = np.asarray(rng.standard_normal(shape))
    if low is not None:
        return low + np.abs(normal)
    return normal if high is None else high - np.abs(normal)


def _check_network(sizes: tuple[int, ...], every: bool | None, rng: np.random.Generator) -> Report:
    """A network at its initial weights, on a mini-batch of noise."""
    network = Network(sizes, cost="cross_entropy", rng=rng)
    x, y = rng.random((10, sizes[0])), rng.random((10, sizes[-1])).round()
    try:
        return check_network(network, x, y, every=every)
    except GradientMismatchError as error:
        return error.report


def _import_function(name: str) -> Callable[..., Any]:
    """The function of that name; ``AttributeError`` names the one that may have been meant."""
    module, _, path = name.partition(":")
    if not module or not path or module.startswith("."):
        raise ValueError(f"{name!r}; expected module:function, as in numpy:tanh")
    sys.path.insert(0, os.getcwd())  # as python -m does
    try:
        found: object = importlib.import_module(module)
    finally:
        sys.path.pop(0)
    for part in path.split("."):
        if not hasattr(found, part):
            near = get_close_matches(part, dir(found), 1)
            meant = f"; did you mean {near[0]}?" if near else ""
            raise AttributeError(f"{name}: there is no {part}{meant}")
        found = getattr(found, part)
    if not callable(found):
        raise TypeError(f"{name} is {type(found).__name__}; expected a function")
    return found
