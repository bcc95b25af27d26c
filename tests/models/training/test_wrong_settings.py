"""Whatever a setting is given, the answer is the library's own sentence, never Python's or NumPy's.

A wrong value is a mistake of the caller, so the last line of the traceback has to be a ``raise`` of
the package, in a sentence that names the setting and shows what arrived.
"""

import traceback
from pathlib import Path

import numpy as np
import pytest

import autograd_nn
from autograd_nn import Network
from autograd_nn.data import Dataset, load_mnist, mnist_folder
from autograd_nn.experiments import (
    PRESETS,
    as_markdown,
    as_page,
    load,
    parts,
    read_images,
    run,
    run_table,
)
from autograd_nn.models import (
    AND,
    Circuit,
    Dropout,
    NoImprovement,
    Perceptron,
    Schedule,
    backprop,
    bit_layer,
    bp_report,
    cheese_festival,
    gradient_norms,
    half_adder,
    nand_circuit,
    saturation,
    total_cost,
    worst_bit,
)

PACKAGE = Path(autograd_nn.__file__).parent
POOL = {  # by what they are
    "None": None,
    "text": "a",
    "negative": -1,
    "nan": float("nan"),
    "infinite": float("inf"),
    "zero": 0,
    "huge": 10**400,
    "fraction": 2.5,
    "list": [1, 2],
    "empty": [],
    "flag": True,
    "object": object(),
    "array": np.zeros((2, 2)),
    "array of nan": np.array([np.nan, 1.0]),
    "complex": 1j,
    "dict": {},
    "bytes": b"x",
    "function": lambda *a: None,
    "texts": ["a", "b"],
    "ragged": [[1], [1, 2]],
    "class": int,
}
X = np.random.default_rng(0).standard_normal((6, 2))
Y = np.array([0, 1, 1, 0, 1, 0])
NET, DROPPING = Network([2, 3, 2]), Network([2, 3, 2], dropout=0.5)
DIGITS = load("digits")
# what is right, of all that is in the pool
NUMBER = {"negative", "zero", "fraction"}
NOT_NEGATIVE = {"zero", "fraction"}
POSITIVE = {"fraction"}
SEED = {"None", "zero", "huge"}
NEITHER = {"fit: progress": {"class"}, "run_table: progress": {"class"}}  # it can be called


def fit(**settings):
    given = {"epochs": 1, "batch_size": 2, "learning_rate": 0.5, "validation": (X, Y)} | settings
    return Network([2, 2]).fit((X, Y), **given)


def history():
    return Network([2, 2]).fit((X, Y), epochs=1, batch_size=2, learning_rate=0.5)


def with_patience(schedule):
    return fit(patience=2, schedule=schedule)


