# ruff: noqa: NPY002 (the book draws from the global generators)
"""The same numbers as the book's algorithms, update by update, and the same printed lines."""

import inspect
import random
from itertools import pairwise

import numpy as np
import pytest
from helpers.book_oracle import Oracle, columns, cost_of

from autograd_nn.book import mnist_loader, network, network2

COSTS = {"quadratic": network2.QuadraticCost, "cross_entropy": network2.CrossEntropyCost}
SIZES = ([5, 3], [7, 4, 3], [6, 5, 4, 5, 3])


def seed(number=12345):
    random.seed(number)
    np.random.seed(number)


def both(sizes, cost=None):
    """A network and the oracle with the same weights: chapter 1, or chapter 3 with this cost."""
    seed()
    made = network.Network(sizes) if cost is None else network2.Network(sizes, COSTS[cost])
    seed()
    return made, Oracle(sizes, cost or "quadratic", scaled=cost is not None)


def apart(net, oracle):
    """The largest difference of a weight or bias; shapes have to agree."""
    pairs = list(zip([*net.weights, *net.biases], [*oracle.w, *oracle.b], strict=True))
    assert all(type(p) is np.ndarray and p.shape == q.shape for p, q in pairs)
    return max(np.abs(p - q).max() for p, q in pairs)


SIGNATURES = {
    network.Network: "(sizes)",
    network.Network.feedforward: "(self, a)",
    network.Network.SGD: "(self, training_data, epochs, mini_batch_size, eta, test_data=None)",
    network.Network.update_mini_batch: "(self, mini_batch, eta)",
    network.Network.backprop: "(self, x, y)",
    network.Network.evaluate: "(self, test_data)",
    network.Network.cost_derivative: "(self, output_activations, y)",
    network.sigmoid: "(z)",
    network.sigmoid_prime: "(z)",
    network2.QuadraticCost.fn: "(a, y)",
    network2.QuadraticCost.delta: "(z, a, y)",
    network2.CrossEntropyCost.fn: "(a, y)",
    network2.CrossEntropyCost.delta: "(z, a, y)",
    network2.Network: "(sizes, cost=CrossEntropyCost)",
    network2.Network.default_weight_initializer: "(self)",
    network2.Network.large_weight_initializer: "(self)",
    network2.Network.feedforward: "(self, a)",
    network2.Network.SGD: "(self, training_data, epochs, mini_batch_size, eta, lmbda=0.0, "
    "evaluation_data=None, monitor_evaluation_cost=False, monitor_evaluation_accuracy=False, "
    "monitor_training_cost=False, monitor_training_accuracy=False)",
    network2.Network.update_mini_batch: "(self, mini_batch, eta, lmbda, n)",
    network2.Network.backprop: "(self, x, y)",
    network2.Network.accuracy: "(self, data, convert=False)",
    network2.Network.total_cost: "(self, data, lmbda, convert=False)",
    network2.Network.save: "(self, filename)",
    network2.load: "(filename)",
    network2.vectorized_result: "(j)",
    network2.sigmoid: "(z)",
    network2.sigmoid_prime: "(z)",
    mnist_loader.load_data: "()",
    mnist_loader.load_data_wrapper: "()",
    mnist_loader.vectorized_result: "(j)",
}


@pytest.mark.parametrize("function", SIGNATURES, ids=lambda f: f"{f.__module__}.{f.__qualname__}")
def test_names_and_defaults_are_the_books(function):
    found = []
    for p in inspect.signature(function).parameters.values():
        assert p.kind is p.POSITIONAL_OR_KEYWORD
        default = getattr(p.default, "__name__", repr(p.default))
        found.append(p.name if p.default is p.empty else f"{p.name}={default}")
    assert f"({', '.join(found)})" == SIGNATURES[function]


@pytest.mark.parametrize("cost", [None, *COSTS])
@pytest.mark.parametrize("sizes", SIZES)
def test_the_weights_are_drawn_in_the_books_order(sizes, cost):
    net, oracle = both(sizes, cost)
    assert apart(net, oracle) == 0
    assert net.sizes is sizes
    assert net.num_layers == len(sizes)
    after_the_oracle = np.random.random()
    seed()
    network2.Network(sizes)
    assert np.random.random() == after_the_oracle


