"""Tensor: arithmetic, comparisons, NumPy, and errors that teach."""

import operator

import numpy as np
import pytest
from helpers.leaf import leaf

import autograd_nn as ag
from autograd_nn import Tensor, gradients, ops


def test_the_example_of_the_docstring():
    x = Tensor([[0.5, -1.0]])
    w = Tensor(np.ones((3, 2)), requires_grad=True, name="w")
    cost = (ops.sigmoid(x @ w.T) ** 2).sum()
    cost.backward()
    s = 1 / (1 + np.exp(0.5))
    np.testing.assert_allclose(
        w.grad, 2 * s * s * (1 - s) * np.array([[0.5, -1.0]] * 3), rtol=1e-14
    )
    (g,) = ag.gradients(cost, [w], create_graph=True)
    assert isinstance(g, Tensor)
    np.testing.assert_array_equal(g.data, w.grad)


BINARY = [operator.add, operator.sub, operator.mul, operator.truediv, operator.pow]


@pytest.mark.parametrize("f", BINARY, ids=lambda f: f.__name__)
@pytest.mark.parametrize(
    "other",
    [2, 2.5, True, np.float64(2), np.float32(2), np.array(2.0), np.array([2.0, 3.0]), [2.0, 3.0],
     np.array([[2], [3]])], ids=repr,
)  # fmt: skip
def test_operators_record_with_anything_on_either_side(f, other):
    a = np.array([1.5, 2.5])
    t = leaf(a)
    for result, expected in (
        (f(t, other), f(a, np.asarray(other))),
        (f(other, t), f(np.asarray(other), a)),
    ):
        assert isinstance(result, Tensor), "never an object array, never a bare array"
        assert result.requires_grad
        np.testing.assert_allclose(result.data, expected, rtol=1e-15)


def test_matmul_records_with_an_array_on_either_side():
    w = leaf(np.ones((2, 2)))
    for y in (np.eye(2) @ w, w @ np.eye(2)):
        assert isinstance(y, Tensor)
        np.testing.assert_array_equal(gradients(y.sum(), [w])[0], np.ones((2, 2)))


def test_unary_operators_record():
    t = leaf([-2.0, 3.0])
    assert [type(y.op) and y.op.name for y in (-t, +t, abs(t))] == ["neg", "positive", "abs"]
    assert abs(t).data.tolist() == [2, 3]


def test_comparisons_give_boolean_arrays_and_hash_is_identity():
    t = leaf([1.0, 2.0])
    for f in (operator.eq, operator.ne, operator.lt, operator.le, operator.gt, operator.ge):
        for result in (f(t, 1.5), f(t, leaf([1.0, 5.0])), f(np.array([1.0, 5.0]), t)):
            assert type(result) is np.ndarray
            assert result.dtype == bool
    assert (np.array([1.0, 5.0]) > t).tolist() == [False, True]
    assert hash(t) != hash(leaf([1.0, 2.0]))


def test_indexing_records_and_takes_tensors_as_indices():
    t = leaf([[1.0, 2.0], [3.0, 4.0]])
    assert t[0, 1].data == 2
    assert t[Tensor([1, 1])].shape == (2, 2)
    assert t[t > 2.5].data.tolist() == [3, 4]
    assert [row.data.tolist() for row in t] == [[1, 2], [3, 4]]
    assert len(t) == 2
    with pytest.raises(TypeError, match="without axes"):
        iter(leaf())


def test_methods_are_the_ops_of_the_same_name():
    t = leaf(np.arange(6.0).reshape(2, 3))
    assert t.sum(axis=0).data.tolist() == [3, 5, 7]
    assert t.mean().data == 2.5
    assert t.max(axis=1, keepdims=True).data.tolist() == [[2], [5]]
    assert t.reshape(3, 2).shape == t.reshape((3, 2)).shape == t.reshape(-1, 2).shape == (3, 2)
    assert t.T.shape == t.transpose(1, 0).shape == t.transpose((1, 0)).shape == (3, 2)
    assert t.astype(np.float32).dtype == np.float32
    assert (t.ndim, t.size, t.shape) == (2, 6, (2, 3))


