"""Dropout: half the hidden neurons are left out in each mini-batch, all send less when it is used."""

import itertools

import numpy as np
import pytest
from helpers.leaf import sigmoid

from autograd_nn import Network
from autograd_nn.gradient_check import numeric_gradient
from autograd_nn.models import Dropout, backprop, bp_report


def example(dropout=0.5, sizes=(3, 4, 6, 2), **others):
    rng = np.random.default_rng(5)
    network = Network(sizes, cost="cross_entropy", dropout=dropout, rng=1, **others)
    return network, rng.standard_normal((5, 3)), rng.uniform(0.1, 0.9, (5, 2))


# --- masks ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rate", "neurons", "kept"),
    [(0.5, 30, 15), (0.5, 5, 3), (0.5, 1, 1), (0.25, 8, 6), (0.9, 10, 1), (0.999, 2, 1), (0, 4, 4)],
)
@pytest.mark.parametrize("inverted", [False, True])
def test_a_mask_leaves_out_the_rate_of_the_neurons_rounded_down(rate, neurons, kept, inverted, rng):
    dropout = Dropout(rate, inverted)
    mask = dropout.mask(neurons, rng)
    assert np.count_nonzero(mask) == kept == dropout.kept(neurons)
    assert set(mask.tolist()) <= {0.0, neurons / kept if inverted else 1.0}
    assert dropout.scale(neurons) == (1.0 if inverted else kept / neurons)


@pytest.mark.parametrize("inverted", [False, True])
def test_every_neuron_is_left_out_as_often_as_any_other_and_the_mean_mask_is_the_scale(inverted):
    dropout, rng = Dropout(0.5, inverted), np.random.default_rng(0)
    masks = np.array([dropout.mask(6, rng) for _ in range(4000)])
    np.testing.assert_allclose(masks.mean(axis=0), dropout.scale(6), rtol=0.06)
    assert len({tuple(m) for m in masks}) == 20  # 6 choose 3


@pytest.mark.parametrize("rate", [1, 1.0, -0.1, 2, np.nan, "half", None, True and 1.5])
def test_a_rate_that_makes_no_sense_raises(rate):
    with pytest.raises(ValueError, match=r"Dropout: rate=.*from 0 up to, but not, 1"):
        Dropout(rate)


def test_a_network_takes_a_rate_or_a_dropout():
    assert Network([1, 2, 1], dropout=0.25).dropout == Dropout(0.25)
    assert Network([1, 2, 1], dropout=Dropout(0.5, inverted=True)).dropout.inverted
    for none in (None, 0, 0.0, Dropout(0)):
        assert Network([1, 2, 1], dropout=none).dropout is None


# --- the network in use -----------------------------------------------------------------------


def test_the_network_in_use_has_the_weights_out_of_its_hidden_neurons_halved():
    network, x, _ = example()
    (w2, w3, w4), (b2, b3, b4) = ([p.data for p in ps] for ps in (network.weights, network.biases))
    a2 = sigmoid(x @ w2.T + b2)
    a3 = sigmoid(a2 @ (w3 / 2).T + b3)
    expected = sigmoid(a3 @ (w4 / 2).T + b4)
    np.testing.assert_allclose(network.feedforward(x), expected, rtol=1e-14)
    np.testing.assert_allclose(network.activations_of(x)[3], a3, rtol=1e-14)


def test_the_inverted_form_needs_no_correction():
    network, x, _ = example(Dropout(0.5, inverted=True))
    plain, _, _ = example(None)
    assert np.array_equal(network.feedforward(x), plain.feedforward(x))


@pytest.mark.parametrize("inverted", [False, True])
def test_the_network_in_use_sends_the_mean_over_all_choices_of_neurons(inverted):
    """Exact for the weighted inputs of the next layer, which are linear in what is sent."""
    network, x, y = example(Dropout(0.5, inverted), sizes=(3, 4, 2))
    masks = [
        np.array([2.0 if inverted else 1.0 if i in kept else 0.0 for i in range(4)])
        * np.isin(np.arange(4), kept)
        for kept in itertools.combinations(range(4), 2)
    ]
    over_masks = np.mean([network.record(x, y, masks=[m]).z[3].data for m in masks], axis=0)
    np.testing.assert_allclose(over_masks, network.record(x, y).z[3].data, rtol=1e-13)


# --- the network that learns ------------------------------------------------------------------


