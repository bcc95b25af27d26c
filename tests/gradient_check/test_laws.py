"""Each law, broken and kept."""

import numpy as np
import pytest
from helpers.checking import rejected

from autograd_nn import Op, Tensor, check_gradient_function, gradcheck, ops
from autograd_nn.gradient_check import Verdict
from autograd_nn.gradient_check.judge.laws import wrong_shape

X = np.random.default_rng(5).standard_normal((3, 4))


def broken(rule, forward=np.sin, x=X):
    report = gradcheck(Op("f", forward, rule), x)
    assert report.verdict is Verdict.FAIL
    return report.cause, report


def test_a_right_gradient_keeps_every_law():
    report = gradcheck(lambda a, b: ops.sin(a) * b, X, X[0])
    assert report.broken == ()
    assert check_gradient_function(np.sin, X, vjp=lambda g, x: g * np.cos(x)).broken == ()


def test_zero_gives_zero_and_a_constant_is_named():
    cause, report = broken(lambda g, y, x: g * np.cos(x) + 1e-7)
    assert cause == "offset"
    assert "1e-07" in report.diagnosis


def test_a_gradient_that_is_the_same_for_every_cotangent():
    cause, report = broken(lambda g, y, x: np.cos(x) + 0 * g)
    assert cause == "ignores cotangent"
    assert "the same whatever" in report.diagnosis


def test_a_term_without_the_cotangent():
    cause, _ = broken(lambda g, y, x: g * np.cos(x) + 0.1 * x)
    assert cause == "ignores cotangent"


def test_a_gradient_that_is_not_linear_in_the_cotangent():
    cause, report = broken(lambda g, y, x: g * np.cos(x) * (1 + 1e-6 * np.abs(g)))
    assert cause == "other"
    assert "not linear" in report.diagnosis


@pytest.mark.parametrize("branch", [lambda g: np.all(g > 0), lambda g: np.count_nonzero(g) == 1])
@pytest.mark.parametrize("size", [5, 20])
def test_a_gradient_that_is_another_for_cotangents_that_no_random_one_is_like(branch, size):
    x = np.random.default_rng(1).standard_normal(size)
    report = rejected(np.sin, x, vjp=lambda g, x: g * np.cos(x) * (2 if branch(g) else 1))
    assert report.verdict is Verdict.FAIL
    assert check_gradient_function(np.sin, x, vjp=lambda g, x: g * np.cos(x)).ok


def test_a_gradient_too_large_to_be_held_four_times_keeps_the_laws():
    assert gradcheck(ops.exp, np.array([700.0, -700.0, 709.0])).broken == ()


def test_a_gradient_may_be_written_where_the_last_one_was():
    memory = np.empty(X.shape)
    assert check_gradient_function(
        np.sin, X, vjp=lambda g, x: np.multiply(g, np.cos(x), out=memory)
    ).ok
    wrong = rejected(np.sin, X, vjp=lambda g, x: np.multiply(g, 2 * np.cos(x), out=memory))
    assert (wrong.verdict, wrong.cause) == (Verdict.FAIL, "factor")


def test_two_runs_differ():
    rng = np.random.default_rng(0)
    report = gradcheck(lambda x: x * rng.random(), X)
    assert report.verdict is Verdict.FAIL
    assert "two runs" in report.diagnosis
    noise = Op("f", np.sin, lambda g, y, x: g * np.cos(x) * (1 + 1e-6 * rng.random()))
    assert "two runs give different gradients" in str(gradcheck(noise, X))


def test_what_is_random_is_said_first():
    rng = np.random.default_rng(0)

    def dropped(x):
        return np.sum(x * rng.integers(0, 2, x.shape))

    def gradient(x):
        return rng.integers(0, 2, x.shape).astype(float)

    report = rejected(dropped, X, gradient=gradient)
    assert report.diagnosis.startswith("two runs on the same arguments differ")
    assert not any("linear" in law for law in report.broken)


def test_a_float32_step_inside_a_float64_function_is_found():
    cast = Op("cast", lambda x: x.astype(np.float32), lambda g, y, x: g)
    report = gradcheck(lambda x: cast(ops.sin(x)) * 2.0, X)
    assert (report.verdict, report.cause) == (Verdict.FAIL, "float32")
    assert "cast computes in float32" in report.diagnosis


def test_a_float32_step_inside_a_rule_is_found():
    cause, _ = broken(lambda g, y, x: (g * np.cos(x)).astype(np.float32))
    assert cause == "float32"
    cause, _ = broken(lambda g, y, x: g * np.cos(x).astype(np.float32))
    assert cause == "float32"


def rough(x):
    """In float32, and back."""
    return np.tanh(x.astype(np.float32)).astype(np.float64)


@pytest.mark.parametrize(
    "value",
    [rough, lambda x: np.sum(x.astype(np.float32) ** 2), lambda x: float(np.sum(rough(x).astype(np.float32)))],
)  # fmt: skip
def test_a_function_that_computes_in_float32_is_found_without_a_graph(value):
    """Its steps are finer than those of a staircase, and look like kinks or like a slope of 0."""
    for x in (X, np.linspace(-2, 2, 9), np.array([1.0])):
        report = rejected(value, x, vjp=lambda g, x: 0 * x)
        assert report.cause == "float32"
        assert "computes in float32" in report.diagnosis
    assert gradcheck(Op("rough", rough, lambda g, y, x: g * (1 - y**2)), X).cause == "float32"


