"""What every test of the command gets: a terminal in which no line breaks."""

import pytest
from helpers.command import wide_terminal


@pytest.fixture(autouse=True)
def _wide_terminal(monkeypatch):
    wide_terminal(monkeypatch)
