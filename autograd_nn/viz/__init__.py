"""Seeing it: the recorded graph, and the sum over paths from a weight to the cost."""

from .drawing import Drawing
from .graph import draw_graph
from .path_picture import draw_paths
from .paths import Path, PathSum, path_sum
from .plan_picture import draw_plan
from .plots import plot_digits, plot_history
from .render import RendererNotFound, RenderError, renderers

__all__ = [
    "Drawing",
    "Path",
    "PathSum",
    "RenderError",
    "RendererNotFound",
    "draw_graph",
    "draw_paths",
    "draw_plan",
    "path_sum",
    "plot_digits",
    "plot_history",
    "renderers",
]
