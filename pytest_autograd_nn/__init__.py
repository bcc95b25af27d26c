"""The pytest plugin of autograd_nn: the fixture ``assert_gradients``.

It stands beside the package because pytest imports it in every test run of whoever has the library
installed: it imports nothing of the library until a test asks for the fixture.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest


@pytest.fixture
def assert_gradients() -> Callable[..., Any]:
    """``assert_gradients(f, *arrays, order=1, …)``: fail with the report of a wrong gradient.

    Arguments are those of ``autograd_nn.gradcheck``, and the report of an accepted gradient is
    returned.  With ``gradient=`` or ``vjp=`` those of ``autograd_nn.check_gradient_function``::

        def test_softplus(assert_gradients):
            assert_gradients(softplus, np.linspace(-3, 3, 7), order=2)
    """
    import autograd_nn  # here, so that test suites that do not ask for it are not slowed down

    def check(f: Callable[..., Any], *arrays: Any, **settings: Any) -> Any:
        __tracebackhide__ = True
        by_hand = "gradient" in settings or "vjp" in settings
        ask = autograd_nn.check_gradient_function if by_hand else autograd_nn.check_gradients
        try:
            return ask(f, *arrays, **settings)
        except autograd_nn.GradientMismatchError as error:
            report = str(error.report)
        pytest.fail(report, pytrace=False)

    return check
