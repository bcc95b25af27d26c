"""The benchmark of small operations: its clockwork, and what can be counted of what it measures.

The times themselves are told by `benchmarks/eager.py`: a test of a time would test the machine.
"""

from types import SimpleNamespace

import eager
import interleaved as module
import numpy as np
from helpers.counting import calls
from interleaved import interleaved, summary

import autograd_nn as ag


def test_interleaved_tells_the_slower_program_from_the_faster(monkeypatch):
    now = 0.0

    def takes(seconds):
        def program():
            nonlocal now
            now += seconds

        return program

    monkeypatch.setattr(module, "perf_counter", lambda: now)
    monkeypatch.setattr(module, "gc", SimpleNamespace(collect=lambda: None))
    found = interleaved({"one": takes(1e-6), "hundred": takes(1e-4)}, 5, 1e-3)
    np.testing.assert_allclose(found["one"].median, 1e-6)
    np.testing.assert_allclose(found["hundred"].median, 1e-4)
    assert found["one"].low <= found["one"].median <= found["one"].high


def test_the_numpy_protocol_costs_operators_nothing():
    a, b = ag.Tensor(eager.A, requires_grad=True), ag.Tensor(eager.B, requires_grad=True)
    bare, other = eager.Bare(eager.A), eager.Bare(eager.B)
    assert calls(lambda: a * b) <= calls(lambda: bare * other)


def test_the_quartiles_of_two_times_lie_between_them():
    found = summary([1.0, 100.0])
    assert 1 <= found.low <= found.median <= found.high <= 100
