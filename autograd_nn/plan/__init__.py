"""The fast path: a recorded graph as a list of NumPy calls into fixed arrays."""

from .plan import Plan

__all__ = ["Plan"]
