"""What holds for every op of the table, on every sample."""

import ast
import inspect
from pathlib import Path

import numpy as np
import pytest
from helpers.cases import by_op, each, slow
from helpers.checking import check_gradients_or_laws
from mutants.samples import TABLE, every_sample, of

import autograd_nn as ag
from autograd_nn import Op, Tensor, check_gradients, ops

OPS = {op.name: op for op in ops.ALL}
samples = each("sample", by_op(every_sample()))


def free(sample, op=None):
    """The arguments that are differentiated, and the op as a function of these alone."""
    op = op or OPS[sample.op]
    positions = [i for i in range(len(sample.arrays)) if i not in sample.fixed]

    def function(*given):
        arguments = list(sample.arrays)
        for i, x in zip(positions, given, strict=True):
            arguments[i] = x
        return op(*arguments, **sample.params)

    function.__name__ = str(sample)
    return function, [np.asarray(sample.arrays[i], dtype=float) for i in positions]


def test_every_op_has_samples_and_every_sample_an_op():
    assert {s.op for s in TABLE} == set(OPS)


def test_names_are_unique_and_are_the_names_in_the_module():
    assert len(OPS) == len(ops.ALL)
    for name, op in OPS.items():
        assert getattr(ops, name) is op
        assert name in ops.__all__


@pytest.mark.parametrize("op", ops.ALL, ids=repr)
def test_every_op_is_tried_on_an_empty_and_on_a_single_element(op):
    sizes = [np.size(a) for s in of(op.name) for a in s.arrays]
    assert 0 in sizes
    assert 1 in sizes


def check_by_differences(sample, order):
    function, arrays = free(sample)
    if not arrays:
        assert OPS[sample.op].rule(0) is None, "masks and orders have no derivative"
        return
    check_gradients_or_laws(function, *arrays, order=order)


@samples
def test_gradients_agree_with_finite_differences(sample):
    check_by_differences(sample, 2 if sample in of(sample.op)[:2] else 1)


@pytest.mark.slow
@samples
def test_gradients_agree_with_finite_differences_to_second_order(sample):
    check_by_differences(sample, 2)


@samples
def test_arrays_in_give_the_array_that_tensors_in_hold(sample):
    op = OPS[sample.op]
    by_array = op(*sample.arrays, **sample.params)
    tensors = [Tensor(a) if i == 0 else a for i, a in enumerate(sample.arrays)]
    by_tensor = op(*tensors, **sample.params)
    assert isinstance(by_tensor, Tensor)
    assert isinstance(by_tensor.data, np.ndarray)
    np.testing.assert_array_equal(by_tensor.data, by_array)
    assert by_tensor.dtype == np.asarray(by_array).dtype


@samples
def test_inputs_are_left_untouched_by_forward_and_backward(sample):
    op = OPS[sample.op]
    tensors = [Tensor(a, requires_grad=i not in sample.fixed) for i, a in enumerate(sample.arrays)]
    before = [t.data.copy() for t in tensors]
    for t in tensors:
        t.data.flags.writeable = False
    y = op(*tensors, **sample.params)
    if y.requires_grad:
        y.backward(seed=np.ones(y.shape))
    for t, old in zip(tensors, before, strict=True):
        np.testing.assert_array_equal(t.data, old)


@samples
def test_out_is_written_and_returned(sample):
    op = OPS[sample.op]
    expected = np.asarray(op(*sample.arrays, **sample.params))
    out = np.full(expected.shape, 7, dtype=expected.dtype)
    result = op(*sample.arrays, **sample.params, out=out)
    assert result is out
    np.testing.assert_array_equal(out, expected)


@samples
def test_float32_stays_float32_forward_and_backward(sample):
    if sample.op in ("astype", "float_power"):
        pytest.skip("the ops whose point is another dtype")
    op = OPS[sample.op]
    arrays = [
        np.asarray(a, np.float32) if isinstance(a, np.ndarray) and a.dtype.kind == "f" else a
        for a in sample.arrays
    ]
    tensors = [
        Tensor(a, requires_grad=i not in sample.fixed) if isinstance(a, np.ndarray) else a
        for i, a in enumerate(arrays)
    ]
    y = op(*tensors, **sample.params)
    assert y.dtype == np.float32 or y.dtype.kind in "bi"
    if y.requires_grad:
        y.backward(seed=np.ones(y.shape))
        for t in tensors:
            if isinstance(t, Tensor) and t.requires_grad:
                assert t.grad.dtype == np.float32


@samples
def test_declared_connections_are_those_of_the_jacobian(sample):
    op = OPS[sample.op]
    y = np.asarray(op(*sample.arrays, **sample.params))
    for i in range(len(sample.arrays)):
        rule = op.rule(i)
        if rule is None or i in sample.fixed:
            continue
        size = np.size(sample.arrays[i])
        columns, rows = op.structure.connects(
            i, np.arange(size), y, *sample.arrays, **sample.params
        )
        assert len(set(zip(columns, rows, strict=True))) == len(rows), "each pair once"
        declared = np.zeros((y.size, size), bool)
        declared[rows, columns] = True
        arguments = [
            np.asarray(a, dtype=float) if j == i else a for j, a in enumerate(sample.arrays)
        ]
        jacobian = np.zeros((y.size, size))
        for row in range(y.size):
            g = np.zeros(y.size)
            g[row] = 1
            share = rule(g.reshape(y.shape), y, *arguments, **sample.params)
            if op.sum_back is not None:
                share = op.sum_back(share, shape=np.shape(arguments[i]))
            jacobian[row] = np.ravel(share)
        assert not (jacobian[~declared] != 0).any(), "a derivative off the declared connections"
        if sample.op not in ZEROS_IN_PLACE:
            np.testing.assert_array_equal(declared, jacobian != 0)


