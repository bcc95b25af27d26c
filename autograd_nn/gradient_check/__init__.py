"""Gradients, yours included, checked against finite differences, and what is wrong with them."""

from ..differences.recorded import numeric_derivative, numeric_gradient
from .blaming import blame
from .by_hand import check_gradient_function
from .check import check_gradients, gradcheck
from .curves import StepErrors, plot_agreement, plot_step_errors, step_errors
from .network import check_network
from .report import ArgumentReport, Element, GradientMismatchError, Report
from .verdict import Cause, Verdict

GradientMismatch = GradientMismatchError  # its first name

# fmt: off
__all__ = [
    "ArgumentReport", "Cause", "Element", "GradientMismatch", "GradientMismatchError", "Report",
    "StepErrors", "Verdict", "blame", "check_gradient_function", "check_gradients",
    "check_network", "gradcheck", "numeric_derivative", "numeric_gradient", "plot_agreement",
    "plot_step_errors", "step_errors",
]
