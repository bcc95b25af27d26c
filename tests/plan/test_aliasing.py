"""Arrays that are one another's memory: a plan's results, leaves, inputs and constants."""

import numpy as np
import pytest
from helpers.leaf import leaf

from autograd_nn import Plan, Tensor, gradients

ONES = np.ones(2)


@pytest.mark.parametrize(
    "made",
    [lambda w: w, lambda w: w[:1], lambda w: w.T, lambda w: w.reshape(2, 1), lambda w: w[::-1][:1]],
)
def test_a_value_that_is_a_leaf_or_a_view_of_one_is_that_of_before_the_update(made):
    w = leaf([1.0, 2.0])
    plan = Plan(lambda x: made(w), ONES, update=lambda g: [(w, w + 1)])
    for _ in range(3):
        expected = np.array(made(w.data))
        np.testing.assert_array_equal(plan(ONES), expected)


def test_writing_to_a_result_changes_no_leaf():
    w = leaf([1.0, 2.0])
    value = Plan(lambda x: w[::-1], ONES)(ONES)
    value *= 0
    assert w.data.tolist() == [1, 2]


def test_writing_to_a_result_changes_no_input():
    plan = Plan(lambda x: x, ONES)
    value = plan(ONES)
    value *= 0
    assert plan.inputs[0].tolist() == [1, 1]


def test_gradients_by_the_same_leaf_are_two_arrays_as_in_eager():
    w = leaf([1.0, 2.0])
    _, (g, h) = Plan(lambda x: (w * w * x).sum(), ONES, wrt=[w, w])(ONES)
    g *= 0
    assert h.tolist() == [2, 4]


def test_a_value_that_is_its_own_gradient_is_two_arrays():
    w = leaf(3.0)
    value, (g,) = Plan(lambda x: 0.5 * w * w * x, 1.0, wrt=[w])(1.0)
    assert not np.shares_memory(value, g)


def test_leaves_that_share_memory_are_updated_from_their_old_values():
    memory = np.arange(4.0)
    w, v = leaf(memory, copy=False), leaf(memory[1:3], copy=False)
    plan = Plan(
        lambda x: (w * x).sum() + (v * v).sum(),
        np.ones(4),
        wrt=[w, v],
        update=lambda g: [(w, w - 10 * g[0]), (v, v * 100)],
    )
    plan(np.ones(4))
    assert memory.tolist() == [-10, 100, 200, -7]


def test_two_leaves_of_the_same_memory_are_updated_from_their_old_values():
    memory = np.arange(2.0)
    w, v = leaf(memory, copy=False), leaf(memory, copy=False)
    plan = Plan(lambda x: (w * v * x).sum(), ONES, update=lambda g: [(w, w + 5), (v, v * 100)])
    plan(ONES)
    assert memory.tolist() == [0, 100]


@pytest.mark.parametrize("taken", [lambda w: w.data, lambda w: w.data[::-1]])
def test_an_array_taken_out_of_a_leaf_is_read_before_the_leaf_is_updated(taken):
    w, v = leaf([1.0, 2.0]), Tensor([0.0, 0.0])
    found = taken(w).tolist()
    plan = Plan(
        lambda x: (w * x).sum(),
        ONES,
        wrt=[w],
        update=lambda g: [(w, w - g[0]), (v, v + taken(w))],
    )
    plan(ONES)
    assert (w.data.tolist(), v.data.tolist()) == ([0, 1], found)


def test_masks_may_be_exchanged():
    a, b = Tensor([True, False]), Tensor([True, True])
    Plan(lambda x: (x * a * b).sum(), ONES, update=lambda g: [(a, b), (b, a)])(ONES)
    assert (a.data.tolist(), b.data.tolist()) == ([True, True], [True, False])


def test_a_leaf_updated_twice_has_the_last_value():
    w = leaf([1.0, 2.0])
    Plan(lambda x: (w * x).sum(), ONES, update=lambda g: [(w, w + 1), (w, w + 10)])(ONES)
    assert w.data.tolist() == [11, 12]


def test_a_plans_own_inputs_may_be_exchanged():
    plan = Plan(lambda a, b: a - 2 * b, 1.0, 2.0)
    plan(3.0, 5.0)
    assert plan(plan.inputs[1], plan.inputs[0]) == 5 - 2 * 3
    plan = Plan(lambda a, b: (a - 2 * b).sum(), ONES, ONES)
    plan(np.array([1.0, 2.0]), np.array([3.0, 4.0]))
    a, b = plan.inputs
    assert plan(b[::-1], a[::-1]) == 7 - 2 * 3


def test_results_may_be_fed_back():
    plan = Plan(lambda a, b: (a.T + b * b).T, np.ones((2, 2)), np.ones((2, 2)))
    a, b = np.array([[1.0, 2.0], [3.0, 4.0]]), np.array([[5.0, 6.0], [7.0, 8.0]])
    first = (a.T + b * b).T
    value = plan(a, b)
    assert plan(value, value).tolist() == (first.T + first * first).T.tolist()


def test_a_leaf_may_be_input_and_parameter():
    w = leaf([1.0, 2.0])
    plan = Plan(lambda x: (w * w * x).sum(), w, wrt=[w, 0], update=lambda g: [(w, w - g[0])])
    u = leaf(w.data)
    cost = (w * w * u).sum()
    g, _ = gradients(cost, [w, u])
    expected = w.data - g
    assert plan(w) == cost.data
    assert w.data.tolist() == expected.tolist()
