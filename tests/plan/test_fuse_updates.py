"""One call for the new values of leaves that lie side by side, and when there must be several."""

import numpy as np
import pytest

from autograd_nn import Network, Plan, Tensor
from autograd_nn.plan.fuse_updates import side_by_side

rng = np.random.default_rng(8)


def leaves(*shapes, together=True):
    made = [
        Tensor(rng.standard_normal(s), requires_grad=True, name=f"p{i}")
        for i, s in enumerate(shapes)
    ]
    if together:
        side_by_side(made)
    return made


def quadratic(ps):
    """Each leaf's gradient is the leaf times the input."""
    return lambda x: sum(((p * p).sum() for p in ps), 0) * (0.5 * x)


def descent(ps, rate=0.25):
    return lambda gs: [(p, p - rate * g) for p, g in zip(ps, gs, strict=True)]


def merged_steps(plan):
    return [s.name for s in plan.listing if s.with_next]


def test_neighbours_are_updated_by_one_call():
    ps = leaves((2, 3), (3,), (4, 2))
    start = [p.data.copy() for p in ps]
    plan = Plan(quadratic(ps), 1.0, wrt=ps, update=descent(ps))
    assert len(merged_steps(plan)) == 2  # of three, all but the last
    apart = leaves((2, 3), (3,), (4, 2), together=False)
    unmerged = Plan(quadratic(apart), 1.0, wrt=apart, update=descent(apart))
    assert len(plan._updating) == len(unmerged._updating) - 2
    for step in (1.0, 2.0):
        plan(step)
        start = [p - 0.25 * step * p for p in start]
    for p, expected in zip(ps, start, strict=True):
        np.testing.assert_allclose(p.data, expected, rtol=1e-15)


def test_the_listing_tells_it():
    ps = leaves((2,), (3,))
    text = str(Plan(quadratic(ps), 1.0, wrt=ps, update=descent(ps)))
    assert "with the next" in text


def test_leaves_with_memory_of_their_own_are_updated_one_by_one():
    ps = leaves((2, 3), (3,), together=False)
    plan = Plan(quadratic(ps), 1.0, wrt=ps, update=descent(ps))
    assert not merged_steps(plan)


def test_neighbours_with_a_gap_are_two_groups():
    ps = leaves((2,), (3,), (2,), (2,), (3,))
    used = [*ps[:2], *ps[3:]]
    before = ps[2].data.copy()
    plan = Plan(quadratic(used), 1.0, wrt=used, update=descent(used))
    assert len(merged_steps(plan)) == 2  # one of each pair
    plan(1.0)
    np.testing.assert_array_equal(ps[2].data, before)


def test_leaves_in_another_order_than_in_memory_are_found():
    ps = leaves((2,), (3,), (4,))
    turned = ps[::-1]
    expected = [0.75 * p.data for p in ps]
    plan = Plan(quadratic(turned), 1.0, wrt=turned, update=descent(turned))
    assert len(merged_steps(plan)) == 2
    plan(1.0)
    for p, e in zip(ps, expected, strict=True):
        np.testing.assert_allclose(p.data, e, rtol=1e-15)


def test_a_new_value_that_another_update_reads_is_not_put_off():
    p, q = leaves((3,), (3,))
    expected_p = 0.75 * p.data
    expected_q = q.data - 0.25 * q.data - expected_p

    def update(gs):
        new_p = p - 0.25 * gs[0]
        return [(p, new_p), (q, q - (0.25 * gs[1] + new_p))]

    plan = Plan(quadratic([p, q]), 1.0, wrt=[p, q], update=update)
    assert not merged_steps(plan)
    plan(1.0)
    np.testing.assert_allclose(p.data, expected_p, rtol=1e-15)
    np.testing.assert_allclose(q.data, expected_q, rtol=1e-15)


def test_a_gradient_that_is_read_twice_keeps_its_memory():
    p, q, v = leaves((3,), (3,), (3,))
    start = [x.data.copy() for x in (p, q, v)]

    def update(gs):
        steps = [0.25 * g for g in gs]
        return [(p, p - steps[0]), (q, q - steps[1]), (v, v * 0.5 + steps[0])]

    plan = Plan(quadratic([p, q]), 1.0, wrt=[p, q], update=update)
    for _ in range(2):
        plan(1.0)
        steps = [0.25 * start[0], 0.25 * start[1]]
        start = [start[0] - steps[0], start[1] - steps[1], start[2] * 0.5 + steps[0]]
    for x, e in zip((p, q, v), start, strict=True):
        np.testing.assert_allclose(x.data, e, rtol=1e-15)


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_a_network_is_updated_by_one_call(dtype):
    network = Network([5, 4, 3, 2], dtype=dtype, rng=0)
    assert len({id(p.data.base) for p in network.parameters}) == 1
    x, y = rng.random((6, 5)).astype(dtype), np.eye(2, dtype=dtype)[[0, 1, 1, 0, 0, 1]]
    plan = Plan(
        network.training_cost,
        x,
        y,
        wrt=network.parameters,
        seed=0.5,
        update=lambda steps: [(p, p - s) for p, s in zip(network.parameters, steps, strict=True)],
    )
    assert len(plan._updating) == 1
    assert len(merged_steps(plan)) == len(network.parameters) - 1


def test_a_wrong_place_would_be_noticed():
    """The proof that these tests can fail: exchange two places of what is subtracted."""
    ps = leaves((3,), (3,))
    plan = Plan(quadratic(ps), 0.25, wrt=ps, update=descent(ps, rate=1))
    expected = [0.75 * p.data for p in ps]
    plan.compute()
    (update,) = [call for call in plan._updating if call.func is np.subtract]
    sources = update.args[1]
    sources[:] = np.concatenate([sources[3:], sources[:3]])
    update()
    assert not any(np.allclose(p.data, e) for p, e in zip(ps, expected, strict=True))


def test_side_by_side_keeps_shapes_values_and_the_right_to_change():
    ps = leaves((2, 3), (), (4,), together=False)
    before = [p.data.copy() for p in ps]
    side_by_side(ps)
    for p, old in zip(ps, before, strict=True):
        assert p.data.shape == old.shape
        np.testing.assert_array_equal(p.data, old)
    ps[0].data -= 1
    np.testing.assert_array_equal(ps[0].data, before[0] - 1)
    np.testing.assert_array_equal(ps[2].data, before[2])
