"""Mini-batch stochastic gradient descent: each step, each record, and how it can end."""

import math

import numpy as np
import pytest
from helpers.leaf import sigmoid

from autograd_nn import Network
from autograd_nn.data import Dataset, load_digits
from autograd_nn.models import Epoch, History, TrainingDiverged

COSTS = ("quadratic", "cross_entropy")
SETTINGS = {"epochs": 1, "batch_size": 3, "learning_rate": 0.5}


def examples(m=7, features=2, outputs=2, seed=5):
    rng = np.random.default_rng(seed)
    return rng.standard_normal((m, features)), rng.uniform(0, 1, (m, outputs))


def parameters_of(network):
    return [p.data.copy() for p in network.parameters]


def same(first, second):
    return all(np.array_equal(a, b) for a, b in zip(first, second, strict=True))


# --- by hand: one hidden layer, sigmoid, example after example ----------------------------------


def cost_and_gradients_by_hand(parameters, x, y, cost):
    """The cost of one example and its gradients by w2, b2, w3, b3, from the book's equations."""
    w2, b2, w3, b3 = parameters
    a2 = sigmoid(w2 @ x + b2)
    a3 = sigmoid(w3 @ a2 + b3)
    if cost == "quadratic":
        value, delta3 = 0.5 * np.sum((y - a3) ** 2), (a3 - y) * a3 * (1 - a3)
    else:
        value, delta3 = -np.sum(y * np.log(a3) + (1 - y) * np.log(1 - a3)), a3 - y
    delta2 = (w3.T @ delta3) * a2 * (1 - a2)
    return value, [np.outer(delta2, x), delta2, np.outer(delta3, a2), delta3]


def step_by_hand(parameters, x, y, cost, learning_rate):
    """The mean cost of a mini-batch, and the parameters after w → w - η/m Σ ∂C/∂w."""
    parts = [cost_and_gradients_by_hand(parameters, *xy, cost) for xy in zip(x, y, strict=True)]
    means = [sum(gs) / len(x) for gs in zip(*(gradients for _, gradients in parts), strict=True)]
    moved = [p - learning_rate * g for p, g in zip(parameters, means, strict=True)]
    return sum(value for value, _ in parts) / len(x), moved


def spy_on_batches(monkeypatch):
    """The mini-batches of a fit, in their order."""
    batches, compute = [], Network.training_cost

    def spied(self, x, y):
        batches.append((x.copy(), y.copy()))
        return compute(self, x, y)

    monkeypatch.setattr(Network, "training_cost", spied)
    return batches


@pytest.mark.parametrize("cost", COSTS)
@pytest.mark.parametrize("m", [1, 7])
def test_one_step_is_w_minus_eta_times_the_mean_gradient(cost, m):
    network = Network([2, 3, 2], cost=cost, rng=1)
    x, y = examples(m)
    value, expected = step_by_hand(parameters_of(network), x, y, cost, 0.7)
    history = network.fit((x, y), epochs=1, batch_size=m, learning_rate=0.7)
    for p, w in zip(network.parameters, expected, strict=True):
        np.testing.assert_allclose(p.data, w, rtol=0, atol=1e-15)
    assert history[0].cost == pytest.approx(value, rel=1e-14)


@pytest.mark.parametrize("cost", COSTS)
def test_the_last_mini_batch_may_be_short_and_its_mean_is_over_what_it_has(monkeypatch, cost):
    network = Network([2, 3, 2], cost=cost, rng=1)
    x, y = examples(7)
    expected, batches = parameters_of(network), spy_on_batches(monkeypatch)
    history = network.fit((x, y), epochs=2, batch_size=3, learning_rate=0.7, plan=False)
    assert [len(bx) for bx, _ in batches] == [3, 3, 1, 3, 3, 1]
    costs = []
    for bx, by in batches:
        value, expected = step_by_hand(expected, bx, by, cost, 0.7)
        costs.append(value)
    for p, w in zip(network.parameters, expected, strict=True):
        np.testing.assert_allclose(p.data, w, rtol=0, atol=5e-15)
    for epoch in (0, 1):  # the running mean: each example by the cost it had in its mini-batch
        first, second, last = costs[3 * epoch : 3 * epoch + 3]
        assert history[epoch].cost == pytest.approx((3 * first + 3 * second + last) / 7, rel=1e-13)


