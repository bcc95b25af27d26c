"""The same function in other units: its arguments times one scale, its result times another."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from autograd_nn.engine.core import Op
from autograd_nn.engine.types import Array

from .mutant import Function, Within, call_of, fitted, free_arguments
from .samples import Sample

Scales = tuple[float, float]
"""Of the arguments, and of the result."""
ONE: Scales = (1.0, 1.0)


def call_in_units(
    op: Op, sample: Sample, within: Within, scales: Scales
) -> tuple[Function, list[Array]]:
    """An op, or what it is within, as a function of the differentiated arguments, and these."""
    function, arrays = call_of(op, sample, within)
    if scales == ONE:
        return function, arrays
    moved = [x * scales[0] for x in arrays]
    if within is None:
        return _op_in_units(op, sample, scales), moved
    return in_units(function, scales), moved


def in_units(function: Function, scales: Scales) -> Function:
    """A function of tensors in other units."""
    of_arguments, of_result = scales

    def scaled(*given: Any) -> Any:
        return of_result * function(*[x * (1 / of_arguments) for x in given])

    scaled.__name__ = getattr(function, "__name__", "f")
    return scaled


def _op_in_units(op: Op, sample: Sample, scales: Scales) -> Op:
    """One op still, so that a check of it is as quick as one of the op itself."""
    of_arguments, of_result = scales
    free = free_arguments(op, sample)

    def arguments(given: Any) -> list[Any]:
        every = list(sample.arrays)
        for i, x in zip(free, given, strict=True):
            every[i] = np.asarray(x) / of_arguments
        return every

    def forward(*given: Any) -> Any:
        return of_result * np.asarray(op.forward(*arguments(given), **sample.params))

    def rule_for(i: int) -> Callable[..., Any]:
        def rule(g: Any, _: Any, *given: Any) -> Any:
            every = arguments(given)
            y = np.asarray(op.forward(*every, **sample.params))
            right = op.rule(i)
            assert right is not None
            share = right(g * of_result, y, *every, **sample.params)
            return fitted(op, every, i, share) / of_arguments

        return rule

    return Op(op.name, forward, *map(rule_for, free))
