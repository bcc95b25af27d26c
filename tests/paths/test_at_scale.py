"""Sums over more paths than could ever be listed, and the largest of them held against a list."""

import itertools
import math

import numpy as np
import pytest
from helpers.cases import examples
from helpers.leaf import leaf
from hypothesis import given, settings
from hypothesis import strategies as st

from autograd_nn import Network, gradients
from autograd_nn.paths import contract
from autograd_nn.paths import largest as top_paths
from autograd_nn.paths.largest import _leading
from autograd_nn.viz import path_sum

# --- against enumeration, ties included ---------------------------------------------------------------

FACTORS = st.sampled_from([0.0, 0.0, 0.5, -0.5, 1.0, -1.0, 2.0])  # products of these are exact


@st.composite
def scalar_graphs(draw):
    """A leaf and an output, with numbers between them that use each other in any way."""
    nodes = [leaf(1.0, "x")]
    for _ in range(draw(st.integers(1, 6))):
        terms = draw(
            st.lists(st.tuples(st.integers(0, len(nodes) - 1), FACTORS), min_size=1, max_size=3)
        )
        total = nodes[terms[0][0]] * terms[0][1]
        for which, factor in terms[1:]:
            total = total + nodes[which] * factor
        nodes.append(total)
    cost = nodes[-1] * 1.0
    for node in nodes[:-1]:
        cost = cost + node * draw(FACTORS)
    return cost, nodes[0]


@settings(max_examples=examples(80))
@given(scalar_graphs())
def test_the_top_is_the_sorted_list_on_any_graph_ties_and_zeros_in_node_order(graph):
    cost, x = graph
    paths = path_sum(cost, x)
    each = list(itertools.islice(paths, 3000))
    if paths.count > len(each):
        return
    ordered = sorted(each, key=lambda p: -abs(p.product))  # stable, and listed in node order
    for k in {1, 2, 5, len(each)}:
        assert [p.edges for p in paths.top(k)] == [p.edges for p in ordered[:k]]
    assert paths.total == sum(p.product for p in each) == float(gradients(cost, [x])[0])
    assert paths.mass == sum(abs(p.product) for p in each)


def test_the_top_notices_a_wrong_order(monkeypatch):
    """The comparison above can fail: sizes read with the wrong sign give the smallest instead."""
    monkeypatch.setattr(top_paths, "_leading", lambda size, *rest: _leading(-size, *rest))
    x = leaf(1.0, "x")
    cost = x * 2 + x * 3 + x * 5
    assert path_sum(cost, x).top(1)[0].product != 5


@pytest.mark.parametrize("k", [1, 2, 3, 10])
def test_the_largest_of_runs_that_are_not_equally_long(k, rng):
    size = rng.integers(0, 5, 40).astype(float)
    starts = np.array([0, 3, 3, 20, 21, 40])
    where, run, place = _leading(size, starts, k)
    expected = []
    for r, (a, b) in enumerate(itertools.pairwise(starts)):
        best = sorted(range(a, b), key=lambda i: -size[i])[:k]
        expected += [(i, r, p) for p, i in enumerate(best)]
    assert list(zip(where, run, place, strict=True)) == expected


# --- many paths ------------------------------------------------------------------------------------------


def grid(layers, width, factors):
    """Every number of a layer uses every one of the layer before, by the same factors."""
    x = leaf(1.0, "x")
    row, told = x * np.ones(width), []
    for _ in range(layers):
        row = row @ np.tile(factors, (width, 1))
        told.append(row)
    return (row * np.ones(width)).sum(), x, told


def test_a_million_million_paths_have_the_sum_and_the_top_that_their_factors_say():
    factors = np.linspace(0.1, 1.0, 100)
    cost, x, told = grid(6, 100, factors)
    paths = path_sum(cost, x, through=told)
    assert paths.count == 100**6 == 10**12
    assert paths.total == pytest.approx(100 * factors.sum() ** 6, rel=1e-12)
    top = paths.top(20)
    assert top[0].product == pytest.approx(100.0)
    # the first factor of each of six layers may be one step smaller, then two of them, and so on
    combinations = sorted(
        (math.prod(c) for c in itertools.product(factors[-4:], repeat=6)), reverse=True
    )[:20]
    np.testing.assert_allclose([p.product / 100 for p in top], combinations, rtol=1e-12)
    assert len({p.elements for p in top}) == 20


