"""A run that was interrupted and goes on equals, bit for bit, one that never was."""

import errno
import io
import json
import os
import zipfile

import numpy as np
import pytest
from helpers.cases import examples
from hypothesis import given, settings
from hypothesis import strategies as st

from autograd_nn import Network
from autograd_nn.models import Dropout, Epoch, Schedule, TrainingDiverged

RANDOM = np.random.default_rng(8)
X, LABELS = RANDOM.standard_normal((23, 5)), RANDOM.integers(0, 3, 23)
JUDGED = (RANDOM.standard_normal((11, 5)), RANDOM.integers(0, 3, 11))
HOW = {"epochs": 5, "batch_size": 4, "learning_rate": 0.7, "validation": JUDGED}
KINDS = {  # how the network is made, and how it is trained
    "plain": ({}, {}),
    "eager": ({}, {"plan": False}),
    "momentum": ({}, {"momentum": 0.6, "l2": 0.3, "l1": 0.1, "regularize_biases": True}),
    "l1": ({"activation": "tanh"}, {"l1": 0.4}),
    "dropout": ({"dropout": 0.5}, {"momentum": -0.2}),
    "inverted": ({"dropout": Dropout(0.25, inverted=True), "dtype": np.float32}, {"l2": 2}),
    "softmax": ({"output": "softmax", "cost": "log_likelihood"}, {"monitor": "all"}),
    "within": ({"swapped": {(2, 1): "relu"}}, {"monitor": ["training_cost"], "monitor_every": 7}),
    "patience": ({}, {"patience": 3, "epochs": 12}),
    "schedule": ({}, {"patience": 1, "schedule": Schedule(3, 80), "epochs": 20, "momentum": 0.5}),
    "float32": ({"dtype": np.float32}, {"patience": 1, "schedule": Schedule(), "epochs": 9}),
}
every_kind = pytest.mark.parametrize("kind", KINDS)


def net_of(kind="plain", seed=3):
    return Network([5, 4, 3], rng=seed, **KINDS[kind][0])


def how(kind="plain", **others):
    return HOW | KINDS[kind][1] | others


def told(history):
    """All of a history but what the clock says."""
    content = json.loads(history.to_json())
    for record in content["epochs"]:
        assert record.pop("seconds") >= 0
    return content


def bits(net):
    return [p.data.tobytes() for p in net.parameters]


def stopping_in(epoch, at=0.5):
    """What raises Ctrl-C in the middle of an epoch, or (``at=None``) when its record comes."""

    def progress(event):
        progress.done += isinstance(event, Epoch)
        finished = isinstance(event, Epoch)
        if at is None and finished and event.epoch == epoch:
            raise KeyboardInterrupt
        if at is not None and not finished and progress.done == epoch and event >= at:
            raise KeyboardInterrupt

    progress.done = 0
    return progress


def contents(file):
    with np.load(file) as archive:
        arrays = dict(archive)
    return json.loads(arrays.pop("run").tobytes()), arrays


def rewritten(file, change):
    """The file with its contents changed, well formed."""
    run, arrays = contents(file)
    change(run, arrays)
    arrays["run"] = np.frombuffer(json.dumps(run).encode(), np.uint8)
    file.unlink()
    np.savez(file, **arrays)
    return file


# --- equal, bit for bit ---------------------------------------------------------------------------


@every_kind
def test_a_run_interrupted_in_any_epoch_equals_one_that_was_not(kind, tmp_path):
    whole = net_of(kind)
    expected = whole.fit((X, LABELS), **how(kind))
    assert len(expected) >= 4
    for epoch in range(len(expected)):
        for at in (0.5, None):
            file = tmp_path / f"{epoch}-{at}.npz"
            first = net_of(kind)
            stopped = first.fit(
                (X, LABELS), **how(kind), checkpoint=file, progress=stopping_in(epoch, at)
            )
            assert stopped.interrupted
            again = net_of(kind, seed=99)  # other weights: those of the file are what counts
            history = again.fit((X, LABELS), **how(kind), checkpoint=file, resume=True)
            assert told(history) == told(expected)
            assert bits(again) == bits(whole)


