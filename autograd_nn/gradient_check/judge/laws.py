"""Laws that every gradient obeys exactly, for which no finite difference is needed.

A cotangent of zero gives zero; −4 times the cotangent gives −4 times the gradient (a power of two,
so nothing is rounded); two runs give the same; a gradient has its argument's shape and dtype and
memory of its own; nothing that was handed in is changed; and nothing is computed in float32.
"""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Any

import numpy as np

from ...differences.constants import APART, LAST_BITS, ROUND, SMALLEST
from ...differences.lines import sizes
from ...differences.problem import Problem, Recorded
from ...differences.smoothness import Stairs
from ...engine.backward import topological_order
from ...engine.core import Node
from ...engine.modes import no_grad
from ...engine.types import Array
from ..report import BrokenLaw
from ..verdict import Cause
from .float32 import check_graph, check_moves, check_results


def check_laws(
    problem: Problem, run: Recorded, cotangent: Array, stairs: Stairs
) -> list[BrokenLaw]:
    """Every law that does not hold, at one cotangent; the results move in ``stairs``, if in any."""
    given = [x.copy() for x in problem.values]
    kept, cotangent = cotangent, cotangent.copy()
    with np.errstate(all="ignore"):
        raw = run.pull(cotangent)
        found = list(_forms(problem, raw)) or list(_changed(problem, given))
        if found:
            return found  # nothing else can be asked
        found = [*_dtypes(problem, raw), *_memory(problem, raw, cotangent)]
        if not np.array_equal(cotangent, kept):
            found.append(BrokenLaw(None, Cause.OTHER, "the cotangent is changed in place"))
            cotangent = kept.copy()
        shares = [np.array(s, np.float64) for s in raw]
        random = list(_repeated(problem, run, cotangent, shares))
        linear = random or list(_linear(run, cotangent, shares))
        found += linear or _additive(problem, run, cotangent, shares)
        found += (
            check_graph(run.graph)
            or check_results(problem, run)
            or ([] if random else check_moves(problem, run, stairs))
        )
        found += _changing_rules(run.graph)
    return [*found, *_changed(problem, given)]


def _changed(problem: Problem, given: Sequence[Array]) -> Iterator[BrokenLaw]:
    """Arguments that are not what they were; they are put right again."""
    for i, (x, before) in enumerate(zip(problem.values, given, strict=True)):
        if not np.array_equal(x, before):
            text = f"argument {i} ({problem.names[i]}) is changed in place"
            x[...] = before
            yield BrokenLaw(i, Cause.OTHER, f"{text}; write w = w - …, not w -= …", True)


def _forms(problem: Problem, shares: Sequence[Any]) -> Iterator[BrokenLaw]:
    if len(shares) != len(problem.values):
        text = f"{_many(len(shares), 'gradient')} for {_many(len(problem.values), 'argument')}"
        text += "; a tuple or a list holds one array for each argument"
        yield BrokenLaw(None, Cause.OTHER, text, True)
        return
    shapes = [np.shape(x) for x in problem.values]
    for i, (x, share) in enumerate(zip(problem.values, shares, strict=True)):
        try:
            s = np.asarray(share)
        except ValueError:
            s = np.asarray(share, dtype=object)
        if s.dtype.kind not in "fiub":
            kind = type(s.item()).__name__ if s.ndim == 0 else f"an array of {s.dtype}"
            text = f"the gradient is {kind}; expected an array of numbers"
            yield BrokenLaw(i, Cause.OTHER, text, True)
        elif s.shape != x.shape:
            law = wrong_shape(i, s.shape, x.shape)
            if s.shape in shapes and law.cause is Cause.OTHER:
                other = shapes.index(s.shape)
                text = f"{law.text}, but argument {other} ({problem.names[other]}) has it: "
                text += "are the gradients in a different order from the arguments?"
                law = replace(law, cause=Cause.PERMUTED, text=text)
            yield law


def _many(count: int, what: str) -> str:
    return f"{count} {what}{'' if count == 1 else 's'}"


def wrong_shape(i: int | None, got: tuple[int, ...], expected: tuple[int, ...]) -> BrokenLaw:
    """The law that a gradient has the shape of its argument, and what breaking it points to."""
    text = f"the gradient has shape {got}, its argument {expected}"
    if len(got) > 1 and sorted(got) == sorted(expected):
        return BrokenLaw(i, Cause.TRANSPOSED, f"{text}: transposed?", True)
    with suppress(ValueError):  # shapes that do not broadcast
        if np.broadcast_shapes(got, expected) == got:
            text += ": not summed over the broadcast axes"
            return BrokenLaw(i, Cause.NOT_SUMMED_BACK, text, True)
    return BrokenLaw(i, Cause.OTHER, text, True)


def _dtypes(problem: Problem, shares: Sequence[Any]) -> Iterator[BrokenLaw]:
    for i, (x, share) in enumerate(zip(problem.values, shares, strict=True)):
        dtype = np.asarray(share).dtype
        if dtype != x.dtype:
            cause = Cause.FLOAT32 if dtype.kind == "f" else Cause.OTHER
            yield BrokenLaw(i, cause, f"the gradient has dtype {dtype}, its argument {x.dtype}")


