"""Gradients worked out by hand, of functions of arrays and of other frameworks."""

import numpy as np
import pytest
from helpers.leaf import sigmoid, softmax

from autograd_nn import GradientMismatch, check_gradient_function
from autograd_nn.gradient_check import Verdict

rng = np.random.default_rng(2)
X, W, Y = rng.standard_normal((6, 3)), rng.standard_normal(3), rng.integers(0, 2, 6)


def cost(w, b):
    z = X @ w + b
    return np.mean(np.log1p(np.exp(-z)) + (1 - Y) * z)


def gradient(w, b):
    delta = (1 / (1 + np.exp(-(X @ w + b))) - Y) / len(X)
    return X.T @ delta, delta.sum()


def test_a_gradient_in_numpy():
    report = check_gradient_function(cost, W, 0.3, gradient=gradient)
    assert report.verdict is Verdict.PASS
    assert [(a.name, a.resolved) for a in report.arguments] == [("w", 3), ("b", 1)]


@pytest.mark.parametrize(
    ("spoil", "argument", "cause"),
    [
        (lambda w, b: (w * len(X), b), 0, "mean for sum"), (lambda w, b: (w[::-1], b), 0, "flipped"),
        (lambda w, b: (w, -b), 1, "sign"), (lambda w, b: [w, 0.0], 1, "zero"), (lambda w, b: (w * [1, 1, 1.5], b), 0, "some elements"),
    ],
)  # fmt: skip
def test_a_wrong_one_is_named(spoil, argument, cause):
    with pytest.raises(GradientMismatch) as caught:
        check_gradient_function(cost, W, 0.3, gradient=lambda w, b: spoil(*gradient(w, b)))
    assert caught.value.argument == argument
    assert caught.value.report.cause == cause
    assert f"defined at {__file__}" in str(caught.value)


@pytest.mark.parametrize(
    ("wrong", "hint"), [(6.0, "6 is a dimension of the reduced array: a sum instead of a mean?"), (5.0, "a factor of 1/5 is missing?"), (1 / 5, "a factor of 5 is missing?"), (6.5, "elements"), (1 + 1e-7, "(1 + 1e-07) times the right one, at all 3 elements")]
)  # fmt: skip
def test_a_whole_number_points_to_a_mean_or_a_power(wrong, hint):
    with pytest.raises(GradientMismatch) as caught:
        check_gradient_function(cost, W, 0.3, gradient=lambda *a: [wrong * g for g in gradient(*a)])
    assert f"{hint} (argument 1 is wrong too)" in str(caught.value)


def backprop(w2, w3, lacks, x, y):
    """∂C/∂w2 and ∂C/∂w3 of the quadratic cost, the book's way, without a factor of one layer."""
    z2 = w2 @ x
    z3 = w3 @ sigmoid(z2)
    slopes = {layer: sigmoid(z) * (1 - sigmoid(z)) for layer, z in ((2, z2), (3, z3))}
    delta3 = (sigmoid(z3) - y) * (1 if lacks == 3 else slopes[3])
    delta2 = w3.T @ delta3 * (1 if lacks == 2 else slopes[2])
    return np.outer(delta2, x), np.outer(delta3, sigmoid(z2))


@pytest.mark.parametrize(("lacks", "wrong"), [(2, [0]), (3, [0, 1])])
def test_a_forgotten_sigma_prime_is_a_factor_for_each_row(lacks, wrong):
    x, y = rng.standard_normal(4), np.array([0.0, 1.0, 0.0])
    weights = rng.standard_normal((5, 4)), rng.standard_normal((3, 5))

    def cost(w2, w3):
        w2, w3 = (np.array(w.tolist()) for w in (w2, w3))  # that no tensor can follow
        return np.sum((sigmoid(w3 @ sigmoid(w2 @ x)) - y) ** 2) / 2

    def checked(lacks):
        return check_gradient_function(
            cost, *weights, gradient=lambda *w: backprop(*w, lacks, x, y)
        )

    assert checked(None).verdict is Verdict.PASS
    with pytest.raises(GradientMismatch, match=r"each row is off by a factor .*σ′") as caught:
        checked(lacks)
    report = caught.value.report
    assert report.cause == "factor"
    assert [a.position for a in report.arguments if "each row" in a.diagnosis] == wrong


