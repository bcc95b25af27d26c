"""The Dataset: what it accepts, what it refuses, and that no example is lost."""

import copy
import pickle
import re
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograd_nn.data.dataset import Dataset


def numbered(n: int, **settings: Any) -> Dataset:
    """n examples whose label and whose two features tell which one it is."""
    labels = np.arange(n)
    return Dataset(np.column_stack([labels, -labels]), labels, **settings)


def same_examples(part: Dataset) -> bool:
    """Whether the rows of a part still belong to its labels."""
    return bool((part.x == np.column_stack([part.labels, -part.labels])).all())


# What it holds


def test_types_and_shapes() -> None:
    data = Dataset(np.ones((3, 4), np.float32), np.array([0, 1, 2], np.uint8), image_shape=(2, 2))
    assert data.x.dtype == np.float64
    assert data.x.shape == (3, 4)
    assert data.labels.dtype == np.int64
    assert data.labels.tolist() == [0, 1, 2]
    assert data.image_shape == (2, 2)
    assert len(data) == 3


def test_lists_and_numpy_sides_are_accepted() -> None:
    data = Dataset([[True, False]], [7], image_shape=[np.int64(1), 2])  # type: ignore[arg-type]
    assert data.x.tolist() == [[1.0, 0.0]]
    assert data.image_shape == (1, 2)
    assert type(data.image_shape[0]) is int


def test_no_examples_are_a_dataset() -> None:
    assert len(Dataset(np.empty((0, 3)), [])) == 0
    assert repr(Dataset(np.empty((0, 3)), [])) == "Dataset(data: 0 examples, 3 features, 0 classes)"


def test_repr_counts_and_agrees_in_number() -> None:
    assert repr(numbered(1797, name="n")) == "Dataset(n: 1,797 examples, 2 features, 1,797 classes)"
    assert repr(Dataset([[1.0]], [3])) == "Dataset(data: 1 example, 1 feature, 1 class)"


def test_equality_and_hash_are_identity() -> None:
    data = numbered(3)
    assert data == data
    assert data != numbered(3)
    assert len({data, data}) == 1


# Read-only


def test_arrays_are_read_only() -> None:
    data = numbered(4)
    with pytest.raises(ValueError, match="read-only"):
        data.x[0, 0] = 1
    with pytest.raises(ValueError, match="read-only"):
        data.labels[0] = 1
    with pytest.raises(AttributeError):
        data.x = np.ones((4, 2))  # type: ignore[misc]


def test_the_givers_arrays_stay_writable_and_do_not_reach_in() -> None:
    x, labels = np.zeros((2, 2)), np.zeros(2, np.int64)
    data = Dataset(x, labels)
    x[0, 0], labels[0] = 5, 5
    assert data.x[0, 0] == 0
    assert data.labels[0] == 0


def test_a_read_only_view_of_a_writable_array_is_copied() -> None:
    x = np.zeros((2, 2))
    view = x[:]
    view.setflags(write=False)
    data = Dataset(view, [0, 1])
    x[0, 0] = 5
    assert data.x[0, 0] == 0


def test_read_only_arrays_are_shared() -> None:
    data = numbered(4)
    assert Dataset(data.x, data.labels).x is data.x
    assert np.shares_memory(data.take(slice(1, 3)).x, data.x)


def test_parts_are_read_only() -> None:
    data = numbered(5)
    for part in (data.take([0, 1]), data.take(slice(2)), *data.split(2), *data.split(2, rng=None)):
        assert not part.x.flags.writeable
        assert not part.labels.flags.writeable


def test_copies_and_pickles() -> None:
    data = numbered(3, image_shape=(1, 2), name="n")
    for other in (copy.copy(data), copy.deepcopy(data), pickle.loads(pickle.dumps(data))):
        assert np.array_equal(other.x, data.x)
        assert np.array_equal(other.labels, data.labels)
        assert (other.image_shape, other.name) == ((1, 2), "n")


# What it refuses

TWO = np.zeros((2, 4))


