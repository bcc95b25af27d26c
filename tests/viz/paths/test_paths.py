"""The picture of the sum over paths: what it draws, and the numbers in its caption."""

import math
import re

import numpy as np
import pytest
from helpers.leaf import chain, leaf
from helpers.processes import text_of_every_process

from autograd_nn import Network, Op, gradients, ops
from autograd_nn.engine.recompute import recompute
from autograd_nn.engine.types import Structure
from autograd_nn.ops.connections import elementwise
from autograd_nn.support.style import number
from autograd_nn.viz import Drawing, draw_paths, path_sum
from autograd_nn.viz.paths.cone import MAX_PATHS
from autograd_nn.viz.picture.picture import Arrow, Box


def by_id(drawing: Drawing) -> dict[str, Box]:
    return {box.id: box for box in drawing.picture.boxes}


def told(drawing: Drawing) -> list[Arrow]:
    """The arrows with a factor on them."""
    return [arrow for arrow in drawing.picture.arrows if not arrow.rest]


def factor(arrow: Arrow) -> float:
    return float(arrow.label.split("\n")[0])


def ranks(arrow: Arrow, shown: int) -> set[int]:
    """The ranks of the paths through an arrow; one without ranks is on all of them."""
    found = set(map(int, re.findall(r"#(\d+)", arrow.label)))
    return found or set(range(1, shown + 1))


def way_of(drawing: Drawing, rank: int, shown: int) -> list[Arrow]:
    """The arrows of one path, from the start to the cost; it is one way with nothing beside it."""
    on_it = {arrow.source: arrow for arrow in told(drawing) if rank in ranks(arrow, shown)}
    assert len(on_it) == sum(rank in ranks(arrow, shown) for arrow in told(drawing))
    place, way = drawing.picture.boxes[0].id, []
    while place in on_it:
        way.append(on_it.pop(place))
        place = way[-1].target
    assert not on_it
    assert by_id(drawing)[place].kind == "cost"
    return way


NUMBER = r"(-?[\d.]+(?:e[-+]\d+)?)"


def from_caption(drawing: Drawing, pattern: str) -> float:
    """The number behind these words of the caption."""
    found = re.findall(pattern + NUMBER, "\n".join(drawing.picture.caption))
    assert len(found) == 1, drawing.picture.caption
    return float(found[0].replace(",", ""))


def listed(drawing: Drawing) -> list[tuple[int, float, list[float]]]:
    """Rank, product and factors of the caption's paths."""
    rows = []
    for line in drawing.picture.caption:
        match = re.fullmatch(rf"#(\d+) +{NUMBER} = (.*)", line)
        if match:
            factors = [float(f.strip("()")) for f in match[3].split(" · ")]
            rows.append((int(match[1]), float(match[2]), factors))
    return rows


# The paths

LEAVES = [(kind, layer) for layer in (2, 3, 4) for kind in ("weights", "biases")]


@pytest.mark.parametrize(("kind", "layer"), LEAVES)
@pytest.mark.parametrize("k", [1, 2, 50])
def test_the_factors_along_each_path_multiply_to_its_product(run, kind, layer, k):
    leaf = getattr(run, kind)[layer]
    for index in np.ndindex(leaf.shape):
        drawing = draw_paths(run.cost, leaf, index, k)
        top = path_sum(run.cost, leaf, index).top(k)
        for rank, path in enumerate(top, start=1):
            way = way_of(drawing, rank, len(top))
            assert [factor(arrow) for arrow in way] == [float(number(f)) for f in path.factors]
            assert math.prod(map(factor, way)) == pytest.approx(path.product, rel=2e-3)
            names = [by_id(drawing)[arrow.source].lines[0].partition(" = ")[0] for arrow in way]
            assert names == list(path.nodes[:-1])


def test_the_k_paths_drawn_are_the_largest_of_all(run):
    paths = list(path_sum(run.cost, run.weights[2], (1, 0)))
    products = sorted((path.product for path in paths), key=abs, reverse=True)
    assert len(paths) == 4
    for k in range(1, 6):
        rows = listed(draw_paths(run.cost, run.weights[2], (1, 0), k))
        assert [rank for rank, _, _ in rows] == list(range(1, min(k, 4) + 1))
        assert [product for _, product, _ in rows] == [float(number(p)) for p in products[:k]]


