"""Backpropagations in plain NumPy with the mistakes that people make: is each named on the first
line?"""

import numpy as np
import pytest
from helpers.cases import quickly
from helpers.leaf import sigmoid, sigmoid_prime, softmax

from autograd_nn import GradientMismatch, check_gradient_function
from autograd_nn.gradient_check import Verdict

rng = np.random.default_rng(0)
M = 7  # examples
X, LABELS = rng.standard_normal((M, 5)), rng.integers(0, 3, M)
Y, MASK = np.eye(3)[LABELS], rng.integers(0, 2, (M, 4)) * 2.0
PARAMETERS = [rng.standard_normal(s) for s in ((5, 4), (4,), (4, 4), (4,), (4, 3), (3,))]


def relu(z):
    return np.maximum(z, 0)


def forward(w1, b1, w2, b2, w3, b3, activation=sigmoid, mask=1.0):
    z1 = X @ w1 + b1
    a1 = activation(z1) * mask
    z2 = a1 @ w2 + b2
    a2 = activation(z2)
    return z1, a1, z2, a2, a2 @ w3 + b3


def quadratic(w1, b1, w2, b2, w3, b3, **settings):
    a = sigmoid(forward(w1, b1, w2, b2, w3, b3, **settings)[4])
    return np.mean(np.sum((a - Y) ** 2, axis=1)) / 2


def halves(*p):
    return np.sum((sigmoid(forward(*p)[4]) - Y) ** 2) / (2 * M)


def dropped(*p):
    return quadratic(*p, mask=MASK)


def rectified(*p):
    return quadratic(*p, activation=relu)


def decayed(*p):
    return quadratic(*p) + 0.05 * sum(np.sum(w**2) for w in p[::2])


def likelihood(*p):
    return -np.sum(Y * np.log(softmax(forward(*p)[4]))) / M


def backprop(cost, bug, *p):
    """∂C/∂w1, ∂C/∂b1 and so on, with one mistake."""
    w1, _, w2, _, w3, _ = p
    activation, slope = (
        (relu, lambda z: (z > 0) * 1.0) if cost is rectified else (sigmoid, sigmoid_prime)
    )
    mask = MASK if cost is dropped else np.ones((M, 4))
    z1, a1, z2, a2, z3 = forward(*p, activation=activation, mask=mask)
    if cost is likelihood:
        y = softmax(z3)
        d3 = (-Y / y) * y * (1 - y) if bug == "softmax diagonal" else y - Y
        d3 = -d3 if bug == "sign" else d3
    else:
        slopes3 = {
            "output": 1.0,
            "sigmoid_prime(a)": sigmoid_prime(sigmoid(z3)),
            "twice": sigmoid_prime(z3) ** 2,
        }
        d3 = (sigmoid(z3) - Y) * slopes3.get(bug, sigmoid_prime(z3))
    d3 = d3 / (1 if bug == "no mean" else M)
    slopes2 = {"hidden": 1.0, "sigmoid_prime(a)": sigmoid_prime(a2)}
    d2 = (d3 @ w3.T) * slopes2.get(bug, slope(z2))
    slopes1 = {
        "sigmoid_prime(a)": sigmoid_prime(sigmoid(z1)),
        "sigmoid_prime of another": slope(z2),
    }
    d1 = (d2 @ (w2 if bug == "not transposed" else w2.T)) * slopes1.get(bug, slope(z1))
    d1 = d1 if bug == "mask" else d1 * mask
    part = slice(-1, None) if bug in ("last", "last, no mean") else slice(None)
    scale = M if bug == "last, no mean" else 1
    x, a1, a2, d1, d2, d3 = (scale**k * v[part] for v, k in zip((X, a1, a2, d1, d2, d3), (0, 0, 0, 1, 1, 1), strict=True))  # fmt: skip
    g = [x.T @ d1, d1.sum(0), a1.T @ d2, d2.sum(0), a2.T @ d3, d3.sum(0)]
    if cost is decayed and bug != "penalty forgotten":
        for i, w in ((0, w1), (2, w2), (4, w3)):
            g[i] = g[i] + 0.1 * w
    if bug == "biases decay":
        for i in (1, 3, 5):
            g[i] = g[i] + 0.1 * p[i]
    if bug in CHANGED:
        CHANGED[bug](g, d1, d2, z1)
    return g


def put(i, new):
    def change(g, d1, d2, z1):
        g[i] = new(d1, d2, z1)

    return change


def exchange(i, j):
    def change(g, *rest):
        g[i], g[j] = g[j], g[i]

    return change


def noise(g, *rest):
    draw = np.random.default_rng(9)
    g[2] = g[2] * draw.uniform(0.5, 2, g[2].shape)


