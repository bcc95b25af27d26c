"""The backward pass as pictures: order, states, equations, and that nothing else moves."""

import re
import shutil
import subprocess
from xml.etree import ElementTree

import numpy as np
import pytest
from helpers.leaf import chain, leaf
from helpers.networks import record

from autograd_nn import Network, Tensor, gradients, ops
from autograd_nn.engine.backward import topological_order
from autograd_nn.models import backprop
from autograd_nn.support.style import numbers
from autograd_nn.viz import Animation, Drawing, animate, draw_backward, draw_graph, renderers
from autograd_nn.viz.graphs.animation import MAX_STEPS

SVG = "{http://www.w3.org/2000/svg}"


def square_minus(x):
    return x * x - 5 * x


@pytest.fixture
def run():
    return record((2, 3, 1))


def states(drawing: Drawing) -> dict[str, str]:
    return {box.lines[0]: box.state for box in drawing.picture.boxes}


def steps_of(drawing: Drawing) -> dict[str, int]:
    """The numbers on the boxes, by the boxes' identifiers."""
    found = {}
    for box in drawing.picture.boxes:
        match = re.match(r"(\d+)\. ", box.lines[0])
        if match:
            found[box.id] = int(match[1])
    return found


# The order


def test_each_result_comes_after_everything_that_used_it(run):
    drawing = draw_backward(run.cost)
    number = steps_of(drawing)
    assert sorted(number.values()) == list(range(1, len(number) + 1))
    assert number[drawing.picture.boxes[-1].id] == 1
    for arrow in drawing.picture.arrows:
        if arrow.source in number and arrow.target in number:
            assert number[arrow.target] < number[arrow.source]


def test_what_is_done_what_is_now_and_what_is_to_do():
    x = leaf(3.0, "x")
    cost = square_minus(x)
    assert [states(draw_backward(cost, k)) for k in (1, 2, 3, None)] == [
        {"x": "to do", "3. mul1": "to do", "2. mul2": "to do", "1. sub1": "now"},
        {"x": "to do", "3. mul1": "to do", "2. mul2": "now", "1. sub1": "done"},
        {"x": "to do", "3. mul1": "now", "2. mul2": "done", "1. sub1": "done"},
        {"x": "done", "3. mul1": "done", "2. mul2": "done", "1. sub1": "done"},
    ]


def test_shares_are_counted_as_they_come_in():
    cost = square_minus(leaf(3.0, "x"))
    lines = [draw_backward(cost, k).picture.boxes[0].lines[-1] for k in (1, 2, 3, None)]
    assert lines == ["0 of 3 shares in", "0 of 3 shares in", "1 of 3 shares in", "gradient 1"]


def test_a_leaf_is_done_as_soon_as_all_its_shares_are_in(run):
    drawing = draw_backward(run.cost, 9)  # a2, whose gradient needs w3 but not the other way round
    found = states(drawing)
    assert (found["w3"], found["b3"], found["9. a2 = sigmoid"]) == ("done", "done", "now")
    assert (found["w2"], found["b2"]) == ("to do", "to do")


def test_arrows_point_the_way_that_gradients_flow_and_say_how_far(run):
    drawing = draw_backward(run.cost, 6)
    number = steps_of(drawing)
    for arrow in drawing.picture.arrows:
        if arrow.label:
            assert arrow.back
            k = number[arrow.target]
            assert arrow.state == ("done" if k < 6 else "now" if k == 6 else "to do")
        else:
            assert not arrow.back  # nothing flows to inputs and desired outputs
            assert arrow.state == "to do"  # and the line is pale
    assert drawing.dot.count("dir=back") == sum(bool(a.label) for a in drawing.picture.arrows)


def test_the_states_are_told_apart_without_colour():
    dot = draw_backward(square_minus(leaf(3.0, "x")), 2).dot
    style = {
        re.search(r'label="(\w+)', line)[1]: re.search(r'style="?([^" \]]+)', line)[1]
        for line in dot.splitlines()
        if "label=" in line and "->" not in line and "n" in line[:3]
    }
    assert style["x"] == "dashed,filled"
    assert style["2"] == "bold,filled"
    assert "dashed" not in style["1"]


# The numbers


def gradient_of(box) -> str:
    """What a box says of its gradient, on one line or, the word above the numbers, on two."""
    start = [k for k, line in enumerate(box.lines) if line.startswith("gradient")]
    return " ".join(box.lines[start[0] :]) if start else ""


def test_boxes_show_the_gradients_of_the_pass_and_store_none(run):
    drawing = draw_backward(run.cost)
    wanted = [n for n in topological_order(run.cost) if n.requires_grad]
    assert all(node.grad is None for node in wanted)
    shown = [said for box in drawing.picture.boxes if (said := gradient_of(box))]
    assert len(shown) == len(wanted)
    for line, node, g in zip(shown, wanted, gradients(run.cost, wanted), strict=True):
        if node.shape and node.data.size <= 4:
            assert line == f"gradient {numbers(g.ravel())}"


