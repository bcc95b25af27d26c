"""Operations of a user's own: made, recorded, differentiated, checked, refused."""

import re

import numpy as np
import pytest

import autograd_nn as ag
from autograd_nn import Tensor, custom_op, gradients, no_grad, ops
from autograd_nn.ops.connections import elementwise

X = np.array([1.0, -2.0, 0.5])


@custom_op(lambda g, y, x: g * 3 * x**2, check=[X])
def cube(x):
    """The third power."""
    return x**3


@custom_op(
    lambda g, y, a, b: g @ b.T,
    lambda g, y, a, b: a.T @ g,
    check=[np.arange(6.0).reshape(2, 3) - 2, np.arange(12.0).reshape(3, 4) / 5 - 1],
)
def product(a, b):
    return a @ b


@custom_op(
    lambda g, y, a, b: g * np.cos(a) * b,
    lambda g, y, a, b: g * np.sin(a),
    broadcasts=True,
    check=[np.array([[1.0], [2.0]]), np.array([0.5, -1.0, 3.0])],
)
def wave(a, b):
    return np.sin(a) * b


@custom_op(lambda g, y, x, power=2: g * power * x ** (power - 1), check=[X])
def raised(x, *, power=2):
    return x**power


@custom_op(lambda g, y, x, mask: ops.where(mask, g, 0.0), None, check=[X, X > 0])
def kept(x, mask):
    return np.where(mask, x, 0.0)


def named(name, f):
    f.__name__ = name
    return f


# --- what is made -----------------------------------------------------------------------------------


def test_it_is_an_op_with_the_functions_name_and_text():
    assert isinstance(cube, ag.Op)
    assert repr(cube) == "<op cube>"
    assert cube.__doc__ == "The third power."
    assert product.__doc__ == "product, an operation of a user's."


def test_arrays_in_give_what_the_function_gives_and_tensors_are_recorded():
    assert type(cube(X)) is np.ndarray
    np.testing.assert_array_equal(cube(X), X**3)
    assert cube(2.0) == 8
    x = Tensor(X, requires_grad=True)
    y = cube(x)
    assert y.op is cube
    assert y.inputs == (x,)
    np.testing.assert_array_equal(y.data, X**3)
    np.testing.assert_array_equal(gradients(y.sum(), [x])[0], 3 * X**2)
    with no_grad():
        assert cube(x).op is None


def test_a_subclass_of_tensor_stays_one():
    class Mine(Tensor):
        __slots__ = ()

    assert type(cube(Mine([1.0]))) is Mine


def test_out_is_written_into():
    out = np.empty(3)
    assert cube(X, out=out) is out
    np.testing.assert_array_equal(out, X**3)


def test_the_function_gets_arrays_and_the_rules_arrays_or_tensors():
    seen = []

    def rule(g, y, x):
        seen.append({type(v) for v in (g, y, x)})
        return g * 2 * x

    @custom_op(rule)
    def square(x):
        seen.append({type(x)})
        return x * x

    x = Tensor(X, requires_grad=True)
    y = square(x).sum()
    gradients(y, [x])
    gradients(y, [x], create_graph=True)
    assert seen == [{np.ndarray}, {np.ndarray}, {Tensor}]


def test_settings_are_keywords_and_reach_the_rules():
    assert ag.grad(raised)(3.0) == 6
    assert ag.grad(raised)(3.0, power=3) == 27
    assert raised(Tensor(X, requires_grad=True), power=4).params == {"power": 4}
    with pytest.raises(
        TypeError, match=r"raised: got 2 arguments, expected 1 .*settings are keywords"
    ):
        raised(3.0, 3)


def test_an_argument_without_a_rule_carries_no_gradient():
    x, mask = Tensor(X, requires_grad=True), Tensor(X, requires_grad=True)
    assert gradients(kept(x, X > 0).sum(), [x])[0].tolist() == [1, 0, 1]
    assert not kept(Tensor(X), mask).requires_grad
    with pytest.warns(ag.ZeroGradientWarning, match="does not depend on argument 1"):
        ag.grad(lambda x, m: kept(x, m).sum(), argnums=(0, 1))(X, X)


