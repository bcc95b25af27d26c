"""Networks and circuits of perceptrons as pictures."""

import re
from itertools import pairwise, product
from xml.etree import ElementTree

import numpy as np
import pytest
from helpers.processes import text_of_every_process
from helpers.rendered import SVG, need

from autograd_nn import Network
from autograd_nn.models import add_bits
from autograd_nn.viz import Drawing, animate, draw_circuit, draw_graph, draw_network, renderers
from autograd_nn.viz.networks.network import _UNKNOWN
from autograd_nn.viz.render.render import render


def neurons(drawing: Drawing) -> dict[str, object]:
    return {box.id: box for box in drawing.picture.boxes if box.id.startswith("n")}


@pytest.fixture
def net() -> Network:
    return Network([2, 3, 2], rng=0)


# Neurons and lines


@pytest.mark.parametrize("sizes", [[2, 3, 1], [2, 3, 2, 2], [5, 4], [1, 1]])
def test_every_neuron_is_drawn_and_every_weight_is_a_line(sizes):
    drawing = draw_network(Network(sizes, rng=0))
    assert len(neurons(drawing)) == sum(sizes)
    assert len(drawing.picture.arrows) == sum(a * b for a, b in pairwise(sizes))


def test_lines_show_the_sign_and_the_size_of_their_weight(net):
    drawing = draw_network(net)
    for layer, w in enumerate(net.weights):
        for j, i in np.ndindex(w.shape):
            (line,) = [
                a for a in drawing.picture.arrows
                if (a.source, a.target) == (f"n{layer}_{i}", f"n{layer + 1}_{j}")
            ]  # fmt: skip
            assert line.sign == np.sign(w.data[j, i])
            assert line.width == pytest.approx(abs(w.data[j, i]) / np.abs(w.data).max())


def test_sign_is_shown_by_colour_and_by_dash(net):
    drawing = draw_network(net)
    lines = [line for line in drawing.dot.splitlines() if "->" in line]
    for line, arrow in zip(lines, drawing.picture.arrows, strict=True):
        assert ("style=dashed" in line) == (arrow.sign < 0)
        assert ("#c2410c" in line) == (arrow.sign < 0)
        assert "arrowhead=none" in line


def test_without_activations_a_neuron_has_its_number_and_bias(net):
    net.biases[0].data = np.array([0.125, -2.0, -0.001])
    found = neurons(draw_network(net))
    assert [found[f"n1_{j}"].lines for j in range(3)] == [
        ("0", "0.12"),
        ("1", "-2.00"),
        ("2", "0.00"),
    ]
    assert found["n0_0"].lines == ("0",)


def test_for_an_example_every_neuron_shows_its_activation(net):
    x = np.array([0.5, -1.0])
    found = neurons(draw_network(net, x))
    run = net.record(x, 0)
    for layer, a in run.a.items():
        for j, value in enumerate(a.data):
            box = found[f"n{layer - 1}_{j}"]
            assert box.lines == (f"{j}", f"{value:.2f}")
            assert box.shade == pytest.approx(value / max(1.0, np.abs(a.data).max()))


def test_a_recorded_pass_is_drawn_with_its_activations(net):
    x = [0.5, -1.0]
    of_run = draw_network(net.record(x, 0))
    assert of_run.picture == draw_network(net, x).picture


@pytest.mark.parametrize("activation", ["sigmoid", "tanh", "relu"])
def test_activations_are_the_networks_own(activation, net):
    net = Network([2, 3, 2], activation=activation, rng=0)
    found = neurons(draw_network(net, [2.0, -1.0]))
    outputs = net.feedforward([2.0, -1.0])
    assert [found[f"n2_{j}"].lines[1] for j in range(2)] == [f"{a:.2f}" for a in outputs]


def test_a_network_that_tells_its_activations_is_asked_for_them(net):
    class Telling(Network):
        def activations_of(self, x):
            assert x.tolist() == [0.5, -1.0]
            return {2: np.array([0.1, 0.2, 0.3]), 3: np.array([0.4, 0.5])}

    found = neurons(draw_network(Telling([2, 3, 2]), [0.5, -1.0]))
    assert [box.lines[1] for box in found.values()] == [
        "0.50", "-1.00", "0.10", "0.20", "0.30", "0.40", "0.50",
    ]  # fmt: skip


def test_plain_data_will_do(net):
    pairs = [(w.data, b.data) for w, b in zip(net.weights, net.biases, strict=True)]
    assert draw_network(pairs).picture == draw_network(net).picture
    run = net.record([0.5, -1.0], 0)
    activations = [run.a[k].data for k in (1, 2, 3)]
    drawn = draw_network(pairs, activations=activations)
    assert drawn.picture == draw_network(net, [0.5, -1.0]).picture


