"""The check of whole networks, and of backpropagations written by hand."""

import numpy as np
import pytest
from helpers.leaf import sigmoid, sigmoid_prime

import autograd_nn as ag
from autograd_nn import GradientMismatch, Network, Op, check_network, ops
from autograd_nn.gradient_check import Verdict
from autograd_nn.gradient_check.network import NetworkProblem

rng = np.random.default_rng(0)
X, LABELS = rng.standard_normal((6, 3)), rng.integers(0, 2, 6)
Y = np.eye(2)[LABELS]


def backprop(net, missing=None, doubled=None, mean=True):
    """The book's backpropagation in NumPy, all examples at once; σ′ may be left out at a layer."""

    def slope(z, layer):
        return (
            1.0
            if layer == missing
            else sigmoid_prime(z) ** 2
            if layer == doubled
            else sigmoid_prime(z)
        )

    def nablas(x, y):
        a, zs = [x], []
        for w, b in zip(net.weights, net.biases, strict=True):
            zs.append(a[-1] @ w.data.T + b.data)
            a.append(sigmoid(zs[-1]))
        last = len(net.sizes)
        delta = (a[-1] - Y) * slope(zs[-1], last) / (len(x) if mean else 1)
        nabla_b, nabla_w = [delta.sum(axis=0)], [delta.T @ a[-2]]
        for layer in range(last - 1, 1, -1):
            delta = (delta @ net.weights[layer - 1].data) * slope(zs[layer - 2], layer)
            nabla_b.insert(0, delta.sum(axis=0))
            nabla_w.insert(0, delta.T @ a[layer - 2])
        return nabla_b, nabla_w

    return nablas


@pytest.mark.parametrize("activation", ["sigmoid", "tanh", "relu"])
@pytest.mark.parametrize("cost", ["quadratic", "cross_entropy"])
@pytest.mark.parametrize("fused", [False, True])
def test_every_weight_and_bias_of_a_network_by_its_name(activation, cost, fused):
    net = Network([3, 4, 5, 2], activation=activation, cost=cost, rng=1)
    report = check_network(net, X, LABELS, fused=fused)
    assert report.ok
    assert [a.name for a in report.arguments] == ["w2", "b2", "w3", "b3", "w4", "b4"]
    assert sum(a.resolved for a in report.arguments) == 12 + 4 + 20 + 5 + 10 + 2
    assert "53 parameters: one-sided differences take 54 forward passes" in str(report)


def test_a_single_example_and_a_network_without_hidden_layers():
    assert check_network(Network([3, 2], rng=0), X[0], 1).ok


def test_a_backpropagation_by_hand():
    net = Network([3, 4, 5, 2], rng=0)
    assert check_network(net, X, Y, gradient=backprop(net)).verdict is Verdict.PASS


@pytest.mark.parametrize("layer", [2, 3, 4])
@pytest.mark.parametrize("how", ["missing", "doubled"])
def test_where_sigma_prime_went(layer, how):
    net = Network([3, 4, 5, 2], rng=0)
    with pytest.raises(GradientMismatch) as caught:
        check_network(net, X, Y, gradient=backprop(net, **{how: layer}))
    report = caught.value.report
    assert report.cause == "activation derivative"
    says = "is missing" if how == "missing" else "appears twice"
    assert report.diagnosis.startswith(f"σ′(z) {says} at layer {layer}")
    assert [a.ok for a in map(Verdicts, report.arguments)] == [
        i >= 2 * (layer - 1) for i in range(6)
    ]


class Verdicts:
    def __init__(self, argument):
        self.ok = argument.verdict is Verdict.PASS


def test_a_sum_over_the_examples_in_place_of_the_mean():
    net = Network([3, 4, 2], rng=0)
    with pytest.raises(GradientMismatch, match="6 times the right one") as caught:
        check_network(net, X, Y, gradient=backprop(net, mean=False))
    assert caught.value.report.cause == "mean for sum"
    assert "6 is the number of examples: a sum instead of a mean?" in str(caught.value)


