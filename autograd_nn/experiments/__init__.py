"""The book's experiments: how each network is made and trained, and tables of what they reach."""

from .images import read_images
from .mnist_page import as_markdown, as_page
from .mnist_table import ROWS, Row, run_table
from .presets import PRESETS, Preset
from .runs import Run, load, parts, run

__all__ = [
    "PRESETS", "ROWS", "Preset", "Row", "Run", "as_markdown", "as_page", "load", "parts",
    "read_images", "run", "run_table",
]  # fmt: skip
