"""Each verdict, on an answer that deserves it and on one that does not."""

import json
import multiprocessing
import pickle
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor

import numpy as np
import pytest
from helpers.cases import quickly, slow
from helpers.checking import rejected

import autograd_nn as ag
from autograd_nn import GradientMismatch, Op, Tensor, check_gradients, gradcheck, ops
from autograd_nn.gradient_check import Cause, Verdict

X = np.random.default_rng(3).standard_normal((3, 4))
WIDE = X * 10.0 ** np.array([-12, 8, 0, 11])


def like(op, rule):
    return Op(op.name, op.forward, *([rule] * op.arity), sum_back=op.sum_back)


def relu_with(slope):
    return like(ops.relu, lambda g, y, x: g * np.where(x == 0, slope, x > 0))


def absolute_with(slope):
    return like(ops.abs, lambda g, y, x: g * np.where(x == 0, slope, np.sign(x)))


# --- PASS and FAIL ---------------------------------------------------------------------------------


def test_a_right_gradient_passes_and_every_element_is_resolved():
    report = gradcheck(lambda a, b: ops.tanh(a @ b), X, X.T.copy())
    assert report.verdict is Verdict.PASS
    assert report.ok
    assert report.cause is None
    assert [(a.name, a.checked, a.resolved) for a in report.arguments] == [
        ("a", 12, 12),
        ("b", 12, 12),
    ]


@pytest.mark.parametrize("factor", [-1.0, 0.0, 0.5, 1.01, 1.0003, 1.00001])
@pytest.mark.parametrize("scale", [1e-6, 1.0, 1e6])
@pytest.mark.parametrize("size", [1e-8, 1.0])
def test_a_factor_is_found_at_every_scale(factor, scale, size):
    def cube(wrong):
        return Op("cube", lambda x: size * x**3, lambda g, y, x: wrong * g * 3 * size * x**2)

    assert gradcheck(cube(factor), scale * X).verdict is Verdict.FAIL
    assert gradcheck(cube(1.0), scale * X).verdict is Verdict.PASS


def test_a_right_slope_beside_a_large_constant_passes_and_a_wrong_one_fails():
    assert gradcheck(lambda x: x + 1e10, np.ones(2)).verdict is Verdict.PASS
    wrong = Op("shift", lambda x: x + 1e10, lambda g, y, x: -g)
    assert gradcheck(wrong, np.ones(2)).verdict is Verdict.FAIL


@pytest.mark.parametrize(
    ("f", "x"),
    [
        (lambda x: ops.sin(1e4 * x), X), (lambda x: ops.exp(50 * x), X), (lambda x: x * abs(x), np.zeros(3)),
        (ops.sigmoid, np.array([-40.0, 700.0])), (ops.exp, np.array(0.5)), (lambda x: x * 0, X),
        (lambda x: Tensor(np.ones(2)), X), (ops.var, np.full((2, 3), 3.3)),
    ],
)  # fmt: skip
def test_hard_but_right_gradients_pass(f, x):
    assert gradcheck(f, x).verdict is Verdict.PASS


def test_a_function_that_does_not_use_what_it_is_given_is_told():
    report = gradcheck(lambda x: Tensor(np.ones(3)), X)
    assert report.verdict is Verdict.PASS
    assert "does the function use its arguments?" in str(report).splitlines()[0]
    assert "does the function use" not in str(gradcheck(lambda x: x * 0 + x, X))


def test_a_slope_of_zero_is_no_disagreement():
    report = gradcheck(lambda x: x * abs(x), np.array([0.0, 1.0]))
    assert float(report.diagnosis.split(" error of ")[1]) < 1e-3


EXTREMES = [
    (ops.tanh, WIDE), (lambda x: 1 / x, np.array([1e-12, 1.0, -1e-5])), (lambda x: x / x[::-1], WIDE), (ops.softmax, WIDE),
    (ops.log_softmax, np.array([[0.0, 50.0, -300.0], [700.0, -700.0, 0.0]])), (ops.tan, np.array([1.57, 1.5707, 1.570796])),
    (lambda x: (x + 1e6) - 1e6, X[0]), (lambda x: ops.sin(1e4 * x), np.random.default_rng(8).standard_normal((3, 40))),
    (lambda x: x + 0, np.array([1e308, -1.7e308])), (ops.exp, np.array([-745.0, -740.0])), (ops.det, 1e-60 * np.vander(X[0])),
]  # fmt: skip