def test_a_mini_batch_larger_than_the_data_is_all_of_it(monkeypatch):
    x, y = examples(7)
    batches = spy_on_batches(monkeypatch)
    Network([2, 2]).fit((x, y), epochs=1, batch_size=100, learning_rate=0.5)
    assert [len(bx) for bx, _ in batches] == [7]


def test_each_example_is_used_once_an_epoch_with_its_own_target_in_a_new_order(monkeypatch):
    x, y = examples(20)
    batches = spy_on_batches(monkeypatch)
    Network([2, 2]).fit((x, y), epochs=3, batch_size=6, learning_rate=0.5, plan=False)
    assert len(batches) == 12
    orders = []
    for epoch in range(3):
        of_epoch = batches[4 * epoch : 4 * epoch + 4]
        seen_x = np.concatenate([bx for bx, _ in of_epoch])
        seen_y = np.concatenate([by for _, by in of_epoch])
        order = [int(np.flatnonzero((x == row).all(axis=1)).item()) for row in seen_x]
        assert sorted(order) == list(range(20))
        assert np.array_equal(seen_y, y[order])
        orders.append(order)
    assert len({tuple(order) for order in (*orders, range(20))}) == 4


def test_labels_are_learned_as_targets_with_a_one():
    x, _ = examples(7)
    labels = np.array([0, 1, 1, 0, 1, 0, 0])
    by_label, by_target = Network([2, 2]), Network([2, 2])
    by_label.fit((x, labels), **SETTINGS)
    by_target.fit((x, np.eye(2)[labels]), **SETTINGS)
    assert same(parameters_of(by_label), parameters_of(by_target))


def test_fit_changes_the_parameters_in_place_and_leaves_no_gradients():
    network = Network([2, 3, 2])
    tensors, arrays = list(network.parameters), [p.data for p in network.parameters]
    before = parameters_of(network)
    network.fit(examples(), **SETTINGS)
    for p, tensor, array, old in zip(network.parameters, tensors, arrays, before, strict=True):
        assert p is tensor
        assert p.data is array
        assert not np.array_equal(array, old)
        assert p.grad is None


def test_fit_changes_neither_the_data_nor_gradients_that_were_there():
    network, (x, y) = Network([2, 3, 2]), examples()
    network.weights[0].grad = marked = np.full((3, 2), 7.0)
    kept_x, kept_y = x.copy(), y.copy()
    network.fit((x, y), **SETTINGS)
    assert np.array_equal(x, kept_x)
    assert np.array_equal(y, kept_y)
    assert network.weights[0].grad is marked
    assert (marked == 7).all()


def test_a_second_fit_goes_on_from_the_first():
    twice, once = Network([2, 3, 2]), Network([2, 3, 2])
    one_batch = {"batch_size": 7, "learning_rate": 0.5}
    twice.fit(examples(), epochs=2, **one_batch)
    twice.fit(examples(), epochs=3, **one_batch)
    once.fit(examples(), epochs=5, **one_batch)
    for p, q in zip(twice.parameters, once.parameters, strict=True):
        np.testing.assert_allclose(p.data, q.data, rtol=0, atol=1e-14)


def test_no_epochs_change_nothing():
    network = Network([2, 2])
    before = parameters_of(network)
    history = network.fit(examples(), epochs=0, batch_size=3, learning_rate=0.5)
    assert len(history) == 0
    assert same(parameters_of(network), before)


def test_a_float32_network_stays_float32_and_learns_the_same_but_coarser():
    fine, coarse = Network([2, 3, 2]), Network([2, 3, 2], dtype=np.float32)
    for network in (fine, coarse):
        network.fit(examples(), epochs=5, batch_size=3, learning_rate=0.5)
    for p, q in zip(fine.parameters, coarse.parameters, strict=True):
        assert q.dtype == np.float32
        np.testing.assert_allclose(q.data, p.data, rtol=1e-3, atol=1e-5)


# --- the same again -------------------------------------------------------------------------------


