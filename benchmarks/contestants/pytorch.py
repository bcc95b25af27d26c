"""PyTorch: eager, and the whole step through ``torch.compile``; one thread."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from torch.nn import functional

from .base import Array, Contestant, Problem

torch.set_num_threads(1)


def weighted_inputs(parameters: list[Any], x: Any) -> Any:
    """The weighted inputs of the last layer."""
    z = functional.linear(x, parameters[0], parameters[1])
    for w, b in zip(parameters[2::2], parameters[3::2], strict=True):
        z = functional.linear(torch.sigmoid(z), w, b)
    return z


def cost_of(parameters: list[Any], x: Any, y: Any) -> Any:
    """The mean over the examples of the cross-entropy."""
    z = weighted_inputs(parameters, x)
    return functional.binary_cross_entropy_with_logits(z, y, reduction="sum") / len(x)


class Eager(Contestant):
    """As one writes it, with the optimizer's work done by one call for all parameters."""

    name = "PyTorch, eager"

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem)
        self.x, self.y = torch.from_numpy(problem.x), torch.from_numpy(problem.y)
        self.tensors = [torch.from_numpy(p).requires_grad_() for p in problem.parameters()]

    def step(self, batch: Array) -> float:
        """Gather, cost, ``torch.autograd.grad``, update in place."""
        chosen = torch.from_numpy(batch)
        cost = cost_of(self.tensors, self.x[chosen], self.y[chosen])
        gradients = torch.autograd.grad(cost, self.tensors)
        with torch.no_grad():
            torch._foreach_add_(self.tensors, gradients, alpha=-self.problem.learning_rate)
        return cost.item()

    def parameters(self) -> list[Array]:
        """The tensors as arrays that share their memory."""
        return [p.detach().numpy() for p in self.tensors]

    def predict(self, x: Array) -> Array:
        """PyTorch's forward pass."""
        with torch.no_grad():
            found = weighted_inputs(self.tensors, torch.from_numpy(x)).argmax(dim=1).numpy()
        return np.asarray(found)


class Compiled(Eager):
    """Gather, cost, gradients and update compiled together; fixed shapes."""

    name = "PyTorch, torch.compile"

    @classmethod
    def missing(cls) -> str:
        """What goes wrong when something is compiled, such as that there is no C++ compiler."""
        try:
            torch.compile(lambda x: torch.sin(x) + 1)(torch.ones(8))
        except Exception as error:  # whatever it is, the others can be measured
            return f"torch.compile: {error}".partition("\n")[0]
        return ""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem)
        torch.compiler.reset()  # the shapes of other problems would make this one's dynamic
        self.tensors = [p.detach() for p in self.tensors]
        rate = problem.learning_rate

        def whole(parameters: list[Any], x: Any, y: Any, batch: Any) -> Any:
            both = torch.func.grad_and_value(cost_of)(parameters, x[batch], y[batch])
            for p, g in zip(parameters, both[0], strict=True):
                p.sub_(g, alpha=rate)
            return both[1]

        self.compiled = torch.compile(whole, dynamic=False, fullgraph=True)

    def step(self, batch: Array) -> float:
        """One call of the compiled function."""
        return self.compiled(self.tensors, self.x, self.y, torch.from_numpy(batch)).item()


CONTESTANTS = [Eager, Compiled]
