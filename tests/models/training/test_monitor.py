"""What can be watched: costs with the right n, accuracies, gradients, saturation; also in between."""

import csv
import io
import json
import math

import numpy as np
import pytest
from helpers.networks import network

from autograd_nn import Network
from autograd_nn.data import load_digits
from autograd_nn.models import Epoch, History, Moment, backprop, saturation, total_cost
from autograd_nn.models.training.monitor import QUANTITIES

TRAINING, HELD_OUT = load_digits().first(60), load_digits().take(slice(100, 130))
HOW = {"epochs": 2, "batch_size": 10, "learning_rate": 0.5}
KIND = {"sizes": (64, 6, 10), "cost": "cross_entropy"}


def cost_by_hand(net, data, l2, l1, n):
    a = net.feedforward(data.x)
    y = np.eye(10)[data.labels]
    unpenalized = -np.sum(y * np.log(a) + (1 - y) * np.log(1 - a)) / len(data)
    squares = sum(np.sum(w.data**2) for w in net.weights)
    absolute = sum(np.sum(np.abs(w.data)) for w in net.weights)
    return unpenalized + l2 / (2 * n) * squares + l1 / n * absolute


# --- values -----------------------------------------------------------------------------------


def test_everything_that_is_monitored_is_what_the_network_then_gives():
    net = network(**KIND)
    history = net.fit(TRAINING, **HOW, l2=4.0, l1=0.5, validation=HELD_OUT, monitor="all")
    last = history[-1]
    assert last.training_cost == pytest.approx(cost_by_hand(net, TRAINING, 4.0, 0.5, 60), rel=1e-12)
    assert last.validation_cost == pytest.approx(
        cost_by_hand(net, HELD_OUT, 4.0, 0.5, 60), rel=1e-12
    )  # the training n, 60, and not the 30 of the held-out data
    assert last.training_accuracy == net.accuracy(TRAINING.x, TRAINING.labels)
    assert last.accuracy == net.accuracy(HELD_OUT.x, HELD_OUT.labels)
    by_hand = backprop(net, TRAINING.x, TRAINING.labels)
    norms = [np.linalg.norm(by_hand.nabla_w[layer]) for layer in (2, 3)]
    np.testing.assert_allclose(last.gradient_norms, norms, rtol=1e-12)
    outside = [np.mean((a < 0.01) | (a > 0.99)) for a in (by_hand.a[2], by_hand.a[3])]
    np.testing.assert_allclose(last.saturation, outside, rtol=1e-12)


def test_the_wrong_n_of_the_book_would_show():
    """The book's total_cost divides by the data judged: on 30 instead of 60 twice the penalty."""
    net = network(**KIND)
    right = total_cost(net, HELD_OUT.x, HELD_OUT.labels, l2=4.0, examples=60)
    wrong = total_cost(net, HELD_OUT.x, HELD_OUT.labels, l2=4.0, examples=30)
    assert right == pytest.approx(cost_by_hand(net, HELD_OUT, 4.0, 0.0, 60), rel=1e-12)
    assert wrong - right > 0.1


def test_monitoring_changes_nothing_that_is_learned():
    watched, alone = network(**KIND), network(**KIND)
    watched.fit(TRAINING, **HOW, validation=HELD_OUT, monitor="all", monitor_every=15)
    alone.fit(TRAINING, **HOW)
    for p, q in zip(watched.parameters, alone.parameters, strict=True):
        assert np.array_equal(p.data, q.data)
        assert p.grad is None


@pytest.mark.parametrize("quantity", QUANTITIES)
def test_what_is_not_asked_for_is_not_measured(quantity):
    history = network(**KIND).fit(TRAINING, **HOW, validation=HELD_OUT, monitor=quantity)
    for name in QUANTITIES:
        assert (getattr(history[0], name) is not None) == (name == quantity)
    assert "None" not in repr(history[0])
    assert f"{quantity}=" in repr(history[0])


