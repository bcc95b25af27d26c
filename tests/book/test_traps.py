"""Where the book's program goes wrong or stumbles: what happens here instead."""

import random
import warnings

import numpy as np
import pytest
from helpers.book_oracle import Oracle, columns, cost_of

from autograd_nn.book import network, network2

SIZES = [7, 5, 4]


@pytest.fixture(params=[network, network2], ids=["chapter 1", "chapter 3"])
def net(request):
    np.random.seed(3)  # noqa: NPY002
    return request.param.Network(SIZES)


@pytest.fixture
def data():
    return columns(11, 7, 4)[0]


# --- shapes -----------------------------------------------------------------------------------


def test_an_input_without_a_second_axis_is_refused(net, data):
    x, y = data[0]
    message = r"shape \(7,\); expected a column.*\(7, 1\).*reshape\(-1, 1\)"
    with pytest.raises(ValueError, match="feedforward: .*" + message):
        net.feedforward(x.ravel())
    with pytest.raises(ValueError, match="SGD: x of example 0 has " + message):
        net.SGD([(x.ravel(), y)], 1, 1, 1.0)
    with pytest.raises(ValueError, match="backprop: x of example 0 has " + message):
        net.backprop(x.ravel(), y)
    extra = [0.0, 1] if isinstance(net, network2.Network) else []
    with pytest.raises(ValueError, match="x of example 1 has " + message):
        net.update_mini_batch([(x, y), (x.ravel(), y)], 1.0, *extra)


def test_an_input_of_another_length_is_refused(net, data):
    with pytest.raises(ValueError, match=r"an input of shape \(6, 1\); .*\(7, 1\)"):
        net.feedforward(np.zeros((6, 1)))
    with pytest.raises(ValueError, match=r"x of example 0 has shape \(7, 2\)"):
        net.SGD([(np.zeros((7, 2)), data[0][1])], 1, 1, 1.0)


def test_desired_outputs_without_a_second_axis_are_refused(net, data):
    pairs = [(x, y.ravel()) for x, y in data]
    with pytest.raises(ValueError, match=r"y of example 0 has shape \(4,\).*y\.reshape\(-1, 1\)"):
        net.SGD(pairs, 1, 4, 1.0)


def test_learning_from_labels_is_refused(net):
    with pytest.raises(ValueError, match=r"y of example 0 has shape \(\); .*vectorized_result"):
        net.SGD(columns(11, 7, 4)[1], 1, 4, 1.0)


def test_a_derivative_that_is_no_column_is_refused():
    class Wrong(network.Network):
        def cost_derivative(self, output_activations, y):
            return (output_activations - y).ravel()

    with pytest.raises(ValueError, match=r"cost's derivative has shape \(4,\); .*\(4, 1\)"):
        Wrong(SIZES).SGD(columns(11, 7, 4)[0], 1, 4, 1.0)
    with pytest.raises(ValueError, match=r"cost's derivative has shape \(16,\)"):  # y a vector
        Wrong(SIZES).SGD([(x, y.ravel()) for x, y in columns(11, 7, 4)[0]], 1, 4, 1.0)


def test_a_bias_without_a_second_axis_is_refused(net, data):
    net.biases[1] = net.biases[1].ravel()
    for call in (lambda: net.feedforward(data[0][0]), lambda: net.SGD(data, 1, 4, 1.0)):
        with pytest.raises(ValueError, match=r"net\.biases\[1\] has shape \(4,\); .*\(4, 1\)"):
            call()


def test_weights_that_do_not_fit_each_other_are_refused(net, data):
    net.weights[1] = np.zeros((4, 6))
    with pytest.raises(
        ValueError, match=r"weights\[1\] has shape \(4, 6\);.*the 5 rows of .*\[0\]"
    ):
        net.SGD(data, 1, 4, 1.0)
    net.weights[0] = np.zeros(7)
    with pytest.raises(
        ValueError, match=r"weights\[0\] has shape \(7,\); expected \(n_out, n_in\)"
    ):
        net.feedforward(data[0][0])


def test_nothing_is_learned_from_what_is_refused(net, data):
    before = [p.copy() for p in (*net.weights, *net.biases)]
    pairs = [*data, (np.zeros(7), data[0][1])]
    with pytest.raises(ValueError, match="SGD: x of example 11 has"):
        net.SGD(pairs, 1, 4, 1.0)
    assert all(a is b for a, b in zip(pairs, data, strict=False)), "it was shuffled"
    assert all(map(np.array_equal, before, [*net.weights, *net.biases]))


# --- data of the wrong kind -------------------------------------------------------------------


def test_training_data_cannot_be_evaluated_as_test_data(data):
    with pytest.raises(ValueError, match=r"evaluate: y of example 0 has shape \(4, 1\); .*label"):
        network.Network(SIZES).evaluate(data)
    with pytest.raises(ValueError, match=r"accuracy: y of example 0 .*convert=True"):
        network2.Network(SIZES).accuracy(data)


