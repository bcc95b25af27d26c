"""A network of four layers whose every number is printed: the oracle [2, 3, 2, 2].

The values were computed once, with NumPy and without this package, from the book's equations, for
x = (0.5, -1), y = (0, 1) and sigmoid neurons everywhere.  They are printed to ten decimals, so what
is right differs from them by no more than ``HALF_A_DIGIT``.  Dicts are keyed by the book's layer
number; ``PRINTED`` is keyed by the cost's name first.
"""

import numpy as np

from autograd_nn import Network

HALF_A_DIGIT = 0.6e-10
COSTS = ("quadratic", "cross_entropy")

X = np.array([0.5, -1.0])
Y = np.array([0.0, 1.0])
WEIGHTS = {
    2: np.array([[0.1, -0.2], [0.4, 0.3], [-0.5, 0.6]]),
    3: np.array([[0.7, -0.8, 0.9], [-0.3, 0.2, 0.1]]),
    4: np.array([[0.5, -0.4], [-0.6, 0.8]]),
}
BIASES = {
    2: np.array([0.1, -0.1, 0.2]),
    3: np.array([0.05, -0.05]),
    4: np.array([0.3, -0.2]),
}

Z = {
    2: np.array([0.35, -0.2, -0.65]),
    3: np.array([0.4091900867, -0.1016531194]),
    4: np.array([0.4106033980, -0.1808493316]),
}
A = {
    1: X,
    2: np.array([0.5866175789, 0.4501660027, 0.3429895373]),
    3: np.array([0.6008936609, 0.4746085813]),
    4: np.array([0.6012325535, 0.4549104934]),
}
SIGMA_PRIME = {
    2: np.array([0.2424973950, 0.2475165727, 0.2253477146]),
    3: np.array([0.2398204692, 0.2493552759]),
    4: np.array([0.2397519701, 0.2479669364]),
}

PRINTED = {
    "quadratic": {
        "cost": 0.3293015768,
        "nabla_a": np.array([0.6012325535, -0.5450895066]),
        "delta": {
            4: np.array([0.1441466892, -0.1351641750]),
            3: np.array([0.0367337448, -0.0413406151]),
            2: np.array([0.0092429836, -0.0093202660, 0.0065184776]),
        },
        "nabla_w": {
            2: np.array(
                [
                    [0.0046214918, -0.0092429836],
                    [-0.0046601330, 0.0093202660],
                    [0.0032592388, -0.0065184776],
                ]
            ),
            3: np.array(
                [
                    [0.0215486605, 0.0165362831, 0.0125992901],
                    [-0.0242511315, -0.0186101394, -0.0141793984],
                ]
            ),
            4: np.array([[0.0866168318, 0.0684132557], [-0.0812192959, -0.0641500773]]),
        },
    },
    "cross_entropy": {
        "cost": 1.7070314701,
        "nabla_a": np.array([2.5077272703, -2.1982346295]),
        "delta": {
            4: np.array([0.6012325535, -0.5450895066]),
            3: np.array([0.1505281093, -0.1687049591]),
            2: np.array([0.0378250260, -0.0381580160, 0.0267273212]),
        },
        "nabla_w": {
            2: np.array(
                [
                    [0.0189125130, -0.0378250260],
                    [-0.0190790080, 0.0381580160],
                    [0.0133636606, -0.0267273212],
                ]
            ),
            3: np.array(
                [
                    [0.0883024350, 0.0677626372, 0.0516295666],
                    [-0.0989652947, -0.0759452371, -0.0578640359],
                ]
            ),
            4: np.array([[0.3612768302, 0.2853501292], [-0.3275408291, -0.2587041574]]),
        },
    },
}

# The derivative of the quadratic cost by w²₂₁, to all its digits, and how far the forward
# difference (2.21) and the central one are from it, by step ε.
W2_21 = -4.660132986246e-03
DIFFERENCES = {
    1e-1: (1.31e-05, 9.59e-07),
    1e-2: (1.40e-06, 9.59e-09),
    1e-3: (1.41e-07, 9.59e-11),
}


def book_network(cost: str = "quadratic") -> Network:
    """The network with those weights and biases."""
    network = Network([2, 3, 2, 2], cost=cost)
    for layer, (w, b) in enumerate(zip(network.weights, network.biases, strict=True), start=2):
        w.data = WEIGHTS[layer]
        b.data = BIASES[layer]
    return network
