"""L2, L1 and momentum: each against the book's equations by hand, and the plan against eager."""

import math

import numpy as np
import pytest
from helpers.leaf import sigmoid
from helpers.networks import network

from autograd_nn import Network, Tensor
from autograd_nn.data import load_digits
from autograd_nn.models import Dropout, Schedule, TrainingDiverged, total_cost
from autograd_nn.models.training.steps import EagerStep, PlannedStep
from autograd_nn.models.training.updates import UpdateRule

RATE, N = 0.7, 7
KIND = {"sizes": (2, 3, 2), "cost": "cross_entropy", "rng": 1}


def example(seed=5):
    rng = np.random.default_rng(seed)
    return rng.standard_normal((N, 2)), rng.uniform(0.1, 0.9, (N, 2))


def gradients_by_hand(parameters, x, y):
    """∂C₀/∂w2, b2, w3, b3 of the mean cross-entropy, from BP1 to BP4."""
    w2, b2, w3, b3 = parameters
    a2 = sigmoid(x @ w2.T + b2)
    a3 = sigmoid(a2 @ w3.T + b3)
    d3 = (a3 - y) / len(x)
    d2 = (d3 @ w3) * a2 * (1 - a2)
    return [d2.T @ x, d2.sum(axis=0), d3.T @ a2, d3.sum(axis=0)]


def by_hand(x, y, *, epochs, batch_size, seed=0, l2=0.0, l1=0.0, mu=None, biases=False):
    """Training as the book's equations say, one weight array after another."""
    ps = [p.data.copy() for p in network(**KIND).parameters]
    vs = [np.zeros_like(p) for p in ps]
    rng = np.random.default_rng(seed)
    for _ in range(epochs):
        order = rng.permutation(N)
        for start in range(0, N, batch_size):
            batch = order[start : start + batch_size]
            for i, g in enumerate(gradients_by_hand(ps, x[batch], y[batch])):
                w = ps[i]
                on = biases or w.ndim == 2
                if mu is None:
                    w_new = (1 - RATE * l2 / N) * w if on else w  # equation (93)
                    if on:
                        w_new = w_new - RATE * l1 / N * np.sign(w)  # equation (97)
                    ps[i] = w_new - RATE * g
                else:
                    whole = g + (l2 / N * w + l1 / N * np.sign(w) if on else 0)  # ∇C
                    vs[i] = mu * vs[i] - RATE * whole  # equation (107)
                    ps[i] = w + vs[i]  # equation (108)
    return ps


CASES = [
    {"l2": 0.4},
    {"l1": 0.3},
    {"l2": 0.4, "l1": 0.3},
    {"l2": 0.4, "l1": 0.3, "biases": True},
    {"mu": 0.8},
    {"mu": 0.8, "l2": 0.4, "l1": 0.3},
    {"mu": 0.8, "l2": 0.4, "biases": True},
]


@pytest.mark.parametrize("case", CASES, ids=str)
@pytest.mark.parametrize("plan", [True, False], ids=["plan", "eager"])
def test_training_is_what_the_equations_say(case, plan):
    x, y = example()
    settings = {"regularize_biases" if k == "biases" else k: v for k, v in case.items()}
    if "mu" in settings:
        settings["momentum"] = settings.pop("mu")
    net = network(**KIND)
    net.fit((x, y), epochs=3, batch_size=3, learning_rate=RATE, plan=plan, **settings)
    expected = by_hand(x, y, epochs=3, batch_size=3, **case)
    for p, w in zip(net.parameters, expected, strict=True):
        np.testing.assert_allclose(p.data, w, rtol=0, atol=2e-14)
    without = by_hand(x, y, epochs=3, batch_size=3)
    assert max(np.abs(w - v).max() for w, v in zip(expected, without, strict=True)) > 1e-3


def test_the_penalty_holds_for_the_biases_only_if_asked():
    rule = UpdateRule(l2=1.0)
    w, b = Tensor(np.ones((2, 2))), Tensor(np.ones(2))
    assert (rule.penalizes(w), rule.penalizes(b)) == (True, False)
    assert UpdateRule(l1=1.0, regularize_biases=True).penalizes(b)
    assert not UpdateRule(momentum=0.5).penalizes(w)


def test_the_sign_of_zero_is_zero_for_l1():
    rule = UpdateRule(l1=3.0, examples=1)
    moved = rule.update(np.array([0.0, 2.0, -2.0]), np.zeros(3), 0.5, True)
    assert moved.tolist() == [0.0, 0.5, -0.5]


