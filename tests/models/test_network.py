"""What a network is made of, what it computes, and what it says to arrays that do not fit."""

import copy
import math
import pickle
import re
import sys

import numpy as np
import pytest

from autograd_nn import Network, Tensor, ops
from autograd_nn.models import Recording
from autograd_nn.support.checks import check_finite

ACTIVATIONS = {
    "sigmoid": lambda z: 1 / (1 + math.exp(-z)),
    "tanh": math.tanh,
    "relu": lambda z: max(z, 0.0),
}
COSTS = {
    "quadratic": lambda a, y: sum((yj - aj) ** 2 for aj, yj in zip(a, y, strict=True)) / 2,
    "cross_entropy": lambda a, y: (
        -sum(yj * math.log(aj) + (1 - yj) * math.log(1 - aj) for aj, yj in zip(a, y, strict=True))
    ),
}

every_activation = pytest.mark.parametrize("activation", ACTIVATIONS)
every_cost = pytest.mark.parametrize("cost", COSTS)
every_size = pytest.mark.parametrize("sizes", [[2, 3, 2, 2], [3, 3, 3], [2, 3, 1], [4, 2], [1, 1]])


def inputs_of(network, rng, m=5):
    return rng.standard_normal((m, network.sizes[0]))


def targets_of(network, rng, m=5):
    return rng.uniform(0, 1, (m, network.sizes[-1]))


def gradients_of(run):
    """Every gradient of a recorded pass, by name."""
    for p in (*run.weights.values(), *run.biases.values()):
        p.grad = None
    run.cost.backward()
    return {p.name: p.grad for p in (*run.weights.values(), *run.biases.values())}


def saturated(z, cost="cross_entropy"):
    """One neuron whose weighted input for x = 1 is z."""
    network = Network([1, 1], cost=cost)
    network.weights[0].data = [[z]]
    network.biases[0].data = [0.0]
    return network


# --- what it is made of ---------------------------------------------------------------------------


@every_size
def test_weights_and_biases_have_the_shapes_of_the_book(sizes):
    network = Network(sizes)
    assert [w.shape for w in network.weights] == list(zip(sizes[1:], sizes, strict=False))
    assert [b.shape for b in network.biases] == [(n,) for n in sizes[1:]]


def test_weights_and_biases_are_tensors_named_by_the_layer_they_lead_to():
    network = Network([2, 3, 2, 2])
    assert [w.name for w in network.weights] == ["w2", "w3", "w4"]
    assert [b.name for b in network.biases] == ["b2", "b3", "b4"]
    assert [p.name for p in network.parameters] == ["w2", "b2", "w3", "b3", "w4", "b4"]
    for p in network.parameters:
        assert isinstance(p, Tensor)
        assert p.requires_grad
        assert p.is_leaf
        assert p.grad is None
        assert np.isfinite(p.data).all()


def test_parameters_are_the_weights_and_biases_themselves():
    network = Network([2, 3, 2])
    assert network.parameters[0] is network.weights[0]
    assert network.parameters[3] is network.biases[1]


def test_sizes_may_be_any_sequence_of_integers():
    assert Network((2, 3, 1)).sizes == Network(np.array([2, 3, 1])).sizes == (2, 3, 1)


def test_repr_says_what_the_network_is_made_of():
    text = repr(Network([2, 3, 1], "tanh", "cross_entropy", dtype=np.float32))
    for part in ("[2, 3, 1]", "tanh", "cross_entropy", "float32"):
        assert part in text


def test_the_defaults_are_sigmoid_quadratic_scaled_seed_0_float64():
    network, spelled = Network([2, 3, 1]), Network([2, 3, 1], "sigmoid", "quadratic", "scaled", 0)
    assert repr(network) == repr(spelled)
    assert network.dtype == np.float64
    for p, q in zip(network.parameters, spelled.parameters, strict=True):
        assert np.array_equal(p.data, q.data)


# --- initializers ---------------------------------------------------------------------------------


def test_large_weights_and_biases_are_standard_normal():
    network = Network([400, 300, 200], initializer="large")
    for p in network.parameters:
        n = p.size
        assert abs(p.data.mean()) < 4 / math.sqrt(n)
        assert abs(p.data.var() - 1) < 4 * math.sqrt(2 / n)
        assert abs(np.mean(np.abs(p.data) < 1) - 0.6827) < 4 * 0.4655 / math.sqrt(n)


