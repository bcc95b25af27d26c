"""watch_nonfinite: the first NaN or infinity is named, where it was made and from what."""

import numpy as np
import pytest

from autograd_nn import Network, Plan, Tensor, gradients, no_grad, ops, watch_nonfinite

pytestmark = pytest.mark.filterwarnings(
    "ignore::RuntimeWarning"
)  # NumPy says it too, but not where


@pytest.fixture
def x():
    return Tensor([[1.0, -2.0], [4.0, 1e200]], requires_grad=True, name="x")


@pytest.mark.parametrize(
    ("made", "told"),
    [
        (lambda x: ops.log(x), r"log: the result is nan at \[0, 1\], where x is -2.0"),
        (
            lambda x: x * [1e200, 1e150],
            r"mul: the result is inf at \[1, 1\], where x is 1e\+200 and argument 1 is 1e\+150",
        ),
        (
            lambda x: x / 0,
            r"div: the result is inf at \[0, 0\], where x is 1.0 and argument 1 is 0 ",
        ),
        (
            lambda x: x @ np.full((2, 1), 1e150),
            r"matmul: .* inf at \[1, 0\], where x goes from 4.0 to 1e\+200 and argument 1 is 1e\+150",
        ),
        (
            lambda x: x + np.array([np.nan, 0]),
            r"add: the result is nan at \[0, 0\], where x is 1.0 and argument 1 is nan",
        ),
        (
            lambda x: ops.square(x).sum(axis=0),
            r"square: the result is inf at \[1, 1\], where x is 1e\+200",
        ),
        (
            lambda x: ops.mean(ops.exp(x[0] * 1e4)),
            r"exp: .* where a result of mul \(2,\) is 10000.0",
        ),
    ],
)
def test_the_first_result_that_is_no_number_is_named(x, made, told):
    made(x)  # nobody watches
    with watch_nonfinite(), pytest.raises(ValueError, match=told + r".*test_nonfinite\.py:\d+\)"):
        made(x)
    made(x)


def test_a_rule_that_gives_infinity_is_named():
    x = Tensor([4.0, 0.0], requires_grad=True, name="x")
    with watch_nonfinite():
        y = ops.sqrt(x).sum()
        told = (
            r"sqrt: the rule for argument 0 gave inf at \[1\], where x is 0.0 and the gradient of"
        )
        with pytest.raises(ValueError, match=told + " the result is 1.0"):
            y.backward()
        with pytest.raises(ValueError, match=r"div: the result is inf at \[1\]") as raised:
            gradients(y, [x], create_graph=True)
    assert "rule of sqrt" in raised.value.__notes__[0]
    assert x.grad is None
    y.backward()
    assert x.grad.tolist() == [0.25, np.inf]


def test_finite_numbers_pass_and_are_the_same():
    x = Tensor(np.linspace(-3, 3, 7), requires_grad=True)
    with watch_nonfinite():
        y = ops.sigmoid(x).sum()
        (g,) = gradients(y, [x])
        assert (x < 0).tolist() == [True] * 3 + [False] * 4
        assert ops.sum(Tensor(np.zeros((0, 2)))).data == 0
    assert np.array_equal(g, gradients(ops.sigmoid(x).sum(), [x])[0])


def test_it_watches_without_recording_too(x):
    with watch_nonfinite(), no_grad(), pytest.raises(ValueError, match="log: the result is nan"):
        ops.log(x)
    with no_grad(), watch_nonfinite(), pytest.raises(ValueError, match="log: the result is nan"):
        ops.log(x)


def test_a_plan_is_watched_while_it_is_made(x):
    with watch_nonfinite(), pytest.raises(ValueError, match="log: the result is nan"):
        Plan(lambda: ops.log(x).sum(), wrt=[x])


def test_training_that_diverges_says_which_op_it_was():
    data = np.array([[1e200, 1.0], [0.5, 2.0]]), np.array([[1.0], [0.0]])
    net = Network([2, 1], output="linear", rng=0)
    with watch_nonfinite(), pytest.raises(ValueError, match="square: the result is inf at"):
        net.fit(data, epochs=3, batch_size=2, learning_rate=1.0, plan=False)
