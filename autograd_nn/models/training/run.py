"""One call of ``fit``: its settings, data and steps, its measurements, and its progress."""

import math
import time
from collections.abc import Callable, Iterator
from typing import Any, Protocol, TypeAlias

import numpy as np
import numpy.typing as npt

from ...engine.types import Array
from ...errors import NonFiniteError
from ...support.checks import check_flag, check_function, check_generator
from ...tensor.tensor import Tensor
from .. import arguments
from ..feedforward import Feedforward
from .history import Epoch, History, Moment
from .monitor import Monitor
from .settings import Settings
from .steps import EagerStep, Masks, PlannedStep
from .stopping import NoImprovement
from .updates import UpdateRule

_REPORTS_PER_EPOCH = 50


class Labelled(Protocol):
    """A dataset: inputs and their labels."""

    @property
    def x(self) -> Array:
        """Inputs, ``(examples, features)``."""

    @property
    def labels(self) -> Array:
        """A label for each example."""


Data: TypeAlias = Labelled | tuple[npt.ArrayLike, npt.ArrayLike] | list[Any]
Progress: TypeAlias = Callable[[float | Epoch], None]


class Run:
    """Training of a network, epoch by epoch; :meth:`autograd_nn.Network.fit` describes it."""

    def __init__(
        self,
        network: Feedforward,
        data: Data,
        validation: Data | None,
        settings: Settings,
        rng: "int | np.random.Generator | None",
        progress: Progress | None,
        plan: bool,
    ) -> None:
        self.network, self.settings, self.rng = network, settings, rng
        x, y = _check_training_data(network, data)
        rule = UpdateRule(
            settings.l2, settings.l1, settings.momentum, settings.regularize_biases, len(x)
        )
        held_out = None if validation is None else _unpack(validation, "validation")
        self.monitor = Monitor(network, (x, y), held_out, settings.monitor, rule)
        if settings.patience is not None and held_out is None:
            raise ValueError("fit: patience needs data to judge by; give them: validation=…")
        self.signal = None if settings.patience is None else NoImprovement(settings.patience)
        self.generator = check_generator(rng, "fit", "for another order each time")
        if progress is not None:
            check_function(progress, "fit: progress", "a function of one argument: print")
        self.report = progress if progress is not None else lambda event: None
        self.history = History()
        self.rate = settings.learning_rate
        # a tensor, whose value a plan follows, costs a call or two more than a number
        scheduled = settings.schedule is not None
        rate = Tensor(self.rate, name="η", dtype=network.dtype) if scheduled else self.rate
        step = PlannedStep if check_flag(plan, "fit: plan") else EagerStep
        self.step = step(network, x, y, rate, rule, self._draws_masks())

    def _draws_masks(self) -> Masks | None:
        dropout, hidden, dtype = self.network.dropout, self.network.sizes[1:-1], self.network.dtype
        if dropout is None:
            return None
        return lambda: [dropout.mask(n, self.generator).astype(dtype) for n in hidden]

    def run_epoch(self) -> None:
        """Use every example once, in a new order, and add a record to the history."""
        start, number = time.perf_counter(), len(self.history)
        cost = self._learn(number)
        accuracy, measured = self._measure()
        seconds = time.perf_counter() - start
        self.history.epochs.append(Epoch(number, cost, accuracy, seconds, self.rate, **measured))

    def _learn(self, epoch: int) -> float:
        """Take a step for every mini-batch of an epoch; the mean cost."""
        size, examples = self.settings.batch_size, len(self.step.x)
        every = max(1, math.ceil(examples / size / _REPORTS_PER_EPOCH))
        look = -(-(self.settings.monitor_every or 0) // size)  # rounded up
        step, total, before = self.step, 0.0, (0.0, 0)
        for number, batch in enumerate(_mini_batches(examples, size, self.generator), start=1):
            cost = float(step(batch))
            if not math.isfinite(cost):
                raise NonFiniteError(f"the cost became {cost}")
            total += cost * len(batch)
            done = min(number * size, examples)
            if look and number % look == 0:
                mean = (total - before[0]) / (done - before[1])
                accuracy, measured = self._measure()
                at = epoch + done / examples
                self.history.moments.append(Moment(at, mean, accuracy, **measured))
                before = (total, done)
            if number % every == 0 or done == examples:
                self.report(done / examples)
                step.check()
        return total / examples

    def _measure(self) -> tuple[float | None, dict[str, Any]]:
        """The accuracy on the validation data and the monitored quantities, if all are finite."""
        try:
            accuracy, measured = self.monitor.accuracy(), self.monitor.measure()
        except NonFiniteError:
            raise NonFiniteError("an output became infinite or nan") from None
        for name in ("training_cost", "validation_cost"):
            if not math.isfinite(measured.get(name, 0.0)):
                raise NonFiniteError(f"the {name.replace('_', ' ')} became {measured[name]}")
        return accuracy, measured

    def decide(self) -> None:
        """After an epoch without improvement for long: stop, or lower the learning rate."""
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
        """Use this learning rate from now on; only a schedule changes it."""
        self.rate = rate
        if isinstance(self.step.learning_rate, Tensor):
            self.step.learning_rate.data = rate


def _mini_batches(examples: int, size: int, rng: "np.random.Generator") -> Iterator[Array]:
    """A random order of the examples, cut into pieces; the last may be shorter."""
    order = rng.permutation(examples)
    for start in range(0, examples, size):
        yield order[start : start + size]


def _check_training_data(network: Feedforward, data: Data) -> tuple[Array, Array]:
    """Inputs and targets of a dataset or a pair, checked once for all epochs."""
    inputs, labels = _unpack(data, "data")
    x = arguments.check_inputs(inputs, network)
    if x.ndim != 2 or len(x) == 0:
        raise ValueError(f"fit: x has shape {x.shape}; expected (examples, features)")
    return arguments.check_examples(x, labels, network, "fit")


def _unpack(data: object, what: str) -> tuple[npt.ArrayLike, npt.ArrayLike]:
    if hasattr(data, "x") and hasattr(data, "labels"):
        return data.x, data.labels
    of_tuples = isinstance(data, list) and all(isinstance(item, tuple) for item in data)
    if isinstance(data, (tuple, list)) and len(data) == 2 and not of_tuples:
        return data[0], data[1]
    kind = "list of tuples" if of_tuples else type(data).__name__
    raise TypeError(
        f"fit: {what} is a {kind}; expected a Dataset or a pair (x, labels), rows being examples"
    )
