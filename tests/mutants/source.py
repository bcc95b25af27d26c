"""A function's own syntax tree, and the function compiled anew from a changed one.

A rule is most often a lambda among others in a call of several lines.  Which one it is, is read off
its code object, which knows from where to where each instruction stands in the file.
"""

from __future__ import annotations
import __future__

import ast
import dis
import tokenize
from collections.abc import Callable, Iterator
from functools import lru_cache, partial
from types import CodeType, FunctionType
from typing import Any, TypeAlias

Tree: TypeAlias = ast.Lambda | ast.FunctionDef


def syntax_tree(function: FunctionType) -> Tree:
    """The tree of a function defined in a file; ``ValueError`` where it cannot be found.

    >>> from autograd_nn import ops
    >>> ast.unparse(syntax_tree(ops.div.rule(1)))
    'lambda g, y, a, b: -g * y / b'
    """
    code = function.__code__
    found = [n for n in _functions(code.co_filename) if _is_code_of(n, code)]
    if len(found) != 1:
        raise ValueError(
            f"{function.__qualname__}: {len(found)} functions in {code.co_filename}, line "
            f"{code.co_firstlineno}, could be it; expected one (is the file as it was when loaded?)"
        )
    return found[0]


@lru_cache(maxsize=64)
def _functions(filename: str) -> list[Tree]:
    with tokenize.open(filename) as file:
        tree = ast.parse(file.read(), filename)
    return [n for n in ast.walk(tree) if isinstance(n, (ast.Lambda, ast.FunctionDef))]


def _is_code_of(node: Tree, code: CodeType) -> bool:
    if isinstance(node, ast.FunctionDef):
        first = min([node.lineno, *[d.lineno for d in node.decorator_list]])
        return (node.name, first) == (code.co_name, code.co_firstlineno)
    if code.co_name != "<lambda>" or node.lineno != code.co_firstlineno:
        return False
    body = node.body
    return _span(code) == ((body.lineno, body.col_offset), (body.end_lineno, body.end_col_offset))


def _span(code: CodeType) -> tuple[Any, Any]:
    """Where the text of a function's instructions begins and ends: (line, column) twice."""
    starts: list[Any] = []
    ends: list[Any] = []
    for p in (i.positions for i in dis.get_instructions(code)):
        if (
            p and p.end_col_offset is not None and p.end_col_offset != p.col_offset
        ):  # stands for text
            starts.append((p.lineno, p.col_offset))
            ends.append((p.end_lineno, p.end_col_offset))
    return min(starts, default=None), max(ends, default=None)


def plain(rule: Any) -> Any:
    """The function that a rule is written as; of a variadic op it also takes the argument's number."""
    return rule.func if isinstance(rule, partial) else rule


def helpers(function: FunctionType) -> dict[str, FunctionType]:
    """The plain functions of the same package that a function refers to, by the names it uses.

    >>> from autograd_nn import ops
    >>> sorted(helpers(ops.max.rule(0)))
    ['_kept', '_shared']
    """
    package = function.__module__.partition(".")[0]
    found = {}
    for name in _names(function.__code__):
        value = function.__globals__.get(name)
        if isinstance(value, FunctionType) and value.__module__.partition(".")[0] == package:
            found[name] = value
    return found


def _names(code: CodeType) -> Iterator[str]:
    yield from code.co_names
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _names(constant)


def every_helper(rule: FunctionType) -> list[FunctionType]:
    """Those that a rule refers to, those that they refer to, and so on."""
    found: list[FunctionType] = []
    waiting = [rule]
    while waiting:
        for helper in helpers(waiting.pop()).values():
            if helper is not rule and helper not in found:
                found.append(helper)
                waiting.append(helper)
    return found


def transplanted(rule: FunctionType, changed: FunctionType, tree: Tree) -> Callable[..., Any]:
    """The rule, with ``changed`` (itself, or one of its helpers) compiled anew from ``tree``.

    Nothing but the new rule sees the change: every function between the two is copied.
    """
    copies: dict[FunctionType, FunctionType] = {}

    def copied(function: FunctionType) -> FunctionType:
        if function in copies:
            return copies[function]
        names = dict(function.__globals__)
        if function is changed:
            copy = compiled(function, tree, names)
        elif changed in every_helper(function):
            copy = FunctionType(
                function.__code__,
                names,
                function.__name__,
                function.__defaults__,
                function.__closure__,
            )
            copy.__kwdefaults__ = function.__kwdefaults__
        else:
            return function
        copies[function] = copy
        names.update({name: copied(helper) for name, helper in helpers(function).items()})
        return copy

    return copied(rule)


def compiled(function: FunctionType, tree: Tree, names: dict[str, Any]) -> FunctionType:
    """``tree`` as a function with ``names`` for globals, and the closure of ``function``."""
    give: ast.expr = tree if isinstance(tree, ast.Lambda) else ast.Name(tree.name, ast.Load())
    body: list[ast.stmt] = [ast.Return(give)]
    if isinstance(tree, ast.FunctionDef):
        body.insert(0, tree)
    arguments = ast.parse(f"lambda {', '.join(function.__code__.co_freevars)}: 0", mode="eval").body
    assert isinstance(arguments, ast.Lambda)
    factory = ast.parse("def factory(): pass").body[0]
    assert isinstance(factory, ast.FunctionDef)
    factory.args, factory.body = arguments.args, body
    module = ast.fix_missing_locations(ast.Module([factory], []))
    flags = __future__.annotations.compiler_flag
    made: dict[str, Any] = {}
    exec(compile(module, "<mutant>", "exec", flags, dont_inherit=True), names, made)
    cells = function.__closure__ or ()
    result = made["factory"](*[cell.cell_contents for cell in cells])
    assert isinstance(result, FunctionType)
    result.__defaults__, result.__kwdefaults__ = function.__defaults__, function.__kwdefaults__
    return result