def test_arguments_that_are_repeated_have_what_arrives_added_up():
    a, b = np.array([[1.0], [2.0]]), np.array([0.5, -1.0, 3.0])
    da, db = ag.grad(lambda a, b: wave(a, b).sum(), argnums=(0, 1))(a, b)
    np.testing.assert_allclose(da, np.cos(a) * b.sum())
    np.testing.assert_allclose(db, np.sin(a).sum() * np.ones(3))
    assert ag.grad(lambda a: wave(a, b).sum())(1.0) == pytest.approx(np.cos(1.0) * b.sum())
    with pytest.raises(ValueError, match=r"wave: \(2,\) and \(3,\): sizes 2 and 3 on axis -1"):
        wave(np.ones(2), np.ones(3))


def test_connections_are_kept_and_known_for_what_broadcasts():
    made = custom_op(lambda g, y, x: g, connects=elementwise)(lambda x: x * 1)
    assert made.structure.connects is elementwise
    assert wave.structure.connects is elementwise
    assert cube.structure.connects is None


def test_methods_and_partial_rules_will_do():
    class Rules:
        def double(self, g, y, x):
            return g * 2

    assert ag.grad(custom_op(Rules().double)(lambda x: 2 * x))(1.0) == 2


# --- used ---------------------------------------------------------------------------------------------


def test_it_mixes_with_numpys_functions_and_operators():
    def f(x):
        return np.sum(np.exp(-cube(x)) * cube(np.sin(x)) @ np.ones(3)) + cube(x[0] + 1)

    def plain(x):
        return np.sum(np.exp(-(x**3)) * np.sin(x) ** 3 @ np.ones(3)) + (x[0] + 1) ** 3

    np.testing.assert_allclose(f(X), plain(X))
    np.testing.assert_allclose(ag.grad(f)(X), ag.grad(plain)(X), rtol=1e-12)
    np.testing.assert_allclose(ag.hessian(f)(X), ag.hessian(plain)(X), rtol=1e-12)
    np.testing.assert_allclose(ag.hvp(f, X, X), ag.hvp(plain, X, X), rtol=1e-12)
    np.testing.assert_allclose(ag.jvp(f, X, X)[1], ag.jvp(plain, X, X)[1], rtol=1e-12)


def test_every_transform_goes_through_it():
    np.testing.assert_array_equal(ag.jacobian(cube)(X), np.diag(3 * X**2))
    np.testing.assert_array_equal(ag.elementwise_grad(cube)(X), 3 * X**2)
    np.testing.assert_array_equal(ag.vjp(cube, X)[1](X)[0], 3 * X**3)
    np.testing.assert_array_equal(ag.jvp(cube, X, X)[1], 3 * X**3)
    assert ag.value_and_grad(cube)(2.0) == (8, 12)
    assert ag.grad(ag.grad(ag.grad(cube)))(2.0) == 6
    assert ag.grad(cube).__name__ == "grad(cube)"


def test_a_rule_may_use_another_op_and_its_own():
    @custom_op(lambda g, y, x: g * ops.cos(x), check=[X])
    def my_sin(x):
        return np.sin(x)

    @custom_op(lambda g, y, x: g * y, check=[X])
    def my_exp(x):
        return np.exp(x)

    for mine, theirs in ((my_sin, np.sin), (my_exp, np.exp)):
        d, e = mine, theirs
        for _ in range(4):
            d, e = ag.grad(d), ag.grad(e)
            assert d(0.7) == pytest.approx(e(0.7), rel=1e-14)


def test_a_straight_through_estimate_is_an_op_with_a_rule_that_is_not_the_derivative():
    @custom_op(lambda g, y, x: g)
    def rounded(x):
        return np.round(x)

    np.testing.assert_array_equal(ag.grad(lambda x: (rounded(x) * x).sum())(X), np.round(X) + X)