CHANGED = {
    "another layer's delta": put(2, lambda d1, d2, z1: sigmoid(z1).T @ d1),
    "another layer's bias": put(3, lambda d1, d2, z1: d1.sum(0)),
    "z for a": put(2, lambda d1, d2, z1: z1.T @ d2),
    "bias not summed": put(1, lambda d1, d2, z1: d1),
    "bias by a mean": put(1, lambda d1, d2, z1: d1.mean(0)),
    "bias zero": put(3, lambda d1, d2, z1: np.zeros(4)),
    "order": exchange(0, 1),
    "order of equals": exchange(1, 3),
    "noise": noise,
}
CASES = [
    (quadratic, "output", "activation derivative", "σ′(z) is missing at activation 3 of 3, a result of sigmoid (7, 3)"),
    (quadratic, "twice", "activation derivative", "σ′(z) appears twice at activation 3 of 3"),
    (quadratic, "hidden", "activation derivative", "σ′(z) is missing at activation 2 of 3, a result of sigmoid (7, 4)"),
    (halves, "hidden", "activation derivative", "σ′(z) is missing at activation 2 of 3"),
    (rectified, "hidden", "activation derivative", "σ′(z) is missing at activation 2 of 3, a result of relu (7, 4)"),
    (likelihood, "hidden", "activation derivative", "σ′(z) is missing at activation 2 of 2"),
    (quadratic, "sigmoid_prime(a)", "activation derivative", "σ′ is computed from the activation a, not from z, at each of 3 places"),
    (quadratic, "sigmoid_prime of another", "activation derivative", "σ′ is computed from the z of another layer at activation 1 of 3"),
    (quadratic, "not transposed", "transposed", "a square matrix is not transposed: g @ b instead of g @ b.T"),
    (likelihood, "not transposed", "transposed", "a square matrix is not transposed"),
    (quadratic, "no mean", "mean for sum", "7 is a dimension of the reduced array: a sum instead of a mean?"),
    (halves, "no mean", "mean for sum", "a sum instead of a mean?"),
    (likelihood, "no mean", "mean for sum", "a sum instead of a mean?"),
    (quadratic, "last", "not accumulated", "only the last of 7 examples, or rows, counts: = instead of +="),
    (halves, "last, no mean", "not accumulated", "only the last of 7 examples, or rows, counts, and no mean is taken"),
    (quadratic, "another layer's delta", "wrong layer", "the values of a result of sigmoid (7, 4)"),
    (quadratic, "another layer's bias", "wrong layer", "is that another layer's δ?"),
    (quadratic, "z for a", "wrong layer", "or z instead of a?"),
    (quadratic, "bias not summed", "not summed back", "not summed over the broadcast axes"),
    (quadratic, "bias by a mean", "mean for sum", "a mean instead of a sum?"),
    (quadratic, "bias zero", "zero", "zero everywhere"),
    (quadratic, "order", "permuted", "but argument 1 (b1) has it: are the gradients in a different order"),
    (quadratic, "order of equals", "permuted", "that of argument 3, and vice versa"),
    (likelihood, "sign", "sign", "a wrong sign"),
    (likelihood, "softmax diagonal", "diagonal", "only the diagonal of the softmax's Jacobian is used"),
    (dropped, "mask", "some elements", "is missing (a mask?)"),
    (decayed, "penalty forgotten", "penalty", "minus 0.1 times the argument itself, at every element: is a penalty (weight decay, L2) only in the function?"),
    (quadratic, "biases decay", "penalty", "plus 0.1 times the argument itself"),
    (quadratic, "noise", "other", "in no known pattern"),
]  # fmt: skip


@pytest.mark.parametrize("cost", [quadratic, halves, dropped, rectified, decayed, likelihood])
def test_the_right_one_passes(cost):
    report = check_gradient_function(cost, *PARAMETERS, gradient=lambda *p: backprop(cost, "", *p))
    assert report.verdict is Verdict.PASS


@pytest.mark.parametrize(("cost", "bug", "cause", "words"), CASES, ids=[f"{c[0].__name__}: {c[1]}" for c in CASES])  # fmt: skip
def test_each_mistake_is_named(cost, bug, cause, words):
    with pytest.raises(GradientMismatch) as caught:
        check_gradient_function(cost, *PARAMETERS, gradient=lambda *p: backprop(cost, bug, *p))
    report = caught.value.report
    assert report.cause == cause
    assert words in str(report).splitlines()[0]
    assert len(str(report).splitlines()) < 24


@pytest.mark.parametrize("trial", quickly(range(12), 3))
def test_a_mistake_of_no_kind_is_given_no_name(trial):
    """Random factors, in a random half of the arguments."""
    draw = np.random.default_rng(trial)
    factors = [draw.uniform(0.5, 2, p.shape) if draw.random() < 0.5 else 1.0 for p in PARAMETERS]
    factors[trial % 6] = draw.uniform(0.5, 2, PARAMETERS[trial % 6].shape)
    cost = (quadratic, likelihood)[trial % 2]

    def gradient(*p):
        return [f * g for f, g in zip(factors, backprop(cost, "", *p), strict=True)]

    with pytest.raises(GradientMismatch, match="in no known pattern"):
        check_gradient_function(cost, *PARAMETERS, gradient=gradient)


def test_a_function_that_cannot_be_recorded_is_checked_all_the_same():
    def numbers(*p):
        return float(np.sum([quadratic(*[np.array(v.tolist()) for v in p])]))

    with pytest.raises(GradientMismatch) as caught:
        check_gradient_function(
            numbers, *PARAMETERS, gradient=lambda *p: backprop(quadratic, "no mean", *p)
        )
    assert caught.value.report.cause == "factor"
    assert "a factor of 1/7 is missing?" in str(caught.value)
