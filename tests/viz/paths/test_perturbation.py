"""The book's story of a small change on its way to the cost."""

import numpy as np
import pytest
from helpers.networks import network

from autograd_nn import Network, Tensor, gradients
from autograd_nn.viz import draw_perturbation, path_sum


def step_of(run, step=None, **settings):
    return draw_perturbation(run.cost, run.weights[2], (1, 0), step, **settings).picture


def reached(picture):
    return [b.lines[0] for b in picture.boxes if b.kind not in ("constant", "rest")]


def test_each_step_reaches_one_layer_more(run):
    expected = ["w2[1, 0]", "a2[1]", "a3[0]", "a3[1]", "a4[0]", "a4[1]", "C"]
    for step, count in enumerate((1, 2, 4, 6, 7, 7, 7), start=1):
        picture = step_of(run, step)
        assert reached(picture) == expected[:count]
        assert len(picture.boxes) == 7, "what is not reached is drawn, dotted"


def test_the_captions_tell_the_book_s_equations(run):
    captions = [step_of(run, step).caption for step in range(1, 8)]
    assert captions[0] == ("step 1 of 7: a small change Δw = 0.01 of w2[1, 0]", " ", " ")
    assert [c[1] for c in captions[1:5]] == [
        "Δa2 ≈ ∂a2/∂w · Δw", "Δa3 ≈ ∂a3/∂a2 · Δa2", "Δa4 ≈ ∂a4/∂a3 · Δa3", "ΔC ≈ ∂C/∂a4 · Δa4",
    ]  # fmt: skip
    assert captions[5][0] == "step 6 of 7: one path, the largest of 4: its rates multiply"
    assert captions[6][0] == "step 7 of 7: all 4 paths: their products add up to the rate of change"


def test_a_box_says_how_much_its_number_changes_and_what_the_rates_say():
    net = network()
    run = net.record([0.5, -1.0], 1)
    change = 0.05
    picture = step_of(run, change=change)
    (gradient,) = gradients(run.cost, [run.weights[2]])
    net.weights[0].data[1, 0] += change
    after = net.record([0.5, -1.0], 1)
    values = {"C": after.cost.data - run.cost.data}
    for layer in (2, 3, 4):
        for j, moved in enumerate(after.a[layer].data - run.a[layer].data):
            values[f"a{layer}[{j}]"] = moved
    for box in picture.boxes[1:]:
        actual, predicted = (float(line.split()[-1]) for line in box.lines[1:])
        assert actual == pytest.approx(values[box.lines[0]], rel=1e-3)
        assert predicted == pytest.approx(actual, rel=0.1)
    assert float(picture.boxes[-1].lines[2].split()[-1]) == pytest.approx(
        gradient[1, 0] * change, rel=1e-3
    )


def test_a_smaller_change_is_predicted_better(run):
    def error(change):
        lines = step_of(run, change=change).boxes[1].lines
        actual, predicted = (float(line.split()[-1]) for line in lines[1:])
        return abs(predicted / actual - 1)

    assert error(1.0) > error(0.1) > error(0.01)


def test_one_path_is_the_largest_and_carries_its_rates(run):
    (largest,) = path_sum(run.cost, run.weights[2], (1, 0)).top(1)
    picture = step_of(run, 6)
    assert picture.caption[1] == " ← ".join(reversed(largest.nodes))
    thick = [a for a in picture.arrows if a.width]
    assert [float(a.label) for a in thick] == pytest.approx(largest.factors, rel=1e-3)
    assert all(a.rest and not a.label for a in picture.arrows if not a.width)


def test_all_paths_end_in_the_gradient(run):
    (gradient,) = gradients(run.cost, [run.weights[2]])
    caption = step_of(run).caption
    assert caption[1] == f"∂C/∂w2[1, 0] = {gradient[1, 0]:.9g}"
    assert caption == step_of(run, 7).caption