def _memory(problem: Problem, shares: Sequence[Any], cotangent: Array) -> Iterator[BrokenLaw]:
    others = [(f"argument {j}", x) for j, x in enumerate(problem.values)]
    others.append(("the cotangent", cotangent))
    for i, share in enumerate(shares):
        if not isinstance(share, np.ndarray):
            continue
        for name, other in others:
            if np.may_share_memory(share, other):
                text = f"the gradient shares memory with {name}, so changing one changes the other"
                yield BrokenLaw(i, Cause.OTHER, f"{text}; return a copy")
                break
        others.append((f"the gradient for argument {i}", share))


def _linear(run: Recorded, cotangent: Array, shares: list[Array]) -> Iterator[BrokenLaw]:
    zeros, fourfold = (  # copied: one call may use the memory of the last
        [np.array(s) for s in run.pull(c)] for c in (np.zeros_like(cotangent), -4.0 * cotangent)
    )
    for i, (one, none, four) in enumerate(zip(shares, zeros, fourfold, strict=True)):
        law = _of_the_cotangent(one, none, four) if np.isfinite(one).all() else None
        if law is not None:
            yield BrokenLaw(i, *law)


def _additive(
    problem: Problem, run: Recorded, cotangent: Array, shares: list[Array]
) -> Iterator[BrokenLaw]:
    """Parts of a cotangent give parts of the gradient, parts that no random cotangent is like:
    one without a negative element, and one in which a single element counts."""
    if cotangent.size < 2:
        return
    y, pull = run.value, run.pull
    one = np.zeros_like(cotangent)
    one.flat[-1] = cotangent.flat[-1]
    parts = {"has no negative element": np.abs(cotangent), "is zero but for one": one}
    for what, part in parts.items():
        first, rest = ([np.array(s, np.float64) for s in pull(c)] for c in (part, cotangent - part))
        for i, (x, whole, a, b) in enumerate(zip(problem.values, shares, first, rest, strict=True)):
            size = max(float(np.max(np.abs(s), initial=0.0)) for s in (whole, a, b))
            natural = np.max(np.abs(y)) * np.sum(np.abs(cotangent)) / np.min(sizes(x), initial=1.0)
            room = APART * size + ROUND * natural + SMALLEST
            if np.isfinite(size) and np.any(np.abs(a + b - whole) > room):
                text = f"not linear in the cotangent: another gradient where that {what}"
                yield BrokenLaw(i, Cause.OTHER, text)
                return


def _of_the_cotangent(one: Array, none: Array, four: Array) -> tuple[Cause, str] | None:
    """What is wrong with a gradient under a cotangent, under zero, and under −4 times the first."""
    held = np.isfinite(-4 * one)
    one, none, four = one[held], none[held], four[held]
    if not none.any() and _same(four, -4 * one):
        return None
    if _same(four, one) and _same(none, one):
        return Cause.IGNORES_COTANGENT, "the gradient is the same whatever the cotangent is"
    if none.any() and _same(four - none, -4 * (one - none)):
        if np.all(none == none.flat[0]):
            text = f"a constant, {none.flat[0]:.6g}, is added: a cotangent of zero gives it alone"
            return Cause.OFFSET, text
        text = "a term is not multiplied by the cotangent: of zero it leaves"
        return Cause.IGNORES_COTANGENT, f"{text} {np.max(np.abs(none)):.6g}"
    if none.any():
        return Cause.OTHER, f"a cotangent of zero gives {np.max(np.abs(none)):.6g}, not zero"
    j = int(np.argmax(np.abs(four + 4 * one)))
    text = f"not linear in the cotangent: {one.flat[j]:.6g} for g, {four.flat[j]:.6g} for −4g"
    return Cause.OTHER, text


def _same(a: Array, b: Array) -> bool:
    size = float(np.max(np.abs(b), initial=1e-290))
    return bool(np.all(np.abs(a - b) <= LAST_BITS * size))


def _repeated(
    problem: Problem, run: Recorded, cotangent: Array, shares: list[Array]
) -> Iterator[BrokenLaw]:
    other = problem.recorded()
    y, again = run.value, other.value
    size = float(np.max(np.abs(y), initial=0.0, where=np.isfinite(y)))
    off = np.abs(again - y) if again.shape == y.shape else np.array(np.inf)
    if np.any(off > LAST_BITS * size):
        text = f"two runs on the same arguments differ by {np.max(off):.3g} (something random?)"
        yield BrokenLaw(None, Cause.OTHER, text)
        return
    pulled = {"runs": other.pull(cotangent.copy()), "sweeps": run.pull(cotangent.copy())}
    for what, others in pulled.items():
        for i, (one, two) in enumerate(zip(shares, others, strict=True)):
            if np.isfinite(one).all() and not _same(np.asarray(two), one):
                yield BrokenLaw(i, Cause.OTHER, f"two {what} give different gradients")


def _changing_rules(graph: Node | None) -> Iterator[BrokenLaw]:
    """Rules that change the gradient arriving at them."""
    for node in topological_order(graph) if graph is not None else ():
        if node.op is None or not node.requires_grad:
            continue
        for i, x in enumerate(node.inputs):
            rule = node.op.rule(i)
            if isinstance(x, Node) and x.requires_grad and rule is not None:
                g = np.linspace(0.5, 1.5, node.data.size).reshape(node.shape)
                before = g.copy()
                with no_grad():
                    rule(g, node.data, *node.arrays, **node.params)
                if not np.array_equal(g, before):
                    text = f"the rule of {node.op.name} for argument {i} changes g in place"
                    yield BrokenLaw(None, Cause.OTHER, text)