def test_sizes_alone_are_drawn_without_a_claim_about_weights():
    drawing = draw_network([2, 3, 1])
    assert {(a.sign, a.width) for a in drawing.picture.arrows} == {(0, _UNKNOWN)}
    assert drawing.picture.caption == ()


def test_the_figures_in_a_neuron_are_never_too_long():
    values = [0.0, -0.0, 1.0, -1.0, 9.99, 12.3, -123.4, 1e4, -98765.0, 1e-9, 1e20, -1e20]
    drawing = draw_network([len(values), 1], activations=[values, [0.5]], max_neurons=20)
    figures = [neurons(drawing)[f"n0_{i}"].lines[1] for i in range(len(values))]
    assert max(map(len, figures)) <= 6
    assert figures[:4] == ["0.00", "0.00", "1.00", "-1.00"]
    assert figures[-1] == "-1e20"


def test_activations_that_are_not_finite_are_drawn():
    found = neurons(draw_network([2, 1], activations=[[np.nan, np.inf], [0.5]]))
    assert [found[f"n0_{i}"].lines[1] for i in (0, 1)] == ["nan", "inf"]


# Columns


@pytest.mark.parametrize("sizes", [[2, 3, 1], [2, 3, 2, 2], [64, 30, 10], [784, 30, 10], [40, 2]])
@pytest.mark.parametrize("most", [10, 40])
def test_neurons_stand_in_columns_and_none_touches_another(sizes, most):
    boxes = [b for b in draw_network(sizes, max_neurons=most).picture.boxes if b.at]
    columns = sorted({b.at[0] for b in boxes})
    assert len(columns) == len(sizes)
    for k, left in enumerate(columns):
        rows = [b.at[1] for b in boxes if b.at[0] == left]
        circles = [b.at[1] for b in boxes if b.at[0] == left and b.id.startswith("n")]
        assert np.diff(sorted(rows)).min(initial=1.0) >= 0.6  # inches; a neuron has 0.5
        assert circles == sorted(circles, reverse=True)
        assert boxes[[b.at[0] for b in boxes].index(left)].lines[0] == f"layer {k + 1}"


def test_wide_layers_are_folded_and_say_how_many_more():
    drawing = draw_network(Network([784, 30, 10], rng=0))
    words = [box.lines for box in drawing.picture.boxes if box.kind == "word"]
    assert ("+774 more",) in words
    assert ("+20 more",) in words
    assert ("layer 1", "784 inputs") in words
    assert len(neurons(drawing)) == 30
    assert len(drawing.dot) < 40_000


def test_of_a_folded_layer_the_neurons_with_the_largest_weights_are_shown():
    w2, w3 = np.full((30, 4), 0.1), np.zeros((2, 30))
    w2[[3, 17]] = 5.0
    w3[:, 8] = -9.0
    drawing = draw_network([(w2, np.zeros(30)), (w3, np.zeros(2))], max_neurons=3)
    assert [box.lines[0] for box in neurons(drawing).values() if box.id.startswith("n1")] == [
        "3", "8", "17",
    ]  # fmt: skip
    assert "+27 more" in drawing.dot


# Dropped neurons


def test_dropped_neurons_are_ghosts_without_weights(net):
    drawing = draw_network(net, dropped={2: [1]})
    kinds = {box.id: box.kind for box in drawing.picture.boxes}
    assert [kinds[f"n1_{j}"] for j in range(3)] == ["neuron", "dropped", "neuron"]
    touched = {end for a in drawing.picture.arrows for end in (a.source, a.target)}
    assert "n1_1" not in touched
    assert len(drawing.picture.arrows) == 2 * 2 + 2 * 2
    assert "style=dotted" in next(s for s in drawing.dot.splitlines() if s.startswith("\tn1_1 "))
    assert "Dotted: dropped" in drawing.dot


# What is refused


