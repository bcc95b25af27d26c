"""``autograd-nn train``: one of the book's networks, by its preset, or the table of them all."""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from ..experiments import PRESETS, ROWS, Preset, as_page, load, parts, run, run_table
from ..experiments.runs import Data
from ..models import Epoch, History, Network, TrainingDivergedError
from ..models.training.checkpoint import checked_file, epochs_in

_LINES = 30  # of a long run not every epoch is printed
_WIDE = 80  # columns of a terminal in which a table of presets has room


def show_presets() -> int:
    """Print the table of presets."""
    console = Console(highlight=False)
    if console.width < _WIDE:
        longest = max(map(len, PRESETS))
        for preset in PRESETS.values():
            _say(console, f"{preset.name:{longest}} {preset.about}")
        _say(console, "\nautograd-nn train --preset NAME trains one of them.")
        return 0
    table = Table(box=None, padding=(0, 1))
    for heading in ("preset", "what it is", "layers", "η", "epochs", "judged on"):
        table.add_column(heading, no_wrap=heading != "what it is", overflow="fold")
    for preset in PRESETS.values():
        table.add_row(
            preset.name,
            preset.about,
            "-".join(map(str, preset.sizes)),
            f"{preset.training['learning_rate']:g}",
            str(preset.training["epochs"]),
            preset.judged_on,
        )
    console.print(table, markup=False)
    console.print("\nautograd-nn train --preset NAME trains one of them.", markup=False)
    return 0


def train(
    name: str,
    data: str | None,
    output: str,
    epochs: int | None,
    seed: int,
    monitor: bool,
    checkpoint: str | None,
    resume: bool,
) -> int:
    """Train a preset, show its progress, keep the network, its history and its curves."""
    console = Console(highlight=False)
    preset, folder = PRESETS[name], Path(output)
    try:
        if preset.data == "digits" and data is not None:
            raise ValueError(
                "train: the data of digits are in the package; leave out --data, or choose a "
                "preset of MNIST"
            )
        file = checked_file(checkpoint, resume)
        done = epochs_in(file) if resume and file is not None else 0
        sets = load(preset.data, data)
    except (OSError, ValueError) as error:
        return _refused(console, error)
    if not _can_write(console, folder, "--output FOLDER"):
        return 2
    wanted = preset.training["epochs"] if epochs is None else epochs
    _announce(console, preset, sets)
    if resume and done <= wanted:
        _say(console, f"It goes on after {done} of {wanted} epochs, from {checkpoint}.")
    try:
        with _bar(console, wanted, done) as report:
            network, history = run(
                preset, sets, seed=seed, epochs=epochs, progress=report,
                monitor="all" if monitor else (), checkpoint=checkpoint, resume=resume,
            )  # fmt: skip
    except TrainingDivergedError as error:
        _say(console, str(error))
        return 1
    except (OSError, ValueError) as error:  # of the checkpoint
        return _refused(console, error)
    status = _kept(console, folder / preset.name, network, history)
    if history.interrupted and checkpoint is not None:
        _say(console, f"  kept {checkpoint}   the run; the same command with --resume goes on "
                      "from there")  # fmt: skip
    return status


def _say(console: Console, text: str) -> None:
    """Print it as it is; a terminal breaks the line, and no name of a file is cut in two."""
    console.print(text, markup=False, soft_wrap=True)


def _refused(console: Console, error: Exception) -> int:
    _say(console, str(error).replace("resume=True", "--resume"))
    return 2


def _announce(console: Console, preset: Preset, sets: Data) -> None:
    training, judged = parts(preset, sets)
    console.print(
        f"{preset.name}: {preset.about}. {len(training):,} images to learn from, judged by the "
        f"{len(judged):,} of the {preset.judged_on} data. Ctrl-C stops and keeps what was learned.",
        markup=False,
    )


