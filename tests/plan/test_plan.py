import pickle
import tracemalloc
import warnings

import numpy as np
import pytest
from helpers.cases import by_op, each
from helpers.leaf import leaf
from mutants import samples

import autograd_nn as ag
from autograd_nn import Network, Plan, Tensor, ZeroGradientWarning, gradients, no_grad, ops
from autograd_nn.engine.core import Op
from autograd_nn.plan.listing import Step

OPS = {op.name: op for op in ops.ALL}
TRIED = [s for s in samples.TABLE if s.op in OPS]
rng = np.random.default_rng(5)


def weighted(op, sample, weights):
    """The op's result as a single number, and which arguments it is differentiated by."""
    free = [
        i
        for i, a in enumerate(sample.arrays)
        if i not in sample.fixed and np.asarray(a).dtype.kind == "f" and op.rule(i) is not None
    ]

    def function(*given):
        args = [given[i] if i in free else a for i, a in enumerate(sample.arrays)]
        result = op(*args, **sample.params)
        return (result * weights(result.shape)).sum()

    return function, free


# --- bit for bit the eager result --------------------------------------------------------------------


@each("sample", by_op(TRIED))
def test_a_plan_gives_what_eager_gives_bit_for_bit(sample):
    op = OPS[sample.op]
    fixed = np.random.default_rng(1)
    drawn = {}

    def weights(shape):
        return drawn.setdefault(shape, fixed.standard_normal(shape))

    function, free = weighted(op, sample, weights)
    if not free:
        pytest.skip("nothing to differentiate by")
    arrays = [np.asarray(a) for a in sample.arrays]
    others = [a * 1.0625 if i in free else a for i, a in enumerate(arrays)]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ZeroGradientWarning)
        plan = Plan(function, *arrays, wrt=free)
        for inputs in (others, arrays, others):
            tensors = [leaf(a) if i in free else a for i, a in enumerate(inputs)]
            expected = function(*tensors)
            slopes = gradients(expected, [tensors[i] for i in free])
            value, found = plan(*inputs)
            assert value.tobytes() == expected.data.tobytes()
            for g, h in zip(found, slopes, strict=True):
                assert g.dtype == h.dtype
                np.testing.assert_array_equal(g, h)


@pytest.mark.parametrize("op", [op for op in ops.ALL if op.replay.in_place], ids=repr)
def test_an_op_that_may_write_over_its_argument_computes_the_same(op):
    sample = next(s for s in TRIED if s.op == op.name and np.size(s.arrays[0]) > 3)
    arrays = [np.array(a, dtype=float) for a in sample.arrays]
    expected = op.forward(*arrays, **sample.params)
    op.forward(*arrays, **sample.params, out=arrays[0])
    np.testing.assert_array_equal(arrays[0], expected)


def data_for(network, n):
    x = rng.random((n, network.sizes[0])).astype(network.dtype)
    y = np.eye(network.sizes[-1], dtype=network.dtype)[rng.integers(0, network.sizes[-1], n)]
    return x, y


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("cost", ["quadratic", "cross_entropy"])
@pytest.mark.parametrize("activation", ["sigmoid", "tanh", "relu"])
@pytest.mark.parametrize("sizes", [[6, 4], [6, 5, 4], [6, 5, 5, 3, 4], [3, 1]])
def test_a_network_learns_the_same_with_and_without_a_plan(sizes, activation, cost, dtype):
    nets = [Network(sizes, activation, cost, rng=3, dtype=dtype) for _ in range(2)]
    data = data_for(nets[0], 23)
    histories = [
        net.fit(data, epochs=3, batch_size=5, learning_rate=0.7, rng=1, plan=plan)
        for net, plan in zip(nets, (True, False), strict=True)
    ]
    assert [e.cost for e in histories[0]] == [e.cost for e in histories[1]]
    for p, q in zip(nets[0].parameters, nets[1].parameters, strict=True):
        assert p.data.tobytes() == q.data.tobytes()


