"""Pictures as DOT text, read back by a reader of our own and by Graphviz itself.

The reader below knows the part of the DOT language that pictures use, and raises for the rest.  It
shares no code with the library or with the ``graphviz`` package, so that what it recovers from the
text is what Graphviz will see, not what the library meant.
"""

import html.entities
import json
import os
import re
import shutil
import subprocess
from typing import NamedTuple
from xml.etree import ElementTree

import pytest
from graphviz.quoting import quote
from helpers.cases import examples
from hypothesis import example, given, settings
from hypothesis import strategies as st

from autograd_nn.support.style import NEGATIVE, NEUTRAL, POSITIVE, number
from autograd_nn.viz.picture.dot import plain, record, to_dot
from autograd_nn.viz.picture.picture import Arrow, Box, Picture

# ---- the reader: DOT's words ---------------------------------------------------------------


class Misread(AssertionError):
    """The text is not the simple DOT that a picture should be."""


class Word(NamedTuple):
    kind: str  # "id", "markup" or "sign"
    text: str


_BARE = re.compile(
    r"[A-Za-z_\x80-\U0010ffff][A-Za-z0-9_\x80-\U0010ffff]*|-?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)"
)


def words(text: str) -> list[Word]:
    if "\0" in text:
        raise Misread("a NUL: Graphviz's strings end there")
    found, i = [], 0
    while i < len(text):
        c = text[i]
        if c in " \t\r\n":
            i += 1
        elif c == '"':
            content, i = _quoted(text, i + 1)
            found.append(Word("id", content))
        elif c == "<":
            content, i = _markup(text, i)
            found.append(Word("markup", content))
        elif text.startswith("->", i):
            found.append(Word("sign", "->"))
            i += 2
        elif c in "{}[]=;,":
            found.append(Word("sign", c))
            i += 1
        elif (bare := _BARE.match(text, i)) is not None:
            found.append(Word("id", bare[0]))
            i = bare.end()
        else:  # comments begin with / or #; a picture has none
            raise Misread(f"{text[i : i + 20]!r} at {i}")
    return found


def _quoted(text: str, i: int) -> tuple[str, int]:
    r"""The lexer's rule: ``\"`` is a quote, ``\\`` stays two backslashes, so does ``\n``."""
    content = ""
    while i < len(text):
        if text[i] == '"':
            return content, i + 1
        if text[i] == "\\" and text[i + 1 : i + 2] == '"':
            content, i = content + '"', i + 2
        elif text[i] == "\\" and text[i + 1 : i + 2] == "\\":
            content, i = content + "\\\\", i + 2
        elif text[i] == "\\" and text[i + 1 : i + 2] == "\n":
            i += 2
        else:
            content, i = content + text[i], i + 1
    raise Misread("a quoted string without an end")


def _markup(text: str, i: int) -> tuple[str, int]:
    depth, start = 0, i
    while i < len(text):
        depth += {"<": 1, ">": -1}.get(text[i], 0)
        i += 1
        if depth == 0:
            return text[start:i], i
    raise Misread("markup without an end")


# ---- the reader: DOT's statements ----------------------------------------------------------


class Read(NamedTuple):
    """What the text says: node statements and edge statements in order, and defaults."""

    nodes: list[tuple[str, dict[str, str]]]
    edges: list[tuple[str, str, dict[str, str]]]
    defaults: dict[str, dict[str, str]]
    frames: dict[str, tuple[dict[str, str], list[str]]]  # attributes, and the nodes inside


