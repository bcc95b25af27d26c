"""Output layers with the costs that belong to them, and single neurons of another kind.

The oracles are the book's formulas for one example, written with ``math``; finite differences; and
BP1 to BP4, which know nothing of the graph.
"""

import math
import pickle

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograd_nn import Network, ops
from autograd_nn.data import load_digits
from autograd_nn.gradient_check import numeric_gradient
from autograd_nn.models import Dropout, backprop, bp1, bp1_softmax, bp_report

PAIRS = [
    ("sigmoid", "quadratic"),
    ("sigmoid", "cross_entropy"),
    ("softmax", "log_likelihood"),
    ("softmax", "quadratic"),
    ("linear", "quadratic"),
    ("tanh", "quadratic"),
    ("tanh", "cross_entropy"),
]
NO_SLOPE = [  # δᴸ = aᴸ - y: equations (66), (84), (68), and tanh as a rescaled sigmoid
    ("sigmoid", "cross_entropy"),
    ("softmax", "log_likelihood"),
    ("linear", "quadratic"),
    ("tanh", "cross_entropy"),
]
every_pair = pytest.mark.parametrize(("output", "cost"), PAIRS)
TINY, LARGE = 1e-13, 1e-3


def output_by_hand(output, z):
    if output == "softmax":
        powers = [math.exp(zj) for zj in z]
        return [p / sum(powers) for p in powers]
    f = {"sigmoid": lambda v: 1 / (1 + math.exp(-v)), "linear": float, "tanh": math.tanh}[output]
    return [f(zj) for zj in z]


def cost_by_hand(output, cost, a, y):
    if cost == "quadratic":
        return sum((yj - aj) ** 2 for aj, yj in zip(a, y, strict=True)) / 2
    if cost == "log_likelihood":
        return -sum(yj * math.log(aj) for aj, yj in zip(a, y, strict=True))
    if output == "tanh":
        a, y = [(1 + aj) / 2 for aj in a], [(1 + yj) / 2 for yj in y]
    return -sum(
        yj * math.log(aj) + (1 - yj) * math.log(1 - aj) for aj, yj in zip(a, y, strict=True)
    )


def example(output, cost, sizes=(2, 3, 4), m=5, seed=11, **others):
    rng = np.random.default_rng(seed)
    network = Network(sizes, output=output, cost=cost, initializer="large", rng=rng, **others)
    x, y = rng.standard_normal((m, sizes[0])), rng.uniform(0.1, 0.9, (m, sizes[-1]))
    if cost == "log_likelihood":
        y /= y.sum(axis=1, keepdims=True)
    return network, x, y


@every_pair
def test_outputs_and_cost_are_the_formulas_for_one_example(output, cost):
    network, x, y = example(output, cost)
    w2, b2, w3, b3 = (p.data for p in network.parameters)
    costs = []
    for row, target in zip(x, y, strict=True):
        hidden = [1 / (1 + math.exp(-v)) for v in w2 @ row + b2]
        a = output_by_hand(output, w3 @ hidden + b3)
        np.testing.assert_allclose(network.feedforward(row), a, rtol=1e-13)
        costs.append(cost_by_hand(output, cost, a, target))
    mean = sum(costs) / len(costs)
    assert network.mean_cost(x, y) == pytest.approx(mean, rel=1e-12)
    assert float(network.record(x, y).cost) == pytest.approx(mean, rel=1e-12)
    assert float(network.record(x, y, fused=True).cost) == pytest.approx(mean, rel=1e-12)
    assert float(network.training_cost(x, y)) == network.mean_cost(x, y)


@every_pair
@pytest.mark.parametrize("fused", [False, True])
def test_gradients_are_those_of_finite_differences(output, cost, fused):
    network, x, y = example(output, cost)
    run = network.record(x, y, fused=fused)
    run.cost.backward()
    for p in network.parameters:
        np.testing.assert_allclose(p.grad, numeric_gradient(run.cost, p), rtol=1e-6, atol=1e-9)
        assert np.abs(p.grad).max() > LARGE