@pytest.mark.parametrize(
    ("x", "labels", "settings", "error", "message"),
    [
        (np.zeros(4), [0], {}, ValueError, r"x of shape \(4,\).*reshape\(1, -1\)"),
        (np.zeros((2, 2, 2)), [0, 1], {}, ValueError, r"\(2, 2, 2\).*reshape\(len\(x\), -1\)"),
        (np.zeros((2, 4), complex), [0, 1], {}, TypeError, r"x of dtype complex128.*real numbers"),
        ([["a", "b"]], [0], {}, TypeError, r"x of dtype <U1.*real numbers"),
        (
            [[1.0, np.nan], [1, 2]],
            [0, 1],
            {},
            ValueError,
            r"x: element \[0, 1\] is nan.*finite.*isfinite",
        ),
        ([[1.0, 2], [-np.inf, 2]], [0, 1], {}, ValueError, r"x: element \[1, 0\] is -inf.*finite"),
        (TWO, [[0], [1]], {}, ValueError, r"labels of shape \(2, 1\).*argmax.*ravel"),
        (TWO, np.int64(3), {}, ValueError, r"labels of shape \(\).*one dimension"),
        (TWO, [0.0, 1.0], {}, TypeError, r"labels of dtype float64.*integers.*np\.unique"),
        (TWO, [True, False], {}, TypeError, r"labels of dtype bool.*integers"),
        (TWO, ["a", "b"], {}, TypeError, r"labels of dtype <U1.*return_inverse"),
        (TWO, np.zeros(2, np.uint64), {}, TypeError, r"labels of dtype uint64.*fit in int64"),
        (TWO, [0, 1, 2], {}, ValueError, r"2 rows in x and 3 labels.*one label for each row"),
        (TWO, [0, 1], {"image_shape": (3, 3)}, ValueError, r"9 pixels.*4, the features of x"),
        (TWO, [0, 1], {"image_shape": (-2, -2)}, ValueError, r"\(-2, -2\).*positive integers"),
        (TWO, [0, 1], {"image_shape": (2.0, 2.0)}, ValueError, r"positive integers"),
        (TWO, [0, 1], {"image_shape": (2, 2, 1)}, ValueError, r"\(height, width\)"),
        (TWO, [0, 1], {"image_shape": 4}, ValueError, r"image_shape=4;"),
        (TWO, [0, 1], {"name": 3}, TypeError, r"name=3; expected text"),
    ],
)
def test_wrong_data_is_refused(
    x: Any, labels: Any, settings: dict[str, Any], error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=r"(?s)^Dataset: .*" + message) as caught:
        Dataset(x, labels, **settings)
    assert str(caught.value).count(";") >= 2  # what arrived; what was expected; what to do


def test_rows_of_different_lengths_are_refused() -> None:
    with pytest.raises(ValueError, match="inhomogeneous"):
        Dataset([[1, 2], [3]], [0, 1])  # type: ignore[arg-type]


# Taking


@pytest.mark.parametrize(
    ("indices", "expected"),
    [
        ([3, 0, 3], [3, 0, 3]),
        ((1, 2), [1, 2]),
        (range(2), [0, 1]),
        ([-1, -5], [4, 0]),
        (np.array([4, 1], np.uint8), [4, 1]),
        (np.array([4, 1], np.uint64), [4, 1]),
        ([True, False, False, True, False], [0, 3]),
        (np.arange(5) > 2, [3, 4]),
        (slice(1, 4), [1, 2, 3]),
        (slice(None, None, -2), [4, 2, 0]),
        (slice(9, 12), []),
        ([], []),
        (np.zeros(5, bool), []),
    ],
)
def test_take(indices: Any, expected: list[int]) -> None:
    part = numbered(5, image_shape=(2, 1), name="n").take(indices)
    assert part.labels.tolist() == expected
    assert same_examples(part)
    assert part.x.shape == (len(expected), 2)
    assert (part.image_shape, part.name) == ((2, 1), "n")


def test_take_with_a_small_index_type_from_many_examples() -> None:
    assert numbered(1000).take(np.array([200], np.uint8)).labels.tolist() == [200]


@pytest.mark.parametrize(
    ("indices", "error", "message"),
    [
        (3, TypeError, r"3; expected a slice, 1-D integers or a boolean mask.*take\(\[3\]\)"),
        (None, TypeError, r"None; expected a slice"),
        ([0.5], TypeError, r"\[0\.5\]; expected a slice"),
        (np.array([]), TypeError, r"a slice"),
        ("abc", TypeError, r"'abc'; expected a slice"),
        ([[0, 1]], TypeError, r"1-D integers"),
        ([0, 5], ValueError, r"index 5; expected -5 to 4, as there are 5 examples"),
        ([-6], ValueError, r"index -6; expected -5 to 4"),
        ([True, False], ValueError, r"mask of 2 values; expected one for each of the 5"),
    ],
)
def test_wrong_indices_are_refused(indices: Any, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=r"^Dataset\.take: .*" + message) as caught:
        numbered(5).take(indices)
    assert str(caught.value).count(";") >= 2


# Splitting


