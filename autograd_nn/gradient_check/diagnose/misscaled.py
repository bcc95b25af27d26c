"""A term that is added to the right gradient: a constant, or that of a penalty on the size."""

from __future__ import annotations

import numpy as np

from ...engine.core import Array
from .evidence import Evidence, Found


def offset(e: Evidence) -> Found:
    """A constant is added."""
    off = (e.claimed - e.measured)[e.known]
    room = 10 * e.tolerance[e.known]
    best = float(off[np.argmin(room)])
    if best == 0 or not np.all(np.abs(off - best) <= room + 1e-3 * abs(best)):  # nan is none
        return None
    return "offset", f"the gradient is the right one plus {best:.6g}, at every element"


def added(e: Evidence) -> Found:
    """A multiple of ones, of the argument or of its signs, where the result is one number."""
    if e.cotangents.shape[1] != 1:
        return None
    for basis, cause, what, of in (
        (np.ones_like(e.value), "offset", "", ""),
        (e.value, "penalty", " times the argument itself", "weight decay, L2"),
        (np.sign(e.value), "penalty", " times the argument's sign", "L1"),
    ):
        times = _multiple(e, basis)
        if times is None:
            continue
        text = f"the gradient is the right one {'plus' if times > 0 else 'minus'} {abs(times):.6g}"
        text += f"{what}, at every element"
        if cause == "penalty":
            more = "twice, or not in the function" if times > 0 else "in the function only"
            text += f": is a penalty ({of}) there {more}?"
        return cause, text
    return None


def _multiple(e: Evidence, basis: Array) -> float | None:
    """How many times the basis is added, if that explains everything."""
    known = e.known[-1]
    if np.count_nonzero(basis[known]) < 2:  # a multiple of one number says nothing
        return None
    b = basis[known] / np.max(np.abs(basis[known]))
    off = (e.claimed[-1] - e.measured[-1])[known] / e.cotangents[-1, 0]
    times = float(b @ off / (b @ b)) / float(np.max(np.abs(basis[known])))
    if not np.isfinite(times) or times == 0:
        return None
    return times if e.explained_by(e.measured + e.cotangents * times * basis) else None


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
