"""HIPS autograd."""

from __future__ import annotations

from typing import Any

import autograd
import autograd.numpy as np

from .base import Array, Contestant, Problem


def cost_of(parameters: list[Any], x: Array, y: Array) -> Any:
    """The mean over the examples of the cross-entropy."""
    a = x
    for k in range(0, len(parameters), 2):
        z = np.dot(a, parameters[k].T) + parameters[k + 1]
        if k < len(parameters) - 2:
            a = 1 / (1 + np.exp(-z))
    costs = np.maximum(z, 0) - z * y + np.log1p(np.exp(-np.abs(z)))
    return np.sum(costs) / len(x)


class Hips(Contestant):
    """``value_and_grad`` of a function of the list of parameters."""

    name = "HIPS autograd"

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem)
        self.arrays = problem.parameters()
        self.both = autograd.value_and_grad(cost_of)

    def step(self, batch: Array) -> float:
        """Gather, cost and gradients, update in place."""
        problem = self.problem
        cost, gradients = self.both(self.arrays, problem.x[batch], problem.y[batch])
        for p, g in zip(self.arrays, gradients, strict=True):
            p -= problem.learning_rate * g
        return float(cost)

    def parameters(self) -> list[Array]:
        """The arrays."""
        return self.arrays


CONTESTANTS = [Hips]
