"""Draw the pictures of the README and the gallery: ``python docs/make_images.py``.

The same program gives the same drawings; the renderer is the one that pip installs, so that the
files do not depend on which Graphviz a machine has.
"""

import os
import re
from pathlib import Path
from typing import Any

import numpy as np

import autograd_nn as ag

FOLDER = Path(__file__).parent / "images"


def drawings() -> dict[str, ag.viz.Drawing]:
    """Every drawing by the name of its file."""
    run = ag.Network([2, 3, 2, 2], rng=0).record([0.5, -1.0], 1)
    weight = run.cost, run.weights[2], (1, 0)
    small = ag.Network([2, 3, 1], rng=0).record([0.5, -1.0], [1.0])
    small.cost.backward()
    w = ag.Tensor([[1.0, 2.0], [3.0, -1.0]], requires_grad=True, name="w")
    x = ag.Tensor([0.5, -1.0], requires_grad=True, name="x")
    expression = (ag.ops.tanh(w @ x) * x).sum()
    expression.backward()
    batch = ag.Network([2, 3, 2, 2], rng=0).record(
        [[0.5, -1.0], [1.0, 2.0], [-0.5, 1.0]], [1, 0, 1]
    )
    softmax = ag.Network([2, 4, 3], output="softmax", cost="log_likelihood", rng=0)
    t = ag.Tensor(0.5, requires_grad=True, name="x")
    (slope,) = ag.gradients(ag.ops.tanh(t), [t], create_graph=True)
    return {
        "paths.svg": ag.viz.draw_paths(*weight),
        "paths-example.svg": ag.viz.draw_paths(batch.cost, batch.biases[2], 1, example=2),
        "paths-deep.svg": ag.viz.draw_paths(*deep_weight(), k=4),
        "flow.svg": ag.viz.draw_flow(*weight),
        "flow-deep.svg": ag.viz.draw_flow(*deep_weight()),
        "perturbation.svg": ag.viz.draw_perturbation(*weight),
        "graph.svg": ag.viz.draw_graph(parabola()),
        "graph-network.svg": ag.viz.draw_graph(small.cost),
        "graph-layers.svg": ag.viz.draw_graph(mini_batch().cost, detail="layer"),
        "graph-expression.svg": ag.viz.draw_graph(expression),
        "graph-numbers.svg": ag.viz.draw_graph(expression, detail="scalar"),
        "graph-derivative.svg": ag.viz.draw_graph(slope),
        "backward-network.svg": ag.viz.draw_backward(small.cost, step=6),
        "network.svg": ag.viz.draw_network(ag.Network([2, 3, 2, 2], rng=0), [0.5, -1.0]),
        "network-dropout.svg": ag.viz.draw_network([4, 6, 6, 2], dropped={2: [1, 4, 5], 3: [0, 3]}),
        "network-wide.svg": ag.viz.draw_network(ag.Network([784, 30, 10], rng=0)),
        "network-softmax.svg": ag.viz.draw_network(softmax, [0.5, -1.0]),
        "bit-layer.svg": ag.viz.draw_network([ag.models.bit_layer()]),
        "adder.svg": ag.viz.draw_circuit(ag.models.half_adder(), [1, 0]),
        "plan.svg": ag.viz.draw_plan(small_plan()),
    }


def filmstrips() -> dict[str, ag.viz.Animation]:
    """Every sequence of drawings by the name of its file."""
    run = ag.Network([2, 3, 2, 2], rng=0).record([0.5, -1.0], 1)
    story = [
        ag.viz.draw_perturbation(run.cost, run.weights[2], (1, 0), step) for step in range(1, 7)
    ]
    return {
        "backward.svg": ag.viz.animate(parabola()),
        "perturbation-steps.svg": ag.viz.Animation(story),
    }


def small_plan() -> ag.Plan:
    """The plan of (w · x)²."""
    w = ag.Tensor([2.0, 3.0], requires_grad=True, name="w")
    return ag.Plan(lambda x: (w * x).sum() ** 2, np.zeros(2), wrt=[w])


def deep_weight() -> tuple[ag.Node, ag.Node, tuple[int, int]]:
    """The cost of a deep network, and one of its weights, from which 100,000 paths start."""
    network = ag.Network([784, 100, 100, 100, 10], rng=0)
    run = network.record(np.random.default_rng(0).random(784), 3)
    return run.cost, run.weights[2], (7, 300)


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
    history = ag.Network([64, 30, 10], cost="cross_entropy", rng=0).fit(
        train, epochs=10, batch_size=10, learning_rate=0.5, validation=test, rng=0
    )
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
        "history.svg": history.plot(),
        "learning-curves.svg": ag.viz.plot_curves(costs, log=True),
        "gradient-norms.svg": ag.viz.plot_gradient_norms(norms),
        "digits.svg": ag.viz.plot_digits(
            test.x[:20], test.labels[:20], network.predict(test.x[:20]), (8, 8)
        ),
        "mistakes.svg": ag.viz.plot_mistakes(
            test.x, test.labels, network.feedforward(test.x), (8, 8), limit=20
        ),
        "weights.svg": ag.viz.plot_weights(network.weights[0], (8, 8)),
        "saturation.svg": ag.viz.plot_saturation({"layer 2": run.a[2], "layer 3": run.a[3]}),
        "cost-slice.svg": ag.viz.plot_cost_slice(one.cost, w3, (answer, 0), span=6),
        "cost-surface.svg": ag.viz.plot_cost_surface(
            one.cost, (w3, (answer, 0)), (w3, (answer, 4)), span=6
        ),
        "paths-against-edges.svg": ag.viz.plot_paths_against_edges(),
        "step-errors.svg": ag.gradient_check.plot_step_errors(
            ag.gradient_check.step_errors(ag.ops.tanh, np.array([0.5, 1.0]))
        ),
    }


def main() -> None:
    """Write them all."""
    os.environ.setdefault("AUTOGRAD_NN_RENDERER", "wasi")
    import matplotlib

    matplotlib.rcParams["svg.hashsalt"] = "autograd_nn"  # else identifiers are random
    FOLDER.mkdir(exist_ok=True)
    page = (FOLDER.parent / "gallery.md").read_text(encoding="utf-8")
    alternatives = {
        name: text for text, name in re.findall(r"!\[([^]]*)\]\(images/([^)]*)\)", page)
    }
    for name, animation in filmstrips().items():
        animation.save_filmstrip(FOLDER / name, columns=2 if name == "backward.svg" else 1)
    for name, picture in (drawings() | plots()).items():
        if isinstance(picture, ag.viz.Drawing):
            picture.save(FOLDER / name)
        else:
            title = alternatives[name]  # what the page says where there is no picture
            picture.figure.savefig(FOLDER / name, metadata={"Date": None, "Title": title})


if __name__ == "__main__":
    main()
