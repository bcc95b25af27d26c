"""Circuits of perceptrons on all their inputs, as stacks of layers, and as sigmoid neurons."""

import itertools

import numpy as np
import pytest
from helpers.leaf import sigmoid
from hypothesis import given
from hypothesis import strategies as st

from autograd_nn.models import (
    AND,
    NOT,
    OR,
    Circuit,
    Gate,
    Perceptron,
    add_bits,
    bit_layer,
    cheese_festival,
    half_adder,
    nand_circuit,
    worst_bit,
)

FOUR = list(itertools.product((0, 1), repeat=2))
FULL_ADDER = {
    "h": ("a", "b"), "u": ("a", "h"), "v": ("b", "h"), "s": ("u", "v"),
    "k": ("s", "c"), "p": ("s", "k"), "q": ("c", "k"), "sum": ("p", "q"), "carry": ("k", "h"),
}  # fmt: skip


# --- single perceptrons -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("threshold", "goes"),
    [
        (0, "01111111"), (1, "01111111"), (2, "00011111"), (3, "00011111"), (4, "00001111"),
        (5, "00001111"), (6, "00000111"), (7, "00000111"), (8, "00000001"), (9, "00000001"),
        (10, "00000000"),
    ],
)  # fmt: skip
def test_a_lower_threshold_only_adds_festivals(threshold, goes):
    x = list(itertools.product((0, 1), repeat=3))
    assert "".join(map(str, cheese_festival(threshold)(x))) == goes


def test_the_threshold_and_the_bias_are_one_thing():
    perceptron = Perceptron.with_threshold([1.5, -2], threshold=0.5)
    assert perceptron == Perceptron((1.5, -2), bias=-0.5)
    assert perceptron.threshold == 0.5
    assert perceptron.times(3) == Perceptron((4.5, -6), bias=-1.5)


@pytest.mark.parametrize("a, b", FOUR)  # noqa: PT006
def test_and_or_not(a, b):
    assert (AND([a, b]), OR([a, b]), NOT([a])) == (a and b, a or b, 1 - a)


# --- the adder --------------------------------------------------------------------------------


@pytest.mark.parametrize("merged", [True, False])
def test_the_adder_on_all_inputs(merged):
    x, found = half_adder(merged).truth_table()
    assert x.tolist() == [[0, 0], [0, 1], [1, 0], [1, 1]]
    assert found.tolist() == [[0, 0], [1, 0], [1, 0], [0, 1]]
    assert np.array_equal(found.T, add_bits(*x.T))


def test_the_two_weights_of_minus_2_are_one_of_minus_4():
    once, twice = half_adder().gates["carry"], half_adder(merged=False).gates["carry"]
    assert (once.inputs, once.weights, once.bias) == (("h",), (-4,), 3)
    assert (twice.inputs, twice.weights, twice.bias) == (("h", "h"), (-2, -2), 3)
    others = [g for name, g in half_adder().gates.items() if name != "carry"]
    assert {(g.weights, g.bias) for g in others} == {((-2, -2), 3)}


PRINTED = {  # sum and carry for 00, 01 (and 10), 11, by c; computed without this package
    1: ((0.5007, 0.3078), (0.6412, 0.5189), (0.6332, 0.8726)),
    2: ((0.2583, 0.1213), (0.8312, 0.2599), (0.3617, 0.9936)),
    3: ((0.0808, 0.0475), (0.9450, 0.0808), (0.0949, 0.9998)),
    5: ((0.0076, 0.0067), (0.9932, 0.0076), (0.0077, 1.0000)),
    10: ((0.0000, 0.0000), (1.0000, 0.0000), (0.0000, 1.0000)),
}


@pytest.mark.parametrize("merged", [True, False])
@pytest.mark.parametrize("c", PRINTED)
def test_the_adder_of_sigmoid_neurons(c, merged):
    adder, printed = half_adder(merged), PRINTED[c]
    for x, expected in zip(FOUR, (printed[0], printed[1], printed[1], printed[2]), strict=True):
        np.testing.assert_allclose(adder.sigmoid(x, c), expected, atol=0.51e-4)
        np.testing.assert_allclose(adder.sigmoid(x, c), adder.times(c).sigmoid(x), rtol=1e-12)


def test_it_becomes_the_perceptrons_as_c_grows():
    adder = half_adder()
    apart = [np.abs(adder.sigmoid(FOUR, c) - adder(FOUR)).max() for c in (2, 4, 8, 16, 32)]
    assert all(after < before / 5 for before, after in itertools.pairwise(apart))
    assert apart[-1] < 1e-12
    assert adder.margin(FOUR) == 1


def test_on_a_threshold_it_never_does():
    both = Circuit(("x", "y"), {"on": (("x", "y"), (1, 1), -2)}, ("on",))
    assert both.margin([[1, 1]]) == 0
    assert both.margin([[0, 1], [0, 0]]) == 1
    assert both([1, 1]) == 0
    assert [float(both.sigmoid([1, 1], c)[0]) for c in (1, 100, 1e6)] == [0.5] * 3


