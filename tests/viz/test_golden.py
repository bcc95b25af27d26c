"""The DOT text of one drawing of each kind, to the byte.

Where a change of the text is meant: ``python tests/viz/test_golden.py`` writes it anew, and the
difference is there to be read.
"""

from pathlib import Path

import numpy as np
import pytest

from autograd_nn import Tensor, gradients, ops, viz

FOLDER = Path(__file__).parent / "golden"
NAND = (-2, -2), 3
PAIRS = [
    (np.array([[0.5, -1.0], [2.0, 0.25], [-0.75, 1.5]]), np.array([0.1, -0.2, 0.0])),
    (np.array([[1.0, -0.5, 0.75]]), np.array([0.25])),
]


def recorded_by_hand() -> Tensor:
    """What a network records, by the names alone: a 2-3-1 network and its quadratic cost."""
    a = Tensor([0.5, -1.0], name="a1")
    for layer, (weights, biases) in enumerate(PAIRS, start=2):
        w = Tensor(weights, requires_grad=True, name=f"w{layer}")
        b = Tensor(biases, requires_grad=True, name=f"b{layer}")
        z = a @ w.T + b
        a = ops.sigmoid(z)
        z.name, a.name = f"z{layer}", f"a{layer}"
    cost = (0.5 * (a - Tensor([1.0], name="y")) ** 2).sum()
    cost.name = "C"
    return cost


def drawings() -> dict[str, viz.Drawing]:
    x = Tensor(3.0, requires_grad=True, name="x")
    square = x * x - 5 * x
    square.backward()
    w = Tensor([[1.0, 2.0], [3.0, -1.0]], requires_grad=True, name="w")
    v = Tensor([0.5, -1.0], requires_grad=True, name="v")
    expression = (ops.tanh(w @ v) * v).sum()
    (slope,) = gradients(ops.tanh(x), [x], create_graph=True)
    cost = recorded_by_hand()
    cost.backward()
    return {
        "square": viz.draw_graph(square),
        "square-step-2": viz.draw_backward(square, 2),
        "expression": viz.draw_graph(expression),
        "expression-scalar": viz.draw_graph(expression, detail="scalar"),
        "derivative": viz.draw_graph(slope),
        "network-graph": viz.draw_graph(cost),
        "network-layers": viz.draw_graph(cost, detail="layer"),
        "network-backward": viz.draw_backward(cost),
        "neurons": viz.draw_network(PAIRS, activations=[[0.5, -1.0], [0.2, 0.9, 0.5], [1.0]]),
        "neurons-dropped": viz.draw_network([2, 3, 20], dropped={2: [1]}, max_neurons=4),
        "circuit": viz.draw_circuit({"a": (("x", "y"), *NAND), "b": (("a",), (-4,), 3)}),
    }


def texts() -> dict[str, str]:
    found = {f"{name}.dot": drawing.dot for name, drawing in drawings().items()}
    return found | {"network-graph.mmd": drawings()["network-graph"].mermaid}


@pytest.mark.parametrize("name", sorted(path.name for path in FOLDER.iterdir()))
def test_the_text_is_the_one_that_was_looked_at(name):
    assert texts()[name] == (FOLDER / name).read_text(encoding="utf-8")


def test_every_drawing_has_its_text():
    assert set(texts()) == {path.name for path in FOLDER.iterdir()}


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for name, text in texts().items():
        (FOLDER / name).write_text(text, encoding="utf-8", newline="\n")
