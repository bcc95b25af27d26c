"""One step of learning from a mini-batch: eager, or through a plan that replays it.

Both do the same arithmetic in the same order, so their results are equal bit for bit.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any, Protocol

import numpy as np

from ...engine.backward import sweep
from ...engine.core import Array, touch
from ...plan.plan import Plan
from ...tensor.tensor import Tensor
from .updates import Rule

Masks = Callable[[], Sequence[Array]]  # those of the next mini-batch


class Trainable(Protocol):
    """What training asks of a network."""

    sizes: tuple[int, ...]
    dtype: np.dtype[Any]

    @property
    def parameters(self) -> list[Tensor]:
        """The tensors to change."""
        ...

    def training_cost(self, x: Array, y: Array, *masks: Array) -> Any:
        """The recorded cost of a mini-batch."""
        ...


class EagerStep:
    """w → w - η ∂C/∂w, recorded anew for every mini-batch: the reference.

    η is the seed of the backward pass, which makes every gradient η times as large: multiplying the
    one number at its start costs less than multiplying every weight's gradient at its end.

    ``learning_rate`` is a number, or a tensor of one whose value may be changed between steps.
    ``rule`` says what is done besides, ``masks`` gives the dropout masks of the next mini-batch.
    """

    def __init__(
        self,
        network: Trainable,
        x: Array,
        y: Array,
        learning_rate: float | Tensor,
        rule: Rule | None = None,
        masks: Masks | None = None,
    ) -> None:
        self.network, self.x, self.y = network, x, y
        self.learning_rate = learning_rate
        self.rule, self.masks = rule or Rule(), masks
        self.velocities = _velocities(network.parameters, self.rule)

    def __call__(self, batch: Array) -> Any:
        """Learn from the examples of these numbers; their mean cost before."""
        masks = self.masks() if self.masks is not None else ()
        x, y = self.x.take(batch, 0), self.y.take(batch, 0)
        cost = self.network.training_cost(x, y, *masks)
        if math.isfinite(cost.data):
            parameters, given = self.network.parameters, self.learning_rate
            rate: Any = given.data if isinstance(given, Tensor) else given
            steps = sweep([cost], parameters, [rate])  # η ∂C/∂w, uncopied
            if self.rule.plain:
                for p in parameters:
                    np.subtract(p.data, steps[p], out=p.data)
                touch(parameters)
            else:
                self._regularized(parameters, steps, rate)
        return cost.data

    def _regularized(self, parameters: Sequence[Tensor], steps: Any, rate: Any) -> None:
        rule = self.rule
        for p in parameters:
            penalized, v = rule.penalizes(p), self.velocities.get(p)
            if v is None:
                p.data = rule.moved(p.data, steps[p], rate, penalized)
            else:
                v.data = rule.velocity(p.data, v.data, steps[p], rate, penalized)
                p.data += v.data

    def check(self) -> None:
        """Nothing is bound; other parameters are simply used."""


class PlannedStep(EagerStep):
    """The same, each shape of mini-batch traced once and then replayed."""

    def __init__(
        self,
        network: Trainable,
        x: Array,
        y: Array,
        learning_rate: float | Tensor,
        rule: Rule | None = None,
        masks: Masks | None = None,
    ) -> None:
        super().__init__(network, x, y, learning_rate, rule, masks)
        self.parameters = network.parameters
        self.plans: dict[int, Plan] = {}

    def __call__(self, batch: Array) -> Any:
        """Learn from the examples of these numbers; their mean cost before."""
        plan = self.plans.get(len(batch)) or self._planned(batch)
        inputs = plan.inputs
        self.x.take(batch, 0, inputs[0], "clip")  # mode "raise" would copy once more
        self.y.take(batch, 0, inputs[1], "clip")
        if self.masks is not None:
            for mask, drawn in zip(inputs[2:], self.masks(), strict=True):
                mask[...] = drawn
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
        like = [] if self.masks is None else [np.ones(n) for n in self.network.sizes[1:-1]]
        plan = Plan(
            self.network.training_cost,
            self.x[batch],
            self.y[batch],
            *(m.astype(self.network.dtype) for m in like),
            wrt=self.parameters,
            seed=self.learning_rate,
            update=self._new_values,
        )
        self.plans[len(batch)] = plan
        return plan

    def _new_values(self, steps: list[Any]) -> list[tuple[Tensor, Any]]:
        pairs, rule, rate = [], self.rule, self.learning_rate
        for p, step in zip(self.parameters, steps, strict=True):
            penalized, v = rule.penalizes(p), self.velocities.get(p)
            if v is None:
                pairs.append((p, rule.moved(p, step, rate, penalized)))
            else:
                faster = rule.velocity(p, v, step, rate, penalized)
                pairs += [(v, faster), (p, p + faster)]
        return pairs


def _velocities(parameters: Sequence[Tensor], rule: Rule) -> dict[Tensor, Tensor]:
    """A velocity v for each parameter, at rest; none without momentum."""
    if not rule.momentum:
        return {}
    return {p: Tensor(np.zeros_like(p.data), name=f"v of {p.name}") for p in parameters}