def test_scaled_weights_have_a_variance_of_one_over_the_number_of_inputs():
    network = Network([400, 300, 200], initializer="scaled")
    for w, inputs in zip(network.weights, (400, 300), strict=True):
        assert abs(w.data.mean()) < 4 / math.sqrt(w.size * inputs)
        assert abs(w.data.var() * inputs - 1) < 4 * math.sqrt(2 / w.size)
    for b in network.biases:
        assert abs(b.data.var() - 1) < 4 * math.sqrt(2 / b.size)


def test_scaled_is_large_with_each_weight_divided_by_the_root_of_its_inputs():
    large, scaled = (Network([9, 4, 2], initializer=name) for name in ("large", "scaled"))
    for w, v, inputs in zip(large.weights, scaled.weights, (9, 4), strict=True):
        np.testing.assert_allclose(v.data * math.sqrt(inputs), w.data, rtol=1e-15)
    for b, c in zip(large.biases, scaled.biases, strict=True):
        assert np.array_equal(b.data, c.data)


def test_a_scaled_neuron_starts_with_a_modest_weighted_input_where_a_large_one_is_saturated():
    x = np.ones(1000)
    spread = {
        name: Network([1000, 500], initializer=name).record(x, 0).z[2].data.std()
        for name in ("scaled", "large")
    }
    assert spread["scaled"] == pytest.approx(math.sqrt(2), rel=0.1)  # N(0, 1) + a bias of N(0, 1)
    assert spread["large"] == pytest.approx(math.sqrt(1001), rel=0.1)


def test_one_seed_gives_one_network_and_another_seed_another():
    one, same, other = Network([3, 2], rng=7), Network([3, 2], rng=7), Network([3, 2], rng=8)
    for p, q, r in zip(one.parameters, same.parameters, other.parameters, strict=True):
        assert np.array_equal(p.data, q.data)
        assert not np.any(p.data == r.data)


def test_a_generator_in_the_place_of_a_seed_moves_on():
    generator = np.random.default_rng(7)
    first, second = Network([3, 2], rng=generator), Network([3, 2], rng=generator)
    assert np.array_equal(first.weights[0].data, Network([3, 2], rng=7).weights[0].data)
    assert not np.any(first.weights[0].data == second.weights[0].data)


# --- feedforward ----------------------------------------------------------------------------------


def neuron_by_neuron(network, x, activation):
    """Equation (2.1) in plain Python: aˡⱼ = σ(Σₖ wˡⱼₖ aˡ⁻¹ₖ + bˡⱼ)."""
    a = [float(xk) for xk in x]
    for number, (w, b) in enumerate(zip(network.weights, network.biases, strict=True), start=2):
        last = number == len(network.sizes)
        sigma = ACTIVATIONS["sigmoid" if last else activation]
        a = [
            sigma(sum(w.data[j, k] * a[k] for k in range(len(a))) + b.data[j])
            for j in range(len(b.data))
        ]
    return a


@every_size
@every_activation
def test_feedforward_is_the_loop_over_neurons(sizes, activation, rng):
    network = Network(sizes, activation, initializer="large", rng=3)
    for x in inputs_of(network, rng):
        np.testing.assert_allclose(
            network.feedforward(x), neuron_by_neuron(network, x, activation), rtol=1e-13
        )


@every_size
@every_activation
def test_a_batch_gives_what_its_examples_give_alone(sizes, activation, rng):
    network = Network(sizes, activation, initializer="large", rng=3)
    x = inputs_of(network, rng)
    outputs = network.feedforward(x)
    assert outputs.shape == (5, sizes[-1])
    for i in range(5):
        assert network.feedforward(x[i]).shape == (sizes[-1],)
        np.testing.assert_allclose(network.feedforward(x[i]), outputs[i], rtol=1e-14)


def test_outputs_are_sigmoid_neurons_whatever_the_hidden_activation():
    for activation in ACTIVATIONS:
        network = Network([1, 1, 1], activation)
        network.weights[1].data = [[0.0]]
        network.biases[1].data = [-2.0]
        assert network.feedforward([5.0])[0] == pytest.approx(1 / (1 + math.exp(2)), rel=1e-15)


def test_feedforward_of_no_examples_is_no_outputs():
    assert Network([2, 3, 2]).feedforward(np.zeros((0, 2))).shape == (0, 2)


def test_feedforward_takes_integers_booleans_and_lists():
    network = Network([2, 3, 2])
    expected = network.feedforward(np.array([[1.0, 0.0]]))
    for x in ([[1, 0]], np.array([[1, 0]], dtype=np.uint8), np.array([[True, False]])):
        assert np.array_equal(network.feedforward(x), expected)


