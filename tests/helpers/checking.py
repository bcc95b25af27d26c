"""The gradient check as tests ask for it."""

import pytest

from autograd_nn import GradientMismatch, check_gradient_function, gradcheck


def check_gradients_or_laws(function, *arrays, **settings):
    """The check; of empty arguments or results, which have nothing to measure, that laws are kept."""
    report = gradcheck(function, *arrays, **settings)
    if "there are no elements to check" in report.diagnosis:
        assert report.broken == ()
        assert sum(a.resolved for a in report.arguments) == 0
    else:
        assert report.ok, report


def rejected(value, *arrays, **how):
    """The report on a gradient by hand that the check does not accept."""
    with pytest.raises(GradientMismatch) as caught:
        check_gradient_function(value, *arrays, **how)
    return caught.value.report
