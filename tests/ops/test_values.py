"""Values, stability, kinks and messages of single ops."""

import decimal
import math
import runpy
import warnings
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from autograd_nn import Tensor, gradients, ops

ROOT = Path(__file__).parents[2]

finite = st.floats(-1e3, 1e3)


def gradient(f, x):
    t = Tensor(x, requires_grad=True)
    return gradients(f(t).sum(), [t])[0]


# --- stability, silently ------------------------------------------------------------------------


@pytest.mark.parametrize("x", [1e308, 1000.0, 800.0, 40.0, 0.0, -40.0, -800.0, -1000.0, -1e308])
def test_sigmoid_is_right_and_silent_for_arguments_of_any_size(x):
    with warnings.catch_warnings(), np.errstate(all="raise"):
        warnings.simplefilter("error")
        y = float(ops.sigmoid(Tensor(x)))
    decimal.getcontext().prec = 50
    exact = float(1 / (1 + decimal.Decimal(-x).exp())) if abs(x) < 1e3 else float(x > 0)
    assert y == pytest.approx(exact, rel=4e-16, abs=1e-310)


def test_sigmoid_of_a_far_negative_number_is_exactly_zero_and_its_gradient_too():
    assert float(ops.sigmoid(Tensor(-800.0))) == 0.0
    assert gradient(ops.sigmoid, [-800.0, 800.0]).tolist() == [0.0, 0.0]


def test_softmax_of_huge_numbers_is_finite_and_silent():
    x = np.array([1e4, 0.0, -1e4])
    with np.errstate(all="raise"):
        assert ops.softmax(x).tolist() == [1.0, 0.0, 0.0]
        assert ops.log_softmax(x).tolist() == [0.0, -1e4, -2e4]
        assert float(ops.logsumexp(x)) == 1e4


@pytest.mark.parametrize(
    ("z", "y", "cost", "slope"),
    [(40.0, 0.0, 40.0, 1.0), (-40.0, 1.0, 40.0, -1.0), (1000.0, 0.0, 1000.0, 1.0),
     (-1000.0, 0.0, 0.0, 0.0), (1000.0, 1.0, 0.0, 0.0), (0.0, 0.5, np.log(2), 0.0)],
)  # fmt: skip
def test_sigmoid_cross_entropy_is_exact_where_the_sigmoid_saturates(z, y, cost, slope):
    t = Tensor(z, requires_grad=True)
    with np.errstate(all="raise"):
        c = ops.sigmoid_cross_entropy(t, y)
        c.backward()
    assert float(c) == pytest.approx(cost, abs=1e-15)
    assert float(t.grad) == pytest.approx(slope, abs=1e-15)


def test_softmax_cross_entropy_is_exact_where_softmax_underflows():
    t = Tensor([[1e4, 0.0]], requires_grad=True)
    with np.errstate(all="raise"):
        c = ops.softmax_cross_entropy(t, [1]).sum()
        c.backward()
    assert float(c) == 1e4
    assert t.grad.tolist() == [[1.0, -1.0]]


def test_logsumexp_of_minus_infinities_is_minus_infinity():
    assert float(ops.logsumexp(np.array([-np.inf, -np.inf]))) == -np.inf
    assert float(ops.logsumexp(np.array([-np.inf, 3.0]))) == 3.0


# --- identities ---------------------------------------------------------------------------------


@given(hnp.arrays(float, (3, 4), elements=finite), st.floats(-100, 100))
def test_softmax_does_not_change_when_a_number_is_added(x, c):
    np.testing.assert_allclose(ops.softmax(x + c), ops.softmax(x), atol=1e-12)


@given(hnp.arrays(float, (3, 4), elements=finite))
def test_softmax_logsumexp_and_log_softmax_agree(x):
    np.testing.assert_allclose(
        ops.log_softmax(x), x - ops.logsumexp(x, axis=-1, keepdims=True), atol=1e-11
    )
    np.testing.assert_allclose(ops.softmax(x), np.exp(ops.log_softmax(x)), atol=1e-15)
    np.testing.assert_allclose(ops.softmax(x).sum(-1), 1, atol=1e-15)


