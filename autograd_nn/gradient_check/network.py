"""The check of a network: every weight and every bias by its name."""

import copy
from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt

from ..differences.problem import Recorded
from ..engine.backward import own, sweep
from ..engine.core import Node
from ..engine.recompute import recomputer
from ..engine.types import Array
from ..models import Network
from ..tensor.tensor import Tensor
from .blaming import add_culprit
from .examine import examine
from .functions import as_array, check_settings, defined_at, largest_number, pull_scalar
from .report import Report, demand
from .reproduce import spell_call
from .verdict import Verdict

Backprop = Callable[[Any, Any], tuple[Sequence[Any], Sequence[Any]]]


class NetworkProblem:
    """The cost of a network as a function of its parameters.

    What is above a parameter in the recorded graph is computed again, and no more: a weight
    w[j, k] that is moved by t moves z[j] by t·a[k], and from there on the graph does the rest.
    Each short way is compared with the long one before it is used.
    """

    def __init__(
        self,
        network: Network,
        x: npt.ArrayLike,
        y: npt.ArrayLike,
        fused: bool,
        gradient: Backprop | None,
    ) -> None:
        self.network, self.x, self.y, self.fused, self.gradient = network, x, y, fused, gradient
        self.name = f"{network.cost.name} cost of Network({list(network.sizes)})"
        self.names = [str(p.name) for p in network.parameters]
        run = network.record(x, y, fused)
        self.cost: Node = run.cost
        self.values = [p.data.copy() for p in network.parameters]
        self.magnitude = largest_number(self.cost)
        self.line = defined_at(gradient)
        self._recompute = [recomputer(self.cost, [p]) for p in network.parameters]
        self._whole = recomputer(self.cost, list(network.parameters))
        self._below = [run.a[layer - 1].data for layer in run.z]
        self._z = [z.data for z in run.z.values()]
        self._from_z = [recomputer(self.cost, [z]) for z in run.z.values()]
        self._short = [self._is_short(i) for i in range(len(self.values))]

    def __reduce__(self) -> Any:
        """Recorded again where it is unpickled, so that other processes can share the work."""
        return NetworkProblem, (self.network, self.x, self.y, self.fused, self.gradient)

    def value(self, i: int, x: Array) -> Array:
        """The cost with other values of parameter ``i``."""
        return np.array(self._recompute[i](x))

    def at(self, values: Sequence[Array]) -> Array:
        """The cost with other values of all."""
        return np.array(self._whole(*values))

    def element(self, i: int, position: int) -> Callable[[float], Array] | None:
        """The cost with one weight or bias moved by t, by way of the z that it moves."""
        return self._by_z(i, position) if self._short[i] else None

    def _by_z(self, i: int, position: int) -> Callable[[float], Array]:
        layer, is_bias = divmod(i, 2)
        z, below, recompute = self._z[layer], self._below[layer], self._from_z[layer]
        j, k = (position, 0) if is_bias else divmod(position, below.shape[-1])
        rate = 1.0 if is_bias else below[..., k]

        def moved(t: float) -> Array:
            other = z.copy()
            other[..., j] += t * rate
            return recompute(other)

        return moved

    def _is_short(self, i: int) -> bool:
        """Whether the short way leads where the long one does, for the last element."""
        position, t = self.values[i].size - 1, 0.125
        other = self.values[i].copy()
        other.reshape(-1)[position] += t
        long, short = self.value(i, other), self._by_z(i, position)(t)
        return bool(np.allclose(short, long, rtol=1e-12, atol=0.0))

    def _other(self, values: Sequence[Array]) -> Network:
        """The network with other parameters; its own are left as they are."""
        network = copy.copy(self.network)
        named = zip(values, self.names, strict=True)
        tensors = [Tensor(v, requires_grad=True, name=name) for v, name in named]
        network.weights, network.biases = tensors[::2], tensors[1::2]
        return network

    def _by_parameter(self, found: tuple[Sequence[Any], Sequence[Any]]) -> list[Array]:
        """What a gradient function returned, (nabla_b, nabla_w), in the order of the parameters."""
        layers = len(self._z)
        try:
            nabla_b, nabla_w = found
            counts = f"lists of {len(nabla_b)} and {len(nabla_w)}"
        except (TypeError, ValueError):
            counts = type(found).__name__
        if counts != f"lists of {layers} and {layers}":
            raise ValueError(
                f"check_network: gradient(x, y) returned {counts}; expected (nabla_b, nabla_w), "
                f"two lists of {layers} arrays, one for each layer, as the book's backprop does"
            )
        return [as_array(g) for pair in zip(nabla_w, nabla_b, strict=True) for g in pair]

    def retraced(self, run: Recorded) -> Recorded:
        """The run itself, which always has a graph."""
        return run

    def recorded(self, values: Sequence[Array] | None = None) -> Recorded:
        """A fresh recording, with its backward pass or the gradient that was handed in."""
        network = self._other(self.values if values is None else values)
        cost, parameters = network.record(self.x, self.y, self.fused).cost, network.parameters

        def pull(cotangent: Array) -> list[Array]:
            if self.gradient is not None:
                return pull_scalar(self._by_parameter(self.gradient(self.x, self.y)), cotangent)
            found = sweep([cost], parameters, [cotangent], asked_by="check_network")
            return [own(found[p]) for p in parameters]

        examples = len(self._z[0]) if self._z[0].ndim > 1 else 1
        counts = ((examples, "the number of examples"),) if examples > 2 else ()
        by_hand = self.gradient is not None
        return Recorded(cost.data.copy(), pull, cost, parameters, by_hand, counts)