def test_split_gives_a_part_per_size_and_the_rest() -> None:
    data = numbered(1797, image_shape=(1, 2), name="digits")
    train, test = data.split(1500)
    assert (len(train), len(test)) == (1500, 297)
    assert [len(part) for part in data.split(0.8, 0.1)] == [1438, 179, 180]
    assert [len(part) for part in data.split(1000, 797)] == [1000, 797]
    assert [len(part) for part in data.split(0.5, 0.5)] == [898, 899]
    assert [len(part) for part in data.split(1.0)] == [1797]
    for part in (train, test):
        assert (part.name, part.image_shape) == ("digits", (1, 2))


@pytest.mark.parametrize(
    "fractions",
    [
        (0.7, 0.2, 0.1),
        (0.1,) * 10,
        (1 / 3, 1 / 3, 1 / 3),
        (np.float32(0.8), np.float32(0.2)),
        (np.float64(0.25), 0.75),
    ],
)
def test_fractions_that_add_up_to_one_leave_no_rest(fractions: tuple[float, ...]) -> None:
    for n in (30, 60_000):
        assert len(numbered(n).split(*fractions)) == len(fractions)


def test_numpy_integers_are_sizes() -> None:
    assert [len(p) for p in numbered(300).split(np.int8(100), np.int8(100))] == [100, 100, 100]


def covers(data: Dataset, parts: tuple[Dataset, ...]) -> bool:
    """Whether the parts hold every example once, with its own label."""
    together = np.concatenate([part.labels for part in parts])
    return sorted(together) == list(range(len(data))) and all(map(same_examples, parts))


@given(
    sizes=st.lists(st.integers(1, 40), min_size=1, max_size=6),
    rest=st.integers(0, 40),
    rng=st.one_of(st.none(), st.integers(0, 2**70)),
)
def test_numbers_of_examples_cover_without_overlap(
    sizes: list[int], rest: int, rng: int | None
) -> None:
    data = numbered(sum(sizes) + rest)
    parts = data.split(*sizes, rng=rng)
    assert [len(part) for part in parts] == sizes + ([rest] if rest else [])
    assert covers(data, parts)


@given(
    n=st.integers(1, 200),
    fractions=st.lists(st.floats(1e-3, 1.0), min_size=1, max_size=6).filter(lambda f: sum(f) <= 1),
    rng=st.one_of(st.none(), st.integers(0, 2**32)),
)
def test_fractions_cover_without_overlap_or_raise(
    n: int, fractions: list[float], rng: int | None
) -> None:
    data = numbered(n)
    try:
        parts = data.split(*fractions, rng=rng)
    except ValueError as error:
        assert "empty" in str(error)  # noqa: PT017  (raising is one of the two right answers)
        return
    assert covers(data, parts)
    for part, fraction in zip(parts, fractions, strict=False):
        assert abs(len(part) - fraction * n) <= 1.001


@given(sizes=st.lists(st.integers(1, 20), min_size=1, max_size=5))
def test_without_rng_the_order_is_kept(sizes: list[int]) -> None:
    data = numbered(sum(sizes) + 3)
    parts = data.split(*sizes, rng=None)
    assert np.concatenate([part.labels for part in parts]).tolist() == list(range(len(data)))


def orders(parts: tuple[Dataset, ...]) -> list[list[int]]:
    return [part.labels.tolist() for part in parts]


def test_a_seed_gives_the_same_split_again() -> None:
    data = numbered(50)
    assert orders(data.split(20)) == orders(data.split(20, rng=0))
    assert orders(data.split(20, rng=3)) == orders(data.split(20, rng=3))
    assert orders(data.split(20, rng=3)) == orders(data.split(20, rng=np.random.default_rng(3)))
    assert orders(data.split(20, rng=3)) != orders(data.split(20, rng=4))
    assert orders(data.split(20)) != orders(data.split(20, rng=None))


def test_a_generator_moves_on() -> None:
    data, rng = numbered(50), np.random.default_rng(0)
    assert orders(data.split(20, rng=rng)) != orders(data.split(20, rng=rng))


@pytest.mark.parametrize(
    ("sizes", "error", "message"),
    [
        ((), ValueError, r"no sizes"),
        ((6, 5), ValueError, r"\(6, 5\) add up to 11 examples; expected at most 10"),
        ((0.8, 0.3), ValueError, r"add up to 1\.1; expected at most 1"),
        ((2.0,), ValueError, r"add up to 2;.*integers for numbers of examples"),
        ((np.inf,), ValueError, r"add up to inf"),
        ((-1,), ValueError, r"size -1; expected more than 0"),
        ((0.5, -0.1), ValueError, r"size -0\.1; expected more than 0"),
        ((np.nan,), ValueError, r"size nan; expected more than 0"),
        ((0, 5), ValueError, r"size 0;.*no part may be empty.*the rest becomes"),
        ((0.0, 0.5), ValueError, r"size 0\.0;.*no part may be empty"),
        ((0.01, 0.5), ValueError, r"part 1 of 3 empty"),
        ((0.99,), ValueError, r"part 2 of 2 empty"),
        ((5, 0.5), ValueError, r"\(5, 0\.5\); expected only integers .* or only floats"),
        ((True,), ValueError, r"\(True,\); expected only integers"),
        (("5",), ValueError, r"only integers"),
        (([5, 5],), ValueError, r"only integers"),
        ((None,), ValueError, r"only integers"),
    ],
)
def test_wrong_sizes_are_refused(
    sizes: tuple[Any, ...], error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=r"^Dataset\.split: .*" + message) as caught:
        numbered(10).split(*sizes)
    assert str(caught.value).count(";") >= 2


