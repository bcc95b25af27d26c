"""A network as the book draws it: neurons in columns, weights as lines between them."""

from collections.abc import Collection, Mapping, Sequence
from itertools import pairwise, product

import numpy as np
import numpy.typing as npt

from ...engine.types import Array
from ...support.checks import check_count, is_count
from ...support.style import number
from ..picture.picture import Arrow, Box, Picture, check_size
from ..render.drawing import Drawing
from .layer_data import LayerData, layer_data

_ROW = 0.62  # inches between the neurons of a layer
_UNKNOWN = 0.3  # as wide as a line is whose weight is not known, of the widest
_COLUMN = 1.9  # between layers, of few neurons; a wide fan of lines needs more room
MAX_NEURONS, MAX_LAYERS, MAX_LINES = 40, 20, 2500


def draw_network(
    network: object,
    x: npt.ArrayLike | None = None,
    *,
    activations: Sequence[npt.ArrayLike] | None = None,
    dropped: Mapping[int, Collection[int]] | None = None,
    max_neurons: int = 10,
) -> Drawing:
    """Draw a network's neurons in columns, one for each layer, and its weights as lines.

    ``network`` is a ``Network``, a recorded pass (``network.record(…)``, drawn with its
    activations), a list of pairs ``(weights, biases)`` of shapes ``(n_out, n_in)`` and
    ``(n_out,)``, or a list of sizes.  A line is blue and solid where the weight is positive, orange
    and dashed where it is negative, and the wider the larger |w|.  Neurons are numbered from 0; of
    an example ``x``, of shape ``(features,)``, or of ``activations``, an array for each layer, they
    show the activation, in figures and as a fill.

    Of a layer of more than ``max_neurons`` (2 to 40) those with the largest weights are shown, the
    others counted ("+774 more").  ``dropped`` says which neurons of a layer (the book's number) are
    out, as in ``{2: [0, 3]}``; without it they are those that the masks of a recorded pass drop.
    They are dotted, and their weights are not drawn.

    Raises ``TypeError`` for what is not a network or not neurons' numbers, and ``ValueError`` for
    shapes that do not fit, layers or neurons that are not there, another ``max_neurons`` and for
    more than 20 layers or 2,500 lines.

    >>> import autograd_nn as ag
    >>> net = ag.Network([784, 30, 10], rng=0)
    >>> drawing = draw_network(net)
    >>> "+774 more" in drawing.dot, "+20 more" in drawing.dot
    (True, True)
    >>> draw_network([2, 3, 1], dropped={2: [1]})
    Drawing(9 boxes, 6 arrows)
    """
    data = layer_data(network, x, activations)
    check_count(max_neurons, "draw_network: max_neurons", 2, MAX_NEURONS)
    advice = "draw some of them, as pairs (weights, biases)"
    check_size("draw_network", len(data.sizes), "layers", MAX_LAYERS, advice)
    if dropped is None:
        masks: dict[int, Array] = getattr(network, "masks", {})
        dropped = {layer: np.flatnonzero(mask == 0).tolist() for layer, mask in masks.items()}
    out = _dropped(dropped, data.sizes)
    shown = [_shown(data, k, max_neurons) for k in range(len(data.sizes))]
    boxes = [box for k in range(len(data.sizes)) for box in _column(data, k, shown, out)]
    lines = _lines(data, shown, out)
    what, advice = "weights between the neurons shown", "take a smaller max_neurons"
    check_size("draw_network", len(lines), what, MAX_LINES, advice)
    *first, last = map(str, data.sizes)
    title = f"A network of {len(data.sizes)} layers with {', '.join(first)} and {last} neurons."
    return Drawing(Picture(tuple(boxes), tuple(lines), _caption(data, shown, out), title=title))


def _dropped(dropped: Mapping[int, Collection[int]], sizes: tuple[int, ...]) -> list[set[int]]:
    if not isinstance(dropped, Mapping) or not all(
        is_count(layer) and isinstance(neurons, Collection) and all(map(is_count, neurons))
        for layer, neurons in dropped.items()
    ):
        raise TypeError(
            f"draw_network: dropped is {dropped!r}; expected a dict of layers' numbers, the "
            "numbers of the neurons that are out in a list for each, as in {2: [0, 3]}"
        )
    found: list[set[int]] = [set() for _ in sizes]
    for layer, neurons in dropped.items():
        check_count(layer, "draw_network: dropped: layer", 1, len(sizes))
        for neuron in neurons:
            asked_by = f"draw_network: dropped[{layer}]: neuron"
            found[layer - 1].add(check_count(neuron, asked_by, 0, sizes[layer - 1] - 1))
    return found


