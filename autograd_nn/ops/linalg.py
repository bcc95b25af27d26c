"""Systems of equations, and decompositions of matrices.

The last two axes are a matrix's; those before them are a stack of matrices.
"""

from collections import namedtuple
from collections.abc import Callable
from typing import Any

import numpy as np

from ..engine.core import Node, Op
from ..engine.types import Array, Axis, Structure, Value
from .arguments import count_axes
from .connections import by_matrix
from .elementary import abs
from .indexing import getitem
from .out import with_out
from .products import back, swapped
from .reduce import length, max, min, sum
from .shape import astype, reshape, sum_to, transpose, tril
from .stacking import as_it_is


def _solve(a: Array, b: Array) -> Any:
    """The solution of a x = b, with NumPy 2's reading: only a one-dimensional b is a vector."""
    if np.ndim(b) == 1:
        return np.linalg.solve(a, np.asarray(b)[:, None])[..., 0]
    return np.linalg.solve(a, b)


def _solve_for_b(g: Value, y: Value, a: Value, b: Value) -> Any:
    vector = len(b.shape) == 1
    g = reshape(g, shape=(*g.shape, 1)) if vector else g
    share = solve(swapped(a), g)
    return back(share, b, reshape(b, shape=(*b.shape, 1)) if vector else b)


def _solve_for_a(g: Value, y: Value, a: Value, b: Value) -> Any:
    if len(b.shape) == 1:
        g, y = reshape(g, shape=(*g.shape, 1)), reshape(y, shape=(*y.shape, 1))
    share = -solve(swapped(a), g) @ swapped(y)
    return share if share.shape == a.shape else sum_to(share, shape=a.shape)


def _matrix(g: Value) -> Any:
    """A number for each matrix, as a matrix of one element."""
    return reshape(g, shape=(*g.shape, 1, 1))


def _eye(n: int) -> Any:
    """The diagonal of an n by n matrix, as a mask."""
    return np.eye(n, dtype=bool)


def _symmetric(x: Value) -> Any:
    return 0.5 * x + 0.5 * swapped(x)


def _cholesky(x: Array) -> Any:
    return np.linalg.cholesky(0.5 * x + 0.5 * np.swapaxes(x, -1, -2))


def _cholesky_back(g: Value, y: Value, x: Value) -> Any:
    """Murray (2016): with Φ the lower triangle, its diagonal halved, L⁻ᵀ Φ(Lᵀ g) L⁻¹."""
    inner = tril(swapped(y) @ g)
    inner = inner - 0.5 * (inner * _eye(x.shape[-1]))
    half = solve(swapped(y), inner)
    return _symmetric(swapped(solve(swapped(y), swapped(half))))


def _slogdet(x: Array) -> Any:
    sign, logarithm = np.linalg.slogdet(x)
    return np.stack([sign, logarithm], axis=-1)


def _eigh(x: Array) -> Any:
    values, vectors = np.linalg.eigh(0.5 * x + 0.5 * np.swapaxes(x, -1, -2))
    return np.concatenate([values[..., None, :], vectors], axis=-2)


def _eigh_back(g: Value, y: Value, x: Value) -> Any:
    """Giles (2008), 3.1: V (diag(g_w) + F ∘ Vᵀ g_V) Vᵀ with Fᵢⱼ = 1 / (wⱼ - wᵢ), 0 for i = j."""
    values, vectors = y[..., :1, :], y[..., 1:, :]
    of_values, of_vectors = g[..., :1, :], g[..., 1:, :]
    eye = _eye(x.shape[-1])
    gaps = values - swapped(values) + eye
    core = (swapped(vectors) @ of_vectors) / gaps * ~eye + of_values * eye
    return _symmetric(vectors @ core @ swapped(vectors))


def _svd(x: Array) -> Any:
    u, s, vh = np.linalg.svd(x, full_matrices=False)
    return np.concatenate([s[..., None, :], u, np.swapaxes(vh, -1, -2)], axis=-2)


