"""How weights and biases start: the book's two ways."""

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any, TypeAlias

import numpy as np

from ..engine.types import Array

# as text: NumPy imports numpy.random, which takes a while, when it is first used
Initializer: TypeAlias = (
    "Callable[[Sequence[int], np.random.Generator], tuple[list[Array], list[Array]]]"
)


def large(sizes: Sequence[int], rng: "np.random.Generator") -> tuple[list[Array], list[Array]]:
    """Weights ``(n_out, n_in)`` and biases ``(n_out,)`` from N(0, 1), as in chapters 1 and 2.

    >>> import numpy as np
    >>> weights, biases = large([2, 3, 1], np.random.default_rng(0))
    >>> [w.shape for w in weights], [b.shape for b in biases]
    ([(3, 2), (1, 3)], [(3,), (1,)])
    """
    biases: list[Any] = [rng.standard_normal(n) for n in sizes[1:]]
    weights: list[Any] = [rng.standard_normal((n, m)) for m, n in pairwise(sizes)]
    return weights, biases


def scaled(sizes: Sequence[int], rng: "np.random.Generator") -> tuple[list[Array], list[Array]]:
    """As ``large``, each weight divided by the square root of its neuron's number of inputs.

    A neuron's weighted input then has about the same spread however many inputs it has, so few
    neurons start saturated (chapter 3 of the book, "Weight initialization").

    >>> import numpy as np
    >>> weights, _ = scaled([400, 50], np.random.default_rng(0))
    >>> round(float(weights[0].std()), 2)  # 1/√400
    0.05
    """
    weights, biases = large(sizes, rng)
    return [w / np.sqrt(w.shape[1]) for w in weights], biases


INITIALIZERS: dict[str, Initializer] = {"scaled": scaled, "large": large}
