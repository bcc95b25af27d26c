"""The picture of a recorded graph: what is drawn for which program."""

import re
import tracemalloc

import numpy as np
import pytest
from helpers.counting import calls
from helpers.leaf import chain, leaf
from helpers.processes import text_of_every_process

from autograd_nn import Network, Op, Tensor, gradients, no_grad, ops
from autograd_nn.engine.backward import topological_order
from autograd_nn.viz import Drawing, draw_graph
from autograd_nn.viz.graphs.graph import MAX_NODES
from autograd_nn.viz.picture.picture import Arrow, Box


def boxes(drawing: Drawing) -> dict[str, Box]:
    """The boxes by their first line, which here is different for each."""
    found = {box.lines[0]: box for box in drawing.picture.boxes}
    assert len(found) == len(drawing.picture.boxes)
    return found


def arrows(drawing: Drawing) -> list[tuple[str, str, Arrow]]:
    """The arrows with the first lines of the boxes at their ends."""
    names = {box.id: box.lines[0] for box in drawing.picture.boxes}
    return [(names[a.source], names[a.target], a) for a in drawing.picture.arrows]


def labels(drawing: Drawing) -> list[str]:
    return [arrow.label for arrow in drawing.picture.arrows]


# What is drawn


def test_both_edges_of_x_times_x_are_drawn():
    x = leaf(3.0, "x")
    drawing = draw_graph(x * x)
    first, second = drawing.picture.arrows
    assert first == second == Arrow("n0", "n1", "3", 1)
    assert drawing.dot.count("n0 -> n1") == 2
    assert [box.lines[0] for box in drawing.picture.boxes] == ["x", "mul1"]


def test_a_node_used_twice_is_one_box():
    b = leaf(2.0, "a") + 1.0
    drawing = draw_graph(b * b)
    assert len(drawing.picture.boxes) == 4  # a, the 1, b, the product
    assert len(drawing.picture.arrows) == 4


def test_the_dot_text_of_a_small_graph():
    w, x = leaf(2.0, "w"), Tensor(-0.5, name="x")
    cost = (w * x - 1.0) ** 2
    cost.name = "C"
    cost.backward()
    assert draw_graph(cost).dot == GOLDEN


GOLDEN = r"""digraph {
	graph [nodesep=0.3 rankdir=LR ranksep=0.5]
	graph [bgcolor="#ffffff" pad=0.15]
	graph [fontcolor="#1f2933" fontname="DejaVu Sans" fontsize=12]
	node [fontcolor="#1f2933" fontname="DejaVu Sans" fontsize=11]
	node [color="#52606d" margin="0.07,0.05"]
	edge [arrowsize=0.7 fontname="DejaVu Sans" fontsize=10]
	n0 [label="w|2|gradient\ 2" fillcolor="#fdf3d8" id=n0 shape=record style="bold,filled"]
	n1 [label="x|-0.5" fillcolor="#eef0f2" id=n1 shape=record style=filled]
	n2 [label="mul1|-1|gradient\ -4" fillcolor="#e8f1fa" id=n2 shape=Mrecord style=filled]
	n3 [label="sub1|-2|gradient\ -4" fillcolor="#e8f1fa" id=n3 shape=Mrecord style=filled]
	n3_1 [label=1 fillcolor="#ffffff" id=n3_1 shape=record style=dotted]
	n4 [label="C\ =\ square|4|gradient\ 1" fillcolor="#e4f3e1" id=n4 shape=Mrecord style="bold,filled"]
	n0 -> n2 [label=-0.5 color="#c2410c" fontcolor="#c2410c" id=e0 penwidth=1 style=dashed]
	n1 -> n2 [label="" color="#52606d" fontcolor="#52606d" id=e1 penwidth=1]
	n2 -> n3 [label=1 color="#0b5fa5" fontcolor="#0b5fa5" id=e2 penwidth=1]
	n3_1 -> n3 [label="" color="#52606d" fontcolor="#52606d" id=e3 penwidth=1]
	n3 -> n4 [label=-4 color="#c2410c" fontcolor="#c2410c" id=e4 penwidth=1 style=dashed]
}
"""


