"""The presets are the book's settings; a run of one is what its keywords say."""

import inspect

import numpy as np
import pytest

from autograd_nn import Network
from autograd_nn.data import Dataset
from autograd_nn.experiments import PRESETS, ROWS, load, parts, read_images, run
from autograd_nn.models import Schedule

every_preset = pytest.mark.parametrize("preset", PRESETS.values(), ids=lambda p: p.name)


def tiny(features, images=12):
    """Three data sets of random images."""
    rng = np.random.default_rng(0)
    made = [Dataset(rng.random((n, features)), np.arange(n) % 10) for n in (images, 12, 12)]
    return made[0], made[1], made[2]


BOOK = {
    # preset: layers, cost, initializer, η, λ, epochs, images, judged on
    "chapter-1-30": ((784, 30, 10), "quadratic", "large", 3.0, 0, 30, None, "test"),
    "chapter-1-100": ((784, 100, 10), "quadratic", "large", 3.0, 0, 30, None, "test"),
    "cross-entropy-30": ((784, 30, 10), "cross_entropy", "large", 0.5, 0, 30, None, "test"),
    "cross-entropy-100": ((784, 100, 10), "cross_entropy", "large", 0.5, 0, 30, None, "test"),
    "overfitting": ((784, 30, 10), "cross_entropy", "large", 0.5, 0, 400, 1000, "test"),
    "overfitting-l2": ((784, 30, 10), "cross_entropy", "large", 0.5, 0.1, 400, 1000, "test"),
    "l2-30": ((784, 30, 10), "cross_entropy", "large", 0.5, 5.0, 30, None, "test"),
    "l2-100": ((784, 100, 10), "cross_entropy", "large", 0.1, 5.0, 60, None, "validation"),
    "large-weights": ((784, 30, 10), "cross_entropy", "large", 0.1, 5.0, 30, None, "validation"),
    "scaled-weights": ((784, 30, 10), "cross_entropy", "scaled", 0.1, 5.0, 30, None, "validation"),
}


@pytest.mark.parametrize("name", BOOK)
def test_a_preset_of_the_table_has_the_books_settings(name):
    preset = PRESETS[name]
    found = (
        preset.sizes, preset.network["cost"], preset.network["initializer"],
        preset.training["learning_rate"], preset.training.get("l2", 0),
        preset.training["epochs"], preset.images, preset.judged_on,
    )  # fmt: skip
    assert found == BOOK[name]
    assert preset.training["batch_size"] == 10


def test_every_row_of_the_table_is_a_preset_of_the_book():
    assert {row.preset for row in ROWS} == set(BOOK)


@every_preset
def test_a_preset_is_made_of_settings_that_exist_and_runs(preset):
    assert PRESETS[preset.name] is preset
    assert set(preset.network) <= set(inspect.signature(Network).parameters)
    assert set(preset.training) <= set(inspect.signature(Network.fit).parameters)
    data = tiny(preset.sizes[0], preset.images or 12)
    network, history = run(preset, data, seed=1, epochs=1)
    assert network.sizes == preset.sizes
    assert len(history) == 1
    assert history[0].accuracy is not None


def test_the_preset_of_the_schedule_ends_by_itself():
    assert PRESETS["halving-30"].training["schedule"] == Schedule(2, 128)
    assert PRESETS["halving-30"].training["patience"] == 10


def test_a_run_is_the_network_and_the_fit_that_it_names():
    preset, data = PRESETS["l2-30"], tiny(784)
    network, history = run(preset, data, seed=4, epochs=2)
    by_hand = Network((784, 30, 10), cost="cross_entropy", initializer="large", rng=4)
    expected = by_hand.fit(
        data[0], epochs=2, batch_size=10, learning_rate=0.5, l2=5.0, validation=data[2], rng=4
    )
    assert [e.accuracy for e in history] == [e.accuracy for e in expected]
    for p, q in zip(network.parameters, by_hand.parameters, strict=True):
        assert np.array_equal(p.data, q.data)


def test_the_parts_are_the_first_images_and_the_data_that_judge():
    data = tiny(784)
    training, judge = parts(PRESETS["chapter-1-30"], data)
    assert (training, judge) == (data[0], data[2])
    assert parts(PRESETS["l2-100"], data)[1] is data[1]
    long = Dataset(np.zeros((1200, 784)), np.zeros(1200, int))
    assert len(parts(PRESETS["overfitting"], (long, data[1], data[2]))[0]) == 1000


def test_the_digits_need_no_file(monkeypatch):
    monkeypatch.delenv("AUTOGRAD_NN_DATA", raising=False)
    first, again = load("digits"), load("digits")
    assert [len(part) for part in first] == [1297, 250, 250]
    assert np.array_equal(first[0].x, again[0].x)


