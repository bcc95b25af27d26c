"""What is refused for a tensor, and what it says: nothing loses a gradient silently."""

import re

import numpy as np
import pytest
from helpers.cases import each
from helpers.leaf import leaf
from helpers.spelling import (
    ARRAYS,
    OLD_NUMPY,
    UNKNOWN_TO_OLD_NUMPY,
    called,
    leaves,
    lines,
    on_arrays,
    on_tensors,
    outcome,
    said,
    same,
    texts,
)

from autograd_nn import Tensor, gradients, no_grad

# --- what is wrong for an array is wrong for a tensor ------------------------------------------------

WRONG = """
np.concatenate([M, V]); np.stack([M, V]); np.split(V, 2); np.array_split(V, 0)
np.dot(M, M); np.dot(V, M); np.vdot(V, M); np.inner(V, C); np.tensordot(M, M, 1); np.cross(V, 2.0)
np.reshape(M, 5); np.reshape(M, (-1, -1)); np.transpose(M, (0,)); np.transpose(M, (0, 0))
np.squeeze(M, 0); np.squeeze(M, 7); np.expand_dims(M, 5); np.expand_dims(M, (0, 0)); np.swapaxes(M, 0, 5)
np.moveaxis(M, 5, 0); np.moveaxis(M, [0, 0], [0, 1]); np.broadcast_to(V, (2,)); np.matrix_transpose(V)
np.sort(z); np.sort(V, 3); np.partition(V, 5); np.sum(M, axis=5); np.sum(M, axis=(0, 0)); np.cumsum(M, 5)
np.sum(M, axis=[0]); np.sum(M, axis=0.5); np.sum(M, keepdims="no"); np.max(E); np.min(E, axis=0); np.ptp(E)
np.unstack(z); np.unstack(M, axis=5); np.fliplr(V); np.flipud(z); np.flip(M, 2); np.flip(M, (0, 0)); np.rot90(V)
np.diag(C); np.diag(z); np.diag(V, 1.5); np.diagonal(V); np.trace(V); np.trace(M, 0, 1, 1); np.tril(z)
np.take(M, 99); np.take(M, [0], axis=0.5); np.take_along_axis(M, np.array([0]), 1); np.delete(V, 9)
np.take_along_axis(V, np.array([0.5]), 0); np.delete(M, 0, 5); np.compress([True] * 9, V); np.repeat(V, -1)
np.repeat(V, [1, 2]); np.tile(V, -1); np.roll(M, 1, 5); np.roll(M, (1, 2, 3), (0, 1)); np.pad(M, -1)
np.pad(V, 1.5); np.round(M, 1.5); np.clip(M, "a", 1); np.full_like(V, [1, 2]); np.broadcast_arrays(V, V[:2])
np.average(V, weights=[1, 2]); np.average(M, weights=V); np.where(V > 0, V); np.where(V > 0, V, M[:, :2])
np.select([V > 0], [V, W]); np.column_stack([V, M]); np.vstack([V, V[:2]]); np.hstack([V, M]); np.append(M, V, 0)
np.stack(z); np.concatenate(V); np.hsplit(z, 1); np.dsplit(M, 1); np.hsplit(V, 2); np.einsum("ij", V)
np.einsum("ii", M); np.einsum("i,i", V, M); np.matmul(z, V); np.matmul(V, 2.0); np.vecmat(V, V)
np.vecdot(V, M[:, :2]); np.linalg.trace(V); np.linalg.diagonal(V); np.linalg.svd(V); np.linalg.solve(M, V)
np.linalg.inv(M); np.linalg.inv(0 * K); np.linalg.cholesky(-S); np.linalg.cholesky(M); np.linalg.eigh(M)
np.linalg.det(M); np.linalg.slogdet(V); np.linalg.eigvalsh(V); np.linalg.svdvals(V); np.linalg.matrix_norm(V)
np.linalg.norm(M, axis=5); np.linalg.norm(M, 3); np.linalg.vector_norm(V, axis=3); np.linalg.cross(V[:2], V[:2])
np.linalg.matrix_power(M, 2); np.linalg.matrix_power(K, 1.5); np.linalg.multi_dot([K, M, M])
np.astype(M, "nonsense"); np.exp(V, dtype=object); np.exp(V, dtype=int); np.add(V, 1, dtype=int)
np.polyval(z, 2.0); np.nan_to_num(V, nan="a"); np.var(V, ddof="a"); np.max(V, axis="a"); np.add.reduce(M, 5)
np.median(M, axis=5); np.take(M, [0], axis=5); np.take(M, [0], axis=-3); np.repeat(M, 2, axis=5)
np.compress([True, False], M, axis=4); np.diff(M, axis=5); np.tensordot(M, M, axes=([5], [5]))
np.linalg.norm(M, 1, (0, 5)); np.linalg.norm(M, 2, (0, 5)); np.diff(V, -1)
np.linalg.matrix_power(V, 2); np.linalg.matrix_power(M, 1); np.linalg.norm(V, 'fro')
np.linalg.outer(M, V); np.linalg.multi_dot([M]); np.meshgrid(V, W, indexing='x'); np.vsplit(V, 1)
np.vecdot(z, z); np.compress([[True]], V); np.select([V], [W]); np.sort(V, kind='nonsense')
np.average(V, weights=[1, -1, 0]); np.sum(M, where=True, initial=V)
np.partition(V, 1, kind='nonsense'); np.extract([True] * 4, V); np.cumulative_sum(M)
np.block([[V], V]); np.block([[], []])
"""