def by_a_list(x):
    """Where no array shows it."""
    return np.sum(np.sin(np.array(x.tolist(), np.float32)) * np.float64(1.1))


def in_a_buffer(x):
    buffer = np.zeros(x.shape, np.float32)
    buffer[...] = np.sin(x)
    return 1.1 * np.sum(buffer, dtype=float)


WITH_A_STEP = [
    lambda x: 1.1 * np.sum(np.sin(x.astype(np.float32)).astype(float)),
    lambda x: np.sum(np.sin(x).astype(np.float32) * np.linspace(1, 2, x.shape[-1])),
    lambda x: np.mean(np.sin(x)) + np.mean(np.sin(x).astype(np.float32), dtype=float),
    lambda x: np.sum(np.sin(x)) + 1e-3 * np.sum(np.sin(x).astype(np.float32), dtype=float),
    lambda x: np.exp(np.add.reduce(x.ravel(), dtype=np.float32).astype(float) / x.size / 3),
    lambda x: np.sum(np.tanh(np.matmul(x, x.T, dtype=np.float32, casting="same_kind").astype(float))),
]  # fmt: skip


@pytest.mark.parametrize("wrong", [1.0, 1.0003, 0.0])
@pytest.mark.parametrize("value", WITH_A_STEP)
@pytest.mark.parametrize("x", [X, np.linspace(0.5, 2, 300)[:, None]], ids=["3x4", "300x1"])
def test_a_step_in_float32_that_is_followed_by_float64_is_found_and_its_line(value, x, wrong):
    right = check_against(value, x)
    report = rejected(value, x, gradient=lambda x: wrong * right)
    assert (report.verdict, report.cause) == (Verdict.FAIL, "float32")
    assert f"computes in float32, at {__file__}:" in report.diagnosis


def check_against(value, x):
    """The gradient, to the few digits that float32 leaves, by long steps."""
    found = np.zeros_like(x)
    for j in np.ndindex(x.shape):
        step = np.zeros_like(x)
        step[j] = 2.0**-7
        found[j] = (value(x + step) - value(x - step)) / 2.0**-6
    return found


@pytest.mark.parametrize("value", [by_a_list, in_a_buffer])
@pytest.mark.parametrize("wrong", [1.0, 1.0003])
def test_one_that_is_only_felt_is_not_accepted(value, wrong):
    report = rejected(value, X, gradient=lambda x: wrong * 1.1 * np.cos(x))
    if wrong == 1:
        assert report.verdict is Verdict.INCONCLUSIVE
        assert report.diagnosis.startswith("the results move in stairs ")
    assert "as by rounding to float32" in str(report)
    grossly = rejected(value, X, gradient=lambda x: -1.1 * np.cos(x))
    assert grossly.verdict is Verdict.FAIL
    assert "float32" in str(grossly)


@pytest.mark.parametrize("share", [1.0, 1e-3])
def test_a_step_in_float32_inside_an_operation_is_found_and_the_operation_named(share):
    inside = Op(
        "inside",
        lambda x: np.sin(x.astype(np.float32)).astype(float),
        lambda g, y, x: g * np.cos(x),
    )
    cast = Op("cast", lambda x: x.astype(np.float32).astype(float), lambda g, y, x: g)
    for f in (
        lambda x: ops.sum(ops.sin(x) + share * inside(x) * 1.1),
        lambda x: ops.sin(x) + share * ops.exp(inside(2 * x)),
        lambda x: ops.sin(x + share * cast(x)),
    ):
        report = gradcheck(f, X)
        assert (report.verdict, report.cause) == (Verdict.FAIL, "float32")
        assert f" computes in float32, at {__file__}:" in report.diagnosis
        assert report.diagnosis.startswith(("inside", "cast"))


@pytest.mark.parametrize("large", [1e6, 1e8, 1e9])
def test_digits_lost_beside_something_large_are_not_taken_for_float32(large):
    for value in (lambda x: x + large - large, lambda x: np.sum(np.sin(x) + large - large)):
        report = check_gradient_function(
            value, X, vjp=lambda g, x, f=value: g * (1.0 if f(x).shape else np.cos(x))
        )
        assert report.broken == ()


@pytest.mark.parametrize(
    "f",
    [
        lambda x: ops.sum((x + 1e8) - 1e8), lambda x: x * (np.asarray(x.data) > 0).astype(np.float32),
        lambda x: ops.floor(1e3 * x) * 0 + x, lambda x: ops.sin(1e4 * x), lambda x: ops.exp(50 * x),
        lambda x: ops.var(x + 1e6), lambda x: ops.abs(ops.sin(99 * x)), lambda x: x * Tensor(np.float32(0.1)),
        lambda x: ops.sort(x), lambda x: ops.sum(ops.softmax(x) ** 2, axis=1),
    ],
)  # fmt: skip
def test_what_is_rough_for_other_reasons_is_not_taken_for_float32(f):
    for x in (X, np.random.default_rng(8).standard_normal((3, 400))):
        assert gradcheck(f, x, every=False).ok


