"""Networks in files, and MNIST in the book's forms."""

import json
import os
import random

import numpy as np
import pytest
from helpers.book_oracle import columns
from helpers.mnist_files import needs_mnist, small_counts, small_mnist  # noqa: F401

from autograd_nn.book import mnist_loader, network, network2


@pytest.fixture
def net():
    np.random.seed(3)  # noqa: NPY002
    return network2.Network([7, 5, 4], network2.QuadraticCost)


def test_a_network_comes_back_as_it_was(net, tmp_path):
    net.save(tmp_path / "net.json")
    back = network2.load(str(tmp_path / "net.json"))
    assert type(back) is network2.Network
    assert (back.sizes, back.num_layers, back.cost) == ([7, 5, 4], 3, network2.QuadraticCost)
    for mine, theirs in ((net.weights, back.weights), (net.biases, back.biases)):
        assert all(map(np.array_equal, mine, theirs))
    data = columns(5, 7, 4)[0]
    net.update_mini_batch(data, 0.5, 0.1, 5)
    back.update_mini_batch(data, 0.5, 0.1, 5)
    assert all(map(np.array_equal, net.weights, back.weights))


def test_the_file_is_the_books(net, tmp_path):
    net.save(tmp_path / "net.json")
    data = json.loads((tmp_path / "net.json").read_text())
    assert list(data) == ["sizes", "weights", "biases", "cost"]
    assert data["sizes"] == [7, 5, 4]
    assert data["cost"] == "QuadraticCost"
    assert np.shape(data["weights"][0]) == (5, 7)
    assert np.shape(data["biases"][1]) == (4, 1)


def test_a_file_with_more_in_it_than_is_known_is_read(net, tmp_path):
    net.save(tmp_path / "net.json")
    data = json.loads((tmp_path / "net.json").read_text())
    (tmp_path / "net.json").write_text(json.dumps({**data, "neurons": "sigmoid"}))
    assert network2.load(tmp_path / "net.json").sizes == [7, 5, 4]


def test_a_cost_of_ones_own_is_found_by_its_name(net, tmp_path, monkeypatch):
    class Mine(network2.QuadraticCost):
        pass

    net.cost = Mine
    net.save(tmp_path / "net.json")
    with pytest.raises(ValueError, match=r"does not hold a network \(.*'Mine'.*cost in network2"):
        network2.load(tmp_path / "net.json")
    monkeypatch.setattr(network2, "Mine", Mine, raising=False)
    assert network2.load(tmp_path / "net.json").cost is Mine


GOOD = {
    "sizes": [2, 1],
    "weights": [[[0.5, 1.0]]],
    "biases": [[[0.0]]],
    "cost": "QuadraticCost",
}


@pytest.mark.parametrize(
    "change",
    [
        {"weights": [[[0.5]]]},
        {"weights": [[0.5, 1.0]]},
        {"weights": [[[0.5, "x"]]]},
        {"weights": []},
        {"biases": [[0.0]]},
        {"biases": []},
        {"sizes": [2, 2]},
        {"sizes": [3, 1]},
        {"sizes": "21"},
        {"sizes": None},
        {"cost": "load"},
        {"cost": "json"},
        {"cost": 3},
    ],
)
def test_a_file_that_holds_something_else_is_refused(tmp_path, change):
    file = tmp_path / "net.json"
    file.write_text(json.dumps(GOOD))
    assert network2.load(file).weights[0].tolist() == [[0.5, 1.0]]
    file.write_text(json.dumps({**GOOD, **change}))
    with pytest.raises(ValueError, match=r"load: '.*net\.json' does not hold a network \("):
        network2.load(file)


@pytest.mark.parametrize("sizes", [[10**6, 10**6], [10**9, 1], [1] * 10**5])
def test_a_short_file_cannot_ask_for_much_memory(tmp_path, monkeypatch, sizes):
    asked = []
    monkeypatch.setattr(np.random, "randn", lambda *shape: asked.append(shape))
    file = tmp_path / "net.json"
    file.write_text(json.dumps({**GOOD, "sizes": sizes}))
    with pytest.raises(ValueError, match=r"does not hold a network \(") as raised:
        network2.load(file)
    assert not asked
    assert len(str(raised.value)) < 500 + len(str(file))


