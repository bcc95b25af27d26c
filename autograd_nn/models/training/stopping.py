"""When to stop, and when to learn more slowly: no improvement in n epochs (chapter 3)."""

import math
from dataclasses import dataclass, field

from ...support.checks import check_count, check_real


@dataclass
class NoImprovement:
    """A signal that the accuracy has not exceeded its best in ``epochs`` epochs (chapter 3).

    Raises ``ValueError`` for ``epochs`` other than a positive integer.

    >>> signal = NoImprovement(2)
    >>> [signal(accuracy) for accuracy in (0.5, 0.7, 0.7, 0.6, 0.8, 0.8, 0.8, 0.8, 0.8)]
    [False, False, False, True, False, False, True, False, True]
    """

    epochs: int
    best: float = field(default=-math.inf, init=False)
    waited: int = field(default=0, init=False)

    def __post_init__(self) -> None:
        """Check the number of epochs."""
        check_count(self.epochs, "NoImprovement: epochs")

    def __call__(self, accuracy: float) -> bool:
        """Whether the wait is over with the accuracy of this epoch; it then starts over."""
        if check_real(accuracy, "NoImprovement: accuracy") > self.best:
            self.best, self.waited = accuracy, 0
        else:
            self.waited += 1
        over = self.waited >= self.epochs
        if over:
            self.waited = 0
        return over


@dataclass(frozen=True)
class Schedule:
    """The learning rate is divided by ``divide_by`` each time the accuracy no longer improves.

    Learning ends when the rate has come down to 1/``until`` of what it was: with 2 and 128 at the
    seventh halving, as in the book's exercise; the book's text also names 10 in place of 2, and
    1,024 (or 1,000) in place of 128.  Raises ``ValueError`` for a number that is not above 1.

    >>> schedule, rates = Schedule(), [0.5]
    >>> while not schedule.ends(rates[-1], start=0.5):
    ...     rates.append(rates[-1] / schedule.divide_by)
    >>> len(rates) - 1, 0.5 / rates[-1]
    (7, 128.0)
    """

    divide_by: float = 2.0
    until: float = 128.0

    def __post_init__(self) -> None:
        """Check both numbers."""
        for name in ("divide_by", "until"):
            number, least = getattr(self, name), math.nextafter(1, 2)
            number = check_real(number, f"Schedule: {name}", "a number larger than 1", least)
            object.__setattr__(self, name, number)

    def ends(self, rate: float, *, start: float) -> bool:
        """Whether a learning rate that started at ``start`` is low enough to end training."""
        return rate * self.until <= start * (1 + 1e-9)  # dividing by 10 rounds