def test_the_kinds_that_are_tried_do_what_their_names_say():
    stopped = net_of("patience").fit((X, LABELS), **how("patience"))
    assert "no improvement" in stopped.stopped
    for kind in ("schedule", "float32"):
        history = net_of(kind).fit((X, LABELS), **how(kind))
        assert len({record.learning_rate for record in history}) > 2
    assert net_of("within").fit((X, LABELS), **how("within")).moments


@settings(max_examples=examples(25))
@given(
    made=st.fixed_dictionaries(
        {"dropout": st.sampled_from([None, 0.5]), "output": st.sampled_from(["sigmoid", "tanh"])}
    ),
    trained=st.fixed_dictionaries(
        {
            "batch_size": st.integers(1, 30),
            "learning_rate": st.floats(0.01, 2),
            "l2": st.sampled_from([0.0, 0.5]),
            "l1": st.sampled_from([0.0, 0.5]),
            "momentum": st.sampled_from([0.0, 0.9]),
            "patience": st.sampled_from([None, 1, 2]),
            "rng": st.integers(0, 2**70),
            "monitor_every": st.sampled_from([None, 5]),
        }
    ),
    schedule=st.booleans(),
    stops=st.lists(st.integers(0, 3), min_size=1, max_size=3),
)
def test_however_often_and_with_whatever_settings(made, trained, schedule, stops, tmp_path_factory):
    file = tmp_path_factory.mktemp("runs") / "run.npz"
    if schedule and trained["patience"]:
        trained["schedule"] = Schedule()
    trained |= {"epochs": 4, "validation": JUDGED}
    whole = Network([5, 4, 3], rng=0, **made)
    expected = whole.fit((X, LABELS), **trained)
    again = Network([5, 4, 3], rng=0, **made)
    for i, stop in enumerate(sorted(stops)):
        progress = stopping_in(max(0, stop - sum(s < stop for s in stops[:i])))
        again.fit((X, LABELS), **trained, checkpoint=file, resume=i > 0, progress=progress)
    history = again.fit((X, LABELS), **trained, checkpoint=file, resume=True)
    assert told(history) == told(expected)
    assert bits(again) == bits(whole)


def test_eager_goes_on_where_a_plan_was_interrupted_and_a_plan_where_eager_was(tmp_path):
    whole = net_of("momentum")
    whole.fit((X, LABELS), **how("momentum"))
    for plan in (True, False):
        file = tmp_path / f"{plan}.npz"
        net_of("momentum").fit(
            (X, LABELS), **how("momentum", plan=plan), checkpoint=file, progress=stopping_in(2)
        )
        again = net_of("momentum")
        again.fit((X, LABELS), **how("momentum", plan=not plan), checkpoint=file, resume=True)
        assert bits(again) == bits(whole)


def test_writing_checkpoints_changes_nothing(tmp_path):
    plain, kept = net_of("dropout"), net_of("dropout")
    expected = plain.fit((X, LABELS), **how("dropout"))
    history = kept.fit((X, LABELS), **how("dropout"), checkpoint=tmp_path / "run.npz")
    assert told(history) == told(expected)
    assert bits(kept) == bits(plain)


def test_more_epochs_may_be_asked_for_and_a_finished_run_is_returned_as_it_is(tmp_path):
    file, short, longer = tmp_path / "run.npz", net_of("dropout"), net_of("dropout")
    first = short.fit((X, LABELS), **how("dropout", epochs=2), checkpoint=file)
    again = net_of("dropout", seed=4)
    same = again.fit((X, LABELS), **how("dropout", epochs=2), checkpoint=file, resume=True)
    assert same.to_json() == first.to_json()  # seconds included: nothing was run
    assert bits(again) == bits(short)
    expected = longer.fit((X, LABELS), **how("dropout"))
    history = again.fit((X, LABELS), **how("dropout"), checkpoint=file, resume=True)
    assert (told(history), bits(again)) == (told(expected), bits(longer))
    with pytest.raises(ValueError, match=r"has 5 epochs already; .*epochs=4"):
        again.fit((X, LABELS), **how("dropout", epochs=4), checkpoint=file, resume=True)


