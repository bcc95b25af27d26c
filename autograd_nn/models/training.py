"""Learning: mini-batch stochastic gradient descent, and the history it returns."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, overload

import numpy as np

from ..core import Array
from . import arguments
from .steps import EagerStep, PlannedStep, Trainable

Progress = Callable[[Any], None]
_REPORTS_PER_EPOCH = 50


@dataclass(frozen=True)
class Epoch:
    """What is known at the end of an epoch.

    ``cost`` is the mean over the epoch's examples of the cost each had in its mini-batch, so it
    runs a little behind; ``accuracy`` is that on the validation data (None without);
    ``seconds`` is how long the epoch took, evaluation included.
    """

    epoch: int
    cost: float
    accuracy: float | None
    seconds: float


class History(Sequence[Epoch]):
    """The records of a training run, one for each finished epoch, first epoch first."""

    def __init__(self) -> None:
        self.epochs: list[Epoch] = []
        self.interrupted = False

    @overload
    def __getitem__(self, i: int) -> Epoch: ...
    @overload
    def __getitem__(self, i: slice) -> Sequence[Epoch]: ...
    def __getitem__(self, i: int | slice) -> Epoch | Sequence[Epoch]:
        """The record of an epoch, by position."""
        return self.epochs[i]

    def __len__(self) -> int:
        """How many epochs were finished."""
        return len(self.epochs)

    def __repr__(self) -> str:
        """The number of epochs and the last of them."""
        last = f", last {self.epochs[-1]}" if self.epochs else ""
        return f"History({len(self)} epochs{last}{', interrupted' if self.interrupted else ''})"


class TrainingDiverged(ValueError):
    """The cost is no longer a finite number; ``history`` holds the epochs before."""

    def __init__(self, message: str, history: History) -> None:
        super().__init__(message)
        self.history = history


class _NotFinite(Exception):
    """A mini-batch's cost is infinite or no number."""


def train(
    network: Trainable,
    data: Any,
    epochs: int,
    batch_size: int,
    learning_rate: float,
    validation: Any,
    rng: int | np.random.Generator | None,
    progress: Progress | None,
    plan: bool,
) -> History:
    """Run the epochs; what ``Network.fit`` describes."""
    _check_settings(epochs, batch_size, learning_rate)
    x, y = _examples(network, data)
    step = PlannedStep if plan else EagerStep
    learn: Any = step(network, x, y, float(learning_rate))
    judge = _judge(network, validation)
    generator = np.random.default_rng(rng)
    report = progress if progress is not None else lambda event: None
    history = History()
    try:
        for epoch in range(epochs):
            start = time.perf_counter()
            try:
                cost = _one_epoch(learn, len(x), batch_size, generator, report)
            except _NotFinite as cost_found:
                raise TrainingDiverged(
                    f"fit: in epoch {epoch} the cost became {cost_found}; a smaller learning_rate "
                    f"than {learning_rate:g} often helps",
                    history,
                ) from None
            accuracy = judge()
            seconds = time.perf_counter() - start
            history.epochs.append(Epoch(epoch, cost, accuracy, seconds))
            report(history[-1])
    except KeyboardInterrupt:
        history.interrupted = True
    return history


def _one_epoch(
    learn: EagerStep | PlannedStep,
    examples: int,
    batch_size: int,
    rng: np.random.Generator,
    report: Progress,
) -> float:
    """Use every example once, in a new order; the mean cost."""
    total = 0.0
    every = max(1, math.ceil(examples / batch_size / _REPORTS_PER_EPOCH))
    for number, batch in enumerate(_mini_batches(examples, batch_size, rng), start=1):
        cost = float(learn(batch))
        if not math.isfinite(cost):
            raise _NotFinite(cost)
        total += cost * len(batch)
        if number % every == 0 or number * batch_size >= examples:
            report(min(1.0, number * batch_size / examples))
            learn.check()
    return total / examples


def _mini_batches(examples: int, size: int, rng: np.random.Generator) -> Iterator[Array]:
    """A random order of the examples, cut into pieces; the last may be shorter."""
    order = rng.permutation(examples)
    for start in range(0, examples, size):
        yield order[start : start + size]


def _examples(network: Trainable, data: Any) -> tuple[Array, Array]:
    """Inputs and targets of a dataset or a pair, checked once for all epochs."""
    x, labels = _pair(data, "data")
    x = arguments.inputs(x, network.sizes[0], network.dtype)
    if x.ndim != 2 or len(x) == 0:
        raise ValueError(f"fit: x has shape {x.shape}; expected (examples, features)")
    return arguments.examples(x, labels, network.sizes, network.dtype, "fit")


def _judge(network: Trainable, validation: Any) -> Callable[[], float | None]:
    """The function that measures the accuracy at the end of an epoch; checked before the first."""
    if validation is None:
        return lambda: None
    x, given = _pair(validation, "validation")
    x, wanted, outputs = np.asarray(x), np.asarray(given), network.sizes[-1]
    if not (wanted.ndim == 1 and wanted.dtype.kind in "iu"):  # targets: the labels they stand for
        _, wanted = arguments.examples(x, wanted, network.sizes, network.dtype, "fit: validation")
        wanted = (wanted[..., 0] >= 0.5) if outputs == 1 else wanted.argmax(axis=-1)
    network.accuracy(x, wanted)
    return lambda: network.accuracy(x, wanted)


def _pair(data: Any, what: str) -> tuple[Any, Any]:
    if hasattr(data, "x") and hasattr(data, "labels"):
        return data.x, data.labels
    of_tuples = isinstance(data, list) and all(isinstance(item, tuple) for item in data)
    if isinstance(data, (tuple, list)) and len(data) == 2 and not of_tuples:
        return data[0], data[1]
    kind = "list of tuples" if of_tuples else type(data).__name__
    raise TypeError(
        f"fit: {what} is a {kind}; expected a Dataset or a pair (x, labels), rows being examples"
    )


def _check_settings(epochs: int, batch_size: int, learning_rate: float) -> None:
    for name, number, least in (("epochs", epochs, 0), ("batch_size", batch_size, 1)):
        whole = isinstance(number, (int, np.integer)) and not isinstance(number, bool)
        if not whole or number < least:
            raise ValueError(f"fit: {name}={number!r}; expected an integer, {least} or more")
    real = isinstance(learning_rate, (int, float, np.integer, np.floating))
    if not (real and math.isfinite(learning_rate) and learning_rate > 0):
        raise ValueError(f"fit: learning_rate={learning_rate!r}; expected a positive number")
