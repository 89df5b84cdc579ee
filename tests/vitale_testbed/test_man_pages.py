"""The manual pages in man/: one for each command, and troff that is in order. That they say what `--help` says, generate_docs.py --check holds."""

import re
import subprocess
from pathlib import Path

import click
import pytest

from vitale_testbed.cli import vitale

MAN = Path(__file__).parents[2] / "man"


def commands(command: click.Command, name: str) -> list[str]:
    """The command and all below it, as they are typed."""
    below: list[str] = []
    if isinstance(command, click.Group):
        context = click.Context(command)
        for each in command.list_commands(context):
            child = command.get_command(context, each)
            assert child is not None
            below += [] if child.hidden else commands(child, f"{name} {each}")
    return [name, *below]


def test_every_command_has_a_page() -> None:
    names = commands(vitale, "vitale")
    assert len(names) > 30
    assert {page.name for page in MAN.iterdir()} == {f"{name.replace(' ', '-')}.1" for name in names}


@pytest.mark.judge
def test_mandoc_finds_nothing_wrong_with_any_page() -> None:
    done = subprocess.run(["mandoc", "-T", "lint", "-W", "warning", *MAN.iterdir()], capture_output=True, text=True)
    # A page that bore the day of its making would change with nothing in it changed.
    wrong = [line for line in done.stdout.splitlines() if "missing date, using" not in line]
    assert not wrong
    assert done.stderr == ""


@pytest.mark.judge
def test_a_page_reads_as_it_was_written() -> None:
    page = MAN / "vitale-report.1"
    shown = subprocess.run(["mandoc", "-T", "utf8", page], capture_output=True, text=True, check=True).stdout
    plain = re.sub(".\b", "", shown)  # bold is struck twice
    assert 'vitale report vitale-report/latest/events.jsonl --format markdown >> "$GITHUB_STEP_SUMMARY"' in plain
    assert 'vitale report --verify dossier.zip --manifest-sha256 "0f1e2d3c 4b5a6978"' in plain
    assert "--lang [fr|en]" in plain
    assert [line for line in plain.splitlines() if line.isupper() and line[0] != " "] == [
        "NAME", "SYNOPSIS", "DESCRIPTION", "OPTIONS", "EXAMPLES", "SEE ALSO"
    ]  # fmt: skip