def test_one_feature_makes_a_column_a_batch_of_examples():
    network = Network([1, 2])
    assert network.feedforward(np.zeros((4, 1))).shape == (4, 2)
    assert network.feedforward(np.zeros(1)).shape == (2,)


# --- predict and accuracy -------------------------------------------------------------------------


def pick(outputs):
    """A network of as many outputs as inputs whose outputs are in the order of its inputs."""
    network = Network([outputs, outputs])
    network.weights[0].data = np.eye(outputs)
    network.biases[0].data = np.zeros(outputs)
    return network


def test_the_predicted_label_is_the_neuron_with_the_largest_output():
    network = pick(3)
    assert network.predict([[1, 5, 2], [3, 1, 2], [0, 1, 2]]).tolist() == [1, 0, 2]
    label = network.predict([1, 5, 2])
    assert label == 1
    assert np.shape(label) == ()


def test_a_single_output_neuron_says_1_from_one_half_on():
    labels = pick(1).predict([[-0.1], [0.0], [0.1]])
    assert labels.tolist() == [0, 1, 1]
    assert labels.dtype.kind == "i"
    assert pick(1).predict([-3.0]) == 0


def test_accuracy_is_the_fraction_of_right_labels():
    x = [[1, 5, 2], [3, 1, 2], [0, 1, 2], [9, 0, 0]]
    assert pick(3).accuracy(x, [1, 0, 2, 0]) == 1.0
    assert pick(3).accuracy(x, [1, 0, 0, 1]) == 0.5
    assert pick(3).accuracy(x, [0, 1, 1, 1]) == 0.0
    assert type(pick(3).accuracy(x, [1, 0, 0, 1])) is float


def test_accuracy_of_a_single_output_neuron_counts_zeros_and_ones():
    assert pick(1).accuracy([[-1], [1], [2], [3]], [0, 1, 1, 0]) == 0.75


def test_accuracy_of_a_single_example_is_0_or_1():
    assert pick(3).accuracy([1, 5, 2], 1) == 1.0
    assert pick(3).accuracy([1, 5, 2], 2) == 0.0


@pytest.mark.parametrize(
    ("x", "labels", "message"),
    [
        (np.zeros((4, 3)), [0, 1, 2], r"labels .*shape \(3,\).*expected.*\(4,\)"),
        (np.zeros((4, 3)), np.zeros(4), r"dtype float64.*expected integers"),
        (np.zeros((4, 3)), np.zeros((4, 3), int), r"shape \(4, 3\).*expected.*\(4,\)"),
        (np.zeros((4, 3)), 1, r"shape \(\).*expected.*\(4,\)"),
        (np.zeros(3), [1], r"shape \(1,\).*expected.*\(\)"),
        (np.zeros((0, 3)), np.zeros(0, int), "no examples"),
    ],
    ids=["too few", "floats", "one-hot", "a number", "a list for one", "none"],
)
def test_accuracy_refuses_labels_that_do_not_fit(x, labels, message):
    with pytest.raises(ValueError, match=f"accuracy: .*{message}"):
        pick(3).accuracy(x, labels)


# --- record ---------------------------------------------------------------------------------------


@every_size
@every_activation
@every_cost
@pytest.mark.parametrize("fused", [False, True])
@pytest.mark.parametrize("m", [None, 1, 5])
def test_record_computes_what_feedforward_computes(sizes, activation, cost, fused, m, rng):
    network = Network(sizes, activation, cost, rng=4)
    x, y = inputs_of(network, rng, m or 1), targets_of(network, rng, m or 1)
    x, y = (x, y) if m else (x[0], y[0])
    run = network.record(x, y, fused=fused)
    assert np.array_equal(run.a[len(sizes)].data, network.feedforward(x))
    assert run.cost.shape == ()


def test_record_names_every_node_by_the_book():
    network = Network([2, 3, 2, 2])
    for fused in (False, True):
        run = network.record([0.5, -1.0], [0.0, 1.0], fused=fused)
        assert isinstance(run, Recording)
        assert {n: z.name for n, z in run.z.items()} == {2: "z2", 3: "z3", 4: "z4"}
        assert {n: a.name for n, a in run.a.items()} == {1: "a1", 2: "a2", 3: "a3", 4: "a4"}
        assert {n: w.name for n, w in run.weights.items()} == {2: "w2", 3: "w3", 4: "w4"}
        assert {n: b.name for n, b in run.biases.items()} == {2: "b2", 3: "b3", 4: "b4"}
        assert (run.cost.name, run.y.name) == ("C", "y")


