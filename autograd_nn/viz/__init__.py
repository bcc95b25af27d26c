"""Seeing it: the recorded graph, and the sum over paths from a weight to the cost."""

from .animation import Animation, animate
from .backward_picture import draw_backward
from .circuit_picture import draw_circuit
from .drawing import Drawing
from .graph import draw_graph
from .network_picture import draw_network
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
    "plot_digits",
    "plot_history",
    "renderers",
]
