"""BP1 to BP4 beside the gradients of the recorded graph."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ..engine.backward import sweep
from ..engine.types import Array
from .backprop import backprop
from .network import Network


@dataclass(frozen=True)
class Comparison:
    """One equation at one layer: its result, and the recorded graph's."""

    equation: str
    layer: int
    quantity: str
    by_equation: Array
    by_graph: Array

    @property
    def residual(self) -> float:
        """The largest difference between two elements."""
        return float(np.max(np.abs(self.by_equation - self.by_graph), initial=0.0))

    @property
    def largest(self) -> float:
        """The largest element in magnitude, to judge the residual by."""
        return float(np.max(np.abs(self.by_equation), initial=0.0))


@dataclass(frozen=True)
class Report:
    """BP1 to BP4 beside the recorded graph; ``rows`` are the data, ``str`` makes a table."""

    rows: tuple[Comparison, ...]

    @property
    def residual(self) -> float:
        """The largest residual of all rows."""
        return float(np.max([row.residual for row in self.rows]))  # nan, unlike max, stays nan

    def __str__(self) -> str:
        """A plain-text table, one line for each equation and layer."""
        lines = [f"     layer {'quantity':9} {'shape':>10} {'largest':>12} {'residual':>10}"]
        for r in self.rows:
            shape = "×".join(map(str, r.by_equation.shape))
            lines.append(
                f"{r.equation:4} {r.layer:5} {r.quantity:9} {shape:>10} "
                f"{r.largest:12.6e} {r.residual:10.1e}"
            )
        return "\n".join(lines)


def bp_report(
    network: Network,
    x: npt.ArrayLike,
    y: npt.ArrayLike,
    masks: Sequence[npt.ArrayLike] | None = None,
) -> Report:
    """The result of every equation beside the gradient of the recorded graph.

    The arguments and errors are those of :func:`backprop`.  For m examples the gradient of z in the
    graph is δ/m, since the cost is a mean; BP1 and BP2 are compared with m times that.

    >>> from autograd_nn.models import Network
    >>> report = bp_report(Network([2, 3, 2], rng=0), [0.5, -1.0], 1)
    >>> [(row.equation, row.layer) for row in report.rows]
    [('BP1', 3), ('BP2', 2), ('BP3', 3), ('BP3', 2), ('BP4', 3), ('BP4', 2)]
    >>> report.residual < 1e-15
    True
    """
    by_hand, run = backprop(network, x, y, masks), network.record(x, y, masks=masks)
    graph = sweep([run.cost], [*run.z.values(), *network.parameters], [None])
    rows: list[Comparison] = []
    for n, delta in sorted(by_hand.delta.items(), reverse=True):
        z, b, w = run.z[n], run.biases[n], run.weights[n]
        name, of_graph = "BP2" if rows else "BP1", np.atleast_2d(len(delta) * graph[z])
        rows += [
            Comparison(name, n, f"δ{n}", delta, of_graph),
            Comparison("BP3", n, f"∂C/∂b{n}", by_hand.nabla_b[n], graph[b]),
            Comparison("BP4", n, f"∂C/∂w{n}", by_hand.nabla_w[n], graph[w]),
        ]
    return Report(tuple(sorted(rows, key=lambda row: row.equation)))  # in a stable order
