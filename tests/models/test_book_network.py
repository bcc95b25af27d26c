"""Every number of the book network, three ways: the recorded graph, BP1 to BP4, matrices."""

import numpy as np
import pytest
from helpers.book_network import (
    BIASES,
    COSTS,
    DIFFERENCES,
    HALF_A_DIGIT,
    PRINTED,
    SIGMA_PRIME,
    W2_21,
    WEIGHTS,
    A,
    X,
    Y,
    Z,
    book_network,
)

from autograd_nn.gradient_check import numeric_gradient
from autograd_nn.models import Network, backprop


def assert_printed(found, printed):
    """Equal to the last printed digit, shapes included."""
    assert np.shape(found) == np.shape(printed)
    np.testing.assert_allclose(found, printed, rtol=0, atol=HALF_A_DIGIT)


@pytest.fixture(params=COSTS)
def cost(request):
    return request.param


@pytest.fixture(params=["composed", "fused"])
def run(request, cost):
    """The recorded pass after its backward pass, from both forms of the cost."""
    run = book_network(cost).record(X, Y, fused=request.param == "fused")
    run.cost.backward()
    return run


@pytest.fixture
def composed(cost):
    run = book_network(cost).record(X, Y)
    run.cost.backward()
    return run


@pytest.fixture
def by_hand(cost):
    return backprop(book_network(cost), X, Y)


# --- the recorded graph ---------------------------------------------------------------------------


def test_the_network_has_the_weights_and_biases_of_the_book_network(cost):
    network = book_network(cost)
    for layer in (2, 3, 4):
        assert np.array_equal(network.weights[layer - 2].data, WEIGHTS[layer])
        assert np.array_equal(network.biases[layer - 2].data, BIASES[layer])


@pytest.mark.parametrize("layer", [2, 3, 4])
def test_the_graph_records_every_weighted_input_and_activation(run, layer):
    assert_printed(run.z[layer].data, Z[layer])
    assert_printed(run.a[layer].data, A[layer])


def test_the_graph_records_the_input_and_the_outputs_of_feedforward(run, cost):
    assert np.array_equal(run.a[1].data, X)
    assert_printed(book_network(cost).feedforward(X), A[4])


def test_the_graph_gives_the_printed_cost(run, cost):
    assert_printed(run.cost.data, PRINTED[cost]["cost"])


def test_the_graph_gives_the_printed_rate_of_the_cost_by_the_outputs(composed, cost):
    assert_printed(composed.a[4].grad, PRINTED[cost]["nabla_a"])


@pytest.mark.parametrize("layer", [2, 3, 4])
def test_the_graph_gives_the_printed_delta_of_every_layer(run, cost, layer):
    assert_printed(run.z[layer].grad, PRINTED[cost]["delta"][layer])


@pytest.mark.parametrize("layer", [2, 3, 4])
def test_the_graph_gives_the_printed_gradient_of_weights_and_biases(run, cost, layer):
    assert_printed(run.weights[layer].grad, PRINTED[cost]["nabla_w"][layer])
    assert_printed(run.biases[layer].grad, PRINTED[cost]["delta"][layer])


@pytest.mark.parametrize("layer", [2, 3, 4])
def test_delta_over_the_rate_by_the_activation_is_the_printed_sigma_prime(composed, layer):
    assert_printed(composed.z[layer].grad / composed.a[layer].grad, SIGMA_PRIME[layer])


def test_the_graph_gives_the_same_numbers_for_the_label_1(composed, cost):
    by_label = book_network(cost).record(X, 1)
    assert np.array_equal(by_label.y.data, Y)
    assert float(by_label.cost) == float(composed.cost)


def test_two_copies_of_the_example_halve_delta_and_leave_the_gradients(cost):
    run = book_network(cost).record(np.stack([X, X]), np.stack([Y, Y]))
    run.cost.backward()
    for layer in (2, 3, 4):
        delta = PRINTED[cost]["delta"][layer]
        assert_printed(run.z[layer].grad, np.stack([delta, delta]) / 2)
        assert_printed(run.weights[layer].grad, PRINTED[cost]["nabla_w"][layer])
        assert_printed(run.biases[layer].grad, delta)


# --- BP1 to BP4 -----------------------------------------------------------------------------------


@pytest.mark.parametrize("layer", [2, 3, 4])
def test_backprop_gives_the_printed_values_of_the_forward_pass(by_hand, layer):
    assert_printed(by_hand.z[layer][0], Z[layer])
    assert_printed(by_hand.a[layer][0], A[layer])


@pytest.mark.parametrize("layer", [2, 3, 4])
def test_backprop_gives_the_printed_delta_of_every_layer(by_hand, cost, layer):
    assert_printed(by_hand.delta[layer], PRINTED[cost]["delta"][layer][None, :])


@pytest.mark.parametrize("layer", [2, 3, 4])
def test_backprop_gives_the_printed_gradients(by_hand, cost, layer):
    assert_printed(by_hand.nabla_w[layer], PRINTED[cost]["nabla_w"][layer])
    assert_printed(by_hand.nabla_b[layer], PRINTED[cost]["delta"][layer])


def test_the_factors_of_backprop_are_the_printed_rates_and_slopes(by_hand, cost):
    a = by_hand.a[4][0]
    assert_printed(by_hand.delta[4][0] / (a * (1 - a)), PRINTED[cost]["nabla_a"])
    for layer in (3, 2):
        arriving = WEIGHTS[layer + 1].T @ by_hand.delta[layer + 1][0]
        assert_printed(by_hand.delta[layer][0] / arriving, SIGMA_PRIME[layer])


def test_the_cross_entropy_leaves_a_minus_y_as_the_error_of_the_output():
    # equation (3.12): σ' cancels
    np.testing.assert_allclose(
        backprop(book_network("cross_entropy"), X, Y).delta[4][0],
        book_network("cross_entropy").feedforward(X) - Y,
        rtol=1e-15,
    )