@contextlib.contextmanager
def _bar(console: Console, epochs: int, done: int) -> Iterator[Callable[[Any], None]]:
    """A progress bar that also prints the epochs, about thirty of them."""
    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    every = max(1, epochs // _LINES)
    with Progress(*columns, console=console) as bar:
        task = bar.add_task("training", total=epochs, completed=done)

        def report(event: float | Epoch) -> None:
            nonlocal done
            if not isinstance(event, Epoch):
                bar.update(task, completed=done + event)
                return
            done = event.epoch + 1
            if event.epoch % every == 0 or done == epochs:
                bar.console.print(f"epoch {event.epoch:3}   cost {event.cost:.4f}   {_told(event)}")

        yield report


def _told(epoch: Epoch) -> str:
    words = [f"accuracy {100 * (epoch.accuracy or 0):6.2f} %"]
    if epoch.training_accuracy is not None:
        words.append(f"on the training data {100 * epoch.training_accuracy:6.2f} %")
    return "   ".join(words)


def _can_write(console: Console, folder: Path, option: str) -> bool:
    """Whether the folder, made if need be, takes files: asked now, not after hours of training."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        tempfile.TemporaryFile(dir=folder).close()
    except OSError as error:
        _say(
            console, f"train: cannot write into {folder}: {error.strerror}; name another: {option}"
        )
        return False
    return True


def _kept(console: Console, stem: Path, network: Network, history: History) -> int:
    """Say what training gave and write it; what can be written, if not all of it can."""
    if not history:
        console.print("Stopped before the first epoch was over; nothing is kept.")
        return 130
    best = history.best
    console.print(
        f"\nbest {100 * (best.accuracy or 0):.2f} % (epoch {best.epoch}), last "
        f"{100 * (history[-1].accuracy or 0):.2f} %"
        + (f"; stopped: {history.stopped}" if history.stopped else "")
        + ("; stopped by Ctrl-C" if history.interrupted else "")
    )
    when = "was when it was stopped" if history.interrupted else "is after the last epoch"
    kinds: tuple[tuple[str, str, Callable[[Path], Any]], ...] = (
        (".npz", f"the network, as it {when}", network.save),
        (".csv", "its history", history.to_csv),
        (".png", "its learning curves", lambda file: history.plot().figure.savefig(file, dpi=150)),
    )
    status = 130 if history.interrupted else 0
    for suffix, what, write in kinds:
        file = stem.with_suffix(suffix)
        try:
            write(file)
        except ImportError as error:
            told = f"  no learning curves: {error}"
        except OSError as error:
            status, told = 2, f"  could not write {file}, {what}: {error.strerror or error}"
        else:
            told = f"  wrote {file}   {what}"
        _say(console, told)
    if status == 2:
        return status
    _say(console, f"\nautograd-nn predict {stem.with_suffix('.npz')} tells what it reads.")
    return status


def table(file: str, data: str | None, name: str | None) -> int:
    """Make the runs of the table (those of one preset, if named), and write it to a file."""
    console = Console(highlight=False)
    page = Path(file)
    rows = [row for row in ROWS if name in (None, row.preset)]
    if not rows:
        known = ", ".join(row.preset for row in ROWS)
        _say(console, f"{name} is not in the table; it has {known}")
        return 2
    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    try:
        sets = load("mnist", data)
        if not _can_write(console, page.parent, "--table FILE.md"):
            return 2
        with Progress(*columns, console=console) as bar:
            task = bar.add_task("", total=1)

            def report(preset: Preset, seed: int, event: Any) -> None:
                if isinstance(event, Epoch):
                    bar.update(
                        task,
                        description=f"{preset.name}, seed {seed}",
                        completed=event.epoch + 1,
                        total=preset.training["epochs"],
                    )

            runs = run_table(sets, page.with_suffix(".json"), rows=rows, progress=report)
        if not runs:
            console.print("Stopped before the first run was over; nothing is written.")
            return 130
        as_page(runs, page)
    except (OSError, ValueError) as error:
        return _refused(console, error)
    for row in rows:
        found = [r for r in runs if r.preset == row.preset]
        if found:
            percents = ", ".join(f"{row.percent(r):.2f}" for r in found)
            word = "holds" if row.holds(found) else "does not hold"
            console.print(f"{row.preset:18} {percents}   {word}", markup=False)
    _say(console, f"wrote {page} and {page.with_suffix('.json')}")
    return 0
