"""Recomputing a recorded graph with some values replaced."""

import numpy as np
import pytest

from autograd_nn import Network, Tensor, ops
from autograd_nn.engine.recompute import recompute, recomputer


def test_recomputing_with_the_same_values_gives_the_same_bits():
    run = Network([4, 3, 2], rng=1).record(np.ones((5, 4)), np.zeros(5, int))
    for node in (*run.weights.values(), *run.z.values(), run.cost):
        assert recompute(run.cost, {node: node.data}) == run.cost.data


def test_recomputing_equals_computing_anew_and_leaves_the_graph_alone():
    x = Tensor([1.0, 2.0], requires_grad=True)
    z = x * x
    cost = ops.exp(z).sum()
    before = cost.data.copy()
    assert recompute(cost, {x: np.array([0.0, 1.0])}) == pytest.approx(1 + np.e)
    assert recompute(cost, {z: np.array([0.0, 0.0])}) == 2
    assert recompute(cost, {x: np.zeros(2), z: np.ones(2)}) == pytest.approx(2 * np.e)
    assert cost.data == before


def test_only_what_is_above_the_replaced_node_is_computed_again():
    calls = []
    from autograd_nn import Op

    spy = Op("spy", lambda x: calls.append(1) or np.exp(x), lambda g, y, x: g * y)
    x, w = (Tensor(1.0, requires_grad=True) for _ in range(2))
    again = recomputer(spy(x) * w, [w])
    calls.clear()
    again(np.array(2.0))
    assert calls == []


def test_a_replacement_of_another_shape_is_refused():
    x = Tensor([1.0, 2.0], requires_grad=True, name="x")
    with pytest.raises(ValueError, match=r"got shape \(3,\) for x, expected \(2,\)"):
        recompute(x.sum(), {x: np.ones(3)})