def trained(seed, **settings):
    network = Network([2, 3, 2], rng=1)
    history = network.fit(examples(), **(SETTINGS | {"epochs": 3, "rng": seed} | settings))
    return parameters_of(network), [record.cost for record in history]


def test_one_seed_gives_the_same_weights_and_costs_bit_for_bit():
    (weights, costs), (again, costs_again) = trained(3), trained(3)
    assert same(weights, again)
    assert costs == costs_again


def test_another_seed_gives_other_weights():
    weights, others = trained(3)[0], trained(4)[0]
    for w, v in zip(weights, others, strict=True):
        assert not np.array_equal(w, v)


def test_without_a_seed_training_is_that_of_seed_0():
    network = Network([2, 3, 2], rng=1)
    network.fit(examples(), **(SETTINGS | {"epochs": 3}))
    assert same(parameters_of(network), trained(0)[0])


def test_a_generator_in_the_place_of_a_seed_moves_on():
    generator = np.random.default_rng(3)
    assert same(trained(generator)[0], trained(3)[0])
    assert not same(trained(generator)[0], trained(3)[0])


def test_validation_and_progress_do_not_change_what_is_learned():
    watched = trained(3, validation=(examples()[0], [0, 1, 0, 1, 0, 1, 0]), progress=lambda e: None)
    assert same(watched[0], trained(3)[0])


def test_training_prints_nothing(capfd):
    Network([2, 2]).fit(examples(), **SETTINGS, validation=(examples()[0], [0, 1, 0, 1, 0, 1, 0]))
    assert capfd.readouterr() == ("", "")


# --- the history ----------------------------------------------------------------------------------


def test_the_history_has_a_record_for_each_epoch():
    history = Network([2, 2]).fit(examples(), epochs=4, batch_size=3, learning_rate=0.5)
    assert isinstance(history, History)
    assert len(history) == 4
    assert not history.interrupted
    for position, record in enumerate(history):
        assert isinstance(record, Epoch)
        assert record.epoch == position
        assert type(record.cost) is float
        assert record.cost > 0
        assert record.accuracy is None
        assert record.seconds >= 0
    assert [record.epoch for record in history[1:3]] == [1, 2]
    assert history[-1] is history[3]
    assert len({record.cost for record in history}) == 4


def test_the_history_says_what_it_holds():
    history = Network([2, 2]).fit(examples(), epochs=2, batch_size=3, learning_rate=0.5)
    assert repr(history).startswith("History(2 epochs")
    assert "epoch=1" in repr(history)
    assert repr(History()) == "History(0 epochs)"


@pytest.mark.parametrize("kind", ["pair", "list", "dataset", "targets"])
def test_the_accuracy_of_a_record_is_that_of_the_network_after_the_epoch(kind):
    x, labels = np.array([[0.0], [1.0], [2.0], [3.0]]), np.array([0, 0, 1, 1])
    validation = {
        "pair": (x, labels),
        "list": [x, labels.tolist()],
        "dataset": Dataset(x, labels),
        "targets": (x, np.eye(2)[labels]),
    }[kind]
    network, measured = Network([1, 2], cost="cross_entropy", rng=1), []

    def progress(event):
        if isinstance(event, Epoch):
            measured.append(network.accuracy(x, labels))

    history = network.fit(
        (x, labels),
        epochs=30,
        batch_size=2,
        learning_rate=0.5,
        validation=validation,
        progress=progress,
    )
    accuracies = [record.accuracy for record in history]
    assert accuracies == measured
    assert {type(accuracy) for accuracy in accuracies} == {float}
    assert accuracies[0] < 1
    assert accuracies[-1] == 1


def test_the_accuracy_of_a_single_output_neuron_takes_targets_and_labels():
    x, y = np.array([[-2.0], [-1.0], [1.0], [2.0]]), np.array([[0.0], [0.0], [1.0], [1.0]])
    for wanted in (y, [0, 0, 1, 1]):
        history = Network([1, 1], cost="cross_entropy").fit(
            (x, y), epochs=30, batch_size=2, learning_rate=1.0, validation=(x, wanted)
        )
        assert history[-1].accuracy == 1


