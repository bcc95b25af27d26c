"""Right gradients of functions that lose digits, swing, or move in stairs: never called wrong.

What is wrong among them is not accepted either, and where a function is smooth it is found.
"""

from collections.abc import Callable

import numpy as np
import pytest
from helpers.cases import quickly

from autograd_nn import GradientMismatch, check_gradient_function, gradcheck, ops
from autograd_nn.gradient_check import Verdict


def by_hand(value, *arrays, **settings):
    try:
        return check_gradient_function(value, *arrays, **settings)
    except GradientMismatch as error:
        return error.report


def lost(large: float) -> dict[str, tuple[Callable, Callable]]:
    """Functions that lose digits beside something large, and their gradients."""
    return {
        "all": (lambda x: np.sum((x + large) - large), np.ones_like),
        "squares": (lambda x: np.sum(((x + large) - large) ** 2), lambda x: 2 * x),
        "their sum": (lambda x: (np.sum(x * x) + large) - large, lambda x: 2 * x),
        "beside what loses none": (
            lambda x: np.sum((x + large) - large) + np.sum(np.sin(x)),
            lambda x: 1 + np.cos(x),
        ),
    }


@pytest.mark.parametrize("large", [1e9, 1e12, 1e14, 1e15, 1e16])
@pytest.mark.parametrize("name", list(lost(1.0)))
@pytest.mark.parametrize("size", quickly([1, 50, 300, 3000], 2))
@pytest.mark.parametrize("seed", quickly(range(3)))
def test_digits_that_are_lost_on_the_way_are_not_a_wrong_gradient(large, name, size, seed):
    value, gradient = lost(large)[name]
    x = np.random.default_rng(seed).standard_normal(size)
    report = by_hand(value, x, gradient=gradient, seed=seed)
    assert report.verdict in (Verdict.PASS, Verdict.INCONCLUSIVE), report


@pytest.mark.parametrize("large", [1e9, 1e14, 1e15, 1e16])
@pytest.mark.parametrize("size", quickly([50, 300, 3000]))
@pytest.mark.parametrize("seed", quickly(range(3)))
def test_nor_in_a_recorded_function(large, size, seed):
    x = np.random.default_rng(seed).standard_normal(size)
    report = gradcheck(lambda x: ops.sum(ops.sin((x + large) - large)), x, seed=seed)
    assert report.verdict in (Verdict.PASS, Verdict.INCONCLUSIVE), report


@pytest.mark.parametrize("large", [1e6, 1e9])
@pytest.mark.parametrize("name", list(lost(1.0)))
def test_what_is_wrong_beside_them_is_found_while_digits_are_left(large, name):
    value, gradient = lost(large)[name]
    x = np.random.default_rng(2).standard_normal(300)
    report = by_hand(value, x, gradient=lambda x: 1.5 * gradient(x))
    assert report.verdict is Verdict.FAIL


X = np.random.default_rng(5).standard_normal(5)


@pytest.mark.parametrize("rate", [1e6, 1e8])
@pytest.mark.parametrize("rest", [lambda x: 0, lambda x: 1e6 * x])
def test_fast_swings_are_measured_by_steps_that_are_shorter_still(rate, rest):
    def value(x):
        return np.sum(np.sin(rate * x) + rest(x))

    def gradient(x):
        return rate * np.cos(rate * x) + rest(np.ones_like(x))

    assert by_hand(value, X, gradient=gradient).verdict is not Verdict.FAIL
    for factor in (0, 2):  # zero lies between the slopes nearby
        wrong = by_hand(value, X, gradient=lambda x, factor=factor: factor * gradient(x))
        assert wrong.verdict in (Verdict.FAIL, Verdict.INCONCLUSIVE)


@pytest.mark.parametrize("digits", range(1, 11))
@pytest.mark.parametrize("size", quickly([5, 3000]))
@pytest.mark.parametrize("slope", [0.0, 1.0])  # that of a stair, and that of all of them
def test_stairs_may_be_read_in_two_ways(digits, size, slope):
    x = np.random.default_rng(5).standard_normal(size)
    report = by_hand(
        lambda x: np.sum(np.round(x, digits)), x, gradient=lambda x: np.full_like(x, slope)
    )
    assert report.verdict is not Verdict.FAIL
    assert slope == 0 or not report.ok or digits > 8  # as far as digits that are lost go
    report = by_hand(lambda x: np.sum(np.round(x, 8)), x, gradient=lambda x: np.full_like(x, 2.0))
    assert report.verdict is Verdict.FAIL