# --- checked on the spot -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "rules", "function", "arguments"),
    [
        ("a missing factor", [lambda g, y, x: g * x**2], lambda x: x**3, [X]),
        ("a wrong sign", [lambda g, y, x: g * np.sin(x)], np.cos, [X]),
        ("a forgotten g", [lambda g, y, x: 2 * x], lambda x: x * x, [X]),
        ("a transposition", [lambda g, y, x: g], lambda x: x.T, [np.arange(9.0).reshape(3, 3)]),
        ("the wrong way round", [lambda g, y, a, b: g * a, lambda g, y, a, b: g * b], lambda a, b: a * b, [X, X + 1]),
        ("only one is wrong", [lambda g, y, a, b: g, lambda g, y, a, b: g], lambda a, b: a - b, [X, X]),
        ("a reversal", [lambda g, y, x: g], lambda x: x[::-1], [X]),
        ("a wrong exponent", [lambda g, y, x: g / y], np.sqrt, [np.array([1.5, 4.0])]),
        ("a mean for a sum", [lambda g, y, x: g + 0 * x], lambda x: np.mean(x), [X]),
        ("zero", [lambda g, y, x: 0 * g], lambda x: x * 2, [X]),
        ("nan", [lambda g, y, x: g * np.nan], lambda x: x * 2, [X]),
    ],
)  # fmt: skip
def test_a_wrong_rule_is_caught(name, rules, function, arguments):
    one, two = (lambda a: function(a)), (lambda a, b: function(a, b))
    with pytest.raises(ag.GradientMismatch, match="check_gradients: wrong, argument "):
        custom_op(*rules, check=arguments)(named("wrong", one if len(arguments) == 1 else two))


def test_a_rule_that_is_right_once_but_not_differentiated_right_is_caught():
    inner = custom_op(lambda g, y, x: g * x)(named("inner", lambda x: x**2))  # the factor 2 missing
    with pytest.raises(
        ag.GradientMismatch, match="the gradient of outer with respect to argument 0"
    ):
        custom_op(lambda g, y, x: g * inner(x), check=[X])(named("outer", lambda x: x**3 / 3))


def test_what_is_wrong_at_the_second_argument_says_so():
    with pytest.raises(ag.GradientMismatch) as caught:
        custom_op(lambda g, y, a, b: g * b, lambda g, y, a, b: g, check=[X, X + 3])(
            named("times", lambda a, b: a * b)
        )
    assert caught.value.argument == 1


@pytest.mark.parametrize(
    ("rule", "message"),
    [
        (lambda g, y, x: g * 2 * np.asarray(x), "would lose its gradient"),
        (lambda g, y, x: np.asarray(2.0) if isinstance(g, Tensor) else 2 * g * x,
         r"square: the rule for argument 0 gave ndarray for tensors; a rule uses operators and ops only"),
    ],
)  # fmt: skip
def test_a_rule_that_leaves_the_graph_is_caught(rule, message):
    with pytest.raises(TypeError, match=message):
        custom_op(rule, check=[X])(named("square", lambda x: x * x))


def test_a_function_that_changes_its_argument_is_caught():
    def twice(x):
        x *= 2
        return x + 0

    x = X.copy()
    message = (
        "twice changed its argument 0 in place, and with it what the graph keeps; write x = x + … "
        "in place of x += …"
    )
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        custom_op(lambda g, y, x: 2 * g, check=[x])(twice)
    np.testing.assert_array_equal(x, X)

    def second(a, mask):
        mask[...] = True
        return a * 2

    with pytest.raises(ValueError, match="second changed its argument 1 in place"):
        custom_op(lambda g, y, a, m: 2 * g, None, check=[X, X > 0])(second)


