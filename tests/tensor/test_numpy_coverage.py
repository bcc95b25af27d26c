"""Every function that NumPy lets one override: none loses a gradient silently."""

import operator
import re
from operator import attrgetter

import numpy as np
import pytest
from helpers.leaf import leaf
from helpers.spelling import (
    called,
    holds_floats,
    leaves,
    outcome,
    said,
    texts,
)
from numpy.testing import overrides

from autograd_nn import ops
from autograd_nn.tensor.numpy_api.table import ANSWERS, FUNCTIONS
from autograd_nn.tensor.numpy_protocol import advise


def full_name(function):
    module = getattr(function, "__module__", None) or "numpy"
    return f"{module}.{function.__name__}".replace("numpy", "np", 1)


def is_public(function):
    found = np
    for part in full_name(function).split(".")[1:]:
        found = getattr(found, part, None)
    return found is function


OVERRIDABLE = {
    full_name(function): function
    for function in (
        overrides.get_overridable_numpy_array_functions() | overrides.get_overridable_numpy_ufuncs()
    )
    if is_public(function)
    and "recfunctions" not in full_name(function)
    and full_name(function) != "np.tri"  # its arguments are sizes
}

ATTEMPTS = [
    lambda f, t, u: f(t),
    lambda f, t, u: f(t, t),
    lambda f, t, u: f(t, t, t),
    lambda f, t, u: f(t, t, t, 0),
    lambda f, t, u: f(t, 1),
    lambda f, t, u: f(t, [0, 1, 2]),
    lambda f, t, u: f(t, 0, 1),
    lambda f, t, u: f(t, axis=0),
    lambda f, t, u: f([t, t]),
    lambda f, t, u: f([[t]]),
    lambda f, t, u: f([t, t.data]),
    lambda f, t, u: f(u),
    lambda f, t, u: f(u, u),
    lambda f, t, u: f(u, u, u),
    lambda f, t, u: f(u, 1),
    lambda f, t, u: f([u, u]),
    lambda f, t, u: f(u[0]),
    lambda f, t, u: f(u[0], u[1]),
    lambda f, t, u: f(2, like=t),
    lambda f, t, u: f([1.0], like=t),
    lambda f, t, u: f(2, 1.0, like=t),
    lambda f, t, u: f(b"12345678", like=t),
    lambda f, t, u: f([1.0], float, like=t),
    lambda f, t, u: f("1 2", sep=" ", like=t),
    lambda f, t, u: f(lambda i: i, (2,), like=t),
    lambda f, t, u: f(["1"], like=t),
]

ELSEWHERE = """
np.apply_along_axis(np.sum, 0, M); np.apply_over_axes(np.sum, M, [0]); np.interp([0.5], [0.0, 1.0, 2.0], V)
np.interp([0.5], V, [0.0, 1.0, 2.0]); np.linspace(0.0, z, 3); np.logspace(0.0, z, 3); np.geomspace(1.0, z, 3)
np.insert(np.ones(3), 0, z); np.bincount([0, 1, 2], weights=V)
np.histogram([1.0, 2.0, 3.0], weights=V); np.piecewise(V, [V > 0], [1.0]); np.choose([0, 1, 0], [V, W, V])
np.convolve([1.0, 2.0], V); np.correlate([1.0, 2.0], V); np.cov([1.0, 2.0, 3.0], V); np.nextafter(1.0, V)
np.percentile(V, 50); np.quantile([1.0, 2.0], z / 2); np.heaviside(1.0, V)
np.gradient([1.0, 2.0, 3.0], V); np.linalg.lstsq(np.eye(3), V)
np.linalg.tensorsolve(np.eye(3), V); np.polyfit([1.0, 2.0, 3.0], V, 1); np.polydiv([1.0, 2.0], V); np.ldexp(V, 2)
np.union1d([1.0], V); np.frompyfunc(abs, 1, 1)(V); np.vectorize(abs)(V); np.unwrap(V)
np.nditer([V]); np.broadcast(V, W); list(np.ndenumerate(V)); np.r_[V, W]; np.c_[V, W]; np.full(3, V); np.arange(z)
np.array([V, W]); np.array([z, 1.0]); np.array([z, z], dtype=object); np.asarray([z], float); np.sum([V, W])
np.exp([z, 1.0]); np.add([z], 1); np.random.default_rng(0).normal(V); np.select([[True]], [[1.0]], z); np.polyval([z], 1.0)
np.pad(np.ones(2), 1, constant_values=z); np.linalg.solve(np.eye(2), [z, z]); np.fill_diagonal(np.eye(3), V)
np.full_like(np.ones(3), V); np.float32(z); np.int64(z); np.complex128(z); np.nan_to_num(np.ones(3), nan=z)
np.ones(3).dot(V); np.ones(3)[V]; np.ones(3)[z]; np.ones(3).searchsorted(V)
"""