@pytest.mark.parametrize(
    ("rng", "error", "message"),
    [
        (1.5, TypeError, r"rng=1\.5; expected a seed"),
        (True, TypeError, r"rng=True; expected a seed"),
        ("a", TypeError, r"rng='a'; expected a seed"),
        (np.random, TypeError, r"expected a seed .*, a numpy\.random\.Generator or None"),
        (-1, ValueError, r"rng=-1; expected .*0 or more"),
    ],
)
def test_wrong_rng_is_refused(rng: Any, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=r"^Dataset\.split: .*" + message):
        numbered(10).split(5, rng=rng)


def test_an_empty_dataset_cannot_be_split() -> None:
    with pytest.raises(ValueError, match=re.escape("expected at most 0")):
        numbered(10).take([]).split(1)
    with pytest.raises(ValueError, match="part 1 of 1 empty"):
        numbered(10).take([]).split(1.0)


def test_split_does_not_touch_numpys_global_state() -> None:
    before = np.random.get_state()[1].copy()  # type: ignore[index]  # noqa: NPY002
    numbered(10).split(5)
    assert (np.random.get_state()[1] == before).all()  # type: ignore[index]  # noqa: NPY002


# --- the book's subsets, and the dtype --------------------------------------------------------


def test_the_first_examples_share_memory() -> None:
    data = Dataset(np.arange(8.0).reshape(4, 2), [0, 1, 1, 2])
    first = data.first(3)
    assert np.array_equal(first.x, data.x[:3])
    assert np.shares_memory(first.x, data.x)
    assert len(data.first(0)) == 0


@pytest.mark.parametrize(
    ("n", "error", "message"),
    [
        (5, ValueError, r"first: n=5; expected an integer from 0 to 4"),
        (-1, ValueError, r"first: n=-1"),
        (0.5, ValueError, r"first: n=0\.5; expected an integer"),
        (True, ValueError, r"first: n=True"),
    ],
)
def test_a_wrong_number_of_first_examples(n: object, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        Dataset(np.zeros((4, 2)), [0, 1, 1, 2]).first(n)  # type: ignore[arg-type]


def test_only_some_labels_in_the_old_order() -> None:
    data = Dataset(np.arange(5.0).reshape(5, 1), [2, 0, 1, 0, 2])
    assert data.only(0, 1).labels.tolist() == [0, 1, 0]
    assert data.only(2).x.ravel().tolist() == [0, 4]


@pytest.mark.parametrize("labels", [(), (3,), (0, "1"), (0.0,), (None,)])
def test_a_label_that_no_example_has(labels: tuple[object, ...]) -> None:
    with pytest.raises(
        ValueError, match=r"only: .*; expected labels that occur, some of 0, 1, 2; write"
    ):
        Dataset(np.zeros((3, 1)), [2, 0, 1]).only(*labels)  # type: ignore[arg-type]


def test_the_dtype_is_kept_by_parts() -> None:
    data = Dataset(np.zeros((4, 2)), [0, 1, 1, 2], dtype="float32")
    assert data.x.dtype == data.dtype == np.float32
    assert all(part.x.dtype == np.float32 for part in data.split(1, 2))
    frozen = np.zeros((4, 2), np.float32)
    frozen.setflags(write=False)
    assert Dataset(frozen, [0, 1, 1, 2], dtype=np.float32).x is frozen


def test_a_value_too_large_for_the_dtype_is_refused() -> None:
    with pytest.raises(ValueError, match=r"x: element \[0, 1\] is inf"):
        Dataset([[0, 1e300]], [0], dtype=np.float32)


@pytest.mark.parametrize("dtype", ["int64", "float16", "nonsense", object()])
def test_another_dtype_is_refused(dtype: object) -> None:
    with pytest.raises(TypeError, match=r"Dataset: dtype=.*float64 or float32"):
        Dataset([[0.0]], [0], dtype=dtype)  # type: ignore[call-overload]
