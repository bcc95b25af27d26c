"""Containers: taken apart, put together, compared; and as arguments and results of transforms."""

import re
import types
from collections import OrderedDict, UserDict, defaultdict, namedtuple

import numpy as np
import pytest

import autograd_nn as ag
from autograd_nn import Tensor
from autograd_nn.transforms.trees import leaves, match_leaves, rebuild

Line = namedtuple("Line", ["slope", "height"])
TREES = [
    1.0,
    None,
    (),
    [],
    {},
    (1.0,),
    [1.0, (2.0, [3.0])],
    {"w": [1.0, 2.0], "b": (3.0, None)},
    {"b": 1.0, "a": {"d": 2.0, 3: 4.0}, ("k", 1): 5.0},
    Line(1.0, {"x": Line(2.0, None)}),
    [None, [], {}, [[]], ((),)],
]


@pytest.mark.parametrize("tree", TREES, ids=repr)
def test_a_container_is_put_together_as_it_was_taken_apart(tree):
    values = [x for _, x in leaves(tree)]
    again = rebuild(tree, values)
    assert again == tree
    assert repr(again) == repr(tree), "of the same kinds, in the same order"
    assert match_leaves(tree, tree, "it") == values


@pytest.mark.parametrize("tree", TREES, ids=repr)
def test_a_place_is_what_one_writes_to_get_there(tree):
    for place, x in leaves(tree, "tree"):
        assert eval(place, {"tree": tree}) is x


def test_tensors_and_arrays_are_leaves_and_not_looked_into():
    t, a = Tensor([1.0, 2.0]), np.ones((2, 2))
    assert [x for _, x in leaves([t, {"a": a}])] == [t, a]


def test_containers_are_new_and_the_old_ones_unchanged():
    tree = {"w": [1.0, 2.0]}
    again = rebuild(tree, [5.0, 6.0])
    again["w"].append(7.0)
    assert tree == {"w": [1.0, 2.0]}


def test_keys_may_come_in_another_order_and_tuples_for_lists():
    assert match_leaves({"a": 1, "b": (2, 3)}, {"b": [20, 30], "a": 10}, "it") == [10, 20, 30]
    assert match_leaves(Line(1, 2), (10, 20), "it") == [10, 20]


@pytest.mark.parametrize(
    ("tree", "other", "message"),
    [
        ({"a": 1}, {"b": 1}, "it: got a dict with keys ['b']; expected a dict with keys ['a']"),
        ({"a": 1}, {}, "it: got a dict with keys []; expected a dict with keys ['a']"),
        ({"a": 1}, {"a": 1, 2: 3}, "it: got a dict with keys ['a', 2]; expected a dict with keys ['a']"),
        ({"a": 1}, 1.0, "it: got a float; expected a dict with keys ['a']"),
        ({"a": 1}, [1], "it: got a list of 1; expected a dict with keys ['a']"),
        ([1, 2], [1], "it: got a list of 1; expected a list of 2"),
        ((1, 2), np.ones(2), "it: got a ndarray; expected a tuple of 2"),
        ((1, 2), None, "it: got None; expected a tuple of 2"),
        ([1, {"w": (1, 2)}], [1, {"w": (1, 2, 3)}], "it[1]['w']: got a tuple of 3; expected a tuple of 2"),
        (Line(1, 2), {"slope": 1, "height": 2}, "it: got a dict with keys ['slope', 'height']; expected a Line of 2"),
    ],
)  # fmt: skip
def test_a_container_built_otherwise_is_refused_with_the_place(tree, other, message):
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        match_leaves(tree, other, "it")


# --- as arguments ------------------------------------------------------------------------------------


def square(tree):
    """The sum of the squares of all leaves."""
    return sum((np.sum(x * x) for _, x in leaves(tree)), 0.0)


ARGUMENTS = [
    (1.0, 2.0),
    [1.0, np.array([2.0, 3.0])],
    {"w": np.ones((2, 3)), "b": np.array(2.0), "c": 0.5},
    {"layers": [{"w": np.ones((2, 2)), "b": None}, {"w": np.zeros((1, 2)), "b": (3.0,)}]},
    Line(np.arange(3.0), -1.0),
    [[], {}, 2.0, None],
    {1: 2.0, (2, 3): np.float64(3.0)},
]


@pytest.mark.parametrize("tree", ARGUMENTS, ids=repr)
def test_a_derivative_is_built_like_its_argument(tree):
    expected = rebuild(tree, [2 * x for _, x in leaves(tree)])
    pulled = ag.vjp(square, tree)[1](1.0)[0]
    slope, bent = ag.value_and_grad(square)(tree)[1], ag.hvp(square, (tree,), (tree,))[0]
    for found in (ag.grad(square)(tree), slope, bent, pulled, ag.jacobian(square)(tree)):
        assert type(found) is type(tree)
        assert [p for p, _ in leaves(found)] == [p for p, _ in leaves(expected)]
        for (_, x), (_, y), (_, given) in zip(
            leaves(found), leaves(expected), leaves(tree), strict=True
        ):
            assert type(x) is type(given)
            np.testing.assert_array_equal(x, y)


