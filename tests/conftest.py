"""What every test gets: numbers that are the same each time, and a look at what it left behind."""

import os

import numpy as np
import pytest
from helpers.cases import examples
from helpers.networks import record
from hypothesis import settings

from autograd_nn import Tensor

# No deadline, since a busy machine is no fault; the same examples each time where it must not vary.
settings.register_profile(
    "steady", deadline=None, derandomize="CI" in os.environ, max_examples=examples(100)
)
settings.load_profile("steady")


@pytest.fixture
def rng():
    return np.random.default_rng(20150101)


@pytest.fixture
def run():
    """A recorded pass: from a weight of its first layer four paths lead to the cost."""
    return record()


@pytest.fixture(autouse=True)
def _numbers_depend_on_no_other_test(request):
    """A module's own generator starts anew for each test: which ones ran before is chance."""
    module = getattr(request, "module", None)
    if isinstance(getattr(module, "rng", None), np.random.Generator):
        module.rng = np.random.default_rng(20150101)


@pytest.fixture(autouse=True)
def _recording_is_left_on():
    yield
    x = Tensor(1.0, requires_grad=True)
    assert (x * x).requires_grad, "a test left recording switched off"
