# ruff: noqa: NPY002 (the book draws from the global generators)
"""People reach into the book's objects: what they change and replace has to count."""

import copy
import pickle
import random

import numpy as np
import pytest
from helpers.book_oracle import Oracle, columns, sigma, sigma_prime

from autograd_nn.book import network, network2
from autograd_nn.book.examples import Examples

SIZES = [7, 5, 4]


def made(chapter, cost=network2.CrossEntropyCost):
    random.seed(3)
    np.random.seed(3)
    return network.Network(SIZES) if chapter == 1 else network2.Network(SIZES, cost)


def learn(net, data, epochs=2, eta=0.5):
    random.seed(4)
    extra = {"lmbda": 1.0} if isinstance(net, network2.Network) else {}
    return net.SGD(data, epochs, 4, eta, **extra)


def parameters(net):
    return [p.copy() for p in (*net.weights, *net.biases)]


def assert_close(found, expected, tolerance=1e-12):
    assert [p.shape for p in found] == [q.shape for q in expected]
    assert max(np.abs(p - q).max() for p, q in zip(found, expected, strict=True)) < tolerance


@pytest.fixture
def data():
    return columns(11, 7, 4)[0]


# --- weights and biases -----------------------------------------------------------------------


@pytest.mark.parametrize("chapter", [1, 2])
def test_the_lists_from_before_stay_as_they_were(chapter, data):
    net = made(chapter)
    weights, biases = net.weights, net.biases
    before = parameters(net)
    learn(net, data)
    assert net.weights is not weights
    assert_close([*weights, *biases], before, 1e-300)
    assert not any(np.array_equal(p, q) for p, q in zip(before, parameters(net), strict=True))


@pytest.mark.parametrize("chapter", [1, 2])
def test_weights_that_were_put_back_are_learned_from(chapter, data):
    net = made(chapter)
    kept = net.weights, net.biases
    learn(net, list(data))
    once = parameters(net)
    net.weights, net.biases = kept
    learn(net, list(data))
    assert_close(parameters(net), once, 1e-300)


@pytest.mark.parametrize("chapter", [1, 2])
@pytest.mark.parametrize("how", ["element", "array", "list", "scaled"])
def test_a_change_between_two_runs_counts(chapter, how, data):
    def change(weights):
        if how == "element":
            weights[0][1, 2] = 5.0
        elif how == "array":
            weights[1] = np.ones((4, 5))
        elif how == "scaled":
            weights[0] *= 0.5
        return [2 * w for w in weights] if how == "list" else weights

    net = made(chapter, network2.QuadraticCost)
    random.seed(3)
    np.random.seed(3)
    oracle = Oracle(SIZES, scaled=chapter == 2)
    for _ in range(2):
        learn(net, list(data))
        net.weights = change(net.weights)
        theirs = list(data)
        random.seed(4)
        for _ in range(2):
            oracle.epoch(theirs, 4, 0.5, 1.0 if chapter == 2 else 0.0)
        oracle.w = change(oracle.w)
    assert_close(parameters(net), [*oracle.w, *oracle.b])
    x, y = data[0]
    assert_close([net.feedforward(x)], [oracle.output(x)])
    assert_close(net.backprop(x, y)[1], oracle.example(x, y)[1])


def test_other_sizes_may_be_assigned(data, rng):
    net = made(1)
    learn(net, data)
    net.weights = [rng.standard_normal((6, 7)), rng.standard_normal((4, 6))]
    net.biases = [rng.standard_normal((6, 1)), rng.standard_normal((4, 1))]
    learn(net, data)
    assert [w.shape for w in net.weights] == [(6, 7), (4, 6)]


@pytest.mark.parametrize("chapter", [1, 2])
@pytest.mark.parametrize("again", [copy.deepcopy, lambda net: pickle.loads(pickle.dumps(net))])
def test_copies_and_pickles(chapter, again, data):
    net = made(chapter)
    learn(net, list(data))
    other = again(net)
    assert_close(parameters(other), parameters(net), 1e-300)
    learn(other, list(data))
    assert not np.array_equal(other.weights[0], net.weights[0])
    learn(net, list(data))
    assert_close(parameters(other), parameters(net), 1e-300)


