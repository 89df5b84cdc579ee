"""A program in C#, compiled as its page says, is certified under Mono: over sockets, and by P/Invoke over PC/SC."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
from page_commands import certify, commands, passed, run

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


@pytest.mark.parametrize(
    ("reader", "chosen", "expected"),
    [
        ("socket", ["VIT-DRO", "VIT-IDE-001", "VIT-ERR"], {"VIT-IDE-001/3", "VIT-ERR-001/1", "VIT-ERR-007/1"}),
        ("pcsc", ["VIT-IDE-001/3", "VIT-ERR-001", "VIT-ERR-004"], {"VIT-IDE-001/3", "VIT-ERR-001/1", "VIT-ERR-004/1"}),
    ],
)
def test_what_it_claims_passes(folder: Path, reader: str, chosen: list[str], expected: set[str]) -> None:
    (command,) = (
        command
        for command in commands(PAGE, "vitale certify")
        if '"exec:mono ' in command and ("pcsc" in command) == (reader == "pcsc")
    )
    there, cases = certify(command, folder, *chosen)
    assert there == reader
    assert expected <= passed(cases, *REASONS)


def test_the_pages_say_the_same() -> None:
    assert commands("examples/csharp/README.md", "mcs") == commands(PAGE, "mcs")


def test_it_answers_what_it_does_not_know(folder: Path) -> None:
    """What is no message, and no kind of reader; the standard output is UTF-8 without a byte-order mark."""
    read: dict[str, Any] = {
        "cmd": "read",
        "id": "a 'b' \\c \"é\"",
        "vitale": "nowhere:1",
        "cps": None,
        "trust": {"roots": []},
    }
    lines = ["not JSON", "[1]", "null", '{"cmd": "sing"}', '{"cmd": null}', json.dumps(read), '{"cmd": "stop"}', "{}"]
    done = subprocess.run(
        ["mono", "Reader.exe"],
        input="\n".join(lines).encode(),
        cwd=folder,
        capture_output=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    *unknown, answer = [json.loads(line) for line in done.stdout.decode("utf-8").splitlines()]
    assert [one["error"]["code"] for one in unknown] == ["unknown_command"] * 5
    assert answer["id"] == read["id"]
    assert answer["error"]["code"] == "reader_unavailable"