@pytest.mark.parametrize("inverted", [False, True])
@pytest.mark.parametrize("masked", [False, True])
def test_backpropagation_through_the_reduced_and_the_whole_network(inverted, masked):
    network, x, y = example(Dropout(0.5, inverted))
    draw = np.random.default_rng(3)
    masks = [network.dropout.mask(n, draw) for n in (4, 6)] if masked else None
    for row in bp_report(network, x, y, masks).rows:
        assert row.residual < 1e-14
        assert row.largest > 1e-4
    run = network.record(x, y, masks=masks)
    run.cost.backward()
    for p in network.parameters:
        np.testing.assert_allclose(p.grad, numeric_gradient(run.cost, p), rtol=1e-6, atol=1e-9)


def test_neurons_that_are_left_out_learn_nothing():
    network, x, y = example()
    masks = [[1, 0, 1, 0], [1, 1, 1, 0, 0, 0]]
    found = backprop(network, x, y, masks)
    assert not found.nabla_w[2][[1, 3]].any()  # into the neuron
    assert not found.nabla_b[2][[1, 3]].any()
    assert not found.nabla_w[3][:, [1, 3]].any()  # and out of it
    assert found.nabla_w[2][[0, 2]].all()


def reduced_step(network, x, y, masks, rate):
    """A step of the network that is left when the neurons are really taken out, by hand."""
    (w2, w3), (b2, b3) = ([p.data.copy() for p in ps] for ps in (network.weights, network.biases))
    kept = np.flatnonzero(masks[0])
    v2, c2, v3 = w2[kept], b2[kept], w3[:, kept]
    a2 = sigmoid(x @ v2.T + c2)
    a3 = sigmoid(a2 @ v3.T + b3)
    d3 = (a3 - y) / len(x)
    d2 = (d3 @ v3) * a2 * (1 - a2)
    w2[kept] = v2 - rate * d2.T @ x
    b2[kept] = c2 - rate * d2.sum(axis=0)
    w3[:, kept] = v3 - rate * d3.T @ a2
    return [w2, b2, w3, b3 - rate * d3.sum(axis=0)]


@pytest.mark.parametrize("plan", [True, False])
def test_training_is_that_of_the_reduced_network_for_each_mini_batch(plan):
    network, x, y = example(sizes=(3, 6, 2))
    replay = np.random.default_rng(9)
    order = replay.permutation(5)
    other, _, _ = example(sizes=(3, 6, 2))
    for batch in (order[:2], order[2:4], order[4:]):
        masks = [network.dropout.mask(6, replay)]
        for p, new in zip(
            other.parameters, reduced_step(other, x[batch], y[batch], masks, 0.7), strict=True
        ):
            p.data = new
    network.fit((x, y), epochs=1, batch_size=2, learning_rate=0.7, rng=9, plan=plan)
    for p, q in zip(network.parameters, other.parameters, strict=True):
        np.testing.assert_allclose(p.data, q.data, rtol=1e-13, atol=1e-15)


def test_without_dropout_the_order_of_the_examples_is_what_it_was():
    plain, x, y = example(None)
    same, _, _ = example(Dropout(0))
    for network in (plain, same):
        network.fit((x, y), epochs=2, batch_size=2, learning_rate=0.7)
    for p, q in zip(plain.parameters, same.parameters, strict=True):
        assert np.array_equal(p.data, q.data)


def test_a_network_without_hidden_layers_has_nothing_to_leave_out():
    network = Network([2, 2], dropout=0.5)
    other = Network([2, 2])
    for n in (network, other):
        n.fit(([[0.0, 1.0], [1.0, 0.0]], [0, 1]), epochs=3, batch_size=1, learning_rate=1.0)
    assert np.array_equal(network.weights[0].data, other.weights[0].data)


@pytest.mark.parametrize(
    ("masks", "message"),
    [
        ([np.ones(4)], r"masks of shapes \[\(4,\)\]; expected one for each hidden layer"),
        ([np.ones(4), np.ones(5)], r"\[\(4,\), \(6,\)\]"),
        ([np.ones(4), np.full(6, np.nan)], r"masks: element \[0\] is nan"),
    ],
)
def test_masks_that_do_not_fit_raise(masks, message):
    network, x, y = example()
    with pytest.raises(ValueError, match=message):
        network.record(x, y, masks=masks)


def test_masks_of_a_network_without_dropout_raise():
    network, x, y = example(None)
    with pytest.raises(ValueError, match="of a network with dropout"):
        bp_report(network, x, y, [np.ones(4), np.ones(6)])