def test_an_interrupted_run_keeps_what_it_has_learned(data, monkeypatch):
    net = made(1)
    learn(net, data[:8], epochs=1)
    plan, calls = next(iter(net._engine._plans.values())), []
    compute = plan.compute

    def interrupted():
        calls.append(1)
        if len(calls) == 3:
            raise KeyboardInterrupt
        compute()

    monkeypatch.setattr(plan, "compute", interrupted)
    before = parameters(net)
    with pytest.raises(KeyboardInterrupt):
        learn(net, columns(12, 7, 4)[0])
    data = columns(12, 7, 4)[0]
    random.seed(4)
    random.shuffle(data)
    oracle = Oracle(SIZES)
    oracle.w, oracle.b = before[:2], before[2:]
    oracle.update(data[:4], 0.5)
    oracle.update(data[4:8], 0.5)
    assert_close(parameters(net), [*oracle.w, *oracle.b])


# --- methods that are replaced ----------------------------------------------------------------


def slope_of_cross_entropy(a, y):
    return (a - y) / (a * (1 - a))


class CrossEntropy(network.Network):
    """The exercise of chapter 3: chapter 1's network with another cost."""

    def cost_derivative(self, output_activations, y):
        assert output_activations.shape == y.shape == (4, 1)
        return slope_of_cross_entropy(output_activations, y)


def test_a_cost_derivative_of_ones_own(data):
    random.seed(3)
    np.random.seed(3)
    net = CrossEntropy(SIZES)
    random.seed(3)
    np.random.seed(3)
    oracle = Oracle(SIZES, "cross_entropy")
    learn(net, list(data))
    random.seed(4)
    theirs = list(data)
    for _ in range(2):
        oracle.epoch(theirs, 4, 0.5)
    assert_close(parameters(net), [*oracle.w, *oracle.b])
    x, y = data[0]
    assert_close(net.backprop(x, y)[1], oracle.example(x, y)[1])


class Skewed:
    """A cost that has another δ than its derivative, as nobody would want it."""

    calls = 0

    @staticmethod
    def fn(a, y):
        assert a.shape == y.shape == (4, 1)
        return float(np.abs(a - y).sum())

    @staticmethod
    def delta(z, a, y):
        Skewed.calls += 1
        assert z.shape == a.shape == y.shape == (4, 1)
        assert np.allclose(sigma(z), a)
        return np.sign(a - y)


def per_example(net, data, delta, lmbda=0.0, epochs=2, size=4, eta=0.5):
    """The book's SGD with any δ, on copies; the parameters after it."""
    oracle = Oracle([1, 1])
    oracle.w, oracle.b = ([p.copy() for p in ps] for ps in (net.weights, net.biases))
    data = list(data)

    def example(x, y):
        zs, activations = [], [x]
        for w, b in zip(oracle.w, oracle.b, strict=True):
            zs.append(w @ activations[-1] + b)
            activations.append(sigma(zs[-1]))
        last = delta(zs[-1], activations[-1], y)
        hidden = (oracle.w[1].T @ last) * sigma_prime(zs[0])
        return [hidden, last], [hidden @ x.T, last @ activations[1].T]

    oracle.example = example
    random.seed(4)
    for _ in range(epochs):
        oracle.epoch(data, size, eta, lmbda)
    return [*oracle.w, *oracle.b]


def test_a_cost_of_ones_own(data):
    net = made(2, Skewed)
    expected = per_example(net, data, lambda z, a, y: np.sign(a - y), lmbda=1.0)
    Skewed.calls = 0
    learn(net, data)
    assert Skewed.calls == 2 * len(data)
    assert_close(parameters(net), expected)
    mean = np.mean([np.abs(net.feedforward(x) - y).sum() for x, y in data])
    assert net.total_cost(data, 0.0) == pytest.approx(mean, rel=1e-12)
    labelled = [(x, int(np.argmax(y))) for x, y in data]
    assert net.total_cost(labelled, 0.0, convert=True) == pytest.approx(mean, rel=1e-12)
    x, y = data[0]
    assert_close(net.backprop(x, y)[0][-1:], [np.sign(net.feedforward(x) - y)], 1e-15)