MANY = np.random.default_rng(8).standard_normal((3, 400))
EXTREMES.append(pytest.param(lambda x: ops.sin(1e4 * x), MANY, marks=slow))


@pytest.mark.parametrize(("f", "x"), EXTREMES)
@pytest.mark.parametrize("every", [True, False])
@pytest.mark.parametrize("seed", quickly(range(3)))
def test_right_gradients_at_extreme_values_raise_no_false_alarm(f, x, every, seed):
    assert gradcheck(f, x, every=every, seed=seed).verdict is not Verdict.FAIL


def test_what_is_lost_beside_a_large_number_is_not_called_wrong():
    assert gradcheck(lambda x: (x + 1e16) - 1e16, X[0]).verdict is Verdict.INCONCLUSIVE


@pytest.mark.parametrize("every", [True, False])
def test_and_wrong_ones_among_them_are_found(every):
    for op in (ops.tanh, ops.softmax):
        wrong = Op("wrong", op.forward, lambda g, y, x, op=op: 1.01 * op.rule(0)(g, y, x))
        x = WIDE if op is ops.tanh else X
        assert gradcheck(wrong, x, every=every).verdict is Verdict.FAIL


# --- KINK ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("slope", [0.0, 0.3, 1.0])
def test_between_the_slopes_of_both_sides_a_gradient_is_accepted(slope):
    report = gradcheck(relu_with(slope), np.array([0.0, 1.0, -1.0]))
    assert report.verdict is Verdict.KINK
    assert report.ok
    assert "1 of 3 elements is at a kink" in str(report)


@pytest.mark.parametrize(
    "wrong", [relu_with(-0.5), relu_with(2.0), absolute_with(1.5), absolute_with(-1.1)]
)
def test_outside_of_them_it_is_not(wrong):
    assert gradcheck(wrong, np.array([0.0, 1.0, -1.0])).verdict is Verdict.FAIL


def test_a_kink_very_near_is_a_kink():
    assert gradcheck(lambda x: ops.relu(x).sum(), np.array([1e-13, 1.0])).ok
    wrong = relu_with(0.0)
    halved = like(wrong, lambda g, y, x: 0.5 * wrong.rule(0)(g, y, x))
    assert gradcheck(lambda x: halved(x).sum(), np.array([1e-13, 1.0])).verdict is Verdict.FAIL


def split(first, second):
    """A maximum that gives these shares to equal elements of its two arguments."""
    return Op(
        "maximum",
        np.maximum,
        lambda g, y, a, b: g * ((a > b) + first * (a == b)),
        lambda g, y, a, b: g * ((a < b) + second * (a == b)),
    )


@pytest.mark.parametrize(("first", "second"), [(1, 0), (0, 1), (0.5, 0.5), (0.3, 0.7)])
def test_shares_of_a_tie_that_sum_to_one_are_accepted(first, second):
    report = gradcheck(split(first, second), np.array([1.0, 2.0, 3.0]), np.array([1.0, 0.0, 4.0]))
    assert report.verdict is Verdict.KINK


@pytest.mark.parametrize(("first", "second"), [(1, 1), (1, 0.5), (0, 0.5), (0, 0)])
def test_shares_that_do_not_fit_together_are_refused_though_each_would_do_alone(first, second):
    report = gradcheck(split(first, second), np.array([1.0, 2.0, 3.0]), np.array([1.0, 0.0, 4.0]))
    assert report.verdict is Verdict.FAIL
    assert report.cause == "ties"


@pytest.mark.parametrize("op", [ops.max, ops.min])
@pytest.mark.parametrize("n", [2, 3, 4])
def test_ties_within_an_argument_are_judged_together(op, n):
    x = np.array([5.0] * n + [4.0 if op is ops.max else 6.0])
    everyone = like(op, lambda g, y, x: g * (x == y))
    halves = like(op, lambda g, y, x: g * (x == y) / 2)
    assert gradcheck(op, x).verdict is Verdict.KINK
    assert gradcheck(everyone, x).cause == "ties"
    assert gradcheck(halves, x).ok == (n == 2)


