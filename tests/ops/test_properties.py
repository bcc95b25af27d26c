"""Properties of the ops on shapes, axes, indices and dtypes drawn at random."""

import itertools

import numpy as np
import pytest
from helpers.cases import each, examples
from helpers.checking import check_gradients_or_laws
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from autograd_nn import GradientMismatch, Op, Tensor, check_gradients, gradients, ops
from autograd_nn.ops import activations, elementary, elementwise

BROADCASTING = ["add", "sub", "mul", "div", "maximum", "minimum", "hypot", "arctan2", "logaddexp"]
REDUCING = ["sum", "mean", "prod", "var", "max", "min", "logsumexp", "length"]
MOVING = ["transpose", "flip", "cumsum", "cumprod", "sort", "softmax", "log_softmax", "roll"]


def numbers(shape, seed):
    """Numbers of which no two are equal or near."""
    n = int(np.prod(shape, dtype=int))
    r = np.random.default_rng(seed)
    return (r.permutation(n) / 2 - n / 5 + r.uniform(0.1, 0.3)).reshape(shape)


seeds = st.integers(0, 10_000)


@settings(max_examples=examples(40))
@given(
    st.sampled_from(BROADCASTING),
    hnp.mutually_broadcastable_shapes(num_shapes=2, max_dims=3, max_side=3, min_side=0),
    seeds,
)
def test_broadcasting_ops_have_right_gradients_for_any_two_shapes(name, shapes, seed):
    a, b = (numbers(s, seed + i) for i, s in enumerate(shapes.input_shapes))
    check_gradients_or_laws(getattr(ops, name), a, b + 0.05)


@settings(max_examples=examples(40))
@given(
    st.data(),
    st.sampled_from(REDUCING),
    hnp.array_shapes(max_dims=3, max_side=3),
    seeds,
    st.booleans(),
)
def test_reductions_are_numpys_and_have_right_gradients_over_any_axes(
    data, name, shape, seed, keep
):
    axes = data.draw(st.none() | st.sets(st.integers(0, len(shape) - 1), min_size=1).map(tuple))
    if axes and len(axes) == 1 and data.draw(st.booleans()):
        axes = axes[0] - len(shape)
    x = numbers(shape, seed)
    numpys = {"logsumexp": lambda x, **k: np.log(np.sum(np.exp(x), **k)),
              "length": lambda x, **k: np.sqrt(np.sum(x * x, **k))}  # fmt: skip
    y = getattr(ops, name)(x, axis=axes, keepdims=keep)
    np.testing.assert_allclose(
        y, numpys.get(name, getattr(np, name, None))(x, axis=axes, keepdims=keep), rtol=1e-12
    )
    check_gradients(lambda t: getattr(ops, name)(t, axis=axes, keepdims=keep), x)


@settings(max_examples=examples(40))
@given(st.data(), st.sampled_from(MOVING), hnp.array_shapes(max_dims=3, max_side=3), seeds)
def test_ops_along_an_axis_have_right_gradients_along_any(data, name, shape, seed):
    axis = data.draw(st.integers(-len(shape), len(shape) - 1))
    params = {"axis": axis}
    if name == "transpose":
        params = {"axes": data.draw(st.permutations(range(len(shape))))}
    if name == "roll":
        params["shift"] = data.draw(st.integers(-4, 4))
    check_gradients(lambda t: getattr(ops, name)(t, **params), numbers(shape, seed))


@settings(max_examples=examples(60))
@given(st.data(), hnp.array_shapes(max_dims=3, max_side=4), seeds)
def test_any_index_gives_numpys_values_and_right_gradients(data, shape, seed):
    index = data.draw(
        hnp.basic_indices(shape, allow_newaxis=True, allow_ellipsis=True)
        | hnp.integer_array_indices(shape)
        | hnp.arrays(bool, shape)
    )
    x = numbers(shape, seed)
    np.testing.assert_array_equal(Tensor(x)[index].data, x[index])
    check_gradients_or_laws(lambda t: t[index] * t[index], x)


@settings(max_examples=examples(40))
@given(st.data(), seeds)
def test_matmul_of_any_two_fitting_shapes(data, seed):
    shapes = data.draw(
        hnp.mutually_broadcastable_shapes(
            signature="(m?,n),(n,p?)->(m?,p?)", max_dims=2, max_side=3
        )
    )
    a, b = (numbers(s, seed + i) for i, s in enumerate(shapes.input_shapes))
    np.testing.assert_allclose(ops.matmul(a, b), a @ b)
    check_gradients(ops.matmul, a, b)


@settings(max_examples=examples(40))
@given(st.data(), seeds)
def test_einsum_of_any_two_terms(data, seed):
    sizes = {"i": 2, "j": 3, "k": 1, "l": 2}
    terms = [data.draw(st.text("ijkl", max_size=3)) for _ in range(2)]
    result = data.draw(st.lists(st.sampled_from("ijkl"), unique=True).map("".join))
    result = "".join(c for c in result if c in "".join(terms))
    subscripts = f"{','.join(terms)}->{result}"
    a, b = (numbers(tuple(sizes[c] for c in t), seed) for t in terms)
    np.testing.assert_allclose(ops.einsum(a, b, subscripts=subscripts), np.einsum(subscripts, a, b))
    check_gradients(lambda a, b: ops.einsum(a, b, subscripts=subscripts), a, b)


