"""The library's own errors and warnings: one family, named alike, found where they say."""

import importlib
import inspect
import pickle
import pkgutil
import re

import numpy as np
import pytest

import autograd_nn as ag
from autograd_nn import errors, ops


def _every_class():
    """All exceptions and warnings that the package defines, public or not."""
    for module in pkgutil.walk_packages(ag.__path__, "autograd_nn."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)
    seen, stack = set(), [Exception]
    while stack:
        for child in stack.pop().__subclasses__():
            if child not in seen:
                seen.add(child)
                stack.append(child)
    return {c for c in seen if c.__module__.partition(".")[0] == "autograd_nn"}


def test_all_names_end_in_error_or_warning():
    names = {c.__name__ for c in _every_class()}
    assert "GradientMismatchError" in names
    assert {n for n in names if not n.endswith(("Error", "Warning"))} == set()


def test_the_module_opens_with_the_tree_of_them_all():
    tree = re.findall(r"^    [│├└─ ]*(\w+)(?: +\((\w+)\))?", errors.__doc__, re.MULTILINE)
    built_in = dict(tree)
    family = {c for c in _every_class() if issubclass(c, (ag.AutogradError, Warning))}
    assert {c.__name__ for c in family} == set(built_in) - {"UserWarning"}
    for child in family - {ag.AutogradError, ag.ZeroGradientWarning}:
        assert [b.__name__ for b in child.__bases__] == ["AutogradError", built_in[child.__name__]]


def test_each_is_found_where_its_traceback_says():
    for child in _every_class():
        if issubclass(child, (ag.AutogradError, Warning)):
            public = importlib.import_module(child.__module__)
            assert getattr(public, child.__name__) is child
            assert child.__module__.count(".") <= 1, "a room, not a file in it"


def test_the_first_names_still_work():
    assert ag.GradientMismatch is ag.GradientMismatchError is ag.gradient_check.GradientMismatch
    assert ag.models.TrainingDiverged is ag.models.TrainingDivergedError


def test_a_rule_of_a_wrong_shape_is_of_the_family_and_survives_pickling():
    wrong = ag.Op("wrong", np.exp, lambda g, y, x: ops.sum(g * y))
    x = ag.Tensor([1.0, 2.0], requires_grad=True)
    with pytest.raises(
        ag.AutogradError, match=r"wrong: the rule for argument 0 gave shape \(\)"
    ) as e:
        ag.gradients(ops.sum(wrong(x)), [x])
    assert isinstance(e.value, ag.GradientShapeError)
    copy = pickle.loads(pickle.dumps(e.value))
    assert str(copy) == str(e.value)
    assert (copy.got, copy.expected) == ((), (2,))


def test_every_one_says_what_it_is():
    assert all(inspect.getdoc(c) for c in _every_class())
