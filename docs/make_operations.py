"""Write docs/operations.md: ``python docs/make_operations.py``.

The page lists every op: what it computes, its rules as they are written, and where they stand.
"""

import ast
import inspect
import textwrap
from pathlib import Path
from types import ModuleType
from typing import Any

from autograd_nn.engine.core import Op
from autograd_nn.ops import FAMILIES, compositions

PAGE = Path(__file__).parent / "operations.md"


def page() -> str:
    """The whole table in Markdown, made from the source itself."""
    count = sum(len(family.ALL) for family in FAMILIES)
    parts = [
        f"# The {count} operations",
        "Made by `python docs/make_operations.py`. A rule takes the gradient `g` arriving at the "
        "result `y`, then `y`, the arguments and the settings, and gives the gradient for one "
        "argument.",
    ]
    for family in FAMILIES:
        parts.append(f"## {_first_sentence(family)}")
        parts.append(f"`{family.__name__.replace('.', '/')}.py`")
        rules = _rules(family)
        parts += [_entry(op, rules.get(op.name, [])) for op in family.ALL]
    parts.append(f"## {_first_sentence(compositions)}")
    parts.append("`autograd_nn/ops/compositions.py` and its neighbours")
    parts.append("\n".join(f"- `{f.__name__}`: {_first_sentence(f)}" for f in _functions()))
    return "\n\n".join(parts) + "\n"


def _entry(op: Op, rules: list[str]) -> str:
    lines = [f"### `{op.name}`", op.__doc__ or ""]
    if rules:
        lines.append("```python\n" + "\n".join(rules) + "\n```")
    return "\n\n".join(lines)


def _rules(module: ModuleType) -> dict[str, list[str]]:
    """The rules of each row of a file, as they are written there."""
    source = inspect.getsource(module)
    tree = ast.parse(source)
    functions = {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef)}
    found = {}
    for node in tree.body:
        value = node.value if isinstance(node, (ast.Assign, ast.AnnAssign)) else None
        if isinstance(value, ast.Call) and value.args and isinstance(value.args[0], ast.Constant):
            texts = [_text(arg, source, functions) for arg in value.args[2:]]
            found[str(value.args[0].value)] = [text for text in texts if text]
    return found


def _text(rule: ast.expr, source: str, functions: dict[str, ast.FunctionDef]) -> str:
    """A rule's own text; for one that is a function, the function's."""
    if isinstance(rule, ast.Constant):
        return "None" if rule.value is None else ""
    node = functions.get(rule.id) if isinstance(rule, ast.Name) else rule
    text = ast.get_source_segment(source, node or rule, padded=True) or ""
    return textwrap.dedent(text)


def _functions() -> list[Any]:
    """The functions of the package's ops that are not ops, in the order of their names."""
    found = {}
    for module in (*FAMILIES, compositions):
        for name, item in vars(module).items():
            if inspect.isfunction(item) and item.__module__ == module.__name__ and name[0] != "_":
                found[name] = item
    return [found[name] for name in sorted(found)]


def _first_sentence(documented: Any) -> str:
    text = inspect.getdoc(documented) or ""
    return " ".join(text.split("\n\n")[0].split()).rstrip(".")


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