# --- progress -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("m", "batch_size"), [(7, 3), (6, 3), (1, 1), (3, 100), (120, 1), (49, 1), (101, 1), (1000, 3)]
)
def test_progress_gets_fractions_that_rise_to_1_and_then_the_record(m, batch_size):
    events = []
    history = Network([2, 2]).fit(
        examples(m), epochs=3, batch_size=batch_size, learning_rate=0.1, progress=events.append
    )
    ends = [i for i, event in enumerate(events) if isinstance(event, Epoch)]
    assert [events[i] for i in ends] == list(history)
    assert ends[-1] == len(events) - 1
    for start, end in zip([0, *(i + 1 for i in ends)], ends, strict=False):
        fractions = events[start:end]
        assert fractions
        assert {type(fraction) for fraction in fractions} == {float}
        assert fractions[0] > 0
        assert fractions[-1] == 1.0
        assert np.all(np.diff(fractions) > 0)


def test_a_fraction_is_the_part_of_the_examples_that_is_done():
    events = []
    Network([2, 2]).fit(
        examples(8), epochs=1, batch_size=2, learning_rate=0.1, progress=events.append
    )
    assert events[:-1] == [0.25, 0.5, 0.75, 1.0]


def test_long_epochs_report_often_but_not_every_mini_batch():
    events = []
    Network([1, 1]).fit(
        (np.zeros((5000, 1)), np.zeros((5000, 1))),
        epochs=1,
        batch_size=1,
        learning_rate=0.1,
        progress=events.append,
    )
    assert 20 <= len(events) - 1 <= 100


def test_an_error_of_progress_is_the_callers():
    def progress(event):
        raise LookupError("mine")

    with pytest.raises(LookupError, match="mine"):
        Network([2, 2]).fit(examples(), **SETTINGS, progress=progress)


# --- Ctrl-C ---------------------------------------------------------------------------------------


def fit_until(stop, epochs=10, **settings):
    """Train; Ctrl-C when stop(number of records so far, event) says so."""
    network, records = Network([2, 2]), []

    def progress(event):
        if isinstance(event, Epoch):
            records.append(event)
        if stop(len(records), event):
            raise KeyboardInterrupt

    try:
        return network, network.fit(
            examples(),
            epochs=epochs,
            batch_size=3,
            learning_rate=0.5,
            progress=progress,
            **settings,
        )
    except KeyboardInterrupt:
        pytest.fail("Ctrl-C got out of fit")  # it would end the test run


def test_ctrl_c_in_the_middle_of_an_epoch_keeps_the_epochs_before():
    _, history = fit_until(lambda done, event: done == 2 and isinstance(event, float))
    assert [record.epoch for record in history] == [0, 1]
    assert history.interrupted
    assert "interrupted" in repr(history)
    undisturbed = Network([2, 2]).fit(examples(), epochs=2, batch_size=3, learning_rate=0.5)
    assert [record.cost for record in history] == [record.cost for record in undisturbed]


def test_ctrl_c_at_the_end_of_an_epoch_keeps_that_epoch():
    network, history = fit_until(lambda done, event: done == 3)
    assert [record.epoch for record in history] == [0, 1, 2]
    assert history.interrupted
    undisturbed = Network([2, 2])
    undisturbed.fit(examples(), epochs=3, batch_size=3, learning_rate=0.5)
    assert same(parameters_of(network), parameters_of(undisturbed))


def test_ctrl_c_in_the_first_epoch_gives_an_empty_history():
    _, history = fit_until(lambda done, event: True)
    assert len(history) == 0
    assert history.interrupted


def test_ctrl_c_while_the_cost_is_computed_keeps_the_epochs_before(monkeypatch):
    calls, compute = [], Network.training_cost

    def interrupted(self, x, y):
        calls.append(len(x))
        if len(calls) == 5:  # the second mini-batch of the second epoch
            raise KeyboardInterrupt
        return compute(self, x, y)

    monkeypatch.setattr(Network, "training_cost", interrupted)
    _, history = fit_until(lambda done, event: False, plan=False)
    assert [record.epoch for record in history] == [0]
    assert history.interrupted
    assert len(calls) == 5