def read(text: str) -> Read:
    rest = words(text)
    graph = Read([], [], {"graph": {}, "node": {}, "edge": {}}, {})

    def take(kind: str, *texts: str) -> str:
        word = rest.pop(0) if rest else Word("end", "")
        if word.kind != kind or (texts and word.text not in texts):
            raise Misread(f"{word}, where {texts or kind} was expected")
        return word.text

    def attributes() -> dict[str, str]:
        take("sign", "[")
        found: dict[str, str] = {}
        while rest[:1] != [Word("sign", "]")]:
            key = take("id")
            take("sign", "=")
            if key in found:
                raise Misread(f"{key} twice")
            found[key] = take("id")  # and no markup
        take("sign", "]")
        return found

    def body(defaults: dict[str, dict[str, str]], inside: list[str]) -> None:
        take("sign", "{")
        while rest[:1] != [Word("sign", "}")]:
            name = take("id")
            if name == "subgraph":
                frame = take("id")
                if frame in graph.frames or defaults is not graph.defaults:
                    raise Misread(f"frame {frame} twice, or inside another")
                own: dict[str, dict[str, str]] = {"graph": {}}
                graph.frames[frame] = own["graph"], []
                body(own, graph.frames[frame][1])
            elif name in defaults:
                defaults[name].update(attributes())
            elif rest[:1] == [Word("sign", "->")]:
                take("sign", "->")
                graph.edges.append((name, take("id"), attributes()))
            else:
                graph.nodes.append((name, attributes()))
                inside.append(name)
        take("sign", "}")

    take("id", "digraph")
    body(graph.defaults, [])
    if rest:
        raise Misread(f"{rest[0]} behind the graph")
    return graph


# ---- the reader: labels --------------------------------------------------------------------

_ENTITY = re.compile(r"&(?:#([0-9]+)|#[xX]([0-9A-Fa-f]+)|([A-Za-z][A-Za-z0-9]*));")


def _entity(match: re.Match[str]) -> str:
    if match[3]:
        code = html.entities.name2codepoint.get(match[3])
        return match[0] if code is None else chr(code)
    return chr(int(match[1]) if match[1] else int(match[2], 16))


def text_lines(label: str) -> list[str]:
    """The lines that a plain label, or one compartment of a record, shows."""
    label = _ENTITY.sub(_entity, label)
    lines, i = [""], 0
    while i < len(label):
        if label[i] != "\\":
            lines[-1] += label[i]
            i += 1
            continue
        c = label[i + 1 : i + 2]
        if c in "GNETHL":  # also the end: a lone backslash
            raise Misread(f"\\{c} in {label!r}, which Graphviz replaces")
        if c in "nlr":
            lines.append("")
        else:
            lines[-1] += c
        i += 2
    return lines


def compartments(label: str) -> list[str]:
    """The compartments of a record that has no others inside, and no ports."""
    found, i = [""], 0
    while i < len(label):
        c, after = label[i], label[i + 1 : i + 2]
        if c == "\\" and after and after in "{}|<> ":
            found[-1] += after
            i += 2
        elif c == "\\":
            found[-1] += c + after
            i += 2
        elif c == "|":
            found.append("")
            i += 1
        elif c in "{}<>":
            raise Misread(f"{c} means something in a record: {label!r}")
        else:
            if c != " ":  # which is layout there, not text
                found[-1] += c
            i += 1
    shown = [text_lines(part) for part in found]
    if any(len(lines) != 1 for lines in shown):
        raise Misread(f"several lines in a compartment: {shown}")
    return [lines[0] for lines in shown]


def test_the_reader_knows_the_words_of_dot():
    assert words(r'a -> "b\"c\\" [x=-1.5];') == [
        ("id", "a"),
        ("sign", "->"),
        ("id", r'b"c\\'),
        ("sign", "["),
        ("id", "x"),
        ("sign", "="),
        ("id", "-1.5"),
        ("sign", "]"),
        ("sign", ";"),
    ]
    assert words("<a<b>c>") == [("markup", "<a<b>c>")]
    assert text_lines(r"a\\n&amp;lt;\lb\{") == ["a\\n&lt;", "b{"]
    assert compartments(r"a\ b c|\{\|\\\ |") == ["a bc", "{|\\ ", ""]


@pytest.mark.parametrize(
    "bad",
    [
        'digraph { n0 [label="a\\"] }',
        "digraph { n0 [label=<b>] }",
        'digraph { n0 [label="a"] } digraph { }',
        "digraph { n0 [label=a label=b] }",
        "digraph { n0 [label=a] // n1 \n }",
        "digraph { n0 [label=a",
        "digraph { n0 [label=a\0] }",
        "graph { }",
    ],
)
def test_the_reader_refuses_what_a_picture_should_not_be(bad):
    with pytest.raises(Misread):
        read(bad)


