"""Which way a graph runs when nobody says: to the right where it can be read, else downwards."""

import re

import numpy as np
import pytest
from helpers.rendered import need

from autograd_nn import Network, Tensor
from autograd_nn.viz import animate, draw_backward, draw_graph, draw_paths
from autograd_nn.viz.picture.text_size import box_width
from autograd_nn.viz.render.render import render

PAGE = 1250  # points: 1,000 pixels of a screen, at six tenths of the size


def record(sizes):
    x = np.random.default_rng(1).normal(size=sizes[0])
    return Network(sizes, rng=0).record(x, np.zeros(sizes[-1]))


def wide(drawing):
    """The width of the SVG in points, as Graphviz's program lays it out."""
    return float(re.search(rb'<svg width="([\d.]+)pt"', render(drawing.dot, "svg"))[1])


@pytest.mark.parametrize("sizes", [[2, 3, 1], [2, 3, 2, 2], [64, 30, 10], [784, 30, 10]])
def test_a_network_can_be_read_on_a_page_without_being_asked_to(sizes, monkeypatch):
    need("dot")
    monkeypatch.setenv("AUTOGRAD_NN_RENDERER", "dot")
    cost = record(sizes).cost
    cost.backward()
    for drawing in (draw_graph(cost), draw_graph(cost, detail="layer"), draw_backward(cost)):
        assert wide(drawing) <= PAGE
    assert wide(draw_graph(cost, direction="right")) > PAGE, "the limit means something"


def test_a_short_graph_runs_from_left_to_right():
    x = Tensor(3.0, requires_grad=True, name="x")
    for draw in (draw_graph, draw_backward, animate):
        drawn = draw(x * x - 5 * x)
        assert (drawn[0] if draw is animate else drawn).picture.direction == "right"


def test_every_step_of_a_pass_runs_the_same_way():
    assert {s.picture.direction for s in animate(record([2, 3, 1]).cost)} == {"down"}


def test_what_is_said_is_done():
    cost = record([2, 3, 2, 2]).cost
    for direction in ("right", "down"):
        assert draw_graph(cost, direction=direction).picture.direction == direction
        assert draw_backward(cost, direction=direction).picture.direction == direction


def test_paths_through_every_operation_run_downwards():
    run = record([2, 3, 2, 2])
    long = draw_paths(run.cost, run.weights[2], (1, 0), through="ops")
    assert long.picture.direction == "down"
    assert draw_paths(run.cost, run.weights[2], (1, 0)).picture.direction == "right"


def test_a_wide_graph_is_not_made_wider():
    """Two layers of many numbers side by side: downwards they would be wider still."""
    cost = record([6, 6, 6]).cost
    assert draw_graph(cost, detail="scalar").picture.direction == "right"


@pytest.mark.parametrize("text", ["gradient [0.0124, -0.000817, 0.0321]", "z2 = add", "≈ -1.4e-05"])
def test_a_box_is_no_wider_than_it_was_taken_for(text):
    need("dot")
    svg = render(f'digraph {{ a [shape=record fontname="DejaVu Sans" fontsize=11 margin="0.07,0.05"'
                 f' label="{text.replace(" ", chr(92) + " ")}"] }}', "svg").decode()  # fmt: skip
    (points,) = re.findall(r'<polygon fill="none" stroke="black" points="([^"]*)"', svg)
    xs = [float(p.split(",")[0]) for p in points.split()]
    assert 0.75 < (max(xs) - min(xs)) / 72 / box_width((text,)) <= 1.0 or len(text) < 12
