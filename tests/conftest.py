"""What every test gets: numbers that are the same each time, and a look at what it left behind."""

import numpy as np
import pytest

from autograd_nn import Tensor


@pytest.fixture
def rng():
    return np.random.default_rng(20150101)


@pytest.fixture(autouse=True)
def _recording_is_left_on():
    yield
    x = Tensor(1.0, requires_grad=True)
    assert (x * x).requires_grad, "a test left recording switched off"
