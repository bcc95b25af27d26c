"""Ops spelled as NumPy calls: what a plan keeps is what the forward function computes."""

import threading
import warnings

import numpy as np
import pytest
from helpers.cases import by_op, each
from hypothesis import given
from hypothesis import strategies as st
from mutants import samples

from autograd_nn import Plan, ops
from autograd_nn.ops.out import quiet_run, quietly

SPELLED = [op for op in ops.ALL if op.replay.calls is not None]
OPS = {op.name: op for op in SPELLED}
TRIED = [s for s in samples.TABLE if s.op in OPS]


def test_the_ops_of_a_training_step_are_spelled():
    assert {"sigmoid", "sigmoid_cross_entropy", "sum", "mean", "sum_to", "matmul", "linear"} <= set(
        OPS
    )


@each("sample", by_op(TRIED))
def test_the_calls_fill_out_with_what_forward_gives_bit_for_bit(sample):
    op = OPS[sample.op]
    arrays = [np.asarray(a) for a in sample.arrays]
    expected = np.asarray(op.forward(*arrays, **sample.params))
    out = np.full_like(expected, 7)
    calls = op.replay.calls(out, *arrays, **sample.params)
    if calls is None:
        pytest.skip("kept whole")
    for _ in range(2):  # what a call leaves behind must not disturb the next run
        for function, *arguments in calls:
            function(*arguments)
        assert out.tobytes() == expected.tobytes()


def test_every_spelled_op_has_a_sample_that_is_not_kept_whole():
    spelled = set()
    for s in TRIED:
        arrays = [np.asarray(a) for a in s.arrays]
        out = np.asarray(OPS[s.op].forward(*arrays, **s.params)).copy()
        if OPS[s.op].replay.calls(out, *arrays, **s.params) is not None:
            spelled.add(s.op)
    assert spelled == set(OPS)


@given(
    m=st.integers(1, 40), k=st.integers(1, 40), n=st.integers(1, 40), single=st.booleans(),
    turned=st.tuples(st.booleans(), st.booleans()), seed=st.integers(0, 2**32 - 1),
)  # fmt: skip
def test_a_product_in_a_plan_is_the_eager_product(m, k, n, single, turned, seed):
    rng, dtype = np.random.default_rng(seed), np.float32 if single else np.float64
    a, b = (rng.standard_normal(s).astype(dtype) for s in ((m, k), (k, n)))
    a, b = (np.asfortranarray(x) if t else x for x, t in zip((a, b), turned, strict=True))
    plan = Plan(lambda a, b: a @ b, a, b)
    assert plan(a, b).tobytes() == np.matmul(plan.inputs[0], plan.inputs[1]).tobytes()


@given(rows=st.integers(1, 1030), columns=st.integers(1, 5), single=st.booleans())
def test_rows_are_added_up_right_however_many(rows, columns, single):
    dtype = np.float32 if single else np.float64
    x = np.arange(rows * columns, dtype=dtype).reshape(rows, columns) % 7  # whole numbers: exact
    np.testing.assert_array_equal(ops.sum_to(x, shape=(columns,)), x.sum(axis=0))


def test_what_overflows_on_the_way_to_a_sigmoid_warns_nowhere():
    x = np.array([-800.0, 0.0, 800.0])
    plan = Plan(ops.sigmoid, x)
    with np.errstate(all="raise"):
        assert ops.sigmoid(x).tolist() == [0.0, 0.5, 1.0]
        assert plan(x).tolist() == [0.0, 0.5, 1.0]


def test_other_ops_of_the_same_plan_still_warn():
    plan = Plan(lambda x: ops.exp(x) + ops.sigmoid(-x), np.array([1.0]))
    with pytest.warns(RuntimeWarning, match="overflow"):
        plan(np.array([800.0]))


def test_quiet_is_only_the_call_and_only_over_and_underflow():
    before = np.geterr()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert quietly(np.exp, 800.0) == np.inf
        with pytest.raises(RuntimeWarning, match="invalid"):
            quietly(np.log, -1.0)
        with pytest.raises(RuntimeWarning, match="overflow"):
            np.exp(800.0)
    assert np.geterr() == before


def test_quiet_calls_of_several_threads_do_not_meet():
    errors, barrier = [], threading.Barrier(4)
    x = np.full(50_000, -800.0)

    def work():
        barrier.wait()
        try:
            for _ in range(50):
                assert not ops.sigmoid(x).any()
        except Exception as error:
            errors.append(error)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    assert not errors


def test_one_context_cannot_be_entered_twice():
    """Why each thread has its own."""
    run = quiet_run()
    with pytest.raises(RuntimeError, match="already entered"):
        run(run, np.exp, 1.0)
