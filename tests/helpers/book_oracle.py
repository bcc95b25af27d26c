# ruff: noqa: NPY002 (the book draws from the global generators)
"""What the book's programs compute, written down once more: loops over examples, NumPy, nothing else.

It follows the book's algorithms (chapters 1 to 3), shares no code with the package, and draws from
the global generators in the book's order.  Both chapters are one class here: chapter 1 is
``lmbda = 0``, the quadratic cost and weights that are not scaled.
"""

import random

import numpy as np


def sigma(z):
    with np.errstate(over="ignore"):
        return 1.0 / (1.0 + np.exp(-z))


def sigma_prime(z):
    return sigma(z) * (1 - sigma(z))


def error(cost, z, y):
    """δ of the last layer."""
    return sigma(z) - y if cost == "cross_entropy" else (sigma(z) - y) * sigma_prime(z)


def cost_of(cost, a, y):
    if cost == "quadratic":
        return float(((a - y) ** 2).sum()) / 2
    with np.errstate(divide="ignore", invalid="ignore"):
        return float(np.nan_to_num(-y * np.log(a) - (1 - y) * np.log(1 - a)).sum())


class Oracle:
    def __init__(self, sizes, cost="quadratic", scaled=False):
        self.cost = cost
        self.b, self.w = [], []
        for n in sizes[1:]:
            self.b.append(np.random.randn(n, 1))
        for i in range(1, len(sizes)):
            scale = np.sqrt(sizes[i - 1]) if scaled else 1
            self.w.append(np.random.randn(sizes[i], sizes[i - 1]) / scale)

    def output(self, a):
        for w, b in zip(self.w, self.b, strict=True):
            a = sigma(w @ a + b)
        return a

    def example(self, x, y):
        """The gradients by every bias and weight, for one example."""
        zs, activations = [], [x]
        for w, b in zip(self.w, self.b, strict=True):
            zs.append(w @ activations[-1] + b)
            activations.append(sigma(zs[-1]))
        deltas = [error(self.cost, zs[-1], y)]
        for w, z in zip(self.w[:0:-1], zs[-2::-1], strict=True):
            deltas.insert(0, (w.T @ deltas[0]) * sigma_prime(z))
        return deltas, [d @ a.T for d, a in zip(deltas, activations, strict=False)]

    def update(self, batch, eta, lmbda=0.0, n=1):
        sum_b, sum_w = [0 * b for b in self.b], [0 * w for w in self.w]
        for x, y in batch:
            more_b, more_w = self.example(x, y)
            sum_b = [s + m for s, m in zip(sum_b, more_b, strict=True)]
            sum_w = [s + m for s, m in zip(sum_w, more_w, strict=True)]
        step = eta / len(batch)
        self.w = [(1 - eta * lmbda / n) * w - step * s for w, s in zip(self.w, sum_w, strict=True)]
        self.b = [b - step * s for b, s in zip(self.b, sum_b, strict=True)]

    def epoch(self, data, size, eta, lmbda=0.0):
        random.shuffle(data)
        for k in range(0, len(data), size):
            self.update(data[k : k + size], eta, lmbda, len(data))

    def recognized(self, data):
        return sum(int(np.argmax(self.output(x)) == y) for x, y in data)

    def total_cost(self, data, lmbda):
        """The mean cost of pairs of columns, and the penalty with *their* number."""
        mean = sum(cost_of(self.cost, self.output(x), y) for x, y in data) / len(data)
        return mean + lmbda / (2 * len(data)) * sum((w**2).sum() for w in self.w)


def columns(n, features, outputs, seed=0, dtype=np.float64):
    """n pairs of columns as training data, and the same with labels as test data."""
    rng = np.random.default_rng(seed)
    x = [rng.random((features, 1)).astype(dtype) for _ in range(n)]
    labels = [int(label) for label in rng.integers(0, outputs, n)]
    wanted = [np.eye(outputs)[:, label : label + 1] for label in labels]
    return list(zip(x, wanted, strict=True)), list(zip(x, labels, strict=True))
