"""Faults that cost speed, found by measuring.  A busy machine gets several tries; a slow library has none.

The figures themselves are printed by `benchmarks/`; a test that failed at a figure would test the machine.
"""

import eager
import pytest
from interleaved import interleaved, summary


def test_interleaved_tells_the_slower_program_from_the_faster():
    programs = {"one": lambda: sum(range(100)), "hundred": lambda: sum(range(10_000))}
    found = interleaved(programs, 5, 1e-3)
    assert found["hundred"].median > 3 * found["one"].median  # a hundred times the work
    assert found["one"].low <= found["one"].median <= found["one"].high


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.parametrize("workload", ["one product", "chain of 200"])
def test_small_operations_cost_less_than_pytorchs(workload):
    pytest.importorskip("torch")
    ratios = []
    for _ in range(5):
        mine, theirs = eager.against_pytorch(rounds=15)[workload]
        ratios.append(mine.median / theirs.median)
        if ratios[-1] < 1:
            return
    raise AssertionError(f"{workload}: {ratios} of PyTorch's time; half of it was measured")


@pytest.mark.slow
def test_the_numpy_protocol_costs_operators_and_methods_nothing():
    ratios = []
    for _ in range(5):
        found = {name: timing.median for name, timing in eager.protocol(rounds=15).items()}
        ratios.append(found["tensor * tensor"] / found["bare * bare (operators only)"])
        if ratios[-1] < 1.1:
            return
    raise AssertionError(f"a product costs {ratios} of one without the protocol")


def test_the_quartiles_of_two_times_lie_between_them():
    found = summary([1.0, 100.0])
    assert 1 <= found.low <= found.median <= found.high <= 100
