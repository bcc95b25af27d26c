"""The patterns of wrong gradients: each looks at the evidence and gives a cause and a sentence.

A pattern supposes a fault, works out what the gradient would then be, and holds that against what
is claimed, at every element and under every cotangent.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import combinations, permutations, product
from math import factorial

import numpy as np

from ..backward import topological_order
from ..core import Array
from ..ops import indexing
from ..ops.connections import numbered
from .evidence import Evidence
from .rows import factor_by_row

Found = tuple[str, str] | None
PICKING = {op.name for op in indexing.ALL}


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
    where = f"at all {int(np.sum(matters.any(axis=0)))} elements"
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
    most = e.graph.inputs if e.graph is not None else ()
    for x in most:  # of a scalar result, what it was reduced from
        shape = np.shape(getattr(x, "data", 0.0))
        for n in {int(np.prod(shape, dtype=np.int64)), *shape} - {0, 1, 2}:
            yield n, "a size of what the result was reduced from"


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


def offset(e: Evidence) -> Found:
    """A constant is added."""
    off = (e.claimed - e.measured)[e.known]
    room = 10 * e.tolerance[e.known]
    best = float(off[np.argmin(room)])
    if best == 0 or np.any(np.abs(off - best) > room + 1e-3 * abs(best)):
        return None
    return "offset", f"the gradient is the right one plus {best:.6g}, at every element"


def moved_about(e: Evidence) -> Found:
    """The right numbers, or the right cotangents, in the wrong places."""
    if not e.whole or max(e.measured.shape[1], e.cotangents.shape[1]) < 2:
        return None
    for cause, text, order in _orders(e.shape):
        if e.explained_by(e.measured[:, order]):
            return cause, f"the gradient is the right one {text}"
    if e.jacobian is not None:
        for cause, text, order in _orders(e.result):
            if e.explained_by(e.pulled(e.cotangents[:, order])):
                return cause, f"the gradient is that of the cotangent {text}"
    return _any_order(e)


def _orders(shape: tuple[int, ...]) -> Iterator[tuple[str, str, Array]]:
    """Ways to put elements into a wrong order: a cause, words, and the flat positions."""
    numbers = numbered(shape)
    long = [axis for axis, n in enumerate(shape) if n > 1]
    if numbers.size < 2 or len(shape) > 4:
        return
    for count in range(1, len(long) + 1):
        for axes in combinations(long, count):
            text = f"flipped on axis {', '.join(map(str, axes))}"
            yield "flipped", text, np.flip(numbers, axes).ravel()
    for axes in list(permutations(range(len(shape))))[1 : factorial(len(shape))]:
        order = numbers.transpose(axes).ravel()
        text = "transposed" if len(shape) == 2 else f"with its axes in the order {axes}"
        yield "transposed", text, order
        yield "transposed", text, np.argsort(order)
    for axis in long:
        for shift in range(1, min(shape[axis], 17)):
            text = f"rolled by {shift} on axis {axis}"
            yield "permuted", text, np.roll(numbers, shift, axis).ravel()
    for shift in (1, -1):
        yield "permuted", f"rolled by {shift}", np.roll(numbers.ravel(), shift)


def _any_order(e: Evidence) -> Found:
    """The same numbers in any order, the same one under every cotangent."""
    claimed, measured = e.claimed[-1], e.measured[-1]
    if claimed.size < 3:
        return None
    order = np.empty(claimed.size, int)
    order[np.argsort(claimed, kind="stable")] = np.argsort(measured, kind="stable")
    if e.explained_by(e.measured[:, order]):
        moved = int(np.sum(order != np.arange(order.size)))
        return "permuted", f"the gradient has the right numbers, {moved} of them in wrong places"
    return None


def only_a_part_is_summed(e: Evidence) -> Found:
    """Broadcasting is undone by taking one share, or by the wrong axis, or by a mean."""
    if e.jacobian is None:
        return None
    result = np.reshape(e.cotangents, (-1, *e.result))
    long = [axis for axis, n in enumerate(e.result) if n > 1]
    for count in range(1, len(long) + 1):
        for axes, place in product(combinations(long, count), (0, -1)):
            part = np.zeros_like(result)
            at = tuple(place if a in axes else slice(None) for a in range(len(e.result)))
            part[(slice(None), *at)] = result[(slice(None), *at)]
            if e.explained_by(e.pulled(part.reshape(e.cotangents.shape))):
                which = "first" if place == 0 else "last"
                on = ", ".join(map(str, axes))
                text = f"only the {which} share along axis {on} of the result arrives"
                return "not summed back", f"{text}: not summed over what was broadcast"
    return _over_other_axes(e)


def _over_other_axes(e: Evidence) -> Found:
    """Shares of an element-by-element function, summed over axes that were not broadcast."""
    assert e.jacobian is not None
    try:
        own = np.broadcast_to(numbered(e.shape), e.result).ravel()
    except ValueError:
        return None
    if own.size == e.measured.shape[1] or not e.shape:
        return None
    shares = (e.cotangents * e.jacobian[np.arange(own.size), own]).reshape(-1, *e.result)
    for count in range(1, len(e.result) + 1):
        for axes in combinations(range(len(e.result)), count):
            summed = shares.sum(axis=tuple(a + 1 for a in axes))
            if summed[0].size == e.measured.shape[1] and e.explained_by(
                summed.reshape(e.measured.shape)
            ):
                return "not summed back", f"summed over axis {axes} of the result, the wrong one"
    return None


def not_accumulated(e: Evidence) -> Found:
    """Of several shares for one element only the last, or the first, is kept."""
    if e.jacobian is None or not e.result or not _picks(e):
        return None
    j = np.where(np.abs(e.jacobian) > 1e-9 * np.max(np.abs(e.jacobian), initial=0.0), e.jacobian, 0)
    used = (j != 0).sum(axis=0)
    for last in (True, False):
        rows = np.arange(len(j))[:, None]
        place = np.where(j != 0, rows, -1).max(axis=0) if last else np.argmax(j != 0, axis=0)
        columns = np.arange(j.shape[1])
        if e.explained_by(e.cotangents[:, place] * j[place, columns]):
            which = "last" if last else "first"
            text = f"of up to {used.max()} shares for one element only the {which} is kept"
            return "not accumulated", f"{text}: add up repeated indices"
    return None


def _picks(e: Evidence) -> bool:
    """Whether elements are picked by index, or some are used more often than others."""
    assert e.jacobian is not None
    names = (
        {n.op.name for n in topological_order(e.graph) if n.op} if e.graph is not None else set()
    )
    used = (np.abs(e.jacobian) > 1e-9 * np.max(np.abs(e.jacobian), initial=0.0)).sum(axis=0)
    return bool(names & PICKING) or len(set(used.tolist())) > 1


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
    return " (zero)" if ratios[0] == 0 else f" ({ratios[0]:.6g} times too large)" if abs(
        ratios[0]
    ) > 1 else f" ({ratios[0]:.6g} of what it should be)"  # fmt: skip


IN_ORDER: tuple[Callable[[Evidence], Found], ...] = (
    zero,
    tied,
    constant_ratio,
    single_precision,
    offset,
    moved_about,
    not_accumulated,
    only_a_part_is_summed,
    some_elements,
    factor_by_row,
)