def test_an_activation_whose_rule_lacks_sigma_prime_is_named_with_its_layer(monkeypatch):
    wrong = Op("sigmoid", ops.sigmoid.forward, lambda g, y, x: g)
    monkeypatch.setitem(ag.models.activations.OUTPUTS, "sigmoid", wrong)
    with pytest.raises(GradientMismatch, match="at layer 3") as caught:
        check_network(Network([3, 4, 2], activation="tanh", rng=0), X, LABELS)
    assert caught.value.report.cause == "activation derivative"


@pytest.mark.parametrize("batch", [X, X[0]])
def test_the_short_way_to_a_moved_weight_leads_where_the_long_one_does(batch):
    labels = LABELS if batch.ndim > 1 else 1
    problem = NetworkProblem(Network([3, 4, 2], rng=3), batch, labels, False, None)
    assert all(problem._short)
    for i, value in enumerate(problem.values):
        for position in range(value.size):
            moved = value.copy()
            moved.flat[position] -= 0.25
            short = problem.element(i, position)(-0.25)
            np.testing.assert_allclose(short, problem.value(i, moved), rtol=1e-12)


def test_a_short_way_that_leads_elsewhere_is_not_taken(monkeypatch):
    monkeypatch.setattr(NetworkProblem, "_by_z", lambda self, i, position: lambda t: np.array(t))
    net = Network([3, 4, 2], rng=0)
    assert not any(NetworkProblem(net, X, LABELS, False, None)._short)
    assert check_network(net, X, LABELS).ok


def test_a_network_is_left_as_it_is():
    net = Network([3, 4, 2], rng=0)
    before = [p.data.copy() for p in net.parameters]
    check_network(net, X, LABELS)
    for p, old in zip(net.parameters, before, strict=True):
        np.testing.assert_array_equal(p.data, old)
        assert p.grad is None


def test_what_is_no_network_in_double_precision_is_refused():
    with pytest.raises(TypeError, match="expected a Network"):
        check_network(np.tanh, X, LABELS)
    with pytest.raises(TypeError, match="float32, too coarse"):
        check_network(Network([3, 2], dtype=np.float32), X, LABELS)


@pytest.mark.parametrize("found", [None, ([X], [X]), ([X, X], [X]), ([X], [X], [X])])
def test_a_backpropagation_that_returns_something_else_is_told_what_to_return(found):
    with pytest.raises(ValueError, match=r"expected \(nabla_b, nabla_w\), two lists of 2 arrays"):
        check_network(Network([3, 4, 2], rng=0), X, LABELS, gradient=lambda x, y: found)


@pytest.mark.slow
def test_the_books_network_with_every_weight_moved():
    net = Network([784, 30, 10], cost="cross_entropy", rng=0)
    report = check_network(net, rng.random((10, 784)), rng.integers(0, 10, 10), every=True)
    assert report.verdict is Verdict.PASS
    assert sum(a.resolved for a in report.arguments) == 23_860
    assert report.forward > 6 * 23_860


@pytest.mark.parametrize("place", [0, 5000, 23_519])
def test_a_single_weight_of_the_books_network_whose_gradient_is_zero_is_named(place):
    net = Network([784, 30, 10], rng=1, cost="cross_entropy")
    x = np.random.default_rng(2).random((10, 784))

    def nablas(x, y):
        found = ag.gradients(net.record(x, y).cost, list(net.parameters))
        found[0].reshape(-1)[place] = 0.0
        return found[1::2], found[::2]

    with pytest.raises(GradientMismatch) as caught:
        check_network(net, x, np.eye(10), gradient=nablas)
    report = caught.value.report
    assert (report.verdict, report.cause, report.position) == (Verdict.FAIL, "some elements", 0)
    assert report.argument.worst[0].index == divmod(place, 784)
    assert "zero" in report.diagnosis
