"""This library, recording every step anew."""

from __future__ import annotations

import autograd_nn as ag
from autograd_nn.models.training.steps import EagerStep

from .base import Array, Contestant, Problem


def network(problem: Problem) -> ag.Network:
    """The network at its start."""
    made = ag.Network(problem.sizes, cost="cross_entropy", dtype=problem.dtype)
    for tensor, start in zip(made.parameters, problem.parameters(), strict=True):
        tensor.data = start
    return made


class Eager(Contestant):
    """Record the cost, ask for the gradients, update in place."""

    name = "autograd_nn, eager"

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem)
        self.network = network(problem)
        self.learn = EagerStep(self.network, problem.x, problem.y, problem.learning_rate)

    def step(self, batch: Array) -> float:
        """The step that ``Network.fit(plan=False)`` takes."""
        return float(self.learn(batch))

    def parameters(self) -> list[Array]:
        """The arrays of the network's tensors."""
        return [p.data for p in self.network.parameters]

    def predict(self, x: Array) -> Array:
        """The network's own."""
        return self.network.predict(x)


class Fit(Eager):
    """``Network.fit``, for whole epochs."""

    name = "autograd_nn, Network.fit"

    def epoch(self, seed: int) -> float:
        """One epoch, checks of the data and of each cost included."""
        problem = self.problem
        history = self.network.fit(
            (problem.x, problem.y),
            epochs=1,
            batch_size=problem.batch,
            learning_rate=problem.learning_rate,
            rng=seed,
        )
        return history[-1].cost


CONTESTANTS = [Eager]
EPOCHS = [Fit]
