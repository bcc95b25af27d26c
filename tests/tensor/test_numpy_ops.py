"""Every op called by NumPy's name: the same op, and NumPy's value."""

from operator import attrgetter

import numpy as np
import pytest
from helpers.leaf import leaf
from helpers.spelling import NAMES, same
from mutants.samples import every_sample, of

from autograd_nn import Tensor, gradients, no_grad, ops

OPS = {op.name: op for op in ops.ALL}


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
