"""Backpropagation that you can see: a tiny reverse-mode autodiff library on NumPy."""

from . import data, models, ops, viz
from .backward import gradients
from .core import Node, Op, no_grad
from .models import Network
from .tensor import Tensor

__all__ = ["Network", "Node", "Op", "Tensor", "data", "gradients", "models", "no_grad", "ops", "viz"]
