"""Boxes in columns, labels on their lines, and a layout that is the same in every step of a story."""

import json
import re
import shutil
import subprocess
from itertools import combinations
from xml.etree import ElementTree

import numpy as np
import pytest
from helpers.networks import record
from helpers.rendered import SVG, need

from autograd_nn import Network, Tensor
from autograd_nn.viz import Drawing, animate, draw_flow, draw_perturbation
from autograd_nn.viz.picture.columns import in_columns
from autograd_nn.viz.picture.labels import places
from autograd_nn.viz.picture.picture import Arrow, Box, Picture
from autograd_nn.viz.render.render import render


def deep(sizes=(20, 30, 30, 30, 10)):
    run = Network(list(sizes), rng=0).record(np.random.default_rng(0).random(20), 3)
    return run.cost, run.weights[2], (7, 3)


def small():
    run = record()
    return run.cost, run.weights[2], (1, 0)


def story(weight, **settings):
    last = int(draw_perturbation(*weight, **settings).picture.caption[0].split()[3].rstrip(":"))
    return [draw_perturbation(*weight, step, **settings) for step in range(1, last + 1)]


def layout(drawing):
    """Where Graphviz's program puts every box, and how large the picture is."""
    need("dot")
    done = subprocess.run(
        [shutil.which("dot"), "-Tjson0"],
        input=drawing.dot.encode(),
        capture_output=True,
        check=True,
    )
    graph = json.loads(done.stdout)
    objects = {o["id"]: o for o in graph["objects"] if "pos" in o}
    boxes = {
        box.id: [objects[box.id][key] for key in ("pos", "width", "height")]
        for box in drawing.picture.boxes
    }
    return graph["bb"], boxes


@pytest.mark.parametrize("weight", [small, deep])
@pytest.mark.parametrize("through", ["a", "ops"])
def test_nothing_moves_from_one_step_of_a_change_to_the_next(weight, through):
    steps = story(weight(), through=through)
    assert all(step.picture.sides for step in steps)
    (_, first), *others = map(layout, steps)
    for _, other in others:
        assert other == first


def test_nor_where_a_layout_engine_finds_the_places():
    """One arrow skips several columns."""
    x = y = Tensor(0.3, requires_grad=True, name="a number with a long name")
    for _ in range(3):
        y = y * y
    steps = story((y + x, x, ()))
    assert not steps[0].picture.sides
    first, *others = (beside_the_first(layout(step)[1]) for step in steps)
    for other in others:
        assert other == first


def beside_the_first(boxes):
    """Sizes, and places as seen from the first box: a wide caption makes room on both sides."""
    places = {name: [float(x) for x in pos.split(",")] for name, (pos, *_) in boxes.items()}
    return {
        name: (places[name][0] - places["s0"][0], places[name][1] - places["s0"][1], *sizes)
        for name, (_, *sizes) in boxes.items()
    }


def test_nothing_moves_in_an_animated_pass():
    first, *others = map(layout, animate(record((2, 3, 1)).cost))
    for other in others:
        assert other == first


def test_a_box_that_grew_would_be_noticed():
    first, *_, last = story(small())
    wider = last.dot.replace("Δ\\ =\\ 0.001244", "Δ\\ =\\ 0.0012440000000000000000001")
    assert wider != last.dot
    last.dot = wider
    assert layout(last) != layout(first)


def rectangles(picture):
    """The labels of a picture by where they stand, from what an SVG says of their letters."""
    root = ElementTree.fromstring(picture)
    for g in root.iter(f"{SVG}g"):
        if g.get("class") == "node" and re.fullmatch(r"l\d+", g.get("id")):
            points = [p.split(",") for p in g.find(f"{SVG}polygon").get("points").split()]
            xs, ys = [float(x) for x, _ in points], [float(y) for _, y in points]
            yield min(xs), min(ys), max(xs), max(ys)


@pytest.mark.parametrize("draw", [draw_flow, draw_perturbation])
@pytest.mark.parametrize("renderer", ["dot", "wasi"])
def test_no_label_covers_another(draw, renderer, monkeypatch):
    need(renderer)
    monkeypatch.setenv("AUTOGRAD_NN_RENDERER", renderer)
    drawing = draw(*deep())
    found = list(rectangles(render(drawing.dot, "svg")))
    assert len(found) == sum(bool(arrow.label) for arrow in drawing.picture.arrows) > 15
    for a, b in combinations(found, 2):
        wide, high = min(a[2], b[2]) - max(a[0], b[0]), min(a[3], b[3]) - max(a[1], b[1])
        assert wide < 3 or high < 3, "as much as the margins of both"


def test_labels_are_drawn_over_the_lines_on_white():
    need("dot")
    svg = render(draw_flow(*deep()).dot, "svg").decode()
    assert svg.rindex('class="edge"') < svg.index('id="l0"')
    label = svg[svg.index('id="l0"') :].split("</g>")[0]
    assert 'fill="white"' in label or 'fill="#ffffff"' in label


