"""The library's own circuits, and passes under dropout, as pictures."""

import numpy as np
import pytest

from autograd_nn import Network
from autograd_nn.models import Circuit, bit_layer, half_adder, nand_circuit
from autograd_nn.viz import draw_backward, draw_circuit, draw_network


def kinds(drawing):
    return {box.lines[0].split(" = ")[0]: box.kind for box in drawing.picture.boxes}


@pytest.mark.parametrize("merged", [True, False])
def test_the_adder_decides_in_the_picture_as_it_does(merged):
    adder = half_adder(merged)
    for row in adder.truth_table()[0]:
        boxes = draw_circuit(adder, row).picture.boxes
        said = {box.lines[0]: box.lines[-1] for box in boxes}
        assert [said["sum"], said["carry"]] == [f"→ {bit}" for bit in adder(row)]
        assert draw_circuit(adder, dict(zip(adder.inputs, row, strict=True))).picture.boxes == boxes


def test_outputs_are_those_that_the_circuit_names():
    wiring = {"h": ("a", "b"), "n": ("h", "h"), "idle": ("a", "a")}
    circuit = nand_circuit(["a", "b"], wiring, ["h", "n"])  # h is used, and an output all the same
    assert kinds(draw_circuit(circuit)) == {
        "a": "input", "b": "input", "h": "output", "n": "output", "idle": "gate",
    }  # fmt: skip


def test_inputs_are_those_that_the_circuit_names_in_its_order():
    circuit = nand_circuit(["unused", "b", "a"], {"n": ("a", "b")}, ["n"])
    drawing = draw_circuit(circuit, [1, 0, 1])
    assert [box.lines[0] for box in drawing.picture.boxes] == ["unused = 1", "b = 0", "a = 1", "n"]
    assert drawing.picture.boxes[-1].lines[-1] == f"→ {circuit([1, 0, 1])[0]}"


def test_a_circuit_may_hand_an_input_on():
    assert kinds(draw_circuit(Circuit(("a",), {}, ("a",)), [1])) == {"a": "input"}


@pytest.mark.parametrize(
    ("inputs", "message"),
    [
        ([1], r"1 bits; expected one for each of \['x1', 'x2'\]"),
        (5, r"inputs 5; expected bits, a dict .* or a list, one for each of \['x1', 'x2'\]"),
        ("10", r"inputs '10'; expected bits, a dict"),
        ([1, np.nan], "expected bits, 0 or 1"),
        ({"x1": np.array([1, 0]), "x2": 0}, "expected bits, 0 or 1"),
    ],
)
def test_bits_that_do_not_fit_are_refused(inputs, message):
    with pytest.raises(ValueError, match=f"^draw_circuit: .*{message}"):
        draw_circuit(half_adder(), inputs)


@pytest.mark.parametrize("gate", [3, None, ((), (), "x"), (("x",), ("one",), 1), (("x",), 1, 1)])
def test_a_gate_that_is_none_is_refused(gate):
    with pytest.raises(ValueError, match=r"^draw_circuit: gate 'a' is .*; expected \(inputs"):
        draw_circuit({"a": gate})


def test_neurons_dropped_in_a_recorded_pass_are_ghosts():
    network = Network([3, 4, 4, 2], dropout=0.5, output="softmax", cost="log_likelihood", rng=0)
    masks = [np.array([1, 0, 1, 0]), np.array([0, 1, 1, 0])]
    run = network.record([0.5, -1.0, 0.2], 1, masks=masks)
    drawing = draw_network(run)
    dropped = [box.id for box in drawing.picture.boxes if box.kind == "dropped"]
    assert dropped == ["n1_1", "n1_3", "n2_0", "n2_3"]
    assert len(drawing.picture.arrows) == 3 * 2 + 2 * 2 + 2 * 2
    whole = network.record([0.5, -1.0, 0.2], 1)
    assert all(box.kind != "dropped" for box in draw_network(whole).picture.boxes)


def test_a_mini_batch_of_one_is_drawn_without_its_dropped_neurons():
    network = Network([3, 4, 2], dropout=0.5, rng=0)
    run = network.record([[0.5, -1.0, 0.2]], [1], masks=[np.array([0, 1, 1, 0])])
    dropped = [box.id for box in draw_network(run).picture.boxes if box.kind == "dropped"]
    assert dropped == ["n1_0", "n1_3"]


