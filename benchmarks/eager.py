"""What recording and differentiating small operations costs: ``python benchmarks/eager.py``.

The product of two (3, 4) tensors and both its gradients, alone and in a chain of 200, beside
PyTorch where it is installed; and what the NumPy protocol costs: nothing where an operator or a
method is used.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

import numpy as np
from interleaved import Timing, interleaved, machine

import autograd_nn as ag
from autograd_nn import ops
from autograd_nn.engine.core import Node

try:
    import torch
except ImportError:
    torch = None  # type: ignore[assignment]

LENGTH = 200
rng = np.random.default_rng(0)
A, B, SEED = rng.standard_normal((3, 3, 4))


class Bare(Node):
    """A node with operators and nothing else: no NumPy protocol, no methods."""

    __slots__ = ()

    def __init__(self, data: Any) -> None:
        self._become(data, True)

    def __mul__(self, other: Any) -> Any:
        """``a * b``."""
        return ops.mul(self, other)


def ours() -> dict[str, Callable[[], object]]:
    """The workloads on this library."""
    a, b = ag.Tensor(A, requires_grad=True), ag.Tensor(B, requires_grad=True)

    def chain() -> Any:
        x: Any = a
        for _ in range(LENGTH):
            x = x * b
        return x

    def backward(output: Any) -> None:
        a.grad = b.grad = None
        output.backward(SEED)

    return {
        "one product": lambda: ag.gradients(a * b, [a, b], SEED),
        "one product, backward()": lambda: backward(a * b),
        "chain of 200": lambda: ag.gradients(chain(), [a, b], SEED),
        "chain of 200, backward()": lambda: backward(chain()),
    }


def pytorchs() -> dict[str, Callable[[], object]]:
    """The same on PyTorch, with one thread."""
    torch.set_num_threads(1)
    a, b = (torch.tensor(x, requires_grad=True) for x in (A, B))
    seed = torch.tensor(SEED)

    def chain() -> Any:
        x = a
        for _ in range(LENGTH):
            x = x * b
        return x

    def backward(output: Any) -> None:
        a.grad = b.grad = None
        output.backward(seed)

    return {
        "one product": lambda: torch.autograd.grad(a * b, [a, b], seed),
        "one product, backward()": lambda: backward(a * b),
        "chain of 200": lambda: torch.autograd.grad(chain(), [a, b], seed),
        "chain of 200, backward()": lambda: backward(chain()),
    }


def against_pytorch(rounds: int = 25) -> dict[str, tuple[Timing, Timing]]:
    """For each workload our time and PyTorch's, from one run."""
    mine, theirs = ours(), pytorchs()
    programs = {f"{who} {name}": run for who, all_ in (("we", mine), ("they", theirs))
                for name, run in all_.items()}  # fmt: skip
    found = interleaved(programs, rounds)
    return {name: (found[f"we {name}"], found[f"they {name}"]) for name in mine}


def protocol(rounds: int = 25) -> dict[str, Timing]:
    """One recorded operation, reached in different ways."""
    a, b = ag.Tensor(A, requires_grad=True), ag.Tensor(B, requires_grad=True)
    bare, other = Bare(A), Bare(B)
    return interleaved(
        {
            "bare * bare (operators only)": lambda: bare * other,
            "tensor * tensor": lambda: a * b,
            "ops.mul(tensor, tensor)": lambda: ops.mul(a, b),
            "np.multiply(tensor, tensor)": lambda: np.multiply(a, b),
            "array * tensor": lambda: A * b,
            "tensor.sum(axis=0)": lambda: a.sum(axis=0),
            "ops.sum(tensor, axis=0)": lambda: ops.sum(a, axis=0),
            "np.sum(tensor, axis=0)": lambda: np.sum(a, axis=0),  # type: ignore[call-overload]
        },
        rounds,
    )


def check(tries: int = 5) -> bool:
    """Whether our operations cost less than PyTorch's; a busy machine gets several tries."""
    ratios: list[float] = []
    for _ in range(tries):
        found = against_pytorch(rounds=15)
        names = ("one product", "chain of 200")
        ratios.append(max(found[name][0].median / found[name][1].median for name in names))
        if ratios[-1] < 1:
            return True
    print(f"{ratios} of PyTorch's time; half of it was measured")
    return False


def main() -> None:
    """Measure and print; with ``--check``, exit status 1 where PyTorch is faster."""
    if "--check" in sys.argv[1:]:
        sys.exit(not check())
    print(machine())
    if torch is None:
        print("PyTorch is not installed; install torch to compare.")
        for name, mine in interleaved(ours()).items():
            print(f"{name:<28}{mine}")
    else:
        print(f"\n{'':<28}{'autograd_nn':<34}{'PyTorch ' + torch.__version__:<34}ratio")
        for name, (mine, theirs) in against_pytorch().items():
            ratio = mine.median / theirs.median
            print(f"{name:<28}{mine!s:<34}{theirs!s:<34}{ratio:.2f}")
    print("\nOne recorded operation")
    for name, timing in protocol().items():
        print(f"{name:<32}{timing}")


if __name__ == "__main__":
    main()