@pytest.mark.parametrize("f", [ops.sort, ops.median, ops.ptp, lambda x: ops.max(x, axis=0)])
@pytest.mark.parametrize("x", [np.ones(3), np.zeros((2, 3))], ids=["3", "2x3"])
def test_many_ties_at_once_are_no_false_alarm(f, x):
    assert gradcheck(f, x).ok


def test_kinks_of_independent_elements_are_not_taken_for_ties():
    low, high = np.array([0.0, 1.0, 0.5]), 1.0
    clip = Op("clip", lambda x: np.clip(x, 0, high), lambda g, y, x: g * ((x >= 0) & (x <= high)))
    assert gradcheck(lambda x: clip(x).sum(), low).verdict is Verdict.KINK


# --- NONFINITE -------------------------------------------------------------------------------------


def test_a_gradient_that_is_infinite_is_told_with_its_index():
    report = gradcheck(ops.sqrt, np.array([1.0, 0.0]))
    assert report.verdict is Verdict.NONFINITE
    assert not report.ok
    assert "at index (1,)" in report.diagnosis
    assert gradcheck(ops.sqrt, np.array([1.0, 0.5])).verdict is Verdict.PASS


def test_nan_outside_of_the_sample_of_a_large_argument_counts_as_well():
    def rule(g, y, x):
        share = g * np.cos(x)
        share.flat[3333] = np.nan
        return share

    report = gradcheck(Op("sin", np.sin, rule), np.ones(5_000))
    assert report.verdict is Verdict.NONFINITE
    assert "(3333,)" in str(report)


@pytest.mark.parametrize(
    ("f", "x", "words"),
    [
        (ops.log, [2.0, -1.0], "the function itself is nan at index (1,) of its result"),
        (lambda x: ops.exp(1e3 * x), [1.0, 2.0], "the function itself is inf at index (0,)"),
        (lambda x: x**1.5, [2.0, 0.0], "the function is not finite near index (1,)"),
        (ops.arcsin, [0.2, 1.0], "the gradient is infinite at index (1,)"),
    ],
)  # fmt: skip
def test_what_is_not_finite_is_named(f, x, words):
    report = gradcheck(f, np.array(x))
    assert report.verdict is Verdict.NONFINITE
    assert words in str(report).splitlines()[0]


def test_right_gradients_near_the_edge_of_a_domain_are_finite_enough():
    assert gradcheck(lambda x: x**1.5, np.array([1e-9, 2.0])).verdict is Verdict.PASS


# --- INCONCLUSIVE ----------------------------------------------------------------------------------


def noisy(x):
    return np.sin(x) + 1e-3 * np.sin(1e13 * x)


@pytest.mark.parametrize(
    ("f", "x"),
    [
        (Op("noisy", noisy, lambda g, y, x: g * np.cos(x)), np.array([0.5, 1.0])),
        (ops.floor, np.array([1.0, 2.5])),
        (Op("r", lambda x: x * 1e-8 + 1e6, lambda g, y, x: g * 1e-8), np.ones(2)),
    ],
    ids=["noise", "a jump", "below round-off"],
)
def test_what_cannot_be_told_is_not_accepted(f, x):
    report = gradcheck(f, x)
    assert report.verdict is Verdict.INCONCLUSIVE
    assert sum(a.resolved for a in report.arguments) < sum(a.checked for a in report.arguments)
    with pytest.raises(GradientMismatch):
        check_gradients(f, x)


@pytest.mark.parametrize("small", [1e-60, 1e-108, 1e-160, 1e-200, 1e-300, 1e-310, 1e-320])
@pytest.mark.parametrize(
    "f", [ops.prod, ops.square, ops.var, lambda x: x**3, lambda x: x @ x.T, ops.cumprod]
)
def test_products_below_what_numbers_can_hold_raise_no_false_alarm(f, small):
    report = gradcheck(f, small * X)
    assert report.ok or "underflow" in report.diagnosis


