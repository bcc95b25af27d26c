"""Pictures of a check, and the numbers in them."""

import numpy as np
import pytest

from autograd_nn import Op, gradcheck
from autograd_nn.gradient_check import plot_agreement, plot_step_errors, step_errors

X = np.random.default_rng(7).standard_normal((4, 5))
wrong = Op("tanh", np.tanh, lambda g, y, x: g * (1 - y * y) * 1.0003)


def test_the_error_falls_with_the_step_and_rises_again():
    curve = step_errors(np.tanh, X)
    size = abs(curve.gradient)
    least = int(np.argmin(curve.central))
    assert curve.central[0] > 1e4 * curve.central[least] < curve.central[-1]
    assert curve.central[least] < 1e-9 * size
    assert 1e-10 * size < curve.one_sided.min() < 1e-6 * size
    assert curve.richardson.min() < 1e-12 * size


def test_the_slopes_of_the_curves_are_the_orders_of_the_differences():
    curve = step_errors(np.exp, X, index=(1, 2))
    part = slice(2, 8)
    for errors, order in ((curve.one_sided, 1), (curve.central, 2)):
        slope = np.polyfit(np.log(curve.steps[part]), np.log(errors[part]), 1)[0]
        assert slope == pytest.approx(order, abs=0.05)


def test_of_a_wrong_gradient_no_curve_falls_below_the_mistake():
    curve = step_errors(wrong, X)
    middle = slice(10, 30)
    for errors in (curve.central, curve.richardson):
        assert errors[middle].min() > 2e-4 * abs(curve.gradient)


@pytest.mark.parametrize(("arrays", "argument"), [((), 0), ((X,), 1), ((X,), -1), ((X[:0],), 0)])
def test_an_argument_that_is_not_there_or_empty_is_refused(arrays, argument):
    with pytest.raises(ValueError, match=f"argument={argument}, .*; expected the position of one"):
        step_errors(np.tanh, *arrays, argument=argument)


def test_an_index_that_is_not_there_is_refused():
    with pytest.raises(IndexError, match=r"index \(9, 0\); expected one into shape \(4, 5\)"):
        step_errors(np.tanh, X, index=(9, 0))
    assert step_errors(np.tanh, X, index=(-1, -1)).index == (3, 4)
    assert step_errors(np.exp, 0.5).index == ()


def test_pictures():
    pytest.importorskip("matplotlib")
    ax = plot_step_errors(step_errors(wrong, X))
    assert [line.get_label() for line in ax.lines][:2] == [
        "one-sided difference",
        "central difference",
    ]
    looks = {(line.get_linestyle(), line.get_marker()) for line in ax.lines}
    assert len(looks) == 3  # told apart without colour
    assert ax.get_xscale() == ax.get_yscale() == "log"
    assert ax.get_ylim()[0] < 1e-15  # the mistake stands above what could be reached
    assert "argument 0, index (" in ax.get_title()
    report = gradcheck(wrong, X)
    ax = plot_agreement(report)
    assert ax.get_title() == "tanh: FAIL"
    numeric, analytic = ax.lines[0].get_data()
    np.testing.assert_allclose(analytic, 1.0003 * numeric, rtol=1e-6)
    assert plot_agreement(gradcheck(np.tanh, X), ax=ax) is ax
    two = plot_agreement(gradcheck(np.add, X, 2 * X))
    assert len({line.get_marker() for line in two.lines[:2]}) == 2


def test_nothing_to_draw():
    pytest.importorskip("matplotlib")
    with pytest.raises(ValueError, match="no elements to show"):
        plot_agreement(gradcheck(np.exp, np.zeros(0)))
