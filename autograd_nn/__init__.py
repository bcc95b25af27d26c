"""Backpropagation that you can see: a tiny reverse-mode autodiff library on NumPy."""

from . import data, gradient_check, models, ops, viz
from .backward import gradients
from .core import Node, Op, VariadicOp, no_grad
from .gradient_check import GradientMismatch, check_gradients
from .models import Network, bp_report
from .tensor import Tensor

__version__ = "0.1.0"

__all__ = [
    "GradientMismatch",
    "Network",
    "Node",
    "Op",
    "Tensor",
    "VariadicOp",
    "bp_report",
    "check_gradients",
    "data",
    "gradient_check",
    "gradients",
    "models",
    "no_grad",
    "ops",
    "viz",
]
