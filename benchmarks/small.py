"""Small things: the gradient of a scalar chain, operations one by one, and the time of imports."""

from __future__ import annotations

import math
import os
import subprocess
import sys
from collections.abc import Callable
from importlib import util
from typing import Any

import eager
from interleaved import interleaved
from report import Row, Table, of_timings

LENGTH, X, STEP = 200, 0.7, 1.1


def by_hand() -> Callable[[], float]:
    """x → tanh(1.1 x + 0.1), 200 times, and its derivative, in Python's own numbers."""

    def gradient() -> float:
        x, values = X, []
        for _ in range(LENGTH):
            x = math.tanh(STEP * x + 0.1)
            values.append(x)
        g = 1.0
        for a in reversed(values):
            g *= (1.0 - a * a) * STEP
        return g

    return gradient


def chained(tanh: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """The same chain of some library's tanh."""

    def chain(x: Any) -> Any:
        for _ in range(LENGTH):
            x = tanh(STEP * x + 0.1)
        return x

    return chain


def ours() -> dict[str, Callable[[], float]]:
    """Recorded anew for each gradient, and replayed."""
    import autograd_nn as ag

    chain = chained(ag.ops.tanh)
    x = ag.Tensor(X, requires_grad=True)
    programs = {"autograd_nn, eager": lambda: float(ag.gradients(chain(x), [x])[0])}
    if hasattr(ag, "Plan"):
        plan = ag.Plan(chain, x.data, wrt=[0])
        programs["autograd_nn, planned"] = lambda: float(plan(x.data)[1][0])
    return programs


def pytorchs() -> dict[str, Callable[[], float]]:
    """PyTorch, with one thread; a chain of 200 is too long to be worth compiling."""
    import torch

    torch.set_num_threads(1)
    chain = chained(torch.tanh)
    x = torch.tensor(X, dtype=torch.float64, requires_grad=True)
    return {"PyTorch, eager": lambda: torch.autograd.grad(chain(x), x)[0].item()}


def jaxs() -> dict[str, Callable[[], float]]:
    """JAX, traced for each gradient and compiled once."""
    import jax

    jax.config.update("jax_enable_x64", True)
    gradient = jax.grad(chained(jax.numpy.tanh))
    compiled = jax.jit(gradient)
    return {
        "JAX, grad": lambda: float(gradient(X)),
        "JAX, jit(grad)": lambda: float(compiled(X)),
    }


def hips() -> dict[str, Callable[[], float]]:
    """HIPS autograd."""
    import autograd

    gradient = autograd.grad(chained(autograd.numpy.tanh))
    return {"HIPS autograd": lambda: float(gradient(X))}


def mygrads() -> dict[str, Callable[[], float]]:
    """MyGrad, its guards of memory off."""
    import mygrad as mg

    mg.turn_memory_guarding_off()
    chain = chained(mg.tanh)

    def gradient() -> float:
        x = mg.tensor(X)
        chain(x).backward()
        return float(x.grad)

    return {"MyGrad": gradient}


def chain_tables(quick: bool) -> list[Table]:
    """Every library that is installed; all derivatives are the same."""
    programs: dict[str, Callable[[], float]] = {"hand-written, Python's floats": by_hand()}
    for make in (ours, pytorchs, jaxs, hips, mygrads):
        try:
            programs |= make()
        except ImportError as error:
            print(f"scalar chain: skipped {make.__name__}: {error}")
    expected = by_hand()()
    for name, program in programs.items():
        if not math.isclose(program(), expected, rel_tol=1e-9):
            raise AssertionError(f"scalar chain: {name} finds {program()}, by hand {expected}")
    timings = interleaved(programs, 3 if quick else 25)
    workload = f"x → tanh({STEP} x + 0.1), {LENGTH} times, float64"
    found = of_timings("scalar chain", workload, "value and derivative", timings)
    print(found, flush=True)
    return [found]


def eager_tables(quick: bool) -> list[Table]:
    """What ``eager.py`` measures."""
    rounds, found = 3 if quick else 25, []
    if eager.torch is None:
        print("eager operations: PyTorch is not installed")
        pairs = {name: (t, None) for name, t in interleaved(eager.ours(), rounds).items()}
    else:
        pairs = eager.against_pytorch(rounds)
    for workload, (mine, theirs) in pairs.items():
        rows = [Row("autograd_nn, eager", mine)]
        if theirs is not None:
            ratio = {"/ PyTorch": mine.median / theirs.median}
            rows = [Row(rows[0].contestant, mine, ratio), Row("PyTorch, eager", theirs)]
        unit = "forward and both gradients, (3, 4)"
        found.append(Table("eager operations", workload, unit, rows))
    timings = eager.protocol(rounds)
    found.append(of_timings("eager operations", "one recorded operation", "it", timings))
    for table in found:
        print(table, flush=True)
    return found


IMPORTS = {
    "nothing": "pass",
    "import numpy, graphviz": "import numpy, graphviz",
    "import autograd_nn": "import autograd_nn",
    "the same, and every room of it": "import autograd_nn as ag; ag.Network, ag.viz, ag.gradcheck",
    "import torch": "import torch",
    "import jax": "import jax",
    "import autograd": "import autograd.numpy",
    "import mygrad": "import mygrad",
    "import MLPClassifier": "from sklearn.neural_network import MLPClassifier",
}


def import_tables(quick: bool) -> list[Table]:
    """Whole processes, so that starting Python is in every time."""
    programs = {}
    compiled = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    for name, code in IMPORTS.items():
        module = code.split()[1].strip(",;").partition(".")[0] if code != "pass" else "sys"
        if util.find_spec(module) is None:
            print(f"import time: skipped {module}: not installed")
            continue
        command = [sys.executable, "-c", code]
        programs[name] = lambda command=command: subprocess.run(command, check=True, env=compiled)
    for program in programs.values():
        program()  # compiles to bytecode, fills the file cache
    timings = interleaved(programs, 3 if quick else 15, once=True)
    base = timings["nothing"].median
    least = timings["import numpy, graphviz"].median - base
    rows = [
        Row(name, t, {"without Python, ms": 1e3 * (t.median - base),
                      "/ numpy, graphviz": (t.median - base) / least})
        for name, t in timings.items()
    ]  # fmt: skip
    found = Table("import time", "a new process", "python -c …", rows)
    print(found, flush=True)
    return [found]
