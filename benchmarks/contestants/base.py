"""What every contestant is given, and what it is asked for."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]


@dataclass(frozen=True, eq=False)
class Problem:
    """A network of sigmoid neurons, where it starts, and the examples that it learns from.

    Rows of ``x`` and ``y`` are examples, ``y`` has a one at the label's place; weights are
    ``(n_out, n_in)``; the cost is the mean over the mini-batch of the cross-entropy.
    """

    sizes: tuple[int, ...]
    batch: int
    dtype: Any
    x: Array
    y: Array
    weights: tuple[Array, ...]
    biases: tuple[Array, ...]
    learning_rate: float = 0.5

    @classmethod
    def of(cls, sizes: tuple[int, ...], batch: int, dtype: Any, x: Array, labels: Array) -> Problem:
        """The same start for everybody: w from N(0, 1/n_in), b from N(0, 1)."""
        rng, dtype = np.random.default_rng(0), np.dtype(dtype)
        shapes = list(zip(sizes[1:], sizes[:-1], strict=True))
        weights = tuple((rng.standard_normal(s) / s[1] ** 0.5).astype(dtype) for s in shapes)
        biases = tuple(rng.standard_normal(n).astype(dtype) for n, _ in shapes)
        y = np.eye(sizes[-1], dtype=dtype)[labels]
        return cls(sizes, batch, dtype, x.astype(dtype, copy=False), y, weights, biases)

    @property
    def name(self) -> str:
        """``784-30-10, m = 10, float64``."""
        return f"{'-'.join(map(str, self.sizes))}, m = {self.batch}, {self.dtype}"

    def parameters(self) -> list[Array]:
        """Copies of the weights and biases at the start: w2, b2, w3, b3 …."""
        return [p.copy() for pair in zip(self.weights, self.biases, strict=True) for p in pair]

    def batches(self, seed: int) -> Array:
        """The numbers of the examples of each mini-batch, in a new order; a rest is left out."""
        order = np.random.default_rng(seed).permutation(len(self.x))
        whole = len(order) // self.batch * self.batch
        return order[:whole].reshape(-1, self.batch)


class Contestant(ABC):
    """One way to train; made from a problem, whose arrays it does not change.

    ``at_once`` says that many steps are one call of the library, so that a step has no time of
    its own.  ``exact`` is whether it computes what the others do.
    """

    name: ClassVar[str]
    at_once: ClassVar[bool] = False
    exact: ClassVar[bool] = True

    def __init__(self, problem: Problem) -> None:
        self.problem = problem

    @classmethod
    def missing(cls) -> str:
        """Why it cannot be used here though its library is installed; empty where it can."""
        return ""

    @abstractmethod
    def step(self, batch: Array) -> float:
        """Learn from the examples of these numbers; the mean cost before."""

    @abstractmethod
    def parameters(self) -> list[Array]:
        """The weights and biases now: w2, b2, w3, b3 …."""

    def steps(self, batches: Array) -> float:
        """Learn from these mini-batches, one after the other; the mean of their costs."""
        return sum([self.step(batch) for batch in batches]) / len(batches)

    def epoch(self, seed: int) -> float:
        """Use every example once, in a new order; the mean cost."""
        return self.steps(self.problem.batches(seed))

    def predict(self, x: Array) -> Array:
        """The label of each row: the place of the largest output."""
        a, parameters = x, self.parameters()
        for w, b in zip(parameters[::2], parameters[1::2], strict=True):
            z = a @ w.T + b
            a = 1 / (1 + np.exp(-z))
        return a.argmax(axis=1)