def test_a_run_that_stopped_early_stays_stopped(tmp_path):
    file, net = tmp_path / "run.npz", net_of("patience")
    history = net.fit((X, LABELS), **how("patience"), checkpoint=file)
    assert history.stopped
    again = net_of("patience", seed=4)
    same = again.fit((X, LABELS), **how("patience", epochs=99), checkpoint=file, resume=True)
    assert same.to_json() == history.to_json()
    assert bits(again) == bits(net)


@pytest.mark.parametrize("kind", ["PCG64", "PCG64DXSM", "MT19937", "Philox", "SFC64"])
def test_a_generator_that_is_passed_in_goes_on_too(kind, tmp_path):
    def generator(seed):
        found = np.random.Generator(getattr(np.random, kind)(seed))
        found.integers(0, 9, dtype=np.uint32)  # half of what was drawn is kept for the next call
        return found

    file, ours, other, whole = tmp_path / "run.npz", generator(1), generator(2), net_of("dropout")
    expected = whole.fit((X, LABELS), **how("dropout"), rng=ours)
    net_of("dropout").fit(
        (X, LABELS), **how("dropout"), rng=generator(1), checkpoint=file, progress=stopping_in(2)
    )
    again = net_of("dropout")
    history = again.fit((X, LABELS), **how("dropout"), rng=other, checkpoint=file, resume=True)
    assert (told(history), bits(again)) == (told(expected), bits(whole))
    assert other.integers(0, 2**60, 5).tolist() == ours.integers(0, 2**60, 5).tolist()


def test_a_run_without_a_seed_goes_on_as_it_began(tmp_path):
    file, fresh = tmp_path / "run.npz", {"rng": None}
    first = net_of()
    first.fit((X, LABELS), **how(**fresh), checkpoint=file, progress=stopping_in(1))
    copy = tmp_path / "copy.npz"
    copy.write_bytes(file.read_bytes())
    nets = net_of(), net_of()
    for net, its in zip(nets, (file, copy), strict=True):
        net.fit((X, LABELS), **how(**fresh), checkpoint=its, resume=True)
    assert bits(nets[0]) == bits(nets[1])


# --- proofs that these tests can fail ---------------------------------------------------------------


def one_bit(run, arrays):
    run["generator"]["state"]["state"] ^= 1


def no_velocity(run, arrays):
    arrays["v_w3"][...] = 0


def one_ulp(run, arrays):
    arrays["b2"][0] = np.nextafter(arrays["b2"][0], 1)


def waited_longer(run, arrays):
    run["signal"]["waited"] += 1


@pytest.mark.parametrize(
    ("kind", "change"),
    [
        ("plain", one_bit),
        ("momentum", no_velocity),
        ("plain", one_ulp),
        ("patience", waited_longer),
    ],
)
def test_a_checkpoint_that_is_wrong_in_one_place_gives_another_result(kind, change, tmp_path):
    whole = net_of(kind)
    expected = whole.fit((X, LABELS), **how(kind))
    file = tmp_path / "run.npz"
    net_of(kind).fit((X, LABELS), **how(kind), checkpoint=file, progress=stopping_in(2))
    rewritten(file, change)
    again = net_of(kind)
    history = again.fit((X, LABELS), **how(kind), checkpoint=file, resume=True)
    assert (told(history), bits(again)) != (told(expected), bits(whole))


# --- other settings, other data ---------------------------------------------------------------------


