"""The benchmark of the book's interface compares programs that compute the same."""

import itertools

import book_interface as module
import numpy as np
import pytest
from book_interface import Clock, WithoutCost, agree, made, of_the_book
from contestants.base import Problem


@pytest.fixture(scope="module")
def problem():
    rng = np.random.default_rng(0)
    return Problem.of(
        (12, 5, 10), 10, np.float64, rng.integers(0, 256, (60, 12)) / 256, rng.integers(0, 10, 60)
    )


def test_the_programs_agree(problem):
    assert agree(problem) < 1e-12


def test_a_program_that_computes_something_else_is_found(problem, monkeypatch):
    monkeypatch.setattr(WithoutCost, "step", lambda self, batch: 0.0)
    with pytest.raises(AssertionError, match="apart"):
        agree(problem)


def test_epochs_are_timed_by_their_lines(problem, monkeypatch):
    monkeypatch.setattr(module, "process_time", itertools.count(1.0).__next__)
    data, net = made(problem)
    second, reading = of_the_book(net, data, 5.0)
    assert (second, reading) == (1 / 6, 0)  # six updates in an epoch
    clock = Clock()
    clock.write("Epoch 0 training complete")
    clock.write("\n")
    assert len(clock.times) == 2
