"""No improvement in n epochs: when training stops, and when it goes on more slowly."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograd_nn import Network
from autograd_nn.data import load_digits
from autograd_nn.models import Epoch, NoImprovement, Schedule

DATA = ([[0.0], [1.0]], [0, 1])
HOW = {"batch_size": 1, "learning_rate": 0.5}


def fit_with_accuracies(monkeypatch, accuracies, **settings):
    """Train while the validation accuracy is what the test wants it to be."""
    left = iter([0.0, *accuracies])  # the first is asked for before training, as a check
    monkeypatch.setattr(Network, "accuracy", lambda self, x, labels: next(left))
    return Network([1, 2]).fit(DATA, epochs=len(accuracies), validation=DATA, **(HOW | settings))


@given(st.lists(st.sampled_from([0.1, 0.2, 0.3, 0.4]), max_size=40), st.integers(1, 5))
def test_the_signal_is_that_of_a_search_through_all_that_came_before(accuracies, patience):
    signal, start = NoImprovement(patience), 0
    for i, accuracy in enumerate(accuracies):
        # waited epochs since the last record or the last signal, whichever is later
        best_before = [max(accuracies[:j], default=-1) for j in range(i + 1)]
        records = [j for j in range(start, i + 1) if accuracies[j] > best_before[j]]
        waited = i - records[-1] if records else i - start + 1
        expected = waited >= patience
        assert signal(accuracy) == expected
        if expected:
            start = i + 1


@pytest.mark.parametrize(("patience", "epochs_run"), [(1, 3), (2, 6), (3, 11), (4, 12), (20, 12)])
def test_training_stops_when_the_best_was_not_passed_in_n_epochs(monkeypatch, patience, epochs_run):
    accuracies = [0.1, 0.2, 0.2, 0.3, 0.2, 0.3, 0.4, 0.5, 0.4, 0.5, 0.5, 0.5]
    history = fit_with_accuracies(monkeypatch, accuracies, patience=patience)
    assert len(history) == epochs_run
    if patience < 20:
        assert history.stopped == f"no improvement in {patience} epochs"
        assert "stopped: no improvement" in repr(history)
    else:
        assert history.stopped is None


@pytest.mark.parametrize(
    ("schedule", "cuts"),
    [
        (Schedule(), 7),
        (Schedule(2, 1024), 10),
        (Schedule(10, 1000), 3),
        (Schedule(10, 1024), 4),
        (Schedule(2, 128.0), 7),
        (Schedule(3, 3), 1),
    ],
)
def test_a_schedule_divides_on_the_same_signal_until_the_rate_is_low_enough(
    monkeypatch, schedule, cuts
):
    history = fit_with_accuracies(monkeypatch, [0.5] * 200, patience=3, schedule=schedule)
    # the first epoch is a record; then every three epochs without one the rate is divided
    assert len(history) == 1 + 3 * cuts
    assert "learning rate has come down" in history.stopped
    rates = [record.learning_rate for record in history]
    assert rates[0] == 0.5
    for i, rate in enumerate(rates):
        assert rate == pytest.approx(0.5 / schedule.divide_by ** max(0, (i - 1) // 3), rel=1e-12)


def test_the_learning_rate_of_a_schedule_is_the_one_that_is_learned_with(monkeypatch):
    x, y = np.array([[1.0], [-2.0], [0.5]]), np.array([[0.0], [1.0], [1.0]])
    left = iter([0.0] + [0.5] * 100)
    monkeypatch.setattr(Network, "accuracy", lambda self, x, labels: next(left))
    scheduled, by_hand = Network([1, 1], rng=1), Network([1, 1], rng=1)
    history = scheduled.fit(
        (x, y), epochs=6, batch_size=3, learning_rate=0.5, validation=(x, [0, 1, 1]), patience=2,
        schedule=Schedule(2, 128),
    )  # fmt: skip
    assert [record.learning_rate for record in history] == [0.5, 0.5, 0.5, 0.25, 0.25, 0.125]
    for record in history:
        by_hand.fit((x, y), epochs=1, batch_size=3, learning_rate=record.learning_rate)
    for p, q in zip(scheduled.parameters, by_hand.parameters, strict=True):
        np.testing.assert_allclose(p.data, q.data, rtol=0, atol=1e-15)


def test_the_books_own_rule_on_real_training_stops_and_keeps_what_was_best():
    training, held_out = load_digits().split(300, 300, rng=0)[:2]
    network = Network([64, 10], cost="cross_entropy")
    history = network.fit(
        training, epochs=300, batch_size=10, learning_rate=1.0, validation=held_out, patience=10
    )
    assert len(history) < 300
    assert history.best.epoch == len(history) - 11
    assert all(record.accuracy <= history.best.accuracy for record in history)


@pytest.mark.parametrize(
    ("settings", "error", "message"),
    [
        ({"patience": 0}, ValueError, r"patience=0; expected an integer, 1 or more"),
        ({"patience": 2.5}, ValueError, r"patience=2.5"),
        ({"patience": True}, ValueError, r"patience=True"),
        ({"schedule": Schedule()}, ValueError, r"say for how many epochs: patience=10"),
        ({"schedule": 0.5, "patience": 3}, TypeError, r"schedule=0.5; expected a Schedule"),
        ({"patience": 3, "validation": None}, ValueError, r"patience needs data.*validation="),
    ],
)
def test_settings_that_make_no_sense_raise(settings, error, message):
    given = {"epochs": 1, "validation": DATA} | HOW | settings
    with pytest.raises(error, match=message):
        Network([1, 2]).fit(DATA, **given)


@pytest.mark.parametrize(
    ("setting", "value"),
    [("divide_by", 1), ("divide_by", np.nan), ("until", 0.5), ("until", "128")],
)
def test_a_schedule_that_never_ends_raises(setting, value):
    with pytest.raises(ValueError, match=rf"Schedule: {setting}=.*larger than 1"):
        Schedule(**{setting: value})


def test_a_record_keeps_its_learning_rate_without_a_schedule_too():
    history = Network([1, 2]).fit(DATA, epochs=2, **HOW)
    assert [type(r) for r in history] == [Epoch, Epoch]
    assert [r.learning_rate for r in history] == [0.5, 0.5]