# --- the alternate presentation: square matrices Σ'(z), no Hadamard product --------------------


def test_the_diagonal_matrices_give_the_printed_delta_of_every_layer(run, cost):
    big_sigma = {layer: np.diag(SIGMA_PRIME[layer]) for layer in (2, 3, 4)}
    delta4 = big_sigma[4] @ PRINTED[cost]["nabla_a"]  # (2.10)
    delta3 = big_sigma[3] @ WEIGHTS[4].T @ delta4  # (2.11)
    delta2 = (  # (2.12): all the way back in one product
        big_sigma[2]
        @ WEIGHTS[3].T
        @ big_sigma[3]
        @ WEIGHTS[4].T
        @ big_sigma[4]
        @ PRINTED[cost]["nabla_a"]
    )
    for layer, delta in {4: delta4, 3: delta3, 2: delta2}.items():
        # the factors are themselves printed numbers, each half a digit off
        np.testing.assert_allclose(delta, PRINTED[cost]["delta"][layer], rtol=0, atol=6e-10)
        np.testing.assert_allclose(delta, run.z[layer].grad, rtol=0, atol=6e-10)


def test_the_diagonal_matrices_of_the_recorded_values_give_delta_to_the_last_bits(composed):
    big_sigma = {
        layer: np.diag(composed.a[layer].data * (1 - composed.a[layer].data)) for layer in (2, 3, 4)
    }
    delta = big_sigma[4] @ composed.a[4].grad
    for layer in (3, 2):
        delta = big_sigma[layer] @ composed.weights[layer + 1].data.T @ delta
        np.testing.assert_allclose(delta, composed.z[layer].grad, rtol=1e-14)


# --- finite differences -------------------------------------------------------------------------


def quadratic_cost_with_w2_21_moved_by(step):
    network = book_network("quadratic")
    moved = WEIGHTS[2].copy()
    moved[1, 0] += step
    network.weights[0].data = moved
    return 0.5 * np.sum((Y - network.feedforward(X)) ** 2)


@pytest.mark.parametrize(("step", "errors"), DIFFERENCES.items())
def test_the_forward_and_central_differences_are_off_by_the_printed_errors(step, errors):
    network = book_network("quadratic")
    run = network.record(X, Y)
    run.cost.backward()
    exact = run.weights[2].grad[1, 0]
    assert exact == pytest.approx(W2_21, rel=1e-12, abs=0)
    here, above, below = (quadratic_cost_with_w2_21_moved_by(t) for t in (0, step, -step))
    forward, central = (above - here) / step, (above - below) / (2 * step)
    assert abs(forward - exact) == pytest.approx(errors[0], rel=0.006, abs=0)
    assert abs(central - exact) == pytest.approx(errors[1], rel=0.006, abs=0)


def test_halving_a_small_change_of_every_weight_quarters_what_the_gradient_leaves_unexplained(
    composed, cost, rng
):
    # (2.22) for all weights and biases at once: ΔC = ∇C·Δ + O(Δ²)
    network = book_network(cost)
    start = [p.data.copy() for p in network.parameters]
    direction = [rng.standard_normal(p.shape) for p in network.parameters]
    found = [
        p.grad for layer in (2, 3, 4) for p in (composed.weights[layer], composed.biases[layer])
    ]
    slope = sum(np.sum(g * d) for g, d in zip(found, direction, strict=True))

    def unexplained(t):
        for p, w, d in zip(network.parameters, start, direction, strict=True):
            p.data = w + t * d
        return float(network.record(X, Y).cost) - float(composed.cost) - t * slope

    assert abs(unexplained(1e-3)) > 1e-8
    assert unexplained(1e-3) / unexplained(0.5e-3) == pytest.approx(4, rel=0.01)


@pytest.mark.parametrize("layer", [2, 3, 4])
def test_the_demon_who_moves_a_weighted_input_measures_the_printed_delta(composed, cost, layer):
    assert_printed(
        numeric_gradient(composed.cost, composed.z[layer]), PRINTED[cost]["delta"][layer]
    )


@pytest.mark.parametrize("layer", [2, 3, 4])
def test_finite_differences_measure_the_printed_gradients(composed, cost, layer):
    assert_printed(
        numeric_gradient(composed.cost, composed.weights[layer]), PRINTED[cost]["nabla_w"][layer]
    )
    assert_printed(
        numeric_gradient(composed.cost, composed.biases[layer]), PRINTED[cost]["delta"][layer]
    )


# --- the book's networks by their sizes -------------------------------------------------------


@pytest.mark.parametrize(
    ("sizes", "parameters"),
    [
        ([2, 3, 1], 13), ([784, 10], 7_850), ([784, 15, 10], 11_935), ([784, 30, 10], 23_860),
        ([784, 100, 10], 79_510), ([784, 30, 4], 23_674), ([784, 30, 10, 4], 23_904),
        ([4096, 30, 1], 122_941),
    ],
)  # fmt: skip
def test_the_networks_that_the_book_names_have_as_many_parameters_as_it_says(sizes, parameters):
    assert sum(p.data.size for p in Network(sizes).parameters) == parameters


@pytest.mark.parametrize(("z", "upper"), [(0, 0.5), (1, 0.73106), (2, 0.88080), (4, 0.98201)])
def test_a_neuron_says_sigma_of_its_weighted_input(z, upper):
    net = Network([1, 1], zero_biases=True)
    net.weights[0].data = [[z]]
    assert net.feedforward([1.0])[0] == pytest.approx(upper, abs=5e-6)
    assert net.feedforward([-1.0])[0] == pytest.approx(1 - upper, abs=5e-6)