@pytest.mark.parametrize("cost", COSTS)
def test_the_large_initializer_is_chapter_1s(cost):
    net, _ = both([7, 4, 3], cost)
    seed()
    net.large_weight_initializer()
    assert apart(net, both([7, 4, 3])[1]) == 0


@pytest.mark.parametrize(
    ("cost", "lmbda"), [(None, 0.0), *((cost, lmbda) for cost in COSTS for lmbda in (0.0, 3.0))]
)
@pytest.mark.parametrize("sizes", SIZES)
def test_an_update_and_a_hundred_updates(sizes, cost, lmbda):
    net, oracle = both(sizes, cost)
    data, _ = columns(43, sizes[0], sizes[-1])
    for step in range(100):
        batch = data[step % 40 : step % 40 + 1 + step % 4]
        if cost is None:
            net.update_mini_batch(batch, 0.7)
        else:
            net.update_mini_batch(batch, 0.7, lmbda, len(data))
        oracle.update(batch, 0.7, lmbda, len(data))
        assert apart(net, oracle) < (1e-12 if step == 0 else 1e-10)


def test_that_comparison_sees_a_wrong_update():
    net, oracle = both([7, 4, 3], "cross_entropy")
    data, _ = columns(4, 7, 3)
    net.update_mini_batch(data, 0.7, 0.001, 40)
    oracle.update(data, 0.7, 0.0, 40)
    assert apart(net, oracle) > 1e-9


@pytest.mark.parametrize("lmbda", [0.0, 2.0])
@pytest.mark.parametrize("cost", COSTS)
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_epochs_with_a_ragged_last_mini_batch(cost, lmbda, dtype, capsys):
    net, oracle = both([8, 6, 5, 4], cost)
    data, _ = columns(33, 8, 4, dtype=dtype)  # 33 = 3 · 10 + 3
    theirs = list(data)
    seed()
    assert net.SGD(data, 8, 10, 0.5, lmbda=lmbda) == ([], [], [], [])
    seed()
    for _ in range(8):
        oracle.epoch(theirs, 10, 0.5, lmbda)
    assert apart(net, oracle) < 1e-11
    assert [id(pair) for pair in data] == [id(pair) for pair in theirs]
    assert capsys.readouterr().out == "".join(f"Epoch {j} training complete\n\n" for j in range(8))


@pytest.mark.parametrize("tested", [True, False])
def test_chapter_1_prints_what_the_book_prints(tested, capsys):
    net, oracle = both([8, 6, 4])
    data, test = columns(33, 8, 4)
    theirs, expected = list(data), ""
    seed()
    assert net.SGD(data, 5, 10, 3.0, test_data=test if tested else None) is None
    seed()
    for j in range(5):
        oracle.epoch(theirs, 10, 3.0)
        told = f": {oracle.recognized(test)} / 33" if tested else " complete"
        expected += f"Epoch {j}{told}\n"
    assert capsys.readouterr().out == expected
    assert apart(net, oracle) < 1e-11
    assert [id(pair) for pair in data] == [id(pair) for pair in theirs]
    assert (
        random.random()
        == (
            random.seed(12345),
            [random.shuffle([0] * 33) for _ in range(5)],
            random.random(),
        )[2]
    )


@pytest.mark.parametrize("cost", COSTS)
def test_chapter_3_prints_and_returns_what_it_monitors(cost, capsys):
    net, oracle = both([8, 6, 4], cost)
    data, _ = columns(33, 8, 4)
    wanted, evaluation = columns(20, 8, 4, seed=1)
    theirs = list(data)
    seed()
    found = net.SGD(
        data, 3, 10, 0.5, 2.0, evaluation, True, True,
        monitor_training_cost=True, monitor_training_accuracy=True,
    )  # fmt: skip
    lines = capsys.readouterr().out.splitlines()
    seed()
    for j in range(3):
        oracle.epoch(theirs, 10, 0.5, 2.0)
        expected = (
            oracle.total_cost(wanted, 2.0),
            oracle.recognized(evaluation),
            oracle.total_cost(theirs, 2.0),
            oracle.recognized([(x, np.argmax(y)) for x, y in theirs]),
        )
        now = [series[j] for series in found]
        np.testing.assert_allclose(now, expected, rtol=1e-12)
        assert lines[6 * j : 6 * j + 6] == [
            f"Epoch {j} training complete",
            f"Cost on training data: {now[2]}",
            f"Accuracy on training data: {now[3]} / 33",
            f"Cost on evaluation data: {now[0]}",
            f"Accuracy on evaluation data: {now[1]} / 20",
            "",
        ]
    assert [len(series) for series in found] == [3] * 4
    assert all(type(n) is int for n in (*found[1], *found[3]))


