"""The benchmark suite runs; what it measures is for people to read."""

import subprocess
import sys
from pathlib import Path

import pytest

SUITE = Path(__file__).parents[2] / "benchmarks" / "run.py"


@pytest.mark.slow
@pytest.mark.parametrize("section", ["eager", "chain", "check", "paths"])
def test_a_section_of_the_suite_runs(section):
    command = [sys.executable, str(SUITE), "--quick", "--only", section]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("\n") > 5