def test_the_caption_lists_the_factors_from_the_cost_backwards(run):
    drawing = draw_paths(run.cost, run.weights[2], (1, 0))
    for rank, product, factors in listed(drawing):
        way = way_of(drawing, rank, 4)
        assert factors == [factor(arrow) for arrow in reversed(way)]
        assert math.prod(factors) == pytest.approx(product, rel=2e-3)


def test_negative_factors_are_in_brackets(run):
    caption = "\n".join(draw_paths(run.cost, run.weights[2], (1, 0)).picture.caption)
    assert " · (-0.1592) · 0.1244" in caption
    assert " · -" not in caption


def test_a_box_says_the_value_and_the_derivative_of_the_cost_by_it(run):
    run.cost.backward()
    boxes = {b.lines[0]: b for b in draw_paths(run.cost, run.weights[2], (1, 0)).picture.boxes}
    nodes = {"w2[1, 0]": (run.weights[2], (1, 0)), "a2[1]": (run.a[2], 1)}
    nodes |= {f"a{layer}[{j}]": (run.a[layer], j) for layer in (3, 4) for j in (0, 1)}
    for name, (node, index) in nodes.items():
        box = boxes[f"{name} = {number(node.data[index])}"]
        assert box.lines[1:] == (f"∂C/∂· = {number(node.grad[index])}",)
        assert box.kind == ("parameter" if name.startswith("w") else "element")
    cost = boxes[f"C = {number(float(run.cost.data))}"]
    assert (cost.kind, len(cost.lines)) == ("cost", 1)
    assert len(boxes) == len(nodes) + 1


def test_only_what_the_shown_paths_use_is_drawn(run):
    drawing = draw_paths(run.cost, run.weights[2], (1, 0), k=1)
    kinds = [box.kind for box in drawing.picture.boxes]
    assert kinds == ["parameter", "element", "element", "element", "cost", "rest"]
    assert len(told(drawing)) == 4


def test_ranks_are_on_the_arrows_that_not_all_paths_share(run):
    drawing = draw_paths(run.cost, run.weights[2], (1, 0))
    first, *others = told(drawing)
    assert "#" not in first.label
    assert all("#" in arrow.label for arrow in others)
    assert {rank for arrow in others for rank in ranks(arrow, 4)} == {1, 2, 3, 4}


def test_a_single_path_has_no_ranks_on_its_arrows(run):
    drawing = draw_paths(run.cost, run.weights[4], (1, 0))
    assert not any("#" in arrow.label for arrow in drawing.picture.arrows)
    assert drawing.picture.caption[0] == "∂C/∂w4[1, 0] as the sum over 1 path"


def test_more_ranks_than_fit_are_cut_and_said_to_be():
    x = leaf(np.linspace(0.1, 0.9, 8), "x")
    y = x.sum()
    drawing = draw_paths((ops.softmax(x) * np.arange(8.0)).sum() + y * 1e-9, x, 0, k=8)
    many = [arrow.label for arrow in told(drawing) if "…" in arrow.label]
    assert len(many) == 1
    assert len(re.findall(r"#\d", many[0])) == 6
    assert many[0].endswith(" …")


def test_sign_is_shown_by_colour_and_by_dash(run):
    drawing = draw_paths(run.cost, run.weights[2], (1, 0))
    lines = [line for line in drawing.dot.splitlines() if " -> " in line]
    seen = set()
    for arrow, line in zip(drawing.picture.arrows, lines, strict=True):
        assert arrow.sign == np.sign(factor(arrow))
        assert ("style=dashed" in line) == (factor(arrow) < 0)
        seen.add((arrow.sign, re.search(r'color="(\S+)"', line)[1]))
    assert len(seen) == len({colour for _, colour in seen}) == 2


# Widths


@pytest.mark.parametrize("k", [0, 1, 2, 3, 4, 50])
def test_widths_are_between_0_and_1(run, k):
    for kind, layer in LEAVES:
        leaf = getattr(run, kind)[layer]
        for index in np.ndindex(leaf.shape):
            arrows = draw_paths(run.cost, leaf, index, k).picture.arrows
            assert all(0.0 <= arrow.width <= 1.0 for arrow in arrows)