def test_record_keys_the_networks_own_weights_by_the_layer_they_lead_to():
    network = Network([2, 3, 2])
    run = network.record([0.5, -1.0], 1)
    assert run.weights[2] is network.weights[0]
    assert run.biases[3] is network.biases[1]


@every_activation
def test_recorded_weighted_inputs_and_activations_are_those_of_the_equations(activation, rng):
    network = Network([2, 3, 2, 2], activation, rng=4)
    run = network.record(inputs_of(network, rng), targets_of(network, rng))
    for n in (2, 3, 4):
        z = run.a[n - 1].data @ network.weights[n - 2].data.T + network.biases[n - 2].data
        np.testing.assert_allclose(run.z[n].data, z, rtol=1e-14)
        sigma = np.vectorize(ACTIVATIONS["sigmoid" if n == 4 else activation])
        np.testing.assert_allclose(run.a[n].data, sigma(z), rtol=1e-13)


def test_a_later_change_of_the_callers_arrays_does_not_reach_the_record():
    network, x, y = Network([2, 2]), np.array([0.5, -1.0]), np.array([0.0, 1.0])
    run = network.record(x, y)
    x[:], y[:] = 7, 7
    assert run.a[1].data.tolist() == [0.5, -1.0]
    assert run.y.data.tolist() == [0.0, 1.0]


def test_the_fused_cost_does_not_depend_on_the_recorded_output():
    run = Network([2, 3, 2], cost="cross_entropy").record([0.5, -1.0], 1, fused=True)
    run.cost.backward()
    assert run.a[3].grad is None
    assert run.a[2].grad is not None
    np.testing.assert_allclose(run.z[3].grad, run.a[3].data - [0, 1], rtol=1e-14)


# --- the cost -------------------------------------------------------------------------------------


@every_activation
@every_cost
@pytest.mark.parametrize("fused", [False, True])
def test_the_cost_is_the_books_formula(activation, cost, fused, rng):
    network = Network([2, 3, 2], activation, cost, rng=4)
    x, y = inputs_of(network, rng), targets_of(network, rng)
    by_hand = [COSTS[cost](a, t) for a, t in zip(network.feedforward(x), y, strict=True)]
    assert float(network.record(x, y, fused).cost) == pytest.approx(sum(by_hand) / 5, rel=1e-14)
    assert float(network.record(x[0], y[0], fused).cost) == pytest.approx(by_hand[0], rel=1e-14)


@every_size
@every_activation
@every_cost
@pytest.mark.parametrize("fused", [False, True])
def test_cost_and_gradient_of_a_batch_are_the_means_over_its_examples(
    sizes, activation, cost, fused, rng
):
    network = Network(sizes, activation, cost, rng=4)
    x, y = inputs_of(network, rng), targets_of(network, rng)
    whole = network.record(x, y, fused)
    singles = [network.record(x[i], y[i], fused) for i in range(5)]
    assert float(whole.cost) == pytest.approx(np.mean([float(s.cost) for s in singles]), rel=1e-14)
    of_each = [gradients_of(single) for single in singles]
    for name, g in gradients_of(whole).items():
        mean = np.mean([one[name] for one in of_each], axis=0)
        np.testing.assert_allclose(g, mean, rtol=1e-12, atol=1e-16)


@every_size
@every_activation
@every_cost
@pytest.mark.parametrize("m", [None, 1, 5])
def test_the_fused_and_the_composed_cost_agree_in_value_and_gradients(
    sizes, activation, cost, m, rng
):
    network = Network(sizes, activation, cost, rng=4)
    x, y = inputs_of(network, rng, m or 1), targets_of(network, rng, m or 1)
    x, y = (x, y) if m else (x[0], y[0])
    composed, fused = network.record(x, y), network.record(x, y, fused=True)
    assert float(fused.cost) == pytest.approx(float(composed.cost), rel=1e-13)
    expected, found = gradients_of(composed), gradients_of(fused)
    for name, g in expected.items():
        assert np.any(g)
        np.testing.assert_allclose(found[name], g, rtol=1e-12, atol=1e-15)


@every_cost
def test_training_uses_the_fused_cost(cost, rng):
    network = Network([2, 3, 2], cost=cost, rng=4)
    x, y = inputs_of(network, rng), targets_of(network, rng)
    fused = network.record(x, y, fused=True)
    assert float(network.training_cost(x, y)) == float(fused.cost)


