"""NumPy's functions on tensors: they record, or they say what to write; nothing is lost silently."""

import operator
import re
import warnings
from operator import attrgetter

import numpy as np
import pytest
from helpers.checking import check_gradients_or_laws
from helpers.leaf import leaf
from mutants.samples import every_sample, of
from numpy.testing import overrides

from autograd_nn import Tensor, check_gradients, gradients, no_grad, ops
from autograd_nn.tensor.numpy_api import table
from autograd_nn.tensor.numpy_api.advice import advice
from autograd_nn.tensor.numpy_api.table import ANSWERS, FUNCTIONS, RECORDED

OPS = {op.name: op for op in ops.ALL}


OLD_NUMPY = np.lib.NumpyVersion(np.__version__) < "2.1.0"
UNKNOWN_TO_OLD_NUMPY = {"np.clip(M, None, None)", "np.clip(a, 0, 1, out=w)"}


def value(x):
    return x.data if isinstance(x, Tensor) else x


def parts(x):
    """The arrays and tensors in a result, which may be a list or a tuple of them."""
    return [p for y in x for p in parts(y)] if isinstance(x, (list, tuple)) else [x]


def same(result, expected, rtol=0.0):
    """Equal values, shape and dtype: bit for bit, or to a few roundings."""
    result, expected = np.asarray(value(result)), np.asarray(value(expected))
    assert result.dtype == expected.dtype
    assert result.shape == expected.shape
    np.testing.assert_allclose(result, expected, rtol=rtol, atol=rtol)


def outcome(call, *args, **settings):
    """The result, or the error, of a call that may warn."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return call(*args, **settings)
        except Exception as error:
            return error


# --- every op, called by NumPy's name --------------------------------------------------------------

SAME = re.findall(
    r"\w+",
    """
    exp exp2 expm1 log log2 log10 log1p sqrt cbrt square reciprocal sign floor ceil rint trunc fix sin
    cos tan arcsin arccos arctan sinh cosh tanh arcsinh arccosh arctanh sinc deg2rad rad2deg positive
    power float_power floor_divide remainder fmod copysign maximum minimum fmax fmin hypot arctan2
    logaddexp logaddexp2 matmul nan_to_num round sum prod mean std var max min cumsum cumprod
    transpose swapaxes moveaxis expand_dims squeeze broadcast_to flip roll rot90 tril triu sort
    partition take_along_axis equal not_equal greater argsort argpartition where
""",
)  # as the op is called: np.sum(x, axis=0)

NAMES = {name: name for name in SAME} | {
    "add": "add", "sub": "subtract", "mul": "multiply", "div": "true_divide", "neg": "negative",
    "abs": "absolute", "solve": "linalg.solve", "inv": "linalg.inv", "det": "linalg.det",
    "cholesky": "linalg.cholesky",
}  # fmt: skip

SPELLED = {
    "clip": lambda x, low=None, high=None: np.clip(x, low, high),
    "reshape": lambda x, shape: np.reshape(x, shape),
    "pad": lambda x, width, value=0.0: np.pad(x, width, constant_values=value),
    "concatenate": lambda *arrays, axis: np.concatenate(arrays, axis=axis),
    "einsum": lambda *arrays, subscripts: np.einsum(subscripts, *arrays),
    "getitem": lambda x, index: x[index],
    "astype": lambda x, dtype: x.astype(dtype),
    "logsumexp": lambda x, axis=None, keepdims=False: np.logaddexp.reduce(
        x, axis=axis, keepdims=keepdims
    ),
    "length": lambda x, axis=None, keepdims=False: np.linalg.norm(x, axis=axis, keepdims=keepdims),
    "slogdet_packed": lambda x: np.stack(np.linalg.slogdet(x), axis=-1),
    "eigh_packed": lambda x: packed(*np.linalg.eigh(x)),
    "svd_packed": lambda x: packed(*by_columns(np.linalg.svd(x, full_matrices=False))),
    **{op: attrgetter(name)(np) for op, name in NAMES.items()},
}

NOT_IN_NUMPY = {
    "sigmoid", "log_sigmoid", "softplus", "relu", "leaky_relu", "elu", "gelu", "silu", "erf",
    "erfc",
    "softmax", "log_softmax", "one_hot", "sigmoid_cross_entropy", "softmax_cross_entropy", "windows",
    "overlap_add", "sum_to", "scatter_add", "add_along_axis", "put_along_axis", "linear",
}  # fmt: skip

MASKS = {"equal", "not_equal", "greater", "argsort", "argpartition"}
ROUNDED = {"logsumexp", "length"}  # NumPy adds in another order
READS_HALF = {"cholesky", "eigh_packed"}  # the op reads both triangles, NumPy the lower one


def packed(first, *rest):
    return np.concatenate([first[..., None, :], *rest], axis=-2)


def by_columns(svd):
    return svd[1], svd[0], np.matrix_transpose(svd[2])


def in_numpy(sample):
    return sample.op in SPELLED and "order" not in sample.params


def leaves_of(sample):
    """The sample's arguments with a leaf wherever a gradient goes."""
    return [
        leaf(a)
        if isinstance(a, np.ndarray) and a.dtype.kind == "f" and i not in sample.fixed
        else a
        for i, a in enumerate(sample.arrays)
    ]


def test_every_op_has_numpys_spelling_or_is_listed_as_having_none():
    assert set(SPELLED) | NOT_IN_NUMPY == set(OPS)
    assert not set(SPELLED) & NOT_IN_NUMPY


@pytest.mark.parametrize("name", sorted(set(SPELLED) - MASKS))
def test_numpys_function_on_tensors_is_the_op_and_has_numpys_value(name):
    op, function, rtol = OPS[name], SPELLED[name], 1e-13 * (name in ROUNDED)
    for sample in filter(in_numpy, of(name)):
        leaves, others = leaves_of(sample), leaves_of(sample)
        result, expected = function(*leaves, **sample.params), op(*others, **sample.params)
        assert type(result) is Tensor
        assert result.requires_grad == expected.requires_grad
        same(result, expected, rtol)
        if name not in READS_HALF:
            same(result, function(*sample.arrays, **sample.params), rtol)
        seed = np.random.default_rng(1).standard_normal(result.shape)
        wrt, again = ([x for x in xs if isinstance(x, Tensor)] for xs in (leaves, others))
        for g, e in zip(
            gradients(result, wrt, seed), gradients(expected, again, seed), strict=True
        ):
            same(g, e, rtol)


@pytest.mark.parametrize("name", sorted(MASKS))
def test_numpys_masks_and_orders_of_tensors_are_arrays(name):
    for sample in of(name):
        result = SPELLED[name](*map(Tensor, sample.arrays), **sample.params)
        assert type(result) in (np.ndarray, np.bool)
        same(result, OPS[name](*sample.arrays, **sample.params))


def test_under_no_grad_numpys_functions_give_constants_of_the_same_value():
    for sample in filter(in_numpy, every_sample()):
        if sample.op not in MASKS:
            with no_grad():
                result = SPELLED[sample.op](*leaves_of(sample), **sample.params)
            assert type(result) is Tensor
            assert not result.requires_grad
            same(result, OPS[sample.op](*sample.arrays, **sample.params), 1e-13)


# --- what an ndarray user writes: NumPy's words on arrays, and the same words on tensors ------------

ARRAYS = {
    "V": np.array([0.7, -1.6, 2.3]),
    "W": np.array([1.4, 0.6, -0.9]),
    "M": np.array([[0.3, -1.2, 2.1], [1.7, 0.9, -0.6]]),
    "N": np.array([[2.2, 0.4, -0.8], [-1.3, 1.1, 0.2]]),
    "K": np.array([[2.1, 0.3, -0.4], [0.6, 1.7, 0.2], [-0.3, 0.5, 2.6]]),
    "S": np.array([[2.4, 0.3, 0.1], [0.3, 1.6, -0.2], [0.1, -0.2, 3.1]]),
    "C": np.cos(np.arange(1.0, 13.0)).reshape(2, 3, 2),
    "z": np.array(1.3),
    "E": np.zeros((0, 3)),
}

