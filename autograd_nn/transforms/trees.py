"""Arguments in containers: tuples, lists and dicts, nested, with arrays at their ends.

A container is taken apart into its leaves, each with the place where it was found, and put together
again with other values in place of the leaves.  ``None`` is an empty container.
"""

from collections.abc import Iterable, Iterator, Mapping, MutableMapping
from copy import copy
from typing import Any


def leaves(tree: object, place: str = "") -> Iterator[tuple[str, Any]]:
    """Every leaf with its place, in order.

    >>> list(leaves({"w": [1.0, 2.0], "b": (3.0, None)}, "p"))
    [("p['w'][0]", 1.0), ("p['w'][1]", 2.0), ("p['b'][0]", 3.0)]
    """
    if isinstance(tree, Mapping):
        for key in tree:
            yield from leaves(tree[key], f"{place}[{key!r}]")
    elif isinstance(tree, (tuple, list)):
        for i, item in enumerate(tree):
            yield from leaves(item, f"{place}[{i}]")
    elif tree is not None:
        yield place, tree


def rebuild(tree: object, values: Iterable[Any]) -> Any:
    """The container with its leaves replaced, in the order of :func:`leaves`.

    >>> rebuild({"w": [1.0, 2.0], "b": (3.0, None)}, "xyz")
    {'w': ['x', 'y'], 'b': ('z', None)}
    """
    return _rebuild(tree, iter(values))


def _rebuild(tree: object, values: Iterator[Any]) -> Any:
    if isinstance(tree, Mapping):
        built = {key: _rebuild(tree[key], values) for key in tree}
        if type(tree) is dict or not isinstance(tree, MutableMapping):
            return built
        same = copy(tree)  # an OrderedDict, a defaultdict with its default …
        same.update(built)
        return same
    if isinstance(tree, (tuple, list)):
        items = [_rebuild(item, values) for item in tree]
        if hasattr(tree, "_fields"):  # a named tuple
            return type(tree)(*items)
        return items if isinstance(tree, list) else tuple(items)
    return None if tree is None else next(values)


def match_leaves(tree: object, other: object, place: str) -> list[Any]:
    """The leaves of ``other``, which has to be built like ``tree``; ``ValueError`` names where not.

    >>> match_leaves({"w": 1.0}, {"w": 5.0}, "tangent")
    [5.0]
    """
    if isinstance(tree, Mapping):
        if not isinstance(other, Mapping) or set(other) != set(tree):
            raise ValueError(f"{place}: got {_kind(other)}; expected a dict with keys {list(tree)}")
        return [x for key in tree for x in match_leaves(tree[key], other[key], f"{place}[{key!r}]")]
    if isinstance(tree, (tuple, list)):
        if not isinstance(other, (tuple, list)) or len(other) != len(tree):
            raise ValueError(f"{place}: got {_kind(other)}; expected {_kind(tree)}")
        pairs = enumerate(zip(tree, other, strict=True))
        return [x for i, (a, b) in pairs for x in match_leaves(a, b, f"{place}[{i}]")]
    if tree is not None and (other is None or isinstance(other, (Mapping, tuple, list))):
        raise ValueError(f"{place}: got {_kind(other)}; expected one array")
    return [] if tree is None else [other]


def _kind(tree: object) -> str:
    if tree is None:
        return "None"
    if isinstance(tree, Mapping):
        return f"a dict with keys {list(tree)}"
    if isinstance(tree, (tuple, list)):
        return f"a {type(tree).__name__} of {len(tree)}"
    return f"a {type(tree).__name__}"