@each("text", lines(WRONG))
def test_what_numpy_refuses_for_arrays_is_refused_for_tensors(text):
    refused = outcome(said, text, ARRAYS)
    assert isinstance(refused, Exception)
    if "module 'numpy" in str(refused):
        pytest.skip("this NumPy does not have it")
    error = outcome(said, text, leaves())
    assert isinstance(error, (TypeError, ValueError, IndexError))
    assert str(error)


@pytest.mark.parametrize(
    "text",
    texts("""
        np.hsplit(z, 1); np.dsplit(M, 1); np.linalg.svd(V); np.delete(M, 0, 5); np.split(M, [1], axis=2)
        np.cross(M, M, axis=5); np.linalg.matrix_power(K, 1.5); np.diff(z); np.repeat(z, 2, 0)
        np.take(M, 99); np.select([V > 0], [V, W])
    """),
)
def test_an_error_names_the_function_or_the_shape(text):
    error = outcome(said, text, leaves())
    name = called(text)[0].split(".")[-1]
    assert name in str(error) or "(2, 3)" in str(error)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("np.linalg.inv(0 * K)", np.linalg.LinAlgError),
        ("np.linalg.cholesky(-S)", np.linalg.LinAlgError),
        ("np.sum(M, axis=5)", np.exceptions.AxisError),
        ("np.sort(V, 3)", np.exceptions.AxisError),
    ],
)
def test_an_error_can_be_caught_as_numpys(text, kind):
    assert isinstance(outcome(said, text, ARRAYS), kind)
    assert isinstance(outcome(said, text, leaves()), kind)


# --- settings: recorded right, or named in the error ---------------------------------------------------

REFUSED_SETTINGS = {
    "np.sum(M, where=M > 0)": "np.sum.*where=",
    "np.sum(M, initial=1.0)": "np.sum.*initial=1.0",
    "np.max(M, axis=0, initial=2.0)": "np.max.*initial=2.0",
    "np.mean(M, where=[True, False, True])": "np.mean.*where=",
    "np.exp(M, where=M > 0)": "np.exp.*where=",
    "np.exp(M, signature='d->d')": "np.exp.*signature=",
    "np.add(M, V, order='F')": "np.add.*order='F'",
    "np.add(M, V, casting='no')": "np.add.*casting='no'",
    "np.add.reduce(M, initial=1)": "np.add.reduce.*initial=1",
    "np.add.reduce(M, where=M > 0)": "np.add.reduce.*where=",
    "np.maximum.reduce(M, initial=0.0)": "np.maximum.reduce.*initial=0.0",
    "np.matmul(M, M.T, axes=[(0, 1)] * 3)": "np.matmul.*axes=",
    "np.vecdot(V, W, keepdims=True)": "np.vecdot.*keepdims=True",
    "np.reshape(M, (3, 2), order='F')": "np.reshape.*order='F'",
    "np.ravel(M, order='F')": "np.ravel.*order='F'",
    "np.take(M, 7, mode='wrap')": "np.take.*mode='wrap'",
    "np.meshgrid(V, W, sparse=True)": "np.meshgrid.*sparse=True",
    "np.cross(C, C, axisa=1)": "np.cross.*axisa=1",
    "np.pad(M, 1, 'edge')": "pad: mode='edge'",
    "np.pad(M, 1, mode='reflect')": "pad: mode='reflect'",
    "np.nan_to_num(M, copy=False)": "copy=False",
    "np.linalg.eigh(S, UPLO='U')": "np.linalg.eigh.*UPLO='U'",
    "np.linalg.svd(M)": "full_matrices=False",
    "np.linalg.norm(V, 3)": "norm: ord=3",
    "np.linalg.norm(M, 'nuc')": "norm: ord='nuc'",
    "np.einsum(M, [0, 1], [1, 0])": "einsum: expected the letters as text first",
    "np.zeros_like(M, order='F')": "np.zeros_like.*order='F'",
    "np.sum(M, dtype=int)": "int64, which carries no gradient.*detach",
    "np.astype(M, complex)": "complex128, which carries no gradient.*detach",
}


