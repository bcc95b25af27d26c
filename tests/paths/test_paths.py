"""The sum over paths: counts, totals, the largest, and the book's own example."""

import itertools
import math

import numpy as np
import pytest
from helpers.cases import examples
from helpers.leaf import leaf
from hypothesis import given, settings
from hypothesis import strategies as st

from autograd_nn import Network, Op, gradients, ops
from autograd_nn.gradient_check import numeric_gradient
from autograd_nn.paths.edges import rates
from autograd_nn.viz import draw_graph, draw_paths, path_sum

W = (
    [[0.1, -0.2], [0.4, 0.3], [-0.5, 0.6]],
    [[0.7, -0.8, 0.9], [-0.3, 0.2, 0.1]],
    [[0.5, -0.4], [-0.6, 0.8]],
)
B = ([0.1, -0.1, 0.2], [0.05, -0.05], [0.3, -0.2])
X, Y = [0.5, -1.0], [0.0, 1.0]


def of_the_book(cost="quadratic"):
    """The network of which every number has been worked out by hand (sizes 2, 3, 2, 2)."""
    network = Network([2, 3, 2, 2], cost=cost)
    for p, values in zip((*network.weights, *network.biases), (*W, *B), strict=True):
        p.data = values
    return network


def check_against_gradient(paths, gradient):
    assert abs(paths.total - gradient) <= 1e-12 * paths.mass
    if paths.count <= 2000:
        each = list(paths)
        assert len(each) == len({p.edges for p in each}) == paths.count
        assert sum(p.product for p in each) == pytest.approx(paths.total, abs=1e-12 * paths.mass)
        assert sum(abs(p.product) for p in each) == pytest.approx(paths.mass, rel=1e-12)
        for p in each:
            assert math.prod(p.factors) == pytest.approx(p.product, rel=1e-12)
            assert len(p.nodes) == len(p.factors) + 1
        check_top(paths, each)


def check_top(paths, each):
    """The top by dynamic programming is the sorted enumeration, ties in node order included."""
    ordered = sorted(each, key=lambda p: -abs(p.product))  # stable: enumeration is in node order
    for k in {0, 1, 2, 3, 7, len(each), len(each) + 5}:
        top = paths.top(k)
        assert [p.product for p in top] == [p.product for p in ordered[:k]]
        assert len(top) == min(k, len(each))
    products = [abs(p.product) for p in each]
    if len(set(products)) == len(products) or not all(products):
        exact = [p for p in ordered if products.count(abs(p.product)) == 1 or p.product == 0]
        assert [p.edges for p in paths.top(len(each)) if p in exact] == [p.edges for p in exact]


# --- the book's example -------------------------------------------------------------------------------

PRODUCTS = {
    "quadratic": [-1.711296249941e-03, -1.925588000089e-03, -3.558668281552e-04, -6.673819080604e-04],
    "cross_entropy": [-7.137777634061e-03, -7.765503046759e-03, -1.484312425039e-03, -2.691414902957e-03],
}  # fmt: skip
TOTALS = {"quadratic": -4.660132986246e-03, "cross_entropy": -1.907900800882e-02}
FACTORS = [  # ∂C/∂a⁴, ∂a⁴/∂a³, ∂a³/∂a²,∂a²/∂w of the quadratic cost
    (0.6012325535, 0.1198759851, -0.1918563753, 0.1237582864),
    (-0.5450895066, -0.1487801618, -0.1918563753, 0.1237582864),
    (0.6012325535, -0.0959007880, 0.0498710552, 0.1237582864),
    (-0.5450895066, 0.1983735491, 0.0498710552, 0.1237582864),
]


@pytest.mark.parametrize("cost", ["quadratic", "cross_entropy"])
@pytest.mark.parametrize("through", ["a", "z", "ops"])
def test_the_four_paths_of_the_books_weight_to_all_printed_digits(cost, through):
    run = of_the_book(cost).record(X, Y)
    paths = path_sum(run.cost, run.weights[2], (1, 0), through=through)
    if through == "ops" and cost == "cross_entropy":
        assert paths.count == 8, "each output is used by two logarithms"
    else:
        assert paths.count == 4
        for path, product in zip(paths, PRODUCTS[cost], strict=True):
            assert path.product == pytest.approx(product, abs=0.6e-15)
    assert paths.total == pytest.approx(TOTALS[cost], abs=0.6e-14)