def test_width_is_the_part_of_the_shown_magnitude_that_runs_through(run):
    for k in (2, 3, 4):
        drawing = draw_paths(run.cost, run.weights[2], (1, 0), k)
        sizes = {rank: abs(product) for rank, product, _ in listed(drawing)}
        for arrow in told(drawing):
            part = sum(sizes[rank] for rank in ranks(arrow, k)) / sum(sizes.values())
            assert arrow.width == pytest.approx(part, rel=1e-3)


def test_what_flows_into_a_box_flows_out(run):
    drawing = draw_paths(run.cost, run.weights[2], (1, 0), k=3)
    for box in drawing.picture.boxes:
        into = sum(arrow.width for arrow in told(drawing) if arrow.target == box.id)
        out = sum(arrow.width for arrow in told(drawing) if arrow.source == box.id)
        assert box.kind in ("parameter", "rest") or into == pytest.approx(out or 1.0)
        assert box.kind in ("cost", "rest") or out == pytest.approx(into or 1.0)


def test_paths_that_are_all_0_have_no_width():
    x = leaf(-1.0, "x")
    drawing = draw_paths(ops.relu(x) * 3.0, x)
    assert [(factor(arrow), arrow.sign, arrow.width) for arrow in told(drawing)] == [
        (0.0, 0, 0.0),
        (3.0, 1, 0.0),
    ]
    assert drawing.picture.caption[-1].startswith("total 0, backward pass 0, ")


# The rest


@pytest.mark.parametrize("k", range(7))
def test_the_rest_is_one_bucket_exactly_when_paths_are_left_out(run, k):
    drawing = draw_paths(run.cost, run.weights[2], (1, 0), k)
    rest = [box for box in drawing.picture.boxes if box.kind == "rest"]
    to_and_from = [(a.source, a.target) for a in drawing.picture.arrows if a.rest]
    if k >= 4:
        assert rest == to_and_from == []
        assert not any(line.startswith("shown -") for line in drawing.picture.caption)
        return
    (box,) = rest
    last = next(b.id for b in drawing.picture.boxes if b.kind == "cost")
    assert to_and_from == [("s0", box.id), (box.id, last)]
    products = sorted((p.product for p in path_sum(run.cost, run.weights[2], (1, 0))), key=abs)
    assert box.lines[0].startswith(f"{4 - k} more path")
    assert float(box.lines[1].removeprefix("sum ")) == pytest.approx(
        sum(products[: 4 - k]), rel=1e-3
    )


def test_with_k_0_only_the_ends_and_the_bucket_are_drawn(run):
    drawing = draw_paths(run.cost, run.weights[2], (1, 0), 0)
    assert [box.kind for box in drawing.picture.boxes] == ["parameter", "cost", "rest"]
    assert told(drawing) == []
    assert from_caption(drawing, "shown ") == 0
    assert from_caption(drawing, "rest ") == float(number(path_total(run)))
    assert from_caption(drawing, "shown are ") == 0


def path_total(run) -> float:
    return path_sum(run.cost, run.weights[2], (1, 0)).total


def test_the_bucket_is_dashed_and_its_arrows_look_like_no_others(run):
    dot = draw_paths(run.cost, run.weights[2], (1, 0), 2).dot.splitlines()
    (bucket,) = [line for line in dot if line.startswith("\trest [")]
    assert 'style="dashed' in bucket
    arrows = [line for line in dot if " -> rest " in line or "rest -> " in line]
    assert len(arrows) == 2
    assert all("style=dotted" in line for line in arrows)


def test_a_bucket_of_one_path_is_not_in_the_plural(run):
    drawing = draw_paths(run.cost, run.weights[2], (1, 0), 3)
    assert by_id(drawing)["rest"].lines[0] == "1 more path"


def test_large_numbers_of_paths_are_written_with_commas():
    x = leaf(1.0, "x")
    h = x
    for _ in range(20):
        h = (h + h) * 0.5
    drawing = draw_paths(h, x, k=2)
    assert drawing.picture.caption[0].endswith("as the sum over 1,048,576 paths")
    assert by_id(drawing)["rest"].lines[0] == "1,048,574 more paths"


