"""``autograd-nn check``: what it prints, and its exit status."""

import json
import shlex

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

def talkative(a):
    print("here", a.shape)
    return ag.ops.sin(a)

def leaves(a):
    raise SystemExit(0)

spoiled = ag.Op("spoiled", np.square, lambda g, y, x: g * 2 * x + np.where(x > 0, 0, np.nan))
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
    assert "the gradient of the gradient: argument 0 PASS, argument 1 PASS" in out


def test_a_wrong_gradient_has_status_1(there, capsys):
    assert main(["check", "checked_module:wrong", "--shape", "5"]) == 1
    assert "FAIL: the gradient is 0.5 times the right one" in capsys.readouterr().out


def test_what_cannot_be_told_has_status_2(there, capsys):
    assert main(["check", "checked_module:hidden", "--shape", "5"]) == 2
    assert "INCONCLUSIVE: the finite difference is known only to ±" in capsys.readouterr().out


def test_arguments_outside_of_a_domain_are_no_wrong_gradient(there, capsys):
    assert main(["check", "numpy:log", "--shape", "4"]) == 2
    out = capsys.readouterr().out
    assert "NONFINITE: the function itself is nan" in out
    assert "say where the function is defined, as in --low 0 or --low -1 --high 1" in out
    assert main(["check", "numpy:log", "--shape", "4", "--low", "0"]) == 0
    assert main(["check", "numpy:arctanh", "--shape", "9", "--low", "-1", "--high", "1"]) == 0
    assert main(["check", "numpy:arccosh", "--shape", "9", "--low", "1"]) == 0
    assert main(["check", "numpy:log1p", "--shape", "9", "--high", "-1"]) == 2
    two = ["check", "numpy:power", "--shape", "9", "--shape", "9"]
    assert main([*two]) == 2
    assert main([*two, "--low", "0", "--low", "-5"]) == 0
    assert main([*two, "--low", "0"]) == 0


def test_a_gradient_that_is_not_finite_where_the_function_is_is_wrong(there, capsys):
    assert main(["check", "checked_module:spoiled", "--shape", "9"]) == 1
    assert "the gradient is nan" in capsys.readouterr().out


@pytest.mark.parametrize(
    "argv",
    [
        ["checked_module:wrong", "--shape", "3"],
        [
            "checked_module:wrong",
            "--shape",
            "3",
            "--seed",
            "7",
            "--low=-1e5",
            "--high",
            "0.123456789",
        ],
        ["checked_module:wrong", "--shape", "", "--order", "2", "--every"],
        ["numpy:log", "--shape", "2,3", "--high", "-2.25"],
    ],
)
def test_the_last_line_makes_the_report_again(there, capsys, argv):
    status = main(["check", *argv])
    out = capsys.readouterr().out
    line = out.splitlines()[-1]
    assert line.startswith("  reproduce: autograd-nn check ")
    assert main(shlex.split(line)[2:]) == status
    assert capsys.readouterr().out == out


def test_what_a_function_prints_does_not_spoil_json(there, capsys):
    assert main(["check", "checked_module:talkative", "--shape", "5", "--json"]) == 0
    found = capsys.readouterr()
    assert json.loads(found.out)["verdict"] == "PASS"
    assert "here (5,)" in found.err
    main(["check", "checked_module:talkative", "--shape", "5"])
    assert "here (5,)" in capsys.readouterr().out


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
        (["../checked_module:f", "--shape", "3"], "expected module:function"),
        (["checked_module:right"], "expected --shape, once for each argument"),
        (["checked_module:right", "--shape", "3"], "TypeError"),
        (["checked_module:careless", "--shape", "3"], "RuntimeError: no luck"),
        (["checked_module:leaves", "--shape", "3"], "SystemExit: 0"),
        (["numpy:tanh", "--shape", "3", "--low", "2", "--high", "1"], "--low 2 --high 1; expected the first to be smaller"),
        (["numpy:add", "--shape", "3", "--shape", "3", "--shape", "3", "--low", "2", "--low", "1"], "2 × --low for 3 × --shape"),
        (["--network", "3,2", "--low", "1"], "--network takes no --shape"),
        ([], "expected either module:function or --network"),
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


@pytest.mark.parametrize(
    "argv",
    [["--shape", "a"], ["--order", "3"], ["--seed", "-1"], ["--low", "x"], ["--high", "nan"]],
)
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