def test_the_four_equations_stand_at_the_nodes_that_they_give():
    network = Network([2, 3, 2, 2], rng=0)
    run = network.record([0.5, -1.0], 1)
    by_hand = backprop(network, [0.5, -1.0], 1)
    found = {}
    for box in draw_backward(run.cost).picture.boxes:
        equation = [line for line in box.lines if line.startswith("BP")]
        if equation:
            found[re.sub(r"^\d+\. | = .*", "", box.lines[0])] = (equation[0], gradient_of(box))
    assert {name: text[:3] for name, (text, _) in found.items()} == {
        "z4": "BP1", "z3": "BP2", "z2": "BP2",
        **{f"b{k}": "BP3" for k in (2, 3, 4)}, **{f"w{k}": "BP4" for k in (2, 3, 4)},
    }  # fmt: skip
    assert found["z4"][0] == "BP1: δ4 = ∇C ⊙ σ'(z4)"
    assert found["z3"][0] == "BP2: δ3 = (w4ᵀ δ4) ⊙ σ'(z3)"
    assert found["b2"][0] == "BP3: ∂C/∂b2 = δ2"
    assert found["w2"][0] == "BP4: ∂C/∂w2 = δ2 a1ᵀ"
    for k in (2, 3, 4):  # and the number beside it is the one that the equation gives
        assert found[f"z{k}"][1] == f"gradient {numbers(by_hand.delta[k].ravel())}"
        assert found[f"b{k}"][1] == f"gradient {numbers(by_hand.nabla_b[k].ravel())}"
    assert found["w3"][1] == f"gradient norm {np.linalg.norm(by_hand.nabla_w[3]):.4g}"


def test_other_graphs_have_no_equations():
    cost = square_minus(leaf(3.0, "x"))
    assert "BP" not in draw_backward(cost).dot


def test_the_caption_says_what_happens():
    cost = square_minus(leaf(3.0, "x"))
    said = " ".join(draw_backward(cost, 2).picture.caption)
    assert said.startswith("Step 2 of 3: the gradient of mul2 is complete.")
    assert "it goes to x" in said
    assert draw_backward(cost).picture.caption[0].startswith("The pass is over: 3 steps")


def test_the_mean_over_examples_is_said():
    run = Network([2, 3, 1], rng=0).record(np.ones((4, 2)), np.ones((4, 1)))
    assert "the gradient at z is δ/4" in " ".join(draw_backward(run.cost).picture.caption)
    run = Network([2, 3, 1], rng=0).record(np.ones((1, 2)), np.ones((1, 1)))
    assert "δ/" not in " ".join(draw_backward(run.cost).picture.caption)


def test_a_fused_cost_is_drawn_too():
    run = Network([2, 3, 2], cost="cross_entropy", rng=0).record([0.5, -1.0], 1, fused=True)
    assert "BP1" in draw_backward(run.cost).dot


def test_the_pass_of_a_gradient_is_drawn():
    x = leaf(0.5, "x")
    (g,) = gradients(ops.tanh(x), [x], create_graph=True)
    (second,) = gradients(g, [x])
    drawing = draw_backward(g)
    (box,) = [b for b in drawing.picture.boxes if b.lines[0] == "x"]
    assert box.lines[-1] == f"gradient {second:.4g}"


def test_what_no_gradient_reaches_says_nothing_of_gradients():
    z, y = leaf([[0.1, 0.2]], "z"), Tensor([0], name="y")
    boxes = {
        b.lines[0]: b for b in draw_backward(ops.softmax_cross_entropy(z, y).sum()).picture.boxes
    }
    assert boxes["y"].lines == ("y",)
    assert boxes["y"].state == ""


# What is refused


@pytest.mark.parametrize("step", [0, 4, -1, 100])
def test_a_step_that_there_is_not_is_refused(step):
    with pytest.raises(
        ValueError, match=rf"draw_backward: step={step}; expected an integer from 1 to 3"
    ):
        draw_backward(square_minus(leaf(3.0)), step)


def test_a_step_that_is_no_whole_number_is_refused():
    for step in (1.5, 1.0, True, "1"):
        with pytest.raises(ValueError, match=r"^draw_backward: step=.*; expected an integer"):
            draw_backward(square_minus(leaf(3.0)), step)


@pytest.mark.parametrize("draw", [draw_backward, animate])
def test_what_has_no_backward_pass_is_refused_under_the_right_name(draw):
    with pytest.raises(ValueError, match=rf"^{draw.__name__}: needs a scalar"):
        draw(leaf([1.0, 2.0]) * 2.0)
    with pytest.raises(ValueError, match=rf"^{draw.__name__}: the output.*was not recorded"):
        draw(Tensor(1.0))
    with pytest.raises(TypeError, match=rf"^{draw.__name__}: got float"):
        draw(1.0)


def test_passes_too_long_to_look_at_are_refused():
    with pytest.raises(ValueError, match=r"draw_backward: 601 nodes, more than the 500"):
        draw_backward(chain(600)[1])
    with pytest.raises(ValueError, match=rf"animate: 201 steps.*{MAX_STEPS}.*draw_backward"):
        animate(chain(201)[1])


# The sequence


