"""The book's experiments: how each network is made and trained, and tables of what they reach."""

from .mnist_table import ROWS, Row, as_markdown, run_table
from .presets import PRESETS, Preset
from .runs import Run, run

__all__ = ["PRESETS", "ROWS", "Preset", "Row", "Run", "as_markdown", "run", "run_table"]
