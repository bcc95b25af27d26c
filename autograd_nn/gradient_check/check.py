"""The check of a function's gradient."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from ..engine.core import Array
from .blaming import with_culprit
from .examine import examine, seed_number
from .functions import GradientOf, TensorFunction, checkable
from .report import Report
from .reproduce import named, repeating, spelled
from .verdict import Verdict, worst

if TYPE_CHECKING:
    from concurrent.futures import Executor
from .report import demand


def gradcheck(
    f: Callable[..., Any],
    *arrays: npt.ArrayLike,
    order: int = 1,
    every: bool | None = None,
    seed: int | np.random.Generator | None = None,
    executor: Executor | None = None,
) -> Report:
    """Check the gradient of ``f`` and report what is wrong with it, and where.

    ``f`` takes as many tensors as there are ``arrays`` (of floating-point numbers, or tensors) and
    returns a tensor of any shape; an :class:`~autograd_nn.Op` will do.  Three things are asked:

    - laws, exactly: a cotangent of zero gives zero, −4 times the cotangent −4 times the gradient,
      two runs the same; shapes, dtypes and memory are as they have to be; no step in float32;
    - every element of every argument is moved, and the gradient compared with the table of central
      differences under cotangents that are never ones: every unit vector for up to 16 results, and
      two Gaussian ones.  The tolerance is ten times the *measured* error of the differences and a
      billionth of what was added up, never a fixed number;
    - what differs is measured again at other steps and from each side, so that kinks, ties, noise
      and jumps are told from a wrong gradient (:class:`~autograd_nn.gradient_check.Verdict`).

    ``order=2`` checks the gradient of the gradient besides, by the arguments and by the cotangent.
    If the arguments have more than 2,000 elements in all, each of more than 256 is looked at along
    4 random directions and at 32 random and 6 special elements (``every=True``: at all of them).
    ``seed`` (or a ``Generator``) chooses cotangents, directions and the sample; without it they
    follow from the shapes.  ``executor``, of :mod:`concurrent.futures`, spreads the differences
    (``f`` has to be one that can be pickled for processes); the report does not depend on it.

    What may be missed: for up to 16 results, nothing wrong by more than the tolerance.  For more,
    a column of the Jacobian that is wrong by e passes with probability at most (√(2/π)·τ/‖e‖)², τ
    being the tolerance under a Gaussian cotangent: 7·10⁻⁷ if ‖e‖ is a millionth of what the column
    adds up to and the differences settle.  In a large argument a single element that is wrong by e
    is missed by a direction with probability at most √(2/π)·τ/(e·r), r being how far it is moved,
    and by four with the fourth power of that.  Of other arguments than these nothing is said.

    Raises ``TypeError`` for integer arrays, in which a small step is none, and for a result that is
    no tensor; ``ValueError`` for infinite arguments.  Exceptions of ``f`` and its rules pass.

    >>> import numpy as np
    >>> from autograd_nn import Op, gradcheck, ops
    >>> gradcheck(ops.tanh, np.linspace(-2, 2, 5), order=2).verdict
    <Verdict.PASS: 'PASS'>
    >>> wrong = Op("square", np.square, lambda g, y, x: g * x)
    >>> report = gradcheck(wrong, np.array([1.0, 3.0]))
    >>> report.verdict, report.cause
    (<Verdict.FAIL: 'FAIL'>, 'factor')
    >>> print(report.diagnosis)
    the gradient is 0.5 times the right one, at all 2 elements: a factor 2 is missing?
    """
    return _checked("gradcheck", f, arrays, order, every, seed, executor)


def check_gradients(
    f: Callable[..., Any],
    *arrays: npt.ArrayLike,
    order: int = 1,
    every: bool | None = None,
    seed: int | np.random.Generator | None = None,
    executor: Executor | None = None,
) -> Report:
    """:func:`gradcheck`, raising :class:`GradientMismatchError` unless the gradient is accepted.

    ``PASS`` and ``KINK`` are accepted, and their report returned.

    >>> import numpy as np
    >>> from autograd_nn import Op, check_gradients, ops
    >>> check_gradients(ops.sigmoid, np.linspace(-2, 2, 5), order=2).ok
    True
    >>> wrong = Op("square", np.square, lambda g, y, x: g * x)  # the factor 2 is missing
    >>> check_gradients(wrong, np.array([1.0, 3.0])).ok
    Traceback (most recent call last):
    autograd_nn.GradientMismatchError: check_gradients: square, argument 0, ...
    """
    return demand(_checked("check_gradients", f, arrays, order, every, seed, executor))


def _checked(
    asked_by: str,
    f: Callable[..., Any],
    arrays: Sequence[npt.ArrayLike],
    order: int,
    every: bool | None,
    seed: int | np.random.Generator | None,
    executor: Executor | None,
) -> Report:
    values = [checkable(f, i, a, asked_by) for i, a in enumerate(arrays)]
    if not values:
        raise TypeError(f"{asked_by}: no arrays; expected one for each argument of f")
    if order not in (1, 2):
        raise ValueError(f"{asked_by}: order={order!r}; expected 1 or 2")
    first = TensorFunction(f, values, asked_by)
    number = seed_number(seed, values)
    report = examine(first, number, every, executor)
    settings = {"order": order if order > 1 else None, "every": every}
    again = repeating("gradcheck", [named(f, "f"), *spelled(values)], settings, number)
    report = replace(report, again=again)
    if report.verdict is Verdict.FAIL:
        return with_culprit(report, lambda: first.recorded().graph)
    if order == 1 or not report.ok:
        return report
    return _second_order(first, report, number, every, executor)


def _second_order(
    first: TensorFunction, report: Report, seed: int, every: bool | None, executor: Executor | None
) -> Report:
    shape = first.recorded().value.shape
    cotangent: Array = np.asarray(np.random.default_rng([seed, 2]).standard_normal(shape))
    once = first.recorded().pull(cotangent)
    second = tuple(
        _same_gradient(examine(problem, seed, every, executor), problem.at(problem.values), once[i])
        for i, x in enumerate(first.values)
        if x.size  # by no elements there is no gradient to have a gradient
        for problem in [GradientOf(first, i, cotangent)]
    )
    whole = worst([report.verdict, *(r.verdict for r in second)])
    guilty = next((r for r in second if r.verdict is whole), report)
    fields = {**report.__dict__, "verdict": whole, "second": second}
    if guilty is not report:
        fields |= {"cause": guilty.cause, "diagnosis": guilty.diagnosis}
        fields |= {"position": guilty.position}
    return Report(**fields)


def _same_gradient(report: Report, recorded: Array, plain: Array) -> Report:
    """The report on a recorded gradient, which has to be the one that was checked first."""
    largest = float(np.max(np.abs(plain), initial=0.0, where=np.isfinite(plain)))
    if np.allclose(recorded, plain, rtol=1e-9, atol=1e-9 * largest, equal_nan=True):
        return report
    j = int(np.argmax(np.abs(np.nan_to_num(recorded - plain))))
    text = (
        "a rule gives one gradient for arrays and another for tensors, from which the gradient of "
        f"the gradient is made: {plain.flat[j]:.6g} and {recorded.flat[j]:.6g}"
    )
    broken = (text, *report.broken)
    return replace(
        report, verdict=Verdict.FAIL, cause="other", diagnosis=text, broken=broken, position=None
    )