def test_a_box_says_name_shape_value_and_gradient():
    w = leaf([[1.0, 2.0, 2.0], [0.0, 0.0, 4.0]], "w")
    drawing = draw_graph((w * 3.0).sum())
    assert boxes(drawing)["w"].lines == ("w", "shape 2×3", "norm 5", "gradient: none yet")
    assert boxes(drawing)["sum1"].lines == ("sum1", "27", "gradient: none yet")


def test_small_arrays_are_shown_whole_and_larger_ones_by_their_norm():
    for size in range(1, 7):
        (box,) = draw_graph(Tensor(np.full(size, 2.0))).picture.boxes
        whole = f"[{', '.join(['2'] * size)}]"
        assert box.lines[1:] == (
            f"shape {size}",
            whole if size <= 4 else f"norm {2 * size**0.5:.4g}",
        )


def test_names_are_shown_with_the_op_that_made_the_node():
    z = leaf(1.0, "x") + 1.0
    z.name = "z2"
    assert "z2 = add" in boxes(draw_graph(ops.sigmoid(z)))


def test_nameless_leaves_are_numbered():
    cost = leaf(1.0) * leaf(2.0) + Tensor(3.0) + Tensor(4.0)
    firsts = [box.lines[0] for box in draw_graph(cost).picture.boxes]
    assert firsts == ["leaf1", "leaf2", "mul1", "constant1", "add1", "constant2", "add2"]


def test_kinds_of_boxes():
    w, x = leaf(2.0, "w"), Tensor(3.0, name="x")
    cost = w * x + 1.0
    kinds = {first: box.kind for first, box in boxes(draw_graph(cost)).items()}
    assert kinds == {
        "w": "parameter",
        "x": "input",
        "mul1": "result",
        "1": "constant",
        "add1": "cost",
    }


def test_constants_in_an_expression_have_boxes_of_their_own():
    x = leaf([1.0, 1.0], "x")
    cost = ((2.0 * x) * np.array([5.0, 6.0]) + np.arange(12.0).reshape(6, 2)).sum()
    drawing = draw_graph(cost)
    constants = [box for box in drawing.picture.boxes if box.kind == "constant"]
    norm = f"norm {np.linalg.norm(np.arange(12)):.4g}"
    assert [box.lines for box in constants] == [("2",), ("[5, 6]",), (norm,)]
    for box in constants:
        (arrow,) = [a for a in drawing.picture.arrows if a.source == box.id]
        assert (arrow.label, arrow.sign) == ("", 0)
        assert arrow.target == box.id.partition("_")[0]


def test_the_same_constant_twice_is_two_boxes_with_different_ids():
    drawing = draw_graph(ops.where(np.array(True), leaf(1.0) * 2.0, 2.0) * 2.0)
    ids = [box.id for box in drawing.picture.boxes]
    assert len(set(ids)) == len(ids) == 8


def test_what_was_not_recorded_is_an_input():
    with no_grad():
        h = leaf(2.0, "w") * 3.0
    drawing = draw_graph(h * leaf(1.0, "v"))
    assert boxes(drawing)["constant1"].kind == "input"
    assert len(drawing.picture.boxes) == 3


def test_a_leaf_alone_is_a_picture_of_one_box():
    for alone in (leaf(1.0, "w"), Tensor([1, 2], name="w"), Tensor(True, name="w")):
        drawing = draw_graph(alone)
        assert [box.kind for box in drawing.picture.boxes] == ["cost"]
        assert drawing.picture.arrows == ()


def test_empty_arrays_are_drawn():
    drawing = draw_graph((leaf(np.zeros((0, 3)), "e") * 2.0).sum())
    assert boxes(drawing)["e"].lines[1:3] == ("shape 0×3", "[]")
    assert labels(drawing) == ["0×0\n‖J‖ 0", "", "1×0\n‖J‖ 0"]


def test_values_that_are_not_finite_are_drawn():
    x = leaf(0.0, "x")
    with np.errstate(all="ignore"):
        drawing = draw_graph(ops.log(x))
    assert boxes(drawing)["log1"].lines[1] == "-inf"
    assert labels(drawing) == ["inf"]