def test_the_reader_sees_what_an_unescaped_name_does():
    name = 'x"] n1 [label="'
    assert len(read(f'digraph {{ n0 [label="{name}"] }}').nodes) == 2
    for label in ("a{b", "a<b", r"\N", "a\\"):
        with pytest.raises(Misread):
            compartments(label)


# ---- any text comes back -------------------------------------------------------------------

PIECES = [
    *'"\\<>{}|&;#=[],-/ \n\r\t\0\x7f\x85\xa0\N{LINE SEPARATOR}',
    *("<b>", "</b>", "<b>x</b>", "{|}", "&lt;", "&amp;", "&#60;", "&#x3c;", "&bsol;", "]]>"),
    *(r"\n", r"\l", r"\N", r"\G", r"\"", "\\\\", '"]; n9 [label="', "->", "//", "/*", "\n#"),
    *("\N{RIGHT-TO-LEFT MARK}", "\N{RIGHT-TO-LEFT OVERRIDE}", "א", "😀", "é", "e\u0301", "\ufeff"),
    *("\ud800", "\udfff", "\ufffe", "node", "digraph", "strict", "1", "-.5", "w2", "∂C/∂w"),
]
TEXTS = st.lists(st.sampled_from(PIECES) | st.characters() | st.text(max_size=5), max_size=8).map(
    "".join
)
LINES = st.lists(TEXTS, min_size=1, max_size=4).map(tuple)
RECORDS = ["parameter", "input", "constant", "result", "cost", "element", "rest"]
PLAIN = ["neuron", "dropped", "gate", "output", "word"]  # of which no label is a record


def not_markup(text: str) -> bool:
    return not (text.startswith("<") and text.endswith(">"))


@st.composite
def pictures(draw) -> Picture:
    """Pictures of which every word is arbitrary (identifiers are the library's own)."""
    boxes = tuple(
        Box(f"n{i}", kind, lines)
        for i, (kind, lines) in enumerate(
            draw(st.lists(st.tuples(st.sampled_from(RECORDS), LINES), min_size=1, max_size=4))
        )
    )
    ends = st.sampled_from([box.id for box in boxes])
    arrow = st.builds(
        Arrow,
        ends,
        ends,
        # What looks like markup as a whole has a test of its own.
        TEXTS.filter(lambda text: not_markup(shown(text))),
        st.sampled_from([-1, 0, 1]),
        st.floats(0, 1),
        st.booleans(),
    )
    arrows = draw(st.lists(arrow, max_size=4))
    caption = tuple(draw(st.lists(TEXTS, max_size=3)))
    return Picture(boxes, tuple(arrows), caption, draw(st.sampled_from(["right", "down"])))


@st.composite
def dressed_boxes(draw) -> Picture:
    """Boxes of every kind, state and shade, in frames of arbitrary titles."""
    records = st.tuples(st.sampled_from(RECORDS), LINES)
    others = st.tuples(st.sampled_from(PLAIN), LINES.filter(lambda lines: no_markup(lines)))
    frame = st.sampled_from(["", *draw(st.lists(TEXTS.filter(no_markup_text), max_size=2))])
    state, shade = st.sampled_from(["", "done", "now", "to do"]), st.none() | st.floats(-1, 1)
    boxes = tuple(
        Box(f"n{i}", *box, draw(frame), draw(state), draw(st.floats(0, 3)), None, draw(shade))
        for i, box in enumerate(draw(st.lists(records | others, min_size=1, max_size=4)))
    )
    return Picture(boxes, ())


def no_markup_text(text: str) -> bool:
    return not_markup(shown(text))


def no_markup(lines: tuple[str, ...]) -> bool:
    return not_markup(shown("".join(lines)))


def shown(text: str) -> str:
    """What is promised: the text itself, with U+FFFD for every character that is not printable."""
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text)


def shown_lines(text: str) -> list[str]:
    return [shown(line) for line in text.split("\n")]


def as_word(label: str) -> str:
    """The label as the ``graphviz`` package writes it and Graphviz's lexer reads it."""
    found = words(quote(label))
    assert [word.kind for word in found] == ["id"], f"{label!r} became {found}"
    return found[0].text


