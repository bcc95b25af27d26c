"""Seeing it: the recorded graph, and the sum over paths from a weight to the cost."""

from ..errors import RendererNotFoundError, RenderError
from ..paths import (
    Path,
    PathsAgainstEdges,
    PathSum,
    PathTable,
    path_sum,
    path_table,
    paths_against_edges,
)  # fmt: skip
from ..plots import (
    plot_cost_slice,
    plot_cost_surface,
    plot_curves,
    plot_digits,
    plot_gradient_norms,
    plot_history,
    plot_mistakes,
    plot_paths_against_edges,
    plot_saturation,
    plot_weights,
)  # fmt: skip
from .graphs.animation import Animation, animate
from .graphs.backward import draw_backward
from .graphs.graph import draw_graph
from .graphs.plan import draw_plan
from .networks.circuit import draw_circuit
from .networks.network import draw_network
from .paths.cone import draw_paths
from .paths.flow import draw_flow
from .paths.perturbation import draw_perturbation
from .render.drawing import Drawing
from .render.render import renderers

RendererNotFound = RendererNotFoundError  # its first name

__all__ = [
    "Animation", "Drawing", "Path", "PathSum", "PathTable", "PathsAgainstEdges", "RenderError",
    "RendererNotFound", "RendererNotFoundError", "animate", "draw_backward", "draw_circuit",
    "draw_flow", "draw_graph", "draw_network", "draw_paths", "draw_perturbation", "draw_plan",
    "path_sum", "path_table", "paths_against_edges", "plot_cost_slice", "plot_cost_surface",
    "plot_curves", "plot_digits", "plot_gradient_norms", "plot_history", "plot_mistakes",
    "plot_paths_against_edges", "plot_saturation", "plot_weights", "renderers",
]  # fmt: skip