@pytest.mark.parametrize(
    ("arguments", "settings", "message"),
    [
        ((3,), {}, "got int; expected a network, a recorded pass"),
        (("abc",), {}, "got str"),
        (([],), {}, "got list"),
        (([3],), {}, r"sizes=\[3\]; expected the number of neurons of each layer, two"),
        (([3, 0],), {}, r"sizes=\[3, 0\]"),
        (
            ([(np.zeros((2, 3)), np.zeros(3))],),
            {},
            r"layer 2 have shape \(2, 3\); expected \(3, 3\)",
        ),
        (([2, 3],), {"activations": [[1.0, 2.0]]}, "activations of 1 layers; expected 2"),
        (([2, 3],), {"activations": [[1.0], [1.0] * 3]}, r"shape \(1,\); expected \(2,\)"),
        (([2, 3], [1.0, 2.0]), {}, "x needs a Network"),
        ((Network([2, 3]), "ab"), {}, "activations 'ab'; expected 2 numbers"),
        (([2, 3], [1.0, 2.0]), {"activations": []}, "got x and activations"),
        (([2, 3],), {"dropped": {3: [0]}}, "dropped: layer=3; expected an integer from 1 to 2"),
        (
            ([2, 3],),
            {"dropped": {2: [3]}},
            r"dropped\[2\]: neuron=3; expected an integer from 0 to 2",
        ),
        (([2, 3],), {"max_neurons": 1}, "max_neurons=1; expected an integer from 2 to 40"),
        (([2, 3],), {"max_neurons": True}, "max_neurons=True; expected an integer from 2"),
        (([2] * 21,), {}, "21 layers, more than the 20"),
        (([40] * 3,), {"max_neurons": 40}, "3,200 weights between the neurons shown, more than"),
    ],
)
def test_arguments_that_do_not_fit_are_refused(arguments, settings, message):
    with pytest.raises((ValueError, TypeError), match=f"^draw_network: .*{message}"):
        draw_network(*arguments, **settings)


def test_several_examples_are_refused(net):
    with pytest.raises(ValueError, match=r"shape \(4, 2\); expected \(2,\), of one example"):
        draw_network(net.record(np.ones((4, 2)), [0] * 4))


# Circuits

NAND = (-2, -2), 3
ADDER = {
    "h": (("x1", "x2"), *NAND),
    "u": (("x1", "h"), *NAND),
    "v": (("x2", "h"), *NAND),
    "sum": (("u", "v"), *NAND),
    "carry": (("h",), (-4,), 3),
}


def decided(drawing: Drawing) -> dict[str, int]:
    return {
        box.lines[0]: int(box.lines[-1].removeprefix("→ "))
        for box in drawing.picture.boxes
        if box.kind in ("gate", "output")
    }


@pytest.mark.parametrize(("x1", "x2"), list(product((0, 1), repeat=2)))
@pytest.mark.parametrize("carry", [(("h",), (-4,), 3), (("h", "h"), (-2, -2), 3)])
def test_the_adder_adds(x1, x2, carry):
    found = decided(draw_circuit(ADDER | {"carry": carry}, {"x1": x1, "x2": x2}))
    assert (found["sum"], found["carry"]) == tuple(map(int, add_bits(x1, x2)))
    assert 2 * found["carry"] + found["sum"] == x1 + x2


def test_the_adder_as_it_is_wired():
    drawing = draw_circuit(ADDER)
    names = {box.id: box.lines[0] for box in drawing.picture.boxes}
    wires = {(names[a.source], names[a.target], a.label.strip()) for a in drawing.picture.arrows}
    assert wires == {
        (source, name, f"{w}")
        for name, (sources, weights, _) in ADDER.items()
        for source, w in zip(sources, weights, strict=True)
    }
    kinds = {box.lines[0]: box.kind for box in drawing.picture.boxes}
    assert kinds == {
        "x1": "input", "x2": "input", "h": "gate", "u": "gate", "v": "gate",
        "sum": "output", "carry": "output",
    }  # fmt: skip
    assert all(box.lines[1] == "bias 3" for box in drawing.picture.boxes if box.kind != "input")


def test_a_wire_used_twice_is_two_arrows():
    drawing = draw_circuit({"not": (("x", "x"), *NAND)})
    assert [a.label.strip() for a in drawing.picture.arrows] == ["-2", "-2"]


def test_no_wire_of_a_circuit_touches_the_number_on_it():
    need("dot")
    root = ElementTree.fromstring(render(draw_circuit(ADDER, [1, 0]).dot, "svg"))
    wires = [g for g in root.iter(f"{SVG}g") if g.get("class") == "edge"]
    assert len(wires) == 9
    for wire in wires:
        (text,) = (t for t in wire.iter(f"{SVG}text") if (t.text or "").strip())
        x, y, size = (float(text.get(name) or 0) for name in ("x", "y", "font-size"))
        wide = 0.3 * size * len(text.text or "")  # on either side: the text is centred
        for at, height in on_the_line(wire.find(f"{SVG}path").get("d")):
            assert not (abs(at - x) < wide and y - size < height < y + 2.5), text.text