@every_pair
@pytest.mark.parametrize("sizes", [(2, 3, 4), (3, 4, 3, 2), (4, 3)], ids=str)
@pytest.mark.parametrize("activation", ["sigmoid", "tanh", "relu", "linear"])
def test_the_graph_and_the_equations_agree(output, cost, sizes, activation):
    network, x, y = example(output, cost, sizes, activation=activation)
    for w in network.weights:
        w.data *= 0.5  # the composed cost loses digits where outputs saturate
    for row in bp_report(network, x, y).rows:
        assert row.residual < TINY
        assert row.largest > 1e-5, "both sides small: agreeing would mean nothing"


@given(
    pair=st.sampled_from(PAIRS),
    hidden=st.lists(st.integers(1, 4), max_size=3),
    outputs=st.integers(2, 4),
    activation=st.sampled_from(["sigmoid", "tanh", "relu", "linear"]),
    dropout=st.sampled_from([None, 0.5, Dropout(0.4, inverted=True)]),
    data=st.data(),
)
def test_the_graph_and_the_equations_agree_for_any_network(
    pair, hidden, outputs, activation, dropout, data
):
    sizes = (2, *hidden, outputs)
    places = [(i, j) for i, n in enumerate(sizes[1:-1], start=2) for j in range(n)]
    swapped = {}
    if places:
        functions = st.sampled_from(["sigmoid", "tanh", "relu", "linear"])
        swapped = data.draw(st.dictionaries(st.sampled_from(places), functions, max_size=3))
    network, x, y = example(
        *pair, sizes, m=3, seed=data.draw(st.integers(0, 2**32 - 1)), activation=activation,
        dropout=dropout, swapped=swapped,
    )  # fmt: skip
    for w in network.weights:
        w.data *= 0.3
    masks = None
    if network.dropout is not None and data.draw(st.booleans()):
        masks = [network.dropout.mask(n, np.random.default_rng(0)) for n in hidden]
    for row in bp_report(network, x, y, masks).rows:
        assert row.by_equation.shape == row.by_graph.shape
        assert row.residual <= 1e-12 * max(1, row.largest)


@pytest.mark.parametrize(("output", "cost"), NO_SLOPE)
def test_the_error_of_the_output_layer_is_a_minus_y_where_the_book_says_so(output, cost):
    network, x, y = example(output, cost)
    run = network.record(x, y, fused=True)
    run.cost.backward()
    expected = network.feedforward(x) - y
    np.testing.assert_allclose(len(x) * run.z[3].grad, expected, rtol=1e-12, atol=1e-15)
    np.testing.assert_allclose(backprop(network, x, y).delta[3], expected, rtol=1e-12, atol=1e-15)


@pytest.mark.parametrize(("output", "cost"), sorted(set(PAIRS) - set(NO_SLOPE)))
def test_elsewhere_the_slope_of_the_neuron_stays(output, cost):
    network, x, y = example(output, cost)
    found = backprop(network, x, y).delta[3]
    assert np.max(np.abs(found - (network.feedforward(x) - y))) > 0.01


@pytest.mark.parametrize(("output", "cost"), NO_SLOPE)
@pytest.mark.parametrize("z", [300.0, -300.0])
def test_a_saturated_wrong_output_still_learns_at_full_speed(output, cost, z):
    network = Network([1, 2], output=output, cost=cost, zero_biases=True)
    network.weights[0].data = [[z], [-z]]
    wrong = np.array([0.0, 1.0] if z > 0 else [1.0, 0.0])
    y = wrong if output != "tanh" else 2 * wrong - 1
    run = network.record([1.0], y, fused=True)
    run.cost.backward()
    expected = network.feedforward([1.0]) - y
    np.testing.assert_allclose(run.z[2].grad, expected, rtol=1e-12)
    with np.errstate(all="raise", under="ignore"):
        np.testing.assert_allclose(backprop(network, [1.0], y).delta[2][0], expected, rtol=1e-12)
    assert np.isfinite(float(run.cost))
    assert np.abs(expected).max() >= 1


@pytest.mark.parametrize("output", ["softmax", "tanh", "sigmoid"])
def test_the_composed_cost_of_a_saturated_output_says_what_to_do(output):
    cost = "log_likelihood" if output == "softmax" else "cross_entropy"
    network = Network([1, 2], output=output, cost=cost, zero_biases=True)
    network.weights[0].data = [[1000.0], [-1000.0]]
    with pytest.raises(ValueError, match=rf"{cost}: the output \[.\] is saturated.*fused=True"):
        network.record([1.0], [0.0, 1.0])


