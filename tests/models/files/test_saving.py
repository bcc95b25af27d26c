"""Networks in files: the same network comes back, and a file that is none is told what is wrong."""

import io
import json
import os
import pickle
import zipfile

import numpy as np
import pytest
from helpers.cases import examples
from hypothesis import given, settings
from hypothesis import strategies as st

from autograd_nn import Network
from autograd_nn.models import Dropout
from autograd_nn.models.files import archive
from autograd_nn.models.files import saving as module

KINDS = {
    "plain": {},
    "float32": {"dtype": np.float32, "cost": "cross_entropy"},
    "softmax": {"output": "softmax", "cost": "log_likelihood", "activation": "relu"},
    "swapped": {"swapped": {(2, 1): "relu", (2, 2): "linear"}},
    "dropout": {"dropout": 0.5},
    "inverted": {"dropout": Dropout(0.25, inverted=True), "output": "tanh"},
}
every_kind = pytest.mark.parametrize("kind", KINDS)
every_format = pytest.mark.parametrize("suffix", [".json", ".npz"])


def net_of(kind="plain"):
    return Network([3, 4, 2], rng=3, **KINDS[kind])


@every_kind
@every_format
def test_a_network_comes_back_bit_for_bit(kind, suffix, tmp_path, rng):
    net, x = net_of(kind), rng.standard_normal((5, 3))
    net.fit((x, [0, 1, 1, 0, 1]), epochs=2, batch_size=2, learning_rate=0.5)
    file = net.save(tmp_path / f"net{suffix}")
    again = Network.load(str(file))
    assert repr(again) == repr(net)
    assert np.array_equal(again.feedforward(x), net.feedforward(x))
    for p, q in zip(net.parameters, again.parameters, strict=True):
        assert (p.name, p.dtype, q.requires_grad) == (q.name, q.dtype, True)
        assert np.array_equal(p.data, q.data)
    for n in (net, again):
        n.fit((x, [0, 1, 1, 0, 1]), epochs=2, batch_size=2, learning_rate=0.5)
    for p, q in zip(net.parameters, again.parameters, strict=True):
        assert np.array_equal(p.data, q.data)


@every_format
def test_the_file_is_the_same_each_time_and_holds_no_pickle(suffix, tmp_path):
    first = net_of().save(tmp_path / f"a{suffix}").read_bytes()
    assert first == net_of().save(tmp_path / f"b{suffix}").read_bytes()
    with pytest.raises(Exception):  # noqa: B017, PT011 - whatever pickle finds wrong
        pickle.loads(first)


def test_awkward_numbers_are_exact(tmp_path):
    net = net_of()
    net.weights[0].data[0] = [5e-324, -0.0, 1.7976931348623157e308]
    for suffix in (".json", ".npz"):
        again = Network.load(net.save(tmp_path / f"n{suffix}"))
        assert again.weights[0].data.tobytes() == net.weights[0].data.tobytes()


@pytest.mark.parametrize("name", ["net.pkl", "net", "net.txt"])
def test_another_suffix_raises_and_writes_nothing(name, tmp_path):
    with pytest.raises(ValueError, match=r"ends in \.json or \.npz"):
        net_of().save(tmp_path / name)
    assert not list(tmp_path.iterdir())


def test_weights_that_are_not_finite_are_not_kept(tmp_path):
    net = net_of()
    net.biases[0].data[1] = np.nan
    with pytest.raises(ValueError, match=r"save: b2 holds numbers that are not finite"):
        net.save(tmp_path / "net.json")


@every_format
def test_a_crash_leaves_the_file_that_was_there(suffix, tmp_path, monkeypatch):
    file = net_of().save(tmp_path / f"net{suffix}")
    old = file.read_bytes()

    def interrupted(descriptor):
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", interrupted)
    with pytest.raises(KeyboardInterrupt):
        net_of("dropout").save(file)
    assert file.read_bytes() == old
    assert list(tmp_path.iterdir()) == [file]


