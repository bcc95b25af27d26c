"""Arguments at the edges: zeros, ties, bounds, nan in what is not differentiated.

A wrong rule may differ from the right one nowhere else.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from autograd_nn.engine.core import Op
from autograd_nn.ops import ALL

from .mutant import free_arguments
from .samples import Sample, table

NAN = np.nan


@lru_cache
def edge_samples(name: str) -> tuple[Sample, ...]:
    """The edges of one op: those made from its samples, and its own."""
    made = [s for sample in table() if sample.op == name for s in _made(_OPS[name], sample)]
    return (*[s for s in _OWN if s.op == name], *made)


def _made(op: Op, sample: Sample) -> list[Sample]:
    """The differentiated arguments replaced by zeros, by ones, by whole numbers with ties."""
    free = free_arguments(op, sample)
    if not free or not 1 < max(np.size(sample.arrays[i]) for i in free) < 20:
        return []
    replacements = (
        np.zeros_like,
        np.ones_like,
        lambda x: np.clip(np.round(x), -1, 1) + 0.0,
        lambda x: np.where(np.arange(x.size).reshape(x.shape) % 3 == 1, 0.0, x),
    )
    return [
        Sample(
            sample.op,
            tuple(
                np.asarray(new(np.array(a, dtype=float))) if i in free else a
                for i, a in enumerate(sample.arrays)
            ),
            sample.params,
            sample.fixed,
        )
        for new in replacements
    ]


_OPS = {op.name: op for op in ALL}
_OWN = [
    Sample("fmax", (np.array([1.0, 2.0, -1.0]), np.array([NAN, 1.0, NAN])), {}, (1,)),
    Sample("fmax", (np.array([NAN, 1.0, NAN]), np.array([1.0, 2.0, -1.0])), {}, (0,)),
    Sample("fmin", (np.array([1.0, 2.0, -1.0]), np.array([NAN, 1.0, NAN])), {}, (1,)),
    Sample("fmin", (np.array([NAN, 1.0, NAN]), np.array([1.0, 2.0, -1.0])), {}, (0,)),
    Sample("power", (np.zeros(3), np.array([0.0, 1.0, 2.0])), {}, (1,)),
    Sample("power", (np.zeros(3), 0), {}, (1,)),
    Sample("power", (np.zeros(3), np.array([1.0, 2.0, 3.0])), {}, (0,)),
    Sample("float_power", (np.zeros(3), np.array([0.0, 1.0, 2.0])), {}, (1,)),
    Sample("float_power", (np.zeros(3), 0), {}, (1,)),
    Sample("float_power", (np.zeros(3), np.array([1.0, 2.0, 3.0])), {}, (0,)),
    Sample("clip", (np.array([-2.0, -0.5, 0.5, 2.0]),), {"low": -0.5, "high": 0.5}),
    Sample("clip", (np.array([-2.0, -0.5, 0.5, 2.0]),), {"low": -0.7, "high": 0.6}),
    Sample("prod", (np.array([[0.0, 2.0, 3.0], [0.0, 0.0, 1.5]]),), {"axis": 1}),
    Sample("cumprod", (np.array([1.5, 0.0, 3.0, 0.0, 2.0]),), {}),
    Sample("sinc", (np.array([0.0, 1e-3, 0.5, 1.0, -6.5]),), {"order": 2}),
]