@pytest.mark.parametrize("tree", ARGUMENTS, ids=repr)
def test_a_hessian_is_a_container_of_containers(tree):
    tree = rebuild(tree, [np.asarray(x) for _, x in leaves(tree)])
    blocks = ag.hessian(square)(tree)
    assert type(blocks) is type(tree)
    flat = [x for _, x in leaves(tree)]
    rows = [x for _, x in leaves(blocks)]
    assert len(rows) == len(flat) ** 2
    for i, a in enumerate(flat):
        for j, b in enumerate(flat):
            block = np.asarray(rows[i * len(flat) + j])
            assert block.shape == np.shape(a) + np.shape(b)
            expected = 2 * np.eye(np.size(a)) if i == j else 0
            np.testing.assert_array_equal(block.reshape(np.size(a), np.size(b)), expected)


def test_a_number_beside_an_array_has_derivatives_of_the_arrays_shape():
    p = {"w": np.array([1.0, 2.0]), "b": 3.0}
    h = ag.hessian(lambda p: np.sum(p["w"] ** 2) * p["b"])(p)
    np.testing.assert_array_equal(h["w"]["b"], [2, 4])
    np.testing.assert_array_equal(h["b"]["w"], [2, 4])
    assert h["b"]["b"] == 0
    j = ag.jacobian(lambda p: p["w"] * p["b"])(p)
    np.testing.assert_array_equal(j["b"], p["w"])


def test_arguments_of_several_numbers_are_built_each_like_its_own():
    def f(p, x, q):
        return p["a"] * x * q[0] + q[1]

    found = ag.grad(f, argnums=(2, 0))({"a": 2.0}, 3.0, [5.0, 7.0])
    assert found == ([6.0, 1.0], {"a": 15.0})


def test_an_argument_without_arrays_has_a_derivative_without_arrays():
    for nothing in (None, {}, [], (), [None, {}]):
        assert ag.grad(lambda p, x: x, argnums=0)(nothing, 3.0) == nothing
        assert ag.grad(lambda p, x: x * x, argnums=(0, 1))(nothing, 3.0) == (nothing, 6.0)


@pytest.mark.parametrize(
    "tree",
    [OrderedDict(b=1.0, a=2.0), UserDict(a=1.0), types.MappingProxyType({"a": 1.0})],
    ids=lambda tree: type(tree).__name__,
)
def test_every_mapping_is_taken_apart_and_comes_back_in_its_order(tree):
    found = ag.grad(square)(tree)
    assert list(found) == list(tree)
    assert list(found.values()) == [2 * x for x in tree.values()]


@pytest.mark.parametrize(
    "tree",
    [OrderedDict(b=1.0, a=2.0), defaultdict(float, a=1.0)],
    ids=lambda tree: type(tree).__name__,
)
def test_kinds_of_dict_are_kept(tree):
    assert type(ag.grad(square)(tree)) is type(tree)


def test_f_gets_the_kind_of_dict_that_it_was_called_with():
    def f(p):
        return p["a"] * p["not there"] + p["a"]

    assert ag.grad(f)(defaultdict(float, a=2.0)) == {"a": 1.0}


def test_what_is_no_array_in_a_container_is_named_with_its_place():
    for tree, place, kind in (
        ({"w": [1.0, "relu"]}, "['w'][1]", "str"),
        ([{1.0}], "[0]", "set"),
        ({"w": (1.0, 1j)}, "['w'][1]", "complex"),
        ([np.array([1.0, None])], "[0]", "ndarray of dtype object"),
        ([object()], "[0]", "object"),
    ):
        message = (
            f"grad: argument 1{place} is {kind}; expected an array of real numbers, or a tuple, "
            "list or dict of arrays"
        )
        with pytest.raises(TypeError, match=f"^{re.escape(message)}$"):
            ag.grad(lambda x, p: x, argnums=1)(1.0, tree)


def test_an_integer_in_a_container_is_named_with_its_place():
    message = (
        "hessian: argument 0['steps'][0] has dtype int64; integers have no gradient; pass floats "
        "(3.0 for 3, array.astype(float))"
    )
    with pytest.raises(TypeError, match=f"^{re.escape(message)}$"):
        ag.hessian(square)({"w": 1.0, "steps": [3]})


def test_leaves_that_are_not_used_are_named_together():
    with pytest.warns(ag.ZeroGradientWarning) as caught:
        found = ag.grad(lambda p: p["a"] * 2)({"a": 1.0, "b": [2.0, np.ones(2)]})
    assert found["a"] == 2
    assert found["b"][0] == 0
    assert found["b"][1].tolist() == [0, 0]
    assert len(caught) == 1
    assert str(caught[0].message).startswith(
        "grad: f's result does not depend on argument 0['b'][0], argument 0['b'][1]; the "
    )


