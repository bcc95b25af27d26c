"""How many labels are right."""

from __future__ import annotations

import numpy as np

from ..core import Array


def fraction_right(predicted: Array, wanted: Array, outputs: int) -> float:
    """The fraction of predicted labels that are as wanted; ``ValueError`` for what are no labels.

    >>> fraction_right(np.array([1, 0, 2, 2]), np.array([1, 0, 2, 1]), 3)
    0.75
    """
    if wanted.dtype.kind not in "iub" or wanted.shape != predicted.shape:
        raise ValueError(
            f"accuracy: labels of dtype {wanted.dtype} and shape {wanted.shape}; expected "
            f"integers of shape {predicted.shape}"
        )
    if wanted.size == 0:
        raise ValueError("accuracy: no examples; expected one or more")
    classes = max(2, outputs)  # a single output neuron tells two classes apart
    if wanted.min() < 0 or wanted.max() >= classes:
        raise ValueError(
            f"accuracy: labels run from {wanted.min()} to {wanted.max()}; expected 0 to "
            f"{classes - 1}"
        )
    return float(np.mean(predicted == wanted))