@pytest.mark.parametrize(
    ("z", "y", "cost", "gradient"),
    [
        (40.0, 0.0, 40.0, 1.0),
        (40.0, 1.0, math.log1p(math.exp(-40)), 0.0),
        (-40.0, 1.0, 40.0, -1.0),
        (-40.0, 0.0, math.log1p(math.exp(-40)), 0.0),
        (1000.0, 0.0, 1000.0, 1.0),
        (-1000.0, 1.0, 1000.0, -1.0),
        (40.0, 0.25, 30.0, 0.75),
    ],
)
def test_the_fused_cross_entropy_of_a_saturated_neuron_is_finite_and_right(z, y, cost, gradient):
    run = saturated(z).record([1.0], [y], fused=True)
    assert float(run.cost) == pytest.approx(cost, rel=1e-15, abs=1e-30)
    run.cost.backward()
    np.testing.assert_allclose(run.z[2].grad, [gradient], rtol=1e-15, atol=1e-16)
    np.testing.assert_allclose(run.weights[2].grad, [[gradient]], rtol=1e-15, atol=1e-16)
    np.testing.assert_allclose(run.biases[2].grad, [gradient], rtol=1e-15, atol=1e-16)


@pytest.mark.parametrize(("z", "y"), [(40.0, 0.0), (40.0, 1.0), (-1000.0, 1.0)])
def test_the_composed_cross_entropy_of_a_saturated_neuron_says_what_to_do(z, y):
    with pytest.raises(ValueError, match=r"saturated.*infinite.*fused=True"):
        saturated(z).record([1.0], [y])


def test_the_error_of_saturation_names_the_output_that_is_saturated():
    network = Network([1, 2], cost="cross_entropy")
    network.weights[0].data = [[0.0], [1.0]]
    network.biases[0].data = [0.0, 0.0]
    with pytest.raises(ValueError, match=r"\[2, 1\].*exactly 1"):
        network.record([[0.0], [1.0], [50.0]], [0, 0, 0])


def test_the_quadratic_cost_of_a_saturated_neuron_is_one_half_and_its_error_vanishes():
    run = saturated(40.0, "quadratic").record([1.0], [0.0])
    assert float(run.cost) == 0.5
    run.cost.backward()
    assert abs(run.z[2].grad[0]) < 1e-15


def test_the_cross_entropy_is_least_where_the_output_is_the_target():
    # (3.10): for y = 0.3 the minimum is -(0.3 ln 0.3 + 0.7 ln 0.7)
    network = saturated(math.log(0.3 / 0.7))
    run = network.record([1.0], [0.3])
    assert float(run.cost) == pytest.approx(0.6108643, abs=6e-8)
    run.cost.backward()
    assert abs(run.z[2].grad[0]) < 1e-15
    for z in (-0.7, -1.0):
        assert float(saturated(z).record([1.0], [0.3]).cost) > float(run.cost)


# --- targets --------------------------------------------------------------------------------------


@every_cost
@pytest.mark.parametrize("fused", [False, True])
def test_labels_are_targets_with_a_one_at_the_label(cost, fused, rng):
    network = Network([2, 4, 3], cost=cost, rng=4)
    x, labels = inputs_of(network, rng), np.array([2, 0, 1, 1, 2])
    one_hot = np.array([[0, 0, 1], [1, 0, 0], [0, 1, 0], [0, 1, 0], [0, 0, 1]])
    by_targets = network.record(x, one_hot.astype(float), fused)
    for y in (labels, labels.tolist(), labels.astype(np.uint8), one_hot, one_hot.astype(bool)):
        run = network.record(x, y, fused)
        assert np.array_equal(run.y.data, one_hot)
        assert float(run.cost) == float(by_targets.cost)


@pytest.mark.parametrize("label", [2, np.int64(2), np.uint8(2), np.array(2)])
def test_a_bare_integer_labels_a_single_example(label):
    run = Network([2, 3]).record([0.5, -1.0], label)
    assert run.y.data.tolist() == [0, 0, 1]


def test_a_list_of_integers_for_a_single_example_is_its_targets():
    network = Network([2, 3])
    assert network.record([0.5, -1.0], [0, 1, 1]).y.data.tolist() == [0, 1, 1]
    assert Network([2, 1]).record([0.5, -1.0], [1]).y.data.tolist() == [1]


def test_integers_of_the_outputs_shape_are_targets():
    network = Network([2, 1])
    assert network.record([[0.5, -1.0], [1, 1]], [[1], [0]]).y.data.tolist() == [[1], [0]]


@pytest.mark.parametrize(("x", "y"), [([0.5, -1.0], 1), ([[0.5, -1.0], [1, 1]], [0, 1])])
def test_labels_with_a_single_output_neuron_raise(x, y):
    with pytest.raises(ValueError, match=r"single output neuron.*targets of shape"):
        Network([2, 3, 1]).record(x, y)