def test_softmax_outputs_are_drawn_as_the_network_gives_them():
    network = Network([2, 4, 3], output="softmax", cost="log_likelihood", dropout=0.5, rng=0)
    boxes = draw_network(network, [0.5, -1.0]).picture.boxes
    said = [float(box.lines[1]) for box in boxes if box.id.startswith("n2")]
    np.testing.assert_allclose(said, network.feedforward([0.5, -1.0]), atol=0.005)


def test_the_bit_layer_is_a_network_of_two_layers():
    drawing = draw_network([bit_layer()])
    signs = {(a.source, a.target): a.sign for a in drawing.picture.arrows}
    assert [signs["n0_6", f"n1_{bit}"] for bit in range(4)] == [-1, 1, 1, -1]  # 6 is 0110


@pytest.mark.parametrize(
    "dropped", [{2: 1}, {2: ["a"]}, {"2": [1]}, {1.5: [0]}, [1, 2], {2: [0.5]}]
)
def test_dropped_that_is_no_dict_of_numbers_is_refused(dropped):
    with pytest.raises(TypeError, match=r"^draw_network: dropped .*expected a dict"):
        draw_network([3, 4, 2], dropped=dropped)


@pytest.mark.parametrize(
    "network",
    [bit_layer(), [(np.eye(2),)], [2.5, 3], [[2, 3]], [(np.eye(2), 0.0)], [(3.0, np.zeros(2))]],
)
def test_what_is_no_network_is_refused(network):
    with pytest.raises(TypeError, match=r"^draw_network: .*\(weights, biases\)"):
        draw_network(network)


def equations(cost):
    lines = [line for box in draw_backward(cost).picture.boxes for line in box.lines]
    return {line[:3] + line.split(" = ")[0][4:]: line for line in lines if line.startswith("BP")}


@pytest.mark.parametrize("fused", [False, True])
def test_the_equations_at_a_network_with_softmax_and_dropout_are_those_that_hold(fused):
    network = Network([3, 4, 2], dropout=0.5, output="softmax", cost="log_likelihood", rng=0)
    mask = np.array([1.0, 0.0, 1.0, 0.0])
    run = network.record([0.5, -1.0, 0.2], 1, fused, masks=[mask])
    found = equations(run.cost)
    assert found == {
        "BP1 δ3": "BP1: δ3 = (∂a3/∂z3)ᵀ ∇C",
        "BP2 δ2": "BP2: δ2 = (w3ᵀ δ3) ⊙ m2 ⊙ σ'(z2)",
        "BP3 ∂C/∂b2": "BP3: ∂C/∂b2 = δ2",
        "BP3 ∂C/∂b3": "BP3: ∂C/∂b3 = δ3",
        "BP4 ∂C/∂w2": "BP4: ∂C/∂w2 = δ2 a1ᵀ",
        "BP4 ∂C/∂w3": "BP4: ∂C/∂w3 = δ3 (m2 ⊙ a2)ᵀ",
    }
    run.cost.backward()
    a2, a3 = run.a[2].data, run.a[3].data
    delta3 = (np.diag(a3) - np.outer(a3, a3)).T @ np.array([0.0, -1 / a3[1]])
    delta2 = (run.weights[3].data.T @ delta3) * mask * a2 * (1 - a2)
    np.testing.assert_allclose(run.z[3].grad, delta3, rtol=1e-12)
    np.testing.assert_allclose(run.z[2].grad, delta2, rtol=1e-12)
    np.testing.assert_allclose(run.weights[3].grad, np.outer(delta3, mask * a2), rtol=1e-12)


def test_the_equations_of_a_plain_network_have_no_mask():
    for output in ("sigmoid", "linear", "tanh"):
        cost = Network([3, 4, 2], output=output, rng=0).record([0.5, -1.0, 0.2], [0.0, 1.0]).cost
        assert equations(cost)["BP1 δ3"] == "BP1: δ3 = ∇C ⊙ σ'(z3)"
        assert equations(cost)["BP2 δ2"] == "BP2: δ2 = (w3ᵀ δ3) ⊙ σ'(z2)"
        assert equations(cost)["BP4 ∂C/∂w3"] == "BP4: ∂C/∂w3 = δ3 a2ᵀ"
