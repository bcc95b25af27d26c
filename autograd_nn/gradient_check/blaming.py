"""Which operation is to blame: every recorded node's own rule at its own inputs."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from ..engine.backward import topological_order
from ..engine.core import Node, label
from ..engine.modes import record_lines
from .examine import examine
from .functions import TensorFunction, argument_names, check_argument, check_settings
from .report import Report
from .verdict import Verdict


def blame(cost: Node, *, seed: int | np.random.Generator | None = None) -> Report:
    """The report on the first operation of a recorded graph whose rule is wrong.

    ``cost`` is any recorded tensor, of any shape; ``seed`` is as in :func:`gradcheck`.  Each
    operation is checked by itself, with the values that it was recorded with: a wrong gradient at
    the end of a long computation is traced to the rule that spoils it, and with
    :func:`autograd_nn.record_lines` to the line that called it.

    The report has verdict ``PASS`` if every rule is right (or ``KINK``, where one was recorded at
    a kink), and is otherwise that on the first wrong one.  ``INCONCLUSIVE`` and ``NONFINITE`` are
    reported only if no rule is wrong.  Operations on no elements are skipped.

    Raises ``TypeError`` if ``cost`` is no tensor, ``ValueError`` for one that was not recorded, or
    for a negative seed.

    >>> import numpy as np
    >>> from autograd_nn import Op, Tensor
    >>> wrong = Op("square", np.square, lambda g, y, x: g * x)  # the factor 2 is missing
    >>> x = Tensor([1.0, 3.0], requires_grad=True)
    >>> print(blame(wrong(x).sum()))
    square, argument 0, index ...: FAIL: the gradient is 0.5 times the right one, ...
    """
    if not isinstance(cost, Node):
        raise TypeError(f"blame: got {type(cost).__name__}; expected a recorded tensor")
    if cost.op is None or not cost.requires_grad:
        raise ValueError(
            f"blame: {label(cost)} was not recorded: nothing it was made from requires a gradient"
        )
    reports: list[Report] = []
    for node in topological_order(cost):
        moved = any(isinstance(x, Node) and x.requires_grad and x.data.size for x in node.inputs)
        if node.op is None or not node.requires_grad or not node.data.size or not moved:
            continue
        report = _check_op(node, seed)
        if report.verdict is Verdict.FAIL:
            return report
        reports.append(report)
    if not reports:
        nothing = "no recorded operation has elements to check; use arrays that are not empty"
        return Report("blame", Verdict.INCONCLUSIVE, diagnosis=nothing)
    worst = max(reports, key=lambda r: r.verdict)
    if not worst.ok:
        return worst
    right = f"the rules of all {len(reports)} recorded operations are right"
    forward, backward = sum(r.forward for r in reports), sum(r.backward for r in reports)
    return Report(
        "blame", worst.verdict, diagnosis=right, forward=forward, backward=backward, seed=worst.seed
    )


def add_culprit(report: Report, record: Callable[[], Node | None]) -> Report:
    """A report on a wrong gradient with the operation that is to blame, if there are several.

    ``record()`` records the computation once more, so that the lines can be kept.
    """
    with record_lines():
        graph = record()
    if graph is None or not graph.requires_grad:
        return report
    if sum(node.op is not None and node.requires_grad for node in topological_order(graph)) < 2:
        return report
    guilty = blame(graph)
    where = f", {guilty.line}" if guilty.line else ""
    culprit = f"{guilty.name}{where}: {guilty.diagnosis}"
    if guilty.verdict is not Verdict.FAIL:
        culprit = (
            "no operation: every rule is right (is a value taken out of the graph, or are digits "
            "lost in a difference of nearly equal numbers?)"
        )
    return replace(report, culprit=culprit)


def _check_op(node: Node, seed: int | np.random.Generator | None) -> Report:
    """The check of one node's op, as a function of the inputs that a gradient goes to."""
    op = node.op
    assert op is not None
    asked = [isinstance(x, Node) and x.requires_grad for x in node.inputs]
    moved = [i for i, is_asked in enumerate(asked) if is_asked and op.rule(i) is not None]

    def function(*given: Node) -> Any:
        arguments = list(node.arrays)
        for i, x in zip(moved, given, strict=True):
            arguments[i] = x
        return op(*arguments, **node.params)

    values = [check_argument(op, i, node.arrays[i], "blame") for i in moved]
    problem = TensorFunction(function, values, "blame")
    problem.name = op.name if node.name is None else f"{op.name} (of {node.name})"
    names = argument_names(op, len(node.inputs))
    problem.names = [node.inputs[i].name or names[i] for i in moved]
    problem.line = f"recorded at {node.line}" if node.line else None
    return examine(problem, check_settings("blame", seed, None, values), None, None)
