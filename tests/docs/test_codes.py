"""Every code that a program can meet is on the page of the codes, and every one on it can be met."""

import ast
import re
from typing import TypeGuard, get_args

from blocks import ROOT

from emulator.readers.errors import SETUP_CODES, SetupCode
from reader_core.errors import ErrorCode
from reader_core.iso7816 import TransportError
from vitale_testbed.problems import ExitCode

PAGE = (ROOT / "docs" / "codes.md").read_text(encoding="utf-8")


def _section(title: str) -> set[str]:
    """The first cells of the table under a title; of the first table for none."""
    part = PAGE.split(f"## {title}\n")[1] if title else PAGE
    return set(re.findall(r"^\| `?(\w+)`? \|", part.split("\n## ")[0], re.MULTILINE)) - {"code"}


def test_the_page_has_every_code_of_a_reading_and_no_other() -> None:
    assert _section("") == set(ErrorCode)


def test_the_page_has_every_code_of_a_connection_and_of_the_slots() -> None:
    assert _section("Of a connection") == {kind.code for kind in (TransportError, *TransportError.__subclasses__())}
    assert _section("Of PC/SC slots") == set(SETUP_CODES) == set(get_args(SetupCode))
    assert _section("Exit codes") == {str(int(code)) for code in ExitCode}


def test_every_code_of_a_reading_is_given_by_something() -> None:
    used: set[str] = set()
    for file in (ROOT / "reader_core").rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            used |= {part.attr for given in _given(node) for part in ast.walk(given) if _is_code(part)}
    table = (ROOT / "reader_core" / "access" / "default.toml").read_text(encoding="utf-8")
    used |= {code.name for code in ErrorCode if f'"{code}"' in table}
    assert used >= {code.name for code in ErrorCode}


def _given(node: ast.AST) -> list[ast.expr]:
    """What makes an error, or what a table translates something into; to compare with a code gives it to nobody."""
    match node:
        case ast.Call(func=ast.Name(id="ReadingError" | "Decision" | "Protection")):
            return [*node.args, *(keyword.value for keyword in node.keywords)]
        case ast.Dict():
            return [value for value in node.values if _is_code(value)]
        case ast.Tuple(elts=[_, code]) if _is_code(code):
            return [code]
        case _:
            return []


def _is_code(node: ast.AST) -> TypeGuard[ast.Attribute]:
    return isinstance(node, ast.Attribute) and ast.unparse(node.value) == "ErrorCode"


def test_every_code_of_the_slots_is_given_by_something() -> None:
    text = "".join(
        file.read_text(encoding="utf-8")
        for file in (ROOT / "emulator" / "readers").rglob("*.py")
        if file.name != "errors.py"
    )
    assert {code for code in SETUP_CODES if f'"{code}"' not in text} == set()
