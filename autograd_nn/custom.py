"""The way to add an operation of one's own: a forward function with its derivative rules.

::

    @ag.custom_op(lambda g, y, x: g * 3 * x**2)
    def cube(x):
        return x**3

See :func:`custom_op`; the library's own operations are made in the same way, one row a piece.
"""

import inspect
from collections.abc import Callable, Sequence
from functools import update_wrapper
from typing import Any

import numpy as np

from .engine.core import Op, Operand
from .engine.types import Array, Rule, Structure
from .gradient_check import check_gradients
from .ops.families import broadcasting
from .ops.out import with_out
from .tensor.tensor import Tensor

_PARENTHESES = (
    "custom_op: expected derivative rules, one for each argument, in parentheses: "
    "@custom_op(lambda g, y, x: …)"
)


def custom_op(
    *rules: Rule | None,
    broadcasts: bool = False,
    connects: Callable[..., Any] | None = None,
    check: Sequence[Any] | None = None,
) -> Callable[[Callable[..., Any]], Op]:
    """Make an operation of the function below: a decorator, given one derivative rule per argument.

    The function computes on arrays; its positional arguments are differentiated, its keyword-only
    ones are settings.  A rule ``rule(g, y, *arguments, **settings)`` takes the gradient ``g``
    arriving at the result ``y``, and returns the gradient for its argument, of the argument's
    shape; ``None`` stands for an argument without a derivative.  A rule is written with operators,
    NumPy's recorded functions and :mod:`autograd_nn.ops`, so that it can be differentiated again.

    ``broadcasts`` says that the function works element by element and repeats its arguments to a
    common shape: what a rule gives is then added up over what was repeated.  ``connects`` says
    which elements of the result depend on which of an argument
    (:mod:`autograd_nn.ops.connections`), so that paths can be followed through it.  ``check`` is a
    list of arguments on which the rules are checked at once, to second order.

    Raises ``TypeError`` if there is not one rule for each argument, and
    :class:`~autograd_nn.GradientMismatchError` if a check finds a rule wrong.

    >>> import numpy as np
    >>> import autograd_nn as ag
    >>> @custom_op(lambda g, y, x: g * 3 * x**2, check=[np.array([1.0, -2.0])])
    ... def cube(x):
    ...     return x**3
    >>> ag.grad(cube)(2.0), ag.grad(ag.grad(cube))(2.0)
    (12.0, 12.0)
    >>> @custom_op(lambda g, y, x: g * 2 * x**2, check=[np.array([1.0, -2.0])])
    ... def wrong(x):
    ...     return x**3
    Traceback (most recent call last):
        ...
    autograd_nn.GradientMismatchError: check_gradients: wrong, argument 0, ...
    """

    def decorate(*given: Callable[..., Any]) -> Op:
        if len(given) != 1 or not callable(given[0]):
            raise TypeError(_PARENTHESES)
        (function,) = given
        name = getattr(function, "__name__", "custom_op")
        _check_rules(name, function, rules)
        forward = _wrap(name, function)
        doc = inspect.getdoc(function) or f"{name}, an operation of a user's."
        op: Op = (broadcasting if broadcasts else Op)(name, forward, *rules, doc=doc)
        op.structure = Structure(connects) if connects else op.structure
        if check is not None:
            _check_settings(name, function)
            check_op(op, check)
        return op

    for rule in rules:
        if rule is not None and not callable(rule):
            raise TypeError(f"custom_op: a rule is {rule!r}; expected a function or None")
    if len(rules) == 1 and rules[0] is not None and _takes_less_than_a_rule(rules[0]):
        raise TypeError(_PARENTHESES)
    return decorate


def check_op(op: Op, arguments: Sequence[Any]) -> None:
    """Check an operation's rules, and the rules' own derivatives, on these arguments.

    Raises :class:`~autograd_nn.GradientMismatchError` where a rule is wrong, ``TypeError`` for a
    rule that leaves the graph, so that its derivative would be lost, and ``ValueError`` for a
    function that changes its arguments.
    """
    if not isinstance(arguments, (list, tuple)):
        raise TypeError(
            f"custom_op: check is {type(arguments).__name__}; expected a list of arguments, [x]"
        )
    if len(arguments) != op.arity:
        raise TypeError(
            f"custom_op: check has {len(arguments)} arguments for {op.name}; expected {op.arity}"
        )
    copies = [np.array(x) for x in arguments]
    op.forward(*copies)
    for i, (copy, x) in enumerate(zip(copies, arguments, strict=True)):
        if not np.array_equal(copy, x, equal_nan=copy.dtype.kind == "f"):
            raise ValueError(
                f"{op.name} changed its argument {i} in place, and with it what the graph keeps; "
                "write x = x + … in place of x += …"
            )
    fixed = [i for i in range(len(arguments)) if op.rule(i) is None]
    free = [x for i, x in enumerate(arguments) if i not in fixed]

    def function(*given: Operand) -> Any:
        values = iter(given)
        return op(*[x if i in fixed else next(values) for i, x in enumerate(arguments)])

    if not free:
        return  # nothing has a derivative
    function.__name__ = op.name
    update_wrapper(function, op, assigned=(), updated=())  # a report says where its rule is
    check_gradients(function, *free, order=2)


def _wrap(name: str, function: Callable[..., Any]) -> Callable[..., Any]:
    """The function with ``out=``, and with a word for a result that is no array of numbers."""

    def forward(*arrays: Array, **settings: Any) -> Any:
        result = function(*arrays, **settings)
        if isinstance(result, Tensor) or np.asarray(result).dtype.kind not in "fiub":
            raise TypeError(
                f"{name} returned {type(result).__name__}; expected an array of real numbers, "
                "computed from the arrays that it was given"
            )
        return result

    return with_out(forward)


def _check_rules(name: str, function: Callable[..., Any], rules: Sequence[Any]) -> None:
    parameters = inspect.signature(function).parameters
    kinds = [p.kind for p in parameters.values()]
    if "out" in parameters:
        raise TypeError(f"custom_op: {name} takes out, which is for where to write; rename it")
    positional = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    count = sum(kind in positional for kind in kinds)
    if count != len(rules) or inspect.Parameter.VAR_POSITIONAL in kinds:
        raise TypeError(
            f"custom_op: {name} takes {count} positional arguments, got {len(rules)} rules; "
            "expected one rule for each (None for one without a derivative), settings after a *"
        )


def _check_settings(name: str, function: Callable[..., Any]) -> None:
    for p in inspect.signature(function).parameters.values():
        if p.kind is p.KEYWORD_ONLY and p.default is p.empty:
            raise TypeError(
                f"custom_op: check cannot give {name} its setting {p.name}; give it a default, or "
                f"write check_gradients(lambda x: {name}(x, {p.name}=…), x)"
            )


def _takes_less_than_a_rule(function: Rule) -> bool:
    """Whether this is the function itself, decorated without parentheses, and no rule."""
    if isinstance(function, np.ufunc):
        return True
    parameters = inspect.signature(function).parameters.values()
    return len(parameters) < 3 and all(p.kind is not p.VAR_POSITIONAL for p in parameters)