WORDS = """
np.fabs(M); np.divide(M, N); np.mod(M, 0.8); np.divmod(M, 0.8); np.divmod(2.0, M); np.abs(M)
np.radians(M); np.degrees(M); np.vecdot(V, W); np.vecdot(M, V); np.vecdot(M, N, axis=0)
np.vecdot(V, [1, 2, 3]); np.matvec(M, V); np.matvec(K, M); np.vecmat(V, K); np.vecmat(M, K)
np.matmul(M, [1, 2, 3]); np.matmul(C, [1.0, 2.0]); np.float_power(abs(M), 1.5)
np.sum(M); np.sum(M, 0); np.sum(M, axis=-1); np.sum(M, axis=(0, 1)); np.sum(M, axis=()); np.sum(z)
np.sum(M, axis=np.int64(1)); np.sum(M, 1, None, None, True); np.sum(M, keepdims=True); np.sum(E)
np.sum(M, dtype=np.float32); np.sum(M, axis=None, out=None); np.sum(E, axis=0); np.prod(E, axis=0)
np.prod(M); np.prod(M, axis=0); np.prod(M, (0, 1), keepdims=True); np.prod(M, dtype="float32")
np.mean(M); np.mean(M, 0); np.mean(M, axis=(-1, 0), keepdims=True); np.mean(M, dtype=np.float32)
np.std(M); np.std(M, 0); np.std(M, ddof=1); np.std(M, axis=1, ddof=1, keepdims=True)
np.var(M); np.var(M, 1, None, None, 1, True); np.var(M, axis=()); np.var(M, axis=(0, 1), ddof=1.5)
np.max(M); np.max(M, 0); np.max(M, axis=(0, 1), keepdims=True); np.min(M, -1); np.min(C, axis=(0, 2))
np.ptp(M); np.ptp(M, axis=1, keepdims=True); np.ptp(M, None); np.max(z)
np.median(M); np.median(M, axis=0); np.median(C, axis=(0, 2)); np.median(M, 1, keepdims=True)
np.median(V, overwrite_input=True); np.median(z); np.median(M, axis=-1)
np.average(M); np.average(M, axis=1); np.average(M, weights=abs(N)); np.average(M, 1, abs(N))
np.average(V, weights=[1, 2, 3]); np.average([1, 2, 3], weights=abs(V)); np.average(M, keepdims=True)
np.average(M, axis=0, weights=abs(N), keepdims=True)
np.cumsum(M); np.cumsum(M, 1); np.cumsum(M, axis=-2); np.cumsum(V, None, np.float32); np.cumsum(z)
np.cumprod(M); np.cumprod(M, axis=0); np.cumprod(V, dtype=float)
np.clip(M, 0, 1); np.clip(M, None, 1); np.clip(M, 0, None); np.clip(M, min=0.1); np.clip(M, max=1.0)
np.clip(M, a_min=0, a_max=1); np.clip(M, [0, 1, 2], 3); np.clip(M, V, None); np.clip(M, N - 1, N + 1)
np.clip(M, W, V); np.clip([1.0, 2.0, 3.0], V, None); np.clip(M, 0, 1, out=None); np.clip(M, None, None)
np.clip(2.0, M, None); np.clip(M, 1, 0)
np.round(M); np.round(M, 1); np.round(M, decimals=1); np.round(M, -1); np.around(M, 1); np.around(M)
np.where(M > 0, M, 0); np.where(M > 0, 0, M); np.where([[True], [False]], M, N); np.where(True, M, N)
np.where(M, N, 1.0); np.where(M > 0, M, [1, 2, 3]); np.where(N, 1.0, M); np.where(V > 0, z, V)
np.select([M > 1, M > 0], [M, -M]); np.select([M > 1, M > 0], [M, 0], 7); np.select([M > 1], [M], N)
np.select([M > 1, M < 0], [1, N], default=z); np.select([V > 0], [V])
np.nan_to_num(M); np.nan_to_num(M, nan=1.0); np.nan_to_num(M, copy=True); np.nan_to_num(M, True, 0, 1)
np.diff(M); np.diff(M, axis=0); np.diff(M, 2); np.diff(M, n=0); np.diff(V, 5); np.diff(C, 1, 1)
np.polyval(V, 2.0); np.polyval([1, 2, 3], M); np.polyval(V, M); np.polyval(V, W); np.polyval(V, z)
np.real(M); np.copy(M); np.copy(M, order="K"); np.copy(z)
np.reshape(M, (3, 2)); np.reshape(M, -1); np.reshape(M, [3, 2]); np.reshape(M, (3, -1), order="C")
np.reshape(M, np.array([3, 2])); np.reshape(M, (np.int64(6),)); np.reshape(z, ()); np.reshape(E, (3, 0))
np.ravel(M); np.ravel(M, order="C"); np.ravel(z); np.ravel(E)
np.transpose(M); np.transpose(C, (2, 0, 1)); np.transpose(C, axes=[1, 2, 0]); np.permute_dims(M, (1, 0))
np.transpose(C, np.array([2, 0, 1])); np.transpose(C, (-1, 0, 1)); np.matrix_transpose(C)
np.swapaxes(C, 0, -1); np.moveaxis(C, 0, -1); np.moveaxis(C, [0, 1], [1, 0]); np.moveaxis(C, (0, 2), (2, 0))
np.expand_dims(M, 0); np.expand_dims(M, (0, 2)); np.expand_dims(M, [0, -1]); np.expand_dims(z, 0)
np.squeeze(M[None]); np.squeeze(M[None], 0); np.squeeze(M[:1, :1]); np.squeeze(M[None], axis=(0,))
np.broadcast_to(V, (2, 3)); np.broadcast_to(V, [2, 3]); np.broadcast_to(z, 3); np.broadcast_to(V, 3)
np.broadcast_to(V, (2, 3), subok=True); np.broadcast_arrays(M, V); np.broadcast_arrays(V, z, M)
np.meshgrid(V, W[:2]); np.meshgrid(V, W, V); np.meshgrid(V, W, indexing="ij"); np.meshgrid(V)
np.meshgrid(M, V); np.meshgrid(z, V); np.meshgrid(V, W[:2], M[0], M[1, :2])
np.flip(M); np.flip(M, 0); np.flip(C, (0, 2)); np.flip(M, np.int64(1)); np.fliplr(M); np.flipud(C)
np.roll(M, 1); np.roll(M, -1, axis=0); np.roll(M, (1, 2), axis=(0, 1)); np.roll(M, [1, 2], [0, 1])
np.roll(M, 1, axis=(0, 1)); np.roll(M, np.int64(1)); np.roll(M, (1, 2), axis=1); np.roll(M, (1, 2))
np.roll(M, np.array([1, 2]), axis=(0, 1)); np.roll(V, 7)
np.rot90(M); np.rot90(M, 2); np.rot90(C, k=-1, axes=(1, 2)); np.rot90(M, 1, [0, 1])
np.pad(M, 1); np.pad(M, (1, 2)); np.pad(M, [1, 2]); np.pad(M, ((1, 0), (0, 2))); np.pad(M, ((1,), (2,)))
np.pad(M, 1, "constant"); np.pad(M, 1, mode="constant", constant_values=2); np.pad(V, np.array([1, 2]))
np.pad(M, 1, constant_values=(1, 2)); np.pad(M, 1, constant_values=((1, 2), (3, 4))); np.pad(M, 0)
np.tril(M); np.triu(M, 1); np.triu(C, k=-1); np.tril(V)
np.tile(V, 2); np.tile(M, (2, 1)); np.tile(M, [1, 2]); np.tile(V, (2, 2)); np.tile(M, np.int64(2)); np.tile(M, ())
np.repeat(M, 2); np.repeat(M, 2, axis=0); np.repeat(M, [1, 2], axis=0); np.repeat(M, np.array([0, 2]), 0)
np.repeat(z, 3); np.repeat(M, [2], 1)
np.concatenate([M, N]); np.concatenate((M, N), axis=1); np.concatenate([M, N], axis=None); np.concatenate(C)
np.concatenate([V, [1, 2]]); np.concatenate([[1.0], V]); np.concatenate([M, N], dtype=np.float32)
np.concatenate([M, N], np.int64(1), None); np.concat([V, W]); np.concatenate([E, M]); np.concatenate([V])
np.stack([V, W]); np.stack((V, W), axis=1); np.stack([V, W], -1); np.stack(M); np.stack([z, 1.0])
np.stack([[1, 2, 3], V]); np.stack([V, W], dtype=np.float32); np.stack([V[0], V[1]])
np.vstack([V, W]); np.vstack((M, V)); np.vstack(M); np.vstack([z, 1.0]); np.vstack([V], dtype=np.float32)
np.hstack([V, W]); np.hstack([M, N]); np.hstack([z, V]); np.hstack([V, 1.0]); np.dstack([V, W]); np.dstack([M, N])
np.column_stack([V, W]); np.column_stack([V, M.T]); np.column_stack([[1, 2, 3], V]); np.column_stack([z, 2])
np.append(V, 1.0); np.append(M, N, axis=0); np.append(V, [1, 2]); np.append([1.0], V); np.append(M, V)
np.append(2.0, z); np.unstack(M); np.unstack(M, axis=1); np.unstack(C, axis=-1)
np.split(V, 3); np.split(M, 2); np.split(M, [1], axis=1); np.split(M, 3, -1); np.split(M, np.array([1]), 0)
np.split(V, (np.int64(1),)); np.split(V, [2, 1]); np.array_split(V, 2); np.array_split(V, 5); np.split(V, 3, 0)
np.array_split(M, [1, 2], 1); np.array_split(V, (1,)); np.hsplit(M, 3); np.hsplit(V, 3); np.hsplit(M, [1])
np.vsplit(M, 2); np.dsplit(C, 2); np.dsplit(C, [1, 3])
np.atleast_1d(z); np.atleast_1d(V); np.atleast_1d(V, z); np.atleast_2d(V); np.atleast_2d(z, M)
np.atleast_3d(V); np.atleast_3d(M); np.atleast_3d(z, C)
np.full_like(M, z); np.full_like(M, V); np.full_like(M, V[0], dtype=np.float32)
np.take(M, 1); np.take(M, [0, 5]); np.take(M, [0, 1], axis=1); np.take(M, [[0, 1]], axis=-1); np.take(M, 1, 1)
np.take(M, np.array([1, 1]), 0); np.take(M, [-1], axis=0); np.take(z, 0)
np.take_along_axis(M, np.array([[0, 2], [1, 1]]), axis=1); np.take_along_axis(M, np.argsort(M, 0), 0)
np.take_along_axis(M, np.array([5, 0]), axis=None); np.take_along_axis(M, np.argmax(M, 1, keepdims=True), 1)
np.compress([True, False], M, axis=0); np.compress([True, False, True], M); np.compress([0, 1], M, 0)
np.compress(V > 0, V); np.compress(V > 0, M, axis=-1)
np.delete(V, 1); np.delete(M, 0, axis=0); np.delete(M, [0, 1], axis=1); np.delete(V, slice(0, 2)); np.delete(M, -1, 1)
np.delete(V, [True, False, False]); np.delete(M, 1); np.delete(V, []); np.delete(M, np.array([0]), 0)
np.sort(M); np.sort(M, axis=0); np.sort(M, axis=None); np.sort(M, kind="stable"); np.sort(M, 0, "heapsort")
np.sort(M, stable=True); np.partition(V, 1); np.partition(M, 1, axis=-1); np.partition(M, 1, axis=None)
np.partition(M, [0, 1])
np.diag(V); np.diag(K); np.diag(V, 1); np.diag(V, k=-1); np.diag(M, 1); np.diag(V, np.int64(1))
np.diagonal(K); np.diagonal(C, 0, 1, 2); np.diagonal(M, offset=-1); np.trace(K); np.trace(M, 1)
np.trace(C, axis1=1, axis2=2); np.trace(K, dtype=np.float32); np.trace(K, 0, 0, 1, None, None)
np.dot(M, V); np.dot(V, W); np.dot(M, 2.0); np.dot(z, V); np.dot(M, N.T); np.dot([1, 2, 3], V); np.dot(C, C[0].T)
np.vdot(V, W); np.vdot(M, N); np.vdot(z, 2.0); np.inner(M, N); np.inner(V, W); np.inner(2.0, V); np.inner(C, C[0])
np.outer(V, W); np.outer(M, V); np.outer(2.0, V); np.kron(V, W); np.kron(K, M); np.kron(M, V); np.kron(2.0, M)
np.tensordot(M, N.T, 1); np.tensordot(M, N); np.tensordot(M, N, ([0, 1], [0, 1])); np.tensordot(M, N, axes=(0, 0))
np.tensordot(V, W, 0); np.tensordot(M, N, axes=np.array([[0, 1], [0, 1]])); np.tensordot(C, M, ((1,), (1,)))
np.einsum("ij->ji", M); np.einsum("ij,kj", M, N); np.einsum("ij, kj -> ik", M, N, optimize=True)
np.einsum("i,i", V, [1, 2, 3]); np.einsum("...j->...", C); np.einsum("ii->i", K); np.einsum("i,i,i", V, V, W)
np.cross(V, W); np.cross(V, [1, 2, 3]); np.cross(M, N, axis=1); np.cross(M, V); np.cross(C, C[::-1], axis=1)
np.linalg.solve(K, V); np.linalg.solve(K, S); np.linalg.solve([[2, 1, 0], [0, 3, 0], [0, 0, 1]], V)
np.linalg.solve(K, [1, 2, 3]); np.linalg.inv(K); np.linalg.det(K); np.linalg.slogdet(K)
np.linalg.slogdet(K).logabsdet; np.linalg.cholesky(S); np.linalg.cholesky(S, upper=True)
np.linalg.eigh(S); np.linalg.eigh(S).eigenvectors; np.linalg.eigvalsh(S); np.linalg.svd(K).S
np.linalg.svd(M, full_matrices=False); np.linalg.svd(M, False); np.linalg.svd(K, compute_uv=False)
np.linalg.svdvals(M); np.linalg.svd(M, False, False); np.linalg.svd(M, compute_uv=False)
np.linalg.norm(V); np.linalg.norm(M); np.linalg.norm(C); np.linalg.norm(z); np.linalg.norm(M, axis=1)
np.linalg.norm(M, 1); np.linalg.norm(M, "fro"); np.linalg.norm(M, 2); np.linalg.norm(M, np.inf)
np.linalg.norm(V, 1); np.linalg.norm(V, 2); np.linalg.norm(V, np.inf); np.linalg.norm(V, -np.inf)
np.linalg.norm(M, axis=(0, 1)); np.linalg.norm(M, None, -1, True); np.linalg.norm(M, keepdims=True)
np.linalg.norm(C, axis=(0, 1)); np.linalg.norm(C, 1, (1, 2)); np.linalg.norm(C, 2, axis=(0, 2), keepdims=True)
np.linalg.norm(M, ord="fro", axis=(1, 0)); np.linalg.norm(M, axis=(1,), ord=1); np.linalg.norm(M, 2, axis=0)
np.linalg.vector_norm(M); np.linalg.vector_norm(M, axis=1); np.linalg.vector_norm(M, ord=1)
np.linalg.vector_norm(M, axis=-1, keepdims=True, ord=np.inf)
np.linalg.matrix_norm(M); np.linalg.matrix_norm(C, ord=1); np.linalg.matrix_norm(M, keepdims=True, ord=2)
np.linalg.matrix_power(K, 3); np.linalg.matrix_power(K, -2); np.linalg.matrix_power(K, np.int64(2))
np.linalg.matrix_power(K, 1); np.linalg.multi_dot([M, K, M.T]); np.linalg.multi_dot([V, K, W])
np.linalg.multi_dot((K, V)); np.linalg.multi_dot([[1, 2, 3], K, V]); np.linalg.matmul(M, V)
np.linalg.vecdot(M, N); np.linalg.vecdot(M, N, axis=0); np.linalg.outer(V, W); np.linalg.cross(V, W)
np.linalg.cross(C, C[::-1], axis=1); np.linalg.trace(C, offset=1); np.linalg.trace(K)
np.linalg.diagonal(C, offset=1); np.linalg.tensordot(M, N); np.linalg.tensordot(M, N, axes=(0, 0))
np.linalg.matrix_transpose(C)
np.add(M, V, dtype=np.float64); np.exp(M, dtype=np.float32); np.exp(M, out=None); np.exp(M, where=True)
np.exp(M, order="K", casting="same_kind", subok=True); np.add(M, V, out=(None,))
np.add.reduce(M); np.add.reduce(M, axis=None); np.add.reduce(M, 1); np.add.reduce(M, axis=(0, 1), keepdims=True)
np.add.reduce(M, dtype=np.float32); np.add.reduce(M, 0, None, None, True); np.add.reduce(V, axis=-1)
np.multiply.reduce(M); np.multiply.reduce(M, axis=None); np.maximum.reduce(M); np.minimum.reduce(M, axis=1)
np.maximum.reduce(M, keepdims=True); np.logaddexp.reduce(M); np.logaddexp.reduce(M, axis=None)
np.add.accumulate(M); np.add.accumulate(M, 1); np.multiply.accumulate(M); np.multiply.accumulate(M, axis=-1)
np.add.outer(V, W); np.multiply.outer(M, V); np.subtract.outer(V, 1.0); np.maximum.outer([0, 1], V)
np.power.outer(abs(V), W); np.subtract.outer(z, M); np.arctan2.outer(V, W)
np.sum(z, axis=0); np.sum(z, axis=()); np.max(z, axis=-1); np.prod(z, 0); np.max(M, axis=()); np.ptp(z, 0)
np.median(M, axis=()); np.sum(M, axis=np.array(0)); np.max(M, axis=(np.int64(0), 1)); np.sort(M, axis=np.int64(0))
np.rot90(M, k=5); np.rot90(M, -1, axes=[1, 0]); np.roll(M, np.array(1)); np.roll(M, (1,), axis=(0,)); np.flip(M, [0, 1])
np.tensordot(M, N, axes=(np.int64(0), np.int64(0))); np.linalg.norm(M, 1, axis=np.int64(0)); np.split(M, np.int64(2))
np.split(M, [1, 1, 5]); np.split(V, [-1]); np.delete(V, slice(None, None, 2)); np.delete(M, [[0, 1]]); np.repeat(M, 0)
np.tile(V, 0); np.pad(z, 0); np.pad(V, ((1, 2),)); np.full_like(M, V[:1]); np.sum(M, axis=-1, keepdims=1); np.cumsum(E, 0)
np.sort(E, 0); np.prod(E); np.outer(E, V); np.kron(E, V); np.dot(E, V); np.tensordot(E, M, ((1,), (1,))); np.vdot(E, E)
np.std(E, axis=1); np.max(E, axis=1); np.median(E, axis=1); np.diff(E); np.take(E, [0, 1], axis=1); np.split(E, 3, 1)
np.linalg.norm(E); np.linalg.norm(E, axis=1); np.broadcast_to(E, (2, 0, 3)); np.trace(E); np.diag(E); np.cross(E, E)
np.einsum("ij,j->i", E, V); np.where(E > 0, E, 1.0); np.meshgrid(E, V); np.logaddexp.reduce(E, axis=1); np.pad(E, 1)
np.sum(M[M > 0]); np.exp(M[..., None])[0]; np.tanh(M @ V + np.array([1.0, 2.0])); np.mean((M - N) ** 2)
np.amax(M, 1); np.amin(M, axis=0); np.conj(M); np.conjugate(M); np.cumulative_sum(V)
np.cumulative_prod(M, axis=1); np.diagflat(V); np.trapezoid(V); np.block([[M, N], [N, M]])
np.nansum(M); np.extract(V > 0, V); np.average(M, axis=0, weights=[1, 2])
np.average(M, weights=abs(N), returned=True); np.diff(V, prepend=0); np.var(M, correction=1)
np.take(M, -1); np.take(M, [0, -1]); np.take(M, []); np.take(V, [True, False, True], axis=0)
np.mean(M, axis=np.array(0)); np.tile(M, np.array([2, 1])); np.full_like(M, z, shape=(3,))
np.linalg.vector_norm(M, keepdims=True); np.linalg.vector_norm(C, axis=(0, 1))
np.meshgrid(V, W, copy=True, sparse=False); np.take(M, [0], 0, None, 'raise')
np.take(M, [0], axis=0, mode='raise'); np.sort(M, order=None); np.sort(M, -1, None, None)
np.partition(V, 1, kind='introselect'); np.astype(M, np.float32, copy=True)
np.astype(M, np.float32, copy=False); np.reshape(M, (3, 2), 'C'); np.ravel(M, 'C'); np.copy(M, 'K')
np.clip(M, 0, 1, None); np.broadcast_to(V, (2, 3), False); np.linalg.eigh(S, 'L')
np.linalg.eigvalsh(S, UPLO='L'); np.linalg.svd(K, True, True, False)
np.sum(M, where=True, initial=0); np.einsum('i,i', V, W, casting='safe')
np.exp(M, casting='unsafe'); np.sinc(x=V); np.real(val=V); np.pad(M, {0: 1}); np.cumsum(z, 0)
np.cumprod(z, 0); np.average(C, axis=(2, 0), weights=abs(C[:, 0].T))
np.diff(M, prepend=N, append=z); np.diff(M, axis=0, append=V[None]); np.trapezoid(M, V)
np.trapezoid(M, axis=0, dx=0.5); np.trapezoid(M, N); np.trapezoid(C, W, axis=1)
np.block([[M], [V]]); np.block([V, z]); np.nansum(M, 0, keepdims=True); np.diagflat(M, 1)
np.extract(M > 0, M)
np.linalg.vector_norm(C, axis=(2, 0), keepdims=True); np.average(M, 1, returned=True)[0]
np.add(M, np.ones(3), dtype=np.float32); np.subtract.outer(np.ones(2), V, dtype=np.float32)
"""


