"""Derivatives of derivatives, in any order: nothing is taken for something else."""

import itertools

import numpy as np
import pytest
from helpers.transforms import V, W, X, close

import autograd_nn as ag
from autograd_nn import Tensor, gradients
from autograd_nn.engine.core import value


def number(x):
    return float(x)


def by_gradients(f):
    def d(x):
        x = +x if isinstance(x, Tensor) else Tensor(x, requires_grad=True)  # one of its own
        return gradients(f(x), [x], create_graph=True)[0]

    return d


DERIVATIVES = {
    "grad": ag.grad,
    "value_and_grad": lambda f: lambda x: ag.value_and_grad(f)(x)[1],
    "vjp": lambda f: lambda x: ag.vjp(f, x)[1](1.0)[0],
    "jvp": lambda f: lambda x: ag.jvp(f, x, 1.0)[1],
    "jacobian": ag.jacobian,
    "elementwise_grad": ag.elementwise_grad,
    "gradients": by_gradients,
}
pairs = pytest.mark.parametrize(("outer", "inner"), list(itertools.product(DERIVATIVES, repeat=2)))


@pairs
def test_perturbations_are_not_confused(outer, inner):
    d, e = DERIVATIVES[outer], DERIVATIVES[inner]
    # Siskind and Pearlmutter's: d/dx (x · d/dy (x + y)), which is 2 where they are confused
    assert number(d(lambda x: x * e(lambda y: x + y)(1.0))(1.0)) == 1
    assert number(d(lambda x: x * e(lambda y: x + y)(x))(1.0)) == 1
    assert number(d(lambda x: x * e(lambda y: x * y)(2.0))(3.0)) == 6  # x · x
    assert number(d(lambda x: e(lambda y: x * y**2)(x))(3.0)) == 12  # 2 x · x
    assert number(d(lambda x: e(lambda y: x**2 * y**3)(x) * x)(2.0)) == 15 * 2**4  # 3 x⁵
    assert number(d(lambda x: e(lambda x: x**3)(x * x))(2.0)) == 12 * 2**3  # 3 x⁴
    assert number(d(lambda x: e(lambda y: e(lambda z: x * y * z)(y) * y)(x))(3.0)) == 12  # 2 x · x


@pairs
def test_an_inner_derivative_that_does_not_see_the_outer_argument_is_a_constant(outer, inner):
    d, e = DERIVATIVES[outer], DERIVATIVES[inner]
    assert number(d(lambda x: x * e(lambda y: y**2)(3.0))(1.0)) == 6


@pairs
def test_third_and_fourth_derivatives_mix_in_any_order(outer, inner):
    first = (5 * list(DERIVATIVES).index(outer) + list(DERIVATIVES).index(inner)) % 6
    expected = [np.cos, lambda x: -np.sin(x), lambda x: -np.cos(x), np.sin]
    for third, fourth in list(itertools.product(DERIVATIVES, repeat=2))[first::6]:
        derivative = np.sin
        for name, known in zip((inner, outer, third, fourth), expected, strict=True):
            derivative = DERIVATIVES[name](derivative)
            assert number(derivative(0.7)) == pytest.approx(known(0.7), rel=1e-12)


@pytest.mark.parametrize(
    ("f", "derivatives"),
    [
        (lambda x: x**5, [80, 160, 240, 240, 120]),
        (lambda x: 1 / x, [-1 / 4, 2 / 8, -6 / 16, 24 / 32, -120 / 64]),
        (np.exp, [np.exp(2)] * 5),
        (np.log, [1 / 2, -1 / 4, 2 / 8, -6 / 16, 24 / 32]),
        (lambda x: x * np.exp(-x), [(-1) ** n * (2 - n) * np.exp(-2) for n in range(1, 6)]),
        (lambda x: np.prod(np.stack([x, x, x, x, x])), [80, 160, 240, 240, 120]),
        (lambda x: np.linalg.inv(x.reshape(1, 1))[0, 0], [-1 / 4, 2 / 8, -6 / 16, 24 / 32, -120 / 64]),
    ],
)  # fmt: skip
def test_derivatives_to_fifth_order(f, derivatives):
    for known in derivatives:
        f = ag.grad(f)
        assert f(2.0) == pytest.approx(known, rel=1e-10, abs=1e-14)


def test_second_derivatives_inside_of_derivatives_and_the_other_way_round():
    def inner(x):
        return lambda y: np.sum(x * y**3)

    # the Hessian of x·y³ by y is diag(6xy); at y = x its sum is 6 Σx²
    close(ag.grad(lambda x: ag.hessian(inner(x))(x).sum())(X), 12 * X)
    close(ag.grad(lambda x: ag.hvp(inner(x), x, x).sum())(X), 18 * X**2)
    close(ag.jvp(lambda x: ag.hvp(inner(x), x, V), X, W)[1], 12 * X * V * W)
    close(ag.jacobian(lambda x: ag.hvp(inner(x), x, x))(X), np.diag(18 * X**2))
    close(ag.hessian(lambda x: np.sum(ag.grad(inner(x))(x)))(X), np.diag(18 * X))  # 3 x³
    close(ag.hvp(lambda x: ag.hvp(inner(x), x, x).sum(), X, V), 36 * X * V)
    close(ag.hessian(lambda x: ag.hvp(inner(x), V, x).sum())(X), np.diag(12 * V))
    everything = ag.jacobian(ag.jacobian(ag.jacobian(lambda x: x**4)))(X)
    assert everything.shape == (4, 4, 4, 4)
    close(np.einsum("iiii->i", everything), 24 * X)
    assert np.count_nonzero(everything) == 4


def test_a_tangent_and_a_seed_may_depend_on_what_is_differentiated():
    close(ag.grad(lambda x: ag.jvp(np.sin, x, x)[1])(2.0), np.cos(2) - 2 * np.sin(2))
    close(ag.grad(lambda x: ag.vjp(np.sin, x)[1](x)[0])(2.0), np.cos(2) - 2 * np.sin(2))
    close(ag.jvp(lambda x: ag.jvp(np.sin, x, x)[1], 2.0, 1.0)[1], np.cos(2) - 2 * np.sin(2))
    close(ag.grad(lambda v: ag.jvp(np.sin, 2.0, v)[1])(5.0), np.cos(2))
    close(ag.grad(lambda v: ag.hvp(lambda x: np.sum(x**3), X, v).sum())(V), 6 * X)


def test_a_pull_made_outside_is_differentiated_by_its_seed():
    _, pull = ag.vjp(lambda x: x**3, X)
    close(value(ag.jacobian(lambda u: pull(u)[0])(V)), np.diag(3 * X**2))
    close(value(ag.grad(lambda u: (pull(u)[0] * u).sum())(V)), 6 * X**2 * V)
    close(value(ag.jvp(lambda u: pull(u)[0], V, W)[1]), 3 * X**2 * W)  # which is how jvp is made


def test_nested_calls_that_differentiate_the_same_array_are_told_apart():
    def f(x):
        return ag.grad(lambda y: np.sum(x * y * X))(
            X
        ).sum()  # X is x's value, and y's, and a constant

    close(ag.grad(f)(X), X)


def test_branches_and_loops_may_depend_on_an_inner_derivative():
    def f(x):
        slope = ag.grad(lambda y: y**3)(x)
        return slope * x if slope > 10 else -slope

    assert ag.grad(f)(2.0) == 36
    assert ag.grad(f)(1.0) == -6
