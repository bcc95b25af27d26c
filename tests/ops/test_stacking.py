"""A stack of gradients in one call of a rule gives what as many calls give."""

import numpy as np
import pytest
from helpers.cases import by_op, each
from mutants.samples import every_sample

from autograd_nn import Tensor, ops
from autograd_nn.paths.edges import connections, rates

OPS = {op.name: op for op in ops.ALL}
STACKED = [
    s for s in every_sample() if OPS[s.op].structure.stack is not None and np.size(s.arrays[0])
]


def one_by_one(op, i, arrays, y, params):
    """The whole Jacobian by argument i, a row for each unit vector."""
    units = np.eye(y.size).reshape(y.size, *y.shape)
    return np.array([np.ravel(op.rule(i)(g, y, *arrays, **params)) for g in units])


@each("sample", by_op(STACKED))
def test_many_gradients_at_once_are_pulled_back_as_one_by_one(sample):
    op = OPS[sample.op]
    y = np.asarray(op(*sample.arrays, **sample.params))
    for i, x in enumerate(sample.arrays):
        if i in sample.fixed or not y.size:
            continue
        units = np.eye(y.size).reshape(y.size, *y.shape)
        g, result, arguments, settings = op.structure.stack(
            i, units, y, *sample.arrays, **sample.params
        )
        share = np.asarray(op.rule(i)(g, result, *arguments, **settings))
        expected = one_by_one(op, i, sample.arrays, y, sample.params)
        assert share.size == y.size * np.size(x)
        np.testing.assert_allclose(share.reshape(expected.shape), expected, rtol=1e-13, atol=1e-13)


def test_stacks_are_declared_where_a_call_for_each_element_would_be_slow():
    assert {s.op for s in STACKED} >= {"matmul", "einsum", "softmax", "log_softmax", "inv", "det"}


@pytest.mark.parametrize(
    ("a", "b"),
    [((3,), (3,)), ((3,), (3, 2)), ((4, 3), (3,)), ((4, 3), (3, 2)), ((5, 4, 3), (3, 2)), ((3,), (5, 3, 2)),
     ((4, 3), (5, 3, 2)), ((5, 4, 3), (3,)), ((6, 1, 4, 3), (5, 3, 2)), ((1, 4, 3), (5, 3, 2))],
)  # fmt: skip
@pytest.mark.parametrize("i", [0, 1])
def test_products_of_every_shape(a, b, i, rng):
    arrays = [rng.standard_normal(a), rng.standard_normal(b)]
    y = np.asarray(np.matmul(*arrays))
    units = np.eye(y.size).reshape(y.size, *y.shape)
    g, result, arguments, _ = ops.matmul.structure.stack(i, units, y, *arrays)
    share = ops.matmul.rule(i)(g, result, *arguments)
    expected = one_by_one(ops.matmul, i, arrays, y, {})
    np.testing.assert_array_equal(share.reshape(expected.shape), expected)


def test_a_layers_jacobian_takes_one_call(rng, monkeypatch):
    calls = []
    rule = ops.matmul.rule(0)
    monkeypatch.setattr(ops.matmul, "rule", lambda i: lambda *a: calls.append(1) or rule(*a))
    a, w = Tensor(rng.standard_normal((7, 30)), requires_grad=True), rng.standard_normal((20, 30))
    y = a @ w.T
    columns, rows = connections(y, 0, np.arange(a.data.size))
    found = rates(y, 0, columns, rows)
    assert len(calls) == 1
    np.testing.assert_array_equal(found, w[rows % 20, columns % 30])


def test_large_stacks_are_asked_in_parts(rng, monkeypatch):
    monkeypatch.setattr("autograd_nn.paths.rates._AT_ONCE", 1000)
    a, w = Tensor(rng.standard_normal((7, 30)), requires_grad=True), rng.standard_normal((20, 30))
    y = a @ w.T
    columns, rows = connections(y, 0, np.arange(a.data.size))
    np.testing.assert_array_equal(rates(y, 0, columns, rows), w[rows % 20, columns % 30])


def test_a_wrong_stack_would_be_seen(rng):
    """The comparison above can fail: a stack that mixes its gradients up is another Jacobian."""
    arrays = [rng.standard_normal((4, 3)), rng.standard_normal((3, 2))]
    y = np.matmul(*arrays)
    units = np.eye(y.size).reshape(y.size, *y.shape)
    g, result, arguments, _ = ops.matmul.structure.stack(0, units[::-1], y, *arrays)
    share = ops.matmul.rule(0)(g, result, *arguments)
    assert not np.allclose(share.reshape(8, 12), one_by_one(ops.matmul, 0, arrays, y, {}))
