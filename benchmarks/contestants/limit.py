"""The limit: the matrix products of a step and its update, and nothing else."""

from __future__ import annotations

import numpy as np

from .base import Array, Contestant, Problem
from .hand_written import one_memory


class Limit(Contestant):
    """What no program that uses NumPy's matrix products can go below."""

    name = "the limit (products, update)"
    exact = False

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem)
        m, dtype, sizes = problem.batch, problem.dtype, problem.sizes
        start = problem.parameters()
        shapes = [p.shape for p in start]
        self.flat, self.views = one_memory(shapes, dtype)
        self.flat_gradient, gradients = one_memory(shapes, dtype)
        for view, p in zip(self.views, start, strict=True):
            view[...] = p
        rng = np.random.default_rng(0)
        a = [rng.random((m, n)).astype(dtype) for n in sizes[:-1]]
        delta = [1e-6 * rng.standard_normal((m, n)).astype(dtype) for n in sizes[1:]]
        ws = self.views[::2]
        self.products = [(x, w.T, np.empty_like(d)) for x, w, d in zip(a, ws, delta, strict=True)]
        for k in reversed(range(len(ws))):
            self.products.append((delta[k].T, a[k], gradients[2 * k]))
            if k:
                self.products.append((delta[k], ws[k], np.empty_like(delta[k - 1])))

    def step(self, batch: Array) -> float:
        """All products forward and back; there is no cost."""
        dot = np.dot
        for a, b, out in self.products:
            dot(a, b, out)
        np.subtract(self.flat, self.flat_gradient, self.flat)
        return float("nan")

    def parameters(self) -> list[Array]:
        """Numbers that mean nothing."""
        return self.views


CONTESTANTS = [Limit]
