"""Replaying a recorded graph at the speed of NumPy: the fast path.

A :class:`Plan` runs a function once, recording forward and backward, and keeps the list of NumPy
calls with the arrays that they write into.  Replaying is: copy the inputs in, make the calls.
There is no mathematics here; what is computed is what the eager ops recorded, bit for bit.
"""

import reprlib
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np

from ..engine.backward import gradients, topological_order
from ..engine.core import Node, Operand, label, refuse_to_freeze, touch
from ..engine.modes import EVERYTHING, OWN, is_tracing, recording
from ..engine.types import Array
from ..tensor.tensor import Tensor
from .schedule import schedule


class Plan:
    """A function and its gradients as a flat list of NumPy calls into fixed arrays.

    The function is run **once**: a Python branch on data (``if x.sum() > 0``), a loop whose length
    depends on data, a number taken out by ``float()``, ``.item()``, ``.tolist()`` or ``.data`` are
    frozen as they were then; what else would be frozen raises ``TypeError``.
    Everything that changes between calls has to be an input, or a leaf tensor that is changed in
    place (``w.data -= …``); any other array is a constant.

    ``function(*inputs)`` returns a tensor; ``example_inputs`` fix the shapes and dtypes.  ``wrt``
    lists the leaf tensors, and the numbers of the inputs, to differentiate a single-number result
    by; ``seed`` multiplies every gradient.  ``plan(*inputs)`` gives the value, or with ``wrt`` the
    value and the list of gradients: **the plan's own arrays**, overwritten by the next run.

    ``update(gradients)``, if given, returns pairs ``(leaf, new value)``, which are written into the
    leaves at the end of each run; the gradients are then used up, and the plan gives the value.

    Raises ``ValueError`` for inputs of another shape, ``TypeError`` for another dtype, and
    ``ValueError`` if a leaf's array has been replaced.  Results are the eager ones bit for bit for
    inputs that lie in memory as the examples do (a transposed array is added up in another order).

    >>> import numpy as np
    >>> import autograd_nn as ag
    >>> w = ag.Tensor([2.0, 3.0], requires_grad=True, name="w")
    >>> plan = Plan(lambda x: (w * x).sum() ** 2, np.zeros(2), wrt=[w])
    >>> value, (g,) = plan(np.array([1.0, 1.0]))
    >>> float(value), g.tolist()
    (25.0, [10.0, 10.0])
    >>> w.data -= 1
    >>> float(plan(np.array([1.0, 1.0]))[0])
    9.0
    >>> print(plan)
    Plan of <lambda>: 6 steps, 1 input, 1 leaf, 32 bytes in 3 buffers
    mul1 = ...
    ...
    """

    def __init__(
        self,
        function: Callable[..., Any],
        *example_inputs: Operand,
        wrt: Sequence[Any] = (),
        seed: Operand | None = None,
        update: Callable[[list[Any]], Iterable[tuple[Tensor, Any]]] | None = None,
    ) -> None:
        wrt = _check_arguments(function, wrt, seed, update)
        self.name = getattr(function, "__name__", type(function).__name__)
        numbers = {x for x in wrt if isinstance(x, int)}
        placeholders = [_make_placeholder(x, i, i in numbers) for i, x in enumerate(example_inputs)]
        start = placeholders[0].serial if placeholders else Tensor(0.0).serial
        targets = [_find_target(x, placeholders) for x in wrt]
        with recording(True), recording(True, EVERYTHING):
            with recording(True, OWN):  # arrays must lie as they do in the eager forward pass
                value = function(*placeholders)
            if not isinstance(value, Tensor):
                raise TypeError(
                    f"Plan: {self.name} returned {type(value).__name__}; expected a tensor, made "
                    "of the inputs by recorded operations"
                )
            grads = gradients(value, targets, seed, create_graph=True) if targets else []
            results = _copy_shared([value, *(grads if update is None else [])])
            mark = Tensor(0.0).serial  # what is made later belongs to the update
            pairs = [] if update is None else _check_pairs(update(grads), mark)
        pairs = list({leaf: (leaf, new) for leaf, new in pairs}.values())  # the last one counts
        found = schedule(results, pairs, placeholders, start, mark)
        self.listing = tuple(found.listing)
        self.inputs: list[Array] = [x.data for x in placeholders]
        self.value, *self.gradients = found.results
        self.output = value
        self._leaves, self._buffers = found.leaves, found.buffers
        self._changed = [p for p, _ in pairs]
        self._gives_gradients = bool(self.gradients)
        self._computing, self._updating = found.computing, found.updating

    def __call__(self, *inputs: Operand) -> Any:
        """Copy the inputs in, run, hand out the results; ``TypeError`` for too few inputs."""
        if len(inputs) != len(self.inputs):
            raise TypeError(f"{self!r}: got {len(inputs)} inputs, expected {len(self.inputs)}")
        pairs = zip(self.inputs, inputs, strict=True)
        given = [self._check_input(i, own, x) for i, (own, x) in enumerate(pairs)]
        if len(given) > 1:  # one of them may be the plan's own array for another
            ours = set(map(id, self.inputs))
            given = [x.copy() if {id(x), id(x.base)} & ours else x for x in given]
        for own, x in zip(self.inputs, given, strict=True):
            np.copyto(own, x)
        self.replay()
        return (self.value, self.gradients) if self._gives_gradients else self.value

    def replay(self) -> None:
        """Run on what stands in ``plan.inputs``: :meth:`compute`, then :meth:`update`."""
        self.compute()
        self.update()

    def compute(self) -> None:
        """Fill ``plan.value`` and ``plan.gradients`` from the inputs; ``ValueError`` if stale."""
        if is_tracing():
            refuse_to_freeze(f"{self!r}, run while another is made", "call its function itself")
        for leaf, bound in self._leaves:
            if leaf.values is not bound:
                raise ValueError(
                    f"{self!r}: {label(leaf)} has another array now than when the plan was made; "
                    "change it in place (leaf.data = …), or make a new plan"
                )
        call: Any = None
        try:
            for call in self._computing:
                call()
        except Exception as error:
            error.add_note(f"in {self!r}, at {call.func}")
            raise

    def update(self) -> None:
        """Write the new values that belong to the last computation into their leaves."""
        for call in self._updating:
            call()
        touch(self._changed)

    def _check_input(self, i: int, own: Array, x: object) -> Array:
        """The input, if it has the shape and dtype that the plan was made for."""
        array = _as_numbers(f"{self!r}: input {i}", x)
        if type(x) in (int, float):  # a Python number takes the dtype that it meets, if it fits
            met = array.astype(own.dtype)
            array = met if own.dtype.kind == "f" or met == x else array
        if array.shape != own.shape:
            raise ValueError(
                f"{self!r}: input {i} has shape {array.shape}, but the plan was made for "
                f"{own.shape}; make another plan for another shape"
            )
        if array.dtype != own.dtype:
            raise TypeError(
                f"{self!r}: input {i} has dtype {array.dtype}, but the plan was made for "
                f"{own.dtype}; convert it (array.astype), or make another plan"
            )
        return array

    def __repr__(self) -> str:
        """``Plan of f``."""
        return f"Plan of {self.name}"

    def __str__(self) -> str:
        """A readable line for each step."""
        steps = sum(not step.is_view for step in self.listing)
        size = sum(b.nbytes for b in self._buffers)
        head = (
            f"Plan of {self.name}: {_count(steps, 'step')}, {_count(len(self.inputs), 'input')}, "
            f"{_count(len(self._leaves), 'leaf', 'leaves')}, {size:,} bytes in "
            f"{_count(len(self._buffers), 'buffer')}"
        )
        return "\n".join([head, *map(str, self.listing)])

    def __reduce__(self) -> Any:
        """A plan is bound to its arrays; its listing can be kept."""
        raise TypeError(
            f"{self!r} cannot be copied or pickled: it is bound to its arrays; keep plan.listing"
        )