def on_the_line(d):
    """Points on the Bézier curves of an SVG path."""
    numbers = [float(n) for n in re.findall(r"-?[\d.]+", d)]
    p = np.array(numbers).reshape(-1, 2)
    t = np.linspace(0, 1, 50)[:, None]
    return np.concatenate([
        (1 - t) ** 3 * p[i] + 3 * t * (1 - t) ** 2 * p[i + 1] + 3 * t**2 * (1 - t) * p[i + 2]
        + t**3 * p[i + 3]
        for i in range(0, len(p) - 3, 3)
    ])  # fmt: skip


def test_gates_may_come_in_any_order_and_as_objects():
    class Gate:
        def __init__(self, inputs, weights, bias):
            self.inputs, self.weights, self.bias = inputs, weights, bias

    backwards = {name: Gate(*ADDER[name]) for name in reversed(ADDER)}
    found = decided(draw_circuit(backwards, {"x1": 1, "x2": 0}))
    assert (found["sum"], found["carry"]) == (1, 0)

    class Circuit:
        gates = ADDER

    assert draw_circuit(Circuit()).picture == draw_circuit(ADDER).picture


@pytest.mark.parametrize("thing", [None, [("x", (1,), 0)], "abc"])
def test_what_is_no_circuit_is_refused(thing):
    with pytest.raises(TypeError, match=r"^draw_circuit: got \w+; expected a dict of gates"):
        draw_circuit(thing)


@pytest.mark.parametrize(
    ("gates", "inputs", "message"),
    [
        (
            {"a": (("b",), (1,), 0), "b": (("a",), (1,), 0)},
            None,
            "among the gates a, b there is a loop",
        ),
        ({"a": (("x", "y"), (1,), 0)}, None, "gate 'a' has 2 inputs and 1 weights"),
        ({"a": ("x", (1,), 0)}, None, "expected \\(inputs, weights, bias\\)"),
        (ADDER, {"x1": 1}, r"inputs \['x1'\]; expected a bit for each of \['x1', 'x2'\]"),
        (ADDER, {"x1": 1, "x2": 2}, r"inputs {'x2': 2}; expected bits"),
        ({f"g{i}": (("x",), (1,), 0) for i in range(201)}, None, "201 gates, more than the 200"),
    ],
)
def test_circuits_that_cannot_be_are_refused(gates, inputs, message):
    with pytest.raises(ValueError, match=f"^draw_circuit: .*{message}"):
        draw_circuit(gates, inputs)


# Rendering


@pytest.mark.parametrize("name", ["dot", "wasi"])
def test_every_renderer_draws_networks_circuits_frames_and_passes(name, monkeypatch, net):
    if not any(r.name == name and "svg" in r.formats for r in renderers()):
        pytest.skip(f"{name} is not here")
    monkeypatch.setenv("AUTOGRAD_NN_RENDERER", name)
    run = net.record([0.5, -1.0], 0)
    drawings = [
        draw_network(net, [0.5, -1.0]), draw_network(Network([784, 30, 10])),
        draw_network([3, 2], dropped={2: [0]}), draw_circuit(ADDER, {"x1": 1, "x2": 0}),
        *(draw_graph(run.cost, detail=detail) for detail in ("tensor", "layer", "scalar")),
        *animate(run.cost)[2:4],
    ]  # fmt: skip
    for drawing in drawings:
        root = ElementTree.fromstring(drawing._repr_mimebundle_()["image/svg+xml"])
        ids = [g.get("id") for g in root.iter("{http://www.w3.org/2000/svg}g")]
        assert {box.id for box in drawing.picture.boxes} <= set(ids)
        assert {f"e{i}" for i in range(len(drawing.picture.arrows))} <= set(ids)
        assert len(ids) == len(set(ids))


# Determinism

PROGRAM = """
import sys
from autograd_nn import Network
from autograd_nn.viz import animate, draw_circuit, draw_graph, draw_network
net = Network([2, 3, 2], rng=0)
run = net.record([0.5, -1.0], 1)
nand = (-2, -2), 3
drawings = [draw_network(net, [0.5, -1.0]), draw_circuit({"b": (("a", "x"), *nand), "a": (("x", "y"), *nand)})]
drawings += [draw_graph(run.cost, detail=d) for d in ("tensor", "layer", "scalar")]
drawings += list(animate(run.cost))
sys.stdout.buffer.write("".join(d.dot + d.mermaid for d in drawings).encode())
"""


def test_another_process_with_other_hashes_gives_the_same_text():
    text = text_of_every_process(PROGRAM)
    assert text.count("digraph") == text.count("flowchart")