@pytest.mark.parametrize("small", [1e-60, 1e-150, 1e-200, 1e-320])
def test_and_where_it_can_be_told_a_wrong_one_is_found(small):
    wrong = like(ops.square, lambda g, y, x: g * x)
    report = gradcheck(wrong, small * X)
    assert report.verdict is (Verdict.FAIL if small >= 1e-150 else Verdict.INCONCLUSIVE)
    tiny = Op("tiny", lambda x: small * np.sin(x), lambda g, y, x: -small * g * np.cos(x))
    assert not gradcheck(tiny, X).ok


EMPTY = np.zeros((0, 3))


@pytest.mark.parametrize(
    ("checked", "why"),
    [
        (lambda: gradcheck(ops.exp, EMPTY), "the argument has shape (0, 3)"),
        (lambda: gradcheck(ops.exp, EMPTY, order=2), "the argument has shape (0, 3)"),
        (lambda: gradcheck(lambda a, b: ops.sum(a) + ops.sum(b), EMPTY, EMPTY[0:0]), "the arguments have shapes (0, 3), (0, 3)"),
        (lambda: gradcheck(lambda x: x[:0], X), "the result has shape (0, 4)"),
        (lambda: rejected(np.sum, EMPTY, gradient=lambda x: 0 * x), "the argument has shape (0, 3)"),
        (lambda: rejected(lambda x: x[:0], X, vjp=lambda g, x: 0 * x), "the result has shape (0, 4)"),
    ],
)  # fmt: skip
def test_nothing_that_was_looked_at_is_no_pass(checked, why):
    report = checked()
    assert report.verdict is Verdict.INCONCLUSIVE
    assert (
        report.diagnosis == f"{why}: there are no elements to check; use arrays that are not empty"
    )
    assert sum(a.resolved for a in report.arguments) == 0


def test_no_examples_are_no_check_of_a_network():
    with pytest.raises(ValueError, match="expected one example or more"):
        ag.check_network(ag.Network([3, 2], rng=0), EMPTY, np.zeros((0, 2)))


@pytest.mark.parametrize("order", [1, 2])
def test_an_empty_argument_beside_one_that_was_checked_may_pass_and_is_mentioned(order):
    both = lambda a, b: ops.concatenate([ops.sin(a), b * b])  # noqa: E731
    report = gradcheck(both, EMPTY, X[:, :3].copy(), order=order)
    assert report.verdict is Verdict.PASS
    assert "argument 0 (a, 0×3): PASS, 0 of 0 resolved: it has no elements" in str(report)
    assert ("argument 1 PASS" in str(report)) == (order == 2)
    assert "argument 0 PASS" not in str(report)


def test_gross_mistakes_are_seen_through_noise():
    wrong = Op("noisy", noisy, lambda g, y, x: -g * np.cos(x))
    assert gradcheck(wrong, np.array([0.5, 1.0])).verdict is Verdict.FAIL


# --- the whole -------------------------------------------------------------------------------------


def test_the_worst_part_decides():
    assert sorted(Verdict) == list(Verdict)
    assert " < ".join(map(str, Verdict)) == "PASS < KINK < INCONCLUSIVE < NONFINITE < FAIL"
    assert max(Verdict.KINK, Verdict.INCONCLUSIVE) is Verdict.INCONCLUSIVE
    assert all(Verdict)


def test_verdicts_and_causes_are_text_in_json_and_causes_are_equal_to_theirs():
    report = gradcheck(like(ops.square, lambda g, y, x: g * x), X)
    plain = json.loads(json.dumps(report.as_dict()))
    assert (plain["verdict"], plain["cause"]) == ("FAIL", "factor")
    assert {type(report.as_dict()[name]) for name in ("verdict", "cause")} == {str}
    assert report.cause is Cause.FACTOR
    assert repr(report.cause) == "'factor'"


def test_the_second_order_decides_as_well():
    inner = Op("square", np.square, lambda g, y, x: g * x)  # the factor 2 is missing
    outer = Op("cube", lambda x: x**3 / 3, lambda g, y, x: g * inner(x))
    first, second = gradcheck(outer, X), gradcheck(outer, X, order=2)
    assert (first.verdict, second.verdict) == (Verdict.PASS, Verdict.FAIL)
    assert second.cause == "factor"
    assert str(second).startswith("the gradient of cube with respect to argument 0, argument 0")