def texts(block):
    found = [text.strip() for line in block.strip().splitlines() for text in line.split(";")]
    return [text for text in found if not (OLD_NUMPY and text in UNKNOWN_TO_OLD_NUMPY)]


def called(text):
    """The names of NumPy's functions in a text."""
    return re.findall(r"np\.((?:linalg\.)?\w+)", text)


def used(text):
    """The names of the arrays in a text."""
    return [name for name in compile(text, "", "eval").co_names if name in ARRAYS]


def said(text, arrays):
    return eval(text, {"np": np, **arrays})


def on_arrays(text, arrays=ARRAYS):
    try:
        return said(text, arrays)
    except (AttributeError, TypeError) as error:
        pytest.skip(f"this NumPy does not have it: {error}")


def on_tensors(text, arrays=ARRAYS, requires_grad=True):
    try:
        return said(text, {n: Tensor(a, requires_grad=requires_grad) for n, a in arrays.items()})
    except Exception as error:
        return pytest.fail(f"{text}: {type(error).__name__}: {error}", pytrace=False)


SINGLE = {name: a.astype(np.float32) for name, a in ARRAYS.items()}
WHOLE = {name: np.rint(10 * a).astype(int) for name, a in ARRAYS.items()}


@pytest.mark.parametrize("text", texts(WORDS))
def test_numpys_words_on_tensors_give_numpys_result_recorded(text):
    expected, result = on_arrays(text), on_tensors(text)
    if isinstance(expected, (list, tuple)):
        assert isinstance(result, list) == isinstance(expected, list)
        assert getattr(result, "_fields", None) == getattr(expected, "_fields", None)
    for r, e in zip(parts(result), parts(expected), strict=True):
        assert type(r) is Tensor
        assert r.requires_grad
        same(r, e, 1e-6 if np.asarray(e).dtype == np.float32 else 1e-13)
    check_dtypes(text)


