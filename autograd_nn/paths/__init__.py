"""The sum over paths as numbers: its edges, their rates, the totals, the largest paths, tables."""

from .build import Path, PathSum, path_sum
from .counting import PathsAgainstEdges, paths_against_edges
from .cross_check import path_table
from .table import PathTable

__all__ = [
    "Path", "PathSum", "PathTable", "PathsAgainstEdges", "path_sum", "path_table",
    "paths_against_edges",
]  # fmt: skip