def test_the_gradient_of_the_gradient_is_that_of_the_one_that_was_checked():
    def rule(g, y, x):
        return g * (3 if isinstance(g, Tensor) else 2) * x

    report = gradcheck(Op("square", np.square, rule), X, order=2)
    assert report.verdict is Verdict.FAIL
    assert "one gradient for arrays and another for tensors" in str(report).splitlines()[0]


def test_the_gradient_of_the_gradient_by_the_cotangent_is_checked():
    def rule(g, y, x):
        lost = Tensor(g.data) if isinstance(g, Tensor) else g  # cut out of the graph
        return lost * 2 * x

    report = gradcheck(Op("square", np.square, rule), X, order=2)
    assert report.verdict is Verdict.FAIL
    assert report.argument.name == "the cotangent"


def test_an_error_carries_the_report_and_can_be_pickled():
    wrong = Op("square", np.square, lambda g, y, x: g * x)
    with pytest.raises(GradientMismatch) as caught:
        check_gradients(wrong, X)
    error = caught.value
    again = pickle.loads(pickle.dumps(error))
    assert str(again) == str(error) == f"check_gradients: {error.report}"
    assert (again.argument, again.index) == (0, error.index)
    assert again.analytic == pytest.approx(again.numeric / 2)
    assert again.report.cause == "factor"


def test_reports_can_be_compared():
    one, two = gradcheck(ops.tanh, X), gradcheck(ops.tanh, X)
    assert one == two == pickle.loads(pickle.dumps(one))
    assert one != gradcheck(ops.sin, X)


def test_a_report_as_a_dict_is_plain():
    found = gradcheck(ops.sqrt, np.array([0.0, 1.0])).as_dict()
    assert found["verdict"] == "NONFINITE"
    assert found["arguments"][0]["worst"][0]["index"] == [0]
    assert found["arguments"][0]["worst"][0]["analytic"] in ("inf", "-inf")


def test_the_seed_says_what_is_drawn():
    wrong = Op("tanh", np.tanh, lambda g, y, x: g * (1 - y * y) * 1.1)
    one, two, other = (str(gradcheck(wrong, X, seed=s)) for s in (1, 1, 2))
    assert one == two != other
    drawn = [str(gradcheck(wrong, X, seed=np.random.default_rng(5))) for _ in range(2)]
    assert drawn[0] == drawn[1]


@pytest.mark.parametrize("f", [ops.tanh, Op("tanh", np.tanh, lambda g, y, x: g * (1 - y))])
def test_an_executor_changes_nothing(f):
    x = np.random.default_rng(0).standard_normal((40, 30))
    with ThreadPoolExecutor(3) as pool:
        assert str(gradcheck(f, x, executor=pool)) == str(gradcheck(f, x))


def test_one_screen():
    net = ag.Network([8, 7, 6, 5, 4], rng=0)
    run = net.record(np.ones((3, 8)), [0, 1, 2])

    def cost(*parameters):
        a = run.a[1].data
        for w, b in zip(parameters[::2], parameters[1::2], strict=True):
            a = like(ops.sigmoid, lambda g, y, x: g * y)(a @ w.T + b)
        return ops.sum((a - 1) ** 2)

    text = str(gradcheck(cost, *[p.data for p in net.parameters]))
    text = text.replace(__file__, "the file")  # in however deep a folder
    assert len(text.splitlines()) <= 24
    assert max(map(len, text.splitlines())) <= 200


@pytest.mark.slow
def test_processes_change_nothing():
    net = ag.Network([20, 30, 10], rng=0)
    x, labels = np.ones((5, 20)), [0, 1, 2, 3, 4]
    x2 = np.random.default_rng(0).standard_normal((30, 20))
    with ProcessPoolExecutor(2, mp_context=multiprocessing.get_context("spawn")) as pool:
        for ask in (
            lambda **how: gradcheck(ops.tanh.forward, x2, order=2, **how),
            lambda **how: ag.check_network(net, x, labels, **how),
        ):
            assert str(ask(executor=pool)) == str(ask())