def check_dtypes(text):
    """Single precision and integers give NumPy's values in NumPy's dtype."""
    for arrays in (SINGLE, WHOLE):
        expected = outcome(said, text, arrays)
        if not isinstance(expected, Exception):  # integers to negative powers, and dtype= of less
            result = on_tensors(text, arrays, requires_grad=False)
            for r, e in zip(parts(result), parts(expected), strict=True):
                assert type(r) is Tensor
                same(r, e, 1e-5 if arrays is SINGLE else 1e-13)


@pytest.mark.parametrize("text", [text for text in texts(WORDS) if "float32" not in text])
def test_numpys_words_have_the_gradient_of_finite_differences(text):
    on_arrays(text)
    names = used(text)

    def function(*tensors):
        result = said(text, {**ARRAYS, **dict(zip(names, tensors, strict=True))})
        return np.concatenate([np.ravel(p) for p in parts(result)])

    check_gradients_or_laws(function, *[ARRAYS[n] for n in names])


MASKS_OF = {name: a > 0 for name, a in ARRAYS.items()}


@pytest.mark.parametrize(
    "text",
    texts("""
        np.sum(M); np.mean(M, 0); np.prod(M, 1); np.cumsum(M); np.max(M, 0); np.std(M); np.median(M); np.sort(M)
        np.dot(M, V); M @ V; M * N; M + N; M / (N + 1); np.where(M, N, 2.5); np.concatenate([M, N]); np.ravel(M)
        np.clip(M, 0, 1); np.maximum(M, N); np.exp(V); np.tile(V, 2); np.take(M, [0], 1); np.linalg.inv(K + np.eye(3))
        np.copy(M); np.real(M); np.diff(M); np.vecdot(M, N); np.linalg.eigvalsh(S)
    """),
)
def test_masks_as_tensors_give_numpys_values(text):
    result = on_tensors(text, MASKS_OF, requires_grad=False)
    assert type(result) is Tensor
    same(result, said(text, MASKS_OF), 1e-13)


def test_every_recorded_function_is_tried():
    tried = {name for block in (WORDS, CONSTANT) for text in texts(block) for name in called(text)}
    assert set(RECORDED) - tried - set(NAMES.values()) - {"astype"} == set()


# --- what is wrong for an array is wrong for a tensor ------------------------------------------------

WRONG = """
np.concatenate([M, V]); np.stack([M, V]); np.split(V, 2); np.array_split(V, 0)
np.dot(M, M); np.dot(V, M); np.vdot(V, M); np.inner(V, C); np.tensordot(M, M, 1); np.cross(V, 2.0)
np.reshape(M, 5); np.reshape(M, (-1, -1)); np.transpose(M, (0,)); np.transpose(M, (0, 0))
np.squeeze(M, 0); np.squeeze(M, 7); np.expand_dims(M, 5); np.expand_dims(M, (0, 0)); np.swapaxes(M, 0, 5)
np.moveaxis(M, 5, 0); np.moveaxis(M, [0, 0], [0, 1]); np.broadcast_to(V, (2,)); np.matrix_transpose(V)
np.sort(z); np.sort(V, 3); np.partition(V, 5); np.sum(M, axis=5); np.sum(M, axis=(0, 0)); np.cumsum(M, 5)
np.sum(M, axis=[0]); np.sum(M, axis=0.5); np.sum(M, keepdims="no"); np.max(E); np.min(E, axis=0); np.ptp(E)
np.unstack(z); np.unstack(M, axis=5); np.fliplr(V); np.flipud(z); np.flip(M, 2); np.flip(M, (0, 0)); np.rot90(V)
np.diag(C); np.diag(z); np.diag(V, 1.5); np.diagonal(V); np.trace(V); np.trace(M, 0, 1, 1); np.tril(z)
np.take(M, 99); np.take(M, [0], axis=0.5); np.take_along_axis(M, np.array([0]), 1); np.delete(V, 9)
np.take_along_axis(V, np.array([0.5]), 0); np.delete(M, 0, 5); np.compress([True] * 9, V); np.repeat(V, -1)
np.repeat(V, [1, 2]); np.tile(V, -1); np.roll(M, 1, 5); np.roll(M, (1, 2, 3), (0, 1)); np.pad(M, -1)
np.pad(V, 1.5); np.round(M, 1.5); np.clip(M, "a", 1); np.full_like(V, [1, 2]); np.broadcast_arrays(V, V[:2])
np.average(V, weights=[1, 2]); np.average(M, weights=V); np.where(V > 0, V); np.where(V > 0, V, M[:, :2])
np.select([V > 0], [V, W]); np.column_stack([V, M]); np.vstack([V, V[:2]]); np.hstack([V, M]); np.append(M, V, 0)
np.stack(z); np.concatenate(V); np.hsplit(z, 1); np.dsplit(M, 1); np.hsplit(V, 2); np.einsum("ij", V)
np.einsum("ii", M); np.einsum("i,i", V, M); np.matmul(z, V); np.matmul(V, 2.0); np.vecmat(V, V)
np.vecdot(V, M[:, :2]); np.linalg.trace(V); np.linalg.diagonal(V); np.linalg.svd(V); np.linalg.solve(M, V)
np.linalg.inv(M); np.linalg.inv(0 * K); np.linalg.cholesky(-S); np.linalg.cholesky(M); np.linalg.eigh(M)
np.linalg.det(M); np.linalg.slogdet(V); np.linalg.eigvalsh(V); np.linalg.svdvals(V); np.linalg.matrix_norm(V)
np.linalg.norm(M, axis=5); np.linalg.norm(M, 3); np.linalg.vector_norm(V, axis=3); np.linalg.cross(V[:2], V[:2])
np.linalg.matrix_power(M, 2); np.linalg.matrix_power(K, 1.5); np.linalg.multi_dot([K, M, M])
np.astype(M, "nonsense"); np.exp(V, dtype=object); np.exp(V, dtype=int); np.add(V, 1, dtype=int)
np.polyval(z, 2.0); np.nan_to_num(V, nan="a"); np.var(V, ddof="a"); np.max(V, axis="a"); np.add.reduce(M, 5)
np.median(M, axis=5); np.take(M, [0], axis=5); np.take(M, [0], axis=-3); np.repeat(M, 2, axis=5)
np.compress([True, False], M, axis=4); np.diff(M, axis=5); np.tensordot(M, M, axes=([5], [5]))
np.linalg.norm(M, 1, (0, 5)); np.linalg.norm(M, 2, (0, 5)); np.diff(V, -1)
np.linalg.matrix_power(V, 2); np.linalg.matrix_power(M, 1); np.linalg.norm(V, 'fro')
np.linalg.outer(M, V); np.linalg.multi_dot([M]); np.meshgrid(V, W, indexing='x'); np.vsplit(V, 1)
np.vecdot(z, z); np.compress([[True]], V); np.select([V], [W]); np.sort(V, kind='nonsense')
np.average(V, weights=[1, -1, 0]); np.sum(M, where=True, initial=V)
np.partition(V, 1, kind='nonsense'); np.extract([True] * 4, V); np.cumulative_sum(M)
np.block([[V], V]); np.block([[], []])
"""


@pytest.mark.parametrize("text", texts(WRONG))
def test_what_numpy_refuses_for_arrays_is_refused_for_tensors(text):
    refused = outcome(said, text, ARRAYS)
    assert isinstance(refused, Exception)
    if "module 'numpy" in str(refused):
        pytest.skip("this NumPy does not have it")
    error = outcome(said, text, {n: leaf(a) for n, a in ARRAYS.items()})
    assert isinstance(error, (TypeError, ValueError, IndexError))
    assert str(error)


@pytest.mark.parametrize(
    "text",
    texts("""
        np.hsplit(z, 1); np.dsplit(M, 1); np.linalg.svd(V); np.delete(M, 0, 5); np.split(M, [1], axis=2)
        np.cross(M, M, axis=5); np.linalg.matrix_power(K, 1.5); np.diff(z); np.repeat(z, 2, 0)
        np.take(M, 99); np.select([V > 0], [V, W])
    """),
)
def test_an_error_names_the_function_or_the_shape(text):
    error = outcome(said, text, {n: leaf(a) for n, a in ARRAYS.items()})
    name = called(text)[0].split(".")[-1]
    assert name in str(error) or "(2, 3)" in str(error)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("np.linalg.inv(0 * K)", np.linalg.LinAlgError),
        ("np.linalg.cholesky(-S)", np.linalg.LinAlgError),
        ("np.sum(M, axis=5)", np.exceptions.AxisError),
        ("np.sort(V, 3)", np.exceptions.AxisError),
    ],
)
def test_an_error_can_be_caught_as_numpys(text, kind):
    assert isinstance(outcome(said, text, ARRAYS), kind)
    assert isinstance(outcome(said, text, {n: leaf(a) for n, a in ARRAYS.items()}), kind)


