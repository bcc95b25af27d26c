"""The gradient check: it accepts right gradients, refuses wrong ones, and says where."""

import numpy as np
import pytest

from autograd_nn import (
    GradientMismatch,
    Network,
    Op,
    Tensor,
    blame,
    check_gradient_function,
    check_gradients,
    check_network,
    gradcheck,
    ops,
)
from autograd_nn.differences.recorded import difference
from autograd_nn.gradient_check import Verdict, numeric_gradient

X = np.random.default_rng(7).standard_normal((4, 5))


def op(name, forward, *rules):
    return Op(name, forward, *rules)


# the eight deliberately wrong rules that checkers elsewhere are known to miss
WRONG = {
    "softmax with a zero backward": op("softmax", ops.softmax.forward, lambda g, y, x: g * 0),
    "softmax diagonal only": op("softmax", ops.softmax.forward, lambda g, y, x: g * y * (1 - y)),
    "softmax summed over the wrong axis": op(
        "softmax",
        ops.softmax.forward,
        lambda g, y, x: y * (g - ops.sum(g * y, axis=0, keepdims=True)),
    ),
    "transpose whose backward only reshapes": op(
        "transpose", ops.transpose.forward, lambda g, y, x: ops.reshape(g, shape=x.shape)
    ),
    "flip that forgets to flip back": op("flip", lambda x: x[::-1], lambda g, y, x: g),
    "roll that rolls the wrong way": op(
        "roll", lambda x: np.roll(x, 1, 0), lambda g, y, x: ops.getitem(g, index=[3, 0, 1, 2])
    ),
    "ignores the incoming gradient": op("exp", np.exp, lambda g, y, x: y + 0 * g),
    "square without its factor 2": op("square", np.square, lambda g, y, x: g * x),
    "off by one part in ten thousand": op("exp", np.exp, lambda g, y, x: g * y * 1.0001),
    "negated": op("tanh", np.tanh, lambda g, y, x: -g * (1 - y * y)),
    "a derivative of nan": op("neg", np.negative, lambda g, y, x: g * np.nan),
}


@pytest.mark.parametrize("wrong", WRONG.values(), ids=WRONG)
def test_a_wrong_rule_is_refused(wrong):
    with pytest.raises(GradientMismatch):
        check_gradients(wrong, X)


@pytest.mark.parametrize(
    "f",
    [
        lambda x: ops.softmax(x),
        lambda x: x.T,
        lambda x: ops.exp(-x * x) / (1 + x.sum(axis=0) ** 2),
        lambda x: ops.sigmoid(x @ X.T) @ x,
        lambda x: x * 0,
        lambda x: Tensor(np.ones(2)),
    ],
)
def test_a_right_gradient_passes_to_second_order(f):
    check_gradients(f, X, order=2)


def test_one_wrong_element_is_found_and_named():
    def spoil(g, y, x):
        share = g * np.exp(x)
        share[2, 3] *= 1.5
        return share

    with pytest.raises(GradientMismatch) as caught:
        check_gradients(op("exp", np.exp, spoil), X)
    report = caught.value
    assert (report.argument, report.index) == (0, (2, 3))
    assert report.analytic == pytest.approx(1.5 * report.numeric, rel=1e-6)
    for text in ("exp, argument 0, index (2, 3)", "gradient", "finite difference", "step"):
        assert text in str(report)


def test_the_argument_is_named():
    wrong = op("mul", np.multiply, lambda g, y, a, b: g * b, lambda g, y, a, b: g * b)
    with pytest.raises(GradientMismatch, match="mul, argument 1"):
        check_gradients(wrong, X, X + 1)


def test_a_wrong_second_derivative_is_found():
    def first_order_only(g, y, x):
        return g * 2 * (Tensor(x.data) if isinstance(x, Tensor) else x)  # cut out of the graph

    cut = op("cut", np.square, first_order_only)
    check_gradients(cut, X)
    with pytest.raises(GradientMismatch, match="the gradient of cut with respect to argument 0"):
        check_gradients(cut, X, order=2)


def test_large_arguments_are_sampled_and_a_wrong_scale_is_still_found():
    big = np.random.default_rng(0).standard_normal(5_000)
    check_gradients(ops.tanh, big)
    with pytest.raises(GradientMismatch):
        check_gradients(op("tanh", np.tanh, lambda g, y, x: 1.001 * g * (1 - y * y)), big)


def test_at_a_kink_what_lies_between_the_slopes_of_both_sides_is_accepted_and_nothing_else():
    assert gradcheck(ops.relu, np.array([0.0, 1.0])).verdict is Verdict.KINK
    for slope in (-0.5, 2.0):
        wrong = op(
            "relu", ops.relu.forward, lambda g, y, x, s=slope: g * np.where(x == 0, s, x > 0)
        )
        with pytest.raises(GradientMismatch):
            check_gradients(wrong, np.array([0.0, 1.0]))


