"""The line that makes a check again: what was called, with what, and the seed it drew by."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from .. import ops
from ..engine.core import Op
from ..engine.types import Array
from .functions import name_of

_STAND_INS = {"f", "value", "gradient", "vjp", "network", "x", "y", *(f"x{i}" for i in range(99))}
_SHORT = 200  # characters of arrays that a line has room for


def spell_call(call: str, given: Sequence[str], settings: Mapping[str, object], seed: int) -> str:
    """``ag.call(…, seed=…)``; a comment says which of its names the caller may not know.

    ``settings`` may be functions; those that are None are left out.

    >>> import numpy as np
    >>> given = [spell_function(np.sum, "f"), *spell_arrays([np.array([1.0, 3.0])])]
    >>> spell_call("check_gradient_function", given, {"gradient": np.ones_like}, 4)
    'ag.check_gradient_function(np.sum, np.array([1.0, 3.0]), gradient=np.ones_like, seed=4)'
    >>> given = [spell_function(lambda x: x, "f"), *spell_arrays([np.ones(99)])]
    >>> spell_call("gradcheck", given, {"order": 2}, 4)
    'ag.gradcheck(f, x0, order=2, seed=4)  # f, x0: as given'
    """
    chosen = {
        name: spell_function(what, name) if callable(what) else str(what)
        for name, what in settings.items()
        if what is not None
    }
    words = [*given, *(f"{name}={what}" for name, what in chosen.items()), f"seed={seed}"]
    names = [w for w in (*given, *chosen.values()) if w in _STAND_INS]
    comment = f"  # {', '.join(names)}: as given" if names else ""
    return f"ag.{call}({', '.join(words)}){comment}"


def spell_function(f: Callable[..., Any], otherwise: str) -> str:
    """What to write for a function; ``otherwise`` if it has no name of its own."""
    name = name_of(f)
    if isinstance(f, Op) and getattr(ops, f.name, None) is f:
        return f"ag.ops.{name}"
    if getattr(np, name, None) is f:
        return f"np.{name}"
    return name if name.isidentifier() else otherwise


def spell_arrays(values: Sequence[Array]) -> list[str]:
    """The arrays as Python would have them, or names for them if they are long."""
    if sum(x.size for x in values) <= _SHORT:
        whole = [f"np.array({x.tolist()!r})" if x.size else f"np.zeros({x.shape})" for x in values]
        if sum(map(len, whole)) <= _SHORT:
            return whole
    return [f"x{i}" for i in range(len(values))]
