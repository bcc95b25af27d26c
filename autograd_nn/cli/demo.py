"""``autograd-nn demo``: learn real digits, then look at what backpropagation did, three ways."""

import argparse
import os
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from rich.console import Console
from rich.table import Table

from .. import viz
from ..data import Dataset, load_digits
from ..gradient_check import numeric_derivative, numeric_gradient
from ..models import Epoch, History, Network, Recording, bp_report
from ..support.checks import Array
from ..support.style import shape_text
from .terminal import epochs_bar, say

SIZES, TRAINING, LEARNING_RATE, BATCH = [64, 30, 10], 1500, 0.5, 10


def run(arguments: argparse.Namespace) -> int:
    """The whole demonstration; the exit status."""
    console, folder, seed = Console(highlight=False), Path(arguments.output), arguments.seed
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        console.print(f"cannot make the folder {folder}: {error.strerror}", markup=False)
        return 2
    training, held_out = load_digits().split(TRAINING, rng=seed)

    console.rule("1  Learning")
    network = Network(SIZES, cost="cross_entropy", rng=seed)
    console.print(
        f"A network of {'-'.join(map(str, SIZES))} sigmoid neurons learns to read "
        f"{len(training):,} real handwritten digits (8×8 pixels); {len(held_out)} others are held "
        f"out to judge it by. Cross-entropy, η = {LEARNING_RATE}, m = {BATCH}.\n"
    )
    history = _learn(console, network, training, held_out, arguments.epochs, seed)
    if not history:
        console.print("Stopped before the first epoch was over.")
        return 130

    sure = network.feedforward(held_out.x)[np.arange(len(held_out)), held_out.labels]
    hardest = held_out.take(sure.argsort())  # by the output at the right label
    x, label = hardest.x[0], int(hardest.labels[0])
    recording = network.record(x, label)
    recording.cost.backward()
    console.rule("2  Backpropagation: four equations, the recorded graph, finite differences")
    _equations(console, network, recording, x, label)
    console.rule("3  The sum over paths")
    paths = _paths(console, recording)

    console.rule("4  Pictures")
    _drawings(console, folder, recording, paths)
    _plots(console, folder, network, history, hardest.first(40))
    _farewell(console)
    return 0


def _learn(
    console: Console, network: Network, training: Dataset, held_out: Dataset, epochs: int, seed: int
) -> History:
    def words(epoch: Epoch) -> str:
        return f"accuracy on held-out digits {100 * (epoch.accuracy or 0):6.2f} %"

    with epochs_bar(console, epochs, words) as progress:
        history = network.fit(
            training, epochs=epochs, batch_size=BATCH, learning_rate=LEARNING_RATE,
            validation=held_out, rng=seed, progress=progress,
        )  # fmt: skip
    if history.interrupted:
        console.print("Stopped by Ctrl-C; going on with what was learned.")
    right = round(network.accuracy(held_out.x, held_out.labels) * len(held_out))
    console.print(
        f"\n{right} of {len(held_out)} held-out digits read correctly "
        f"({100 * right / len(held_out):.2f} %).\n"
    )
    return history


def _equations(console: Console, network: Network, run: Recording, x: Array, label: int) -> None:
    """BP1 to BP4 beside the recorded graph and beside finite differences."""
    console.print(
        f"The digit that the network is most wrong about: it is labelled {label}, the network says "
        f"{int(network.predict(x))}. BP1 to BP4, "
        "in plain NumPy, against the recorded graph's gradients and against finite differences of "
        "the cost (largest difference of any element):\n"
    )
    headings = ("", "gives", "shape", "largest", "off the graph by", "off finite differences by")
    table = Table(*headings, box=None, padding=(0, 2))
    for row in bp_report(network, x, label).rows:
        node = {"δ": run.z, "∂C/∂b": run.biases, "∂C/∂w": run.weights}
        measured = numeric_gradient(run.cost, node[row.quantity.rstrip("0123456789")][row.layer])
        off = np.max(np.abs(row.by_equation - measured))
        numbers = f"{row.largest:.3e}", f"{row.residual:.1e}", f"{off:.1e}"
        table.add_row(row.equation, row.quantity, shape_text(row.by_equation.shape), *numbers)
    console.print(table)
    console.print()


def _paths(console: Console, run: Recording) -> viz.PathSum:
    """The sum over paths of the weight that this digit pulls at most, beside its gradient."""
    gradient: Any = run.weights[2].grad
    index = tuple(map(int, np.unravel_index(np.abs(gradient).argmax(), gradient.shape)))
    paths = viz.path_sum(run.cost, run.weights[2], index)
    measured = numeric_derivative(run.cost, run.weights[2], index)
    say(console, f"{paths}\n")
    console.print(
        f"sum over paths   ∂C/∂{paths.source} = {paths.total:+.12e}\n"
        f"backward pass    ∂C/∂{paths.source} = {gradient[index]:+.12e}\n"
        f"finite difference               = {measured:+.12e}\n",
        markup=False,
    )
    return paths


def _drawings(console: Console, folder: Path, run: Recording, paths: viz.PathSum) -> None:
    """Draw the graph and the paths, as DOT text where nothing here draws SVG."""
    index = tuple(map(int, np.unravel_index(paths.position, paths.leaf.shape)))
    all_paths = f"the paths from {paths.source} to C"
    drawings = {
        "graph": ("the recorded graph of one digit", viz.draw_graph(run.cost)),
        "paths": (all_paths, viz.draw_paths(run.cost, paths.leaf, index)),
    }
    missing = ""
    for name, (what, drawing) in drawings.items():
        try:
            file = drawing.save(folder / f"{name}.svg")
        except (viz.RendererNotFoundError, viz.RenderError, ValueError) as error:
            missing, file = str(error), drawing.save(folder / f"{name}.dot")  # always possible
        say(console, f"  wrote {file}   {what}")
    if missing:
        console.print(f"\n{missing}\n", markup=False)


def _plots(
    console: Console, folder: Path, network: Network, history: History, hardest: Dataset
) -> None:
    """Plot the curves and the digits, or say why not."""
    plots: dict[str, tuple[str, Callable[[], Any]]] = {
        "learning-curves.png": ("cost and accuracy", lambda: viz.plot_history(history)),
        "digits.png": (
            "the 40 held-out digits it finds hardest, mistakes as label → answer",
            lambda: viz.plot_digits(hardest.x, hardest.labels, network.predict(hardest.x), (8, 8)),
        ),
    }
    for name, (what, plot) in plots.items():
        try:
            plot().figure.savefig(folder / name, dpi=150)
        except ImportError as error:
            console.print(f"  {name} not drawn: {error}", markup=False)
        else:
            say(console, f"  wrote {folder / name}   {what}")


def _farewell(console: Console) -> None:
    folder = ""
    if not shutil.which("autograd-nn"):  # `make demo` put it beside Python
        beside = Path(sys.executable).parent
        try:
            folder = f"{os.path.relpath(beside)}/"
        except ValueError:  # on another drive
            folder = f"{beside}/"
    console.print(
        "\nWhat to try next\n"
        f"  {folder}autograd-nn demo --seed 1   other digits held out, another network\n"
        f"  {folder}autograd-nn doctor          which programs can draw pictures here\n"
        f"  {folder}python                      then, for any computation of your own:\n"
        "      import autograd_nn as ag\n"
        "      x = ag.Tensor(3.0, requires_grad=True, name='x')\n"
        "      ag.viz.draw_graph(x * x).save('square.svg')\n",
        markup=False,
    )