def test_the_demo_network_learns_the_same_with_and_without_a_plan():
    train, _ = ag.data.load_digits().split(600, rng=0)
    nets = [Network([64, 30, 10], cost="cross_entropy", rng=0) for _ in range(2)]
    for net, plan in zip(nets, (True, False), strict=True):
        net.fit(train, epochs=2, batch_size=10, learning_rate=0.5, plan=plan)
    for p, q in zip(nets[0].parameters, nets[1].parameters, strict=True):
        assert p.data.tobytes() == q.data.tobytes()


def test_training_that_diverges_stops_at_the_same_weights():
    nets = [Network([2, 3, 2], "linear", output="linear") for _ in range(2)]  # nothing saturates
    data = data_for(nets[0], 20)
    for net, plan in zip(nets, (True, False), strict=True):
        with np.errstate(all="ignore"), pytest.raises(ag.models.TrainingDiverged):
            net.fit(data, epochs=5, batch_size=5, learning_rate=1e200, plan=plan)
    for p, q in zip(nets[0].parameters, nets[1].parameters, strict=True):
        assert p.data.tobytes() == q.data.tobytes()


# --- what changes between runs is not frozen ---------------------------------------------------------


def piecewise(x):
    return np.where((x > 0) & (x < 2.5) | (x == -7), x * x, 0.125 * x).sum()


def unlike(x):
    return np.where(~(x >= 0), x * x, np.where(x <= 1, 3 * x, np.where(x != 2, x, -x))).sum()


def sorted_up(x):
    return (np.sort(x) * np.arange(1.0, 6)).sum() + np.max(x) * np.median(x)


def scaled_by_a_constant(x):
    with no_grad():
        largest = x.max()
    return (x / largest).sum()


@pytest.mark.parametrize("function", [piecewise, unlike, sorted_up, scaled_by_a_constant])
def test_masks_orders_and_what_no_grad_computes_follow_the_data(function):
    x = np.array([1.0, -2.0, 3.0, 0.5, 2.0])
    plan = Plan(function, x, wrt=[0])
    for y in (x, -x, x[::-1].copy(), np.array([2.0, -7.0, 9.0, 1.5, -0.5])):
        value, (g,) = plan(y)
        t = leaf(y)
        expected = function(t)
        assert value == expected.data
        np.testing.assert_array_equal(g, gradients(expected, [t])[0])


@pytest.mark.parametrize(
    "function",
    [
        lambda x: x[x > 0].sum(),
        lambda x: x * np.argmax(x),
        lambda x: x * x.argmax(),
        lambda x: x * np.any(x > 5),
        lambda x: x * (x > 5).any(),
        lambda x: np.compress(x > 0, x),
        lambda x: x[np.nonzero(x)[0]],
    ],
)
def test_an_answer_that_would_be_frozen_is_refused(function):
    with pytest.raises(TypeError, match="would be frozen into the plan"):
        Plan(function, np.array([1.0, -2.0]))


def test_an_input_that_becomes_an_array_is_refused():
    """`Network.record` takes arrays and labels; a plan of it would keep those it was made with."""
    net = Network([2, 3, 2], rng=0)
    x, y = np.array([0.5, -1.0]), np.array([0.0, 1.0])
    with pytest.raises(TypeError, match="would be frozen into the plan; compute it outside"):
        Plan(lambda x, y: net.record(x, y).cost, x, y, wrt=net.parameters)
    with pytest.raises(TypeError, match="an array of a tensor: its answer depends on data"):
        Plan(lambda x: (ag.Tensor(np.asarray(x)) * 2).sum(), x)
    plan = Plan(net.training_cost, np.stack([x, x]), np.stack([y, y]), wrt=net.parameters)
    assert plan(np.stack([x, -x]), np.stack([y, y]))[0] == net.mean_cost([x, -x], [y, y])


