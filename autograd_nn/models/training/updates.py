"""How a step changes a parameter: plain descent, weight decay, L1, momentum.

The same text serves arrays (the eager step) and tensors (a plan traces it), so both do the same
arithmetic in the same order.  The gradient is multiplied by η already: ``step`` is η ∂C₀/∂w of the
cost without penalty.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np

from ... import ops
from ...engine.types import Array
from ...tensor.tensor import Tensor

Values: TypeAlias = float | Array | Tensor


@dataclass(frozen=True)
class UpdateRule:
    """w → w - η ∂C₀/∂w with penalties and momentum: ``l2`` and ``l1`` are λ, ``momentum`` is μ.

    ``examples`` is n, the number of *training* examples, by which the book divides λ.
    """

    l2: float = 0.0
    l1: float = 0.0
    momentum: float = 0.0
    regularize_biases: bool = False
    examples: int = 1

    @property
    def plain(self) -> bool:
        """Whether it is plain descent."""
        return not (self.l2 or self.l1 or self.momentum)

    def penalizes(self, parameter: Tensor) -> bool:
        """Whether the penalty includes this parameter: weights always, biases only if chosen."""
        return bool(self.l2 or self.l1) and (self.regularize_biases or parameter.ndim > 1)

    def update(self, w: Values, step: Values, rate: Values, penalized: bool) -> Any:
        """w' = (1 - ηλ/n) w - η ∂C₀/∂w, equation (93); with L1 also - ηλ/n sgn w, equation (97).

        >>> UpdateRule(l2=5.0, examples=100).update(2.0, 0.25, 0.5, True)  # 0.975 · 2 - 0.25
        1.7
        """
        if penalized and self.l2:
            w = (1 - rate * (self.l2 / self.examples)) * w
        if penalized and self.l1:
            w = w - (rate * (self.l1 / self.examples)) * ops.sign(w)
        return w - step

    def accelerate(self, w: Values, v: Values, step: Values, rate: Values, penalized: bool) -> Any:
        """v' = μv - η ∂C/∂w, equation (107), with C = C₀ + the penalty; then w' = w + v'.

        >>> UpdateRule(momentum=0.5).accelerate(2.0, -1.0, 0.25, 0.5, False)
        -0.75
        """
        if penalized and self.l2:
            step = step + (rate * (self.l2 / self.examples)) * w
        if penalized and self.l1:
            step = step + (rate * (self.l1 / self.examples)) * ops.sign(w)
        return self.momentum * v - step

    def penalty(self, parameters: Iterable[Tensor]) -> float:
        """λ/2n Σ w², equation (85), and λ/n Σ |w|, equation (95)."""
        weights = [p.data for p in parameters if self.penalizes(p)]
        squares = sum(float(np.sum(np.square(w))) for w in weights)
        absolute = sum(float(np.sum(np.abs(w))) for w in weights)
        return (self.l2 / 2 * squares + self.l1 * absolute) / self.examples
