"""The library's engine behind the book's programs: a mini-batch is one replay of a plan.

The book's weights are plain arrays which its programs replace at every update.  Here the engine
holds tensors of its own, which learning changes in place: :meth:`Engine.load` copies the book's
arrays in before, :meth:`Engine.parameters` makes new ones after, and in between, for a whole epoch,
nothing is allocated.
"""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from .. import ops
from ..engine.backward import gradients
from ..engine.core import Op
from ..engine.types import Array
from ..plan.fuse_updates import side_by_side
from ..plan.plan import Plan
from ..tensor.tensor import Tensor

CostFunction = Callable[[Tensor, Tensor, Tensor], Any]  # of z and a of the last layer, and y
_PLANS = 8  # of different mini-batch sizes, mostly


def quadratic(z: Tensor, a: Tensor, y: Tensor) -> Any:
    """½ Σ ‖y - a‖², over the examples."""
    return ops.sum(0.5 * ops.square(a - y))


def cross_entropy(z: Tensor, a: Tensor, y: Tensor) -> Any:
    """-Σ [y ln a + (1-y) ln(1-a)], from the weighted inputs of sigmoid neurons."""
    return ops.sum(ops.sigmoid_cross_entropy(z, y))


def given_error(z: Tensor, a: Tensor, delta: Tensor) -> Any:
    """Σ z·δ, which has the error δ of the last layer: its derivative by z is δ."""
    return ops.sum(z * delta)


def given_slope(z: Tensor, a: Tensor, slope: Tensor) -> Any:
    """Σ a·∂C/∂a, which has the same derivative by the outputs a as a cost C."""
    return ops.sum(a * slope)


class Engine:
    """Tensors for weights ``(n_out, n_in)`` of these shapes, biases too, and plans that use them.

    ``activation`` is σ, as an operation.  Every method takes rows: inputs ``(m, n_in)``.
    """

    def __init__(self, shapes: Sequence[tuple[int, int]], activation: Op) -> None:
        self.shapes, self.activation = tuple(shapes), activation
        self.weights = [_leaf(shape, f"w{i}") for i, shape in enumerate(shapes, start=2)]
        self.biases = [_leaf(shape[:1], f"b{i}") for i, shape in enumerate(shapes, start=2)]
        self._leaves = [*self.weights, *self.biases]
        memory = side_by_side(self._leaves)
        self._all_weights = memory[: sum(w.size for w in self.weights)]
        self._plans: dict[tuple[str, CostFunction, int], Plan] = {}

    def load(self, weights: Sequence[Array], biases: Sequence[Array]) -> None:
        """Copy the book's arrays, biases being columns, into the tensors."""
        for tensor, values in zip(self.weights, weights, strict=True):
            tensor.data = values
        for tensor, values in zip(self.biases, biases, strict=True):
            tensor.data = np.asarray(values)[:, 0]

    def parameters(self) -> tuple[list[Array], list[Array]]:
        """New arrays with the present weights, and biases as columns."""
        weights = [w.data.copy() for w in self.weights]
        return weights, [b.data.copy().reshape(-1, 1) for b in self.biases]

    def step(
        self, cost: CostFunction, x: Array, y: Array, m: int, rate: float, decay: float
    ) -> Callable[[Array, Array], None]:
        """What makes a step: called with the numbers of m rows of x, and of y, it learns from them.

        w → decay · w - rate · Σ ∂C/∂w over those rows; biases do not decay.
        """
        plan = self._plan(self._learning, cost, m)
        own_x, own_y, own_rate = plan.inputs
        own_rate[...] = rate
        gather_x, gather_y = _gatherer(x, own_x), _gatherer(y, own_y)
        compute, update = plan.compute, plan.update
        weights, decays = self._all_weights, decay != 1

        def step(x_rows: Array, y_rows: Array) -> None:
            gather_x(x_rows)
            gather_y(y_rows)
            compute()
            if decays:  # here and not in the plan, which would need an array more for it
                np.multiply(weights, decay, weights)
            update()

        return step

    def gradients(self, cost: CostFunction, x: Array, y: Array) -> tuple[list[Array], list[Array]]:
        """Σ ∂C/∂w and Σ ∂C/∂b over the rows, biases as columns."""
        _, found = self._plan(self._gradients, cost, len(x))(x, y)
        n = len(self.weights)
        return [g.copy() for g in found[:n]], [g.reshape(-1, 1).copy() for g in found[n:]]

    def _plan(self, make: Callable[[CostFunction, int], Plan], cost: CostFunction, m: int) -> Plan:
        key = (make.__name__, cost, m)
        if key not in self._plans:
            if len(self._plans) >= _PLANS:
                self._plans.pop(next(iter(self._plans)))  # the oldest
            self._plans[key] = make(cost, m)
        return self._plans[key]

    def _record(self, cost: CostFunction, x: Tensor, y: Tensor) -> Any:
        a = x
        for w, b in zip(self.weights, self.biases, strict=True):
            z = a @ w.T + b
            a = self.activation(z)
        return cost(z, a, y)

    def _blank(self, m: int) -> tuple[Array, Array]:
        return np.zeros((m, self.shapes[0][1])), np.zeros((m, self.shapes[-1][0]))

    def _gradients(self, cost: CostFunction, m: int) -> Plan:
        return Plan(lambda x, y: self._record(cost, x, y), *self._blank(m), wrt=self._leaves)

    def _learning(self, cost: CostFunction, m: int) -> Plan:
        """A plan that is not asked for the cost, only for its gradients, so it computes no cost."""
        steps: list[Tensor] = []

        def learning(x: Tensor, y: Tensor, rate: Tensor) -> Tensor:
            scaled = self._record(cost, x, y) * rate
            steps.extend(gradients(scaled, self._leaves, create_graph=True))
            return steps[-1]

        def update(_: list[Tensor]) -> list[tuple[Tensor, Tensor]]:
            return [(leaf, leaf - step) for leaf, step in zip(self._leaves, steps, strict=True)]

        return Plan(learning, *self._blank(m), np.array(1.0), update=update)


def _leaf(shape: tuple[int, ...], name: str) -> Tensor:
    return Tensor(np.zeros(shape), requires_grad=True, name=name)


def _gatherer(array: Array, into: Array) -> Callable[[Array], None]:
    """What copies the rows of those numbers."""
    take = array.take
    if array.dtype == into.dtype:
        return lambda rows: take(rows, 0, into, "clip")  # type: ignore[return-value]
    buffer = np.empty(into.shape, array.dtype)

    def gather(rows: Array) -> None:
        take(rows, 0, buffer, "clip")  # mode "raise" would copy once more
        np.copyto(into, buffer)

    return gather