def test_a_cost_that_inherits_only_its_error(data):
    class Scaled(network2.CrossEntropyCost):
        @staticmethod
        def fn(a, y):
            return 10 * network2.CrossEntropyCost.fn(a, y)

    net, plain = made(2, Scaled), made(2)
    learn(net, list(data))
    learn(plain, list(data))
    assert_close(parameters(net), parameters(plain), 1e-300)
    assert net.total_cost(data, 0) == pytest.approx(10 * plain.total_cost(data, 0), rel=1e-12)


def test_the_cost_may_be_changed_later(data):
    net = made(2)
    net.cost = network2.QuadraticCost
    expected = per_example(net, data, lambda z, a, y: (a - y) * sigma_prime(z), lmbda=1.0)
    learn(net, data)
    assert_close(parameters(net), expected)


@pytest.mark.parametrize("base", [network.Network, network2.Network])
def test_a_backprop_of_ones_own_is_called_for_each_example(base, data):
    seen = []

    class Doubled(base):
        def backprop(self, x, y):
            seen.append(id(x))
            nabla_b, nabla_w = super().backprop(x, y)
            return [2 * g for g in nabla_b], [2 * g for g in nabla_w]

    def doubled(z, a, y):
        return 2 * (a - y) * (sigma_prime(z) if base is network.Network else 1)

    np.random.seed(3)
    net = Doubled(SIZES)
    expected = per_example(net, data, doubled, lmbda=1.0 if base is network2.Network else 0.0)
    learn(net, data)
    assert_close(parameters(net), expected)
    assert sorted(seen) == sorted(2 * [id(x) for x, _ in data])


@pytest.mark.parametrize("chapter", [1, 2])
def test_a_method_put_on_the_object_counts_too(chapter, data):
    net = made(chapter)
    sizes, inner = [], net.update_mini_batch
    net.update_mini_batch = lambda batch, *rest: (sizes.append(len(batch)), inner(batch, *rest))
    other = made(chapter)
    learn(net, list(data))
    learn(other, list(data))
    assert sizes == [4, 4, 3, 4, 4, 3]
    assert_close(parameters(net), parameters(other))


def test_a_mini_batch_of_ones_own(data):
    batches = []

    class Reading(network2.Network):
        def update_mini_batch(self, mini_batch, eta, lmbda, n):
            batches.append((mini_batch, eta, lmbda, n))

    net = Reading(SIZES)
    before = parameters(net)
    learn(net, data)
    assert_close(parameters(net), before, 1e-300)
    assert [pair for batch, *_ in batches[3:] for pair in batch] == data
    assert {tuple(rest) for _, *rest in batches} == {(0.5, 1.0, 11)}


@pytest.mark.parametrize("base", [network.Network, network2.Network])
def test_a_feedforward_of_ones_own_is_what_is_evaluated(base, data):
    class Contrary(base):
        def feedforward(self, a):
            return -super().feedforward(a)

    net, (_, test) = Contrary(SIZES), columns(30, 7, 4)
    wanted = sum(int(np.argmin(sigma_output(net, x)) == y) for x, y in test)
    assert (net.evaluate if base is network.Network else net.accuracy)(test) == wanted
    if base is network2.Network:
        net.cost = Skewed
        costs = [np.abs(-sigma_output(net, x) - y).sum() for x, y in data]
        assert net.total_cost(data, 0.0) == pytest.approx(np.mean(costs), rel=1e-12)
        assert net.accuracy(data, convert=True) == sum(
            int(np.argmin(sigma_output(net, x)) == np.argmax(y)) for x, y in data
        )


