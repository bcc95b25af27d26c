"""The costs, each written twice: composed from the activations, and fused from the weighted inputs.

The composed form is the book's: every factor of BP1 and of a path is the value of a node.  The
fused form computes the same number from z and stays exact where a neuron saturates; training uses
it.  Both are the mean over the examples (rows) of the mini-batch.  They take arrays or tensors.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from .. import ops
from ..engine.core import value
from ..engine.types import Array
from ..tensor.tensor import Tensor


@dataclass(frozen=True)
class Cost:
    """A cost C(a, y) of an output layer: its name and its two forms."""

    name: str
    composed: Callable[[Any, Any], Any]
    fused: Callable[[Any, Any], Any]


def mean_over_examples(per_output: Array | Tensor) -> Any:
    """Sum over the output neurons (last axis), then the mean over the examples if there are any."""
    per_example = ops.sum(per_output, axis=-1)
    return ops.mean(per_example) if len(per_output.shape) > 1 else per_example


def mean_in_one_sum(per_output: Array | Tensor) -> Any:
    """The same number, as training computes it: one sum over all, which takes half the time."""
    total, shape = ops.sum(per_output), per_output.shape
    return total / shape[0] if len(shape) > 1 else total


def quadratic(a: Array | Tensor, y: Array | Tensor) -> Any:
    """C = 1/(2m) Σ ‖y - a‖², equation (6) of the book.

    >>> import numpy as np
    >>> float(quadratic(np.array([0.5, 1.0]), np.array([0.0, 1.0])))
    0.125
    """
    return mean_over_examples(0.5 * ops.square(a - y))


def cross_entropy(a: Array | Tensor, y: Array | Tensor) -> Any:
    """C = -1/m Σ [y ln a + (1-y) ln(1-a)], equation (63) of the book.

    Raises ``ValueError`` if an activation is exactly 0 or 1, whose logarithm is infinite.

    >>> import numpy as np
    >>> round(float(cross_entropy(np.array([0.5]), np.array([1.0]))), 6)
    0.693147
    """
    refuse_saturated(value(a))
    return mean_over_examples(-(y * ops.log(a) + (1 - y) * ops.log(1 - a)))


def refuse_saturated(a: Array, cost: str = "cross_entropy", highest: float = 1.0) -> None:
    """Raise ``ValueError`` if an output is exactly 0 or ``highest``: a logarithm is infinite."""
    saturated = (a <= 0) | (a >= highest)
    if np.any(saturated):
        where = tuple(map(int, np.argwhere(saturated)[0]))
        raise ValueError(
            f"{cost}: the output {list(where)} is saturated, exactly {a[where]:g}, so its "
            "logarithm is infinite; record(…, fused=True) computes the cost from the weighted "
            "inputs instead"
        )


def log_likelihood(a: Array | Tensor, y: Array | Tensor) -> Any:
    """C = -1/m Σ ln a_y, the sum of y_j ln a_j for a row y of zeros with a one; equation (80).

    Raises ``ValueError`` if an activation is exactly 0, whose logarithm is infinite.

    >>> import numpy as np
    >>> round(float(log_likelihood(np.array([0.25, 0.75]), np.array([0.0, 1.0]))), 6)
    0.287682
    """
    refuse_saturated(value(a), "log_likelihood", highest=np.inf)
    return mean_over_examples(-(y * ops.log(a)))


def _from_minus_1(a: Array | Tensor) -> Any:
    """Numbers from -1 to 1 as numbers from 0 to 1: (1 + a) / 2, equation (111) of the book."""
    return (1 + a) * 0.5


# --- from the weighted inputs, the layer's function included; named, so that networks pickle ------


def _linear_quadratic(z: Array | Tensor, y: Array | Tensor) -> Any:
    return mean_in_one_sum(0.5 * ops.square(z - y))


def _sigmoid_quadratic(z: Array | Tensor, y: Array | Tensor) -> Any:
    return _linear_quadratic(ops.sigmoid(z), y)


def _tanh_quadratic(z: Array | Tensor, y: Array | Tensor) -> Any:
    return _linear_quadratic(ops.tanh(z), y)


def _softmax_quadratic(z: Array | Tensor, y: Array | Tensor) -> Any:
    return _linear_quadratic(ops.softmax(z), y)


def _sigmoid_cross_entropy(z: Array | Tensor, y: Array | Tensor) -> Any:
    return mean_in_one_sum(ops.sigmoid_cross_entropy(z, y))


def _composed_tanh_cross_entropy(a: Array | Tensor, y: Array | Tensor) -> Any:
    return cross_entropy(_from_minus_1(a), _from_minus_1(y))


def _tanh_cross_entropy(z: Array | Tensor, y: Array | Tensor) -> Any:
    """tanh z is 2σ(2z) - 1, so this is the cross-entropy of a sigmoid neuron at 2z."""
    return mean_in_one_sum(ops.sigmoid_cross_entropy(2 * z, _from_minus_1(y)))


def _softmax_log_likelihood(z: Array | Tensor, y: Array | Tensor) -> Any:
    return mean_in_one_sum(-(y * ops.log_softmax(z)))


_ROWS = (  # output, cost, composed from a, fused from z
    ("sigmoid", "quadratic", quadratic, _sigmoid_quadratic),
    ("sigmoid", "cross_entropy", cross_entropy, _sigmoid_cross_entropy),
    ("softmax", "log_likelihood", log_likelihood, _softmax_log_likelihood),
    ("softmax", "quadratic", quadratic, _softmax_quadratic),
    ("linear", "quadratic", quadratic, _linear_quadratic),
    ("tanh", "quadratic", quadratic, _tanh_quadratic),
    ("tanh", "cross_entropy", _composed_tanh_cross_entropy, _tanh_cross_entropy),
)

COSTS: dict[str, dict[str, Cost]] = {}
"""The costs that belong to each output layer.

δᴸ = aᴸ - y for sigmoid outputs with cross-entropy (equation (66) of the book), softmax with
log-likelihood (84), linear outputs with the quadratic cost (68), and tanh with the cross-entropy
of (1+a)/2; with the quadratic cost sigmoid, tanh and softmax outputs keep their slope as a factor.
"""
for _output, _name, _composed, _fused in _ROWS:
    COSTS.setdefault(_output, {})[_name] = Cost(_name, _composed, _fused)


_ADVICE = {
    ("softmax", "cross_entropy"): (
        "; what other libraries call the cross-entropy of a softmax is log_likelihood"
    ),
    ("sigmoid", "log_likelihood"): "; log_likelihood is for output='softmax'",
}


def choose_cost(name: object, output: str) -> Cost:
    """The cost of that name for that output layer; ``ValueError`` lists the costs it may have."""
    costs = COSTS[output]
    if isinstance(name, str) and name in costs:
        return costs[name]
    advice = _ADVICE.get((output, str(name)), "")
    raise ValueError(
        f"Network: cost={name!r:.60} with {output} outputs; expected one of "
        f"{', '.join(costs)}{advice}"
    )
