"""Which mistake at a recorded operation would explain every wrong argument at once?"""

from collections.abc import Sequence
from itertools import islice

import numpy as np

from ...differences.problem import Recorded
from ...engine.backward import sweep
from ...engine.core import Array, Node
from ..judge.judge import Finding
from .evidence import Evidence, Explanation
from .suspects import Suspect, list_suspects

_SUSPECTS = 200  # mistakes to try


def find_mistake(
    findings: Sequence[Finding], wrong: dict[int, Evidence], cotangents: Array, run: Recorded
) -> Explanation | None:
    """A mistake at a recorded operation that explains every wrong argument, and no right one."""
    graph = run.graph
    if graph is None or not wrong or not graph.requires_grad:
        return None
    for changed in islice(list_suspects(graph, run.by_hand), _SUSPECTS):
        try:
            gradients = _sweep_with(graph, run.leaves, changed, cotangents)
        except ValueError:  # of another shape: not this one
            continue
        if _explains(gradients, findings, wrong, run.by_hand):
            one, several = changed[0], len(changed) > 1
            everywhere = f"{one.everywhere} at each of {len(changed)} places"
            return Explanation(one.cause, everywhere if several else one.text)
    return None


def _explains(
    gradients: list[Array], findings: Sequence[Finding], wrong: dict[int, Evidence], by_hand: bool
) -> bool:
    if not by_hand:
        return all(e.mended_by(gradients[i]) for i, e in wrong.items())
    if not all(e.explained_by(gradients[i]) for i, e in wrong.items()):
        return False
    right = [(f.gradients, gradients[f.position]) for f in findings if f.position not in wrong]
    rooms = [1e-9 * float(np.max(np.abs(claimed), initial=0.0)) for claimed, _ in right]
    return all(np.allclose(*pair, 1e-6, room) for pair, room in zip(right, rooms, strict=True))


def _sweep_with(
    graph: Node, leaves: Sequence[Node], changed: Sequence[Suspect], cotangents: Array
) -> list[Array]:
    """The gradients of each leaf, ``(cotangents, elements)``, with other rules at some nodes."""
    before = [s.node.op for s in changed]
    try:
        for s in changed:
            op = s.node.op
            assert op is not None
            s.node.op = op.with_rule(s.argument, s.rule)
        found = [sweep([graph], leaves, [c.reshape(graph.shape)]) for c in cotangents]
    finally:
        for s, op in zip(changed, before, strict=True):
            s.node.op = op
    return [
        np.stack([np.ravel(f[x]) if x in f else np.zeros(x.data.size) for f in found])
        for x in leaves
    ]
