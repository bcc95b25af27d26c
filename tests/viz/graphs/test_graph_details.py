"""The recorded graph framed by layers, folded, and number by number."""

import re

import numpy as np
import pytest
from helpers.leaf import leaf

from autograd_nn import Network, Op, Tensor, gradients, no_grad, ops
from autograd_nn.engine.recompute import recompute
from autograd_nn.viz import Drawing, animate, draw_backward, draw_graph
from autograd_nn.viz.graphs.layers import MAX_BOXES
from autograd_nn.viz.graphs.scalars import MAX_NUMBERS


def record(sizes, m=None, **settings):
    rng = np.random.default_rng(1)
    x = rng.normal(size=sizes[0] if m is None else (m, sizes[0]))
    y = np.zeros(sizes[-1]) if m is None else np.zeros((m, sizes[-1]))
    return Network(sizes, rng=0).record(x, y, **settings)


def first(drawing: Drawing) -> dict[str, str]:
    return {box.id: box.lines[0] for box in drawing.picture.boxes}


def arrows(drawing: Drawing) -> list[tuple[str, str, str]]:
    names = first(drawing)
    return [(names[a.source], names[a.target], a.label) for a in drawing.picture.arrows]


def jacobian(output, node):
    """∂output/∂node by central differences of the recorded graph itself."""
    columns = []
    for k in range(node.data.size):
        ends = []
        for step in (1e-6, -1e-6):
            moved = node.data.copy()
            moved.ravel()[k] += step
            ends.append(recompute(output, {node: moved}).ravel())
        columns.append((ends[0] - ends[1]) / 2e-6)
    return np.stack(columns, axis=1)


# Frames


@pytest.mark.parametrize("fused", [False, True])
def test_every_node_of_a_network_is_framed_in_its_layer(fused):
    run = record([2, 3, 2, 2], fused=fused)
    groups = {box.lines[0].split(" = ")[0]: box.group for box in draw_graph(run.cost).picture.boxes}
    for layer in (2, 3, 4):
        for letter in "wbz" if fused and layer == 4 else "wbza":
            assert groups[f"{letter}{layer}"] == f"layer {layer}"
    assert groups["a1"] == "layer 1"
    assert groups["y"] == groups["C"] == groups["0.5"] == "cost"
    assert "" not in groups.values()


def test_frames_are_subgraphs_of_the_dot_text_with_their_title():
    dot = draw_graph(record([2, 3, 1]).cost).dot
    titles = re.findall(
        r'subgraph cluster_\d+ \{\n\t\tgraph \[id=c\d+ label="?([^"\]]*?)"? label', dot
    )
    assert titles == ["layer 2", "layer 3", "layer 1", "cost"]
    assert dot.count("digraph") == 1


def test_what_is_no_network_has_no_frames():
    z = leaf(1.0, "x") * 2.0
    z.name = "z"
    cost = ops.sigmoid(z)
    cost.name = "C"
    assert {box.group for box in draw_graph(cost).picture.boxes} == {""}
    assert "subgraph" not in draw_graph(cost).dot


def test_the_graph_of_a_networks_gradient_frames_the_layers_only():
    run = record([2, 3, 1])
    (g,) = gradients(run.cost, [run.weights[2]], create_graph=True)
    groups = {box.group for box in draw_graph(g).picture.boxes}
    assert groups == {"layer 1", "layer 2", "layer 3", ""}


# Folded into layers


def test_a_network_is_a_box_for_each_layer_and_one_for_the_cost():
    run = record([784, 30, 10], m=10)
    run.cost.backward()
    drawing = draw_graph(run.cost, detail="layer")
    assert list(first(drawing).values()) == [
        "layer 1: 784 inputs, 10 examples",
        "layer 2: 30 sigmoid neurons, 10 examples",
        "layer 3: 10 sigmoid neurons, 10 examples",
        "C = mean",
    ]
    assert len(drawing.dot) < 3000
    w2 = run.weights[2]
    norms = np.linalg.norm(w2.data), np.linalg.norm(w2.grad)
    line = "w2  30×784  norm {:.4g},  gradient norm {:.4g}".format(*norms)
    assert line in drawing.picture.boxes[1].lines


