"""What a reading can come to: every name that is mentioned on the way from the product `builtin`.

Names alone are followed, whatever they are the names of, so that far too much is found rather than too little; what is not found
is the other half of modules that the emulator shares, or there for programs that use the reader core as a library.
"""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import cast

from scripts.mutants.scope import ROOT, function_left_out

_START = ROOT / "vitale_testbed" / "builtin.py"


@cache
def reached() -> frozenset[str]:
    """The names that a reading can come to."""
    mentions: defaultdict[str, set[str]] = defaultdict(set)
    new: set[str] = set()
    for path in sorted((ROOT / "reader_core").rglob("*.py")):
        for name, node in _units(path):
            (mentions[name] if name else new).update(_mentioned(node))
    new.update(_mentioned(ast.parse(_START.read_text(encoding="utf-8"))))
    found: set[str] = set()
    while new:
        found |= new
        new = {each for name in new for each in mentions[name]} - found
    return frozenset(found)


def _units(path: Path) -> Iterator[tuple[str, ast.AST]]:
    """What is executed when a name is used, by that name; by an empty one what is executed at import and has none."""
    module = ".".join(path.relative_to(ROOT).with_suffix("").parts)
    yield from _in(ast.parse(path.read_text(encoding="utf-8")).body, module, "")


def _in(body: list[ast.stmt], module: str, owner: str) -> Iterator[tuple[str, ast.AST]]:
    for node in body:
        match node:
            case ast.FunctionDef(name=name):
                if function_left_out(module, f"{owner}.{name}".strip(".")):
                    continue
                # A method with underscores on both sides is called by what the language does with an instance.
                yield (owner if name.startswith("__") and owner else name), node
            case ast.ClassDef(name=name):
                for each in (*node.bases, *node.keywords, *node.decorator_list):
                    yield name, each
                yield from _in(node.body, module, name)
            case (
                ast.Assign(targets=[ast.Name(id=name)], value=value)
                | ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value)
            ):
                yield name, value
            case ast.Import() | ast.ImportFrom() | ast.AnnAssign():
                continue
            case ast.If(test=ast.Name(id="TYPE_CHECKING")):
                continue
            case _:
                yield "", node


def _mentioned(node: ast.AST) -> Iterator[str]:
    """Names in code, and texts that could be names: fields are named by rows of tables."""
    for each in _walk(node):
        match each:
            case ast.Name(id=name) | ast.Attribute(attr=name) | ast.keyword(arg=str() as name):
                yield name
            case ast.Constant(value=str() as text) if text.isidentifier():
                yield text
            case _:
                pass


def _walk(node: ast.AST) -> Iterator[ast.AST]:
    """Every node, without types and imports."""
    yield node
    for field, value in ast.iter_fields(node):
        if field in {"annotation", "returns"} or isinstance(node, (ast.Import, ast.ImportFrom)):
            continue
        children = cast("list[object]", value) if isinstance(value, list) else [value]
        for child in children:
            if isinstance(child, ast.AST):
                yield from _walk(child)