def test_leaves_may_change_in_place_between_runs_and_after():
    w, b = leaf([2.0, 3.0], name="w"), leaf(1.0, name="b")
    plan = Plan(lambda x: (w * x).sum() + b, np.zeros(2), wrt=[w, b])
    assert plan(np.ones(2))[0] == 6
    w.data *= 2
    b.data = -1.0
    assert plan(np.ones(2))[0] == 9


def test_constants_are_computed_once():
    calls = []

    def counted(x, out=None):
        calls.append(1)
        return np.exp(x, out=out)

    spy = Op("spy", counted, lambda g, y, x: g * y)
    table = Tensor([1.0, 2.0])
    plan = Plan(lambda x: x * spy(np.array([0.0, 1.0])) * spy(x), np.zeros(2))
    calls.clear()
    plan(np.ones(2))
    assert len(calls) == 1
    live = Plan(lambda x: x * spy(table), np.zeros(2))  # a leaf from outside may change
    calls.clear()
    live(np.ones(2))
    assert len(calls) == 1


def test_what_the_results_do_not_need_is_not_computed():
    w = leaf(np.ones((2, 3)), name="w")

    def function(x):
        np.exp(x)
        return ops.sigmoid(x @ w.T).sum()

    ops_in = [s.op for s in Plan(function, np.ones((4, 3)), wrt=[w]).listing if not s.is_view]
    assert "exp" not in ops_in
    assert ops_in.count("matmul") == 2, "forward and ∂C/∂w; none for the inputs' gradient"
    assert Plan(function, np.ones((4, 3))).gradients == []


# --- memory ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("sizes", [[20, 30, 10], [20, 30, 30, 30, 10]])
def test_no_array_is_allocated_in_a_replay(sizes):
    network = Network(sizes, cost="cross_entropy", rng=0)
    x, y = data_for(network, 10)
    parameters = network.parameters
    plan = Plan(
        network.training_cost,
        x,
        y,
        wrt=parameters,
        update=lambda found: [(p, p - 0.1 * g) for p, g in zip(parameters, found, strict=True)],
    )
    plan.replay()
    for last in (False, False, True):  # the test runner's own threads allocate now and then
        growth, peak = _allocated_by(plan.replay, 1000)
        if (peak < 16_000 and growth < 1_000) or last:
            break
    assert peak < 16_000
    assert growth < 1_000


def _allocated_by(replay, times):
    """Bytes that remain after so many calls, and bytes at most, by tracemalloc."""
    tracemalloc.start()
    try:
        replay()
        before, _ = tracemalloc.get_traced_memory()
        tracemalloc.reset_peak()
        for _ in range(times):
            replay()
        after, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    return after - before, peak - before


def test_memory_is_used_again_when_its_last_reader_is_done():
    def long(x):
        for _ in range(20):
            x = np.tanh(x @ np.eye(50)) * 2
        return x.sum()

    plan = Plan(long, np.ones((50, 50)))
    assert sum(b.nbytes for b in plan._buffers) <= 2 * 50 * 50 * 8 + 8
    assert sum(step.in_place for step in plan.listing) == 40
    x = rng.random((50, 50))
    assert plan(x) == long(Tensor(x)).data


def test_the_gradient_that_is_handed_out_is_not_overwritten_in_the_same_run():
    a, b = leaf(np.full(3, 2.0)), leaf(np.full(3, 5.0))

    def function(x):
        return (a * b * x + a + b).sum()

    _, (ga, gb) = Plan(function, np.zeros(3), wrt=[a, b])(np.ones(3))
    assert ga.tolist() == [6, 6, 6]
    assert gb.tolist() == [3, 3, 3]
    assert not np.shares_memory(ga, gb)


def test_a_result_that_never_changes_cannot_be_written_to():
    w = leaf(np.ones(2))
    plan = Plan(lambda x: (w * 3.0).sum() + x, 0.0, wrt=[w])
    _, (g,) = plan(1.0)
    assert g.tolist() == [3, 3]
    with pytest.raises(ValueError, match="read-only"):
        g[0] = 7


