"""Timing several programs against each other, on a machine that has other things to do.

Every round runs every program once, so that a slow moment meets all of them; what is told is the
median over the rounds and the spread between the quartiles.
"""

from __future__ import annotations

import gc
import os
import platform
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from statistics import median, quantiles
from time import perf_counter, process_time


@dataclass(frozen=True)
class Timing:
    """Seconds for one call: the median over the rounds, and the quartiles."""

    median: float
    low: float
    high: float

    def __str__(self) -> str:
        """``1.5 µs  (1.4 µs to 1.7 µs)``."""
        return f"{told(self.median):>10}  ({told(self.low)} to {told(self.high)})"

    def __truediv__(self, parts: float) -> Timing:
        """The time of one of equal parts."""
        return Timing(self.median / parts, self.low / parts, self.high / parts)


def interleaved(
    programs: Mapping[str, Callable[[], object]],
    rounds: int = 25,
    seconds: float = 0.01,
    once: bool = False,
) -> dict[str, Timing]:
    """Each program's time for one call; in a round each is called for about ``seconds``.

    With ``once`` a round calls each program a single time, without warming it up.
    """
    if not once:
        calls = {name: _calls_in(program, seconds) for name, program in programs.items()}
    found: dict[str, list[float]] = {name: [] for name in programs}
    for _ in range(rounds):
        for name, program in programs.items():
            found[name].append(_time_once(program) if once else _time(program, calls[name]))
    return {name: summary(times) for name, times in found.items()}


def _calls_in(program: Callable[[], object], seconds: float) -> int:
    calls = 1
    _time(program, 3)  # what is made once, at the first calls
    while (taken := _time(program, calls) * calls) < seconds / 2:
        calls *= 2
    return max(1, round(calls * seconds / taken))


def _time(program: Callable[[], object], calls: int) -> float:
    gc.collect()
    program()  # warm: the caches hold this program again, and not the last one
    start = perf_counter()
    for _ in range(calls):
        program()
    return (perf_counter() - start) / calls


def cpus(program: Callable[[], object], seconds: float = 0.05) -> float:
    """How many processors the program keeps busy: its processor time over the time that passes."""
    program()
    wall, used = perf_counter(), process_time()
    while perf_counter() - wall < seconds:
        program()
    return (process_time() - used) / (perf_counter() - wall)


def _time_once(program: Callable[[], object]) -> float:
    start = perf_counter()
    program()
    return perf_counter() - start


def summary(times: list[float]) -> Timing:
    """The median of two times or more, and their quartiles."""
    low, _, high = quantiles(times, n=4, method="inclusive")  # of few, none beyond the least
    return Timing(median(times), low, high)


def told(seconds: float) -> str:
    """``1.5 µs``."""
    for unit, size in (("s", 1.0), ("ms", 1e-3), ("µs", 1e-6)):
        if seconds >= size:
            return f"{seconds / size:.3g} {unit}"
    return f"{seconds / 1e-9:.3g} ns"


def machine() -> str:
    """What it was measured on, in a line."""
    import numpy as np

    threads = os.environ.get("OPENBLAS_NUM_THREADS", "default")
    return (
        f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores, "
        f"Python {platform.python_version()}, NumPy {np.__version__}, BLAS threads: {threads}"
    )