BATCH = np.zeros((4, 2))


@pytest.mark.parametrize(
    ("x", "y", "message"),
    [
        (BATCH, [0, 1], r"labels of shape \(2,\).*\(4,\)"),
        (BATCH, [0, 1, 2, 3], r"labels run from 0 to 3.*0 to 2.*last layer has 3 neurons"),
        (BATCH, [0, 1, 2, -1], r"labels run from -1 to 2.*0 to 2"),
        (BATCH[0], 3, r"labels run from 3 to 3.*0 to 2"),
        (BATCH, np.zeros(4), r"targets of shape \(4,\).*\(4, 3\)"),
        (BATCH, np.zeros((4, 2)), r"targets of shape \(4, 2\).*\(4, 3\)"),
        (BATCH, np.zeros((3, 3)), r"targets of shape \(3, 3\).*\(4, 3\)"),
        (BATCH, np.zeros((1, 3)), r"targets of shape \(1, 3\).*\(4, 3\)"),
        (BATCH, np.zeros(3), r"targets of shape \(3,\).*\(4, 3\)"),
        (BATCH, 1, r"targets of shape \(\).*\(4, 3\)"),
        (BATCH, np.zeros((4, 3, 1)), r"\(4, 3, 1\).*\(4, 3\).*column.*ravel"),
        (BATCH[0], np.zeros((3, 1)), r"\(3, 1\).*\(3,\).*column.*ravel"),
        (BATCH[0], np.zeros((1, 3)), r"\(1, 3\).*\(3,\)"),
        (BATCH[0], 1.0, r"targets of shape \(\).*\(3,\)"),
        (BATCH[0], True, r"targets of shape \(\).*\(3,\)"),
        (BATCH, [True, False, True, False], r"targets of shape \(4,\).*\(4, 3\)"),
    ],
)
def test_targets_that_do_not_fit_raise_with_what_arrived_and_what_was_expected(x, y, message):
    with pytest.raises(ValueError, match=message):
        Network([2, 3]).record(x, y)


def test_targets_of_another_shape_name_the_output_layer():
    with pytest.raises(ValueError, match=r"output layer: targets"):
        Network([2, 3]).record([0.5, -1.0], [0.0, 1.0])


@pytest.mark.parametrize("y", [["a", "b", "c"], [1j, 0, 0], [None, 0, 0]])
def test_targets_that_are_no_real_numbers_raise(y):
    with pytest.raises(TypeError, match=r"targets of dtype.*expected real numbers"):
        Network([2, 3]).record([0.5, -1.0], y)


# --- inputs ---------------------------------------------------------------------------------------


def every_method(network):
    m = (1, 2)
    return {
        "feedforward": network.feedforward,
        "predict": network.predict,
        "accuracy": lambda x: network.accuracy(x, 0),
        "record": lambda x: network.record(x, np.zeros(m)),
        "fit": lambda x: network.fit((x, np.zeros(m)), epochs=1, batch_size=1, learning_rate=0.1),
    }


@pytest.mark.parametrize("method", every_method(Network([1, 1])))
@pytest.mark.parametrize(
    ("x", "advice"),
    [
        (np.zeros((3, 1)), r"column.*x\.ravel\(\)"),
        (np.zeros((3, 5)), "transpose"),
        (np.zeros((5, 2)), "rows are examples"),
        (np.zeros(4), "rows are examples"),
        (np.zeros(0), "rows are examples"),
        (np.float64(1), "rows are examples"),
        (np.zeros((5, 3, 1)), r"images.*x\.reshape\(-1, 3\)"),
        (np.zeros((2, 5, 3)), "rows are examples"),
    ],
    ids=["column", "transposed", "wrong", "short", "empty", "number", "images", "stack"],
)
def test_inputs_of_another_shape_raise_with_the_layer_both_shapes_and_advice(method, x, advice):
    message = rf"layer 1.*{re.escape(str(x.shape))}.*expected \(3,\).*\(examples, 3\).*{advice}"
    with pytest.raises(ValueError, match=message):
        every_method(Network([3, 2]))[method](x)