def test_a_step_is_the_gradient_of_the_total_cost_with_n_of_the_training_data():
    """Full batch: (w - w') / η is ∂C/∂w by finite differences of C₀ + λ/2n Σ w² + λ/n Σ |w|."""
    x, y = example()
    net, moved = network(**KIND), network(**KIND)
    moved.fit((x, y), epochs=1, batch_size=N, learning_rate=RATE, l2=0.9, l1=0.4)

    def cost():
        return total_cost(net, x, y, l2=0.9, l1=0.4, examples=N)

    for p, q in zip(net.parameters, moved.parameters, strict=True):
        step = (p.data - q.data) / RATE
        for i in np.ndindex(p.shape):
            kept, h = p.data[i], 1e-6
            p.data[i] = kept + h
            above = cost()
            p.data[i] = kept - h
            below = cost()
            p.data[i] = kept
            assert step[i] == pytest.approx((above - below) / (2 * h), rel=1e-5, abs=1e-9)


@pytest.mark.parametrize(
    ("rate", "an_epoch", "limit"), [(0.1, 0.951229, 0.951229), (0.5, 0.778796, 0.778801)]
)
def test_weights_that_learn_nothing_decay_by_the_books_factor_in_an_epoch(rate, an_epoch, limit):
    """(1 - ηλ/n)^(n/m), nearly exp(-ηλ/m): MNIST's n = 50,000, m = 10 and λ = 5."""
    net = Network([1, 1], rng=0)
    before, n = float(net.weights[0].data[0, 0]), 50_000
    net.fit(
        (np.zeros((n, 1)), np.zeros((n, 1))), epochs=1, batch_size=10, learning_rate=rate, l2=5.0
    )
    factor = float(net.weights[0].data[0, 0]) / before
    assert factor == pytest.approx(an_epoch, abs=5e-7)
    assert float(np.exp(-rate * 5 / 10)) == pytest.approx(limit, abs=5e-7)


# --- momentum ---------------------------------------------------------------------------------


@pytest.mark.parametrize("make", [EagerStep, PlannedStep])
def test_momentum_0_is_plain_descent_bit_for_bit_also_with_its_velocities(make):
    x, y = example()
    plain, resting = network(**KIND), network(**KIND)
    steps = make(plain, x, y, RATE), make(resting, x, y, RATE, UpdateRule(momentum=0.0))
    steps[1].velocities = {p: Tensor(np.zeros_like(p.data)) for p in resting.parameters}
    steps[1].rule = _Moving()
    for batch in np.array([[0, 1, 2], [3, 4, 5], [6, 0, 1]] * 4):
        assert float(steps[0](batch)) == float(steps[1](batch))
    assert any(v.data.any() for v in steps[1].velocities.values())
    for p, q in zip(plain.parameters, resting.parameters, strict=True):
        assert np.array_equal(p.data, q.data)


class _Moving(UpdateRule):
    """The rule of momentum, with μ = 0."""

    @property
    def plain(self):
        return False


def test_fit_with_momentum_0_is_fit_without():
    x, y = example()
    plain, resting = network(**KIND), network(**KIND)
    plain.fit((x, y), epochs=3, batch_size=3, learning_rate=RATE, l2=0.3)
    resting.fit((x, y), epochs=3, batch_size=3, learning_rate=RATE, l2=0.3, momentum=0)
    for p, q in zip(plain.parameters, resting.parameters, strict=True):
        assert np.array_equal(p.data, q.data)


@pytest.mark.parametrize("mu", [0.0, 0.5, 0.9, 1.0])
def test_on_a_constant_slope_the_velocity_is_the_geometric_sum(mu):
    """v_t = -ηg (1 - μᵗ) / (1 - μ), and -ηgt without friction."""
    v, rule = 0.0, UpdateRule(momentum=mu)
    for t in range(1, 30):
        v = rule.accelerate(0.0, v, 0.25, 0.1, False)
        expected = -0.25 * (t if mu == 1 else (1 - mu**t) / (1 - mu))
        assert v == pytest.approx(expected, rel=1e-12)


def test_too_much_momentum_diverges_and_says_so():
    net = Network([1, 1], output="linear", zero_biases=True)
    with np.errstate(all="ignore"), pytest.raises(TrainingDiverged):
        net.fit(([[1.0]], [[0.5]]), epochs=3000, batch_size=1, learning_rate=0.5, momentum=1.5)


# --- the plan is eager, bit for bit -----------------------------------------------------------

