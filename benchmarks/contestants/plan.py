"""This library, one recorded step replayed."""

from __future__ import annotations

from autograd_nn.models.training.steps import PlannedStep

from .base import Array, Contestant, Problem
from .ours import network


class Planned(Contestant):
    """The step that ``Network.fit`` takes: a plan of forward, backward and update."""

    name = "autograd_nn, planned"

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem)
        self.network = network(problem)
        self.learn = PlannedStep(self.network, problem.x, problem.y, problem.learning_rate)

    def step(self, batch: Array) -> float:
        """Gather into the plan's inputs, replay."""
        return float(self.learn(batch))

    def parameters(self) -> list[Array]:
        """The arrays of the network's tensors."""
        return [p.data for p in self.network.parameters]


CONTESTANTS = [Planned]
