"""The cotangents that results are weighted with.

A cotangent of ones is the one that most wrong rules are right for (softmax with no backward pass
at all, any permutation), so it is never used.
"""

from __future__ import annotations

import numpy as np

from ...differences.constants import EVERY_RESULT, GAUSSIAN
from ...engine.core import Array


def draw_cotangents(shape: tuple[int, ...], rng: np.random.Generator) -> Array:
    """One row each: every unit vector for up to 16 results, and two Gaussian ones always."""
    count = int(np.prod(shape, dtype=np.int64))
    gaussian = rng.standard_normal((GAUSSIAN, count))
    if count == 1:  # 1 says it all; another number shows whether the gradient is linear in it
        return np.array([[-0.5 - abs(gaussian[0, 0])], [1.0]])
    return np.vstack([np.eye(count), gaussian]) if count <= EVERY_RESULT else gaussian
