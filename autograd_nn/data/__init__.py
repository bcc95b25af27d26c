"""Data: labelled examples, how to split them, and the digits that come with the package."""

from autograd_nn.data.dataset import Dataset
from autograd_nn.data.digits import load_digits

__all__ = ["Dataset", "load_digits"]
