"""Paths against edges: the counts by formula are those of real networks."""

import numpy as np
import pytest

from autograd_nn import Network
from autograd_nn.viz import path_sum, paths_against_edges, plot_paths_against_edges


@pytest.mark.parametrize(
    "sizes", [[2, 3, 1], [2, 3, 2, 2], [1, 1], [3, 2], [2, 2, 3, 2, 2], [4, 1, 3]]
)
def test_counts_are_those_of_the_recorded_network(sizes):
    run = Network(sizes, rng=0).record(np.ones(sizes[0]), np.full(sizes[-1], 0.5))
    paths = multiplications = 0
    used = set()  # a rate times what comes from behind it: one multiplication for each edge
    for weights in run.weights.values():
        for index in np.ndindex(weights.shape):
            of_weight = path_sum(run.cost, weights, index)
            paths += of_weight.count
            for path in of_weight:
                multiplications += len(path.factors) - 1
                used |= set(zip(path.nodes[:-2], path.nodes[1:], strict=False))
    counted = paths_against_edges(sizes)
    assert counted.sizes == tuple(sizes)
    assert (counted.paths, counted.by_enumeration) == (paths, multiplications)
    assert counted.by_backprop == len(used)


@pytest.mark.parametrize(
    ("sizes", "paths", "backward"),
    [([784, 30, 10], 235_500, 24_120), ([784, 100, 10], 785_000, 80_400), ([784, 15, 10], 117_750, 12_060),
     ([2, 3, 1], 9, 12), ([100] * 6, None, 90_000)],
)  # fmt: skip
def test_the_numbers_worked_out_by_hand(sizes, paths, backward):
    counted = paths_against_edges(sizes)
    assert paths is None or counted.paths == paths
    assert counted.by_backprop == backward


def test_counts_are_exact_however_large():
    counted = paths_against_edges([1, *[10] * 50, 1])
    assert counted.paths == 10**50 + sum(100 * 10 ** (49 - layer) for layer in range(1, 50)) + 10


@pytest.mark.parametrize("sizes", [[], [3], [3, 0], [2, -1, 2], [2.5, 3], ["a", 2], 5, None])
def test_what_is_no_network_is_refused(sizes):
    with pytest.raises(ValueError, match="two layers or more"):
        paths_against_edges(sizes)


def test_the_plot_shows_the_counts():
    pytest.importorskip("matplotlib")
    ax = plot_paths_against_edges([1, 2, 3], [5, 10], inputs=4, outputs=2)
    lines = [line for line in ax.lines if len(line.get_xdata())]
    assert len(lines) == 6
    ends = [(text.get_text(), text.xy) for text in ax.texts]
    assert [width for width, _ in ends] == ["5"] * 3 + ["10"] * 3, "told apart without colour"
    for (_, end), line in zip(ends, lines, strict=True):
        assert end == (line.get_xdata()[-1], line.get_ydata()[-1])
    for i, width in enumerate((5, 10)):
        counts = [paths_against_edges([4, *[width] * d, 2]) for d in (1, 2, 3)]
        for line, field in zip(
            lines[3 * i :], ("paths", "by_enumeration", "by_backprop"), strict=False
        ):
            assert list(line.get_ydata()) == [float(getattr(c, field)) for c in counts]
    assert ax.get_yscale() == "log"
    assert {line.get_linestyle() for line in lines} == {":", "--", "-"}, "told apart without colour"


def test_the_plot_draws_into_the_axes_it_is_given():
    figure = pytest.importorskip("matplotlib.figure").Figure()
    ax = figure.subplots()
    assert plot_paths_against_edges(ax=ax) is ax
    with pytest.raises(ValueError, match="one depth and one width"):
        plot_paths_against_edges([], ax=ax)