NETWORKS = {
    "quadratic": {},
    "cross-entropy": {"cost": "cross_entropy"},
    "softmax": {"output": "softmax", "cost": "log_likelihood"},
    "softmax, quadratic": {"output": "softmax"},
    "linear, relu": {"output": "linear", "activation": "relu"},
    "tanh": {"output": "tanh", "activation": "tanh", "cost": "cross_entropy"},
    "tanh, quadratic": {"output": "tanh"},
    "dropout": {"cost": "cross_entropy", "dropout": 0.5},
    "inverted dropout": {"cost": "cross_entropy", "dropout": Dropout(0.4, inverted=True)},
    "swapped": {"swapped": {(2, 1): "relu", (4, 0): "tanh"}},
}
SETTINGS = {
    "plain": {},
    "L2": {"l2": 5.0},
    "L1": {"l1": 0.3},
    "L1, L2, biases too": {"l2": 2.0, "l1": 0.1, "regularize_biases": True},
    "momentum": {"momentum": 0.5},
    "momentum, L1, L2": {"momentum": 0.9, "l2": 3.0, "l1": 0.2},
    "schedule": {"patience": 1, "schedule": Schedule(2, 8)},
    "schedule and all": {
        "patience": 1, "schedule": Schedule(10, 1000), "l2": 1.0, "l1": 0.1, "momentum": 0.5,
    },
}  # fmt: skip
DIGITS = load_digits().first(25)


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("kind", NETWORKS)
@pytest.mark.parametrize("how", SETTINGS)
def test_the_plan_gives_what_eager_gives_bit_for_bit(kind, how, dtype):
    found = []
    for plan in (True, False):
        net = Network([64, 7, 5, 10], dtype=dtype, **NETWORKS[kind])
        history = net.fit(
            DIGITS, epochs=4, batch_size=10, learning_rate=0.3, validation=DIGITS, plan=plan,
            monitor="all", **SETTINGS[how],
        )  # fmt: skip
        records = [
            (e.cost, e.accuracy, e.learning_rate, e.training_cost, e.gradient_norms, e.saturation)
            for e in history
        ]
        found.append((records, [p.data for p in net.parameters]))
    (records, weights), (eager_records, eager_weights) = found
    assert records == eager_records
    for w, v in zip(weights, eager_weights, strict=True):
        assert w.dtype == dtype
        assert np.array_equal(w, v)


@pytest.mark.parametrize("plan", [True, False])
def test_one_seed_gives_the_same_bit_for_bit_with_everything_on(plan):
    found = []
    for seed in (3, 3, 4):
        net = Network([64, 7, 10], cost="cross_entropy", dropout=0.5)
        history = net.fit(
            DIGITS, epochs=3, batch_size=10, learning_rate=0.3, l2=1.0, l1=0.1, momentum=0.5,
            validation=DIGITS, patience=1, schedule=Schedule(), rng=seed, plan=plan,
        )  # fmt: skip
        found.append(([e.cost for e in history], [p.data.tolist() for p in net.parameters]))
    assert found[0] == found[1]
    assert found[0] != found[2]


def test_a_learning_rate_that_changes_needs_no_new_plan():
    x, y = example()
    net, rate = network(**KIND), Tensor(RATE, name="η")
    learn = PlannedStep(net, x, y, rate)
    fixed = network(**KIND)
    batch = np.arange(3)
    learn(batch)
    EagerStep(fixed, x, y, RATE)(batch)
    rate.data = RATE / 2
    learn(batch)
    EagerStep(fixed, x, y, RATE / 2)(batch)
    assert len(learn.plans) == 1
    for p, q in zip(net.parameters, fixed.parameters, strict=True):
        np.testing.assert_allclose(p.data, q.data, rtol=0, atol=1e-15)


def test_plain_descent_makes_at_most_one_call_for_each_parameter_more_than_the_gradients():
    x, y = example()
    learn = PlannedStep(network(**KIND), x, y, RATE)
    learn(np.arange(3))
    (plan,) = learn.plans.values()
    updates = [step for step in plan.listing if step.buffer is None and not step.is_view]
    assert [step.op for step in updates] == ["sub"] * 4
    assert len(plan._updating) <= 4


# --- settings that make no sense --------------------------------------------------------------


@pytest.mark.parametrize(
    ("setting", "value", "message"),
    [
        ("l2", -1, r"fit: l2=-1; expected a number, 0 or more"),
        ("l1", math.nan, r"fit: l1=nan"),
        ("l2", "5", r"fit: l2='5'"),
        ("momentum", math.inf, r"fit: momentum=inf"),
        ("momentum", None, r"fit: momentum=None"),
        ("monitor_every", 0, r"fit: monitor_every=0; expected an integer, 1 or more"),
    ],
)
def test_settings_that_make_no_sense_raise_with_their_name(setting, value, message):
    with pytest.raises(ValueError, match=message):
        network(**KIND).fit(
            example(), epochs=1, batch_size=3, learning_rate=RATE, **{setting: value}
        )