def test_bp1_for_softmax_is_the_jacobian_times_the_rate(rng):
    z, nabla = rng.standard_normal(4), rng.standard_normal(4)
    a = np.exp(z) / np.exp(z).sum()
    jacobian = np.diag(a) - np.outer(a, a)
    np.testing.assert_allclose(bp1_softmax(nabla, a), jacobian @ nabla, rtol=1e-13, atol=1e-16)
    assert not np.allclose(bp1_softmax(nabla, a), bp1(nabla, a * (1 - a)))


# --- labels and predictions -------------------------------------------------------------------


def test_labels_of_tanh_outputs_are_minus_one_and_one():
    network, x, _ = example("tanh", "quadratic")
    labels = np.array([3, 0, 1, 2, 3])
    targets = 2 * np.eye(4)[labels] - 1
    assert network.mean_cost(x, labels) == network.mean_cost(x, targets)
    assert network.mean_cost(x, labels) != network.mean_cost(x, np.eye(4)[labels])
    assert bp_report(network, x, labels).residual < TINY


@pytest.mark.parametrize(
    ("output", "weight", "expected"),
    [
        ("tanh", 0.1, 1),
        ("tanh", -0.1, 0),
        ("sigmoid", 0.1, 1),
        ("linear", 0.4, 0),
        ("linear", 0.6, 1),
    ],
)
def test_a_single_output_neuron_says_1_above_the_middle_of_its_range(output, weight, expected):
    network = Network([1, 1], output=output, zero_biases=True)
    network.weights[0].data = [[weight]]
    assert network.predict([1.0]) == expected


@every_pair
def test_every_pair_learns_the_digits(output, cost):
    training, test = load_digits().split(1500, rng=0)
    network = Network([64, 20, 10], output=output, cost=cost)
    slow = cost == "quadratic" and output in ("sigmoid", "softmax")
    rate = 3.0 if slow else 0.2 if output == "linear" else 0.5
    network.fit(training.first(1000), epochs=8, batch_size=10, learning_rate=rate)
    assert network.accuracy(test.x, test.labels) > 0.9


@every_pair
def test_networks_of_every_kind_are_pickled(output, cost):
    network, x, _ = example(output, cost)
    again = pickle.loads(pickle.dumps(network))
    assert np.array_equal(again.feedforward(x), network.feedforward(x))


# --- what does not belong together ------------------------------------------------------------


@pytest.mark.parametrize(
    ("output", "cost", "message"),
    [
        ("softmax", "cross_entropy", r"one of log_likelihood, quadratic; what other.*is log_likel"),
        ("sigmoid", "log_likelihood", r"one of quadratic, cross_entropy; .*output='softmax'"),
        ("linear", "cross_entropy", r"with linear outputs; expected one of quadratic$"),
        ("tanh", "log_likelihood", r"with tanh outputs; expected one of quadratic, cross_entropy$"),
        ("sigmoid", None, r"cost=None"),
    ],
)
def test_a_cost_that_does_not_belong_to_the_output_raises_with_those_that_do(output, cost, message):
    with pytest.raises(ValueError, match=message):
        Network([2, 2], output=output, cost=cost)


def test_an_unknown_output_and_a_lonely_softmax_raise():
    with pytest.raises(ValueError, match=r"output='relu'; expected one of sigmoid, softmax"):
        Network([2, 2], output="relu")
    with pytest.raises(ValueError, match=r"softmax.*single output neuron.*always be 1"):
        Network([2, 1], output="softmax")


# --- single neurons (the book's exercise on a modified neuron) --------------------------------