# Gradients


def test_before_a_backward_pass_a_gradient_is_absent_and_not_0():
    w, x = leaf(2.0, "w"), Tensor(3.0, name="x")
    drawing = draw_graph(w * x)
    assert boxes(drawing)["w"].lines == ("w", "2", "gradient: none yet")
    assert boxes(drawing)["mul1"].lines == ("mul1", "6", "gradient: none yet")
    assert not re.search(r"gradient\\? [-0-9]", drawing.dot)


def test_after_a_backward_pass_every_box_shows_its_gradient():
    w, x = leaf(2.0, "w"), Tensor(3.0, name="x")
    cost = w * x
    cost.backward()
    drawing = draw_graph(cost)
    assert boxes(drawing)["w"].lines[-1] == "gradient 3"
    assert boxes(drawing)["mul1"].lines[-1] == "gradient 1"
    assert "none yet" not in drawing.dot


def test_a_gradient_that_is_0_is_shown_as_0():
    w = leaf(-2.0, "w")
    cost = ops.relu(w)
    cost.backward()
    assert boxes(draw_graph(cost))["w"].lines[-1] == "gradient 0"


def test_what_can_have_no_gradient_shows_none():
    w, x = leaf(2.0, "w"), Tensor(3.0, name="x")
    cost = w * x
    cost.backward()
    assert boxes(draw_graph(cost))["x"].lines == ("x", "3")


def test_a_picture_stays_as_it_was_when_it_was_drawn():
    w = leaf(2.0, "w")
    cost = w * w
    drawing = draw_graph(cost)
    before = drawing.dot
    cost.backward()
    assert drawing.dot == before
    assert draw_graph(cost).dot != before


def test_drawing_changes_nothing_on_the_graph():
    w = leaf([1.0, 2.0], "w")
    cost = (ops.sigmoid(w) * w).sum()
    draw_graph(cost)
    assert all(node.grad is None for node in topological_order(cost))
    assert w.data.tolist() == [1.0, 2.0]
    cost.backward()
    again = w.grad.copy()
    draw_graph(cost)
    assert np.array_equal(w.grad, again)


# Local derivatives


@pytest.mark.parametrize(
    ("f", "at", "derivatives"),
    [
        (lambda x, y: x * y, (3.0, -4.0), (-4.0, 3.0)),
        (lambda x, y: x / y, (3.0, 2.0), (0.5, -0.75)),
        (lambda x, y: x - y, (3.0, 2.0), (1.0, -1.0)),
        (lambda x, y: x**y, (2.0, 3.0), (12.0, 8 * np.log(2))),
        (ops.maximum, (1.0, 2.0), (0.0, 1.0)),
        (ops.exp, (0.5,), (np.exp(0.5),)),
        (ops.log, (4.0,), (0.25,)),
        (ops.sigmoid, (0.0,), (0.25,)),
        (ops.tanh, (1.0,), (1 - np.tanh(1.0) ** 2,)),
        (ops.abs, (-2.0,), (-1.0,)),
        (ops.sqrt, (4.0,), (0.25,)),
    ],
)
def test_arrows_between_scalars_carry_the_local_derivative_and_its_sign(f, at, derivatives):
    drawing = draw_graph(f(*map(leaf, at)))
    assert [arrow.label for arrow in drawing.picture.arrows] == [f"{d:.4g}" for d in derivatives]
    assert [arrow.sign for arrow in drawing.picture.arrows] == [
        int(np.sign(d)) for d in derivatives
    ]


def test_arrays_of_one_element_count_as_scalars():
    x = leaf([[3.0]], "x")
    drawing = draw_graph((x * x).sum())
    assert labels(drawing) == ["3", "3", "1"]


def test_sign_is_shown_by_colour_and_by_dash():
    drawing = draw_graph(leaf(2.0, "x") * leaf(-3.0, "y"))
    lines = [line for line in drawing.dot.splitlines() if "->" in line]
    by_label = {re.search(r"label=(\S+)", line)[1]: line for line in lines}
    assert "style=dashed" in by_label["-3"]
    assert "style" not in by_label["2"]
    assert (
        re.search(r"color=(\S+)", by_label["2"])[1] != re.search(r"color=(\S+)", by_label["-3"])[1]
    )


