"""The backward pass: sums over uses, seeds, second derivatives, and what it refuses."""

import numpy as np
import pytest
from helpers.counting import check_linear
from helpers.leaf import leaf
from hypothesis import given
from hypothesis import strategies as st

from autograd_nn import Op, Tensor, gradients, no_grad, ops
from autograd_nn.engine.backward import topological_order


def test_gradient_of_a_shared_node_is_the_sum_of_its_uses():
    a = leaf(5.0)
    b = a + a
    c = b + b
    c.backward()
    assert float(a.grad) == 4
    assert float(b.grad) == 2


def test_a_diamond_adds_up_both_sides():
    x = leaf(3.0)
    left, right = x * x, 5 * x
    (left * right).backward()
    assert float(x.grad) == 15 * 9  # d 5x³ / dx


def test_the_derivative_of_x_squared_plus_x_is_seven_at_three():
    x = leaf(3.0)
    (x * x + x).backward()
    assert float(x.grad) == 7


def test_eighteen_doublings_take_eighteen_visits_not_a_quarter_of_a_million():
    calls = []
    double = Op("double", np.add, *(lambda g, y, a, b: calls.append(0) or g,) * 2)
    x = y = leaf(1.0)
    for _ in range(18):
        y = double(y, y)
    y.backward()
    assert float(x.grad) == 2**18
    assert len(calls) == 36


def test_two_backward_calls_double_leaves_and_only_leaves():
    a = leaf(2.0)
    b = a * a
    c = b * 3
    c.backward()
    c.backward()
    assert float(a.grad) == 24
    assert float(b.grad) == 3
    assert float(c.grad) == 1
    a.grad = None
    c.backward()
    assert float(a.grad) == 12


def test_gradients_never_alias_each_other_the_seed_or_the_values():
    a, b = leaf(np.ones(3)), leaf(np.ones(3))
    seed = np.ones(3)
    y = a + b
    ga, gb = gradients(y, [a, b], seed=seed)
    y.backward(seed=seed)
    arrays = [ga, gb, seed, a.grad, b.grad, y.grad, a.data, b.data, y.data]
    for i, one in enumerate(arrays):
        for other in arrays[:i]:
            assert not np.shares_memory(one, other)
        assert one.flags.writeable


def test_gradients_with_a_graph_do_not_alias_what_can_be_changed():
    a, b, seed = leaf(np.ones(3)), leaf(np.ones((1, 3))), Tensor(np.ones(3))
    ga, gb = gradients(a + b.reshape(3), [a, b], seed=seed, create_graph=True)
    assert not np.shares_memory(ga.data, gb.data)
    assert not np.shares_memory(ga.data, seed.data)
    ga.data -= 1
    np.testing.assert_array_equal(gb.data, 1)


def test_gradients_is_pure():
    a = leaf(2.0)
    y = a * a
    assert float(gradients(y, [a])[0]) == 4
    assert float(gradients(y, [a])[0]) == 4
    assert a.grad is None
    assert y.grad is None


def test_gradients_of_intermediates_and_of_the_output_itself():
    a = leaf(2.0)
    b = a * a
    c = b * b
    assert [float(g) for g in gradients(c, [a, b, c])] == [32, 8, 1]


def test_a_chain_of_a_hundred_thousand_nodes_works():
    x = y = leaf(1.0)
    for _ in range(100_000):
        y = y + 1.0
    y.backward()
    assert float(x.grad) == 1


def test_the_work_grows_with_the_nodes_and_no_faster():
    def work(length):
        x = y = leaf(1.0)
        for _ in range(length):
            y = y + 1.0
        y.backward()
        gradients(y, [x], create_graph=True)

    check_linear(work)


def test_a_rule_is_called_once_a_node_however_many_paths_lead_there():
    called = []
    double = Op("double", lambda a: 2 * a, lambda g, y, a: called.append(1) or 2 * g)
    x = y = leaf(1.0)
    for _ in range(50):  # 2⁵⁰ paths
        y = double(y) + y
    y.backward()
    assert len(called) == 50
    assert float(x.grad) == 3.0**50


def test_only_what_leads_to_the_wanted_leaves_is_computed():
    asked = []
    spy = Op(
        "spy", np.multiply, lambda g, y, a, b: g * b, lambda g, y, a, b: asked.append(1) or g * a
    )
    a, unwanted = leaf(2.0), leaf(3.0)
    assert float(gradients(spy(a, unwanted), [a])[0]) == 3
    assert asked == []


def test_a_seed_weights_the_output():
    a = leaf([1.0, 2.0])
    assert gradients(a * a, [a], seed=[1.0, 10.0])[0].tolist() == [2, 40]


@given(st.integers(0, 10_000))
def test_backward_is_linear_in_the_seed(n):
    rng = np.random.default_rng(n)
    w = leaf(rng.standard_normal((2, 3)))
    y = ops.softmax(ops.tanh(w @ rng.standard_normal((3, 4))))
    u, v = rng.standard_normal((2, 2, 4))
    one, two, both = (gradients(y, [w], seed=s)[0] for s in (u, v, u - 4 * v))
    np.testing.assert_allclose(both, one - 4 * two, atol=1e-13)
    np.testing.assert_array_equal(gradients(y, [w], seed=0 * u)[0], 0)


