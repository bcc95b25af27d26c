"""Data: labelled examples, how to split them, and the digits that come with the package."""

from .dataset import Dataset
from .digits import load_digits

__all__ = ["Dataset", "load_digits"]
