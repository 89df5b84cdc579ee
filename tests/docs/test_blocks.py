"""Every command and every block of code in the documentation does what the page says."""

import os
import sys
from pathlib import Path

import pytest
from blocks import LANGUAGES, PAGES, ROOT, Block, blocks, commands, parse, run_commands, run_python, unfenced
from pages import PYTHON, SHELL, prepare

PATH = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])


def _name(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


def _with(language: str) -> list[object]:
    return [
        pytest.param(page, id=_name(page), marks=[pytest.mark.judge, pytest.mark.pcsc])
        for page in PAGES
        if any(block.language == language and not block.not_run for block in blocks(page))
    ]


def _run(page: Path, language: str) -> list[Block]:
    return [block for block in blocks(page) if block.language == language and not block.not_run]


@pytest.mark.judge
@pytest.mark.parametrize("page", PAGES, ids=_name)
def test_every_block_says_its_language_and_can_be_parsed(page: Path, tmp_path: Path) -> None:
    assert not unfenced(page), "code that no test can see: put it between fences"
    for block in blocks(page):
        if block.language == "console":
            assert block.text.startswith("$ "), f"{page}, line {block.line}: no command"
        assert block.language in LANGUAGES, f"{page}, line {block.line}"
        parse(block, tmp_path)


@pytest.mark.parametrize("page", _with("console"))
def test_commands_end_and_print_as_the_page_says(page: Path, tmp_path: Path) -> None:
    prepare(_name(page), tmp_path)
    wanted = [command for block in _run(page, "console") for command in commands(block)]
    problems = run_commands(wanted, tmp_path, PATH, SHELL.get(_name(page), ""))
    assert not problems, "\n".join([_name(page), *problems])


@pytest.mark.parametrize("page", _with("python"))
def test_the_python_of_a_page_runs(page: Path, tmp_path: Path) -> None:
    prepare(_name(page), tmp_path)
    text = "\n\n".join([PYTHON.get(_name(page), ""), *(block.text for block in _run(page, "python"))])
    problems = run_python(text, tmp_path, PATH)
    assert not problems, "\n".join([_name(page), *problems])
