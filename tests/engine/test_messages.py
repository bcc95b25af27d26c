"""What arrived; what was expected; what to do: where NumPy's or Python's own words came through."""

import numpy as np
import pytest

import autograd_nn as ag
from autograd_nn import Tensor, gradients, ops, watch_nonfinite

W = Tensor([1.0, 2.0], requires_grad=True, name="w")


@pytest.mark.parametrize(
    "given",
    [[1j, 2.0], ["a", "b"], [None, 1.0], [[1.0], [2.0, 3.0]]],
)
def test_a_leaf_takes_real_numbers(given):
    leaf = Tensor([5.0, 6.0], name="leaf")
    with pytest.raises(TypeError, match=r"leaf\.data = …: got .*; expected real numbers"):
        leaf.data = given
    assert leaf.data.tolist() == [5, 6]


@pytest.mark.parametrize(("old", "new"), [([1, 2], [0.5, 1.0]), ([True, False], [1, 0])])
def test_a_leaf_keeps_its_dtype(old, new):
    leaf = Tensor(old, name="leaf")
    with pytest.raises(TypeError, match=r"leaf\.data = …: got dtype .*, expected .*; .*astype"):
        leaf.data = new


def test_a_leaf_whose_array_is_read_only_says_so():
    leaf = Tensor(np.broadcast_to(1.0, (2,)), copy=False, name="leaf")
    with pytest.raises(ValueError, match=r"leaf\.data = …: its array is read-only; .*copy=False"):
        leaf.data = [1.0, 2.0]


def test_lists_of_several_lengths_are_no_tensor():
    with pytest.raises(TypeError, match=r"Tensor: got list.*; expected real numbers"):
        Tensor([[1.0], [2.0, 3.0]])


@pytest.mark.parametrize("wrt", [3, None])
def test_gradients_are_by_a_list(wrt):
    with pytest.raises(TypeError, match=r"gradients: wrt is a list of tensors"):
        gradients(ops.sum(W), wrt)


@pytest.mark.parametrize("transform", [ag.vjp, ag.jvp, ag.hvp])
def test_only_functions_are_transformed(transform):
    name = transform.__name__
    with pytest.raises(TypeError, match=f"{name}: got int; expected a function to differentiate"):
        transform(3, np.ones(2), np.ones(2))


def test_an_infinity_that_is_taken_is_no_matter_of_the_index():
    with watch_nonfinite(), pytest.raises(ValueError, match=r"^getitem: the result is inf at"):
        np.take(Tensor([np.inf, 1.0]), [1, 0])


@pytest.mark.parametrize("indices", [0, [0, 0], [[-1]], []])
def test_of_a_single_number_any_number_of_copies_may_be_taken(indices):
    x = Tensor(3.0, requires_grad=True)
    y = np.take(x, indices)
    np.testing.assert_array_equal(y.data, np.take(3.0, np.array(indices, dtype=int)), strict=True)
    assert gradients(ops.sum(y), [x])[0] == np.size(indices)


def test_an_order_of_a_norm_is_a_plain_number():
    with pytest.raises(ValueError, match=r"norm: ord=.*; expected None, 1, 2 or inf"):
        np.linalg.norm(W, ord=Tensor(2.0))


def test_a_leaf_takes_no_masked_array_whose_mask_would_be_lost():
    leaf = Tensor([5.0, 6.0], name="leaf")
    with pytest.raises(TypeError, match=r"leaf\.data = …: got a masked array.*; fill it first"):
        leaf.data = np.ma.array([1.0, 2.0], mask=[0, 1])
