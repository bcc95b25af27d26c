"""One step of learning from a mini-batch: eager, or through a plan that replays it.

Both do the same arithmetic in the same order, so their results are equal bit for bit.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ...engine.backward import sweep
from ...engine.core import touch
from ...engine.types import Array
from ...plan.plan import Plan
from ...tensor.tensor import Tensor
from ..feedforward import Feedforward
from .updates import UpdateRule, Values

Masks = Callable[[], Sequence[Array]]  # those of the next mini-batch


@dataclass(eq=False)
class EagerStep:
    """w → w - η ∂C/∂w, recorded again for every mini-batch: the reference.

    η is the seed of the backward pass, which makes every gradient η times as large: multiplying the
    one number at its start costs less than multiplying every weight's gradient at its end.

    ``x`` and ``y`` are all inputs and targets, a row for each example.  ``learning_rate`` is a
    number, or a tensor of one whose value may change between steps.  ``rule`` adds penalties and
    momentum, ``masks`` returns the dropout masks of the next mini-batch.
    """

    network: Feedforward
    x: Array
    y: Array
    learning_rate: float | Tensor
    rule: UpdateRule = field(default_factory=UpdateRule)
    masks: Masks | None = None

    def __post_init__(self) -> None:
        """Give every parameter a velocity v, at rest; none without momentum."""
        moving = self.network.parameters if self.rule.momentum else ()
        self.velocities = {p: Tensor(np.zeros_like(p.data), name=f"v of {p.name}") for p in moving}

    def __call__(self, batch: Array) -> Any:
        """Learn from the examples with these indices; returns their mean cost before the step."""
        masks = self.masks() if self.masks is not None else ()
        x, y = self.x.take(batch, 0), self.y.take(batch, 0)
        cost = self.network.training_cost(x, y, *masks)
        if math.isfinite(cost.data):
            parameters, given = self.network.parameters, self.learning_rate
            rate = given.data if isinstance(given, Tensor) else given
            steps = sweep([cost], parameters, [rate])  # η ∂C/∂w, uncopied
            if self.rule.plain:
                for p in parameters:
                    np.subtract(p.data, steps[p], out=p.data)
                touch(parameters)
            else:
                moves = [steps[p] for p in parameters]
                for tensor, values in self._pairs(parameters, moves, rate, lambda t: t.data):
                    tensor.data = values
        return cost.data

    def _pairs(
        self, leaves: list[Tensor], steps: list[Any], rate: Values, read: Callable[[Tensor], Any]
    ) -> list[tuple[Tensor, Any]]:
        """Every tensor that a step changes with its new values, of arrays or recorded by a plan."""
        pairs, rule = [], self.rule
        for p, step in zip(leaves, steps, strict=True):
            w, v, penalized = read(p), self.velocities.get(p), rule.penalizes(p)
            if v is None:
                pairs.append((p, rule.update(w, step, rate, penalized)))
            else:
                faster = rule.accelerate(w, read(v), step, rate, penalized)
                pairs += [(v, faster), (p, w + faster)]
        return pairs

    def check(self) -> None:
        """An eager step uses whatever parameters the network has."""


class PlannedStep(EagerStep):
    """The same, with a plan for each shape of mini-batch, traced once and then replayed."""

    def __post_init__(self) -> None:
        """Bind the parameters that the network has now."""
        super().__post_init__()
        self.parameters = self.network.parameters
        self.plans: dict[int, Plan] = {}

    def __call__(self, batch: Array) -> Any:
        """Learn from the examples with these indices; returns their mean cost before the step."""
        plan = self.plans.get(len(batch)) or self._trace(batch)
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
        """Raise ``ValueError`` if the network's parameters are not those that the plans change."""
        if [*map(id, self.network.parameters)] != [*map(id, self.parameters)]:
            raise ValueError(
                "fit: a parameter was replaced by another tensor during training, which a plan "
                "cannot follow; change it in place (parameter.data = …), or pass plan=False"
            )

    def _trace(self, batch: Array) -> Plan:
        network, sizes = self.network, self.network.sizes[1:-1] if self.masks is not None else ()
        masks, rate = [np.ones(n, network.dtype) for n in sizes], self.learning_rate

        def update(steps: list[Any]) -> list[tuple[Tensor, Any]]:
            return self._pairs(self.parameters, steps, rate, lambda tensor: tensor)

        inputs = self.x[batch], self.y[batch], *masks
        plan = Plan(network.training_cost, *inputs, wrt=self.parameters, seed=rate, update=update)
        self.plans[len(batch)] = plan
        return plan