# --- updates -----------------------------------------------------------------------------------------


def test_momentum_and_swaps_are_updates_like_any_other():
    w, v = leaf([1.0, 2.0], name="w"), Tensor([0.0, 0.0], name="v")

    def update(found):
        velocity = 0.5 * v - 0.25 * found[0]
        return [(v, velocity), (w, w + velocity)]

    plan = Plan(lambda x: (w * w * x).sum(), np.ones(2), wrt=[w], update=update)
    weights, velocity = np.array([1.0, 2.0]), np.zeros(2)
    for x in rng.random((10, 2)):
        plan(x)
        velocity = 0.5 * velocity - 0.25 * (2 * weights * x)
        weights = weights + velocity
        np.testing.assert_allclose(w.data, weights, rtol=1e-14)
        np.testing.assert_allclose(v.data, velocity, rtol=1e-14)
    a, b = leaf([1.0]), leaf([2.0])
    swap = Plan(lambda x: (a * b * x).sum(), np.ones(1), wrt=[a], update=lambda g: [(a, b), (b, a)])
    swap(np.ones(1))
    assert (a.data.tolist(), b.data.tolist()) == ([2], [1])


def test_an_update_makes_graphs_recorded_before_it_stale():
    w = leaf([1.0], name="w")
    cost = (w * w).sum()
    Plan(lambda x: (w * x).sum(), np.ones(1), wrt=[w], update=lambda g: [(w, w - g[0])])(np.ones(1))
    with pytest.raises(ValueError, match="w was changed in place"):
        cost.backward()


def test_compute_without_update_leaves_the_leaves_alone():
    w = leaf([1.0])
    plan = Plan(lambda x: (w * x).sum(), np.ones(1), wrt=[w], update=lambda g: [(w, w - g[0])])
    plan.inputs[0][...] = 4
    plan.compute()
    assert (float(plan.value), w.data.tolist()) == (4, [1])
    plan.update()
    assert w.data.tolist() == [-3]


def test_a_gradient_that_is_the_new_value_waits_for_the_update():
    w = leaf([1.0, 2.0], name="w")
    plan = Plan(lambda x: (w * w * x).sum(), np.ones(2), wrt=[w], update=lambda g: [(w, g[0])])
    plan.compute()
    assert w.data.tolist() == [1, 2]
    plan.update()
    assert w.data.tolist() == [2, 4]


@pytest.mark.parametrize(
    "op", [ops.float_power, ops.power, ops.mul, ops.greater, ops.hypot], ids=repr
)
def test_a_python_number_beside_single_precision_is_eagers(op):
    x = np.array([0.1, 1.5, 2.5], np.float32)
    value, expected = Plan(lambda t: op(t, 0.1), x)(x), op(Tensor(x), 0.1)
    assert value.dtype == expected.dtype
    assert value.tobytes() == expected.data.tobytes()


def test_leaves_of_one_name_are_told_apart_and_constants_from_results():
    a, b = leaf(1.0, name="w"), leaf(2.0, name="w")
    table = np.array([1.0, 2.0])
    plan = Plan(lambda x: (a * b * x * ops.exp(Tensor(table))).sum(), 1.0, wrt=[a])
    assert plan.listing[0].arguments == ("w", "w#2")
    named = {step.name for step in plan.listing} | {"w", "w#2", "x0"}
    used = {name for step in plan.listing for name in step.arguments}
    assert used - named == {"exp1", "sum_to1"}, "computed once, when the plan was made"


# --- errors ------------------------------------------------------------------------------------------


def squared(x):
    return (x * x).sum()