def test_equal_paths_beyond_number_come_in_node_order():
    cost, x, told = grid(8, 50, np.ones(50))
    paths = path_sum(cost, x, through=told)
    assert paths.count == 50**8
    assert [p.nodes[-2].split("[")[1] for p in paths.top(51)] == [
        *(f"{i}]" for i in range(50)),
        "0]",
    ]
    assert [p.edges for p in paths.top(60)] == [p.edges for p in paths.top(70)][:60]


def test_a_mini_batch_and_each_of_its_examples_at_scale(rng):
    network = Network([30, 40, 40, 40, 10], rng=0)
    run = network.record(rng.random((4, 30)), [1, 2, 3, 4])
    whole = path_sum(run.cost, run.weights[2], (3, 5))
    assert whole.count == 4 * 40 * 40 * 10
    assert whole.number_of_paths == "64,000 paths of 4 examples, of which C is the mean"
    alone = [path_sum(run.cost, run.weights[2], (3, 5), example=i) for i in range(4)]
    assert [p.count for p in alone] == [40 * 40 * 10] * 4
    assert alone[0].number_of_paths == "16,000 paths"
    (gradient,) = gradients(run.cost, [run.weights[2]])
    assert whole.total == pytest.approx(gradient[3, 5], abs=1e-13 * whole.mass)
    assert sum(p.total for p in alone) == pytest.approx(whole.total, abs=1e-13 * whole.mass)
    best = sorted((p for each in alone for p in each.top(15)), key=lambda p: -abs(p.product))
    np.testing.assert_allclose(
        [p.product for p in whole.top(15)], [p.product for p in best[:15]], rtol=1e-12
    )


def test_a_top_that_needs_too_much_room_is_refused_with_the_limit(monkeypatch):
    monkeypatch.setattr(top_paths, "KEPT_LIMIT", 1000)
    cost, x, told = grid(4, 20, np.ones(20))
    with pytest.raises(ValueError, match=r"more than 1,000; take a smaller k"):
        path_sum(cost, x, through=told).top(500)


# --- leaving nodes out -----------------------------------------------------------------------------------


def test_ways_multiplied_as_matrices_are_those_followed_one_by_one(rng, monkeypatch):
    network = Network([4, 30, 30, 3], activation="relu", rng=1)
    run = network.record(rng.standard_normal((2, 4)), [0, 1])
    one_by_one = path_sum(run.cost, run.weights[2], (2, 1), through=[run.a[4]])
    monkeypatch.setattr(contract, "_WAYS", 10)
    at_once = path_sum(run.cost, run.weights[2], (2, 1), through=[run.a[4]])
    assert at_once.count == one_by_one.count == 2 * 3
    for a, b in zip(at_once, one_by_one, strict=True):
        assert (a.nodes, a.elements) == (b.nodes, b.elements)
        np.testing.assert_allclose(a.factors, b.factors, rtol=1e-12)


@pytest.mark.slow
def test_a_million_million_paths_of_a_wide_network():
    network = Network([20, *[1000] * 5, 1], rng=0)
    run = network.record(np.random.default_rng(0).random(20), [0.5])
    paths = path_sum(run.cost, run.weights[2], (3, 5))
    assert paths.count == 10**12
    (gradient,) = gradients(run.cost, [run.weights[2]])
    assert paths.total == pytest.approx(gradient[3, 5], abs=1e-12 * paths.mass)
    top = paths.top(20)
    sizes = [abs(p.product) for p in top]
    assert sizes == sorted(sizes, reverse=True)
    assert len({p.edges for p in top}) == 20
