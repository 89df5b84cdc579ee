"""A program in C#, compiled as its page says, is certified under Mono: over sockets, and by P/Invoke over PC/SC."""

from pathlib import Path

import pytest
from page_commands import certify, commands, damaged, passed, run, strangers

# One group: it is compiled once.
pytestmark = [pytest.mark.judge, pytest.mark.pcsc, pytest.mark.xdist_group("csharp-reader")]

PAGE = "docs/howto-windows.md"
REASONS = ("does not declare the capabilit", "has no place for")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the program in it, compiled and set up as the page says."""
    there = tmp_path_factory.mktemp("csharp")
    for command in commands(PAGE, "mcs", "cp"):
        run(command.replace("mcs ", "mcs -warnaserror ", 1), there)
    return there


def _command(reader: str) -> str:
    """The command of the page that certifies it on such readers."""
    (command,) = (
        command
        for command in commands(PAGE, "vitale certify")
        if '"exec:mono ' in command and ("pcsc" in command) == (reader == "pcsc")
    )
    return command


@pytest.mark.parametrize(
    ("reader", "chosen", "expected"),
    [
        ("socket", ["VIT-DRO", "VIT-IDE-001", "VIT-ERR"], {"VIT-IDE-001/3", "VIT-ERR-001/1", "VIT-ERR-007/1"}),
        ("pcsc", ["VIT-IDE-001/3", "VIT-ERR-001", "VIT-ERR-004"], {"VIT-IDE-001/3", "VIT-ERR-001/1", "VIT-ERR-004/1"}),
    ],
)
def test_what_it_claims_passes(folder: Path, reader: str, chosen: list[str], expected: set[str]) -> None:
    there, cases = certify(_command(reader), folder, *chosen)
    assert there == reader
    assert expected <= passed(cases, *REASONS)


def test_the_pages_say_the_same() -> None:
    assert commands("examples/csharp/README.md", "mcs") == commands(PAGE, "mcs")


def test_a_damaged_card_is_refused(folder: Path) -> None:
    answer = damaged(_command("socket"), folder)
    assert answer["error"]["code"] == "card_data_invalid"


def test_it_answers_what_it_does_not_know(folder: Path) -> None:
    strangers(["mono", "Reader.exe"], folder, {"vitale": "nowhere:1", "cps": None, "trust": {"roots": []}})
