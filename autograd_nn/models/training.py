"""Learning: mini-batch stochastic gradient descent, what it watches, and when it stops."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..core import Array
from ..tensor import Tensor
from . import arguments
from .dropout import masks
from .history import Epoch, History, Moment
from .monitor import Monitor
from .steps import EagerStep, PlannedStep
from .stopping import NoImprovement, Schedule
from .updates import Rule

Progress = Callable[[Any], None]
_REPORTS_PER_EPOCH = 50


class TrainingDiverged(ValueError):
    """A cost or an output is no longer a finite number; ``history`` holds the epochs before."""

    def __init__(self, message: str, history: History) -> None:
        super().__init__(message)
        self.history = history


class _NotFinite(Exception):
    """A cost or an output is infinite or no number; the message says which."""


@dataclass(frozen=True)
class Settings:
    """How to train; what ``Network.fit`` describes, checked."""

    epochs: int
    batch_size: int
    learning_rate: float
    l2: float = 0.0
    l1: float = 0.0
    regularize_biases: bool = False
    momentum: float = 0.0
    patience: int | None = None
    schedule: Schedule | None = None
    monitor: str | Iterable[str] = ()
    monitor_every: int | None = None

    def __post_init__(self) -> None:
        """Raise ``ValueError`` that names the setting that makes no sense."""
        whole = {"epochs": 0, "batch_size": 1} | (
            {} if self.monitor_every is None else {"monitor_every": 1}
        )
        for name, least in whole.items():
            number = getattr(self, name)
            integer = isinstance(number, (int, np.integer)) and not isinstance(number, bool)
            if not integer or number < least:
                raise ValueError(f"fit: {name}={number!r}; expected an integer, {least} or more")
        if not (_finite(self.learning_rate) and self.learning_rate > 0):
            raise ValueError(
                f"fit: learning_rate={self.learning_rate!r}; expected a positive number"
            )
        for name in ("l2", "l1"):
            number = getattr(self, name)
            if not (_finite(number) and number >= 0):
                raise ValueError(f"fit: {name}={number!r}; expected a number, 0 or more (λ)")
        if not _finite(self.momentum):
            raise ValueError(
                f"fit: momentum={self.momentum!r}; expected a number (μ), best from 0 to 1"
            )
        if self.schedule is not None and not isinstance(self.schedule, Schedule):
            raise TypeError(f"fit: schedule={self.schedule!r}; expected a Schedule(divide_by=…)")
        if self.schedule is not None and self.patience is None:
            raise ValueError(
                "fit: a schedule waits until the accuracy no longer improves; say for how many "
                "epochs: patience=10"
            )

    def rule(self, examples: int) -> Rule:
        """What a step does with so many training examples."""
        return Rule(
            float(self.l2), float(self.l1), float(self.momentum), self.regularize_biases, examples
        )


def _finite(number: Any) -> bool:
    real = isinstance(number, (int, float, np.integer, np.floating))
    return real and math.isfinite(number)


def train(
    network: Any,
    data: Any,
    validation: Any,
    settings: Settings,
    rng: int | np.random.Generator | None,
    progress: Progress | None,
    plan: bool,
) -> History:
    """Run the epochs; what ``Network.fit`` describes."""
    run = _Training(network, data, validation, settings, rng, progress, plan)
    try:
        for epoch in range(settings.epochs):
            run.one_epoch(epoch)
            if run.ends():
                break
    except KeyboardInterrupt:
        run.history.interrupted = True
    except _NotFinite as found:
        raise TrainingDiverged(
            f"fit: in epoch {len(run.history)} {found}; a smaller learning_rate "
            f"than {run.rate:g} often helps",
            run.history,
        ) from None
    return run.history


class _Training:
    """One call of ``fit``: the step, what watches it, and where it stands."""

    def __init__(
        self,
        network: Any,
        data: Any,
        validation: Any,
        settings: Settings,
        rng: int | np.random.Generator | None,
        progress: Progress | None,
        plan: bool,
    ) -> None:
        self.settings = settings
        x, y = _examples(network, data)
        rule = settings.rule(len(x))
        judged = None if validation is None else _pair(validation, "validation")
        self.monitor = Monitor(network, (x, y), judged, settings.monitor, rule)
        if settings.patience is not None and judged is None:
            raise ValueError("fit: patience needs data to judge by; give them: validation=…")
        self.signal = None if settings.patience is None else NoImprovement(settings.patience)
        self.examples, self.generator = len(x), np.random.default_rng(rng)
        self.report = progress if progress is not None else lambda event: None
        self.history = History()
        self.rate = float(settings.learning_rate)
        # a tensor, whose value a plan follows, costs a call or two more than a number
        self.bound: float | Tensor = self.rate
        if settings.schedule is not None:
            self.bound = Tensor(self.rate, name="η", dtype=network.dtype)
        step = PlannedStep if plan else EagerStep
        self.learn = step(network, x, y, self.bound, rule, self._masks(network))

    def _masks(self, network: Any) -> Any:
        if network.dropout is None:
            return None
        drawn, dtype = network.dropout, network.dtype
        return lambda: [m.astype(dtype) for m in masks(drawn, network.sizes, self.generator)]

    def one_epoch(self, number: int) -> None:
        """Use every example once, in a new order; keep the record."""
        start = time.perf_counter()
        cost = self._learn_all(number)
        accuracy, measured = self._measure()
        seconds = time.perf_counter() - start
        self.history.epochs.append(Epoch(number, cost, accuracy, seconds, self.rate, **measured))
        self.report(self.history[-1])

    def _learn_all(self, epoch: int) -> float:
        """Every mini-batch of an epoch; the mean cost."""
        size, examples = self.settings.batch_size, self.examples
        every = max(1, math.ceil(examples / size / _REPORTS_PER_EPOCH))
        look = math.ceil((self.settings.monitor_every or 0) / size)
        learn, total, before = self.learn, 0.0, (0.0, 0)
        for number, batch in enumerate(_mini_batches(examples, size, self.generator), start=1):
            cost = float(learn(batch))
            if not math.isfinite(cost):
                raise _NotFinite(f"the cost became {cost}")
            total += cost * len(batch)
            done = min(number * size, examples)
            if look and number % look == 0:
                self._look(epoch + done / examples, (total - before[0]) / (done - before[1]))
                before = (total, done)
            if number % every == 0 or done == examples:
                self.report(done / examples)
                learn.check()
        return total / examples

    def _look(self, at: float, cost: float) -> None:
        accuracy, measured = self._measure()
        self.history.moments.append(Moment(at, cost, accuracy, **measured))

    def _measure(self) -> tuple[float | None, dict[str, Any]]:
        """The accuracy on the validation data and what else was asked for, if all is finite."""
        try:
            accuracy, measured = self.monitor.accuracy(), self.monitor.measure()
        except arguments.NotFinite:
            raise _NotFinite("an output became infinite or no number") from None
        for name in ("training_cost", "validation_cost"):
            if not math.isfinite(measured.get(name, 0.0)):
                raise _NotFinite(f"the {name.replace('_', ' ')} became {measured[name]}")
        return accuracy, measured

    def ends(self) -> bool:
        """Whether to stop; a schedule makes the learning rate smaller first."""
        accuracy = self.history[-1].accuracy
        if self.signal is None or accuracy is None or not self.signal(accuracy):
            return False
        schedule = self.settings.schedule
        if schedule is None:
            self.history.stopped = f"no improvement in {self.settings.patience} epochs"
            return True
        assert isinstance(self.bound, Tensor)
        self.rate /= schedule.divide_by
        self.bound.data = self.rate
        if schedule.ends(self.rate, start=float(self.settings.learning_rate)):
            self.history.stopped = f"the learning rate has come down to {self.rate:g}"
            return True
        return False


def _mini_batches(examples: int, size: int, rng: np.random.Generator) -> Iterator[Array]:
    """A random order of the examples, cut into pieces; the last may be shorter."""
    order = rng.permutation(examples)
    for start in range(0, examples, size):
        yield order[start : start + size]


def _examples(network: Any, data: Any) -> tuple[Array, Array]:
    """Inputs and targets of a dataset or a pair, checked once for all epochs."""
    x, labels = _pair(data, "data")
    x = arguments.inputs(x, network.sizes[0], network.dtype)
    if x.ndim != 2 or len(x) == 0:
        raise ValueError(f"fit: x has shape {x.shape}; expected (examples, features)")
    return arguments.examples(x, labels, network.sizes, network.dtype, "fit", network.off)


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