@given(
    hnp.arrays(float, 5, elements=st.floats(-15, 15)),
    hnp.arrays(float, 5, elements=st.floats(0, 1)),
)
def test_fused_cross_entropy_equals_the_composed_one(z, y):
    a = ops.sigmoid(z)
    with np.errstate(divide="ignore"):
        composed = -(y * np.log(a) + (1 - y) * np.log1p(-a))
    ordinary = (a > 0) & (a < 1)
    np.testing.assert_allclose(
        ops.sigmoid_cross_entropy(z, y)[ordinary], composed[ordinary], rtol=1e-9, atol=1e-12
    )


@given(hnp.arrays(float, hnp.array_shapes(min_dims=0, max_dims=3, min_side=0), elements=finite))
def test_sigmoid_of_the_negative_is_the_rest_to_one(x):
    np.testing.assert_allclose(ops.sigmoid(x) + ops.sigmoid(-x), 1, atol=3e-16)


@given(hnp.mutually_broadcastable_shapes(num_shapes=2, max_dims=3, min_side=0))
def test_sum_to_is_the_transpose_of_broadcast_to(shapes):
    small, full = shapes.input_shapes[0], shapes.result_shape
    rng = np.random.default_rng(0)
    x, g = rng.standard_normal(small), rng.standard_normal(full)
    forth = np.sum(ops.broadcast_to(x, shape=full) * g)
    back = np.sum(x * ops.sum_to(g, shape=small))
    assert forth == pytest.approx(back, abs=1e-12)


@given(st.data())
def test_scatter_add_is_the_transpose_of_getitem_for_any_index(data):
    shape = data.draw(hnp.array_shapes(max_dims=3, max_side=4))
    index = data.draw(
        hnp.basic_indices(shape, allow_newaxis=True)
        | hnp.integer_array_indices(shape)
        | hnp.arrays(bool, shape)
    )
    rng = np.random.default_rng(0)
    x = rng.standard_normal(shape)
    g = rng.standard_normal(np.shape(x[index]))
    forth = np.sum(ops.getitem(x, index=index) * g)
    back = np.sum(x * ops.scatter_add(g, index=index, shape=shape))
    assert forth == pytest.approx(back, abs=1e-12)


@given(st.integers(0, 4), st.integers(0, 4), st.integers(0, 4), st.data())
def test_matmul_gradients_are_the_matrix_formulas(m, k, n, data):
    rng = np.random.default_rng(m + 10 * k + 100 * n)
    a, b, g = (rng.standard_normal(s) for s in ((m, k), (k, n), (m, n)))
    ta, tb = Tensor(a, requires_grad=True), Tensor(b, requires_grad=True)
    ga, gb = gradients(ta @ tb, [ta, tb], seed=g)
    np.testing.assert_allclose(ga, g @ b.T, atol=1e-14)
    np.testing.assert_allclose(gb, a.T @ g, atol=1e-14)


# --- kinks and ties: what the docstrings say ----------------------------------------------------


def test_equal_arguments_of_maximum_and_minimum_share_the_gradient():
    for op in (ops.maximum, ops.minimum):
        a, b = Tensor([1.0, 2.0], requires_grad=True), Tensor([1.0, 5.0], requires_grad=True)
        ga, gb = gradients(op(a, b).sum(), [a, b])
        assert ga[0] == gb[0] == 0.5
        assert ga[1] + gb[1] == 1


def test_equal_largest_elements_share_the_gradient_of_max():
    assert gradient(ops.max, [3.0, 1.0, 3.0, 3.0]) == pytest.approx([1 / 3, 0, 1 / 3, 1 / 3])


def test_slopes_at_kinks_are_zero():
    assert gradient(ops.relu, [0.0, -0.0]).tolist() == [0.0, 0.0]
    assert gradient(ops.abs, [0.0]).tolist() == [0.0]
    assert gradient(ops.sign, [0.0, 2.0]).tolist() == [0.0, 0.0]


