"""Functions made of several ops: NumPy's values, and gradients to second order."""

import numpy as np
import pytest
from helpers.checking import check_gradients_or_laws
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

import autograd_nn as ag
from autograd_nn import Tensor, check_gradients, gradients, ops

rng = np.random.default_rng(5)


def normal(*shape):
    return np.asarray(rng.standard_normal(shape))


def several(*shapes):
    return tuple(normal(*s) for s in shapes)


def of_list(function):
    """A function of a list, as one of several arguments."""
    return lambda *arrays, **settings: function(list(arrays), **settings)


CASES = [
    ("ravel", ops.ravel, np.ravel, several((2, 3)), {}),
    ("ravel 0d", ops.ravel, np.ravel, several(()), {}),
    *[(f"atleast_{d}d of {n}", getattr(ops, f"atleast_{d}d"), getattr(np, f"atleast_{d}d"),
       several((2, 3, 4, 2)[:n]), {}) for d in (1, 2, 3) for n in (0, 1, 2, 3, 4)],
    ("stack", of_list(ops.stack), of_list(np.stack), several((2, 3), (2, 3)), {}),
    ("stack last", of_list(ops.stack), of_list(np.stack), several((2, 3), (2, 3)), {"axis": -1}),
    ("stack numbers", of_list(ops.stack), of_list(np.stack), several((), ()), {}),
    ("vstack", of_list(ops.vstack), of_list(np.vstack), several((3,), (2, 3)), {}),
    ("hstack", of_list(ops.hstack), of_list(np.hstack), several((2, 3), (2, 1)), {}),
    ("hstack vectors", of_list(ops.hstack), of_list(np.hstack), several((3,), (), (2,)), {}),
    ("tile", ops.tile, np.tile, several((2, 3)), {"reps": (2, 1, 3)}),
    ("tile more axes", ops.tile, np.tile, several((2, 3, 2)), {"reps": 2}),
    ("repeat", ops.repeat, np.repeat, several((2, 3)), {"repeats": 2}),
    ("repeat axis", ops.repeat, np.repeat, several((2, 3)), {"repeats": [1, 0, 2], "axis": -1}),
    ("take", ops.take, np.take, several((3, 4)), {"indices": [[0, 5], [11, 5]]}),
    ("take axis", ops.take, np.take, several((3, 4)), {"indices": [2, 0, 2], "axis": 1}),
    *[(f"diagonal {k}", ops.diagonal, np.diagonal, several((3, 4)), {"offset": k})
      for k in (0, 1, -2, 5, -4)],
    ("diagonal axes", ops.diagonal, np.diagonal, several((2, 3, 4)), {"axis1": 2, "axis2": 0}),
    ("diag of matrix", ops.diag, np.diag, several((3, 4)), {"k": 1}),
    ("diag of vector", ops.diag, np.diag, several((3,)), {"k": -2}),
    ("trace", ops.trace, np.trace, several((3, 4)), {}),
    ("trace stack", ops.trace, np.trace, several((3, 3, 2)), {"offset": 1}),
    ("ptp", ops.ptp, np.ptp, several((3, 4)), {"axis": 1}),
    *[(f"median {s} {p}", ops.median, np.median, several(s), p) for s, p in [
        ((5,), {}), ((4,), {}), ((3, 4), {}), ((3, 4), {"axis": 1}), ((3, 4), {"axis": 0, "keepdims": True}),
        ((2, 3), {"keepdims": True}),
        ((2, 3, 2), {"axis": (0, -1)}), ((2, 3, 2), {"axis": (2, 0), "keepdims": True})]],
    ("inner", ops.inner, np.inner, several((2, 3), (4, 3)), {}),
    ("inner vectors", ops.inner, np.inner, several((3,), (3,)), {}),
    ("inner number", ops.inner, np.inner, several((), (3,)), {}),
    ("outer", ops.outer, np.outer, several((2, 2), (3,)), {}),
    *[(f"dot {a} {b}", ops.dot, np.dot, several(a, b), {}) for a, b in [
        ((3,), (3,)), ((2, 3), (3, 4)), ((2, 3), (3,)), ((3,), (3, 4)), ((), (3,)), ((2, 2, 3), (4, 3, 2))]],
    *[(f"tensordot {axes}", ops.tensordot, np.tensordot, several(a, b), {"axes": axes}) for a, b, axes in [
        ((2, 3, 4), (3, 4, 2), 2), ((2, 3), (4, 5), 0), ((2, 3), (3, 4), 1), ((2, 3, 4), (4, 2), ([0, 2], [1, 0])),
        ((2, 3), (3, 2), (1, 0)), ((0, 3), (3, 2), 1)]],
    *[(f"kron {a} {b}", ops.kron, np.kron, several(a, b), {}) for a, b in [
        ((2, 3), (2, 2)), ((3,), (2,)), ((2,), (2, 3)), ((), (3,))]],
    ("cross", ops.cross, np.cross, several((2, 3), (2, 3)), {}),
    ("cross one", ops.cross, np.cross, several((3,), (2, 3)), {}),
    *[(f"norm {s} {p}", ops.norm, np.linalg.norm, several(s), p) for s, p in [
        ((5,), {}), ((3, 4), {}), ((3, 4), {"axis": 1}), ((3, 4), {"ord": "fro"}), ((5,), {"ord": 1}),
        ((5,), {"ord": np.inf}), ((5,), {"ord": -np.inf}), ((5,), {"ord": 2}), ((3, 4), {"ord": 1}), ((3, 4), {"ord": np.inf}),
        ((3, 4), {"ord": 2}), ((3, 4), {"ord": 1, "axis": 0}), ((3, 4), {"ord": 2, "axis": 1, "keepdims": True}),
        ((2, 3, 4), {"axis": (0, 2)}), ((2, 3, 4), {"ord": 1, "axis": (0, 2), "keepdims": True}),
        ((2, 3, 4), {"ord": 2, "axis": (2, 0)}), ((2, 3, 4), {"ord": np.inf, "axis": (1, 2)})]],
]  # fmt: skip


