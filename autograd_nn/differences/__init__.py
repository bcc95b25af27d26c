"""Finite differences that measure their own error; kinks, smoothness and noise."""

from .recorded import numeric_derivative, numeric_gradient

__all__ = ["numeric_derivative", "numeric_gradient"]
