"""The right gradient times something, or plus something: factors, means, constants, penalties."""

from collections.abc import Iterator

import numpy as np

from ...engine.backward import topological_order
from ...engine.core import value
from ...engine.types import Array
from ..verdict import Cause
from .evidence import Evidence, Guess, spell_axes, subsets
from .suspects import REDUCTIONS

_SHOWN = 2  # factors of rows


def find_factor(e: Evidence) -> Iterator[Guess]:
    """The gradient is c times the right one."""
    matters = e.known & (np.abs(e.measured) > e.tolerance)
    n, a = e.measured[matters], e.claimed[matters]
    if not n.size:
        return
    size = float(np.max(np.abs(n)))
    c = float((a / size) @ (n / size) / ((n / size) @ (n / size)))
    if not np.isfinite(c) or c == 0 or not e.explained_by(c * e.measured):
        return
    many = int(np.sum(matters.any(axis=0)))
    where = f"at all {many} elements" if many > 1 else "at the one element that was measured"
    if _is(c, -1):
        yield Cause.SIGN, f"the gradient is −1 times the right one, {where}: a wrong sign", None
    yield from _explain_factor(e, c, where)


def _explain_factor(e: Evidence, c: float, where: str) -> Iterator[Guess]:
    times = f"{c:.7g}"
    if times == "1":
        times = f"(1 {'+' if c > 1 else '−'} {abs(c - 1):.1g})"
    text = f"the gradient is {times} times the right one, {where}"
    for n, what in _counts(e):
        for mean, hint in ((1 / n, "a mean instead of a sum"), (n, "a sum instead of a mean")):
            if _is(c, mean):
                yield Cause.MEAN_FOR_SUM, f"{text}; {n} is {what}: {hint}?", None
    if _is(c, 2):
        yield Cause.FACTOR, f"{text}: a factor of 2 too many (a missing ½?)", None
    for whole, missing in ((1 / c, "{}"), (c, "1/{}")):
        n = round(whole)
        if n > 1 and _is(whole, n):
            text += f": a factor of {missing.format(n)} is missing?"
    yield Cause.FACTOR, text, None


def _is(c: float, number: float) -> bool:
    return abs(c / number - 1) < 1e-6


def _counts(e: Evidence) -> Iterator[tuple[int, str]]:
    """Numbers of elements that a mean might divide by; 2 is as likely a factor of another kind."""
    yield from e.run.counts
    for shape, what in ((e.result, "result"), (e.shape, "argument")):
        for axes in subsets(range(len(shape))):
            n = int(np.prod([shape[a] for a in axes]))
            if n > 2:
                along = "" if len(axes) == len(shape) else f" along {spell_axes(axes)}"
                yield n, f"the {what}'s size{along}"
    for node in reversed(topological_order(e.run.graph)) if e.run.graph is not None else ():
        if node is e.run.graph or (node.op is not None and node.op.name in REDUCTIONS):
            for shape in (np.shape(value(x)) for x in node.inputs):
                for n in {int(np.prod(shape, dtype=np.int64)), *shape} - {0, 1, 2}:
                    yield n, f"{'a dimension' if n in shape else 'the size'} of the reduced array"


def find_row_factors(e: Evidence) -> Iterator[Guess]:
    """Each row, or each column, is the right one times a number of its own."""
    if len(e.shape) != 2 or not e.whole:
        return
    claimed, measured = (a.reshape(-1, *e.shape) for a in (e.claimed, e.measured))
    matters: Array = np.any(np.abs(e.measured) > e.tolerance, axis=0).reshape(e.shape)
    for along, part in ((1, "row"), (0, "column")):
        several = matters.sum(axis=along) > 1  # of one element any number is a factor
        if several.sum() < 2 or (np.any(matters, axis=along) & ~several).any():
            continue
        axes = (0, along + 1)
        size = np.sum(measured * measured, axis=axes, keepdims=True)
        ratios = np.sum(claimed * measured, axis=axes, keepdims=True) / np.where(size, size, 1.0)
        shown = ", ".join(f"{r:.4g}" for r in ratios.ravel()[several][:_SHOWN])
        more = " …" if several.sum() > _SHOWN else ""
        text = (
            f"each {part} is off by a factor of its own ({shown}{more}): is σ′(z) missing, "
            "here or in a later layer?"
        )
        yield Cause.FACTOR, text, (ratios * measured).reshape(e.measured.shape)


def find_float32(e: Evidence) -> Iterator[Guess]:
    """Off by what rounding to float32 does, at random."""
    known = e.known
    a = e.claimed[known]
    off = np.abs(a - e.measured[known])
    rounded = a == a.astype(np.float32)
    size = np.maximum(e.scale[known], np.abs(e.measured[known]))
    if np.any(off > 4e-7 * size + e.tolerance[known]):
        return
    how = "every element is a float32 number" if rounded.all() else "as if rounded to float32"
    worst = float(np.max(off / np.maximum(size, 1e-300)))
    text = f"the gradient has a relative error of {worst:.1g}, {how}: a step in float32?"
    yield Cause.FLOAT32, text, None


def find_constant(e: Evidence) -> Iterator[Guess]:
    """A constant is added, the same under every cotangent."""
    off = (e.claimed - e.measured)[e.known]
    room = 10 * e.tolerance[e.known]
    best = float(off[np.argmin(room)])
    if best != 0 and np.all(np.abs(off - best) <= room + 1e-3 * abs(best)):  # nan is none
        yield Cause.OFFSET, f"the gradient is the right one plus {best:.6g}, at every element", None


def find_added_term(e: Evidence) -> Iterator[Guess]:
    """A multiple of ones, of the argument or of its signs is added, to that of a single result."""
    if e.cotangents.shape[1] != 1:
        return
    known = e.known[-1]
    off = (e.claimed[-1] - e.measured[-1])[known] / e.cotangents[-1, 0]
    for basis, what, penalty in (
        (np.ones_like(e.value), "", ""),
        (e.value, " times the argument itself", "weight decay, L2"),
        (np.sign(e.value), " times the argument's sign", "L1"),
    ):
        if np.count_nonzero(basis[known]) < 2:  # a multiple of one number says nothing
            continue
        largest = np.max(np.abs(basis[known]))
        b = basis[known] / largest
        times = float(b @ off / (b @ b)) / float(largest)
        if not np.isfinite(times) or times == 0:
            continue
        sign = "plus" if times > 0 else "minus"
        text = f"the gradient is the right one {sign} {abs(times):.6g}{what}, at every element"
        if penalty:
            at = "counted twice, or only in the gradient" if times > 0 else "only in the function"
            text += f": is a penalty ({penalty}) {at}?"
        cause = Cause.PENALTY if penalty else Cause.OFFSET
        yield cause, text, e.measured + e.cotangents * times * basis