@pytest.mark.parametrize(
    ("ours", "numpys", "arrays", "settings"), [c[1:] for c in CASES], ids=[c[0] for c in CASES]
)
def test_values_are_numpys_and_gradients_agree_with_finite_differences(
    ours, numpys, arrays, settings
):
    expected = numpys(*arrays, **settings)
    np.testing.assert_allclose(ours(*arrays, **settings), expected, atol=1e-14)
    recorded = ours(*[Tensor(a, requires_grad=True) for a in arrays], **settings)
    assert recorded.shape == np.shape(expected)
    np.testing.assert_allclose(recorded.data, expected, atol=1e-14)
    check_gradients_or_laws(lambda *t: ours(*t, **settings), *arrays, order=2)


@given(hnp.array_shapes(max_dims=3, max_side=5), st.data())
def test_pieces_of_a_split_are_numpys(shape, data):
    axis = data.draw(st.integers(-len(shape), len(shape) - 1))
    parts = data.draw(st.integers(1, 6) | st.lists(st.integers(0, 6), max_size=3).map(sorted))
    x = np.arange(np.prod(shape)).reshape(shape)
    for ours, numpys in zip(
        ops.array_split(x, parts, axis), np.array_split(x, parts, axis), strict=True
    ):
        np.testing.assert_array_equal(ours, numpys)


def test_split_pieces_record():
    x = Tensor(np.arange(6.0), requires_grad=True)
    one, two = ops.split(x, 2)
    assert gradients((one * two).sum(), [x])[0].tolist() == [3, 4, 5, 0, 1, 2]
    with pytest.raises(ValueError, match="5 along axis 0 do not make 2 equal parts"):
        ops.split(np.zeros(5), 2)


# --- decompositions: what they are, not how they are computed ------------------------------------------


