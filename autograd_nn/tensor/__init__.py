"""The tensor: a node with Python's operators, an array's methods and NumPy's functions."""

from .tensor import Tensor

__all__ = ["Tensor"]
