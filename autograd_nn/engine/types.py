"""Words of the engine's annotations: arrays, rules, what plans and path sums ask of an op."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple, Protocol, TypeAlias

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]
Shape = tuple[int, ...]
Axis = int | tuple[int, ...] | None
DType: TypeAlias = npt.DTypeLike | None
Rule = Callable[..., Any]
"""``rule(g, y, *arguments, **settings)``: the gradient for one argument, on arrays or on nodes."""

Calls = Sequence[tuple[Any, ...]]
"""What an op does, spelled out: NumPy calls as tuples ``(function, *arguments)``, in order."""


class _Arithmetic(Protocol):
    @property
    def shape(self) -> Shape: ...
    @property
    def dtype(self) -> np.dtype[Any]: ...
    @property
    def T(self) -> Any: ...
    def __getitem__(self, index: Any, /) -> Any: ...
    def __neg__(self) -> Any: ...
    def __invert__(self) -> Any: ...
    def __add__(self, other: npt.ArrayLike | Value, /) -> Any: ...
    def __radd__(self, other: npt.ArrayLike | Value, /) -> Any: ...
    def __sub__(self, other: npt.ArrayLike | Value, /) -> Any: ...
    def __rsub__(self, other: npt.ArrayLike | Value, /) -> Any: ...
    def __mul__(self, other: npt.ArrayLike | Value, /) -> Any: ...
    def __rmul__(self, other: npt.ArrayLike | Value, /) -> Any: ...
    def __truediv__(self, other: npt.ArrayLike | Value, /) -> Any: ...
    def __rtruediv__(self, other: npt.ArrayLike | Value, /) -> Any: ...
    def __pow__(self, other: npt.ArrayLike | Value, /) -> Any: ...
    def __matmul__(self, other: npt.ArrayLike | Value, /) -> Any: ...


Value: TypeAlias = _Arithmetic
"""What a rule computes with: an array, or a node that has operators; one text does for both."""


class Structure(NamedTuple):
    """What the sum over paths needs to know of an op.

    ``connects(i, elements, y, *arguments, **settings)`` says which elements of the result depend on
    which of argument ``i`` (:mod:`autograd_nn.ops.connections`);
    ``stack(i, gs, y, *arguments, **settings)`` says with what to call rule ``i`` so that it answers
    several gradients ``gs[0], gs[1], …`` at once (:mod:`autograd_nn.ops.stacking`).
    """

    connects: Callable[..., tuple[Array, Array]] | None = None
    stack: Callable[..., tuple[Array, Array, tuple[Any, ...], dict[str, Any]]] | None = None


class Replay(NamedTuple):
    """What a plan needs to know of an op.

    ``calls(out, *arrays, **settings)`` spells the forward function as the NumPy calls that fill
    ``out``, tuples ``(function, *arguments)``; where it is None or gives None, a plan keeps the
    forward function whole.  ``in_place`` says that ``out`` may be one of the arguments, as with
    NumPy's own ufuncs.
    """

    calls: Callable[..., Calls | None] | None = None
    in_place: bool = False
