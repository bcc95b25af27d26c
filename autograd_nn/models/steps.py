"""One step of learning from a mini-batch: eager, or through a plan that replays it.

Both do the same arithmetic in the same order, so their results are equal bit for bit.
"""

from __future__ import annotations

import math
from typing import Any, Protocol

import numpy as np

from ..backward import sweep
from ..core import Array, touch
from ..plan import Plan
from ..tensor import Tensor


class Trainable(Protocol):
    """What training asks of a network."""

    sizes: tuple[int, ...]
    dtype: np.dtype[Any]

    @property
    def parameters(self) -> list[Tensor]:
        """The tensors to change."""
        ...

    def training_cost(self, x: Array, y: Array) -> Any:
        """The recorded cost of a mini-batch."""
        ...

    def accuracy(self, x: Any, labels: Any) -> float:
        """The fraction of labels that are right."""
        ...


class EagerStep:
    """w → w - η ∂C/∂w, recorded anew for every mini-batch: the reference.

    η is the seed of the backward pass, which makes every gradient η times as large: multiplying the
    one number at its start costs less than multiplying every weight's gradient at its end.
    """

    def __init__(self, network: Trainable, x: Array, y: Array, learning_rate: float) -> None:
        self.network, self.x, self.y = network, x, y
        self.learning_rate = learning_rate

    def __call__(self, batch: Array) -> Any:
        """Learn from the examples of these numbers; their mean cost before."""
        x, y = self.x.take(batch, 0), self.y.take(batch, 0)
        cost = self.network.training_cost(x, y)
        if math.isfinite(cost.data):
            parameters = self.network.parameters
            steps = sweep([cost], parameters, [self.learning_rate])  # η ∂C/∂w, uncopied
            for p in parameters:
                np.subtract(p.data, steps[p], out=p.data)
            touch(parameters)
        return cost.data

    def check(self) -> None:
        """Nothing is bound; other parameters are simply used."""


class PlannedStep:
    """The same, each shape of mini-batch traced once and then replayed."""

    def __init__(self, network: Trainable, x: Array, y: Array, learning_rate: float) -> None:
        self.network, self.x, self.y = network, x, y
        self.learning_rate = learning_rate
        self.parameters = network.parameters
        self.plans: dict[int, Plan] = {}

    def __call__(self, batch: Array) -> Any:
        """Learn from the examples of these numbers; their mean cost before."""
        plan = self.plans.get(len(batch)) or self._planned(batch)
        x, y = plan.inputs
        self.x.take(batch, 0, x, "clip")  # mode "raise" would copy once more
        self.y.take(batch, 0, y, "clip")
        plan.compute()
        if math.isfinite(plan.value):
            plan.update()
        return plan.value

    def check(self) -> None:
        """Raise ``ValueError`` if the network has other parameters now than those bound."""
        now = self.network.parameters
        if len(now) != len(self.parameters) or any(
            p is not q for p, q in zip(now, self.parameters, strict=True)
        ):
            raise ValueError(
                "fit: a parameter was replaced by another tensor during training, which a plan "
                "cannot follow; change it in place (parameter.data = …), or pass plan=False"
            )

    def _planned(self, batch: Array) -> Plan:
        plan = Plan(
            self.network.training_cost,
            self.x[batch],
            self.y[batch],
            wrt=self.parameters,
            seed=self.learning_rate,
            update=lambda steps: [
                (p, p - step) for p, step in zip(self.parameters, steps, strict=True)
            ],
        )
        self.plans[len(batch)] = plan
        return plan
