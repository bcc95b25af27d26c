"""Functions that special care is taken of, and functions of each element by itself."""

import re
import tracemalloc

import numpy as np
import pytest
from helpers.transforms import V, W, X, close, equal

import autograd_nn as ag
from autograd_nn import ops

# --- special functions --------------------------------------------------------------------------------------


def test_a_function_may_return_its_argument_or_the_same_thing_twice():
    assert ag.value_and_grad(lambda x: x)(3.0) == (3, 1)
    equal(ag.jacobian(lambda x: x)(X), np.eye(4))
    equal(ag.jvp(lambda x: x, X, V)[1], V)
    _, pull = ag.vjp(lambda x: (x, x), X)
    equal(pull((V, W))[0], V + W)
    pushed = ag.jvp(lambda x: (x, x), X, V)[1]
    equal(pushed[0], V)
    equal(pushed[1], V)

    def twice(x):
        z = x * x
        return z, z, x

    close(ag.vjp(twice, X)[1]((V, W, V))[0], 2 * X * (V + W) + V)
    for pushed, factor in zip(ag.jvp(twice, X, V)[1], (2 * X, 2 * X, 1), strict=True):
        close(pushed, factor * V)
    close(ag.jvp(lambda a, b: a + b, (X, V), (V, W))[1], V + W)


def test_of_several_results_some_may_be_constant():
    def f(x):
        return x * x, np.ones(2), 3, None, x > 0.5

    y, pull = ag.vjp(f, X)
    equal(y[1], np.ones(2))
    assert y[2:4] == (3, None)
    equal(y[4], X > 0.5)
    equal(pull((V, np.ones(2), 1, None, X))[0], 2 * X * V)
    pushed = ag.jvp(f, X, V)[1]
    equal(pushed[0], 2 * X * V)
    equal(pushed[1], np.zeros(2))
    assert pushed[2] == 0
    j = ag.jacobian(f)(X)
    equal(j[1], np.zeros((2, 4)))
    equal(j[2], np.zeros(4))


def test_a_result_of_size_one_is_a_single_number():
    for shape in ((1,), (1, 1), ()):
        value, slope = ag.value_and_grad(lambda x, s=shape: np.sum(x**2).reshape(s))(X)
        assert np.shape(value) == shape
        equal(slope, 2 * X)
        equal(ag.hessian(lambda x, s=shape: np.sum(x**2).reshape(s))(X), 2 * np.eye(4))
        equal(ag.hvp(lambda x, s=shape: np.sum(x**2).reshape(s), X, V), 2 * V)


def test_infinite_slopes_come_out_as_they_are():
    with np.errstate(all="ignore"):
        assert ag.grad(np.sqrt)(0.0) == np.inf
        assert ag.jvp(np.sqrt, 0.0, 1.0)[1] == np.inf
        equal(ag.jvp(np.log, np.array([0.0, 1.0]), np.ones(2))[1], [np.inf, 1])
        assert np.isnan(ag.grad(np.sqrt)(-1.0))
        equal(ag.elementwise_grad(np.sqrt)(np.array([0.0, 4.0, np.nan])), [np.inf, 0.25, np.nan])


def test_a_network_in_a_dict_learns():
    rng = np.random.default_rng(0)
    x = rng.uniform(-1, 1, (40, 2))
    y = (x[:, 0] * x[:, 1] > 0).astype(float)
    p = {
        "layers": [(rng.standard_normal((8, 2)), np.zeros(8)), (rng.standard_normal((8, 8)), np.zeros(8))],
        "out": {"w": rng.standard_normal(8), "b": np.array(0.0)},
    }  # fmt: skip

    def cost(p, x, y):
        for w, b in p["layers"]:
            x = np.tanh(x @ w.T + b)
        return np.mean(ops.sigmoid_cross_entropy(x @ p["out"]["w"] + p["out"]["b"], y))

    def step(p, g):
        if isinstance(p, dict):
            return {k: step(p[k], g[k]) for k in p}
        if isinstance(p, (tuple, list)):
            return type(p)(step(a, b) for a, b in zip(p, g, strict=True))
        return p - 0.5 * g

    slope = ag.value_and_grad(cost)
    costs = []
    for _ in range(150):
        value, g = slope(p, x, y)
        costs.append(value)
        p = step(p, g)
    assert costs[0] > 0.6
    assert costs[-1] < 0.1
    assert type(p["layers"]) is list
    assert type(p["out"]["b"]) in (np.ndarray, np.float64)


def test_newtons_method_finds_the_lowest_point():
    def valley(x):
        return (1 - x[0]) ** 2 + 100 * (x[1] - x[0] ** 2) ** 2

    x = np.array([-1.2, 1.0])
    for _ in range(10):
        x = x - np.linalg.solve(ag.hessian(valley)(x), ag.grad(valley)(x))
    close(x, [1, 1])


def test_a_root_found_by_newtons_method_is_differentiated_through_its_steps():
    def root(a):
        x = 1.0 * a
        for _ in range(8):
            x = x - (x**3 - a) / ag.grad(lambda x: x**3 - a)(x)
        return x

    assert root(5.0) == pytest.approx(5 ** (1 / 3))
    assert ag.grad(root)(5.0) == pytest.approx(5 ** (-2 / 3) / 3, rel=1e-12)
    assert ag.grad(ag.grad(root))(5.0) == pytest.approx(-2 / 9 * 5 ** (-5 / 3), rel=1e-12)