def test_a_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"load: there is no file .*none\.npz"):
        Network.load(tmp_path / "none.npz")


# --- files that may be anything ---------------------------------------------------------------


def changed(tmp_path, change):
    """The JSON of a network, changed."""
    content = json.loads(net_of("dropout").save(tmp_path / "net.json").read_text())
    change(content)
    file = tmp_path / "changed.json"
    file.write_text(json.dumps(content))
    return file


def put(key, value):
    return lambda content: content.update({key: value})


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (put("format", "something"), "its format is not"),
        (put("version", 2), "version 2; this library reads 1"),
        (put("extra", 1), r"keys \['extra'\] are missing or unknown"),
        (lambda c: c.pop("cost"), r"keys \['cost'\]"),
        (lambda c: c.pop("weights"), "weights and biases are missing"),
        (put("sizes", [3]), "sizes"),
        (put("sizes", [3, 0, 2]), "sizes"),
        (put("sizes", [3, True, 2]), "sizes"),
        (put("sizes", "3-4-2"), "sizes"),
        (put("sizes", [10**9, 10**9]), "sizes"),
        (put("sizes", [2**29, 2**29]), "need more than"),
        (put("sizes", [3, 5, 2]), r"shape \(4, 3\).*expected \(5, 3\)"),
        (put("cost", "lowest"), "cost='lowest'"),
        (put("cost", ["quadratic"]), "cost: expected text"),
        (put("activation", "__import__"), "activation='__import__'; expected one of"),
        (put("output", "softmax"), None),  # a network of its own: quadratic softmax
        (put("dtype", "object"), "dtype 'object'"),
        (put("dtype", "int64"), "dtype 'int64'"),
        (put("swapped", [[9, 9, "tanh"]]), r"key \(9, 9\)"),
        (put("swapped", [[2, 0]]), "not a network"),
        (put("swapped", 7), "not a network"),
        (put("dropout", {"rate": 2, "inverted": False}), "rate=2"),
        (put("dropout", {"rate": 0.5}), "dropout: expected rate and inverted"),
        (put("dropout", 0.5), "not a network"),
        (put("weights", [[[1.0]]]), "1 weights and 2 biases"),
        (lambda c: c["weights"][0][0].append(1.0), "not a network"),
        (lambda c: c["weights"][0].__setitem__(0, ["a", "b", "c"]), "not a network"),
        (lambda c: c["weights"][0].__setitem__(0, [None, 1, 2]), "not a network"),
        (lambda c: c["biases"][0].__setitem__(0, 10**400), "not a network"),
        (lambda c: c["biases"][0].__setitem__(0, True), None),  # true among numbers is 1
    ],
)
def test_json_that_is_no_network_says_what_is_wrong(change, message, tmp_path):
    file = changed(tmp_path, change)
    if message is None:
        assert isinstance(Network.load(file), Network)
        return
    with pytest.raises(ValueError, match=message) as caught:
        Network.load(file)
    assert str(file) in str(caught.value)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "neither .npz nor JSON"),
        (b"\x80\x04}.", "neither .npz nor JSON"),
        (b"[]", "not an object"),
        (b"{}", "its format is not"),
        (b"[" * 100_000, "not a network"),
        (b'{"format": NaN}', "NaN is not a number"),
        (b'{"format": 1, "format": 2}', "a key occurs twice"),
        (b"PK\x03\x04 rubbish", "not a network"),
        (b"PK", "not a network"),
    ],
)
def test_bytes_that_are_no_network_say_so(content, message, tmp_path):
    file = tmp_path / "x.json"
    file.write_bytes(content)
    with pytest.raises(ValueError, match=message):
        Network.load(file)


