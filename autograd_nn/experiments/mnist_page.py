"""The page that tells what the networks reach on MNIST, from the runs that were made."""

from __future__ import annotations

import os
import statistics
from collections.abc import Iterable, Sequence
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
    """Write the page (Markdown)."""
    return write_whole(check_path(page, "as_page"), as_markdown(runs).encode())


def as_markdown(runs: Sequence[Run], rows: Sequence[Row] = ROWS) -> str:
    """The table of the rows that have runs, and what it says in words."""
    runs = [*runs] if isinstance(runs, Iterable) else [runs]
    if not all(isinstance(r, Run) for r in runs):
        raise TypeError(f"as_markdown: runs={runs!r:.60}; expected those that run_table gives")
    of = {row.preset: [r for r in runs if r.preset == row.preset] for row in rows}
    lines = [_line(row, of[row.preset]) for row in rows if of[row.preset]]
    told = [*_spread(of), *_overfitting(of), *_first_epoch(of)]
    return _HEAD + "\n".join(lines) + "\n" + "".join(f"\n{text}\n" for text in told)


def _line(row: Row, runs: Sequence[Run]) -> str:
    preset = PRESETS[row.preset]
    percents = [row.percent(r) for r in runs]
    best = runs[percents.index(max(percents))]
    at = best.best_epoch if row.epoch is None else row.epoch
    cells = (
        f"`{row.preset}`",
        "-".join(map(str, preset.sizes)),
        preset.about,
        preset.judged_on,
        f"{row.book:g} %",
        row.wanted,
        f"{max(percents):.2f} % (seed {best.seed}, epoch {at})",
        ", ".join(f"{p:.2f}" for p in percents),
        "yes" if row.holds(runs) else "**no**",
    )
    return f"| {' | '.join(cells)} |"


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
        f"{', '.join(f'{p:.2f}' for p in worse) or 'none'}, are far worse, and the median is "
        f"{statistics.median(percents):.2f} %. With η = 3, the quadratic cost and weights from "
        "N(0, 1) an output neuron that saturates at 0 hardly learns any more, since its slope σ' "
        "is a factor of each of its gradients; its digit is then never read, and each digit lost "
        "costs about ten points. With the cross-entropy, whose error has no such factor, the "
        f"lowest of {len(others)} seeds reaches {100 * min(r.best for r in others):.2f} %. Another "
        "rounding (another version of NumPy or of its BLAS) can change what becomes of a seed."
    ]


def _overfitting(of: dict[str, list[Run]]) -> list[str]:
    pairs = list(zip(of.get("overfitting", []), of.get("overfitting-l2", []), strict=False))
    if not pairs:
        return []
    gaps = [100 * (with_l2.best - without.best) for without, with_l2 in pairs]
    return [
        "**1,000 images**: λ = 0.1 gains "
        f"{', '.join(f'{g:.2f}' for g in gaps)} points for the seeds in turn, from the same "
        "weights and the same order (the book: 4.83)."
    ]


def _first_epoch(of: dict[str, list[Run]]) -> list[str]:
    pairs = list(zip(of.get("scaled-weights", []), of.get("large-weights", []), strict=False))
    if not pairs:
        return []
    gaps = [100 * (scaled.accuracies[0] - large.accuracies[0]) for scaled, large in pairs]
    last = [100 * (scaled.best - large.best) for scaled, large in pairs]
    return [
        "**Scaled weights** are ahead by "
        f"{', '.join(f'{g:.2f}' for g in gaps)} points after the first epoch (the book: about 6), "
        f"and by {', '.join(f'{g:.2f}' for g in last)} points in the best of 30 epochs: they learn "
        "faster, and in the end hardly better."
    ]
