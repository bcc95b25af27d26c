"""Threads and tasks that record and differentiate at once do not disturb each other."""

import asyncio
import contextvars
import sys
import threading
import warnings
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

import autograd_nn as ag
from autograd_nn import Tensor, gradients, no_grad
from autograd_nn.engine.modes import is_recording


@pytest.fixture(autouse=True)
def _threads_are_switched_all_the_time():
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


def at_once(*works):
    """What each returns, all running at the same time from the same moment on."""
    start = threading.Barrier(len(works))

    def run(work):
        start.wait()
        return work()

    with ThreadPoolExecutor(len(works)) as pool:
        return [f.result() for f in [pool.submit(run, work) for work in works]]


def cost(w, x):
    return np.sum(np.tanh(np.tanh(x @ w) @ w.T) ** 2)


def many_derivatives(seed):
    """Every transform on numbers of one's own, some of them in no_grad; all results in a list."""
    r = np.random.default_rng(seed)
    found = []
    for i in range(4):
        w, x, v = r.standard_normal((3, 3, 3))

        def f(w, x=x):
            return cost(w, x)

        leaf = Tensor(w, requires_grad=True)
        found += [ag.grad(f)(w), *ag.value_and_grad(f)(w), *ag.jvp(f, w, v)]
        y, pull = ag.vjp(f, w)
        found += [y, pull(2.0)[0], ag.hvp(f, w, v), ag.hessian(f)(w)]
        found += [ag.jacobian(lambda w, x=x: x @ w)(w), ag.elementwise_grad(np.tanh)(w)]
        found += [ag.grad(lambda t, f=f, w=w: t * ag.grad(lambda s: s * t * f(w * t))(t))(0.5)]
        found += [gradients(f(leaf), [leaf])[0]]
        with no_grad():
            found += [f(leaf).data, ag.grad(f)(w)]
            assert not f(leaf).requires_grad
        leaf.data -= 0.1 * gradients(f(leaf), [leaf])[0]
        assert f(leaf).requires_grad
        found += [leaf.data, i]
    return found


@pytest.mark.parametrize("count", [2, 8])
def test_threads_find_what_one_alone_finds(count):
    alone = [many_derivatives(seed) for seed in range(count)]
    together = at_once(*[lambda seed=seed: many_derivatives(seed) for seed in range(count)])
    for mine, theirs in zip(alone, together, strict=True):
        for a, b in zip(mine, theirs, strict=True):
            np.testing.assert_array_equal(a, b)


