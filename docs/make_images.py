"""Draw the README's pictures: ``python docs/make_images.py``."""

from pathlib import Path

import autograd_nn as ag

FOLDER = Path(__file__).parent / "images"


def drawings() -> dict[str, ag.viz.Drawing]:
    """Every picture by the name of its file."""
    network = ag.Network([2, 3, 2, 2], rng=0)
    run = network.record([0.5, -1.0], 1)
    x = ag.Tensor(3.0, requires_grad=True, name="x")
    y = x * x - 5 * x
    y.backward()
    return {
        "paths.svg": ag.viz.draw_paths(run.cost, run.weights[2], (1, 0)),
        "graph.svg": ag.viz.draw_graph(y),
    }


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for name, drawing in drawings().items():
        drawing.save(FOLDER / name)
