"""A second look at what differs, does not settle, or bends: no gradient is called wrong lightly.

What is off by far on a smooth curve is wrong.  Any other doubtful line is measured again with care
and from each side.  Where it still differs, the claim may be off by round-off of its own, or the
function may have a kink that no single line shows.
"""

from dataclasses import replace

import numpy as np

from ...differences import constants as const
from ...differences.kinks import slopes_around
from ...differences.lines import elements
from ...differences.measurement import Measurement, Sides
from ...engine.types import Array
from .compare import AGREES, DIFFERS, KINKED, NONFINITE, UNRESOLVED, Claims, Comparison, codes


def look_again(claims: Claims, i: int, found: Comparison) -> None:
    """Look again at every doubtful line through argument ``i``, the worst first."""
    confirmed = rough = 0
    for line in _doubtful(found):
        look = _Look(claims, i, found, line)
        if not look.is_plainly_wrong():
            rough += look.closely()
        if look.differs and claims.kinked:
            look.around()
        confirmed += look.differs
        if confirmed == const.CONFIRM:
            break
        if rough == const.DOUBTED and not confirmed:
            found.code[found.code == DIFFERS] = UNRESOLVED
            break


def _unsettled(found: Comparison) -> Array:
    """The pairs whose table did not settle."""
    w = found.measured
    size = np.maximum(np.abs(found.claimed), np.abs(w.value))
    least = const.ROUGH_ERROR * np.maximum(size, 1e-2 * found.largest)
    unsettled: Array = (w.truncation > w.rounding) & (w.error > least)
    return unsettled


def _doubtful(found: Comparison) -> list[int]:
    """The lines to look at again, the worst first."""
    with np.errstate(all="ignore"):
        apart = np.abs(found.claimed - found.measured.value) / found.tolerance
        doubtful = _unsettled(found) | (found.code != AGREES) | found.measured.bent
    badness = np.max(np.where(found.code == DIFFERS, apart, 0.0), axis=1, initial=0.0)
    order = np.argsort(-badness, kind="stable")
    return [int(line) for line in order if doubtful[line].any()]