# --- any kind of number on either side -----------------------------------------------------------------

PARTNERS = {
    "float64 array": np.array([2.0, 3.0]), "float32 array": np.array([2.0, 3.0], np.float32),
    "int array": np.array([2, 3]), "int8 array": np.array([2, 3], np.int8), "bool array": np.array([True, True]),
    "row": np.array([[2.0], [3.0], [4.0]]), "one": np.array([2.0]), "none": np.zeros((0, 1)),
    "0-d float64": np.array(2.0), "0-d float32": np.array(2.0, np.float32), "0-d int": np.array(2),
    "np.float64": np.float64(2.0), "np.float32": np.float32(2.0), "np.float16": np.float16(2.0),
    "np.int64": np.int64(2), "np.int8": np.int8(2), "np.bool": np.True_,
    "float": 2.0, "int": 2, "bool": True, "list": [2.0, 3.0], "tuple": (2, 3),
}  # fmt: skip
DTYPES = {"float64": np.float64, "float32": np.float32}
partners = pytest.mark.parametrize("partner", PARTNERS.values(), ids=PARTNERS)
dtypes = pytest.mark.parametrize("dtype", DTYPES.values(), ids=DTYPES)

OPERATORS = [operator.add, operator.sub, operator.mul, operator.truediv, operator.pow, operator.mod,
             operator.floordiv, divmod]  # fmt: skip
COMPARISONS = [operator.eq, operator.ne, operator.lt, operator.le, operator.gt, operator.ge, np.equal,
               np.not_equal, np.less, np.less_equal, np.greater, np.greater_equal]  # fmt: skip
BINARY = re.findall(
    r"\w+",
    """
    add subtract multiply true_divide power float_power maximum minimum fmax fmin remainder fmod
    floor_divide copysign hypot arctan2 logaddexp logaddexp2 divmod
""",
)


@partners
@dtypes
def test_operators_take_any_number_or_array_on_either_side(dtype, partner):
    array, t = np.array([1.5, 2.5], dtype), leaf(np.array([1.5, 2.5], dtype))
    for f in OPERATORS:
        if OLD_NUMPY and f is operator.pow and isinstance(np.asarray(partner)[()], np.generic):
            continue  # there array ** number leaves out the number's dtype, unlike np.power
        for result, expected in (
            (f(t, partner), f(array, partner)),
            (f(partner, t), f(partner, array)),
        ):
            for r, e in zip(parts(result), parts(expected), strict=True):
                assert type(r) is Tensor
                assert r.requires_grad
                same(r, e)


@partners
@dtypes
def test_comparisons_with_any_number_or_array_give_boolean_arrays(dtype, partner):
    array, t = np.array([2.0, 2.5], dtype), leaf(np.array([2.0, 2.5], dtype))
    for f in COMPARISONS:
        for result, expected in (
            (f(t, partner), f(array, partner)),
            (f(partner, t), f(partner, array)),
        ):
            assert type(result) is np.ndarray
            assert result.dtype == bool
            same(result, expected)


@partners
@dtypes
def test_numpys_functions_take_any_number_or_array_on_either_side(dtype, partner):
    array = np.array([1.5, 2.5], dtype)
    for name in BINARY:
        function = getattr(np, name)
        for call in (lambda x, f=function: f(x, partner), lambda x, f=function: f(partner, x)):
            t, expected = leaf(array), call(array)
            result = call(t)
            for r, e in zip(parts(result), parts(expected), strict=True):
                assert type(r) is Tensor
                same(r, e)
            (g,) = gradients(np.sum(parts(result)[-1]), [t])
            assert (g.dtype, g.shape) == (dtype, (2,))


@dtypes
def test_numbers_without_axes_keep_numpys_dtype(dtype):
    for partner in [p for p in PARTNERS.values() if np.ndim(p) == 0]:
        for f in OPERATORS[:5]:
            result, expected = f(partner, leaf(dtype(1.5))), f(partner, np.array(1.5, dtype))
            assert type(result) is Tensor
            same(result, expected)


@pytest.mark.parametrize(
    "left", [np.eye(2), np.eye(2, dtype=np.float32), [[1, 2], [3, 4]], np.ones(2, int)]
)
def test_matrix_products_take_an_array_on_either_side(left):
    t = leaf([[1.0, 2.0], [3.0, 4.0]])
    for f in (operator.matmul, np.matmul, np.dot, np.inner):
        for result, expected in ((f(left, t), f(left, t.data)), (f(t, left), f(t.data, left))):
            assert type(result) is Tensor
            assert result.requires_grad
            same(result, expected)


@pytest.mark.parametrize(
    "other",
    [1j, np.array([1j, 1]), "a", np.array(["a", "b"]), None, {1}, np.array([1, 2], object),
     np.datetime64("2020-01-01"), np.ma.masked_array([1.0, 2.0])], ids=repr,
)  # fmt: skip
def test_what_is_no_real_number_is_refused(other):
    for f in (operator.add, operator.mul, np.maximum):
        with pytest.raises(TypeError, match=r"expected real numbers|masked array"):
            f(leaf([1.0, 2.0]), other)


@pytest.mark.parametrize(
    "other",
    [1j, np.array([1j, 1]), "a", np.array(["a", "b"]), None, {1}, np.array([1, 2], object),
     np.datetime64("2020-01-01")], ids=repr,
)  # fmt: skip
def test_what_is_no_real_number_is_refused_on_the_left_too(other):
    for f in (operator.add, operator.mul, np.maximum):
        with pytest.raises(TypeError, match="expected real numbers"):
            f(other, leaf([1.0, 2.0]))


@pytest.mark.filterwarnings("ignore:the matrix subclass")
def test_the_product_with_a_numpy_matrix_is_numpys_or_refused():
    matrix, array = np.matrix([[1.0, 2.0], [3.0, 4.0]]), 2 * np.eye(2)
    result = outcome(operator.mul, matrix, leaf(array))
    assert isinstance(result, Exception) or np.array_equal(value(result), matrix * array)


MASKED = np.ma.masked_array([1.0, 2.0], [True, False])


@pytest.mark.parametrize(
    "call",
    [
        lambda t: MASKED + t,
        lambda t: MASKED * t,
        lambda t: np.ma.getdata(t),
        lambda t: np.ma.add(np.ones(2), t),
        lambda t: np.ma.exp(t),
        lambda t: np.ma.where([True, False], t, 0),
        lambda t: np.ma.concatenate([t, t]),
        lambda t: np.ma.median(t),
    ],
)
def test_masked_arrays_do_not_lose_the_gradient(call):
    with pytest.raises(TypeError):
        call(leaf([1.0, 2.0]))


@pytest.mark.parametrize(
    "text", ["np.ma.array(V)", "np.ma.sum(V)", "np.ma.mean(V)", "np.ma.dot(V, W)"]
)
def test_functions_of_masked_arrays_refuse_tensors(text):
    with pytest.raises(TypeError, match="would lose its gradient"):
        said(text, {n: leaf(a) for n, a in ARRAYS.items()})


# --- constants and answers ------------------------------------------------------------------------------

CONSTANT = """
np.zeros_like(M); np.ones_like(M); np.full_like(M, 2.0); np.zeros_like(M, dtype=int)
np.zeros_like(M, shape=(2,)); np.ones_like(M, None, order="K", subok=True); np.full_like(M, 3, dtype=int)
np.full_like(M, [1, 2, 3]); np.ones_like(z); np.zeros_like(E); np.full_like(V, 2, np.float32)
np.ones_like(M, np.float32); np.linalg.matrix_power(K, 0); np.empty_like(M) * 0
"""

ANSWERED = """
np.equal(M, N); np.not_equal(M, V); np.less(M, 1); np.less_equal(0, M); np.greater(M, N); np.greater_equal(M, 0)
np.isnan(M); np.isinf(M); np.isfinite(M); np.signbit(M); np.logical_and(M, N); np.logical_or(M, 0)
np.logical_xor(M, N); np.logical_not(M); np.shape(M); np.ndim(M); np.size(M); np.size(M, 0); np.all(M)
np.all(M, axis=0, keepdims=True); np.any(M > 9, axis=0); np.any(M, 1); np.argmax(M); np.argmax(M, axis=1)
np.argmax(M, 0, None); np.argmin(M, 0, keepdims=True); np.nanargmax(M); np.nanargmin(M, axis=1); np.argsort(M)
np.argsort(M, 0, "stable"); np.argsort(M, axis=None); np.argpartition(V, 1); np.argwhere(M > 0); np.argwhere(M)
np.lexsort((V, W)); np.nonzero(M); np.flatnonzero(M); np.count_nonzero(M, axis=0)
np.searchsorted(np.sort(V), 1.0); np.searchsorted([0.0, 1.0], V, side="right"); np.digitize(M, [0.0, 1.0])
np.digitize(0.5, np.sort(V)); np.isclose(M, N); np.isclose(M, M + 1e-9, atol=1e-6); np.allclose(M, M)
np.allclose(M, N, rtol=1e-2); np.array_equal(M, M); np.array_equal(M, np.ones((2, 3))); np.array_equiv(M, M)
np.isin(M, [0.3, 2.1]); np.isin(V, V[:1], invert=True); np.isreal(M); np.iscomplex(M); np.isrealobj(M)
np.iscomplexobj(M); np.isposinf(M); np.isneginf(M); np.result_type(M, np.float32); np.can_cast(M.dtype, int)
np.can_cast(M, float); np.common_type(M, N); np.min_scalar_type(M); np.may_share_memory(M, N)
np.shares_memory(M, M); np.array_repr(M); np.array_str(M); np.array2string(M, precision=1)
np.diag_indices_from(K); np.tril_indices_from(K, k=1); np.triu_indices_from(M)
np.einsum_path("ij,kj", M, N, optimize="greedy"); np.linalg.matrix_rank(K); np.linalg.matrix_rank(M, tol=0.1)
np.where(M > 1); np.where(V); np.isscalar(z); np.iterable(V)
"""