# The caption


@pytest.mark.parametrize(("kind", "layer"), LEAVES)
def test_the_captions_totals_are_the_gradient(run, kind, layer):
    leaf = getattr(run, kind)[layer]
    (gradient,) = gradients(run.cost, [leaf])
    for index in np.ndindex(leaf.shape):
        drawing = draw_paths(run.cost, leaf, index, 2)
        exact = float(gradient[index])
        assert from_caption(drawing, "\ntotal ") == pytest.approx(exact, rel=1e-8)
        assert from_caption(drawing, "backward pass ") == pytest.approx(exact, rel=1e-8)
        assert from_caption(drawing, "finite difference ") == pytest.approx(exact, rel=1e-5)


tenfold = Op(  # a square whose rule is wrong
    "tenfold",
    lambda x, out=None: np.square(x, out=out),
    lambda g, y, x: g * 20 * x,
    structure=Structure(elementwise),
)


def test_the_finite_difference_is_taken_from_the_cost_and_not_from_the_rules():
    x = leaf(2.0, "x")
    drawing = draw_paths(tenfold(x), x)
    assert from_caption(drawing, "backward pass ") == 40.0
    assert from_caption(drawing, "finite difference ") == pytest.approx(4.0, rel=1e-5)


@pytest.mark.parametrize("size", [1e-12, 1e-3, 1.0, 1e3, 1e8])
def test_the_finite_difference_is_good_at_every_size(size):
    x = leaf(size, "x")
    drawing = draw_paths(x * x * 3.0, x)
    assert from_caption(drawing, "finite difference ") == pytest.approx(
        6 * size, rel=1e-5, abs=1e-9
    )


def test_the_caption_accounts_for_what_is_shown_and_what_is_not(run):
    products = [path.product for path in path_sum(run.cost, run.weights[2], (1, 0))]
    largest = sorted(products, key=abs, reverse=True)
    mass = sum(map(abs, products))
    for k in range(5):
        drawing = draw_paths(run.cost, run.weights[2], (1, 0), k)
        assert drawing.picture.caption[0] == "∂C/∂w2[1, 0] as the sum over 4 paths"
        if k < 4:
            shown, rest = sum(largest[:k]), sum(largest[k:])
            assert from_caption(drawing, "\nshown ") == pytest.approx(shown, rel=1e-3)
            assert from_caption(drawing, "rest ") == pytest.approx(rest, rel=1e-3)
        coverage = 100 * sum(map(abs, largest[:k])) / mass
        assert from_caption(drawing, "shown are ") == pytest.approx(coverage, rel=1e-2)
        cancellation = abs(sum(products)) / mass
        text = re.escape("|total| / Σ |product| = ")
        assert from_caption(drawing, text) == pytest.approx(cancellation, rel=1e-2)


def test_the_caption_is_in_the_dot_text(run):
    drawing = draw_paths(run.cost, run.weights[2], (1, 0), 2)
    for line in drawing.picture.caption:
        assert line + r"\l" in drawing.dot


def test_a_graph_changed_after_recording_is_refused(run):
    run.weights[2].data = run.weights[2].data * 2
    with pytest.raises(ValueError, match="w2 was changed in place"):
        draw_paths(run.cost, run.weights[2], (1, 0))


def test_drawing_leaves_the_graph_as_it_was(run):
    before = run.weights[2].data.copy(), run.cost.data.copy()
    draw_paths(run.cost, run.weights[2], (1, 0))
    assert np.array_equal(run.weights[2].data, before[0])
    assert run.weights[2].grad is None
    assert np.array_equal(recompute(run.cost, {run.weights[2]: before[0]}), before[1])


# One example of several


@pytest.fixture
def batch():
    x = np.array([[0.5, -1.0], [1.0, 2.0], [-0.5, 1.0]])
    return Network([2, 3, 2, 2], rng=0).record(x, [1, 0, 1])