@pytest.mark.parametrize("scale", [1e-6, 1e-3, 1.0, 1e3, 1e6])
def test_steps_follow_the_size_of_the_arguments(scale):
    x = scale * (1 + np.random.default_rng(1).random(4))
    check_gradients(ops.log, x)
    check_gradients(lambda t: ops.square(t) * 1e-8, x)
    with pytest.raises(GradientMismatch):
        check_gradients(op("log", np.log, lambda g, y, x: 1.01 * g / x), x)


def test_zero_dimensional_arrays_are_fine_and_empty_ones_show_nothing():
    check_gradients(ops.exp, 0.5)
    with pytest.raises(GradientMismatch, match="there are no elements to check"):
        check_gradients(ops.exp, np.zeros((0, 3)))


def test_what_is_plainly_wrong_takes_few_passes():
    """On a smooth curve a claim that is off by a thousand errors needs no closer look."""
    wrong = Op("square", np.square, lambda g, y, x: g * x)
    assert gradcheck(wrong, np.array([1.0, 3.0])).forward <= 100
    assert gradcheck(ops.square, np.array([1.0, 3.0])).forward < 30


def test_inputs_are_not_changed():
    x = X.copy()
    check_gradients(ops.tanh, x, order=2)
    np.testing.assert_array_equal(x, X)


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: check_gradients(ops.exp, np.arange(3)), TypeError, "dtype int64; expected floating"),
        (lambda: check_gradients(lambda x: x.data, X), TypeError, "f returned ndarray"),
        (lambda: check_gradients(ops.exp, X, order=3), ValueError, "check_gradients: order=3; expected an integer from 1 to 2"),
        (lambda: gradcheck(ops.exp, X, order=True), ValueError, "gradcheck: order=True; expected an integer"),
        (lambda: gradcheck(ops.exp, X, every=1), TypeError, "gradcheck: every=1; expected True or False"),
        (lambda: gradcheck(ops.exp, X, seed=-1), ValueError, "gradcheck: seed=-1; expected an integer, 0 or more"),
        (lambda: blame(ops.exp(Tensor(X, requires_grad=True)), seed=0.5), ValueError, "blame: seed=0.5; expected an integer"),
        (lambda: check_gradient_function(np.sum, X, gradient=np.ones_like, every=0), TypeError, "check_gradient_function: every=0"),
        (lambda: check_network(Network([3, 2], rng=0), X[:, :3], [0, 1, 0, 1], seed=True), ValueError, "check_network: seed=True"),
    ],
)  # fmt: skip
def test_questions_without_an_answer_are_refused(call, error, message):
    with pytest.raises(error, match=message):
        call()


@pytest.mark.parametrize(
    ("f", "slope"),
    [(np.exp, 1.0), (np.sin, 1.0), (lambda t: t**3, 0.0), (lambda t: 1e10 + t, 1.0), (lambda t: 5.0, 0.0)],
)  # fmt: skip
def test_a_difference_knows_its_own_error(f, slope):
    d = difference(f, 1.0)
    assert abs(d.value - slope) <= 10 * d.error + 1e-15
    assert d.error < 0.02


def test_the_numeric_gradient_of_a_weighted_input_is_delta():
    run = Network([3, 4, 2], rng=2).record(np.ones((6, 3)), [0, 1, 0, 1, 1, 0])
    run.cost.backward()
    for node in (*run.z.values(), *run.weights.values(), *run.biases.values()):
        np.testing.assert_allclose(numeric_gradient(run.cost, node), node.grad, atol=1e-11)


def test_the_numeric_gradient_does_not_use_the_rules(monkeypatch):
    x = Tensor([1.0, 2.0], requires_grad=True)
    cost = ops.exp(x).sum()
    monkeypatch.setattr(ops.exp, "rules", (None,))
    np.testing.assert_allclose(numeric_gradient(cost, x), np.exp([1.0, 2.0]), rtol=1e-10)
    with pytest.raises(ValueError, match="expected a scalar"):
        numeric_gradient(ops.exp(x), x)


@pytest.mark.parametrize(
    ("f", "x"),
    [
        (lambda x: 1 / x, [1e-6, 1.0]), (ops.log, [1e-9, 1.0]), (ops.log, [1e-6, 1.0]),
        (lambda a: -ops.log(1 - a), [0.5, 1 - 1e-6]), (ops.sqrt, [1e-8, 2.0]),
    ],
)  # fmt: skip
def test_right_gradients_near_a_pole_or_the_edge_of_a_domain_pass(f, x):
    check_gradients(f, np.array(x))


def test_what_round_off_hides_is_not_passed_over():
    wrong = op("r", lambda x: x * 1e-6 + 1e6, lambda g, y, x: g * 2e-6)
    with pytest.raises(GradientMismatch):
        check_gradients(wrong, 1.0)


def test_nan_and_no_arguments_are_refused():
    with pytest.raises(ValueError, match="argument 0 has an element that is infinite or nan"):
        check_gradients(ops.exp, np.array([np.nan]))
    with pytest.raises(TypeError, match="no arrays"):
        check_gradients(lambda: Tensor(1.0))


def test_the_numeric_gradient_of_a_stranger_is_refused():
    x, other = Tensor(1.0, requires_grad=True), Tensor(1.0, name="other")
    with pytest.raises(ValueError, match="does not depend on other"):
        numeric_gradient(x * x, other)
