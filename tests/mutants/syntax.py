"""Rules whose text is changed in one place, in the rule itself or in a helper that it calls.

What a person gets wrong in a derivative: the operator, the operand, a constant, a sign, a function,
a forgotten one, an argument too many or too few, a statement left out.
"""

from __future__ import annotations

import ast
import copy
from collections.abc import Iterator
from functools import partial
from types import FunctionType
from typing import Any

from autograd_nn.engine.core import Op

from .mutant import Mutant
from .source import Tree, every_helper, plain, syntax_tree, transplanted

FAMILIES = ("operator", "operand", "constant", "sign", "call", "argument", "condition", "statement")

_OPERATORS: dict[type[ast.operator], tuple[type[ast.operator], ...]] = {
    ast.Add: (ast.Sub, ast.Mult),
    ast.Sub: (ast.Add,),
    ast.Mult: (ast.Div, ast.Add),
    ast.Div: (ast.Mult,),
    ast.Pow: (ast.Mult,),
    ast.FloorDiv: (ast.Mult,),
    ast.Mod: (ast.Add,),
}
_COMPARISONS: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Eq: ast.NotEq, ast.NotEq: ast.Eq, ast.Lt: ast.GtE, ast.GtE: ast.Lt, ast.Gt: ast.LtE,
    ast.LtE: ast.Gt, ast.In: ast.NotIn, ast.NotIn: ast.In, ast.Is: ast.IsNot, ast.IsNot: ast.Is,
}  # fmt: skip
_SIBLINGS = {
    "sin": "cos", "cos": "sin", "sinh": "cosh", "cosh": "sinh", "exp": "exp2", "exp2": "exp",
    "sum": "mean", "floor": "trunc", "trunc": "floor", "greater": "equal", "equal": "greater",
    "softmax": "sigmoid", "broadcast_to": "reshape",
}  # fmt: skip
_NOT_COMMUTATIVE = (ast.Sub, ast.Div, ast.Pow, ast.MatMult)

Change = tuple[str, str, Tree]
"""The family, what was changed into what, and the changed tree."""


def rewritten(op: Op, i: int) -> Iterator[Mutant]:
    """Every change to the rule of argument i.

    Raises ``ValueError`` for a rule whose source is not to be had.
    """
    rule = plain(op.rule(i))
    if not isinstance(rule, FunctionType):
        raise ValueError(f"{op.name}: the rule for argument {i} is no plain function")
    for function in (rule, *every_helper(rule)):
        where = "" if function is rule else f"{function.__name__}: "
        for family, what, tree in changes(syntax_tree(function)):
            make = partial(_made, op, i, rule, function, tree)
            yield Mutant(op, i, family, where + what, make)


def _made(op: Op, i: int, rule: FunctionType, changed: FunctionType, tree: Tree) -> Op:
    new = transplanted(rule, changed, tree)
    return op.with_rule(i, partial(new, i) if op.arity is None else new)


def changes(tree: Tree) -> Iterator[Change]:
    """Every change to one place of the function's body.

    What decides how often a ``while`` loop runs is left alone: a wrong rule has to come to an end.

    >>> tree = ast.parse("lambda g, y, x: g / x", mode="eval").body
    >>> for family, what, _ in changes(tree):
    ...     print(f"{family}: {what}")
    operator: g / x → g * x
    operand: g / x → g
    operand: g / x → x
    operand: g / x → x / g
    operand: g → y
    operand: g → x
    operand: x → g
    operand: x → y
    """
    seen = {ast.dump(tree)}
    names = _parameters(tree)
    for node in _places(tree):
        for family, new in _replacements(node, names):
            changed = _replaced(tree, node, new)
            text = ast.dump(changed)
            if text not in seen:
                seen.add(text)
                yield family, f"{_said(node)} → {_said(new)}", changed


def _said(node: ast.AST) -> str:
    text = " ".join(ast.unparse(node).split())
    return text if len(text) <= 60 else text[:57] + "…"


def _parameters(tree: Tree) -> list[str]:
    """The positional parameters without default: arrays, as a rule."""
    every = [a.arg for a in (*tree.args.posonlyargs, *tree.args.args)]
    return every[: len(every) - len(tree.args.defaults)]