def test_arrows_from_what_needs_no_gradient_carry_nothing():
    drawing = draw_graph(leaf(2.0, "w") * Tensor(3.0, name="x"))
    assert [(a, arrow.label, arrow.sign) for a, _, arrow in arrows(drawing)] == [
        ("w", "3", 1),
        ("x", "", 0),
    ]


def true_jacobian(node, i):
    """The local Jacobian by central differences of the op's own forward function."""
    args = [np.asarray(x.data if isinstance(x, Tensor) else x) for x in node.inputs]
    flat = args[i].astype(float).ravel()
    columns = []
    for k in range(flat.size):
        ends = []
        for step in (1e-6, -1e-6):
            moved = flat.copy()
            moved[k] += step
            replaced = [*args[:i], moved.reshape(args[i].shape), *args[i + 1 :]]
            ends.append(np.ravel(node.op.forward(*replaced, **node.params)))
        columns.append((ends[0] - ends[1]) / 2e-6)
    return np.stack(columns, axis=1)


def matmul_then_sigmoid():
    rng = np.random.default_rng(0)
    w, x = leaf(rng.normal(size=(4, 3)), "w"), leaf(rng.normal(size=(5, 3)), "x")
    return (ops.sigmoid(x @ w.T) ** 2).sum()


def with_broadcasting():
    b, x = leaf([1.0, -2.0, 0.5]), leaf(np.arange(1.0, 7.0).reshape(2, 3))
    return ((x + b) / (b * b)).mean()


def with_softmax():
    return ops.log(ops.softmax(leaf([[0.1, 0.2, -1.0], [3.0, 0.0, 1.0]]))).sum(axis=0).max()


def with_parts_taken_twice():
    w = leaf([[1.0, 2.0], [3.0, 4.0]])
    return ops.concatenate([w[np.array([0, 0, 1])], w]).reshape(10).sum()


def a_network():
    return Network([3, 4, 2], rng=0).record(np.ones((2, 3)), [0, 1]).cost


@pytest.mark.parametrize(
    "program",
    [matmul_then_sigmoid, with_broadcasting, with_softmax, with_parts_taken_twice, a_network],
)
def test_arrows_between_arrays_carry_the_shape_and_norm_of_the_true_jacobian(program):
    cost = program()
    found = iter(draw_graph(cost).picture.arrows)
    checked = 0
    for node in topological_order(cost):
        for i, x in enumerate(node.inputs):
            arrow = next(found)
            if not (isinstance(x, Tensor) and x.requires_grad):
                assert arrow.label == ""
                continue
            jacobian = true_jacobian(node, i)
            if jacobian.size == 1:
                assert float(arrow.label) == pytest.approx(jacobian.item(), rel=1e-3, abs=1e-6)
                continue
            shape, norm = arrow.label.split("\n‖J‖ ")
            assert shape == "×".join(map(str, jacobian.shape))
            assert float(norm) == pytest.approx(np.linalg.norm(jacobian), rel=1e-3)
            assert arrow.sign == 0
            checked += 1
    assert next(found, None) is None
    assert checked >= 3


def test_the_norm_has_four_digits_of_numpys():
    w, x = leaf([[1.0, 2.0], [3.0, 4.0]], "w"), leaf([0.5, -1.0], "x")
    drawing = draw_graph((w @ x).sum())
    assert labels(drawing)[0] == f"2×4\n‖J‖ {np.linalg.norm(np.kron(np.eye(2), x.data)):.4g}"
    assert labels(drawing)[1] == f"2×2\n‖J‖ {np.linalg.norm(w.data):.4g}"


def test_a_jacobian_with_too_many_entries_shows_its_shape_only():
    x = leaf(np.linspace(0, 1, 500))
    assert labels(draw_graph(ops.softmax(x))) == ["500×500"]


def test_a_jacobian_with_too_many_entries_takes_no_memory():
    node = ops.softmax(leaf(np.linspace(0, 1, 2000)))
    tracemalloc.start()
    try:
        draw_graph(node)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 20_000_000


