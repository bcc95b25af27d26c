"""Gradients worked out by hand, or by another framework: functions of arrays and nothing else."""

from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from dataclasses import replace
from functools import cached_property, partial
from typing import Any

import numpy as np
import numpy.typing as npt

from ..differences.problem import OfAllArguments, Recorded
from ..engine.types import Array
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


class _HandWritten(OfAllArguments):
    """A value, and its gradient if it is ``scalar`` or else its vjp, each a function of arrays."""

    def __init__(
        self, f: Callable[..., Any], values: list[Array], claim: Callable[..., Any], scalar: bool
    ) -> None:
        self._f, self.values, self._claim, self._scalar = f, values, claim, scalar
        self.name, self.names = name_of(f), argument_names(f, len(values))
        self.line = defined_at(claim)

    def at(self, values: Sequence[Array]) -> Array:
        y = as_array(self._f(*[v.copy() for v in values]))  # it may change what it is given
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
        if self._scalar and y.size != 1:
            raise ValueError(
                f"check_gradient_function: {self.name} returned shape {y.shape}; gradient= is for "
                "a scalar value, so reduce it, or pass vjp=, which takes a cotangent"
            )
        return Recorded(y, partial(self._pull, given))

    def retraced(self, run: Recorded) -> Recorded:
        """With the graph that the function records when it is called with tensors, if it does."""
        return retrace(self._f, self.values, run)

    def _pull(self, values: list[Array], cotangent: Array) -> list[Array]:
        found = self._claim(*values) if self._scalar else self._claim(cotangent, *values)
        several = found if isinstance(found, (tuple, list)) else [found]
        gradients = [as_array(g) for g in several]
        return pull_scalar(gradients, cotangent) if self._scalar else gradients


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
    claims = [f for f in (gradient, vjp) if f is not None]
    if len(claims) != 1:
        raise TypeError(
            "check_gradient_function: expected one gradient; pass gradient= for a scalar value, or "
            "vjp= for a value of any shape"
        )
    if not arrays:
        raise TypeError("check_gradient_function: no arrays; expected one for each argument")
    values = [check_argument(value, i, a, "check_gradient_function") for i, a in enumerate(arrays)]
    number = check_settings("check_gradient_function", seed, every, values)
    problem = _HandWritten(value, values, claims[0], scalar=gradient is not None)
    report = examine(problem, number, every, executor)
    settings = {"gradient": gradient, "vjp": vjp, "every": every}
    given = [spell_function(value, "value"), *spell_arrays(values)]
    line = spell_call("check_gradient_function", given, settings, number)
    return demand(replace(report, reproduce=line), "check_gradient_function")
