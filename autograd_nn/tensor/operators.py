"""Python's operators on a tensor: arithmetic records, comparisons and masks give arrays."""

import operator
from collections.abc import Callable
from typing import Any

import numpy as np

from .. import ops
from ..engine.core import Node, Operand, label, read_values, value
from ..engine.modes import is_tracing
from .numpy_api.elements import divmod
from .numpy_api.table import TRACED

_Operator = Callable[["Operators", Operand], Any]


def _both_ways(op: Callable[..., Any], spelled: str) -> tuple[_Operator, _Operator]:
    """An operator's method, and that of its mirror image, where the node stands on the right."""

    def on_the_left(self: "Operators", other: Operand) -> Any:
        return op(self, other)

    def on_the_right(self: "Operators", other: Operand) -> Any:
        return op(other, self)

    on_the_left.__doc__, on_the_right.__doc__ = f"``{spelled}``.", f"``{spelled}``, with b self."
    return on_the_left, on_the_right


def _comparison(
    of_arrays: Callable[..., Any], recorded: Callable[..., Any], spelled: str
) -> "Callable[[Operators, object], Any]":
    def compare(self: "Operators", other: object) -> Any:
        return self._compare(of_arrays, recorded, other)

    compare.__doc__ = f"``{spelled}``, elementwise: a boolean array."
    return compare


class Operators(Node):
    """What ``a + b``, ``a @ b``, ``-a``, ``a < b`` and the like are on a node."""

    __slots__ = ()

    # --- arithmetic -------------------------------------------------------------------------

    __add__, __radd__ = _both_ways(ops.add, "a + b")
    __sub__, __rsub__ = _both_ways(ops.sub, "a - b")
    __mul__, __rmul__ = _both_ways(ops.mul, "a * b")
    __truediv__, __rtruediv__ = _both_ways(ops.div, "a / b")
    __matmul__, __rmatmul__ = _both_ways(ops.matmul, "a @ b")
    __mod__, __rmod__ = _both_ways(ops.remainder, "a % b")
    __floordiv__, __rfloordiv__ = _both_ways(ops.floor_divide, "a // b")
    __divmod__, __rdivmod__ = _both_ways(divmod, "divmod(a, b)")
    __rpow__ = _both_ways(ops.power, "a ** b")[1]

    def __pow__(self, other: Operand) -> Any:
        """``a ** b``; the square has an op of its own."""
        return ops.square(self) if type(other) is int and other == 2 else ops.power(self, other)

    def __neg__(self) -> Any:
        """``-a``."""
        return ops.neg(self)

    def __pos__(self) -> Any:
        """``+a``: a copy."""
        return ops.positive(self)

    def __abs__(self) -> Any:
        """``abs(a)``."""
        return ops.abs(self)

    def _in_place(self, other: Operand) -> Any:
        """Nothing that a graph holds is changed in place; a constant is simply replaced."""
        if not self.requires_grad:
            return NotImplemented  # Python goes on to a = a + …
        if self.op is None:
            raise TypeError(
                f"{label(self)}: an in-place operator on a leaf that requires a gradient would "
                "replace it by a result; to change its values write leaf.data += …, to compute "
                "on write b = leaf + …"
            )
        raise TypeError(
            f"{label(self)} is part of a recorded graph, which an in-place operator would change; "
            "write a = a + … instead of a += …"
        )

    __iadd__ = __isub__ = __imul__ = __itruediv__ = __imatmul__ = __ipow__ = _in_place
    __ifloordiv__ = __imod__ = _in_place

    # --- elements ---------------------------------------------------------------------------

    def __getitem__(self, index: Any) -> Any:
        """``a[index]``, recorded; an index may contain integer or boolean tensors and arrays."""
        parts = tuple(map(_held, index)) if isinstance(index, tuple) else _held(index)
        return ops.getitem(self, index=parts)

    def __setitem__(self, index: object, new: object) -> None:
        """Not possible: a graph keeps what it recorded."""
        raise TypeError(
            "a tensor's elements cannot be assigned to, since the graph keeps what it recorded; "
            "write leaf.data = … to change a leaf, or ops.where(mask, new, old) for a new tensor"
        )

    # --- comparisons: of values, giving boolean arrays; the hash is the identity --------------

    __hash__ = object.__hash__

    __eq__ = _comparison(operator.eq, TRACED["equal"], "a == b")
    __ne__ = _comparison(operator.ne, TRACED["not_equal"], "a != b")
    __lt__ = _comparison(operator.lt, TRACED["less"], "a < b")
    __le__ = _comparison(operator.le, TRACED["less_equal"], "a <= b")
    __gt__ = _comparison(operator.gt, TRACED["greater"], "a > b")
    __ge__ = _comparison(operator.ge, TRACED["greater_equal"], "a >= b")

    def _compare(
        self, of_arrays: Callable[..., Any], recorded: Callable[..., Any], other: object
    ) -> Any:
        if is_tracing():
            return recorded(self, other)
        return of_arrays(self.values, value(other))

    # Masks are arrays, but while a plan is made they are tensors, so that no answer is frozen.

    def __and__(self, other: Operand) -> Any:
        """``a & b`` of masks."""
        return self._of_masks("&", np.logical_and, TRACED["logical_and"], other)

    def __or__(self, other: Operand) -> Any:
        """``a | b`` of masks."""
        return self._of_masks("|", np.logical_or, TRACED["logical_or"], other)

    def __invert__(self) -> Any:
        """``~a`` of a mask."""
        return self._of_masks("~", np.logical_xor, lambda a, b: TRACED["logical_not"](a), True)

    def _of_masks(
        self, sign: str, of_arrays: Callable[..., Any], recorded: Callable[..., Any], other: Operand
    ) -> Any:
        for x in (self, other):
            if np.asarray(value(x)).dtype != bool:
                raise TypeError(
                    f"{sign}: got dtype {np.asarray(value(x)).dtype}; expected masks (dtype bool), "
                    "such as comparisons give"
                )
        return self._compare(of_arrays, recorded, other)

    __rand__, __ror__ = __and__, __or__


def _held(index: Any) -> Any:
    """A part of an index that nobody can change later: arrays and lists copied, tensors read."""
    index = read_values(index, "an index that is a tensor")
    if type(index) is slice:
        ends = index.start, index.stop, index.step
        if any(isinstance(x, Node) for x in ends):
            return slice(*[x if x is None else operator.index(x) for x in ends])
    if isinstance(index, list) and not index:
        return np.array(index, dtype=np.intp)  # no positions, rather than no numbers
    return np.array(index) if isinstance(index, (np.ndarray, list)) else index
