"""Plots with matplotlib (the ``plot`` extra): plain arrays in, Axes out."""

from .cost import plot_cost_slice, plot_cost_surface
from .images import plot_digits, plot_mistakes, plot_weights
from .paths import plot_paths_against_edges
from .training import plot_curves, plot_gradient_norms, plot_history, plot_saturation

__all__ = [
    "plot_cost_slice", "plot_cost_surface", "plot_curves", "plot_digits", "plot_gradient_norms",
    "plot_history", "plot_mistakes", "plot_paths_against_edges", "plot_saturation", "plot_weights",
]  # fmt: skip
