"""The yardstick: what one writes who knows the network and NumPy, and wants no array made anew."""

from __future__ import annotations

import numpy as np

from .base import Array, Contestant, Problem


def one_memory(shapes: list[tuple[int, ...]], dtype: np.dtype) -> tuple[Array, list[Array]]:
    """A flat array, and arrays of these shapes one behind the other in it."""
    ends = np.cumsum([int(np.prod(shape)) for shape in shapes])
    flat = np.zeros(ends[-1], dtype)
    parts = np.split(flat, ends[:-1])
    return flat, [part.reshape(shape) for part, shape in zip(parts, shapes, strict=True)]


def _product(result: Array) -> np.ufunc:
    """The faster way to a product: np.dot is called faster, but clears its result first."""
    return np.matmul if result.size > 4096 else np.dot


class HandWritten(Contestant):
    """Prepared arrays, ``out=`` everywhere, all parameters updated in one subtraction.

    σ' comes from the activations; η/m is put into δ of the last layer, which is small, and not
    into the gradients.  Constants are arrays without axes, which a ufunc takes faster than numbers.
    """

    name = "hand-written NumPy"

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem)
        m, dtype, sizes = problem.batch, problem.dtype, problem.sizes
        start = problem.parameters()
        shapes = [p.shape for p in start]
        self.flat, self.views = one_memory(shapes, dtype)
        self.flat_gradient, gradients = one_memory(shapes, dtype)
        for view, p in zip(self.views, start, strict=True):
            view[...] = p
        self.x, self.y = np.empty((m, sizes[0]), dtype), np.empty((m, sizes[-1]), dtype)
        z = [np.empty((m, n), dtype) for n in sizes[1:]]  # hidden layers: the activations too
        delta, sigma_prime = [[np.empty_like(a) for a in z] for _ in range(2)]
        inputs = [self.x, *z[:-1]]
        ws, bs = self.views[::2], self.views[1::2]
        self.hidden = [(a, w.T, b, out) for a, w, b, out in zip(inputs, ws, bs, z)][:-1]  # noqa: B905
        self.last = (inputs[-1], ws[-1].T, bs[-1], z[-1])
        self.delta, self.work = delta[-1], sigma_prime[-1]
        self.back = [  # from the last layer to the second
            (delta[k], delta[k].T, inputs[k], _product(gradients[2 * k]))
            + (gradients[2 * k], gradients[2 * k + 1])
            + ((ws[k], delta[k - 1], sigma_prime[k - 1]) if k else (None, None, None))
            for k in reversed(range(len(ws)))
        ]
        self.zero, self.one = np.zeros((), dtype), np.ones((), dtype)
        self.ones, self.ones_like_z = np.ones(m, dtype), np.ones_like(z[-1])
        self.rate = np.array(problem.learning_rate / m, dtype)

    def step(self, batch: Array) -> float:
        """Gather, forward, cost, BP1 to BP4, update."""
        x, y, one = self.x, self.y, self.one
        self.problem.x.take(batch, 0, x, "clip")
        self.problem.y.take(batch, 0, y, "clip")
        dot, add, multiply, subtract = np.dot, np.add, np.multiply, np.subtract
        negative, exp, reciprocal = np.negative, np.exp, np.reciprocal

        for a, w_t, b, z in self.hidden:
            dot(a, w_t, z)
            add(z, b, z)
            negative(z, z)
            exp(z, z)
            add(z, one, z)
            reciprocal(z, z)
        a, w_t, b, z = self.last
        dot(a, w_t, z)
        add(z, b, z)

        tail, delta = self.work, self.delta
        np.absolute(z, tail)  # ln(1 + e^-|z|) + max(z, 0) - z·y
        negative(tail, tail)
        exp(tail, tail)
        np.log1p(tail, tail)
        np.maximum(z, self.zero, out=delta)
        add(tail, delta, tail)
        cost = (np.vdot(tail, self.ones_like_z) - np.vdot(z, y)) / len(batch)

        negative(z, delta)  # δ of the last layer, σ(z) - y, times η/m
        exp(delta, delta)
        add(delta, one, delta)
        reciprocal(delta, delta)
        subtract(delta, y, delta)
        multiply(delta, self.rate, delta)

        ones = self.ones
        for delta, delta_t, a, product, nabla_w, nabla_b, w, before, sigma_prime in self.back:
            product(delta_t, a, nabla_w)
            dot(ones, delta, nabla_b)
            if w is not None:
                dot(delta, w, before)
                subtract(one, a, sigma_prime)
                multiply(sigma_prime, a, sigma_prime)
                multiply(before, sigma_prime, before)
        subtract(self.flat, self.flat_gradient, self.flat)
        return float(cost)

    def parameters(self) -> list[Array]:
        """Views of the one array that they lie in."""
        return self.views


CONTESTANTS = [HandWritten]
