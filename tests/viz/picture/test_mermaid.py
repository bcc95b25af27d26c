"""Pictures as Mermaid text, read back by a reader of our own."""

import re

import pytest
from helpers.cases import examples
from helpers.networks import record
from hypothesis import given, settings
from hypothesis import strategies as st

from autograd_nn import Network
from autograd_nn.viz import draw_graph, draw_network
from autograd_nn.viz.picture.mermaid import to_mermaid
from autograd_nn.viz.picture.picture import Arrow, Box, Picture

PIECES = [
    *"\"'`<>{}[]()|&;#%=-/ \n\r\t\0\\",
    *(
        "end",
        "subgraph",
        "-->",
        "---",
        "%%{init}%%",
        "#quot;",
        "&lt;",
        "<br/>",
        "graph TD",
        "class",
    ),
    *("é", "∂C/∂w", "😀", "\u202e", "click a href", "style n0 fill:#f00", "`**bold**`"),
]
TEXTS = st.lists(st.sampled_from(PIECES) | st.characters(codec="utf-8"), max_size=8).map("".join)
STATEMENT = re.compile(
    r'(?:subgraph g\d+\["([^"]*)"\]|end|'  # a frame
    r'(n\d+(?:_\d+)?)(?:\[\[|\(\(\(|\(\(|\(\[|[\[(>])"([^"]*)"(?:\]\]|\)\)\)|\)\)|\]\)|[\])])|'  # a box
    r'(n\d+(?:_\d+)?) (?:-->|-\.->)(?:\|"([^"]*)"\|)? (n\d+(?:_\d+)?)|'  # an arrow
    r"linkStyle \d+ stroke:#[0-9a-f]{6}|style (?:n\d+|caption) [a-z:,0-9-]+|"
    r'caption\["([^"]*)"\])'
)


def shown(text: str) -> str:
    """What a reader sees of a label."""
    lines = text.split("<br/>")
    return "\n".join(re.sub(r"#(\d+);", lambda m: chr(int(m[1])), line) for line in lines)


def printable(text: str) -> str:
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text)


def read(text: str):
    boxes, arrows = {}, []
    first, *lines = text.removesuffix("\n").split("\n")
    assert first == "flowchart LR"
    for line in lines:
        match = STATEMENT.fullmatch(line.strip())
        assert match, f"no statement: {line!r}"
        assert "<" not in re.sub("<br/>", "", line)
        if match[2]:
            boxes[match[2]] = shown(match[3])
        elif match[4]:
            arrows.append((match[4], match[6], shown(match[5] or "")))
    return boxes, arrows


@given(st.lists(TEXTS, min_size=2, max_size=2), TEXTS, TEXTS, TEXTS)
@settings(max_examples=examples(150))
def test_any_text_comes_back_and_nothing_else(names, label, group, caption):
    kinds = ("parameter", "neuron")
    boxes = tuple(
        Box(f"n{i}", k, (t, "2"), group) for i, (k, t) in enumerate(zip(kinds, names, strict=True))
    )
    picture = Picture(boxes, (Arrow("n0", "n1", label, -1),), (caption,))
    found, arrows = read(to_mermaid(picture))
    assert found == {f"n{i}": f"{printable(t)}\n2" for i, t in enumerate(names)}
    wanted = "\n".join(map(printable, label.splitlines()))
    assert arrows == [("n0", "n1", wanted)]


def test_the_reader_sees_what_an_unescaped_name_does():
    for line in ('  n0["a"]"]', '  n0["a"] --> n9["b"]', "  n0 --> end[x]", '  n0["<b>"]'):
        with pytest.raises(AssertionError):
            read(f"flowchart LR\n{line}\n")


def test_frames_hold_their_boxes():
    cost = record((2, 3, 1)).cost
    text = draw_graph(cost, direction="right").mermaid
    read(text)
    assert text.count("  subgraph ") == text.count("  end\n") == 4
    frame = text.split('["layer 3"]')[1].split("  end\n")[0]
    assert "z3 = add" in frame
    assert "z2" not in frame


def test_a_network_is_read_too():
    drawing = draw_network(Network([2, 3, 1], rng=0), [0.5, -1.0])
    boxes = {k: v for k, v in read_network(drawing.mermaid).items() if k.startswith("n")}
    assert boxes["n0_0"] == "0\n0.50"
    assert len(boxes) == 6


def read_network(text: str) -> dict[str, str]:
    return {m[1]: shown(m[2]) for m in re.finditer(r'^  (\w+)(?:\(\(|\()"([^"]*)"', text, re.M)}