def test_nodes_and_factors_are_those_of_the_book():
    run = of_the_book().record(X, Y)
    paths = list(path_sum(run.cost, run.weights[2], (1, 0)))
    assert [p.nodes for p in paths] == [
        ("w2[1, 0]", "a2[1]", f"a3[{q}]", f"a4[{m}]", "C") for q in (0, 1) for m in (0, 1)
    ]
    for path, factors in zip(paths, FACTORS, strict=True):
        np.testing.assert_allclose(path.factors[::-1], factors, atol=0.6e-10)


def test_the_first_path_through_the_weighted_inputs_has_the_books_factors_and_the_same_product():
    run = of_the_book().record(X, Y)
    first = next(iter(path_sum(run.cost, run.weights[2], (1, 0), through="z")))
    assert first.nodes == ("w2[1, 0]", "z2[1]", "z3[0]", "z4[0]", "C")
    expected = [0.1441466892, 0.1199102346, -0.1980132582, 0.5]
    np.testing.assert_allclose(first.factors[::-1], expected, atol=0.6e-10)
    assert first.product == pytest.approx(PRODUCTS["quadratic"][0], abs=0.6e-15)


@pytest.mark.parametrize("layer", [2, 3, 4])
@pytest.mark.parametrize("kind", ["weights", "biases"])
@pytest.mark.parametrize("cost", ["quadratic", "cross_entropy"])
@pytest.mark.parametrize("fused", [False, True])
def test_the_total_is_the_gradient_for_every_weight_and_bias(layer, kind, cost, fused):
    run = of_the_book(cost).record(X, Y, fused=fused)
    parameter = getattr(run, kind)[layer]
    (gradient,) = gradients(run.cost, [parameter])
    sizes = {2: 4, 3: 2, 4: 1}
    for index in np.ndindex(parameter.shape):
        paths = path_sum(run.cost, parameter, index)
        assert paths.count == sizes[layer], "the product of the sizes of the later layers"
        check_against_gradient(paths, gradient[index])


def test_the_paths_from_a_weighted_input_sum_to_the_error_delta():
    run = of_the_book().record(X, Y)
    run.cost.backward()
    for j in range(3):
        assert path_sum(run.cost, run.z[2], j).total == pytest.approx(run.z[2].grad[j], abs=1e-16)


# --- how paths are told -------------------------------------------------------------------------------


def test_a_fused_cost_is_told_through_z_and_says_why_not_through_a():
    run = of_the_book("cross_entropy").record(X, Y, fused=True)
    paths = path_sum(run.cost, run.weights[2], (1, 0))
    assert paths.through == "z"
    assert next(iter(paths)).nodes == ("w2[1, 0]", "z2[1]", "z3[0]", "z4[0]", "C")
    with pytest.raises(ValueError, match=r"computed from the weighted inputs z4 \(fused=True\)"):
        path_sum(run.cost, run.weights[2], (1, 0), through="a")


def test_a_list_of_nodes_tells_paths_through_these():
    run = of_the_book().record(X, Y)
    paths = path_sum(run.cost, run.weights[2], (1, 0), through=[run.a[3]])
    assert [p.nodes for p in paths] == [("w2[1, 0]", f"a3[{q}]", "C") for q in (0, 1)]
    check_against_gradient(paths, gradients(run.cost, [run.weights[2]])[0][1, 0])
    direct = path_sum(run.cost, run.weights[2], (1, 0), through=[])
    assert [p.nodes for p in direct] == [("w2[1, 0]", "C")]


def test_a_skipped_layer_keeps_its_own_edge():
    x = leaf(3.0, "x")
    a = x * x
    a.name = "a"
    c = a * x
    c.name = "c"
    told = path_sum(c, x, through=[a])
    assert {p.nodes: p.product for p in told} == {("x", "c"): 9.0, ("x", "a", "c"): 18.0}


def test_both_edges_of_a_square_are_paths_of_their_own_when_every_op_is_told():
    x = leaf(3.0, "x")
    assert [p.product for p in path_sum(x * x, x)] == [3.0, 3.0]
    b = x + x
    paths = path_sum(b + b, x)
    assert (paths.count, paths.total) == (4, 4.0)


def test_eighteen_doublings_have_262144_paths():
    x = y = leaf(1.0)
    for _ in range(18):
        y = y + y
    paths = path_sum(y, x)
    assert paths.count == 2**18
    assert paths.total == 2**18


def test_factors_of_softmax_outputs_say_that_each_depends_on_every_weighted_input():
    z = leaf([0.2, -0.3, 0.5], "z")
    a = ops.softmax(z)
    a.name = "a"
    cost = (a * np.array([1.0, 2.0, 3.0])).sum()
    paths = path_sum(cost, z, 0, through=[a])
    s = a.data
    assert paths.count == 3
    expected = [s[0] * (1 - s[0]), -s[0] * s[1], -s[0] * s[2]]
    np.testing.assert_allclose([p.factors[0] for p in paths], expected, atol=1e-16)