def check_picture(picture: Picture) -> Read:
    found = read(to_dot(picture))
    nodes = dict(found.nodes)
    assert len(nodes) == len(found.nodes)
    assert set(nodes) == {box.id for box in picture.boxes}
    for box in picture.boxes:
        attributes = nodes[box.id]
        if attributes["shape"] in ("record", "Mrecord"):
            label = attributes["label"]
            if picture.direction == "down":  # the compartments of a braced record are stacked
                assert (label[0], label[-1]) == ("{", "}")
                label = label[1:-1]
            assert compartments(label) == [shown(line) for line in box.lines]
        else:
            lines = [part for line in box.lines for part in shown_lines(line)]
            assert text_lines(attributes["label"]) == lines
        assert (attributes["shape"] in ("record", "Mrecord")) == (box.kind in RECORDS)
        assert attributes["id"] == box.id
    check_frames(found, picture)
    ends = [(tail, head) for tail, head, _ in found.edges]
    assert ends == [(arrow.source, arrow.target) for arrow in picture.arrows]
    for i, ((_, _, attributes), arrow) in enumerate(zip(found.edges, picture.arrows, strict=True)):
        said = text_lines(attributes["label"])
        if picture.direction == "down":
            assert [line.strip(" ") for line in said if line] == [
                line.strip(" ") for line in shown_lines(arrow.label) if line
            ]
        else:
            assert said == shown_lines(arrow.label)
        assert attributes["id"] == f"e{i}"
    caption = text_lines(found.defaults["graph"].get("label", ""))
    lines = [part for line in picture.caption for part in shown_lines(line or " ")]
    assert caption == [*lines, ""]
    return found


def check_frames(found: Read, picture: Picture) -> None:
    """Every title once, with the boxes that stand in its frame."""
    wanted: dict[str, list[str]] = {}
    for box in picture.boxes:
        if box.group:
            wanted.setdefault(box.group, []).append(box.id)
    assert len(found.frames) == len(wanted)
    for (attributes, inside), (title, ids) in zip(
        found.frames.values(), wanted.items(), strict=True
    ):
        assert text_lines(attributes["label"]) == shown_lines(title)
        assert inside == ids


@given(TEXTS)
@settings(max_examples=examples(300))
@example("\\")
@example('\\"')
@example("&lt;")
@example("\\N")
@example("3\n")
def test_any_text_comes_back_from_a_plain_label(text):
    assert text_lines(plain(text)) == shown_lines(text)
    if not_markup(plain(text)):
        assert text_lines(as_word(plain(text))) == shown_lines(text)


@given(TEXTS)
@settings(max_examples=examples(300), report_multiple_bugs=False)
@example("b>x</b")
def test_a_plain_label_is_never_markup(text):
    hostile = f"<{text}>"
    label = plain(hostile)
    assert text_lines(as_word(label)) == shown_lines(hostile)
    arrow = Arrow("n0", "n0", hostile)
    check_picture(Picture((Box("n0", "result", ("a",)),), (arrow,)))


@given(LINES)
@settings(max_examples=examples(300))
@example(("a\\", "b"))
@example(("<b>x</b>",))
@example((" two  spaces ", ""))
@example(("a\nb",))
def test_any_lines_come_back_from_a_record(lines):
    assert compartments(as_word(record(lines))) == [shown(line) for line in lines]


@given(pictures())
@settings(max_examples=examples(300))
def test_any_picture_comes_back_from_its_dot(picture):
    check_picture(picture)


@given(dressed_boxes())
@settings(max_examples=examples(100))
def test_any_boxes_in_any_frames_come_back_from_their_dot(picture):
    check_picture(picture)


@pytest.mark.slow
@pytest.mark.timeout(1200)  # a busy machine is no fault
@given(pictures())
@settings(max_examples=3_000)
def test_thousands_of_pictures_come_back_from_their_dot(picture):
    check_picture(picture)


def test_each_piece_of_mischief_alone_changes_nothing_else():
    for piece in PIECES:
        boxes = (Box("n0", "parameter", (piece, "3")), Box("n1", "cost", (piece + piece,)))
        arrow = Arrow("n0", "n1", piece if not_markup(piece) else "")
        check_picture(Picture(boxes, (arrow,), (piece, "end")))


