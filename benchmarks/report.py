"""What was measured: the tables, the JSON and the machine."""

from __future__ import annotations

import os
import platform
from collections.abc import Iterable
from dataclasses import dataclass, field
from importlib import metadata
from pathlib import Path
from typing import Any

from interleaved import Timing, told

YARDSTICK = "hand-written"
PACKAGES = [
    *("autograd_nn", "numpy", "torch", "jax", "jaxlib", "autograd", "mygrad", "scikit-learn"),
    *("scipy", "matplotlib"),
]


@dataclass(frozen=True)
class Row:
    """One contestant's time; ``more`` are other numbers, by what they are called."""

    contestant: str
    timing: Timing
    more: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Table:
    """The contestants of one workload; ``unit`` is what a time is the time of."""

    section: str
    workload: str
    unit: str
    rows: list[Row]
    notes: list[str] = field(default_factory=list)

    @property
    def yardstick(self) -> Timing | None:
        """The time of what was written by hand, or of the first row that starts with the words."""
        found = [r.timing for r in self.rows if r.contestant.startswith(YARDSTICK)]
        return found[0] if found else None

    def ratio(self, row: Row) -> float | None:
        """A row's median over the yardstick's."""
        return None if self.yardstick is None else row.timing.median / self.yardstick.median

    def __str__(self) -> str:
        """Lines of median, quartiles, ratio and what else there is."""
        keys = list(dict.fromkeys(key for row in self.rows for key in row.more))
        ratio_head = f"{'/ hand-written':>16}" if self.yardstick else ""
        lines = [
            f"\n{self.section}: {self.workload} (time of {self.unit})",
            f"{'':<38}{'median':>10}  {'quartiles':<22}{ratio_head}"
            + "".join(f"{key:>22}" for key in keys),
        ]
        for row in self.rows:
            t = row.timing
            spread = f"{told(t.low)} to {told(t.high)}"
            ratio = self.ratio(row)
            shown = "" if ratio is None else f"{ratio:16.2f}"
            more = "".join(f"{_shown(row.more.get(key, '')):>22}" for key in keys)
            lines.append(f"{row.contestant:<38}{told(t.median):>10}  {spread:<22}{shown}{more}")
        return "\n".join([*lines, *(f"  {note}" for note in self.notes)])

    def as_json(self) -> dict[str, Any]:
        """The same, for a program; times in seconds."""
        rows = [
            {
                "contestant": row.contestant,
                "median": row.timing.median,
                "low": row.timing.low,
                "high": row.timing.high,
                "ratio_to_hand_written": self.ratio(row),
                **row.more,
            }
            for row in self.rows
        ]
        return {
            "section": self.section,
            "workload": self.workload,
            "unit": self.unit,
            "rows": rows,
            "notes": self.notes,
        }


def of_timings(
    section: str,
    workload: str,
    unit: str,
    timings: dict[str, Timing],
    notes: Iterable[str] = (),
) -> Table:
    """A table of nothing but times."""
    rows = [Row(name, timing) for name, timing in timings.items()]
    return Table(section, workload, unit, rows, list(notes))


def _shown(number: Any) -> str:
    return f"{number:.4g}" if isinstance(number, float) else str(number)


def machine_facts() -> dict[str, Any]:
    """The machine and the versions, for the JSON."""
    return {
        "system": platform.platform(),
        "processor": _processor(),
        "cores": os.cpu_count(),
        "memory_GiB": _memory(),
        "python": platform.python_version(),
        "blas": _blas(),
        "bound_to_cores": _bound(),
        "blas_threads": os.environ.get("OPENBLAS_NUM_THREADS", "default"),
        "load_average": os.getloadavg()[0] if hasattr(os, "getloadavg") else None,
        "versions": _versions(),
    }


def machine_line(facts: dict[str, Any]) -> str:
    """The same for a reader."""
    versions = ", ".join(f"{name} {version}" for name, version in facts["versions"].items())
    return (
        f"{facts['processor']}, {facts['cores']} cores (bound to {facts['bound_to_cores']}), "
        f"{facts['memory_GiB']} GiB, "
        f"{facts['system']}, Python {facts['python']}, {facts['blas']}, "
        f"BLAS threads: {facts['blas_threads']}, load {facts['load_average']}\n{versions}"
    )


def _bound() -> list[int] | None:
    """The cores that this process may use; None where that is not told."""
    return sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else None


def _versions() -> dict[str, str]:
    found = {}
    for name in PACKAGES:
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
    return found


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()


def _memory() -> float | None:
    try:
        size: float = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, ValueError, OSError):
        return None
    return round(size / 2**30, 1)


def _blas() -> str:
    import numpy as np

    used = np.show_config(mode="dicts")["Build Dependencies"]["blas"]  # type: ignore[index]
    return f"{used['name']} {used['version']}"