# --- several examples ---------------------------------------------------------------------------------


def test_with_m_examples_there_are_m_times_as_many_paths_and_each_can_be_kept_alone(rng):
    network = of_the_book()
    run = network.record(rng.standard_normal((5, 2)), [0, 1, 1, 0, 1])
    paths = path_sum(run.cost, run.weights[2], (1, 0))
    (gradient,) = gradients(run.cost, [run.weights[2]])
    assert paths.count == 5 * 4
    assert next(iter(paths)).nodes == ("w2[1, 0]", "a2[0, 1]", "a3[0, 0]", "a4[0, 0]", "C")
    check_against_gradient(paths, gradient[1, 0])
    alone = [path_sum(run.cost, run.weights[2], (1, 0), example=i) for i in range(5)]
    assert [p.count for p in alone] == [4] * 5
    assert sum(p.total for p in alone) == pytest.approx(gradient[1, 0], abs=1e-16)
    for i, p in enumerate(alone):
        single = network.record(run.a[1].data[i], int(run.y.data[i].argmax()))
        (of_one,) = gradients(single.cost, [single.weights[2]])
        assert p.total == pytest.approx(of_one[1, 0] / 5, abs=1e-16)


def test_example_is_refused_where_there_are_no_examples():
    run = of_the_book().record(X, Y)
    with pytest.raises(ValueError, match="needs a recorded network with several examples"):
        path_sum(run.cost, run.weights[2], (1, 0), example=0)
    run = of_the_book().record([X, X], [0, 1])
    with pytest.raises(ValueError, match="example=2; expected an integer from 0 to 1"):
        path_sum(run.cost, run.weights[2], (1, 0), example=2)
    with pytest.raises(ValueError, match="example=True; expected an integer from 0 to 1"):
        path_sum(run.cost, run.weights[2], (1, 0), example=True)


# --- counts, tops and limits --------------------------------------------------------------------------


def test_counts_are_exact_however_large():
    network = Network([3] + [50] * 30 + [1], rng=0)
    run = network.record(np.ones(3), [0.5])
    paths = path_sum(run.cost, run.weights[2], (0, 0))
    assert paths.count == 50**29
    (gradient,) = gradients(run.cost, [run.weights[2]])
    assert abs(paths.total - gradient[0, 0]) <= 1e-12 * paths.mass
    assert len(paths.top(5)) == 5
    with pytest.raises(ValueError, match=f"there are {50**29:,} paths"):
        iter(paths)
    with pytest.raises(ValueError, match="at most 100,000 are given"):
        paths.top(100_001)


@settings(max_examples=examples(40))
@given(st.lists(st.integers(1, 4), min_size=2, max_size=5), st.integers(0, 1000), st.data())
def test_top_equals_the_sorted_enumeration_on_random_networks(sizes, seed, data):
    rng = np.random.default_rng(seed)
    activation = data.draw(st.sampled_from(["sigmoid", "tanh", "relu"]))
    network = Network(sizes, activation=activation, rng=seed, initializer="large")
    if data.draw(st.booleans()):  # equal weights: ties everywhere
        for w in network.weights:
            w.data = np.sign(w.data) * 0.5
    run = network.record(rng.standard_normal(sizes[0]), rng.random(sizes[-1]))
    layer = data.draw(st.sampled_from(list(run.weights)))
    index = tuple(int(rng.integers(n)) for n in run.weights[layer].shape)
    through = data.draw(st.sampled_from(["a", "z", "ops"]))
    paths = path_sum(run.cost, run.weights[layer], index, through=through)
    gradient = gradients(run.cost, [run.weights[layer]])[0][index]
    assert abs(paths.total - gradient) <= 1e-12 * paths.mass
    check_against_gradient(paths, gradient)


def test_dead_neurons_still_count_and_their_paths_come_last_in_node_order():
    network = Network([1, 3, 2, 1], activation="relu", rng=0)
    for w in network.weights:
        w.data = np.ones(w.shape)
    network.biases[0].data = [0.0, 0.0, 0.0]
    network.biases[1].data = [1.0, -100.0]
    run = network.record([1.0], [0.0])
    paths = path_sum(run.cost, run.weights[2], (0, 0))
    assert paths.count == 2
    assert [p.nodes[2] for p in paths.top(2)] == ["a3[0]", "a3[1]"]
    assert paths.top(2)[1].product == 0


