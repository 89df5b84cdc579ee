"""What the pages about the house say of it is so: paths exist, modules are small, what is not ours is named."""

import re
from pathlib import Path

import pytest
from blocks import ROOT

PARTS = ("reader_core", "emulator", "fixtures", "conformance", "reports", "vitale_testbed")
MOST_LINES = 500
_CODE = re.compile(r"`([^`\n]+)`")
_PATH = re.compile(r"[\w.-]+(/[\w.-]+)+/?")
_LINK = re.compile(r"\]\(([^)\s#:]+)(?:#[^)\s]*)?\)")
_TEXT = {".py", ".toml", ".j2", ".css", ".js", ".md", ".c", ".h", ".ini", ".pem", ".typed", ".pyc"}
"""Endings of what is written here, or made here: keys."""


def _there(path: str, base: Path) -> bool:
    return any((base / name).exists() for name in (path, f"{path}.py"))


@pytest.mark.parametrize("page", ["ARCHITECTURE.md", "CONTRIBUTING.md", "SECURITY.md", "THIRD-PARTY.md", "README.md"])
def test_every_path_that_is_named_exists(page: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    prose = re.sub(r"^```.*?^```", "", text, flags=re.DOTALL | re.MULTILINE)
    named = {
        code.rstrip("/")
        for code in _CODE.findall(prose)
        if _PATH.fullmatch(code) and code.split("/")[0] in {*PARTS, "docs", "tests", "examples", "scripts"}
    }
    linked = set(_LINK.findall(prose))
    assert not {path for path in named | linked if not _there(path, ROOT)}
    if page == "ARCHITECTURE.md":
        assert len(named) > 30


def test_the_short_names_of_the_architecture_are_modules_beside_the_path_before_them() -> None:
    text = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8").split("## Where to look")[1]
    missing: list[str] = []
    for line in re.split(r"\n(?=\* )", text.strip()):
        folder: Path | None = None
        for code in _CODE.findall(line):
            if _PATH.fullmatch(code):
                whole = ROOT / code
                folder = whole if whole.is_dir() else whole.parent
            elif (
                folder is not None
                and re.fullmatch(r"[a-z_]+", code)
                and not _there(code, folder)
                and not _there(code, folder.parent)
            ):
                missing.append(f"{code} in {folder.relative_to(ROOT)}")
    assert not missing


def test_no_module_is_too_long() -> None:
    files = [
        file for part in (*PARTS, "tests", "scripts", "benchmarks", "examples") for file in (ROOT / part).rglob("*.py")
    ]
    assert len(files) > 500
    long = {
        str(file.relative_to(ROOT)): lines
        for file in files
        if (lines := len(file.read_text(encoding="utf-8").splitlines())) > MOST_LINES
    }
    assert not long


def test_what_is_embedded_and_was_not_written_here_is_named_with_its_licence() -> None:
    text = (ROOT / "THIRD-PARTY.md").read_text(encoding="utf-8")
    embedded = [
        file.relative_to(ROOT).as_posix()
        for part in PARTS
        for file in (ROOT / part).rglob("*")
        if file.is_file() and file.suffix not in _TEXT and "__pycache__" not in file.parts
    ]
    assert len(embedded) >= 8
    assert not [name for name in embedded if name not in text]