def test_power_makes_no_nan_of_zeros():
    with np.errstate(all="raise"):
        assert gradient(lambda x: x**0, [0.0, 2.0]).tolist() == [0.0, 0.0]
        assert gradient(lambda x: x**1, [0.0]).tolist() == [1.0]
        assert gradient(lambda x: x**2, [0.0]).tolist() == [0.0]
        assert gradient(lambda x: x ** np.array([0.0]), [0.0]).tolist() == [0.0]
        assert gradient(lambda b: ops.power(0.0, b), [2.0]).tolist() == [0.0]


def test_a_negative_base_with_an_integer_exponent_never_asks_for_its_logarithm():
    with np.errstate(all="raise"):
        assert gradient(lambda x: x**3, [-2.0]).tolist() == [12.0]
        assert gradient(lambda x: ops.power(x, np.array(3.0)), [-2.0]).tolist() == [12.0]


def test_where_lets_no_gradient_through_the_branch_not_taken():
    x = Tensor([4.0, 9.0], requires_grad=True)
    y = ops.where(np.array([True, False]), ops.sqrt(x), x * 0)
    assert gradients(y.sum(), [x])[0].tolist() == [0.25, 0.0]


def test_repeated_indices_add_up():
    x = Tensor([1.0, 2.0], requires_grad=True)
    assert gradients(x[[0, 0, 1, 0]].sum(), [x])[0].tolist() == [3.0, 1.0]


def test_python_numbers_do_not_promote_float32():
    x = Tensor(np.ones(2, np.float32), requires_grad=True)
    for y in (x + 1.5, 2 * x, x / 3, 1 - x, x**2, x**3, 2.0**x, x - 1, ops.maximum(x, 0.5)):
        assert y.dtype == np.float32


