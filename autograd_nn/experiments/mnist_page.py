"""The page that says what the networks reach on MNIST, from the runs that were made."""

import os
import statistics
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from ..support.checks import check_path
from ..support.files import write_whole
from .mnist_table import ROWS, Row
from .presets import PRESETS
from .runs import Run

_HEAD = """\
# What the networks reach on MNIST

Written by `autograd-nn train --table docs/mnist.md`, which makes every run that is not yet in
[mnist.json](mnist.json): seeds 0, 1, 2 …, one seed for the weights and for the order of the images.
As in the book a run counts by its best epoch, counted from 0, which flatters it a little: the epoch
is chosen by the very data it is judged by. The accuracy after every epoch of every run is in the
file.

| preset | layers | what it is | judged on | book | must reach | best seed | all seeds | holds |
| --- | --- | --- | --- | --- | --- | --- | --- | --- |
"""


def as_page(runs: Sequence[Run], page: str | os.PathLike[str]) -> Path:
    """Write the page (Markdown) and return the name of its file.

    Raises as :func:`as_markdown` does, and ``OSError`` if the file cannot be written.
    """
    return write_whole(check_path(page, "as_page"), as_markdown(runs).encode())


def as_markdown(runs: Sequence[Run], rows: Sequence[Row] = ROWS) -> str:
    """The table of the rows that have runs, and what it says in words.

    Raises ``TypeError`` for what is not the runs of ``run_table``.
    """
    runs = [*runs] if isinstance(runs, Iterable) else [runs]
    if not all(isinstance(r, Run) for r in runs):
        raise TypeError(f"as_markdown: runs={runs!r:.60}; expected those that run_table gives")
    of = {row.preset: [r for r in runs if r.preset == row.preset] for row in rows}
    lines = [_line(row, of[row.preset]) for row in rows if of[row.preset]]
    remarks = [*_spread(of), *_overfitting(of), *_first_epoch(of)]
    return _HEAD + "\n".join(lines) + "\n" + "".join(f"\n{text}\n" for text in remarks)


def _line(row: Row, runs: Sequence[Run]) -> str:
    preset = PRESETS[row.preset]
    percents = [row.percent(r) for r in runs]
    best = runs[percents.index(max(percents))]
    at = best.best_epoch if row.epoch is None else row.epoch
    layers, holds = "-".join(map(str, preset.sizes)), "yes" if row.holds(runs) else "**no**"
    return (
        f"| `{row.preset}` | {layers} | {preset.about} | {preset.judged_on} | {row.book:g} % "
        f"| {row.wanted} | {max(percents):.2f} % (seed {best.seed}, epoch {at}) "
        f"| {_listed(percents)} | {holds} |"
    )


def _spread(of: dict[str, list[Run]]) -> list[str]:
    """What happens to most runs of chapter 1 with 100 hidden neurons, and to none of chapter 3."""
    runs, others = of.get("chapter-1-100", []), of.get("cross-entropy-100", [])
    if not runs or not others:
        return []
    percents = sorted(100 * r.best for r in runs)
    worse = [p for p in percents if p < 96]
    return [
        "**Chapter 1 with 100 hidden neurons varies**, as the book warns. Of "
        f"{len(runs)} seeds {len(runs) - len(worse)} reach 96 %; the others, "
        f"{_listed(worse) or 'none'}, are far worse, and the median is "
        f"{statistics.median(percents):.2f} %. With η = 3, the quadratic cost and weights from "
        "N(0, 1) an output neuron that saturates at 0 hardly learns any more, since its slope σ' "
        "is a factor of each of its gradients; its digit is then never read, and each digit lost "
        "costs about ten points. With the cross-entropy, whose error has no such factor, the "
        f"lowest of {len(others)} seeds reaches {100 * min(r.best for r in others):.2f} %. Another "
        "rounding (another version of NumPy or of its BLAS) can change what becomes of a seed."
    ]


def _overfitting(of: dict[str, list[Run]]) -> list[str]:
    gaps = _gaps(of, "overfitting-l2", "overfitting", lambda r: r.best)
    return [
        f"**1,000 images**: λ = 0.1 gains {_listed(gaps)} points for the seeds in turn, from the "
        "same weights and the same order (the book: 4.83)."
    ] * bool(gaps)


def _first_epoch(of: dict[str, list[Run]]) -> list[str]:
    first = _gaps(of, "scaled-weights", "large-weights", lambda r: r.accuracies[0])
    best = _gaps(of, "scaled-weights", "large-weights", lambda r: r.best)
    return [
        f"**Scaled weights** are ahead by {_listed(first)} points after the first epoch (the book: "
        f"about 6), and by {_listed(best)} points in the best of 30 epochs: they learn faster, and "
        "in the end hardly better."
    ] * bool(first)


def _gaps(
    of: dict[str, list[Run]], better: str, worse: str, accuracy: Callable[[Run], float]
) -> list[float]:
    """By how many points the runs of a preset are better than another's, seed by seed."""
    pairs = zip(of.get(better, []), of.get(worse, []), strict=False)
    return [100 * (accuracy(a) - accuracy(b)) for a, b in pairs]


def _listed(values: Iterable[float]) -> str:
    return ", ".join(f"{value:.2f}" for value in values)
