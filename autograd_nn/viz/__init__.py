"""Seeing it: the recorded graph, and the sum over paths from a weight to the cost."""

from .drawing import Drawing
from .enumeration import PathsAgainstEdges, paths_against_edges, plot_paths_against_edges
from .flow_picture import draw_flow
from .graph import draw_graph
from .path_picture import draw_paths
from .path_table import path_table
from .paths import Path, PathSum, path_sum
from .perturbation_picture import draw_perturbation
from .plan_picture import draw_plan
from .plots import plot_digits, plot_history
from .render import RendererNotFound, RenderError, renderers
from .tables import PathTable

__all__ = [
    "Drawing",
    "Path",
    "PathSum",
    "PathTable",
    "PathsAgainstEdges",
    "RenderError",
    "RendererNotFound",
    "draw_flow",
    "draw_graph",
    "draw_paths",
    "draw_perturbation",
    "draw_plan",
    "path_sum",
    "path_table",
    "paths_against_edges",
    "plot_digits",
    "plot_history",
    "plot_paths_against_edges",
    "renderers",
]