# --- dtypes ---------------------------------------------------------------------------------------------

VALUES = {
    "float64": np.array([1.5, 2.5]), "float32": np.array([1.5, 2.5], np.float32),
    "float16": np.array([1.5, 2.5], np.float16), "int64": np.array([1, 2]), "bool": np.array([True, True]),
    "uint8": np.array([1, 2], np.uint8), "python float": 1.5, "python int": 2, "python bool": True,
    "float32 number": np.float32(1.5), "float64 number": np.float64(1.5),
}  # fmt: skip
UFUNCS = {
    "add": np.add, "sub": np.subtract, "mul": np.multiply, "div": np.true_divide, "power": np.power,
    "maximum": np.maximum, "minimum": np.minimum, "hypot": np.hypot, "arctan2": np.arctan2,
    "logaddexp": np.logaddexp, "remainder": np.remainder, "float_power": np.float_power,
}  # fmt: skip


PAIRS = list(itertools.product(["float64", "float32", "float16", "int64"], VALUES))


@pytest.mark.parametrize("name", UFUNCS)
@each("pair", {"all": PAIRS})
def test_dtypes_follow_numpys_promotion(name, pair):
    a, b = (VALUES[one] for one in pair)
    for x, y in ((a, b), (b, a)):
        try:
            expected = UFUNCS[name](x, y)
        except TypeError:
            with pytest.raises(TypeError, match=name):
                getattr(ops, name)(Tensor(x) if x is a else x, y if x is a else Tensor(y))
            continue
        except ValueError:  # integers to negative powers
            continue
        ours = getattr(ops, name)(Tensor(x) if x is a else x, y if x is a else Tensor(y))
        assert ours.dtype == expected.dtype
        np.testing.assert_array_equal(ours.data, expected)


@pytest.mark.parametrize("name", UFUNCS)
@pytest.mark.parametrize("dtype", [np.float16, np.float32])
def test_a_gradient_has_the_dtype_of_its_argument_whatever_the_other_is(name, dtype):
    a = Tensor(np.array([1.5, 2.5], dtype), requires_grad=True)
    for b in (2.0, np.array([1.25, 0.5]), np.array([2, 1])):
        y = getattr(ops, name)(a, b)
        assert gradients(y, [a], seed=np.ones(2))[0].dtype == dtype


# --- a rule that forgets broadcasting -------------------------------------------------------------------


@pytest.mark.parametrize(
    "name", [*BROADCASTING, "power", "fmax", "remainder", "sigmoid_cross_entropy"]
)
@pytest.mark.parametrize("argument", [0, 1])
def test_a_rule_that_does_not_sum_back_is_refused(name, argument):
    op = getattr(ops, name)
    shapes = [(3, 2), (3, 2)]
    shapes[argument] = (2,)
    arrays = [np.random.default_rng(i).uniform(0.5, 1.5, s) for i, s in enumerate(shapes)]

    def unsummed(rule):
        def wrong(g, y, a, b):
            full = [np.broadcast_to(x, (3, 2)) for x in (a, b)]
            return rule(g, y, *full)

        return wrong

    wrong = Op(name, op.forward, op.rule(0), op.rule(1)).with_rule(
        argument, unsummed(op.rule(argument))
    )
    with pytest.raises(
        GradientMismatch, match=rf"{name}: the rule for argument {argument} gave shape \(3, 2\)"
    ) as caught:
        check_gradients(wrong, *arrays)
    assert caught.value.report.cause == "not summed back"


FLAT = {"sign", "floor", "ceil", "rint", "trunc", "round", "fix", "floor_divide", "copysign"}
OF_SQUARES = [
    *[op.name for f in (elementary, elementwise, activations) for op in f.ALL if op.name not in FLAT],
    "matmul", "softmax", "log_softmax", "sort", "cumsum", "cumprod", "inv", "cholesky", "triu", "tril",
    "solve", "sigmoid_cross_entropy", "flip", "rot90", "roll", "transpose",
]  # fmt: skip


@pytest.mark.parametrize("name", OF_SQUARES)
def test_a_transposed_gradient_is_caught(name):
    op = getattr(ops, name)
    arrays = [np.random.default_rng(i).uniform(0.2, 0.8, (3, 3)) for i in range(op.arity)]
    if name in ("inv", "solve", "cholesky"):
        arrays[0] = arrays[0] + 3 * np.eye(3)
    if name == "arccosh":
        arrays = [1 + a for a in arrays]
    params = {"shift": 1} if name == "roll" else {"axis": 0} if name.startswith("cum") else {}
    check_gradients(lambda *t: op(*t, **params), *arrays)
    for i in range(op.arity):
        right = op.rule(i)

        def transposed(*args, rule=right, **params):
            return ops.transpose(rule(*args, **params))

        wrong = op.with_rule(i, transposed)
        if name == "cholesky":  # its gradient is symmetric: transposing changes nothing
            check_gradients(wrong, *arrays)
            continue
        with pytest.raises(GradientMismatch):
            check_gradients(lambda *t, wrong=wrong: wrong(*t, **params), *arrays)