def tries(function):
    """What comes of every attempt, on tensors whose values cannot be changed by it."""
    for attempt in ATTEMPTS:
        t, u = leaf([[2.0, 0.5, 0.1], [0.5, 3.0, 0.2], [0.1, 0.2, 4.0]]), leaf([1.0, 2.0, 3.0])
        t.data.flags.writeable = u.data.flags.writeable = False
        yield outcome(attempt, function, t, u)


SILENT = {
    "np.fromiter": "NumPy asks each element for float(tensor), as a user does who wants the value",
}


def functions(listed, faults):
    wrong = {n: pytest.mark.xfail(strict=True, reason=why) for n, why in faults.items()}
    return pytest.mark.parametrize(
        "name", [pytest.param(n, marks=wrong.get(n, ())) for n in listed]
    )


@functions(sorted(OVERRIDABLE), SILENT)
def test_no_function_of_numpy_loses_a_gradient_silently(name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for result in tries(OVERRIDABLE[name]):
        if not isinstance(result, Exception):
            assert not holds_floats(result)
        elif OVERRIDABLE[name] in FUNCTIONS and name != "np.unstack":  # whose lists NumPy refuses
            assert isinstance(result, (TypeError, ValueError, IndexError))
    assert not list(tmp_path.iterdir())


@functions(sorted(n for n, f in OVERRIDABLE.items() if f not in FUNCTIONS and f not in ANSWERS), {})
def test_what_is_in_no_table_says_its_name_and_what_to_write(name):
    elsewhere = [t for t in texts(ELSEWHERE) if name.removeprefix("np.") in called(t)]
    results = [outcome(said, text, leaves()) for text in elsewhere]
    results += tries(OVERRIDABLE[name])
    messages = [str(r) for r in results if isinstance(r, TypeError)]
    pattern = rf"{re.escape(name)} does not record on tensors; .*autograd_nn.*tensor\.detach\(\)"
    assert any(re.match(pattern, m) for m in messages)


@pytest.mark.parametrize("text", texts(ELSEWHERE))
def test_a_tensor_in_another_place_is_not_lost_either(text):
    result = outcome(said, text, leaves())
    assert isinstance(result, (TypeError, IndexError))
    assert re.search(
        r"would lose its gradient; write|does not record on tensors|flagged as writeable",
        str(result),
    )


@pytest.mark.xfail(
    strict=True, reason="NumPy asks for float(tensor), as a user does who wants the value"
)
@pytest.mark.parametrize(
    "call",
    [
        lambda t: np.float64(t),
        lambda t: np.fromiter([t, t], float),
        lambda t: np.zeros(3).fill(t),
        lambda t: operator.setitem(np.zeros(3), 0, t),
        lambda t: np.zeros(3).__setitem__(0, t),
    ],
)
def test_conversions_by_way_of_float_are_not_silent(call):
    with pytest.raises((TypeError, ValueError)):
        call(leaf(2.0))


@pytest.mark.parametrize(
    ("function", "nearest"),
    [("percentile", "sort"), ("interp", "where"), ("convolve", "conv2d"), ("heaviside", "greater"),
     ("bincount", "scatter_add"), ("linalg.pinv", "solve"), ("linalg.qr", "svd"), ("linalg.eig", "eigh"),
     ("nanmean", "mean"), ("nanprod", "prod"), ("insert", "concatenate"), ("unique", "sort")],
)  # fmt: skip
def test_the_nearest_operation_is_named_and_is_one(function, nearest):
    assert nearest in ops.__all__
    message = advise(attrgetter(function)(np))
    assert message.startswith(f"np.{function} does not record")
    assert f"records is autograd_nn.ops.{nearest};" in message


@pytest.mark.parametrize("function", ["imag", "linalg.cond", "frexp", "ldexp", "apply_along_axis"])
def test_an_operation_that_is_not_near_is_not_named(function):
    assert "nothing near it" in advise(attrgetter(function)(np))
