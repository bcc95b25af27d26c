"""The four equations of backpropagation, and a report that holds them against the graph.

``bp1`` to ``bp4`` and :func:`backprop` are NumPy and nothing else: they know of no graph, no op and
no rule, so that where they and a recorded graph agree, two different programs agree.  Rows are
examples; the cost is the mean over the m examples, δ is kept for each example.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from ..core import Array
from . import arguments
from .network import Network


def bp1(nabla_a: Array, sigma_prime: Array) -> Array:
    """BP1: δᴸ = ∇ₐC ⊙ σ'(zᴸ), the error of the output layer."""
    return nabla_a * sigma_prime


def bp2(w_next: Array, delta_next: Array, sigma_prime: Array) -> Array:
    """BP2: δˡ = ((wˡ⁺¹)ᵀ δˡ⁺¹) ⊙ σ'(zˡ), one row for each example."""
    return (delta_next @ w_next) * sigma_prime


def bp3(delta: Array) -> Array:
    """BP3: ∂C/∂bˡ = δˡ, the mean over the examples."""
    return np.asarray(delta.mean(axis=0))


def bp4(a_before: Array, delta: Array) -> Array:
    """BP4: ∂C/∂wˡ = δˡ (aˡ⁻¹)ᵀ, the mean over the examples."""
    return np.asarray(delta.T @ a_before / len(delta))


def _logistic(z: Array) -> Array:
    return np.asarray(np.exp(np.minimum(z, 0)) / (1 + np.exp(-np.abs(z))))  # no exponent above 0


# name: (σ, σ')
FUNCTIONS: dict[str, tuple[Callable[[Array], Array], Callable[[Array], Array]]] = {
    "sigmoid": (_logistic, lambda z: _logistic(z) * _logistic(-z)),
    "tanh": (np.tanh, lambda z: 1 - np.tanh(z) ** 2),
    "relu": (lambda z: np.where(z > 0, z, 0), lambda z: (z > 0).astype(z.dtype)),
}


def _nabla_cross_entropy(z: Array, y: Array) -> Array:
    a, rest = _logistic(z), _logistic(-z)  # rest is 1 - a, exact also where a rounds to 1
    return np.asarray((1 - y) / rest - y / a)


# name: ∇ₐC for one example, of sigmoid outputs with these weighted inputs
NABLA_A: dict[str, Callable[[Array, Array], Array]] = {
    "quadratic": lambda z, y: _logistic(z) - y,
    "cross_entropy": _nabla_cross_entropy,
}


@dataclass(frozen=True)
class Backpropagation:
    """What the book's algorithm computes, in dicts keyed by layer number.

    ``z``, ``a`` and ``delta`` have a row for each example; ``nabla_w`` and ``nabla_b`` are the
    gradients of the mean cost, shaped like the weights and biases.
    """

    z: dict[int, Array]
    a: dict[int, Array]
    delta: dict[int, Array]
    nabla_w: dict[int, Array]
    nabla_b: dict[int, Array]


def backprop(network: Network, x: npt.ArrayLike, y: npt.ArrayLike) -> Backpropagation:
    """Backpropagation as section 2.6 of the book states it: forward, BP1, BP2 backwards, BP3, BP4.

    >>> from autograd_nn.models import Network
    >>> result = backprop(Network([2, 3, 2], rng=0), [0.5, -1.0], 1)
    >>> result.delta[3].shape, result.nabla_w[2].shape
    ((1, 2), (3, 2))
    """
    last = len(network.sizes)
    w = {layer: p.data for layer, p in enumerate(network.weights, start=2)}
    b = {layer: p.data for layer, p in enumerate(network.biases, start=2)}
    names = dict.fromkeys(w, network.activation) | {last: "sigmoid"}
    x, y = arguments.examples(x, y, network.sizes, network.dtype, "backprop")

    a, z, delta = {1: np.atleast_2d(x)}, {}, {}
    for layer in w:
        z[layer] = a[layer - 1] @ w[layer].T + b[layer]
        a[layer] = FUNCTIONS[names[layer]][0](z[layer])
    sigma_prime = {layer: FUNCTIONS[names[layer]][1](z[layer]) for layer in w}
    nabla_a = NABLA_A[network.cost.name](z[last], np.atleast_2d(y))
    delta[last] = bp1(nabla_a, sigma_prime[last])
    for layer in range(last - 1, 1, -1):
        delta[layer] = bp2(w[layer + 1], delta[layer + 1], sigma_prime[layer])
    nabla_b = {layer: bp3(delta[layer]) for layer in w}
    nabla_w = {layer: bp4(a[layer - 1], delta[layer]) for layer in w}
    return Backpropagation(z, a, delta, nabla_w, nabla_b)


