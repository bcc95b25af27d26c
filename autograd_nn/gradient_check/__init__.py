"""Checking gradients, one's own included, against finite differences."""

from ..differences import numeric_derivative, numeric_gradient
from .check import GradientMismatch, check_gradients

__all__ = ["GradientMismatch", "check_gradients", "numeric_derivative", "numeric_gradient"]
