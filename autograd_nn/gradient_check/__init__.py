"""Checking gradients, one's own included, against finite differences."""

from .check import GradientMismatch, check_gradients
from .numeric import numeric_gradient

__all__ = ["GradientMismatch", "check_gradients", "numeric_gradient"]
