"""First and second derivatives of functions: against differences, complex steps and each other."""

from functools import partial

import numpy as np
import pytest
from helpers.transforms import A, M, V, W, X, close, equal
from hypothesis import given
from hypothesis import strategies as st
from mutants.samples import every_sample

import autograd_nn as ag
from autograd_nn import ops


def number(x):
    return float(x)


def newton_root(x):
    y = x
    for _ in range(6):
        y = y - (y * y - x) / (2 * y)
    return np.sum(y * np.arange(1, 5))


def by_branches(x):
    y = x[0]
    for t in x:
        y = y * t if t > 0.9 else np.sin(y) + t
    while y < 5:
        y = y * 2
    return y


SMOOTH = {
    "sum": lambda x: np.sum(x),
    "sin": lambda x: np.sum(np.sin(x) * x),
    "quadratic": lambda x: x @ A @ x,
    "prod": lambda x: np.prod(x),
    "log of exp": lambda x: np.log(np.sum(np.exp(x))),
    "valley": lambda x: np.sum(100 * (x[1:] - x[:-1] ** 2) ** 2 + (1 - x[:-1]) ** 2),
    "powers": lambda x: np.sum(x**x + 2.0**x + x**-1.5 + 1 / x),
    "a loop": newton_root,
    "index": lambda x: np.sum(x[[0, 0, 3]] * x[::-1][:3]) * x[-1],
    "pieces": lambda x: np.sum(np.concatenate([x[:2], x]) ** 3) * np.stack([x, x * x])[1, 2],
    "shapes": lambda x: np.sum((x.reshape(2, 2).T @ x.reshape(2, 2)) ** 2),
    "running": lambda x: np.sum(np.cumsum(x) ** 3) + np.sum(np.cumprod(x)),
    "where": lambda x: np.sum(np.where(np.arange(4) > 1, x**3, np.sqrt(x))),
    "variance": lambda x: np.mean((x - np.mean(x)) ** 3),
    "einsum": lambda x: np.einsum("ij,j,ik,k->", M, x, M, np.exp(x)),
    "solve": lambda x: np.sum(np.linalg.solve(A + np.outer(x, x), x) ** 2),
    "inv": lambda x: np.sum(np.linalg.inv(A * x) ** 2),
    "det": lambda x: np.linalg.det(A * x + np.diag(x)),
    "outside": lambda x: np.sum(np.tanh(M @ x + 1.0) @ M),
}
BENT = {  # what has no complex form
    "branches": by_branches,
    "abs": lambda x: np.sum(np.abs(x - 0.7) ** 3),
    "max": lambda x: np.max(x) * np.min(x) * np.median(x),
    "sort": lambda x: np.sum(np.sort(x) ** np.arange(1, 5)),
    "clip": lambda x: np.sum(np.clip(x, 0.5, 1.0) ** 2),
    "where x": lambda x: np.sum(np.where(x > 0.8, x**3, np.log1p(x))),
    "std": lambda x: np.std(x) + np.linalg.norm(x),
    "arctan2": lambda x: np.sum(np.arctan2(x, x[0] + 1) * np.hypot(x, x[1])),
    "slogdet": lambda x: np.linalg.slogdet(A * x + np.diag(x))[1],
    "eigh": lambda x: np.sum(np.linalg.eigh(np.outer(x, x) + np.diag(x)).eigenvalues ** 3 * X),
    "eigenvectors": lambda x: np.sum(np.linalg.eigh(np.outer(x, x) + np.diag(x))[1][:, 0] ** 4),
    "svd": lambda x: np.sum(np.linalg.svd(A * x, compute_uv=False) ** 3),
    "cholesky": lambda x: np.sum(np.linalg.cholesky(A @ A.T + np.outer(x, x)) * A),
    "ops": lambda x: ops.logsumexp(ops.softplus(x)) + ops.sum(ops.gelu(x) * ops.softmax(x)),
}
SCALARS = {**SMOOTH, **BENT}


def differences(f, x, h=1e-3):
    """Central differences of sixth order, along each element of x."""
    columns = []
    for i in range(x.size):
        e = np.zeros(x.shape)
        e.flat[i] = h
        steps = [np.asarray(f(x + k * e)) - f(x - k * e) for k in (1, 2, 3)]
        columns.append((45 * steps[0] - 9 * steps[1] + steps[2]) / (60 * h))
    return np.stack(columns, -1).reshape(np.shape(columns[0]) + x.shape)