@pytest.mark.parametrize(("text", "message"), REFUSED_SETTINGS.items())
def test_a_setting_that_is_not_recorded_is_named_and_never_ignored(text, message):
    with pytest.raises((TypeError, ValueError), match=message):
        said(text, leaves())


NOT_METHODS = """
np.subtract.reduce(M); np.divide.reduce(M); np.hypot.reduce(V); np.fmax.reduce(V); np.maximum.accumulate(M)
np.logaddexp.accumulate(V); np.add.reduceat(V, [0, 1]); np.add.at(V, [0], 1.0); np.subtract.at(V, [0], 1.0)
np.add.at(np.zeros(3), [0], z); np.multiply.reduceat(V, [0])
"""


@pytest.mark.parametrize("text", texts(NOT_METHODS))
def test_a_method_of_a_ufunc_that_does_not_record_says_so(text):
    name = ".".join(text.split("(")[0].split(".")[:3])
    with pytest.raises(TypeError, match=rf"{name} does not record on tensors;.*tensor\.detach\(\)"):
        said(text, leaves())


@pytest.mark.parametrize(
    "text",
    ["np.less.outer(V, W)", "np.logical_and.reduce(M)", "np.logical_or.reduce(M, axis=1)", "np.isnan(M, where=True)",
     "np.isnan(M, out=np.zeros((2, 3), bool))", "np.equal(M, N, dtype=bool)", "np.isfinite(M, casting='safe')"],
)  # fmt: skip
def test_ufuncs_that_answer_do_so_with_settings_and_in_their_methods(text):
    same(on_tensors(text), on_arrays(text))


# --- what would be lost: errors that say what to write ----------------------------------------------------

OUT = r"out= cannot hold a recorded result.*write new = … without out="
IN_PLACE = r"an array cannot hold a recorded result.*write array = array \+ tensor"
ARRAY = r"an array made of .* would lose its gradient; write tensor\.data for the values, tensor\.detach\(\) .*np\.stack"
ELEMENT = (
    r"array\[…\] = t would keep the value and lose the gradient.*np\.stack\(list\).*float\(tensor\)"
)
LEAF = (
    r"w: an in-place operator on a leaf.*write leaf\.data \+= …, to compute on write b = leaf \+ …"
)
GRAPH = r"part of a recorded graph.*write a = a \+ … instead of a \+= …"
ASSIGNED = r"elements cannot be assigned to.*write leaf\.data = ….*ops\.where\(mask, new, old\)"
NO_FUNCTION = r"does not record on tensors; .*autograd_nn\.ops\..*; take the values with tensor\.detach\(\)\.data"

