"""The map of the house, read from the imports: ``python docs/make_architecture.py``.

Writes docs/architecture.md and docs/images/architecture.svg, drawn by this library's own
pictures.  tests/test_layering.py holds the same reading against the limits.
"""

from __future__ import annotations

import ast
import os
import re
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

from autograd_nn.viz.picture.picture import Arrow, Box, Picture
from autograd_nn.viz.render.drawing import Drawing

PACKAGE = Path(__file__).parents[1] / "autograd_nn"
PAGE = Path(__file__).with_name("architecture.md")
IMAGE = Path(__file__).with_name("images") / "architecture.svg"

Arrows = dict[str, set[str]]


@cache
def nodes(file: Path) -> list[ast.AST]:
    """Every node of a file's syntax tree."""
    return list(ast.walk(ast.parse(file.read_text(encoding="utf-8"))))


def imports(file: Path) -> Iterator[tuple[str, ast.stmt]]:
    """Every module that a file names in an import, wherever it stands, with the statement.

    A name taken from a package is its module if there is one of that name.  Late imports count:
    those in functions, those for types only, and ``import_module`` of a text.
    """
    package = (PACKAGE.name, *file.relative_to(PACKAGE).parts[:-1])
    for node in nodes(file):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield alias.name, node
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else ()
            module = ".".join((*base, *filter(None, [node.module])))
            for alias in node.names:
                inner = f"{module}.{alias.name}"
                yield (inner if _is_module(inner) else module), node
        elif isinstance(node, ast.Expr | ast.Assign) and isinstance(node.value, ast.Call):
            called, *given = node.value.func, *node.value.args
            name = getattr(called, "id", getattr(called, "attr", ""))
            if name == "import_module" and given and isinstance(given[0], ast.Constant):
                yield str(given[0].value), node


def _is_module(name: str) -> bool:
    path = PACKAGE.parent.joinpath(*name.split("."))
    return path.is_dir() or path.with_suffix(".py").is_file()


def rooms(folder: Path) -> dict[str, list[Path]]:
    """The rooms that a folder shows: its files and folders, each with the files in it."""
    found: dict[str, list[Path]] = {}
    for file in sorted(folder.rglob("*.py")):
        found.setdefault(file.relative_to(folder).parts[0].removesuffix(".py"), []).append(file)
    return found


def arrows(folder: Path) -> Arrows:
    """Which rooms of a folder import which others of it; ``__init__`` is its face."""
    inside = rooms(folder)
    prefix = ".".join((PACKAGE.name, *folder.relative_to(PACKAGE).parts))
    found: Arrows = {room: set() for room in inside}
    for room, files in inside.items():
        for file in files:
            for module, _ in imports(file):
                if module == prefix:
                    found[room].add("__init__")
                elif module.startswith(f"{prefix}."):
                    found[room].add(module[len(prefix) + 1 :].split(".")[0])
    return {room: others & set(inside) - {room} for room, others in found.items()}


def circles(arrows: Arrows) -> list[list[str]]:
    """Every group of rooms that import each other, directly or by way of others."""
    above = {room: _reached(arrows, [room]) for room in arrows}
    groups = {
        tuple(sorted(other for other in above[room] if room in above[other])) for room in arrows
    }
    return [list(group) for group in sorted(groups) if group]


def _reached(arrows: Arrows, start: Iterable[str]) -> set[str]:
    seen: set[str] = set()
    stack = [x for room in start for x in arrows[room]]
    while stack:
        room = stack.pop()
        if room not in seen:
            seen.add(room)
            stack += arrows[room]
    return seen


def floors(arrows: Arrows) -> dict[str, int]:
    """How high each room lies: 1 where it imports no other, else one above the highest it imports.

    Raises ``ValueError`` where rooms import each other in a circle.
    """
    if found := circles(arrows):
        raise ValueError(f"rooms that import each other: {found}")
    height: dict[str, int] = {}
    while len(height) < len(arrows):
        for room, others in arrows.items():
            if all(x in height for x in others):
                height.setdefault(room, 1 + max((height[x] for x in others), default=0))
    return height


def needed(arrows: Arrows) -> Arrows:
    """The arrows without those that a longer way implies: what a picture has to show."""
    return {
        room: {x for x in others if x not in _reached(arrows, others - {x})}
        for room, others in arrows.items()
    }


def sentence(room: str) -> str:
    """What a room is, in the first sentence of its face."""
    folder = PACKAGE / room
    file = folder / "__init__.py" if folder.is_dir() else folder.with_suffix(".py")
    docstring = ast.get_docstring(ast.parse(file.read_text(encoding="utf-8"))) or ""
    return " ".join(docstring.split("\n\n")[0].split()).split(".  ")[0].rstrip(".")


def storeys(arrows: Arrows) -> list[list[str]]:
    """The rooms of each floor, the highest first."""
    height = floors(arrows)
    return [sorted(r for r in height if height[r] == n) for n in range(max(height.values()), 0, -1)]


def house() -> Arrows:
    """The rooms of the package; its face, which hands out what they hold, is left out."""
    found = arrows(PACKAGE)
    return {
        room: others - {"__init__"} for room, others in found.items() if not room.startswith("__")
    }


def drawing(arrows: Arrows) -> Drawing:
    """The rooms, and the arrows that no longer way implies."""
    boxes = [Box(room, "result", (room,)) for names in storeys(arrows) for room in names]
    lines = [Arrow(room, x) for room, others in needed(arrows).items() for x in sorted(others)]
    title = "The rooms of autograd_nn, each above those that it imports"
    return Drawing(Picture(tuple(boxes), tuple(lines), direction="down", title=title))


def drawn_arrows(svg: str) -> set[tuple[str, str]]:
    """The arrows that a file of the picture shows, from the titles of its edges."""
    return set(re.findall(r"<title>(\w+) → (\w+)<", svg))


def page(arrows: Arrows) -> str:
    """docs/architecture.md."""
    imported = {room: ", ".join(sorted(others)) or "nothing" for room, others in arrows.items()}
    rows = [
        f"| {floor} | `{room}` | {sentence(room)} | {imported[room]} |"
        for floor, names in zip(range(len(storeys(arrows)), 0, -1), storeys(arrows), strict=True)
        for room in names
    ]
    return "\n".join([*HEAD.strip().split("\n"), "", *TABLE, *rows, ""])


HEAD = """
# The rooms of `autograd_nn`, and which imports which

`python docs/make_architecture.py` reads the imports, draws the picture with this library's own
pictures, and writes this page. A room imports from lower floors only. The picture leaves out an
arrow that a longer way implies; the table has them all. `tests/test_layering.py` holds the limits,
and [CONTRIBUTING.md](../CONTRIBUTING.md) says what happens in the rooms.

![The rooms of the package, each above those that it imports](images/architecture.svg)
"""
TABLE = ["| floor | room | what it is | imports |", "| --- | --- | --- | --- |"]


def main() -> None:
    """Write the page and the picture."""
    os.environ["AUTOGRAD_NN_RENDERER"] = "wasi"  # the same picture on every machine
    rooms = house()
    PAGE.write_text(page(rooms), encoding="utf-8")
    drawing(rooms).save(IMAGE)


if __name__ == "__main__":
    main()