@pytest.mark.parametrize("asked", range(4))
def test_only_what_is_asked_for_is_monitored(asked, capsys):
    names = [
        f"monitor_{part}_{what}"
        for part in ("evaluation", "training")
        for what in ("cost", "accuracy")
    ]
    net, _ = both([8, 6, 4], "quadratic")
    data, evaluation = columns(12, 8, 4)
    found = net.SGD(data, 2, 5, 0.5, evaluation_data=evaluation, **{names[asked]: True})
    assert [len(series) for series in found] == [2 * (i == asked) for i in range(4)]
    assert capsys.readouterr().out.count("\n") == 6


@pytest.mark.parametrize("cost", [None, *COSTS])
def test_backprop_is_the_books(cost):
    net, oracle = both([6, 5, 4, 3], cost)
    before = [p.copy() for p in (*net.weights, *net.biases)]
    ((x, y),), _ = columns(1, 6, 3)
    for mine, theirs in zip(net.backprop(x, y), oracle.example(x, y), strict=True):
        assert [m.shape for m in mine] == [t.shape for t in theirs]
        assert max(np.abs(m - t).max() for m, t in zip(mine, theirs, strict=True)) < 1e-14
    after = [*net.weights, *net.biases]
    assert all(np.array_equal(p, q) for p, q in zip(before, after, strict=True))


def test_what_backprop_gives_is_the_callers():
    net, _ = both([6, 3])
    ((x, y), (x2, y2)), _ = columns(2, 6, 3)
    first = net.backprop(x, y)
    kept = [g.copy() for part in first for g in part]
    net.backprop(x2, y2)
    assert all(np.array_equal(k, g) for k, g in zip(kept, [*first[0], *first[1]], strict=True))


@pytest.mark.parametrize("cost", COSTS)
def test_the_costs_are_the_books(cost, rng):
    a, y, z = rng.random((4, 1)), np.eye(4)[:, :1], rng.standard_normal((4, 1))
    made = COSTS[cost]
    assert made.fn(a, y) == pytest.approx(cost_of(cost, a, y), rel=1e-15)
    slope = a * 0 + 1 if cost == "cross_entropy" else network2.sigmoid_prime(z)
    assert np.array_equal(made.delta(z, a, y), (a - y) * slope)


def test_feedforward_takes_several_columns_side_by_side(rng):
    net, oracle = both([6, 5, 3])
    x = rng.random((6, 4))
    assert net.feedforward(x).shape == (3, 4)
    np.testing.assert_allclose(net.feedforward(x), oracle.output(x), rtol=1e-15)
    assert [np.shape(w) for w in net.weights] == [(n, m) for m, n in pairwise([6, 5, 3])]


def test_sigmoid_and_its_derivative_anywhere():
    z = np.array([-1000.0, -1, 0, 1, 1000])
    np.testing.assert_allclose(
        network.sigmoid(z), [0, 0.2689414213699951, 0.5, 0.7310585786300049, 1]
    )
    np.testing.assert_allclose(
        network.sigmoid_prime(z), [0, 0.19661193, 0.25, 0.19661193, 0], atol=1e-8
    )
    assert network2.sigmoid is network.sigmoid
    assert network.sigmoid(0.0) == 0.5


def test_learning_one_dimensional_targets_of_a_single_output():
    net, oracle = both([2, 2, 1], "cross_entropy")
    x = [np.array([[i], [j]]) for i in (0, 1) for j in (0, 1)]
    net.update_mini_batch(zip(x, [0, 1, 1, 0], strict=True), 0.5, 0.0, 4)
    oracle.update(list(zip(x, [0, 1, 1, 0], strict=True)), 0.5, 0.0, 4)
    assert apart(net, oracle) < 1e-12