@pytest.mark.parametrize(
    ("f", "x"),
    [
        (lambda x: x, np.ones(3)), (lambda x: 2 * x, np.array(1.0)), (lambda x: x * 0 + np.float32(0.1), X),
        (lambda x: ops.sigmoid(x), np.array([40.0, -800.0])), (lambda x: x[0] - x[1], np.ones(2)),
        (lambda x: ops.sqrt(x), np.array([2.0**-20])), (lambda x: x, np.array([0.0, 1e-310])),
    ],
)  # fmt: skip
def test_numbers_that_are_round_are_not_taken_for_float32(f, x):
    assert gradcheck(f, x).ok


@pytest.mark.parametrize(
    ("stairs", "height"), [(8.0, 0.125), (1000.0, 0.125), (1.0, 1e8), (50.0, 1e8)]
)
def test_a_staircase_is_not_taken_for_float32(stairs, height):
    op = Op("stairs", lambda x: np.floor(x * stairs) * height, lambda g, y, x: 0 * g)
    for f in (op, lambda x: op(x).sum()):
        report = gradcheck(f, X)
        assert report.cause is None  # a slope of 0, or INCONCLUSIVE
        assert report.broken == ()


def test_a_dtype_that_is_not_the_arguments():
    report = rejected(np.sin, X, vjp=lambda g, x: (g * np.cos(x)).astype(np.float32))
    assert report.cause == "float32"
    assert any("dtype float32" in law for law in report.broken)


@pytest.mark.parametrize(
    ("got", "expected", "cause"),
    [((3, 4), (4,), "not summed back"), ((4, 3), (3, 4), "transposed"), ((7,), (3, 4), "other"), ((3, 4), (), "not summed back")],
)  # fmt: skip
def test_a_shape_that_is_not_the_arguments_points_to_a_cause(got, expected, cause):
    assert wrong_shape(0, got, expected).cause == cause


def test_shapes_from_a_rule_and_by_hand():
    times = Op("times", np.multiply, lambda g, y, a, b: g * b, lambda g, y, a, b: g * a)
    report = gradcheck(times, X, X[0])
    assert (report.verdict, report.cause) == (Verdict.FAIL, "not summed back")
    assert "times: the rule for argument 1 gave shape (3, 4)" in str(report)
    report = rejected(np.multiply, X, X[0], vjp=lambda g, a, b: (g * b, g * a))
    assert report.cause == "not summed back"
    report = rejected(np.sum, X, gradient=lambda x: np.ones((4, 3)))
    assert report.cause == "transposed"
    assert "2 gradients for 1 argument;" in str(rejected(np.sum, X, gradient=lambda x: (x, x)))


@pytest.mark.parametrize(
    ("found", "says"),
    [
        ((X,), "1 gradient for 2 arguments; a tuple or a list holds one array for each argument"),
        ((X, None), "the gradient is NoneType; expected an array of numbers"),
        ((X, "ones"), "the gradient is str; expected an array of numbers"),
        ((X, X + 0j), "the gradient is an array of complex128; expected an array of numbers"),
    ],
)  # fmt: skip
def test_what_is_no_gradient_for_each_argument_is_said(found, says):
    assert says in rejected(lambda a, b: np.sum(a * b), X, X, gradient=lambda a, b: found).diagnosis


def test_a_gradient_has_memory_of_its_own():
    report = rejected(np.add, X, X + 1, vjp=lambda g, a, b: (g, g.copy()))
    assert "shares memory with the cotangent" in report.diagnosis
    report = rejected(lambda x: np.sum(x**2) / 2, X, gradient=lambda x: x)
    assert "shares memory with argument 0" in report.diagnosis

    def both(g, a, b):
        share = g.copy()
        return share, share

    assert "shares memory with the gradient" in rejected(np.add, X, X + 1, vjp=both).diagnosis
    assert check_gradient_function(np.add, X, X, vjp=lambda g, a, b: (g.copy(), g.copy())).ok


def test_nothing_that_was_handed_in_is_changed():
    def careless(g, x):
        x *= 2
        return g * np.cos(x / 2)

    x = X.copy()
    assert "argument 0 (x) is changed in place" in str(rejected(np.sin, x, vjp=careless))
    np.testing.assert_array_equal(x, X)

    def descends(w):
        slope = 2 * w
        w -= 0.1 * slope
        return slope

    report = rejected(lambda w: np.sum(w**2), X, gradient=descends)
    assert report.diagnosis.startswith("argument 0 (w) is changed in place; write w = w - …")

    def greedy(g, x):
        g *= np.cos(x)
        return g.copy()

    assert "the cotangent is changed in place" in str(rejected(np.sin, X, vjp=greedy))


def test_a_rule_leaves_the_gradient_that_arrives_as_it_is():
    def greedy(g, y, x):
        if not isinstance(g, Tensor):
            g *= np.cos(x)
        return g

    _, report = broken(greedy)
    assert "changes g in place" in str(report)
