"""What transforms refuse, in words."""

import re
import warnings
from contextlib import suppress

import numpy as np
import pytest
from helpers.transforms import ASKING, M, X

import autograd_nn as ag
from autograd_nn import Tensor

NO_NUMBER = "expected a single number; reduce it (.sum(), .mean()), or use jacobian, vjp or elementwise_grad"


@pytest.mark.parametrize("name", ["grad", "value_and_grad", "hessian", "hvp"])
@pytest.mark.parametrize(
    ("f", "found"),
    [
        (lambda x: x * X, "shape (4,)"),
        (lambda x: X, "shape (4,)"),
        (lambda x: np.zeros((0, 2)) * x, "shape (0, 2)"),
        (lambda x: (x,), "a tuple"),
        (lambda x: [x], "a list"),
        (lambda x: {"a": x}, "a dict"),
        (lambda x: None, "None"),
    ],
)
def test_a_gradient_is_of_a_single_number(name, f, found):
    with pytest.raises(
        ValueError, match=f"^{name}: f returned {re.escape(f'{found}; {NO_NUMBER}')}$"
    ):
        ASKING[name](f)


@pytest.mark.parametrize("name", ASKING)
@pytest.mark.parametrize(
    ("result", "kind"),
    [
        ("text", "str"),
        (1j, "complex"),
        ({1.0}, "set"),
        (np.array([None]), "ndarray of dtype object"),
        (np.sin, "ufunc"),
    ],
)
def test_a_result_that_is_no_tensor_is_named(name, result, kind):
    message = (
        f"{name}: f's result is {kind}; expected a tensor, or a tuple, list or dict of tensors"
    )
    with pytest.raises(TypeError, match=f"^{re.escape(message)}$"):
        ASKING[name](lambda x: result)
    if name in ("vjp", "jvp", "jacobian"):
        message = message.replace("f's result", "f's result['a'][1]")
        with pytest.raises(TypeError, match=f"^{re.escape(message)}$"):
            ASKING[name](lambda x: {"a": [x, result]})


ASKING_AT = {
    "grad": lambda f, x: ag.grad(f)(x),
    "value_and_grad": lambda f, x: ag.value_and_grad(f)(x),
    "elementwise_grad": lambda f, x: ag.elementwise_grad(f)(x),
    "vjp": lambda f, x: ag.vjp(f, x),
    "jvp": lambda f, x: ag.jvp(f, x, x),
    "jacobian": lambda f, x: ag.jacobian(f)(x),
    "hessian": lambda f, x: ag.hessian(f)(x),
    "hvp": lambda f, x: ag.hvp(f, x, x),
}


@pytest.mark.parametrize("name", ASKING_AT)
@pytest.mark.parametrize(
    ("x", "dtype"),
    [(3, "int64"), (True, "bool"), (np.arange(3), "int64"), (np.uint8(3), "uint8"), (Tensor([1, 2]), "int64")],
    ids=repr,
)  # fmt: skip
def test_an_integer_argument_is_refused(name, x, dtype):
    message = (
        f"{name}: argument 0 has dtype {dtype}; integers have no gradient; pass floats "
        "(3.0 for 3, array.astype(float))"
    )
    with pytest.raises(TypeError, match=f"^{re.escape(message)}$"):
        ASKING_AT[name](np.sum, x)


@pytest.mark.parametrize("name", ASKING_AT)
@pytest.mark.parametrize(
    ("x", "kind"),
    [
        ("a", "str"),
        (1j, "complex"),
        (np.array([1j]), "ndarray of dtype complex128"),
        (np.array([1.0, None]), "ndarray of dtype object"),
        (np.ma.masked_array([1.0]), "MaskedArray of dtype float64"),
        (np.sin, "ufunc"),
        (object(), "object"),
        (np.datetime64("2020-01-01"), "datetime64 of dtype datetime64[D]"),
    ],
)
def test_an_argument_that_is_no_array_of_numbers_is_refused(name, x, kind):
    message = (
        f"{name}: argument 0 is {kind}; expected an array of real numbers, or a tuple, list or "
        "dict of arrays"
    )
    with pytest.raises(TypeError, match=f"^{re.escape(message)}$"):
        ASKING_AT[name](np.sum, x)


@pytest.mark.parametrize(
    ("n", "said"),
    [(2, "2"), (-3, "-3"), ((0, 5), "5"), (1.0, "1.0"), ("0", "'0'"), (None, "None"), ({0}, "{0}"), ([[0]], "[0]")],
)  # fmt: skip
@pytest.mark.parametrize(
    "transform", [ag.grad, ag.value_and_grad, ag.jacobian, ag.hessian, ag.elementwise_grad]
)
def test_an_argument_that_is_not_there_is_refused(transform, n, said):
    message = (
        f"{transform.__name__}: argnums names argument {said}, but f was called with 2 positional "
        "arguments, counted from 0"
    )
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        transform(lambda a, b: a * b, argnums=n)(1.0, 2.0)


