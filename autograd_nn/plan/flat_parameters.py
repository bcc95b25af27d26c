"""Where the parameters of a network lie."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ..engine.core import Array
from ..tensor.tensor import Tensor


def side_by_side(leaves: Sequence[Tensor]) -> Array:
    """Move the arrays of new leaves of one dtype into one memory, one behind the other.

    Each keeps its shape and values; the memory is returned.  A plan can then change all of them in
    one call (:mod:`autograd_nn.plan.fuse_updates`); nothing else depends on it.

    >>> w, b = Tensor([[1.0, 2.0]]), Tensor([3.0])
    >>> memory = side_by_side([w, b])
    >>> w.data.base is b.data.base is memory, memory.tolist()
    (True, [1.0, 2.0, 3.0])
    """
    flat: Array = np.concatenate([leaf.data.ravel() for leaf in leaves])
    stop = 0
    for leaf in leaves:
        start, stop = stop, stop + leaf.data.size
        leaf.values = flat[start:stop].reshape(leaf.shape)
    return flat
