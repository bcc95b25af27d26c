"""The check of a function's gradient."""

from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt

from ..engine.types import Array
from ..support.checks import check_count
from .blaming import add_culprit
from .examine import examine
from .functions import GradientOf, TensorFunction, check_argument, check_settings
from .report import Report, demand
from .reproduce import spell_arrays, spell_call, spell_function
from .verdict import Cause, Verdict


def gradcheck(
    f: Callable[..., Any],
    *arrays: npt.ArrayLike,
    order: int = 1,
    every: bool | None = None,
    seed: int | np.random.Generator | None = None,
    executor: Executor | None = None,
) -> Report:
    """Check the gradient of ``f`` and report what is wrong with it, and where.

    - ``f`` takes as many tensors as there are ``arrays`` (of floating-point numbers in any shapes,
      or tensors) and returns a tensor of any shape; an :class:`~autograd_nn.Op` will do;
    - ``order=2`` also checks the gradient of the gradient, with respect to the arguments and to the
      cotangent;
    - ``every=True`` moves every element however many there are, ``every=False`` only a sample;
      without it, all are moved of up to 2,000 elements in all, and of more than that each argument
      of more than 256 is moved along 4 random directions and at 32 random and 6 special elements;
    - ``seed`` (or a ``Generator``) chooses cotangents, directions and the sample; without it they
      follow from the shapes;
    - ``executor``, of :mod:`concurrent.futures`, spreads the differences (``f`` has to be one that
      can be pickled for processes); the report does not depend on it.

    Three things are checked:

    - laws, exactly: a cotangent of zero gives zero, −4 times the cotangent −4 times the gradient,
      two runs the same; shapes, dtypes and memory are as they have to be; no step in float32;
    - every element of every argument is moved, and the gradient compared with the table of central
      differences under cotangents that are never ones: every unit vector for up to 16 results, and
      two Gaussian ones.  The tolerance is ten times the *measured* error of the differences and a
      billionth of what was added up, never a fixed number;
    - what differs is measured again at other steps and from each side, so that kinks, ties, noise
      and jumps are not taken for a wrong gradient (:class:`~autograd_nn.gradient_check.Verdict`).

    What may be missed: for up to 16 results, nothing wrong by more than the tolerance.  For more,
    a column of the Jacobian that is wrong by e passes with probability at most (√(2/π)·τ/‖e‖)², τ
    being the tolerance under a Gaussian cotangent: 7·10⁻⁷ if ‖e‖ is a millionth of what the column
    adds up to and the differences converge.  In a large argument a single element that is wrong by
    e is missed by a direction with probability at most √(2/π)·τ/(e·r), r being how far it is moved,
    and by four with the fourth power of that.  Nothing is said about other arguments than these.

    Raises ``TypeError`` for no arrays, for arrays of integers (which cannot take small steps), for
    a result that is no tensor, or an ``every`` that is not True, False or None; ``ValueError`` for
    infinite arguments, an order other than 1 and 2, or a negative seed.  What ``f`` and its rules
    raise is passed on.

    >>> import numpy as np
    >>> from autograd_nn import Op, gradcheck, ops
    >>> print(gradcheck(ops.tanh, np.linspace(-2, 2, 5), order=2).verdict)
    PASS
    >>> wrong = Op("square", np.square, lambda g, y, x: g * x)
    >>> report = gradcheck(wrong, np.array([1.0, 3.0]))
    >>> report.verdict.name, report.cause
    ('FAIL', 'factor')
    >>> print(report.diagnosis)
    the gradient is 0.5 times the right one, at all 2 elements: a factor of 2 is missing?
    """
    return _check("gradcheck", f, arrays, order, every, seed, executor)


def check_gradients(
    f: Callable[..., Any],
    *arrays: npt.ArrayLike,
    order: int = 1,
    every: bool | None = None,
    seed: int | np.random.Generator | None = None,
    executor: Executor | None = None,
) -> Report:
    """:func:`gradcheck`, raising :class:`GradientMismatchError` unless the gradient is accepted.

    Takes the arguments of :func:`gradcheck`, and raises what it raises.  ``PASS`` and ``KINK`` are
    accepted, and their report returned; of any other the error holds the report.

    >>> import numpy as np
    >>> from autograd_nn import Op, check_gradients, ops
    >>> check_gradients(ops.sigmoid, np.linspace(-2, 2, 5), order=2).ok
    True
    >>> wrong = Op("square", np.square, lambda g, y, x: g * x)  # the factor 2 is missing
    >>> check_gradients(wrong, np.array([1.0, 3.0])).ok
    Traceback (most recent call last):
    autograd_nn.GradientMismatchError: check_gradients: square, argument 0, ...
    """
    report = _check("check_gradients", f, arrays, order, every, seed, executor)
    return demand(report, "check_gradients")


def _check(
    asked_by: str,
    f: Callable[..., Any],
    arrays: Sequence[npt.ArrayLike],
    order: int,
    every: bool | None,
    seed: int | np.random.Generator | None,
    executor: Executor | None,
) -> Report:
    values = [check_argument(f, i, a, asked_by) for i, a in enumerate(arrays)]
    if not values:
        raise TypeError(f"{asked_by}: no arrays; expected one for each argument of f")
    check_count(order, f"{asked_by}: order", 1, 2)
    number = check_settings(asked_by, seed, every, values)
    first = TensorFunction(f, values, asked_by)
    settings = {"order": order if order > 1 else None, "every": every}
    given = [spell_function(f, "f"), *spell_arrays(values)]
    line = spell_call("gradcheck", given, settings, number)
    report = replace(examine(first, number, every, executor), reproduce=line)
    if report.verdict is Verdict.FAIL:
        return add_culprit(report, lambda: first.recorded().graph)
    if order == 1 or not report.ok:
        return report
    return _check_second_order(first, report, every, executor)


def _check_second_order(
    first: TensorFunction, report: Report, every: bool | None, executor: Executor | None
) -> Report:
    run = first.recorded()
    rng = np.random.default_rng([report.seed, 2])
    cotangent: Array = np.asarray(rng.standard_normal(run.value.shape))
    plain = run.pull(cotangent)
    second = []
    for i, x in enumerate(first.values):
        if x.size:  # without elements there is no gradient to have a gradient
            problem = GradientOf(first, i, cotangent)
            of_it = examine(problem, report.seed, every, executor)
            second.append(_compare_gradients(of_it, problem.at(problem.values), plain[i]))
    worst = max([*second, report], key=lambda r: r.verdict)
    decided = {n: getattr(worst, n) for n in ("verdict", "cause", "diagnosis", "position")}
    return replace(report, **decided, second=tuple(second))


def _compare_gradients(report: Report, recorded: Array, plain: Array) -> Report:
    """The report on a recorded gradient, which has to be the one that was checked first."""
    largest = float(np.max(np.abs(plain), initial=0.0, where=np.isfinite(plain)))
    if np.allclose(recorded, plain, rtol=1e-9, atol=1e-9 * largest, equal_nan=True):
        return report
    j = int(np.argmax(np.abs(np.nan_to_num(recorded - plain))))
    text = (
        "a rule gives one gradient for arrays and another for tensors, which the gradient of the "
        f"gradient is made from: {plain.flat[j]:.6g} and {recorded.flat[j]:.6g}"
    )
    laws = (text, *report.broken)
    return replace(
        report, verdict=Verdict.FAIL, cause=Cause.OTHER, diagnosis=text, broken=laws, position=None
    )
