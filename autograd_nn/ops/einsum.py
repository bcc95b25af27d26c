"""Einstein's summation: products of arrays, summed over the letters that the result lacks."""

from string import ascii_letters
from typing import Any

import numpy as np

from ..engine.core import VariadicOp
from ..engine.types import Array, Structure, Value
from .connections import matching
from .shape import broadcast_to, reshape, sum_to
from .stacking import Stacked, copies


def _einsum(*arrays: Array, subscripts: str, out: Array | None = None) -> Any:
    return np.einsum(subscripts, *map(_forwards, arrays), out=out)


def _forwards(x: Array) -> Any:
    """An array that does not lie backwards in memory.

    NumPy adds up reversed arrays from their end, but from their beginning where it is given
    ``out``: rounding would tell a plan from its eager reference.
    """
    reversed_ = isinstance(x, np.ndarray) and any(step < 0 for step in x.strides)
    return x.copy() if reversed_ else x


def _explicit(subscripts: str, shapes: list[tuple[int, ...]]) -> tuple[list[str], str]:
    """The letters of each argument and of the result, the dots and the result spelled out."""
    left, arrow, right = subscripts.replace(" ", "").partition("->")
    terms = left.split(",")
    free = [c for c in reversed(ascii_letters) if c not in subscripts]
    dotted = [len(s) - len(t) + 3 for t, s in zip(terms, shapes, strict=True) if "..." in t]
    dots = "".join(free[: max(dotted, default=0)])[::-1]
    if not arrow:
        letters = "".join(terms).replace(".", "")
        right = ("..." if dotted else "") + "".join(
            c for c in sorted(set(letters)) if letters.count(c) == 1
        )
    spelled = []
    for term, shape in zip(terms, shapes, strict=True):
        n = len(shape) - len(term) + 3
        spelled.append(term.replace("...", dots[len(dots) - n :] if n else ""))
    return spelled, right.replace("...", dots)


def _einsum_back(i: int, g: Value, y: Value, *arrays: Value, subscripts: str) -> Any:
    """The same products with g in the place of argument i.

    A letter that only argument i has was summed by itself: its gradient is repeated along it.  A
    letter that it has twice picks a diagonal: the gradient goes onto that diagonal.
    """
    x = arrays[i]
    terms, result = _explicit(subscripts, [tuple(a.shape) for a in arrays])
    others = [t for j, t in enumerate(terms) if j != i]
    values = [a for j, a in enumerate(arrays) if j != i]
    known = set(result).union(*others)
    once = "".join(dict.fromkeys(terms[i]))
    found = "".join(c for c in once if c in known)
    share = einsum(g, *values, subscripts=f"{','.join([result, *others])}->{found}")
    sizes = dict(zip(terms[i], x.shape, strict=True))
    arrived = dict(zip(found, share.shape, strict=True))  # an axis of size 1 for each other letter
    wide = reshape(share, shape=tuple(arrived.get(c, 1) for c in once))
    grown = tuple(sizes[c] if c not in found else n for c, n in zip(once, wide.shape, strict=True))
    wide = broadcast_to(wide, shape=grown)
    if len(once) < len(terms[i]):
        return _onto_diagonal(wide, once, terms[i], sizes)
    return wide if wide.shape == x.shape else sum_to(wide, shape=x.shape)


def _onto_diagonal(wide: Value, once: str, term: str, sizes: dict[str, int]) -> Any:
    """Put values for single letters where all axes with the same letter agree."""
    free = [c for c in ascii_letters if c not in term]
    seen: set[str] = set()
    axes, masks, mask_terms = [], [], []
    for c in term:
        name = free.pop() if c in seen else c
        if name != c:
            masks.append(np.eye(sizes[c]))
            mask_terms.append(c + name)
        seen.add(c)
        axes.append(name)
    return einsum(wide, *masks, subscripts=f"{','.join([once, *mask_terms])}->{''.join(axes)}")


def _connects(
    i: int, elements: Array, y: Array, *args: Array, subscripts: str
) -> tuple[Array, Array]:
    """An element of the result depends on those that agree with it in every letter they share."""
    terms, result = _explicit(subscripts, [np.shape(a) for a in args])
    shape = np.shape(args[i])
    at_x, at_y = np.indices(shape), np.indices(y.shape)
    on_diagonal = np.ones(shape, bool)
    for axis, c in enumerate(terms[i]):
        on_diagonal &= at_x[axis] == at_x[terms[i].index(c)]
    of_x, of_y = np.zeros(shape, int), np.zeros(y.shape, int)
    for c in dict.fromkeys(terms[i]):
        axis = terms[i].index(c)
        if c in result and shape[axis] > 1:  # an axis of size 1 is repeated to any size
            of_x = of_x * shape[axis] + at_x[axis]
            of_y = of_y * shape[axis] + at_y[result.index(c)]
    return matching(np.where(on_diagonal, of_x, -1), of_y, elements)


def _stack(i: int, gs: Array, y: Array, *args: Array, subscripts: str) -> Stacked:
    """One letter more, in the result and in argument i, which alone is repeated."""
    terms, result = _explicit(subscripts, [np.shape(a) for a in args])
    letter = next(c for c in ascii_letters if c not in result and c not in "".join(terms))
    terms[i] = letter + terms[i]
    stacked = (*args[:i], copies(len(gs), args[i]), *args[i + 1 :])
    return gs, copies(len(gs), y), stacked, {"subscripts": f"{','.join(terms)}->{letter}{result}"}


einsum: VariadicOp = VariadicOp(
    "einsum",
    _einsum,
    _einsum_back,
    doc='Products summed over letters: ``einsum(a, b, subscripts="ij,jk->ik")`` is a @ b.',
    structure=Structure(_connects, stack=_stack),
)

ALL = (einsum,)