# derivatives that are 0 at some or all of the connected elements, by what the op is
FLAT = {"sign", "floor", "ceil", "rint", "trunc", "round", "fix", "floor_divide"}
FLAT_ARGUMENTS = {("copysign", 1)}
ZEROS_IN_PLACE = FLAT | {
    "where", "maximum", "minimum", "fmax", "fmin", "relu", "clip", "max", "min", "remainder", "fmod", "copysign",
    "power", "softmax", "log_softmax", "softmax_cross_entropy", "triu", "tril", "sort", "partition",
    "slogdet_packed", "cholesky", "eigh_packed", "svd_packed", "prod", "cumprod", "var", "std",
}  # fmt: skip


def test_connections_listed_for_some_elements_are_those_of_all_restricted(rng):
    for sample in every_sample():
        op = OPS[sample.op]
        y = np.asarray(op(*sample.arrays, **sample.params))
        for i, a in enumerate(sample.arrays):
            if op.rule(i) is None or np.size(a) < 2:
                continue
            some = np.sort(rng.choice(np.size(a), 2, replace=False))
            full = op.structure.connects(
                i, np.arange(np.size(a)), y, *sample.arrays, **sample.params
            )
            part = op.structure.connects(i, some, y, *sample.arrays, **sample.params)
            expected = {p for p in zip(*map(list, full), strict=True) if p[0] in some}
            assert set(zip(*map(list, part), strict=True)) == expected, sample


# --- each check proven to fail: a wrong rule is caught -----------------------------------------


def scaled(rule):
    return lambda *args, **params: rule(*args, **params) * 1.001


def negated(rule):
    return lambda *args, **params: -rule(*args, **params)


def zeroed(rule):
    return lambda *args, **params: rule(*args, **params) * 0


def shifted(rule):
    """Each element gets its neighbour's gradient."""

    def wrong(*args, **params):
        g = rule(*args, **params)
        order = np.roll(np.arange(int(np.prod(g.shape))), 1)
        return g.reshape(-1)[order].reshape(g.shape)

    return wrong


SPOILED = [  # each op in one of four ways, and in the others where there is time
    pytest.param(
        op, spoil, marks=() if (i + j) % 4 == 0 else slow, id=f"{op.name}-{spoil.__name__}"
    )
    for i, op in enumerate(op for op in ops.ALL if op.name not in FLAT)
    for j, spoil in enumerate((scaled, negated, zeroed, shifted))
]


@pytest.mark.parametrize(("op", "spoil"), SPOILED)
def test_a_wrong_rule_is_caught(op, spoil):
    sample = of(op.name)[1 if op.name in ("sum", "mean") else 0]  # not one with equal gradients
    for i in range(len(sample.arrays)):
        if i in sample.fixed or op.rule(i) is None or (op.name, i) in FLAT_ARGUMENTS:
            continue
        function, arrays = free(sample, op.with_rule(i, spoil(op.rule(i))))
        with pytest.raises(ag.GradientMismatch):
            check_gradients(function, *arrays)


@pytest.mark.parametrize("name", sorted(FLAT))
def test_a_slope_where_there_is_none_is_caught(name):
    rules = [lambda g, y, *args, **params: g * 1e-3] * OPS[name].arity
    wrong = Op(name, OPS[name].forward, *rules, sum_back=OPS[name].sum_back)
    function, arrays = free(of(name)[0], wrong)
    with pytest.raises(ag.GradientMismatch):
        check_gradients(function, *arrays)


def test_a_gradient_that_is_not_summed_back_is_refused_with_the_op_and_both_shapes():
    wrong = Op("add", np.add, lambda g, y, a, b: g, lambda g, y, a, b: g)
    a, b = Tensor(np.ones((3, 2)), requires_grad=True), Tensor(np.ones(2), requires_grad=True)
    with pytest.raises(
        ValueError, match=r"add: the rule for argument 1 gave shape \(3, 2\).*\(2,\)"
    ):
        wrong(a, b).backward(seed=np.ones((3, 2)))


def test_rules_use_operators_and_ops_only():
    """No ``np.`` in a rule: that is what makes second derivatives work from the first day."""
    rules = [op.rule(i) for op in ops.ALL for i in range(op.arity or 0)]
    assert sum(r is not None for r in rules) > 40
    folder = Path(inspect.getfile(ops)).parent
    lambdas = 0
    for file in folder.glob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            takes = [a.arg for a in node.args.args] if hasattr(node, "args") and isinstance(
                node, (ast.Lambda, ast.FunctionDef)) else []  # fmt: skip
            if takes[:2] in (["g", "y"], ["g", "out"]) or takes[:3] == ["i", "g", "y"]:
                lambdas += 1
                named = {n.id for n in ast.walk(node) if isinstance(n, ast.Name)}
                if not (isinstance(node, ast.FunctionDef) and node.name == "summed_back"):
                    assert not named & {"np", "numpy", "math"}, f"{file.name}:{node.lineno}"
    assert lambdas > 40
