"""What depends on data is recorded in a plan, or refused: never kept silently as it was."""

import copy
import pickle
import warnings

import numpy as np
import pytest
from helpers.leaf import leaf

import autograd_nn as ag
from autograd_nn import Plan, Tensor, ZeroGradientWarning, gradients, no_grad, ops

FIRST, SECOND = np.array([1.0, -2.0, 3.0]), np.array([-5.0, 7.0, 2.0])
ONES = np.ones(3)


def cubed(u):
    return u**3


def summed(u):
    return (u**3).sum()


def slope_without_recording(x):
    with no_grad():
        return ag.grad(summed)(x)


FOLLOWED = {
    "detach": lambda x: x * x.detach(),
    "detach of a view": lambda x: x * x[::-1].detach(),
    "grad": lambda x: ag.grad(summed)(x),
    "grad in no_grad": slope_without_recording,
    "value_and_grad": lambda x: ag.value_and_grad(summed)(x)[0] * x,
    "jacobian": lambda x: ag.jacobian(cubed)(x),
    "hessian": lambda x: ag.hessian(summed)(x),
    "hvp": lambda x: ag.hvp(summed, x, ONES),
    "jvp by the argument": lambda x: ag.jvp(cubed, x, ONES)[1],
    "jvp by the tangent": lambda x: ag.jvp(cubed, ONES, x)[1],
    "jvp's value": lambda x: ag.jvp(cubed, x, ONES)[0] * x,
    "vjp by the argument": lambda x: ag.vjp(cubed, x)[1](ONES)[0],
    "vjp by the gradient": lambda x: ag.vjp(cubed, ONES)[1](x)[0],
    "elementwise_grad": lambda x: ag.elementwise_grad(np.sin)(x),
    "a closure": lambda x: x * ag.grad(lambda u: (u * x).sum())(ONES),
    "nested": lambda x: ag.grad(lambda u: ag.grad(summed)(u).sum())(x),
    "an argument handed back": lambda x: ag.value_and_grad(lambda u: u)(x[0])[0] * x,
}


@pytest.mark.parametrize(
    ("name", "by"),
    [(name, ()) for name in FOLLOWED] + [(n, (0,)) for n in FOLLOWED if "no_grad" not in n],
)
def test_it_follows_the_input(name, by):
    function = FOLLOWED[name]
    plan = Plan(lambda x: ops.sum(function(x) * 0.5), FIRST, wrt=by)
    for y in (SECOND, FIRST, SECOND):
        x = Tensor(y, requires_grad=True)
        expected = ops.sum(function(x) * 0.5)
        value, *found = plan(y) if by else (plan(y),)
        assert value.tobytes() == np.asarray(expected.data).tobytes()
        for g in found:
            np.testing.assert_array_equal(g[0], gradients(expected, [x])[0])


def test_a_constant_made_of_a_leaf_follows_the_leaf_and_carries_no_gradient():
    w = leaf([1.0, 2.0, 3.0], "w")
    plan = Plan(lambda x: (w * w.detach() * x).sum(), ONES, wrt=[w])
    w.data *= 2
    value, (g,) = plan(ONES)
    assert value == 4 + 16 + 36
    assert g.tolist() == [2, 4, 6]


def test_a_copy_of_a_constant_can_be_changed_by_itself():
    """Outside of a plan `detach` makes a leaf, as ever."""
    w = leaf([1.0, 2.0, 3.0], "w")
    c = w.detach()
    c.data *= 5
    assert c.is_leaf
    assert w.data.tolist() == [1, 2, 3]


W = leaf([1.0, 2.0, 3.0], "w")
INNER = Plan(lambda u: (u * W).sum(), ONES)


def by_backward(x):
    ((W * x) ** 2).sum().backward()
    return x * W.grad


REFUSED = {
    "gradients": lambda x: x * gradients(((W * x) ** 2).sum(), [W])[0],
    "backward": by_backward,
    "a plan": lambda x: x * INNER(x),
    "a plan of constants": lambda x: x * INNER(ONES),
    "replay": lambda x: INNER.replay() or x,
    "a copy": lambda x: x * copy.copy(x),
    "a deep copy": lambda x: x * copy.deepcopy(x),
    "pickle": lambda x: x * pickle.loads(pickle.dumps(x)),
    "the end of a slice": lambda x: x[: ops.astype(ops.greater(x[0], 0), dtype=np.int64)].sum(),
    "the length of a loop": lambda x: sum(
        x[0] for _ in range(ops.astype(ops.abs(x[0]), dtype=np.int64))
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_it_is_refused(name):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ZeroGradientWarning)
        with pytest.raises(TypeError, match=r"frozen into (a|the) plan") as caught:
            Plan(REFUSED[name], FIRST)
    assert ";" in str(caught.value), "what to do"


@pytest.mark.parametrize("name", ["gradients", "backward", "a copy", "the end of a slice"])
def test_it_is_as_ever_outside_of_a_plan(name):
    W.grad = None
    REFUSED[name](Tensor(FIRST))


def test_an_array_filled_with_elements_is_refused():
    def filled(x):
        row = np.zeros(3)
        row[0] = x[0]
        return x * row

    with pytest.raises((TypeError, ValueError)) as caught:
        Plan(filled, FIRST)
    assert "frozen into the plan" in str(caught.value.__cause__ or caught.value)  # NumPy wraps it


def test_the_ends_of_a_slice_are_kept_as_they_were():
    x, end = Tensor(FIRST, requires_grad=True), Tensor(1)
    cost = x[:end].sum()
    end.data[...] = 2
    assert gradients(cost, [x])[0].tolist() == [1, 0, 0]


def test_a_gradient_that_is_a_tensor_may_be_planned():
    w = leaf([1.0, 2.0, 3.0], "w")

    def function(x):
        (g,) = gradients(((w * x) ** 2).sum(), [w], create_graph=True)
        return (g * x).sum()

    plan = Plan(function, FIRST, wrt=[w])
    assert plan(SECOND)[0] == function(Tensor(SECOND)).data
