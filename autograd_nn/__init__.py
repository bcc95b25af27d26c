"""Backpropagation that you can see: a tiny reverse-mode autodiff library on NumPy."""

from . import data, gradient_check, models, ops, viz
from .backward import ZeroGradientWarning, gradients
from .core import Node, Op, VariadicOp, no_grad, record_lines
from .custom import custom_op
from .gradient_check import (
    GradientMismatch,
    blame,
    check_gradient_function,
    check_gradients,
    check_network,
    gradcheck,
)
from .models import Network, bp_report
from .plan import Plan
from .tensor import Tensor
from .transforms import elementwise_grad, grad, hessian, hvp, jacobian, jvp, value_and_grad, vjp

__version__ = "0.1.0"

__all__ = [
    "GradientMismatch",
    "Network",
    "Node",
    "Op",
    "Plan",
    "Tensor",
    "VariadicOp",
    "ZeroGradientWarning",
    "blame",
    "bp_report",
    "check_gradient_function",
    "check_gradients",
    "check_network",
    "custom_op",
    "data",
    "elementwise_grad",
    "grad",
    "gradcheck",
    "gradient_check",
    "gradients",
    "hessian",
    "hvp",
    "jacobian",
    "jvp",
    "models",
    "no_grad",
    "ops",
    "record_lines",
    "value_and_grad",
    "viz",
    "vjp",
]