class _Look:
    """A second look at one line of a comparison."""

    def __init__(self, claims: Claims, i: int, found: Comparison, line: int) -> None:
        self.claims, self.i, self.found, self.line = claims, i, found, line
        self.probe = claims.probe(i, found.lines[[line]])
        self.code: Array = found.code[line]  # a view: it is changed in place

    @property
    def differs(self) -> bool:
        """Whether any pair still differs."""
        return bool((self.code == DIFFERS).any())

    def is_plainly_wrong(self) -> bool:
        """Whether the claim is off by a thousand errors on a smooth curve: no doubt is left."""
        w, line = self.found.measured, self.line
        if not self.differs or not set(self.code.tolist()) <= {AGREES, DIFFERS}:
            return False
        if w.bent[line].any() or _unsettled(self.found)[line].any():
            return False
        if not self._is_far_off() or not self.probe.is_smooth():
            return False
        self._allow_for_noise()
        return self.differs and self._is_far_off()

    def _is_far_off(self) -> bool:
        """By a thousand errors, and by what may be lost beside something large on the way."""
        w, found, line = self.found.measured, self.found, self.line
        finest = const.FIRST * self.probe.reach * const.FINEST
        lost = const.EPSILON * self.claims.problem.magnitude / finest
        error = w.error[line] + lost * np.sum(np.abs(self.claims.cotangents), axis=1)
        apart = np.abs(found.claimed[line] - w.value[line])
        return bool(np.any(apart > const.PLAIN * (error + found.noise[line])))

    def closely(self) -> bool:
        """Look as closely as is needed; whether what differed turned out to be only rough."""
        self._measure_again()
        if (self.code > KINKED).any() and self.line not in self.found.kinks:
            self._allow_for_noise()
        if not self.differs:
            return False
        self._allow_for_roughness()
        return not self.differs

    def _put(self, measured: Measurement) -> None:
        """Judge the line by a new measurement."""
        self.found.measured.put(self.line, measured.under(self.claims.cotangents))
        self.found.judge(self.line)

    def _measure_again(self) -> None:
        """Measure with care, and from each side."""
        again = self.probe.measure()
        self._put(again)
        if self.found.jacobian is not None:
            self.found.jacobian[self.line] = again.value[0]
        if not self.found.measured.bent[self.line].any() and self.code.max() == AGREES:
            return
        sides = self.probe.sides()
        if sides.kinked.any() and self._is_kink(sides):
            self._judge_kink(sides)
        elif sides.kinked.any():  # stairs have edges too
            self.code[self.code <= KINKED] = UNRESOLVED
        else:  # as of x·|x| at 0
            self._put(sides.smooth(again, self.claims.lost))

    def _is_kink(self, sides: Sides) -> bool:
        """Whether a kink still is one in between the steps; of many, after a few, taken to be."""
        if self.claims.kinks_seen >= const.KINKS:
            return True
        again = self.probe.sides(closely=True)
        same = bool((again.kinked | ~sides.kinked).all())
        self.claims.kinks_seen += 1 if same else -const.KINKS
        return same

    def _allow_for_noise(self) -> None:
        noise = self.found.lines[[self.line]].slopes(self.claims.noise[self.i], errors=True)
        natural = self.found.measured.natural[self.line]
        self.found.noise[self.line] = np.where(noise <= const.OWN_NOISE * natural, noise, 0.0)[0]
        self.found.judge(self.line)

    def _allow_for_roughness(self) -> None:
        """What is no smooth curve at the scale of the steps refutes nothing beyond its roughness.

        Stairs can be read in two ways, that of the whole and that of one of them, flat: what has
        lost its digits looks like what has been rounded.
        """
        found, line = self.found, self.line
        if line in found.kinks:
            if self.probe.sides(closely=True).kinked.any():
                return  # and the gradient is not between its slopes
            del found.kinks[line]
        again = self.probe.measure(closely=True)
        refuted = self.code == DIFFERS
        self._put(again)
        if found.jacobian is not None:
            found.jacobian[line] = again.value[0]
        claimed, measured = found.claimed[line], found.measured[[line]]
        size = np.maximum(np.abs(claimed), np.abs(measured.value[0]))
        known = measured.error[0] <= const.KNOWN * size
        self.code[refuted & (self.code == AGREES) & ~known] = UNRESOLVED
        stairs = again.stairs
        if found.lines.positions is None and not claimed.any():
            stairs = stairs | self._in_stairs()
        if stairs.any():
            flat = replace(again, value=np.where(stairs, 0.0, again.value))
            flat = flat.under(self.claims.cotangents)
            as_if_flat = codes(claimed[None], flat, found.largest, found.noise[[line]])[0]
            self.code[(self.code == DIFFERS) & (as_if_flat != DIFFERS)] = UNRESOLVED

    def _in_stairs(self) -> Array:
        """The results that move in stairs when single elements of a large argument do."""
        x = self.claims.problem.values[self.i]
        chosen = self.claims.rng.choice(x.size, const.FEW)
        probes = [self.claims.probe(self.i, elements(x, np.array([j]))) for j in chosen]
        stairs: Array = np.all([p.measure(closely=True).stairs[0] for p in probes], axis=0)
        return stairs

    def around(self) -> None:
        """Look at kinks that the line does not show: of three equal numbers, the middle one moved
        alone changes neither the least of them nor the largest; where the others move too it does.
        """
        if self.found.lines.positions is not None:
            sides = slopes_around(self.probe, 1e-6 * self.found.largest)
            if sides.kinked.any():
                self._judge_kink(sides)

    def _judge_kink(self, sides: Sides) -> None:
        self.found.kinks[self.line] = sides
        low, high, error = sides.between(self.claims.cotangents)
        claimed = self.found.claimed[self.line]
        room = const.MARGIN * error + const.RELATIVE * np.maximum(np.abs(low), np.abs(high))
        inside = (claimed >= low - room) & (claimed <= high + room)
        code = np.where(inside, KINKED, DIFFERS)
        self.found.code[self.line] = np.where(np.isfinite(claimed), code, NONFINITE)