def test_equal_paths_come_in_node_order():
    x = leaf(1.0, "x")
    y = ops.broadcast_to(x, shape=(4,))
    cost = (y * np.array([2.0, -2.0, 2.0, -2.0])).sum()
    assert [p.nodes[1] for p in path_sum(cost, x, through=[y]).top(3)] == [
        "broadcast_to1[0]", "broadcast_to1[1]", "broadcast_to1[2]",
    ]  # fmt: skip


def test_equal_zero_paths_behind_a_zero_edge_come_in_node_order():
    """Behind a derivative of 0 the larger suffix must not come first."""
    x = leaf(1.0, "x")
    zero = x * 0.0
    wide = ops.broadcast_to(zero, shape=(3,))
    cost = (wide * np.array([1.0, 5.0, 3.0])).sum()
    paths = path_sum(cost, x, through=[wide, zero])
    assert [p.elements for p in paths.top(2)] == [p.elements for p in itertools.islice(paths, 2)]


def test_the_exact_top_of_a_hundred_thousand_paths():
    network = Network([20, 100, 100, 100, 10], rng=0)
    run = network.record(np.random.default_rng(0).random(20), 3)
    paths = path_sum(run.cost, run.weights[2], (3, 4))
    assert paths.count == 100_000
    each = sorted((p.product for p in paths), key=abs, reverse=True)
    assert [p.product for p in paths.top(20)] == each[:20]
    assert sum(each) == pytest.approx(paths.total, abs=1e-12 * paths.mass)
    shown = paths.top(20)
    assert 0 < paths.coverage(shown) < 0.2
    assert paths.cancellation == pytest.approx(abs(paths.total) / paths.mass)


def test_a_pathless_element_has_no_path_and_a_zero_sum():
    x = leaf([1.0, 2.0], "x")
    paths = path_sum(x[0] * 2, x, 1)
    assert (paths.count, paths.total, paths.mass, list(paths), paths.top(3)) == (0, 0, 0, [], [])
    assert "0 paths" in str(paths)


def test_the_leaf_may_be_the_output():
    x = leaf(2.0, "x")
    paths = path_sum(x, x)
    assert (paths.count, paths.total) == (1, 1.0)
    assert next(iter(paths)).nodes == ("x",)
    assert "  1   x\n" in str(paths)  # a product of no factors
    assert "#1   1 = 1" in draw_paths(x, x).picture.caption


def test_paths_run_through_every_family_of_ops():
    rng = np.random.default_rng(3)
    w = leaf(rng.standard_normal((3, 4)), "w")
    y = ops.concatenate(w[1:], ops.tanh(w) @ w.T.reshape(4, 3)[:, [0, 0, 1, 2]], axis=0)
    z = ops.softmax(y) * ops.maximum(y, 0.1) + ops.logsumexp(y, axis=0) - ops.mean(w, axis=0)
    v = ops.where(y > 0, z, z * y) / (1 + ops.max(y, axis=1, keepdims=True) ** 2)
    cost = ops.softmax_cross_entropy(v, [0, 1, 2, 3, 0]).sum()
    (gradient,) = gradients(cost, [w])
    for index in np.ndindex(w.shape):
        paths = path_sum(cost, w, index)
        assert abs(paths.total - gradient[index]) <= 1e-12 * paths.mass


# --- telling a wrong rate, and what is refused ------------------------------------------------------------


def test_the_total_is_computed_from_the_rates_and_not_taken_from_the_gradient(monkeypatch):
    run = of_the_book().record(X, Y)
    from autograd_nn.paths import edges as scalars

    monkeypatch.setattr(scalars, "rates", lambda *a: 2 * rates(*a))
    paths = path_sum(run.cost, run.weights[2], (1, 0))
    (gradient,) = gradients(run.cost, [run.weights[2]])
    assert abs(paths.total - gradient[1, 0]) > 1e-3 * paths.mass


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda r: path_sum(r.a[4], r.weights[2], (0, 0)), r"shape \(2,\); expected a scalar"),
        (lambda r: path_sum(r.cost, leaf(1.0, "other")), "does not depend on other"),
        (lambda r: path_sum(r.cost, r.a[1], 0), "a1 requires no gradient"),
        (lambda r: path_sum(r.cost, r.weights[2], 1), r"index 1 into w2 of shape \(3, 2\)"),
        (lambda r: path_sum(r.cost, r.weights[2], (3, 0)), "expected one integer for each axis"),
        (lambda r: path_sum(r.cost, r.weights[2], (0, 0), through="b"), 'expected "a", "z", "ops"'),
        (lambda r: path_sum(r.cost, r.weights[4], (0, 0), through=[r.a[2]]), "a2 lies on no path"),
        (lambda r: path_sum(r.cost, r.weights[2], (True, 0)), "expected one integer for each axis"),
        (lambda r: path_sum(leaf() * 2, leaf()), "does not depend on"),
        (lambda r: path_sum(r.cost, r.weights[2], (0, 0)).top(True), "k=True; expected an integer"),
        (lambda r: path_sum(r.cost, r.weights[2], (0, 0)).top(-1), "k=-1; expected an integer, 0 or more"),
    ],
)  # fmt: skip
def test_questions_without_an_answer_are_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call(of_the_book().record(X, Y))


