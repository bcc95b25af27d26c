"""A circuit of perceptrons: gates that decide, each with its bias, and a weight on every wire."""

from collections.abc import Mapping, Sequence
from operator import attrgetter
from typing import NamedTuple

import numpy as np

from ...support.style import number, plural
from ..picture.picture import Arrow, Box, Picture, check_size
from ..render.drawing import Drawing

MAX_GATES = 200


class Gate(NamedTuple):
    """Where a perceptron's inputs come from, their weights, its bias."""

    sources: tuple[str, ...]
    weights: tuple[float, ...]
    bias: float


def draw_circuit(gates: object, inputs: Mapping[str, int] | Sequence[int] | None = None) -> Drawing:
    """Draw perceptrons that are wired together, such as the book's adder of NAND gates.

    ``gates`` says for each perceptron, by its name, where its inputs come from, their weights and
    its bias: ``{"carry": (("h",), (-4,), 3), …}``, or objects with ``inputs``, ``weights`` and
    ``bias``; or it is an object with such ``gates`` (a :class:`autograd_nn.models.Circuit`). Any
    other name is an input. Given the bits of the ``inputs``, by name or in order, every gate shows
    what it decides: 1 where w·x + bias > 0, else 0. The outputs (double line) are
    those that the circuit names, else the gates whose decision no other uses.

    Raises ``TypeError`` for what has no gates, and ``ValueError`` for a gate whose weights are not
    as many as its inputs, for a loop, for bits that do not fit, and for more than 200 gates.

    >>> nand = (-2, -2), 3
    >>> adder = {"h": (("x1", "x2"), *nand), "u": (("x1", "h"), *nand), "v": (("x2", "h"), *nand),
    ...          "sum": (("u", "v"), *nand), "carry": (("h",), (-4,), 3)}
    >>> drawing = draw_circuit(adder, {"x1": 1, "x2": 1})
    >>> [box.lines[-1] for box in drawing.picture.boxes if box.kind == "output"]
    ['→ 0', '→ 1']
    """
    named_inputs, named_outputs = getattr(gates, "inputs", ()), getattr(gates, "outputs", None)
    gates = getattr(gates, "gates", gates)
    if not isinstance(gates, Mapping):
        got = type(gates).__name__
        raise TypeError(f"draw_circuit: got {got}; expected a dict of gates by their names")
    check_size("draw_circuit", len(gates), "gates", MAX_GATES, "draw a part of them")
    wired = {name: _gate(name, gate) for name, gate in gates.items()}
    order = _order(wired, named_inputs)
    bits = None if inputs is None else _decisions(wired, order, inputs)
    if named_outputs is None:
        named_outputs = set(wired) - {source for gate in wired.values() for source in gate.sources}
    ids = {name: f"n{i}" for i, name in enumerate(order)}
    boxes = [_box(ids[name], name, wired.get(name), name in named_outputs, bits) for name in order]
    arrows = [
        # an empty line below the number keeps it off the wire
        Arrow(ids[source], ids[name], f"{number(w)}\n ", int(np.sign(w)))
        for name in order
        if name in wired
        for source, w in zip(wired[name].sources, wired[name].weights, strict=True)
    ]
    title = f"A circuit of {plural(len(wired), 'perceptron')}."
    return Drawing(Picture(tuple(boxes), tuple(arrows), title=title))


def _box(id: str, name: str, gate: Gate | None, output: bool, bits: dict[str, int] | None) -> Box:
    """An input, or a gate with its bias and what it decides."""
    if gate is None:
        return Box(id, "input", (name if bits is None else f"{name} = {bits[name]}",))
    lines: tuple[str, ...] = (name, f"bias {number(gate.bias)}")
    shade = None
    if bits is not None:
        lines, shade = (*lines, f"→ {bits[name]}"), 0.5 * bits[name]
    return Box(id, "output" if output else "gate", lines, width=0.95, shade=shade)


def _gate(name: str, gate: object) -> Gate:
    try:
        parts = attrgetter("inputs", "weights", "bias")
        names, ws, b = gate if isinstance(gate, Sequence) else parts(gate)
        if isinstance(names, str):
            raise ValueError("one name, where a tuple of names belongs")
        sources, weights, bias = tuple(map(str, names)), tuple(map(float, ws)), float(b)
    except (AttributeError, TypeError, ValueError) as error:
        raise ValueError(
            f"draw_circuit: gate {name!r} is {gate!r}; expected (inputs, weights, bias): names, a "
            f"number for each, and a number ({error})"
        ) from error
    if len(sources) != len(weights):
        raise ValueError(
            f"draw_circuit: gate {name!r} has {len(sources)} inputs and {len(weights)} weights; "
            "expected one weight for each input"
        )
    return Gate(sources, weights, bias)


def _order(wired: dict[str, Gate], inputs: Sequence[str]) -> list[str]:
    """The inputs, then the gates in the order given, but each after those that it uses."""
    sources = [source for gate in wired.values() for source in gate.sources]
    order = list(dict.fromkeys(s for s in (*inputs, *sources) if s not in wired))
    waiting = list(wired)
    while waiting:
        ready = (name for name in waiting if set(wired[name].sources) <= set(order))
        name = next(ready, None)
        if name is None:
            raise ValueError(
                f"draw_circuit: among the gates {', '.join(waiting)} there is a loop; expected a "
                "circuit without loops"
            )
        order.append(name)
        waiting.remove(name)
    return order


def _decisions(wired: dict[str, Gate], order: list[str], inputs: object) -> dict[str, int]:
    """What each perceptron decides, equation (2) of the book."""
    bits = _bits(inputs, [name for name in order if name not in wired])
    for name in order:
        if name in wired:
            gate = wired[name]
            total = sum(w * bits[s] for s, w in zip(gate.sources, gate.weights, strict=True))
            bits[name] = int(total + gate.bias > 0)
    return bits


def _bits(inputs: object, outer: list[str]) -> dict[str, int]:
    """The bit of each input."""
    if not isinstance(inputs, (Mapping, Sequence, np.ndarray)) or isinstance(inputs, str):
        raise ValueError(
            f"draw_circuit: inputs {inputs!r}; expected bits, a dict by the inputs' names or a "
            f"list, one for each of {outer}"
        )
    if not isinstance(inputs, Mapping):
        if len(inputs) != len(outer):
            raise ValueError(f"draw_circuit: {len(inputs)} bits; expected one for each of {outer}")
        inputs = dict(zip(outer, inputs, strict=True))
    if set(inputs) != set(outer):
        raise ValueError(
            f"draw_circuit: inputs {sorted(map(str, inputs))}; expected a bit for each of "
            f"{sorted(outer)}"
        )
    wrong = {name: bit for name, bit in inputs.items() if np.ndim(bit) or bit not in (0, 1)}
    if wrong:
        raise ValueError(f"draw_circuit: inputs {wrong}; expected bits, 0 or 1")
    return {name: int(inputs[name]) for name in outer}
