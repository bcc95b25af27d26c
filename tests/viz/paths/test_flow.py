"""What flows through every edge: signed sums of paths, without listing any."""

import math

import numpy as np
import pytest
from helpers.cases import examples
from hypothesis import given, settings
from hypothesis import strategies as st

from autograd_nn import Network, Tensor, gradients
from autograd_nn.paths.build import PathSum
from autograd_nn.viz import draw_flow, path_sum


def recorded(sizes=(2, 3, 2, 2), seed=0, examples=None):
    network = Network(list(sizes), rng=seed, dtype=float, initializer="large")
    rng = np.random.default_rng(seed)
    shape = (sizes[0],) if examples is None else (examples, sizes[0])
    target = rng.random((sizes[-1],) if examples is None else (examples, sizes[-1]))
    return network.record(rng.standard_normal(shape), target)


def cuts(paths: PathSum):
    """What crosses between the nodes before and after each boundary."""
    layout = paths.layout
    sources = layout.sources()
    for boundary in layout.first[1:-1]:
        crossing = (sources < boundary) & (layout.targets >= boundary)
        yield float(paths.flow[crossing].sum())


# --- the numbers -----------------------------------------------------------------------------------------


@settings(max_examples=examples(30))
@given(
    st.lists(st.integers(1, 4), min_size=2, max_size=5),
    st.integers(0, 100),
    st.sampled_from(["a", "z", "ops"]),
)
def test_a_flow_is_the_sum_of_the_paths_through_the_edge(sizes, seed, through):
    run = recorded(sizes, seed)
    paths = path_sum(run.cost, run.weights[2], (0, 0), through=through)
    by_hand = np.zeros(len(paths.flow))
    of_scalar = np.zeros(len(paths.layout))
    for path in paths:
        by_hand[list(path.edges)] += path.product
        of_scalar[list(path.elements)] += path.product
    np.testing.assert_allclose(paths.flow, by_hand, atol=1e-13 * paths.mass)
    np.testing.assert_allclose(paths.through_scalars, of_scalar, atol=1e-13 * paths.mass)


@pytest.mark.parametrize("through", ["a", "z", "ops"])
@pytest.mark.parametrize("examples", [None, 3])
def test_over_any_layer_the_flows_add_up_to_the_gradient(through, examples):
    run = recorded((4, 6, 5, 3), examples=examples)
    for leaf, index in ((run.weights[2], (1, 0)), (run.weights[3], (2, 4)), (run.biases[2], (5,))):
        (gradient,) = gradients(run.cost, [leaf])
        paths = path_sum(run.cost, leaf, index, through=through)
        found = list(cuts(paths))
        assert len(found) == len(paths.layout.nodes) - 1
        np.testing.assert_allclose(found, gradient[index], rtol=0, atol=1e-13 * paths.mass)


def test_a_skipped_layer_flows_too():
    x = Tensor(3.0, requires_grad=True, name="x")
    y = x * x
    cost = y * y + x * 2 + y
    paths = path_sum(cost, x, through=[y])
    np.testing.assert_allclose(list(cuts(paths)), 4 * 27 + 2 + 6)


def test_a_wrong_factor_shows_in_the_sum():
    """The identity can fail: with one factor changed the layers no longer agree."""
    run = recorded()
    paths = path_sum(run.cost, run.weights[2], (1, 0))
    flow = paths.flow.copy()
    flow[1] *= 2
    paths.__dict__["flow"] = flow
    found = list(cuts(paths))
    assert max(found) - min(found) > 1e-6 * paths.mass


def test_the_flows_of_a_hundred_thousand_paths_need_no_list(monkeypatch):
    run = recorded((20, 100, 100, 100, 10))
    monkeypatch.setattr("autograd_nn.paths.scalar_graph.Layout.walks", None)
    paths = path_sum(run.cost, run.weights[2], (3, 4))
    assert paths.count == 100_000
    np.testing.assert_allclose(list(cuts(paths)), paths.total, atol=1e-12 * paths.mass)


# --- the picture -----------------------------------------------------------------------------------------


def picture_of(run, *args, **settings):
    return draw_flow(run.cost, run.weights[2], *args, **settings).picture


