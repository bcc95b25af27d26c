"""Small networks, the same every time, and their recorded passes."""

from autograd_nn import Network


def network(sizes=(2, 3, 2, 2), **settings):
    """A network of the book's shape, unless told otherwise."""
    return Network(list(sizes), **{"rng": 0, **settings})


def record(sizes=(2, 3, 2, 2), **settings):
    """Its pass for one example: from a weight of the first layer four paths lead to the cost."""
    return network(sizes, **settings).record([0.5, -1.0], [1.0] if sizes[-1] == 1 else 1)
