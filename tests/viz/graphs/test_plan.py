import numpy as np
import pytest

from autograd_nn import Network, Plan, ops
from autograd_nn.viz import draw_plan
from autograd_nn.viz.graphs.node_text import title


def network_plan():
    network = Network([3, 4, 2], cost="cross_entropy")
    parameters = network.parameters
    return Plan(
        network.training_cost, np.ones((5, 3)), np.eye(2)[[0, 1, 0, 1, 1]],
        wrt=parameters, update=lambda found: [(p, p - g) for p, g in zip(parameters, found, strict=True)],
    )  # fmt: skip


def test_every_step_has_a_box_and_every_argument_an_arrow():
    plan = network_plan()
    picture = draw_plan(plan).picture
    steps = [box for box in picture.boxes if box.kind == "result"]
    assert [box.lines[0] for box in steps] == [title(s.name, s.op) for s in plan.listing]
    assert len(picture.arrows) == sum(len(s.arguments) for s in plan.listing)
    assert {box.lines[0] for box in picture.boxes if box.kind == "input"} >= {
        "x0",
        "w2",
        "b2",
        "w3",
    }
    assert any("in place" in box.lines[-1] for box in steps)


def test_the_same_plan_gives_the_same_text_and_a_listing_will_do():
    first, second = network_plan(), network_plan()
    assert draw_plan(first).dot == draw_plan(second).dot == draw_plan(first.listing).dot


def test_a_long_plan_goes_down_the_page_and_a_short_one_to_the_right():
    assert draw_plan(network_plan()).picture.direction == "down"
    assert draw_plan(Plan(ops.tanh, 1.0)).picture.direction == "right"


def test_a_plan_too_large_to_look_at_says_so():
    def long(x):
        for _ in range(301):
            x = ops.tanh(x)
        return x

    with pytest.raises(ValueError, match="301 steps, more than the 300"):
        draw_plan(Plan(long, 1.0))


@pytest.mark.parametrize("thing", [3, None, "plan", [1, 2]])
def test_what_is_no_plan_is_refused(thing):
    with pytest.raises(TypeError, match=r"^draw_plan: got \w+; expected a Plan, or its listing"):
        draw_plan(thing)
