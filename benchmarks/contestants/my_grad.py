"""MyGrad, its guards of memory off, as its documentation advises for speed."""

from __future__ import annotations

import mygrad as mg
from mygrad.nnet.activations import sigmoid

from .base import Array, Contestant, Problem

mg.turn_memory_guarding_off()


class MyGrad(Contestant):
    """``backward()``, then an update of each tensor's data."""

    name = "MyGrad"

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem)
        self.tensors = [mg.tensor(p) for p in problem.parameters()]

    def step(self, batch: Array) -> float:
        """Gather, cost, backward, update in place."""
        problem, tensors = self.problem, self.tensors
        a, y = problem.x[batch], problem.y[batch]
        for k in range(0, len(tensors), 2):
            z = mg.matmul(a, tensors[k].T) + tensors[k + 1]
            if k < len(tensors) - 2:
                a = sigmoid(z)
        costs = mg.maximum(z, 0) - z * y + mg.log1p(mg.exp(-mg.abs(z)))
        cost = mg.sum(costs) / len(batch)
        cost.backward()
        for p in tensors:
            p.data -= problem.learning_rate * p.grad
            p.null_grad()
        return cost.item()

    def parameters(self) -> list[Array]:
        """The tensors' data."""
        return [p.data for p in self.tensors]


CONTESTANTS = [MyGrad]
