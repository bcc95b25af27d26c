"""Plots of curves, mistakes, weights, gradient norms, saturation and the cost itself."""

import sys

import numpy as np
import pytest
from helpers.rendered import painted

from autograd_nn import Network, Tensor, gradients, ops
from autograd_nn.engine.recompute import recompute
from autograd_nn.viz import (
    plot_cost_slice,
    plot_cost_surface,
    plot_curves,
    plot_gradient_norms,
    plot_mistakes,
    plot_saturation,
    plot_weights,
)

pytest.importorskip("matplotlib")
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure


def every_plot(run, ax=None):
    w = run.weights[2]
    return {
        "plot_curves": lambda: plot_curves({"a": [1.0, 0.5]}, ax=ax),
        "plot_mistakes": lambda: plot_mistakes(
            np.ones((2, 4)), [0, 1], np.eye(2)[::-1], (2, 2), ax=ax
        ),
        "plot_weights": lambda: plot_weights(w, (1, 2), ax=ax),
        "plot_gradient_norms": lambda: plot_gradient_norms({"a": [1.0, 0.5]}, ax=ax),
        "plot_saturation": lambda: plot_saturation({"a": run.a[2]}, ax=ax),
        "plot_cost_slice": lambda: plot_cost_slice(run.cost, w, (0, 1), points=5, ax=ax),
        "plot_cost_surface": lambda: plot_cost_surface(
            run.cost, (w, (0, 1)), (w, (1, 1)), points=5, ax=ax
        ),
    }


@pytest.mark.parametrize("name", every_plot(Network([2, 3, 2]).record([0.0, 0.0], 0)))
def test_every_plot_draws_into_axes_given_or_its_own_and_returns_them(name, run, monkeypatch):
    ax = Figure().subplots()
    assert every_plot(run, ax)[name]() is ax
    painted(ax)
    own = every_plot(run)[name]()
    assert own is not ax
    painted(own)
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    with pytest.raises(ImportError, match=r"pip install 'autograd_nn\[plot\]'"):
        every_plot(run)[name]()


# Curves


def test_curves_are_the_numbers_given_with_gaps_where_none_was_measured():
    ax = plot_curves({"a": [3.0, 2.0, 1.0], "b": [1.0, None, 2.0]}, ylabel="accuracy", log=True)
    a, b = ax.get_lines()
    assert a.get_ydata().tolist() == [3.0, 2.0, 1.0]
    assert a.get_xdata().tolist() == [0, 1, 2]
    assert np.isnan(b.get_ydata()).tolist() == [False, True, False]
    assert (ax.get_ylabel(), ax.get_xlabel(), ax.get_yscale()) == ("accuracy", "epoch", "log")
    assert [t.get_text() for t in ax.get_legend().get_texts()] == ["a", "b"]


def test_five_curves_are_told_apart_without_colour():
    lines = plot_curves({name: [1.0, 2.0] for name in "abcde"}).get_lines()
    assert len({(line.get_linestyle(), line.get_marker()) for line in lines}) == 5
    assert len({to_rgb(line.get_color()) for line in lines}) == 5


@pytest.mark.parametrize("plot", [plot_curves, plot_gradient_norms])
@pytest.mark.parametrize("nothing", [{}, {"a": []}])
def test_nothing_to_plot_is_refused(plot, nothing):
    with pytest.raises(ValueError, match=rf"^{plot.__name__}: nothing to plot"):
        plot(nothing)


# Mistakes

OUTPUTS = np.array([[0.9, 0.1, 0.0], [0.2, 0.3, 0.5], [0.0, 0.1, 0.9], [0.3, 0.4, 0.3]])
LABELS = [0, 0, 0, 0]  # the last three are wrong, by 0.3, 0.9 and 0.1


def test_the_mistakes_are_shown_the_most_confident_first():
    images = np.arange(16.0).reshape(4, 4) / 16
    ax = plot_mistakes(images, LABELS, OUTPUTS, (2, 2))
    assert [t.get_text() for t in ax.texts] == ["0 → 2 ✗", "0 → 2 ✗", "0 → 1 ✗"]
    shown = [image.get_array().ravel() for image in ax.images]
    assert [image.tolist() for image in shown] == images[[2, 1, 3]].tolist()
    assert ax.get_title() == "3 of 4 wrong"


