"""Perceptrons: the cheese festival, NAND, and the adder built of it."""

import itertools

import numpy as np
import pytest

from autograd_nn.models import NAND, Perceptron, add_bits, cheese_festival

ALL_OF_THREE = list(itertools.product((0, 1), repeat=3))


@pytest.mark.parametrize("x", ALL_OF_THREE)
def test_with_threshold_5_only_the_weather_decides_about_the_cheese_festival(x):
    assert Perceptron((6, 2, 2), bias=-5)(x) == x[0]


@pytest.mark.parametrize("x", ALL_OF_THREE)
def test_with_threshold_3_company_and_transit_together_make_up_for_the_weather(x):
    assert Perceptron((6, 2, 2), bias=-3)(x) == (x[0] or (x[1] and x[2]))


@pytest.mark.parametrize(("x", "decision"), [((0, 0), 1), ((0, 1), 1), ((1, 0), 1), ((1, 1), 0)])
def test_nand_is_0_only_when_both_inputs_are_1(x, decision):
    assert NAND(x) == decision


def test_nand_has_the_weights_and_the_bias_of_the_book():
    assert (NAND.weights, NAND.bias) == ((-2, -2), 3)


@pytest.mark.parametrize(
    ("thresholds", "decisions"),
    [
        ([0, 1], "01111111"), ([2, 3], "00011111"), ([4, 5], "00001111"), ([6, 7], "00000111"),
        ([8, 9], "00000001"), ([10], "00000000"),
    ],
)  # fmt: skip
def test_a_lower_threshold_means_to_go_more_often(thresholds, decisions):
    x = [[i >> 2 & 1, i >> 1 & 1, i & 1] for i in range(8)]  # weather, company, station
    for threshold in thresholds:
        assert "".join(map(str, cheese_festival(threshold)(x))) == decisions


def test_a_perceptron_on_its_threshold_says_0():
    assert Perceptron((1, 1), bias=-2)([1, 1]) == 0
    assert Perceptron((1, 1), bias=-1.999)([1, 1]) == 1
    assert Perceptron((0.5,), bias=0)([0]) == 0


def test_a_perceptron_without_inputs_says_whether_its_bias_is_positive():
    assert [int(Perceptron((), bias=b)([])) for b in (-1, 0, 1)] == [0, 0, 1]


def test_rows_of_an_array_are_decided_one_by_one():
    cheese = Perceptron((6, 2, 2), bias=-5)
    decisions = cheese(np.array(ALL_OF_THREE))
    assert decisions.shape == (8,)
    assert decisions.dtype.kind == "i"
    assert decisions.tolist() == [x[0] for x in ALL_OF_THREE]
    assert cheese(np.array(ALL_OF_THREE).reshape(2, 4, 3)).shape == (2, 4)


def test_a_single_decision_is_an_integer_without_axes():
    decision = NAND([1, 1])
    assert decision.shape == ()
    assert decision.dtype.kind == "i"


def test_multiplying_weights_and_bias_by_a_positive_number_changes_no_decision(rng):
    x = np.array(list(itertools.product((0, 1), repeat=4)))
    for c in (0.1, 3, 1000):
        weights = rng.standard_normal(4)
        bias = -weights.sum() / 2  # of two opposite inputs it wants one
        expected = Perceptron(tuple(weights), bias)(x)
        assert expected.sum() == 8
        assert np.array_equal(Perceptron(tuple(c * weights), c * bias)(x), expected)


@pytest.mark.parametrize(
    ("a", "b", "total", "carry"), [(0, 0, 0, 0), (0, 1, 1, 0), (1, 0, 1, 0), (1, 1, 0, 1)]
)
def test_the_adder_adds_two_bits(a, b, total, carry):
    result = add_bits(a, b)
    assert len(result) == 2
    assert (result[0], result[1]) == (total, carry)


def test_the_adder_adds_arrays_element_by_element():
    total, carry = add_bits([0, 0, 1, 1], [0, 1, 0, 1])
    assert total.tolist() == [0, 1, 1, 0]
    assert carry.tolist() == [0, 0, 0, 1]


def test_the_adder_broadcasts():
    total, carry = add_bits(np.array([[0], [1]]), [0, 1, 1])
    assert total.tolist() == [[0, 1, 1], [1, 0, 0]]
    assert carry.tolist() == [[0, 0, 0], [0, 1, 1]]


def test_booleans_are_bits():
    total, carry = add_bits(True, np.array([False, True]))
    assert (total.tolist(), carry.tolist()) == ([1, 0], [0, 1])


@pytest.mark.parametrize(
    ("x", "shape"),
    [([1, 1, 1], r"\(3,\)"), ([1], r"\(1,\)"), (1, r"\(\)"), ([[1], [1]], r"\(2, 1\)")],
)
def test_inputs_that_do_not_fit_the_weights_raise_with_both_sizes(x, shape):
    with pytest.raises(ValueError, match=rf"Perceptron: inputs of shape {shape}; expected 2"):
        NAND(x)


def test_what_is_no_number_decides_nothing():
    with pytest.raises(ValueError, match=r"Perceptron: w·x \+ b is nan"):
        Perceptron((1, 1), bias=0)([1, np.nan])
    with pytest.raises(ValueError, match=r"Perceptron: weights=\(nan, 1\)"):
        Perceptron((np.nan, 1), bias=0)
    with pytest.raises(ValueError, match=r"Perceptron: bias=nan"):
        Perceptron((1, 1), bias=np.nan)


@pytest.mark.parametrize(("a", "b"), [(2, 0), (0, -1), (0.5, 1), ([0, 1], [0, 3]), (np.nan, 0)])
def test_what_is_no_bit_cannot_be_added(a, b):
    with pytest.raises(ValueError, match=r"add_bits: bits=.*; expected 0 or 1"):
        add_bits(a, b)


def test_bits_of_shapes_that_do_not_broadcast_cannot_be_added():
    with pytest.raises(ValueError, match="broadcast"):
        add_bits([0, 1], [0, 1, 1])