def interrupted(tmp_path, kind="plain"):
    file = tmp_path / "run.npz"
    net_of(kind).fit((X, LABELS), **how(kind), checkpoint=file, progress=stopping_in(2))
    return file


@pytest.mark.parametrize(
    ("other", "message"),
    [
        ({"learning_rate": 0.1}, r"learning_rate was 0\.7, is 0\.1 now"),
        ({"batch_size": 5}, r"batch_size was 4, is 5 now"),
        ({"l2": 1.0}, r"l2 was 0\.0, is 1\.0 now"),
        ({"l1": 1e-9}, r"l1 was 0\.0, is 1e-09 now"),
        ({"regularize_biases": True}, r"regularize_biases was False, is True now"),
        ({"momentum": 0.5}, r"momentum was 0\.0, is 0\.5 now"),
        ({"patience": 3}, r"patience was None, is 3 now"),
        (
            {"patience": 3, "schedule": Schedule(10)},
            r"schedule was None, is Schedule\(divide_by=10.*",
        ),
        ({"monitor": "training_cost"}, r"monitor was \(\), is \('training_cost',\) now"),
        ({"monitor_every": 4}, r"monitor_every was None, is 4 now"),
        ({"rng": 1}, r"rng was 0, is 1 now"),
        ({"rng": None}, r"rng was 0, is None now"),
        ({"rng": np.random.default_rng(0)}, r"rng was 0, is a Generator \(PCG64\) now"),
        ({"validation": None}, r"validation was 11 examples .*, is None now"),
        (
            {"validation": (JUDGED[0], JUDGED[1][::-1])},
            r"validation was 11 examples \(\w+\), is 11",
        ),
        ({"learning_rate": 0.1, "l2": 3.0}, r"learning_rate was .*; l2 was 0\.0, is 3\.0 now; "),
    ],
)
def test_settings_that_differ_are_named_with_both_values(other, message, tmp_path):
    file = interrupted(tmp_path)
    with pytest.raises(ValueError, match=message) as raised:
        net_of().fit((X, LABELS), **how(**other), checkpoint=file, resume=True)
    assert str(raised.value).startswith(f"fit: {file} is a checkpoint of another run: ")
    assert "as they were" in str(raised.value)


@pytest.mark.parametrize(
    ("sizes", "other", "message"),
    [
        ([5, 6, 3], {}, r"sizes was \[5, 4, 3\], is \[5, 6, 3\] now"),
        ([5, 4, 3], {"activation": "tanh"}, r"activation was 'sigmoid', is 'tanh' now"),
        ([5, 4, 3], {"cost": "cross_entropy"}, r"cost was 'quadratic', is 'cross_entropy' now"),
        ([5, 4, 3], {"dtype": np.float32}, r"dtype was 'float64', is 'float32' now"),
        ([5, 4, 3], {"dropout": 0.5}, r"dropout was None, is "),
        (
            [5, 4, 3],
            {"swapped": {(2, 0): "tanh"}},
            r"swapped was \[\], is \[\[2, 0, 'tanh'\]\] now",
        ),
    ],
)
def test_a_network_of_another_kind_is_named(sizes, other, message, tmp_path):
    file = interrupted(tmp_path)
    with pytest.raises(ValueError, match=message):
        Network(sizes, **other).fit((X, LABELS), **how(), checkpoint=file, resume=True)


@pytest.mark.parametrize("change", ["an input", "a label", "the order", "fewer"])
def test_other_training_data_are_told(change, tmp_path):
    x, labels = X.copy(), LABELS.copy()
    if change == "an input":
        x[3, 2] = np.nextafter(x[3, 2], 9)
    elif change == "a label":
        labels[3] = (labels[3] + 1) % 3
    elif change == "the order":
        x, labels = x[::-1], labels[::-1]
    else:
        x, labels = x[:-1], labels[:-1]
    file = interrupted(tmp_path)
    with pytest.raises(
        ValueError, match=r"data was 23 examples \(\w+\), is 2[23] examples \(\w+\)"
    ):
        net_of().fit((x, labels), **how(), checkpoint=file, resume=True)


