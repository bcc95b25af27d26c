"""How many threads BLAS should have: the same work in processes that give it one, and all cores.

OpenBLAS, MKL and OpenMP read their numbers of threads once, when NumPy is imported, so that each
number takes processes of its own.  They run one after the other, in turns, on all cores.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from time import perf_counter
from typing import Any

import numpy as np
from contestants import Problem
from contestants.plan import Planned
from digits import load
from interleaved import summary
from report import Row, Table

VARIABLES = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")
STEPS = (((784, 30, 10), 10), ((784, 100, 10), 10), ((784, 100, 10), 256))
EVALUATION = "784-100-10, evaluation of 10,000 examples"


def run(seconds: float) -> dict[str, float]:
    """What the process of one number of threads does: the median time of each piece of work."""
    digits = load(np.float64, 10_000, 10)
    found = {}
    for sizes, batch in STEPS:
        problem = Problem.of(sizes, batch, np.float64, digits.x, digits.labels)
        planned, batches = Planned(problem), problem.batches(1)
        found[f"a step of {problem.name}"] = _median(
            lambda k, step=planned.step, batches=batches: step(batches[k % len(batches)]), seconds
        )
    network = planned.network
    found[EVALUATION] = _median(lambda k: network.feedforward(digits.x), seconds)
    return found


def _median(work: Any, seconds: float) -> float:
    times: list[float] = []
    start = perf_counter()
    while perf_counter() - start < seconds or len(times) < 5:
        before = perf_counter()
        work(len(times))
        times.append(perf_counter() - before)
    return float(np.median(times))


@contextmanager
def on_all_cores() -> Iterator[None]:
    """Let this process, which the suite binds to one core, and those it starts use all of them."""
    if not hasattr(os, "sched_setaffinity"):
        yield
        return
    bound = os.sched_getaffinity(0)
    os.sched_setaffinity(0, range(os.cpu_count() or 1))
    try:
        yield
    finally:
        os.sched_setaffinity(0, bound)


def in_a_process(threads: int, seconds: float) -> dict[str, float]:
    """What :func:`run` returns in a process whose BLAS has so many threads."""
    environment = os.environ | dict.fromkeys(VARIABLES, str(threads))
    command = [sys.executable, __file__, str(seconds)]
    with on_all_cores():  # from its start: OpenBLAS counts the cores that it may use
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


def tables(quick: bool) -> list[Table]:
    """A table for each piece of work, a row for each number of threads."""
    cores = os.cpu_count() or 1
    results: dict[int, list[dict[str, float]]] = {n: [] for n in sorted({1, cores})}
    for _ in range(2 if quick else 7):
        for threads, runs in results.items():
            runs.append(in_a_process(threads, 0.2 if quick else 1.0))
    made = []
    for work in results[1][0]:
        rows = [
            Row(f"{n} thread{'s' * (n > 1)}", summary([r[work] for r in runs]))
            for n, runs in results.items()
        ]
        made.append(Table("threads of BLAS", work, "one", rows))
        print(made[-1], flush=True)
    return made


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="one process's times, told as JSON")
    parser.add_argument("seconds", type=float)
    print(json.dumps(run(parser.parse_args().seconds)))
