"""Checking gradients, one's own included, against finite differences."""

from ..differences import numeric_derivative, numeric_gradient
from .check import GradientMismatch, check_gradients, gradcheck
from .report import Report
from .verdict import Verdict

__all__ = [
    "GradientMismatch",
    "Report",
    "Verdict",
    "check_gradients",
    "gradcheck",
    "numeric_derivative",
    "numeric_gradient",
]
