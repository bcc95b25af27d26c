"""Each cause, on a gradient that has that fault and on one that has another or none."""

import numpy as np
import pytest
from helpers.cases import quickly

import autograd_nn as ag
from autograd_nn import Op, gradcheck, ops
from autograd_nn.gradient_check import Cause, Verdict

rng = np.random.default_rng(11)
X = rng.standard_normal((3, 4))
SQUARE = rng.standard_normal((4, 4))
COS = np.cos(X)


def sine(spoil):
    """The sine with its gradient spoiled."""
    return Op("sine", np.sin, lambda g, y, x: spoil(g * np.cos(x)))


def put(at, factor):
    def spoil(share):
        share = share.copy()
        share[at] = share[at] * factor
        return share

    return spoil


def times(of_b):
    return Op("times", np.multiply, lambda g, y, a, b: ops.sum_to(g * b, shape=np.shape(a)), of_b)


def picked(keep):
    """x[[0, 2, 2, 1, 2]] whose gradient keeps one share of each element."""
    index = [0, 2, 2, 1, 2]

    def rule(g, y, x):
        share = np.zeros(x.shape)
        for place, i in list(enumerate(index))[::keep]:
            share[i] = g[place]
        return share

    return Op("picked", lambda x: x[index], rule)


def sigmoid_with(rule):
    return Op("sigmoid", ops.sigmoid.forward, rule)


def product(*rules):
    return Op("product", np.matmul, *rules)