@pytest.mark.parametrize("near", [1e-3, 1e-6])
def test_beside_a_kink_a_gradient_is_that_of_its_side(near):
    x = np.array([near, 1.0])
    right, wrong = (lambda x: np.array([1.0, 1.0])), (lambda x: np.array([0.0, 1.0]))
    assert by_hand(lambda x: np.sum(np.maximum(x, 0)), x, gradient=right).verdict is Verdict.PASS
    assert by_hand(lambda x: np.sum(np.maximum(x, 0)), x, gradient=wrong).verdict is Verdict.FAIL


@pytest.mark.parametrize("offset", [0.0, 1e5, 1e6])
def test_a_kink_beside_something_large_is_a_kink(offset):
    x = np.array([0.0, 0.5, -1.0])
    right, wrong = (lambda x: (x > 0) * 1.0), (lambda x: np.where(x == 0, 1.2, x > 0))
    for gradient, verdict in ((right, Verdict.KINK), (wrong, Verdict.FAIL)):
        report = by_hand(lambda x: np.maximum(x, 0).sum() + offset, x, gradient=gradient)
        assert report.verdict is verdict
    middle = by_hand(
        lambda x: np.median(x) + offset, np.ones(3), gradient=lambda x: np.array([0, 1.0, 0])
    )
    assert middle.verdict is Verdict.KINK


def test_a_pole_very_near_is_passed_over_by_no_step():
    x, right = np.array([1 + 1e-10, 0.5]), lambda x: -1 / (x - 1) ** 2
    assert by_hand(lambda x: np.sum(1 / (x - 1)), x, gradient=right).verdict is not Verdict.FAIL


@pytest.mark.parametrize("size", quickly([65, 100, 3000], 2))
def test_shares_of_very_many_that_are_tied_are_judged_together(size):
    right, wrong = Verdict.KINK, Verdict.FAIL
    for share, verdict in ((1 / size, right), (0.0, wrong), (0.9 / size, wrong)):
        report = by_hand(
            np.max, np.ones(size), gradient=lambda x, share=share: np.full_like(x, share)
        )
        assert report.verdict is verdict


@pytest.mark.parametrize("size", [5, 64, 100])
def test_of_two_ties_with_opposite_signs_each_adds_up(size):
    def gradient(x):
        half = len(x) // 2
        return np.r_[np.full(half, 1 / half), np.full(len(x) - half, -1 / (len(x) - half))]

    report = by_hand(
        lambda x: x[: len(x) // 2].max() - x[len(x) // 2 :].max(), np.ones(size), gradient=gradient
    )
    assert report.verdict is Verdict.KINK


@pytest.mark.parametrize("scale", [1e-150, 1e150])
def test_squares_of_differences_do_not_overflow(scale):
    def gradient(x, factor=1.0):
        return factor * 2 * x

    x = np.array([0.02, 1.5, 0.5, -0.5, -0.2]) * scale
    assert by_hand(lambda x: np.sum(x**2), x, gradient=gradient).verdict is Verdict.PASS
    wrong = by_hand(lambda x: np.sum(x**2), x, gradient=lambda x: gradient(x, 1.0001))
    assert (wrong.verdict, wrong.cause) == (Verdict.FAIL, "factor")
    assert "at all 5 elements" in wrong.diagnosis


@pytest.mark.parametrize("inner", [0.0, 1e3, 1e6])
@pytest.mark.parametrize("scale", [1e-6, 1.0, 1e6])
def test_the_round_off_that_every_function_has_is_no_stairs(inner, scale):
    """Beside stairs a gradient of zero might be right."""
    x = np.random.default_rng(7).standard_normal(40) * scale

    def value(x):
        return np.sum(np.sin(x / scale) * np.exp(x / scale) + (inner - inner * (1 + x / scale)))

    def gradient(x):
        z = x / scale
        right = (np.exp(z) * (np.sin(z) + np.cos(z)) - inner) / scale
        return np.where(np.arange(40) % 13 == 5, 0.0, right)

    report = by_hand(value, x, gradient=gradient)
    assert (report.verdict, report.cause) == (Verdict.FAIL, "some elements")