# --- messages -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: ops.matmul(np.ones((10, 784)), np.ones((30, 784))),
         r"matmul: \(10, 784\) @ \(30, 784\): inner sizes 784 and 30 differ; transpose the second"),
        (lambda: ops.matmul(np.ones((784, 10)), np.ones((784, 30))), "transpose the first"),
        (lambda: ops.matmul(np.ones(3), np.ones(4)), "inner sizes 3 and 4 differ"),
        (lambda: ops.matmul(np.ones(()), np.ones(4)), "multiplied by"),
        (lambda: ops.matmul(np.ones((2, 3, 4)), np.ones((3, 4, 2))), "stacks of matrices"),
        (lambda: ops.add(np.ones((3, 2)), np.ones(5)), r"add: \(3, 2\) and \(5,\): sizes 2 and 5"),
        (lambda: ops.reshape(np.ones((3, 4)), shape=(5, 2)), r"\(3, 4\) has not as many elements"),
        (lambda: ops.mean(np.ones((0, 3)), axis=0), "nothing to take the mean of"),
        (lambda: ops.max(np.ones(0)), "max: got"),
        (lambda: ops.concatenate(), "got nothing"),
        (lambda: ops.sum_to(np.ones((3, 4)), shape=(5,)), r"sum_to: .*\(3, 4\) .*\(5,\)"),
        (lambda: ops.softmax_cross_entropy(np.ones((2, 3)), [0, 3]), "labels run from 0 to 3.*0 to 2"),
        (lambda: ops.softmax_cross_entropy(np.ones((2, 3)), [0, -1]), "labels run from -1"),
        (lambda: ops.softmax_cross_entropy(np.ones((2, 3)), [0, 1, 2]), "one integer label for each"),
        (lambda: ops.transpose(np.ones((2, 3)), axes=(0, 0)), r"transpose: got \(2, 3\)"),
    ],
)  # fmt: skip
def test_a_value_error_names_the_op_what_arrived_and_what_to_do(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_the_same_messages_come_for_tensors():
    with pytest.raises(ValueError, match="transpose the second"):
        Tensor(np.ones((10, 784))) @ Tensor(np.ones((30, 784)))
    with pytest.raises(IndexError, match=r"getitem: index 7 does not fit an array of shape \(3,\)"):
        Tensor(np.ones(3))[7]
    with pytest.raises(TypeError, match=r"softmax_cross_entropy: "):
        ops.softmax_cross_entropy(Tensor(np.ones((1, 2))), np.array([0.0]))


@pytest.mark.parametrize("other", [1j, np.array([1j]), "a", None, object()])
def test_arguments_that_are_no_real_numbers_are_refused(other):
    with pytest.raises(TypeError, match=r"mul: got .*expected real numbers"):
        Tensor(np.ones(1)) * other


def test_a_masked_array_is_refused_rather_than_stripped_of_its_mask():
    with pytest.raises(TypeError, match="mask would be lost"):
        Tensor(np.ones(2)) + np.ma.masked_array([1.0, 2.0], mask=[True, False])


def test_concatenate_takes_a_list_as_numpy_does():
    a, b = Tensor([1.0], requires_grad=True), Tensor([2.0, 3.0], requires_grad=True)
    joined = ops.concatenate([a, b])
    np.testing.assert_array_equal(joined.data, [1, 2, 3])
    ga, gb = gradients(joined * np.array([5.0, 6.0, 7.0]), [a, b], seed=np.ones(3))
    assert (ga.tolist(), gb.tolist()) == ([5.0], [6.0, 7.0])


def test_the_page_lists_every_op_with_its_rules_and_is_up_to_date():
    made = runpy.run_path(str(ROOT / "docs" / "make_operations.py"))
    text = made["page"]()
    for op in ops.ALL:
        assert f"### `{op.name}`" in text
        if op.rule(0) is not None:
            entry = text.split(f"### `{op.name}`")[1].split("###")[0]
            assert "```python" in entry or op.name in ("triu", "tril"), op.name
    assert made["PAGE"].read_text(encoding="utf-8") == text, "run python docs/make_operations.py"


@pytest.mark.parametrize("dtype", [np.uint8, np.int8, np.int64, bool])
@pytest.mark.parametrize(
    "op", [ops.sigmoid, ops.softmax, ops.log_softmax, ops.softplus, ops.log_sigmoid, ops.silu,
           lambda z: ops.sigmoid_cross_entropy(z, 0.5)]
)  # fmt: skip
def test_integers_and_booleans_are_computed_with_as_numbers(op, dtype):
    x = np.array([1, 0, 1], dtype)
    np.testing.assert_array_equal(op(x), op(x.astype(float)))


@pytest.mark.parametrize("op", [ops.sum, ops.max, ops.min, ops.prod])
def test_a_number_reduced_over_axis_0_is_itself_as_in_numpy(op):
    t = Tensor(3.0, requires_grad=True)
    y = op(t, axis=0)
    assert y.shape == ()
    y.backward()
    assert float(t.grad) == 1


def test_concatenate_does_not_flatten():
    with pytest.raises(ValueError, match="axis=None would flatten"):
        ops.concatenate([np.ones(2), np.ones(2)], axis=None)


@pytest.mark.parametrize(
    "f", [ops.relu, ops.abs, lambda x: ops.maximum(x, 0.0), lambda x: ops.clip(x, low=0.0)]
)
@pytest.mark.filterwarnings("ignore:divide by zero")
def test_infinity_times_a_mask_makes_no_nan(f):
    assert not np.isnan(gradient(lambda x: ops.sqrt(f(x)), [-1.0, 0.0, 4.0])[[0, 2]]).any()


def test_clip_without_bounds_is_the_identity():
    assert ops.clip(np.array([-2.0, 3.0])).tolist() == [-2, 3]
    assert gradient(ops.clip, [-2.0, 3.0]).tolist() == [1, 1]


def test_an_infinite_factor_does_not_spoil_the_gradients_of_a_product():
    assert gradient(ops.prod, [np.inf, 2.0, 3.0]).tolist() == [6, np.inf, np.inf]


def test_far_below_zero_nothing_of_gelu_and_erfc_is_lost():
    """Φ(-x) = e^(-x²/2)/(x√2π) · (1 - 1/x² + 3/x⁴ - 15/x⁶ …): the asymptotic series."""
    x = 12.0
    series = 1 - 1 / x**2 + 3 / x**4 - 15 / x**6 + 105 / x**8 - 945 / x**10
    phi = math.exp(-x * x / 2) / (x * math.sqrt(2 * math.pi)) * series
    assert float(ops.gelu(np.array(-x))) == pytest.approx(-x * phi, rel=1e-6)
    assert float(ops.erfc(np.array(x / math.sqrt(2)))) == pytest.approx(2 * phi, rel=1e-6)