@pytest.mark.parametrize("c", [0, -1, np.nan])
def test_c_has_to_be_positive(c):
    with pytest.raises(ValueError, match=r"Circuit\.sigmoid: c=.*; expected a positive number"):
        half_adder().sigmoid([0, 1], c)


def test_a_positive_factor_changes_no_decision(rng):
    x, wanted = half_adder().truth_table()
    for c in rng.exponential(size=5):
        assert np.array_equal(half_adder().times(c)(x), wanted)
    assert not np.array_equal(half_adder().times(-1)(x), wanted)


# --- compiled circuits ------------------------------------------------------------------------


def test_a_full_adder():
    adder = nand_circuit("abc", FULL_ADDER, ("sum", "carry"))
    sums = adder.disagreements(lambda a, b, c: ((a + b + c) % 2, (a + b + c) // 2))
    assert len(sums) == 0
    assert adder.disagreements(lambda a, b, c: (a ^ b, (a + b + c) // 2)).tolist() == [
        [0, 0, 1], [0, 1, 1], [1, 0, 1], [1, 1, 1],
    ]  # fmt: skip


@st.composite
def wirings(draw):
    """Inputs, NAND gates in any order, and outputs, inputs among them."""
    n = draw(st.integers(1, 5))
    names = [f"x{i}" for i in range(n)]
    gates = {}
    for i in range(draw(st.integers(1, 10))):
        gates[f"g{i}"] = (draw(st.sampled_from(names)), draw(st.sampled_from(names)))
        names.append(f"g{i}")
    outputs = draw(st.lists(st.sampled_from(names), min_size=1, max_size=4))
    return names[:n], gates, outputs, draw(st.permutations(list(gates)))


@given(wirings())
def test_any_nand_circuit_compiled_agrees_with_its_gates_on_all_inputs(wiring):
    inputs, gates, outputs, order = wiring
    circuit = nand_circuit(inputs, {name: gates[name] for name in order}, outputs)

    def logic(*bits):
        known = dict(zip(inputs, map(bool, bits), strict=True))
        for name, (a, b) in gates.items():
            known[name] = not (known[a] and known[b])
        return [known[name] for name in outputs]

    assert len(circuit.disagreements(logic)) == 0
    x, wanted = circuit.truth_table()
    a = x
    for w, b in circuit.layers():
        a = (a @ w.T + b > 0).astype(int)
    assert np.array_equal(a, wanted)
    network = circuit.network(c=10)
    assert network.sizes[0] == len(inputs)
    assert np.abs(network.feedforward(x) - wanted).max() < 0.01
    assert np.abs(circuit.sigmoid(x, 10) - wanted).max() < 0.01


def test_a_function_of_another_number_of_bits_is_told_from_one_that_disagrees():
    adder = half_adder()
    message = r"returns 1 bits; expected 2, one for each of the outputs \['sum', 'carry'\]"
    with pytest.raises(ValueError, match=message):
        adder.disagreements(lambda a, b: a ^ b)


def test_disagreements_are_found():
    broken = nand_circuit("ab", {"out": ("a", "b")}, ["out"])
    assert broken.disagreements(lambda a, b: a & b).tolist() == [list(x) for x in FOUR]
    assert broken.disagreements(lambda a, b: 1).tolist() == [[1, 1]]


def test_layers_hand_on_what_is_wanted_later():
    layers = half_adder().layers()
    assert [w.shape for w, _ in layers] == [(3, 2), (3, 3), (2, 3)]
    through = [
        (row[row != 0].tolist(), b) for w, bs in layers for row, b in zip(w, bs, strict=True)
    ]
    assert through.count(([2.0], -1.0)) == 3  # x1 and x2 beside h, then h beside u and v


def test_the_book_network_sees_the_same(rng):
    network = half_adder().network(c=20)
    assert network.predict([[0, 1]]).tolist() == [0]
    assert network.sizes == (2, 3, 3, 2)


def test_values_of_every_gate():
    values = half_adder().values([1, 0])
    assert {name: int(v) for name, v in values.items()} == {
        "x1": 1, "x2": 0, "h": 1, "u": 0, "v": 1, "sum": 1, "carry": 0,
    }  # fmt: skip
    assert half_adder()(np.zeros((3, 4, 2))).shape == (3, 4, 2)


def test_gates_are_plain_data_in_an_order_that_can_be_computed():
    backwards = {"out": (("h",), (-4,), 3), "h": (("a", "a"), (-2, -2), 3)}
    circuit = Circuit(["a"], backwards, ["out"])
    assert list(circuit.gates) == ["h", "out"]
    assert circuit.gates["out"] == Gate(("h",), (-4,), 3)
    assert circuit.inputs == ("a",)


def test_a_perceptron_without_inputs_is_a_constant():
    circuit = Circuit(("x",), {"one": ((), (), 1), "none": ((), (), 0)}, ("one", "none", "x"))
    assert circuit.truth_table()[1].tolist() == [[1, 0, 0], [1, 0, 1]]
    assert [w.shape for w, _ in circuit.layers()] == [(3, 1)]


@pytest.mark.parametrize(
    ("inputs", "gates", "outputs", "message"),
    [
        ("a", {"g": (("a", "g"), (1, 1), 0)}, "g", "a loop, g ← g"),
        ("a", {"g": (("h",), (1,), 0), "h": (("g",), (1,), 0)}, "g", "a loop, [gh] ← [gh] ← [gh];"),
        ("a", {"g": (("b",), (1,), 0)}, "g", r"g takes 'b', which is neither a gate .*\['a'\]"),
        ("a", {}, "b", "outputs takes 'b'"),
        ("a", {}, "", "no outputs"),
        ("aa", {}, "a", "'a' is used twice"),
        ("a", {"a": (("a",), (1,), 0)}, "a", "'a' is used twice"),
        ("a", {"g": (("a",), (1, 2), 0)}, "g", "1 inputs and 2 weights"),
        ("a", {"g": (("a",), (1,))}, "g", r"gate 'g' is .*expected \(inputs, weights, bias\)"),
        ("ab", {"g": ("ab", (1, 2), 0)}, "g", "takes 'ab'; expected names in a tuple"),
    ],
)
def test_wirings_that_are_none(inputs, gates, outputs, message):
    with pytest.raises(ValueError, match=f"Circuit: .*{message}" if message[0] != "a" else message):
        Circuit(tuple(inputs), gates, tuple(outputs))


@pytest.mark.parametrize("pair", ["ab", ("a",), ("a", "b", "a")])
def test_a_nand_gate_has_two_inputs(pair):
    with pytest.raises(ValueError, match="expected the names of two bits"):
        nand_circuit("ab", {"g": pair}, ["g"])


@pytest.mark.parametrize("x", [1, [1], [1, 0, 1], [[1], [0]]])
def test_bits_that_do_not_fit(x):
    with pytest.raises(ValueError, match="expected 2 along the last axis"):
        half_adder()(x)


@pytest.mark.parametrize("x", [[0, 2], [0.5, 1], [-1, 0], [np.nan, 0]])
def test_what_is_no_bit(x):
    with pytest.raises(ValueError, match=r"Circuit: bits=.*; expected 0 or 1"):
        half_adder()(x)


def test_too_many_inputs_to_try_all():
    circuit = Circuit(tuple(f"x{i}" for i in range(21)), {}, ("x0",))
    with pytest.raises(ValueError, match="2,097,152 rows; at most 20"):
        circuit.truth_table()


# --- the layer of bits ------------------------------------------------------------------------


def test_every_digit_becomes_its_bits(rng):
    weights, biases = bit_layer()
    assert weights.shape == (4, 10)
    assert set(np.unique(weights)) == {-10, 10}
    for digit in range(10):
        for _ in range(20):
            a = rng.uniform(0, 0.01, 10)
            a[digit] = rng.uniform(0.99, 1)
            bits = sigmoid(weights @ a + biases) > 0.5
            assert int("".join(map(str, bits.astype(int))), 2) == digit


@pytest.mark.parametrize(
    ("c", "worst"), [(1, 0.7130), (5, 0.9895), (10, 0.99989), (20, 0.99999999)]
)
def test_the_worst_bit(c, worst):
    decimals = len(str(worst)) - 2
    assert worst_bit(*bit_layer(c)) == pytest.approx(worst, abs=0.51 * 10.0**-decimals)


def test_the_worst_bit_of_another_solution():
    weights = np.maximum(bit_layer(10)[0], 0)
    assert worst_bit(weights, np.full(4, -5.0)) == pytest.approx(0.9890, abs=0.51e-4)


def test_the_worst_bit_is_the_least_over_all_corners(rng):
    weights, biases = rng.standard_normal((4, 10)), rng.standard_normal(4)
    least = 1.0
    for digit in range(10):
        ends = [(0.99, 1.0) if k == digit else (0.0, 0.01) for k in range(10)]
        a = np.array(list(itertools.product(*ends)))
        right = np.array([1 if digit & bit else -1 for bit in (8, 4, 2, 1)])
        least = min(least, sigmoid((a @ weights.T + biases) * right).min())
    assert worst_bit(weights, biases) == pytest.approx(least, rel=1e-12)


def test_a_layer_of_another_shape_is_no_bit_layer():
    with pytest.raises(
        ValueError, match=r"weights \(10, 4\) and biases \(4,\); expected \(4, 10\)"
    ):
        worst_bit(np.zeros((10, 4)), np.zeros(4))