def _shown(data: LayerData, k: int, most: int) -> list[int]:
    """The neurons of a layer that are drawn: all, or those with the largest weights."""
    size = data.sizes[k]
    if size <= most:
        return list(range(size))
    weight = np.zeros(size)
    if data.weights and k > 0:
        weight += np.abs(data.weights[k - 1]).sum(axis=1)
    if data.weights and k < len(data.weights):
        weight += np.abs(data.weights[k]).sum(axis=0)
    return sorted(np.argsort(-weight, kind="stable")[:most].tolist())


def _column(data: LayerData, k: int, shown: list[list[int]], out: list[set[int]]) -> list[Box]:
    """A layer's heading, its neurons, and how many more there are."""
    more = data.sizes[k] - len(shown[k])
    tall = max(len(s) + (size > len(s)) for s, size in zip(shown, data.sizes, strict=True))
    left = k * max(_COLUMN, 0.45 * _ROW * tall)
    high = (len(shown[k]) + (more > 0) - 1) / 2 * _ROW
    what = "input" if k == 0 else "output" if k == len(shown) - 1 else "hidden neuron"
    title = (f"layer {k + 1}", f"{data.sizes[k]} {what}{'s' if data.sizes[k] > 1 else ''}")
    boxes = [Box(f"h{k}", "word", title, at=(left, (tall - 1) / 2 * _ROW + 0.7))]
    for row, j in enumerate(shown[k]):
        boxes.append(_neuron(data, k, j, j in out[k], (left, high - row * _ROW)))
    if more:
        below = left, high - len(shown[k]) * _ROW
        boxes.append(Box(f"m{k}", "word", (f"+{more} more",), at=below))
    return boxes


def _neuron(data: LayerData, k: int, j: int, is_out: bool, at: tuple[float, float]) -> Box:
    figures: list[float] = []
    shade = None
    if data.activations and not is_out:
        figures, largest = [float(data.activations[k][j])], float(np.abs(data.activations[k]).max())
        shade = figures[0] / max(1.0, largest)
    elif data.biases and k and not is_out:
        figures = [float(data.biases[k - 1][j])]
    lines = (f"{j}", *map(_figures, figures))
    return Box(f"n{k}_{j}", "dropped" if is_out else "neuron", lines, width=0.5, at=at, shade=shade)


def _figures(a: float) -> str:
    """An activation on five letters at most, as a neuron has room for no more."""
    text = f"{a + 0.0:.2f}" if abs(a) < 10 else f"{a:.0f}" if abs(a) < 10_000 else f"{a:.0e}"
    return text.replace("-0.00", "0.00").replace("e+0", "e").replace("e+", "e")


def _lines(data: LayerData, shown: list[list[int]], out: list[set[int]]) -> list[Arrow]:
    """A line for each weight between neurons that are shown; the widest are the largest |w|."""
    lines = []
    for k, (before, after) in enumerate(pairwise(shown)):
        widest = _largest(data.weights[k][np.ix_(after, before)]) if data.weights else 1.0
        for j, i in product(after, before):
            if i in out[k] or j in out[k + 1]:
                continue
            sign, width = 0, _UNKNOWN
            if data.weights:
                w = float(data.weights[k][j, i])
                sign, width = int(np.sign(np.nan_to_num(w))), min(1.0, abs(w) / widest)
            lines.append(Arrow(f"n{k}_{i}", f"n{k + 1}_{j}", sign=sign, width=width, faint=True))
    return lines


def _largest(weights: Array) -> float:
    finite = np.abs(weights[np.isfinite(weights)])
    return float(finite.max(initial=0.0)) or 1.0


def _caption(data: LayerData, shown: list[list[int]], out: list[set[int]]) -> tuple[str, ...]:
    lines = []
    if data.weights:
        drawn = (w[np.ix_(shown[k + 1], shown[k])] for k, w in enumerate(data.weights))
        named = [f"{number(_largest(w))} in w{k}" for k, w in enumerate(drawn, start=2)]
        lines = [
            "Lines: blue and solid w > 0, orange and dashed w < 0; the wider the larger |w|,",
            f"at most {', '.join(named)}.",
        ]
    if data.activations:
        lines.append("Fill and figures: the activation.")
    elif data.biases:
        lines.append("Figures under a neuron's number: its bias.")
    if any(size > len(s) for s, size in zip(shown, data.sizes, strict=True)):
        which = "those with the largest weights" if data.weights else "the first"
        lines.append(f"Of a layer of many neurons {which} are shown.")
    if any(out):
        lines.append("Dotted: dropped, with all its weights.")
    return (" ", *lines) if lines else ()  # an empty line keeps the words off the last neuron
