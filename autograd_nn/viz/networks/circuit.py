"""A circuit of perceptrons: gates that decide, each with its bias, and a weight on every wire."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from ...support.style import number
from ..picture.drawing import Drawing
from ..picture.picture import Arrow, Box, NodeKind, Picture

MAX_GATES = 200


def draw_circuit(gates: Any, inputs: Mapping[str, int] | Sequence[int] | None = None) -> Drawing:
    """Draw perceptrons that are wired together, such as the book's adder of NAND gates.

    ``gates`` says for each perceptron, by its name, where its inputs come from, their weights and
    its bias: ``{"carry": (("h",), (-4,), 3), …}``, or objects with ``inputs``, ``weights`` and
    ``bias``; or it is an object with such ``gates`` (a :class:`autograd_nn.models.Circuit`). A name
    that is no gate's is an input. Given the ``inputs``' bits, by name or in their order, every
    gate says what it decides: 1 where w·x + bias > 0, else 0. The outputs (double line) are
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
        raise TypeError(
            f"draw_circuit: got {type(gates).__name__}; expected a dict of gates by their names"
        )
    if len(gates) > MAX_GATES:
        raise ValueError(
            f"draw_circuit: {len(gates):,} gates, more than the {MAX_GATES} that can be looked at; "
            "draw a part of them"
        )
    wired = {name: _gate(name, gate) for name, gate in gates.items()}
    order = _order(wired, named_inputs)
    outer = [name for name in order if name not in wired]
    bits = None if inputs is None else _decisions(wired, order, outer, inputs)
    if named_outputs is None:
        named_outputs = set(wired) - {s for sources, _, _ in wired.values() for s in sources}
    ids = {name: f"n{i}" for i, name in enumerate(order)}
    boxes, arrows = [], []
    for name in order:
        if name not in wired:
            text = name if bits is None else f"{name} = {bits[name]}"
            boxes.append(Box(ids[name], "input", (text,)))
            continue
        sources, weights, bias = wired[name]
        look: NodeKind = "output" if name in named_outputs else "gate"
        lines: tuple[str, ...] = (name, f"bias {number(bias)}")
        shade = None
        if bits is not None:
            lines, shade = (*lines, f"→ {bits[name]}"), 0.5 * bits[name]
        boxes.append(Box(ids[name], look, lines, width=0.95, shade=shade))
        for source, w in zip(sources, weights, strict=True):
            label = f"{number(w)}\n "  # an empty line below it keeps it off the wire
            arrows.append(Arrow(ids[source], ids[name], label, int(np.sign(w))))
    title = f"A circuit of {len(wired)} perceptron{'s' * (len(wired) != 1)}."
    return Drawing(Picture(tuple(boxes), tuple(arrows), title=title))


Gate = tuple[tuple[str, ...], tuple[float, ...], float]


def _gate(name: str, gate: Any) -> Gate:
    """Where the inputs come from, their weights, the bias."""
    try:
        plain = gate if isinstance(gate, Sequence) else (gate.inputs, gate.weights, gate.bias)
        names, ws, b = plain
        if isinstance(names, str):
            raise ValueError("one name, where a tuple of names belongs")
        sources, weights, bias = tuple(map(str, names)), tuple(map(float, ws)), float(b)
    except (AttributeError, TypeError, ValueError) as error:
        raise ValueError(
            f"draw_circuit: gate {name!r} is {gate!r}; expected (inputs, weights, bias): names, as "
            f"many numbers, and a number ({error})"
        ) from error
    if len(sources) != len(weights):
        raise ValueError(
            f"draw_circuit: gate {name!r} has {len(sources)} inputs and {len(weights)} weights; "
            "expected as many"
        )
    return sources, weights, bias


def _order(wired: dict[str, Gate], inputs: Sequence[str]) -> list[str]:
    """The inputs, then the gates so that each comes after what it uses, else in the order given."""
    sources = [source for names, _, _ in wired.values() for source in names]
    order = list(dict.fromkeys(s for s in (*inputs, *sources) if s not in wired))
    waiting = list(wired)
    while waiting:
        ready = (name for name in waiting if set(wired[name][0]) <= set(order))
        name = next(ready, None)
        if name is None:
            raise ValueError(
                f"draw_circuit: among the gates {', '.join(waiting)} there is a loop; a circuit of "
                "perceptrons has none"
            )
        order.append(name)
        waiting.remove(name)
    return order


def _decisions(
    wired: dict[str, Gate],
    order: list[str],
    outer: list[str],
    inputs: Mapping[str, int] | Sequence[int],
) -> dict[str, int]:
    """What each perceptron decides, equation (2) of the book."""
    bits = _bits(inputs, outer)
    for name in order:
        if name in wired:
            sources, weights, bias = wired[name]
            bits[name] = int(
                sum(w * bits[s] for s, w in zip(sources, weights, strict=True)) + bias > 0
            )
    return bits


def _bits(inputs: Any, outer: list[str]) -> dict[str, int]:
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
