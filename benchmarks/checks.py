"""Checking a network's gradients, and the largest of 100,000 paths."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from contestants import Problem
from interleaved import interleaved
from report import Table, of_timings

import autograd_nn as ag
from autograd_nn import viz
from autograd_nn.engine.core import value

CHECKED, CHECKED_BATCH = (784, 30, 10), 10
PATHS, TOP = (784, 100, 100, 100, 10), 20
COUNT = 100 * 100 * 10


def problem() -> Problem:
    """A network and one mini-batch of noise, float64."""
    rng = np.random.default_rng(1)
    labels = rng.integers(0, 10, CHECKED_BATCH)
    return Problem.of(CHECKED, CHECKED_BATCH, "float64", rng.random((CHECKED_BATCH, 784)), labels)


def ours(p: Problem) -> Callable[[], object]:
    """Some elements and some random directions of every parameter."""

    def cost(*parameters: Any) -> Any:
        a = p.x
        for w, b in zip(parameters[::2], parameters[1::2], strict=True):
            z = a @ w.T + b
            a = ag.ops.sigmoid(z)
        return ag.ops.sum(ag.ops.sigmoid_cross_entropy(z, p.y)) / len(p.y)

    return lambda: ag.check_gradients(cost, *p.parameters())


def report(p: Problem) -> Callable[[], object]:
    """BP1 to BP4 by their equations beside the recorded graph: every element."""
    network = ag.Network(p.sizes, cost="cross_entropy")

    def run() -> None:
        assert ag.bp_report(network, p.x, p.y).residual < 1e-9

    return run


def pytorchs(p: Problem) -> Callable[[], object]:
    """``gradcheck`` in its fast mode: one random direction."""
    from contestants.pytorch import cost_of, torch

    x, y = torch.from_numpy(p.x), torch.from_numpy(p.y)
    leaves = [torch.from_numpy(a).requires_grad_() for a in p.parameters()]

    def run() -> None:
        assert torch.autograd.gradcheck(lambda *ps: cost_of(ps, x, y), leaves, fast_mode=True)

    return run


def jaxs(p: Problem) -> Callable[[], object]:
    """``check_grads``: one random direction."""
    from contestants.jax_xla import cost_of
    from jax.test_util import check_grads

    start = p.parameters()
    return lambda: check_grads(lambda *ps: cost_of(ps, p.x, p.y), start, 1, modes=["rev"])


def hips(p: Problem) -> Callable[[], object]:
    """``check_grads``: one random direction."""
    from autograd.test_util import check_grads
    from contestants.hips import cost_of

    check = check_grads(lambda ps: cost_of(ps, p.x, p.y), modes=["rev"])
    start = p.parameters()
    return lambda: check(start)


CHECKS = {
    "ag.check_gradients": ours,
    "ag.bp_report": report,
    "PyTorch, gradcheck(fast_mode=True)": pytorchs,
    "JAX, check_grads": jaxs,
    "HIPS autograd, check_grads": hips,
}


def check_tables(quick: bool) -> list[Table]:
    """Each library's own check of the same cost; they look at more or less."""
    given, programs = problem(), {}
    for name, make in CHECKS.items():
        try:
            programs[name] = make(given)
        except ImportError as error:
            print(f"checking a network: skipped {name}: {error}")
    timings = interleaved(programs, 3 if quick else 15)
    notes = [f"{name}: {CHECKS[name].__doc__}" for name in programs]
    found = of_timings("checking a network", given.name, "one check", timings, notes)
    print(found, flush=True)
    return [found]


def by_hand(run: Any, i: int, j: int) -> Callable[[], tuple[Any, Any]]:
    """All products in one array, in NumPy: the largest of them by magnitude."""
    w = {layer: tensor.data for layer, tensor in run.weights.items()}
    a = {layer: np.asarray(value(node)) for layer, node in run.a.items()}
    y = run.y.data

    def top() -> tuple[Any, Any]:
        rate = {layer: a[layer] * (1 - a[layer]) for layer in w}
        first = a[1][j] * rate[2][i] * w[3][:, i] * rate[3]
        between = w[4].T * rate[4]  # from a neuron of layer 3 (rows) to one of layer 4
        last = w[5].T * rate[5] * (a[5] - y)
        products = (first[:, None, None] * between[:, :, None] * last[None]).ravel()
        chosen = np.argpartition(np.abs(products), -TOP)[-TOP:]
        ordered = chosen[np.argsort(-np.abs(products[chosen]), kind="stable")]
        return products[ordered], products.sum()

    return top


def path_tables(quick: bool) -> list[Table]:
    """The paths from one weight of the first layer; the quadratic cost, one example."""
    network = ag.Network(PATHS)
    run = network.record(np.random.default_rng(1).random(PATHS[0]), 3)
    i, j = 4, 100

    def ours() -> tuple[Any, Any]:
        paths = viz.path_sum(run.cost, run.weights[2], (i, j))
        top = paths.top(TOP)
        assert paths.count == COUNT
        assert len(top) == TOP
        return np.array([path.product for path in top]), paths.total

    brute = by_hand(run, i, j)
    (found, total), (expected, expected_total) = ours(), brute()
    np.testing.assert_allclose(found, expected, rtol=1e-9)
    (gradient,) = ag.gradients(run.cost, [run.weights[2]])
    np.testing.assert_allclose([total, expected_total], gradient[i, j], rtol=1e-9)
    programs = {
        "hand-written NumPy, every product": brute,
        "viz.path_sum(…).top(20)": ours,
    }
    timings = interleaved(programs, 3 if quick else 15)
    workload = f"top {TOP} of {COUNT:,} paths, {'-'.join(map(str, PATHS))}"
    notes = ["path_sum knows only the recorded graph, and gives the paths with names and factors"]
    table = of_timings("sum over paths", workload, "count, sum and top", timings, notes)
    print(table, flush=True)
    return [table]