def test_an_argument_given_by_name_is_not_there():
    for count, message in ((0, "0 positional arguments"), (1, "1 positional argument")):
        with pytest.raises(
            ValueError,
            match=f"^grad: argnums names argument 1, but f was called with {message}, counted from 0$",
        ):
            ag.grad(lambda a, b: a * b, argnums=1)(*[1.0][:count], b=2.0)


@pytest.mark.parametrize(
    ("args", "tangents", "message"),
    [
        ((1.0, 2.0), (1.0,), "2 arguments in a tuple; expected a tuple of as many tangents"),
        ((1.0, 2.0), [1.0, 1.0], "2 arguments in a tuple; expected a tuple of as many tangents"),
        ((1.0, X), (1.0, 1.0), "the tangent of argument 1 has shape (); expected (4,), the argument's"),
        (X, X[:3], "the tangent of argument 0 has shape (3,); expected (4,), the argument's"),
        (X, X[None], "the tangent of argument 0 has shape (1, 4); expected (4,), the argument's"),
        ([X, X], [X, 1.0], "the tangent of argument 0[1] has shape (); expected (4,), the argument's"),
    ],
)  # fmt: skip
def test_tangents_have_the_arguments_shapes(args, tangents, message):
    def f(*args):
        return sum(np.sum(x) for x in (args[0] if isinstance(args[0], list) else args))

    for name, transform in (("jvp", ag.jvp), ("hvp", ag.hvp)):
        with pytest.raises(ValueError, match=f"^{name}: {re.escape(message)}$"):
            transform(f, args, tangents)


def test_what_is_pulled_back_has_the_results_shape():
    _, pull = ag.vjp(lambda x: M @ x, X)
    message = "vjp: the gradient at f's result has shape (4,); expected (3,), the result's"
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        pull(X)


@pytest.mark.parametrize(
    ("f", "message"),
    [
        (lambda x: (x,), "f returned a tuple; expected an array"),
        (lambda x: {"a": x}, "f returned a dict; expected an array"),
        (lambda x: None, "f returned None; expected an array"),
        (lambda x: x.sum(), "f made () of argument 0 of shape (4,); expected the same shape; jacobian has every derivative"),
        (lambda x: np.outer(x, x), "f made (4, 4) of argument 0 of shape (4,); expected the same shape; jacobian has every derivative"),
        (lambda x: x.reshape(2, 2), "f made (2, 2) of argument 0 of shape (4,); expected the same shape; jacobian has every derivative"),
    ],
)  # fmt: skip
def test_an_elementwise_function_makes_one_array_of_the_same_shape(f, message):
    with pytest.raises(ValueError, match=f"^elementwise_grad: {re.escape(message)}$"):
        ag.elementwise_grad(f)(X)


def test_changing_an_argument_inside_f_is_refused():
    def element(x):
        x[0] = 1
        return x.sum()

    def whole(x):
        x += 1
        return x.sum()

    for f in (element, whole):
        with pytest.raises(TypeError, match=r"write"):
            ag.grad(f)(X)


@pytest.mark.parametrize("argnums", [(0, 0), (0, -2), [1, -1]])
def test_an_argument_named_twice_is_refused_or_given_twice(argnums):
    with suppress(ValueError):
        assert ag.grad(lambda x, y: x**2 * y**2, argnums=argnums)(3.0, 3.0) == (54, 54)


@pytest.mark.parametrize("transform", [ag.jvp, ag.hvp])
def test_a_tangent_that_is_none_is_refused(transform):
    with pytest.raises((TypeError, ValueError), match="tangent"):
        transform(lambda x: x**3, 2.0, None)


@pytest.mark.parametrize("v", ["a", 1j, object()], ids=["text", "complex", "object"])
def test_a_tangent_that_is_no_real_number_is_refused_in_words(v):
    with pytest.raises(TypeError, match=r"^jvp: .*tangent"):
        ag.jvp(lambda x: x**2, 2.0, v)


def test_complex_seeds_and_tangents_are_refused():
    for name, ask in (
        ("jvp", lambda: ag.jvp(lambda x: x**2, X, 1j * X)),
        ("vjp", lambda: ag.vjp(lambda x: x**2, X)[1](1j * X)),
    ):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with pytest.raises(TypeError, match=f"^{name}: "):
                ask()


def test_what_is_pulled_back_has_the_shape_of_constant_results_too():
    _, pull = ag.vjp(lambda x: (x, np.ones(3)), X)
    with pytest.raises(ValueError, match="shape"):
        pull((X, np.ones(7)))


def test_what_is_no_function_is_refused_at_once():
    with pytest.raises(TypeError, match=r"^grad: .*function"):
        ag.grad(3.0)


@pytest.mark.parametrize("empty", [{}, [], (), [None]], ids=repr)
def test_an_empty_container_is_named_for_what_it_is(empty):
    with pytest.raises(ValueError, match=f"^grad: f returned a {type(empty).__name__}; "):
        ag.grad(lambda x: empty)(2.0)