MEAN = Op("mean", lambda x: np.mean(x), lambda g, y, x: g + 0 * x)
FAULTS = [
    ("factor", sine(lambda s: 2 * s), [X], "2 times the right one, at all 12 elements: a factor of 2 too many"),
    ("factor", sine(lambda s: s / 2), [X], "0.5 times the right one, at all 12 elements: a factor of 2 is missing"),
    ("factor", sine(lambda s: 1.00001 * s), [X], "1.00001 times"),
    ("sign", sine(np.negative), [X], "−1 times"),
    ("zero", sine(np.zeros_like), [X], "zero everywhere"),
    ("offset", sine(lambda s: s + 1e-7), [X], "1e-07"),
    ("float32", sine(lambda s: s.astype(np.float32)), [X], "every element is a float32 number"),
    ("transposed", sine(np.transpose), [SQUARE], "transposed"),
    ("transposed", Op("t", np.transpose, lambda g, y, x: g.reshape(x.shape)), [X], "transposed"),
    ("flipped", sine(lambda s: s[::-1]), [X], "flipped along axis 0"),
    ("flipped", sine(lambda s: np.flip(s, (0, 1))), [X], "flipped along axis 0, 1"),
    ("flipped", Op("flip", lambda x: x[::-1], lambda g, y, x: g), [X], "flipped along axis 0"),
    ("permuted", sine(lambda s: np.roll(s, 1, 1)), [X], "rolled by 1 along axis 1"),
    ("permuted", sine(lambda s: s[[1, 0, 2]]), [X], "8 of them in the wrong places"),
    ("some elements", sine(put((1, 2), 1.5)), [X], "only index (1, 2) is wrong (1.5 times the right value)"),
    ("some elements", sine(put((-1, -1), 0)), [X], "only index (2, 3) is wrong (zero)"),
    ("some elements", sine(put(1, 0.3)), [X], "only row 1 is wrong (0.3 times the right value)"),
    ("some elements", sine(put((slice(None), 2), -1)), [X], "only column 2 is wrong"),
    ("mean for sum", MEAN, [X], "12 times the right one, at all 12 elements; 12 is the argument's size"),
    ("mean for sum", Op("sum", lambda x: np.sum(x, 0), lambda g, y, x: (g + 0 * x) / 3), [X], "3 is the argument's size along axis 0"),
    ("not summed back", times(lambda g, y, a, b: (g * a)[0]), [X, X[0]], "only the first share along axis 0"),
    ("not summed back", times(lambda g, y, a, b: g * a), [X, X[0]], "sum over the axes that were broadcast"),
    ("not summed back", times(lambda g, y, a, b: (g * a).sum(axis=1)), [SQUARE, SQUARE[0]], "summed over axis 1 of the result"),
    ("not accumulated", picked(1), [X[0, :3]], "only the last is kept"),
    ("not accumulated", picked(-1), [X[0, :3]], "only the first is kept"),
    ("ignores cotangent", Op("sine", np.sin, lambda g, y, x: np.cos(x) + 0 * g), [X], "whatever the cotangent is"),
    ("activation derivative", lambda x: sigmoid_with(lambda g, y, x: g)(x * 2).sum(), [X], "σ′(z) is missing at a result of sigmoid (3, 4)"),
    ("activation derivative", lambda x: sigmoid_with(lambda g, y, x: g * (y * (1 - y)) ** 2)(x @ X.T).sum(), [X], "σ′(z) appears twice"),
    ("activation derivative", lambda x: sigmoid_with(lambda g, y, x: g * (ops.sigmoid(y) * (1 - ops.sigmoid(y))))(x @ X.T).sum(), [X], "σ′ is computed from the activation a, not from z, at a result of sigmoid (3, 3)"),
    ("transposed", product(lambda g, y, a, b: g @ b, lambda g, y, a, b: a.T @ g), [X, SQUARE], "a square matrix is not transposed: g @ b instead of g @ b.T"),
    ("transposed", product(lambda g, y, a, b: g @ b.T, lambda g, y, a, b: a @ g), [SQUARE, X.T], "a @ g instead of a.T @ g"),
    ("transposed", lambda a, b: ops.sum(ops.tanh(product(lambda g, y, a, b: g @ b, lambda g, y, a, b: a.T @ g)(a, b)) * COS), [X, SQUARE], "in the product a @ b at a result of product (3, 4)"),
    ("diagonal", Op("softmax", ops.softmax.forward, lambda g, y, x: g * y * (1 - y)), [X], "the diagonal of the Jacobian"),
    ("penalty", Op("f", lambda x: np.sum(np.sin(x)), lambda g, y, x: g * (np.cos(x) + 0.1 * x)), [X], "the right one plus 0.1 times the argument itself, at every element: is a penalty (weight decay, L2) counted twice"),
    ("penalty", Op("f", lambda x: np.sum(np.sin(x)) + 0.05 * np.sum(x**2), lambda g, y, x: g * np.cos(x)), [X], "minus 0.1 times the argument itself, at every element: is a penalty (weight decay, L2) only in the function?"),
    ("penalty", Op("f", lambda x: np.sum(np.sin(x)), lambda g, y, x: g * (np.cos(x) + 0.1 * np.sign(x))), [X], "plus 0.1 times the argument's sign"),
    ("offset", Op("f", lambda x: np.sum(np.sin(x)), lambda g, y, x: g * (np.cos(x) - 0.1)), [X], "the right one minus 0.1, at every element"),
    ("ties", Op("max", lambda x: np.max(x), lambda g, y, x: g * (x == y)), [np.array([1.0, 2.0, 2.0])], "2 tied elements"),
    ("other", sine(lambda s: s * (1 + 0.1 * COS)), [X], "12 of 12 elements differ"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("cause", "f", "arrays", "words"), FAULTS, ids=[f"{i} {c[0]}" for i, c in enumerate(FAULTS)]
)
def test_the_first_line_says_what_is_wrong(cause, f, arrays, words):
    report = gradcheck(f, *arrays)
    assert report.verdict is Verdict.FAIL
    assert report.cause == cause
    first = str(report).splitlines()[0]
    assert report.diagnosis in first
    assert words in first


def test_every_cause_is_shown():
    needs_a_network = {"wrong layer"}  # shown in test_students.py
    assert {f[0] for f in FAULTS} | needs_a_network == set(Cause)


RIGHT = [
    (np.sin, [X]), (np.transpose, [X]), (lambda x: x[::-1], [X]), (lambda x: np.mean(x), [X]),
    (lambda a, b: a * b, [SQUARE, SQUARE[0]]), (lambda x: x[[0, 2, 2, 1, 2]], [X[0, :3]]),
    (lambda x: ops.sigmoid(x * 2).sum(), [X]), (ops.max, [np.array([1.0, 2.0, 2.0])]),
]  # fmt: skip


@pytest.mark.parametrize(("f", "arrays"), RIGHT)
def test_a_right_gradient_has_no_cause(f, arrays):
    report = gradcheck(f, *arrays)
    assert report.ok
    assert report.cause is None
    assert all(a.cause is None for a in report.arguments)


def test_the_wrong_argument_is_named_and_the_others_are_not_accused():
    wrong = times(lambda g, y, a, b: 3 * ops.sum_to(g * a, shape=np.shape(b)))
    report = gradcheck(wrong, X, X[:1])
    assert report.argument.name == "b"
    assert [a.cause for a in report.arguments] == [None, "mean for sum"]  # 3 is a size, too
    assert str(report).startswith("times, argument 1, index ")


def test_several_wrong_arguments_are_all_mentioned():
    wrong = Op("times", np.multiply, lambda g, y, a, b: -g * b, lambda g, y, a, b: -g * a)
    assert "(argument 1 is wrong too)" in str(gradcheck(wrong, X, X + 1))


def test_the_report_shows_the_worst_elements_and_how_to_repeat_it():
    text = str(gradcheck(sine(put((1, 2), 1.5)), X))
    for words in (
        "x[1, 2]",
        "gradient",
        "finite difference",
        "ratio",
        "1.5",
        "step",
        "12 of 12 resolved",
        "reproduce: ag.gradcheck(sine, x0, seed=",
    ):
        assert words in text  # fmt: skip
    again = gradcheck(ops.relu, np.array([-0.0, 1e-300]), seed=4)
    assert again.reproduce == "ag.gradcheck(ag.ops.relu, np.array([-0.0, 1e-300]), seed=4)"
    assert eval(again.reproduce, {"ag": ag, "np": np}).verdict is again.verdict


# --- large arguments --------------------------------------------------------------------------------


@pytest.mark.parametrize("trial", quickly(range(10), 2))
def test_one_wrong_element_in_ten_thousand_is_found_and_named(trial):
    draw = np.random.default_rng(trial)
    x, place = draw.standard_normal((100, 100)), int(draw.integers(10_000))

    def rule(g, y, x):
        share = g * np.cos(x)
        share.flat[place] *= 1.5
        return share

    report = gradcheck(Op("sine", np.sin, rule), x)
    assert report.verdict is Verdict.FAIL
    assert report.cause == "some elements"
    assert report.argument.worst[0].index == divmod(place, 100)
    assert report.argument.checked < 60


def test_several_wrong_elements_of_many_are_found():
    wrong = {17, 2_500, 7_777}

    def rule(g, y, x):
        share = g * np.cos(x)
        share.flat[list(wrong)] = 0
        return share

    report = gradcheck(Op("sine", np.sin, rule), rng.standard_normal(9_000))
    assert {e.index[0] for e in report.argument.worst if e.index} == wrong


def test_a_large_right_gradient_passes_with_few_passes():
    report = gradcheck(
        lambda a, b: ops.tanh(a @ b), rng.standard_normal((60, 70)), rng.standard_normal(70)
    )
    assert report.verdict is Verdict.PASS
    assert [a.checked < 80 for a in report.arguments] == [True, True]
    assert "resolved (a sample of 4,200 elements, and random directions)" in str(report)


def test_every_element_of_a_large_argument_on_request():
    x = rng.standard_normal(3_000)
    assert gradcheck(ops.sum, x, every=True).arguments[0].checked == 3_000
    assert gradcheck(ops.sum, x).arguments[0].checked < 60
    assert gradcheck(ops.sum, x[:100], every=False).arguments[0].checked < 60


@pytest.mark.parametrize("cause", ["factor", "sign", "zero", "float32"])
def test_a_fault_of_a_large_gradient_is_named_from_the_sample(cause):
    f = next(f for c, f, arrays, _ in FAULTS if c == cause)
    assert gradcheck(f, rng.standard_normal(4_000)).cause == cause
