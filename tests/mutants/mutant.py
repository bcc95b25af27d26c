"""What a mutant is: an op, one of whose derivative rules is wrong."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from autograd_nn.engine.core import Op
from autograd_nn.engine.types import Array

from .samples import Sample

Function = Callable[..., Any]
Within = Callable[[Op], Function] | None
"""What makes of an op the function to be checked; None for the op alone."""


@dataclass(frozen=True)
class Mutant:
    """An op with a wrong rule for one argument.

    ``family`` says which kind of mistake it is and ``what`` the mistake; ``make()`` gives the wrong
    op.  ``causes`` are the diagnoses that name the mistake rightly, none where it has no name.
    ``samples`` are its own arguments, in place of those of the table, and ``within`` makes of the
    op the function to be checked, where that is more than the op alone.
    """

    op: Op
    argument: int
    family: str
    what: str
    make: Callable[[], Op] = field(repr=False)
    causes: frozenset[str] = frozenset()
    samples: tuple[Sample, ...] = field(default=(), repr=False)
    within: Within = field(default=None, repr=False)

    def __str__(self) -> str:
        """``div, argument 1: g / b → g * b``."""
        return f"{self.op.name}, argument {self.argument}: {self.what}"


def free_arguments(op: Op, sample: Sample) -> list[int]:
    """The arguments of a sample that are differentiated."""
    free = [i for i in range(len(sample.arrays)) if i not in sample.fixed]
    return [i for i in free if op.arity is None or i >= op.arity or op.rule(i) is not None]


def call_of(op: Op, sample: Sample, within: Within = None) -> tuple[Function, list[Array]]:
    """The op as a function of the differentiated arguments alone, and these."""
    positions = free_arguments(op, sample)
    called = within(op) if within else op

    def function(*given: Any) -> Any:
        arguments = list(sample.arrays)
        for i, x in zip(positions, given, strict=True):
            arguments[i] = x
        return called(*arguments, **sample.params)

    function.__name__ = op.name
    return function, [np.array(sample.arrays[i], dtype=float) for i in positions]


def pulled_back(op: Op, i: int, sample: Sample, g: Array, y: Array) -> Array:
    """The gradient that the op's rule gives for argument i, without any graph.

    Raises ``ValueError`` for one of a wrong shape, as the backward pass would.
    """
    arguments = [np.array(a, dtype=float) if j == i else a for j, a in enumerate(sample.arrays)]
    rule = op.rule(i)
    assert rule is not None
    return fitted(op, arguments, i, rule(g, y, *arguments, **sample.params))


def fitted(op: Op, arguments: Sequence[Any], i: int, share: Any) -> Array:
    """A rule's result as the backward pass hands it on: summed back, of the argument's shape."""
    shape = np.shape(arguments[i])
    if np.shape(share) != shape and op.sum_back is not None:
        share = op.sum_back(np.asarray(share), shape=shape)
    found: Array = np.asarray(share)
    if found.shape != shape or found.dtype.kind not in "fiub":
        raise ValueError(f"{op.name}: {found.dtype} {found.shape} for an argument of shape {shape}")
    return found
