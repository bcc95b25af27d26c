"""Of several tables with steps of all sizes the one that settles best, result by result."""

import numpy as np

from ..engine.types import Array
from .constants import EPSILON, FINEST, FIRST, SETTLED
from .measurement import Measurement


def settle(
    tries: list[Measurement], firsts: list[float], reach: float, magnitude: float, stairs: Array
) -> Measurement:
    """One measurement of a line from several, coarse steps first.

    Of each result the best try counts, and how far the next one is from it belongs to its error.
    A try over which a result stands still may have missed changes below the round-off of values
    on the way (``magnitude``), and refutes nothing beyond that.
    """
    value, error, truncation, still, rests = (
        np.concatenate([getattr(t, name) for t in tries])
        for name in ("value", "error", "truncation", "still", "rests")
    )
    finest = np.array(firsts)[:, None] * reach * FINEST
    moves = ~still.all(axis=0) | still.all()  # one that never does while others do is at rest
    hidden = np.where(rests & moves, EPSILON * magnitude / finest, 0.0)
    error = np.maximum(error, hidden)
    best = np.argmin(_doubt(np.where(_refuted(value, error), np.nan, value), error), axis=0)
    at = best, np.arange(value.shape[1])
    with np.errstate(invalid="ignore"):
        apart = np.abs(value - value[at])
        apart[at] = np.inf
        apart[~(error <= 1e3 * error[at]) | ~np.isfinite(apart)] = np.inf  # no second opinion
        nearest = np.min(apart, axis=0)
    second = np.where(np.isfinite(nearest), nearest, 0.0)
    return Measurement(
        value=value[at][None],
        truncation=np.maximum(truncation[at], second)[None],
        rounding=(error[at] - truncation[at])[None],
        scale=np.abs(value[at])[None],
        natural=tries[firsts.index(FIRST)].natural,
        hidden=np.zeros((1, value.shape[1])),
        bent=np.any([t.bent for t in tries], axis=0),
        still=still[:1],
        rests=rests[:1],
        noise=tries[-1].noise,
        stairs=stairs[None],
    )


def _refuted(value: Array, error: Array) -> Array:
    """The tries (coarse steps first) that a finer one contradicts, both errors considered.

    Long steps can settle on what is not there: a staircase is a line to steps of whole stairs.
    """
    refuted = np.zeros(value.shape, bool)
    with np.errstate(invalid="ignore"):
        for k in range(len(value)):
            apart = np.abs(value[k] - value[k + 1 :]) > 10 * (error[k] + error[k + 1 :])
            refuted[k] = apart.any(axis=0)
    return refuted


def _doubt(value: Array, error: Array) -> Array:
    """What to choose a try by: its relative error if any is small, else its error."""
    with np.errstate(all="ignore"):
        relative = np.where(value != 0, error / np.abs(value), np.inf)
    settled = np.isfinite(value) & (relative < SETTLED)
    doubt = np.where(settled.any(axis=0), np.where(settled, relative, np.inf), error)
    return np.where(np.isfinite(value) & np.isfinite(doubt), doubt, np.inf)