def zipped(tmp_path, change):
    """The .npz of a network with its members changed."""
    file = net_of("dropout").save(tmp_path / "net.npz")
    with zipfile.ZipFile(file) as old:
        members = {name: old.read(name) for name in old.namelist()}
    change(members)
    other = tmp_path / "changed.npz"
    with zipfile.ZipFile(other, "w", zipfile.ZIP_DEFLATED) as new:
        for name, content in members.items():
            new.writestr(name, content)
    return other


def npy(array):
    file = io.BytesIO()
    np.save(file, array, allow_pickle=True)
    return file.getvalue()


def header(text, data=b""):
    body = text.encode() + b" " * ((-len(text) - 11) % 64) + b"\n"
    return b"\x93NUMPY\x01\x00" + len(body).to_bytes(2, "little") + body + data


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda m: m.pop("w2.npy"), "expected 5"),
        (put("more.npy", b""), "it has 6 members"),
        (lambda m: m.pop("settings.npy"), "settings is missing"),
        (put("settings.npy", npy(np.frombuffer(b"{}", np.uint8))), "its format is not"),
        (put("w2.npy", npy(np.zeros((4, 4)))), r"w2 is \(4, 4\)"),
        (put("w2.npy", npy(np.zeros((4, 3), np.float32))), "w2 is .*float32"),
        (put("w2.npy", npy(np.full((4, 3), np.inf))), "not finite"),
        (put("w2.npy", npy(np.zeros(10_000_000))), "w2 is 80,000,128 bytes"),
        (put("w2.npy", npy(np.array([{}, {}], dtype=object))), "not a network"),
        (put("w2.npy", b"rubbish"), "not a network"),
        (put("w2.npy", header("{'descr': '<f8', 'fortran_order': False, 'shape': (10**9, 3)}")),
         "not a network"),
        (put("w2.npy", header("{'descr': '<f8', 'fortran_order': False, 'shape': (99999999, 3)}")),
         "its header promises"),
        (put("w2.npy", header("{'descr': '|V0', 'fortran_order': False, 'shape': (9999999999,)}")),
         "w2 is"),
        (put("w2.npy", header("__import__('os').abort()")), "not a network"),
        (put("w2.npy", header("{'descr': '<f8', 'shape': (4, 3")), "not a network"),
    ],
)  # fmt: skip
def test_a_zip_that_is_no_network_says_what_is_wrong(change, message, tmp_path):
    with pytest.raises(ValueError, match=message):
        Network.load(zipped(tmp_path, change))


def test_a_bomb_is_not_unpacked(tmp_path, monkeypatch):
    def unpacked(*args):
        raise AssertionError("it was opened")

    file = zipped(tmp_path, put("settings.npy", b"\0" * 50_000_000))
    assert file.stat().st_size < 100_000
    monkeypatch.setattr(archive.Archive, "_unpack", unpacked)
    with pytest.raises(ValueError, match=r"settings is 50,000,000 bytes"):
        Network.load(file)


def test_a_file_larger_than_any_network_is_not_read(tmp_path, monkeypatch):
    monkeypatch.setattr(module, "LARGEST", 100)
    file = net_of().save(tmp_path / "net.json")
    with pytest.raises(ValueError, match="more than 100 bytes"):
        Network.load(file)


@every_format
@settings(max_examples=examples(60))
@given(data=st.data())
def test_no_damage_costs_more_than_a_value_error(suffix, data, tmp_path_factory):
    folder = tmp_path_factory.mktemp("damaged")
    file = net_of("dropout").save(folder / f"net{suffix}")
    content = bytearray(file.read_bytes())
    for _ in range(data.draw(st.integers(1, 4))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    if data.draw(st.booleans()):
        del content[data.draw(st.integers(0, len(content) - 1)) :]
    file.write_bytes(content)
    try:
        loaded = Network.load(file)
    except ValueError as error:
        assert str(file) in str(error)  # noqa: PT017 - most damage raises, some does not matter
    else:
        assert np.isfinite(loaded.feedforward(np.zeros(loaded.sizes[0]))).all()
