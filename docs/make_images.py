"""Draw the pictures of the README and the gallery: ``python docs/make_images.py``.

The same program gives the same drawings; the renderer is the one that pip installs, so that the
files do not depend on which Graphviz a machine has.
"""

import os
from pathlib import Path
from typing import Any

import numpy as np

import autograd_nn as ag

FOLDER = Path(__file__).parent / "images"
NAND = (-2, -2), 3
ADDER = {
    "h": (("x1", "x2"), *NAND),
    "u": (("x1", "h"), *NAND),
    "v": (("x2", "h"), *NAND),
    "sum": (("u", "v"), *NAND),
    "carry": (("h",), (-4,), 3),
}


def drawings() -> dict[str, ag.viz.Drawing]:
    """Every drawing by the name of its file."""
    run = ag.Network([2, 3, 2, 2], rng=0).record([0.5, -1.0], 1)
    small = ag.Network([2, 3, 1], rng=0).record([0.5, -1.0], [1.0])
    small.cost.backward()
    w = ag.Tensor([[1.0, 2.0], [3.0, -1.0]], requires_grad=True, name="w")
    x = ag.Tensor([0.5, -1.0], requires_grad=True, name="x")
    expression = (ag.ops.tanh(w @ x) * x).sum()
    expression.backward()
    t = ag.Tensor(0.5, requires_grad=True, name="x")
    (slope,) = ag.gradients(ag.ops.tanh(t), [t], create_graph=True)
    return {
        "paths.svg": ag.viz.draw_paths(run.cost, run.weights[2], (1, 0)),
        "graph.svg": ag.viz.draw_graph(parabola()),
        "graph-network.svg": ag.viz.draw_graph(small.cost, direction="down"),
        "graph-layers.svg": ag.viz.draw_graph(mini_batch().cost, detail="layer"),
        "graph-expression.svg": ag.viz.draw_graph(expression),
        "graph-numbers.svg": ag.viz.draw_graph(expression, detail="scalar"),
        "graph-derivative.svg": ag.viz.draw_graph(slope),
        "backward-network.svg": ag.viz.draw_backward(small.cost, step=6, direction="down"),
        "network.svg": ag.viz.draw_network(ag.Network([2, 3, 2, 2], rng=0), [0.5, -1.0]),
        "network-dropout.svg": ag.viz.draw_network([4, 6, 6, 2], dropped={2: [1, 4, 5], 3: [0, 3]}),
        "network-wide.svg": ag.viz.draw_network(ag.Network([784, 30, 10], rng=0)),
        "adder.svg": ag.viz.draw_circuit(ADDER, {"x1": 1, "x2": 0}),
    }


def parabola() -> ag.Tensor:
    """The recorded x·x − 5x at 3, its gradients computed."""
    x = ag.Tensor(3.0, requires_grad=True, name="x")
    y = x * x - 5 * x
    y.backward()
    return y


def mini_batch() -> Any:
    """A recorded mini-batch of ten digits of noise in a network of the book's size."""
    rng = np.random.default_rng(0)
    network = ag.Network([784, 30, 10], cost="cross_entropy", rng=0)
    run = network.record(rng.random((10, 784)), rng.integers(0, 10, 10))
    run.cost.backward()
    return run


def plots() -> dict[str, Any]:
    """Every plot by the name of its file: a network learns digits, and is looked at."""
    train, test = ag.data.load_digits().split(1500, rng=0)
    network = ag.Network([64, 30, 10], cost="cross_entropy", rng=0)
    costs: dict[str, list[float | None]] = {"training digits": [], "other digits": []}
    norms: dict[str, list[float]] = {"layer 2": [], "layer 3": []}
    for epoch in range(15):
        run = network.record(train.x, train.labels, fused=True)
        network.zero_grad()
        run.cost.backward()
        costs["training digits"].append(float(run.cost))
        costs["other digits"].append(float(network.record(test.x, test.labels, fused=True).cost))
        for layer, name in enumerate(norms, start=2):
            norms[name].append(float(np.linalg.norm(run.biases[layer].grad)))
        network.fit(train, epochs=1, batch_size=10, learning_rate=0.1, rng=epoch)
    run = network.record(test.x, test.labels)
    one = network.record(test.x[0], int(test.labels[0]))
    w3, answer = one.weights[3], int(test.labels[0])
    return {
        "network-digits.svg": ag.viz.draw_network(network, test.x[0]),
        "learning-curves.svg": ag.viz.plot_curves(costs, log=True),
        "gradient-norms.svg": ag.viz.plot_gradient_norms(norms),
        "mistakes.svg": ag.viz.plot_mistakes(
            test.x, test.labels, network.feedforward(test.x), (8, 8), limit=20
        ),
        "weights.svg": ag.viz.plot_weights(network.weights[0], (8, 8)),
        "saturation.svg": ag.viz.plot_saturation({"layer 2": run.a[2], "layer 3": run.a[3]}),
        "cost-slice.svg": ag.viz.plot_cost_slice(one.cost, w3, (answer, 0), span=6),
        "cost-surface.svg": ag.viz.plot_cost_surface(
            one.cost, (w3, (answer, 0)), (w3, (answer, 4)), span=6
        ),
    }


def main() -> None:
    """Write them all."""
    os.environ.setdefault("AUTOGRAD_NN_RENDERER", "wasi")
    import matplotlib

    matplotlib.rcParams["svg.hashsalt"] = "autograd_nn"  # else identifiers are random
    FOLDER.mkdir(exist_ok=True)
    ag.viz.animate(parabola()).save_filmstrip(FOLDER / "backward.svg", columns=2)
    for name, picture in (drawings() | plots()).items():
        if isinstance(picture, ag.viz.Drawing):
            picture.save(FOLDER / name)
        else:
            picture.figure.savefig(FOLDER / name, metadata={"Date": None})


if __name__ == "__main__":
    main()
