"""What ruff's D does not look at: the errors that a public function raises stand in its docstring."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from blocks import ROOT

PARTS = ("reader_core", "emulator", "fixtures", "conformance", "reports", "vitale_testbed")
_NOT_OF_THE_CALLER = {"AssertionError", "NotImplementedError", "StopIteration"}


@dataclass(frozen=True)
class Public:
    """A public function, with the docstrings that speak of it."""

    place: str
    node: ast.FunctionDef
    said: str


def _functions(file: Path) -> Iterator[Public]:
    yield from _within(ast.parse(file.read_text(encoding="utf-8")), file, "", "")


def _within(parent: ast.Module | ast.ClassDef, file: Path, above: str, said: str) -> Iterator[Public]:
    for node in parent.body:
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
            yield from _within(node, file, f"{above}{node.name}.", ast.get_docstring(node) or "")
        elif isinstance(node, ast.FunctionDef) and not node.name.startswith("_") and not _is_command(node):
            place = f"{file.relative_to(ROOT)}:{node.lineno} {above}{node.name}"
            yield Public(place, node, f"{ast.get_docstring(node)}\n{said}")


def _is_command(node: ast.FunctionDef) -> bool:
    """A command of the command line, whose docstring is its help, or a fixture or hook that pytest calls."""
    return any(re.search(r"click|command|group|fixture|hook", ast.unparse(one)) for one in node.decorator_list)


def _raised(nodes: list[ast.stmt], caught: frozenset[str]) -> Iterator[str]:
    for node in nodes:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            continue
        if isinstance(node, ast.Raise) and node.exc is not None:
            name = ast.unparse(node.exc.func if isinstance(node.exc, ast.Call) else node.exc).rpartition(".")[2]
            if name[0].isupper() and name not in caught | _NOT_OF_THE_CALLER:
                yield name
        if isinstance(node, ast.Try):
            kinds = [ast.unparse(one.type) for one in node.handlers if one.type is not None]
            yield from _raised(
                node.body, caught | {name.rpartition(".")[2] for kind in kinds for name in re.findall(r"[\w.]+", kind)}
            )
            inner = [*(one.body for one in node.handlers), node.orelse, node.finalbody]
        elif isinstance(node, ast.Match):
            inner = [case.body for case in node.cases]
        else:
            inner = [getattr(node, part, []) for part in ("body", "orelse")]
        for body in inner:
            yield from _raised(body, caught)


def _public_files() -> list[Path]:
    files = [file for part in PARTS for file in sorted((ROOT / part).rglob("*.py"))]
    hidden = [
        file
        for file in files
        if any(one.startswith("_") and one != "__init__.py" for one in file.relative_to(ROOT).parts)
    ]
    return [file for file in files if file not in hidden and "broken_readers" not in file.parts]


ALL = [one for file in _public_files() for one in _functions(file)]


def test_what_a_public_function_raises_is_in_its_docstring() -> None:
    assert len(ALL) > 1000
    silent = {
        one.place: sorted(missing)
        for one in ALL
        if (
            missing := {name for name in _raised(one.node.body, frozenset()) if not re.search(rf"\b{name}\b", one.said)}
        )
    }
    assert not silent, "name each in a section `Raises:`, with the reason"
