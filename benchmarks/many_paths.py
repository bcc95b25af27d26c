"""The largest of 10¹² paths: nothing to compare with, since nobody can multiply them out."""

from __future__ import annotations

import numpy as np
from interleaved import interleaved
from report import Table, of_timings

import autograd_nn as ag

NETWORKS = {"narrow and deep": [784, *[100] * 7, 1], "wide": [784, *[1000] * 5, 1]}
COUNT, TOP = 10**12, 20


def tables(quick: bool) -> list[Table]:
    """Count, sum and top of one weight of the first layer, for each network."""
    found = []
    for name, sizes in NETWORKS.items():
        run = ag.Network(sizes, rng=0).record(np.random.default_rng(1).random(784), [0.5])
        (gradient,) = ag.gradients(run.cost, [run.weights[2]])
        edges = 0

        def sum_of_paths(run=run) -> float:
            nonlocal edges
            paths = ag.viz.path_sum(run.cost, run.weights[2], (4, 100))
            assert paths.count == COUNT
            assert len(paths.top(TOP)) == TOP
            edges = len(paths.flow)
            return paths.total

        np.testing.assert_allclose(sum_of_paths(), gradient[4, 100], rtol=1e-6)
        timings = interleaved({"viz.path_sum(…).top(20)": sum_of_paths}, 3 if quick else 15)
        workload = f"top {TOP} of {COUNT:,} paths, {'-'.join(map(str, sizes))} ({name})"
        notes = [f"{edges:,} edges"]
        found.append(of_timings("sum over paths", workload, "count, sum and top", timings, notes))
        print(found[-1], flush=True)
    return found
