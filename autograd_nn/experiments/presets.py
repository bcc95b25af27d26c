"""The presets: the book's networks with the settings that the book trains them with.

A preset is a row of a table and nothing else; :mod:`autograd_nn.experiments.runs` trains it.
Settings have the library's names; the book's symbols are η ``learning_rate``, m ``batch_size``,
λ ``l2``, μ ``momentum``.
"""

from dataclasses import dataclass
from typing import Any

from ..models import Schedule


@dataclass(frozen=True)
class Preset:
    """How one network of the book is made, trained and judged.

    ``network`` and ``training`` are the keywords of :class:`autograd_nn.Network` (sizes apart) and
    of its ``fit``.  ``images`` limits the training data to so many first images (``None``: all).
    ``judged_on`` names the data whose accuracy is reported, "test" or "validation"; ``data`` is
    "mnist", or "digits" for those in the package.
    """

    name: str
    about: str
    sizes: tuple[int, ...]
    network: dict[str, Any]
    training: dict[str, Any]
    images: int | None = None
    judged_on: str = "test"
    data: str = "mnist"


_30, _100 = (784, 30, 10), (784, 100, 10)
_LARGE = {"cost": "cross_entropy", "initializer": "large"}
_SCALED = {"cost": "cross_entropy", "initializer": "scaled"}
_QUADRATIC = {"cost": "quadratic", "initializer": "large"}
_SOFTMAX = {"output": "softmax", "cost": "log_likelihood"}


def _sgd(learning_rate: float, epochs: int = 30, **others: float | Schedule) -> dict[str, Any]:
    return {"learning_rate": learning_rate, "epochs": epochs, "batch_size": 10, **others}


_ROWS = (
    Preset("chapter-1-30", "chapter 1: quadratic cost, η = 3", _30, _QUADRATIC, _sgd(3.0)),
    Preset("chapter-1-100", "chapter 1 with 100 hidden neurons", _100, _QUADRATIC, _sgd(3.0)),
    Preset("chapter-1-no-hidden",
           "chapter 1, the exercise: no hidden layer (scaled weights; large ones saturate)",
           (784, 10), {"cost": "quadratic", "initializer": "scaled"}, _sgd(0.5)),
    Preset("cross-entropy-30", "chapter 3: cross-entropy", _30, _LARGE, _sgd(0.5)),
    Preset("cross-entropy-100", "chapter 3: cross-entropy, 100 hidden", _100, _LARGE, _sgd(0.5)),
    Preset("overfitting", "chapter 3: 1,000 images, 400 epochs", _30, _LARGE,
           _sgd(0.5, 400), images=1000),
    Preset("overfitting-l2", "chapter 3: 1,000 images, 400 epochs, λ = 0.1", _30, _LARGE,
           _sgd(0.5, 400, l2=0.1), images=1000),
    Preset("l2-30", "chapter 3: λ = 5", _30, _LARGE, _sgd(0.5, l2=5.0)),
    Preset("l2-100", "chapter 3: λ = 5, 100 hidden, η = 0.1, 60 epochs", _100, _LARGE,
           _sgd(0.1, 60, l2=5.0), judged_on="validation"),
    Preset("large-weights", "chapter 3: λ = 5, η = 0.1, weights from N(0, 1)", _30, _LARGE,
           _sgd(0.1, l2=5.0), judged_on="validation"),
    Preset("scaled-weights", "chapter 3: λ = 5, η = 0.1, weights from N(0, 1/n_in)", _30, _SCALED,
           _sgd(0.1, l2=5.0), judged_on="validation"),
    Preset("softmax-30", "chapter 3: softmax and log-likelihood", _30, _SOFTMAX,
           _sgd(0.1, l2=5.0), judged_on="validation"),
    Preset("momentum-30", "chapter 3: momentum, μ = 0.5", _30, _SCALED,
           _sgd(0.05, l2=5.0, momentum=0.5), judged_on="validation"),
    Preset("dropout-100", "chapter 3: dropout, half of 100 hidden", _100,
           _SCALED | {"dropout": 0.5}, _sgd(0.5), judged_on="validation"),
    Preset("halving-30", "chapter 3, the exercise: η halved until 1/128", _30, _SCALED,
           _sgd(0.5, 300, l2=5.0, patience=10, schedule=Schedule(divide_by=2, until=128)),
           judged_on="validation"),
    Preset("digits", "the 8×8 digits of the package: nothing to download", (64, 30, 10), _SCALED,
           _sgd(0.5, 20), data="digits"),
)  # fmt: skip

PRESETS: dict[str, Preset] = {preset.name: preset for preset in _ROWS}
"""Every preset by its name."""
