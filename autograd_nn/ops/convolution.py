"""Convolution and pooling of images, (examples, channels, height, width), by stride tricks.

``windows`` is a view of every patch that a kernel is laid over; the rest is a matrix product or a
maximum over it.
"""

from typing import Any

import numpy as np

from ..engine.core import Op
from ..engine.types import Array, Shape, Structure, Value
from ..support.checks import is_count
from .connections import labelled, moving, numbered
from .out import with_out, write_to
from .reduce import max
from .shape import pad, reshape, transpose


def _view(x: Array, *, size: tuple[int, int], stride: tuple[int, int]) -> Any:
    """Shape (…, rows, columns, *size): the patch for each place of the kernel."""
    if np.ndim(x) < 2 or x.shape[-2] < size[0] or x.shape[-1] < size[1]:
        raise ValueError(
            f"images of {tuple(np.shape(x))[-2:]} pixels are smaller than the window {size}; pad "
            "them, or take a smaller window"
        )
    every = np.lib.stride_tricks.sliding_window_view(np.asarray(x), size, axis=(-2, -1))
    return every[..., :: stride[0], :: stride[1], :, :]


_windows = with_out(_view)


def _overlap_add(
    x: Array,
    *,
    size: tuple[int, int],
    stride: tuple[int, int],
    shape: tuple[int, ...],
    out: Array | None = None,
) -> Any:
    """Each patch added back where windows took it from: one addition for each place in a patch."""
    result = np.zeros(shape, np.asarray(x).dtype)
    rows, columns = x.shape[-4:-2]
    for u in range(size[0]):
        for v in range(size[1]):
            down = slice(u, u + stride[0] * rows, stride[0])
            result[..., down, v : v + stride[1] * columns : stride[1]] += x[..., u, v]
    return write_to(out, result)


@labelled
def _adding(
    i: int, y: Shape, x: Shape, *, size: tuple[int, int], stride: tuple[int, int], shape: Shape
) -> tuple[Array, Array]:
    """Each element of a patch goes to one pixel."""
    pixels = numbered(y)
    return _view(pixels, size=size, stride=stride), pixels


windows: Op = Op(
    "windows",
    _windows,
    lambda g, y, x, size, stride: overlap_add(g, size=size, stride=stride, shape=x.shape),
    doc="Every patch of ``size`` (height, width) of images, ``stride`` pixels apart: two axes of "
    "places, then two of a patch.",
    structure=Structure(moving(_windows)),
)
overlap_add: Op = Op(
    "overlap_add",
    _overlap_add,
    lambda g, y, x, size, stride, shape: windows(g, size=size, stride=stride),
    doc="Images of ``shape`` with every patch added in: the transpose of windows.",
    structure=Structure(_adding),
)


def conv2d(x: Value, w: Value, stride: int | tuple[int, int] = 1, padding: int = 0) -> Any:
    """Images (n, c, h, w) laid under kernels (o, c, kh, kw): (n, o, rows, columns).

    As neural networks have it, a cross-correlation: the kernel is not turned round.  ``padding``
    adds a frame of zeros.  Raises ``ValueError`` for shapes that do not fit.

    >>> conv2d(np.ones((1, 1, 3, 3)), np.ones((1, 1, 2, 2))).tolist()
    [[[[4.0, 4.0], [4.0, 4.0]]]]
    """
    if len(x.shape) != 4 or len(w.shape) != 4 or x.shape[1] != w.shape[1]:
        raise ValueError(
            f"conv2d: images {tuple(x.shape)} and kernels {tuple(w.shape)}; expected (n, c, h, w) "
            "and (o, c, kh, kw) with the same number of channels c"
        )
    if padding:
        x = pad(x, width=((0, 0), (0, 0), (padding, padding), (padding, padding)))
    patches = windows(x, size=tuple(w.shape[2:]), stride=_pair(stride))
    n, _, rows, columns = patches.shape[:4]
    flat = reshape(transpose(patches, axes=(0, 2, 3, 1, 4, 5)), shape=(n * rows * columns, -1))
    sums = flat @ transpose(reshape(w, shape=(w.shape[0], -1)))
    return transpose(reshape(sums, shape=(n, rows, columns, w.shape[0])), axes=(0, 3, 1, 2))


def max_pool2d(
    x: Value, size: int | tuple[int, int], stride: int | tuple[int, int] | None = None
) -> Any:
    """The largest pixel of every patch; patches do not overlap unless ``stride`` says so.

    Equal largest pixels share the gradient equally.

    >>> max_pool2d(np.arange(16.0).reshape(1, 1, 4, 4), 2).tolist()
    [[[[5.0, 7.0], [13.0, 15.0]]]]
    """
    step = size if stride is None else stride
    return max(windows(x, size=_pair(size), stride=_pair(step)), axis=(-2, -1))


def _pair(size: int | tuple[int, int]) -> tuple[int, int]:
    pair = tuple(size) if isinstance(size, (tuple, list)) else (size, size)
    if len(pair) != 2 or not all(is_count(n) and n > 0 for n in pair):
        raise ValueError(f"{size!r}: expected a positive number, or one for each of two axes")
    return int(pair[0]), int(pair[1])


ALL = (windows, overlap_add)