@pytest.mark.parametrize("through", [3, {"a"}, ["a"]])
def test_a_way_of_telling_of_another_type_is_refused(through):
    run = of_the_book().record(X, Y)
    with pytest.raises(TypeError, match=r'through=.*; expected "a", "z", "ops" or a list of nodes'):
        path_sum(run.cost, run.weights[2], (0, 0), through=through)


def test_through_a_needs_a_recorded_network():
    x = leaf(2.0, "x")
    with pytest.raises(ValueError, match="needs the graph of a recorded network"):
        path_sum(x * x, x, through="a")
    with pytest.raises(TypeError, match="a list of nodes"):
        path_sum(x * x, x, through=x)


def test_an_infinite_rate_is_refused_rather_than_multiplied():
    x = leaf(0.0, "x")
    y = ops.sqrt(x)
    with (
        pytest.warns(RuntimeWarning, match="divide by zero"),
        pytest.raises(ValueError, match="inf"),
    ):
        path_sum(y * 2, x)


def test_an_op_that_does_not_say_what_it_connects_is_refused():
    mystery = Op("mystery", np.negative, lambda g, y, x: -g)
    x = leaf([2.0, 3.0])
    with pytest.raises(ValueError, match="mystery: does not say which elements it connects"):
        path_sum(mystery(x).sum(), x, 0)
    number = leaf(2.0)
    assert path_sum(mystery(number) * 1, number).total == -1, "one number to one number is plain"


def test_a_stale_graph_is_refused_by_every_way_to_a_derivative():
    run = of_the_book().record(X, Y)
    run.weights[3].data -= 0.1
    for ask in (
        lambda: path_sum(run.cost, run.weights[2], (1, 0)),
        lambda: draw_graph(run.cost),
        lambda: draw_paths(run.cost, run.weights[2], (1, 0)),
        lambda: numeric_gradient(run.cost, run.weights[2]),
        lambda: gradients(run.cost, [run.weights[2]]),
    ):
        with pytest.raises(ValueError, match="w3 was changed in place"):
            ask()


def test_one_examples_sum_is_called_its_part():
    run = of_the_book().record([X, X], [0, 1])
    paths = path_sum(run.cost, run.weights[2], (1, 0), example=1)
    for text in (str(paths), repr(paths)):
        assert "example 1's part of ∂C/∂w2[1, 0]" in text


def test_negative_indices_count_from_the_end():
    run = of_the_book().record(X, Y)
    assert path_sum(run.cost, run.weights[2], (-1, -2)).source == "w2[2, 0]"


def test_the_table_shows_the_paths_the_rest_and_the_sum():
    run = of_the_book().record(X, Y)
    lines = path_sum(run.cost, run.weights[2], (1, 0)).table(2).text().splitlines()
    assert len(lines) == 4
    assert lines[0].startswith(
        "   1  -1.925588000e-03  -1.925588000e-03  -0.5451 · -0.1488 · -0.1919 · 0.1238"
    )
    assert lines[2].startswith("rest  -1.023248736e-03  2 more paths")
    assert lines[3].startswith(" sum  -4.660132986e-03  4 paths; shown: 78")


def test_two_recordings_of_one_network_in_one_graph_are_both_told_through_a():
    network = of_the_book()
    one, two = network.record(X, 1), network.record([1.0, 2.0], 0)
    cost = one.cost + two.cost
    paths = path_sum(cost, one.weights[2], (1, 0), through="a")
    assert paths.count == 8
    check_against_gradient(paths, gradients(cost, [one.weights[2]])[0][1, 0])


def test_a_graph_of_ones_own_is_told_through_every_op_whatever_its_names():
    x = leaf(2.0, "w2")
    z = x * 3
    z.name = "z2"
    assert path_sum(z * z, x).through == "ops"
