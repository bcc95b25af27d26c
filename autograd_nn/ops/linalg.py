"""Matrix products."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..core import Op
from .connections import multiplying
from .shape import reshape, sum_to, transpose


def _matrices(g: Any, a: Any, b: Any) -> tuple[Any, Any, Any]:
    """NumPy's reading of vectors: a as a row, b as a column, and g with the axes they dropped."""
    if len(b.shape) == 1:
        b, g = reshape(b, shape=(*b.shape, 1)), reshape(g, shape=(*g.shape, 1))
    if len(a.shape) == 1:
        a, g = reshape(a, shape=(1, *a.shape)), reshape(g, shape=(*g.shape[:-1], 1, g.shape[-1]))
    return g, a, b


def _swapped(x: Any) -> Any:
    """The transpose of each matrix in a stack."""
    axes = range(len(x.shape))
    return transpose(x, axes=(*axes[:-2], axes[-1], axes[-2]))


def _back(share: Any, x: Any, as_matrix: Any) -> Any:
    """A gradient as its argument was: repeated stacks summed, a vector's extra axis dropped."""
    if share.shape != as_matrix.shape:
        share = sum_to(share, shape=as_matrix.shape)
    return share if share.shape == x.shape else reshape(share, shape=x.shape)


def _for_a(g: Any, y: Any, a: Any, b: Any) -> Any:
    g, row, matrix = _matrices(g, a, b)
    return _back(g @ _swapped(matrix), a, row)


def _for_b(g: Any, y: Any, a: Any, b: Any) -> Any:
    g, matrix, column = _matrices(g, a, b)
    return _back(_swapped(matrix) @ g, b, column)


def _explain(a: tuple[int, ...], b: tuple[int, ...]) -> str:
    arrived = f"{a} @ {b}: "
    if not a or not b:
        return (
            arrived + "expected at least one axis on each side; a single number is multiplied by *"
        )
    inner = a[-1], b[-2] if len(b) > 1 else b[0]
    if inner[0] == inner[1]:
        return arrived + "the stacks of matrices do not broadcast; their sizes must be equal or 1"
    advice = "; transpose the second?" if len(b) > 1 and a[-1] == b[-1] else ""
    advice = advice or ("; transpose the first?" if len(a) > 1 and a[-2] == inner[1] else "")
    return f"{arrived}inner sizes {inner[0]} and {inner[1]} differ{advice}"


matmul = Op(
    "matmul",
    np.matmul,
    _for_a,
    _for_b,
    doc="a @ b: matrices, vectors and stacks of matrices, as NumPy multiplies them.",
    connects=multiplying,
    explain=_explain,
)

ALL = (matmul,)
