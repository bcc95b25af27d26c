"""Switching modes: what may be decorated, and generators that begin and end in other contexts."""

import asyncio
import contextvars
import gc
import itertools

import pytest

from autograd_nn import Tensor, no_grad, record_lines, watch_nonfinite
from autograd_nn.engine.modes import GRADIENTS, LINES, modes

W = Tensor(2.0, requires_grad=True)
MODES = {"no_grad": no_grad, "record_lines": record_lines, "watch_nonfinite": watch_nonfinite}


def recorded():
    return (W * W).requires_grad


async def coroutine():
    return recorded()


def generator():
    yield recorded()


async def asynchronous_generator():
    yield recorded()


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("function", [coroutine, generator, asynchronous_generator])
def test_what_runs_in_pieces_is_not_decorated(function, mode):
    message = rf"{mode}: {function.__name__} runs in pieces.*; write `with {mode}\(\):` inside it"
    with pytest.raises(TypeError, match=message):
        MODES[mode]()(function)


@pytest.mark.parametrize("mode", MODES)
def test_a_decorator_without_parentheses_says_so(mode):
    with pytest.raises(TypeError, match=rf"{mode}: got .*; .*write @{mode}\(\)"):

        @MODES[mode]
        def function():
            return recorded()


@pytest.mark.parametrize("mode", MODES)
def test_what_is_no_function_is_not_decorated(mode):
    with pytest.raises(TypeError, match=rf"{mode}: got int; expected a function"):
        MODES[mode]()(3)


def paused():
    with no_grad():
        yield recorded()
        yield recorded()


def test_a_generator_begun_in_another_context_ends_without_a_fault():
    steps = paused()
    assert contextvars.copy_context().run(next, steps) is False
    steps.close()
    assert recorded()


def test_a_generator_that_ends_in_another_context_changes_nothing_there():
    def finish():
        with record_lines():
            steps.close()
            return (W * W).line is not None

    steps = contextvars.copy_context().run(lambda: (s := paused(), next(s))[0])
    assert contextvars.Context().run(finish)
    assert recorded()


def test_blocks_of_one_context_may_end_in_any_order():
    def with_lines():
        with record_lines():
            yield

    for order in itertools.permutations(range(3)):
        blocks = [paused(), with_lines(), paused()]
        for block in blocks:
            next(block)
        open_ones = set(range(3))
        for i in order:
            blocks[i].close()
            open_ones.remove(i)
            assert recorded() is not bool(open_ones & {0, 2})
            assert is_keeping_lines() is (1 in open_ones)
        assert modes.get() == GRADIENTS


def is_keeping_lines():
    return bool(modes.get() & LINES)


def test_an_asynchronous_generator_that_is_left_is_closed_in_silence():
    async def left():
        with no_grad():
            yield recorded()

    async def leave():
        async for found in left():
            return found

    async def main():
        faults = []
        asyncio.get_running_loop().set_exception_handler(lambda _, told: faults.append(told))
        found = await asyncio.create_task(leave())
        gc.collect()
        await asyncio.sleep(0.01)
        return found, faults, recorded()

    assert asyncio.run(main()) == (False, [], True)