@pytest.mark.parametrize("count", [2, 8])
def test_a_thread_in_no_grad_does_not_switch_the_others_off(count):
    x = np.arange(3.0)
    expected = 2 * x

    def recording():
        for _ in range(100):
            leaf = Tensor(x, requires_grad=True)
            y = (leaf * leaf).sum()
            assert y.requires_grad
            np.testing.assert_array_equal(gradients(y, [leaf])[0], expected)
            np.testing.assert_array_equal(ag.grad(lambda t: (t * t).sum())(x), expected)

    def switched_off():
        leaf = Tensor(x, requires_grad=True)
        for _ in range(100):
            with no_grad():
                assert not (leaf * leaf).requires_grad
                np.testing.assert_array_equal(ag.grad(lambda t: (t * t).sum())(x), expected)
                assert not (leaf * leaf).requires_grad

    at_once(*[recording, switched_off] * (count // 2))


def test_a_decorated_function_runs_in_many_threads():
    leaf = Tensor(2.0, requires_grad=True)

    @no_grad()
    def f():
        return [(leaf * leaf).requires_grad for _ in range(50)]

    assert not any(any(found) for found in at_once(*[f] * 8))
    assert (leaf * leaf).requires_grad


def test_one_function_and_its_derivative_serve_many_threads():
    slope = ag.grad(lambda x, n: np.sum(x**n))
    x = np.arange(1.0, 4.0)
    found = at_once(*[lambda n=n: [slope(x, n) for _ in range(50)] for n in range(1, 9)])
    for n, results in enumerate(found, start=1):
        for result in results:
            np.testing.assert_allclose(result, n * x ** (n - 1), rtol=1e-15)


def test_one_pull_serves_many_threads():
    x = np.arange(1.0, 4.0)
    _, pull = ag.vjp(lambda x: np.sin(x) * x.sum(), x)
    seeds = np.random.default_rng(0).standard_normal((8, 3))
    expected = [pull(u)[0] for u in seeds]
    found = at_once(*[lambda u=u: [pull(u)[0] for _ in range(30)] for u in seeds])
    for one, results in zip(expected, found, strict=True):
        for result in results:
            np.testing.assert_array_equal(result, one)


def test_one_graph_is_differentiated_by_many_threads():
    w = Tensor(np.arange(6.0).reshape(2, 3), requires_grad=True)
    y = cost(w, np.ones((4, 2)))
    (expected,) = gradients(y, [w])
    for results in at_once(*[lambda: [gradients(y, [w])[0] for _ in range(30)]] * 8):
        for result in results:
            np.testing.assert_array_equal(result, expected)


def test_a_tensor_that_all_threads_share_can_be_differentiated_through():
    w = Tensor(3.0, requires_grad=True)

    def work(n):
        found = []
        for _ in range(30):
            slope = ag.grad(lambda x: w**2 * x**n)(2.0)
            assert isinstance(slope, Tensor)
            found.append(float(gradients(slope, [w])[0]))
        return found

    for n, found in enumerate(at_once(*[lambda n=n: work(n) for n in range(1, 9)]), start=1):
        assert found == [6 * n * 2.0 ** (n - 1)] * 30


def test_changing_a_leaf_in_one_thread_leaves_the_graphs_of_others_alone():
    done = threading.Event()
    mine = Tensor(np.ones(3), requires_grad=True)

    def changing():
        while not done.is_set():
            mine.data -= 0.001

    def differentiating():
        try:
            w = Tensor(np.arange(3.0), requires_grad=True)
            for _ in range(200):
                y = cost(w.reshape(1, 3), np.ones((2, 1)))
                assert gradients(y, [w])[0].shape == (3,)
                assert ag.hvp(lambda x: np.sum(x**3), np.ones(3), np.ones(3)).tolist() == [6] * 3
        finally:
            done.set()

    at_once(changing, differentiating)


def test_a_leaf_changed_by_another_thread_is_noticed():
    w = Tensor([1.0, 2.0], requires_grad=True)
    y = (w * w).sum()

    def change():
        w.data = [5.0, 5.0]

    at_once(change)
    with pytest.raises(ValueError, match="was changed in place after this graph was recorded"):
        gradients(y, [w])
    _, pull = ag.vjp(lambda x: x * w, np.ones(2))
    at_once(change)
    with pytest.raises(ValueError, match=r"vjp: a leaf of shape .* was changed in place"):
        pull(np.ones(2))


def test_f_may_share_its_work_among_threads():
    def f(x):
        parts = at_once(*[lambda i=i: np.sin(x[i]) * x[i] for i in range(4)])
        return np.sum(np.stack(parts))

    x = np.arange(4.0)
    np.testing.assert_allclose(ag.grad(f)(x), np.cos(x) * x + np.sin(x), rtol=1e-15)


def test_a_derivative_may_be_asked_for_inside_a_thread_inside_a_derivative():
    def f(x):
        (slope,) = at_once(lambda: ag.grad(lambda y: x * y**2)(x))
        return x * slope

    assert ag.grad(f)(2.0) == pytest.approx(24)  # d(2x³)/dx


def test_threads_nest_without_confusing_their_perturbations():
    def work(a):
        def f(x):
            return x * ag.grad(lambda y: a * x * y**2 + x + y)(x)

        return [(ag.grad(f)(2.0), ag.grad(ag.grad(f))(2.0)) for _ in range(20)]

    for a, found in zip(range(8), at_once(*[lambda a=a: work(float(a)) for a in range(8)]), strict=True):  # fmt: skip
        assert found == [(6.0 * a * 4 + 1, 12.0 * a * 2)] * 20  # x (2ax² + 1)


# --- tasks ------------------------------------------------------------------------------------------------


def test_a_task_waiting_in_no_grad_does_not_switch_the_others_off():
    leaf = Tensor(2.0, requires_grad=True)

    async def switched_off():
        for _ in range(20):
            with no_grad():
                await asyncio.sleep(0)
                assert not (leaf * leaf).requires_grad
                assert ag.grad(lambda x: x**3)(2.0) == 12
                await asyncio.sleep(0)
                assert not (leaf * leaf).requires_grad
            assert (leaf * leaf).requires_grad

    async def recording():
        for _ in range(20):
            y = leaf * leaf
            await asyncio.sleep(0)
            assert y.requires_grad
            assert float(gradients(y, [leaf])[0]) == 4
            _, pull = ag.vjp(lambda x: x**3, 2.0)
            await asyncio.sleep(0)
            assert pull(1.0) == (12.0,)

    async def together():
        await asyncio.gather(*[switched_off(), recording()] * 4)

    asyncio.run(together())


def test_work_sent_to_a_thread_with_its_context_keeps_it_switched_off():
    leaf = Tensor(2.0, requires_grad=True)

    async def main():
        with no_grad():
            return await asyncio.to_thread(lambda: (leaf * leaf).requires_grad)

    assert asyncio.run(main()) is False
    with no_grad():
        context = contextvars.copy_context()
    assert context.run(lambda: (leaf * leaf).requires_grad) is False


# --- warnings ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("work", "nth"),
    [
        (lambda f: ag.hvp(lambda x: f(x) * x, 3.0, 1.0), 2),
        (lambda f: ag.elementwise_grad(f)(3.0), 2),
    ],
    ids=["hvp", "elementwise_grad"],
)
def test_what_is_warned_of_is_the_same_after_threads_as_before(work, nth):
    first_is_in, second_is_in, first_is_out = [threading.Event() for _ in range(3)]
    calls = []

    def rule(g, y, x):
        calls.append(threading.current_thread())
        if calls.count(calls[-1]) == nth:  # inside of what is silenced
            first = not first_is_in.is_set()
            (first_is_in if first else second_is_in).set()
            (second_is_in if first else first_is_out).wait(1)  # where one is kept out, not for ever
        return g * 2

    f = ag.custom_op(rule)(lambda x: 2 * x)

    def first():
        work(f)
        first_is_out.set()

    def second():
        first_is_in.wait()
        work(f)

    with warnings.catch_warnings():
        before = list(warnings.filters)
        at_once(first, second)
        assert first_is_in.is_set()
        assert second_is_in.is_set()
        assert warnings.filters == before


def test_a_warning_is_not_lost_while_another_thread_multiplies_by_a_hessian():
    inside, warned = threading.Event(), threading.Event()

    def slowly(g, y, x):
        inside.set()
        warned.wait(10)
        return g * 2

    slow = ag.custom_op(slowly)(lambda x: 2 * x)
    square = ag.custom_op(lambda g, y, x: g * slow(x))(lambda x: x * x)

    def other():
        try:
            assert inside.wait(10)
            with pytest.raises(ag.ZeroGradientWarning):  # warnings are errors in these tests
                ag.grad(lambda x: 3.0)(2.0)
        finally:
            warned.set()

    assert at_once(lambda: ag.hvp(square, 3.0, 1.0), other)[0] == 2


# --- what is wrong today -------------------------------------------------------------------------------------


def test_one_no_grad_object_can_be_used_by_two_threads():
    off, first_is_in, second_is_in, first_is_out = no_grad(), *[threading.Event() for _ in range(3)]

    def first():
        try:
            with off:
                first_is_in.set()
                second_is_in.wait(10)
                seen.append(is_recording())
        finally:
            first_is_out.set()

    def second():
        first_is_in.wait(10)
        with off:
            second_is_in.set()
            first_is_out.wait(10)
            seen.append(is_recording())
        seen.append(is_recording())

    seen = []
    at_once(first, second)
    assert seen == [False, False, True]


def test_a_change_is_noticed_though_a_slower_thread_began_another_before_it():
    began, go_on = threading.Event(), threading.Event()

    class Slow(Tensor):
        """Stops where a thread may be stopped: between the clock's tick and what keeps it."""

        __slots__ = ()

        @property
        def changed(self):
            return Tensor.changed.__get__(self)

        @changed.setter
        def changed(self, time):
            if time:
                began.set()
                go_on.wait(0.5)  # where others wait for this one, it is not for ever
            Tensor.changed.__set__(self, time)

    slow = Slow(1.0)
    thread = threading.Thread(target=lambda: setattr(slow, "data", 5.0))
    thread.start()
    began.wait()
    w = Tensor(2.0, requires_grad=True)
    y = w * w
    w.data = 10.0
    go_on.set()
    thread.join()
    with pytest.raises(ValueError, match="was changed in place"):
        gradients(y, [w])
