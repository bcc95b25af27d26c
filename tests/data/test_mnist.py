"""MNIST's files: what is read, where they are looked for, and what happens to bad ones."""

import gzip
import hashlib
import os
import struct
import tracemalloc
from pathlib import Path

import numpy as np
import pytest
from helpers.mnist_files import idx, needs_mnist, small_counts, small_mnist  # noqa: F401

from autograd_nn.data import load_mnist, mnist, mnist_folder
from autograd_nn.data.idx import read_idx

NAMES = [name for pair in mnist.FILES.values() for name in pair]
IMAGES, LABELS = NAMES[:2]


# --- what is read ---------------------------------------------------------------------------


@pytest.mark.parametrize("packed", [True, False])
@pytest.mark.usefixtures("small_counts")
def test_the_split_and_the_scale_are_the_books(tmp_path, packed):
    written = small_mnist(tmp_path, packed)
    training, validation, test = load_mnist(tmp_path)
    assert [len(part) for part in (training, validation, test)] == [50, 10, 10]
    pixels = written[IMAGES].reshape(60, 784)
    assert np.array_equal(256 * training.x, pixels[:50])
    assert np.array_equal(256 * validation.x, pixels[50:])
    assert np.array_equal(256 * test.x, written[NAMES[2]].reshape(10, 784))
    assert np.array_equal(training.labels, written[LABELS][:50])
    assert np.array_equal(validation.labels, written[LABELS][50:])
    assert training.image_shape == (28, 28)
    assert repr(training) == "Dataset(MNIST training: 50 examples, 784 features, 10 classes)"
    assert [part.name for part in (validation, test)] == ["MNIST validation", "MNIST test"]


@pytest.mark.usefixtures("small_counts")
def test_the_dtype_is_chosen_and_both_are_exact(tmp_path):
    small_mnist(tmp_path)
    wide, narrow = load_mnist(tmp_path)[0], load_mnist(tmp_path, dtype="float32")[0]
    assert (wide.x.dtype, narrow.x.dtype) == (np.float64, np.float32)
    assert np.array_equal(wide.x, narrow.x)
    assert narrow.only(0, 1).x.dtype == narrow.first(3).dtype == np.float32
    with pytest.raises(TypeError, match=r"load_mnist: dtype='int8'; expected float64 or float32"):
        load_mnist(tmp_path, dtype="int8")


@pytest.mark.usefixtures("small_counts")
def test_no_array_is_held_twice(tmp_path, monkeypatch):
    monkeypatch.setattr(mnist, "COUNTS", {"training": 2_000, "test": 10})
    monkeypatch.setattr(mnist, "_VALIDATION", 1_000)
    small_mnist(tmp_path)
    blank = np.zeros((2_000, 28, 28), np.uint8)
    (tmp_path / f"{IMAGES}.gz").write_bytes(gzip.compress(idx(blank)))
    (tmp_path / f"{LABELS}.gz").write_bytes(gzip.compress(idx(blank[:, 0, 0])))
    tracemalloc.start()
    parts = load_mnist(tmp_path)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < sum(part.x.nbytes for part in parts) + 1.3 * blank.nbytes


@needs_mnist
def test_the_real_files_are_mnist():
    training, validation, test = load_mnist(dtype=np.float32)
    assert [part.x.shape for part in (training, validation, test)] == [
        (50_000, 784),
        (10_000, 784),
        (10_000, 784),
    ]
    counts = np.bincount(test.labels).tolist()
    assert counts == [980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009]
    assert training.labels[:6].tolist() == [5, 0, 4, 1, 9, 2]  # the line that opens chapter 1
    assert (training.x.min(), training.x.max()) == (0, 255 / 256)
    content = (256 * test.x).astype(np.uint8).tobytes()
    header = struct.pack(">4I", 0x803, 10_000, 28, 28)
    assert hashlib.sha256(header + content).hexdigest() == (
        "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7"
    )
    assert 0.2 < len(training.only(0, 1)) / len(training) < 0.22
    assert len(training.first(1_000)) == 1_000


# --- where the files are looked for -----------------------------------------------------------


def test_a_path_then_the_variable_then_the_cache(monkeypatch, tmp_path):
    monkeypatch.setenv("AUTOGRAD_NN_DATA", "/from/the/variable")
    assert mnist_folder("given") == Path("given")
    assert mnist_folder("~/given") == Path.home() / "given"
    assert mnist_folder() == Path("/from/the/variable")
    assert mnist_folder("") == Path()
    monkeypatch.setenv("AUTOGRAD_NN_DATA", "")
    monkeypatch.setattr(mnist.sys, "platform", "linux")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert mnist_folder() == tmp_path / "autograd_nn" / "mnist"
    monkeypatch.delenv("XDG_CACHE_HOME")
    assert mnist_folder() == Path.home() / ".cache/autograd_nn/mnist"
    monkeypatch.setattr(mnist.sys, "platform", "darwin")
    assert mnist_folder() == Path.home() / "Library/Caches/autograd_nn/mnist"
    monkeypatch.setattr(mnist.sys, "platform", "win32")
    monkeypatch.setenv("LOCALAPPDATA", str(tmp_path))
    assert mnist_folder() == tmp_path / "autograd_nn" / "mnist"