def test_loading_draws_from_the_global_generator_as_the_book_does(net, tmp_path):
    net.save(tmp_path / "net.json")
    np.random.seed(4)  # noqa: NPY002
    network2.load(tmp_path / "net.json")
    found = np.random.random()  # noqa: NPY002
    np.random.seed(4)  # noqa: NPY002
    network2.Network([7, 5, 4])
    assert np.random.random() == found  # noqa: NPY002


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", "3", "{}", "[" * 100_000, json.dumps(GOOD | {"weights": [[[10**400, 1]]]})],
    ids=lambda text: text[:20],
)
def test_a_file_that_is_no_network_is_refused(tmp_path, text):
    (tmp_path / "net.json").write_text(text)
    with pytest.raises(ValueError, match=r"expected JSON as Network\.save writes it"):
        network2.load(tmp_path / "net.json")


def test_a_file_is_whole_or_not_there(net, tmp_path, monkeypatch):
    file = tmp_path / "net.json"
    net.save(file)
    before = file.read_text()

    def full(handle):
        raise OSError("no space left on device")

    monkeypatch.setattr(os, "fsync", full)
    net.weights[0] *= 2
    with pytest.raises(OSError, match="no space left"):
        net.save(file)
    assert file.read_text() == before
    assert [p.name for p in tmp_path.iterdir()] == ["net.json"]


# --- MNIST ------------------------------------------------------------------------------------


def test_a_digit_as_a_column():
    for module in (network2, mnist_loader):
        column = module.vectorized_result(7)
        assert column.shape == (10, 1)
        assert column.ravel().tolist() == [0.0] * 7 + [1.0, 0.0, 0.0]


@pytest.mark.usefixtures("small_counts")
def test_the_data_in_the_books_forms(tmp_path, monkeypatch):
    written = small_mnist(tmp_path)
    monkeypatch.setenv("AUTOGRAD_NN_DATA", str(tmp_path))
    training, validation, test = mnist_loader.load_data()
    assert [part[0].shape for part in (training, validation, test)] == [
        (50, 784),
        (10, 784),
        (10, 784),
    ]
    assert {part[0].dtype.name for part in (training, validation, test)} == {"float32"}
    assert np.array_equal(256 * test[0], written["t10k-images-idx3-ubyte"].reshape(10, 784))
    assert test[1].tolist() == list(range(10))

    pairs, valid, tests = mnist_loader.load_data_wrapper()
    assert [type(part) for part in (pairs, valid, tests)] == [list] * 3
    assert [len(part) for part in (pairs, valid, tests)] == [50, 10, 10]
    x, y = pairs[13]
    assert np.array_equal(x, training[0][13].reshape(784, 1))
    assert np.array_equal(y, mnist_loader.vectorized_result(3))
    assert tests[4][0].shape == (784, 1)
    assert tests[4][1] == 4
    x[0], y[0] = 5.0, 1.0  # may be written to, and is nobody else's
    assert pairs[3][1][0] == 0


def test_without_mnist_it_says_where_it_looked(tmp_path, monkeypatch):
    monkeypatch.setenv("AUTOGRAD_NN_DATA", str(tmp_path))
    with pytest.raises(FileNotFoundError, match=r"load_mnist: .*train-images-idx3-ubyte"):
        mnist_loader.load_data_wrapper()


@needs_mnist
@pytest.mark.slow
def test_an_epoch_on_mnist(capsys):
    """η = 3 leaves one run in fourteen with a digit unlearned (72 % to 74 %), and rounding decides which."""
    training, _, test = mnist_loader.load_data_wrapper()
    found = []
    for seed in range(3):
        random.seed(seed)
        np.random.seed(seed)  # noqa: NPY002
        net = network.Network([784, 30, 10])
        net.SGD(training, 1, 10, 3.0, test_data=test)
        told, recognized, _, n = capsys.readouterr().out.rsplit(maxsplit=3)
        assert (told, n) == ("Epoch 0:", "10000")
        assert int(recognized) == net.evaluate(test)
        found.append(int(recognized))
        if found[-1] > 8_800:
            return
    raise AssertionError(f"{found} of 10,000 digits recognized after an epoch, with three seeds")
