"""What the public docstrings owe: a sentence, and the error of whoever raises one."""

import ast
import importlib
import inspect
import textwrap

import pytest

FACES = ["", "data", "experiments", "gradient_check", "models", "ops", "paths", "plots", "viz"]


def public_functions(face):
    """Every function that a face hands out, and every public method of its classes."""
    room = importlib.import_module(f"autograd_nn.{face}".rstrip("."))
    for name in room.__all__:
        thing = getattr(room, name)
        if inspect.isfunction(thing):
            yield name, thing
        elif inspect.isclass(thing):
            for method, function in vars(thing).items():
                function = getattr(function, "fget", None) or getattr(
                    function, "__func__", function
                )
                if inspect.isfunction(function) and not method.startswith("_"):
                    yield f"{name}.{method}", function


def raised_by(function):
    """The classes that a function's own text raises."""
    tree = ast.parse(textwrap.dedent(inspect.getsource(function)))
    raised = [n.exc for n in ast.walk(tree) if isinstance(n, ast.Raise) and n.exc is not None]
    names = {getattr(getattr(e, "func", e), "id", "") for e in raised}
    return {n for n in names if n[:1].isupper()}


@pytest.mark.parametrize("face", FACES)
def test_public_functions_say_what_they_are_and_what_they_raise(face):
    for name, function in public_functions(face):
        docstring = inspect.getdoc(function) or ""
        assert docstring, f"{face}.{name} has no docstring"
        raised = raised_by(function)
        assert not raised or any(e in docstring for e in raised), f"{face}.{name}: {raised}"


def test_the_look_finds_a_silent_error():
    def silent(x):
        """The square."""
        if x is None:
            raise TypeError("x")
        return x * x

    assert raised_by(silent) == {"TypeError"}