def test_a_run_that_was_not_stopped_is_not_called_interrupted():
    _, history = fit_until(lambda done, event: False, epochs=2)
    assert len(history) == 2
    assert not history.interrupted
    assert "interrupted" not in repr(history)


# --- divergence -----------------------------------------------------------------------------------


def test_a_cost_that_is_no_longer_finite_raises_with_the_history_so_far():
    network = Network([2, 2])

    def progress(event):
        if isinstance(event, Epoch) and event.epoch == 1:
            network.weights[0].data[0, 0] = np.nan

    with pytest.raises(TrainingDiverged, match=r"fit: in epoch 2 .*nan.*learning_rate") as caught:
        network.fit(examples(), epochs=5, batch_size=3, learning_rate=0.5, progress=progress)
    assert isinstance(caught.value, ValueError)
    assert [record.epoch for record in caught.value.history] == [0, 1]
    assert not caught.value.history.interrupted


def test_an_infinite_cost_is_not_finite_either():
    network = Network([2, 2], cost="cross_entropy")

    def progress(event):
        if isinstance(event, Epoch):
            network.biases[0].data = [1.5e308, 1.5e308]  # each a finite cost, together none

    with (
        np.errstate(over="ignore"),
        pytest.raises(TrainingDiverged, match=r"fit: in epoch 1 .*\binf\b") as caught,
    ):
        network.fit(
            (np.zeros((4, 2)), np.zeros((4, 2))), **(SETTINGS | {"epochs": 3}), progress=progress
        )
    assert len(caught.value.history) == 1


def test_a_learning_rate_out_of_all_proportion_diverges_and_says_to_lower_it():
    network = Network([2, 3, 2], "relu", "cross_entropy")
    with (
        np.errstate(all="ignore"),
        pytest.raises(TrainingDiverged, match=r"smaller learning_rate than 1e\+200") as caught,
    ):
        network.fit(examples(), epochs=50, batch_size=1, learning_rate=1e200)
    assert len(caught.value.history) < 50


def test_divergence_is_noticed_before_it_reaches_the_weights():
    network = Network([2, 3, 2], "relu", "cross_entropy")
    with np.errstate(all="ignore"), pytest.raises(TrainingDiverged):
        network.fit(examples(), epochs=50, batch_size=1, learning_rate=1e200)
    for p in network.parameters:
        assert not np.isnan(p.data).any()


@pytest.mark.parametrize("plan", [True, False], ids=["plan", "eager"])
@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"validation": examples()}, "fit: in epoch 0 an output became"),
        ({"validation": examples(), "monitor_every": 1}, "fit: in epoch 0 an output became"),
        ({"monitor": "training_accuracy"}, "fit: in epoch 0 an output became"),
        ({"monitor": "training_cost"}, "fit: in epoch 0 the training cost became"),
    ],
    ids=lambda value: "-".join(value) if isinstance(value, dict) else "",
)
def test_divergence_is_also_noticed_where_it_is_measured(settings, said, plan):
    network = Network([2, 4, 2], "linear", output="linear")
    with np.errstate(all="ignore"), pytest.raises(TrainingDiverged, match=said) as caught:
        network.fit(
            examples(), epochs=2, batch_size=100, learning_rate=1e200, plan=plan, **settings
        )
    assert "a smaller learning_rate than 1e+200 often helps" in str(caught.value)
    assert len(caught.value.history) == 0


# --- learning -------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def digits():
    return load_digits().split(1500)


@pytest.mark.parametrize("as_pair", [False, True], ids=["datasets", "pairs"])
def test_thirty_hidden_neurons_learn_the_digits_in_ten_epochs(digits, as_pair):
    train, test = digits
    network = Network([64, 30, 10], cost="cross_entropy")
    history = network.fit(
        (train.x, train.labels) if as_pair else train,
        epochs=10,
        batch_size=10,
        learning_rate=0.5,
        validation=(test.x, test.labels) if as_pair else test,
    )
    assert history[-1].accuracy >= 0.95
    assert history[-1].accuracy == network.accuracy(test.x, test.labels)
    assert history[-1].accuracy == np.mean(network.predict(test.x) == test.labels)
    assert history[-1].cost < history[0].cost / 5