def test_arrows_between_layers_carry_the_jacobian_through_all_that_is_folded():
    run = record([3, 4, 3, 2], m=2)
    found = arrows(draw_graph(run.cost, detail="layer"))
    assert found[0][2] == ""  # no gradient goes to the input
    pairs = [(run.a[3], run.a[2]), (run.a[4], run.a[3]), (run.cost, run.a[4])]
    for (_, _, label), (y, x) in zip(found[1:], pairs, strict=True):
        wanted = jacobian(y, x)
        shape, norm = label.split("\n‖J‖ ")
        assert shape == "×".join(map(str, wanted.shape))
        assert float(norm) == pytest.approx(np.linalg.norm(wanted), rel=1e-3)


def test_a_cost_fused_from_weighted_inputs_hangs_on_them():
    drawing = draw_graph(record([2, 3, 2], fused=True).cost, detail="layer")
    assert list(first(drawing).values()) == [
        "layer 1: 2 inputs", "layer 2: 3 sigmoid neurons", "layer 3: 2 neurons", "C = sum",
    ]  # fmt: skip


def test_any_other_graph_keeps_its_leaves_and_named_tensors():
    x, w = leaf([0.5, -1.0], "x"), leaf([[1.0, 2.0], [3.0, -1.0]], "w")
    h = ops.tanh(w @ x + 1.0)
    h.name = "h"
    cost = (h * h + x).sum()
    found = arrows(draw_graph(cost, detail="layer"))
    assert [(a, b) for a, b, _ in found] == [
        ("x", "h = tanh (3 nodes)"),
        ("w", "h = tanh (3 nodes)"),
        ("x", "sum1 (3 nodes)"),
        ("h = tanh (3 nodes)", "sum1 (3 nodes)"),
    ]
    pairs = [(h, x), (h, w), (None, x), (cost, h)]
    for (_, _, label), (y, node) in zip(found, pairs, strict=True):
        if y is None:  # of x the part that does not go through h
            assert label == f"1×2\n‖J‖ {np.sqrt(2):.4g}"
        else:
            assert float(label.split("‖J‖ ")[1]) == pytest.approx(
                np.linalg.norm(jacobian(y, node)), rel=1e-3
            )


def test_a_chain_of_thousands_is_two_boxes():
    h = x = leaf(1.0, "x")
    for _ in range(5000):
        h = ops.neg(h)
    drawing = draw_graph(h, detail="layer")
    assert first(drawing) == {"n0": "x", "n1": "neg5000 (5000 nodes)"}
    assert arrows(drawing)[0][2] == "1"
    assert drawing.picture.arrows[0].sign == 1
    assert x.grad is None


def test_an_op_that_does_not_say_what_it_connects_folds_without_a_norm():
    cube = Op("cube", lambda x, out=None: np.power(x, 3, out=out), lambda g, y, x: g * 3 * x**2)
    drawing = draw_graph(cube(leaf([2.0, 3.0], "x")).sum(), detail="layer")
    assert [label for *_, label in arrows(drawing)] == ["1×2"]


def test_what_needs_no_gradient_is_an_arrow_without_a_number():
    cost = (Tensor([1.0, 2.0], name="x") * leaf([1.0, 1.0], "w")).sum()
    assert [a[::2] for a in arrows(draw_graph(cost, detail="layer"))] == [
        ("x", ""), ("w", f"1×2\n‖J‖ {np.sqrt(5):.4g}"),
    ]  # fmt: skip


def test_too_many_named_tensors_are_refused_even_folded():
    cost = sum((leaf(1.0, f"w_{i}") for i in range(MAX_BOXES)), Tensor(0.0))
    with pytest.raises(ValueError, match=r"draw_graph: 302 named tensors and leaves, more than"):
        draw_graph(cost, detail="layer")


def test_the_largest_refused_graph_says_how_to_fold_it():
    h = leaf(1.0, "x")
    for _ in range(600):
        h = ops.neg(h)
    with pytest.raises(ValueError, match=r'601 nodes.*\(detail="layer"\)'):
        draw_graph(h)


# Number by number


