"""The book's extra layer that turns ten outputs, one for each digit, into the digit's bits."""

import numpy as np
import numpy.typing as npt

from ... import ops
from ...engine.types import Array
from ...support.checks import check_numbers, check_real

BITS = (8, 4, 2, 1)
_RIGHT, _OTHER = (0.99, 1.0), (0.0, 0.01)  # the outputs that the exercise assumes


def bit_layer(c: float = 10.0) -> tuple[Array, Array]:
    """Weights ``(4, 10)`` and biases ``(4,)`` of that layer; rows are the bits 8, 4, 2, 1.

    The weight from digit d to a bit is c if the binary form of d has the bit, else -c; the biases
    are 0 (an exercise of chapter 1).  Raises ``ValueError`` for c that is not a finite number.

    >>> weights, biases = bit_layer()
    >>> weights[:, 6].tolist()  # 6 is 0110
    [-10.0, 10.0, 10.0, -10.0]
    """
    c = check_real(c, "bit_layer: c")
    digits, bits = np.arange(10), np.array(BITS)[:, None]
    return np.where(digits & bits, c, -c), np.zeros(len(BITS))


def worst_bit(weights: npt.ArrayLike, biases: npt.ArrayLike) -> float:
    """The smallest output of such a layer of sigmoid neurons for the right value of a bit.

    That is over all digits, all bits, and all outputs of the layer before with 0.99 or more at the
    digit and at most 0.01 elsewhere; σ(±z) for the right sign.  More than ½ means that every bit is
    right.  The weighted input is linear, so its least value is at an end of each range: exact.
    Raises ``ValueError`` for other shapes than those of :func:`bit_layer`.

    >>> round(worst_bit(*bit_layer()), 5)
    0.99989
    """
    w = check_numbers(weights, "worst_bit: weights")
    b = check_numbers(biases, "worst_bit: biases")
    if w.shape != (len(BITS), 10) or b.shape != (len(BITS),):
        raise ValueError(
            f"worst_bit: weights {w.shape} and biases {b.shape}; expected {(len(BITS), 10)} and "
            f"{(len(BITS),)}"
        )
    sign = np.sign(bit_layer(1.0)[0])  # [bit, digit]
    least = np.inf
    for digit in range(10):
        toward = sign[:, digit, None] * w  # how much each output helps each bit
        ends = np.minimum(toward * _OTHER[0], toward * _OTHER[1])
        ends[:, digit] = np.minimum(toward[:, digit] * _RIGHT[0], toward[:, digit] * _RIGHT[1])
        least = min(least, float((ends.sum(axis=1) + sign[:, digit] * b).min()))
    return float(ops.sigmoid(np.asarray(least)))
