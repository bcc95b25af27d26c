"""Where a network's parameters lie."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ..tensor import Tensor


def side_by_side(leaves: Sequence[Tensor]) -> None:
    """Move the arrays of new leaves of one dtype into one memory, one behind the other.

    Each keeps its shape and values.  A plan can then change all of them in one call
    (:mod:`autograd_nn.merging`); nothing else depends on it.

    >>> w, b = Tensor([[1.0, 2.0]]), Tensor([3.0])
    >>> side_by_side([w, b])
    >>> w.data.base is b.data.base, w.data.base.tolist()
    (True, [1.0, 2.0, 3.0])
    """
    flat = np.concatenate([leaf.data.ravel() for leaf in leaves])
    stop = 0
    for leaf in leaves:
        start, stop = stop, stop + leaf.data.size
        leaf._array = flat[start:stop].reshape(leaf.shape)
