"""Circuits of NAND gates compiled to perceptrons, and the book's adder."""

from collections.abc import Mapping, Sequence

from ...support.checks import check_flag
from .circuits import Circuit
from .perceptron import NAND, Gate, check_wires


def nand_circuit(
    inputs: Sequence[str], gates: Mapping[str, tuple[str, str]], outputs: Sequence[str]
) -> Circuit:
    """Compile NAND gates, each ``name: (a, b)``, to perceptrons with weights -2, -2 and bias 3.

    A gate that takes the same bit twice becomes a perceptron with the one weight -4, as the book
    draws it (chapter 1).  NAND gates make every logical function, so perceptrons do too.

    Raises ``TypeError`` and ``ValueError`` for gates that are not pairs of names, and as
    :class:`Circuit` does.

    >>> xor = {"h": ("a", "b"), "u": ("a", "h"), "v": ("b", "h"), "out": ("u", "v")}
    >>> circuit = nand_circuit(["a", "b"], xor, ["out"])
    >>> len(circuit.disagreements(lambda a, b: a ^ b))
    0
    """
    if not isinstance(gates, Mapping):
        raise TypeError(f"nand_circuit: gates={gates!r:.60}; expected names and pairs in a dict")
    compiled = {}
    for name, pair in gates.items():
        if not isinstance(pair, (tuple, list)) or len(pair) != 2:
            given = f"nand_circuit: {name!r} is {pair!r:.60}"
            raise ValueError(f"{given}; expected the names of two bits")
        merged: dict[str, float] = {}
        sources = check_wires(pair, f"nand_circuit: {name!r}")
        for source, w in zip(sources, NAND.weights, strict=True):
            merged[source] = merged.get(source, 0) + w
        compiled[name] = Gate(tuple(merged), tuple(merged.values()), NAND.bias)
    return Circuit(check_wires(inputs, "inputs"), compiled, check_wires(outputs, "outputs"))


def half_adder(merged: bool = True) -> Circuit:
    """The book's circuit for the sum of two bits, x1 ⊕ x2, and the carry, x1 · x2.

    The carry takes the leftmost perceptron's bit once with weight -4, or, with ``merged=False``,
    twice with weight -2 (chapter 1).  Raises ``TypeError`` for another ``merged``.

    >>> half_adder().gates["carry"]
    Gate(inputs=('h',), weights=(-4,), bias=3)
    """
    wiring = {"h": ("x1", "x2"), "u": ("x1", "h"), "v": ("h", "x2")}
    wiring |= {"sum": ("u", "v"), "carry": ("h", "h")}
    circuit = nand_circuit(("x1", "x2"), wiring, ("sum", "carry"))
    if check_flag(merged, "half_adder: merged"):
        return circuit
    apart = {name: Gate(pair, NAND.weights, NAND.bias) for name, pair in wiring.items()}
    return Circuit(circuit.inputs, apart, circuit.outputs)