def test_what_is_the_same_may_be_written_otherwise(tmp_path):
    file = interrupted(tmp_path)
    others = {"l2": 0, "learning_rate": np.float64(0.7), "batch_size": np.int64(4), "monitor": []}
    data = X.tolist(), LABELS.astype(np.int32)
    history = net_of().fit(data, **how(**others), checkpoint=str(file), resume=True)
    assert len(history) == 5


def test_a_refused_checkpoint_leaves_network_generator_and_file_alone(tmp_path):
    file, net, ours = interrupted(tmp_path), net_of(seed=7), np.random.default_rng(5)
    before, state, content = bits(net), ours.bit_generator.state, file.read_bytes()
    with pytest.raises(ValueError, match="another run"):
        net.fit((X, LABELS), **how(l2=1.0, rng=ours), checkpoint=file, resume=True)
    rewritten(file, lambda run, arrays: run["history"]["epochs"][0].pop("cost"))
    with pytest.raises(ValueError, match="is not a checkpoint"):
        net.fit((X, LABELS), **how(), checkpoint=file, resume=True)
    assert (bits(net), ours.bit_generator.state) == (before, state)
    assert file.read_bytes() != content


# --- the file ---------------------------------------------------------------------------------------


def test_a_checkpoint_is_not_written_over_unless_it_is_gone_on_from(tmp_path):
    file = interrupted(tmp_path)
    before = file.read_bytes()
    with pytest.raises(FileExistsError, match=r"run\.npz is there already; .*resume=True"):
        net_of().fit((X, LABELS), **how(), checkpoint=file)
    assert file.read_bytes() == before


def test_to_go_on_there_must_be_a_checkpoint(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"there is no checkpoint .*run\.npz.*resume"):
        net_of().fit((X, LABELS), **how(), checkpoint=tmp_path / "run.npz", resume=True)
    with pytest.raises(ValueError, match=r"resume=True.*checkpoint="):
        net_of().fit((X, LABELS), **how(), resume=True)
    with pytest.raises(ValueError, match=r"checkpoint='.*run\.txt'.*ends in \.npz"):
        net_of().fit((X, LABELS), **how(), checkpoint=str(tmp_path / "run.txt"))
    for wrong in (5, True, b"run.npz"):
        with pytest.raises(TypeError, match=r"checkpoint: .*; expected a file name"):
            net_of().fit((X, LABELS), **how(), checkpoint=wrong)
    with pytest.raises(TypeError, match=r"resume='run\.npz'; expected True or False"):
        net_of().fit((X, LABELS), **how(), checkpoint=tmp_path / "run.npz", resume="run.npz")
    assert not list(tmp_path.iterdir())


def test_a_folder_that_is_not_there_is_told_before_training(tmp_path):
    seen = []
    with pytest.raises(OSError, match=r"cannot write the checkpoint .*no folder.*before training"):
        net_of().fit(
            (X, LABELS), **how(), checkpoint=tmp_path / "no" / "run.npz", progress=seen.append
        )
    assert not seen


def test_a_full_disk_is_told_and_leaves_the_checkpoint_before(tmp_path, monkeypatch):
    file, whole, write = tmp_path / "run.npz", net_of(), os.fsync
    expected = whole.fit((X, LABELS), **how())
    left = iter([None, None, None])

    def full(descriptor):
        if next(left, "full") == "full":
            raise OSError(errno.ENOSPC, "No space left on device")
        write(descriptor)

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match=r"No space left on device.*after epoch 2.*still there"):
        net_of().fit((X, LABELS), **how(), checkpoint=file)
    monkeypatch.setattr(os, "fsync", write)
    assert list(tmp_path.iterdir()) == [file]
    again = net_of()
    history = again.fit((X, LABELS), **how(), checkpoint=file, resume=True)
    assert (told(history), bits(again)) == (told(expected), bits(whole))


