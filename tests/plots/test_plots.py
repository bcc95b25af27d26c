"""Learning curves and sheets of digits."""

import subprocess
import sys
import warnings

import numpy as np
import pytest
from helpers.rendered import painted

from autograd_nn import Network
from autograd_nn.models import Epoch
from autograd_nn.viz import plot_digits, plot_history

pytest.importorskip("matplotlib")
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure

LABELS = [3, 1, 4, 1, 5, 9, 2]
PREDICTED = [3, 7, 4, 1, 3, 9, 2]
WRONG = [1, 4]


@pytest.fixture
def history():
    x = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])
    net = Network([2, 2], cost="cross_entropy", rng=0)
    labels = [0, 1, 1, 1]
    return net.fit((x, labels), epochs=5, batch_size=2, learning_rate=1.0, validation=(x, labels))


@pytest.fixture
def images(rng):
    return rng.random((7, 12))


@pytest.fixture
def ax() -> Axes:
    return Figure().subplots()


# Learning curves


def test_the_lines_are_the_historys_numbers(history):
    axes = plot_history(history)
    (cost,) = axes.get_lines()
    assert cost.get_xdata().tolist() == [record.epoch for record in history]
    assert cost.get_ydata().tolist() == [record.cost for record in history]
    (right,) = [other for other in axes.figure.axes if other is not axes]
    (accuracy,) = right.get_lines()
    assert accuracy.get_xdata().tolist() == [record.epoch for record in history]
    assert accuracy.get_ydata() == pytest.approx([100 * record.accuracy for record in history])
    painted(axes)


def test_axes_and_lines_say_what_they_are(history):
    axes = plot_history(history)
    right = axes.figure.axes[1]
    assert (axes.get_xlabel(), axes.get_ylabel()) == ("epoch", "cost")
    assert right.get_ylabel() == "accuracy (%)"
    assert axes.get_title()
    axes.figure.canvas.draw()
    assert axes.get_legend().get_window_extent().y1 < axes.get_window_extent().y0  # on no curve
    legend = [text.get_text() for text in axes.get_legend().get_texts()]
    assert legend == ["training cost", "accuracy on held-out data"]


def test_the_two_lines_are_told_apart_without_colour(history):
    axes = plot_history(history)
    lines = [axes.get_lines()[0], axes.figure.axes[1].get_lines()[0]]
    assert len({line.get_linestyle() for line in lines}) == 2
    assert len({line.get_marker() for line in lines}) == 2
    assert len({to_rgb(line.get_color()) for line in lines}) == 2


def test_the_cost_is_seen_from_0_and_the_accuracy_up_to_100(history):
    axes = plot_history(history)
    assert axes.get_ylim()[0] == 0
    assert axes.get_ylim()[1] >= max(record.cost for record in history)
    bottom, top = axes.figure.axes[1].get_ylim()
    assert 100 <= top < 102
    assert bottom <= 100 * min(record.accuracy for record in history)


def test_without_accuracies_only_the_cost_is_drawn():
    axes = plot_history([Epoch(0, 2.0, None, 0.1), Epoch(1, 1.0, None, 0.1)])
    assert axes.figure.axes == [axes]
    assert [text.get_text() for text in axes.get_legend().get_texts()] == ["training cost"]
    painted(axes)


def test_axes_given_are_drawn_into_and_returned(history, images, ax):
    assert plot_history(history, ax) is ax
    assert len(ax.get_lines()) == 1
    other = Figure().subplots()
    assert plot_digits(images, LABELS, PREDICTED, (3, 4), ax=other) is other
    assert len(other.images) == 7


def test_without_axes_each_plot_has_a_figure_of_its_own(history, images):
    plots = [plot_history(history), plot_history(history)]
    plots += [plot_digits(images, LABELS, PREDICTED, (3, 4)) for _ in range(2)]
    assert all(isinstance(axes, Axes) for axes in plots)
    assert len({id(axes.figure) for axes in plots}) == 4


def test_a_single_epoch_is_a_plot():
    axes = plot_history([Epoch(0, 2.0, 1.0, 0.1)])
    assert axes.get_lines()[0].get_ydata().tolist() == [2.0]
    painted(axes)


@pytest.mark.parametrize(
    "epochs",
    [
        1,
        2,
        3,
        20,
    ],
)
def test_epochs_are_whole_numbers_on_the_axis(epochs):
    axes = plot_history([Epoch(i, 1.0 / (i + 1), 0.5, 0.1) for i in range(epochs)])
    painted(axes)
    low, high = axes.get_xlim()
    ticks = [tick for tick in axes.get_xticks() if low <= tick <= high]
    assert ticks
    assert all(tick == round(tick) for tick in ticks)


def test_an_empty_history_is_refused():
    with pytest.raises(ValueError, match=r"plot_history: the history is empty; expected one"):
        plot_history([])


# Digits


def test_every_image_is_shown_as_it_is(images):
    axes = plot_digits(images, LABELS, PREDICTED, (3, 4), columns=3)
    assert len(axes.images) == 7
    for image, shown in zip(images, axes.images, strict=True):
        assert np.array_equal(shown.get_array(), image.reshape(3, 4))
        assert shown.get_cmap().name == "gray_r"  # 0 is white, 1 is black
        assert shown.get_clim() == (0, 1)
    painted(axes)