@pytest.mark.parametrize("text", texts(CONSTANT))
def test_arrays_like_a_tensor_are_constant_tensors(text):
    result = on_tensors(text)
    assert type(result) is Tensor
    assert not result.requires_grad
    same(result, on_arrays(text))


@pytest.mark.parametrize("text", texts(ANSWERED))
def test_masks_orders_and_shapes_are_numpys_own_answers(text):
    expected, result = on_arrays(text), on_tensors(text)
    assert type(result) is type(expected)
    if isinstance(expected, (np.ndarray, tuple)) and "path" not in text:
        np.testing.assert_array_equal(result, expected)
    else:
        assert result == expected
    for p in parts(result):
        assert not isinstance(p, Tensor)
        assert not holds_floats(p), "which would carry a gradient"


def test_every_answer_is_tried():
    tried = {name for text in texts(ANSWERED) for name in called(text)}
    assert set(table.ANSWERED) - tried == set()


def test_the_edges_of_a_histogram_have_a_gradient_and_so_are_no_answer():
    assert "histogram_bin_edges" not in table.ANSWERED


def test_masks_and_positions_may_be_tensors_too():
    mask, order = Tensor([True, False, True]), Tensor([2, 0, 0])
    for text in texts("""
        np.where(mask, V, 0); np.compress(mask, V); np.select([mask], [V], W); np.delete(V, mask); V[mask]
        np.take(V, order); np.take_along_axis(V, order, 0); np.delete(V, order); np.repeat(V, order); V[order]
        np.where(mask)[0] + V[:2]; np.roll(V, order[0]); V[order[1] : order[0]]; np.split(V, order[:1])[0]
    """):
        result = said(
            text, {"V": leaf(ARRAYS["V"]), "W": ARRAYS["W"], "mask": mask, "order": order}
        )
        same(result, said(text, {**ARRAYS, "mask": mask.data, "order": order.data}))
        assert result.requires_grad
    array = np.arange(3.0)
    assert array[order].tolist() == [2, 0, 0]
    assert array[mask].tolist() == [0, 2]
    assert np.where(mask, 1.0, 0.0).tolist() == [1, 0, 1], "nothing here requires a gradient"


# --- settings: recorded right, or named in the error ---------------------------------------------------

REFUSED_SETTINGS = {
    "np.sum(M, where=M > 0)": "np.sum.*where=",
    "np.sum(M, initial=1.0)": "np.sum.*initial=1.0",
    "np.max(M, axis=0, initial=2.0)": "np.max.*initial=2.0",
    "np.mean(M, where=[True, False, True])": "np.mean.*where=",
    "np.exp(M, where=M > 0)": "np.exp.*where=",
    "np.exp(M, signature='d->d')": "np.exp.*signature=",
    "np.add(M, V, order='F')": "np.add.*order='F'",
    "np.add(M, V, casting='no')": "np.add.*casting='no'",
    "np.add.reduce(M, initial=1)": "np.add.reduce.*initial=1",
    "np.add.reduce(M, where=M > 0)": "np.add.reduce.*where=",
    "np.maximum.reduce(M, initial=0.0)": "np.maximum.reduce.*initial=0.0",
    "np.matmul(M, M.T, axes=[(0, 1)] * 3)": "np.matmul.*axes=",
    "np.vecdot(V, W, keepdims=True)": "np.vecdot.*keepdims=True",
    "np.reshape(M, (3, 2), order='F')": "np.reshape.*order='F'",
    "np.ravel(M, order='F')": "np.ravel.*order='F'",
    "np.take(M, 7, mode='wrap')": "np.take.*mode='wrap'",
    "np.meshgrid(V, W, sparse=True)": "np.meshgrid.*sparse=True",
    "np.cross(C, C, axisa=1)": "np.cross.*axisa=1",
    "np.pad(M, 1, 'edge')": "pad: mode='edge'",
    "np.pad(M, 1, mode='reflect')": "pad: mode='reflect'",
    "np.nan_to_num(M, copy=False)": "copy=False",
    "np.linalg.eigh(S, UPLO='U')": "np.linalg.eigh.*UPLO='U'",
    "np.linalg.svd(M)": "full_matrices=False",
    "np.linalg.norm(V, 3)": "norm: ord=3",
    "np.linalg.norm(M, 'nuc')": "norm: ord='nuc'",
    "np.einsum(M, [0, 1], [1, 0])": "einsum: expected the letters as text first",
    "np.zeros_like(M, order='F')": "np.zeros_like.*order='F'",
    "np.sum(M, dtype=int)": "int64, which carries no gradient.*detach",
    "np.astype(M, complex)": "complex128, which carries no gradient.*detach",
}


@pytest.mark.parametrize(("text", "message"), REFUSED_SETTINGS.items())
def test_a_setting_that_is_not_recorded_is_named_and_never_ignored(text, message):
    with pytest.raises((TypeError, ValueError), match=message):
        said(text, {n: leaf(a) for n, a in ARRAYS.items()})


NOT_METHODS = """
np.subtract.reduce(M); np.divide.reduce(M); np.hypot.reduce(V); np.fmax.reduce(V); np.maximum.accumulate(M)
np.logaddexp.accumulate(V); np.add.reduceat(V, [0, 1]); np.add.at(V, [0], 1.0); np.subtract.at(V, [0], 1.0)
np.add.at(np.zeros(3), [0], z); np.multiply.reduceat(V, [0])
"""


@pytest.mark.parametrize("text", texts(NOT_METHODS))
def test_a_method_of_a_ufunc_that_does_not_record_says_so(text):
    name = ".".join(text.split("(")[0].split(".")[:3])
    with pytest.raises(TypeError, match=rf"{name} does not record on tensors;.*tensor\.detach\(\)"):
        said(text, {n: leaf(a) for n, a in ARRAYS.items()})


@pytest.mark.parametrize(
    "text",
    ["np.less.outer(V, W)", "np.logical_and.reduce(M)", "np.logical_or.reduce(M, axis=1)", "np.isnan(M, where=True)",
     "np.isnan(M, out=np.zeros((2, 3), bool))", "np.equal(M, N, dtype=bool)", "np.isfinite(M, casting='safe')"],
)  # fmt: skip
def test_ufuncs_that_answer_do_so_with_settings_and_in_their_methods(text):
    same(on_tensors(text), on_arrays(text))


# --- every function that NumPy lets one override -------------------------------------------------------


def full_name(function):
    module = getattr(function, "__module__", None) or "numpy"
    return f"{module}.{function.__name__}".replace("numpy", "np", 1)


def is_public(function):
    found = np
    for part in full_name(function).split(".")[1:]:
        found = getattr(found, part, None)
    return found is function


OVERRIDABLE = {
    full_name(function): function
    for function in (
        overrides.get_overridable_numpy_array_functions() | overrides.get_overridable_numpy_ufuncs()
    )
    if is_public(function)
    and "recfunctions" not in full_name(function)
    and full_name(function) != "np.tri"  # its arguments are sizes
}

ATTEMPTS = [
    lambda f, t, u: f(t),
    lambda f, t, u: f(t, t),
    lambda f, t, u: f(t, t, t),
    lambda f, t, u: f(t, t, t, 0),
    lambda f, t, u: f(t, 1),
    lambda f, t, u: f(t, [0, 1, 2]),
    lambda f, t, u: f(t, 0, 1),
    lambda f, t, u: f(t, axis=0),
    lambda f, t, u: f([t, t]),
    lambda f, t, u: f([[t]]),
    lambda f, t, u: f([t, t.data]),
    lambda f, t, u: f(u),
    lambda f, t, u: f(u, u),
    lambda f, t, u: f(u, u, u),
    lambda f, t, u: f(u, 1),
    lambda f, t, u: f([u, u]),
    lambda f, t, u: f(u[0]),
    lambda f, t, u: f(u[0], u[1]),
    lambda f, t, u: f(2, like=t),
    lambda f, t, u: f([1.0], like=t),
    lambda f, t, u: f(2, 1.0, like=t),
    lambda f, t, u: f(b"12345678", like=t),
    lambda f, t, u: f([1.0], float, like=t),
    lambda f, t, u: f("1 2", sep=" ", like=t),
    lambda f, t, u: f(lambda i: i, (2,), like=t),
    lambda f, t, u: f(["1"], like=t),
]

ELSEWHERE = """
np.apply_along_axis(np.sum, 0, M); np.apply_over_axes(np.sum, M, [0]); np.interp([0.5], [0.0, 1.0, 2.0], V)
np.interp([0.5], V, [0.0, 1.0, 2.0]); np.linspace(0.0, z, 3); np.logspace(0.0, z, 3); np.geomspace(1.0, z, 3)
np.insert(np.ones(3), 0, z); np.bincount([0, 1, 2], weights=V)
np.histogram([1.0, 2.0, 3.0], weights=V); np.piecewise(V, [V > 0], [1.0]); np.choose([0, 1, 0], [V, W, V])
np.convolve([1.0, 2.0], V); np.correlate([1.0, 2.0], V); np.cov([1.0, 2.0, 3.0], V); np.nextafter(1.0, V)
np.percentile(V, 50); np.quantile([1.0, 2.0], z / 2); np.heaviside(1.0, V)
np.gradient([1.0, 2.0, 3.0], V); np.linalg.lstsq(np.eye(3), V)
np.linalg.tensorsolve(np.eye(3), V); np.polyfit([1.0, 2.0, 3.0], V, 1); np.polydiv([1.0, 2.0], V); np.ldexp(V, 2)
np.union1d([1.0], V); np.frompyfunc(abs, 1, 1)(V); np.vectorize(abs)(V); np.unwrap(V)
np.nditer([V]); np.broadcast(V, W); list(np.ndenumerate(V)); np.r_[V, W]; np.c_[V, W]; np.full(3, V); np.arange(z)
np.array([V, W]); np.array([z, 1.0]); np.array([z, z], dtype=object); np.asarray([z], float); np.sum([V, W])
np.exp([z, 1.0]); np.add([z], 1); np.random.default_rng(0).normal(V); np.select([[True]], [[1.0]], z); np.polyval([z], 1.0)
np.pad(np.ones(2), 1, constant_values=z); np.linalg.solve(np.eye(2), [z, z]); np.fill_diagonal(np.eye(3), V)
np.full_like(np.ones(3), V); np.float32(z); np.int64(z); np.complex128(z); np.nan_to_num(np.ones(3), nan=z)
np.ones(3).dot(V); np.ones(3)[V]; np.ones(3)[z]; np.ones(3).searchsorted(V)
"""


