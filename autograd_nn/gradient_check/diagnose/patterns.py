"""The patterns of wrong gradients: each looks at the evidence and gives a cause and a sentence.

A pattern supposes a fault, works out what the gradient would then be, and holds that against what
is claimed, at every element and under every cotangent.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import combinations

import numpy as np

from ...engine.backward import topological_order
from ...engine.core import Array
from .evidence import Evidence, Found
from .misplaced import moved_about, not_accumulated, only_a_part_is_summed, only_the_diagonal
from .misscaled import added, factor_by_row, offset
from .suspects import REDUCTIONS
from .wrong_layer import mixed_up


def zero(e: Evidence) -> Found:
    """Nothing arrives."""
    if e.claimed.any():
        return None
    return "zero", "the gradient is zero everywhere, the function's is not (a detached value?)"


def constant_ratio(e: Evidence) -> Found:
    """The gradient is c times the right one."""
    matters = e.known & (np.abs(e.measured) > e.tolerance)
    n, a = e.measured[matters], e.claimed[matters]
    if not n.size:
        return None
    size = float(np.max(np.abs(n)))
    c = float((a / size) @ (n / size) / ((n / size) @ (n / size)))
    if not np.isfinite(c) or c == 0 or not e.explained_by(c * e.measured):
        return None
    many = int(np.sum(matters.any(axis=0)))
    where = f"at all {many} elements" if many > 1 else "at the one element that is known"
    if abs(c + 1) < 1e-6:
        return "sign", f"the gradient is −1 times the right one, {where}: a wrong sign"
    return _named_ratio(e, c, where)


def _named_ratio(e: Evidence, c: float, where: str) -> Found:
    times = f"{c:.7g}"
    if times == "1":
        times = f"(1 {'+' if c > 1 else '−'} {abs(c - 1):.1g})"
    text = f"the gradient is {times} times the right one, {where}"
    for count, what in _counts(e):
        for ratio, which in (
            (1 / count, "a mean in place of a sum"),
            (count, "a sum in place of a mean"),
        ):
            if abs(c / ratio - 1) < 1e-6:
                return "mean for sum", f"{text}; {count} is {what}: {which}?"
    for ratio, hint in (
        (0.5, "a factor 2 is missing?"),
        (2.0, "a factor 2 too much (a missing ½?)"),
    ):
        if abs(c / ratio - 1) < 1e-6:
            return "factor", f"{text}: {hint}"
    for whole, hint in ((1 / c, "a factor {} is missing?"), (c, "a factor 1/{} is missing?")):
        n = round(whole)
        if n > 2 and abs(whole / n - 1) < 1e-6:
            return "factor", f"{text}: {hint.format(n)}"
    return "factor", text


def _counts(e: Evidence) -> Iterator[tuple[int, str]]:
    """Numbers of elements that a mean might divide by; 2 is as likely a factor of another kind."""
    yield from e.counts
    for shape, what in ((e.result, "result"), (e.shape, "argument")):
        for count in range(1, len(shape) + 1):
            for axes in combinations(range(len(shape)), count):
                n = int(np.prod([shape[a] for a in axes]))
                if n > 2:
                    on = f"axis {', '.join(map(str, axes))}"
                    yield n, f"the {what}'s size{'' if count == len(shape) else ' on ' + on}"
    for shape in _reduced(e):
        for n in {int(np.prod(shape, dtype=np.int64)), *shape} - {0, 1, 2}:
            yield n, "a size of what the result was reduced from"


def _reduced(e: Evidence) -> Iterator[tuple[int, ...]]:
    """The shapes that a scalar result was reduced from."""
    if e.graph is None:
        return
    for node in reversed(topological_order(e.graph)):
        if node is e.graph or (node.op is not None and node.op.name in REDUCTIONS):
            yield from (np.shape(getattr(x, "data", 0.0)) for x in node.inputs)


def single_precision(e: Evidence) -> Found:
    """Off by what rounding to float32 does, at random."""
    known = e.known
    with np.errstate(all="ignore"):
        a = e.claimed[known]
        off = np.abs(a - e.measured[known])
        rounded = a == a.astype(np.float32)
    size = np.maximum(e.scale[known], np.abs(e.measured[known]))
    if np.any(off > 4e-7 * size + e.tolerance[known]):
        return None
    how = "every element is a float32 number" if rounded.all() else "as by rounding to float32"
    worst = float(np.max(off / np.maximum(size, 1e-300)))
    return "float32", f"the gradient is off by {worst:.1g} of itself, {how}: a step in float32"


def tied(e: Evidence) -> Found:
    """The shares of tied elements do not fit together."""
    if not e.ties:
        return None
    places = ", ".join(str(e.index(t)) for t in e.ties[:4])
    several = f"{len(e.ties)} tied elements, {places}" if len(e.ties) > 1 else f"a tie at {places}"
    text = f"{several}: each share could be right alone, together they are not"
    return "ties", text


def some_elements(e: Evidence) -> Found:
    """Most elements are right."""
    bad: Array = np.asarray(e.bad.any(axis=0))
    matters = e.known.any(axis=0) & (bad | (np.abs(e.measured) > e.tolerance).any(axis=0))
    wrong, looked = int(bad.sum()), int(matters.sum())
    if not wrong or wrong >= looked:
        return None
    places = np.flatnonzero(bad)
    how = _ratio_at(e, bad)
    if e.whole or wrong > 1:
        return "some elements", f"{_where(e, places, looked)} wrong{how}, the others are right"
    return (
        "some elements",
        f"index {e.index(int(places[0]))} is wrong{how}, those sampled are right",
    )


def _where(e: Evidence, places: Array, looked: int) -> str:
    indices = np.array([e.index(int(p)) for p in places])
    for axis in range(indices.shape[1]):
        if len(places) > 1 and (indices[:, axis] == indices[0, axis]).all():
            slab = int(np.prod(e.shape, dtype=np.int64)) // e.shape[axis]
            if len(places) >= max(2, slab // 2):
                part = "row" if axis == 0 else "column" if axis == 1 else f"axis {axis} index"
                return f"only {part} {indices[0, axis]} is"
    if len(places) == 1:
        return f"only index {e.index(int(places[0]))} is"
    return f"{len(places)} of {looked} elements are"


def _ratio_at(e: Evidence, bad: Array) -> str:
    """What the wrong elements are, if that is the same for all."""
    pairs = e.bad & bad & (np.abs(e.measured) > e.tolerance)
    if not pairs.any():
        return ""
    ratios = e.claimed[pairs] / e.measured[pairs]
    if np.ptp(ratios) > 1e-5 * abs(ratios[0]):
        return ""
    if ratios[0] == 0:
        return " (zero)"
    told = f"{ratios[0]:.6g}" if f"{ratios[0]:.6g}" != "1" else f"{ratios[0]:.9g}"
    return f" ({told} times too large)" if abs(ratios[0]) > 1 else f" ({told} of what it should be)"


IN_ORDER: tuple[Callable[[Evidence], Found], ...] = (
    zero,
    tied,
    constant_ratio,
    single_precision,
    offset,
    added,
    moved_about,
    not_accumulated,
    only_a_part_is_summed,
    only_the_diagonal,
    some_elements,
    mixed_up,
    factor_by_row,
)