def test_ctrl_c_while_it_is_written_leaves_the_one_before(tmp_path, monkeypatch):
    file, whole, write = tmp_path / "run.npz", net_of(), os.fsync
    expected = whole.fit((X, LABELS), **how())
    left = iter([None, None])

    def interrupt(descriptor):
        if next(left, "now") == "now":
            raise KeyboardInterrupt
        write(descriptor)

    monkeypatch.setattr(os, "fsync", interrupt)
    assert net_of().fit((X, LABELS), **how(), checkpoint=file).interrupted
    monkeypatch.setattr(os, "fsync", write)
    again = net_of()
    history = again.fit((X, LABELS), **how(), checkpoint=file, resume=True)
    assert (told(history), bits(again)) == (told(expected), bits(whole))


def test_a_run_that_diverges_diverges_again_from_its_checkpoint(tmp_path):
    file = tmp_path / "run.npz"
    made = {"output": "linear", "activation": "linear"}
    wild = how(learning_rate=3.0, epochs=400)
    found = []
    for resume in (False, True):
        with pytest.raises(TrainingDiverged) as raised, np.errstate(all="ignore"):
            Network([5, 4, 3], **made).fit((X, LABELS), **wild, checkpoint=file, resume=resume)
        found.append((str(raised.value), told(raised.value.history)))
    assert found[0] == found[1]


def test_a_checkpoint_holds_the_network_after_the_last_finished_epoch(tmp_path):
    file, short = interrupted(tmp_path, "dropout"), net_of("dropout")
    short.fit((X, LABELS), **how("dropout", epochs=2))
    found = Network.load(file)
    assert (repr(found), bits(found)) == (repr(short), bits(short))


# --- files that may be anything ---------------------------------------------------------------------


def going_on(file, kind="momentum"):
    net = net_of(kind)
    history = net.fit((X, LABELS), **how(kind), checkpoint=file, resume=True)
    return told(history), bits(net)


def outcome(file):
    """What comes of going on, or what is said against it."""
    try:
        return going_on(file)
    except ValueError as error:
        return str(error)


@pytest.mark.parametrize(
    "content", [b"", b"rubbish", b"PK\x03\x04 and no more", b"{}", b"\x93NUMPY"]
)
def test_a_file_that_is_no_checkpoint_is_told(content, tmp_path):
    file = tmp_path / "run.npz"
    file.write_bytes(content)
    with pytest.raises(ValueError, match=r"run\.npz is not a checkpoint that fit wrote: "):
        going_on(file)
    assert file.read_bytes() == content


def test_the_file_of_a_network_is_no_checkpoint(tmp_path):
    with pytest.raises(ValueError, match=r"not a checkpoint.*run is missing"):
        going_on(net_of().save(tmp_path / "run.npz"))


def test_a_folder_is_no_checkpoint(tmp_path):
    (tmp_path / "run.npz").mkdir()
    with pytest.raises(OSError, match=r"run\.npz"):
        going_on(tmp_path / "run.npz")


@pytest.fixture(scope="module")
def kept(tmp_path_factory):
    """A folder, what a checkpoint holds, and what the uninterrupted run gives."""
    folder, whole = tmp_path_factory.mktemp("runs"), net_of("momentum")
    expected = told(whole.fit((X, LABELS), **how("momentum"))), bits(whole)
    return folder, interrupted(folder, "momentum").read_bytes(), expected


@settings(max_examples=examples(100))
@given(part=st.floats(0, 1, exclude_max=True), bits=st.integers(1, 255))
def test_a_byte_that_was_changed_is_noticed_or_does_not_matter(part, bits, kept):
    folder, content, expected = kept
    damaged = bytearray(content)
    damaged[int(part * len(content))] ^= bits
    (folder / "run.npz").write_bytes(damaged)
    found = outcome(folder / "run.npz")
    assert found == expected or "is not a checkpoint that fit wrote" in found


