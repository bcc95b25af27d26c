"""Pictures of a check, and the numbers in them: error against step, analytic against numeric.

The pictures need matplotlib (the ``plot`` extra); ``axes.figure.savefig("name.png")`` saves.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from ..differences.constants import LEVELS, RATIO
from ..differences.lines import elements
from ..differences.probe import Probe
from ..engine.types import Array
from ..plots.axes import axes_or_new, line_look
from ..support.checks import check_count, is_count
from .functions import TensorFunction, check_argument
from .report import Report


@dataclass(frozen=True)
class StepErrors:
    """How far finite differences of one element are from its gradient, for steps of all sizes.

    ``one_sided``, ``central`` and ``richardson`` are |difference − gradient| for each of ``steps``
    (richardson: the table that starts there); ``gradient`` is the backward pass's.
    """

    name: str
    argument: int
    index: tuple[int, ...]
    gradient: float
    steps: Array
    one_sided: Array
    central: Array
    richardson: Array


def step_errors(
    f: Callable[..., Any],
    *arrays: npt.ArrayLike,
    argument: int = 0,
    index: tuple[int, ...] | int | None = None,
    seed: int = 0,
) -> StepErrors:
    """The V-curve: the error of a finite difference falls with the step, until round-off rises.

    ``f`` and ``arrays``, of any shapes, are as in :func:`gradcheck`.  ``index`` is an element of
    argument ``argument``, without it the one with the largest gradient; the result is weighted with
    random numbers drawn by ``seed``.

    Of a right gradient the central difference's error falls to about 10⁻¹¹ of it at a step of
    about 10⁻⁵ of the element, the one-sided difference's to 10⁻⁸; of a wrong one no curve falls
    below the mistake.

    Raises ``TypeError`` and ``ValueError`` as :func:`gradcheck`, ``ValueError`` for an argument
    that is not there or empty, ``IndexError`` for an index that is not in the argument.

    >>> import numpy as np
    >>> curve = step_errors(np.tanh, np.array([0.5, 1.0]), index=0)
    >>> bool(curve.central.min() < 1e-9 * abs(curve.gradient))
    True
    """
    values = [check_argument(f, i, a, "step_errors") for i, a in enumerate(arrays)]
    check_count(seed, "step_errors: seed", least=0)
    if not is_count(argument) or not 0 <= argument < len(values) or not values[argument].size:
        sizes = ", ".join(str(v.size) for v in values) or "no"
        raise ValueError(
            f"step_errors: argument={argument!r}, of arguments with {sizes} elements; expected the "
            "position of one that has elements"
        )
    problem = TensorFunction(f, values, "step_errors")
    run = problem.recorded()
    weights = np.random.default_rng(seed).standard_normal(run.value.shape)
    gradient = np.asarray(run.pull(np.asarray(weights))[argument], np.float64)
    place = _place(gradient, index)
    position = int(np.ravel_multi_index(place, gradient.shape)) if place else 0
    line = elements(values[argument], np.array([position]))
    here, flat = run.value.ravel(), np.ravel(weights)
    firsts = 2.0 ** -np.arange(1.0, 49.0)
    steps = firsts * line.reach[0]
    both = np.stack([steps, -steps], axis=1).reshape(-1, 1)
    probe = Probe(problem, argument, line, here, np.zeros(here.size), np.random.default_rng(seed))
    found = probe.values(both)[:, 0] @ flat
    above, below, middle = found[0::2], found[1::2], float(here @ flat)
    right = float(gradient[place])
    with np.errstate(all="ignore"):
        tables = [probe.table(first).value[0] @ flat for first in firsts]
        one_sided = np.abs((above - middle) / steps - right)
        central = np.abs((above - below) / (2 * steps) - right)
        richardson = np.abs(np.array(tables) - right)
    return StepErrors(problem.name, argument, place, right, steps, one_sided, central, richardson)


def _place(gradient: Array, index: tuple[int, ...] | int | None) -> tuple[int, ...]:
    if index is None:
        index = tuple(map(int, np.unravel_index(np.argmax(np.abs(gradient)), gradient.shape)))
    place = index if isinstance(index, tuple) else (index,)
    if len(place) != gradient.ndim or not all(
        is_count(p) and -n <= p < n for p, n in zip(place, gradient.shape, strict=True)
    ):
        raise IndexError(f"step_errors: index {place}; expected one into shape {gradient.shape}")
    return tuple(p % n for p, n in zip(place, gradient.shape, strict=True))


def plot_step_errors(curve: StepErrors, ax: Any = None) -> Any:
    """Draw a :class:`StepErrors` on ``ax``, or on axes of its own; both axes are logarithmic.

    Returns the axes; raises ``ImportError`` where matplotlib is not installed.

    >>> import numpy as np
    >>> plot_step_errors(step_errors(np.tanh, np.array([0.5]))).get_xlabel()
    'step h'
    """
    ax = axes_or_new(ax, 7, 4.5)
    size = abs(curve.gradient) or 1.0
    table = f"table of {LEVELS} central differences, steps h, h/{RATIO:g} …"
    for k, errors, label in (
        (1, curve.one_sided, "one-sided difference"),
        (0, curve.central, "central difference"),
        (2, curve.richardson, table),
    ):
        shown = np.maximum(errors / size, 1e-17)  # an error of exactly 0 has no logarithm
        ax.loglog(curve.steps, shown, label=label, **line_look(k))
    where = f", index {curve.index}" if curve.index else ""
    ax.set(
        ylim=(1e-17, max(10.0, ax.get_ylim()[1])),  # a mistake is a floor, high above round-off
        xlabel="step h",
        ylabel="error, as a part of the gradient",
        title=f"{curve.name}, argument {curve.argument}{where}: differences and the gradient",
    )
    ax.grid(alpha=0.3)
    ax.legend(loc="lower left", fontsize=8)
    return ax


def plot_agreement(report: Report, ax: Any = None) -> Any:
    """Draw every checked element of a report: the gradient against the finite difference.

    Right elements lie on the diagonal; a factor is another line through 0, a wrong sign its mirror
    image, and a single wrong element stands apart.

    Draws on ``ax``, or on axes of its own, and returns the axes.  Raises ``ValueError`` for a
    report without elements, ``ImportError`` where matplotlib is not installed.

    >>> import numpy as np
    >>> from autograd_nn import gradcheck
    >>> plot_agreement(gradcheck(np.tanh, np.array([0.5, 1.0]))).get_title()
    'tanh: PASS'
    """
    ax = axes_or_new(ax, 5.5, 5)
    part = report.guilty
    if not any(a.analytic for a in part.arguments):
        raise ValueError("plot_agreement: the report has no elements to show")
    for i, a in enumerate(part.arguments):
        mark, label = line_look(i)["marker"], f"{a.name}: {a.verdict}"
        ax.plot(a.numeric, a.analytic, mark, markersize=4, alpha=0.7, label=label)
    numbers = np.concatenate([np.ravel([a.numeric, a.analytic]) for a in part.arguments])
    numbers = numbers[np.isfinite(numbers)]
    ends = [float(numbers.min(initial=0.0)), float(numbers.max(initial=0.0))]
    ax.plot(ends, ends, color="0.6", linewidth=1, zorder=0)
    ax.set(xlabel="finite difference", ylabel="gradient", title=f"{part.name}: {part.verdict}")
    ax.grid(alpha=0.3)
    ax.legend(fontsize=8)
    return ax