@pytest.mark.parametrize("length", [299, 300, 301, 20_000])
def test_a_line_too_long_to_read_is_cut_and_says_so(length):
    line = ('a&\\"|' * length)[:length]
    expected = line if length <= 300 else line[:299] + "…"
    assert text_lines(as_word(plain(f"{line}\n{line}"))) == [expected, expected]
    assert compartments(as_word(record((line, "b", line)))) == [expected, "b", expected]


# ---- what Graphviz makes of it -------------------------------------------------------------


def dot(text: str, form: str) -> str:
    """What Graphviz's program makes of DOT text; the test is skipped where there is none."""
    if shutil.which("dot") is None:
        promised = os.environ.get("AUTOGRAD_NN_REQUIRE_DOT") == "1"
        (pytest.fail if promised else pytest.skip)("no dot on the PATH")
    done = subprocess.run(["dot", f"-T{form}"], input=text.encode(), capture_output=True)
    assert done.returncode == 0, done.stderr.decode()
    assert b"syntax" not in done.stderr
    return done.stdout.decode()


SVG = "{http://www.w3.org/2000/svg}"


def drawn(text: str) -> str:
    """Text as an SVG has it: its spaces are of two kinds, and none at the ends is certain."""
    return text.replace("\xa0", " ").strip(" ")


def check_svg(svg: str, picture: Picture) -> None:
    root = ElementTree.fromstring(svg)
    groups = {g.get("id"): g for g in root.iter(f"{SVG}g") if g.get("class") in ("node", "edge")}
    assert len(groups) == len(picture.boxes) + len(picture.arrows)
    for title in {box.group for box in picture.boxes if box.group}:
        frames = [g for g in root.iter(f"{SVG}g") if g.get("class") == "cluster"]
        said = [" ".join(drawn(t.text or "") for t in g.findall(f"{SVG}text")) for g in frames]
        assert any(" ".join(drawn(shown(title)).split()) == " ".join(s.split()) for s in said) or (
            "\n" in title or not drawn(shown(title))
        )
    expected = {
        box.id: list(map(shown, box.lines))
        if box.kind in RECORDS
        else [part for line in box.lines for part in shown_lines(line)]
        for box in picture.boxes
    }
    expected |= {f"e{i}": shown_lines(arrow.label) for i, arrow in enumerate(picture.arrows)}
    whole = root.find(f"{SVG}g")
    groups["caption"], expected["caption"] = (
        whole,
        [part for line in picture.caption for part in shown_lines(line)],
    )
    for name, group in groups.items():
        texts = [drawn(element.text or "") for element in group.findall(f"{SVG}text")]
        wanted = [drawn(line) for line in expected[name]]
        assert [text for text in texts if text] == [line for line in wanted if line], name
    assert not [e.tag for e in root.iter() if e.tag.rpartition("}")[2] in ("a", "script", "image")]


HOSTILE = Picture(
    tuple(Box(f"n{i}", "result", (piece, f"second {piece}")) for i, piece in enumerate(PIECES)),
    tuple(
        Arrow(f"n{i}", f"n{i + 1}", piece if not_markup(piece) else "")
        for i, piece in enumerate(PIECES[:-1])
    ),
    tuple(PIECES),
)


def test_graphviz_reads_the_same_strings_as_the_reader():
    found = check_picture(HOSTILE)
    theirs = json.loads(dot(to_dot(HOSTILE), "dot_json"))
    labels = [node["label"] for node in theirs["objects"]]
    assert labels == [attributes["label"] for _, attributes in found.nodes]
    edges = {edge["id"]: edge["label"] for edge in theirs["edges"]}
    assert edges == {attributes["id"]: attributes["label"] for *_, attributes in found.edges}
    assert theirs["label"] == found.defaults["graph"]["label"]


def test_graphviz_draws_every_hostile_text_as_text():
    check_svg(dot(to_dot(HOSTILE), "svg"), HOSTILE)


def test_graphviz_lays_out_as_many_boxes_and_arrows_as_the_picture_has():
    lines = dot(to_dot(HOSTILE), "plain").splitlines()
    assert sum(line.startswith("node ") for line in lines) == len(HOSTILE.boxes)
    assert sum(line.startswith("edge ") for line in lines) == len(HOSTILE.arrows)


