"""How to train: the settings of ``Network.fit``, checked once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from ..data.checks import is_count, is_real
from .stopping import Schedule
from .updates import Rule


@dataclass(frozen=True)
class Settings:
    """What ``Network.fit`` describes; numbers become Python's own."""

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
        """Raise ``ValueError`` or ``TypeError`` that names the setting that makes no sense."""
        for name, least in {
            "epochs": 0,
            "batch_size": 1,
            "patience": 1,
            "monitor_every": 1,
        }.items():
            number = getattr(self, name)
            if number is None and name in ("patience", "monitor_every"):
                continue
            if not is_count(number) or number < least:
                raise ValueError(
                    f"fit: {name}={number!r:.60}; expected an integer, {least} or more"
                )
            object.__setattr__(self, name, int(number))
        for name, expected in _NUMBERS.items():
            number = getattr(self, name)
            if not is_real(number) or (name != "momentum" and number < 0):
                raise ValueError(f"fit: {name}={number!r:.60}; expected {expected}")
            object.__setattr__(self, name, float(number))
        if not self.learning_rate > 0:
            raise ValueError(
                f"fit: learning_rate={self.learning_rate!r}; expected {_NUMBERS['learning_rate']}"
            )
        if not isinstance(self.regularize_biases, bool):
            raise TypeError(
                f"fit: regularize_biases={self.regularize_biases!r:.60}; expected True or False"
            )
        self._check_schedule()

    def _check_schedule(self) -> None:
        if self.schedule is None:
            return
        if not isinstance(self.schedule, Schedule):
            raise TypeError(
                f"fit: schedule={self.schedule!r:.60}; expected a Schedule(divide_by=…)"
            )
        if self.patience is None:
            raise ValueError(
                "fit: a schedule waits until the accuracy no longer improves; say for how many "
                "epochs: patience=10"
            )

    def rule(self, examples: int) -> Rule:
        """What a step does with so many training examples."""
        return Rule(self.l2, self.l1, self.momentum, self.regularize_biases, examples)


_NUMBERS = {
    "learning_rate": "a positive number",
    "l2": "a number, 0 or more (λ)",
    "l1": "a number, 0 or more (λ)",
    "momentum": "a number (μ), best from 0 to 1",
}