SETTINGS = {  # a call with the setting, and what is right for it
    "fit: epochs": (lambda v: fit(epochs=v), {"zero"}),
    "fit: batch_size": (lambda v: fit(batch_size=v), set()),
    "fit: learning_rate": (lambda v: fit(learning_rate=v), POSITIVE),
    "fit: l2": (lambda v: fit(l2=v), NOT_NEGATIVE),
    "fit: l1": (lambda v: fit(l1=v), NOT_NEGATIVE),
    "fit: regularize_biases": (lambda v: fit(regularize_biases=v), {"flag"}),
    "fit: momentum": (lambda v: fit(momentum=v), NUMBER),
    "fit: patience": (lambda v: fit(patience=v), {"None"}),
    "fit: schedule": (with_patience, {"None"}),
    "fit: monitor": (lambda v: fit(monitor=v), {"empty", "dict"}),
    "fit: monitor_every": (lambda v: fit(monitor_every=v), {"None"}),
    "fit: rng": (lambda v: fit(rng=v), SEED),
    "fit: progress": (lambda v: fit(progress=v), {"None", "function"}),
    "fit: plan": (lambda v: fit(plan=v), {"flag"}),
    "fit: checkpoint": (lambda v: fit(checkpoint=v), {"None"}),
    "fit: resume": (lambda v: fit(resume=v), set()),
    "fit: validation": (lambda v: fit(validation=v), {"None"}),
    "layer 1": (lambda v: fit(validation=(v, Y[:2])), {"array"}),
    "validation labels": (lambda v: fit(validation=(X[:2], v)), {"array"}),
    "data": (lambda v: NET.fit(v, epochs=1, batch_size=2, learning_rate=1), set()),
    "x": (lambda v: NET.fit((v, Y[:2]), epochs=1, batch_size=2, learning_rate=1), {"array"}),
    "y": (lambda v: NET.fit((X[:2], v), epochs=1, batch_size=2, learning_rate=1), {"array"}),
    "Network: sizes": (Network, {"list"}),
    "Network: activation": (lambda v: Network([2, 2], activation=v), set()),
    "Network: output": (lambda v: Network([2, 2], output=v), set()),
    "Network: cost": (lambda v: Network([2, 2], cost=v), set()),
    "Network: initializer": (lambda v: Network([2, 2], initializer=v), set()),
    "Network: rng": (lambda v: Network([2, 2], rng=v), SEED),
    "Network: dtype": (lambda v: Network([2, 2], dtype=v), {"None"}),  # NumPy's own default
    "Network: zero_biases": (lambda v: Network([2, 2], zero_biases=v), {"flag"}),
    "Network: swapped": (lambda v: Network([2, 3, 2], swapped=v), {"None", "dict"}),
    "swapped's function": (lambda v: Network([2, 3, 2], swapped={(2, 0): v}), set()),
    "dropout": (lambda v: Network([2, 3, 2], dropout=v), {"None", "zero"}),
    "feedforward": (NET.feedforward, {"list", "array", "array of nan"}),
    "predict": (NET.predict, {"list", "array"}),
    "activations_of": (NET.activations_of, {"list", "array", "array of nan"}),
    "accuracy: x": (lambda v: NET.accuracy(v, [0, 1]), {"array"}),
    "accuracy: labels": (lambda v: NET.accuracy(X[:2], v), set()),
    "mean_cost: x": (lambda v: NET.mean_cost(v, [0, 1]), {"array", "list"}),
    "mean_cost: y": (lambda v: NET.mean_cost(X[:2], v), {"array"}),
    "record: x": (lambda v: NET.record(v, [0, 1]), {"array", "list"}),
    "record: fused": (lambda v: NET.record(X, Y, v), {"flag"}),
    "masks": (lambda v: DROPPING.record(X, Y, masks=v), {"None"}),
    "masks of a layer": (lambda v: DROPPING.record(X, Y, masks=[v]), set()),
    "masks of backprop": (lambda v: backprop(DROPPING, X, Y, v), {"None"}),
    "save": (NET.save, set()),
    "load": (Network.load, set()),
    "Dropout: rate": (Dropout, {"zero"}),
    "Dropout: inverted": (lambda v: Dropout(0.5, v), {"flag"}),
    "NoImprovement: epochs": (NoImprovement, set()),
    "NoImprovement: accuracy": (lambda v: NoImprovement(2)(v), NUMBER),
    "Schedule: divide_by": (Schedule, POSITIVE),
    "Schedule: until": (lambda v: Schedule(2, v), POSITIVE),
    "ax": (lambda v: history().plot(v), {"None"}),
    "to_csv": (lambda v: history().to_csv(v), {"None", "text"}),
    "to_json": (lambda v: history().to_json(v), {"None", "text"}),
    "total_cost": (lambda v: total_cost(v, X, Y, examples=6), set()),
    "total_cost: l2": (lambda v: total_cost(NET, X, Y, l2=v, examples=6), NOT_NEGATIVE),
    "total_cost: l1": (lambda v: total_cost(NET, X, Y, l1=v, examples=6), NOT_NEGATIVE),
    "total_cost: examples": (lambda v: total_cost(NET, X, Y, examples=v), set()),
    "total_cost: regularize_biases": (
        lambda v: total_cost(NET, X, Y, examples=6, regularize_biases=v),
        {"flag"},
    ),
    "gradient_norms": (lambda v: gradient_norms(v, X, Y), set()),
    "saturation": (lambda v: saturation(v, X), set()),
    "backprop": (lambda v: backprop(v, X, Y), set()),
    "bp_report": (lambda v: bp_report(v, X, Y), set()),
    "Perceptron: weights": (lambda v: Perceptron(v, 1), {"list", "empty"}),
    "Perceptron: bias": (lambda v: Perceptron((1, 2), v), NUMBER),
    "Perceptron: inputs": (lambda v: AND(v), {"list", "array"}),
    "with_threshold": (lambda v: Perceptron.with_threshold((1, 2), v), NUMBER),
    "cheese_festival": (cheese_festival, NUMBER),
    "Perceptron.times": (AND.times, NUMBER),
    "bit_layer": (bit_layer, NUMBER),
    "worst_bit: weights": (lambda v: worst_bit(v, np.zeros(4)), set()),
    "worst_bit: biases": (lambda v: worst_bit(np.zeros((4, 10)), v), set()),
    "half_adder": (half_adder, {"flag"}),
    "nand_circuit: gates": (lambda v: nand_circuit(["a", "b"], v, ["a"]), {"dict"}),
    "nand_circuit: pair": (lambda v: nand_circuit(["a", "b"], {"c": v}, ["a"]), {"texts"}),
    "Circuit: inputs": (lambda v: Circuit(v, {}, ("a",)), {"texts", "text"}),
    "Circuit: gates": (lambda v: Circuit(("a",), v, ("a",)), {"dict"}),
    "Circuit: gate": (lambda v: Circuit(("a",), {"c": v}, ("a",)), set()),
    "Circuit: outputs": (lambda v: Circuit(("a", "b"), {}, v), {"texts", "text"}),
    "Circuit: bits": (half_adder(), {"array"}),
    "Circuit.sigmoid": (lambda v: half_adder().sigmoid([0, 1], v), POSITIVE),
    "Circuit.times": (lambda v: half_adder().times(v), NUMBER),
    "Circuit.network": (lambda v: half_adder().network(v), POSITIVE),
    "Dataset: x": (lambda v: Dataset(v, [0, 1]), {"array"}),
    "Dataset: labels": (lambda v: Dataset([[0.0], [1.0]], v), {"list"}),
    "Dataset: image_shape": (lambda v: Dataset(X, Y, image_shape=v), {"None", "list"}),
    "Dataset: name": (lambda v: Dataset(X, Y, name=v), {"text"}),
    "Dataset: dtype": (lambda v: Dataset(X, Y, dtype=v), {"None"}),
    "Dataset.take": (Dataset(X, Y).take, {"list", "empty"}),
    "Dataset.first": (Dataset(X, Y).first, {"zero"}),
    "Dataset.only": (Dataset(X, Y).only, {"zero"}),
    "Dataset.split": (Dataset(X, Y).split, set()),
    "Dataset.split: rng": (lambda v: Dataset(X, Y).split(2, rng=v), SEED),
    "load_mnist: path": (lambda v: load_mnist(v), set()),
    "load_mnist: dtype": (lambda v: load_mnist("nowhere", dtype=v), set()),
    "mnist_folder": (mnist_folder, {"None", "text"}),
    "load: name": (load, set()),
    "load: folder": (lambda v: load("digits", v), {"None"}),
    "parts: preset": (lambda v: parts(v, DIGITS), set()),
    "parts: data": (lambda v: parts(PRESETS["digits"], v), set()),
    "run: preset": (lambda v: run(v, DIGITS, epochs=1), set()),
    "run: seed": (lambda v: run(PRESETS["digits"], DIGITS, epochs=1, seed=v), SEED),
    "run: epochs": (lambda v: run(PRESETS["digits"], DIGITS, epochs=v), {"None", "zero"}),
    "read_images": (lambda v: read_images(v, 64), set()),
    "read_images: features": (lambda v: read_images("no.npy", v), set()),
    "as_markdown: runs": (as_markdown, {"empty", "dict"}),
    "as_page: page": (lambda v: as_page([], v), {"text"}),
    "run_table: store": (lambda v: run_table(DIGITS, v, rows=[]), {"text"}),
    "run_table: rows": (lambda v: run_table(DIGITS, "no.json", rows=v), {"empty", "dict"}),
    "run_table: progress": (
        lambda v: run_table(DIGITS, "no.json", rows=[], progress=v),
        {"None", "function"},
    ),
}


