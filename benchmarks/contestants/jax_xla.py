"""JAX: a step through ``jit``, and all steps of an epoch in one ``lax.scan``."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from .base import Array, Contestant, Problem

jax.config.update("jax_enable_x64", True)  # float32 stays float32


def weighted_inputs(parameters: list[Any], x: Any) -> Any:
    """The weighted inputs of the last layer."""
    z = x @ parameters[0].T + parameters[1]
    for w, b in zip(parameters[2::2], parameters[3::2], strict=True):
        z = jax.nn.sigmoid(z) @ w.T + b
    return z


def cost_of(parameters: list[Any], x: Any, y: Any) -> Any:
    """The mean over the examples of the cross-entropy."""
    z = weighted_inputs(parameters, x)
    costs = jnp.maximum(z, 0) - z * y + jnp.log1p(jnp.exp(-jnp.abs(z)))
    return jnp.sum(costs) / len(x)


class Jit(Contestant):
    """One compiled step for each call; the old parameters' memory is given away."""

    name = "JAX, jit per step"

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem)
        self.x, self.y = jnp.asarray(problem.x), jnp.asarray(problem.y)
        self.arrays = [jnp.array(p) for p in problem.parameters()]
        rate = problem.learning_rate

        def step(parameters: list[Any], x: Any, y: Any, batch: Any) -> tuple[Any, Any]:
            rows, wanted = (a.at[batch].get(mode="promise_in_bounds") for a in (x, y))
            cost, gradients = jax.value_and_grad(cost_of)(parameters, rows, wanted)
            return [p - rate * g for p, g in zip(parameters, gradients, strict=True)], cost

        def scanned(parameters: list[Any], x: Any, y: Any, batches: Any) -> tuple[Any, Any]:
            found, costs = jax.lax.scan(lambda p, b: step(p, x, y, b), parameters, batches)
            return found, jnp.mean(costs)

        self.compiled = jax.jit(step, donate_argnums=0)
        self.scanned = jax.jit(scanned, donate_argnums=0)

    def step(self, batch: Array) -> float:
        """One call of the compiled function, waited for."""
        self.arrays, cost = self.compiled(self.arrays, self.x, self.y, batch)
        return float(cost)

    def parameters(self) -> list[Array]:
        """The parameters as arrays."""
        return [np.asarray(p) for p in self.arrays]

    def predict(self, x: Array) -> Array:
        """JAX's forward pass."""
        return np.asarray(weighted_inputs(self.arrays, jnp.asarray(x)).argmax(axis=1))


class Scan(Jit):
    """All mini-batches in one call."""

    name = "JAX, lax.scan per epoch"
    at_once = True

    def steps(self, batches: Array) -> float:
        """One call; compiled anew for another number of mini-batches."""
        self.arrays, cost = self.scanned(self.arrays, self.x, self.y, batches)
        return float(cost)


CONTESTANTS = [Jit, Scan]
