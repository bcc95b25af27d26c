"""The table of what must show on MNIST: which runs it takes, and the runs, kept as they come."""

import json
import os
import platform
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from functools import partial

import numpy as np

from ..models import Epoch
from ..support.checks import check_function, check_path
from ..support.files import write_whole
from .presets import PRESETS, Preset
from .runs import Data, Run, reached, run


@dataclass(frozen=True)
class Row:
    """One line of the table: a preset, how many seeds, the book's figure and what must be reached.

    ``book``, ``least`` and ``most`` are percentages, of which the best seed must lie between the
    last two; ``epoch`` is the epoch at which they are compared, ``None`` for each seed's best.
    """

    preset: str
    seeds: int
    book: float
    least: float = 0.0
    most: float = 100.0
    epoch: int | None = None

    def percent(self, run: Run) -> float:
        """The accuracy of a run, in percent, at the epoch that counts."""
        accuracy = run.best if self.epoch is None else run.accuracies[self.epoch]
        return round(100 * accuracy, 6)  # so that 0.949 is 94.9

    def holds(self, runs: Sequence[Run]) -> bool:
        """Whether the best of the runs reaches what it must."""
        return self.least <= max(map(self.percent, runs)) <= self.most

    @property
    def wanted(self) -> str:
        """In words, what must be reached."""
        if self.most == 100:
            return f"{self.least:g} %"
        return f"{self.least:g} to {self.most:g} %" if self.least else f"at most {self.most:g} %"


ROWS = (
    Row("chapter-1-30", 3, 95.42, least=94.9),
    Row("chapter-1-100", 10, 96.59, least=96.0),
    Row("cross-entropy-30", 3, 95.49, least=95.2),
    Row("cross-entropy-100", 3, 96.82, least=96.5),
    Row("l2-30", 3, 96.49, least=96.0),
    Row("l2-100", 3, 98.04, least=97.8),
    Row("overfitting", 3, 82.27, least=80.77, most=83.77),
    Row("overfitting-l2", 3, 87.1, least=85.6, most=88.6),
    Row("scaled-weights", 3, 93.0, least=92.0, epoch=0),
    Row("large-weights", 3, 87.0, most=88.0, epoch=0),
)


def run_table(
    data: Data,
    store: str | os.PathLike[str],
    *,
    rows: Iterable[Row] = ROWS,
    progress: Callable[[Preset, int, float | Epoch], None] | None = None,
) -> list[Run]:
    """Make every run that the rows ask for, except those that the file ``store`` holds.

    Each run is written to the file (JSON) as soon as it is done, so a table that was interrupted
    goes on where it stopped.  ``progress`` is called with the preset, the seed, and what
    ``Network.fit`` reports.  Returns the runs that the file holds now.

    Raises ``ValueError`` for a file that is not such a table, and ``TypeError`` for rows of another
    class than ``Row`` and for a ``progress`` that cannot be called.
    """
    if progress is not None:
        check_function(progress, "run_table: progress", "a function of three arguments")
    rows = [*rows] if isinstance(rows, Iterable) else [rows]
    if not all(isinstance(row, Row) for row in rows):
        raise TypeError(f"run_table: rows={rows!r:.60}; expected rows of ROWS in a list")
    runs = stored(store)
    done = {(r.preset, r.seed) for r in runs}
    wanted = [(PRESETS[row.preset], seed) for row in rows for seed in range(row.seeds)]
    for preset, seed in wanted:
        if (preset.name, seed) in done:
            continue
        report = None if progress is None else partial(progress, preset, seed)
        _, history = run(preset, data, seed=seed, progress=report)
        if history.interrupted:
            break
        runs.append(reached(preset, seed, history))
        _keep(store, runs)
    return runs


def stored(store: str | os.PathLike[str]) -> list[Run]:
    """The runs that a file holds; none if there is no such file.

    Raises ``ValueError`` for a file that is not a table of runs.
    """
    file = check_path(store, "run_table: store")
    if not file.exists():
        return []
    try:
        runs = json.loads(file.read_text(encoding="utf-8"))["runs"]
        return [Run(**{**r, "accuracies": tuple(r["accuracies"])}) for r in runs]
    except (ValueError, KeyError, TypeError) as error:
        raise ValueError(
            f"{store}: not a table of runs ({error}); name another file, or remove it to start anew"
        ) from error


def _keep(store: str | os.PathLike[str], runs: Sequence[Run]) -> None:
    python, machine = platform.python_version(), platform.machine()
    about = {"python": python, "numpy": np.__version__, "machine": machine}
    entries = ",\n".join(json.dumps(asdict(r)) for r in runs)
    text = f'{{"made_with": {json.dumps(about)},\n"runs": [\n{entries}\n]}}\n'
    write_whole(store, text.encode())
