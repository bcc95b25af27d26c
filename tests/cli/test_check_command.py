"""``autograd-nn check``: what it prints, and its exit status."""

import json

import pytest

from autograd_nn.cli import main

MODULE = """
import numpy as np
import autograd_nn as ag

def right(a, b):
    return ag.ops.tanh(a @ b)

wrong = ag.Op("square", np.square, lambda g, y, x: g * x)

class group:
    number = 3

def hidden(a):
    return ag.ops.sin(a) + 1e14

def careless(a):
    raise RuntimeError("no luck")
"""


@pytest.fixture
def there(tmp_path, monkeypatch):
    (tmp_path / "checked_module.py").write_text(MODULE)
    monkeypatch.chdir(tmp_path)


def test_a_right_gradient_has_status_0(there, capsys):
    assert (
        main(["check", "checked_module:right", "--shape", "3,4", "--shape", "4", "--order", "2"])
        == 0
    )
    out = capsys.readouterr().out
    assert out.startswith("right: PASS")
    assert "argument 1 (b, 4): PASS, 4 of 4 resolved" in out
    assert "the gradient of the gradient: by argument 0 PASS, by argument 1 PASS" in out


def test_a_wrong_gradient_has_status_1(there, capsys):
    assert main(["check", "checked_module:wrong", "--shape", "5"]) == 1
    assert "FAIL: the gradient is 0.5 times the right one" in capsys.readouterr().out


def test_what_cannot_be_told_has_status_2(there, capsys):
    assert main(["check", "checked_module:hidden", "--shape", "5"]) == 2
    assert "INCONCLUSIVE: the finite difference is known to ±" in capsys.readouterr().out


def test_json(there, capsys):
    assert main(["check", "checked_module:wrong", "--shape", "5", "--json"]) == 1
    report = json.loads(capsys.readouterr().out)
    assert (report["verdict"], report["cause"]) == ("FAIL", "factor")
    assert len(report["arguments"][0]["worst"]) == 5


@pytest.mark.parametrize(
    ("argv", "message"),
    [
        (["nowhere_at_all:f", "--shape", "3"], "ModuleNotFoundError"),
        (["checked_module:missing", "--shape", "3"], "AttributeError"),
        (["checked_module:group.number", "--shape", "3"], "is int; expected a function"),
        (["checked_module:wrongg", "--shape", "3"], "there is no wrongg; did you mean wrong?"),
        (["checked_module:group.what", "--shape", "3"], "checked_module:group.what: there is no what"),
        (["checked_module", "--shape", "3"], "expected module:function"),
        (["checked_module:right"], "expected --shape, once for each argument"),
        (["checked_module:right", "--shape", "3"], "TypeError"),
        (["checked_module:careless", "--shape", "3"], "RuntimeError: no luck"),
        ([], "expected one of module:function, --network"),
        (["--network", "3,2", "--shape", "3"], "--network takes no --shape"),
        (["--network", "3"], "Network"),
    ],
)  # fmt: skip
def test_what_cannot_be_checked_has_status_2(there, capsys, argv, message):
    assert main(["check", *argv]) == 2
    found = capsys.readouterr()
    assert message in found.err
    assert found.out == ""


def test_ctrl_c_does_not_end_in_a_traceback(monkeypatch, capsys):
    def ctrl_c(*args, **settings):
        raise KeyboardInterrupt

    monkeypatch.setattr("autograd_nn.cli.check.gradcheck", ctrl_c)
    assert main(["check", "numpy:tanh", "--shape", "3"]) == 130  # as shells count it
    assert "stopped before the check was done" in capsys.readouterr().err
    monkeypatch.setattr("autograd_nn.cli.mutants.every_mutant", ctrl_c)
    assert main(["check", "--mutants"]) == 130


@pytest.mark.parametrize("argv", [["--shape", "a"], ["--order", "3"], ["--seed", "-1"]])
def test_settings_that_make_no_sense_have_status_2(capsys, argv):
    with pytest.raises(SystemExit) as stopped:
        main(["check", "numpy:tanh", *argv])
    assert stopped.value.code == 2


def test_a_number_for_a_shape(capsys):
    assert main(["check", "numpy:tanh", "--shape", ""]) == 0
    assert "argument 0 (x, a number): PASS, 1 of 1" in capsys.readouterr().out


def test_a_network(capsys):
    assert main(["check", "--network", "5,4,3"]) == 0
    out = capsys.readouterr().out
    assert "argument 0 (w2, 4×5): PASS, 20 of 20 resolved" in out
    assert "39 parameters: one-sided differences take 40 forward passes" in out
