"""`autograd-nn train` and `autograd-nn predict`, as they are typed and read."""

import itertools
import json
import re
import sys
from importlib.util import find_spec

import numpy as np
import pytest
import rich.progress
from helpers.command import run
from helpers.mnist_files import small_counts, small_mnist  # noqa: F401

from autograd_nn import Network
from autograd_nn.cli import train as module
from autograd_nn.data import load_mnist
from autograd_nn.experiments import PRESETS, load
from autograd_nn.models import Epoch


@pytest.fixture
def mnist(tmp_path, small_counts):  # noqa: F811
    """A folder of 60 + 10 random images in MNIST's format."""
    folder = tmp_path / "mnist"
    folder.mkdir()
    small_mnist(folder)
    return folder


# --- train ------------------------------------------------------------------------------------


def test_without_a_preset_the_presets_are_listed():
    status, printed = run("train")
    assert status == 0
    for name, preset in PRESETS.items():
        assert re.search(rf"^ {name} +{re.escape(preset.about)}", printed, re.MULTILINE)


def test_names_are_whole_in_a_narrow_terminal(monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    printed = run("train")[1]
    assert all(name in printed for name in PRESETS)
    assert max(map(len, printed.splitlines())) <= 80


@pytest.mark.parametrize("columns", [20, 40, 60])
def test_names_are_whole_in_a_very_narrow_terminal(columns, monkeypatch):
    monkeypatch.setenv("COLUMNS", str(columns))
    names = {line.split()[0] for line in run("train")[1].splitlines() if line.strip()}
    assert names >= set(PRESETS)


def test_an_unknown_preset_ends_with_2_and_the_known_ones():
    status, printed = run("train", "--preset", "chapter-9")
    assert status == 2
    assert "'chapter-9'; expected one of chapter-1-30, chapter-1-100" in printed


def test_a_preset_is_trained_and_kept(tmp_path):
    folder = tmp_path / "new" / "folder"
    status, printed = run("train", "--preset", "digits", "--epochs", 3, "--output", folder)
    assert status == 0
    network = Network.load(folder / "digits.npz")
    expected = PRESETS["digits"]
    by_hand = Network(expected.sizes, **expected.network, rng=0)
    training, _, test = load("digits")
    history = by_hand.fit(
        training, epochs=3, batch_size=10, learning_rate=0.5, validation=test, rng=0
    )
    for p, q in zip(network.parameters, by_hand.parameters, strict=True):
        assert np.array_equal(p.data, q.data)
    shown = re.findall(r"epoch +(\d+) +cost ([\d.]+) +accuracy +([\d.]+) %", printed)
    assert shown == [(str(e.epoch), f"{e.cost:.4f}", f"{100 * e.accuracy:.2f}") for e in history]
    assert f"best {100 * history.best.accuracy:.2f} % (epoch {history.best.epoch})" in printed
    assert len((folder / "digits.csv").read_text().splitlines()) == 4
    if find_spec("matplotlib") is not None:
        assert (folder / "digits.png").read_bytes().startswith(b"\x89PNG")


def test_monitor_shows_and_keeps_what_else_is_measured(tmp_path):
    run("train", "--preset", "digits", "--epochs", 1, "--output", tmp_path, "--monitor")
    names = (tmp_path / "digits.csv").read_text().splitlines()[0].split(",")
    assert {"training_cost", "validation_cost", "saturation_3", "gradient_norms_2"} <= set(names)


def test_another_seed_gives_another_network(tmp_path):
    for seed in (0, 1):
        run("train", "--preset", "digits", "--epochs", 1, "--output", tmp_path / str(seed),
            "--seed", seed)  # fmt: skip
    first, other = (Network.load(tmp_path / s / "digits.npz").weights[0].data for s in "01")
    assert not np.array_equal(first, other)


def test_mnist_is_read_from_the_folder_that_is_named(mnist, tmp_path, monkeypatch):
    status, printed = run("train", "--preset", "softmax-30", "--data", mnist, "--epochs", 1,
                          "--output", tmp_path)  # fmt: skip
    assert status == 0
    assert "50 images to learn from, judged by the 10 of the validation data" in printed
    monkeypatch.setenv("AUTOGRAD_NN_DATA", str(mnist))
    assert run("train", "--preset", "l2-30", "--epochs", 1, "--output", tmp_path)[0] == 0


def test_without_mnist_the_message_says_where_it_was_looked_for(tmp_path):
    status, printed = run("train", "--preset", "l2-30", "--data", tmp_path, "--output", tmp_path)
    assert status == 2
    assert "t10k-images-idx3-ubyte" in printed
    assert "Traceback" not in printed
    assert not list(tmp_path.iterdir())


def test_a_folder_that_cannot_be_made_is_a_message(tmp_path):
    (tmp_path / "file").write_text("")
    status, printed = run("train", "--preset", "digits", "--output", tmp_path / "file" / "x")
    assert status == 2
    assert f"cannot write into {tmp_path / 'file' / 'x'}: " in printed
    assert "--output FOLDER" in printed
    assert "Errno" not in printed


def test_a_folder_that_takes_no_file_is_told_before_training(tmp_path, monkeypatch):
    def full(**kwargs):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(module.tempfile, "TemporaryFile", full)
    monkeypatch.setattr(module, "train_preset", None)  # nothing is trained
    status, printed = run("train", "--preset", "digits", "--output", tmp_path)
    assert status == 2
    assert f"cannot write into {tmp_path}: Permission denied" in printed


def test_a_file_that_cannot_be_written_takes_no_other_with_it(tmp_path):
    (tmp_path / "digits.npz").mkdir()
    status, printed = run("train", "--preset", "digits", "--epochs", 1, "--output", tmp_path)
    assert status == 2
    assert f"could not write {tmp_path / 'digits.npz'}, the network" in printed
    assert "says what it reads" not in printed
    assert (tmp_path / "digits.csv").is_file()


def test_without_matplotlib_the_network_is_kept_all_the_same(tmp_path, monkeypatch):
    for name in ("matplotlib", "matplotlib.figure"):
        monkeypatch.setitem(sys.modules, name, None)
    status, printed = run("train", "--preset", "digits", "--epochs", 1, "--output", tmp_path)
    assert status == 0
    assert "no learning curves: plots need matplotlib" in printed
    assert sorted(f.name for f in tmp_path.iterdir()) == ["digits.csv", "digits.npz"]


def test_ctrl_c_while_data_are_read_is_no_traceback(tmp_path, monkeypatch):
    def interrupted(*args):
        raise KeyboardInterrupt

    monkeypatch.setattr(module, "load", interrupted)
    status, printed = run("train", "--preset", "digits", "--output", tmp_path)
    assert (status, printed) == (130, "Stopped by Ctrl-C.\n")


@pytest.mark.parametrize("after", [0, 2])
def test_ctrl_c_keeps_what_was_learned(after, tmp_path, monkeypatch):
    fit = Network.fit

    def interrupted(self, *args, progress, **settings):
        def then(event):
            progress(event)
            done = sum(isinstance(e, Epoch) for e in [event])
            then.epochs += done
            if then.epochs >= after:
                raise KeyboardInterrupt

        then.epochs = 0
        return fit(self, *args, progress=then, **settings)

    monkeypatch.setattr(Network, "fit", interrupted)
    status, printed = run("train", "--preset", "digits", "--output", tmp_path)
    assert status == 130
    if after == 0:
        assert "Stopped before the first epoch was over; nothing is kept." in printed
        assert not list(tmp_path.iterdir())
    else:
        assert "stopped by Ctrl-C" in printed
        assert "the network, as it was when it was stopped" in printed
        assert isinstance(Network.load(tmp_path / "digits.npz"), Network)


def test_a_network_that_diverges_is_a_message(tmp_path, monkeypatch):
    def bad(*args, **kwargs):
        raise module.TrainingDivergedError("fit: in epoch 0 the cost became inf", [])

    monkeypatch.setattr(module, "train_preset", bad)
    status, printed = run("train", "--preset", "digits", "--output", tmp_path)
    assert (status, "the cost became inf" in printed) == (1, True)


def test_of_a_long_run_about_thirty_epochs_are_printed(mnist, tmp_path):
    _, printed = run("train", "--preset", "chapter-1-no-hidden", "--data", mnist, "--epochs", 100,
                     "--output", tmp_path)  # fmt: skip
    lines = re.findall(r"^epoch +(\d+)", printed, re.MULTILINE)
    assert 25 <= len(lines) <= 40
    assert lines[-1] == "99"


# --- the table --------------------------------------------------------------------------------


def test_the_table_of_one_preset_is_written_and_told(mnist, tmp_path, monkeypatch):
    short = dict(PRESETS["chapter-1-30"].training, epochs=2)
    monkeypatch.setitem(PRESETS["chapter-1-30"].training, "epochs", 2)
    page = tmp_path / "mnist.md"
    status, printed = run("train", "--table", page, "--data", mnist, "--preset", "chapter-1-30")
    assert status == 0
    runs = json.loads(page.with_suffix(".json").read_text())["runs"]
    assert [(r["seed"], len(r["accuracies"])) for r in runs] == [(0, 2), (1, 2), (2, 2)]
    training, _, test = load_mnist(mnist)
    by_hand = Network((784, 30, 10), initializer="large", rng=1)
    history = by_hand.fit(training, **short, validation=test, rng=1)
    assert runs[1]["accuracies"] == [e.accuracy for e in history]
    assert "| `chapter-1-30` | 784-30-10 |" in page.read_text()
    assert "does not hold" in printed  # random images cannot be learned
    assert re.search(r"wrote .*mnist\.md and .*mnist\.json", printed)


def test_a_preset_that_is_not_in_the_table_ends_with_2(mnist, tmp_path):
    status, printed = run("train", "--table", tmp_path / "t.md", "--preset", "digits")
    assert status == 2
    assert "digits is not in the table; it has chapter-1-30" in printed


def test_a_table_in_a_new_folder_and_one_where_nothing_can_be_written(mnist, tmp_path, monkeypatch):
    monkeypatch.setitem(PRESETS["chapter-1-30"].training, "epochs", 1)
    row = ("--data", mnist, "--preset", "chapter-1-30")
    assert run("train", "--table", tmp_path / "new" / "t.md", *row)[0] == 0
    assert (tmp_path / "new" / "t.json").is_file()
    (tmp_path / "file").write_text("")
    monkeypatch.setattr(module, "run_table", None)  # nothing is trained
    status, printed = run("train", "--table", tmp_path / "file" / "t.md", *row)
    assert status == 2
    assert f"cannot write into {tmp_path / 'file'}: " in printed
    assert "--table FILE.md" in printed


def test_a_table_stopped_in_its_first_run_is_not_said_to_be_written(mnist, tmp_path, monkeypatch):
    monkeypatch.setattr(module, "run_table", lambda *args, **settings: [])
    status, printed = run("train", "--table", tmp_path / "t.md", "--data", mnist)
    assert (status, "nothing is written" in printed, "wrote" in printed) == (130, True, False)
    assert not (tmp_path / "t.md").exists()


def test_the_page_of_a_table_does_not_take_the_place_of_its_runs(tmp_path):
    for name in ("t.json", "t"):
        status, printed = run("train", "--table", tmp_path / name)
        assert status == 2
        assert f"--table {tmp_path / name}: expected a name that ends in .md" in printed
    assert not list(tmp_path.iterdir())


def test_a_damaged_table_is_a_message_and_stays(mnist, tmp_path):
    (tmp_path / "t.json").write_text("{")
    status, printed = run("train", "--table", tmp_path / "t.md", "--data", mnist)
    assert status == 2
    assert "not a table of runs" in printed
    assert (tmp_path / "t.json").read_text() == "{"


# --- every combination of options: heeded or refused ----------------------------------------------

OPTIONS = {
    "--preset": ["l2-30"],
    "--table": ["t.md"],
    "--data": ["somewhere"],
    "--output": ["train-output"],  # what is the default counts as given, too
    "--seed": ["0"],
    "--epochs": ["3"],
    "--monitor": [],
    "--checkpoint": ["run.npz"],
    "--resume": [],
}
HEEDED = {  # by what is done: the list of presets, a table, a training
    "show_presets": set(),
    "table": {"--table", "--preset", "--data"},
    "train": set(OPTIONS) - {"--table"},
}


@pytest.mark.parametrize("todo", HEEDED)
def test_every_combination_of_options_is_heeded_or_refused(todo, monkeypatch):
    called = []
    for name in HEEDED:
        monkeypatch.setattr(module, name, lambda *args, name=name: called.append((name, args)) or 0)
    tried = [c for c in combinations_of(list(OPTIONS)) if what_is_asked(c) == todo]
    assert len(tried) == {"show_presets": 128, "table": 256, "train": 128}[todo]
    for chosen in tried:
        called.clear()
        status, printed = run("train", *(word for o in chosen for word in (o, *OPTIONS[o])))
        ignored = set(chosen) - HEEDED[todo]
        alone = "--resume" in chosen and "--checkpoint" not in chosen
        if ignored or alone:
            assert (status, called) == (2, []), chosen
            assert {o for o in OPTIONS if o in printed} >= (ignored or {"--resume", "--checkpoint"})
            assert printed.startswith("train: ")
            assert printed.count("\n") == 1
        else:
            given = {o: (OPTIONS[o] or [True])[0] for o in chosen}
            given |= {o: int(v) for o, v in given.items() if o in ("--seed", "--epochs")}
            assert status == 0, chosen
            assert [name for name, _ in called] == [todo]
            settings = vars(called[0][1][1]).values() if given else ()
            assert all(value in settings for value in given.values()), chosen


def combinations_of(names):
    return [c for n in range(len(names) + 1) for c in itertools.combinations(names, n)]


def what_is_asked(chosen):
    if "--table" in chosen:
        return "table"
    return "train" if "--preset" in chosen else "show_presets"


def test_digits_are_in_the_package_so_a_folder_of_data_is_refused(tmp_path):
    status, printed = run("train", "--preset", "digits", "--data", tmp_path, "--output", tmp_path)
    assert status == 2
    assert printed == (
        "train: the data of digits are in the package; leave out --data, or choose a preset of "
        "MNIST\n"
    )


# --- a run that goes on ---------------------------------------------------------------------------


def interrupt(monkeypatch, after):
    """Ctrl-C when so many epochs are over."""
    fit = Network.fit

    def interrupted(self, *args, progress, **settings):
        def then(event):
            progress(event)
            if after == 0 or (isinstance(event, Epoch) and event.epoch + 1 == after):
                raise KeyboardInterrupt

        return fit(self, *args, progress=then, **settings)

    monkeypatch.setattr(Network, "fit", interrupted)


def test_a_training_goes_on_from_its_checkpoint(tmp_path, monkeypatch):
    digits = ("train", "--preset", "digits", "--epochs", 4, "--seed", 2, "--monitor")
    assert run(*digits, "--output", tmp_path / "whole")[0] == 0
    kept = ("--output", tmp_path / "kept", "--checkpoint", tmp_path / "run.npz")
    with monkeypatch.context() as patch:
        interrupt(patch, after=2)
        status, printed = run(*digits, *kept)
    assert status == 130
    assert "the same command with --resume goes on from there" in printed
    status, printed = run(*digits, *kept, "--resume")
    assert status == 0
    assert f"goes on after 2 of 4 epochs, from {tmp_path / 'run.npz'}" in printed
    assert re.findall(r"^epoch +(\d+)", printed, re.MULTILINE) == ["2", "3"]
    whole, again = (Network.load(tmp_path / f / "digits.npz") for f in ("whole", "kept"))
    for p, q in zip(whole.parameters, again.parameters, strict=True):
        assert np.array_equal(p.data, q.data)
    tables = [(tmp_path / f / "digits.csv").read_text().splitlines() for f in ("whole", "kept")]
    clock = tables[0][0].split(",").index("seconds")
    for a, b in zip(*tables, strict=True):
        a, b = a.split(","), b.split(",")
        assert a[:clock] + a[clock + 1 :] == b[:clock] + b[clock + 1 :]


def test_the_bar_of_a_run_that_goes_on_begins_where_it_was(tmp_path, monkeypatch):
    seen = []
    update = rich.progress.Progress.update

    def spied(self, task, *, completed, **others):
        seen.append(completed)
        update(self, task, completed=completed, **others)

    keep = ("train", "--preset", "digits", "--output", tmp_path, "--checkpoint", tmp_path / "r.npz")
    run(*keep, "--epochs", 2)
    monkeypatch.setattr(rich.progress.Progress, "update", spied)
    run(*keep, "--epochs", 3, "--resume")
    assert 2 < seen[0] < seen[-1] == 3


def test_before_its_first_epoch_is_over_a_training_can_go_on_too(tmp_path, monkeypatch):
    keep = ("train", "--preset", "digits", "--epochs", 1, "--output", tmp_path / "new",
            "--checkpoint", tmp_path / "run.npz")  # fmt: skip
    with monkeypatch.context() as patch:
        interrupt(patch, after=0)
        assert run(*keep)[0] == 130
    assert run(*keep, "--resume")[0] == 0


@pytest.mark.parametrize(
    ("others", "message"),
    [
        (["--seed", 3, "--resume"], "rng was 0, is 3 now"),
        (["--monitor", "--resume"], "monitor was ()"),
        (["--epochs", 1, "--resume"], "has 2 epochs already"),
        ([], "run.npz is there already; go on from it with --resume"),
    ],
)
def test_a_checkpoint_that_does_not_fit_is_a_message(others, message, tmp_path):
    keep = ("train", "--preset", "digits", "--output", tmp_path / "new", "--epochs", 2)
    assert run(*keep, "--checkpoint", tmp_path / "run.npz")[0] == 0
    status, printed = run(*keep, "--checkpoint", tmp_path / "run.npz", *others)
    assert (status, message in printed, "Traceback" in printed) == (2, True, False)


@pytest.mark.parametrize(
    ("name", "others", "message"),
    [
        ("no.npz", ["--resume"], "there is no checkpoint"),
        ("no/run.npz", [], "cannot write the checkpoint"),
        ("run.txt", [], "ends in .npz"),
        ("run.npz", ["--resume"], "is not a checkpoint that fit wrote"),
    ],
)
def test_a_checkpoint_that_cannot_be_is_a_message(name, others, message, tmp_path):
    (tmp_path / "run.npz").write_bytes(b"rubbish")
    status, printed = run("train", "--preset", "digits", "--output", tmp_path / "new", "--epochs",
                          1, "--checkpoint", tmp_path / name, *others)  # fmt: skip
    assert (status, message in printed, "Traceback" in printed) == (2, True, False)
    assert "resume=True" not in printed  # which nobody types here


# --- predict ----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def digits(tmp_path_factory):
    """A network that reads the digits of the package, in a file."""
    training, _, _ = load("digits")
    network = Network([64, 20, 10], cost="cross_entropy")
    network.fit(training, epochs=5, batch_size=10, learning_rate=0.5)
    return network, network.save(tmp_path_factory.mktemp("digits") / "net.json")


def test_predict_judges_the_test_data_digit_by_digit(digits):
    network, file = digits
    status, printed = run("predict", file)
    _, _, test = load("digits")
    right = network.predict(test.x) == test.labels
    assert status == 0
    assert f"{right.sum()} of 250 images of the digits test data" in printed
    lines = re.findall(r"^  (\d) +(\d+) of +(\d+)", printed, re.MULTILINE)
    assert [int(d) for d, _, _ in lines] == list(range(10))
    for d, r, n in lines:
        of_digit = test.labels == int(d)
        assert (int(r), int(n)) == ((right & of_digit).sum(), of_digit.sum())


def test_predict_reads_mnist_for_a_network_of_its_size(mnist, tmp_path):
    file = Network([784, 10]).save(tmp_path / "net.npz")
    status, printed = run("predict", file, "--data", mnist)
    assert status == 0
    assert "of 10 images of the mnist test data" in printed


def test_predict_tells_a_digit_for_each_image_of_a_file(digits, tmp_path):
    network, file = digits
    _, _, test = load("digits")
    np.save(tmp_path / "some.npy", test.x[:5])
    np.savetxt(tmp_path / "one.csv", test.x[7:8], delimiter=",")
    status, printed = run("predict", file, tmp_path / "some.npy", tmp_path / "one.csv")
    assert status == 0
    told = [int(d) for d in re.findall(r"(?:\]|csv) +(\d) +\(output", printed)]
    assert told == network.predict(test.x[[0, 1, 2, 3, 4, 7]]).tolist()
    assert f"{tmp_path / 'some.npy'}[4]" in printed


@pytest.mark.parametrize(
    ("content", "message"), [(None, "there is no file"), (b"rubbish", "is not a network")]
)
def test_a_file_that_is_no_network_is_a_message(content, message, tmp_path):
    file = tmp_path / "net.npz"
    if content is not None:
        file.write_bytes(content)
    status, printed = run("predict", file)
    assert (status, message in printed, "Traceback" in printed) == (2, True, False)


def test_what_is_missing_is_the_network_alone():
    status, printed = run("predict")
    assert status == 2
    assert printed.endswith("the following arguments are required: network\n")


def test_images_of_another_size_are_a_message(digits, tmp_path):
    np.save(tmp_path / "large.npy", np.zeros((2, 784)))
    status, printed = run("predict", digits[1], tmp_path / "large.npy")
    assert status == 2
    assert "expected images of 64 pixels" in printed


def test_a_file_of_images_that_is_not_there_is_a_message(digits, tmp_path):
    status, printed = run("predict", digits[1], tmp_path / "seven.png")
    assert (status, printed) == (2, f"{tmp_path / 'seven.png'}: there is no such file\n")


def test_a_network_of_no_data_set_asks_for_images(tmp_path):
    file = Network([3, 2]).save(tmp_path / "net.json")
    status, printed = run("predict", file)
    assert status == 2
    assert "takes 3 inputs, as no data set here has; name a file of images" in printed


def test_a_network_of_two_outputs_is_asked_nothing_it_cannot_tell(tmp_path):
    file = Network([64, 2]).save(tmp_path / "net.json")
    status, printed = run("predict", file)
    assert status == 0
    assert "of 250 images" in printed


def test_a_folder_of_data_that_predict_would_not_look_into_is_refused(digits, tmp_path):
    np.save(tmp_path / "some.npy", np.zeros((2, 64)))
    status, printed = run("predict", digits[1], tmp_path / "some.npy", "--data", tmp_path)
    assert status == 2
    assert printed == (
        "predict: --data names the test data, which are read only without images; leave it out\n"
    )
    status, printed = run("predict", digits[1], "--data", tmp_path)
    assert status == 2
    assert "digits are in the package; leave out --data" in printed


def test_predict_reads_the_network_of_a_checkpoint(tmp_path):
    run("train", "--preset", "digits", "--epochs", 1, "--output", tmp_path, "--checkpoint",
        tmp_path / "run.npz")  # fmt: skip
    assert run("predict", tmp_path / "run.npz") == run("predict", tmp_path / "digits.npz")
