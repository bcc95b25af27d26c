"""A second look at what differs, does not settle, or bends: no wrong gradient is told lightly.

A doubtful line is measured again with care and from each side.  Where it still differs, the claim
may be off by round-off of its own, or the function may have a kink that no single line shows.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from ...differences.central import EPSILON
from ...differences.lines import Lines, elements
from ...differences.one_sided import OneSided, kinked_around, nearby, one_sided
from ...differences.problem import Counting
from ...differences.refined import careful
from ...engine.core import Array
from .compare import (
    AGREES,
    DIFFERS,
    KINKED,
    MARGIN,
    NONFINITE,
    RELATIVE,
    UNRESOLVED,
    Comparison,
    codes,
)
from .cotangents import weighted

_CONFIRM = 3  # so many wrong lines are looked at again before the rest is believed,
_ROUGH = 24  # and so many that cannot be measured, if none is wrong, before the rest is not
_KNOWN = 1e-7  # what was refuted first is not accepted then for want of digits
_LARGE = 1e8  # this many times as large as arguments and results: half of all digits
_FEW = 4  # elements to try for many
_KINKS = 8  # so many that are none but stairs are looked for
_OWN = 1e-10  # a claim's own noise is below this, as a part of what is natural; else it is no noise


@dataclass
class Doubts:
    """What second looks at the arguments of one problem have in common."""

    problem: Counting
    gradients: Sequence[Array]  # of each argument: (cotangents, elements)
    cotangents: Array
    here: Array
    shape: tuple[int, ...]
    stairs: Array  # how high those are that each result moves in
    rng: np.random.Generator
    kinks_seen: int = 0

    @cached_property
    def noise(self) -> list[Array]:
        """How far each claim moves when every argument is moved by units in its last place."""
        noise = [np.zeros_like(g) for g in self.gradients]
        for _ in range(2):
            moved = [
                x * (1 + 4 * EPSILON * self.rng.choice([-1.0, 1.0], x.shape))
                for x in self.problem.values
            ]
            with np.errstate(all="ignore"):
                run = self.problem.recorded(moved)
                if run.value.shape != self.shape:
                    continue
                shares = [
                    [np.array(s) for s in run.pull(c.reshape(self.shape))] for c in self.cotangents
                ]
                for i, g in enumerate(self.gradients):
                    off = np.abs(np.stack([np.ravel(s[i]) for s in shares]) - g)
                    noise[i] = np.fmax(noise[i], np.where(np.isfinite(off), off, 0.0))
        return noise

    @cached_property
    def kinked(self) -> bool:
        """Whether the function has a kink at the arguments, in whatever direction."""
        return kinked_around(self.problem, self.here, self.rng)

    @cached_property
    def lost(self) -> bool:
        """Whether something on the way is so large that digits of the rest are lost beside it."""
        ends = [*self.problem.values, self.here]
        largest = max(float(np.max(np.abs(x), initial=0.0)) for x in ends)
        return self.problem.magnitude > _LARGE * largest

    def look_again(self, i: int, found: Comparison) -> None:
        """Look again at every doubtful line through argument ``i``, the worst first."""
        confirmed = rough = 0
        for line in _doubtful(found):
            scatter = self._measure_again(i, found, line)
            if (found.code[line] > KINKED).any() and line not in found.kinks:
                self._allow_for_noise(i, found, line)
            if (found.code[line] == DIFFERS).any():
                self._allow_for_roughness(i, found, line)
                rough += bool((found.code[line] != DIFFERS).all())
            if (found.code[line] == DIFFERS).any() and self.kinked:
                self._allow_for_kinks_around(i, found, line, scatter)
            confirmed += bool((found.code[line] == DIFFERS).any())
            if confirmed == _CONFIRM:
                break
            if rough == _ROUGH and not confirmed:
                found.code[found.code == DIFFERS] = UNRESOLVED
                break

    def _measure_again(self, i: int, found: Comparison, line: int) -> Array:
        """Measure with care and from each side; how far the results scatter."""
        one = found.lines[[line]]
        again, noise, _ = careful(self.problem, i, one, self.here, self.stairs)
        found.measured.replace(line, weighted(again, self.cotangents))
        if found.jacobian is not None:
            found.jacobian[line] = again.value[0]
        _judge(found, line)
        if not found.measured.bent[line] and found.code[line].max() == AGREES:
            return noise
        sides = one_sided(self.problem, i, one, self.here, again.natural[0], noise)
        if sides.kinked.any() and self._is_kink(i, one, sides, again.natural[0], noise):
            _judge_kink(found, line, sides, self.cotangents)
        elif sides.kinked.any():  # stairs have edges too
            code = found.code[line]
            code[(code == AGREES) | (code == KINKED)] = UNRESOLVED
        else:  # as of x·|x| at 0
            found.measured.replace(line, weighted(sides.smooth(again, self.lost), self.cotangents))
            _judge(found, line)
        return noise

    def _is_kink(self, i: int, one: Lines, sides: OneSided, natural: Array, noise: Array) -> bool:
        """Whether a kink still is one in between the steps; of many, after a few, taken to be."""
        if self.kinks_seen >= _KINKS:
            return True
        again = one_sided(self.problem, i, one, self.here, natural, noise, self.rng)
        same = bool((again.kinked | ~sides.kinked).all())
        self.kinks_seen += 1 if same else -_KINKS
        return same

    def _allow_for_noise(self, i: int, found: Comparison, line: int) -> None:
        noise = found.lines[[line]].sizes(self.noise[i])
        natural = found.measured.natural[line]
        found.noise[line] = np.where(noise <= _OWN * natural, noise, 0.0)[0]
        _judge(found, line)

    def _allow_for_roughness(self, i: int, found: Comparison, line: int) -> None:
        """What is no smooth curve at the scale of the steps refutes nothing beyond its roughness.

        Stairs can be read in two ways, that of the whole and that of one of them, flat: what has
        lost its digits looks like what has been rounded.
        """
        one = found.lines[[line]]
        again, noise, stairs = careful(self.problem, i, one, self.here, self.stairs, self.rng)
        if line in found.kinks:
            sides = one_sided(self.problem, i, one, self.here, again.natural[0], noise, self.rng)
            if sides.kinked.any():
                return  # and the gradient is not between its slopes
            del found.kinks[line]
        refuted, measured = found.code[line] == DIFFERS, weighted(again, self.cotangents)
        found.measured.replace(line, measured)
        if found.jacobian is not None:
            found.jacobian[line] = again.value[0]
        _judge(found, line)
        size = np.maximum(np.abs(found.claimed[line]), np.abs(measured.numeric[0]))
        known = measured.error[0] <= _KNOWN * size
        code = found.code[line]
        code[refuted & (code == AGREES) & ~known] = UNRESOLVED
        if one.positions is None and not found.claimed[line].any():
            stairs = stairs | self._in_stairs(i)
        if stairs.any():
            flat = weighted(
                replace(again, value=np.where(stairs, 0.0, again.value)), self.cotangents
            )
            as_if_flat = codes(found.claimed[[line]], flat, found.largest, found.noise[[line]])[0]
            code[(code == DIFFERS) & (as_if_flat != DIFFERS)] = UNRESOLVED

    def _in_stairs(self, i: int) -> Array:
        """The results that move in stairs when single elements of a large argument do."""
        stairs = np.ones(self.here.size, bool)
        for j in self.rng.choice(self.problem.values[i].size, _FEW):
            one = elements(self.problem.values[i], np.array([j]))
            stairs &= careful(self.problem, i, one, self.here, self.stairs, self.rng)[2]
        return stairs

    def _allow_for_kinks_around(self, i: int, found: Comparison, line: int, scatter: Array) -> None:
        """Of three equal numbers, the middle one moved alone changes neither the least of them nor
        the largest; but where the others move as well it does."""
        if found.lines.positions is None:
            return
        around = nearby(self.problem, i, found.lines[[line]], self.here, scatter, self.rng)
        if around.kinked.any():
            _judge_kink(found, line, around, self.cotangents)


def _judge(found: Comparison, line: int) -> None:
    at = [line]
    w = found.measured[at]
    found.code[line] = codes(found.claimed[at], w, found.largest, found.noise[at])[0]


def _doubtful(found: Comparison) -> list[int]:
    """The lines to look at again, the worst first."""
    w = found.measured
    with np.errstate(all="ignore"):
        size = np.maximum(np.abs(found.claimed), np.abs(w.numeric))
        rough = (w.truncation > w.rounding) & (
            w.error > 1e-7 * np.maximum(size, 1e-2 * found.largest)
        )
        apart = np.abs(found.claimed - w.numeric) / found.tolerance
    doubtful = rough.any(axis=1) | (found.code != AGREES).any(axis=1) | w.bent
    badness = np.max(np.where(found.code == DIFFERS, apart, 0.0), axis=1, initial=0.0)
    return [int(line) for line in np.argsort(-badness, kind="stable") if doubtful[line]]


def _judge_kink(found: Comparison, line: int, sides: OneSided, cotangents: Array) -> None:
    found.kinks[line] = sides
    low, high, error = sides.between(cotangents)
    claimed = found.claimed[line]
    room = MARGIN * error + RELATIVE * np.maximum(np.abs(low), np.abs(high))
    inside = (claimed >= low - room) & (claimed <= high + room)
    code = np.where(inside, KINKED, DIFFERS)
    found.code[line] = np.where(np.isfinite(claimed), code, NONFINITE)
