"""Python's operators on a tensor: arithmetic records, comparisons and masks give arrays."""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

import numpy as np

from .. import ops
from ..engine.core import Node, Operand, label, untraced, value
from ..engine.modes import is_tracing
from .numpy_api import masks


class Operators(Node):
    """What ``a + b``, ``a @ b``, ``-a``, ``a < b`` and the like are on a node."""

    __slots__ = ()

    # --- arithmetic -------------------------------------------------------------------------

    def __add__(self, other: Operand) -> Any:
        """``a + b``."""
        return ops.add(self, other)

    def __radd__(self, other: Operand) -> Any:
        """``b + a``."""
        return ops.add(other, self)

    def __sub__(self, other: Operand) -> Any:
        """``a - b``."""
        return ops.sub(self, other)

    def __rsub__(self, other: Operand) -> Any:
        """``b - a``."""
        return ops.sub(other, self)

    def __mul__(self, other: Operand) -> Any:
        """``a * b``, elementwise."""
        return ops.mul(self, other)

    def __rmul__(self, other: Operand) -> Any:
        """``b * a``."""
        return ops.mul(other, self)

    def __truediv__(self, other: Operand) -> Any:
        """``a / b``."""
        return ops.div(self, other)

    def __rtruediv__(self, other: Operand) -> Any:
        """``b / a``."""
        return ops.div(other, self)

    def __pow__(self, other: Operand) -> Any:
        """``a ** b``; the square has an op of its own."""
        return ops.square(self) if type(other) is int and other == 2 else ops.power(self, other)

    def __rpow__(self, other: Operand) -> Any:
        """``b ** a``."""
        return ops.power(other, self)

    def __matmul__(self, other: Operand) -> Any:
        """``a @ b``."""
        return ops.matmul(self, other)

    def __rmatmul__(self, other: Operand) -> Any:
        """``b @ a``."""
        return ops.matmul(other, self)

    def __mod__(self, other: Operand) -> Any:
        """``a % b``."""
        return ops.remainder(self, other)

    def __rmod__(self, other: Operand) -> Any:
        """``b % a``."""
        return ops.remainder(other, self)

    def __floordiv__(self, other: Operand) -> Any:
        """``a // b``."""
        return ops.floor_divide(self, other)

    def __rfloordiv__(self, other: Operand) -> Any:
        """``b // a``."""
        return ops.floor_divide(other, self)

    def __divmod__(self, other: Operand) -> Any:
        """``divmod(a, b)``."""
        return ops.floor_divide(self, other), ops.remainder(self, other)

    def __rdivmod__(self, other: Operand) -> Any:
        """``divmod(b, a)``."""
        return ops.floor_divide(other, self), ops.remainder(other, self)

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

    def __eq__(self, other: object) -> Any:
        """``a == b``, elementwise: a boolean array."""
        return self._compared(operator.eq, masks.equal, other)

    def __ne__(self, other: object) -> Any:
        """``a != b``, elementwise: a boolean array."""
        return self._compared(operator.ne, masks.not_equal, other)

    def __lt__(self, other: Operand) -> Any:
        """``a < b``, elementwise: a boolean array."""
        return self._compared(operator.lt, masks.less, other)

    def __le__(self, other: Operand) -> Any:
        """``a <= b``, elementwise: a boolean array."""
        return self._compared(operator.le, masks.less_equal, other)

    def __gt__(self, other: Operand) -> Any:
        """``a > b``, elementwise: a boolean array."""
        return self._compared(operator.gt, masks.greater, other)

    def __ge__(self, other: Operand) -> Any:
        """``a >= b``, elementwise: a boolean array."""
        return self._compared(operator.ge, masks.greater_equal, other)

    def _compared(
        self, of_arrays: Callable[..., Any], recorded: Callable[..., Any], other: object
    ) -> Any:
        if is_tracing():
            return recorded(self, other)
        return of_arrays(self.values, value(other))

    # Masks are arrays, but while a plan is made they are tensors, so that no answer is frozen.

    def __and__(self, other: Operand) -> Any:
        """``a & b`` of masks."""
        return self._of_masks("&", np.logical_and, masks.logical_and, other)

    def __or__(self, other: Operand) -> Any:
        """``a | b`` of masks."""
        return self._of_masks("|", np.logical_or, masks.logical_or, other)

    def __invert__(self) -> Any:
        """``~a`` of a mask."""
        return self._of_masks("~", np.logical_xor, lambda a, b: masks.logical_not(a), True)

    def _of_masks(
        self, sign: str, of_arrays: Callable[..., Any], recorded: Callable[..., Any], other: Operand
    ) -> Any:
        for x in (self, other):
            if np.asarray(value(x)).dtype != bool:
                raise TypeError(
                    f"{sign}: got dtype {np.asarray(value(x)).dtype}; expected masks (dtype bool), "
                    "such as comparisons give"
                )
        return self._compared(of_arrays, recorded, other)

    __rand__, __ror__ = __and__, __or__


def _held(index: Any) -> Any:
    """A part of an index that nobody can change later: arrays and lists copied, tensors read."""
    index = untraced(index, "an index that is a tensor")
    if type(index) is slice:
        ends = index.start, index.stop, index.step
        if any(isinstance(x, Node) for x in ends):
            return slice(*[x if x is None else operator.index(x) for x in ends])
    if isinstance(index, list) and not index:
        return np.array(index, dtype=np.intp)  # no positions, rather than no numbers
    return np.array(index) if isinstance(index, (np.ndarray, list)) else index
