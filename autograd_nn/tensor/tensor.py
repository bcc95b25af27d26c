"""Tensor: a node that speaks arithmetic.

Everything here is sugar over :mod:`autograd_nn.ops` and :mod:`autograd_nn.engine.backward`; its
operators are in :mod:`autograd_nn.tensor.operators`, the methods that it shares with arrays in
:mod:`autograd_nn.tensor.methods`.
"""

import sys
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from opcode import opmap
from types import FrameType
from typing import Any

import numpy as np
import numpy.typing as npt

from .. import ops
from ..engine.backward import own, sweep
from ..engine.core import Node, Operand, label, read_values, refuse_to_freeze, value
from ..engine.modes import is_tracing, recording
from ..engine.types import Array, DType
from .methods import ArrayMethods
from .numpy_protocol import answer_function, answer_ufunc

_STORE_SUBSCR = opmap.get("STORE_SUBSCR")


class Tensor(ArrayMethods):
    """An array that remembers how it was computed.

    ``data`` is copied (``copy=False`` shares the memory of an array).  Only floating-point data
    can require a gradient; complex numbers are refused.  ``name`` is what pictures and messages
    call it.  Raises ``TypeError`` for data that are no real numbers, for integers that shall
    require a gradient, and for a tensor.

    >>> import numpy as np
    >>> import autograd_nn as ag
    >>> x = ag.Tensor([[0.5, -1.0]])
    >>> w = ag.Tensor(np.ones((3, 2)), requires_grad=True, name="w")
    >>> cost = (ag.ops.sigmoid(x @ w.T) ** 2).sum()
    >>> cost.backward()
    >>> w.grad.shape
    (3, 2)
    >>> (g,) = ag.gradients(cost, [w], create_graph=True)  # a tensor: differentiate it again
    >>> g.requires_grad
    True
    """

    __slots__ = ()

    def __init__(
        self,
        data: npt.ArrayLike,
        *,
        requires_grad: bool = False,
        name: str | None = None,
        dtype: DType = None,
        copy: bool = True,
    ) -> None:
        if isinstance(data, Node):
            raise TypeError(
                f"Tensor: got a tensor ({label(data)}), whose history would be lost; "
                "use it as it is, or write tensor.detach()"
            )
        try:
            array = np.array(data, dtype=dtype, copy=copy or None)
        except ValueError as error:  # lists of several lengths
            raise TypeError(
                f"Tensor: got {type(data).__name__}, which makes no array; expected real numbers "
                f"({error})"
            ) from None
        if isinstance(data, np.ma.MaskedArray):
            raise TypeError("Tensor: got a masked array, whose mask would be lost; fill it first")
        if array.dtype.kind not in "fiub":
            raise TypeError(
                f"Tensor: got dtype {array.dtype}; expected real numbers (complex numbers and "
                "objects have no gradient here)"
            )
        if requires_grad and array.dtype.kind != "f":
            raise TypeError(
                f"Tensor: dtype {array.dtype} cannot require a gradient: integers have none; pass "
                "floats (1.0 for 1) or dtype=float"
            )
        if name is not None and not isinstance(name, str):
            raise TypeError(f"Tensor: name is {name!r}; expected text")
        self._become(array, bool(requires_grad))
        self.name = name

    # --- what it is -------------------------------------------------------------------------

    def __repr__(self) -> str:
        """The values, and what matters of the rest."""
        text = np.array2string(self.values, separator=", ", prefix="Tensor(", threshold=50)
        extra = "" if self.values.dtype == np.float64 else f", dtype={self.values.dtype}"
        if self.op is not None:
            extra += f", op={self.op.name!r}"
        elif self.requires_grad:
            extra += ", requires_grad=True"
        return f"Tensor({text}{extra}{f', name={self.name!r}' if self.name else ''})"

    def __len__(self) -> int:
        """The size of the first axis."""
        return len(self.values)

    def __iter__(self) -> "Iterator[Tensor]":
        """The rows, each a recorded part."""
        if self.values.ndim == 0:
            raise TypeError("a tensor without axes cannot be iterated over")
        return (self[i] for i in range(len(self.values)))

    def __format__(self, spec: str) -> str:
        """``f"{cost:.3f}"`` for a tensor with one element."""
        return format(self._single("format"), spec) if spec else repr(self)

    def __float__(self) -> float:
        """The value of a tensor with one element."""
        return float(self._single("float"))

    def __int__(self) -> int:
        """The value of a tensor with one element, cut to an integer."""
        return int(self._single("int"))

    def __bool__(self) -> bool:
        """Whether the value of a tensor with one element is not zero."""
        return bool(self._single("bool"))

    def item(self, *index: int) -> float | int | bool:
        """The value of a single element, or of that at ``index``, as a Python number."""
        number: float | int | bool = self.values.item(*index) if index else self._single("item")
        return number

    def __index__(self) -> int:
        """The value of an integer tensor with one element, as an index; a plan would freeze it."""
        return read_values(self, "a tensor as an index or a length").__index__()  # type: ignore[no-any-return]

    def __round__(self, decimals: int = 0) -> Any:
        """``round(a, 2)``."""
        return ops.round(self, decimals=decimals)

    def __contains__(self, number: Operand) -> bool:
        """``number in a``: whether any element equals it."""
        return bool(np.any(self.values == value(number)))

    def _single(self, asked: str) -> Any:
        carries = self.requires_grad or is_tracing()
        if carries and _is_assigned_to_an_element(sys._getframe(2)):
            refuse_to_freeze("array[…] = tensor", "collect the tensors and write np.stack(list)")
            raise TypeError(
                f"array[…] = {label(self)} would keep the value and lose the gradient; collect the "
                "tensors in a list and write np.stack(list), or write float(tensor) for the value"
            )
        if self.values.size != 1:
            raise ValueError(
                f"{asked}: {label(self)} has shape {self.shape}; expected a single element, "
                "reduce it (.sum(), .mean()) or pick one"
            )
        return self.values.item()

    def detach(self) -> "Tensor":
        """The same values without history, copied: a constant for whatever comes next.

        In a plan it is computed anew in every run, and carries no gradient.
        """
        if is_tracing():
            with recording(False):
                return self.copy()  # type: ignore[no-any-return]
        return Tensor(self.values, name=self.name)

    def __reduce__(self) -> Any:
        """Copy and pickle leaves; a result would drag its graph along, or lose it."""
        if self.op is not None:
            raise TypeError(
                f"{label(self)} is the result of {self.op.name}; only leaves can be copied or "
                "pickled, so write tensor.detach() for the values"
            )
        refuse_to_freeze("a copy or pickle of a tensor", "write tensor.copy()")
        return partial(Tensor, requires_grad=self.requires_grad, name=self.name), (self.values,)

    # --- gradients --------------------------------------------------------------------------

    def backward(self, seed: Operand | None = None) -> None:
        """Run the backward pass from here and keep what it finds in ``.grad``, as arrays.

        Leaves add it to what they have (``leaf.grad = None`` clears); every node in between gets
        its gradient set, so that the book's error δ can be read from ``z.grad``.  Raises
        ``ValueError`` as :func:`autograd_nn.gradients` does, and then has changed nothing.

        >>> from autograd_nn import Tensor
        >>> a = Tensor(1.0, requires_grad=True)
        >>> b = a + a
        >>> c = b + b
        >>> c.backward()
        >>> float(a.grad), float(b.grad)
        (4.0, 2.0)
        """
        refuse_to_freeze("backward", "list the leaves in the plan's wrt")
        for node, g in sweep([self], None, [seed]).items():
            add = node.op is None and node.grad is not None
            node.grad = np.asarray(node.grad + g) if add else own(g)

    # --- NumPy --------------------------------------------------------------------------------

    def __array__(self, dtype: DType = None, copy: bool | None = None) -> Array:
        """The values of a constant; what would lose a gradient, or freeze in a plan, raises."""
        if self.requires_grad:
            raise TypeError(
                f"an array made of {label(self)} would lose its gradient; write tensor.data for "
                "the values, tensor.detach() for a constant, or np.stack([…]) for several tensors"
            )
        return np.array(read_values(self, "an array of a tensor"), dtype=dtype, copy=copy)

    def __array_ufunc__(
        self, ufunc: np.ufunc, method: str, *inputs: Operand, **settings: Any
    ) -> Any:
        """``array * tensor`` and ``np.exp(tensor)`` record."""
        return answer_ufunc(ufunc, method, inputs, settings)

    def __array_function__(
        self, func: Callable[..., Any], types: object, args: Sequence[Any], kwargs: dict[str, Any]
    ) -> Any:
        """``np.sum(tensor, axis=0)`` records."""
        return answer_function(func, args, kwargs)


def _is_assigned_to_an_element(frame: FrameType) -> bool:
    """Whether the line that asks for a number is ``array[…] = tensor``.

    NumPy then asks for ``float(tensor)``, as Python does for a ``float(tensor)`` that was written;
    only the instruction that is being run tells the two apart.  Reading it takes 0.14 µs of the
    0.5 µs of a ``float(tensor)``, and saves a gradient from being lost without a word.
    """
    return frame.f_code.co_code[frame.f_lasti] == _STORE_SUBSCR
