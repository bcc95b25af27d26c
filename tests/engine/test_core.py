"""Recording: what a node holds, what it costs, and what it lets go."""

import copy
import gc
import pickle
import threading
import weakref

import numpy as np
import pytest
from helpers.leaf import leaf

from autograd_nn import Op, Tensor, gradients, no_grad, ops
from autograd_nn.engine.core import Node


def test_arrays_in_give_an_array_and_nodes_in_give_a_node_of_their_class():
    class Named(Tensor):
        __slots__ = ()

    assert isinstance(ops.add(np.ones(2), 1), np.ndarray)
    assert type(ops.add(Named([1.0]), 1)) is Named


def test_a_node_holds_its_op_its_inputs_and_its_settings():
    x = leaf([1.0, 2.0])
    y = ops.sum(x, axis=0, keepdims=True)
    assert y.op is ops.sum
    assert y.inputs == (x,)
    assert y.params == {"axis": 0, "keepdims": True}
    assert y.line is None
    assert not y.is_leaf
    assert x.is_leaf


def test_inputs_keep_repetitions():
    a = leaf(3.0)
    assert (a * a).inputs[0] is (a * a).inputs[1] is a
    assert len((a * a).inputs) == 2


def test_creation_order_is_a_topological_order():
    a = leaf()
    b = a + 1
    c = a * b
    assert a.serial < b.serial < c.serial


def test_constants_stay_in_the_inputs_as_arrays_or_numbers():
    a = leaf([1.0, 2.0])
    held = np.array([3.0, 4.0])
    assert (a * held).inputs[1] is held
    assert (a * 2).inputs[1] == 2
    assert isinstance((a * [1, 2]).inputs[1], np.ndarray)


def test_data_is_always_an_array_even_for_a_single_number():
    a = leaf(2.0)
    for y in (a, a + 1, a * a, ops.sum(a), ops.exp(a), a.reshape(1)[0], ops.max(a)):
        assert type(y.data) is np.ndarray


def test_nothing_is_recorded_where_nothing_requires_a_gradient():
    y = Tensor(1.0) * 2
    assert y.op is None
    assert y.inputs == ()
    assert not y.requires_grad


def test_an_argument_without_a_rule_does_not_make_the_result_require_a_gradient():
    a = leaf([1.0, -1.0])
    assert not ops.greater(a, 0).requires_grad
    assert not ops.where(ops.greater(a, 0), 1.0, 2.0).requires_grad


# --- switching off --------------------------------------------------------------------------------


def test_no_grad_switches_recording_off_and_back_on_also_after_an_error():
    a = leaf()
    with no_grad():
        assert not (a * a).requires_grad
    with pytest.raises(ZeroDivisionError), no_grad():
        1 / 0  # noqa: B018
    assert (a * a).requires_grad


def test_no_grad_decorates_a_function_and_nests():
    a = leaf()

    @no_grad()
    def f(depth):
        if depth:
            f(depth - 1)
        return (a * a).requires_grad

    assert f(3) is False
    with no_grad():
        with no_grad():
            pass
        assert not (a * a).requires_grad
    assert (a * a).requires_grad


def test_no_grad_is_of_one_thread_only():
    a, seen, ready, done = leaf(), [], threading.Event(), threading.Event()

    def other():
        ready.wait()
        seen.append((a * a).requires_grad)
        done.set()

    thread = threading.Thread(target=other)
    thread.start()
    with no_grad():
        ready.set()
        done.wait()
    thread.join()
    assert seen == [True]


def test_eight_threads_compute_what_one_computes():
    def work(seed):
        rng = np.random.default_rng(seed)
        w = leaf(rng.standard_normal((3, 3)))
        for i in range(200):
            if i % 3 == 0:
                with no_grad():
                    ops.tanh(w)
            y = ops.tanh(ops.tanh(w) @ w).sum()
            w.data -= 0.01 * gradients(y, [w])[0]
        return w.data

    results = {}
    threads = [
        threading.Thread(target=lambda s=s: results.__setitem__(s, work(s))) for s in range(8)
    ]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    for seed, result in results.items():
        np.testing.assert_array_equal(result, work(seed))
    assert len(results) == 8


