"""Products of matrices, and the weighted inputs of a layer.

The last two axes are a matrix's; those before them are a stack of matrices.
"""

from typing import Any

import numpy as np

from ..engine.core import Op
from ..engine.types import Array, Calls, Replay, Structure, Value
from .connections import layer, multiplying
from .shape import reshape, sum_to, swapaxes
from .stacking import product

_CLEARED_IN_NO_TIME = 4096  # elements


def _matrices(g: Value, a: Value, b: Value) -> tuple[Any, Any, Any]:
    """NumPy's reading of vectors: a as a row, b as a column, and g with the axes they dropped."""
    if len(b.shape) == 1:
        b, g = reshape(b, shape=(*b.shape, 1)), reshape(g, shape=(*g.shape, 1))
    if len(a.shape) == 1:
        a, g = reshape(a, shape=(1, *a.shape)), reshape(g, shape=(*g.shape[:-1], 1, g.shape[-1]))
    return g, a, b


def swapped(x: Value) -> Any:
    """The transpose of each matrix in a stack."""
    return x.T if len(x.shape) == 2 else swapaxes(x, axis1=-1, axis2=-2)


def back(share: Value, x: Value, as_matrix: Value) -> Any:
    """A gradient as its argument was: repeated stacks summed, a vector's extra axis dropped."""
    if share.shape != as_matrix.shape:
        share = sum_to(share, shape=as_matrix.shape)
    return share if share.shape == x.shape else reshape(share, shape=x.shape)


def _for_a(g: Value, y: Value, a: Value, b: Value) -> Any:
    g, row, matrix = _matrices(g, a, b)
    return back(g @ swapped(matrix), a, row)


def _for_b(g: Value, y: Value, a: Value, b: Value) -> Any:
    """aᵀg, made as (gᵀa)ᵀ: for a layer a @ w.T that is w's own order in memory, BP4's δ aᵀ."""
    g, matrix, column = _matrices(g, a, b)
    return back(swapped(swapped(g) @ matrix), b, column)


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


def _matmul_calls(product: Array, a: Array, b: Array) -> Calls | None:
    """np.dot where it is the same call of BLAS: it gets there sooner, but first clears ``product``.

    With a side of one row or column the two may call different routines of BLAS, which may round
    differently; so may copies of arrays that BLAS cannot read as they are.
    """
    for x in (product, a, b):
        whole = x.ndim == 2 and x.dtype.char in "fd" and x.dtype == product.dtype
        if not whole or not (x.flags.c_contiguous or x.flags.f_contiguous):
            return None
        if min(x.shape) < 2 or product.size > _CLEARED_IN_NO_TIME:
            return None
    return ((np.dot, a, b, product),) if product.flags.c_contiguous else None


matmul = Op(
    "matmul",
    np.matmul,
    _for_a,
    _for_b,
    doc="a @ b: matrices, vectors and stacks of matrices, as NumPy multiplies them.",
    structure=Structure(multiplying, stack=product),
    explain=_explain,
    replay=Replay(_matmul_calls),
)


def _linear(a: Array, w: Array, b: Array, *, out: Array | None = None) -> Any:
    a, w, b = np.asarray(a), np.asarray(w), np.asarray(b)
    if a.ndim > 2 or w.ndim != 2 or b.shape != w.shape[:1]:
        raise ValueError("these are not a layer's")
    z = np.matmul(a, w.T, out)
    return np.add(z, b, z)


def _linear_calls(z: Array, a: Array, w: Array, b: Array) -> Calls:
    product = _matmul_calls(z, a, w.T) or ((np.matmul, a, w.T, z),)
    return (*product, (np.add, z, b, z))


def _linear_for_w(g: Value, z: Value, a: Value, w: Value, b: Value) -> Any:
    """BP4: δ aᵀ, summed over the examples."""
    if len(a.shape) == 1:
        g, a = reshape(g, shape=(1, *g.shape)), reshape(a, shape=(1, *a.shape))
    return g.T * a if a.shape[0] == 1 else g.T @ a  # of one example: NumPy's products are slower


def _explain_linear(a: tuple[int, ...], w: tuple[int, ...], b: tuple[int, ...]) -> str:
    expected = "expected a (features,) or (examples, features), w (n_out, features), b (n_out,)"
    return f"got a {a}, w {w}, b {b}; {expected}"


linear = Op(
    "linear",
    _linear,
    lambda g, z, a, w, b: g @ w,
    _linear_for_w,
    lambda g, z, a, w, b: sum_to(g, shape=b.shape),
    doc="a wᵀ + b, the weighted inputs of a layer: activations ``a`` ``(features,)`` or "
    "``(examples, features)``, weights ``w`` ``(n_out, features)``, biases ``b`` ``(n_out,)``. "
    "One node for what takes three as a @ w.T + b, with the same result bit for bit.",
    structure=Structure(layer),
    explain=_explain_linear,
    replay=Replay(_linear_calls),
)

ALL = (matmul, linear)