@pytest.mark.usefixtures("small_counts")
def test_the_variables_folder_is_read(monkeypatch, tmp_path):
    small_mnist(tmp_path)
    monkeypatch.setenv("AUTOGRAD_NN_DATA", str(tmp_path))
    assert len(load_mnist()[0]) == 50


@pytest.mark.usefixtures("small_counts")
@pytest.mark.parametrize("absent", NAMES)
def test_a_missing_file_is_named_with_the_place_and_all_four_names(tmp_path, absent):
    small_mnist(tmp_path)
    (tmp_path / f"{absent}.gz").unlink()
    with pytest.raises(FileNotFoundError) as caught:
        load_mnist(tmp_path)
    message = str(caught.value)
    assert message.startswith(f"load_mnist: {tmp_path / absent}(.gz) does not exist; ")
    assert all(f"\n  {name} or {name}.gz" in message for name in NAMES)
    assert "AUTOGRAD_NN_DATA" in message


def test_a_missing_folder_is_called_one(tmp_path):
    with pytest.raises(FileNotFoundError, match="there is no such folder"):
        load_mnist(tmp_path / "nowhere")


# --- bad files --------------------------------------------------------------------------------

GOOD = idx(np.arange(12).reshape(3, 2, 2))


@pytest.mark.parametrize("packed", [True, False])
@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "nothing|0 bytes"),
        (GOOD[:10], "begins with|10 bytes"),
        (b"P6 is no IDX file at all, now"[: len(GOOD)], "begins with 50 36 20 69"),
        (GOOD[:-1], "ends after 11 of 12|27 bytes; expected 28"),
        (GOOD + b"x", "goes on after its 12|29 bytes"),
        (idx(np.zeros((4, 2, 2))), "4 × 2 × 2 elements; expected 3 × 2 × 2|32 bytes"),
        (idx(np.zeros((3, 4))), "along 2 axes.*along 3|24 bytes"),
        (idx(np.zeros((3, 2, 2)), kind=0x0D), "type 0x0d"),
        (struct.pack(">4B3I", 0, 0, 8, 3, *[2**32 - 1] * 3) + bytes(12), "4,294,967,295 × 4,294"),
    ],
)
def test_a_malformed_file_is_refused(tmp_path, content, message, packed):
    file = tmp_path / ("images.gz" if packed else "images")
    file.write_bytes(gzip.compress(content, mtime=0) if packed else content)
    with pytest.raises(ValueError, match=f"read_idx: {file}.*(?:{message})"):
        read_idx(file, (3, 2, 2))


def test_a_good_file_is_read(tmp_path):
    (tmp_path / "images").write_bytes(GOOD)
    assert np.array_equal(read_idx(tmp_path / "images", (3, 2, 2)), np.arange(12).reshape(3, 2, 2))


def damaged(content):
    packed = bytearray(gzip.compress(content, mtime=0))
    packed[-6] ^= 1  # the checksum
    return bytes(packed)


@pytest.mark.parametrize(
    "content",
    [
        b"not gzip",
        gzip.compress(GOOD, mtime=0)[:-9],
        gzip.compress(GOOD, mtime=0)[:15],
        damaged(GOOD),
        b"\x1f\x8b",
    ],
)
def test_a_damaged_gzip_file_is_refused(tmp_path, content):
    file = tmp_path / "images.gz"
    file.write_bytes(content)
    with pytest.raises(ValueError, match=r"read_idx: .*cannot be unpacked .*gzip"):
        read_idx(file, (3, 2, 2))


def assert_refused_in_little_memory(file, shape, message):
    tracemalloc.start()
    with pytest.raises(ValueError, match=message):
        read_idx(file, shape)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 2 << 20


def test_a_gzip_bomb_is_not_unpacked(tmp_path):
    file = tmp_path / "images.gz"
    with gzip.open(file, "wb", 1) as stream:
        stream.write(GOOD)
        for _ in range(64):
            stream.write(bytes(1 << 20))
    assert_refused_in_little_memory(file, (3, 2, 2), "goes on after")


def test_a_header_that_asks_for_too_much_gets_no_memory(tmp_path):
    file = tmp_path / "images.gz"
    file.write_bytes(gzip.compress(struct.pack(">4B3I", 0, 0, 8, 3, 1 << 30, 28, 28)))
    assert_refused_in_little_memory(file, (60_000, 28, 28), "1,073,741,824 × 28 × 28")


@pytest.mark.usefixtures("small_counts")
def test_a_label_that_is_no_digit_is_refused(tmp_path):
    small_mnist(tmp_path, packed=False)
    (tmp_path / LABELS).write_bytes(idx(np.full(60, 10)))
    with pytest.raises(ValueError, match="has the label 10; expected digits from 0 to 9"):
        load_mnist(tmp_path)


def test_a_file_of_other_counts_is_refused(tmp_path):
    small_mnist(tmp_path)
    with pytest.raises(ValueError, match="holds 60 elements; expected 60,000"):
        load_mnist(tmp_path)


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="everything may be read here")
def test_a_file_that_may_not_be_read(tmp_path):
    (tmp_path / "images").write_bytes(GOOD)
    (tmp_path / "images").chmod(0)
    with pytest.raises(PermissionError):
        read_idx(tmp_path / "images", (3, 2, 2))