@pytest.mark.parametrize("name", SMOOTH)
def test_gradients_are_those_by_complex_steps(name):
    f, h = SMOOTH[name], 1e-30
    expected = [np.imag(f(X + 1j * h * e)) / h for e in np.eye(4)]
    np.testing.assert_allclose(ag.grad(f)(X), expected, rtol=1e-11, atol=1e-13)


@pytest.mark.parametrize("name", SCALARS)
def test_first_and_second_derivatives_are_those_by_differences(name):
    f = SCALARS[name]
    number, slope = ag.value_and_grad(f)(X)
    close(number, f(X), rtol=1e-14)
    scale = np.max(np.abs(slope))
    np.testing.assert_allclose(slope, differences(f, X), rtol=1e-8, atol=1e-9 * scale)
    h = ag.hessian(f)(X)
    scale = max(np.max(np.abs(h)), scale)
    np.testing.assert_allclose(h, differences(ag.grad(f), X), rtol=1e-8, atol=1e-8 * scale)


@pytest.mark.filterwarnings("ignore::autograd_nn.ZeroGradientWarning")  # of straight lines
@pytest.mark.parametrize("name", SCALARS)
def test_second_derivatives_agree_however_they_are_asked_for(name):
    f = SCALARS[name]
    h = ag.hessian(f)(X)
    size = max(1.0, np.max(np.abs(h)))
    same = partial(close, rtol=1e-10, atol=1e-11 * size)
    same(h, h.T)
    same(ag.jacobian(ag.grad(f))(X), h)
    same(ag.hvp(f, X, V), h @ V)
    same(ag.jvp(ag.grad(f), X, V)[1], h @ V)
    same(ag.vjp(ag.grad(f), X)[1](V)[0], h @ V)
    same(ag.grad(lambda x: np.vdot(ag.grad(f)(x), V))(X), h @ V)
    same(ag.grad(lambda x: ag.jvp(f, x, V)[1])(X), h @ V)
    same(ag.jvp(lambda x: ag.jvp(f, x, V)[1], X, W)[1], W @ h @ V)
    third = ag.jvp(lambda x: ag.hvp(f, x, V), X, W)[1]
    step = 1e-4
    near = (ag.hvp(f, X + step * W, V) - ag.hvp(f, X - step * W, V)) / (2 * step)
    np.testing.assert_allclose(third, near, rtol=1e-5, atol=1e-5 * max(1, np.max(np.abs(third))))


VECTORS = {
    "tanh": lambda x: np.tanh(x) * x,
    "softmax": lambda x: np.exp(x) / np.sum(np.exp(x)),
    "cumsum": lambda x: np.cumsum(x) ** 2,
    "outer": lambda x: np.outer(np.sin(x), x[1:]),
    "reversed": lambda x: x[::-1] * x,
    "itself": lambda x: x,
    "linear": lambda x: M @ x,
    "constant rows": lambda x: np.stack([x * x, np.ones(4), x]),
    "number": lambda x: np.sum(x**3),
    "empty": lambda x: x[:0] * 2,
    "three axes": lambda x: x.reshape(2, 1, 2) * x.reshape(2, 2, 1),
}


@pytest.mark.filterwarnings("ignore::autograd_nn.ZeroGradientWarning")  # of the empty one
@pytest.mark.parametrize("name", VECTORS)
def test_rows_of_a_jacobian_are_pulled_and_columns_pushed(name):
    f = VECTORS[name]
    j = ag.jacobian(f)(X)
    y, pull = ag.vjp(f, X)
    equal(y, f(X))
    assert j.shape == (*y.shape, 4)
    np.testing.assert_allclose(j, differences(f, X), rtol=1e-9, atol=1e-9)
    for index in np.ndindex(y.shape):
        unit = np.zeros(y.shape)
        unit[index] = 1
        close(j[index], pull(unit)[0])
    for i, unit in enumerate(np.eye(4)):
        value, pushed = ag.jvp(f, X, unit)
        equal(value, y)
        close(j[..., i], pushed)


SHAPES = [(), (1,), (3,), (0,), (2, 3), (1, 1), (0, 2), (2, 1, 2)]