@pytest.mark.parametrize("direction", ["right", "down"])
def test_graphviz_stacks_the_lines_of_a_box(direction):
    box = Box("n0", "parameter", ("top", "middle", "bottom"))
    picture = Picture((box,), (), direction=direction)
    texts = ElementTree.fromstring(dot(to_dot(picture), "svg")).iter(f"{SVG}text")
    places = {text.text: (float(text.get("x")), float(text.get("y"))) for text in texts}
    assert places["top"][1] < places["middle"][1] < places["bottom"][1]
    assert len({x for x, _ in places.values()}) == 1


@given(pictures())
@settings(max_examples=examples(12))
def test_graphviz_draws_any_picture(picture):
    check_svg(dot(to_dot(picture), "svg"), picture)


@pytest.mark.slow
@given(pictures())
@settings(max_examples=400)
def test_graphviz_draws_hundreds_of_pictures(picture):
    check_svg(dot(to_dot(picture), "svg"), picture)


# ---- how kinds, signs and sizes look -------------------------------------------------------


def look(kind: str) -> dict[str, str]:
    (node,) = read(to_dot(Picture((Box("n0", kind, ("a",)),), ()))).nodes
    return node[1]


@pytest.mark.parametrize(
    "together",
    [
        ("parameter", "input", "constant", "result", "cost"),  # in the picture of a graph
        ("parameter", "element", "cost", "rest"),  # in the picture of paths
    ],
)
def test_kinds_in_one_picture_are_told_apart_without_colour(together):
    colourless = {(look(kind)["shape"], look(kind)["style"]) for kind in together}
    assert len(colourless) == len(together)


def test_the_rest_is_dashed():
    assert "dashed" in look("rest")["style"].split(",")


def line(**settings) -> dict[str, str]:
    box = Box("n0", "result", ("a",))
    ((_, _, attributes),) = read(to_dot(Picture((box,), (Arrow("n0", "n0", **settings),)))).edges
    return attributes


def test_sign_is_shown_by_colour_and_by_dash():
    plus, minus, zero = line(sign=1), line(sign=-1), line(sign=0)
    assert (plus["color"], minus["color"], zero["color"]) == (POSITIVE, NEGATIVE, NEUTRAL)
    assert len({POSITIVE, NEGATIVE, NEUTRAL}) == 3
    assert minus["style"] == "dashed"
    assert "style" not in plus
    assert "style" not in zero
    for attributes in (plus, minus, zero):
        assert attributes["fontcolor"] == attributes["color"]


def test_the_arrows_of_the_rest_look_like_no_other():
    assert line(rest=True)["style"] == "dotted"
    assert line(rest=True, sign=-1)["style"] == "dotted"


def test_magnitude_is_shown_by_width():
    widths = [float(line(width=width)["penwidth"]) for width in (0.0, 0.25, 0.5, 1.0)]
    assert widths == [1.0, 1.5, 2.0, 3.0]


def test_the_same_picture_gives_the_same_text():
    assert to_dot(HOSTILE) == to_dot(HOSTILE)
    assert to_dot(HOSTILE) != to_dot(Picture(HOSTILE.boxes, HOSTILE.arrows))


def test_the_lines_of_a_caption_begin_at_the_left_below_the_picture():
    box = Box("n0", "cost", ("C",))
    graph = read(to_dot(Picture((box,), (), ("one", "a longer line")))).defaults["graph"]
    assert graph["label"] == r"one\la longer line\l"  # \l ends a line that begins at the left
    assert (graph["labeljust"], graph["labelloc"]) == ("l", "b")


def test_a_picture_without_a_caption_has_no_graph_label():
    found = read(to_dot(Picture((Box("n0", "cost", ("C",)),), ())))
    assert "label" not in found.defaults["graph"]
    assert found.defaults["graph"]["rankdir"] == "LR"


@pytest.mark.parametrize(
    ("x", "text"),
    [
        (0.0, "0"),
        (-0.0, "0"),
        (2.0, "2"),
        (-2.5, "-2.5"),
        (1 / 3, "0.3333"),
        (123456.0, "1.235e+05"),
        (-1e-300, "-1e-300"),
        (float("inf"), "inf"),
        (float("nan"), "nan"),
    ],
)
def test_numbers_have_four_digits_and_no_negative_zero(x, text):
    assert number(x) == text


