"""Faults that change nothing, declared.

What is tried (:mod:`.sift`) has to agree with it: a fault that were to lose its effect, on an op
where it should have one, would be noticed here.
"""

from __future__ import annotations

from ...engine.core import Op

SLOPE_0 = {
    ("sign", 0), ("floor", 0), ("ceil", 0), ("rint", 0), ("trunc", 0), ("round", 0), ("fix", 0),
    ("floor_divide", 0), ("floor_divide", 1), ("copysign", 1),
}  # fmt: skip
"""A gradient of zeros stays one, except for what is added to it."""

OF_BROADCASTING = {"not summed back", "mean for sum, over the repeated"}
SYMMETRIC = {
    ("cholesky", 0): {"transposed"},  # functions of the symmetric part of a matrix
    ("eigh_packed", 0): {"transposed"},
    ("concatenate", 1): {"transposed"},  # in the samples, a row or a column
    ("linear", 2): {"transposed"},  # biases are a vector
    ("squeeze", 0): {"transposed", "permuted", "flipped, first axis", "flipped, last axis"},
    ("triu", 0): OF_BROADCASTING,  # nothing but a vector is repeated, and none is in the samples
    ("tril", 0): OF_BROADCASTING,
}


def changes_nothing(op: Op, i: int, fault: str) -> bool:
    """Whether a fault leaves the gradient of argument i as it is.

    >>> from autograd_nn import ops
    >>> changes_nothing(ops.exp, 0, "not summed back"), changes_nothing(ops.add, 0, "negated")
    (True, False)
    """
    if (op.name, i) in SLOPE_0:
        return fault != "+ 1e-7"
    if fault in OF_BROADCASTING and op.sum_back is None:
        return True
    return fault in SYMMETRIC.get((op.name, i), ())
