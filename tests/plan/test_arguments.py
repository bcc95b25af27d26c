"""What a plan says of arguments that it cannot take."""

import numpy as np
import pytest

from autograd_nn import Plan, Tensor

ONES = np.ones(2)
W = Tensor([1.0, 2.0], requires_grad=True, name="w")


def doubled(x):
    return x * 2


def product(x):
    return (W * x).sum()


def test_a_python_number_takes_the_dtype_of_the_input_if_it_fits():
    assert Plan(doubled, np.float32(1))(3) == 6
    assert Plan(doubled, np.int8(1))(3) == 6


@pytest.mark.parametrize(
    ("example", "given"), [(3, 2.7), (np.int8(3), 300), (np.uint8(3), -1), (True, 2), (1.0, True)]
)
def test_a_python_number_that_does_not_fit_is_refused(example, given):
    with pytest.raises(TypeError, match=r"Plan of doubled: input 0.*; .*make another plan"):
        Plan(doubled, example)(given)


@pytest.mark.parametrize(
    "given", [None, "text", object(), 1j, [[1.0, 2.0], [3.0]], np.ma.array(1.0, mask=True)]
)
def test_an_input_that_is_no_array_of_numbers_is_called_that(given):
    plan = Plan(doubled, 1.0)
    with pytest.raises(TypeError, match=r"Plan of doubled: input 0 is .*; expected real numbers"):
        plan(given)
    with pytest.raises(TypeError, match=r"Plan: example input 0 is .*; expected real numbers"):
        Plan(doubled, given)


@pytest.mark.parametrize("wrt", [0, None, W])
def test_wrt_is_a_list(wrt):
    with pytest.raises(TypeError, match=r"Plan: wrt is .*; expected a list.*\[w, 0\]"):
        Plan(product, ONES, wrt=wrt)


def test_wrt_may_be_any_iterable():
    _, (g,) = Plan(product, ONES, wrt=(w for w in [W]), seed=3.0)(ONES)
    assert g.tolist() == [3, 3]


@pytest.mark.parametrize(
    "update",
    [
        lambda g: None,
        lambda g: 5,
        lambda g: [W],
        lambda g: [(W,)],
        lambda g: [(W, W, W)],
        lambda g: [3],
        lambda g: {W: W * 2},
    ],
)
def test_an_update_gives_pairs(update):
    with pytest.raises(TypeError, match=r"Plan: update gave .*; expected pairs \(leaf tensor"):
        Plan(product, ONES, wrt=[W], update=update)


@pytest.mark.parametrize("function", [3, None, "f"])
def test_what_is_no_function_is_refused(function):
    with pytest.raises(TypeError, match=r"Plan: got (int|NoneType|str); expected a function"):
        Plan(function, ONES)
    with pytest.raises(TypeError, match=r"Plan: update is .*; expected a function"):
        Plan(product, ONES, wrt=[W], update=3)


def test_a_seed_without_anything_to_differentiate_by_is_refused():
    with pytest.raises(ValueError, match=r"Plan: got a seed.*; .*wrt"):
        Plan(product, ONES, seed=2.0)


def test_an_update_may_be_of_nothing():
    plan = Plan(product, ONES, update=lambda g: [])
    assert plan(ONES) == 3