def test_one_example_has_its_own_paths_and_the_examples_add_up_to_the_gradient(batch):
    (gradient,) = gradients(batch.cost, [batch.weights[2]])
    totals = []
    for i in range(3):
        drawing = draw_paths(batch.cost, batch.weights[2], (1, 0), example=i)
        assert drawing.picture.caption[0].startswith(
            f"example {i}'s part of ∂C/∂w2[1, 0] as the sum"
        )
        assert drawing.picture.boxes[0].lines[1].startswith("part of ∂C/∂· = ")
        names = [box.lines[0].partition(" = ")[0] for box in drawing.picture.boxes]
        assert {name for name in names if name.startswith("a")} == {
            f"a2[{i}, 1]",
            *(f"a{layer}[{i}, {j}]" for layer in (3, 4) for j in (0, 1)),
        }
        totals.append(from_caption(drawing, "\ntotal "))
    assert sum(totals) == pytest.approx(float(gradient[1, 0]), rel=1e-6)


def test_without_an_example_all_paths_of_all_examples_are_counted(batch):
    drawing = draw_paths(batch.cost, batch.weights[2], (1, 0), 3)
    assert drawing.picture.caption[0] == (
        "∂C/∂w2[1, 0] as the sum over 12 paths of 3 examples, of which C is the mean"
    )
    assert by_id(drawing)["rest"].lines[0] == "9 more paths"


@pytest.mark.parametrize("example", [3, -1, 1.0])
def test_an_example_that_is_not_there_is_refused(batch, example):
    with pytest.raises(ValueError, match="example"):
        draw_paths(batch.cost, batch.weights[2], (1, 0), example=example)


# Other graphs


def test_both_edges_of_x_times_x_are_two_paths():
    x = leaf(3.0, "x")
    drawing = draw_paths(x * x, x)
    assert [arrow.label for arrow in drawing.picture.arrows] == ["3\n#1", "3\n#2"]
    assert [(a.source, a.target) for a in drawing.picture.arrows] == [("s0", "s1")] * 2
    assert from_caption(drawing, "\ntotal ") == 6.0


def test_a_softmax_fans_out_from_one_element():
    z = leaf([0.0, 1.0, 2.0, 3.0], "z")
    p = ops.softmax(z)
    drawing = draw_paths((p * p).sum(), z, 1)
    s = p.data
    fan = sorted(factor(arrow) for arrow in told(drawing) if arrow.source == "s0")
    wanted = [s[j] * ((j == 1) - s[1]) for j in range(4)]
    assert fan == [float(number(d)) for d in sorted(wanted)]
    assert drawing.picture.caption[0] == "∂sum1/∂z[1] as the sum over 8 paths"


def test_paths_can_be_told_through_every_operation(run):
    drawing = draw_paths(run.cost, run.weights[2], (1, 0), through="ops")
    names = {box.lines[0].partition("[")[0] for box in drawing.picture.boxes}
    assert {"w2", "transpose1", "matmul1", "z2", "a2", "z3", "a3"} <= names
    assert from_caption(drawing, "\ntotal ") == pytest.approx(path_total(run), rel=1e-8)


def test_paths_can_be_told_through_chosen_nodes(run):
    drawing = draw_paths(run.cost, run.weights[2], (1, 0), through=[run.a[3]])
    assert [len(way_of(drawing, rank, 2)) for rank in (1, 2)] == [2, 2]


def test_a_fused_cost_is_told_through_the_weighted_inputs():
    fused = Network([2, 3, 2], cost="cross_entropy", rng=0).record([0.5, -1.0], 1, fused=True)
    drawing = draw_paths(fused.cost, fused.weights[2], (1, 0))
    names = [box.lines[0].partition(" = ")[0] for box in drawing.picture.boxes]
    assert names == ["w2[1, 0]", "z2[1]", "z3[0]", "z3[1]", "C"]


def test_a_leaf_without_a_path_to_the_cost_is_drawn_beside_it():
    v = leaf([1.0, 2.0], "v")
    drawing = draw_paths(v[0:1].sum(), v, 1)
    assert [box.kind for box in drawing.picture.boxes] == ["parameter", "cost"]
    assert drawing.picture.arrows == ()
    assert "over 0 paths" in drawing.picture.caption[0]


def test_a_network_in_single_precision_is_drawn():
    run = Network([2, 3, 2], rng=0, dtype=np.float32).record([0.5, -1.0], 1)
    drawing = draw_paths(run.cost, run.weights[2], (1, 0))
    exact = float(gradients(run.cost, [run.weights[2]])[0][1, 0])
    assert from_caption(drawing, "finite difference ") == pytest.approx(exact, rel=1e-3)