def sigma_output(net, x):
    for w, b in zip(net.weights, net.biases, strict=True):
        x = sigma(w @ x + b)
    return x


@pytest.mark.parametrize("module", [network, network2])
def test_a_subclass_may_have_any_names_of_its_own(module, data):
    book = {"num_layers", "sizes", "weights", "biases", "cost", "feedforward", "SGD", "backprop"}
    book |= {"update_mini_batch", "evaluate", "cost_derivative", "accuracy", "total_cost", "save"}
    book |= {"default_weight_initializer", "large_weight_initializer"}
    names = {name for name in dir(module.Network([2, 1])) if not name.startswith("_")}
    assert names <= book


def test_an_evaluation_of_ones_own_may_change_the_examples(data, capsys):
    class Flipping(network.Network):
        def evaluate(self, test_data):
            for x, _ in test_data:
                x[...] = 1 - x
            return len(test_data)

    np.random.seed(3)
    net = Flipping(SIZES)
    oracle = Oracle([1, 1])
    oracle.w, oracle.b = ([p.copy() for p in ps] for ps in (net.weights, net.biases))
    theirs = copy.deepcopy(data)
    random.seed(4)
    net.SGD(data, 3, 4, 0.5, test_data=data)
    random.seed(4)
    for _ in range(3):
        oracle.epoch(theirs, 4, 0.5)
        theirs = [(1 - x, y) for x, y in theirs]
    assert_close(parameters(net), [*oracle.w, *oracle.b])
    assert capsys.readouterr().out.splitlines()[-1] == "Epoch 2: 11 / 11"


@pytest.mark.parametrize("module", [network, network2])
def test_another_activation_put_into_the_module(module, data, monkeypatch):
    monkeypatch.setattr(module, "sigmoid", np.tanh)
    monkeypatch.setattr(module, "sigmoid_prime", lambda z: 1 - np.tanh(z) ** 2)
    net = made(1) if module is network else made(2, network2.QuadraticCost)
    x, y = data[0]
    z = net.weights[0] @ x + net.biases[0]
    out = net.weights[1] @ np.tanh(z) + net.biases[1]
    delta = (np.tanh(out) - y) * (1 - np.tanh(out) ** 2)
    hidden = (net.weights[1].T @ delta) * (1 - np.tanh(z) ** 2)
    assert_close([net.feedforward(x)], [np.tanh(out)])
    assert_close(net.backprop(x, y)[0], [hidden, delta])
    before = parameters(net)
    net.update_mini_batch([(x, y)], 0.1, *([0.0, 1] if module is network2 else []))
    assert_close(net.biases, [before[2] - 0.1 * hidden, before[3] - 0.1 * delta])


# --- lists ------------------------------------------------------------------------------------


def test_the_list_is_shuffled_in_place_and_may_hold_a_pair_twice(data):
    twice = [*data, *data[:5]]
    net = made(1)
    random.seed(3)
    np.random.seed(3)
    oracle, theirs = Oracle(SIZES), list(twice)
    learn(net, twice)
    random.seed(4)
    for _ in range(2):
        oracle.epoch(theirs, 4, 0.5)
    assert all(mine is their for mine, their in zip(twice, theirs, strict=True))
    assert_close(parameters(net), [*oracle.w, *oracle.b])
    labelled = [(x, int(np.argmax(y))) for x, y in data]
    assert net.evaluate(labelled * 3) == 3 * net.evaluate(labelled)


def test_any_iterable_will_do_and_is_not_shuffled(data):
    pairs, nets = tuple(data), [made(1) for _ in range(4)]
    given = [
        zip([x for x, _ in data], [y for _, y in data], strict=True),
        pairs,
        (pair for pair in data),
        [list(pair) for pair in data],
    ]
    for net, iterable in zip(nets, given, strict=True):
        learn(net, iterable)
        assert_close(parameters(net), parameters(nets[0]), 1e-300)
    assert all(a is b for a, b in zip(pairs, data, strict=True))


