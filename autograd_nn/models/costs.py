"""The costs, each written twice: composed from the activations, and fused from the weighted inputs.

The composed form is the book's: every factor of BP1 and of a path is the value of a node.  The
fused form computes the same number from z and stays exact where a neuron saturates; training uses
it.  Both are the mean over the examples (rows) of the mini-batch.  They take arrays or tensors.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from .. import ops
from ..core import value


@dataclass(frozen=True)
class Cost:
    """A cost C(a, y) of sigmoid outputs: its name, its two forms, and the book's formula."""

    name: str
    composed: Callable[[Any, Any], Any]
    fused: Callable[[Any, Any], Any]
    formula: str


def mean_over_examples(per_output: Any) -> Any:
    """The sum over the output neurons (last axis), and the mean over the examples if there are any.

    One sum over both axes, divided by the number of examples, costs half of a sum and a mean.
    """
    shape = per_output.shape
    total = ops.sum(per_output)
    return total / shape[0] if len(shape) > 1 else total


def quadratic(a: Any, y: Any) -> Any:
    """C = 1/(2m) Σ ‖y - a‖², equation (6) of the book.

    >>> import numpy as np
    >>> float(quadratic(np.array([0.5, 1.0]), np.array([0.0, 1.0])))
    0.125
    """
    return mean_over_examples(0.5 * ops.square(a - y))


def cross_entropy(a: Any, y: Any) -> Any:
    """C = -1/m Σ [y ln a + (1-y) ln(1-a)], equation (63) of the book.

    Raises ``ValueError`` where an activation is exactly 0 or 1, whose logarithm is infinite.

    >>> import numpy as np
    >>> round(float(cross_entropy(np.array([0.5]), np.array([1.0]))), 6)
    0.693147
    """
    refuse_saturated(value(a))
    return mean_over_examples(-(y * ops.log(a) + (1 - y) * ops.log(1 - a)))


def refuse_saturated(a: Any) -> None:
    """Raise ``ValueError`` if an output is exactly 0 or 1, where ln a or ln(1 - a) is infinite."""
    if np.any((a <= 0) | (a >= 1)):
        where = tuple(map(int, np.argwhere((a <= 0) | (a >= 1))[0]))
        raise ValueError(
            f"cross_entropy: the output {list(where)} is saturated, exactly {a[where]:g}, so its "
            "logarithm is infinite; record(…, fused=True) computes the cost from the weighted "
            "inputs instead"
        )


def _quadratic_fused(z: Any, y: Any) -> Any:
    return quadratic(ops.sigmoid(z), y)


def _cross_entropy_fused(z: Any, y: Any) -> Any:
    return mean_over_examples(ops.sigmoid_cross_entropy(z, y))


COSTS = {
    cost.name: cost
    for cost in (
        Cost("quadratic", quadratic, _quadratic_fused, "1/(2m) Σ ‖y - a‖²"),
        Cost(
            "cross_entropy", cross_entropy, _cross_entropy_fused, "-1/m Σ [y ln a + (1-y) ln(1-a)]"
        ),
    )
}