def _count(n: int, what: str, several: str = "") -> str:
    """``1 step``, ``2 steps``."""
    return f"{n} {what if n == 1 else several or what + 's'}"


def _make_placeholder(x: object, i: int, differentiated: bool) -> Tensor:
    array = _as_numbers(f"Plan: example input {i}", x)
    return Tensor(array, requires_grad=differentiated, name=f"x{i}")


def _as_numbers(what: str, x: object) -> Array:
    try:
        array = np.asarray(x.data if isinstance(x, Node) else x)
    except ValueError:  # lists of several lengths
        array = np.array(None)
    if array.dtype.kind not in "fiub" or isinstance(x, np.ma.MaskedArray):  # a mask would be lost
        raise TypeError(
            f"{what} is {type(x).__name__}; expected real numbers, in an array or a tensor"
        )
    return array


def _check_arguments(function: object, wrt: object, seed: object, update: object) -> list[Any]:
    """``wrt`` as a list; ``TypeError`` or ``ValueError`` for what a plan cannot be made of."""
    if not callable(function):
        raise TypeError(f"Plan: got {type(function).__name__}; expected a function of the inputs")
    if isinstance(wrt, Node) or not isinstance(wrt, Iterable):
        raise TypeError(
            f"Plan: wrt is {type(wrt).__name__}; expected a list of leaf tensors and of numbers of "
            "inputs, [w, 0]"
        )
    if update is not None and not callable(update):
        raise TypeError(
            f"Plan: update is {type(update).__name__}; expected a function of the gradients"
        )
    targets = list(wrt)
    if seed is not None and not targets:
        raise ValueError(
            "Plan: got a seed, which multiplies gradients, and nothing to differentiate by; list "
            "the leaves in wrt"
        )
    return targets


