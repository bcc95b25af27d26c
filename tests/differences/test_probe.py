"""One line measured: no step is taken twice, and what is no smooth curve is seen."""

import numpy as np
import pytest

from autograd_nn.differences.central import central_steps, extrapolate
from autograd_nn.differences.lines import elements
from autograd_nn.differences.probe import Probe
from autograd_nn.differences.problem import Counting, OfAllArguments


class Function(OfAllArguments):
    name, names, line, magnitude = "f", ["x"], None, 1.0

    def __init__(self, f, *values):
        self.at = lambda values: np.asarray(f(*values))
        self.values = list(values)


def probe(f, x):
    counting = Counting(Function(f, np.array(x)))
    here = counting.problem.at(counting.values).ravel()
    line = elements(counting.values[0], np.array([0]))
    rng = np.random.default_rng(0)
    return Probe(counting, 0, line, here, np.zeros(here.size), rng), counting


def test_no_step_is_taken_twice():
    line, counting = probe(np.sin, [0.7, 2.0])
    first = line.measure()
    passes = counting.forward
    np.testing.assert_array_equal(line.measure().value, first.value)
    assert counting.forward == passes
    line.sides()
    assert counting.forward < passes + 5 * 6  # the tables of both kinds have steps in common
    assert first.value[0] == pytest.approx([np.cos(0.7), 0.0], rel=1e-11)
    assert np.all(np.abs(first.value[0] - [np.cos(0.7), 0.0]) <= first.error[0])


@pytest.mark.parametrize(
    ("f", "smooth"),
    [
        (np.sin, True),
        (lambda x: x[:1] ** 3 + x[1:], True),
        (lambda x: np.round(x, 8), False),
        (lambda x: np.sin(1e6 * x), False),
        (lambda x: np.floor(x), False),  # at rest by short steps only
        (lambda x: x + 1e-9 * np.tanh(1e12 * (x - 0.7)), False),
        (lambda x: (x + 1e9) - 1e9, False),
        (lambda x: np.maximum(x, 0.7), False),
    ],
)
def test_what_is_smooth_is_so_as_far_as_round_off_shows(f, smooth):
    line, counting = probe(f, [0.7, 2.0])
    assert line.is_smooth() is smooth
    assert counting.forward <= 30


@pytest.mark.parametrize("side", [1.0, -1.0])
def test_one_table_serves_differences_of_both_kinds(side):
    steps, f = central_steps(0.5), lambda t: 2 * t + t**2 - t**3
    above, below = f(steps[0::2]), f(steps[1::2])
    both = list((above - below) / (2 * steps[0::2]))
    assert extrapolate(both, 2)[0] == pytest.approx(2.0, abs=1e-15)
    one = f(side * steps[0::2]) / (side * steps[0::2])
    assert extrapolate(one, 1)[0] == pytest.approx(2.0, abs=1e-14)


def test_sides_meet_where_there_is_no_kink():
    line, _ = probe(lambda x: np.abs(x - 0.7), [0.7, 2.0])
    for closely in (False, True):
        sides = line.sides(closely)
        assert sides.kinked.tolist() == [True, False]
        assert (sides.below[0], sides.above[0]) == pytest.approx((-1.0, 1.0))
