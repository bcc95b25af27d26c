"""The pytest plugin, in test runs of its own."""

import subprocess
import sys
from pathlib import Path

import pytest

import pytest_autograd_nn

SUITE = """
import numpy as np
import autograd_nn as ag

def test_right(assert_gradients):
    assert assert_gradients(ag.ops.tanh, np.ones(3), order=2).ok

def test_right_by_hand(assert_gradients):
    assert assert_gradients(np.sin, np.ones(3), vjp=lambda g, x: g * np.cos(x)).ok

def test_wrong(assert_gradients):
    wrong = ag.Op("square", np.square, lambda g, y, x: g * x)
    assert_gradients(wrong, np.array([1.0, 3.0]))
"""


def run(folder, text, *options):
    (folder / "test_them.py").write_text(text)
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-p",
        "pytest_autograd_nn",
        "-p",
        "no:cacheprovider",
    ]
    where = {"cwd": folder, "capture_output": True, "text": True, "check": False}
    return subprocess.run([*command, *options], **where)


def test_the_failure_is_the_report_and_nothing_else(tmp_path):
    done = run(tmp_path, SUITE)
    assert "1 failed, 2 passed" in done.stdout
    assert "the gradient is 0.5 times the right one, at all 2 elements" in done.stdout
    assert "reproduce: ag.gradcheck(square, np.array([1.0, 3.0])" in done.stdout
    assert "Traceback" not in done.stdout
    assert "check.py" not in done.stdout


def test_the_library_is_not_imported_before_a_test_asks_for_it(tmp_path):
    text = "import sys\ndef test_it():\n    assert 'numpy' not in sys.modules\n    assert 'autograd_nn' not in sys.modules\n"
    options = ["-p", "no:hypothesispytest", "-p", "no:pytest_timeout"]
    done = run(tmp_path, text, *options)
    assert "1 passed" in done.stdout, done.stdout


def test_it_is_registered_by_its_entry_point():
    project = Path(pytest_autograd_nn.__file__).parents[1] / "pyproject.toml"
    if not project.exists():
        pytest.skip("installed from a wheel")
    assert 'pytest_autograd_nn = "pytest_autograd_nn"' in project.read_text()


def test_the_fixture_is_here(assert_gradients):
    assert callable(assert_gradients)