def test_numbers_come_out_of_single_elements_only():
    assert float(leaf(2.5)) == 2.5
    assert float(leaf([[2.5]])) == 2.5
    assert int(leaf(2.5)) == 2
    assert bool(leaf(0.0)) is False
    assert leaf(2.5).item() == 2.5
    with pytest.raises(ValueError, match=r"float: w has shape \(2,\); expected a single element"):
        float(leaf([1.0, 2.0], name="w"))


def test_the_printed_form_shows_the_values():
    assert repr(leaf([0.5, 1.0], name="w")) == "Tensor([0.5, 1. ], requires_grad=True, name='w')"
    assert repr(leaf(2.0) * 2) == "Tensor(4., op='mul')"
    assert repr(Tensor(np.float32(1))) == "Tensor(1., dtype=float32)"
    assert len(repr(Tensor(np.zeros((1000, 1000))))) < 2000


def test_data_are_copied_unless_asked_not_to():
    array = np.ones(2)
    assert not np.shares_memory(Tensor(array).data, array)
    assert Tensor(array, copy=False).data is array
    t = leaf([1.0, 2.0])
    detached = t.detach()
    assert not detached.requires_grad
    assert not np.shares_memory(detached.data, t.data)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: leaf([1, 2]), "dtype int64 cannot require a gradient.*1.0 for 1"),
        (lambda: leaf(True), "dtype bool cannot require a gradient"),
        (lambda: Tensor([1j]), "expected real numbers"),
        (lambda: Tensor(["a"]), "expected real numbers"),
        (lambda: Tensor(None), "expected real numbers"),
        (lambda: Tensor(leaf()), "whose history would be lost"),
        (lambda: Tensor(np.ma.masked_array([1.0])), "mask would be lost"),
    ],
)
def test_data_that_cannot_be_a_tensor_are_refused(make, message):
    with pytest.raises(TypeError, match=message):
        make()


def test_integers_are_fine_without_a_gradient():
    assert (Tensor([1, 2]) + 1).data.tolist() == [2, 3]


def test_in_place_operators_on_a_leaf_say_what_to_write():
    w = leaf([1.0], name="w")
    with pytest.raises(TypeError, match=r"w: .*leaf.data \+="):
        w -= 1.0
    y = w * 2
    with pytest.raises(TypeError, match=r"part of a recorded graph.*write a = a \+ …"):
        y += 1
    constant = Tensor([1.0])
    constant += 1
    assert constant.data.tolist() == [2]
    with pytest.raises(TypeError, match="cannot be assigned to"):
        w[0] = 3.0


# --- what would lose a gradient raises and says what to write --------------------------------------


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda t: np.add(t, 1, out=np.zeros(2)), "np.add: out= cannot hold a recorded result"),
        (lambda t: np.add(np.ones(2), 1, out=t), "np.add: out= cannot hold a recorded result"),
        (lambda t: np.asarray(t), "would lose its gradient; write tensor.data"),
        (lambda t: np.array([1.0]).dot(t), "would lose its gradient"),
    ],
)
def test_what_would_lose_the_gradient_raises_and_says_what_to_write(call, message):
    with pytest.raises(TypeError, match=message):
        call(leaf([1.0, 2.0], name="w"))


def test_numpy_may_ask_for_the_shape_and_have_the_values_of_constants():
    t = leaf(np.ones((2, 3)))
    assert (np.shape(t), np.ndim(t), np.size(t)) == ((2, 3), 2, 6)
    np.testing.assert_array_equal(np.asarray(Tensor([1.0, 2.0])), [1, 2])
    assert np.array(Tensor([1.0]), dtype=np.float32).dtype == np.float32


def test_an_array_on_the_left_records():
    t = leaf([1.0, 2.0])
    y = np.array([3.0, 4.0]) * t
    assert isinstance(y, Tensor)
    assert gradients(y.sum(), [t])[0].tolist() == [3, 4]


def test_a_number_can_be_formatted_and_names_are_text():
    assert f"{leaf(2.5):.3f}" == "2.500"
    assert f"{leaf(2.5)}" == repr(leaf(2.5))
    with pytest.raises(TypeError, match="name is 5; expected text"):
        Tensor(1.0, name=5)
    with pytest.raises(TypeError):
        Tensor(1.0, "w")


def test_an_index_array_changed_later_does_not_change_the_graph():
    t, index = leaf([1.0, 2.0, 3.0]), np.array([0, 0])
    y = t[index].sum()
    index[:] = 2
    assert gradients(y, [t])[0].tolist() == [2, 0, 0]