@dataclass(frozen=True)
class Row:
    """One equation at one layer: what it gives, what the recorded graph gives, how far apart."""

    equation: str
    layer: int
    quantity: str
    by_equation: Array
    by_graph: Array

    @property
    def residual(self) -> float:
        """The largest difference of any element."""
        return float(np.max(np.abs(self.by_equation - self.by_graph), initial=0.0))

    @property
    def largest(self) -> float:
        """The largest element in magnitude, to judge the residual by."""
        return float(np.max(np.abs(self.by_equation), initial=0.0))


@dataclass(frozen=True)
class Report:
    """BP1 to BP4 beside the recorded graph; ``rows`` are the data, ``str`` is a table."""

    rows: tuple[Row, ...]

    @property
    def residual(self) -> float:
        """The largest residual of all rows."""
        return float(np.max([row.residual for row in self.rows]))  # nan, unlike max, stays nan

    def __str__(self) -> str:
        """A plain-text table, one line for each equation and layer."""
        lines = [
            f"{'':4} {'layer':>5} {'quantity':9} {'shape':>10} {'largest':>12} {'residual':>10}"
        ]
        for r in self.rows:
            shape = "×".join(map(str, r.by_equation.shape))
            lines.append(
                f"{r.equation:4} {r.layer:5} {r.quantity:9} {shape:>10} "
                f"{r.largest:12.6e} {r.residual:10.1e}"
            )
        return "\n".join(lines)


def bp_report(network: Network, x: npt.ArrayLike, y: npt.ArrayLike) -> Report:
    """Every equation's result beside the gradient of the recorded graph.

    For m examples the graph's ``z.grad`` is δ/m, since the cost is a mean; BP1 and BP2 are
    compared with m · ``z.grad``.

    >>> from autograd_nn.models import Network
    >>> report = bp_report(Network([2, 3, 2], rng=0), [0.5, -1.0], 1)
    >>> [(row.equation, row.layer) for row in report.rows]
    [('BP1', 3), ('BP2', 2), ('BP3', 3), ('BP3', 2), ('BP4', 3), ('BP4', 2)]
    >>> report.residual < 1e-15
    True
    """
    by_hand = backprop(network, x, y)
    run = network.record(x, y)
    kept = [p.grad for p in network.parameters]
    try:
        network.zero_grad()
        run.cost.backward()
        graph_w: Any = {layer: p.grad for layer, p in run.weights.items()}
        graph_b: Any = {layer: p.grad for layer, p in run.biases.items()}
    finally:  # looking must not disturb what the caller has added up
        for parameter, grad in zip(network.parameters, kept, strict=True):
            parameter.grad = grad
    layers = sorted(by_hand.z, reverse=True)
    rows = []
    for layer in layers:
        m = len(by_hand.delta[layer])
        of_graph = np.atleast_2d(m * run.z[layer].grad)
        name = "BP1" if layer == layers[0] else "BP2"
        rows.append(Row(name, layer, f"δ{layer}", by_hand.delta[layer], of_graph))
    for layer in layers:
        rows.append(Row("BP3", layer, f"∂C/∂b{layer}", by_hand.nabla_b[layer], graph_b[layer]))
    for layer in layers:
        rows.append(Row("BP4", layer, f"∂C/∂w{layer}", by_hand.nabla_w[layer], graph_w[layer]))
    return Report(tuple(rows))
