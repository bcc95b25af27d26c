"""Learning: mini-batch stochastic gradient descent, what it watches, and when it stops."""

from __future__ import annotations

import math
import os
import time
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from ...engine.core import Array
from ...errors import AutogradError, NonFiniteError
from ...support.checks import check_flag, check_generator
from ...tensor.tensor import Tensor
from .. import arguments
from ..dropout import masks
from .checkpoint import Checkpoint, checked_file
from .fingerprint import seed_in_words
from .history import Epoch, History, Moment
from .monitor import Monitor
from .settings import Settings
from .steps import EagerStep, PlannedStep
from .stopping import NoImprovement

Progress = Callable[[Any], None]
_REPORTS_PER_EPOCH = 50


class TrainingDivergedError(AutogradError, ValueError):
    """A cost or an output is no longer a finite number; ``history`` holds the epochs before."""

    __module__ = "autograd_nn.models"

    def __init__(self, message: str, history: History) -> None:
        super().__init__(message)
        self.history = history


def train(
    network: Any,
    data: Any,
    validation: Any,
    settings: Settings,
    rng: int | np.random.Generator | None,
    progress: Progress | None,
    plan: bool,
    checkpoint: str | os.PathLike[str] | None,
    resume: bool,
) -> History:
    """Run the epochs; what ``Network.fit`` describes."""
    file = checked_file(checkpoint, resume)
    run = _Training(network, data, validation, settings, rng, progress, plan)
    kept = None if file is None else Checkpoint(file, run, resume=resume)
    try:
        while len(run.history) < settings.epochs and run.history.stopped is None:
            run.one_epoch(len(run.history))
            run.settle()
            if kept is not None:
                kept.keep()
            run.report(run.history[-1])
    except KeyboardInterrupt:
        run.history.interrupted = True
    except NonFiniteError as found:
        raise TrainingDivergedError(
            f"fit: in epoch {len(run.history)} {found}; a smaller learning_rate "
            f"than {run.rate:g} often helps; inside `with watch_nonfinite():` "
            "fit(…, plan=False) names the operation",
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
        self.network, self.settings, self.seed = network, settings, seed_in_words(rng)
        x, y = _examples(network, data)
        rule = settings.rule(len(x))
        judged = None if validation is None else _pair(validation, "validation")
        self.monitor = Monitor(network, (x, y), judged, settings.monitor, rule)
        if settings.patience is not None and judged is None:
            raise ValueError("fit: patience needs data to judge by; give them: validation=…")
        self.signal = None if settings.patience is None else NoImprovement(settings.patience)
        self.examples = len(x)
        self.generator = check_generator(rng, "fit", "for another order each time")
        if progress is not None and not callable(progress):
            raise TypeError(
                f"fit: progress={progress!r:.60}; expected a function of one argument: print"
            )
        self.report = progress if progress is not None else lambda event: None
        self.history = History()
        self.rate = settings.learning_rate
        # a tensor, whose value a plan follows, costs a call or two more than a number
        self.bound: float | Tensor = self.rate
        if settings.schedule is not None:
            self.bound = Tensor(self.rate, name="η", dtype=network.dtype)
        step = PlannedStep if check_flag(plan, "fit: plan") else EagerStep
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

    def _learn_all(self, epoch: int) -> float:
        """Every mini-batch of an epoch; the mean cost."""
        size, examples = self.settings.batch_size, self.examples
        every = max(1, math.ceil(examples / size / _REPORTS_PER_EPOCH))
        look = -(-(self.settings.monitor_every or 0) // size)  # rounded up
        learn, total, before = self.learn, 0.0, (0.0, 0)
        for number, batch in enumerate(_mini_batches(examples, size, self.generator), start=1):
            cost = float(learn(batch))
            if not math.isfinite(cost):
                raise NonFiniteError(f"the cost became {cost}")
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
        except NonFiniteError:
            raise NonFiniteError("an output became infinite or no number") from None
        for name in ("training_cost", "validation_cost"):
            if not math.isfinite(measured.get(name, 0.0)):
                raise NonFiniteError(f"the {name.replace('_', ' ')} became {measured[name]}")
        return accuracy, measured

    def settle(self) -> None:
        """Decide after an epoch whether it was the last, or whether to go on more slowly."""
        accuracy = self.history[-1].accuracy
        if self.signal is None or accuracy is None or not self.signal(accuracy):
            return
        schedule = self.settings.schedule
        if schedule is None:
            self.history.stopped = f"no improvement in {self.settings.patience} epochs"
            return
        self.set_rate(self.rate / schedule.divide_by)
        if schedule.ends(self.rate, start=self.settings.learning_rate):
            self.history.stopped = f"the learning rate has come down to {self.rate:g}"

    def set_rate(self, rate: float) -> None:
        """Learn at another rate from now on, which only a schedule asks for."""
        self.rate = rate
        if isinstance(self.bound, Tensor):
            self.bound.data = rate


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