@settings(max_examples=examples(30))
@given(part=st.floats(0, 1, exclude_max=True))
def test_a_file_that_was_cut_off_is_told(part, kept):
    folder, content, _ = kept
    (folder / "run.npz").write_bytes(content[: int(part * len(content))])
    with pytest.raises(ValueError, match="is not a checkpoint that fit wrote"):
        going_on(folder / "run.npz")


def changing(*path, to):
    def change(run, arrays):
        *before, last = path
        for key in before:
            run = run[key]
        run[last] = to

    return change


@pytest.mark.parametrize(
    "change",
    [
        changing("format", to="another"),
        changing("version", to=2),
        changing("more", to=1),
        changing("made_with", to=None),
        changing("generator", to={"bit_generator": "PCG64"}),
        changing("generator", "state", to={"state": -1, "inc": 3}),
        changing("generator", "state", "state", to="x"),
        changing("rate", to=0),
        changing("rate", to="fast"),
        changing("rate", to=None),
        changing("signal", to={"best": 0.5, "waited": 0}),
        changing("history", to=[]),
        changing("history", "epochs", 0, "epoch", to=7),
        changing("history", "epochs", 0, "cost", to="low"),
        changing("history", "epochs", 0, "saturation", to=5),
        changing("history", "epochs", 0, "surprise", to=5),
        changing("history", "stopped", to=5),
        lambda run, arrays: arrays.pop("w2"),
        lambda run, arrays: arrays.pop("v_b3"),
        lambda run, arrays: arrays.update(v_w2=np.zeros((4, 4))),
        lambda run, arrays: arrays.update(w2=np.zeros((4, 5), np.float32)),
        lambda run, arrays: arrays.update(w9=np.zeros(3)),
        lambda run, arrays: arrays.update(w2=np.array([[{}] * 5] * 4)),
    ],
)
def test_a_checkpoint_that_was_made_up_is_told(change, tmp_path):
    file = rewritten(interrupted(tmp_path, "momentum"), change)
    with pytest.raises(ValueError, match=r"run\.npz is not a checkpoint that fit wrote: "):
        going_on(file)


@pytest.mark.parametrize("position", [-(10**8), -1, 10**3, 10**8, True, 0.5, None])
@pytest.mark.parametrize(
    ("kind", "path"), [("MT19937", ("state", "pos")), ("Philox", ("buffer_pos",))]
)
def test_a_generator_that_would_read_beyond_its_memory_is_told(kind, path, position, tmp_path):
    """NumPy takes any position, and a draw from there ends Python or gives what lies elsewhere."""
    file, net = tmp_path / "run.npz", net_of()

    def trained(resume):
        rng = np.random.Generator(getattr(np.random, kind)(1))
        return net.fit((X, LABELS), **how(), rng=rng, checkpoint=file, resume=resume)

    trained(resume=False)
    content = file.read_bytes()
    trained(resume=True)  # as it was written it is taken
    file.write_bytes(content)
    rewritten(file, changing("generator", *path, to=position))
    with pytest.raises(ValueError, match=r"run\.npz is not a checkpoint that fit wrote: "):
        trained(resume=True)


def test_a_bomb_is_not_unpacked(tmp_path):
    file = tmp_path / "run.npz"
    zeros = io.BytesIO()
    np.save(zeros, np.zeros(1 << 27, np.uint8))
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("run.npy", zeros.getvalue())
    assert file.stat().st_size < 1 << 20
    with pytest.raises(ValueError, match=r"not a checkpoint.*run is .* bytes"):
        going_on(file)


def test_another_file_of_numpy_arrays_is_no_checkpoint(tmp_path):
    np.savez(tmp_path / "run.npz", w2=np.zeros((4, 5)))
    with pytest.raises(ValueError, match=r"not a checkpoint.*run is missing"):
        going_on(tmp_path / "run.npz")