def test_frames_of_one_title_are_one_frame_and_their_text_is_text():
    boxes = tuple(
        Box(f"n{i}", "result", ("a",), group) for i, group in enumerate(["p", "", "p", "q"])
    )
    found = check_picture(Picture(boxes, (Arrow("n0", "n3"),)))
    assert [inside for _, inside in found.frames.values()] == [["n0", "n2"], ["n3"]]
    for piece in PIECES:
        if no_markup_text(piece):
            check_picture(Picture((Box("n0", "neuron", (piece,), piece or "x"),), ()))


def test_boxes_with_places_are_put_there_and_nowhere_else():
    boxes = (Box("n0", "neuron", ("a",), at=(0, 0)), Box("n1", "neuron", ("b",), at=(1.5, -2)))
    picture = Picture(boxes, (Arrow("n0", "n1", faint=True),))
    found = read(to_dot(picture))
    assert found.defaults["graph"]["layout"] == "neato"
    assert [attributes["pos"] for _, attributes in found.nodes] == ["0,0!", "1.5,-2!"]
    lines = [line.split() for line in dot(to_dot(picture), "plain").splitlines()]
    place = {line[1]: (float(line[2]), float(line[3])) for line in lines if line[0] == "node"}
    assert place["n1"][0] - place["n0"][0] == pytest.approx(1.5, abs=0.02)
    assert place["n1"][1] - place["n0"][1] == pytest.approx(-2, abs=0.02)


@pytest.mark.parametrize("kind", [*RECORDS, "neuron", "gate"])
def test_states_are_told_apart_without_colour(kind):
    looks = set()
    for state in ("done", "now", "to do"):
        (node,) = read(to_dot(Picture((Box("n0", kind, ("a",), state=state),), ()))).nodes
        looks.add((node[1]["style"], node[1].get("penwidth", "1")))
    assert len(looks) == 3 or kind == "rest"  # of which there is none in a pass


@pytest.mark.parametrize("shade", [-1.0, -0.7, -0.3, 0.0, 0.3, 0.59, 0.61, 1.0, float("nan")])
def test_letters_on_a_shade_can_be_read(shade):
    (node,) = read(to_dot(Picture((Box("n0", "neuron", ("a",), shade=shade),), ()))).nodes
    light, dark = sorted(map(luminance, (node[1]["fillcolor"], node[1].get("fontcolor", INK))))[
        ::-1
    ]
    assert (light + 0.05) / (dark + 0.05) >= 4.5  # the contrast that WCAG 2 asks for text


INK = "#1f2933"


def luminance(colour: str) -> float:
    """Relative luminance of an sRGB colour, as WCAG 2 defines it."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return sum(w * p for w, p in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


@pytest.mark.parametrize("colour", [POSITIVE, NEGATIVE, NEUTRAL, INK, "#6b7785"])
def test_words_and_lines_stand_out_from_white(colour):
    assert 1.05 / (luminance(colour) + 0.05) >= 4.5


def test_an_arrow_may_point_back_be_faint_or_under_way():
    assert line(back=True)["dir"] == "back"
    assert line(faint=True)["arrowhead"] == "none"
    assert line(faint=True, width=1.0, sign=-1)["color"] == NEGATIVE + "ff"
    widths = [float(line(faint=True, width=w)["penwidth"]) for w in (0, 0.5, 1)]
    assert widths == sorted(set(widths))
    assert line(state="now", sign=1)["penwidth"] == "2.5"
    assert line(state="to do", sign=1)["color"] not in (POSITIVE, NEGATIVE, NEUTRAL)


@pytest.mark.parametrize(("direction", "axis"), [("right", 2), ("down", 3)])
def test_a_picture_runs_in_its_direction(direction, axis):
    boxes = tuple(Box(f"n{i}", "result", ("a", "b")) for i in range(3))
    arrows = (Arrow("n0", "n1", "2"), Arrow("n1", "n2", "3\n4"))
    picture = Picture(boxes, arrows, direction=direction)
    lines = [line.split() for line in dot(to_dot(picture), "plain").splitlines()]
    place = [float(line[axis]) for line in lines if line[0] == "node"]
    assert place == sorted(place, reverse=direction == "down")
    assert len(set(place)) == 3