def test_a_sequence_has_every_step_and_the_end(run):
    animation = animate(run.cost)
    n = len(steps_of(draw_backward(run.cost)))
    assert [d.dot for d in animation] == [
        draw_backward(run.cost, k).dot for k in (*range(1, n + 1), None)
    ]
    assert isinstance(animation[1:3], Animation)
    assert len(animation[1:3]) == 2
    assert animation[-1].dot == draw_backward(run.cost).dot
    assert repr(animation) == f"Animation({n + 1} drawings)"


def places(drawing: Drawing) -> list[str]:
    """Where Graphviz puts each box, and how large it is."""
    done = subprocess.run(
        ["dot", "-Tplain"], input=drawing.dot.encode(), capture_output=True, check=True
    )
    lines = done.stdout.decode().splitlines()
    return [" ".join(line.split()[:6]) for line in lines if line.startswith(("graph", "node"))]


@pytest.mark.skipif(shutil.which("dot") is None, reason="no dot on the PATH")
@pytest.mark.parametrize(
    "program",
    [
        lambda: square_minus(leaf(3.0, "x")),
        lambda: Network([2, 3, 2], rng=1).record(np.ones((3, 2)), [0, 1, 1]).cost,
    ],
)
def test_nothing_moves_from_step_to_step(program):
    first, *others = animate(program())
    where = places(first)
    for other in others:
        assert places(other) == where


def needs_svg():
    if not any("svg" in renderer.formats for renderer in renderers()):
        pytest.skip("nothing here draws svg")


def test_every_step_is_a_file(tmp_path):
    animation = animate(square_minus(leaf(3.0, "x")))
    files = animation.save(tmp_path / "steps", format="dot")
    assert [f.name for f in files] == [f"step-0{k}.dot" for k in (1, 2, 3, 4)]
    assert [f.read_text(encoding="utf-8") for f in files] == [d.dot for d in animation]
    with pytest.raises(ValueError, match=r"save: format 'gif'; expected one of svg"):
        animation.save(tmp_path / "more", format="gif")
    assert not (tmp_path / "more").exists()


def test_where_the_steps_cannot_be_saved_it_is_said_why(tmp_path):
    animation = animate(leaf(3.0, "x") * 2.0)
    with pytest.raises(
        FileNotFoundError, match=r"save: there is no folder .*missing; make it first"
    ):
        animation.save(tmp_path / "missing" / "steps")
    (tmp_path / "file").write_text("mine")
    with pytest.raises(
        FileExistsError, match=r"save: .*file is a file; expected the name of a folder"
    ):
        animation.save(tmp_path / "file")
    assert (tmp_path / "file").read_text() == "mine"


@pytest.mark.parametrize("columns", [1, 3])
def test_a_filmstrip_holds_every_picture_beside_or_below_the_others(columns, tmp_path):
    needs_svg()
    animation = animate(square_minus(leaf(3.0, "x")))
    file = animation.save_filmstrip(tmp_path / "strip.svg", columns=columns)
    root = ElementTree.fromstring(file.read_bytes())
    frames = root.findall(f"{SVG}svg")
    assert len(frames) == 4
    boxes = [tuple(float(f.get(k)) for k in ("x", "y", "width", "height")) for f in frames]
    wide, high = (float(v) for v in root.get("viewBox").split()[2:])
    for i, (x, y, w, h) in enumerate(boxes):
        assert x >= 0 and y >= 0 and x + w <= wide and y + h <= high  # noqa: PT018
        for x2, y2, w2, h2 in boxes[:i]:
            assert x >= x2 + w2 or x2 >= x + w or y >= y2 + h2 or y2 >= y + h
    assert len({x for x, *_ in boxes}) == min(columns, 4)
    ids = [e.get("id") for e in root.iter() if e.get("id")]
    assert len(ids) == len(set(ids))
    captions = ["".join(t.itertext()) for t in root.iter(f"{SVG}text")]
    assert sum("Step" in text for text in captions) == 3


def test_a_filmstrip_is_shown_in_a_notebook_and_never_raises(monkeypatch):
    needs_svg()
    animation = animate(square_minus(leaf(3.0, "x")))
    assert animation._repr_mimebundle_()["image/svg+xml"].startswith("<svg style=")
    monkeypatch.setenv("AUTOGRAD_NN_RENDERER", "none such")
    assert set(animation._repr_mimebundle_()) == {"text/plain"}


def test_filmstrips_that_cannot_be_are_refused(tmp_path):
    animation = animate(square_minus(leaf(3.0, "x")))
    for columns in (0, 1.5, "2"):
        with pytest.raises(ValueError, match=r"columns=.*; expected an integer, 1 or more"):
            animation.filmstrip(columns)
    with pytest.raises(ValueError, match=r"strip\.png; expected a name that ends in \.svg"):
        animation.save_filmstrip(tmp_path / "strip.png")


def test_the_boxes_are_those_of_the_graph(run):
    graph = draw_graph(run.cost).picture
    going = draw_backward(run.cost).picture
    kept = [b for b in graph.boxes if b.kind != "constant"]
    assert [(b.id, b.kind, b.group) for b in kept] == [(b.id, b.kind, b.group) for b in going.boxes]