def test_a_wide_network_shows_what_changes_most_and_always_the_largest_path():
    run = Network([10, 50, 50, 5], rng=0).record(np.linspace(0, 1, 10), 1)
    paths = path_sum(run.cost, run.weights[2], (3, 4))
    (largest,) = paths.top(1)
    for step in (5, 6, 7):
        picture = draw_perturbation(run.cost, run.weights[2], (3, 4), step, width=2).picture
        names = {b.lines[0] for b in picture.boxes}
        assert set(largest.nodes) <= names
        assert len([n for n in names if n.startswith("a3")]) <= 3
        assert any("more in a3" in n for n in names)


def test_a_bias_and_a_graph_of_ones_own_have_their_story_too(run):
    picture = draw_perturbation(run.cost, run.biases[3], 1).picture
    assert reached(picture) == ["b3[1]", "a3[1]", "a4[0]", "a4[1]", "C"]
    x = Tensor(3.0, requires_grad=True, name="x")
    y = x * x
    picture = draw_perturbation(y, x, change=0.5).picture
    assert picture.boxes[-1].lines[1:] == ("Δ = 3.25", "≈ 3")
    assert draw_perturbation(x, x).picture.boxes[0].lines[0] == "x"


def test_a_single_path_is_not_in_the_plural():
    x = Tensor(3.0, requires_grad=True, name="x")
    y = x * 2.0
    assert "the only path" in draw_perturbation(y, x).picture.caption[0]
    assert "one path: its" in draw_perturbation(y, x, step=3).picture.caption[0]


def test_nothing_of_the_graph_is_changed(run):
    before = run.weights[2].data.copy(), float(run.cost.data)
    step_of(run, change=10.0)
    np.testing.assert_array_equal(run.weights[2].data, before[0])
    assert float(run.cost.data) == before[1]


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"step": 0}, "step=0; expected an integer from 1 to 7"),
        ({"step": 8}, "step=8; expected an integer from 1 to 7"),
        ({"step": 1.5}, "expected an integer from 1 to 7"),
        ({"step": 1.0}, "step=1.0; expected an integer from 1 to 7"),
        ({"step": True}, "step=True; expected an integer from 1 to 7"),
        ({"change": 0}, "expected a small number, not 0"),
        ({"change": float("nan")}, "expected a small number"),
        ({"change": "a"}, "change='a'; expected a small number"),
        ({"width": 0}, "expected an integer from 1 to 12"),
    ],
)
def test_what_cannot_be_drawn_is_refused(run, settings, message):
    with pytest.raises(ValueError, match=message):
        step_of(run, **settings)


def test_an_element_without_a_path_changes_nothing():
    x = Tensor([1.0, 2.0], requires_grad=True, name="x")
    picture = draw_perturbation(x[0] * 2, x, 1).picture
    assert picture.boxes[-1].lines[1:] == ("Δ = 0", "≈ 0")


def test_a_mini_batch_changes_in_every_example():
    run = network().record([[0.5, -1.0], [1.0, 2.0]], [1, 0])
    picture = draw_perturbation(run.cost, run.weights[2], (1, 0), width=4).picture
    assert reached(picture)[:3] == ["w2[1, 0]", "a2[0, 1]", "a2[1, 1]"]
    (gradient,) = gradients(run.cost, [run.weights[2]])
    assert picture.caption[1] == f"∂C/∂w2[1, 0] = {gradient[1, 0]:.9g}"


def test_the_numbers_that_are_not_drawn_reach_the_cost_too():
    run = Network([3, 9, 9, 2], rng=0).record([0.5, -1.0, 0.3], 1)
    picture = draw_perturbation(run.cost, run.weights[2], (1, 0), width=2).picture
    (more,) = (box.id for box in picture.boxes if box.kind == "rest")
    assert [a.source for a in picture.arrows if a.target == more] == ["s1"]
    (after,) = (a.target for a in picture.arrows if a.source == more)
    assert next(box for box in picture.boxes if box.id == after).lines[0].startswith("a4[")


def test_a_hostile_name_is_text():
    x = Tensor([1.0, 2.0], requires_grad=True, name='<b>"x"|{y}\\N</b>')
    dot = draw_perturbation((x * x).sum(), x, 1).dot
    assert r"\<b\>" in dot
    assert draw_perturbation((x * x).sum(), x, 1).picture.boxes[0].lines[0].startswith("<b>")
