"""docs/faults.md is what the table says, and its examples work."""

import re
from pathlib import Path

import pytest

from emulator.faults import FAULTS, FaultKind, parse_fault
from emulator.faults.markdown import faults_page

PAGE = Path(__file__).parents[2] / "docs" / "faults.md"


def test_the_page_is_up_to_date() -> None:
    assert PAGE.read_text(encoding="utf-8") == faults_page(), "run: python scripts/generate_docs.py"


@pytest.mark.parametrize("kind", FAULTS.values(), ids=FAULTS)
def test_the_page_says_everything_about_a_fault(kind: FaultKind) -> None:
    section = faults_page().partition(f"### `{kind.name}`\n")[2].partition("\n#")[0]
    for said in (kind.description, kind.pcsc, kind.in_process, kind.source, str(kind.basis)):
        assert said in section
    assert all(f"| `{one.name}` | {one.unit} |" in section for one in kind.parameters)


def test_the_faults_of_the_examples_exist() -> None:
    page = faults_page()
    shown = re.findall(r"--fault (?:\d:)?(\S+)", page) + re.findall(r'parse_fault\("(.+?)"\)', page)
    assert len(shown) >= 4
    for text in shown:
        parse_fault(text)


def test_the_python_of_the_page_runs() -> None:
    (code,) = re.findall(r"```python\n(.*?)```", faults_page(), re.DOTALL)
    names: dict[str, object] = {}
    exec(compile(code, "docs/faults.md", "exec"), names)
    assert {"card", "reader"} <= set(names)