@given(st.integers(1, 4), st.integers(0, 1000))
def test_decompositions_put_together_again_are_the_matrix(n, seed):
    r = np.random.default_rng(seed)
    x = r.standard_normal((2, n, n + 1))
    u, s, vt = ops.svd(x)
    np.testing.assert_allclose((u * s[..., None, :]) @ vt, x, atol=1e-12)
    square = x @ np.swapaxes(x, -1, -2) + np.eye(n)
    values, vectors = ops.eigh(square)
    np.testing.assert_allclose(
        vectors * values[..., None, :] @ np.swapaxes(vectors, -1, -2), square, atol=1e-12
    )
    lower = ops.cholesky(square)
    np.testing.assert_allclose(lower @ np.swapaxes(lower, -1, -2), square, atol=1e-12)
    np.testing.assert_allclose(
        ops.inv(square) @ square, np.broadcast_to(np.eye(n), (2, n, n)), atol=1e-9
    )
    sign, logarithm = ops.slogdet(square)
    np.testing.assert_allclose(sign * np.exp(logarithm), ops.det(square), rtol=1e-10)


def test_the_gradient_of_the_log_determinant_is_the_inverse_transposed():
    x = Tensor(normal(3, 3) + 3 * np.eye(3), requires_grad=True)
    np.testing.assert_allclose(
        gradients(ops.slogdet(x)[1], [x])[0], np.linalg.inv(x.data).T, atol=1e-14
    )


# --- convolution ------------------------------------------------------------------------------------------


def by_loops(x, w, stride, padding):
    x = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    (n, _, h, k), (o, _, kh, kw) = x.shape, w.shape
    rows, columns = (h - kh) // stride + 1, (k - kw) // stride + 1
    y = np.zeros((n, o, rows, columns))
    for i in range(rows):
        for j in range(columns):
            patch = x[:, :, i * stride : i * stride + kh, j * stride : j * stride + kw]
            y[:, :, i, j] = np.einsum("ncuv,ocuv->no", patch, w)
    return y


@pytest.mark.parametrize(("stride", "padding"), [(1, 0), (2, 0), (1, 1), (2, 2), (3, 1)])
def test_conv2d_is_the_sum_over_patches(stride, padding):
    x, w = normal(2, 3, 6, 5), normal(4, 3, 3, 2)
    np.testing.assert_allclose(
        ops.conv2d(x, w, stride=stride, padding=padding),
        by_loops(x, w, stride, padding),
        atol=1e-13,
    )
    check_gradients(lambda a, b: ops.conv2d(a, b, stride, padding), x[:1, :2], w[:1, :2], order=2)


def test_max_pool2d_takes_the_largest_of_each_patch():
    x = rng.permutation(2 * 2 * 6 * 6).reshape(2, 2, 6, 6).astype(float)
    expected = x.reshape(2, 2, 3, 2, 3, 2).max(axis=(3, 5))
    np.testing.assert_array_equal(ops.max_pool2d(x, 2), expected)
    check_gradients(lambda t: ops.max_pool2d(t, 2), x[:1])
    check_gradients(lambda t: ops.max_pool2d(t, 3, stride=1), x[:1, :1])


# --- kinks, and no nan ------------------------------------------------------------------------------------


def test_no_nan_at_zero():
    with np.errstate(all="raise"):
        for f in (
            ops.norm,
            ops.std,
            ops.length,
            lambda t: ops.norm(t, ord=1),
            lambda t: ops.norm(t, axis=0),
        ):
            x = Tensor(np.zeros(3), requires_grad=True)
            assert gradients(f(x), [x])[0].tolist() == [0, 0, 0]
        a, b = (Tensor(0.0, requires_grad=True) for _ in range(2))
        for f in (ops.hypot, ops.arctan2):
            assert [float(g) for g in gradients(f(a, b), [a, b])] == [0, 0]


