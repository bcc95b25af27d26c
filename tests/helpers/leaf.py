"""Leaves, what is made of them, and the book's functions as NumPy spells them."""

import numpy as np

from autograd_nn import Tensor, ops


def leaf(data=1.0, name=None, **settings):
    """A tensor whose gradient is wanted."""
    return Tensor(data, requires_grad=True, name=name, **settings)


def chain(length):
    """A leaf x, and x negated so many times."""
    h = x = leaf(name="x")
    for _ in range(length):
        h = ops.neg(h)
    return x, h


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def sigmoid_prime(z):
    return sigmoid(z) * (1 - sigmoid(z))


def softmax(z):
    """Of every row."""
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)
