"""The methods of an array, recorded: ``t.sum(axis=0)``, ``t.reshape(2, -1)``, ``t.T`` …

They are the functions of :mod:`autograd_nn.tensor.numpy_api`, given a tensor; where NumPy's method
takes its arguments otherwise than the function (``a.reshape(2, 3)``), it stands here.
"""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from .. import ops
from ..engine.core import Node, Operand, label, read_values, value
from ..engine.types import Array, Axis
from ..ops.arguments import refuse_out, refuse_setting
from .numpy_api import elements, reductions, shapes
from .numpy_api.elements import KINDS
from .numpy_api.shapes import copied
from .operators import Operators


def _changing(name: str, instead: str) -> Callable[..., Any]:
    def refused(self: Node, *args: object, **settings: object) -> Any:
        raise TypeError(
            f"{label(self)}.{name}() would change what the graph keeps; write new = {instead}"
        )

    refused.__doc__ = f"Not possible: it would work in place; write new = {instead}."
    return refused


class ArrayMethods(Operators):
    """What an array has, on a node: everything that computes records."""

    __slots__ = ()

    # --- reductions, picking, products: as the functions ---------------------------------------

    sum, prod, mean = reductions.sum, reductions.prod, reductions.mean
    std, var = reductions.std, reductions.var
    max, min, ptp = reductions.max, reductions.min, reductions.ptp
    cumsum, cumprod = reductions.cumsum, reductions.cumprod
    clip, round, take = elements.clip, elements.round, ops.take
    diagonal, trace, dot, repeat = ops.diagonal, ops.trace, ops.dot, ops.repeat
    ravel = shapes.ravel

    # --- shape -----------------------------------------------------------------------------------

    @property
    def ndim(self) -> int:
        """The number of axes."""
        return self.values.ndim

    @property
    def size(self) -> int:
        """The number of elements."""
        return self.values.size

    @property
    def nbytes(self) -> int:
        """The memory of the values, in bytes."""
        return self.values.nbytes

    @property
    def T(self) -> Any:
        """The transpose: all axes reversed."""
        return ops.transpose(self)

    @property
    def mT(self) -> Any:
        """The transpose of each matrix in a stack."""
        return ops.swapaxes(self, axis1=-1, axis2=-2)

    @property
    def itemsize(self) -> int:
        """The memory of one element, in bytes."""
        return self.values.itemsize

    @property
    def real(self) -> Any:
        """The same values: no number here is complex."""
        return copied(self)

    conj = conjugate = copied

    def reshape(self, *shape: Any, order: str = "C", copy: bool | None = None) -> Any:
        """The same elements in another shape: ``a.reshape(2, 3)`` or ``a.reshape((2, 3))``."""
        if order != "C" or copy is False:
            shapes.reshape(self, shape, order, copy=copy)
        return ops.reshape(self, shape=shape[0] if len(shape) == 1 else shape)

    def transpose(self, *axes: Any) -> Any:
        """Axes in another order; without arguments all reversed."""
        axes = axes[0] if len(axes) == 1 and not isinstance(axes[0], int) else axes
        return ops.transpose(self, axes=axes) if axes else ops.transpose(self)

    def swapaxes(self, axis1: int, axis2: int) -> Any:
        """Two axes exchanged."""
        return ops.swapaxes(self, axis1=axis1, axis2=axis2)

    def squeeze(self, axis: Axis = None) -> Any:
        """The axes of size 1 taken away, or those of ``axis``."""
        return ops.squeeze(self, axis=axis)

    def flatten(self, order: str = "C") -> Any:
        """All elements in one row."""
        return ops.ravel(self) if order == "C" else shapes.ravel(self, order)

    def astype(
        self,
        dtype: npt.DTypeLike,
        order: str = "K",
        casting: str = "unsafe",
        subok: bool = True,
        copy: bool = True,
    ) -> Any:
        """The same values in another dtype: a new result in any case, since none is changed."""
        if order != "K" or casting != "unsafe":
            refuse_setting("astype", "order", order, *"KCAF")
            refuse_setting("astype", "casting", casting, "unsafe")
        return ops.astype(self, dtype=np.dtype(dtype))

    def copy(self, order: str = "C") -> Any:
        """The same values, recorded as a new result."""
        return copied(self) if order == "C" else shapes.copy(self, order)

    def compress(self, condition: Operand, axis: int | None = None, out: None = None) -> Any:
        """The parts along ``axis`` for which the condition holds."""
        return elements.compress(condition, self, axis, out)

    # --- answers from the values, which carry no gradient ----------------------------------------

    def argmax(self, axis: int | None = None, out: None = None, *, keepdims: bool = False) -> Any:
        """Where the largest element is."""
        refuse_out("argmax", out)
        return np.argmax(read_values(self, "argmax"), axis, keepdims=keepdims)

    def argmin(self, axis: int | None = None, out: None = None, *, keepdims: bool = False) -> Any:
        """Where the smallest element is."""
        refuse_out("argmin", out)
        return np.argmin(read_values(self, "argmin"), axis, keepdims=keepdims)

    def argsort(self, axis: int | None = -1, kind: str | None = None, order: None = None) -> Array:
        """The order that sorts; equal elements keep theirs, whatever the ``kind``."""
        refuse_setting("argsort", "kind", kind, *KINDS)
        refuse_setting("argsort", "order", order, None)
        found: Array = np.argsort(read_values(self, "argsort"), axis=axis, kind="stable")
        return found

    def argpartition(self, kth: int | Sequence[int], axis: int | None = -1) -> Array:
        """An order that puts element ``kth`` in its sorted place."""
        order: Array = np.argpartition(read_values(self, "argpartition"), kth, axis)
        return order

    def nonzero(self) -> tuple[Array, ...]:
        """Where the elements are that are not 0."""
        found: tuple[Array, ...] = read_values(self, "nonzero").nonzero()
        return found

    def searchsorted(self, v: Operand, side: Any = "left", sorter: Operand | None = None) -> Any:
        """Where ``v`` would have to stand for the elements to stay sorted."""
        return read_values(self, "searchsorted").searchsorted(value(v), side, value(sorter))

    def any(
        self, axis: Axis = None, out: None = None, keepdims: bool = False, *, where: Operand = True
    ) -> Any:
        """Whether any element is not 0."""
        refuse_out("any", out)
        return read_values(self, "any").any(axis, keepdims=keepdims, where=value(where))

    def all(
        self, axis: Axis = None, out: None = None, keepdims: bool = False, *, where: Operand = True
    ) -> Any:
        """Whether no element is 0."""
        refuse_out("all", out)
        return read_values(self, "all").all(axis, keepdims=keepdims, where=value(where))

    def tolist(self) -> Any:
        """The values as Python numbers, in nested lists."""
        return self.values.tolist()

    # --- methods that would change the values in place: they say what to write -------------------

    sort = _changing("sort", "np.sort(tensor)")
    partition = _changing("partition", "np.partition(tensor, kth)")
    fill = _changing("fill", "np.full_like(tensor, number)")
    put = _changing("put", "np.where(mask, new, tensor)")
    resize = _changing("resize", "tensor.reshape(shape)")