@pytest.mark.filterwarnings("ignore::autograd_nn.ZeroGradientWarning")
@pytest.mark.parametrize("given", SHAPES, ids=str)
@pytest.mark.parametrize("made", SHAPES, ids=str)
def test_a_jacobian_has_the_results_shape_and_then_the_arguments(given, made, rng):
    x = rng.standard_normal(given)
    weights = rng.standard_normal((*made, x.size))

    def f(x):
        return np.sum(weights * np.sin(x).reshape(-1), axis=-1)

    j = ag.jacobian(f)(x)
    assert j.shape == made + given
    close(j, (weights * np.cos(x).reshape(-1)).reshape(made + given))
    u, v = rng.standard_normal(made), rng.standard_normal(given)
    pulled, pushed = ag.vjp(f, x)[1](u)[0], ag.jvp(f, x, v)[1]
    assert (pulled.shape, pushed.shape) == (given, made)
    close(np.sum(pulled * v), np.sum(u * pushed))


@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_a_hessian_has_the_arguments_shape_twice(shape, rng):
    x, v = rng.standard_normal((2, *shape))
    h = ag.hessian(lambda x: np.sum(x) ** 3 + np.sum(np.sin(x)))(x)
    assert h.shape == shape + shape
    n = x.size
    expected = 6 * np.sum(x) * np.ones((n, n)) - np.diag(np.sin(x).reshape(-1))
    close(h.reshape(n, n), expected)
    product = ag.hvp(lambda x: np.sum(x) ** 3 + np.sum(np.sin(x)), x, v)
    assert np.shape(product) == shape
    close(np.reshape(product, -1), expected @ v.reshape(-1))


OPS = {}
for sample in every_sample():
    if len(sample.fixed) < len(sample.arrays):
        OPS.setdefault(sample.op, []).append(sample)


@pytest.mark.filterwarnings("ignore::autograd_nn.ZeroGradientWarning")  # of floor and the like
@pytest.mark.parametrize("op", OPS)
def test_pushing_forward_is_the_transpose_of_pulling_back_for_every_op(op, rng):
    for sample in OPS[op]:
        free = [i for i in range(len(sample.arrays)) if i not in sample.fixed]

        def f(*given, sample=sample, free=free):
            arguments = list(sample.arrays)
            for i, x in zip(free, given, strict=True):
                arguments[i] = x
            return getattr(ops, sample.op)(*arguments, **sample.params)

        def cost(*given, f=f):
            return np.sum(np.sin(f(*given)))

        args = tuple(np.asarray(sample.arrays[i], float) for i in free)
        v, w = (tuple(rng.standard_normal(x.shape) for x in args) for _ in range(2))

        def inner(a, b):
            return sum(np.sum(x * y) for x, y in zip(a, b, strict=True))

        y, pull = ag.vjp(f, *args)
        u = rng.standard_normal(np.shape(y))
        close(inner((u,), (ag.jvp(f, args, v)[1],)), inner(pull(u), v), rtol=1e-9, atol=1e-10)
        close(inner(ag.hvp(cost, args, v), w), inner(ag.hvp(cost, args, w), v), 1e-7, 1e-8)


@given(st.integers(0, 10_000))
def test_pushing_forward_is_the_transpose_of_pulling_back(n):
    rng = np.random.default_rng(n)
    steps = rng.choice(list(STEPS), 4)
    p = {"a": rng.standard_normal((3, 3)), "b": [rng.standard_normal(3)]}
    v = {"a": rng.standard_normal((3, 3)), "b": [rng.standard_normal(3)]}

    def f(p):
        y = p["a"] @ p["b"][0]
        for step in steps:
            y = STEPS[step](y, p["a"])
        return y, y.sum() * p["a"]

    (y, z), (ty, tz) = ag.jvp(f, p, v)
    u, w = rng.standard_normal(y.shape), rng.standard_normal(z.shape)
    (back,) = ag.vjp(f, p)[1]((u, w))
    forth = np.sum(u * ty) + np.sum(w * tz)
    close(forth, np.sum(back["a"] * v["a"]) + np.sum(back["b"][0] * v["b"][0]), 1e-9, 1e-9)


STEPS = {
    "tanh": lambda y, a: np.tanh(y),
    "softmax": lambda y, a: ops.softmax(y),
    "multiply": lambda y, a: a.T @ y,
    "outer": lambda y, a: np.diagonal(np.outer(y, y)),
    "roll": lambda y, a: np.roll(y, 1) * y,
    "sigmoid": lambda y, a: ops.sigmoid(y + a[0]),
}