# --- higher derivatives -------------------------------------------------------------------------------


def test_derivatives_of_every_order_of_a_power():
    x = y = leaf(2.0)
    y = x**5
    expected = [80, 160, 240, 240, 120]
    for value in expected:
        (y,) = gradients(y, [x], create_graph=True)
        assert float(y) == pytest.approx(value)


def test_second_derivative_of_sigmoid_is_its_formula():
    x = leaf(np.linspace(-3, 3, 7))
    s = ops.sigmoid(x)
    (first,) = gradients(s.sum(), [x], create_graph=True)
    (second,) = gradients(first.sum(), [x])
    y = s.data
    np.testing.assert_allclose(second, y * (1 - y) * (1 - 2 * y), atol=1e-15)


def test_a_vector_times_the_hessian_twice():
    rng = np.random.default_rng(0)
    h = rng.standard_normal((4, 4))
    x = leaf(rng.standard_normal(4))
    v = rng.standard_normal(4)
    (g,) = gradients(0.5 * (x @ h @ x), [x], create_graph=True)
    np.testing.assert_allclose(gradients((g * v).sum(), [x])[0], 0.5 * (h + h.T) @ v, atol=1e-14)


def test_a_seed_that_requires_a_gradient_can_be_differentiated():
    a, v = leaf([1.0, 2.0]), leaf([3.0, 4.0])
    (g,) = gradients(a * a, [a], seed=v, create_graph=True)
    np.testing.assert_array_equal(gradients(g.sum(), [v])[0], [2, 4])


def test_create_graph_records_also_under_no_grad():
    x = leaf(3.0)
    y = x * x
    with no_grad():
        (g,) = gradients(y, [x], create_graph=True)
    assert g.requires_grad


def test_a_gradient_has_its_arguments_dtype():
    w = Tensor(np.ones(2, np.float32), requires_grad=True)
    y = (w * np.ones(2)).sum()
    assert y.dtype == np.float64
    assert gradients(y, [w])[0].dtype == np.float32
    (g,) = gradients(y * y, [w], create_graph=True)
    assert g.dtype == np.float32
    assert gradients(g.sum(), [w])[0].tolist() == [4, 4]


# --- what it refuses ------------------------------------------------------------------------------------


def test_a_leaf_the_output_does_not_depend_on_gets_zeros_and_a_warning_that_names_it():
    a, b = leaf([1.0, 2.0], "a"), leaf([[1.0]], "b1")
    with pytest.warns(UserWarning, match="does not depend on item 1 of wrt, b1"):
        ga, gb = gradients(a.sum(), [a, b])
    assert ga.tolist() == [1, 1]
    assert gb.tolist() == [[0]]


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda x: (x * np.ones((10, 3))).backward(), ValueError,
         r"needs a scalar, got shape \(10, 3\); reduce it"),
        (lambda x: Tensor(1.0).backward(), ValueError, "was not recorded"),
        (lambda x: gradients(x.sum(), x), TypeError, r"write \[tensor\]"),
        (lambda x: gradients(x.sum(), [np.ones(3)]), TypeError, "list of tensors"),
        (lambda x: gradients(3.0, [x]), TypeError, "got float, expected a tensor"),
        (lambda x: gradients(x.sum(), [Tensor(1.0, name="c")]), ValueError, "c, requires no gradient"),
        (lambda x: gradients(x * 1, [x], seed=np.ones(2)), ValueError,
         r"the seed has shape \(2,\); expected the output's \(3,\)"),
    ],
)  # fmt: skip
def test_a_question_without_an_answer_is_refused(call, error, message):
    with pytest.raises(error, match=message):
        call(leaf(np.ones(3)))


def test_a_failing_backward_pass_changes_nothing():
    def broken(g, y, x):
        raise RuntimeError

    a = leaf(2.0)
    b = Op("broken", np.negative, broken)(a)
    c = b * a
    with pytest.raises(RuntimeError):
        c.backward()
    assert a.grad is None
    assert b.grad is None
    assert c.grad is None


def test_topological_order_has_every_node_once_inputs_first():
    a = leaf()
    y = a
    for _ in range(10):
        y = y * y + a
    order = topological_order(y)
    place = {node: i for i, node in enumerate(order)}
    assert len(place) == len(order) == 21
    for node in order:
        assert all(place[x] < place[node] for x in node.inputs)


def test_wrt_may_be_any_iterable():
    x = leaf(3.0)
    assert [float(g) for g in gradients(x * x, (t for t in [x]))] == [6]
    assert gradients(x * x, []) == []


def test_mixed_second_derivatives_of_a_power_with_exponent_zero():
    a, b = leaf(2.0), leaf(0.0)
    for one, other in ((a, b), (b, a)):
        (first,) = gradients(a**b, [one], create_graph=True)
        assert float(gradients(first, [other])[0]) == pytest.approx(0.5)
