"""What an operation is, and how calling one records it.

An :class:`Op` is a row of a table: a name, a forward function on arrays and one derivative rule
per argument.  Called on arrays it is its forward function.  Called on nodes it computes the same
array and hands it back as a new :class:`Node` that remembers the op, the arguments and the
settings: the recorded graph is nothing but these nodes and their ``inputs``.

This file knows no particular op and no ``Tensor``: a result has the class of the arguments.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Mapping, Sequence
from copy import copy
from functools import partial
from threading import Lock
from types import MappingProxyType
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from .arguments import check_operand, explain_error
from .caller import calling_line
from .modes import EVERYTHING, GRADIENTS, LINES, NONFINITE, OWN, is_tracing, modes
from .nonfinite import check_result
from .types import Array, Replay, Rule, Structure, Value

_blank = object.__new__
_NO_SETTINGS: Mapping[str, Any] = MappingProxyType({})
_last_change = 0
_changing = Lock()
_tick = itertools.count(1).__next__  # one clock for the making of nodes and the changing of leaves


class Node:
    """One value of a recorded computation: an array and where it came from.

    ``inputs`` holds the arguments in their order, repetitions included (``a * a`` has two edges),
    and only the arguments: nothing points forward, so no reference cycle keeps a graph alive.
    ``serial`` counts up as nodes are made; creation order is a topological order.
    """

    __slots__ = (
        "__weakref__", "arrays", "changed", "grad", "inputs", "line", "name", "op", "params",
        "requires_grad", "serial", "values",
    )  # fmt: skip

    values: Array  # what `data` gives; setting this replaces the array, unnoticed
    grad: Array | None
    requires_grad: bool
    op: Op | None
    inputs: tuple[Any, ...]
    arrays: Sequence[Any]  # the inputs as the op saw them: arrays and Python numbers
    params: Mapping[str, Any]
    name: str | None
    serial: int
    changed: int  # when a leaf's data was last changed in place, on the clock of the serials
    line: str | None

    def _become(self, data: Array, requires_grad: bool) -> None:
        """Fill every slot, as a leaf."""
        self.values = data
        self.requires_grad = requires_grad
        self.grad = self.op = self.name = self.line = None
        self.inputs = self.arrays = ()
        self.params = _NO_SETTINGS
        self.serial = _tick()
        self.changed = 0

    @property
    def data(self) -> Array:
        """The values; ``leaf.data -= step`` and ``leaf.data = value`` change them in place.

        A change through the setter is noticed by a later backward pass, which refuses a graph
        recorded before it; writing to single elements of the array is not.
        Raises ``ValueError`` for a result, another shape or a read-only array, ``TypeError`` for
        values that the dtype cannot hold.
        """
        return self.values

    @data.setter
    def data(self, value: npt.ArrayLike) -> None:
        if self.op is not None:
            raise ValueError(
                f"{label(self)}.data = …: this is the result of {self.op.name}; only leaves can be "
                "changed, so compute a new value instead"
            )
        if value is not self.values:
            what = f"{label(self)}.data = …"
            new = np.asarray(check_operand(value, what))
            if new.shape != self.values.shape:
                raise ValueError(
                    f"{what}: got shape {new.shape}, expected {self.values.shape}; "
                    "a leaf keeps its shape, make a new one for another"
                )
            if not np.can_cast(new.dtype, self.values.dtype, "same_kind"):
                raise TypeError(
                    f"{what}: got dtype {new.dtype}, expected {self.values.dtype}; a leaf keeps "
                    "its dtype, convert the values (astype)"
                )
            if not self.values.flags.writeable:
                raise ValueError(
                    f"{what}: its array is read-only; expected one that can be changed, make the "
                    "leaf without copy=False"
                )
            np.copyto(self.values, new, casting="same_kind")
        touch((self,))

    @property
    def is_leaf(self) -> bool:
        """Whether this node was made by hand and not by an op."""
        return self.op is None

    @property
    def shape(self) -> tuple[int, ...]:
        """The shape of the values."""
        return self.values.shape

    @property
    def dtype(self) -> np.dtype[Any]:
        """The dtype of the values."""
        return self.values.dtype


Operand: TypeAlias = Node | Value | npt.ArrayLike
"""An argument of an op: a node, an array, or what NumPy makes an array of."""


_UNKNOWN, _WHOLE = Structure(), Replay()


class Op:
    """A named function of arrays with one derivative rule per argument.

    ``forward(*arrays, out=None, **settings)`` returns an array; given ``out`` it writes there and
    returns it.  ``rule(i)(g, y, *arguments, **settings)`` takes the gradient ``g`` arriving at
    the result ``y`` and returns the gradient for argument ``i``, of its shape; ``None`` stands for
    an argument without a derivative (labels, masks).  Rules use operators and other ops only, so
    the same text gives numbers on arrays and a graph on nodes.

    ``explain(*shapes, **settings)`` words the error for arguments that the forward function
    refuses; ``sum_back(share, shape=...)`` adds up what an op that broadcasts has repeated,
    wherever a rule's result has another shape than its argument; ``structure`` is what the sum over
    paths needs to know of the op, ``replay`` what a plan does.

    >>> from autograd_nn import Op, Tensor
    >>> cube = Op("cube", lambda x, out=None: np.power(x, 3, out=out), lambda g, y, x: g * 3 * x**2)
    >>> x = Tensor(2.0, requires_grad=True)
    >>> cube(x).backward()
    >>> float(x.grad)
    12.0
    """

    def __init__(
        self,
        name: str,
        forward: Callable[..., Any],
        *rules: Rule | None,
        doc: str | None = None,
        explain: Callable[..., str] | None = None,
        sum_back: Callable[..., Any] | None = None,
        structure: Structure = _UNKNOWN,
        replay: Replay = _WHOLE,
    ) -> None:
        self.name = name
        self.forward = forward
        self.arity: int | None = len(rules)
        self.rules: Any = rules  # by number: `rule(i)` without the call
        self.explain = explain
        self.sum_back = sum_back
        self.structure = structure
        self.replay = replay
        self.__doc__ = doc or forward.__doc__

    def __repr__(self) -> str:
        """``<op matmul>``."""
        return f"<op {self.name}>"

    def rule(self, i: int) -> Rule | None:
        """The derivative rule for argument ``i``; None where it has no derivative."""
        rule: Rule | None = self.rules[i]
        return rule

    def with_rule(self, i: int, rule: Rule) -> Op:
        """The same op with another rule for argument ``i``."""
        other = copy(self)
        other.rules = (*self.rules[:i], rule, *self.rules[i + 1 :])
        return other

    def __call__(self, *args: Operand, **params: Any) -> Any:
        """Arrays in, array out; with a node among the arguments, a node of its class out."""
        if len(args) != self.arity and self.arity is not None:  # NumPy would take one more for out
            raise TypeError(
                f"{self.name}: got {len(args)} arguments, expected {self.arity} (a rule for each); "
                "settings are keywords"
            )
        kind, held, recorded = None, True, False
        arrays: list[Any] = []
        for i, arg in enumerate(args):
            if isinstance(arg, Node):
                kind = type(arg)
                arrays.append(arg.values)
                if arg.requires_grad and self.rules[i] is not None:
                    recorded = True
            else:
                arrays.append(arg)
                if not isinstance(arg, (float, int)):
                    held = False
        if kind is not None and (params or not held):
            args, arrays = self._held(args, params)
        try:  # the short form where there are no settings saves time in every small operation
            data = self.forward(*arrays, **params) if params else self.forward(*arrays)
        except (ValueError, TypeError, IndexError) as error:
            raise explain_error(self.name, self.explain, arrays, params, error) from error
        if kind is None:
            return data
        if type(data) is not np.ndarray:
            data = np.asarray(data)  # NumPy returns scalars for 0-d results
        result: Node = _blank(kind)
        mode = modes.get()
        line = None
        if mode != GRADIENTS:  # seldom, so that what is seldom asked for costs nothing else
            recorded = recorded and mode & GRADIENTS != 0
            if mode & (LINES | NONFINITE):
                line = calling_line()
            if mode & NONFINITE:
                at, connects = format_line(line), self.structure.connects
                check_result(self.name, data, names(args), arrays, params, connects, at)
        if not recorded and mode & (EVERYTHING | OWN) != EVERYTHING:
            # nothing remembers where this came from: it must not be a view that changes its origin
            if data.base is not None or any(data is a for a in arrays):
                data = data.copy()
            if not mode & EVERYTHING:
                result._become(data, False)
                return result
        if recorded and data.dtype.kind != "f":
            raise TypeError(
                f"{self.name}: the result has dtype {data.dtype}, which carries no gradient, but "
                "an argument requires one; write tensor.detach() first"
            )
        result.values = data  # as in _become; a call less matters here
        result.requires_grad = recorded
        result.grad = result.name = None
        result.line = line
        result.op = self
        result.inputs = args
        result.arrays = arrays
        result.params = params or _NO_SETTINGS
        result.serial = _tick()
        result.changed = 0
        return result

    def _held(self, args: tuple[Any, ...], params: dict[str, Any]) -> tuple[Any, list[Any]]:
        """The arguments as a node holds them, and what they are to the forward function."""
        if "out" in params:
            raise TypeError(f"{self.name}: out= goes with arrays; a tensor keeps its own result")
        args = tuple([a if isinstance(a, Node) else check_operand(a, self.name) for a in args])
        return args, list(map(value, args))


class VariadicOp(Op):
    """An op of any number of arguments with one rule for all of them.

    ``rule(i, g, y, *arguments, **settings)`` gives the gradient for argument ``i``.  A single list
    or tuple is taken as the arguments.
    """

    def __init__(self, name: str, forward: Callable[..., Any], rule: Rule, **options: Any) -> None:
        super().__init__(name, forward, **options)
        self.rules, self.arity = _RuleOfEach(rule), None

    def with_rule(self, i: int, rule: Rule) -> VariadicOp:
        """The same op with another ``rule(g, y, *arguments, **settings)`` for argument ``i``."""
        other = copy(self)
        other.rules = copy(self.rules)
        other.rules[i] = rule
        return other

    def __call__(self, *args: Operand, **params: Any) -> Any:
        """As for every op; ``op([a, b])`` means ``op(a, b)``."""
        if len(args) == 1 and isinstance(args[0], (list, tuple)):
            args = tuple(args[0])
        return super().__call__(*args, **params)


class _RuleOfEach(dict[int, Rule]):
    """The rules of a variadic op: its one rule for any i, unless another was put there."""

    def __init__(self, rule: Rule) -> None:
        self.rule = rule

    def __missing__(self, i: int) -> Rule:
        return partial(self.rule, i)


def read_values(x: object, what: str) -> Any:
    """The array of a node, for what cannot be recorded; ``TypeError`` while a plan is made."""
    if isinstance(x, Node):
        refuse_to_freeze(what)
        return x.values
    return x


def refuse_to_freeze(
    what: str,
    instead: str = "compute it outside and pass it as an input, or write it with recorded "
    "operations",
) -> None:
    """``TypeError`` while a plan is made, for an answer that later runs would find unchanged."""
    if is_tracing():
        raise TypeError(
            f"{what}: its answer depends on data and would be frozen into the plan; {instead}"
        )


def touch(leaves: Iterable[Node]) -> None:
    """Note that these leaves' values were just changed in place."""
    global _last_change
    with _changing:  # or a slower thread could set the clock of changes back
        now = _tick()
        for leaf in leaves:
            leaf.changed = now
        _last_change = now


def last_change() -> int:
    """When any leaf was last changed in place, on the clock of the serials."""
    return _last_change


def label(node: Node) -> str:
    """What to call a node in a message: its name, or its op, or its shape."""
    if node.name is not None:
        return node.name
    if node.op is not None:
        return f"a result of {node.op.name} {node.shape}"
    return f"a leaf of shape {node.shape}"


def nodes_among(arguments: Iterable[object]) -> list[Node]:
    """The nodes among the arguments of an op, in their order."""
    return [x for x in arguments if isinstance(x, Node)]


def names(arguments: Sequence[Any]) -> list[str]:
    """What to call the arguments of an op in a message."""
    return [label(x) if isinstance(x, Node) else f"argument {i}" for i, x in enumerate(arguments)]


def format_line(line: str | None) -> str:
    """Where in a user's program, as a message ends with it; nothing where the line is not known."""
    return f" (at {line})" if line else ""


def value(x: object) -> Any:
    """The array of a node; anything else as it is."""
    return x.values if isinstance(x, Node) else x