def test_drawing_a_scalar_times_a_vector_is_as_much_work_for_a_long_one():
    def draw(length):
        draw_graph((leaf(2.0) * np.ones(length)).sum())

    draw(5)
    assert calls(lambda: draw(100_000)) < 1.1 * calls(lambda: draw(1_000))


def cube_without_connections() -> Op:
    return Op("cube", lambda x, out=None: np.power(x, 3, out=out), lambda g, y, x: g * 3 * x**2)


def test_an_op_that_does_not_say_what_it_connects_shows_the_jacobians_shape_only():
    drawing = draw_graph(cube_without_connections()(leaf([2.0, 3.0])))
    assert labels(drawing) == ["2×2"]


def test_an_op_on_scalars_needs_not_say_what_it_connects():
    drawing = draw_graph(cube_without_connections()(leaf(2.0)))
    assert labels(drawing) == ["12"]


def test_labels_that_are_not_differentiated_carry_nothing():
    z, y = leaf([[0.1, 0.2], [0.3, 0.4]], "z"), Tensor([0, 1], name="y")
    drawing = draw_graph(ops.softmax_cross_entropy(z, y).sum())
    assert [(a, arrow.label == "") for a, _, arrow in arrows(drawing)][:2] == [
        ("z", False),
        ("y", True),
    ]


# Higher derivatives


def test_the_graph_of_a_derivative_is_drawn():
    x = leaf(3.0, "x")
    (g,) = gradients(x * x * x, [x], create_graph=True)
    drawing = draw_graph(g)
    assert boxes_with(drawing, "27") != []
    (second,) = gradients(g, [x])
    rates = [
        (arrow.source, arrow.target, float(arrow.label or 0)) for arrow in drawing.picture.arrows
    ]
    assert sum_over_paths(drawing, rates) == pytest.approx(second) == pytest.approx(18.0)


def boxes_with(drawing: Drawing, line: str) -> list[Box]:
    return [box for box in drawing.picture.boxes if line in box.lines]


def sum_over_paths(drawing: Drawing, rates) -> float:
    """The derivative that the arrows' own numbers give, from the first box to the last."""
    ids = [box.id for box in drawing.picture.boxes]
    derivative = dict.fromkeys(ids, 0.0)
    derivative[next(box.id for box in drawing.picture.boxes if box.kind == "cost")] = 1.0
    for source, target, rate in sorted(rates, key=lambda r: -ids.index(r[1])):
        derivative[source] += derivative[target] * rate
    return derivative[ids[0]]


def test_the_arrows_numbers_give_the_gradient():
    x, y = leaf(1.5, "x"), leaf(0.5, "y")
    cost = ops.sigmoid(x * y - 0.25) * x + ops.exp(y) / x
    drawing = draw_graph(cost)
    rates = [(a.source, a.target, float(a.label or 0)) for a in drawing.picture.arrows]
    assert sum_over_paths(drawing, rates) == pytest.approx(float(gradients(cost, [x])[0]), rel=1e-3)


def test_the_graph_of_an_array_derivative_is_drawn():
    w = leaf([[1.0, 2.0], [3.0, 4.0]], "w")
    (g,) = gradients(ops.sigmoid(w @ w).sum(), [w], create_graph=True)
    drawing = draw_graph((g * g).sum())
    (box,) = boxes_with(drawing, "w")
    assert box.kind == "parameter"
    used = [arrow for arrow in drawing.picture.arrows if arrow.source == box.id]
    assert len(used) > 2  # by the forward pass and by the derivative
    assert all("‖J‖" in arrow.label for arrow in used)


# Order, identifiers, determinism


def test_boxes_are_numbered_in_topological_order():
    drawing = draw_graph(a_network())
    ids = [box.id for box in drawing.picture.boxes if box.kind != "constant"]
    assert ids == [f"n{i}" for i in range(len(ids))]
    number = {name: i for i, name in enumerate(ids)}
    for arrow in drawing.picture.arrows:
        if arrow.source in number:
            assert number[arrow.source] < number[arrow.target]


