"""Of any program: the backward pass, the sum over paths and finite differences give one number."""

import warnings

import numpy as np
from helpers.cases import examples
from helpers.random_programs import programs, run
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from autograd_nn import Tensor, ZeroGradientWarning, gradcheck, gradients, viz


@settings(max_examples=examples(40))
@given(programs, st.integers(1, 3), st.integers(0, 999), st.integers(0, 99))
def test_three_ways_to_every_gradient(steps, n, seed, element):
    assume(all(name != "float32 and back" for name, *_ in steps))  # the check refuses that
    rng = np.random.default_rng(seed)
    start = [rng.standard_normal((n, n)) for _ in range(2)]
    a, b = (Tensor(x, requires_grad=True) for x in start)
    index = divmod(element % n**2, n)
    with np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore", ZeroGradientWarning)
        cost = run(steps, [a, b])
        slopes = gradients(cost, [a, b])
        assume(all(np.abs(g).max() < 1e8 for g in slopes))
        paths = viz.path_sum(cost, a, index)  # every program uses a
        scale = max(1.0, float(np.abs(slopes[0]).max()))
        np.testing.assert_allclose(paths.total, slopes[0][index], rtol=1e-9, atol=1e-9 * scale)
        report = gradcheck(lambda *xs: run(steps, list(xs)), *start)
    assert report.verdict.name in {"PASS", "KINK"}, report