def tries(function):
    """What comes of every attempt, on tensors whose values cannot be changed by it."""
    for attempt in ATTEMPTS:
        t, u = leaf([[2.0, 0.5, 0.1], [0.5, 3.0, 0.2], [0.1, 0.2, 4.0]]), leaf([1.0, 2.0, 3.0])
        t.data.flags.writeable = u.data.flags.writeable = False
        yield outcome(attempt, function, t, u)


def holds_floats(result):
    """Whether there are numbers in a result, bare or as objects, that would have a gradient."""
    return any(
        isinstance(p, float)
        or (isinstance(p, (np.ndarray, np.generic)) and p.dtype.kind not in "biuU")
        for p in parts(result)
    )


SILENT = {
    "np.fromiter": "NumPy asks each element for float(tensor), as a user does who wants the value",
}


def functions(listed, faults):
    wrong = {n: pytest.mark.xfail(strict=True, reason=why) for n, why in faults.items()}
    return pytest.mark.parametrize(
        "name", [pytest.param(n, marks=wrong.get(n, ())) for n in listed]
    )


@functions(sorted(OVERRIDABLE), SILENT)
def test_no_function_of_numpy_loses_a_gradient_silently(name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for result in tries(OVERRIDABLE[name]):
        if not isinstance(result, Exception):
            assert not holds_floats(result)
        elif OVERRIDABLE[name] in FUNCTIONS and name != "np.unstack":  # whose lists NumPy refuses
            assert isinstance(result, (TypeError, ValueError, IndexError))
    assert not list(tmp_path.iterdir())


@functions(sorted(n for n, f in OVERRIDABLE.items() if f not in FUNCTIONS and f not in ANSWERS), {})
def test_what_is_in_no_table_says_its_name_and_what_to_write(name):
    elsewhere = [t for t in texts(ELSEWHERE) if name.removeprefix("np.") in called(t)]
    results = [outcome(said, text, {n: leaf(a) for n, a in ARRAYS.items()}) for text in elsewhere]
    results += tries(OVERRIDABLE[name])
    messages = [str(r) for r in results if isinstance(r, TypeError)]
    pattern = rf"{re.escape(name)} does not record on tensors; .*autograd_nn.*tensor\.detach\(\)"
    assert any(re.match(pattern, m) for m in messages)


@pytest.mark.parametrize("text", texts(ELSEWHERE))
def test_a_tensor_in_another_place_is_not_lost_either(text):
    result = outcome(said, text, {n: leaf(a) for n, a in ARRAYS.items()})
    assert isinstance(result, (TypeError, IndexError))
    assert re.search(
        r"would lose its gradient; write|does not record on tensors|flagged as writeable",
        str(result),
    )


@pytest.mark.xfail(
    strict=True, reason="NumPy asks for float(tensor), as a user does who wants the value"
)
@pytest.mark.parametrize(
    "call",
    [
        lambda t: np.float64(t),
        lambda t: np.fromiter([t, t], float),
        lambda t: np.zeros(3).fill(t),
        lambda t: operator.setitem(np.zeros(3), 0, t),
        lambda t: np.zeros(3).__setitem__(0, t),
    ],
)
def test_conversions_by_way_of_float_are_not_silent(call):
    with pytest.raises((TypeError, ValueError)):
        call(leaf(2.0))


@pytest.mark.parametrize(
    ("function", "nearest"),
    [("percentile", "sort"), ("interp", "where"), ("convolve", "conv2d"), ("heaviside", "greater"),
     ("bincount", "scatter_add"), ("linalg.pinv", "solve"), ("linalg.qr", "svd"), ("linalg.eig", "eigh"),
     ("nanmean", "mean"), ("nanprod", "prod"), ("insert", "concatenate"), ("unique", "sort")],
)  # fmt: skip
def test_the_nearest_operation_is_named_and_is_one(function, nearest):
    assert nearest in ops.__all__
    message = advice(attrgetter(function)(np))
    assert message.startswith(f"np.{function} does not record")
    assert f"records is autograd_nn.ops.{nearest};" in message


@pytest.mark.parametrize("function", ["imag", "linalg.cond", "frexp", "ldexp", "apply_along_axis"])
def test_an_operation_that_is_not_near_is_not_named(function):
    assert "nothing near it" in advice(attrgetter(function)(np))


# --- what would be lost: errors that say what to write ----------------------------------------------------

OUT = r"out= cannot hold a recorded result.*write new = … without out="
IN_PLACE = r"an array cannot hold a recorded result.*write array = array \+ tensor"
ARRAY = r"an array made of .* would lose its gradient; write tensor\.data for the values, tensor\.detach\(\) .*np\.stack"
ELEMENT = (
    r"array\[…\] = t would keep the value and lose the gradient.*np\.stack\(list\).*float\(tensor\)"
)
LEAF = (
    r"w: an in-place operator on a leaf.*write leaf\.data \+= …, to compute on write b = leaf \+ …"
)
GRAPH = r"part of a recorded graph.*write a = a \+ … instead of a \+= …"
ASSIGNED = r"elements cannot be assigned to.*write leaf\.data = ….*ops\.where\(mask, new, old\)"
NO_FUNCTION = r"does not record on tensors; .*autograd_nn\.ops\..*; take the values with tensor\.detach\(\)\.data"

LOST = [
    *[(f"a {o}= w", rf"np\.{n}: {IN_PLACE}") for o, n in [
        ("+", "add"), ("-", "subtract"), ("*", "multiply"), ("/", "divide"), ("**", "power"),
        ("//", "floor_divide"), ("%", "remainder"), ("@", "matmul")]],
    ("a += t", IN_PLACE), ("a[:2] += w[:2]", IN_PLACE), ("m[0] += w", IN_PLACE),
    ("a[0] = t", ELEMENT), ("a[-1] = t * 2", "would keep the value"), ("m[1, 2] = t", ELEMENT), ("a[i] = t", ARRAY),
    ("a[0], a[1] = t, t", ELEMENT), ("a[0] = w[1]", "would keep the value"), ("a[0] += t", "would keep the value"),
    ("a[0] = t[None]", ""), ("m[0][1] = t", ELEMENT), ("a.flat[0] = t", "Error setting"),
    ("a[:] = w", ARRAY), ("a[...] = t", ARRAY), ("a[1:2] = t", ARRAY), ("a[a > 0] = t", ARRAY),
    ("a[[0, 1]] = t", ARRAY), ("m[0] = w", ARRAY), ("m[:, 0] = w[:2]", ARRAY), ("a[:] = [t, t, t]", ARRAY),
    ("a.flat = w", ARRAY), ("a.put(0, t)", ARRAY), ("a.put([0, 1, 2], w)", ARRAY),
    ("np.asarray(w)", ARRAY), ("np.array(w)", ARRAY), ("np.array([w, w])", ARRAY), ("np.asanyarray(w)", ARRAY),
    ("np.array([t, t])", ARRAY), ("np.array([[t, 1.0], [2.0, t]])", ARRAY), ("np.array(w, dtype=object)", ARRAY),
    ("np.ascontiguousarray(w)", ARRAY), ("np.asarray(w, dtype=np.float32)", ARRAY), ("np.array(w, copy=False)", ARRAY),
    ("np.fill_diagonal(m, t)", ARRAY), ("np.fill_diagonal(k, 1.0)", NO_FUNCTION), ("np.copyto(a, w)", NO_FUNCTION),
    ("np.copyto(w, a)", NO_FUNCTION), ("np.put(a, [0], t)", NO_FUNCTION), ("np.put(w, [0], 1.0)", NO_FUNCTION),
    ("np.place(a, a == 0, t)", NO_FUNCTION), ("np.place(w, a == 0, 1.0)", NO_FUNCTION),
    ("np.putmask(a, a == 0, w)", NO_FUNCTION), ("np.putmask(w, a == 0, 1.0)", NO_FUNCTION),
    ("np.put_along_axis(m, i[None], w[None, :1], 1)", NO_FUNCTION), ("np.put_along_axis(w, i, 1.0, 0)", NO_FUNCTION),
    ("np.add.at(a, [0], t)", r"np\.add\.at does not record"), ("np.add.at(w, [0], 1.0)", r"np\.add\.at does not record"),
    *[(f"w {o}= 1.0", LEAF) for o in ("+", "-", "*", "/", "**", "//", "%")], ("w @= m.T", LEAF), ("w += a", LEAF),
    *[(f"y {o}= 1.0", GRAPH) for o in ("+", "-", "*", "/", "**", "//", "%")], ("y @= m.T", GRAPH), ("y -= a", GRAPH),
    ("w[0] = 1.0", ASSIGNED), ("w[:] = a", ASSIGNED), ("y[a > 0] = 0.0", ASSIGNED), ("y[0] = t", ASSIGNED),
    ("w[0] += 1.0", GRAPH), ("w.T[0] = 1.0", ASSIGNED), ("c[0] = 1.0", ASSIGNED), ("y[0][1] = 2", "cannot be assigned"),
    *[(f"{text}", OUT) for text in (
        "np.exp(w, out=a)", "np.exp(w, a)", "np.exp(w, out=(a,))", "np.exp(a, out=w)", "np.exp(a, w)", "np.exp(a, out=c)",
        "np.add(w, 1, a)", "np.add(a, 1, out=y)", "np.divmod(w, 2, out=(a, a))", "np.divmod(a, 2, w, None)",
        "np.sum(w, out=m[0, 0])", "np.sum(m, 0, out=w)", "np.sum(w, 0, None, m[0])", "np.mean(m, 0, out=w)",
        "np.max(m, 0, w)", "np.cumsum(w, out=a)", "np.std(m, 0, out=w)", "np.median(m, 0, w)", "np.clip(w, 0, 1, out=a)",
        "np.clip(a, 0, 1, out=w)", "np.round(w, 1, a)", "np.round(a, out=w)", "np.dot(m, w, out=a[:2])", "np.dot(m, a, out=w[:2])",
        "np.matmul(m, w, out=a[:2])", "np.matmul(m, a, out=w[:2])", "np.einsum('i,i->i', w, a, out=a)",
        "np.einsum('i,i->i', a, a, out=w)", "np.take(w, [0], out=a[:1])", "np.take(m, [0], 1, out=w[:2, None])",
        "np.concatenate([w, w], out=m.ravel())", "np.concatenate([a, a], out=w)", "np.stack([w, w], out=m)",
        "np.compress(a == 0, w, out=a)", "np.trace(m * t, out=a[0])", "np.add.reduce(w, out=a[0, ...])",
        "np.add.reduce(m, out=w)", "np.add.accumulate(w, out=a)", "np.add.outer(w, w, out=k.data)",
        "np.linalg.multi_dot([m, k], out=m)")],
]  # fmt: skip


LOST = [case for case in LOST if not (OLD_NUMPY and case[0] in UNKNOWN_TO_OLD_NUMPY)]


@pytest.mark.parametrize(("statement", "message"), LOST, ids=[s for s, _ in LOST])
def test_what_would_lose_a_gradient_says_what_to_write_and_changes_nothing(statement, message):
    names = {
        "np": np, "a": np.zeros(3), "m": np.zeros((2, 3)), "i": np.array([2]), "k": leaf(np.eye(3)),
        "w": leaf([1.0, 2.0, 3.0], name="w"), "t": leaf(2.0, name="t"), "c": Tensor(np.zeros(3)),
    }  # fmt: skip
    names["y"] = names["w"] * 3
    names_before = dict(names)
    try:
        exec(statement, names)
    except (TypeError, ValueError) as error:
        raised = error
    else:
        pytest.fail("nothing was raised")
    told = f"{raised}" if raised.__cause__ is None else f"{raised} {raised.__cause__}"
    assert re.search(message, told, re.DOTALL)
    for name, was in names_before.items():
        assert names[name] is was
    assert not names["a"].any()
    assert not names["m"].any()
    assert names["w"].data.tolist() == [1, 2, 3]
    assert names["y"].data.tolist() == [3, 6, 9]


@pytest.mark.parametrize(
    "text",
    ["np.isposinf(a, out=w)", "np.isneginf(a, w)", "np.any(m, axis=0, out=w)", "np.all(m, axis=0, out=y)",
     "np.any(m, 0, w)", "np.argmax(m, axis=0, out=order)"],
)  # fmt: skip
def test_a_tensor_is_not_written_to_by_a_function_that_answers(text):
    w, order = leaf([1.0, 2.0, 3.0]), Tensor([1, 2, 3])
    arrays = {"a": np.zeros(3), "m": np.zeros((2, 3)), "w": w, "y": w * 1, "order": order}
    assert isinstance(outcome(said, text, arrays), Exception)
    for t in (w, arrays["y"], order):
        assert t.data.tolist() == [1, 2, 3]


def test_adding_to_an_array_in_place_says_to_write_an_ordinary_sum():
    array = np.zeros(2)
    with pytest.raises(TypeError, match=r"array = array \+ "):
        array += leaf([1.0, 2.0])


def test_an_array_of_tensors_says_to_stack_them():
    with pytest.raises(TypeError, match=r"np\.stack"):
        np.array([leaf(1.0), leaf(2.0)])


def test_constants_may_become_arrays_and_stand_in_array_elements():
    constant, array = Tensor([1.0, 2.0]), np.zeros(2)
    array[0] = constant[1]
    array[1:] = constant[:1]
    assert array.tolist() == [2, 1]
    assert np.asarray(constant).tolist() == np.array([constant, constant])[0].tolist() == [1, 2]
    constant += 1
    constant *= np.array([1.0, 2.0])
    assert constant.data.tolist() == [2, 6]
    with no_grad():
        array[0] = leaf(3.0) * 2
    assert array[0] == 6


@pytest.mark.parametrize(
    "call",
    [
        lambda t, i: t[np.asarray(i)],
        lambda t, i: np.repeat(t, i),
        lambda t, i: np.delete(t, i),
        lambda t, i: t[i],
        lambda t, i: t[(i,)],
    ],
)
def test_a_list_of_positions_changed_later_does_not_change_the_gradient(call):
    found = []
    for later in ([0, 0, 1], [2, 2, 2]):
        t, positions = leaf([1.0, 2.0, 3.0]), [0, 0, 1]
        y = np.sum(call(t, positions))
        positions[:] = later
        found.append(gradients(y, [t])[0].tolist())
    assert found[0] == found[1]


@pytest.mark.parametrize(
    "call",
    [
        lambda t, i: np.take(t, i, axis=0),
        lambda t, i: t.take(i, 0),
        lambda t, i: np.take_along_axis(t, i, 0),
    ],
)
def test_an_array_of_positions_changed_later_does_not_change_the_gradient(call):
    t, positions = leaf([1.0, 2.0, 3.0]), np.array([0, 0, 1])
    y = np.sum(call(t, positions))
    positions[:] = 2
    assert gradients(y, [t])[0].tolist() == [2, 1, 0]


# --- operators and methods do not take the way through NumPy -----------------------------------------------


def test_operators_and_methods_of_a_tensor_do_not_pass_through_the_protocol(monkeypatch):
    def forbidden(*args, **settings):
        raise AssertionError("through NumPy's protocol")

    monkeypatch.setattr(Tensor, "__array_ufunc__", forbidden)
    monkeypatch.setattr(Tensor, "__array_function__", forbidden)
    t, array = leaf([[1.5, 2.5], [0.5, -1.5]]), np.array([[2.0, 3.0], [1.0, 4.0]])
    for other in (array, 2.0, leaf(array), Tensor(array)):
        for f in [*OPERATORS, *COMPARISONS[:6]]:
            f(t, other)
    for other in (2.0, 2, True, [1.0, 2.0]):
        for f in OPERATORS:
            f(other, t)
    for text in texts("""
        t @ array; t @ t; -t; +t; abs(t); round(t, 1); t[0]; t[array > 2]; t[[0, 0]]; t.T; t.mT; list(t); len(t); 1.5 in t
        repr(t); f"{t[0, 0]:.2f}"; float(t[0, 0]); int(t[0, 0]); bool(t[0, 0]); t.ndim; t.size; t.shape; t.dtype; t.nbytes
        t.sum(0); t.prod(); t.mean(axis=1); t.std(); t.var(0); t.max(0); t.min(); t.ptp(); t.cumsum(0); t.cumprod(1)
        t.clip(0, 1); t.round(1); t.take([0], 1); t.diagonal(); t.trace(); t.ravel(); t.flatten(); t.dot(t); t.copy()
        t.reshape(4); t.transpose(1, 0); t.swapaxes(0, 1); t[None].squeeze(); t.repeat(2); t.astype("f4"); t.argmax(0)
        t.compress([True, False], 0); t.argmin(); t.argsort(); t.nonzero(); t[0].searchsorted(1.0); t.any(0); t.all()
        t.tolist(); t.detach(); t.sum().item(); t.sum().backward()
    """):
        eval(text, {"t": t, "array": array})


def test_a_tensor_looks_up_its_attributes_in_the_ordinary_way():
    for kind in Tensor.__mro__[:-1]:
        assert not {"__getattr__", "__getattribute__", "__setattr__", "__dict__"} & set(vars(kind))


# --- programs written with np. only, and their second derivatives -------------------------------------------


def cost_of_a_network(x, w, b, v):
    hidden = np.tanh(np.matmul(x, np.transpose(w)) + b)
    z = np.dot(hidden, np.transpose(v))
    z = np.subtract(z, np.max(z, axis=1, keepdims=True))
    p = np.divide(np.exp(z), np.sum(np.exp(z), axis=1, keepdims=True))
    picked = np.take_along_axis(p, np.array([[0], [1]]), axis=1)
    return np.negative(np.mean(np.log(picked))) + 0.1 * np.sum(np.square(w))


def normalized(x):
    centred = x - np.mean(x, axis=0)
    return np.clip(centred / np.sqrt(np.var(x, axis=0) + 1e-3), -5, 5)


def quadratic(a, x):
    return np.einsum("i,ij,j", x, a, x) / np.vdot(x, x) + np.linalg.norm(np.linalg.solve(a, x))


def pieces(x):
    left, right = np.split(np.concatenate([x, np.flip(x)]), 2)
    grid = np.stack([left * right, np.where(left > 0, np.cumsum(right), np.expm1(left))])
    return np.logaddexp.reduce(np.vstack([grid, np.multiply.outer(x[:2], x)]), axis=0)


def decomposed(a):
    values, vectors = np.linalg.eigh(np.matmul(a, a.T))
    sign, logarithm = np.linalg.slogdet(a)
    return (
        np.sum(np.sqrt(values)) + sign * logarithm + np.trace(np.linalg.inv(a)) + vectors[0, 0] ** 2
    )


PROGRAMS = [
    (cost_of_a_network, "M[:, :2]", "N[:, :2]", "V[:2]", "K[:2, :2]"),
    (normalized, "K"),
    (quadratic, "K", "V"),
    (pieces, "V"),
    (decomposed, "K"),
]


@pytest.mark.parametrize(("program", "arrays"), [(p[0], p[1:]) for p in PROGRAMS])
def test_programs_written_with_numpy_have_the_right_second_derivatives(program, arrays):
    arrays = [said(text, ARRAYS) for text in arrays]
    by_numpy = program(*arrays)
    assert isinstance(by_numpy, (np.ndarray, np.floating))
    same(program(*map(leaf, arrays)), by_numpy, 1e-13)
    check_gradients(program, *arrays, order=2)
