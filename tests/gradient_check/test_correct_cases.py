"""No false alarms: right gradients, in any units, are never said to be wrong."""

from collections import Counter
from functools import cache

import numpy as np
import pytest
from helpers.cases import quickly
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from mutants.mutant import call_of, free_arguments
from mutants.samples import Sample, table
from mutants.units import in_units

from autograd_nn import ops
from autograd_nn.gradient_check import Verdict, gradcheck

OPS = {op.name: op for op in ops.ALL}
UNITS = [(1.0, 1.0), (1e6, 1.0), (1e-6, 1.0), (1.0, 1e8), (1.0, 1e-8), (1e3, 1e-3), (1e-3, 1e3)]
DRAWS = 60


@cache
def checkable(seed):
    """The samples of one draw of the table that have something to differentiate by."""
    return [s for s in table(seed) if free_arguments(OPS[s.op], s) and all(map(np.size, s.arrays))]


def check_cases(count, least):
    """Draw so many cases of right rules and check them; the verdicts counted."""
    tally = Counter()

    @settings(max_examples=count, database=None, suppress_health_check=list(HealthCheck))
    @given(
        st.integers(0, DRAWS - 1),
        st.integers(0, len(checkable(0)) - 1),
        st.sampled_from(UNITS),
        st.integers(0, 2**31),
    )
    def case(draw, k, units, seed):
        sample = checkable(draw)[k]
        function, given_arrays = call_of(OPS[sample.op], sample)
        with np.errstate(all="ignore"):
            scaled = [x * units[0] for x in given_arrays]
            report = gradcheck(in_units(function, units), *scaled, seed=seed)
        tally[report.verdict] += 1
        assert report.verdict not in (Verdict.FAIL, Verdict.NONFINITE), (
            f"{sample}, {units}: {report}"
        )

    case()
    assert sum(tally.values()) >= least
    return tally


def test_a_hundred_right_gradients_in_seven_units_are_accepted():
    tally = check_cases(150, 150)
    assert tally[Verdict.INCONCLUSIVE] <= 0.02 * sum(tally.values())


@pytest.mark.slow
@pytest.mark.timeout(1200)
def test_ten_thousand_right_gradients_in_seven_units_are_accepted():
    tally = check_cases(10_000, 10_000)
    assert tally[Verdict.INCONCLUSIVE] <= 0.005 * sum(tally.values())


# Ops that take every number, at values that hypothesis thinks nasty: zeros, ties, whole numbers,
# numbers next to each other, very small ones (such that their products are 0, too).
EVERYWHERE = [
    "add", "sub", "mul", "maximum", "minimum", "fmax", "fmin", "hypot", "logaddexp", "logaddexp2",
    "square", "exp", "expm1", "sin", "cos", "arctan", "tanh", "arcsinh", "sigmoid", "softplus",
    "log_sigmoid", "relu", "leaky_relu", "elu", "gelu", "silu", "erf", "sinc", "abs", "softmax", "log_softmax",
    "logsumexp", "sum", "mean", "prod", "max", "min", "cumsum", "cumprod", "sort", "matmul", "var",
]  # fmt: skip
SHAPES = {"matmul": [(2, 3), (3, 2)]}


def nasty(name, count):
    @settings(max_examples=count, database=None, suppress_health_check=list(HealthCheck))
    @given(st.data())
    def case(data):
        op = OPS[name]
        shapes = SHAPES.get(name, [(2, 3)] * op.arity)
        elements = st.just(0.0) | st.floats(5e-324, 6.0) | st.floats(-6.0, -5e-324)
        values = tuple(data.draw(arrays(float, shape, elements=elements)) for shape in shapes)
        function, free = call_of(op, Sample(name, values))
        with np.errstate(all="ignore"):
            report = gradcheck(function, *free)
        assert report.verdict is not Verdict.FAIL, report

    case()


@pytest.mark.parametrize("name", EVERYWHERE)
def test_nasty_values_raise_no_false_alarm(name):
    nasty(name, 3)


@pytest.mark.slow
@pytest.mark.parametrize("name", EVERYWHERE)
def test_many_nasty_values_raise_no_false_alarm(name):
    nasty(name, 30)


@pytest.mark.parametrize(
    "values",
    [np.zeros(5), np.array([[0.0, 0, 1, 0], [2, 1, 2, 2]]), np.full((2, 3), 5e-324)],
    ids=["5", "2x4", "least"],
)
@pytest.mark.parametrize(
    "f",
    [ops.sort, ops.median, ops.max, ops.min],
    ids=lambda f: f.__name__ if hasattr(f, "__name__") else f.name,
)
@pytest.mark.parametrize("seed", quickly((0, 1, 29, 30, 39, 41, 48, 50), 2))
def test_many_ties_raise_no_false_alarm_under_any_seed(f, values, seed):
    """The middle one of five equal numbers has a slope of its own only where the others move too."""
    report = gradcheck(f, values, seed=seed)
    assert report.ok, report


@pytest.mark.parametrize("seed", [None, 0, 1, 188507636])
@pytest.mark.parametrize(
    "values",
    [
        [[1.0, 0.0, 0.0], [1.1e-308, -2.8e-238, 0.0]],
        [[2.2154680760693906e-127, -7.452268958642361e-289, 0.0], [4.926981613424407, 0.0, 0.0]],
    ],
)
def test_what_no_step_tells_from_a_tie_moves_with_it(values, seed):
    """A 0 of one row is tied, the 0 of the other all but tied to numbers that nothing can resolve."""
    report = gradcheck(ops.sort, np.array(values), seed=seed)
    assert report.ok, report
