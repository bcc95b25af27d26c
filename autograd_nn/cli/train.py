"""``autograd-nn train``: one of the book's networks, by its preset, or the table of them all."""

import argparse
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from rich.console import Console
from rich.table import Table

from ..experiments import PRESETS, ROWS, Preset, as_page, load, parts, run_table
from ..experiments import run as train_preset
from ..experiments.runs import Data
from ..models import Epoch, History, Network, TrainingDivergedError
from ..models.training.checkpoint import check_checkpoint, count_epochs
from .terminal import epochs_bar, progress_bar, say

_LINES = 30  # of a long run not every epoch is printed
_WIDE = 80  # columns of a terminal in which a table of presets has room
_OF_A_TRAINING = ("output", "seed", "epochs", "monitor", "checkpoint", "resume")


def run(arguments: argparse.Namespace) -> int:
    """List the presets, train one or make the table; the exit status."""
    refused = _ignored_options(arguments)
    if refused:
        print(f"train: {refused}", file=sys.stderr)
        return 2
    console = Console(highlight=False)
    try:
        if arguments.table is not None:
            return table(console, arguments)
        return show_presets(console) if arguments.preset is None else train(console, arguments)
    except TrainingDivergedError as error:
        say(console, str(error))
        return 1
    except (OSError, ValueError) as error:
        say(console, str(error).replace("resume=True", "--resume"))
        return 2


def _ignored_options(arguments: argparse.Namespace) -> str | None:
    """What is wrong with options that do not go together; None if nothing is."""

    def given(*names: str) -> str:
        values = {name: getattr(arguments, name) for name in names}
        return ", ".join(f"--{k}" for k, v in values.items() if v is not None and v is not False)

    if arguments.table is not None:
        if others := given(*_OF_A_TRAINING):
            return f"the runs of --table have settings of their own; leave out {others}"
        if not arguments.table.lower().endswith(".md"):
            return f"--table {arguments.table}: expected a name that ends in .md"
    elif arguments.preset is None:
        if others := given("data", *_OF_A_TRAINING):
            return f"{others}: of which training? name it: --preset NAME"
    elif arguments.resume and arguments.checkpoint is None:
        return "--resume goes on from a file; name it: --checkpoint FILE.npz"
    return None


def show_presets(console: Console) -> int:
    """Print the table of presets, in a narrow terminal their names and what they are."""
    table = Table(box=None, padding=(0, 1))
    for heading in ("preset", "what it is", "layers", "η", "epochs", "judged on"):
        table.add_column(heading, no_wrap=heading != "what it is", overflow="fold")
    for name, preset in PRESETS.items():
        if console.width < _WIDE:
            say(console, f"{name:{max(map(len, PRESETS))}} {preset.about}")
        layers, rate = "-".join(map(str, preset.sizes)), f"{preset.training['learning_rate']:g}"
        epochs = str(preset.training["epochs"])
        table.add_row(name, preset.about, layers, rate, epochs, preset.judged_on)
    if console.width >= _WIDE:
        console.print(table, markup=False)
    say(console, "\nautograd-nn train --preset NAME trains one of them.")
    return 0


def train(console: Console, arguments: argparse.Namespace) -> int:
    """Train a preset, show its progress, keep the network, its history and its curves."""
    preset, folder = PRESETS[arguments.preset], Path(arguments.output or "train-output")
    checkpoint, resume = arguments.checkpoint, arguments.resume
    if preset.data == "digits" and arguments.data is not None:
        raise ValueError(
            "train: the data of digits are in the package; leave out --data, or choose a preset of "
            "MNIST"
        )
    file = check_checkpoint(checkpoint, resume)
    done = count_epochs(file) if resume and file is not None else 0
    sets = load(preset.data, arguments.data)
    _check_folder(folder, "--output FOLDER")
    epochs = arguments.epochs or preset.training["epochs"]
    _announce(console, preset, sets)
    if resume and done <= epochs:
        say(console, f"It goes on after {done} of {epochs} epochs, from {checkpoint}.")
    with epochs_bar(console, epochs, _words, done, every=max(1, epochs // _LINES)) as report:
        network, history = train_preset(
            preset, sets, seed=arguments.seed or 0, epochs=arguments.epochs, progress=report,
            monitor="all" if arguments.monitor else (), checkpoint=checkpoint, resume=resume,
        )  # fmt: skip
    status = _keep(console, folder / preset.name, network, history)
    if history.interrupted and checkpoint is not None:
        say(console, f"  kept {checkpoint}   the run; the same command with --resume goes on from "
                     "there")  # fmt: skip
    return status


def _announce(console: Console, preset: Preset, sets: Data) -> None:
    training, judged = parts(preset, sets)
    console.print(
        f"{preset.name}: {preset.about}. {len(training):,} images to learn from, judged by the "
        f"{len(judged):,} of the {preset.judged_on} data. Ctrl-C stops and keeps what was learned.",
        markup=False,
    )


def _words(epoch: Epoch) -> str:
    words = [f"accuracy {100 * (epoch.accuracy or 0):6.2f} %"]
    if epoch.training_accuracy is not None:
        words.append(f"on the training data {100 * epoch.training_accuracy:6.2f} %")
    return "   ".join(words)


def _check_folder(folder: Path, option: str) -> None:
    """Make the folder and see that it takes files: now, not after hours of training."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        tempfile.TemporaryFile(dir=folder).close()
    except OSError as error:
        raise ValueError(
            f"train: cannot write into {folder}: {error.strerror}; name another: {option}"
        ) from error


def _keep(console: Console, stem: Path, network: Network, history: History) -> int:
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
    kinds: tuple[tuple[str, str, Callable[[Path], object]], ...] = (
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
            line = f"  no learning curves: {error}"
        except OSError as error:
            status, line = 2, f"  could not write {file}, {what}: {error.strerror or error}"
        else:
            line = f"  wrote {file}   {what}"
        say(console, line)
    if status != 2:
        say(console, f"\nautograd-nn predict {stem.with_suffix('.npz')} says what it reads.")
    return status


def table(console: Console, arguments: argparse.Namespace) -> int:
    """Make the runs of the table, or of one preset, and write it; ``ValueError`` if it has none."""
    page, name = Path(arguments.table), arguments.preset
    rows = [row for row in ROWS if name in (None, row.preset)]
    if not rows:
        known = ", ".join(row.preset for row in ROWS)
        raise ValueError(f"{name} is not in the table; it has {known}")
    sets = load("mnist", arguments.data)
    _check_folder(page.parent, "--table FILE.md")
    with progress_bar(console) as bar:
        task = bar.add_task("", total=1)

        def report(preset: Preset, seed: int, event: float | Epoch) -> None:
            if isinstance(event, Epoch):
                words, epochs = f"{preset.name}, seed {seed}", preset.training["epochs"]
                bar.update(task, description=words, completed=event.epoch + 1, total=epochs)

        runs = run_table(sets, page.with_suffix(".json"), rows=rows, progress=report)
    if not runs:
        console.print("Stopped before the first run was over; nothing is written.")
        return 130
    as_page(runs, page)
    for row in rows:
        if of_row := [r for r in runs if r.preset == row.preset]:
            percents = ", ".join(f"{row.percent(r):.2f}" for r in of_row)
            word = "holds" if row.holds(of_row) else "does not hold"
            console.print(f"{row.preset:18} {percents}   {word}", markup=False)
    say(console, f"wrote {page} and {page.with_suffix('.json')}")
    return 0
