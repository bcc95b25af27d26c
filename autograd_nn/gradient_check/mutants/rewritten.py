"""Rules whose text was changed in one place, in the rule itself or in a helper that it calls."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from types import FunctionType

from ...engine.core import Op, VariadicOp
from .mutant import Mutant, with_rule
from .source import Tree, every_helper, syntax_tree, transplanted
from .syntax import changes

FAMILIES = ("operator", "operand", "constant", "sign", "call", "argument", "condition", "statement")


def rewritten(op: Op, i: int) -> Iterator[Mutant]:
    """Every change to the rule of argument i.

    Raises ``ValueError`` for a rule whose source is not to be had.
    """
    rule = op.rules.rule if isinstance(op, VariadicOp) else op.rules[i]
    if not isinstance(rule, FunctionType):
        raise ValueError(f"{op.name}: the rule for argument {i} is no plain function")
    for function in (rule, *every_helper(rule)):
        where = "" if function is rule else f"{function.__name__}: "
        for family, what, tree in changes(syntax_tree(function)):
            make = partial(_made, op, i, rule, function, tree)
            yield Mutant(op, i, family, where + what, make)


def _made(op: Op, i: int, rule: FunctionType, changed: FunctionType, tree: Tree) -> Op:
    return with_rule(op, i, transplanted(rule, changed, tree))
