"""Programs put together at random: a plan and the eager pass agree bit for bit, run after run."""

import warnings

import numpy as np
import pytest
from helpers.cases import examples
from helpers.random_programs import programs, run
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from autograd_nn import Plan, Tensor, gradients, ops


def same(a, b):
    assert a.dtype == b.dtype
    np.testing.assert_array_equal(a, b, strict=True)


@pytest.fixture(autouse=True)
def _quiet():
    """Overflow, and inputs that a program does not use, are not the matter here."""
    with np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


sizes, dtypes = st.integers(1, 5), st.sampled_from([np.float64, np.float32])
anything = settings(
    max_examples=examples(200), suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@anything
@given(programs, sizes, st.integers(0, 2), dtypes, st.integers(0, 999))
def test_values_and_gradients(steps, n, inputs, dtype, seed):
    rng = np.random.default_rng(seed)

    def draw():
        return rng.standard_normal((n, n)).astype(dtype)

    leaves = [Tensor(draw(), requires_grad=True) for _ in range(2)]
    plan = Plan(
        lambda *xs: run(steps, [*leaves, *xs]),
        *(draw() for _ in range(inputs)),
        wrt=[*leaves, *range(inputs)],
    )
    for _ in range(3):
        xs = [Tensor(draw(), requires_grad=True) for _ in range(inputs)]
        cost = run(steps, [*leaves, *xs])
        value, found = plan(*xs)
        same(value, cost.data)
        for g, h in zip(found, gradients(cost, [*leaves, *xs]), strict=True):
            same(g, h)
        for leaf in leaves:
            leaf.data -= np.asarray(0.1, dtype)


@anything
@given(programs, sizes, st.integers(0, 2), dtypes, st.integers(0, 999))
def test_updates_with_momentum(steps, n, inputs, dtype, seed):
    """Inputs need no gradient here, so that what is made of them alone is not recorded by eager."""
    rng = np.random.default_rng(seed)

    def draw():
        return rng.standard_normal((n, n)).astype(dtype)

    def moved(w, v, g):
        faster = 0.5 * v - 0.01 * g
        return w + faster, faster

    w, v = Tensor(draw(), requires_grad=True), Tensor(np.zeros((n, n), dtype))

    def update(found):
        new_w, new_v = moved(w, v, found[0])
        return [(w, new_w), (v, new_v)]

    plan = Plan(
        lambda *xs: run(steps, [w, *xs]),
        *(draw() for _ in range(inputs)),
        wrt=[w],
        update=update,
    )
    for _ in range(3):
        xs = [draw() for _ in range(inputs)]
        cost = run(steps, [w, *map(Tensor, xs)])
        expected = moved(w.data, v.data, gradients(cost, [w])[0])
        same(plan(*xs), cost.data)
        for leaf, new in zip((w, v), expected, strict=True):
            same(leaf.data, new)


# --- found by such programs -----------------------------------------------------------------------


@pytest.mark.parametrize(
    "function",
    [
        pytest.param(lambda w: ops.sum(w @ w), id="a repeated gradient in a product"),
        pytest.param(
            lambda w: ops.sum(ops.exp(w) * np.einsum("ij,jk->ik", w, w)), id="a read-only view"
        ),
        pytest.param(lambda w: np.einsum("ij,ij->", w[::-1, ::-1], w[::-1, ::-1]), id="backwards"),
    ],
)
def test_of_weights_alone(function):
    w = Tensor(np.random.default_rng(3).standard_normal((6, 6)), requires_grad=True)
    plan = Plan(function, w, wrt=[0])
    value, (g,) = plan(w)
    cost = function(w)
    same(value, cost.data)
    same(g, gradients(cost, [w])[0])


def test_what_needs_no_gradient_lies_in_memory_as_it_does_for_eager():
    """Sums over all elements add in the order of memory, and eager copies such a view."""
    draw = np.random.default_rng(5).standard_normal
    w = Tensor(2.0, requires_grad=True)
    for view in (lambda x: x.T, lambda x: x[::-1, ::-1], lambda x: x[:, ::2]):
        plan = Plan(lambda x: w * ops.sum(view(x)), draw((37, 41)), wrt=[w])  # noqa: B023
        for _ in range(5):
            x = draw((37, 41))
            same(plan(x)[0], (w * ops.sum(view(Tensor(x)))).data)
