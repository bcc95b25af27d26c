"""How to train: the settings of ``Network.fit``, checked once."""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from ...support.checks import SMALLEST, check_count, check_flag, check_real
from .stopping import Schedule


@dataclass(frozen=True)
class Settings:
    """Settings that :meth:`autograd_nn.Network.fit` describes; numbers become Python's own."""

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
        """Raise ``ValueError`` or ``TypeError`` that names the setting that is wrong."""
        checked: dict[str, Any] = {
            "epochs": check_count(self.epochs, "fit: epochs", least=0),
            "batch_size": check_count(self.batch_size, "fit: batch_size"),
            "regularize_biases": check_flag(self.regularize_biases, "fit: regularize_biases"),
        }
        for name in ("patience", "monitor_every"):
            if getattr(self, name) is not None:
                checked[name] = check_count(getattr(self, name), f"fit: {name}")
        for name, (expected, least) in _NUMBERS.items():
            checked[name] = check_real(getattr(self, name), f"fit: {name}", expected, least)
        for name, value in checked.items():
            object.__setattr__(self, name, value)
        given = self.schedule
        if given is not None and not isinstance(given, Schedule):
            raise TypeError(f"fit: schedule={given!r:.60}; expected a Schedule(divide_by=…)")
        if given is not None and self.patience is None:
            raise ValueError(
                "fit: a schedule waits until the accuracy no longer improves; say for how many "
                "epochs: patience=10"
            )


_NUMBERS = {
    "learning_rate": ("a positive number", SMALLEST),
    "l2": ("a number, 0 or more (λ)", 0.0),
    "l1": ("a number, 0 or more (λ)", 0.0),
    "momentum": ("a number (μ), best from 0 to 1", -math.inf),
}