def test_the_same_array_at_two_places_counts_at_each():
    x = np.array([1.0, 2.0])
    a, b = ag.grad(lambda p: np.sum(p[0] * p[1] ** 2))([x, x])
    np.testing.assert_array_equal(a, x**2)
    np.testing.assert_array_equal(b, 2 * x**2)
    assert not np.shares_memory(a, b)


def test_f_may_change_the_containers_that_it_is_given():
    def f(p):
        p["extra"] = p.pop("w") * 2
        return np.sum(p["extra"])

    tree = {"w": np.ones(2)}
    assert ag.grad(f)(tree)["w"].tolist() == [2, 2]
    assert list(tree) == ["w"]


# --- as results --------------------------------------------------------------------------------------


def several(x):
    return {"double": 2 * x, "parts": [x[0], (x[1:] ** 2, None)], "line": Line(x.sum(), x[:0])}


X = np.array([1.0, 2.0, 3.0])


def test_a_value_is_built_as_f_built_it():
    y, _ = ag.vjp(several, X)
    expected = several(X)
    assert repr(y) == repr(expected)
    assert repr(ag.jvp(several, X, X)[0]) == repr(expected)


def test_what_is_pulled_back_from_a_container_adds_up():
    y, pull = ag.vjp(several, X)
    ones = rebuild(y, [np.ones(np.shape(a)) for _, a in leaves(y)])
    (g,) = pull(ones)
    np.testing.assert_array_equal(g, [2 + 1 + 1, 2 + 4 + 1, 2 + 6 + 1])


def test_what_is_pushed_forward_is_built_like_the_value():
    _, t = ag.jvp(several, X, np.array([1.0, 10.0, 100.0]))
    assert t["double"].tolist() == [2, 20, 200]
    assert t["parts"][0] == 1
    assert t["parts"][1][0].tolist() == [40, 600]
    assert t["parts"][1][1] is None
    assert type(t["line"]) is Line
    assert t["line"].slope == 111
    assert t["line"].height.shape == (0,)


def test_the_jacobian_of_a_container_is_that_container_of_jacobians():
    j = ag.jacobian(several)(X)
    np.testing.assert_array_equal(j["double"], 2 * np.eye(3))
    np.testing.assert_array_equal(j["parts"][0], [1, 0, 0])
    np.testing.assert_array_equal(j["parts"][1][0], [[0, 4, 0], [0, 0, 6]])
    assert j["parts"][1][1] is None
    assert j["line"].height.shape == (0, 3)


def test_a_jacobian_of_a_container_by_a_container():
    p = {"a": np.array([1.0, 2.0]), "b": np.array(3.0)}
    j = ag.jacobian(lambda p: [p["a"] * p["b"], p["b"] ** 2])(p)
    np.testing.assert_array_equal(j[0]["a"], 3 * np.eye(2))
    np.testing.assert_array_equal(j[0]["b"], [1, 2])
    np.testing.assert_array_equal(j[1]["a"], [0, 0])
    np.testing.assert_array_equal(j[1]["b"], 6)
    both = ag.jacobian(lambda a, b: [a * b, b**2], argnums=(0, 1))(p["a"], p["b"])
    for row, named in zip(both, j, strict=True):
        assert type(row) is tuple
        np.testing.assert_array_equal(row[0], named["a"])
        np.testing.assert_array_equal(row[1], named["b"])


@pytest.mark.parametrize(
    ("f", "g", "message"),
    [
        (lambda x: (x, x), X, "got a ndarray; expected a tuple of 2"),
        (lambda x: {"a": x}, (X,), "got a tuple of 1; expected a dict with keys ['a']"),
        (lambda x: [x, x], [X], "got a list of 1; expected a list of 2"),
    ],
)
def test_what_is_pulled_back_has_to_be_built_like_the_value(f, g, message):
    _, pull = ag.vjp(f, X)
    with pytest.raises(
        ValueError, match=f"^vjp: the gradient at the result: {re.escape(message)}$"
    ):
        pull(g)


@pytest.mark.parametrize(
    ("args", "tangents", "message"),
    [
        (({"a": 1.0},), ({"b": 1.0},), "tangents[0]: got a dict with keys ['b']; expected a dict with keys ['a']"),
        ((1.0, [1.0, 2.0]), (1.0, 1.0), "tangents[1]: got a float; expected a list of 2"),
        ({"a": [1.0, 2.0]}, {"a": [1.0]}, "tangents[0]['a']: got a list of 1; expected a list of 2"),
    ],
)  # fmt: skip
def test_tangents_have_to_be_built_like_the_arguments(args, tangents, message):
    for name, transform in (("jvp", ag.jvp), ("hvp", ag.hvp)):
        with pytest.raises(ValueError, match=f"^{name}: {re.escape(message)}$"):
            transform(lambda *a: square(a), args, tangents)


def test_a_mapping_is_no_single_number():
    with pytest.raises(
        ValueError, match="grad: f returned a mappingproxy; expected a single number"
    ):
        ag.grad(lambda x: types.MappingProxyType({"a": x}))(3.0)
