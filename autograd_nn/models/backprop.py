"""The four equations of backpropagation, chapter 2 of the book, and the algorithm made of them.

This is NumPy and nothing else, without graph, op or rule: where it and a recorded graph agree, two
different programs agree.  Rows are examples; the cost is the mean over the m examples, δ is kept
for each example.  Layer l has n neurons, the layer before it k.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from ..engine.types import Array
from . import arguments
from .network import Network


def bp1(nabla_a: Array, sigma_prime: Array) -> Array:
    """BP1: δᴸ = ∇ₐC ⊙ σ'(zᴸ), the error of the output layer; all are ``(m, n)``.

    >>> bp1(np.array([[0.5, -1.0]]), np.array([[0.25, 0.25]]))
    array([[ 0.125, -0.25 ]])
    """
    return nabla_a * sigma_prime


def bp1_softmax(nabla_a: Array, a: Array) -> Array:
    """BP1 where each output depends on all of zᴸ: δⱼ = Σₖ ∂C/∂aₖ ∂aₖ/∂zⱼ; all are ``(m, n)``.

    For softmax ∂aₖ/∂zⱼ is aₖ (1 - aⱼ) if k = j, else -aₖ aⱼ.

    >>> bp1_softmax(np.array([[-4.0, 0.0]]), np.array([[0.25, 0.75]]))  # a - y for log-likelihood
    array([[-0.75,  0.75]])
    """
    return np.asarray(a * nabla_a - a * (a * nabla_a).sum(axis=-1, keepdims=True))


def bp2(w_next: Array, delta_next: Array, sigma_prime: Array) -> Array:
    """BP2: δˡ = ((wˡ⁺¹)ᵀ δˡ⁺¹) ⊙ σ'(zˡ); weights ``(n_next, n)``, δˡ⁺¹ ``(m, n_next)``.

    >>> bp2(np.array([[2.0, -4.0]]), np.array([[0.5]]), np.array([[0.25, 0.25]]))
    array([[ 0.25, -0.5 ]])
    """
    return (delta_next @ w_next) * sigma_prime


def bp3(delta: Array) -> Array:
    """BP3: ∂C/∂bˡ = δˡ, the mean over the examples: ``(n,)`` from ``(m, n)``.

    >>> bp3(np.array([[1.0, 2.0], [3.0, 6.0]]))
    array([2., 4.])
    """
    return np.asarray(delta.mean(axis=0))


def bp4(a_before: Array, delta: Array) -> Array:
    """BP4: ∂C/∂wˡ = δˡ (aˡ⁻¹)ᵀ, the mean over the examples: ``(n, k)`` from ``(m, k)``, ``(m, n)``.

    >>> bp4(np.array([[1.0, 0.5, 0.0]]), np.array([[2.0, -4.0]]))
    array([[ 2.,  1.,  0.],
           [-4., -2.,  0.]])
    """
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


# (output, cost): ∇ₐC for one example, from the weighted inputs z, the outputs a and the targets y
NABLA_A: dict[tuple[str, str], Callable[[Array, Array, Array], Array]] = {
    ("sigmoid", "quadratic"): lambda z, a, y: a - y,
    ("tanh", "quadratic"): lambda z, a, y: a - y,
    ("linear", "quadratic"): lambda z, a, y: a - y,
    ("softmax", "quadratic"): lambda z, a, y: a - y,
    ("sigmoid", "cross_entropy"): lambda z, a, y: _nabla_cross_entropy(z, y),
    # with (1+a)/2 = σ(2z) for a and (1+y)/2 for y, and the factor ½ from ∂((1+a)/2)/∂a
    ("tanh", "cross_entropy"): lambda z, a, y: _nabla_cross_entropy(2 * z, (1 + y) / 2) / 2,
    ("softmax", "log_likelihood"): lambda z, a, y: -y / a,
}


@dataclass(frozen=True)
class Backpropagation:
    """The results of backpropagation, in dicts keyed by layer number.

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
    """The book's backpropagation algorithm (chapter 2): forward, BP1, BP2 backwards, BP3, BP4.

    ``x`` is ``(features,)`` or ``(m, features)``, ``y`` holds labels or targets, ``masks`` one
    array for each hidden layer.  A swapped neuron has its own slope in place of σ' (the book's
    exercise on a single modified neuron).  With dropout the weights that lead out of a hidden
    neuron are multiplied by its mask, or, without ``masks``, by the fraction that the network uses.

    Raises ``TypeError`` for what is not a network, ``ValueError`` for arrays that do not fit it.

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
        return _softmax(z), np.full_like(z, np.nan)  # no neuron has a slope of its own
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