def check_network(
    network: Network,
    x: npt.ArrayLike,
    y: npt.ArrayLike,
    *,
    gradient: Backprop | None = None,
    fused: bool = False,
    every: bool | None = None,
    seed: int | np.random.Generator | None = None,
    executor: Executor | None = None,
) -> Report:
    """Check ∂C/∂w and ∂C/∂b of a network, each weight and bias by its name (w2, b2, w3 …).

    - ``network`` is a :class:`~autograd_nn.Network` in float64;
    - ``x``, ``(examples, features)`` or ``(features,)``, and ``y``, labels or targets, are examples
      as for :meth:`~autograd_nn.Network.record`, and ``fused`` chooses the cost as there;
    - ``gradient(x, y)`` is a backpropagation of your own, checked instead of the recorded one: it
      returns ``(nabla_b, nabla_w)``, lists of one array for each layer, as the book's ``backprop``
      does, for the cost that is a mean over the examples.  If it lacks a σ′(z), the layer is named;
    - ``every=True`` moves every weight, also of a large network, which is otherwise checked along
      random directions and at some elements; ``seed`` and ``executor`` are as in :func:`gradcheck`.

    Returns the report if the gradient is accepted.

    Raises :class:`GradientMismatchError` for a gradient that is not accepted; ``ValueError`` for
    shapes that do not fit the network, a gradient that is not two lists, or a negative seed;
    ``TypeError`` for what is no network, or one in float32.

    >>> import numpy as np
    >>> from autograd_nn import Network
    >>> report = check_network(Network([3, 4, 2], rng=0), np.eye(3), [0, 1, 1])
    >>> [a.name for a in report.arguments], report.ok
    (['w2', 'b2', 'w3', 'b3'], True)
    """
    if not isinstance(network, Network):
        raise TypeError(
            f"check_network: got {type(network).__name__}; expected a Network (for functions: "
            "gradcheck, check_gradient_function)"
        )
    if network.dtype != np.float64:
        raise TypeError(
            f"check_network: the network computes in {network.dtype}, too coarse to be measured; "
            "create it with dtype=float64"
        )
    problem = NetworkProblem(network, x, y, fused, gradient)
    number = check_settings("check_network", seed, every, problem.values)
    report = examine(problem, number, every, executor)
    if report.verdict is Verdict.FAIL and gradient is None:
        report = add_culprit(report, lambda: network.record(x, y, fused).cost)
    settings = {"gradient": gradient, "fused": fused or None, "every": every}
    line = spell_call("check_network", ["network", "x", "y"], settings, number)
    count = sum(v.size for v in problem.values)
    note = (
        f"{count:,} parameters: one-sided differences take {count + 1:,} forward passes, "
        "backpropagation about two (the book, section 2.8)"
    )
    return demand(replace(report, note=note, reproduce=line), "check_network")
