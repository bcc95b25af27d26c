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
from .examine import examine
from .functions import (
    argument_names,
    as_array,
    check_argument,
    check_settings,
    defined_at,
    largest_number,
    name_of,
    pull_scalar,
)
from .report import Report, demand
from .reproduce import spell_arrays, spell_call, spell_function
from .retrace import retrace

if TYPE_CHECKING:
    from concurrent.futures import Executor


class _HandWritten(OfAllArguments):
    """A value and its gradient or vjp, each a function of arrays."""

    def __init__(
        self,
        value: Callable[..., Any],
        values: list[Array],
        gradient: Callable[..., Any] | None,
        vjp: Callable[..., Any] | None,
    ) -> None:
        self._value, self.gradient, self.vjp, self.values = value, gradient, vjp, values
        self.name, self.names = name_of(value), argument_names(value, len(values))
        self.line = defined_at(gradient or vjp)

    def at(self, values: Sequence[Array]) -> Array:
        y = as_array(self._value(*[v.copy() for v in values]))  # it may change what it is given
        if y.dtype.kind not in "fiub":
            raise TypeError(
                f"check_gradient_function: {self.name} returned {y.dtype}; expected real numbers"
            )
        return np.array(y, np.float64)

    @cached_property
    def magnitude(self) -> float:
        """The largest number of the graph that the function records; 0, unknown, without one."""
        graph = self.retraced(self.recorded()).graph
        return 0.0 if graph is None else largest_number(graph)

    def recorded(self, values: Sequence[Array] | None = None) -> Recorded:
        given = self.values if values is None else list(values)
        y = self.at(given)
        if self.gradient is not None and y.size != 1:
            raise ValueError(
                f"check_gradient_function: {self.name} returned shape {y.shape}; gradient= is for "
                "a scalar value, so reduce it, or pass vjp=, which takes a cotangent"
            )
        return Recorded(y, partial(self._pull, given))

    def retraced(self, run: Recorded) -> Recorded:
        """With the graph that the function records when it is called with tensors, if it does."""
        return retrace(self._value, self.values, run)

    def _pull(self, values: list[Array], cotangent: Array) -> list[Array]:
        if self.vjp is not None:
            return _as_arrays(self.vjp(cotangent, *values))
        assert self.gradient is not None
        return pull_scalar(_as_arrays(self.gradient(*values)), cotangent)


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

    - ``value(*arrays)`` returns a number or an array; ``arrays``, of any shapes, hold
      floating-point numbers;
    - ``gradient(*arrays)``, for a scalar value, returns the gradient with respect to the argument,
      of its shape, or a tuple or list of one for each argument;
    - ``vjp(g, *arrays)``, for a value of any shape, returns the same for a cotangent ``g`` of the
      value's shape;
    - ``every``, ``seed`` and ``executor`` are as in :func:`gradcheck`, and so is what is checked.

    Arrays go in, and arrays, numbers or PyTorch tensors come out.  Returns the report of a gradient
    that is accepted.

    Raises :class:`GradientMismatchError` for any other gradient; ``TypeError`` unless there is one
    of ``gradient`` and ``vjp``, for no arrays or arrays of integers, for a value that is not real,
    or an ``every`` that is not True, False or None; ``ValueError`` for infinite arguments, for
    ``gradient`` with a value that is not scalar, or a negative seed.

    >>> import numpy as np
    >>> x = np.array([0.5, -1.0, 2.0])
    >>> report = check_gradient_function(lambda x: np.sum(x**3), x, gradient=lambda x: 3 * x**2)
    >>> print(report.verdict)
    PASS
    >>> check_gradient_function(np.tanh, x, vjp=lambda g, x: g * (1 + np.tanh(x) ** 2)).ok
    Traceback (most recent call last):
        ...
    autograd_nn.GradientMismatchError: check_gradient_function: tanh, ...
    """
    if (gradient is None) == (vjp is None):
        raise TypeError(
            "check_gradient_function: expected one gradient; pass gradient= for a scalar value, or "
            "vjp= for a value of any shape"
        )
    if not arrays:
        raise TypeError("check_gradient_function: no arrays; expected one for each argument")
    values = [check_argument(value, i, a, "check_gradient_function") for i, a in enumerate(arrays)]
    number = check_settings("check_gradient_function", seed, every, values)
    report = examine(_HandWritten(value, values, gradient, vjp), number, every, executor)
    settings = {"gradient": gradient, "vjp": vjp, "every": every}
    given = [spell_function(value, "value"), *spell_arrays(values)]
    line = spell_call("check_gradient_function", given, settings, number)
    return demand(replace(report, reproduce=line), "check_gradient_function")


def _as_arrays(gradients: object) -> list[Array]:
    """One gradient, or several, each as an array."""
    several = gradients if isinstance(gradients, (tuple, list)) else (gradients,)
    return [as_array(g) for g in several]