LOST = [
    *[(f"a {o}= w", rf"np\.{n}: {IN_PLACE}") for o, n in [
        ("+", "add"), ("-", "subtract"), ("*", "multiply"), ("/", "divide"), ("**", "power"),
        ("//", "floor_divide"), ("%", "remainder"), ("@", "matmul")]],
    ("a += t", IN_PLACE), ("a[:2] += w[:2]", IN_PLACE), ("m[0] += w", IN_PLACE),
    ("a[0] = t", ELEMENT), ("a[-1] = t * 2", "would keep the value"), ("m[1, 2] = t", ELEMENT), ("a[i] = t", ARRAY),
    ("a[0], a[1] = t, t", ELEMENT), ("a[0] = w[1]", "would keep the value"), ("a[0] += t", "would keep the value"),
    ("a[0] = t[None]", ""), ("m[0][1] = t", ELEMENT), ("a.flat[0] = t", "Error setting"),
    ("a[:] = w", ARRAY), ("a[...] = t", ARRAY), ("a[1:2] = t", ARRAY), ("a[a > 0] = t", ARRAY),
    ("a[[0, 1]] = t", ARRAY), ("m[0] = w", ARRAY), ("m[:, 0] = w[:2]", ARRAY), ("a[:] = [t, t, t]", ARRAY),
    ("a.flat = w", ARRAY), ("a.put(0, t)", ARRAY), ("a.put([0, 1, 2], w)", ARRAY),
    ("np.asarray(w)", ARRAY), ("np.array(w)", ARRAY), ("np.array([w, w])", ARRAY), ("np.asanyarray(w)", ARRAY),
    ("np.array([t, t])", ARRAY), ("np.array([[t, 1.0], [2.0, t]])", ARRAY), ("np.array(w, dtype=object)", ARRAY),
    ("np.ascontiguousarray(w)", ARRAY), ("np.asarray(w, dtype=np.float32)", ARRAY), ("np.array(w, copy=False)", ARRAY),
    ("np.fill_diagonal(m, t)", ARRAY), ("np.fill_diagonal(k, 1.0)", NO_FUNCTION), ("np.copyto(a, w)", NO_FUNCTION),
    ("np.copyto(w, a)", NO_FUNCTION), ("np.put(a, [0], t)", NO_FUNCTION), ("np.put(w, [0], 1.0)", NO_FUNCTION),
    ("np.place(a, a == 0, t)", NO_FUNCTION), ("np.place(w, a == 0, 1.0)", NO_FUNCTION),
    ("np.putmask(a, a == 0, w)", NO_FUNCTION), ("np.putmask(w, a == 0, 1.0)", NO_FUNCTION),
    ("np.put_along_axis(m, i[None], w[None, :1], 1)", NO_FUNCTION), ("np.put_along_axis(w, i, 1.0, 0)", NO_FUNCTION),
    ("np.add.at(a, [0], t)", r"np\.add\.at does not record"), ("np.add.at(w, [0], 1.0)", r"np\.add\.at does not record"),
    *[(f"w {o}= 1.0", LEAF) for o in ("+", "-", "*", "/", "**", "//", "%")], ("w @= m.T", LEAF), ("w += a", LEAF),
    *[(f"y {o}= 1.0", GRAPH) for o in ("+", "-", "*", "/", "**", "//", "%")], ("y @= m.T", GRAPH), ("y -= a", GRAPH),
    ("w[0] = 1.0", ASSIGNED), ("w[:] = a", ASSIGNED), ("y[a > 0] = 0.0", ASSIGNED), ("y[0] = t", ASSIGNED),
    ("w[0] += 1.0", GRAPH), ("w.T[0] = 1.0", ASSIGNED), ("c[0] = 1.0", ASSIGNED), ("y[0][1] = 2", "cannot be assigned"),
    *[(f"{text}", OUT) for text in (
        "np.exp(w, out=a)", "np.exp(w, a)", "np.exp(w, out=(a,))", "np.exp(a, out=w)", "np.exp(a, w)", "np.exp(a, out=c)",
        "np.add(w, 1, a)", "np.add(a, 1, out=y)", "np.divmod(w, 2, out=(a, a))", "np.divmod(a, 2, w, None)",
        "np.sum(w, out=m[0, 0])", "np.sum(m, 0, out=w)", "np.sum(w, 0, None, m[0])", "np.mean(m, 0, out=w)",
        "np.max(m, 0, w)", "np.cumsum(w, out=a)", "np.std(m, 0, out=w)", "np.median(m, 0, w)", "np.clip(w, 0, 1, out=a)",
        "np.clip(a, 0, 1, out=w)", "np.round(w, 1, a)", "np.round(a, out=w)", "np.dot(m, w, out=a[:2])", "np.dot(m, a, out=w[:2])",
        "np.matmul(m, w, out=a[:2])", "np.matmul(m, a, out=w[:2])", "np.einsum('i,i->i', w, a, out=a)",
        "np.einsum('i,i->i', a, a, out=w)", "np.take(w, [0], out=a[:1])", "np.take(m, [0], 1, out=w[:2, None])",
        "np.concatenate([w, w], out=m.ravel())", "np.concatenate([a, a], out=w)", "np.stack([w, w], out=m)",
        "np.compress(a == 0, w, out=a)", "np.trace(m * t, out=a[0])", "np.add.reduce(w, out=a[0, ...])",
        "np.add.reduce(m, out=w)", "np.add.accumulate(w, out=a)", "np.add.outer(w, w, out=k.data)",
        "np.linalg.multi_dot([m, k], out=m)")],
]  # fmt: skip


