"""The patterns of wrong gradients: each looks at the evidence and supposes faults."""

from collections.abc import Callable, Iterator

import numpy as np

from ...engine.types import Array
from ..verdict import Cause
from .evidence import Evidence, Guess
from .misplaced import find_diagonal, find_lost_shares, find_order, find_unsummed, find_wrong_layer
from .misscaled import find_added_term, find_constant, find_factor, find_float32, find_row_factors


def find_zero(e: Evidence) -> Iterator[Guess]:
    """Nothing arrives."""
    if not e.claimed.any():
        text = "the gradient is zero everywhere, but the function is not flat (a detached value?)"
        yield Cause.ZERO, text, None


def find_ties(e: Evidence) -> Iterator[Guess]:
    """The shares of tied elements do not fit together."""
    if not e.ties:
        return
    places = ", ".join(str(e.index(t)) for t in e.ties[:4])
    which = f"{len(e.ties)} tied elements, {places}" if len(e.ties) > 1 else f"a tie at {places}"
    yield Cause.TIES, f"{which}: each share alone could be right, but together they are not", None


def find_some_elements(e: Evidence) -> Iterator[Guess]:
    """Most elements are right."""
    bad: Array = np.asarray(e.bad.any(axis=0))
    matters = e.known.any(axis=0) & (bad | (np.abs(e.measured) > e.tolerance).any(axis=0))
    wrong, looked = int(bad.sum()), int(matters.sum())
    if not wrong or wrong >= looked:
        return
    places, how = np.flatnonzero(bad), _common_factor(e, bad)
    text = f"{_describe_places(e, places, looked)} wrong{how}, the others are right"
    if wrong == 1 and not e.whole:
        text = f"index {e.index(int(places[0]))} is wrong{how}, all others sampled are right"
    yield Cause.SOME_ELEMENTS, text, None


def _describe_places(e: Evidence, places: Array, looked: int) -> str:
    indices = np.array([e.index(int(p)) for p in places])
    if len(places) == 1:
        return f"only index {e.index(int(places[0]))} is"
    for axis in range(indices.shape[1]):
        slab = int(np.prod(e.shape, dtype=np.int64)) // e.shape[axis]
        if (indices[:, axis] == indices[0, axis]).all() and len(places) >= max(2, slab // 2):
            part = "row" if axis == 0 else "column" if axis == 1 else f"axis {axis} index"
            return f"only {part} {indices[0, axis]} is"
    return f"{len(places)} of {looked} elements are"


def _common_factor(e: Evidence, bad: Array) -> str:
    """What the wrong elements are, if that is the same for all."""
    pairs = e.bad & bad & (np.abs(e.measured) > e.tolerance)
    if not pairs.any():
        return ""
    ratios = e.claimed[pairs] / e.measured[pairs]
    ratio = ratios[0]
    if np.ptp(ratios) > 1e-5 * abs(ratio):
        return ""
    if ratio == 0:
        return " (zero)"
    times = f"{ratio:.6g}" if f"{ratio:.6g}" != "1" else f"{ratio:.9g}"
    return f" ({times} times the right value)"


IN_ORDER: tuple[Callable[[Evidence], Iterator[Guess]], ...] = (
    find_zero, find_ties, find_factor, find_float32, find_constant, find_added_term, find_order,
    find_lost_shares, find_unsummed, find_diagonal, find_some_elements, find_wrong_layer,
    find_row_factors,
)  # fmt: skip