def _svd_back(g: Value, y: Value, x: Value) -> Any:
    """Townsend (2016): the singular values must differ from each other, and from 0 if x is not
    square."""
    m = x.shape[-2]
    s, u, v = y[..., :1, :], y[..., 1 : m + 1, :], y[..., m + 1 :, :]
    of_s, of_u, of_v = g[..., :1, :], g[..., 1 : m + 1, :], g[..., m + 1 :, :]
    eye = _eye(s.shape[-1])
    f = ~eye / (s * s - swapped(s * s) + eye)
    ut_g, vt_g = swapped(u) @ of_u, swapped(v) @ of_v
    core = f * (ut_g - swapped(ut_g)) * s + swapped(s) * (f * (vt_g - swapped(vt_g)))
    share = u @ (core + of_s * eye) @ swapped(v)
    if m > s.shape[-1]:
        share = share + (of_u - u @ ut_g) / s @ swapped(v)
    if x.shape[-1] > s.shape[-1]:
        share = share + u / s @ swapped(of_v - v @ vt_g)
    return share


def _explain_square(x: tuple[int, ...], *rest: tuple[int, ...], **params: object) -> str:
    if len(x) < 2 or x[-1] != x[-2]:
        return f"{x}: expected a square matrix, or a stack of them"
    return ""


def _square(
    name: str,
    function: Callable[..., Any],
    rule: Callable[..., Any],
    doc: str,
    explain: Callable[..., str] | None = _explain_square,
) -> Op:
    """An op of a matrix, each element of whose result depends on all of the matrix."""
    structure = Structure(by_matrix, stack=as_it_is)
    return Op(name, with_out(function), rule, doc=doc, structure=structure, explain=explain)


# fmt: off
solve: Op = Op("solve", with_out(_solve),
    _solve_for_a,
    _solve_for_b,
    doc="The solution x of a x = b; a one-dimensional b is a vector, any other is a stack of "
    "matrices.",
    structure=Structure(by_matrix),
    explain=_explain_square,
)
inv = _square("inv", np.linalg.inv,
    lambda g, y, x: -swapped(y) @ g @ swapped(y),
    doc="The inverse of a square matrix.",
)
det = _square("det", np.linalg.det,
    lambda g, y, x: _matrix(g * y) * swapped(inv(x)),
    doc="The determinant; its derivative is taken of invertible matrices only (LinAlgError).",
)
slogdet_packed = _square("slogdet_packed", _slogdet,
    lambda g, y, x: _matrix(g[..., 1]) * swapped(inv(x)),
    doc="The sign of the determinant and the logarithm of its magnitude, in one array.",
)
cholesky = _square("cholesky", _cholesky,
    _cholesky_back,
    doc="The lower triangle L of (x + xᵀ)/2 = L Lᵀ, for a positive definite matrix; the gradient "
    "is symmetric.",
)
eigh_packed = _square("eigh_packed", _eigh,
    _eigh_back,
    doc="The eigenvalues of (x + xᵀ)/2 as a row, and below it the eigenvectors as columns.",
)
svd_packed = _square("svd_packed", _svd,
    _svd_back,
    doc="The singular values as a row, below it U, below it V (not Vᵀ), all with k columns.",
    explain=None,
)
# fmt: on


SlogdetResult = namedtuple("SlogdetResult", "sign logabsdet")
EighResult = namedtuple("EighResult", "eigenvalues eigenvectors")
SVDResult = namedtuple("SVDResult", "U S Vh")


def slogdet(x: Value) -> SlogdetResult:
    """The sign of the determinant (no gradient) and the logarithm of its magnitude.

    >>> sign, logarithm = slogdet(np.diag([2.0, -3.0]))
    >>> float(sign), round(float(logarithm), 6)
    (-1.0, 1.791759)
    """
    both = slogdet_packed(x)
    return SlogdetResult(getitem(both, index=(..., 0)), getitem(both, index=(..., 1)))