LOST = [case for case in LOST if not (OLD_NUMPY and case[0] in UNKNOWN_TO_OLD_NUMPY)]


@pytest.mark.parametrize(("statement", "message"), LOST, ids=[s for s, _ in LOST])
def test_what_would_lose_a_gradient_says_what_to_write_and_changes_nothing(statement, message):
    names = {
        "np": np, "a": np.zeros(3), "m": np.zeros((2, 3)), "i": np.array([2]), "k": leaf(np.eye(3)),
        "w": leaf([1.0, 2.0, 3.0], name="w"), "t": leaf(2.0, name="t"), "c": Tensor(np.zeros(3)),
    }  # fmt: skip
    names["y"] = names["w"] * 3
    names_before = dict(names)
    try:
        exec(statement, names)
    except (TypeError, ValueError) as error:
        raised = error
    else:
        pytest.fail("nothing was raised")
    told = f"{raised}" if raised.__cause__ is None else f"{raised} {raised.__cause__}"
    assert re.search(message, told, re.DOTALL)
    for name, was in names_before.items():
        assert names[name] is was
    assert not names["a"].any()
    assert not names["m"].any()
    assert names["w"].data.tolist() == [1, 2, 3]
    assert names["y"].data.tolist() == [3, 6, 9]


@pytest.mark.parametrize(
    "text",
    ["np.isposinf(a, out=w)", "np.isneginf(a, w)", "np.any(m, axis=0, out=w)", "np.all(m, axis=0, out=y)",
     "np.any(m, 0, w)", "np.argmax(m, axis=0, out=order)"],
)  # fmt: skip
def test_a_tensor_is_not_written_to_by_a_function_that_answers(text):
    w, order = leaf([1.0, 2.0, 3.0]), Tensor([1, 2, 3])
    arrays = {"a": np.zeros(3), "m": np.zeros((2, 3)), "w": w, "y": w * 1, "order": order}
    assert isinstance(outcome(said, text, arrays), Exception)
    for t in (w, arrays["y"], order):
        assert t.data.tolist() == [1, 2, 3]


def test_adding_to_an_array_in_place_says_to_write_an_ordinary_sum():
    array = np.zeros(2)
    with pytest.raises(TypeError, match=r"array = array \+ "):
        array += leaf([1.0, 2.0])


def test_an_array_of_tensors_says_to_stack_them():
    with pytest.raises(TypeError, match=r"np\.stack"):
        np.array([leaf(1.0), leaf(2.0)])


def test_constants_may_become_arrays_and_stand_in_array_elements():
    constant, array = Tensor([1.0, 2.0]), np.zeros(2)
    array[0] = constant[1]
    array[1:] = constant[:1]
    assert array.tolist() == [2, 1]
    assert np.asarray(constant).tolist() == np.array([constant, constant])[0].tolist() == [1, 2]
    constant += 1
    constant *= np.array([1.0, 2.0])
    assert constant.data.tolist() == [2, 6]
    with no_grad():
        array[0] = leaf(3.0) * 2
    assert array[0] == 6


@pytest.mark.parametrize(
    "call",
    [
        lambda t, i: t[np.asarray(i)],
        lambda t, i: np.repeat(t, i),
        lambda t, i: np.delete(t, i),
        lambda t, i: t[i],
        lambda t, i: t[(i,)],
    ],
)
def test_a_list_of_positions_changed_later_does_not_change_the_gradient(call):
    found = []
    for later in ([0, 0, 1], [2, 2, 2]):
        t, positions = leaf([1.0, 2.0, 3.0]), [0, 0, 1]
        y = np.sum(call(t, positions))
        positions[:] = later
        found.append(gradients(y, [t])[0].tolist())
    assert found[0] == found[1]


@pytest.mark.parametrize(
    "call",
    [
        lambda t, i: np.take(t, i, axis=0),
        lambda t, i: t.take(i, 0),
        lambda t, i: np.take_along_axis(t, i, 0),
    ],
)
def test_an_array_of_positions_changed_later_does_not_change_the_gradient(call):
    t, positions = leaf([1.0, 2.0, 3.0]), np.array([0, 0, 1])
    y = np.sum(call(t, positions))
    positions[:] = 2
    assert gradients(y, [t])[0].tolist() == [2, 1, 0]
