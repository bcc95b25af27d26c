"""Expressions as text, evaluated with arrays and with tensors, and what comes of them."""

import math
import re
import warnings

import numpy as np
import pytest

from autograd_nn import Tensor
from helpers.leaf import leaf

SAME = re.findall(
    r"\w+",
    """
    exp exp2 expm1 log log2 log10 log1p sqrt cbrt square reciprocal sign floor ceil rint trunc fix sin
    cos tan arcsin arccos arctan sinh cosh tanh arcsinh arccosh arctanh sinc deg2rad rad2deg positive
    power float_power floor_divide remainder fmod copysign maximum minimum fmax fmin hypot arctan2
    logaddexp logaddexp2 matmul nan_to_num round sum prod mean std var max min cumsum cumprod
    transpose swapaxes moveaxis expand_dims squeeze broadcast_to flip roll rot90 tril triu sort
    partition take_along_axis equal not_equal greater argsort argpartition where
""",
)  # as the op is called: np.sum(x, axis=0)


NAMES = {name: name for name in SAME} | {
    "add": "add", "sub": "subtract", "mul": "multiply", "div": "true_divide", "neg": "negative",
    "abs": "absolute", "solve": "linalg.solve", "inv": "linalg.inv", "det": "linalg.det",
    "cholesky": "linalg.cholesky",
}  # fmt: skip


OLD_NUMPY = np.lib.NumpyVersion(np.__version__) < "2.1.0"
UNKNOWN_TO_OLD_NUMPY = {"np.clip(M, None, None)", "np.clip(a, 0, 1, out=w)"}


def value(x):
    return x.data if isinstance(x, Tensor) else x


def parts(x):
    """The arrays and tensors in a result, which may be a list or a tuple of them."""
    return [p for y in x for p in parts(y)] if isinstance(x, (list, tuple)) else [x]


def same(result, expected, rtol=0.0):
    """Equal values, shape and dtype: bit for bit, or to a few roundings."""
    result, expected = np.asarray(value(result)), np.asarray(value(expected))
    assert result.dtype == expected.dtype
    assert result.shape == expected.shape
    np.testing.assert_allclose(result, expected, rtol=rtol, atol=rtol)


def outcome(call, *args, **settings):
    """The result, or the error, of a call that may warn."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return call(*args, **settings)
        except Exception as error:
            return error


ARRAYS = {
    "V": np.array([0.7, -1.6, 2.3]),
    "W": np.array([1.4, 0.6, -0.9]),
    "M": np.array([[0.3, -1.2, 2.1], [1.7, 0.9, -0.6]]),
    "N": np.array([[2.2, 0.4, -0.8], [-1.3, 1.1, 0.2]]),
    "K": np.array([[2.1, 0.3, -0.4], [0.6, 1.7, 0.2], [-0.3, 0.5, 2.6]]),
    "S": np.array([[2.4, 0.3, 0.1], [0.3, 1.6, -0.2], [0.1, -0.2, 3.1]]),
    "C": np.cos(np.arange(1.0, 13.0)).reshape(2, 3, 2),
    "z": np.array(1.3),
    "E": np.zeros((0, 3)),
}


def lines(block):
    """The texts of a block, by the line on which they stand."""
    return {line: texts(line) for line in block.strip().splitlines()}


def called(text):
    """The names of NumPy's functions in a text."""
    return re.findall(r"np\.((?:linalg\.)?\w+)", text)


def used(text):
    """The names of the arrays in a text."""
    return [name for name in compile(text, "", "eval").co_names if name in ARRAYS]


def leaves():
    return {name: leaf(array) for name, array in ARRAYS.items()}


def texts(block):
    found = [text.strip() for line in block.strip().splitlines() for text in line.split(";")]
    return [text for text in found if not (OLD_NUMPY and text in UNKNOWN_TO_OLD_NUMPY)]


def said(text, arrays):
    return eval(text, {"np": np, "math": math, **arrays})


def on_arrays(text, arrays=ARRAYS):
    try:
        return said(text, arrays)
    except (AttributeError, TypeError) as error:
        pytest.skip(f"this NumPy does not have it: {error}")


def on_tensors(text, arrays=ARRAYS, requires_grad=True):
    try:
        return said(text, {n: Tensor(a, requires_grad=requires_grad) for n, a in arrays.items()})
    except Exception as error:
        return pytest.fail(f"{text}: {type(error).__name__}: {error}", pytrace=False)


def holds_floats(result):
    """Whether there are numbers in a result, bare or as objects, that would have a gradient."""
    return any(
        isinstance(p, float)
        or (isinstance(p, (np.ndarray, np.generic)) and p.dtype.kind not in "biuU")
        for p in parts(result)
    )
