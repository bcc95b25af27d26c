"""An epoch of real data end to end: shuffle, train, evaluate; each run in a process of its own.

Every round starts a new process for each contestant, which runs two epochs: the first warms up
(compiles, where there is something to compile), the second is timed.  Peak memory is that of the
process, its library and the digits included.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from importlib import import_module
from pathlib import Path
from time import perf_counter, process_time
from typing import Any

import numpy as np
from contestants import Contestant, Problem, find
from digits import load
from interleaved import summary
from report import Row, Table

SIZES, BATCH = (784, 30, 10), 10
LEFT_OUT = ("the limit", "HIPS", "MyGrad", "autograd_nn, planned", "autograd_nn, eager")


def entrants() -> list[type[Contestant]]:
    """Those of the steps that also make sense for epochs, and ``Network.fit``."""
    from contestants.ours import EPOCHS

    found, _ = find()
    return [*EPOCHS, *(c for c in found if not c.name.startswith(LEFT_OUT))]


def run(module: str, made: str, dtype: str, examples: int) -> dict[str, Any]:
    """What the process of one contestant does; nobody else's library is imported there."""
    entrant = getattr(import_module(module), made)
    digits = load(np.dtype(dtype), examples, min(examples, 10_000))
    problem = Problem.of(SIZES, BATCH, dtype, digits.x, digits.labels)
    start = perf_counter()
    before = memory("VmRSS")
    contestant = entrant(problem)
    costs, seconds, busy = [], [], 0.0
    for seed in (1, 2):
        used = process_time()
        costs.append(contestant.epoch(seed))
        accuracy = float(np.mean(contestant.predict(digits.test_x) == digits.test_labels))
        seconds.append(perf_counter() - start)
        busy = (process_time() - used) / seconds[-1]
        start = perf_counter()
    return {
        "seconds": seconds[1],
        "first": seconds[0],
        "cpus": busy,
        "cost": costs[1],
        "accuracy": accuracy,
        "peak": memory("VmHWM"),
        "before": before,
        "source": digits.source,
    }


def memory(key: str) -> float:
    """This process's memory in MB: ``VmRSS`` now, ``VmHWM`` at most; 0 where it is not told.

    ``ru_maxrss`` serves where there is no /proc; a new process starts with its parent's there.
    """
    status = Path("/proc/self/status")
    if status.is_file():
        for line in status.read_text().splitlines():
            if line.startswith(f"{key}:"):
                return int(line.split()[1]) * 1024 / 1e6
    if key != "VmHWM":
        return 0.0
    try:
        import resource
    except ImportError:  # Windows
        return 0.0
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1e6


def in_a_process(entrant: type[Contestant], dtype: str, examples: int) -> dict[str, Any]:
    """What :func:`run` returns there."""
    what = [entrant.__module__, entrant.__name__, dtype, str(examples)]
    command = [sys.executable, __file__, *what]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"epoch: {entrant.name}: {done.stderr[-2000:]}")
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def agree(found: dict[str, dict[str, Any]], dtype: str) -> None:
    """Everyone was given the same mini-batches in the same order: costs and accuracies agree."""
    yardstick = next(r for name, r in found.items() if name.startswith("hand-written"))
    tolerance, share = (1e-6, 1e-3) if dtype == "float64" else (1e-3, 2e-3)
    for name, r in found.items():
        apart = abs(r["cost"] - yardstick["cost"]) / yardstick["cost"]
        if not (apart <= tolerance and abs(r["accuracy"] - yardstick["accuracy"]) <= share):
            raise AssertionError(f"epoch: {name} got {r}, by hand it is {yardstick}")


def measure(dtype: str, examples: int, rounds: int) -> Table:
    """The table of one precision."""
    who = entrants()
    results: dict[str, list[dict[str, Any]]] = {entrant.name: [] for entrant in who}
    for _ in range(rounds):
        for entrant in who:
            results[entrant.name].append(in_a_process(entrant, dtype, examples))
    last = {name: runs[-1] for name, runs in results.items()}
    agree(last, dtype)
    rows = [
        Row(
            name,
            summary([r["seconds"] for r in runs]),
            {
                "first epoch, s": float(np.median([r["first"] for r in runs])),
                "CPUs": max(r["cpus"] for r in runs),
                "cost": last[name]["cost"],
                "accuracy": last[name]["accuracy"],
                "peak MB": max(r["peak"] for r in runs),
                "MB before": max(r["before"] for r in runs),
            },
        )
        for name, runs in results.items()
    ]
    sizes = "-".join(map(str, SIZES))
    workload = f"{sizes}, m = {BATCH}, {dtype}, {examples:,} examples"
    notes = [
        f"the data: {next(iter(last.values()))['source']}",
        "the time is the second epoch's; the first compiles, where something is compiled",
        "MB before: the process with the library imported and the digits read",
    ]
    unit = "one epoch: shuffle, train, evaluate"
    return Table("epoch end to end", workload, unit, rows, notes)


def tables(quick: bool) -> list[Table]:
    """Both precisions."""
    found = []
    for dtype in ("float64", "float32"):
        found.append(measure(dtype, 5_000 if quick else 50_000, 2 if quick else 5))
        print(found[-1], flush=True)
    return found


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="one contestant's epochs, told as JSON")
    parser.add_argument("module")
    parser.add_argument("made")
    parser.add_argument("dtype")
    parser.add_argument("examples", type=int)
    told = parser.parse_args()
    print(json.dumps(run(told.module, told.made, told.dtype, told.examples)))
