"""Any kind of number or array on either side of a tensor."""

import operator
import re

import numpy as np
import pytest
from helpers.leaf import leaf
from helpers.spelling import (
    OLD_NUMPY,
    leaves,
    outcome,
    parts,
    said,
    same,
    texts,
    value,
)

from autograd_nn import Tensor, gradients

OPERATORS = [operator.add, operator.sub, operator.mul, operator.truediv, operator.pow, operator.mod,
             operator.floordiv, divmod]  # fmt: skip


COMPARISONS = [operator.eq, operator.ne, operator.lt, operator.le, operator.gt, operator.ge, np.equal,
               np.not_equal, np.less, np.less_equal, np.greater, np.greater_equal]  # fmt: skip


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
        said(text, leaves())


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