@pytest.mark.parametrize("activation", ["sigmoid", "tanh", "relu"])
@pytest.mark.parametrize("cost", COSTS)
def test_a_hidden_layer_learns_exclusive_or(activation, cost):
    x, labels = [[0, 0], [0, 1], [1, 0], [1, 1]], [0, 1, 1, 0]
    network = Network([2, 8, 2], activation, cost, rng=2)
    history = network.fit((x, labels), epochs=1500, batch_size=4, learning_rate=2.0)
    assert network.accuracy(x, labels) == 1
    assert history[-1].cost < history[0].cost / 4


# --- the toy neuron of chapter 3: one input 1, the desired output 0 -----------------------------

TOY = {
    # run: (cost, w, b, η)
    "A": ("quadratic", 0.6, 0.9, 0.15),
    "B": ("quadratic", 2.0, 2.0, 0.15),
    "C": ("cross_entropy", 0.6, 0.9, 0.005),
    "D": ("cross_entropy", 2.0, 2.0, 0.005),
    "C'": ("cross_entropy", 0.6, 0.9, 0.15),
    "D'": ("cross_entropy", 2.0, 2.0, 0.15),
}
OUTPUTS = {
    # run: the output after so many epochs
    "A": {0: 0.817574, 50: 0.387010, 100: 0.210996, 150: 0.152740, 200: 0.123747, 250: 0.106056}
    | {300: 0.093956, 500: 0.068167, 1000: 0.045476},
    "B": {0: 0.982014, 50: 0.975933, 100: 0.964131, 150: 0.933417, 200: 0.788736, 250: 0.357212}
    | {300: 0.202848, 500: 0.092979, 1000: 0.051474},
    "C": {0: 0.817574, 50: 0.751569, 100: 0.678928, 150: 0.605277, 200: 0.535490, 250: 0.472576}
    | {300: 0.417679, 500: 0.268391, 1000: 0.127984},
    "D": {0: 0.982014, 50: 0.971013, 100: 0.953905, 150: 0.928163, 200: 0.891219, 250: 0.841482}
    | {300: 0.779587, 500: 0.497293, 1000: 0.181206},
    "C'": {0: 0.817574, 50: 0.079215, 100: 0.037126, 150: 0.024065, 200: 0.017765, 250: 0.014067}
    | {300: 0.011638, 500: 0.006874, 1000: 0.003391},
    "D'": {0: 0.982014, 50: 0.098504, 100: 0.041072, 150: 0.025685, 200: 0.018638, 250: 0.014611}
    | {300: 0.012009, 500: 0.007002, 1000: 0.003422},
}
AT_THE_START = {
    # run: (cost, ∂C/∂w = ∂C/∂b)
    "A": (0.334214, 0.121938),
    "B": (0.482176, 0.017345),
    "C": (1.701413, 0.817574),
    "D": (4.018150, 0.982014),
}


def toy_neuron(run, epochs):
    """The neuron after training, its outputs by epoch, and the history."""
    cost, w, b, learning_rate = TOY[run]
    network = Network([1, 1], cost=cost)
    network.weights[0].data = [[w]]
    network.biases[0].data = [b]
    outputs = [float(network.feedforward([1.0])[0])]

    def progress(event):
        if isinstance(event, Epoch):
            outputs.append(float(network.feedforward([1.0])[0]))

    history = network.fit(
        ([[1.0]], [[0.0]]),
        epochs=epochs,
        batch_size=1,
        learning_rate=learning_rate,
        progress=progress,
    )
    return network, outputs, np.array([record.cost for record in history])


@pytest.mark.parametrize("run", TOY)
def test_the_toy_neuron_follows_the_printed_trajectory(run):
    _, outputs, _ = toy_neuron(run, 1000)
    for epoch, printed in OUTPUTS[run].items():
        assert outputs[epoch] == pytest.approx(printed, rel=0, abs=0.6e-6)


@pytest.mark.parametrize("run", AT_THE_START)
def test_the_toy_neuron_starts_with_the_printed_cost_and_gradients(run):
    network, _, costs = toy_neuron(run, 1)
    _, w, b, learning_rate = TOY[run]
    assert costs[0] == pytest.approx(AT_THE_START[run][0], rel=0, abs=0.6e-6)
    gradients = [
        (w - network.weights[0].data.item()) / learning_rate,
        (b - network.biases[0].data.item()) / learning_rate,
    ]
    assert gradients == pytest.approx([AT_THE_START[run][1]] * 2, rel=0, abs=0.6e-6)