@pytest.mark.parametrize(
    ("sizes", "direction", "columns"),
    [((20, 30, 30, 30, 10), "right", 6), ((20, 30, 30, 30, 30, 30, 30, 10), "down", 9)],
)
def test_a_label_stands_on_its_own_line_and_arrows_run_between_the_columns(
    sizes, direction, columns
):
    picture = draw_flow(*deep(sizes)).picture
    assert picture.direction == direction
    way = 0 if direction == "right" else 1
    sign = 1 if direction == "right" else -1  # downwards
    box = {b.id: b for b in picture.boxes}
    assert len({b.at[way] for b in picture.boxes}) == columns, "the weight, the layers, the cost"
    for arrow in picture.arrows:
        source, target = box[arrow.source], box[arrow.target]
        sizes = [b.width if direction == "right" else b.height for b in (source, target)]
        start = sign * source.at[way] + sizes[0] / 2
        end = sign * target.at[way] - sizes[1] / 2
        assert start < end
        if not arrow.label:
            assert arrow.label_at is None
            continue
        t = (sign * arrow.label_at[way] - start) / (end - start)
        assert 0 < t < 1
        on_line = source.at[1 - way] + t * (target.at[1 - way] - source.at[1 - way])
        assert arrow.label_at[1 - way] == pytest.approx(on_line, abs=1e-3)


def test_a_flow_that_is_too_wide_goes_down_the_page():
    need("dot")
    svg = render(draw_flow(*deep((20, 30, 30, 30, 30, 30, 30, 10))).dot, "svg")
    assert float(re.search(rb'<svg width="([\d.]+)pt"', svg)[1]) < 1250


def test_where_an_arrow_skips_a_column_places_are_left_to_a_layout_engine():
    boxes = tuple(Box(name, "element", (name,)) for name in "abc")
    chain = Arrow("a", "b", "1"), Arrow("b", "c", "2")
    assert in_columns(Picture(boxes, chain)).sides
    skipping = in_columns(Picture(boxes, (*chain, Arrow("a", "c", "3"))))
    assert not skipping.sides
    assert all(b.at is None for b in skipping.boxes)


def test_a_caption_is_no_wider_than_the_picture():
    boxes = tuple(Box(name, "element", (name,)) for name in "ab")
    words = "many words " * 20
    caption = in_columns(Picture(boxes, (Arrow("a", "b"),), (words, "few"))).caption
    assert " ".join(" ".join(caption[:-1]).split()) == words.strip()
    assert max(map(len, caption)) < 60
    assert caption[-1] == "few"


def test_a_label_keeps_clear_of_other_lines_where_it_can():
    """Two lines cross in the middle: neither label stands there."""
    cross = [((0.0, 0.0), (4.0, 2.0)), ((0.0, 2.0), (4.0, 0.0))]
    for x, y in places([(0.6, 0.2)] * 2, cross):
        assert abs(x - 2) > 0.3
        assert min(abs(y - x / 2), abs(y - 2 + x / 2)) < 1e-3


def test_a_label_that_has_a_line_to_itself_stands_in_its_middle():
    ((x, y),) = places([(0.6, 0.2)], [((0.0, 0.0), (4.0, 2.0))])
    assert x == pytest.approx(2.0, abs=0.1)
    assert y == pytest.approx(1.0, abs=0.05)


HOSTILE = [
    "<b>bold</b>", "&lt;script&gt;", '"]; n9 [label="', "\\N \\G \\l", "{a|b}", "</text></svg>", "→ ≈ δ",
    "-- # //", "a\\", "%s %d", "x=y;", "]]>", "<!-- -->", "'quoted'", "\N{RIGHT-TO-LEFT OVERRIDE}abc",
]  # fmt: skip


@pytest.mark.parametrize("renderer", ["dot", "wasi"])
def test_a_hostile_label_on_a_line_is_text(renderer, monkeypatch):
    need(renderer)
    boxes = tuple(Box(f"b{i}", "element", (text,)) for i, text in enumerate([*HOSTILE, "end"]))
    arrows = tuple(Arrow(f"b{i}", f"b{i + 1}", text) for i, text in enumerate(HOSTILE))
    placed = in_columns(Picture(boxes, arrows))
    assert placed.sides
    assert placed.direction == "down"
    monkeypatch.setenv("AUTOGRAD_NN_RENDERER", renderer)
    root = ElementTree.fromstring(render(Drawing(placed).dot, "svg"))
    said = {
        g.get("id"): "".join(t.text or "" for t in g.iter(f"{SVG}text")).replace("\xa0", " ")
        for g in root.iter(f"{SVG}g")
    }
    for i, text in enumerate(HOSTILE):
        shown = "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text)
        assert said[f"l{i}"] == said[f"b{i}"] == shown
    assert len(said) == 1 + 3 * len(HOSTILE) + 1, "nothing else was drawn"