def test_a_limit_is_said_in_the_title():
    ax = plot_mistakes(np.ones((4, 4)), LABELS, OUTPUTS, (2, 2), limit=2)
    assert (len(ax.images), ax.get_title()) == (2, "3 of 4 wrong, the 2 most confident")


def test_no_mistakes_is_a_plot_that_says_so():
    ax = plot_mistakes(np.ones((2, 4)), [0, 1], np.eye(2), (2, 2))
    assert (len(ax.images), ax.get_title()) == (0, "0 of 2 wrong")
    painted(ax)


def test_mistakes_without_outputs_for_each_are_refused():
    with pytest.raises(
        ValueError, match=r"^plot_mistakes: 2 images, 2 labels, outputs of shape \(2,\)"
    ):
        plot_mistakes(np.ones((2, 4)), [0, 1], [0, 1], (2, 2))


# Weights


def test_weights_are_images_on_one_scale_on_which_white_is_0():
    w = np.array([[1.0, -2.0, 0.0, 0.5], [0.1, 0.1, 0.1, 0.1]])
    ax = plot_weights(Tensor(w), (2, 2))
    assert [image.get_array().tolist() for image in ax.images] == w.reshape(2, 2, 2).tolist()
    assert {image.get_clim() for image in ax.images} == {(-2.0, 2.0)}
    colours = ax.images[0].to_rgba(np.array([[-2.0, 0.0, 2.0]]), bytes=True)[0, :, :3].tolist()
    assert colours[1] == [255, 255, 255] or min(colours[1]) > 250
    assert colours[0][0] > colours[0][2]  # orange
    assert colours[2][2] > colours[2][0]  # blue
    assert [t.get_text() for t in ax.texts] == ["0", "1"]


def test_weights_of_0_are_drawn():
    painted(plot_weights(np.zeros((1, 4)), (2, 2)))


@pytest.mark.parametrize(
    ("w", "columns"), [(np.ones((2, 5)), 10), (np.ones(4), 10), (np.ones((2, 4)), 0)]
)
def test_weights_that_are_no_images_are_refused(w, columns):
    with pytest.raises(ValueError, match=r"^plot_weights: "):
        plot_weights(w, (2, 2), columns=columns)


# Speed of learning, saturation


def test_gradient_norms_are_drawn_on_a_logarithmic_scale_and_zeros_leave_gaps():
    ax = plot_gradient_norms({"layer 2": [0.01, 0.0, 0.03], "layer 3": [1.0, 2.0, 3.0]})
    two, three = ax.get_lines()
    assert np.isnan(two.get_ydata()).tolist() == [False, True, False]
    assert three.get_ydata().tolist() == [1.0, 2.0, 3.0]
    assert ax.get_yscale() == "log"


def test_one_norm_for_each_layer_is_one_line_across_the_layers():
    ax = plot_gradient_norms({"layer 2": [0.01], "layer 3": [1.0]})
    (line,) = ax.get_lines()
    assert line.get_ydata().tolist() == [0.01, 1.0]
    painted(ax)
    assert [t.get_text() for t in ax.get_xticklabels()] == ["layer 2", "layer 3"]


def test_a_norm_below_0_is_refused():
    with pytest.raises(ValueError, match="a norm below 0"):
        plot_gradient_norms({"layer 2": [0.01, -0.1]})


@pytest.mark.parametrize(
    ("values", "limits", "text"),
    [
        ([0.01, 0.5, 0.6, 0.99], (0, 1), "50 % saturated"),
        ([0.06, 0.94], (0, 1), "0 % saturated"),
        ([-0.95, -0.89, 0.0, 0.95], (-1, 1), "50 % saturated"),
    ],
)
def test_the_saturated_share_is_counted(values, limits, text):
    ax = plot_saturation({"layer 2": values}, limits=limits)
    assert [t.get_text() for t in ax.texts] == [text]
    assert [t.get_text() for t in ax.get_yticklabels()] == ["layer 2"]