@pytest.mark.parametrize(("run", "steepest"), [("A", 19), ("B", 214), ("C", 0), ("D", 0)])
def test_the_quadratic_cost_falls_fastest_late_and_the_cross_entropy_at_once(run, steepest):
    _, _, costs = toy_neuron(run, 400)
    assert int(np.argmax(costs[:-1] - costs[1:])) == steepest


def test_the_badly_wrong_neuron_passes_one_half_at_the_printed_epoch():
    _, outputs, _ = toy_neuron("B", 300)
    assert next(epoch for epoch, a in enumerate(outputs) if a < 0.5) == 232


# --- what cannot be trained -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("setting", "value", "expected"),
    [
        ("epochs", -1, "0 or more"),
        ("epochs", 1.5, "0 or more"),
        ("epochs", None, "0 or more"),
        ("epochs", "10", "0 or more"),
        ("batch_size", 0, "1 or more"),
        ("batch_size", -3, "1 or more"),
        ("batch_size", 10.0, "1 or more"),
        ("learning_rate", 0, "positive"),
        ("learning_rate", -0.1, "positive"),
        ("learning_rate", math.nan, "positive"),
        ("learning_rate", math.inf, "positive"),
    ],
)
def test_settings_that_make_no_sense_raise_with_their_name_and_value(setting, value, expected):
    network = Network([2, 2])
    before = parameters_of(network)
    with pytest.raises(ValueError, match=rf"fit: {setting}={value!r}.*expected.*{expected}"):
        network.fit(examples(), **(SETTINGS | {setting: value}))
    assert same(parameters_of(network), before)


@pytest.mark.parametrize("setting", ["epochs", "batch_size", "learning_rate"])
def test_there_is_no_default_for_how_to_train(setting):
    with pytest.raises(TypeError, match=setting):
        Network([2, 2]).fit(examples(), **{k: v for k, v in SETTINGS.items() if k != setting})


def test_settings_are_given_by_name():
    with pytest.raises(TypeError, match="positional"):
        Network([2, 2]).fit(examples(), 1, 3, 0.5)


X, Y = examples()


@pytest.mark.parametrize(
    ("data", "error", "message"),
    [
        (X, TypeError, r"fit: data is a ndarray.*Dataset or a pair"),
        (None, TypeError, r"fit: data is a NoneType.*Dataset or a pair"),
        ((X, Y, Y), TypeError, r"fit: data is a tuple.*Dataset or a pair"),
        ((X[0], Y[0]), ValueError, r"fit: x has shape \(2,\).*\(examples, features\)"),
        ((X[:0], Y[:0]), ValueError, r"fit: x has shape \(0, 2\).*\(examples, features\)"),
        ((X[:, :1], Y), ValueError, r"layer 1.*\(7, 1\).*\(2,\).*\(examples, 2\)"),
        ((X, Y[:6]), ValueError, r"targets of shape \(6, 2\).*\(7, 2\)"),
        ((X, Y[:, :1]), ValueError, r"targets of shape \(7, 1\).*\(7, 2\)"),
        ((X, [0, 1]), ValueError, r"labels of shape \(2,\).*\(7,\)"),
        ((X, [0, 1, 2, 0, 1, 0, 1]), ValueError, r"labels run from 0 to 2.*0 to 1"),
        ((X, [0.0] * 7), ValueError, r"targets of shape \(7,\).*\(7, 2\)"),
        ((X, ["a"] * 7), TypeError, r"targets of dtype"),
    ],
)
def test_data_that_cannot_be_learned_raise_and_leave_the_network(data, error, message):
    network = Network([2, 2])
    before = parameters_of(network)
    with pytest.raises(error, match=message):
        network.fit(data, **SETTINGS)
    assert same(parameters_of(network), before)


