"""Families of ops: what many rows of the table have in common, said once."""

from collections.abc import Callable
from typing import Any

from ..engine.core import Op
from ..engine.types import Rule, Structure
from .connections import elementwise
from .shape import sum_to


def unary(
    name: str, forward: Callable[..., Any], rule: Rule | None, doc: str, **options: Any
) -> Op:
    """An op of one argument that works on each element by itself."""
    return Op(name, forward, rule, doc=doc, structure=Structure(elementwise), **options)


def broadcasting(
    name: str, forward: Callable[..., Any], *rules: Rule | None, doc: str, **options: Any
) -> Op:
    """An op that repeats its arguments to a common shape, and so adds their gradients back up."""
    options |= {"explain": _no_common_shape, "sum_back": sum_to}
    return Op(name, forward, *rules, doc=doc, structure=Structure(elementwise), **options)


def _no_common_shape(*shapes: tuple[int, ...], **params: object) -> str:
    """The first axis, from the last, on which the shapes disagree."""
    arrived = " and ".join(map(str, shapes))
    for back in range(1, max(map(len, shapes), default=0) + 1):
        sizes = {s[-back] for s in shapes if len(s) >= back} - {1}
        if len(sizes) > 1:
            low, high = sorted(sizes)[:2]
            advice = "reshape one of them" if back == 1 else "each size must be equal or 1"
            return (
                f"{arrived}: sizes {low} and {high} on axis {-back} (counted from the last) "
                f"do not broadcast; {advice}"
            )
    return ""