def test_a_right_op_passes_its_check_on_every_kind_of_argument():
    for arguments in ([2.0], [np.array(2.0)], [X], [[1.0, 2.0]], [Tensor(X)]):
        op = custom_op(lambda g, y, x: g * 2 * x, check=arguments)(lambda x: x * x)
        assert op(3.0) == 9


def test_a_check_on_no_elements_shows_nothing():
    with pytest.raises(ag.GradientMismatch, match="no elements to check; use arrays"):
        custom_op(lambda g, y, x: g * 2 * x, check=[np.ones((2, 0))])(lambda x: x * x)


def test_an_argument_that_is_not_differentiated_may_hold_nan_and_integers():
    for fixed in (np.array([np.nan, 1.0, np.inf]), np.array([1, 2, 3])):
        op = custom_op(lambda g, y, x, f: 2 * g, None, check=[X, fixed])(lambda x, f: 2 * x)
        assert ag.grad(lambda x, op=op, f=fixed: op(x, 0.0).sum())(X).tolist() == [2, 2, 2]


def test_a_check_on_integers_says_what_to_write():
    with pytest.raises(TypeError, match=r"argument 0 has dtype int64; expected .*1\.0, not 1"):
        custom_op(lambda g, y, x: g, check=[np.array([1, 2])])(lambda x: x * 1)


def test_a_rule_for_the_wrong_shape_says_which():
    with pytest.raises(
        ag.GradientMismatch,
        match=r"long: the rule for argument 1 gave shape \(2, 3\); expected .*\(3,\); sum over",
    ):
        custom_op(lambda g, y, a, b: g * b, lambda g, y, a, b: g * a, check=[np.ones((2, 3)), X])(
            named("long", lambda a, b: a * b)
        )  # fmt: skip


# --- refused ------------------------------------------------------------------------------------------


def no_rules(x):
    return x


def variadic(*xs):
    return xs[0]


def two(a, b):
    return a * b


@pytest.mark.parametrize(
    ("rules", "function", "takes", "got"),
    [
        ([], no_rules, 1, 0),
        ([lambda g, y, a, b: g], two, 2, 1),
        ([None] * 3, two, 2, 3),
        ([lambda g, y, x: g], variadic, 0, 1),
    ],
)
def test_there_is_one_rule_for_each_argument(rules, function, takes, got):
    message = (
        f"custom_op: {function.__name__} takes {takes} positional arguments, got {got} rules; "
        "expected one rule for each (None for one without a derivative), settings after a *"
    )
    with pytest.raises(TypeError, match=f"^{re.escape(message)}$"):
        custom_op(*rules)(function)


def test_a_function_of_any_number_of_arguments_is_refused():
    with pytest.raises(TypeError, match=r"custom_op: mixed takes .* positional arguments"):
        custom_op(lambda g, y, x: g)(named("mixed", lambda x, *rest: x))


def test_forgotten_parentheses_are_noticed():
    message = (
        "custom_op: expected derivative rules, one for each argument, in parentheses: "
        "@custom_op(lambda g, y, x: …)"
    )
    for function in (no_rules, two, lambda: 0, lambda g, x: g):  # the last is a rule without y
        with pytest.raises(TypeError, match=f"^{re.escape(message)}$"):
            custom_op(function)


@pytest.mark.parametrize(
    ("result", "kind"), [(None, "NoneType"), ("a", "str"), (1j, "complex"), (Tensor(1.0), "Tensor")]
)
def test_a_result_that_is_no_array_of_numbers_is_refused(result, kind):
    op = custom_op(lambda g, y, x: g)(named("odd", lambda x: result))
    message = f"odd returned {kind}; expected an array of real numbers, computed from the arrays that it was given"
    for x in (1.0, Tensor(1.0), Tensor(1.0, requires_grad=True)):
        with pytest.raises(TypeError, match=re.escape(message)):
            op(x)


