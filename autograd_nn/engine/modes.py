"""What is recorded and watched in this thread or task: gradients, lines, NaN and infinity.

The modes are bits of one context variable, so that an op asks once and a context switches its own.
"""

import inspect
from contextlib import ContextDecorator
from contextvars import ContextVar
from typing import Any

GRADIENTS = 1  # record what requires a gradient
EVERYTHING = 2  # and, while a plan traces, all the rest
OWN = 4  # though what needs no gradient owns its memory, as where it is not recorded
LINES = 8  # and of each result the line that made it
NONFINITE = 16  # and refuse a result or a gradient that is NaN or infinite
modes: ContextVar[int] = ContextVar("modes", default=GRADIENTS)
_IN_PIECES = (inspect.iscoroutinefunction, inspect.isgeneratorfunction, inspect.isasyncgenfunction)
_blocks: "ContextVar[tuple[recording, ...]]" = ContextVar("blocks", default=())  # newest first


class recording(ContextDecorator):  # a verb in lower case, as context managers are
    """Switch recording on or off for this thread or task, and back at the end."""

    def __init__(self, on: bool, what: int = GRADIENTS, name: str = "recording") -> None:
        self.on, self.what, self.name = on, what, name

    def __enter__(self) -> None:
        """Switch."""
        _blocks.set((self, *_blocks.get()))  # not on self: one object may serve several threads
        modes.set(self._switch(modes.get()))

    def __exit__(self, *error: object) -> None:
        """Switch back to what the other open blocks say: generators may end theirs in any order."""
        blocks = list(_blocks.get())
        if self not in blocks:  # a generator began this block in another context
            return
        blocks.remove(self)
        mode = GRADIENTS
        for block in reversed(blocks):
            mode = block._switch(mode)
        modes.set(mode)
        _blocks.set(tuple(blocks))

    def _switch(self, mode: int) -> int:
        return mode | self.what if self.on else mode & ~self.what

    def __call__(self, function: Any) -> Any:
        """Decorate an ordinary function."""
        if not callable(function):
            raise TypeError(f"{self.name}: got {type(function).__name__}; expected a function")
        if any(of_pieces(function) for of_pieces in _IN_PIECES):
            called = getattr(function, "__name__", repr(function))
            raise TypeError(
                f"{self.name}: {called} runs in pieces, between which it would be switched back; "
                f"write `with {self.name}():` inside it"
            )
        return super().__call__(function)


def _mode(on: bool, what: int, name: str, given: tuple[Any, ...]) -> recording:
    if given:
        raise TypeError(
            f"{name}: got {type(given[0]).__name__}; expected nothing in its parentheses: write "
            f"@{name}() above a function, or with {name}():"
        )
    return recording(on, what, name)


def no_grad(*nothing: object) -> recording:
    """Compute without recording: ``with no_grad():``, or ``@no_grad()`` above a function.

    >>> from autograd_nn import Tensor, no_grad
    >>> w = Tensor(2.0, requires_grad=True)
    >>> with no_grad():
    ...     (w * w).requires_grad
    False
    """
    return _mode(False, GRADIENTS, "no_grad", nothing)


def record_lines(*nothing: object) -> recording:
    """Keep of every result the line of the program that made it: ``with record_lines():``.

    Errors in the backward pass, :func:`autograd_nn.blame` and reports of the gradient check then
    name the line.  It takes about a microsecond for each operation, and nothing when off.

    >>> from autograd_nn import Tensor, record_lines
    >>> w = Tensor(2.0, requires_grad=True)
    >>> with record_lines():
    ...     y = w * w
    >>> y.line
    '<doctest autograd_nn.engine.modes.record_lines[2]>:2'
    """
    return _mode(True, LINES, "record_lines", nothing)


def watch_nonfinite(*nothing: object) -> recording:
    """Refuse the first NaN or infinity that an op makes: ``with watch_nonfinite():``.

    Of what is recorded here every result is looked at, and in a backward pass every gradient that a
    rule gives.  Raises ``ValueError`` that names the op, the first such element and what it was
    made from.  It takes about as long again as the operations themselves, and nothing when off.
    What a plan replays is not watched: train with ``plan=False`` to find where a cost diverged.

    >>> import numpy as np
    >>> from autograd_nn import Tensor, ops, watch_nonfinite
    >>> x = Tensor([1.0, -2.0], requires_grad=True, name="x")
    >>> with np.errstate(all="ignore"), watch_nonfinite():  # NumPy warns as well
    ...     ops.log(x)
    Traceback (most recent call last):
    ValueError: log: the result is nan at [1], where x is -2.0 (at ...)
    """
    return _mode(True, NONFINITE, "watch_nonfinite", nothing)


def is_recording() -> bool:
    """Whether ops record here, in this thread or task."""
    return modes.get() & GRADIENTS != 0


def is_tracing() -> bool:
    """Whether a plan is being made here, so that everything is recorded."""
    return modes.get() & EVERYTHING != 0


def is_watching() -> bool:
    """Whether NaN and infinity are refused here."""
    return modes.get() & NONFINITE != 0
