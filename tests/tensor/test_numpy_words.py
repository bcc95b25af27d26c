"""What an ndarray user writes: NumPy's words on arrays, and the same words on tensors."""

import numpy as np
import pytest
from helpers.cases import each
from helpers.checking import check_gradients_or_laws
from helpers.leaf import leaf
from helpers.spelling import (
    ARRAYS,
    NAMES,
    called,
    holds_floats,
    lines,
    on_arrays,
    on_tensors,
    outcome,
    parts,
    said,
    same,
    texts,
    used,
)

from autograd_nn import Tensor, check_gradients
from autograd_nn.tensor.numpy_api import table
from autograd_nn.tensor.numpy_api.table import RECORDED

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


SINGLE = {name: a.astype(np.float32) for name, a in ARRAYS.items()}
WHOLE = {name: np.rint(10 * a).astype(int) for name, a in ARRAYS.items()}


@each("text", lines(WORDS))
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


@each("text", lines(WORDS))
def test_numpys_words_have_the_gradient_of_finite_differences(text):
    if "float32" in text:
        pytest.skip("differences need more digits")
    on_arrays(text)
    names = used(text)

    def function(*tensors):
        result = said(text, {**ARRAYS, **dict(zip(names, tensors, strict=True))})
        return np.concatenate([np.ravel(p) for p in parts(result)])

    check_gradients_or_laws(function, *[ARRAYS[n] for n in names])


MASKS_OF = {name: a > 0 for name, a in ARRAYS.items()}


@each(
    "text",
    lines("""
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


@each("text", lines(CONSTANT))
def test_arrays_like_a_tensor_are_constant_tensors(text):
    result = on_tensors(text)
    assert type(result) is Tensor
    assert not result.requires_grad
    same(result, on_arrays(text))


@each("text", lines(ANSWERED))
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
