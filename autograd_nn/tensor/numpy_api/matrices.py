"""Products and linear algebra, as NumPy spells them.

``eigh`` and ``cholesky`` read the symmetric part of a matrix where NumPy reads its lower triangle;
for a symmetric matrix that is the same.
"""

import operator
from collections.abc import Sequence
from functools import reduce
from typing import Any

import numpy as np

from ... import ops
from ...engine.backward import as_constant
from ...engine.types import Axis, Value
from ...ops.arguments import array, count_axis, refuse_setting
from ...ops.connections import kept_shape
from ...ops.reduce import one_axis
from ...ops.shape import cast


def vdot(a: Value, b: Value) -> Any:
    """The sum of products of all elements."""
    return ops.matmul(ops.ravel(array(a)), ops.ravel(array(b)))


def vecdot(x1: Value, x2: Value, /, *, axis: int = -1) -> Any:
    """The sum of products along one axis, which has the same size in both (else ``ValueError``)."""
    x1, x2 = array(x1), array(x2)
    if x1.shape[count_axis("vecdot", x1, axis)] != x2.shape[count_axis("vecdot", x2, axis)]:
        raise ValueError(
            f"vecdot: {tuple(x1.shape)} and {tuple(x2.shape)} differ in size along axis {axis}"
        )
    products = ops.mul(x1, x2)
    total = ops.sum(products, axis=axis)
    return total if total.dtype == products.dtype else cast(total, products.dtype)


def matvec(a: Value, b: Value) -> Any:
    """Matrices times vectors."""
    return ops.squeeze(ops.matmul(a, ops.expand_dims(array(b), axis=-1)), axis=-1)


def vecmat(a: Value, b: Value) -> Any:
    """Vectors times matrices."""
    return ops.squeeze(ops.matmul(ops.expand_dims(array(a), axis=-2), b), axis=-2)


def einsum(subscripts: object, *operands: Value, optimize: object = False) -> Any:
    """Products summed over letters; ``TypeError`` unless these come first, as text."""
    if not isinstance(subscripts, str):
        raise TypeError('einsum: expected the letters as text first, "ij,jk->ik", then the arrays')
    return ops.einsum(*operands, subscripts=subscripts)


def cholesky(a: Value, /, *, upper: bool = False) -> Any:
    """The triangle L of a = L Lᵀ, or with ``upper`` Lᵀ."""
    lower = ops.cholesky(a)
    return ops.swapaxes(lower, axis1=-1, axis2=-2) if upper else lower


def eigh(a: Value, UPLO: str = "L") -> Any:
    """The eigenvalues and eigenvectors of a symmetric matrix."""
    refuse_setting("linalg.eigh", "UPLO", UPLO, "L")
    return ops.eigh(a)


def eigvalsh(a: Value, UPLO: str = "L") -> Any:
    """The eigenvalues of a symmetric matrix."""
    refuse_setting("linalg.eigvalsh", "UPLO", UPLO, "L")
    return ops.eigh(a)[0]


def svd(
    a: Value, full_matrices: bool = True, compute_uv: bool = True, hermitian: bool = False
) -> Any:
    """U, the singular values and Vᵀ; of a matrix that is not square with full_matrices=False.

    Raises ``ValueError`` where columns would be asked for that are not determined.
    """
    refuse_setting("linalg.svd", "hermitian", hermitian, False)
    if len(a.shape) > 1 and full_matrices and compute_uv and a.shape[-1] != a.shape[-2]:
        raise ValueError(
            f"svd: {tuple(a.shape)} is not square, and the columns that full_matrices=True adds "
            "are not determined, so they have no derivative; write full_matrices=False"
        )
    return ops.svd(a) if compute_uv else ops.svd(a)[1]


def svdvals(x: Value, /) -> Any:
    """The singular values."""
    return ops.svd(x)[1]


def vector_norm(
    x: Value, /, *, axis: Axis = None, keepdims: bool = False, ord: float | str | None = 2
) -> Any:
    """The norm of a vector: of all elements together for axis None."""
    result = ops.norm(one_axis(x, axis), ord=ord, axis=-1)
    return ops.reshape(result, shape=kept_shape(x.shape, axis)) if keepdims else result


def matrix_norm(x: Value, /, *, keepdims: bool = False, ord: float | str | None = "fro") -> Any:
    """The norm of the matrices in the last two axes."""
    return ops.norm(x, ord=ord, axis=(-2, -1), keepdims=keepdims)


def matrix_power(a: Any, n: int) -> Any:
    """The matrix times itself, n times over; the inverse for negative n.

    Raises ``TypeError`` unless n is an integer, ``ValueError`` unless the matrix is square.
    """
    if not isinstance(n, (int, np.integer)):
        raise TypeError(f"matrix_power: n={n!r}; expected an integer")
    if len(a.shape) < 2 or a.shape[-1] != a.shape[-2]:
        raise ValueError(f"matrix_power: {tuple(a.shape)}; expected a square matrix, or a stack")
    base: Any = ops.inv(a) if n < 0 else a
    if n == 0:
        eye = np.broadcast_to(np.eye(a.shape[-1], dtype=a.dtype), a.shape)
        return as_constant(eye.copy(), type(a))
    return reduce(operator.matmul, [base] * abs(n))


def multi_dot(arrays: Sequence[Value]) -> Any:
    """The product of two matrices or more (else ``ValueError``), from the left."""
    if len(arrays) < 2:
        raise ValueError(f"multi_dot: got {len(arrays)} arrays; expected two or more")
    return reduce(ops.matmul, arrays)


def outer(x1: Value, x2: Value, /) -> Any:
    """Every product of an element of one vector and one of another (else ``ValueError``)."""
    x1, x2 = array(x1), array(x2)
    if len(x1.shape) != 1 or len(x2.shape) != 1:
        raise ValueError(
            f"linalg.outer: {tuple(x1.shape)} and {tuple(x2.shape)}; expected two vectors, "
            "np.outer takes any shape"
        )
    return ops.outer(x1, x2)
