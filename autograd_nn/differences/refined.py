"""One line measured with care: many steps, and the noise of the results."""

from __future__ import annotations

import numpy as np

from ..engine.core import Array
from .central import EPSILON, FIRST, LEVELS, RATIO, Slopes, evaluate, slopes
from .lines import Lines
from .problem import Problem
from .smoothness import roughened

_LONG = 3  # tries with steps so long that what does not move over them does not depend on it
_UNLIKE = 2.0**-20  # elements of so different sizes are on one direction


def careful(
    problem: Problem,
    i: int,
    line: Lines,
    here: Array,
    least: Array,
    rng: np.random.Generator | None = None,
) -> tuple[Slopes, Array, Array]:
    """One line with several steps tried, down to the element's own size; and the noise measured,
    ``least`` being what is known of it.

    Of each result the best try counts, and how far the next one is from it belongs to its error.
    A try over which a result stands still may have missed changes below the round-off of values
    on the way (``problem.magnitude``), and refutes nothing beyond that.  With ``rng`` the function
    is looked at in between the steps too, still shorter ones are tried, and the results that move
    in stairs are told, last.
    """
    h, finest = FIRST * float(line.reach[0]), float(line.finest[0])
    alike = line.positions is not None or finest < _UNLIKE * h
    noise = np.maximum(_noise(problem, i, line, here, min(h, finest or h) if alike else h), least)
    firsts = [2.0, 2.0**-2, FIRST, 2.0**-12, 2.0**-18, 2.0**-24]
    while firsts[-1] * line.reach[0] > finest / 1024 > 0 and firsts[-1] > 1e-280:
        firsts.append(firsts[-1] / 64)
    if rng is not None:
        firsts += [firsts[-1] / 64, firsts[-1] / 4096]
    tries = [slopes(problem, i, line, here, first, noise) for first in firsts[:_LONG]]
    noise = np.where(np.all([t.still for t in tries], axis=0)[0], 0.0, noise)
    tries += [slopes(problem, i, line, here, first, noise) for first in firsts[_LONG:]]
    stairs = np.zeros(here.size, bool)
    if rng is not None:
        tries, stairs = roughened(problem, i, line, here, firsts, tries, rng)
    value = np.concatenate([t.value for t in tries])
    error = np.concatenate([t.error for t in tries])
    finest_steps = np.array(firsts)[:, None] * line.reach[0] / RATIO ** (LEVELS - 1)
    still = np.concatenate([t.still for t in tries])
    moves = ~still.all(axis=0) | still.all()  # one that never does while others do is at rest
    rests = np.concatenate([t.rests for t in tries])
    hidden = np.where(rests & moves, EPSILON * problem.magnitude / finest_steps, 0.0)
    error = np.maximum(error, hidden)
    value_or_nan = np.where(_refuted(value, error), np.nan, value)
    best = np.argmin(_doubt(value_or_nan, error), axis=0)
    columns = np.arange(here.size)
    chosen = value[best, columns]
    with np.errstate(invalid="ignore"):
        apart = np.abs(value - chosen)
        apart[best, columns] = np.inf
        apart[~np.isfinite(apart)] = np.inf
        apart[~(error <= 1e3 * error[best, columns])] = np.inf  # no second opinion
        nearest = np.min(apart, axis=0)
    truncation = np.concatenate([t.truncation for t in tries])[best, columns]
    rounding = error[best, columns] - truncation
    second = np.where(np.isfinite(nearest), nearest, 0.0)
    bent = np.any([t.bent for t in tries], axis=0)
    found = Slopes(
        chosen[None],
        np.maximum(truncation, second)[None],
        rounding[None],
        tries[2].natural,
        bent,
        still[:1],
        rests[:1],
    )
    return found, noise, stairs


def _noise(problem: Problem, i: int, line: Lines, here: Array, h: float) -> Array:
    """How far each result scatters: the third differences of a line with noise 1 have √20.

    Where the steps are too long for a line, near a pole, much shorter ones are taken; and where
    there is a kink, whose differences shrink with the steps.
    """
    coarse, middle, fine = (
        _scatter(evaluate(problem, i, line, h * s * np.arange(-3.0, 4.0)[:, None], here.size)[:, 0])
        for s in (2.0**-14, 2.0**-18, 2.0**-26)
    )
    kink = np.abs(16 * middle - coarse) < 0.1 * coarse
    noise: Array = np.where((coarse < 1e-10 * np.abs(here)) & ~kink, coarse, np.fmin(coarse, fine))
    return noise


def _scatter(found: Array) -> Array:
    with np.errstate(all="ignore"):
        moves = np.diff(found, 3, axis=0)
        unit = np.max(np.abs(moves), axis=0)  # so that no square is too large or too small
        unit = np.where(unit > 0, unit, 1.0)
        scatter: Array = unit * np.sqrt(np.mean(np.square(moves / unit), axis=0) / 20)
        scatter = np.where(np.isfinite(unit), scatter, unit)
    return scatter


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
    settled = np.isfinite(value) & (relative < 1e-4)
    doubt = np.where(settled.any(axis=0), np.where(settled, relative, np.inf), error)
    return np.where(np.isfinite(value) & np.isfinite(doubt), doubt, np.inf)