@pytest.mark.parametrize("method", every_method(Network([1, 1])))
@pytest.mark.parametrize("x", [["a", "b", "c"], [1j, 0, 0], [None, 0, 0]])
def test_inputs_that_are_no_real_numbers_raise(method, x):
    with pytest.raises(TypeError, match=r"layer 1.*dtype.*expected real numbers"):
        every_method(Network([3, 2]))[method](x)


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("fused", [False, True])
def test_record_refuses_what_is_not_finite_and_says_where(bad, fused):
    network = Network([2, 2])
    with pytest.raises(ValueError, match=rf"record: x.*\[1, 0\] is {bad}.*finite"):
        network.record([[0, 0], [bad, 0]], [0, 1], fused)
    with pytest.raises(ValueError, match=rf"record: y.*\[1\] is {bad}.*finite"):
        network.record([0, 0], [0.5, bad], fused)


@pytest.mark.parametrize(
    ("x", "y", "what"),
    [
        ([[0, 0], [np.nan, 0]], [0, 1], r"fit: x.*\[1, 0\] is nan"),
        ([[0, 0], [0, 0]], [[0, 1], [0, np.inf]], r"fit: y.*\[1, 1\] is inf"),
    ],
)
def test_fit_refuses_what_is_not_finite_and_leaves_the_network_as_it_was(x, y, what):
    network = Network([2, 2])
    before = [p.data.copy() for p in network.parameters]
    with pytest.raises(ValueError, match=what):
        network.fit((x, y), epochs=1, batch_size=1, learning_rate=0.1)
    for p, old in zip(network.parameters, before, strict=True):
        assert np.array_equal(p.data, old)


# --- the dtype ------------------------------------------------------------------------------------


@every_activation
@every_cost
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("given", [np.float32, np.float64, np.int64])
def test_everything_a_network_computes_has_its_own_dtype(activation, cost, dtype, given):
    network = Network([2, 3, 2], activation, cost, dtype=dtype)
    x, y = np.array([[1, 2], [0, 1]], given), np.array([[0, 1], [1, 0]], given)
    assert network.feedforward(x).dtype == dtype
    for fused in (False, True):
        run = network.record(x, y, fused)
        run.cost.backward()
        nodes = [run.cost, run.y, *run.z.values(), *run.a.values(), *network.parameters]
        assert {n.dtype for n in nodes} == {np.dtype(dtype)}
        gradients = [n.grad for n in (*run.z.values(), *network.parameters)]
        assert {g.dtype for g in gradients} == {np.dtype(dtype)}
    assert network.record(x, np.array([1, 0])).y.dtype == dtype
    network.fit((x, y), epochs=1, batch_size=2, learning_rate=np.float64(0.5))
    assert {p.dtype for p in network.parameters} == {np.dtype(dtype)}


def test_a_float32_network_computes_what_the_float64_network_computes_but_coarser(rng):
    fine, coarse = Network([2, 3, 2]), Network([2, 3, 2], dtype=np.float32)
    x = inputs_of(fine, rng)
    np.testing.assert_allclose(coarse.feedforward(x), fine.feedforward(x), rtol=1e-5)
    assert np.any(coarse.feedforward(x) != fine.feedforward(x))


@pytest.mark.parametrize("dtype", [int, bool, complex, np.uint8, object])
def test_a_network_of_numbers_without_a_gradient_raises(dtype):
    with pytest.raises(TypeError, match=r"Network: dtype=.*expected float64 or float32"):
        Network([2, 2], dtype=dtype)


# --- what changes a network, and what does not ------------------------------------------------


def test_looking_at_a_network_does_not_change_it(rng):
    network = Network([2, 3, 2], cost="cross_entropy")
    marked = np.full((3, 2), 7.0)
    network.weights[0].grad = marked
    before = [p.data.copy() for p in network.parameters]
    tensors = list(network.parameters)
    x = inputs_of(network, rng)
    network.feedforward(x)
    network.predict(x)
    network.accuracy(x, [0, 1, 0, 1, 0])
    network.record(x, [0, 1, 0, 1, 0])
    network.record(x, [0, 1, 0, 1, 0], fused=True)
    for p, same, old in zip(network.parameters, tensors, before, strict=True):
        assert p is same
        assert np.array_equal(p.data, old)
    assert network.weights[0].grad is marked
    assert (marked == 7).all()
    assert [p.grad for p in network.parameters[1:]] == [None] * 3


def test_gradients_add_up_in_the_parameters_until_zero_grad_clears_them():
    network = Network([2, 3, 2])
    for times in (1, 2):
        run = network.record([0.5, -1.0], 1)
        run.cost.backward()
        if times == 1:
            first = [p.grad.copy() for p in network.parameters]
    for p, g in zip(network.parameters, first, strict=True):
        np.testing.assert_allclose(p.grad, 2 * g, rtol=1e-15)
    network.zero_grad()
    assert [p.grad for p in network.parameters] == [None] * 4