def eigh(x: Value) -> EighResult:
    """Eigenvalues in ascending order, and eigenvectors as columns, of the symmetric part of x.

    The eigenvectors have a derivative where no two eigenvalues are equal; the eigenvalues too.

    >>> values, vectors = eigh(np.diag([3.0, 1.0]))
    >>> values.tolist()
    [1.0, 3.0]
    """
    both, everything = eigh_packed(x), slice(None)
    values = getitem(both, index=(..., 0, everything))
    return EighResult(values, getitem(both, index=(..., slice(1, None), everything)))


def svd(x: Value) -> SVDResult:
    """U, the singular values in descending order, and Vᵀ, with x = (U * s) @ Vᵀ.

    Raises ``ValueError`` for what has fewer than two axes.

    They have a derivative where no two singular values are equal, and none is 0 unless x is square.

    >>> u, s, vt = svd(np.array([[3.0, 0.0], [0.0, 2.0], [0.0, 0.0]]))
    >>> s.tolist()
    [3.0, 2.0]
    """
    if len(x.shape) < 2:
        raise ValueError(f"svd: {tuple(x.shape)}; expected a matrix, or a stack of them")
    m, packed, everything = x.shape[-2], svd_packed(x), slice(None)
    u = getitem(packed, index=(..., slice(1, m + 1), everything))
    v = getitem(packed, index=(..., slice(m + 1, None), everything))
    return SVDResult(u, getitem(packed, index=(..., 0, everything)), swapped(v))


def norm(x: Value, ord: Any = None, axis: Axis = None, keepdims: bool = False) -> Any:
    """The norm of a vector or matrix, as ``numpy.linalg.norm`` has it.

    ``ord`` None is √Σx² (of all elements, or over ``axis``), for matrices also called "fro"; 1, 2
    and ``inf`` are the vector norms along one ``axis`` and the operator norms of a matrix.  At zero
    the slopes are taken to be 0.  Raises ``ValueError`` for any other order.

    >>> float(norm(np.array([3.0, 4.0]))), float(norm(np.array([3.0, -4.0]), ord=1))
    (5.0, 7.0)
    """
    if isinstance(ord, Node):
        ord = repr(ord)  # its == compares values, and a plan would keep the answer
    if ord is None:
        return length(x, axis=axis, keepdims=keepdims)
    axes = count_axes("norm", x, axis)
    if x.dtype.kind != "f":
        x = astype(x, dtype=np.dtype(float))
    if len(axes) == 2 and ord == "fro":
        return length(x, axis=axes, keepdims=keepdims)
    if len(axes) == 1 and ord in (1, 2, np.inf, -np.inf):
        reduced = {1: (sum, abs(x)), np.inf: (max, abs(x)), -np.inf: (min, abs(x)), 2: (length, x)}
        op, argument = reduced[ord]
        return op(argument, axis=axes[0], keepdims=keepdims)
    if len(axes) == 2 and ord in (1, 2, np.inf):
        rows, columns = axes
        if ord == 2:
            rest = [d for d in range(len(x.shape)) if d not in (rows, columns)]
            result = max(svd(transpose(x, axes=(*rest, rows, columns)))[1], axis=-1)
        else:
            first, second = (rows, columns) if ord == 1 else (columns, rows)
            result = max(sum(abs(x), axis=first, keepdims=True), axis=(first, second))
        kept = tuple(1 if d in (rows, columns) else n for d, n in enumerate(x.shape))
        return reshape(result, shape=kept) if keepdims else result
    raise ValueError(
        f"norm: ord={ord!r} over {len(axes)} axes; expected None, 1, 2 or inf for vectors (one "
        'axis), None, "fro", 1, 2 or inf for matrices (two axes)'
    )


ALL = (solve, inv, det, slogdet_packed, cholesky, eigh_packed, svd_packed)