def test_several_quantities_are_a_list():
    history = network(**KIND).fit(TRAINING, **HOW, monitor=["saturation", "training_cost"])
    assert history[1].training_cost is not None
    assert history[1].saturation is not None
    assert history[1].training_accuracy is None


def test_all_without_validation_is_what_there_is():
    history = network(**KIND).fit(TRAINING, **HOW, monitor="all")
    assert history[0].validation_cost is None
    assert history[0].training_accuracy is not None


@pytest.mark.parametrize(
    ("monitor", "message"),
    [
        ("cost", r"monitor has 'cost'; expected any of training_cost, .*or 'all'"),
        (["training_cost", "loss"], r"monitor has 'loss'"),
        ("validation_cost", r"'validation_cost'; give the data too"),
    ],
)
def test_what_cannot_be_monitored_raises_before_training(monitor, message):
    net = network(**KIND)
    before = net.weights[0].data.copy()
    with pytest.raises(ValueError, match=message):
        net.fit(TRAINING, **HOW, monitor=monitor)
    assert np.array_equal(net.weights[0].data, before)


def test_what_is_no_name_is_told_before_training():
    with pytest.raises(TypeError, match="fit: monitor=5; expected a name, several, or 'all'"):
        network(**KIND).fit(TRAINING, **HOW, monitor=5)


def test_labels_that_have_no_cost_raise_before_training():
    net = Network([1, 1])
    with pytest.raises(ValueError, match="single output neuron"):
        net.fit(
            ([[0.0], [1.0]], [[0.0], [1.0]]), epochs=1, batch_size=1, learning_rate=1.0,
            validation=([[0.0]], [1]), monitor="validation_cost",
        )  # fmt: skip


# --- gradients and saturation -----------------------------------------------------------------


def test_large_weights_saturate_and_scaled_weights_do_not():
    """The book's argument of chapter 3: 1,000 inputs, half of them on."""
    x = np.repeat([1.0, 0.0], 500)
    large = Network([1000, 400, 1], initializer="large", rng=0)
    scaled = Network([1000, 400, 1], initializer="scaled", rng=0)
    assert saturation(large, x)[0] == pytest.approx(0.837, abs=0.05)
    assert saturation(scaled, x)[0] < 0.01


@pytest.mark.parametrize(
    ("activation", "bias", "stuck"),
    [
        ("sigmoid", 4.5, False), ("sigmoid", 4.7, True), ("sigmoid", -4.7, True),
        ("tanh", 2.2, False), ("tanh", 2.4, True), ("tanh", -2.4, True),
        ("relu", 0.1, False), ("relu", -0.1, True), ("relu", 0.0, True),
        ("linear", 1000.0, False),
    ],
)  # fmt: skip
def test_a_neuron_is_saturated_where_it_hardly_reacts(activation, bias, stuck):
    net = Network([1, 2, 1], activation, swapped={(2, 1): "linear"}, zero_biases=True)
    net.biases[0].data = [bias, 50.0]
    assert saturation(net, [[0.0], [0.0]])[0] == (0.5 if stuck else 0.0)


# --- in between -------------------------------------------------------------------------------


def test_moments_come_after_every_so_many_examples():
    net = network(**KIND)
    history = net.fit(
        TRAINING, **HOW, validation=HELD_OUT, monitor="training_cost", monitor_every=20
    )
    assert [m.epoch for m in history.moments] == pytest.approx([1 / 3, 2 / 3, 1, 4 / 3, 5 / 3, 2])
    assert all(isinstance(m, Moment) for m in history.moments)
    for end, record in ((2, history[0]), (5, history[1])):
        assert history.moments[end].training_cost == record.training_cost
        assert history.moments[end].accuracy == record.accuracy
        mean = np.mean([m.cost for m in history.moments[end - 2 : end + 1]])
        assert mean == pytest.approx(record.cost, rel=1e-12)