def rates_to(drawing: Drawing) -> dict[str, float]:
    """∂output/∂· of every box, from the numbers on the arrows alone."""
    boxes = drawing.picture.boxes
    found = dict.fromkeys((box.id for box in boxes), 0.0)
    found[boxes[-1].id] = 1.0
    place = {box.id: i for i, box in enumerate(boxes)}
    for arrow in sorted(drawing.picture.arrows, key=lambda a: -place[a.target]):
        if arrow.label:
            found[arrow.source] += found[arrow.target] * float(arrow.label)
    return found


@pytest.mark.parametrize("m", [None, 2])
def test_the_arrows_of_single_numbers_give_every_gradient(m):
    run = record([2, 3, 2], m=m)
    run.cost.backward()
    drawing = draw_graph(run.cost, detail="scalar")
    found, seen = rates_to(drawing), 0
    for box in drawing.picture.boxes:
        name = box.lines[0].split(" = ")[0]
        match = re.fullmatch(r"([wbza])(\d)\[(.*)\]", name)
        if match and name[0] in "wbza" and not name.startswith("a1"):
            node = {"w": run.weights, "b": run.biases, "z": run.z, "a": run.a}[match[1]][
                int(match[2])
            ]
            wanted = node.grad[tuple(map(int, match[3].split(",")))]
            assert found[box.id] == pytest.approx(wanted, rel=5e-3, abs=1e-6)
            assert float(box.lines[1].removeprefix("gradient ")) == pytest.approx(wanted, rel=1e-3)
            seen += 1
    assert seen == sum(p.data.size for p in [*run.weights.values(), *run.biases.values()]) + sum(
        run.z[k].data.size + run.a[k].data.size for k in (2, 3)
    )


def test_both_edges_of_x_times_x_are_drawn_for_every_number():
    x = leaf([3.0, -2.0], "x")
    drawing = draw_graph((x * x).sum(), detail="scalar")
    labels = [(a.source, a.target, a.label, a.sign) for a in drawing.picture.arrows]
    assert labels[:4] == [
        ("n0_0", "n1_0", "3", 1), ("n0_1", "n1_1", "-2", -1),
        ("n0_0", "n1_0", "3", 1), ("n0_1", "n1_1", "-2", -1),
    ]  # fmt: skip


def test_a_number_that_is_only_moved_keeps_its_box():
    w = leaf([[1.0, 2.0], [3.0, 4.0]], "w")
    drawing = draw_graph((w.T.reshape(4)[1:3] * 2.0).sum(), detail="scalar")
    names = list(first(drawing).values())
    assert [name.split("[")[0] for name in names] == ["w"] * 4 + ["mul1"] * 2 + ["sum1 = 10"]
    assert [(a, b) for a, b, _ in arrows(drawing)][:2] == [
        ("w[1, 0] = 3", "mul1[0] = 6"), ("w[0, 1] = 2", "mul1[1] = 4"),
    ]  # fmt: skip


def test_an_output_that_was_only_moved_has_its_box():
    drawing = draw_graph(leaf([2.0], "w").reshape(()), detail="scalar")
    assert [box.kind for box in drawing.picture.boxes] == ["parameter", "cost"]
    assert [a.label for a in drawing.picture.arrows] == ["1"]


def test_a_number_repeated_very_often_is_refused():
    cost = ops.broadcast_to(leaf(2.0, "w"), shape=(1000,)).sum()
    with pytest.raises(ValueError, match="1,000 single numbers, more than"):
        draw_graph(cost, detail="scalar")


def test_too_many_connections_are_refused():
    cost = ops.softmax(leaf(np.linspace(0, 1, 100), "w")).sum()
    with pytest.raises(
        ValueError, match="10,100 connections of single numbers, more than the 2,000"
    ):
        draw_graph(cost, detail="scalar")


def test_a_moved_number_with_a_name_of_its_own_has_a_box():
    w = leaf([1.0, 2.0], "w")
    v = w[::-1]
    v.name = "v"
    names = list(first(draw_graph(v.sum(), detail="scalar")).values())
    assert names[2:4] == ["v[0] = 2", "v[1] = 1"]


def test_inputs_parameters_and_the_output_are_told_apart_as_single_numbers():
    cost = Tensor([1.0], name="x") * leaf([2.0], "w")
    kinds = [box.kind for box in draw_graph(cost, detail="scalar").picture.boxes]
    assert kinds == ["input", "parameter", "cost"]


