"""Programs put together at random from operations on square matrices."""

import numpy as np
from hypothesis import strategies as st

from autograd_nn import ops

ONE = {
    "sigmoid": ops.sigmoid,
    "tanh": ops.tanh,
    "exp": ops.exp,
    "relu": ops.relu,
    "square": ops.square,
    "softmax": ops.softmax,
    "1 - x": lambda x: 1 - x,
    "x / 3": lambda x: x / 3,
    "x * x": lambda x: x * x,
    "x.T": lambda x: x.T,
    "x[::-1]": lambda x: x[::-1],
    "x[:, :1] + x": lambda x: x[:, :1] + x,
    "copy": ops.positive,
    "there and back": lambda x: ops.reshape(ops.ravel(x), shape=x.shape),
    "roll": lambda x: ops.roll(x, shift=1, axis=0),
    "sort": ops.sort,
    "cumsum": lambda x: ops.cumsum(x, axis=-1),
    "x - mean": lambda x: x - ops.mean(x, axis=0),
    "x + sum": lambda x: x + ops.sum(x, axis=-1, keepdims=True),
    "x * max": lambda x: x * ops.max(x, axis=-1, keepdims=True),
    "std": lambda x: ops.std(x + np.arange(x.shape[-1]), axis=-1, keepdims=True) * x,
    "where": lambda x: ops.where(x > 0, x, 0.1 * x),
    "float32 and back": lambda x: ops.astype(ops.astype(x, dtype=np.float32), dtype=x.dtype),
}
TWO = {
    "+": ops.add,
    "-": ops.sub,
    "*": ops.mul,
    "/": lambda a, b: a / (2 + b * b),
    "@": ops.matmul,
    "@ T": lambda a, b: a @ b.T,
    "maximum": ops.maximum,
    "linear": lambda a, b: ops.linear(a, b, b[0]),
    "einsum": lambda a, b: np.einsum("ij,jk->ik", a, b),
    "rows": lambda a, b: ops.concatenate(a, b, axis=0)[: a.shape[0]],
    "cost": lambda a, b: ops.sigmoid_cross_entropy(a, ops.sigmoid(b)),
}
step = st.one_of(
    st.tuples(st.sampled_from(sorted(ONE)), st.integers(0, 99)),
    st.tuples(st.sampled_from(sorted(TWO)), st.integers(0, 99), st.integers(0, 99)),
)


def run(steps, start):
    """Each step takes values that are there already; the last and two others make the result."""
    found = [*start, start[0] * start[-1]]
    for name, *numbers in steps:
        function = ONE.get(name) or TWO[name]
        found.append(function(*(found[i % len(found)] for i in numbers)))
    first, second = steps[0][1] % len(found), steps[-1][1] % len(found)
    last = found[-1] * found[first] + 0.5 * start[0]  # a program may use no weight
    return ops.sum(last) + ops.mean(found[second])


programs = st.lists(step, min_size=1, max_size=12)
