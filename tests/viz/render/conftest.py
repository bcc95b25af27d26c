"""Each renderer in turn, and none forced by the environment."""

import pytest
from helpers.rendered import NAMES, need


@pytest.fixture(autouse=True)
def no_forced_renderer(monkeypatch):
    monkeypatch.delenv("AUTOGRAD_NN_RENDERER", raising=False)


@pytest.fixture(params=NAMES)
def only(request, monkeypatch) -> str:
    """The only renderer allowed."""
    need(request.param)
    monkeypatch.setenv("AUTOGRAD_NN_RENDERER", request.param)
    return request.param