def test_a_number_that_is_no_multiple_of_the_mini_batch_is_rounded_up():
    history = network(**KIND).fit(TRAINING, **HOW, monitor_every=11)
    assert [m.epoch for m in history.moments][:3] == pytest.approx([1 / 3, 2 / 3, 1])
    assert Network([64, 10]).fit(TRAINING, **HOW, monitor_every=1000).moments == []


# --- the history ------------------------------------------------------------------------------


def test_csv_has_a_column_for_each_number_and_numbers_come_back_exactly(tmp_path):
    history = network(**KIND).fit(TRAINING, **HOW, validation=HELD_OUT, monitor="all")
    text = history.to_csv(tmp_path / "history.csv")
    assert (tmp_path / "history.csv").read_text() == text
    rows = list(csv.DictReader(io.StringIO(text)))
    assert len(rows) == 2
    assert list(rows[0])[:5] == ["epoch", "cost", "accuracy", "seconds", "learning_rate"]
    for row, record in zip(rows, history, strict=True):
        assert float(row["cost"]) == record.cost
        assert float(row["validation_cost"]) == record.validation_cost
        assert float(row["gradient_norms_3"]) == record.gradient_norms[1]
    assert "accuracy" not in network(**KIND).fit(TRAINING, **HOW).to_csv()


def test_json_holds_everything_exactly(tmp_path):
    history = network(**KIND).fit(
        TRAINING, **HOW, validation=HELD_OUT, monitor="all", monitor_every=30, patience=1
    )
    text = history.to_json(tmp_path / "history.json")
    found = json.loads((tmp_path / "history.json").read_text())
    assert found == json.loads(text)
    assert [e["cost"] for e in found["epochs"]] == [e.cost for e in history]
    assert found["epochs"][0]["saturation"] == list(history[0].saturation)
    assert len(found["moments"]) == len(history.moments) == 4
    assert (found["interrupted"], found["stopped"]) == (False, history.stopped)


def test_a_history_is_written_whole_or_not_at_all(tmp_path, monkeypatch):
    (tmp_path / "h.csv").write_text("old")
    history = network(**KIND).fit(TRAINING, **HOW)
    with pytest.raises(FileNotFoundError, match="no folder"):
        history.to_csv(tmp_path / "nowhere" / "h.csv")

    def full(descriptor):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(OSError, match="No space left"):
        history.to_csv(tmp_path / "h.csv")
    assert (tmp_path / "h.csv").read_text() == "old"
    assert [f.name for f in tmp_path.iterdir()] == ["h.csv"]


def test_the_best_epoch_is_the_first_with_the_highest_accuracy():
    history = History()
    for i, accuracy in enumerate((0.5, 0.9, 0.7, 0.9)):
        history.epochs.append(Epoch(i, 1.0, accuracy, 0.1))
    assert history.best is history[1]
    with pytest.raises(ValueError, match="no accuracy was measured"):
        _ = History().best


def test_plot_draws_a_line_for_each_quantity():
    pytest.importorskip("matplotlib")
    history = network(**KIND).fit(TRAINING, **HOW, validation=HELD_OUT, monitor="all")
    labels = [t.get_text() for t in history.plot().get_legend().get_texts()]
    assert labels == [
        "training cost", "cost on training data, with penalty",
        "cost on held-out data, with penalty", "accuracy on training data",
        "accuracy on held-out data",
    ]  # fmt: skip
    lowest = 100 * min(min(e.accuracy, e.training_accuracy) for e in history)
    (right,) = (axes for axes in history.plot().figure.axes if "%" in axes.get_ylabel())
    assert right.get_ylim()[0] < lowest, "a curve is cut off"
    short = network(**KIND).fit(TRAINING, **HOW).plot()
    assert [t.get_text() for t in short.get_legend().get_texts()] == ["training cost"]


def test_a_measured_cost_that_is_not_finite_does_not_hide():
    net = Network([1, 1], output="linear", zero_biases=True)
    net.weights[0].data = [[1e200]]
    with np.errstate(over="ignore"):
        assert net.mean_cost([[1.0]], [[0.0]]) == math.inf
