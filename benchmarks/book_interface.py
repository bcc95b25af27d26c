"""How near ``autograd_nn.book`` comes to hand-written NumPy, measured from the book's loop.

::

    python benchmarks/book_interface.py [--rounds 15]

Three programs learn [784, 30, 10] by the cross-entropy in mini-batches of 10, in an order shuffled
by Python's ``random`` at the beginning of each epoch: the book's loop over examples,
``network2.Network.SGD`` on the book's list of pairs, and hand-written NumPy on arrays.  A round
takes the processor time of an epoch of each, one after the other; what counts is the median over
the rounds.  The share is the speed-up of ``SGD`` over the loop, divided by that of the hand-written
program.
"""

from __future__ import annotations

import argparse
import io
import random
from contextlib import redirect_stdout
from time import process_time
from typing import Any

import numpy as np
from contestants.base import Array, Problem
from contestants.book import Book
from contestants.hand_written import HandWritten
from digits import load
from interleaved import machine, summary

from autograd_nn.book import network2

SIZES, SIZE, ETA = (784, 30, 10), 10, 0.5
LMBDA = 5.0
LOOP = 2_000  # examples for the loop, whose updates take the same time however many there are


class WithoutCost(HandWritten):
    """The hand-written step as ``SGD`` would have it: nobody asks for the cost, so none is made."""

    name = "hand-written NumPy, without the cost"
    decay: float | None = None  # 1 - ηλ/n

    def step(self, batch: Array) -> float:
        """Gather, forward, BP1 to BP4, update."""
        one = self.one
        self.problem.x.take(batch, 0, self.x, "clip")
        self.problem.y.take(batch, 0, self.y, "clip")
        for a, w_t, b, z in (*self.hidden, self.last):
            np.dot(a, w_t, z)
            np.add(z, b, z)
            np.negative(z, z)
            np.exp(z, z)
            np.add(z, one, z)
            np.reciprocal(z, z)
        np.subtract(z, self.y, self.delta)
        np.multiply(self.delta, self.rate, self.delta)
        for delta, delta_t, a, product, nabla_w, nabla_b, w, before, sigma_prime in self.back:
            product(delta_t, a, nabla_w)
            np.dot(self.ones, delta, nabla_b)
            if w is not None:
                np.dot(delta, w, before)
                np.subtract(one, a, sigma_prime)
                np.multiply(sigma_prime, a, sigma_prime)
                np.multiply(before, sigma_prime, before)
        if self.decay is not None:
            for w in self.views[::2]:
                np.multiply(w, self.decay, w)
        np.subtract(self.flat, self.flat_gradient, self.flat)
        return 0.0


class WithDecay(WithoutCost):
    """The same with L2 regularization."""

    name = "hand-written NumPy, without the cost, λ = 5"

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem)
        self.decay = 1 - ETA * (LMBDA / len(problem.x))


class Clock(io.StringIO):
    """Somebody to print to, who notes when a line comes."""

    def __init__(self) -> None:
        super().__init__()
        self.times = [process_time()]

    def write(self, text: str) -> int:
        """Note the time of a line that says an epoch is over."""
        if "complete" in text:
            self.times.append(process_time())
        return len(text)


def shuffled(contestant: Any, examples: int) -> float:
    """Seconds for an update in an epoch of a contestant of the benchmark suite."""
    order = list(range(examples))
    start = process_time()
    random.shuffle(order)
    for batch in np.array(order).reshape(-1, SIZE):
        contestant.step(batch)
    return (process_time() - start) / (examples / SIZE)


def of_the_book(net: network2.Network, data: list[Any], lmbda: float) -> tuple[float, float]:
    """Seconds for an update in the second epoch of SGD, and for what the first needs more."""
    clock = Clock()
    with redirect_stdout(clock):
        net.SGD(data, 2, SIZE, ETA, lmbda)
    first, second = np.diff(clock.times)
    return second / (len(data) / SIZE), first - second


def agree(problem: Problem) -> float:
    """How far SGD is from the hand-written programs after an epoch in the same order."""
    apart = []
    for program, lmbda in ((HandWritten, 0.0), (WithoutCost, 0.0), (WithDecay, LMBDA)):
        (data, net), by_hand = made(problem), program(problem)
        random.seed(1)
        with redirect_stdout(io.StringIO()):
            net.SGD(data, 1, SIZE, ETA, lmbda)
        random.seed(1)
        shuffled(by_hand, len(data))
        pairs = [p for pair in zip(net.weights, net.biases, strict=True) for p in pair]
        for p, q in zip(pairs, by_hand.parameters(), strict=True):
            apart.append(np.abs(p.reshape(q.shape) - q).max())
    if not max(apart) < 1e-9:
        raise AssertionError(f"SGD and the hand-written programs are {max(apart):.1e} apart")
    return float(max(apart))


def made(problem: Problem) -> tuple[list[Any], network2.Network]:
    """The book's list of pairs, float32 as its file has them, and a network at the start."""
    net = network2.Network(list(problem.sizes))
    net.weights = [w.copy() for w in problem.weights]
    net.biases = [b.reshape(-1, 1).copy() for b in problem.biases]
    images = problem.x.astype(np.float32)
    wanted = problem.y[:, :, None].copy()
    return list(zip(images[:, :, None], wanted, strict=True)), net


def main() -> None:
    """Measure and tell."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--examples", type=int, default=50_000)
    given = parser.parse_args()
    rounds, examples = given.rounds, given.examples
    digits = load(np.float64, examples, 10)
    problem = Problem.of(SIZES, SIZE, np.float64, digits.x, digits.labels)
    few = Problem.of(SIZES, SIZE, np.float64, digits.x[:LOOP], digits.labels[:LOOP])
    print(machine(), f"{examples:,} digits from {digits.source}", sep="\n")
    print(f"after an epoch of {len(few.x):,} they are {agree(few):.1e} apart")
    report(problem, few, rounds)


def report(problem: Problem, few: Problem, rounds: int) -> None:
    """Time them and print a line for each."""
    loop = Book(few)
    by_hand = [HandWritten(problem), WithoutCost(problem), WithDecay(problem)]
    data, net = made(problem)
    times: dict[str, list[float]] = {}
    for _ in range(rounds):
        found = {loop.name: shuffled(loop, len(few.x))}
        found |= {program.name: shuffled(program, len(problem.x)) for program in by_hand}
        found["SGD"], reading = of_the_book(net, data, 0.0)
        found["SGD, λ = 5"], _ = of_the_book(net, data, LMBDA)
        found["SGD: reading the list, once a run"] = reading
        for name, seconds in found.items():
            times.setdefault(name, []).append(seconds)
    timings = {name: summary(taken) for name, taken in times.items()}
    for name, timing in timings.items():
        print(f"{name:<45}{timing}")
    base = timings[loop.name].median
    for program, name in zip(by_hand, ("SGD", "SGD", "SGD, λ = 5"), strict=True):
        yardstick, mine = base / timings[program.name].median, base / timings[name].median
        print(
            f"{name}: {mine:.2f} times the loop's speed, {program.name}: {yardstick:.2f}; "
            f"share {mine / yardstick:.2f}"
        )


if __name__ == "__main__":
    main()
