"""``autograd-nn demo``: learn real digits, then look at what backpropagation did, three ways."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from ..data import Dataset, load_digits
from ..gradient_check import numeric_derivative, numeric_gradient
from ..models import Epoch, History, Network, Recording, bp_report
from ..viz import (
    PathSum,
    RendererNotFoundError,
    RenderError,
    draw_graph,
    draw_paths,
    path_sum,
    plot_digits,
    plot_history,
)

SIZES, TRAINING, LEARNING_RATE, BATCH = [64, 30, 10], 1500, 0.5, 10


def run(output: str, epochs: int, seed: int) -> int:
    """The whole demonstration; returns the exit status."""
    console = Console(highlight=False)
    folder = Path(output)
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
    history = _learn(console, network, training, held_out, epochs, seed)
    if not history:
        console.print("Stopped before the first epoch was over.")
        return 130

    example = _instructive(network, held_out)
    x, label = held_out.x[example], int(held_out.labels[example])
    network_run = network.record(x, label)
    network_run.cost.backward()
    console.rule("2  Backpropagation: four equations, the recorded graph, finite differences")
    _equations(console, network, network_run, x, label)
    console.rule("3  The sum over paths")
    paths = _paths(console, network_run)

    console.rule("4  Pictures")
    _pictures(console, folder, network, network_run, paths, history, held_out)
    _farewell(console)
    return 0


def _learn(
    console: Console,
    network: Network,
    training: Dataset,
    held_out: Dataset,
    epochs: int,
    seed: int,
) -> History:
    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console) as bar:
        task = bar.add_task("training", total=epochs)
        done = 0

        def progress(event: float | Epoch) -> None:
            nonlocal done
            if isinstance(event, Epoch):
                done += 1
                bar.console.print(
                    f"epoch {event.epoch:3}   cost {event.cost:.4f}   "
                    f"accuracy on held-out digits {100 * (event.accuracy or 0):6.2f} %"
                )
            else:
                bar.update(task, completed=done + event)

        history = network.fit(
            training,
            epochs=epochs,
            batch_size=BATCH,
            learning_rate=LEARNING_RATE,
            validation=held_out,
            rng=seed,
            progress=progress,
        )
    if history.interrupted:
        console.print("Stopped by Ctrl-C; going on with what was learned.")
    right = round(network.accuracy(held_out.x, held_out.labels) * len(held_out))
    console.print(
        f"\n{right} of {len(held_out)} held-out digits read correctly "
        f"({100 * right / len(held_out):.2f} %).\n"
    )
    return history


def _instructive(network: Network, held_out: Dataset) -> int:
    """The held-out digit that the network is most wrong about: it has most to say about errors."""
    outputs = network.feedforward(held_out.x)
    return int(outputs[np.arange(len(held_out)), held_out.labels].argmin())


def _equations(console: Console, network: Network, run: Recording, x: Any, label: int) -> None:
    """BP1 to BP4 beside the recorded graph and beside finite differences."""
    predicted = int(network.predict(x))
    console.print(
        f"The digit that the network is most wrong about: it is labelled {label}, the network says "
        f"{predicted}. BP1 to BP4, "
        "in plain NumPy, against the recorded graph's gradients and against finite differences of "
        "the cost (largest difference of any element):\n"
    )
    table = Table(
        "",
        "gives",
        "shape",
        "largest",
        "off the graph by",
        "off finite differences by",
        box=None,
        padding=(0, 2),
    )
    for row in bp_report(network, x, label).rows:
        node = {"δ": run.z, "∂C/∂b": run.biases, "∂C/∂w": run.weights}
        measured = numeric_gradient(run.cost, node[row.quantity.rstrip("0123456789")][row.layer])
        table.add_row(
            row.equation,
            row.quantity,
            "×".join(map(str, row.by_equation.shape)),
            f"{row.largest:.3e}",
            f"{row.residual:.1e}",
            f"{np.max(np.abs(row.by_equation - measured)):.1e}",
        )
    console.print(table)
    console.print()


def _paths(console: Console, run: Recording) -> PathSum:
    """The sum over paths of the weight that this digit pulls at most, beside its gradient."""
    gradient: Any = run.weights[2].grad
    index = tuple(map(int, np.unravel_index(np.abs(gradient).argmax(), gradient.shape)))
    paths = path_sum(run.cost, run.weights[2], index)
    measured = numeric_derivative(run.cost, run.weights[2], index)
    console.print(f"{paths}\n", soft_wrap=True, markup=False)
    console.print(
        f"sum over paths   ∂C/∂{paths.source} = {paths.total:+.12e}\n"
        f"backward pass    ∂C/∂{paths.source} = {gradient[index]:+.12e}\n"
        f"finite difference               = {measured:+.12e}\n",
        markup=False,
    )
    return paths


def _pictures(
    console: Console,
    folder: Path,
    network: Network,
    run: Recording,
    paths: PathSum,
    history: History,
    held_out: Dataset,
) -> None:
    """Write what can be drawn here, and say what could not."""
    index = tuple(map(int, np.unravel_index(paths.position, paths.leaf.shape)))
    drawings = {
        "graph": ("the recorded graph of one digit", draw_graph(run.cost)),
        "paths": (f"the paths from {paths.source} to C", draw_paths(run.cost, paths.leaf, index)),
    }
    missing = ""
    for name, (what, drawing) in drawings.items():
        try:
            file = drawing.save(folder / f"{name}.svg")
        except (
            RendererNotFoundError,
            RenderError,
            ValueError,
        ) as error:  # the text is always drawn
            missing, file = str(error), drawing.save(folder / f"{name}.dot")
        _wrote(console, file, what)
    if missing:
        console.print(f"\n{missing}\n", markup=False)
    outputs = network.feedforward(held_out.x)
    order = outputs[np.arange(len(held_out)), held_out.labels].argsort()[:40]
    sheet = held_out.take(order)
    plots: dict[str, tuple[str, Callable[[], Any]]] = {
        "learning-curves.png": ("cost and accuracy", lambda: plot_history(history)),
        "digits.png": (
            "the 40 held-out digits it finds hardest, mistakes as label → answer",
            lambda: plot_digits(sheet.x, sheet.labels, network.predict(sheet.x), (8, 8)),
        ),
    }
    for name, (what, plot) in plots.items():
        try:
            figure = plot().figure
        except ImportError as error:
            console.print(f"  {name} not drawn: {error}", markup=False)
            continue
        figure.savefig(folder / name, dpi=150)
        _wrote(console, folder / name, what)


def _wrote(console: Console, file: Path, what: str) -> None:
    console.print(f"  wrote {file}   {what}", markup=False, soft_wrap=True)


def _farewell(console: Console) -> None:
    folder = "" if shutil.which("autograd-nn") else _beside_python()
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


def _beside_python() -> str:
    """Where `make demo` put the command, which is not on the PATH."""
    folder = Path(sys.executable).parent
    try:
        return os.path.relpath(folder) + "/"
    except ValueError:  # on another drive
        return f"{folder}/"