def _find_target(x: object, placeholders: list[Tensor]) -> Tensor:
    if isinstance(x, Tensor) and x.requires_grad and x.op is None:
        return x
    if isinstance(x, int) and 0 <= x < len(placeholders):
        return placeholders[x]
    raise TypeError(
        f"Plan: wrt holds {x!r}; expected leaf tensors that require a gradient, or the numbers of "
        "inputs"
    )


def _check_pairs(given: object, mark: int) -> list[tuple[Tensor, Tensor]]:
    if isinstance(given, Node) or not isinstance(given, Iterable):
        given = [given]  # what is wrong with it is said below
    return [_check_pair(pair, mark) for pair in given]


def _check_pair(pair: object, mark: int) -> tuple[Tensor, Tensor]:
    leaf, new = pair if isinstance(pair, (tuple, list)) and len(pair) == 2 else (None, None)
    if not isinstance(leaf, Tensor) or leaf.op is not None:
        raise TypeError(
            f"Plan: update gave {reprlib.repr(pair)}; expected pairs (leaf tensor, new value)"
        )
    if not isinstance(new, Tensor) or new.shape != leaf.shape or new.dtype != leaf.dtype:
        got = f"{new.shape} {new.dtype}" if isinstance(new, Tensor) else type(new).__name__
        raise ValueError(
            f"Plan: the new value of {label(leaf)} is {got}; expected a tensor of shape "
            f"{leaf.shape} and dtype {leaf.dtype}"
        )
    # neither another leaf, which may be about to change too, nor a gradient, computed before
    own = new.op is not None and new.values.base is None and new.serial > mark
    return leaf, new if own else new.copy()


def _copy_shared(results: list[Any]) -> list[Node]:
    """The results, those copied that lie in a leaf's memory or in an earlier result's.

    A leaf may be updated, and who is handed a result may write to it.
    """
    taken = [x.values for x in topological_order(*results) if x.op is None]
    apart = []
    for result in results:
        shared = any(np.may_share_memory(result.values, x) for x in taken)
        apart.append(result.copy() if shared else result)
        taken.append(apart[-1].values)
    return apart