def test_the_histogram_counts_every_activation(rng):
    values = rng.random(500)
    (steps,) = plot_saturation({"layer 2": values}).patches[:1]
    heights = -steps.get_data().values / 0.8
    assert heights.max() == pytest.approx(1.0)
    counts = np.histogram(values, bins=40, range=(0, 1))[0]
    assert heights == pytest.approx(counts / counts.max())


@pytest.mark.parametrize(
    ("activations", "settings"),
    [({}, {}), ({"a": []}, {}), ({"a": [1.5]}, {}), ({"a": [0.5]}, {"margin": 0.5}),
     ({"a": [0.5]}, {"limits": (1, 0)})],
)  # fmt: skip
def test_saturation_of_nothing_or_beyond_the_limits_is_refused(activations, settings):
    with pytest.raises(ValueError, match=r"^plot_saturation: "):
        plot_saturation(activations, **settings)


# The cost


def test_a_slice_is_the_recorded_cost_and_its_tangent_has_the_gradients_slope(run):
    w, index = run.weights[2], (2, 1)
    ax = plot_cost_slice(run.cost, w, index, span=2.0, points=9)
    curve, tangent, point = ax.get_lines()
    for x, y in zip(curve.get_xdata(), curve.get_ydata(), strict=True):
        moved = w.data.copy()
        moved[index] = x
        assert y == pytest.approx(float(recompute(run.cost, {w: moved})), rel=1e-12)
    slope = np.diff(tangent.get_ydata()) / np.diff(tangent.get_xdata())
    assert slope == pytest.approx(gradients(run.cost, [w])[0][index])
    assert (point.get_xdata()[0], point.get_ydata()[0]) == (w.data[index], float(run.cost))
    assert ax.get_xlabel() == "w2[2, 1]"


def test_the_surface_is_the_recorded_cost_and_the_arrow_goes_down(run):
    w, b = run.weights[2], run.biases[3]
    ax = plot_cost_surface(run.cost, (w, (0, 1)), (b, -1), span=1.0, points=5)
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("w2[0, 1]", "b3[1]")
    (arrow,) = ax.texts
    step = np.array(arrow.xy) - np.array(arrow.get_position())
    down = -np.array([g[i] for g, i in zip(gradients(run.cost, [w, b]), ((0, 1), 1), strict=True)])
    assert step / np.linalg.norm(step) == pytest.approx(down / np.linalg.norm(down))


def test_the_surface_over_two_elements_of_one_leaf_is_right():
    w = Tensor([1.0, -2.0], requires_grad=True, name="w")
    ax = plot_cost_surface((w * w).sum(), (w, 0), (w, 1), span=1.0, points=3)
    low, high = ax.collections[0].get_clim()
    assert low <= 0 + 1  # w = (0, -1) and (2, -3)
    assert high >= 12


def test_at_a_minimum_there_is_no_arrow():
    w = Tensor([0.0, 0.0], requires_grad=True, name="w")
    assert not plot_cost_surface((w * w).sum(), (w, 0), (w, 1), points=5).texts


def test_the_graph_is_left_as_it_was(run):
    w = run.weights[2]
    before = w.data.copy()
    plot_cost_slice(run.cost, w, (0, 0), points=3)
    assert np.array_equal(w.data, before)
    assert w.grad is None
    run.cost.backward()  # and no leaf counts as changed


@pytest.mark.parametrize("index", [0, (0,), (3, 0), (0, 2), (0, 0, 0), ()])
def test_an_index_that_is_not_one_element_is_refused(index, run):
    with pytest.raises(ValueError, match=r"^plot_cost_slice: index .* of shape \(3, 2\)"):
        plot_cost_slice(run.cost, run.weights[2], index)


def test_the_same_element_twice_is_refused(run):
    w = run.weights[2]
    with pytest.raises(ValueError, match="twice the same element"):
        plot_cost_surface(run.cost, (w, (0, 1)), (w, (-3, -1)))


def test_what_the_cost_does_not_depend_on_is_refused(run):
    with pytest.raises(ValueError, match="does not depend on other"):
        plot_cost_slice(run.cost, Tensor(1.0, requires_grad=True, name="other"))


def test_a_cost_with_a_kink_is_drawn():
    x = Tensor(0.5, requires_grad=True, name="x")
    painted(plot_cost_slice(ops.relu(x), x))