def test_a_changed_weight_shows_in_the_next_feedforward():
    network = Network([1, 1])
    network.weights[0].data = [[2.0]]
    network.biases[0].data = [-1.0]
    assert network.feedforward([3.0])[0] == pytest.approx(1 / (1 + math.exp(-5)), rel=1e-15)


def test_activate_gives_the_hidden_function_below_the_last_layer_and_sigmoid_there():
    network = Network([2, 3, 2], "relu")
    z = np.array([-1.0, 2.0])
    assert network.activate(2, z).tolist() == [0.0, 2.0]
    assert np.array_equal(network.activate(3, z), ops.sigmoid(z))


# --- a network that cannot be ---------------------------------------------------------------------


@pytest.mark.parametrize(
    "sizes", [[], [3], [3, 0], [3, -1, 2], [2.0, 3], ["2", "3"], "23", [True, 2], [[2, 3]]]
)
def test_sizes_that_make_no_network_raise(sizes):
    with pytest.raises(ValueError, match=r"Network: sizes=.*expected the number of neurons"):
        Network(sizes)


@pytest.mark.parametrize(
    ("setting", "value", "choices"),
    [
        ("activation", "swish", "sigmoid, tanh, relu"),
        ("cost", "hinge", "quadratic, cross_entropy"),
        ("initializer", "zeros", "scaled, large"),
        ("activation", None, "sigmoid, tanh, relu"),
    ],
)
def test_an_unknown_choice_raises_with_the_known_ones(setting, value, choices):
    with pytest.raises(ValueError, match=rf"Network: {setting}={value!r}.*expected.*{choices}"):
        Network([2, 2], **{setting: value})


def test_a_network_is_copied_and_pickled_with_its_weights():
    network = Network([2, 3, 2], activation="tanh", cost="cross_entropy", rng=3)
    for other in (copy.deepcopy(network), pickle.loads(pickle.dumps(network))):
        np.testing.assert_array_equal(
            other.feedforward([0.5, 1.0]), network.feedforward([0.5, 1.0])
        )
        other.weights[0].data = np.zeros((3, 2))
        assert network.weights[0].data.any()


def test_a_label_is_not_made_up_from_nan():
    with pytest.raises(ValueError, match=r"predict: output: element \[0\] is nan"):
        Network([2, 2]).predict([np.nan, 1.0])


@pytest.mark.parametrize(
    "arguments", [{"sizes": 3}, {"activation": ["tanh"]}, {"cost": None}], ids=str
)
def test_an_argument_of_the_wrong_kind_is_named(arguments):
    with pytest.raises(ValueError, match=r"Network: .*expected"):
        Network(**{"sizes": [2, 2], **arguments})


def test_labels_that_no_output_stands_for_are_refused_by_accuracy():
    with pytest.raises(ValueError, match="labels run from 0 to 2; expected 0 to 1"):
        Network([2, 2]).accuracy(np.zeros((2, 2)), [0, 2])


def test_many_examples_are_evaluated_some_at_a_time_with_the_same_result(monkeypatch):
    module = sys.modules["autograd_nn.models.feedforward"]
    network = Network([5, 4, 3], rng=0)
    x, y = np.random.default_rng(0).random((23, 5)), np.arange(23) % 3
    whole, cost = network.feedforward(x), network.mean_cost(x, y)
    monkeypatch.setattr(module, "_AT_ONCE", 10)
    np.testing.assert_allclose(network.feedforward(x), whole, rtol=1e-14)
    assert network.mean_cost(x, y) == pytest.approx(cost, rel=1e-14)
    sizes = []
    monkeypatch.setattr(
        network, "_weighted_inputs", lambda x, *rest: sizes.append(len(x)) or np.zeros((len(x), 3))
    )
    assert network.feedforward(x).shape == (23, 3)
    assert sizes == [10, 10, 3]


def test_an_infinite_element_is_found_in_any_piece():
    network, x = Network([2, 2]), np.zeros((3000, 2))
    x[2999, 1] = np.inf
    with pytest.raises(ValueError, match=r"element \[2999, 1\] is inf"):
        network.fit((x, np.zeros(3000, int)), epochs=1, batch_size=10, learning_rate=1.0)


def test_finite_numbers_whose_squares_are_not_are_finite():
    x = np.full((2000, 2), 1e200)
    assert check_finite(x, "x", "") is x
    with pytest.raises(ValueError, match=r"element \[1, 0\] is nan"):
        check_finite(np.array([[1e200], [np.nan]]), "x", "")
