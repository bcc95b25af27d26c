"""Steps of training: every contestant first has to agree with the others, then is timed."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from itertools import cycle
from typing import Any

import numpy as np
from contestants import Contestant, Problem
from digits import load
from interleaved import Timing, cpus, interleaved
from report import Row, Table

WORKLOADS = (
    ((784, 30, 10), 10),
    ((784, 100, 10), 10),
    ((784, 100, 10), 256),
    ((784, 30, 30, 30, 10), 10),
)
EXAMPLES = 10_000
STEPS = 20  # that have to agree
AT_ONCE = 100  # steps in one call of a contestant that cannot be timed step by step
TOLERANCE = {np.dtype(np.float64): 1e-9, np.dtype(np.float32): 1e-4}


class Disagreement(AssertionError):
    """A contestant computes something else than the hand-written program."""


def differences(contestants: dict[str, Contestant], problem: Problem) -> dict[str, float]:
    """How far each is from the hand-written program after 20 steps; raises where it is too far.

    The largest difference of the mean cost and of each parameter, relative to the largest element
    of that parameter; parameters of another dtype do not count as equal.
    """
    batches = problem.batches(seed=1)[:STEPS]
    exact = {name: c for name, c in contestants.items() if c.exact}
    after = {name: (c.steps(batches), c.parameters()) for name, c in exact.items()}
    yardstick = next(name for name in after if name.startswith("hand-written"))
    cost, parameters = after[yardstick]
    found = {}
    for name, (its_cost, its_parameters) in after.items():
        if [(p.dtype, p.shape) for p in its_parameters] != [(p.dtype, p.shape) for p in parameters]:
            raise Disagreement(f"{problem.name}: {name} has other shapes or dtypes")
        apart = [abs(its_cost - cost) / abs(cost)]
        for p, q in zip(its_parameters, parameters, strict=True):
            apart.append(float(np.max(np.abs(p - q)) / np.max(np.abs(q))))
        found[name] = float(np.max(apart))
        if not found[name] <= TOLERANCE[problem.dtype]:
            raise Disagreement(
                f"{problem.name}: after {STEPS} steps {name} is {found[name]:.1e} from "
                f"{yardstick}; allowed are {TOLERANCE[problem.dtype]:.0e}"
            )
    return found


def program(contestant: Contestant, batches: Any) -> Callable[[], float]:
    """What is timed: a step, or the steps that are one call."""
    if contestant.at_once:
        many = batches[:AT_ONCE]
        return lambda: contestant.steps(many)
    following = cycle(batches).__next__
    return lambda: contestant.step(following())


def per_step(contestant: Contestant, timing: Timing, batches: Any) -> Timing:
    """The time of a step."""
    return timing / len(batches[:AT_ONCE]) if contestant.at_once else timing


def measure(classes: list[type[Contestant]], problem: Problem, rounds: int) -> Table:
    """Agreement, then times, of one workload."""
    contestants = {c.name: c(problem) for c in classes}
    apart = differences(contestants, problem)
    batches = problem.batches(seed=2)
    programs = {name: program(c, batches) for name, c in contestants.items()}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # e^-z overflows where σ(z) is 0
        timings = interleaved(programs, rounds)
        busy = {name: cpus(run) for name, run in programs.items()}
    rows = [
        Row(
            name,
            per_step(c, timings[name], batches),
            {"difference": apart.get(name, "-"), "CPUs": busy[name]},
        )
        for name, c in contestants.items()
    ]
    note = f"after {STEPS} steps everyone agrees with the hand-written program as told"
    return Table("training step", problem.name, "one step", rows, [note])


def tables(classes: list[type[Contestant]], quick: bool) -> list[Table]:
    """Every workload (with ``quick`` every other) in both precisions."""
    found = []
    for dtype in (np.float64, np.float32):
        digits = load(dtype, EXAMPLES, 10)
        for sizes, batch in WORKLOADS[::2] if quick else WORKLOADS:
            problem = Problem.of(sizes, batch, dtype, digits.x, digits.labels)
            found.append(measure(classes, problem, 3 if quick else 25))
            print(found[-1], flush=True)
    return found
