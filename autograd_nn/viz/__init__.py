"""Seeing it: the recorded graph, and the sum over paths from a weight to the cost."""

from .animation import Animation, animate
from .backward_picture import draw_backward
from .circuit_picture import draw_circuit
from .cost_plots import plot_cost_slice, plot_cost_surface
from .curve_plots import plot_curves
from .drawing import Drawing
from .graph import draw_graph
from .image_plots import plot_mistakes, plot_weights
from .network_picture import draw_network
from .neuron_plots import plot_gradient_norms, plot_saturation
from .path_picture import draw_paths
from .paths import Path, PathSum, path_sum
from .plan_picture import draw_plan
from .plots import plot_digits, plot_history
from .render import RendererNotFound, RenderError, renderers

__all__ = [
    "Animation",
    "Drawing",
    "Path",
    "PathSum",
    "RenderError",
    "RendererNotFound",
    "animate",
    "draw_backward",
    "draw_circuit",
    "draw_graph",
    "draw_network",
    "draw_paths",
    "draw_plan",
    "path_sum",
    "plot_cost_slice",
    "plot_cost_surface",
    "plot_curves",
    "plot_digits",
    "plot_gradient_norms",
    "plot_history",
    "plot_mistakes",
    "plot_saturation",
    "plot_weights",
    "renderers",
]
