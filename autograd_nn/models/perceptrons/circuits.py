"""Circuits of perceptrons, as they are, as a stack of layers, and as sigmoid neurons.

A circuit may skip layers, as the book's adder does, so it is a table of gates and not a stack of
matrices; :meth:`Circuit.layers` makes the stack, with perceptrons that only pass a bit on.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from typing import Any

import numpy as np
import numpy.typing as npt

from ... import ops
from ...engine.types import Array
from ...support.checks import SMALLEST, check_real
from ..network import Network
from .perceptron import Gate, check_bits, check_gate, check_wires

MOST_INPUTS = 20  # of a circuit that is tried on all inputs, a million


@dataclass(frozen=True)
class Circuit:
    """Perceptrons wired together: ``gates`` by name, each after those that it uses.

    A gate takes bits from ``inputs`` and other gates by their names; ``outputs`` names what the
    circuit returns.  Gates are :class:`Gate` or triples ``(inputs, weights, bias)``.
    ``viz.draw_circuit(circuit)`` draws it.

    Raises ``ValueError`` for a name that is missing or used twice, for a gate with more or fewer
    weights than inputs, and for a loop; the methods, for what are not ``(inputs,)`` or ``(examples,
    inputs)`` bits, for a factor c that is not a finite number (or not positive, for sigmoids), and
    for the table of more than 20 inputs.

    >>> from autograd_nn.models import half_adder
    >>> adder = half_adder()
    >>> adder([1, 1]).tolist(), adder([0, 1]).tolist()  # sum and carry
    ([0, 1], [1, 0])
    """

    inputs: tuple[str, ...]
    gates: Mapping[str, Gate]
    outputs: tuple[str, ...]

    def __post_init__(self) -> None:
        """Check the wiring, and put the gates into an order in which they can be computed."""
        if not isinstance(self.gates, Mapping):
            raise TypeError(f"Circuit: gates={self.gates!r:.60}; expected gates by name in a dict")
        gates = {name: check_gate(name, gate) for name, gate in self.gates.items()}
        inputs, outputs = check_wires(self.inputs, "inputs"), check_wires(self.outputs, "outputs")
        known = {*inputs, *gates}
        if not outputs:
            raise ValueError("Circuit: no outputs; name one gate or more whose bit is wanted")
        if len(known) < len(inputs) + len(gates):
            twice = next(n for i, n in enumerate(inputs) if n in gates or n in inputs[:i])
            raise ValueError(f"Circuit: {twice!r} is used twice; give every wire its own name")
        for user, names in (*((n, g.inputs) for n, g in gates.items()), ("outputs", outputs)):
            unknown = [name for name in names if name not in known]
            if unknown:
                raise ValueError(
                    f"Circuit: {user} takes {unknown[0]!r}, which is neither a gate nor one of the "
                    f"inputs {list(inputs)}"
                )
        try:
            order = TopologicalSorter({n: g.inputs for n, g in gates.items()}).static_order()
            ordered = {name: gates[name] for name in order if name in gates}
        except CycleError as error:
            loop = " ← ".join(error.args[1])
            raise ValueError(
                f"Circuit: a loop, {loop}; the output of a perceptron may not come back to it"
            ) from None
        for key, value in (("inputs", inputs), ("gates", ordered), ("outputs", outputs)):
            object.__setattr__(self, key, value)

    def __call__(self, x: npt.ArrayLike) -> Array:
        """The output bits for bits ``(inputs,)``, or for each row of ``(examples, inputs)``."""
        return self._outputs(self.values(x))

    def values(self, x: npt.ArrayLike) -> dict[str, Array]:
        """The bit of every input and every gate, by name: of a gate 1 if w·x + b > 0, else 0."""
        return self._values(self._check(x), lambda z: (z > 0).astype(np.int64))

    def sigmoid(self, x: npt.ArrayLike, c: float = 1.0) -> Array:
        """The outputs with sigmoid neurons instead, all weights and biases multiplied by c > 0.

        As c → ∞ they become the perceptrons' bits, unless some w·x + b is exactly 0: there
        σ(c · 0) stays ½, and a perceptron outputs 0 (an exercise of chapter 1; :meth:`margin`).

        >>> from autograd_nn.models import half_adder
        >>> for c in (1, 2, 10):
        ...     print(half_adder().sigmoid([0, 1], c).round(4))
        [0.6412 0.5189]
        [0.8312 0.2599]
        [1. 0.]
        """
        check_real(c, "Circuit.sigmoid: c", "a positive number", SMALLEST)
        bits = self._check(x).astype(float)
        return self._outputs(self._values(bits, lambda z: np.asarray(ops.sigmoid(c * z))))

    def margin(self, x: npt.ArrayLike) -> float:
        """The smallest |w·x + b| of all gates and inputs x; 0 where sigmoids never decide.

        >>> from autograd_nn.models import half_adder
        >>> half_adder().margin([[0, 0], [0, 1], [1, 0], [1, 1]])
        1.0
        """
        sizes = [np.inf]

        def decide(z: Array) -> Array:
            sizes.append(float(np.abs(z).min(initial=np.inf)))
            return (z > 0).astype(np.int64)

        self._values(self._check(x), decide)
        return min(sizes)

    def times(self, c: float) -> "Circuit":
        """The same wiring, all weights and biases multiplied by c; for c > 0 the same decisions.

        >>> from autograd_nn.models import half_adder
        >>> half_adder().times(2).gates["carry"]
        Gate(inputs=('h',), weights=(-8,), bias=6)
        """
        check_real(c, "Circuit.times: c")
        gates = {
            name: Gate(g.inputs, tuple(c * w for w in g.weights), c * g.bias)
            for name, g in self.gates.items()
        }
        return Circuit(self.inputs, gates, self.outputs)

    def truth_table(self) -> tuple[Array, Array]:
        """All inputs, ``(2**n, n)``, from 0…00 to 1…11, and their outputs; n is at most 20.

        >>> from autograd_nn.models import half_adder
        >>> half_adder().truth_table()[1].tolist()
        [[0, 0], [1, 0], [1, 0], [0, 1]]
        """
        x = all_bits(len(self.inputs))
        return x, self(x)

    def disagreements(self, function: Callable[..., Any]) -> Array:
        """The inputs, a row each, for which ``function(*bits)`` returns other outputs; tries all.

        Raises ``ValueError`` if the function returns more or fewer bits than the circuit.

        >>> from autograd_nn.models import half_adder
        >>> len(half_adder().disagreements(lambda a, b: (a ^ b, a & b)))
        0
        >>> half_adder().disagreements(lambda a, b: (a | b, a & b))
        array([[1, 1]])
        """
        x, found = self.truth_table()
        wanted = np.array([np.atleast_1d(function(*row.tolist())) for row in x]).astype(int)
        if wanted.shape != found.shape:
            raise ValueError(
                f"Circuit.disagreements: the function returns {wanted.shape[1]} bits; expected "
                f"{found.shape[1]}, one for each of the outputs {list(self.outputs)}"
            )
        return np.asarray(x[(found != wanted).any(axis=1)])

    # --- as a stack of layers ---------------------------------------------------------------

    def layers(self) -> list[tuple[Array, Array]]:
        """Weights ``(n_out, n_in)`` and biases ``(n_out,)`` of layers that compute the same.

        A gate is in the layer after the last of those that it uses.  A perceptron of weight 2 and
        bias -1 passes on a bit that a later layer needs.
        """
        depth = dict.fromkeys(self.inputs, 0)
        for name, gate in self.gates.items():
            depth[name] = 1 + max((depth[n] for n in gate.inputs), default=0)
        last = max(1, *(depth[n] for n in self.outputs))
        before, found = self.inputs, []
        for layer in range(1, last + 1):
            later = {n for g, gate in self.gates.items() if depth[g] > layer for n in gate.inputs}
            wanted = {*later, *self.outputs}
            now = tuple(n for n in depth if depth[n] <= layer and n in wanted)
            now = self.outputs if layer == last else now
            gates = {n: self.gates[n] for n in now if depth[n] == layer}
            found.append(_build_layer(before, now, gates))
            before = now
        return found

    def network(self, c: float = 10.0) -> Network:
        """A network of sigmoid neurons from :meth:`layers`, weights and biases multiplied by c > 0.

        >>> from autograd_nn.models import half_adder
        >>> network = half_adder().network()
        >>> network.sizes, network.feedforward([1.0, 1.0]).round(2).tolist()
        ((2, 3, 3, 2), [0.0, 1.0])
        """
        layers = self.layers()
        c = check_real(c, "Circuit.network: c", "a positive number", SMALLEST)
        network = Network([len(self.inputs), *(len(b) for _, b in layers)])
        for (w, b), weights, biases in zip(layers, network.weights, network.biases, strict=True):
            weights.data, biases.data = c * w, c * b
        return network

    def _check(self, x: npt.ArrayLike) -> Array:
        """Bits ``(inputs,)`` or ``(examples, inputs)`` as integers."""
        bits, n = check_bits(x, "Circuit: bits"), len(self.inputs)
        if bits.ndim == 0 or bits.shape[-1] != n:
            raise ValueError(
                f"Circuit: bits of shape {bits.shape}; expected {n} along the last axis, one for "
                "each input"
            )
        return bits

    def _values(self, x: Array, decide: Callable[[Array], Array]) -> dict[str, Array]:
        values = {name: x[..., i] for i, name in enumerate(self.inputs)}
        for name, gate in self.gates.items():
            z = np.full(x.shape[:-1], gate.bias, float)
            for w, source in zip(gate.weights, gate.inputs, strict=True):
                z = z + w * values[source]
            values[name] = decide(np.asarray(z))
        return values

    def _outputs(self, values: dict[str, Array]) -> Array:
        return np.stack([values[name] for name in self.outputs], axis=-1)


def all_bits(n: int) -> Array:
    """Every row of n bits, ``(2**n, n)``, counting up; ``ValueError`` for too many to try."""
    if n > MOST_INPUTS:
        raise ValueError(f"all_bits: {n} bits make {2**n:,} rows; at most {MOST_INPUTS} are tried")
    return np.arange(2**n)[:, None] >> np.arange(n)[::-1] & 1


def _build_layer(
    before: Sequence[str], now: Sequence[str], gates: Mapping[str, Gate]
) -> tuple[Array, Array]:
    """The layer that computes those gates and passes on the other names."""
    column = {name: k for k, name in enumerate(before)}
    w, b = np.zeros((len(now), len(before))), np.zeros(len(now))
    for j, name in enumerate(now):
        gate = gates.get(name, Gate((name,), (2.0,), -1.0))
        b[j] = gate.bias
        for source, weight in zip(gate.inputs, gate.weights, strict=True):
            w[j, column[source]] += weight
    return w, b
