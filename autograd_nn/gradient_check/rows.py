"""A factor for each row or column: what is seen of a forgotten σ′(z) where no graph shows it.

Of one example ∂C/∂w is the outer product of δ and the activations below (the book's BP4).  Where δ
is wrong, for a factor that it or a δ above it lacks, it is so by the same number all along a row.
"""

from __future__ import annotations

import numpy as np

from ..core import Array
from .evidence import Evidence, Found

_SHOWN = 2


def factor_by_row(e: Evidence) -> Found:
    """Each row, or each column, is the right one times a number of its own."""
    if len(e.shape) != 2 or not e.whole:
        return None
    claimed, measured = (a.reshape(-1, *e.shape) for a in (e.claimed, e.measured))
    matters: Array = np.any(np.abs(e.measured) > e.tolerance, axis=0).reshape(e.shape)
    for along, part in ((1, "row"), (0, "column")):
        told = matters.sum(axis=along) > 1  # of one element any number is a factor
        if told.sum() < 2 or (np.any(matters, axis=along) & ~told).any():
            continue
        axes = (0, along + 1)
        size = np.sum(measured * measured, axis=axes, keepdims=True)
        ratios = np.sum(claimed * measured, axis=axes, keepdims=True) / np.where(size, size, 1.0)
        if e.explained_by((ratios * measured).reshape(e.measured.shape)):
            shown = [f"{r:.4g}" for r in ratios.ravel()[told][:_SHOWN]]
            more = " …" if told.sum() > _SHOWN else ""
            text = f"each {part} is off by a factor of its own ({', '.join(shown)}{more})"
            return "factor", f"{text}: σ′(z) missing, here or above?"
    return None
