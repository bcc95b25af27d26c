"""The four equations of backpropagation, and a report that holds them against the graph.

``bp1`` to ``bp4`` and :func:`backprop` are NumPy and nothing else: they know of no graph, no op and
no rule, so that where they and a recorded graph agree, two different programs agree.  Rows are
examples; the cost is the mean over the m examples, δ is kept for each example.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from ..engine.core import Array
from . import arguments
from .network import Network


def bp1(nabla_a: Array, sigma_prime: Array) -> Array:
    """BP1: δᴸ = ∇ₐC ⊙ σ'(zᴸ), the error of the output layer."""
    return nabla_a * sigma_prime


def bp1_softmax(nabla_a: Array, a: Array) -> Array:
    """BP1 where each output depends on all of zᴸ: δⱼ = Σₖ ∂C/∂aₖ ∂aₖ/∂zⱼ.

    For softmax ∂aₖ/∂zⱼ is aₖ (1 - aⱼ) if k = j, else -aₖ aⱼ.
    """
    return np.asarray(a * nabla_a - a * (a * nabla_a).sum(axis=-1, keepdims=True))


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
    "tanh": (np.tanh, lambda z: 4 * _logistic(2 * z) * _logistic(-2 * z)),  # 1 - tanh², not rounded
    "relu": (lambda z: np.where(z > 0, z, 0), lambda z: (z > 0).astype(z.dtype)),
    "linear": (lambda z: z, np.ones_like),
}


def _softmax(z: Array) -> Array:
    """Never below the smallest positive number, so that it can be divided by."""
    shares = np.exp(z - z.max(axis=-1, keepdims=True))
    a = shares / shares.sum(axis=-1, keepdims=True)
    return np.asarray(np.maximum(a, np.finfo(a.dtype).tiny))


def _nabla_cross_entropy(z: Array, y: Array) -> Array:
    a, rest = _logistic(z), _logistic(-z)  # rest is 1 - a, exact also where a rounds to 1
    return np.asarray((1 - y) / rest - y / a)


def _nabla_cross_entropy_of_tanh(z: Array, y: Array) -> Array:
    """With (1+a)/2 = σ(2z) for a and (1+y)/2 for y, and the factor ½ from ∂((1+a)/2)/∂a."""
    return _nabla_cross_entropy(2 * z, (1 + y) / 2) / 2


# (output, cost): ∇ₐC for one example, from the weighted inputs z, the outputs a and the targets y
NABLA_A: dict[tuple[str, str], Callable[[Array, Array, Array], Array]] = {
    ("sigmoid", "quadratic"): lambda z, a, y: a - y,
    ("tanh", "quadratic"): lambda z, a, y: a - y,
    ("linear", "quadratic"): lambda z, a, y: a - y,
    ("softmax", "quadratic"): lambda z, a, y: a - y,
    ("sigmoid", "cross_entropy"): lambda z, a, y: _nabla_cross_entropy(z, y),
    ("tanh", "cross_entropy"): lambda z, a, y: _nabla_cross_entropy_of_tanh(z, y),
    ("softmax", "log_likelihood"): lambda z, a, y: -y / a,
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


def backprop(
    network: Network,
    x: npt.ArrayLike,
    y: npt.ArrayLike,
    masks: Sequence[npt.ArrayLike] | None = None,
) -> Backpropagation:
    """Backpropagation as section 2.6 of the book states it: forward, BP1, BP2 backwards, BP3, BP4.

    A neuron with another function has that function's slope in its place of σ' (the book's exercise
    on a single modified neuron).  Under dropout the weights that lead out of a hidden neuron are
    multiplied by its mask, or, without ``masks``, by the fraction that the network uses.

    >>> from autograd_nn.models import Network
    >>> result = backprop(Network([2, 3, 2], rng=0), [0.5, -1.0], 1)
    >>> result.delta[3].shape, result.nabla_w[2].shape
    ((1, 2), (3, 2))
    """
    arguments.check_is_network(network, "backprop")
    share = _shares(network, arguments.check_masks(masks, network))
    w = {n: p.data * share[n - 1] for n, p in enumerate(network.weights, start=2)}
    b = {n: p.data for n, p in enumerate(network.biases, start=2)}
    inputs, targets = map(np.atleast_2d, arguments.check_examples(x, y, network, "backprop"))

    last, a, z, delta, slope = len(network.sizes), {1: inputs}, {}, {}, {}
    for layer in w:
        z[layer] = a[layer - 1] @ w[layer].T + b[layer]
        a[layer], slope[layer] = _layer(network, layer, z[layer])
    nabla_a = NABLA_A[network.output, network.cost.name](z[last], a[last], targets)
    softmax = network.output == "softmax"
    delta[last] = bp1_softmax(nabla_a, a[last]) if softmax else bp1(nabla_a, slope[last])
    for layer in range(last - 1, 1, -1):
        delta[layer] = bp2(w[layer + 1], delta[layer + 1], slope[layer])
    nabla_b = {layer: bp3(delta[layer]) for layer in w}
    nabla_w = {layer: bp4(a[layer - 1] * share[layer - 1], delta[layer]) for layer in w}
    return Backpropagation(z, a, delta, nabla_w, nabla_b)


def _layer(network: Network, layer: int, z: Array) -> tuple[Array, Array]:
    """The activations of a layer, and σ' of each, neuron by neuron where they differ."""
    name = network.output if layer == len(network.sizes) else network.activation
    if name == "softmax":
        return _softmax(z), np.full_like(z, np.nan)  # it has no slope of a neuron alone
    function, derivative = FUNCTIONS[name]
    a, slope = np.array(function(z)), np.array(derivative(z))
    for (of_layer, j), other in network.swapped.items():
        if of_layer == layer:
            a[:, j], slope[:, j] = (f(z[:, j]) for f in FUNCTIONS[other])
    return a, slope


def _shares(network: Network, masks: Sequence[Array] | None) -> dict[int, Any]:
    """For layers 1, 2 … the factor by which dropout changes the weights that lead out; else 1."""
    shares: dict[int, Any] = dict.fromkeys(range(1, len(network.sizes)), 1)
    dropout = network.dropout
    for i, n in enumerate(network.sizes[1:-1]):
        if dropout is not None and masks is not None:
            shares[i + 2] = masks[i]
        elif dropout is not None and not dropout.inverted:
            shares[i + 2] = (n - int(dropout.rate * n)) / n
    return shares


@dataclass(frozen=True)
class Comparison:
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

    rows: tuple[Comparison, ...]

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


def bp_report(
    network: Network,
    x: npt.ArrayLike,
    y: npt.ArrayLike,
    masks: Sequence[npt.ArrayLike] | None = None,
) -> Report:
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
    by_hand = backprop(network, x, y, masks)
    run = network.record(x, y, masks=masks)
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
        rows.append(Comparison(name, layer, f"δ{layer}", by_hand.delta[layer], of_graph))
    for layer in layers:
        rows.append(
            Comparison("BP3", layer, f"∂C/∂b{layer}", by_hand.nabla_b[layer], graph_b[layer])
        )
    for layer in layers:
        rows.append(
            Comparison("BP4", layer, f"∂C/∂w{layer}", by_hand.nabla_w[layer], graph_w[layer])
        )
    return Report(tuple(rows))