def wrong(setting):
    _, right = SETTINGS[setting]
    assert right <= set(POOL)
    return [name for name in POOL if name not in right | NEITHER.get(setting, set())]


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("AUTOGRAD_NN_DATA", str(tmp_path / "nowhere"))


def told(call, value):
    """The error that a value gives, and whether it is one that the library raised itself."""
    try:
        found = call(value)
    except Exception as error:
        last = traceback.extract_tb(error.__traceback__)[-1]
        return error, Path(last.filename).is_relative_to(PACKAGE) and last.line.startswith("raise ")
    return AssertionError(f"nothing is raised, but {found!r} returned"), False


@pytest.mark.parametrize("setting", SETTINGS)
def test_a_wrong_value_is_told_in_the_librarys_own_words(setting):
    call, not_ours = SETTINGS[setting][0], []
    for name in wrong(setting):
        error, ours = told(call, POOL[name])
        right = isinstance(error, (ValueError, TypeError, FileNotFoundError))
        if not (ours and right and len(str(error)) < 1200):
            not_ours.append(f"{name}: {type(error).__name__}: {str(error)[:300]}")
    assert not not_ours, "\n".join(not_ours)


@pytest.mark.parametrize("setting", SETTINGS)
def test_a_right_value_is_taken(setting):
    if setting == "ax":
        pytest.importorskip("matplotlib")
    call, right = SETTINGS[setting]
    for name in right:
        call(POOL[name])


