"""Derivatives of the same functions by PyTorch and by JAX, where they are installed.

A function is written once, for a module ``m`` with NumPy's names: NumPy, ``torch`` or ``jax.numpy``.
"""

import warnings
from functools import cache
from importlib.util import find_spec

import numpy as np
import pytest

import autograd_nn as ag

r = np.random.default_rng(1986)
V, W, U = r.uniform(0.3, 1.5, (3, 4))
A = r.standard_normal((4, 4)) + 4 * np.eye(4)
M = r.standard_normal((3, 4))


def like(m, array):
    """An array of a module's own, to compute with."""
    return m.tensor(array) if m.__name__ == "torch" else m.asarray(array)


def iterated(m, x):
    y = x
    for _ in range(5):
        y = 0.5 * (y + x / y)  # Heron's square root
    return m.sum(y * x)


def branched(m, x):
    y = x[0] * x[1]
    for t in (x[2], x[3]):
        y = y * t if t > 0.8 else y + m.sin(t)
    return y


def cost_of_a_network(m, x):
    h = m.tanh(like(m, M) @ x + 0.1)
    return m.log(m.sum(m.exp(h @ like(m, M)))) - h[1]


SCALARS = {
    "a sum of products": lambda m, x: m.sum(m.sin(x) * m.exp(x) / x),
    "a quadratic form": lambda m, x: x @ like(m, A) @ x,
    "a product": lambda m, x: m.prod(x),
    "Rosenbrock's valley": lambda m, x: m.sum(100 * (x[1:] - x[:-1] ** 2) ** 2 + (1 - x[:-1]) ** 2),
    "a loop": iterated,
    "branches": branched,
    "a network": cost_of_a_network,
    "powers": lambda m, x: m.sum(x**x) + m.sum(2.0**x) + m.sqrt(x[0] + x[1] ** -1.5),
    "where": lambda m, x: m.sum(m.where(x > 0.8, x**3, m.log1p(x))),
    "kinks": lambda m, x: m.sum(m.abs(x - 0.7) * m.maximum(x, like(m, W))) * m.max(x),
    "arctan2 and hypot": lambda m, x: m.sum(m.arctan2(x, x[0] + 1) * m.hypot(x, x[1:2])),
    "a solution": lambda m, x: m.sum(m.linalg.solve(like(m, A) + m.outer(x, x), x) ** 2),
    "an inverse": lambda m, x: m.sum(m.linalg.inv(like(m, A) * x) ** 2),
    "a determinant": lambda m, x: m.linalg.slogdet(like(m, A) * x + m.diag(x))[1],
    "eigenvalues": lambda m, x: m.sum(
        m.linalg.eigvalsh(m.outer(x, x) + m.diag(x)) ** 3 * like(m, np.arange(4.0))
    ),
    "einsum": lambda m, x: m.einsum("ij,j,ik,k->", like(m, M), x, like(m, M), m.exp(x)),
}

VECTORS = {
    "elements": lambda m, x: m.tanh(x) * x,
    "a softmax": lambda m, x: m.exp(x) / m.sum(m.exp(x)),
    "running sums": lambda m, x: m.cumsum(x, 0) ** 2,
    "a matrix": lambda m, x: m.outer(m.sin(x), x[1:]),
    "parts": lambda m, x: m.stack([x[0] * x[3], x[1] ** 2, m.sum(x)]),
    "joined": lambda m, x: m.concatenate([x[2:] * x[:2], m.flip(x, (0,))]).reshape(3, 2),
    "linear": lambda m, x: like(m, M) @ x,
    "a single number": lambda m, x: m.sum(x**3),
}


class Torch:
    """Reverse mode for all but jvp, which is PyTorch's forward mode."""

    def __init__(self):
        self.m = pytest.importorskip("torch")

    def tensor(self, x):
        return self.m.tensor(x, requires_grad=True)

    def scalar(self, f, x, v):
        functional, t = self.m.autograd.functional, self.m.tensor

        def g(x):
            return f(self.m, x)

        x, v = t(x), t(v)
        slope = self.m.func.grad(g)(x)
        return slope, functional.hessian(g, x), functional.hvp(g, x, v)[1]

    def vector(self, f, x, v, u):
        functional, t = self.m.autograd.functional, self.m.tensor

        def g(x):
            return f(self.m, x)

        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # loading its forward mode uses what it deprecates
            pushed = self.m.func.jvp(g, (t(x),), (t(v),))[1]
        return functional.jacobian(g, t(x)), pushed, self.m.func.vjp(g, t(x))[1](t(u))[0]

    def fourth(self, f, x):
        for _ in range(4):
            f = self.m.func.grad(f)
        return f(self.m.tensor(x, dtype=self.m.float64))


