"""The book's manner (Nielsen, network.py): one example at a time, everything a column vector."""

from __future__ import annotations

import numpy as np

from .base import Array, Contestant, Problem


def sigmoid(z: Array) -> Array:
    """The logistic function."""
    return 1.0 / (1.0 + np.exp(-z))


def sigmoid_prime(z: Array) -> Array:
    """Its derivative, computed from the weighted inputs as in the book."""
    return sigmoid(z) * (1 - sigmoid(z))


class Book(Contestant):
    """Gradients of the examples added up in new arrays, then one update for the mini-batch."""

    name = "the book's loop over examples"

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem)
        self.weights = [w.copy() for w in problem.weights]
        self.biases = [b.reshape(-1, 1).copy() for b in problem.biases]
        self.data = [
            (x.reshape(-1, 1), y.reshape(-1, 1)) for x, y in zip(problem.x, problem.y, strict=True)
        ]

    def step(self, batch: Array) -> float:
        """Every example through the network and back."""
        nabla_b = [np.zeros_like(b) for b in self.biases]
        nabla_w = [np.zeros_like(w) for w in self.weights]
        total = 0.0
        for i in batch:
            cost, more_b, more_w = self.backprop(*self.data[i])
            nabla_b = [nb + more for nb, more in zip(nabla_b, more_b, strict=True)]
            nabla_w = [nw + more for nw, more in zip(nabla_w, more_w, strict=True)]
            total += cost
        rate = self.problem.learning_rate / len(batch)
        self.weights = [w - rate * nw for w, nw in zip(self.weights, nabla_w, strict=True)]
        self.biases = [b - rate * nb for b, nb in zip(self.biases, nabla_b, strict=True)]
        return total / len(batch)

    def backprop(self, x: Array, y: Array) -> tuple[float, list[Array], list[Array]]:
        """The cost of one example and its gradients."""
        activation, activations, zs = x, [x], []
        for w, b in zip(self.weights, self.biases, strict=True):
            z = np.dot(w, activation) + b
            activation = sigmoid(z)
            zs.append(z)
            activations.append(activation)
        cost = float(np.sum(np.maximum(z, 0) - z * y + np.log1p(np.exp(-np.abs(z)))))
        delta = activations[-1] - y
        nabla_b, nabla_w = [delta], [np.dot(delta, activations[-2].T)]
        for layer in range(2, len(self.problem.sizes)):
            delta = np.dot(self.weights[-layer + 1].T, delta) * sigmoid_prime(zs[-layer])
            nabla_b.insert(0, delta)
            nabla_w.insert(0, np.dot(delta, activations[-layer - 1].T))
        return cost, nabla_b, nabla_w

    def parameters(self) -> list[Array]:
        """Weights, and biases without their second axis."""
        pairs = zip(self.weights, self.biases, strict=True)
        return [p for w, b in pairs for p in (w, b.ravel())]

    def predict(self, x: Array) -> Array:
        """One example at a time."""
        found = []
        for row in x:
            a = row.reshape(-1, 1)
            for w, b in zip(self.weights, self.biases, strict=True):
                a = sigmoid(np.dot(w, a) + b)
            found.append(np.argmax(a))
        return np.array(found)


CONTESTANTS = [Book]