# --- images from files ------------------------------------------------------------------------


def test_images_are_read_from_arrays_of_rows_and_of_pictures(tmp_path, rng):
    rows = rng.random((3, 64))
    for name, array in (("rows", rows), ("pictures", rows.reshape(3, 8, 8)), ("one", rows[0])):
        np.save(tmp_path / f"{name}.npy", array)
    assert np.array_equal(read_images(tmp_path / "rows.npy", 64), rows)
    assert np.array_equal(read_images(tmp_path / "pictures.npy", 64), rows)
    assert np.array_equal(read_images(tmp_path / "one.npy", 64), rows[:1])
    np.save(tmp_path / "single.npy", rows[0].reshape(8, 8))
    assert np.array_equal(read_images(tmp_path / "single.npy", 64), rows[:1])


def test_bytes_are_scaled_as_in_mnist(tmp_path):
    np.save(tmp_path / "bytes.npy", np.full((1, 4), 255, np.uint8))
    assert read_images(tmp_path / "bytes.npy", 4).tolist() == [[255 / 256] * 4]


@pytest.mark.parametrize("text", ["0,0.5,1\n1,0,0\n", "0 0.5 1\n\n1 0 0", "0, 0.5, 1\n1, 0, 0"])
def test_images_are_read_from_text(text, tmp_path):
    file = tmp_path / "images.csv"
    file.write_text(text)
    assert read_images(file, 3).tolist() == [[0, 0.5, 1], [1, 0, 0]]


@pytest.mark.parametrize("ink", ["dark", "light"])
def test_a_picture_is_ink_on_paper_whichever_is_dark(ink, tmp_path):
    pytest.importorskip("matplotlib")
    from matplotlib.image import imsave

    drawn = np.zeros((8, 8))
    drawn[2:6, 4] = 1
    imsave(tmp_path / "one.png", drawn, cmap="gray_r" if ink == "dark" else "gray", vmin=0, vmax=1)
    np.testing.assert_allclose(
        read_images(tmp_path / "one.png", 64), drawn.reshape(1, 64), atol=1e-6
    )


@pytest.mark.parametrize("colour", [0.0, 1.0])
def test_ink_on_a_transparent_picture_is_seen(colour, tmp_path):
    pytest.importorskip("matplotlib")
    from matplotlib.image import imsave

    drawn = np.zeros((8, 8))
    drawn[2:6, 4] = 1
    imsave(tmp_path / "one.png", np.dstack([np.full((8, 8), colour)] * 3 + [drawn]))
    np.testing.assert_allclose(
        read_images(tmp_path / "one.png", 64), drawn.reshape(1, 64), atol=1e-6
    )
    imsave(tmp_path / "none.png", np.zeros((8, 8, 4)))  # nothing is there: paper
    assert not read_images(tmp_path / "none.png", 64).any()


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("x.csv", b"1,2,3\n\n1,2\n", "line 3 has 2 numbers, the first has 3"),
        ("x.npy", b"rubbish", "no images could be read"),
        ("x.npy", b"", "no images could be read"),
        ("x.csv", b"1,2,3\n1,2\n", "no images could be read"),
        ("x.csv", b"a,b,c", "no images could be read"),
        ("x.csv", b"1,2", r"shape \(1, 2\); expected images of 3 pixels"),
        ("x.csv", b"", "numbers of shape"),
        ("x.csv", b"1,2,nan", "nan; expected finite"),
        ("x.gif", b"GIF89a", "cannot be read; expected a file ending in .npy"),
    ],
)
def test_what_holds_no_images_says_so(name, content, message, tmp_path):
    file = tmp_path / name
    file.write_bytes(content)
    with pytest.raises(ValueError, match=message):
        read_images(file, 3)


def test_an_array_of_objects_or_a_header_that_promises_too_much_is_not_read(tmp_path):
    np.save(tmp_path / "objects.npy", np.array([{}, {}], dtype=object), allow_pickle=True)
    with pytest.raises(ValueError, match="no images could be read"):
        read_images(tmp_path / "objects.npy", 3)
    np.save(tmp_path / "few.npy", np.zeros((1, 3)))
    content = (tmp_path / "few.npy").read_bytes()
    for found, put in ((b"(1, 3), }         ", b"(99999999999, 3), }"), (b"(1, 3), ", b"(9, 3), ")):
        for damaged in (content.replace(found, put[: len(found)]), content.replace(b")", b"(")):
            (tmp_path / "few.npy").write_bytes(damaged)
            with pytest.raises(ValueError, match="no images could be read"):
                read_images(tmp_path / "few.npy", 3)
    with pytest.raises(FileNotFoundError):
        read_images(tmp_path / "none.npy", 3)
