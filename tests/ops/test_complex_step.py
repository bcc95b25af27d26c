"""A second oracle for every derivative rule, which shares nothing with the first: complex step.

For an analytic function Im f(x + ih) / h is the derivative up to h², and nothing is subtracted, so
with h = 1e-30 it is exact to the last digits (Squire and Trapp, 1998).  Most forward functions are
analytic code and take complex arrays as they are; the others have an analytic twin below, written
anew from the definition and compared with them first.
"""

import math

import numpy as np
import pytest
from helpers.cases import by_op, each
from mutants.samples import Sample, every_sample

from autograd_nn import Op, ops

H, TOLERANCE = 1e-30, 1e-13
OPS = {op.name: op for op in ops.ALL}


def flat(function):
    """A piecewise constant function: the imaginary part is gone."""
    return lambda *xs, **settings: function(*map(np.real, xs), **settings) + 0j


def positive_part(condition, z):
    return np.where(condition, z, 0)


def sum_of(x, axis=None, keepdims=False):
    return np.sum(x, axis=axis, keepdims=keepdims)


def erf(z):
    """The integral up to a real number further out, less 2/√π ∫ e^(-t²) dt from z on to it."""
    z = np.asarray(z, complex)
    end = z.real + np.where(z.real < 0, -1, 1)
    nodes, weights = np.polynomial.legendre.leggauss(30)
    t = z[..., None] + (end - z)[..., None] * (nodes + 1) / 2
    between = (end - z) * np.sum(weights / 2 * np.exp(-t * t), axis=-1)
    return np.vectorize(math.erf)(end) - 2 / np.sqrt(np.pi) * between


def var(x, axis=None, ddof=0, keepdims=False):
    mean = np.mean(x, axis=axis, keepdims=True)
    n = np.size(x) // np.size(mean)
    return sum_of((x - mean) ** 2, axis, keepdims) / (n - ddof)


def std(x, **settings):
    return np.sqrt(var(x, **settings))


def softmax(x, axis=-1, c=1.0):
    return np.exp(c * x) / sum_of(np.exp(c * x), axis, True)


def partition(x, kth, axis=-1):
    return np.take_along_axis(x, np.argpartition(x.real, kth, axis=axis), axis=axis)


def slogdet(x):
    d = np.linalg.det(x)
    sign = np.sign(d.real)
    return np.stack([sign + 0j, np.log(sign * d)], axis=-1)


def symmetric(x):
    return (x + np.swapaxes(x, -1, -2)) / 2


def cholesky(x):
    """Column by column, with no complex conjugate."""
    a = symmetric(x)
    lower = np.zeros_like(a)
    for j in range(a.shape[-1]):
        done = lower[..., j, :j]
        lower[..., j, j] = np.sqrt(a[..., j, j] - np.sum(done * done, axis=-1))
        for i in range(j + 1, a.shape[-1]):
            rest = a[..., i, j] - np.sum(lower[..., i, :j] * done, axis=-1)
            lower[..., i, j] = rest / lower[..., j, j]
    return lower


def eigenpairs(a):
    """Of symmetric matrices: from those of the real part by Newton's method for A v = λ v, vᵀv = 1."""
    values, vectors = (np.asarray(part, complex) for part in np.linalg.eigh(a.real))
    n = a.shape[-1]
    for at in np.ndindex(*a.shape[:-2]):
        for k in range(n):
            for _ in range(3):
                v, value = vectors[at][:, k], values[at][k]
                bordered = np.zeros((n + 1, n + 1), complex)
                bordered[:n, :n] = a[at] - value * np.eye(n)
                bordered[:n, n], bordered[n, :n] = -v, 2 * v
                wrong = np.append((a[at] - value * np.eye(n)) @ v, v @ v - 1)
                step = np.linalg.solve(bordered, wrong)
                vectors[at][:, k] -= step[:n]
                values[at][k] -= step[n]
    return values, vectors


def eigh(x):
    values, vectors = eigenpairs(symmetric(x))
    return np.concatenate([values[..., None, :], vectors], axis=-2)


def svd(x):
    """From the eigenpairs of xᵀx or xxᵀ, whichever is smaller; signs as the real svd has them."""
    m, n = x.shape[-2:]
    real_u, _, real_vt = np.linalg.svd(x.real, full_matrices=False)
    xt = np.swapaxes(x, -1, -2)
    squares, vectors = eigenpairs(xt @ x if m >= n else x @ xt)
    s, vectors = np.sqrt(squares[..., ::-1]), vectors[..., ::-1]
    known = np.swapaxes(real_vt, -1, -2) if m >= n else real_u
    vectors = vectors * np.sign(np.sum(vectors.real * known, axis=-2, keepdims=True))
    other = (x if m >= n else xt) @ vectors / s[..., None, :]
    u, v = (other, vectors) if m >= n else (vectors, other)
    return np.concatenate([s[..., None, :], u, v], axis=-2)