def test_labels_with_a_single_output_neuron_cannot_be_learned():
    with pytest.raises(ValueError, match=r"single output neuron.*targets of shape \(7, 1\)"):
        Network([2, 1]).fit((X, [0, 1, 0, 1, 0, 1, 0]), **SETTINGS)


@pytest.mark.parametrize("kind", [int, bool, float, np.float32])
def test_what_the_message_says_about_a_single_output_neuron_is_right(kind):
    y = np.array([0, 1, 0, 1, 0, 1, 0]).astype(kind)
    with pytest.raises(ValueError, match="; write ") as raised:
        Network([2, 1]).fit((X, y), **SETTINGS)
    said = str(raised.value).split("; write ")[1]
    assert said == "y.reshape(-1, 1).astype(float)"
    by_hand, by_message = Network([2, 1]), Network([2, 1])
    by_hand.fit((X, [[0.0], [1.0], [0.0], [1.0], [0.0], [1.0], [0.0]]), **SETTINGS)
    by_message.fit((X, eval(said, {"y": y})), **SETTINGS)
    assert same(parameters_of(by_hand), parameters_of(by_message))
    with pytest.raises(ValueError, match=r"; write \[float\(y\)\]"):
        Network([2, 1]).record(X[0], y[0])


def test_a_validation_that_is_no_pair_raises_before_training():
    network = Network([2, 2])
    before = parameters_of(network)
    with pytest.raises(TypeError, match=r"fit: validation is a ndarray.*Dataset or a pair"):
        network.fit((X, Y), **SETTINGS, validation=X)
    assert same(parameters_of(network), before)


# --- faults known when these tests were written -----------------------------------------------


@pytest.mark.parametrize(
    "validation",
    [(X, [0, 1]), (X[:, :1], [0] * 7), (X[:0], np.zeros(0, int)), (X, np.zeros(7))],
    ids=["fewer labels", "fewer features", "nothing", "floats"],
)
def test_a_validation_that_does_not_fit_raises_before_training(validation):
    network = Network([2, 2])
    before = parameters_of(network)
    with pytest.raises(ValueError, match=r"shape|examples"):
        network.fit((X, Y), **SETTINGS, validation=validation)
    assert same(parameters_of(network), before)


@pytest.mark.parametrize("outputs", [1, 2])
def test_integer_targets_that_can_be_learned_can_be_validated(outputs):
    y = np.eye(outputs, dtype=int)[np.arange(7) % outputs]
    network = Network([2, outputs])
    history = network.fit((X, y), **SETTINGS, validation=(X, y))
    by_floats = Network([2, outputs]).fit((X, y), **SETTINGS, validation=(X, y.astype(float)))
    assert history[0].accuracy == by_floats[0].accuracy


def test_validation_targets_of_another_width_raise():
    with pytest.raises(ValueError, match="shape"):
        Network([2, 2]).fit((X, Y), **SETTINGS, validation=(X, np.zeros((7, 5))))


def test_a_progress_that_is_an_empty_list_is_called_too():
    class Events(list):
        __call__ = list.append

    events = Events()
    Network([2, 2]).fit((X, Y), **SETTINGS, progress=events)
    assert events


def test_a_floating_point_error_of_progress_is_the_callers():
    def progress(event):
        raise FloatingPointError("mine")

    with pytest.raises(FloatingPointError, match="mine"):
        Network([2, 2]).fit((X, Y), **SETTINGS, progress=progress)


def test_the_books_list_of_tuples_is_told_from_a_pair():
    tuples = [(np.zeros(2), 0), (np.ones(2), 1)]
    with pytest.raises(TypeError, match=r"data is a list of tuples; expected a Dataset or a pair"):
        Network([2, 2]).fit(tuples, epochs=1, batch_size=1, learning_rate=1.0)


@pytest.mark.parametrize(
    "setting", [{"learning_rate": None}, {"epochs": True}, {"batch_size": 2.0}]
)
def test_a_setting_of_the_wrong_kind_is_named(setting):
    settings = {"epochs": 1, "batch_size": 1, "learning_rate": 1.0, **setting}
    with pytest.raises(ValueError, match=f"fit: {next(iter(setting))}=.*expected"):
        Network([2, 2]).fit((np.zeros((1, 2)), [0]), **settings)
