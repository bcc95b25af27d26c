"""Every SVG says what it shows, in a sentence, and every part of it in words."""

from xml.etree import ElementTree

import numpy as np
import pytest
from helpers.networks import record

from autograd_nn import Plan, Tensor, models, viz
from autograd_nn.viz import Drawing, renderers
from autograd_nn.viz.picture.picture import Arrow, Box, Picture

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(autouse=True)
def _needs_svg():
    if not any("svg" in renderer.formats for renderer in renderers()):
        pytest.skip("nothing here draws svg")


def read(drawing, tmp_path):
    return ElementTree.fromstring(drawing.save(tmp_path / "picture.svg").read_bytes())


def drawings():
    run = record()
    weight = run.cost, run.weights[2], (1, 0)
    p = Tensor([2.0, 3.0], requires_grad=True, name="w")
    plan = Plan(lambda x: (p * x).sum(), np.zeros(2), wrt=[p])
    return {
        "The recorded graph of C, tensor by tensor.": viz.draw_graph(run.cost),
        "The recorded graph of C, layer by layer.": viz.draw_graph(run.cost, detail="layer"),
        "The recorded graph of C, number by number.": viz.draw_graph(run.cost, detail="scalar"),
        "The backward pass of C. Step 2 of 16: the gradient of mul1 is complete. Times the local "
        "derivative it goes to square1; shares add up.": viz.draw_backward(run.cost, 2),
        "∂C/∂w2[1, 0] as the sum over 4 paths.": viz.draw_paths(*weight),
        "∂C/∂w2[1, 0], split over the numbers of each layer.": viz.draw_flow(*weight),
        "How a change of w2[1, 0] reaches C, step 2 of 7: Δw changes a2.": viz.draw_perturbation(
            *weight, 2
        ),
        "A network of 4 layers with 2, 3, 2 and 2 neurons.": viz.draw_network([2, 3, 2, 2]),
        "A circuit of 5 perceptrons.": viz.draw_circuit(models.half_adder()),
        f"The {len(plan.listing)} steps of a plan, in their order.": viz.draw_plan(plan),
        "A drawing of 1 boxes and 0 arrows.": Drawing(Picture((Box("a", "result", ("x",)),), ())),
    }


def test_every_kind_of_drawing_says_in_a_sentence_what_it_shows(tmp_path):
    for title, drawing in drawings().items():
        first = next(iter(read(drawing, tmp_path)))
        assert first.tag == f"{SVG}title"
        assert first.text == drawing.title == title


def test_titles_are_in_the_notebook_and_in_a_filmstrip_too():
    x = Tensor(3.0, requires_grad=True, name="x")
    animation = viz.animate(x * x)
    assert (
        f"<title>{animation[0].title}</title>" in animation[0]._repr_mimebundle_()["image/svg+xml"]
    )
    root = ElementTree.fromstring(animation.filmstrip())
    assert next(iter(root)).text == f"2 pictures in their order. The last: {animation[-1].title}"
    inner = [next(iter(frame)).text for frame in root.findall(f"{SVG}svg")]
    assert inner == [drawing.title for drawing in animation]


def test_no_part_is_called_by_an_identifier(tmp_path):
    run = record((2, 3, 1))
    for drawing in (viz.draw_graph(run.cost), viz.draw_flow(run.cost, run.weights[2], (1, 0))):
        said = {}
        root = read(drawing, tmp_path)
        for whole in root.findall(f"{SVG}g/{SVG}title"):  # which some renderers leave to the root
            assert whole.text == drawing.title
        for g in root.iter(f"{SVG}g"):
            said[g.get("id")] = g.findtext(f"{SVG}title") or ""
        for box in drawing.picture.boxes:
            assert said[box.id] == ", ".join(box.lines)
        lines = {box.id: box.lines[0] for box in drawing.picture.boxes}
        for i, arrow in enumerate(drawing.picture.arrows):
            ends = f"{lines[arrow.source]} → {lines[arrow.target]}"
            assert said[f"e{i}"].startswith(ends)
            assert " ".join(arrow.label.split()) in said[f"e{i}"]
    assert "layer 2" in {
        g.findtext(f"{SVG}title") for g in read(viz.draw_graph(run.cost), tmp_path).iter(f"{SVG}g")
        if g.get("class") == "cluster"
    }  # fmt: skip


def test_what_flows_back_is_told_backwards(tmp_path):
    x = Tensor(3.0, requires_grad=True, name="x")
    root = read(viz.draw_backward(x * x, 1), tmp_path)
    (edge, _) = (g for g in root.iter(f"{SVG}g") if g.get("class") == "edge")
    assert edge.find(f"{SVG}title").text == "1. mul1 → x: 3"


@pytest.mark.parametrize(
    "name", ["<script>&amp;</title>", "a\x00b\x0b", '"quoted"', "]]>", "\ufffe"]
)
def test_a_hostile_name_is_text_in_a_title(name, tmp_path):
    shown = "".join(c if c.isprintable() else "\ufffd" for c in name)
    boxes = Box("n0", "input", (name,)), Box("n1", "cost", ("y",))
    picture = Picture(boxes, (Arrow("n0", "n1", "1"),), title=f"What {name} does.")
    root = read(Drawing(picture), tmp_path)
    titles = [title.text for title in root.iter(f"{SVG}title")]
    assert titles[0] == f"What {shown} does."
    assert shown in titles
    assert f"{shown} → y: 1" in titles
