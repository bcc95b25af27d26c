"""Quantities to monitor while a network learns: costs, accuracies, gradients, saturation."""

from collections.abc import Callable, Iterable
from dataclasses import fields
from typing import Any

import numpy as np
import numpy.typing as npt

from ...engine.backward import sweep
from ...engine.types import Array
from ...support.checks import check_array, check_count, check_flag, check_real
from .. import arguments
from ..feedforward import Feedforward
from ..recording import record
from .history import Measured
from .updates import UpdateRule

QUANTITIES = tuple(field.name for field in fields(Measured))
# the lowest and highest activation of a neuron that still reacts; tanh z is 2σ(2z) - 1
_REACTS = {"sigmoid": (0.01, 0.99), "softmax": (0.01, 0.99), "tanh": (-0.98, 0.98)}


def total_cost(
    network: Feedforward,
    x: npt.ArrayLike,
    y: npt.ArrayLike,
    *,
    l2: float = 0.0,
    l1: float = 0.0,
    examples: int,
    regularize_biases: bool = False,
) -> float:
    """C = C₀ + λ/2n Σ w² + λ/n Σ |w|, equations (87) and (95), with n the *training* examples.

    ``x`` is ``(examples, features)``, ``y`` holds labels or targets.  ``l2`` and ``l1`` are λ,
    ``examples`` is n, also where x and y are other data than the training data: what the network
    minimizes does not depend on the data it is judged by.

    Raises ``TypeError`` for what is not a network, ``ValueError`` for data that do not fit it and
    for a setting out of range.

    >>> from autograd_nn import Network
    >>> net = Network([1, 1], cost="cross_entropy", zero_biases=True)
    >>> net.weights[0].data = [[2.0]]
    >>> c = total_cost(net, [[0.0]], [[1.0]], l2=5.0, examples=100)  # ln 2 + 5/200 · 4
    >>> round(c, 6)
    0.793147
    """
    arguments.check_is_network(network, "total_cost")
    rule = UpdateRule(
        check_real(l2, "total_cost: l2", "a number, 0 or more (λ)", least=0),
        check_real(l1, "total_cost: l1", "a number, 0 or more (λ)", least=0),
        regularize_biases=check_flag(regularize_biases, "total_cost: regularize_biases"),
        examples=check_count(examples, "total_cost: examples"),
    )
    return network.mean_cost(x, y) + rule.penalty(network.parameters)


def gradient_norms(network: Feedforward, x: npt.ArrayLike, y: npt.ArrayLike) -> tuple[float, ...]:
    """‖∂C₀/∂wˡ‖ of the mean cost of these examples for layers 2, 3 …: how fast each layer learns.

    Chapter 5 of the book compares layers by it.  ``x`` is ``(examples, features)``, ``y`` holds
    labels or targets.  Raises ``TypeError`` for what is not a network and ``ValueError`` for
    examples that do not fit it.

    >>> from autograd_nn import Network
    >>> len(gradient_norms(Network([2, 3, 2]), [[0.5, -1.0]], [1]))
    2
    """
    arguments.check_is_network(network, "gradient_norms")
    cost = record(network, x, y, fused=True).cost
    found = sweep([cost], network.weights, [None])
    return tuple(float(np.linalg.norm(found[w])) for w in network.weights)


def saturation(network: Feedforward, x: npt.ArrayLike) -> tuple[float, ...]:
    """For layers 2, 3 … the fraction of activations that hardly react to their weighted input.

    Sigmoid and softmax below 0.01 or above 0.99, tanh beyond ±0.98, where the slope is less than a
    twenty-fifth of the steepest; relu that is 0; linear neurons never.  ``x`` is ``(examples,
    features)``; raises as :func:`gradient_norms` does.

    >>> from autograd_nn import Network
    >>> net = Network([1, 2, 1])
    >>> net.weights[0].data = [[100.0], [0.0]]
    >>> net.biases[0].data = [0.0, 0.0]
    >>> saturation(net, [[1.0]])[0]
    0.5
    """
    arguments.check_is_network(network, "saturation")
    fractions = []
    for layer, a in network.activations_of(x).items():
        last = layer == len(network.sizes)
        stuck = _is_stuck(a, network.output if last else network.activation)
        for (of_layer, j), name in network.swapped.items():
            if of_layer == layer:
                stuck[..., j] = _is_stuck(a[..., j], name)
        fractions.append(float(stuck.mean()))
    return tuple(fractions)