def test_sqrt_in_a_branch_not_taken_makes_no_nan():
    x = Tensor([0.0, 4.0], requires_grad=True)
    safe = ops.where(x > 0, x, 1.0)
    y = ops.where(x > 0, ops.sqrt(safe), 0.0)
    with np.errstate(all="raise"):
        assert gradients(y.sum(), [x])[0].tolist() == [0, 0.25]


def test_slopes_at_bounds_and_jumps_are_what_the_docstrings_say():
    def slope(f, *at):
        x = Tensor(list(at), requires_grad=True)
        return gradients(f(x).sum(), [x])[0].tolist()

    assert slope(lambda x: ops.clip(x, low=0.0, high=1.0), -1, 0, 0.5, 1, 2) == [0, 1, 1, 1, 0]
    assert slope(lambda x: ops.remainder(x, 2.0), 4.0, 4.5) == [1, 1]
    assert slope(ops.floor, 2.0, 2.5) == [0, 0]
    assert slope(ops.leaky_relu, 0.0) == [0.01]
    assert slope(ops.nan_to_num, np.nan, np.inf, 2.0) == [0, 0, 1]
    assert slope(lambda x: ops.fmax(x, np.nan), 3.0) == [1]
    assert slope(ops.min, 3.0, 1.0, 1.0) == [0, 0.5, 0.5]
    assert slope(lambda x: ops.prod(x), 2.0, 0.0, 3.0) == [0, 6, 0]


def test_softmax_becomes_the_maximum_as_its_constant_grows():
    x = np.array([1.0, 1.1, 0.5])
    assert ops.softmax(x, c=1e4).round(6).tolist() == [0, 1, 0]
    np.testing.assert_allclose(ops.softmax(x, c=3.0), ops.softmax(3 * x), atol=1e-16)


@pytest.mark.parametrize(
    "f", [ops.softplus, ops.log_sigmoid, ops.silu, ops.gelu, ops.elu, ops.erf, ops.sinc, ops.arctan]
)
def test_far_out_nothing_overflows_and_nothing_is_nan(f):
    x = Tensor([-1e4, -800.0, 0.0, 800.0, 1e4], requires_grad=True)
    with np.errstate(over="raise", invalid="raise", divide="raise"):
        y = f(x)
        (g,) = gradients(y.sum(), [x])
    assert np.isfinite(y.data).all()
    assert np.isfinite(g).all()


def test_log_sigmoid_and_softplus_are_exact_far_out():
    assert ops.log_sigmoid(np.array([-800.0])).tolist() == [-800.0]
    assert ops.softplus(np.array([-40.0]))[0] == pytest.approx(np.exp(-40), rel=1e-15)


@pytest.mark.parametrize("order", [0, 1, 2, 3, 4])
def test_derivatives_of_sinc_are_right_near_and_far(order):
    """Against the integral ∫₀¹ cos⁽ⁿ⁾(πxt) (πt)ⁿ dt, by Gauss and Legendre."""
    t, weight = np.polynomial.legendre.leggauss(200)
    t, weight = (t + 1) / 2, weight / 2
    for x in (0.0, 1e-8, 1e-3, 0.4, 1.0, 1.7, 3.3, 20.5):
        exact = np.sum(weight * (np.pi * t) ** order * np.cos(np.pi * x * t + order * np.pi / 2))
        assert float(ops.sinc(np.array(x), order=order)) == pytest.approx(exact, abs=1e-11)


# --- third order ------------------------------------------------------------------------------------------

ANALYTIC = [
    "exp", "exp2", "expm1", "sin", "cos", "tan", "arctan", "sinh", "cosh", "tanh", "arcsinh", "sinc",
    "erf", "sigmoid", "log_sigmoid", "softplus", "gelu", "silu", "square", "reciprocal",
]  # fmt: skip
ON_POSITIVE = ["log", "log2", "log10", "log1p", "sqrt", "cbrt"]