def test_an_integer_result_carries_no_gradient():
    op = custom_op(lambda g, y, x: g)(named("count", lambda x: np.asarray(x).astype(int)))
    assert op(Tensor(2.5)).data == 2
    with pytest.raises(
        TypeError, match="count: the result has dtype int64, which carries no gradient"
    ):
        op(Tensor(2.5, requires_grad=True))


def test_an_error_in_the_function_or_a_rule_says_where():
    def fails(x):
        raise ValueError("not today")

    with pytest.raises(ValueError, match=r"fails: got \(3,\): not today"):
        custom_op(lambda g, y, x: g)(fails)(Tensor(X))
    bad = custom_op(lambda g, y, x: 1 // 0)(named("bad", lambda x: x * 1))
    with pytest.raises(ZeroDivisionError) as caught:
        ag.grad(bad)(1.0)
    assert caught.value.__notes__ == [
        "in the derivative rule of bad for argument 0 (a result of bad ())"
    ]


# --- what was once wrong ------------------------------------------------------------------------------


def test_a_rule_may_take_its_arguments_with_a_star():
    op = custom_op(lambda *a: a[0] * 3 * a[2] ** 2)(lambda x: x**3)
    assert ag.grad(op)(2.0) == 12


def test_forgotten_parentheses_are_noticed_for_three_arguments():
    with pytest.raises(TypeError, match="in parentheses"):
        custom_op(lambda a, b, t: a * t + b * (1 - t))(1.0, 2.0, 0.5)


def test_a_rule_that_is_no_function_is_refused():
    with pytest.raises(TypeError, match="rule"):
        custom_op(3.0)(lambda x: x * 3)


def test_a_rule_that_forgot_to_return_is_refused():
    op = custom_op(lambda g, y, x: None)(named("silent", lambda x: x * 2))
    with pytest.raises((TypeError, ValueError), match="silent: the rule for argument 0 gave None"):
        ag.grad(op)(2.0)


def test_an_op_that_returns_its_argument_does_not_share_its_memory():
    same = custom_op(lambda g, y, x: g)(lambda x: x)
    w = Tensor(X, requires_grad=True)
    with no_grad():
        y = same(w)
    y.data -= 1
    np.testing.assert_array_equal(w.data, X)


def test_a_required_setting_can_be_checked_or_the_error_says_why_not():
    with pytest.raises(TypeError, match=r"^custom_op: "):
        custom_op(lambda g, y, x, *, n: g * n * x ** (n - 1), check=[X])(lambda x, *, n: x**n)


def test_a_check_that_is_an_array_and_no_list_is_refused_in_words():
    with pytest.raises(TypeError, match=r"^custom_op: .*list"):
        custom_op(lambda g, y, x: g * 2 * x, check=X)(lambda x: x * x)


def test_a_check_with_too_many_arguments_is_refused_in_words():
    with pytest.raises(TypeError, match=r"^custom_op: .*2.*expected 1"):
        custom_op(lambda g, y, x: g * 2 * x, check=[X, X])(named("square", lambda x: x * x))


def test_an_op_without_any_derivative_can_be_checked():
    assert custom_op(None, check=[X])(lambda x: x > 0)(X).tolist() == [True, False, True]


def test_connects_beside_broadcasts_is_kept_or_refused():
    def connects(*arguments, **settings):
        raise AssertionError

    op = custom_op(lambda g, y, x: g, broadcasts=True, connects=connects)(lambda x: x * 1)
    assert op.structure.connects is connects


def test_a_setting_called_out_reaches_the_function_or_is_refused():
    with pytest.raises(TypeError, match=r"^custom_op: .*out"):
        custom_op(lambda g, y, x, *, out: g * out)(lambda x, *, out: x * out)


def test_a_report_says_where_the_users_rule_is():
    with pytest.raises(ag.GradientMismatch, match="FAIL") as caught:
        ag.custom_op(lambda g, y, x: g * x**2, check=[X])(lambda x: x**3)
    assert f"defined at {__file__}" in str(caught.value)