@pytest.mark.parametrize(
    ("factors", "says"),
    [
        (np.arange(2.0, 5), "each column is off by a factor of its own (2, 3 …): is σ′(z) missing"),
        (rng.random((6, 3)), "in no known pattern"),
    ],
)
def test_factors_for_columns_and_for_single_elements(factors, says):
    with pytest.raises(GradientMismatch) as caught:
        check_gradient_function(lambda x: np.sum(x**3), X, gradient=lambda x: 3 * x**2 * factors)
    assert says in caught.value.report.diagnosis


@pytest.mark.parametrize("shape", [(4, 1), (1, 4), (4,)])
def test_of_one_element_any_number_is_a_factor_and_says_nothing(shape):
    x, factors = rng.standard_normal((2, 4))
    x, factors = x.reshape(shape), factors.reshape(shape)
    with pytest.raises(GradientMismatch, match="in no known pattern"):
        check_gradient_function(lambda x: np.sum(x**2), x, gradient=lambda x: 2 * x * factors)


def test_a_rule_for_a_cotangent():
    def vjp(g, x):
        y = softmax(x)
        return y * (g - (g * y).sum(axis=1, keepdims=True))

    assert check_gradient_function(softmax, X, vjp=vjp).ok
    for wrong in (lambda g, x: 0 * g, lambda g, x: g * softmax(x) * (1 - softmax(x))):
        with pytest.raises(GradientMismatch):
            check_gradient_function(softmax, X, vjp=wrong)


def test_what_cannot_be_checked_is_refused():
    with pytest.raises(TypeError, match="pass gradient= for a scalar value, or vjp="):
        check_gradient_function(cost, W, 0.3)
    with pytest.raises(TypeError, match="one gradient"):
        check_gradient_function(cost, W, 0.3, gradient=gradient, vjp=gradient)
    with pytest.raises(
        ValueError, match=r"softmax returned shape \(6, 3\); gradient= is for a scalar"
    ):
        check_gradient_function(softmax, X, gradient=softmax)
    with pytest.raises(TypeError, match="no arrays"):
        check_gradient_function(cost, gradient=gradient)
    with pytest.raises(TypeError, match="dtype int64; expected floating"):
        check_gradient_function(np.sum, np.arange(3), gradient=lambda x: 1.0)
    for odd, kind in (({"w": W}, "dict"), ("abc", "str"), ([None], "list"), (1j, "complex")):
        with pytest.raises(
            TypeError, match=f"argument 0 is {kind}, of dtype .*; expected an array"
        ):
            check_gradient_function(np.sum, odd, gradient=lambda x: 1.0)
    with pytest.raises(TypeError, match="returned complex128"):
        check_gradient_function(lambda x: np.sum(x) * 1j, X, gradient=lambda x: x)


def test_a_function_of_pytorchs():
    torch = pytest.importorskip("torch", reason="PyTorch is for comparison only")

    def value(w):
        return torch.nn.functional.gelu(torch.from_numpy(X) @ torch.from_numpy(w)).sum()

    def gradient(w):
        leaf = torch.from_numpy(w).clone().requires_grad_()
        torch.nn.functional.gelu(torch.from_numpy(X) @ leaf).sum().backward()
        return leaf.grad

    assert check_gradient_function(value, W, gradient=gradient).verdict is Verdict.PASS
    with pytest.raises(GradientMismatch, match="2 times the right one"):
        check_gradient_function(value, W, gradient=lambda w: 2 * gradient(w))
