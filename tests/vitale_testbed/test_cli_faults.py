"""`--fault` and `vitale card faults`, as a user meets them."""

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import Any

import click
import pytest

from emulator.faults import FAULTS
from vitale_testbed.cli import run
from vitale_testbed.cli.insert import insert

Vitale = Callable[..., Any]


def test_the_faults_are_listed_and_shown(capsys: pytest.CaptureFixture[str]) -> None:
    def faults(*arguments: str) -> str:
        assert run(["card", "faults", *arguments]) == 0
        return capsys.readouterr().out

    assert [line.split()[0] for line in faults("--format", "text").splitlines()] == list(FAULTS)
    listed = json.loads(faults())
    assert [one["name"] for one in listed] == list(FAULTS)
    assert all(one["pcsc"] and one["basis"] and one["parameters"] for one in listed)
    shown = faults("wrong_sw", "--format", "text")
    for word in ("SW1-SW2, 6F00 unless given", "A PC/SC client:", "Our reader, professional card:", "observed"):
        assert word in shown
    assert [one["name"] for one in json.loads(faults("slow"))] == ["slow"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("card", "faults", "remved"), "Did you mean removed?"),
        (("insert", "specimen", "--fault", "remved"), "Did you mean removed?"),
        (("insert", "specimen", "--fault", "removed:at=1"), "It has after, seed."),
        (("insert", "specimen", "--fault", "2:removed"), "no card 2"),
        (("serve", "specimen", "--fault", "0:removed"), "no card 0"),
        (("serve", "specimen", "--fault", "swapped:card=nobody"), "nobody"),
    ],
)
def test_a_wrong_fault_ends_with_the_next_step(vitale: Vitale, arguments: tuple[str, ...], said: str) -> None:
    ended = vitale(*arguments)
    assert ended.code == 2
    assert said in ended.err
    assert "next: " in ended.err


def completed(incomplete: str) -> list[str]:
    option = next(one for one in insert.params if one.name == "faults")
    return [item.value for item in option.shell_complete(click.Context(insert), incomplete)]


def test_the_shell_completes_faults_and_their_parameters(vitale: Vitale) -> None:
    assert completed("re") == ["removed", "removed_at_byte", "reader_unplugged"]
    assert completed("2:sw") == ["2:swapped"]
    assert completed("removed:") == ["removed:after=", "removed:seed="]
    assert completed("1:wrong_sw:sw=6A82,a") == ["1:wrong_sw:sw=6A82,at=", "1:wrong_sw:sw=6A82,always="]
    assert completed("nothing:") == []
    words = "vitale card faults tr"
    ended = vitale(env={"_VITALE_COMPLETE": "bash_complete", "COMP_WORDS": words, "COMP_CWORD": "3"})
    assert ended.out.strip() == "plain,truncated"


@contextmanager
def running(*arguments: str, lines: int) -> Generator[str]:
    """Run a command that waits for Ctrl-C; gives the lines it printed first."""
    process = subprocess.Popen(
        [sys.executable, "-m", "vitale_testbed", *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout is not None
        yield "".join(process.stdout.readline() for _ in range(lines))
    finally:
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=60)
    assert process.returncode == 0, said
    assert said == ""


def test_a_served_card_breaks(vitale: Vitale) -> None:
    with running(
        "serve", "specimen", "cps", "--fault", "removed:after=20", "--fault", "2:slow:seconds=0", lines=3
    ) as said:
        addresses = re.findall(r"socket:\S+", said)
        assert "specimen   removed:after=20\n" in said
        assert "cps   slow:seconds=0\n" in said
        ended = vitale("read", "--vitale", addresses[0], "--format", "json")
    assert ended.code == 1
    assert json.loads(ended.out)["error"]["code"] == "vitale_removed"


@pytest.mark.pcsc
def test_an_inserted_card_breaks(vitale: Vitale) -> None:
    with running("insert", "--private", "specimen", "--fault", "removed:after=20", lines=3) as said:
        name, value = said.splitlines()[0].split("=")
        assert said.endswith("specimen   removed:after=20\n")
        ended = vitale("read", "--vitale", "Virtual PCD 00 00", "--format", "json", env={**os.environ, name: value})
    assert ended.code == 1
    assert json.loads(ended.out)["error"]["code"] == "vitale_removed"