@pytest.mark.parametrize("name", ANALYTIC + ON_POSITIVE)
def test_third_derivatives_of_analytic_functions(name):
    f = getattr(ops, name)

    def second(x):
        (first,) = ag.gradients(f(x).sum(), [x], create_graph=True)
        return ag.gradients(first.sum(), [x], create_graph=True)[0]

    x = np.array([0.3, 0.9, 1.4]) * (1 if name in ON_POSITIVE else np.array([1, -1, 1]))
    if name == "square":
        assert not second(Tensor(x, requires_grad=True)).requires_grad, "the third is zero"
    check_gradients(second, x)


@pytest.mark.parametrize(
    ("f", "shapes"),
    [
        (ops.matmul, [(2, 3), (3, 2)]), (ops.mul, [(2, 2), (2,)]), (ops.div, [(2,), (2,)]),
        (ops.softmax, [(3,)]), (ops.log_softmax, [(3,)]), (ops.logsumexp, [(3,)]), (ops.prod, [(3,)]),
        (ops.cumprod, [(3,)]), (ops.var, [(3,)]), (ops.std, [(3,)]), (ops.length, [(3,)]),
        (ops.inv, [(2, 2)]), (ops.det, [(2, 2)]), (ops.solve, [(2, 2), (2,)]), (ops.hypot, [(2,), (2,)]),
    ],
    ids=lambda v: getattr(v, "name", None),
)  # fmt: skip
def test_third_derivatives_of_functions_of_several_numbers(f, shapes):
    def second(*tensors):
        r = np.random.default_rng(0)
        y = f(*tensors)
        (first,) = ag.gradients(y, [tensors[0]], seed=r.standard_normal(y.shape), create_graph=True)
        return ag.gradients(
            (first * r.standard_normal(first.shape)).sum(), [tensors[-1]], create_graph=True
        )[0]

    arrays = [np.random.default_rng(i).uniform(0.5, 1.5, s) for i, s in enumerate(shapes)]
    if f in (ops.inv, ops.det, ops.solve):
        arrays[0] = arrays[0] + 2 * np.eye(2)
    check_gradients(second, *arrays)


# --- messages -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: ops.stack([np.ones(2), np.ones(3)]), r"stack: shapes \[\(2,\), \(3,\)\]"),
        (lambda: ops.diag(np.ones((2, 2, 2))), "diag: .*expected a vector or a matrix"),
        (lambda: ops.cross(np.ones(2), np.ones(2)), "cross: .*three components"),
        (lambda: ops.tensordot(np.ones((2, 3)), np.ones((2, 3)), axes=1), "must be equal"),
        (lambda: ops.median(np.ones((0, 2)), axis=0), "nothing over axis 0"),
        (lambda: ops.norm(np.ones((2, 2)), ord=3), "norm: ord=3 over 2 axes"),
        (lambda: ops.var(np.ones(1), ddof=1), "at least 2 are needed"),
        (lambda: ops.conv2d(np.ones((1, 1, 3, 3)), np.ones((1, 2, 2, 2))), "same number of channels"),
        (lambda: ops.conv2d(np.ones((1, 1, 2, 2)), np.ones((1, 1, 3, 3))), "smaller than the window"),
        (lambda: ops.max_pool2d(np.ones((1, 1, 2, 2)), 0), "expected a positive number"),
        (lambda: ops.max_pool2d(np.ones((1, 1, 2, 2)), True), "expected a positive number"),
        (lambda: ops.array_split(np.ones(3), 0), "expected 1 or more"),
        (lambda: ops.inv(np.zeros((2, 2))), "Singular matrix"),
        (lambda: ops.inv(np.ones((2, 3))), r"inv: \(2, 3\): expected a square matrix"),
        (lambda: ops.cholesky(-np.eye(2)), "positive definite"),
    ],
)  # fmt: skip
def test_what_cannot_be_computed_is_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_indices_must_be_integers():
    with pytest.raises(TypeError, match="indices of dtype float64; expected integers"):
        ops.take_along_axis(np.ones(3), np.zeros(1), axis=0)