# --- memory -----------------------------------------------------------------------------------------


def test_a_graph_is_freed_at_once_without_the_cycle_collector():
    gc.collect()
    gc.freeze()  # what other tests have left is not walked through
    gc.disable()
    try:
        before = len(gc.get_objects())
        for _ in range(100):
            a = leaf(np.ones(3))
            y = (ops.sigmoid(a * a) @ np.ones(3)) + a.sum()
            y.backward()
            g = gradients(y, [a], create_graph=True)[0].sum()
            gradients(g, [a])
        last = weakref.ref(y)
        del a, y, g
        assert last() is None
        assert len(gc.get_objects()) - before < 50
        assert gc.collect() == 0, "something was kept alive by a cycle"
    finally:
        gc.enable()
        gc.unfreeze()


def test_a_chain_of_200_000_nodes_is_freed_without_overflowing_the_stack():
    first = y = leaf()
    for _ in range(200_000):
        y = +y
    gone = weakref.ref(first)
    del first, y
    assert gone() is None


# --- leaves that change -----------------------------------------------------------------------------


def test_a_leaf_changes_in_place_and_counts_it():
    w = leaf([1.0, 2.0])
    held, before = w.data, w.changed
    w.data -= 0.5
    assert w.data is held
    assert w.changed > before
    w.data = [5.0, 6.0]
    assert w.data is held
    np.testing.assert_array_equal(held, [5, 6])


def test_a_backward_pass_through_a_leaf_changed_since_recording_raises():
    w = leaf([1.0, 2.0], name="w2")
    y = (w * w).sum()
    w.data -= 0.1
    with pytest.raises(ValueError, match="w2 was changed in place after this graph was recorded"):
        y.backward()
    assert w.grad is None
    (w * w).sum().backward()
    np.testing.assert_allclose(w.grad, [1.8, 3.8])


def test_a_changed_constant_is_noticed_too():
    x, w = Tensor([1.0, 2.0], name="x"), leaf([1.0, 2.0])
    y = (w * x).sum()
    x.data = [0.0, 0.0]
    with pytest.raises(ValueError, match="x was changed in place"):
        gradients(y, [w])


def test_results_cannot_be_changed_and_leaves_keep_their_shape():
    w = leaf([1.0, 2.0], name="w")
    with pytest.raises(ValueError, match="result of mul; only leaves can be changed"):
        (w * 2).data = [0.0, 0.0]
    with pytest.raises(ValueError, match=r"w.data = …: got shape \(3,\), expected \(2,\)"):
        w.data = np.ones(3)
    with pytest.raises(TypeError):
        w.data = np.array([1j, 2j])


# --- ops of one's own --------------------------------------------------------------------------------


def test_a_rule_that_raises_says_which_op_and_argument():
    def broken(g, y, a, b):
        raise RuntimeError("no")

    op = Op("broken", np.add, lambda g, y, a, b: g, broken)
    with pytest.raises(RuntimeError) as caught:
        op(leaf(), leaf()).backward()
    assert "in the derivative rule of broken for argument 1" in caught.value.__notes__[0]


def test_out_goes_with_arrays_only():
    with pytest.raises(TypeError, match="out= goes with arrays"):
        ops.add(leaf(), 1, out=np.empty(()))


# --- copying ------------------------------------------------------------------------------------------


def test_leaves_are_copied_and_pickled_with_their_data_flag_and_name():
    w = leaf([1.0, 2.0], name="w")
    for other in (copy.copy(w), copy.deepcopy(w), pickle.loads(pickle.dumps(w))):
        np.testing.assert_array_equal(other.data, w.data)
        assert other.requires_grad
        assert other.name == "w"
        assert not np.shares_memory(other.data, w.data)


