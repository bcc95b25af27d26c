"""``make prove``."""

import re

import numpy as np
from mutants import __main__ as command
from mutants import proof
from mutants.syntax import rewritten

from autograd_nn import ops
from autograd_nn.gradient_check import gradcheck


def test_the_command_says_how_many_it_killed(capsys, monkeypatch):
    monkeypatch.setattr(
        command, "every_mutant", lambda: [*rewritten(ops.neg, 0), *rewritten(ops.log, 0)]
    )
    assert command.run() == 0
    text = capsys.readouterr().out
    killed, total = re.search(r"killed (\d+) of (\d+) \(100\.00 %\)", text).groups()
    assert killed == total > "0"
    assert "operator" in text
    assert "survived" not in text


def test_survivors_are_named_with_the_reason(capsys):
    at_the_kink = [m for m in rewritten(ops.abs, 0) if m.what == "0 → 1"]
    assert command.run(at_the_kink) == 1, "less than 99.5 % killed"
    text = capsys.readouterr().out
    assert "abs, argument 0: 0 → 1" in text
    assert "survived: differs only at a kink" in text


def test_a_check_that_sees_nothing_is_a_failure_of_the_command(capsys, monkeypatch):
    blind = gradcheck(ops.exp, np.ones(2))
    monkeypatch.setattr(proof, "gradcheck", lambda *args, **settings: blind)
    assert command.run(rewritten(ops.sin, 0)) == 1
    text = capsys.readouterr().out
    assert "survived: NOT EXPLAINED" in text
    assert re.search(r"killed 0 of \d+ \(0\.00 %\)", text)


def test_stopping_it_is_no_crash(capsys, monkeypatch):
    def stopped(*args):
        raise KeyboardInterrupt

    monkeypatch.setattr(command, "put_to", stopped)
    assert command.run(rewritten(ops.sin, 0)) == 130
    assert "Stopped" in capsys.readouterr().out