def test_wrong_digits_are_marked_and_say_what_they_were_taken_for(images):
    axes = plot_digits(images, LABELS, PREDICTED, (3, 4))
    assert [text.get_text() for text in axes.texts] == [
        "3",
        "1 → 7 ✗",
        "4",
        "1",
        "5 → 3 ✗",
        "9",
        "2",
    ]
    for i, text in enumerate(axes.texts):
        assert (text.get_weight() == "bold") == (i in WRONG)  # not by colour alone
        assert (to_rgb(text.get_color()) != to_rgb("black")) == (i in WRONG)


def test_images_are_laid_out_in_rows_and_do_not_overlap(images):
    axes = plot_digits(images, LABELS, PREDICTED, (3, 4), columns=3)
    extents = [shown.get_extent() for shown in axes.images]  # left, right, bottom, top
    assert {(right - left, bottom - top) for left, right, bottom, top in extents} == {(4.0, 3.0)}
    assert len({round(left, 6) for left, *_ in extents}) == 3
    tops = [round(top, 6) for *_, top in extents]
    assert [tops.count(top) for top in sorted(set(tops))] == [3, 3, 1]
    for i, a in enumerate(extents):
        for b in extents[:i]:
            assert a[0] >= b[1] or b[0] >= a[1] or a[3] >= b[2] or b[3] >= a[2]


def test_everything_lies_inside_the_axes(images):
    for columns in (1, 3, 10):
        axes = plot_digits(images, LABELS, PREDICTED, (3, 4), columns=columns)
        (left, right), (bottom, top) = axes.get_xlim(), axes.get_ylim()
        assert top < bottom  # rows are counted downwards, as in an image
        for shown in axes.images:
            x0, x1, y1, y0 = shown.get_extent()
            assert left <= x0 < x1 <= right
            assert top <= y0 < y1 <= bottom
        for shown, text in zip(axes.images, axes.texts, strict=True):
            x, y = text.get_position()
            x0, x1, y1, _ = shown.get_extent()
            assert x == (x0 + x1) / 2
            assert y1 < y < bottom


@pytest.mark.parametrize("shape", [(8, 8), (28, 28), (3, 4)])
@pytest.mark.parametrize("columns", [1, 4, 10])
def test_words_touch_neither_each_other_nor_an_image(shape, columns, rng):
    images = rng.random((20, shape[0] * shape[1]))
    axes = plot_digits(images, [1] * 20, [2] * 20, shape, columns=columns)
    canvas = FigureCanvasAgg(axes.figure)
    canvas.draw()
    words = [text.get_window_extent(canvas.get_renderer()) for text in axes.texts]
    pictures = [shown.get_window_extent(canvas.get_renderer()) for shown in axes.images]
    for i, word in enumerate(words):
        for other in [*words[:i], *pictures]:
            assert not word.overlaps(other)


def test_lists_are_accepted():
    axes = plot_digits([[0.0, 1.0, 1.0, 0.0]], [0], [1], (2, 2))
    assert axes.texts[0].get_text() == "0 → 1 ✗"


@pytest.mark.parametrize(
    ("images", "labels", "predicted", "message"),
    [
        (np.zeros((2, 5)), [0, 1], [0, 1], r"images of shape \(2, 5\); expected \(examples, 4\)"),
        (np.zeros((2, 2, 2)), [0, 1], [0, 1], r"images of shape \(2, 2, 2\)"),
        (np.zeros(4), [0], [0], r"images of shape \(4,\)"),
        (np.zeros((0, 4)), [], [], r"images of shape \(0, 4\)"),
        (np.zeros((2, 4)), [0], [0, 1], r"labels \(1,\) and predictions \(2,\).*2 images"),
        (np.zeros((2, 4)), [0, 1], [0], r"labels \(2,\) and predictions \(1,\)"),
        (np.zeros((2, 4)), [[0, 1]], [[0, 1]], r"labels \(1, 2\)"),
        (np.zeros((2, 4)), 0, 0, r"labels \(\) and predictions \(\)"),
    ],
)
def test_arguments_that_do_not_fit_are_refused(images, labels, predicted, message):
    with pytest.raises(ValueError, match="^plot_digits: " + message):
        plot_digits(images, labels, predicted, (2, 2))


def test_no_columns_are_refused(images):
    with pytest.raises(ValueError, match="columns"):
        plot_digits(images, LABELS, PREDICTED, (3, 4), columns=0)


# Matplotlib


@pytest.mark.parametrize("missing", ["matplotlib", "matplotlib.figure"])
def test_without_matplotlib_the_error_names_the_extra(missing, history, images, monkeypatch):
    monkeypatch.setitem(sys.modules, missing, None)
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    for plot in (
        lambda: plot_history(history),
        lambda: plot_digits(images, LABELS, PREDICTED, (3, 4)),
    ):
        with pytest.raises(ImportError, match=r"pip install 'autograd_nn\[plot\]'"):
            plot()


PROGRAM = """
import sys
import autograd_nn
assert "matplotlib" not in sys.modules, "imported with the package"
from autograd_nn.models import Epoch
autograd_nn.viz.plot_history([Epoch(0, 1.0, 0.5, 0.1)])
assert "matplotlib" in sys.modules
assert "matplotlib.pyplot" not in sys.modules, "pyplot keeps every figure and wants a screen"
"""


def test_matplotlib_is_imported_only_to_plot_and_pyplot_never():
    done = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True)
    assert done.returncode == 0, done.stderr.decode()


def test_plots_warn_of_nothing(history, images):
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        painted(plot_history(history))
        painted(plot_digits(images, LABELS, PREDICTED, (3, 4)))
    assert [str(warning.message) for warning in caught] == []