def test_a_swapped_neuron_has_its_own_function_and_the_others_theirs(rng):
    plain = Network([2, 4, 3], rng=3)
    swapped = Network([2, 4, 3], rng=3, swapped={(2, 1): "tanh", (2, 3): "relu", (3, 0): "linear"})
    x = rng.standard_normal((6, 2))
    before, after = plain.activations_of(x), swapped.activations_of(x)
    z = x @ plain.weights[0].data.T + plain.biases[0].data
    assert np.array_equal(after[2][:, [0, 2]], before[2][:, [0, 2]])
    np.testing.assert_allclose(after[2][:, 1], np.tanh(z[:, 1]), rtol=1e-15)
    np.testing.assert_allclose(after[2][:, 3], np.maximum(z[:, 3], 0), rtol=1e-15)
    z3 = after[2] @ plain.weights[1].data.T + plain.biases[1].data
    np.testing.assert_allclose(swapped.feedforward(x)[:, 0], z3[:, 0], rtol=1e-14)


@pytest.mark.parametrize("name", ["tanh", "relu", "linear", "sigmoid"])
@pytest.mark.parametrize("place", [(2, 0), (3, 1), (4, 1)])
def test_backpropagation_through_a_swapped_neuron_needs_only_its_slope(name, place):
    network, x, y = example("sigmoid", "quadratic", (2, 3, 3, 2), swapped={place: name})
    for row in bp_report(network, x, y).rows:
        assert row.residual < TINY
    run = network.record(x, y)
    run.cost.backward()
    for p in network.parameters:
        np.testing.assert_allclose(p.grad, numeric_gradient(run.cost, p), rtol=1e-6, atol=1e-9)


def test_the_equations_notice_when_the_slope_of_a_swapped_neuron_is_forgotten():
    network, x, y = example("sigmoid", "quadratic", (2, 3, 2), swapped={(2, 1): "tanh"})
    right = backprop(network, x, y)
    network.swapped.clear()  # the equations forget it, the graph does not
    assert bp_report(network, x, y).residual > LARGE
    assert not np.allclose(backprop(network, x, y).nabla_w[2], right.nabla_w[2])


def test_a_swapped_hidden_neuron_goes_with_every_cost():
    for output, cost in PAIRS:
        network, x, y = example(output, cost, swapped={(2, 0): "relu"})
        assert bp_report(network, x, y).residual < TINY


@pytest.mark.parametrize(
    ("swapped", "message"),
    [
        ({(1, 0): "tanh"}, r"key \(1, 0\).*layer from 2 to 3"),
        ({(4, 0): "tanh"}, r"key \(4, 0\)"),
        ({(2, 3): "tanh"}, r"key \(2, 3\).*counted from 0"),
        ({(2, -1): "tanh"}, r"key \(2, -1\)"),
        ({2: "tanh"}, r"key 2; expected \(layer, neuron\)"),
        ({(2, 0): "softmax"}, r"swapped\[\(2, 0\)\]='softmax'; expected one of sigmoid, tanh"),
        ({(3, 0): "tanh"}, r"swapped\[\(3, 0\)\] is an output neuron.*cross_entropy"),
    ],
)
def test_a_neuron_that_cannot_be_swapped_raises(swapped, message):
    with pytest.raises(ValueError, match=message):
        Network([2, 3, 2], cost="cross_entropy", swapped=swapped)


# --- initializers -----------------------------------------------------------------------------


@pytest.mark.parametrize("initializer", ["large", "scaled"])
def test_zero_biases_leave_the_weights_as_they_would_be(initializer):
    with_biases = Network([4, 3, 2], initializer=initializer, rng=7)
    without = Network([4, 3, 2], initializer=initializer, rng=7, zero_biases=True)
    for w, v in zip(with_biases.weights, without.weights, strict=True):
        assert np.array_equal(w.data, v.data)
    for b, c in zip(with_biases.biases, without.biases, strict=True):
        assert b.data.any()
        assert not c.data.any()
        assert c.name == b.name


def test_the_repr_tells_what_is_unusual_and_only_that():
    assert "output" not in repr(Network([2, 2]))
    told = repr(Network([2, 2, 2], output="tanh", swapped={(2, 0): "relu"}, dropout=0.5))
    assert "output='tanh'" in told
    assert "(2, 0): 'relu'" in told
    assert "Dropout(rate=0.5" in told


def test_the_rescaled_tanh_is_the_sigmoid():
    z = np.linspace(-20, 20, 101)
    np.testing.assert_allclose((1 + ops.tanh(z / 2)) / 2, ops.sigmoid(z), rtol=0, atol=4e-16)