def test_results_are_not_copied_without_their_graph():
    with pytest.raises(TypeError, match=r"result of add; only leaves.*detach"):
        copy.deepcopy(leaf() + 1)


def test_a_node_is_found_in_sets_and_dicts_by_identity():
    a, b = leaf(), leaf()
    assert {a: 1, b: 2}[a] == 1
    assert len({a, b, a}) == 2
    assert isinstance(a, Node)


def test_the_rules_of_a_variadic_op_are_asked_by_number():
    assert callable(ops.concatenate.rule(7))


# --- faults found by a reader, each with its test -------------------------------------------------


def test_one_argument_too_many_is_an_error_and_not_a_place_to_write():
    a, b, c = leaf([1.0]), leaf([2.0]), leaf([10.0])
    with pytest.raises(TypeError, match="add: got 3 arguments, expected 2"):
        ops.add(a, b, c)
    with pytest.raises(TypeError, match="exp: got 2 arguments, expected 1"):
        ops.exp(np.ones(2), np.ones(2))
    assert c.data.tolist() == [10]


def test_an_op_with_too_few_rules_cannot_lose_a_gradient():
    mix = Op("mix", np.multiply, lambda g, y, a, b: g * b)
    with pytest.raises(TypeError, match="mix: got 2 arguments, expected 1"):
        mix(leaf(), leaf())


def test_integers_do_not_carry_a_gradient_nor_lose_one():
    with pytest.raises(TypeError, match=r"astype: the result has dtype int64.*detach"):
        leaf([1.0]).astype(int)
    t = Tensor(3)
    t.requires_grad = True
    with pytest.raises(TypeError, match="cannot carry a gradient"):
        (t * 0.5).backward()


def test_what_was_not_recorded_is_no_view_that_could_change_its_origin():
    w, x = leaf([1.0, 2.0, 3.0]), Tensor([1.0, 2.0])
    with no_grad():
        part = w[0:2]
    part.data = [100.0, 100.0]
    x.reshape(2, 1).data = [[5.0], [5.0]]
    assert w.data.tolist() == [1, 2, 3]
    assert x.data.tolist() == [1, 2]


def test_the_gradient_of_a_number_stays_an_array():
    w = leaf(2.0)
    for _ in range(3):
        (w * w).backward()
        assert type(w.grad) is np.ndarray
    assert w.grad == 12


def test_no_grad_refuses_functions_that_run_in_pieces():
    async def later():
        pass

    def some():
        yield 1

    for function in (later, some):
        with pytest.raises(TypeError, match=r"runs in pieces.*with no_grad\(\)"):
            no_grad()(function)


def test_errors_of_a_forward_function_keep_their_text_whatever_their_class():
    def forward(x):
        y = np.arange(3)
        y += x
        return y

    with pytest.raises(TypeError, match=r"odd: got .*Cannot cast"):
        Op("odd", forward, None)(leaf([1.0, 2.0, 3.0]))
    with pytest.raises(TypeError, match=r"reshape: got .*missing.*shape"):
        ops.reshape(leaf([1.0]))


def test_a_rule_that_leaves_the_graph_is_refused_where_a_graph_is_wanted():
    from autograd_nn import gradients

    cut = Op("cut", np.square, lambda g, y, x: np.asarray(2.0))
    x = leaf(1.0)
    with pytest.raises(TypeError, match="cut: the rule for argument 0 gave ndarray for tensors"):
        gradients(cut(x), [x], create_graph=True)


def test_a_changed_leaf_is_noticed_where_only_a_view_of_it_was_used():
    from autograd_nn import gradients

    a, w = leaf(np.ones((2, 2))), leaf(np.ones((2, 2)), "w3")
    cost = ((a @ w.T) ** 2).sum()
    w.data *= 2
    with pytest.raises(ValueError, match="w3 was changed in place"):
        gradients(cost, [a])