@pytest.mark.parametrize(
    ("inputs", "error", "message"),
    [
        ((np.ones(4),), ValueError, r"Plan of squared: input 0 has shape \(4,\).*made for \(3,\)"),
        ((np.ones(3, np.float32),), TypeError, r"input 0 has dtype float32.*made for float64"),
        ((np.ones(3, int),), TypeError, r"input 0 has dtype int64"),
        ((), TypeError, r"got 0 inputs, expected 1"),
        ((np.ones(3), 2), TypeError, r"got 2 inputs, expected 1"),
    ],
)
def test_other_inputs_are_refused(inputs, error, message):
    plan = Plan(squared, np.zeros(3))
    with pytest.raises(error, match=message):
        plan(*inputs)


def test_a_replaced_array_raises_with_advice():
    w = leaf([1.0, 2.0], name="w")
    plan = Plan(lambda x: (w * x).sum(), np.ones(2), wrt=[w])
    w.values = np.zeros(2)
    with pytest.raises(ValueError, match=r"w has another array now.*leaf.data = …"):
        plan(np.ones(2))


def test_a_parameter_replaced_during_training_raises_with_advice():
    network = Network([2, 2])

    def replace(event):
        network.weights[0] = leaf(np.zeros((2, 2)), name="w2")

    data = (rng.random((20, 2)), rng.integers(0, 2, 20))
    with pytest.raises(ValueError, match=r"replaced by another tensor.*plan=False"):
        network.fit(data, epochs=2, batch_size=5, learning_rate=0.1, progress=replace)
    network.fit(data, epochs=2, batch_size=5, learning_rate=0.1, progress=replace, plan=False)


def test_what_cannot_be_planned_says_so():
    w = leaf(2.0, name="w")
    before = w * 3
    cases = [
        (lambda: Plan(lambda x: 3.0, 1.0), TypeError, "returned float; expected a tensor"),
        (lambda: Plan(squared, np.ones(2), wrt=[Tensor(1.0)]), TypeError, "wrt holds"),
        (lambda: Plan(squared, np.ones(2), wrt=[1]), TypeError, "wrt holds 1"),
        (lambda: Plan(lambda x: x * before, 1.0), ValueError, "recorded before the plan was made"),
        (
            lambda: Plan(lambda x: w * x, 1.0, wrt=[w], update=lambda g: [(w, 5.0)]),
            ValueError,
            r"the new value of w is float",
        ),
        (
            lambda: Plan(lambda x: w * x, 1.0, wrt=[w], update=lambda g: [(w * 2, w)]),
            TypeError,
            "pairs",
        ),
        (lambda: pickle.dumps(Plan(squared, np.ones(2))), TypeError, "keep plan.listing"),
    ]
    for make, error, message in cases:
        with pytest.raises(error, match=message):
            make()


def test_an_error_in_a_replay_names_the_plan():
    plan = Plan(lambda i: ops.one_hot(i, classes=3), np.array([0, 1]))
    with pytest.raises(ValueError, match="labels run from 0 to 5") as caught:
        plan(np.array([0, 5]))
    assert "in Plan of <lambda>" in caught.value.__notes__[0]


# --- looking at it -----------------------------------------------------------------------------------


def test_the_listing_is_readable_and_can_be_pickled():
    w = leaf(np.ones((2, 3)), name="w")
    plan = Plan(lambda x: ops.sigmoid(x @ w.T).sum(), np.ones((4, 3)), wrt=[w])
    assert str(plan).splitlines()[0].startswith("Plan of <lambda>: ")
    assert len(str(plan).splitlines()) == len(plan.listing) + 1
    assert "matmul1 = matmul(x0, transpose1)" in str(plan)
    assert "in place" in str(plan)
    again = pickle.loads(pickle.dumps(plan.listing))
    assert again == plan.listing
    assert all(isinstance(step, Step) for step in again)


def test_an_op_without_out_is_copied_into_place():
    cube = Op("cube", lambda x: x**3, lambda g, y, x: g * 3 * x**2)
    value, (g,) = Plan(lambda x: cube(x).sum(), np.ones(2), wrt=[0])(np.array([1.0, 2.0]))
    assert (float(value), g.tolist()) == (9, [3, 12])