@pytest.mark.parametrize("chapter", [1, 2])
def test_a_slice_is_a_list_of_its_own(chapter, data):
    net, before = made(chapter), list(data)
    learn(net, data[:5])
    assert all(a is b for a, b in zip(data, before, strict=True))


def test_a_pair_exchanged_during_training_is_used(data):
    class Exchanging(network.Network):
        def evaluate(self, test_data):
            test_data[0] = (np.ones((7, 1)), np.zeros((4, 1)))
            return 0

    np.random.seed(3)
    net = Exchanging(SIZES)
    random.seed(4)
    net.SGD(data, 2, 4, 0.5, test_data=data)
    random.seed(4)
    np.random.seed(3)
    oracle, theirs = Oracle(SIZES), columns(11, 7, 4)[0]
    for _ in range(2):
        oracle.epoch(theirs, 4, 0.5)
        theirs[0] = (np.ones((7, 1)), np.zeros((4, 1)))
    assert_close(parameters(net), [*oracle.w, *oracle.b])


@pytest.mark.parametrize("dtype", [np.float64, np.float32, np.int64])
@pytest.mark.parametrize(
    "cut",
    [
        lambda x: x[:, :, None],
        lambda x: [row.reshape(-1, 1) for row in x],
        lambda x: [row.reshape(-1, 1) for row in x[::-1]],
        lambda x: [row.reshape(-1, 1) for row in x[:, ::-1]],
        lambda x: [x.reshape(-1, 1)[k : k + 7] for k in range(0, 70, 6)],
        lambda x: [x.reshape(-1, 1)[0:7]] * 3 + [x.T[:, :1].copy()] * 8,
        lambda x: [column.reshape(-1, 1) for column in np.asfortranarray(x)],
        lambda x: [column.reshape(-1, 1) for column in np.repeat(x, 2, axis=1)[:, ::2]],
    ],
)
def test_x_may_be_parts_of_a_larger_array(cut, dtype, rng):
    images = rng.integers(0, 9, (12, 7)).astype(dtype)
    targets = columns(11, 7, 4)[0]
    pairs = [(x, y) for x, (_, y) in zip(cut(images), targets, strict=False)]
    net = made(1)
    random.seed(3)
    np.random.seed(3)
    oracle, theirs = Oracle(SIZES), [(x.copy(), y) for x, y in pairs]
    learn(net, pairs)
    random.seed(4)
    for _ in range(2):
        oracle.epoch(theirs, 4, 0.5)
    assert_close(parameters(net), [*oracle.w, *oracle.b])
    assert net.evaluate([(x, 1) for x, _ in pairs]) == oracle.recognized([(x, 1) for x, _ in pairs])


def test_the_array_that_all_x_are_rows_of_is_not_copied(rng):
    images = rng.random((12, 7))
    pairs = [(row.reshape(-1, 1), 0) for row in images]
    random.shuffle(pairs)
    array, rows = Examples(pairs[:5], "here").inputs(7)
    assert array is images
    assert all(
        np.array_equal(images[row], x[:, 0]) for row, (x, _) in zip(rows, pairs, strict=False)
    )


def test_nothing_of_a_run_is_kept_but_the_engine(data):
    net = made(2)
    learn(net, data)
    assert net._seen is None


@pytest.mark.parametrize("eta", [3, np.float32(3.0), np.array(3.0)])
def test_a_learning_rate_may_be_any_number(eta, data):
    net, other = made(1), made(1)
    learn(net, list(data), eta=eta)
    learn(other, list(data), eta=3.0)
    assert_close(parameters(net), parameters(other), 1e-300)


def test_a_learning_rate_that_changes_makes_no_new_plan(data):
    net = made(2)
    for eta in np.linspace(1, 0.1, 20):
        net.update_mini_batch(data, eta, 0.1, 11)
    assert len(net._engine._plans) == 1


def test_the_number_of_plans_is_bounded(data):
    net = made(1)
    for n in range(1, 12):
        net.update_mini_batch(data[:n], 0.1)
    assert len(net._engine._plans) <= 8