def test_a_hostile_name_is_text_in_boxes_and_caption():
    x = leaf(3.0, 'x"] n9 [label="<b>')
    harmless = leaf(3.0, "x")
    theirs = draw_paths(x * x, x).dot.splitlines()
    ours = draw_paths(harmless * harmless, harmless).dot.splitlines()
    changed = [i for i, (a, b) in enumerate(zip(theirs, ours, strict=True)) if a != b]
    assert len(changed) == 2
    assert r"∂mul1/∂x\"] n9 [label=\"<b> as the sum" in theirs[changed[0]]
    assert theirs[changed[1]].startswith(r'	s0 [label="x\"]\ n9\ [label=\"\<b\>\ =\ 3|')


# What is refused


@pytest.mark.parametrize("k", [-1, MAX_PATHS + 1, 10**9, 2.0, "3", None, True, np.float64(1)])
def test_a_k_that_cannot_be_drawn_is_refused(run, k):
    with pytest.raises(ValueError, match=r"draw_paths: k=.*expected an integer from 0 to 50"):
        draw_paths(run.cost, run.weights[2], (1, 0), k)


def test_the_largest_k_and_numpys_integers_are_accepted(run):
    for k in (MAX_PATHS, np.int64(2), np.uint8(2)):
        assert len(listed(draw_paths(run.cost, run.weights[2], (1, 0), k))) == min(k, 4)


def test_what_has_no_paths_is_refused_as_by_path_sum(run):
    with pytest.raises(ValueError, match="scalar"):
        draw_paths(run.a[2], run.weights[2], (1, 0))
    with pytest.raises(ValueError, match="does not depend on v"):
        draw_paths(run.cost, leaf(1.0, "v"))
    with pytest.raises(ValueError, match="index"):
        draw_paths(run.cost, run.weights[2], (3, 0))
    with pytest.raises(ValueError, match="requires no gradient"):
        draw_paths(run.cost, run.a[1], 0)


@pytest.mark.parametrize("thing", [3.0, None, np.ones(())])
def test_what_is_no_tensor_is_refused(run, thing):
    with pytest.raises((TypeError, ValueError), match=r"tensor|scalar"):
        draw_paths(thing, run.weights[2], (1, 0))
    with pytest.raises((TypeError, ValueError), match=r"tensor|depend"):
        draw_paths(run.cost, thing)


def test_a_deep_graph_is_refused_politely():
    with pytest.raises(ValueError, match=r"draw_paths: .*(too|more than)"):
        draw_paths(*reversed(chain(5000)))


def test_a_deep_graph_is_no_problem_when_few_of_its_nodes_are_told():
    x, h = chain(2000)  # twice what recursion allows
    drawing = draw_paths(h, x, through=[h])
    assert from_caption(drawing, "\ntotal ") == 1.0
    assert len(drawing.picture.boxes) == 2


# Determinism

PROGRAM = """
import sys
from autograd_nn import Network
from autograd_nn.viz import draw_paths
junk = [object() for _ in range(int(sys.argv[1]))]  # other addresses
run = Network([2, 3, 2, 2], rng=0).record([0.5, -1.0], 1)
for through in ("a", "z", "ops"):
    text = draw_paths(run.cost, run.weights[2], (1, 0), 3, through=through).dot
    sys.stdout.buffer.write(text.encode())
"""


def test_the_same_program_gives_the_same_text_in_every_process(run):
    text = text_of_every_process(PROGRAM)
    assert text.count("digraph") == 3
    assert text.startswith(draw_paths(run.cost, run.weights[2], (1, 0), 3, through="a").dot)


def test_boxes_are_numbered_from_the_leaf_to_the_cost(run):
    drawing = draw_paths(run.cost, run.weights[2], (1, 0), 2)
    numbers = [int(box.id[1:]) for box in drawing.picture.boxes if box.kind != "rest"]
    assert numbers[0] == 0
    assert numbers == sorted(set(numbers))
    for arrow in told(drawing):
        assert int(arrow.source[1:]) < int(arrow.target[1:])
