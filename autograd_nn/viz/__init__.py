"""Seeing it: the recorded graph, and the sum over paths from a weight to the cost."""

from .animation import Animation, animate
from .backward_picture import draw_backward
from .circuit_picture import draw_circuit
from .cost_plots import plot_cost_slice, plot_cost_surface
from .curve_plots import plot_curves
from .drawing import Drawing
from .enumeration import PathsAgainstEdges, paths_against_edges, plot_paths_against_edges
from .flow_picture import draw_flow
from .graph import draw_graph
from .image_plots import plot_mistakes, plot_weights
from .network_picture import draw_network
from .neuron_plots import plot_gradient_norms, plot_saturation
from .path_picture import draw_paths
from .path_table import path_table
from .paths import Path, PathSum, path_sum
from .perturbation_picture import draw_perturbation
from .plan_picture import draw_plan
from .plots import plot_digits, plot_history
from .render import RendererNotFound, RenderError, renderers
from .tables import PathTable

__all__ = [
    "Animation",
    "Drawing",
    "Path",
    "PathSum",
    "PathTable",
    "PathsAgainstEdges",
    "RenderError",
    "RendererNotFound",
    "animate",
    "draw_backward",
    "draw_circuit",
    "draw_flow",
    "draw_graph",
    "draw_network",
    "draw_paths",
    "draw_perturbation",
    "draw_plan",
    "path_sum",
    "path_table",
    "paths_against_edges",
    "plot_cost_slice",
    "plot_cost_surface",
    "plot_curves",
    "plot_digits",
    "plot_gradient_norms",
    "plot_history",
    "plot_mistakes",
    "plot_paths_against_edges",
    "plot_saturation",
    "plot_weights",
    "renderers",
]
