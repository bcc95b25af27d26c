"""The command ``autograd-nn check``: exit status 0 right, 1 wrong, 2 could not be checked."""

from __future__ import annotations

import argparse
import importlib
import json
import os
import sys
from collections.abc import Callable
from difflib import get_close_matches
from typing import Any

import numpy as np

from ..gradient_check import GradientMismatch, Report, Verdict, check_network, gradcheck
from ..models import Network

RIGHT, WRONG, COULD_NOT = 0, 1, 2
INTERRUPTED = 130  # as shells count it


def run(arguments: argparse.Namespace) -> int:
    """Check what was asked for, print the report; the exit status."""
    try:
        report = _report(arguments)
    except KeyboardInterrupt:
        print("autograd-nn check: stopped before the check was done", file=sys.stderr)
        return INTERRUPTED
    except Exception as error:  # whatever a user's function raises: not a verdict on its gradient
        print(f"autograd-nn check: {type(error).__name__}: {error}", file=sys.stderr)
        return COULD_NOT
    print(json.dumps(report.as_dict(), indent=1) if arguments.json else report)
    if report.verdict is Verdict.INCONCLUSIVE:
        return COULD_NOT
    return RIGHT if report.ok else WRONG


def _report(arguments: argparse.Namespace) -> Report:
    every = arguments.every or None
    rng = np.random.default_rng(arguments.seed)
    if (arguments.network is None) == (arguments.function is None) or arguments.mutants:
        raise ValueError("expected one of module:function, --network and --mutants")
    if arguments.network is not None:
        if arguments.shape or arguments.order != 1:
            raise ValueError("--network takes no --shape and no --order")
        return _of_network(arguments.network, every, rng)
    if not arguments.shape:
        raise ValueError("expected --shape, once for each argument of the function")
    function = _function(arguments.function)
    arrays = [np.asarray(rng.standard_normal(s)) for s in arguments.shape]
    return gradcheck(function, *arrays, order=arguments.order, every=every, seed=arguments.seed)


def _of_network(sizes: tuple[int, ...], every: bool | None, rng: np.random.Generator) -> Report:
    """A network at its initial weights, on a mini-batch of noise."""
    network = Network(sizes, cost="cross_entropy", rng=rng)
    x, y = rng.random((10, sizes[0])), rng.random((10, sizes[-1])).round()
    try:
        return check_network(network, x, y, every=every)
    except GradientMismatch as error:
        return error.report


def _function(name: str) -> Callable[..., Any]:
    module, colon, path = name.partition(":")
    if not colon or not module or not path:
        raise ValueError(f"{name!r}; expected module:function, as in numpy:tanh")
    sys.path.insert(0, os.getcwd())  # as python -m does
    try:
        found: Any = importlib.import_module(module)
    finally:
        sys.path.pop(0)
    for part in path.split("."):
        found = _part(found, part, name)
    if not callable(found):
        raise TypeError(f"{name} is {type(found).__name__}; expected a function")
    function: Callable[..., Any] = found
    return function


def _part(found: Any, part: str, name: str) -> Any:
    """An attribute, or the name of the one that was meant."""
    if not hasattr(found, part):
        near = get_close_matches(part, dir(found), 1)
        meant = f"; did you mean {near[0]}?" if near else ""
        raise AttributeError(f"{name}: there is no {part}{meant}")
    return getattr(found, part)
