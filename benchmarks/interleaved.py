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
from time import perf_counter


@dataclass(frozen=True)
class Timing:
    """Seconds for one call: the median over the rounds, and the quartiles."""

    median: float
    low: float
    high: float

    def __str__(self) -> str:
        """``1.5 µs  (1.4 µs to 1.7 µs)``."""
        return f"{_told(self.median):>10}  ({_told(self.low)} to {_told(self.high)})"


def interleaved(
    programs: Mapping[str, Callable[[], object]], rounds: int = 25, seconds: float = 0.01
) -> dict[str, Timing]:
    """Each program's time for one call; in a round each is called for about ``seconds``."""
    calls = {name: _calls_in(program, seconds) for name, program in programs.items()}
    found: dict[str, list[float]] = {name: [] for name in programs}
    for _ in range(rounds):
        for name, program in programs.items():
            found[name].append(_time(program, calls[name]))
    return {name: _summary(times) for name, times in found.items()}


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


def _summary(times: list[float]) -> Timing:
    low, _, high = quantiles(times, n=4)
    return Timing(median(times), low, high)


def _told(seconds: float) -> str:
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