def _places(tree: Tree) -> list[ast.AST]:
    """The nodes of the body that may be changed."""
    if isinstance(tree, ast.Lambda):
        body: list[ast.AST] = [tree.body]
    else:
        documented = ast.get_docstring(tree) is not None
        body = [*tree.body[1:]] if documented else [*tree.body]
    control = {
        n.id
        for loop in ast.walk(tree)
        if isinstance(loop, ast.While)
        for n in ast.walk(loop.test)
        if isinstance(n, ast.Name)
    }
    found: list[ast.AST] = []
    waiting = body
    while waiting:
        node = waiting.pop(0)
        if _binds(node) & control:
            continue
        found.append(node)
        skipped = {id(node.test)} if isinstance(node, ast.While) else set()
        if isinstance(node, ast.Call):
            skipped.add(id(node.func))
        waiting += [n for n in ast.iter_child_nodes(node) if id(n) not in skipped]
    return found


def _binds(node: ast.AST) -> set[str]:
    if not isinstance(node, (ast.Assign, ast.AugAssign)):
        return set()
    targets = node.targets if isinstance(node, ast.Assign) else [node.target]
    return {n.id for t in targets for n in ast.walk(t) if isinstance(n, ast.Name)}


def _replacements(node: ast.AST, names: list[str]) -> Iterator[tuple[str, ast.AST]]:
    if isinstance(node, ast.BinOp):
        yield from _of_operation(node)
    elif isinstance(node, ast.UnaryOp):
        yield "sign", node.operand
    elif isinstance(node, ast.Compare) and type(node.ops[0]) in _COMPARISONS:
        other = _COMPARISONS[type(node.ops[0])]()
        yield "condition", ast.Compare(node.left, [other, *node.ops[1:]], node.comparators)
    elif isinstance(node, ast.IfExp):
        yield "condition", node.body
        yield "condition", node.orelse
    elif isinstance(node, ast.Call):
        yield from _of_call(node)
    elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) and node.id in names:
        for name in names:
            yield "operand", ast.Name(name, ast.Load())
    elif isinstance(node, ast.Constant):
        for value in _other_constants(node.value):
            yield "constant", ast.Constant(value)
    elif isinstance(node, (ast.Assign, ast.AugAssign, ast.If)):
        yield "statement", ast.Pass()


def _of_operation(node: ast.BinOp) -> Iterator[tuple[str, ast.AST]]:
    for operator in _OPERATORS.get(type(node.op), ()):
        yield "operator", ast.BinOp(node.left, operator(), node.right)
    yield "operand", node.left
    yield "operand", node.right
    if isinstance(node.op, _NOT_COMMUTATIVE):
        yield "operand", ast.BinOp(node.right, node.op, node.left)


def _of_call(node: ast.Call) -> Iterator[tuple[str, ast.AST]]:
    positional, keywords = node.args, node.keywords
    if positional and not isinstance(positional[0], ast.Starred):
        yield "call", positional[0]
    if isinstance(node.func, ast.Name) and node.func.id in _SIBLINGS:
        sibling = ast.Name(_SIBLINGS[node.func.id], ast.Load())
        yield "call", ast.Call(sibling, positional, keywords)
    for k in range(len(positional) - 1):
        swapped = [*positional]
        swapped[k], swapped[k + 1] = swapped[k + 1], swapped[k]
        yield "argument", ast.Call(node.func, swapped, keywords)
    for k in range(len(keywords)):
        yield "argument", ast.Call(node.func, positional, keywords[:k] + keywords[k + 1 :])


def _other_constants(value: Any) -> list[Any]:
    if isinstance(value, bool):
        return [not value]
    if isinstance(value, int):
        return [value + 1, value - 1, -value]
    if isinstance(value, float):
        return [value * 1.1, -value]
    return []


def _replaced(node: Any, old: ast.AST, new: ast.AST) -> Any:
    """The tree with ``new`` in the place of ``old``; what is not above it is shared, not copied."""
    if node is old:
        return new
    for name, value in ast.iter_fields(node):
        below = value if isinstance(value, list) else [value]
        put = [_replaced(v, old, new) if isinstance(v, ast.AST) else v for v in below]
        if any(a is not b for a, b in zip(put, below, strict=True)):
            parent = copy.copy(node)
            setattr(parent, name, put if isinstance(value, list) else put[0])
            return parent
    return node
