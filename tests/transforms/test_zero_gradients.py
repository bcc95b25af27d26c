"""What does not depend on an argument: a derivative of zero, and a warning that says so."""

import math
import warnings
from pathlib import Path

import numpy as np
import pytest
from helpers.transforms import ASKING, V, X, equal

import autograd_nn as ag
from autograd_nn import Tensor, no_grad


def constant(*args):
    return 3.0


@pytest.mark.parametrize("name", ASKING)
@pytest.mark.parametrize(
    "f",
    [constant, lambda x: np.array(3.0), lambda x: Tensor(3.0), lambda x: float(x) ** 2, math.sin,
     lambda x: x.data * 2, lambda x: no_grad()(lambda: x * 2)(), lambda x: x.detach() * 2,
     lambda x: Tensor(2.0, requires_grad=True) * 2],
)  # fmt: skip
def test_a_result_that_does_not_depend_on_the_argument_has_derivative_zero_and_a_warning(name, f):
    message = (
        f"{name}: f's result does not depend on argument 0; the derivative is zero (a number taken "
        "out by float(), .data or a function of math carries none)"
    )
    with pytest.warns(ag.ZeroGradientWarning) as caught:
        found = ASKING[name](f)
    assert float(found) == 0
    (warning,) = caught
    assert str(warning.message) == message
    assert warning.category is ag.ZeroGradientWarning
    assert warning.filename == ASKING[name].__code__.co_filename
    assert warning.lineno == ASKING[name].__code__.co_firstlineno
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ag.ZeroGradientWarning)
        assert float(ASKING[name](f)) == 0


def test_a_warning_is_a_user_warning():
    assert issubclass(ag.ZeroGradientWarning, UserWarning)


def test_the_arguments_that_do_not_matter_are_named():
    for name, ask in (
        ("grad", lambda f: ag.grad(f, argnums=(0, 1, 2))(1.0, 2.0, 3.0)),
        ("vjp", lambda f: ag.vjp(f, 1.0, 2.0, 3.0)[1](1.0)),
        ("jacobian", lambda f: ag.jacobian(f, argnums=(0, 1, 2))(1.0, 2.0, 3.0)),
        ("hvp", lambda f: ag.hvp(f, (1.0, 2.0, 3.0), (1.0, 2.0, 3.0))),
        ("jvp", lambda f: (ag.jvp(f, (1.0, 2.0, 3.0), (1.0, 1.0, 1.0))[1],)),
    ):
        with pytest.warns(
            ag.ZeroGradientWarning, match=f"^{name}: f's result does not depend on argument 0, argument 2; "
        ) as caught:  # fmt: skip
            found = ask(lambda a, b, c: b**2)
        assert len(caught) == 1
        assert 4 in found or (name == "hvp" and found == (0, 4, 0))


def test_an_argument_counted_from_the_end_is_named_from_the_front():
    with pytest.warns(ag.ZeroGradientWarning, match="does not depend on argument 1;"):
        ag.grad(lambda a, b: a, argnums=-1)(1.0, 2.0)


def test_a_warning_in_a_nested_call_is_of_the_line_of_the_inner_one():
    def outer(x):
        return x * ag.grad(constant)(x)

    with pytest.warns(ag.ZeroGradientWarning) as caught:
        assert ag.grad(outer)(2.0) == 0
    assert caught[0].lineno == outer.__code__.co_firstlineno + 1


def test_a_straight_line_has_second_derivative_zero_and_no_warning():
    for f in (np.sum, lambda x: x @ V + 1, lambda x: x[0]):
        equal(ag.hessian(f)(X), np.zeros((4, 4)))
        equal(ag.hvp(f, X, V), np.zeros(4))
    assert ag.hvp(lambda a, b: a * b, (2.0, 3.0), (1.0, 0.0)) == (0, 1)
    blocks = ag.hessian(lambda p: np.sum(p["a"]) + np.sum(p["b"] ** 2))({"a": X, "b": V})
    equal(blocks["a"]["b"], np.zeros((4, 4)))
    equal(blocks["b"]["b"], 2 * np.eye(4))


def test_of_a_gradient_that_is_constant_a_second_gradient_warns():
    with pytest.warns(ag.ZeroGradientWarning, match="^grad: "):
        assert ag.grad(ag.grad(lambda x: 3 * x))(2.0) == 0


def test_warnings_that_are_errors_leave_recording_as_it_was():
    with pytest.raises(ag.ZeroGradientWarning):
        ag.grad(constant)(2.0)
    with no_grad():
        with pytest.raises(ag.ZeroGradientWarning):
            ag.hvp(constant, 2.0, 1.0)
        assert not (Tensor(1.0, requires_grad=True) * 2).requires_grad


def test_an_error_in_f_comes_out_and_leaves_recording_as_it_was():
    def fails(x):
        raise KeyError("mine")

    w = Tensor(1.0, requires_grad=True)
    for ask in ASKING.values():
        with pytest.raises(KeyError, match="mine"):
            ask(fails)
        assert (w * w).requires_grad
        with no_grad():
            with pytest.raises(KeyError, match="mine"):
                ask(fails)
            assert not (w * w).requires_grad


def test_a_users_file_beside_the_package_may_begin_with_its_name():
    file = str(Path(ag.__file__).parent) + "_homework.py"
    code = compile("ag.grad(lambda x: 3.0)(2.0)", file, "exec")
    with pytest.warns(ag.ZeroGradientWarning) as caught:
        exec(code, {"ag": ag})
    assert caught[0].filename == file