def test_arrows_into_a_node_are_in_the_order_of_its_arguments():
    x, y = leaf(1.0, "x"), leaf(2.0, "y")
    assert [a for a, _, _ in arrows(draw_graph(y - x))] == ["y", "x"]
    assert [a for a, _, _ in arrows(draw_graph(2.0 - x))] == ["2", "x"]


def test_the_same_program_gives_the_same_text():
    assert draw_graph(a_network()).dot == draw_graph(a_network()).dot


PROGRAM = """
import sys
import numpy as np
from autograd_nn import Network, Tensor, gradients, ops
from autograd_nn.viz import draw_graph
junk = [object() for _ in range(int(sys.argv[1]))]  # other addresses
run = Network([3, 4, 2], rng=0).record(np.ones((2, 3)), [0, 1])
run.cost.backward()
x = Tensor(0.3, requires_grad=True)
(g,) = gradients(ops.sigmoid(x * x) * x, [x], create_graph=True)
sys.stdout.buffer.write((draw_graph(run.cost).dot + draw_graph(g).dot).encode())
"""


def test_another_process_with_other_hashes_gives_the_same_text():
    assert text_of_every_process(PROGRAM).count("digraph") == 2


def test_no_identifier_is_an_address():
    cost = a_network()
    drawing = draw_graph(cost)
    for node in topological_order(cost):
        assert str(id(node)) not in drawing.dot
        assert f"{id(node):x}" not in drawing.dot


# What is refused


def test_a_deep_graph_is_refused_politely_and_without_recursion():
    _, h = chain(5000)
    with pytest.raises(ValueError, match=r"^draw_graph: .*5,001 nodes.*500.*draw_paths"):
        draw_graph(h)


def test_the_largest_graph_is_drawn_and_one_node_more_is_refused():
    assert len(draw_graph(chain(MAX_NODES - 1)[1]).picture.boxes) == MAX_NODES
    with pytest.raises(ValueError, match=f"{MAX_NODES + 1} nodes"):
        draw_graph(chain(MAX_NODES)[1])


@pytest.mark.parametrize("thing", [None, 3.0, "x", [1.0], np.ones(3), np.float64(1.0)])
def test_what_is_no_tensor_is_refused(thing):
    with pytest.raises(TypeError, match=rf"draw_graph: got {type(thing).__name__}.*tensor"):
        draw_graph(thing)


def test_a_recording_is_refused_with_its_type():
    with pytest.raises(TypeError, match="got Recording"):
        draw_graph(Network([2, 1], rng=0).record([0.0, 1.0], [1.0]))


def test_a_wide_network_is_drawn_folded():
    network = Network([784, 30, 10], rng=0)
    drawing = draw_graph(network.record(np.full(784, 0.5), 3).cost)
    assert len(drawing.picture.boxes) < 30
    assert len(drawing.dot) < 10_000
    assert any(label.startswith("30×23520\n‖J‖ ") for label in labels(drawing))


# Hostile names


@pytest.mark.parametrize(
    "name",
    ['x"] n9 [label="', "<b>x</b>", "a|b", "{", "\\", "\\N", "&lt;", "a\nb", "\0", "\u202ex"],
)
def test_a_hostile_name_is_text_and_changes_no_other_box(name):
    x = leaf(1.0, name)
    drawing, plain = draw_graph(x * x), draw_graph_of_square("x")
    assert drawing.picture.boxes[0].lines[0] == name.replace("\n", " ")
    theirs, ours = drawing.dot.splitlines(), plain.dot.splitlines()
    assert len(theirs) == len(ours)
    changed = [i for i, (a, b) in enumerate(zip(theirs, ours, strict=True)) if a != b]
    assert len(changed) == 1
    assert theirs[changed[0]].startswith('\tn0 [label="')
    assert theirs[changed[0]].endswith(ours[changed[0]].partition("gradient")[2])


def draw_graph_of_square(name: str) -> Drawing:
    x = leaf(1.0, name)
    return draw_graph(x * x)


def test_a_name_is_never_too_long_for_graphviz():
    drawing = draw_graph(leaf(1.0, "n" * 20_000))
    assert max(map(len, drawing.dot.encode().splitlines())) < 16_384