def test_an_error_of_pythons_own_would_be_seen():
    _, ours = told(lambda v: np.random.default_rng(v), "a")
    assert not ours
    _, ours = told(lambda v: NET.weights[v], "a")
    assert not ours


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: fit(rng="a"), r"fit: rng='a'; expected a seed .*; write rng=0"),
        (
            lambda: fit(rng=-1),
            r"fit: rng=-1; expected a seed \(an integer, 0 or more\).*; write rng=0, or rng=None for",
        ),
        (lambda: fit(progress=5), r"fit: progress=5; expected a function of one argument: print"),
        (lambda: fit(plan="no"), r"fit: plan='no'; expected True or False"),
        (lambda: Network([2, 2], swapped=5), r"swapped=5; expected neurons .*\{\(2, 0\): 'tanh'\}"),
        (
            lambda: Network([2, 2], dtype="foo"),
            r"Network: dtype='foo'; expected float64 or float32",
        ),
        (
            lambda: NET.predict([[1], [1, 2]]),
            r"layer 1: inputs with rows of different lengths; expected",
        ),
        (lambda: total_cost(NET, X, Y, examples=0), r"examples=0; expected an integer, 1 or more"),
        (lambda: backprop("net", X, Y), r"backprop: 'net' is not a network; expected ag.Network"),
        (lambda: NET.save(5), r"save: 5; expected a file name, text or a pathlib.Path"),
    ],
)
def test_what_arrived_what_was_expected_and_what_to_do(call, message):
    with pytest.raises((TypeError, ValueError), match=message):
        call()
