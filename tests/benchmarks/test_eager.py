"""The claims about speed, measured.  A busy machine gets several tries; a slow library has none."""

import eager
import pytest
from interleaved import interleaved


def test_interleaved_tells_the_slower_program_from_the_faster():
    programs = {"one": lambda: sum(range(100)), "hundred": lambda: sum(range(10_000))}
    found = interleaved(programs, 5, 1e-3)
    assert found["hundred"].median > 3 * found["one"].median  # a hundred times the work
    assert found["one"].low <= found["one"].median <= found["one"].high


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.parametrize(("workload", "limit"), [("one product", 0.5), ("chain of 200", 2 / 3)])
def test_small_operations_cost_less_than_pytorchs(workload, limit):
    pytest.importorskip("torch")
    ratios = []
    for _ in range(5):
        mine, theirs = eager.against_pytorch(rounds=15)[workload]
        ratios.append(mine.median / theirs.median)
        if ratios[-1] <= limit:
            return
    raise AssertionError(f"{workload}: {ratios} of PyTorch's time; expected at most {limit:.2f}")


@pytest.mark.slow
def test_the_numpy_protocol_costs_operators_and_methods_nothing():
    ratios = []
    for _ in range(5):
        found = {name: timing.median for name, timing in eager.protocol(rounds=15).items()}
        ratios.append(found["tensor * tensor"] / found["bare * bare (operators only)"])
        if ratios[-1] < 1.1:
            return
    raise AssertionError(f"a product costs {ratios} of one without the protocol")
