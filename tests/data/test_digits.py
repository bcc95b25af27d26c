"""The embedded digits are those of the source, and DIGITS.md tells the truth about them."""

import hashlib
import io
import re
import zipfile
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import autograd_nn.data.digits as module
from autograd_nn.data import Dataset, load_digits

FOLDER = files("autograd_nn.data")
TEXT = FOLDER.joinpath("DIGITS.md").read_text(encoding="utf-8")
COUNTS = [178, 182, 177, 183, 181, 182, 181, 179, 174, 180]


def content() -> bytes:
    return FOLDER.joinpath("digits.npz").read_bytes()


def stored() -> dict[str, Any]:
    with np.load(io.BytesIO(content()), allow_pickle=False) as archive:
        return dict(archive)


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def test_shapes_and_types() -> None:
    digits = load_digits()
    assert isinstance(digits, Dataset)
    assert digits.x.shape == (1797, 64)
    assert digits.x.dtype == np.float64
    assert digits.labels.shape == (1797,)
    assert digits.labels.dtype == np.int64
    assert digits.image_shape == (8, 8)
    assert repr(digits) == "Dataset(digits: 1,797 examples, 64 features, 10 classes)"


def test_pixels_are_sixteenths_from_zero_to_one() -> None:
    x = load_digits().x
    assert (x.min(), x.max()) == (0.0, 1.0)
    assert np.array_equal(16 * x, stored()["images"])


def test_counts_per_class() -> None:
    assert np.bincount(load_digits().labels).tolist() == COUNTS


def test_known_pixels() -> None:
    digits = load_digits()
    first = (16 * digits.x[0]).reshape(8, 8)
    assert digits.labels[0] == 0
    assert first[0].tolist() == [0, 0, 5, 13, 9, 1, 0, 0]
    assert first[7].tolist() == [0, 0, 6, 13, 10, 0, 0, 0]
    last = (16 * digits.x[-1]).reshape(8, 8)
    assert digits.labels[-1] == 8
    assert last[3].tolist() == [0, 0, 5, 16, 16, 10, 0, 0]


def test_read_only() -> None:
    with pytest.raises(ValueError, match="read-only"):
        load_digits().x[0, 0] = 1


def test_the_file_holds_two_arrays_of_bytes() -> None:
    arrays = stored()
    assert {name: (a.shape, str(a.dtype)) for name, a in arrays.items()} == {
        "images": ((1797, 64), "uint8"),
        "labels": ((1797,), "uint8"),
    }


def test_the_stated_sums_are_right() -> None:
    sums = dict(re.findall(r"^\| `([\w.]+)` \| `([0-9a-f]{64})` \|$", TEXT, re.MULTILINE))
    arrays = stored()
    assert sums == {
        "images": sha256(arrays["images"].tobytes()),
        "labels": sha256(arrays["labels"].tobytes()),
        "digits.npz": sha256(content()),
    }


def test_the_stated_counts_are_right() -> None:
    rows = re.findall(r"^\| (\d) \| (\d+) \|$", TEXT, re.MULTILINE)
    assert [(int(digit), int(count)) for digit, count in rows] == list(enumerate(COUNTS))


@pytest.mark.parametrize(
    "needed",
    [
        "E. Alpaydin",
        "C. Kaynak",
        "10.24432/C50P49",
        "CC BY 4.0",
        "https://creativecommons.org/licenses/by/4.0/",
        "13 others for the test part",
    ],
)
def test_the_attribution_is_there(needed: str) -> None:
    assert needed in TEXT


def blocks() -> list[str]:
    return re.findall(r"^```python\n(.*?)^```$", TEXT, re.MULTILINE | re.DOTALL)


def test_the_lines_that_print_the_sums_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "digits.npz").write_bytes(content())
    monkeypatch.chdir(tmp_path)
    exec(blocks()[1], {})
    printed = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert [name for name, _ in printed] == ["images", "labels", "digits.npz"]
    for name, value in printed:
        assert f"| `{name}` | `{value}` |" in TEXT


def test_the_lines_that_made_the_file_make_it_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("sklearn")
    monkeypatch.chdir(tmp_path)
    exec(blocks()[0], {})
    made = (tmp_path / "digits.npz").read_bytes()
    with np.load(io.BytesIO(made), allow_pickle=False) as archive:
        for name, array in stored().items():
            assert np.array_equal(archive[name], array)
            assert archive[name].dtype == array.dtype
    with zipfile.ZipFile(io.BytesIO(made)) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_equal_to_scikit_learn() -> None:
    source = pytest.importorskip("sklearn.datasets").load_digits()
    digits = load_digits()
    assert np.array_equal(digits.x, source.data / 16)
    assert np.array_equal(digits.labels, source.target)


def archive_of(**arrays: Any) -> bytes:
    file = io.BytesIO()
    np.savez_compressed(file, **arrays)
    return file.getvalue()


def damaged() -> bytes:
    data = bytearray(content())
    data[len(data) // 2] ^= 0xFF
    return bytes(data)


IMAGES, LABELS = np.zeros((1797, 64), np.uint8), np.zeros(1797, np.uint8)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (None, "cannot be read"),
        (b"", "cannot be read"),
        (b"version https://git-lfs.github.com/spec/v1\n", "cannot be read"),
        (content()[:20_000], "cannot be read"),
        (damaged(), "cannot be read"),
        (archive_of(images=IMAGES), "cannot be read"),
        (archive_of(images=IMAGES, labels=LABELS.astype(object)), "cannot be read"),
        (archive_of(images=IMAGES[:5], labels=LABELS), "holds"),
        (archive_of(images=IMAGES, labels=LABELS.astype(float)), "holds"),
    ],
    ids=["missing", "empty", "text", "cut", "flipped", "one", "object", "short", "float"],
)
def test_a_damaged_file_is_refused(
    data: bytes | None, message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if data is not None:
        (tmp_path / "digits.npz").write_bytes(data)
    monkeypatch.setattr(module, "files", lambda package: tmp_path)
    with pytest.raises(ValueError, match=rf"(?s)^load_digits: .*{message}.*install autograd_nn"):
        load_digits()