class Jax:
    def __init__(self):
        self.jax = pytest.importorskip("jax")
        self.jax.config.update("jax_enable_x64", True)
        self.jax.config.update("jax_disable_most_optimizations", True)  # it compiles each once
        self.m = self.jax.numpy

    def scalar(self, f, x, v):
        if f is branched:
            pytest.skip("JAX cannot branch on a traced number")

        def g(x):
            return f(self.m, x)

        slope, second = self.jax.jit(lambda x: (self.jax.grad(g)(x), self.jax.hessian(g)(x)))(x)
        return slope, second, second @ v

    def vector(self, f, x, v, u):
        def g(x):
            return f(self.m, x)

        def all_of_them(x, v, u):
            pushed = self.jax.jvp(g, (x,), (v,))[1]
            return self.jax.jacrev(g)(x), pushed, self.jax.vjp(g, x)[1](u)[0]

        return self.jax.jit(all_of_them)(x, v, u)

    def fourth(self, f, x):
        for _ in range(4):
            f = self.jax.grad(f)
        return f(x)


def installed(name, peer):
    missing = pytest.mark.skipif(not find_spec(name), reason=f"{name} is for comparison only")
    return pytest.param(cache(peer), id=name, marks=missing)


peers = pytest.mark.parametrize("peer", [installed("torch", Torch), installed("jax", Jax)])


def same(ours, theirs):
    assert ours.shape == tuple(theirs.shape)
    theirs = np.asarray(theirs)
    np.testing.assert_allclose(ours, theirs, rtol=1e-10, atol=1e-10 * np.max(np.abs(theirs)))


@peers
@pytest.mark.parametrize("name", SCALARS)
def test_gradients_hessians_and_products_with_them_are_the_peers(peer, name):
    f = SCALARS[name]
    slope, second, product = peer().scalar(f, V, W)

    def g(x):
        return f(np, x)

    same(ag.grad(g)(V), slope)
    same(ag.hessian(g)(V), second)
    same(ag.hvp(g, V, W), product)


@peers
@pytest.mark.parametrize("name", VECTORS)
def test_jacobians_and_products_with_them_are_the_peers(peer, name):
    f = VECTORS[name]

    def g(x):
        return f(np, x)

    u = r.standard_normal(np.shape(g(V)))
    everything, pushed, pulled = peer().vector(f, V, W, u)
    same(ag.jacobian(g)(V), everything)
    same(ag.jvp(g, V, W)[1], pushed)
    same(ag.vjp(g, V)[1](u)[0], pulled)


@peers
@pytest.mark.parametrize(
    "f",
    [
        lambda m, x: m.sin(x) * m.exp(x),
        lambda m, x: m.tanh(x) / (1 + x**2),
        lambda m, x: x**5.5 + m.log(x),
    ],
    ids=["products", "quotients", "powers"],
)
def test_fourth_derivatives_are_the_peers(peer, f):
    theirs = peer()
    d = g = lambda x: f(np, x)
    for _ in range(4):
        d = ag.grad(d)
    expected = float(theirs.fourth(lambda x: f(theirs.m, x), 0.7))
    np.testing.assert_allclose(d(0.7), expected, rtol=1e-10)
    h = ag.hessian(lambda x: ag.hessian(g)(x))(0.7)
    np.testing.assert_allclose(h, expected, rtol=1e-10)


@peers
def test_a_network_of_parameters_in_a_dict_has_the_peers_gradient(peer):
    theirs = peer()
    p = {"hidden": [r.standard_normal((5, 4)), r.standard_normal(5)], "out": r.standard_normal(5)}

    def cost(m, p, x):
        w, b = p["hidden"]
        return m.mean((m.tanh(x @ w.T + b) @ p["out"] - 1) ** 2)

    x = r.standard_normal((6, 4))
    ours = ag.grad(lambda p: cost(np, p, x))(p)
    if isinstance(theirs, Torch):
        given = [theirs.tensor(a) for a in (*p["hidden"], p["out"])]
        built = {"hidden": given[:2], "out": given[2]}
        found = theirs.m.autograd.grad(cost(theirs.m, built, theirs.m.tensor(x)), given)
    else:
        grown = theirs.jax.jit(theirs.jax.grad(lambda p: cost(theirs.m, p, x)))(p)
        found = [*grown["hidden"], grown["out"]]
    for mine, their in zip([*ours["hidden"], ours["out"]], found, strict=True):
        same(mine, their)