def test_before_a_backward_pass_a_single_numbers_gradient_is_absent():
    lines = draw_graph(leaf([2.0], "w") * 1.0, detail="scalar").picture.boxes[0].lines
    assert lines == ("w[0] = 2", "gradient: none yet")


def test_labels_without_a_derivative_are_connected_without_a_number():
    z, y = leaf([[0.1, 0.2], [0.3, 0.4]], "z"), Tensor([0, 1], name="y")
    drawing = draw_graph(ops.softmax_cross_entropy(z, y).sum(), detail="scalar")
    assert {label for a, _, label in arrows(drawing) if a.startswith("y")} == {""}
    assert rates_to(drawing)["n0_0"] == pytest.approx(
        gradients(ops.softmax_cross_entropy(z, y).sum(), [z])[0][0, 0], rel=1e-3
    )


def test_too_many_numbers_are_refused_with_advice():
    cost = (leaf(np.ones(MAX_NUMBERS), "w") * 1.0).sum()
    with pytest.raises(ValueError, match=r"801 single numbers, more than the 400.*draw_paths"):
        draw_graph(cost, detail="scalar")


def test_an_op_that_does_not_say_what_it_connects_is_refused_by_its_name():
    cube = Op("cube", lambda x, out=None: np.power(x, 3, out=out), lambda g, y, x: g * 3 * x**2)
    with pytest.raises(ValueError, match=r"cube: does not say which elements it connects"):
        draw_graph(cube(leaf([2.0, 3.0])), detail="scalar")


# All details


@pytest.mark.parametrize("detail", ["tensor", "layer", "scalar"])
def test_a_leaf_alone_is_a_picture_at_every_detail(detail):
    (box,) = draw_graph(leaf(2.0, "w"), detail=detail).picture.boxes
    assert box.kind == "cost"


@pytest.mark.parametrize("detail", ["tensor", "layer", "scalar"])
def test_the_same_program_gives_the_same_text_at_every_detail(detail):
    texts = {draw_graph(record([2, 3, 2], m=2).cost, detail=detail).dot for _ in range(2)}
    assert len(texts) == 1


@pytest.mark.parametrize("detail", ["tensor", "layer", "scalar"])
def test_drawing_stores_nothing_at_any_detail(detail):
    run = record([2, 3, 2])
    draw_graph(run.cost, detail=detail)
    assert all(p.grad is None for p in [*run.weights.values(), run.cost, run.z[2]])


@pytest.mark.parametrize("detail", ["tensor", "layer", "scalar"])
def test_a_graph_with_changed_leaves_is_refused_at_every_detail(detail):
    w = leaf([1.0, 2.0], "w")
    cost = (w * w).sum()
    w.data = np.zeros(2)
    with pytest.raises(ValueError, match=r"draw_graph: w was changed in place"):
        draw_graph(cost, detail=detail)


def test_what_was_not_recorded_is_drawn_at_every_detail():
    with no_grad():
        h = leaf(2.0, "w") * 3.0
    for detail in ("tensor", "layer", "scalar"):
        assert len(draw_graph(h, detail=detail).picture.boxes) == 1


@pytest.mark.parametrize("detail", ["neuron", "", None])
def test_another_detail_is_refused(detail):
    with pytest.raises(ValueError, match=r"expected one of tensor, layer, scalar"):
        draw_graph(leaf(1.0), detail=detail)


# Direction


@pytest.mark.parametrize("detail", ["tensor", "layer", "scalar"])
def test_a_graph_drawn_downwards_is_the_same_graph(detail):
    cost = record([2, 3, 1]).cost
    right, down = (draw_graph(cost, detail=detail, direction=d) for d in ("right", "down"))
    assert down.picture.boxes == right.picture.boxes
    assert down.picture.arrows == right.picture.arrows
    assert "rankdir=TB" in down.dot
    assert "rankdir=LR" in right.dot
    assert down.mermaid.startswith("flowchart TD\n")


@pytest.mark.parametrize("draw", [draw_graph, draw_backward, animate])
def test_another_direction_is_refused(draw):
    with pytest.raises(ValueError, match=rf"^{draw.__name__}: direction='up'; expected \"right\""):
        draw(leaf(1.0) * 2.0, direction="up")