def _is_stuck(a: Array, function: str) -> Array:
    if function in _REACTS:
        lowest, highest = _REACTS[function]
        return np.asarray((a < lowest) | (a > highest))
    return np.asarray(a <= 0) if function == "relu" else np.zeros(a.shape, bool)  # linear: never


def choose_quantities(names: str | Iterable[str], has_validation: bool) -> tuple[str, ...]:
    """The quantities to measure, in the order of ``QUANTITIES``; ``ValueError`` for others."""
    several = isinstance(names, Iterable) and not isinstance(names, str)
    given = tuple(names) if several else (names,)
    if not all(isinstance(name, str) for name in given):
        raise TypeError(f"fit: monitor={names!r:.60}; expected a name, several, or 'all'")
    if given == ("all",):
        return tuple(q for q in QUANTITIES if has_validation or q != "validation_cost")
    unknown = [q for q in given if q not in QUANTITIES]
    if unknown:
        raise ValueError(
            f"fit: monitor has {unknown[0]!r}; expected any of {', '.join(QUANTITIES)}, or 'all'"
        )
    if "validation_cost" in given and not has_validation:
        raise ValueError("fit: monitor has 'validation_cost'; give the data too: validation=…")
    return tuple(q for q in QUANTITIES if q in given)


class Monitor:
    """Measures a network on its training data and on the validation data, checked beforehand."""

    def __init__(
        self,
        network: Feedforward,
        training: tuple[Array, Array],
        validation: tuple[npt.ArrayLike, npt.ArrayLike] | None,
        names: str | Iterable[str],
        rule: UpdateRule,
    ) -> None:
        self.network, self.training, self.rule = network, training, rule
        self.quantities = choose_quantities(names, validation is not None)
        self.validation: tuple[Array, Array] | None = None
        if validation is not None:  # what does not fit raises now, before any learning
            self.validation, self.labels = _check_validation(network, *validation)
            network.accuracy(self.validation[0], self.labels)
            if "validation_cost" in self.quantities:
                network.mean_cost(*self.validation)

    def accuracy(self) -> float | None:
        """The accuracy on the validation data, None without."""
        if self.validation is None:
            return None
        return self.network.accuracy(self.validation[0], self.labels)

    def measure(self) -> dict[str, Any]:
        """Every chosen quantity, by name."""
        network, (x, y) = self.network, self.training
        measures: dict[str, Callable[[], Any]] = {
            "training_cost": lambda: self._cost(x, y),
            "training_accuracy": lambda: network.accuracy(x, network.labels_of(y)),
            "validation_cost": lambda: self._cost(*(self.validation or ())),
            "gradient_norms": lambda: gradient_norms(network, x, y),
            "saturation": lambda: saturation(network, x),
        }
        return {name: measures[name]() for name in self.quantities}

    def _cost(self, x: Array, y: Array) -> float:
        return self.network.mean_cost(x, y) + self.rule.penalty(self.network.parameters)


def _check_validation(
    network: Feedforward, x: npt.ArrayLike, y: npt.ArrayLike
) -> tuple[tuple[Array, Array], Array]:
    """Validation data, and the labels to judge by: targets stand for labels."""
    inputs = check_array(x, "fit: validation: x")
    wanted = check_array(y, "fit: validation: labels")
    if wanted.ndim == 1 and wanted.dtype.kind in "iu":
        return (inputs, wanted), wanted
    _, targets = arguments.check_examples(inputs, wanted, network, "fit: validation")
    return (inputs, targets), network.labels_of(targets)
