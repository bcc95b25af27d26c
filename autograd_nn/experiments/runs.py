"""One run of a preset: make the network, train it, keep what it reached."""

import os
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ..data import Dataset, load_digits, load_mnist
from ..models import Epoch, History, Network
from ..support.checks import check_choice
from .presets import Preset

Data = tuple[Dataset, Dataset, Dataset]


@dataclass(frozen=True)
class Run:
    """What one seed of a preset reached: the accuracy (0 to 1) after each epoch, first epoch first.

    Epochs are counted from 0, as the book prints them.
    """

    preset: str
    seed: int
    accuracies: tuple[float, ...]
    seconds: float

    @property
    def best(self) -> float:
        """The accuracy of the best epoch, which is how the book reports its runs."""
        return max(self.accuracies)

    @property
    def best_epoch(self) -> int:
        """The first epoch that reached the best accuracy."""
        return self.accuracies.index(self.best)


def load(name: str, folder: str | os.PathLike[str] | None = None) -> Data:
    """Training, validation and test data of "mnist" (from a folder) or of "digits".

    Raises ``ValueError`` for another name, and for a folder of digits, which are in the package.

    >>> [len(part) for part in load("digits")]
    [1297, 250, 250]
    """
    if check_choice(name, "load: name", ("mnist", "digits")) == "mnist":
        return load_mnist(folder)
    if folder is not None:
        raise ValueError("load: the digits are in the package; leave out the folder")
    training, validation, test = load_digits().split(1297, 250, rng=0)
    return training, validation, test


def parts(preset: Preset, data: Data) -> tuple[Dataset, Dataset]:
    """The data that a preset learns from and is judged on; ``TypeError`` for another preset's.

    >>> from autograd_nn.experiments import PRESETS
    >>> [len(part) for part in parts(PRESETS["digits"], load("digits"))]
    [1297, 250]
    """
    if not isinstance(preset, Preset):
        raise TypeError(f"run: preset={preset!r:.60}; expected one of PRESETS: PRESETS['l2-30']")
    three = isinstance(data, (tuple, list)) and len(data) == 3
    if not three or not all(isinstance(part, Dataset) for part in data):
        raise TypeError(
            f"run: data are {type(data).__name__}; expected three datasets, as load('digits') gives"
        )
    training, validation, test = data
    if preset.images is not None:
        training = training.first(preset.images)
    return training, {"validation": validation, "test": test}[preset.judged_on]


def run(
    preset: Preset,
    data: Data,
    *,
    seed: int = 0,
    epochs: int | None = None,
    progress: Callable[[float | Epoch], None] | None = None,
    **settings: Any,
) -> tuple[Network, History]:
    """Train a preset's network from a seed, which decides its weights and the order of examples.

    ``epochs`` replaces the preset's own number.  ``progress`` and other settings (``monitor``,
    ``checkpoint``, ``resume``) are those of ``Network.fit``, and so are the errors.

    Raises ``TypeError`` for what is not a preset, and for data that are not three datasets.

    >>> from autograd_nn.experiments import PRESETS
    >>> network, history = run(PRESETS["digits"], load("digits"), epochs=1)
    >>> network.sizes, len(history)
    ((64, 30, 10), 1)
    """
    training, judge = parts(preset, data)
    network = Network(preset.sizes, **preset.network, rng=seed)
    settings = preset.training | settings | ({} if epochs is None else {"epochs": epochs})
    history = network.fit(training, **settings, validation=judge, rng=seed, progress=progress)
    return network, history


def reached(preset: Preset, seed: int, history: History) -> Run:
    """The run's record in a table."""
    accuracies = tuple(float(epoch.accuracy or 0.0) for epoch in history)
    return Run(preset.name, seed, accuracies, sum(epoch.seconds for epoch in history))