def test_a_hessian_of_100_000_squared_elements_is_multiplied_by_and_never_formed(rng):
    d = 100_000
    x, v = rng.standard_normal((2, d))
    tracemalloc.start()
    found = ag.hvp(lambda x: np.sum(np.sin(x[1:]) * x[:-1] ** 2) + np.sum(x) ** 2, x, v)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 100 * 8 * d
    a, b, s = x[:-1], x[1:], np.zeros(d)
    s[:-1] += 2 * np.sin(b) * v[:-1] + 2 * a * np.cos(b) * v[1:]
    s[1:] += 2 * a * np.cos(b) * v[:-1] - a**2 * np.sin(b) * v[1:]
    np.testing.assert_allclose(found, s + 2 * v.sum(), rtol=1e-9, atol=1e-9)


# --- element by element ----------------------------------------------------------------------------------------


Y = np.array([[-2.0, -0.5, 0.0], [0.7, 1.0, 3.0]])


@pytest.mark.parametrize(
    ("f", "derivative"),
    [
        (np.exp, np.exp(Y)),
        (lambda x: 3 * x, np.full_like(Y, 3)),
        (lambda x: x, np.ones_like(Y)),
        (lambda x: x.T.T, np.ones_like(Y)),
        (lambda x: x + np.arange(3.0), np.ones_like(Y)),
        (lambda x: x * np.arange(3.0), np.ones((2, 1)) * np.arange(3.0)),
        (np.abs, np.sign(Y)),
        (ops.relu, (Y > 0) * 1.0),
        (lambda x: np.where(x > 0.5, x**2, -x), np.where(Y > 0.5, 2 * Y, -1)),
        (lambda x: np.maximum(x, 0.6), (Y > 0.6) * 1.0),
        (lambda x: x @ np.eye(3), np.ones_like(Y)),
        (lambda x: np.stack([row**2 for row in x]), 2 * Y),
        (lambda x: x**2 + 0 * x.sum(), 2 * Y),
        (lambda x: np.exp(100 * x), 100 * np.exp(100 * Y)),
        (lambda x: x + np.array([np.nan, np.inf, 1.0]), np.ones_like(Y)),
        (lambda x: x * np.array([np.nan, np.inf, 1.0]), np.ones((2, 1)) * np.array([np.nan, np.inf, 1])),
    ],
)  # fmt: skip
@pytest.mark.filterwarnings("ignore:invalid value:RuntimeWarning")
def test_functions_of_each_element_by_itself_have_their_derivative(f, derivative):
    close(ag.elementwise_grad(f)(Y), derivative)


@pytest.mark.parametrize(
    "f",
    [
        lambda x: ops.softmax(x),
        lambda x: np.cumsum(x, axis=0),
        lambda x: x * x.sum(),
        lambda x: x - x.mean(),
        lambda x: x[::-1],
        lambda x: np.roll(x, 1, axis=1),
        lambda x: x + 1e-6 * x.sum(),
        lambda x: x @ (np.eye(3) + 1e-5),
        lambda x: np.sort(x, axis=1)[:, ::-1],
        lambda x: x * x[0, 0],
        lambda x: x / np.linalg.norm(x),
        lambda x: x + np.where(x > 10, x, x[1, 2]),
    ],
)
def test_functions_that_mix_elements_are_refused(f):
    message = (
        "elementwise_grad: an element of the result depends on other elements of argument 0 than "
        "its own; jacobian has every derivative"
    )
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        ag.elementwise_grad(f)(Y)
    p = {"x": Y}
    with pytest.raises(ValueError, match=re.escape("elements of argument 0['x'] than its own")):
        ag.elementwise_grad(lambda p: f(p["x"]))(p)


def test_each_argument_of_an_elementwise_function_has_its_derivative():
    da, db = ag.elementwise_grad(lambda a, b: a**2 * b, argnums=(0, 1))(X, V)
    close(da, 2 * X * V)
    close(db, X**2)
    found = ag.elementwise_grad(lambda p: p["a"] ** 2 * p["b"])({"a": X, "b": V})
    close(found["b"], X**2)
    close(ag.elementwise_grad(lambda x, c: c * x**2)(X, 3.0), 6 * X)


def test_elementwise_derivatives_nest():
    close(ag.elementwise_grad(ag.elementwise_grad(ag.elementwise_grad(np.sin)))(Y), -np.cos(Y))
    assert ag.elementwise_grad(ag.elementwise_grad(np.exp))(0.0) == 1


def test_mixed_elements_are_noticed_beside_a_large_derivative():
    with pytest.raises(ValueError, match="depends on other elements"):
        ag.elementwise_grad(lambda x: np.exp(x) + x.sum())(np.array([0.0, 50.0]))


def test_an_elementwise_function_is_accepted_where_it_nearly_vanishes():
    x = np.array([27.1, 27.2])
    found = ag.elementwise_grad(lambda x: np.exp(-(x**2)))(x)
    np.testing.assert_allclose(found, -2 * x * np.exp(-(x**2)), rtol=1e-3)
