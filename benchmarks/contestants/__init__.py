"""Who is measured: one small file for each library, with one class for each way to use it."""

from __future__ import annotations

from functools import cache
from importlib import import_module

from .base import Array, Contestant, Problem

MODULES = {  # in the order of the tables
    "limit": "the limit",
    "hand_written": "hand-written NumPy",
    "plan": "autograd_nn, planned",
    "ours": "autograd_nn, eager",
    "pytorch": "PyTorch",
    "jax_xla": "JAX",
    "hips": "HIPS autograd",
    "my_grad": "MyGrad",
    "sk_learn": "scikit-learn",
    "book": "the book's loop",
}


@cache
def find() -> tuple[list[type[Contestant]], dict[str, str]]:
    """The contestants that can be imported, and why each of the others cannot."""
    found: list[type[Contestant]] = []
    missing = {}
    for module, name in MODULES.items():
        try:
            entrants = import_module(f"{__name__}.{module}").CONTESTANTS
        except ImportError as error:
            missing[name] = str(error)
            continue
        for entrant in entrants:
            if why := entrant.missing():
                missing[entrant.name] = why
            else:
                found.append(entrant)
    return found, missing


__all__ = ["MODULES", "Array", "Contestant", "Problem", "find"]
