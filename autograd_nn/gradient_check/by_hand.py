"""Gradients worked out by hand, or by another framework: functions of arrays and nothing else."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from ..differences.problem import OfAllArguments, Recorded
from ..engine.core import Array
from .examine import examine, seed_number
from .functions import argument_names, checkable, defined_at, largest_number, name_of
from .report import Report, demand
from .reproduce import named, repeating, spelled
from .retrace import retraced

if TYPE_CHECKING:
    from concurrent.futures import Executor
from .functions import as_array

_HOW = "pass gradient= for a scalar value, or vjp= for a value of any shape"


class _Function(OfAllArguments):
    """A value and its gradient, each a function of arrays."""

    def __init__(
        self,
        value: Callable[..., Any],
        values: list[Array],
        gradient: Callable[..., Any] | None,
        vjp: Callable[..., Any] | None,
    ) -> None:
        self._value, self.gradient, self.vjp = value, gradient, vjp
        self.values = values
        self.name = name_of(value)
        self.names = argument_names(value, len(values))
        self.line = defined_at(gradient or vjp)

    def at(self, values: Sequence[Array]) -> Array:
        y = as_array(self._value(*[v.copy() for v in values]))  # what it does to them is its own
        if y.dtype.kind not in "fiub":
            raise TypeError(
                f"check_gradient_function: {self.name} returned {y.dtype}; expected real numbers"
            )
        return np.array(y, np.float64)

    @cached_property
    def magnitude(self) -> float:
        """By the graph that the function records, if it does; else nobody knows."""
        graph = self.retraced(self.recorded()).graph
        return 0.0 if graph is None else largest_number(graph)

    def recorded(self, values: Sequence[Array] | None = None) -> Recorded:
        given = self.values if values is None else list(values)
        y = self.at(given)
        if self.gradient is not None and y.size != 1:
            raise ValueError(
                f"check_gradient_function: {self.name} returned shape {y.shape}; a gradient= is "
                "that of a scalar, so reduce the value or pass vjp=, a rule for a cotangent"
            )
        return Recorded(y, partial(self._pull, given))

    def retraced(self, run: Recorded) -> Recorded:
        """With the graph that the function records when it is called with tensors, if it does."""
        found = retraced(self._value, self.values)
        if found is None:
            return run
        return replace(run, graph=found[0], leaves=found[1], by_hand=True)

    def _pull(self, values: list[Array], cotangent: Array) -> list[Any]:
        if self.vjp is not None:
            return _shares(self.vjp(cotangent, *values))
        assert self.gradient is not None
        shares = _shares(self.gradient(*values))
        c = float(cotangent.reshape(()))
        return shares if c == 1 else [c * s if s.dtype.kind in "fiub" else s for s in shares]


def check_gradient_function(
    value: Callable[..., Any],
    *arrays: npt.ArrayLike,
    gradient: Callable[..., Any] | None = None,
    vjp: Callable[..., Any] | None = None,
    every: bool | None = None,
    seed: int | np.random.Generator | None = None,
    executor: Executor | None = None,
) -> Report:
    """Check a gradient that was worked out by hand, or that another framework gives.

    ``value(*arrays)`` returns a number or an array; ``gradient(*arrays)``, for a scalar value,
    returns the gradient by the argument, or a tuple or list of one for each; ``vjp(g, *arrays)``,
    for a value of any shape, the same for a cotangent ``g`` of the value's shape.  Arrays go in,
    and arrays, numbers or PyTorch tensors come out.  ``every``, ``seed`` and ``executor`` are as in
    :func:`gradcheck`, and so is what is checked.

    Returns the report of a gradient that is accepted.  Raises :class:`GradientMismatchError` for
    any other, ``TypeError`` unless there is one of ``gradient`` and ``vjp``, or for integer arrays.

    >>> import numpy as np
    >>> x = np.array([0.5, -1.0, 2.0])
    >>> report = check_gradient_function(lambda x: np.sum(x**3), x, gradient=lambda x: 3 * x**2)
    >>> report.verdict
    <Verdict.PASS: 'PASS'>
    >>> check_gradient_function(np.tanh, x, vjp=lambda g, x: g * (1 + np.tanh(x) ** 2)).ok
    Traceback (most recent call last):
        ...
    autograd_nn.GradientMismatchError: check_gradient_function: tanh, ...
    """
    if (gradient is None) == (vjp is None):
        raise TypeError(f"check_gradient_function: expected one gradient; {_HOW}")
    if not arrays:
        raise TypeError("check_gradient_function: no arrays; expected one for each argument")
    values = [checkable(value, i, a, "check_gradient_function") for i, a in enumerate(arrays)]
    problem = _Function(value, values, gradient, vjp)
    number = seed_number(seed, values)
    report = examine(problem, number, every, executor)
    how = "vjp" if gradient is None else "gradient"
    settings = {how: named(gradient or vjp, how), "every": every}
    given = [named(value, "value"), *spelled(values)]
    again = repeating("check_gradient_function", given, settings, number)
    return demand(replace(report, again=again), "check_gradient_function")


def _shares(found: Any) -> list[Any]:
    """One gradient, or several, each as an array."""
    several = found if isinstance(found, (tuple, list)) else (found,)
    return [as_array(s) for s in several]