def test_the_opposite_conventions_of_convert_are_told():
    data, test = columns(11, 7, 4)
    net = network2.Network(SIZES)
    with pytest.raises(ValueError, match=r"accuracy: y of example 0 has shape \(\)"):
        net.accuracy(test, convert=True)
    with pytest.raises(ValueError, match=r"total_cost: y of example 0 has shape \(\)"):
        net.total_cost(test, 0.0)
    with pytest.raises(ValueError, match=r"total_cost: y of example 0 has shape \(4, 1\)"):
        net.total_cost(data, 0.0, convert=True)
    with pytest.raises(
        ValueError, match="total_cost: labels run from 4 to 4; expected 0 to 3; convert=True says"
    ):
        net.total_cost([(test[0][0], 4)], 0.0, convert=True)
    assert net.accuracy(data, convert=True) == net.accuracy(test)
    assert net.total_cost(data, 0.1) == net.total_cost(test, 0.1, convert=True)


@pytest.mark.parametrize("item", [np.zeros((7, 1)), (np.zeros((7, 1)),), 3])
def test_an_example_that_is_no_pair_is_refused(net, data, item):
    with pytest.raises(ValueError, match=r"SGD: example 11 is of type .*; expected \(x, y\)"):
        net.SGD([*data, item], 1, 4, 1.0)


def test_values_that_are_no_real_numbers_are_refused(net, data):
    with pytest.raises(TypeError, match="x of dtype complex128; expected real numbers"):
        net.SGD([(x * 1j, y) for x, y in data], 1, 4, 1.0)


@pytest.mark.parametrize("size", [0, -1, 2.0, True, None])
def test_a_mini_batch_size_that_is_none(net, data, size):
    with pytest.raises(ValueError, match=r"SGD: mini_batch_size=.*; expected an integer, 1"):
        net.SGD(data, 1, size, 1.0)


def test_evaluation_data_are_missed_before_training(capsys):
    net = network2.Network(SIZES)
    before = random.getstate()
    for asked in ("monitor_evaluation_cost", "monitor_evaluation_accuracy"):
        with pytest.raises(ValueError, match="there are none; pass evaluation_data"):
            net.SGD(columns(11, 7, 4)[0], 1, 4, 1.0, **{asked: True})
    assert random.getstate() == before
    assert capsys.readouterr().out == ""


def test_no_data_at_all(net, capsys):
    net.SGD([], 2, 4, 1.0)
    assert capsys.readouterr().out.startswith("Epoch 0")
    if isinstance(net, network2.Network):
        assert net.accuracy([]) == 0
        with pytest.raises(ValueError, match="total_cost: no examples"):
            net.total_cost([], 0.0)
    else:
        assert net.evaluate([]) == 0


def test_an_empty_mini_batch_is_refused(net):
    extra = [0.0, 1] if isinstance(net, network2.Network) else []
    with pytest.raises(ValueError, match="update_mini_batch: no examples; expected one or more"):
        net.update_mini_batch([], 1.0, *extra)


def test_a_mini_batch_larger_than_the_data(net, data):
    net.SGD(data, 1, 100, 1.0)
    assert np.isfinite(net.weights[0]).all()


# --- saturation -------------------------------------------------------------------------------


def saturated(cost=network2.CrossEntropyCost):
    """A neuron whose weighted input is 1,000 times its input."""
    net = network2.Network([1, 1], cost)
    net.weights, net.biases = [np.array([[1000.0]])], [np.zeros((1, 1))]
    return net


def test_the_cost_of_a_saturated_neuron_is_the_true_one():
    x = np.ones((1, 1))
    wrong, right = [(x, np.zeros((1, 1)))], [(x, np.ones((1, 1)))]
    net = saturated()
    assert net.total_cost(wrong, 0.0) == 1000
    assert net.total_cost(right, 0.0) == 0
    assert network2.CrossEntropyCost.fn(net.feedforward(x), wrong[0][1]) == np.finfo(float).max
    assert network2.CrossEntropyCost.fn(net.feedforward(x), right[0][1]) == 0
    assert cost_of("cross_entropy", np.ones((1, 1)), np.zeros((1, 1))) == np.finfo(float).max


def test_it_learns_from_a_saturated_neuron_without_a_warning():
    net, x = saturated(), np.array([[1.0], [-1.0]])
    net.update_mini_batch([(x[:1], np.zeros((1, 1))), (x[1:], np.ones((1, 1)))], 2.0, 0.0, 2)
    np.testing.assert_allclose(net.weights[0], [[998.0]], rtol=1e-15)


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_an_example_that_is_not_finite_is_learned_from_as_in_the_book(bad, net, data, capsys):
    data[4][0][2] = bad
    oracle = Oracle(SIZES, "cross_entropy" if isinstance(net, network2.Network) else "quadratic")
    oracle.w, oracle.b = [w.copy() for w in net.weights], [b.copy() for b in net.biases]
    with np.errstate(invalid="ignore"):
        gradients = [oracle.example(x, y)[1] for x, y in data]
        net.SGD(data, 1, 11, 1.0)
        found = [
            w - sum(g) / 11 for w, g in zip(oracle.w, zip(*gradients, strict=True), strict=True)
        ]
    assert "Epoch 0" in capsys.readouterr().out
    for ours, theirs in zip(net.weights, found, strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-12)
    assert np.isnan(net.weights[0]).any()


def test_weights_that_explode_are_printed_as_in_the_book(capsys):
    data, test = columns(100, 7, 4)
    np.random.seed(0)  # noqa: NPY002
    net = network2.Network([7, 4])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # 1 - ηλ/n = -9: NumPy warns, as there
        net.SGD(data, 40, 10, 10.0, 100.0, test, monitor_evaluation_accuracy=True)
    assert capsys.readouterr().out.count("training complete") == 40
    assert not np.isfinite(net.weights[0]).all()