def flows_between(picture, layers):
    """The sum of the labels of the arrows that cross from one layer of boxes to the next."""
    at = {box.id: n for n, layer in enumerate(layers) for box in layer}
    for n in range(1, len(layers)):
        yield sum(float(a.label) for a in picture.arrows if at[a.source] < n <= at[a.target])


def test_the_arrows_drawn_between_two_layers_add_up_to_the_gradient():
    run = recorded((4, 6, 5, 2))
    picture = picture_of(run, (1, 0), 2)
    kinds = [b.kind for b in picture.boxes]
    assert kinds == [
        "parameter",
        "element",
        "element",
        "element",
        "rest",
        "element",
        "element",
        "cost",
    ]
    layers = [picture.boxes[a:b] for a, b in ((0, 1), (1, 2), (2, 5), (5, 7), (7, 8))]
    (gradient,) = gradients(run.cost, [run.weights[2]])
    found = list(flows_between(picture, layers))
    np.testing.assert_allclose(found, gradient[1, 0], atol=2e-3 * max(map(abs, found)))
    assert picture.boxes[4].lines[0] == "3 more"


def test_boxes_say_what_flows_through_them():
    run = recorded()
    paths = path_sum(run.cost, run.weights[2], (1, 0))
    picture = picture_of(run, (1, 0))
    for box in picture.boxes[1:-1]:
        assert float(box.lines[1].removeprefix("flow ")) == pytest.approx(
            paths.through_scalars[int(box.id[1:])], rel=1e-3
        )


def test_the_largest_flows_have_boxes_of_their_own():
    run = recorded((3, 4, 30, 2))
    paths = path_sum(run.cost, run.weights[2], (0, 0))
    layer = np.flatnonzero(
        [node.name == "a3" for node, _ in map(paths.layout.scalar, range(len(paths.layout)))]
    )
    largest = layer[np.argsort(-np.abs(paths.through_scalars[layer]))[:3]]
    shown = {int(b.id[1:]) for b in picture_of(run, (0, 0)).boxes if b.lines[0].startswith("a3")}
    assert shown == set(largest.tolist())


def test_one_number_more_than_the_width_is_drawn_and_not_folded():
    picture = picture_of(recorded((2, 2, 4, 1)), (0, 0), 3)
    assert "rest" not in {b.kind for b in picture.boxes}


def test_width_and_sign_are_those_of_the_flow():
    picture = picture_of(recorded(), (1, 0))
    flows = [float(a.label) for a in picture.arrows]
    for arrow, flow in zip(picture.arrows, flows, strict=True):
        assert arrow.sign == math.copysign(1, flow)
        assert arrow.width == pytest.approx(abs(flow) / max(map(abs, flows)), rel=2e-3)


def test_of_many_arrows_only_the_large_ones_are_labelled():
    picture = picture_of(recorded((3, 20, 20, 20, 10)), (0, 0))
    assert len(picture.arrows) > 20
    for arrow in picture.arrows:
        assert bool(arrow.label) == (arrow.width >= 0.1 or arrow.source == "weight")


def test_the_caption_holds_the_sum_against_the_two_other_ways():
    run = recorded()
    caption = picture_of(run, (1, 0)).caption
    (gradient,) = gradients(run.cost, [run.weights[2]])
    assert caption[0] == "∂C/∂w2[1, 0], split over the numbers of each layer"
    assert caption[-1].startswith(
        f"total {gradient[1, 0]:.9g}, backward pass {gradient[1, 0]:.9g}, finite"
    )


@pytest.mark.parametrize("width", [0, 13, 2.0, "3", None, True])
def test_a_width_that_cannot_be_drawn_is_refused(width):
    with pytest.raises(ValueError, match="expected an integer from 1 to 12"):
        picture_of(recorded(), (1, 0), width)


def test_too_many_nodes_are_refused_politely():
    x = y = Tensor(1.0, requires_grad=True)
    for _ in range(600):
        y = y * 1.0
    with pytest.raises(ValueError, match=r"more than the 500 that fit in a picture"):
        draw_flow(y, x)


def test_the_same_program_gives_the_same_text():
    assert len({draw_flow(r.cost, r.weights[2], (1, 0)).dot for r in (recorded(), recorded())}) == 1