TWINS = {
    "remainder": lambda a, b: a - b * np.floor(a.real / b.real),
    "fmod": lambda a, b: a - b * np.trunc(a.real / b.real),
    "floor_divide": flat(np.floor_divide),
    "copysign": lambda a, b: np.where((a.real < 0) == (b.real < 0), a, -a),
    "hypot": lambda a, b: np.sqrt(a * a + b * b),
    "arctan2": lambda a, b: np.arctan(a / b) + np.pi * np.sign(a.real) * (b.real < 0),
    "logaddexp": lambda a, b: np.log(np.exp(a) + np.exp(b)),
    "logaddexp2": lambda a, b: np.log(2**a + 2**b) / np.log(2),
    "deg2rad": lambda x: x * np.pi / 180,
    "rad2deg": lambda x: x * 180 / np.pi,
    "cbrt": lambda x: np.sign(x.real) * np.exp(np.log(np.sign(x.real) * x) / 3),
    "floor": flat(np.floor),
    "ceil": flat(np.ceil),
    "trunc": flat(np.trunc),
    "fix": flat(np.trunc),
    "sign": flat(np.sign),
    "abs": lambda x: np.where(x.real < 0, -x, x),
    "erf": erf,
    "erfc": lambda x: 1 - erf(x),
    "gelu": lambda x: x * (1 + erf(x / np.sqrt(2))) / 2,
    "silu": lambda x: x / (1 + np.exp(-x)),
    "sigmoid": lambda x: 1 / (1 + np.exp(-x)),
    "log_sigmoid": lambda x: -np.log(1 + np.exp(-x)),
    "softplus": lambda x: np.log(1 + np.exp(x)),
    "astype": lambda x, dtype: x,
    "partition": partition,
    "slogdet_packed": slogdet,
    "cholesky": cholesky,
    "eigh_packed": eigh,
    "svd_packed": svd,
    "var": var,
    "std": std,
    "softmax": softmax,
    "log_softmax": lambda x, axis=-1: np.log(softmax(x, axis=axis)),
    "sigmoid_cross_entropy": lambda z, y: np.log(1 + np.exp(z)) - z * y,
}


def free(sample):
    rule = OPS[sample.op].rule
    return [i for i in range(len(sample.arrays)) if i not in sample.fixed and rule(i) is not None]


SAMPLES = [s for s in every_sample() if free(s) and all(map(np.size, s.arrays))]
samples = each("sample", by_op(SAMPLES))


def forward_of(sample):
    """The function as analytic code: of complex arguments in place of the differentiated ones."""
    function = TWINS.get(sample.op, OPS[sample.op].forward)
    return lambda arguments: function(*arguments, **sample.params)


def arguments_of(sample, dtype):
    chosen = free(sample)
    return [np.array(a, dtype) if i in chosen else a for i, a in enumerate(sample.arrays)]


def complex_step(sample, i, g):
    """The gradient of Σ g·f by argument i."""
    function = forward_of(sample)
    gradient = np.zeros(np.shape(sample.arrays[i]))
    for index in np.ndindex(gradient.shape):
        moved = arguments_of(sample, complex)
        moved[i][index] += 1j * H
        gradient[index] = np.sum(g * np.imag(function(moved))) / H
    return gradient


def furthest(op, sample):
    """By how much the op's rules and complex step differ at most, beside the largest derivative."""
    arguments = arguments_of(sample, float)
    y = np.asarray(op.forward(*arguments, **sample.params))
    g = np.random.default_rng(y.size).standard_normal(y.shape)
    differences = []
    for i in free(sample):
        share = np.asarray(op.rule(i)(g, y, *arguments, **sample.params))
        if share.shape != np.shape(arguments[i]):
            share = op.sum_back(share, shape=np.shape(arguments[i]))
        numeric = complex_step(sample, i, g)
        scale = np.max(np.abs(numeric)) or 1.0
        differences.append(np.max(np.abs(share - numeric)) / scale)
    return max(differences)


@samples
def test_rules_agree_with_complex_step(sample):
    assert furthest(OPS[sample.op], sample) <= TOLERANCE


@each("sample", by_op(s for s in SAMPLES if s.op in TWINS))
def test_a_twin_is_the_function_itself_on_real_numbers(sample):
    expected = OPS[sample.op](*arguments_of(sample, float), **sample.params)
    twin = forward_of(sample)(arguments_of(sample, complex))
    np.testing.assert_allclose(twin.real, expected, rtol=1e-12, atol=1e-13)


def test_only_what_is_not_analytic_code_has_a_twin():
    """A twin less is a forward function more that is checked as it stands."""
    differentiated = {s.op for s in SAMPLES}
    assert set(TWINS) < differentiated
    assert len(differentiated - set(TWINS)) >= 80


@pytest.mark.parametrize("factor", [1 + 1e-12, -1])
@pytest.mark.parametrize("name", ["exp", "sigmoid", "matmul", "svd_packed", "sort", "einsum"])
def test_the_oracle_sees_a_rule_that_is_off_by_a_trifle(name, factor):
    right = OPS[name]
    rules = [right.rule(i) for i in range(right.arity or 2)]
    wrong = Op(name, right.forward, *[lambda *a, r=r, **p: r(*a, **p) * factor for r in rules])
    sample: Sample = next(s for s in SAMPLES if s.op == name)
    assert furthest(right, sample) <= TOLERANCE < furthest(wrong, sample)
